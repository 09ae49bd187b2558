"""What came back for a question, as plain values that can be kept in a file and scored later.

Does not judge. A citation's `sentence` is the whole of the sentences it touches: what a reader sees around a quote that
a model cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, assert_never, get_args

from bot.errors import FootnoteError
from bot.render.text import answer_text
from bot.types import Abstained, Answered, Citation, Outcome
from retrieval.types import Hit, Passage

Status = Literal["answered", "declined", "failed"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that was shown; offsets are into the article of that id."""

    n: int
    article: str
    path: str
    title: str | None
    outlet: str | None
    published: str | None
    language: str
    quote: str
    start: int
    end: int
    passage: tuple[int, int]
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found, at its rank from 1 on."""

    rank: int
    article: str
    path: str
    language: str
    start: int
    end: int
    score: float
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A claim of the answer, with the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer, refusal or failure.

    `confidence`, `threshold`: of the decision to answer, None where a model decided. `best`: the likeliest sentence, as
    article, start, end, quoted or not. `error`: code and message. `model`: which was asked to write;
    `model_failure`: the code of the error for which it gave no draft.
    """

    status: Status
    language: str | None = None
    reason: str | None = None
    mode: str | None = None
    answer: str = ""
    claims: tuple[Said, ...] = ()
    citations: tuple[Quoted, ...] = ()
    nearest: tuple[Quoted, ...] = ()
    hits: tuple[Found, ...] = ()
    notices: tuple[str, ...] = ()
    standalone: str | None = None
    confidence: float | None = None
    threshold: float | None = None
    best: tuple[str, int, int] | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    model: str | None = None
    model_failure: str | None = None
    error: tuple[str, str] | None = None


def observed(outcome: Outcome, path: Callable[[str], str]) -> Observation:
    """The observation of an outcome. `path` gives the path of an article by its id."""
    trace = outcome.trace
    passages = [hit.passage for hit in trace.hits]
    likeliest = max(trace.candidates, key=lambda one: one.probability, default=None)
    seen = Observation(
        status="declined",
        language=outcome.language,
        mode=outcome.mode,
        answer=answer_text(outcome),
        hits=tuple(_found(hit, path) for hit in trace.hits),
        notices=outcome.notices,
        standalone=trace.standalone,
        confidence=trace.decision.confidence if trace.decision else None,
        threshold=trace.decision.threshold if trace.decision else None,
        best=(likeliest.article.id, likeliest.span.start, likeliest.span.end) if likeliest else None,
        timings_ms=dict(outcome.timings_ms),
        input_tokens=outcome.usage.input_tokens,
        output_tokens=outcome.usage.output_tokens,
        cost_usd=outcome.usage.cost_usd,
        model=trace.drafting.model if trace.drafting else None,
        model_failure=trace.drafting.failure if trace.drafting else None,
    )
    match outcome:
        case Answered():
            claims = tuple(Said(claim.text, tuple(one.n for one in claim.citations)) for claim in outcome.claims)
            citations = tuple(_quoted(one, passages) for one in outcome.citations)
            return replace(seen, status="answered", claims=claims, citations=citations)
        case Abstained():
            nearest = tuple(_quoted(one, passages) for one in outcome.nearest)
            return replace(seen, reason=outcome.reason, nearest=nearest)
        case _ as unreachable:
            assert_never(unreachable)


def failed(error: FootnoteError) -> Observation:
    """The observation of a question that could not be asked."""
    return Observation("failed", error=(error.code, error.message))


def _quoted(citation: Citation, passages: Sequence[Passage]) -> Quoted:
    article = citation.article
    touched = [
        span
        for passage in passages
        if passage.article_id == article.id
        for span in passage.sentences
        if span.start < citation.end and citation.start < span.end
    ]
    return Quoted(
        n=citation.n,
        article=article.id,
        path=article.path,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        language=article.language,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        passage=(citation.passage.start, citation.passage.end),
        sentence=(
            min((span.start for span in touched), default=citation.start),
            max((span.end for span in touched), default=citation.end),
        ),
    )


def _found(hit: Hit, path: Callable[[str], str]) -> Found:
    passage = hit.passage
    return Found(
        hit.rank,
        passage.article_id,
        path(passage.article_id),
        passage.language,
        passage.start,
        passage.end,
        round(hit.score, 4),
        hit.found_by,
    )


def to_object(seen: Observation) -> dict[str, Any]:
    """As JSON keeps it."""
    return asdict(seen)


def from_object(row: Mapping[str, Any]) -> Observation:
    """What `to_object` made. Raises KeyError, TypeError, AttributeError or ValueError where it is something else."""
    values = dict(row)
    numbers = [values["input_tokens"], values["output_tokens"], *values["timings_ms"].values()]
    if values["status"] not in get_args(Status) or not all(isinstance(one, int | float) for one in numbers):
        raise ValueError("no status, or no number")
    values["claims"] = tuple(Said(one["text"], tuple(one["citations"])) for one in values["claims"])
    for name in ("citations", "nearest"):
        values[name] = tuple(
            Quoted(**{**one, "passage": tuple(one["passage"]), "sentence": tuple(one["sentence"])})
            for one in values[name]
        )
    values["hits"] = tuple(Found(**{**one, "found_by": tuple(one["found_by"])}) for one in values["hits"])
    for name in ("notices", "best", "error"):
        values[name] = tuple(values[name]) if values[name] is not None else None
    return Observation(**values)
