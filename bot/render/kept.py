"""What is kept of an answer, so that every view of it works later: as JSON, and read again as values.

`outcome_object`, and under "how" what /why and the evidence views show besides: offsets and counts, no text of articles
beyond the quotes. Where words are shown, they are read from the catalogue and compared with what is kept here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.render.json import Object, outcome_object
from bot.render.text import fates_of
from bot.types import FOUND, Answered, Candidate, Examined, Fate, Mode, Outcome, Reason, Usage
from retrieval.types import Article, Span

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BEST: Final = 3
"""Sentences left out that are kept, the likeliest first."""
STRETCHES: Final = 20
"""Stretches that address a machine that are kept: an article can be full of them."""


def kept_object(outcome: Outcome, suggested: Sequence[str] = ()) -> Object:
    """All that is kept of an answer. `suggested`: questions to offer in its place, which the articles do answer."""
    trace = outcome.trace
    paths = {article.id: article.path for article in _articles(outcome)}
    left_out = sorted((one for one in trace.candidates if one.fate != "chosen"), key=lambda one: -one.probability)
    how = {
        "hits": [
            {
                "article": hit.passage.article_id,
                "path": paths.get(hit.passage.article_id),
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": hit.score,
                "found_by": list(hit.found_by),
            }
            for hit in trace.hits
        ],
        "decision": trace.decision and {"confidence": trace.decision.confidence, "threshold": trace.decision.threshold},
        "missing": list(trace.missing),
        "translation": trace.translation,
        "fates": dict(Counter(one.fate for one in trace.candidates)),
        "left_out": [_left_out(one) for one in left_out[:BEST]],
        "strengths": _strengths(outcome) if isinstance(outcome, Answered) else [],
        "drafted": dict(Counter(fate for one in trace.drafting.examined for fate in fates_of(one)))
        if trace.drafting
        else {},
        "suspicious": [
            {"path": article.path, "start": found.span.start, "end": found.span.end, "why": found.why}
            for article, found in trace.suspicious[:STRETCHES]
        ],
    }
    return {**outcome_object(outcome), "suggested": list(suggested), "how": how}


def _articles(outcome: Outcome) -> Iterator[Article]:
    """The articles that an outcome holds."""
    for citation in outcome.citations if isinstance(outcome, Answered) else outcome.nearest:
        yield citation.article
    yield from (one.article for one in outcome.trace.candidates)
    yield from (article for article, _ in outcome.trace.suspicious)


def _left_out(one: Candidate) -> Object:
    return {
        "article": one.article.id,
        "start": one.span.start,
        "end": one.span.end,
        "probability": one.probability,
        "digest": digest(one.article.text[one.span.start : one.span.end]),
    }


def digest(words: str) -> str:
    """By which words are known again without being kept: 16 hex digits of their SHA-256."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _strengths(outcome: Answered) -> list[Object]:
    """For each citation how likely its sentence was to answer, or how its quotes in a model's draft were found."""
    likely = {(one.article.id, one.span.start, one.span.end): one.probability for one in outcome.trace.candidates}
    found: dict[int, list[str]] = {citation.n: [] for citation in outcome.citations}
    widened: set[int] = set()
    shown: dict[str, Examined] = {}
    for one in outcome.trace.drafting.examined if outcome.trace.drafting else ():
        if one.shown:
            shown.setdefault(one.statement.text, one)  # one said twice is one claim
    for examined, claim in zip(shown.values(), outcome.claims, strict=False):  # then come quotes that no draft held
        outcomes = [each for each in examined.outcomes if each in FOUND]
        numbers = [citation.n for citation in claim.citations]
        if len(outcomes) != len(numbers):  # several quotes were of one place
            outcomes = [outcomes[0]] * len(numbers) if len(set(outcomes)) == 1 else []
        for n, each in zip(numbers, outcomes, strict=False):
            found[n] = [*found[n], each]
        widened |= set(numbers) if examined.widened else set()
    return [
        {
            "n": citation.n,
            "probability": likely.get((citation.article.id, citation.start, citation.end)),
            "found": found[citation.n],
            "widened": citation.n in widened,
        }
        for citation in outcome.citations
    ]


@dataclass(frozen=True, slots=True)
class CitedAlso:
    """Another article that printed the same words, and where, as it was then."""

    article: str
    path: str
    start: int
    end: int
    title: str | None = None
    outlet: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that an answer points to, and its article, as they were then: `quote == text[start:end]`.

    Raises ValueError when the quote has another length, or does not lie in its passage.
    """

    n: int
    article: str
    path: str
    quote: str
    start: int
    end: int
    passage: Span
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    language: str = "und"
    page: int | None = None
    also: tuple[CitedAlso, ...] = ()
    times: tuple[Mapping[str, str | int], ...] = ()

    def __post_init__(self) -> None:
        if not self.passage.start <= self.start < self.end <= self.passage.end:
            raise ValueError(f"citation {self.n} does not lie in its passage")
        if len(self.quote) != self.end - self.start:
            raise ValueError(f"citation {self.n}: {len(self.quote)} characters in {self.start}-{self.end}")

    def stands_in(self, article: Article | None) -> bool:
        """Whether the article, as it is now, still holds the quote in its place."""
        return article is not None and article.id == self.article and article.text[self.start : self.end] == self.quote


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """A statement and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeptSide:
    """What citation `n` says, in its own words, where articles differ; `also`: ids of others that say the same."""

    n: int
    words: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptDisagreement:
    """See bot.types.Disagreement."""

    kind: str
    versions: tuple[KeptSide, ...]


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """What was searched."""

    articles: int
    newest: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class KeptModel:
    """What a language model had to do with an answer; see bot.types.Drafting."""

    name: str
    prompts: str
    drafted: int = 0
    confirmed: int = 0
    left_out: int = 0
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class KeptHit:
    """A passage that was found. `path`: None where the answer did not hold its article."""

    article: str
    path: str | None
    start: int
    end: int
    score: float
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """How sure it was that the articles answer, and how sure it had to be: both 0 to 1."""

    confidence: float
    threshold: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that was weighed and not quoted; its words are known by `digest`. `probability`: of answering."""

    article: str
    start: int
    end: int
    probability: float
    digest: str

    def words(self, article: Article | None) -> str | None:
        """The sentence, where the article still holds it; else None."""
        words = article.text[self.start : self.end] if article is not None else ""
        return words if digest(words) == self.digest else None


@dataclass(frozen=True, slots=True)
class Strength:
    """How well citation `n` bears its claims.

    `probability`: that its sentence answers, for one chosen by that, 0 to 1. For quotes of a model's draft: how they
    were `found`, each as in bot.types.FOUND, and whether they were `widened` to whole sentences.
    """

    n: int
    probability: float | None = None
    found: tuple[str, ...] = ()
    widened: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of an article found that addresses a machine, and what gives it away."""

    path: str
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class How:
    """How an answer was found: see bot.types.Trace. `fates` and `drafted` count sentences and statements by fate."""

    hits: tuple[KeptHit, ...] = ()
    decision: KeptDecision | None = None
    missing: tuple[str, ...] = ()
    translation: str | None = None
    fates: Mapping[Fate, int] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    strengths: tuple[Strength, ...] = ()
    drafted: Mapping[str, int] = field(default_factory=dict)
    suspicious: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was kept; the fields are those of `kept_object`, `at` is when it was kept (ISO 8601)."""

    id: str
    question: str
    language: str
    status: Literal["answered", "declined"]
    answer: str
    mode: Mode = "quotes"
    reason: Reason | None = None
    claims: tuple[KeptClaim, ...] = ()
    citations: tuple[Cited, ...] = ()
    nearest: tuple[Cited, ...] = ()
    differing: tuple[KeptDisagreement, ...] = ()
    notices: tuple[str, ...] = ()
    archive: KeptArchive | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    standalone: str | None = None
    model: KeptModel | None = None
    suggested: tuple[str, ...] = ()
    how: How = field(default_factory=How)
    at: str | None = None

    def __post_init__(self) -> None:
        known = {cited.n for cited in self.citations}
        if (self.status == "answered") != bool(self.claims) or not all(
            claim.citations and known.issuperset(claim.citations) for claim in self.claims
        ):
            raise ValueError("an answer has claims, each with citations; a refusal has none")

    @staticmethod
    def read(value: Mapping[str, Any], at: str | None = None) -> Kept:
        """An answer from what `kept_object` made of it, in this version or an earlier one. Raises ValueError."""
        return _reader().validate_python({**value, "at": at})

    @property
    def shown(self) -> tuple[Cited, ...]:
        """What can be opened: the citations, or the nearest passages of a refusal."""
        return self.citations or self.nearest

    def cited(self, n: int) -> Cited | None:
        """What [n] stands for; None for a number that isn't there."""
        return next((cited for cited in self.shown if cited.n == n), None)

    def strength(self, n: int) -> Strength:
        """How well citation `n` bears its claims, as far as it is known."""
        return next((one for one in self.how.strengths if one.n == n), Strength(n))


@cache
def _reader() -> TypeAdapter[Kept]:
    from pydantic import TypeAdapter

    return TypeAdapter(Kept)
