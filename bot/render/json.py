"""Outcome -> the JSON objects other programs rely on: these keys, in this order, with this meaning.

Pure. A quote is the article's own characters, whatever they are: `quote == text[start:end]`, code points.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, assert_never

from bot.errors import FootnoteError
from bot.filters import to_object
from bot.render.text import answer_text
from bot.types import Abstained, Answered, Check, Citation, Claim, Disagreement, Drafting, Outcome, Reason
from retrieval.types import Article, Filter, Hit

if TYPE_CHECKING:
    from retrieval.sync import Report

Object = dict[str, Any]


_NOT_SHOWN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""C1 controls, line separators, direction marks, lone surrogates: JSON lets them stand raw in a string, but a terminal
obeys some, some readers split lines at others, and the last are not text. Escaped, they decode to the same string."""


def line(value: object) -> str:
    """The value as one line of JSON, in its own characters except those of _NOT_SHOWN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _NOT_SHOWN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def outcome_object(outcome: Outcome, *, id: object = None) -> Object:
    """One answer. `id` replaces the answer's own, so that a row of a batch keeps the one it came with."""
    reason: Reason | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    differing: tuple[Disagreement, ...] = ()
    match outcome:
        case Answered():
            status, claims, citations = "answered", outcome.claims, outcome.citations
            differing = outcome.differing
        case Abstained():
            status, reason, nearest = "declined", outcome.reason, outcome.nearest
        case _ as unreachable:
            assert_never(unreachable)
    return {
        "id": outcome.id if id is None else id,
        "question": outcome.question.text,
        "language": outcome.language,
        "status": status,
        "reason": reason,
        "mode": outcome.mode,
        "answer": answer_text(outcome),
        "claims": [{"text": claim.text, "citations": [citation.n for citation in claim.citations]} for claim in claims],
        "citations": [_citation(citation) for citation in citations],
        "nearest": [_citation(citation) for citation in nearest],
        "differing": [_disagreement(one) for one in differing],
        "notices": list(outcome.notices),
        "archive": {
            "articles": outcome.archive.articles,
            "newest": outcome.archive.newest,
            "fingerprint": outcome.archive.fingerprint,
        },
        "timings_ms": {stage: round(milliseconds, 2) for stage, milliseconds in outcome.timings_ms.items()},
        "usage": {
            "input_tokens": outcome.usage.input_tokens,
            "output_tokens": outcome.usage.output_tokens,
            "cost_usd": outcome.usage.cost_usd,
        },
        "standalone": outcome.trace.standalone,
        "model": _drafting(outcome.trace.drafting),
        "filter": to_object(outcome.trace.filter) if outcome.trace.filter is not None else None,
    }


def report_object(report: Report, *, planned: bool = False) -> Object:
    """What an update of the index did; `planned`: what it would do, and `passages` are those of now."""
    paths = report.paths
    return {
        "dry_run": planned,
        "added": list(paths.added),
        "changed": list(paths.changed),
        "moved": [{"from": before, "to": now} for before, now in paths.moved],
        "removed": list(paths.removed),
        "unchanged": report.unchanged,
        "unreadable": [
            {"path": one.path, "reason": one.reason, "next_step": one.next_step} for one in report.unreadable
        ],
        "suspects": [one.path for one in report.suspects],
        "notices": list(report.notices),
        "passages": report.passages,
        "stories": report.stories,
        "replaced": report.replaced,
        "learnt": report.learnt,
        "seconds": round(report.seconds, 3),
    }


def checks_object(checks: Sequence[Check], mended: Sequence[str]) -> Object:
    """What `doctor` found; `ok` is null for what is not set up. `mended`: what it did, in sentences."""
    return {
        "ok": all(check.ok is not False for check in checks),
        "mended": list(mended),
        "checks": [
            {"name": one.name, "ok": one.ok, "message": one.message, "next_step": one.next_step} for one in checks
        ],
    }


def _disagreement(one: Disagreement) -> Object:
    """Where articles differ: what each citation `n` says in its own words, and which other articles say the same."""
    sides = [
        {"n": side.citation.n, "words": side.words, "also": [article.id for article in side.also]} for side in one.sides
    ]
    return {"kind": one.kind, "versions": sides}


def _drafting(drafting: Drafting | None) -> Object | None:
    """What a language model had to do with an answer; None where none was asked. `failure`: an error's code."""
    if drafting is None:
        return None
    return {
        "name": drafting.model,
        "prompts": drafting.prompts,
        "drafted": len(drafting.examined),
        "confirmed": sum(one.shown for one in drafting.examined),
        "left_out": drafting.left_out,
        "failure": drafting.failure,
    }


def failed_object(error: FootnoteError, *, id: object = None) -> Object:
    """A question that could not be answered because something failed."""
    return {
        "id": id,
        "status": "failed",
        "error": {"code": error.code, "message": error.message, "next_step": error.next_step},
    }


def search_object(
    question: str, hits: Sequence[Hit], paths: Mapping[str, str], *, id: object = None, wanted: Filter | None = None
) -> Object:
    """One search; `paths` gives each article's path by its id, `wanted` is the filter it was kept to."""
    return {
        "id": id,
        "question": question,
        "hits": [
            {
                "rank": hit.rank,
                "score": hit.score,
                "article": hit.passage.article_id,
                "path": paths[hit.passage.article_id],
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "found_by": list(hit.found_by),
            }
            for hit in hits
        ],
        "filter": to_object(wanted) if wanted else None,
    }


def article_object(article: Article, replaced_by: str | None = None) -> Object:
    """One indexed article, without its text; `supplied` names the fields a person gave, `characters` its length,
    `replaced_by` the newer version that answers in its place.
    """
    return {
        **_described(article),
        "source": article.source,
        "supplied": sorted(article.supplied),
        "characters": len(article.text),
        "replaced_by": replaced_by,
    }


def _described(article: Article) -> Object:
    return {
        "article": article.id,
        "path": article.path,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "url": article.url,
        "language": article.language,
    }


def _citation(citation: Citation) -> Object:
    return {
        "n": citation.n,
        **_described(citation.article),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": citation.article.page(citation.start),
        "passage": {"start": citation.passage.start, "end": citation.passage.end},
        "times": [
            {
                "words": citation.article.text[one.span.start : one.span.end],
                "start": one.span.start,
                "end": one.span.end,
                "from": one.start,
                "to": one.end,
            }
            for one in citation.times
        ],
        "also": [{**_described(one.article), "start": one.start, "end": one.end} for one in citation.also],
    }
