"""A run as one JSON object: what was asked, what came back, how it scored, and all it was made from.

docs/evaluation.md describes it. A record is what a later run is compared with, so reading one checks what that needs.
Does not ask and does not score.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot import __version__
from bot.evaluation import origins
from bot.evaluation.archives import Opened
from bot.evaluation.cases import Questions
from bot.evaluation.chance import Estimate
from bot.evaluation.errors import UnreadableRecord
from bot.evaluation.metrics import (
    DIGITS,
    DIMENSIONS,
    METRICS,
    Metric,
    Row,
    by,
    curve,
    estimate,
    operating,
    reasons,
    stages,
    value,
    verdicts,
)
from bot.evaluation.observing import Quoted
from bot.evaluation.places import Spot
from bot.evaluation.running import Run
from bot.evaluation.scores import Score
from retrieval.disk import disk_errors

SCHEMA: Final = 1
"""Counts up when a field changes its meaning."""
HITS: Final = 10
"""Passages found that a record lists: the deepest cut of the scores."""

Object = dict[str, Any]


def record(questions: Questions, opened: Opened, run: Run, rows: Sequence[Row], began: datetime) -> Object:
    """The record of a run; `baseline`, `gate` and `judge` are there to be filled in."""
    return {
        "schema": SCHEMA,
        "footnote": __version__,
        "run": _origin(questions, opened, run, rows, began),
        "metrics": [_metric(metric, rows) for metric in METRICS],
        "declining": _declining(rows),
        "latency": [_rounded(stage._asdict()) for stage in stages(rows)],
        "questions": [_question(row) for row in rows],
        "baseline": None,
        "gate": None,
        "judge": None,
    }


def _origin(questions: Questions, opened: Opened, run: Run, rows: Sequence[Row], began: datetime) -> Object:
    code, settings = origins.code(), opened.settings
    costs = [row.seen.cost_usd for row in rows]
    return {
        "began": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(run.seconds, 1),
        "workers": run.workers,
        "reused": run.reused,
        "commit": code.commit,
        "dirty": code.dirty,
        "archive": {"name": opened.name, **asdict(opened.archive)},
        "questions": {
            "name": questions.name,
            "n": len(rows),
            "of": len(rows) if questions.of is None else questions.of,
            "parts": {name: len(group) for name, group in by("part", rows).items()},
            "drafts": sum(row.case.draft for row in rows),
            "digest": questions.digest,
        },
        "mode": "generated" if settings.writes else "quotes",
        "model": settings.model if settings.writes else None,
        "prompts": origins.prompts() if settings.writes else None,
        "index": dict(opened.index),
        "settings": origins.telling(settings),
        "packages": origins.packages(),
        **origins.machine(),
        "tokens": {
            "input": sum(row.seen.input_tokens for row in rows),
            "output": sum(row.seen.output_tokens for row in rows),
        },
        "cost_usd": None if None in costs else round(sum(cost or 0.0 for cost in costs), 6),
    }


def estimate_object(found: Estimate | None, digits: int = 4) -> Object:
    """An estimate; nulls where there is none."""
    if found is None:
        return {"value": None, "low": None, "high": None, "n": 0}
    return _rounded(found._asdict(), digits)


def _metric(metric: Metric, rows: Sequence[Row]) -> Object:
    digits = DIGITS[metric.unit]
    whole = estimate_object(estimate(metric.name, rows), digits)
    parts = {
        dimension: {
            name: estimate_object(estimate(metric.name, group), digits) for name, group in by(dimension, rows).items()
        }
        for dimension in DIMENSIONS
    }
    said = {dimension: {name: one for name, one in each.items() if one["n"]} for dimension, each in parts.items()}
    return {**asdict(metric), **whole, "unscored": len(rows) - whole["n"], "by": said}


def _declining(rows: Sequence[Row]) -> Object:
    points = curve(rows)
    threshold = next((row.seen.threshold for row in rows if row.seen.threshold is not None), None)
    now = operating(points, threshold) if threshold is not None else None
    kinds = [{"kind": kind, "n": len(group), **_counted(group)} for kind, group in by("kind", rows).items()]
    return {
        "reasons": dict(reasons(rows).most_common()),
        "kinds": kinds,
        "curve": {
            "threshold": threshold,
            "coverage": round(now.coverage, 4) if now else None,
            "risk": round(now.risk, 4) if now else None,
            "points": [_rounded(point._asdict()) for point in points],
        }
        if points
        else None,
    }


def _counted(rows: Sequence[Row]) -> dict[str, int]:
    found = verdicts(rows)
    return {name: found[name] for name in ("right", "partly", "wrong", "declined", "failed", "unscored")}


def _question(row: Row) -> Object:
    case, seen, scored = row.case, row.seen, row.scored
    cited = [
        [_spot(spot, cited=ok) for spot, ok in zip(group, each, strict=True)]
        for group, each in zip(row.key.groups, scored.cited, strict=True)
    ]
    return {
        "id": case.id,
        "digest": case.digest,
        "part": case.part,
        "lang": case.lang,
        "kind": case.kind,
        "pair": row.pair,
        "draft": case.draft,
        "question": case.question,
        "history": list(case.history),
        "standalone": seen.standalone,
        "note": case.note,
        "answerable": {"answer": True, "decline": False}.get(case.expects),
        "verdict": scored.verdict,
        "why": scored.why,
        "status": seen.status,
        "reason": seen.reason,
        "mode": seen.mode,
        "answer": seen.answer,
        "claims": [{"text": claim.text, "citations": list(claim.citations)} for claim in seen.claims],
        "citations": [
            {**_quoted(one), "valid": valid, "bears": bears}
            for one, valid, bears in zip(seen.citations, scored.valid, scored.bears, strict=True)
        ],
        "nearest": [
            {**_quoted(one), "valid": valid, "bears": None}
            for one, valid in zip(seen.nearest, scored.nearest_valid, strict=True)
        ],
        "notices": list(seen.notices),
        "evidence": cited,
        "relevant": dict(row.key.relevant),
        "facts": [
            {"patterns": fact.shown, "found": found} for fact, found in zip(case.facts, scored.facts, strict=True)
        ],
        "forbidden": [
            {"patterns": fact.shown, "found": found}
            for fact, found in zip(case.forbidden, scored.forbidden, strict=True)
        ],
        "hits": [
            {
                "rank": hit.rank,
                "path": hit.path,
                "start": hit.start,
                "end": hit.end,
                "score": hit.score,
                "relevant": relevant,
                "found_by": list(hit.found_by),
            }
            for hit, relevant in list(zip(seen.hits, scored.relevant, strict=True))[:HITS]
        ],
        "confidence": _round(seen.confidence),
        "threshold": seen.threshold,
        "timings_ms": _rounded(seen.timings_ms),
        "usage": {
            "input_tokens": seen.input_tokens,
            "output_tokens": seen.output_tokens,
            "cost_usd": seen.cost_usd,
        },
        "model_failure": seen.model_failure,
        "error": {"code": seen.error[0], "message": seen.error[1]} if seen.error else None,
        "scores": {name: _score(one) for name, one in scored.scores.items()},
        "metrics": {
            metric.name: round(each, DIGITS[metric.unit])
            for metric in METRICS
            if (each := value(metric.name, row)) is not None
        },
    }


def _score(one: Score) -> Object:
    extracted = {"extracted": list(one.extracted)} if one.extracted else {}
    return {"value": _round(one.value), "why": one.why, **extracted}


def _spot(spot: Spot, *, cited: bool) -> Object:
    first = spot.spans[0]
    return {"path": spot.path, "quote": spot.quote, "start": first.start, "end": first.end, "cited": cited}


def _quoted(one: Quoted) -> Object:
    row = asdict(one)
    for name in ("article", "sentence"):
        del row[name]
    return {**row, "passage": {"start": one.passage[0], "end": one.passage[1]}}


def _round(number: float | None) -> float | None:
    return round(number, 4) if number is not None else None


def _rounded(row: Mapping[str, Any], digits: int = 4) -> Object:
    return {name: round(value, digits) if isinstance(value, float) else value for name, value in row.items()}


def passages(questions: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of the passages that questions of a record speak of, by "path:start-end". `texts`: by path."""
    spans = {
        (one["path"], one["passage"]["start"], one["passage"]["end"])
        for row in questions
        for one in (*row["citations"], *row["nearest"])
    } | {(hit["path"], hit["start"], hit["end"]) for row in questions for hit in row["hits"]}
    return {f"{path}:{start}-{end}": texts[path][start:end] for path, start, end in sorted(spans) if path in texts}


def dump(record: Mapping[str, Any]) -> str:
    """A record as it is kept: a question a line, so that two of them can be compared by eye."""
    head = {name: value for name, value in record.items() if name != "questions"}
    top = json.dumps(head, ensure_ascii=False, allow_nan=False, indent=1)[:-2]
    rows = record["questions"]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":")) for row in rows)
    return f'{top},\n "questions": [\n{lines}\n ]\n}}\n'


def read(path: Path) -> Object:
    """A record from its file. Raises UnreadableRecord where it is none, or of another schema."""
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["schema"] != SCHEMA:
            raise UnreadableRecord(
                f"{path} was written by another version of Footnote.", "Make a new one: footnote eval --json FILE."
            )
        run = found["run"]
        strings = [run["archive"]["fingerprint"], run["began"], run["commit"] or "", str(run["dirty"])]
        strings += [row[name] for row in found["questions"] for name in ("id", "digest", "part", "verdict")]
        numbers = [value for row in found["questions"] for value in row["metrics"].values()]
        if not all(isinstance(one, str) for one in strings) or not all(math.isfinite(one) for one in numbers):
            raise TypeError
    except OSError as error:
        raise UnreadableRecord(f"{path} cannot be read: {error.strerror}.", "Check its path.") from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise UnreadableRecord(
            f"{path} is no record of an evaluation.", "Make one: footnote eval --json FILE."
        ) from error
    assert isinstance(found, dict)
    return found


def write(path: Path, text: str) -> None:
    """Put a file there whole, or not at all; into what is no file (a pipe, a device) it is written as it is.

    Raises HomeNotWritable or DiskFull.
    """
    with disk_errors(path.parent):
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", errors="replace") as there:
                there.write(text)
            return
        whole = path.resolve()  # a link stays one
        beside = whole.with_name(f".{os.urandom(4).hex()}.part")
        try:
            beside.write_text(text, "utf-8", errors="replace")
            beside.replace(whole)
        finally:
            beside.unlink(missing_ok=True)
