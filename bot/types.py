"""The values that pass between the stages of an answer: frozen, no input or output.

A `Claim` cannot be built without a `Citation`, and a `Citation` holds offsets, never words of its own: its quote
is always read from the article. So a misquote or an unsupported claim has no representation here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.locating import normalised
from bot.support.types import Fault
from retrieval.relative_dates import Resolved, resolve
from retrieval.suspicion import Suspicion
from retrieval.types import Article, Filter, Hit, Span

Reason = Literal["nothing_found", "not_in_evidence", "not_grounded"]
Mode = Literal["quotes", "generated"]
Fate = Literal["chosen", "weaker", "declined"]
"""What became of a sentence: quoted; left out beside a better one; left out because nothing answers well enough."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked. `language` overrides the answer's language; `history` holds earlier questions, oldest
    first; `filter` says which articles are searched.
    """

    text: str
    language: str | None = None
    history: tuple[str, ...] = ()
    id: str | None = None
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another article that prints the same words as part of the same story, and where: `article.text[start:end]`."""

    article: Article
    start: int
    end: int

    @property
    def quote(self) -> str:
        """That article's own characters."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: `article.text[start:end]`, inside `passage`. `n` is its number in the answer, from 1.

    `also`: other articles of the same story that print the same words, the first to name in front.

    Raises ValueError when the offsets do not lie in the article, or not inside the passage, or another article has
    other words there than the quote, the look of white space, quotation marks and dashes aside.
    """

    n: int
    article: Article
    start: int
    end: int
    passage: Span
    also: tuple[Elsewhere, ...] = ()

    def __post_init__(self) -> None:
        if any(normalised(one.quote).text != normalised(self.quote).text for one in self.also):
            raise ValueError(f"citation {self.n}: its words do not stand in another article as it says")
        if not self.passage.start <= self.start < self.end <= self.passage.end <= len(self.article.text):
            raise ValueError(f"citation {self.n}: {self.start}-{self.end} does not lie in its passage and article")

    @property
    def quote(self) -> str:
        """The article's own characters."""
        return self.article.text[self.start : self.end]

    @property
    def times(self) -> tuple[Resolved, ...]:
        """What relative times in the quote mean by the article's date, where that is safe to say."""
        return resolve(self.article.text, Span(self.start, self.end), self.article.language, self.article.published)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the answer with the citations it rests on; never without one (ValueError)."""

    text: str
    citations: tuple[Citation, ...]

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("a claim needs at least one citation")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage as a language model is shown it: `text`, under a label that only this passage of this archive has.

    `same_story`: the label of a passage before it whose article prints the same story; None where there is none.
    """

    label: str
    hit: Hit
    article: Article
    text: str
    same_story: str | None = None


@dataclass(frozen=True, slots=True)
class Pointed:
    """A quote as a model gave it: the label it points to, and the words it says stand there. Nothing is checked."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a draft, with the quotes it is said to rest on."""

    text: str
    quotes: tuple[Pointed, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote: unverified, never shown. `answers` False: it says that the evidence does not answer."""

    answers: bool
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Backing:
    """A quote that was found, as support of a claim: its place, and that of the whole sentences it stands in.

    Raises ValueError when the quote does not lie in its sentences, or these not in the article.
    """

    article: Article
    span: Span
    around: Span

    def __post_init__(self) -> None:
        if not self.around.start <= self.span.start < self.span.end <= self.around.end <= len(self.article.text):
            raise ValueError("the quote does not lie in its sentences, or these not in the article")

    @property
    def quote(self) -> str:
        """The article's own characters."""
        return self.article.text[self.span.start : self.span.end]

    @property
    def sentences(self) -> str:
        """The whole sentences the quote stands in."""
        return self.article.text[self.around.start : self.around.end]


FOUND: Final = frozenset({"exact", "normalised", "reattributed"})
"""The outcomes of a quote that was found; every other says why it does not count."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A statement of a draft and what was found: an outcome for each of its quotes, and the faults of its text.

    `outcomes` are named in bot/verifying.py. `shown`: it became a claim. `widened`: its quotes are shown with the whole
    sentences they stand in. `attempt`: 1, or 2 for what was asked for again.
    """

    statement: Statement
    outcomes: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    shown: bool = False
    widened: bool = False
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Drafting:
    """What a language model had to do with an answer: its name, the digest of the prompts, what became of its draft.

    `failure`: the code of the error for which it gave no draft; None when it gave one.
    """

    model: str
    prompts: str
    examined: tuple[Examined, ...] = ()
    failure: str | None = None

    @property
    def left_out(self) -> int:
        """Statements that were not shown, less those shown in their place when asked for again."""
        refused = sum(not one.shown for one in self.examined if one.attempt == 1)
        corrected = sum(one.shown for one in self.examined if one.attempt > 1)
        return max(0, refused - corrected)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was weighed for a quoting answer: its features by name, its score, and what became of it.

    `probability`: of holding the answer, 0 to 1.
    """

    article: Article
    span: Span
    passage: Span
    probability: float
    features: Mapping[str, float]
    fate: Fate


@dataclass(frozen=True, slots=True)
class Decision:
    """How sure it was that the articles answer, and how sure it had to be: both 0 to 1.

    `grounds`: features by name with what each added to the log-odds, the weightiest first.
    """

    confidence: float
    threshold: float
    grounds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer was found, for /why: the passages, the sentences weighed, and the decision."""

    hits: tuple[Hit, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    decision: Decision | None = None
    missing: tuple[str, ...] = ()
    """Words of the question that the evidence lacks, as the person wrote them."""
    standalone: str | None = None
    """The question that was searched for, where it is not the one typed."""
    translation: str | None = None
    """The same in the other language, where that was searched for too."""
    suspicious: tuple[tuple[Article, Suspicion], ...] = ()
    """Stretches of the articles found that address a machine: shown to no model, and no evidence."""
    drafting: Drafting | None = None
    filter: Filter | None = None
    """What articles had to fit to be searched, by the question's filter or its own words; None: all were searched."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What was searched: number of articles, the newest date among them, and a fingerprint of their texts."""

    articles: int
    newest: str | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a language model was used for this answer; cost in US dollars, None when no price is known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0),
        )


@dataclass(frozen=True, slots=True)
class Side:
    """What one article says where another says otherwise, by its citation in the answer.

    `words`: the article's own for what they differ on; empty where one denies what the other says. `also`: further
    articles found that say the same.
    """

    citation: Citation
    words: str
    also: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Articles that differ on a "number", "date" or "name", or of which one denies what another says ("negation")."""

    kind: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    question: Question
    id: str
    language: str
    mode: Mode
    archive: Archive
    notices: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    trace: Trace = field(default_factory=Trace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(_Outcome):
    """An answer: at least one claim (ValueError otherwise). `differing`: where the articles cited differ."""

    claims: tuple[Claim, ...]
    differing: tuple[Disagreement, ...] = ()

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError("an answer needs at least one claim")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations the claims use, once each, by number."""
        used = {citation.n: citation for claim in self.claims for citation in claim.citations}
        return tuple(used[n] for n in sorted(used))


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstained(_Outcome):
    """No answer, and why; `nearest` are the passages that came closest, shown but not claimed."""

    reason: Reason
    nearest: tuple[Citation, ...] = ()


Outcome = Answered | Abstained


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `footnote doctor`: what was looked at, how it stands, and what to do where it isn't in order.

    `ok`: True in order, False wrong, None not set up (which is no fault).
    """

    name: str
    ok: bool | None
    message: str
    next_step: str | None = None
