"""Question to outcome: the stages in order. Composes; each stage is a module of its own."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypedDict

from bot.grounding import Proposed, ground
from bot.quoting import Choice, Quoter
from bot.types import Abstained, Answered, Archive, Claim, Mode, Outcome, Question, Reason, Trace
from bot.weighing import Sentence
from retrieval.languages import detect
from retrieval.search import Retriever
from retrieval.types import LANGUAGES, Article, Hit, Span

PASSAGES = 16
"""Passages whose sentences are weighed: the right one is among them for nearly every question that any passage
answers.
"""


@dataclass(slots=True)
class Timings:
    """Milliseconds by stage."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Add what happens within to a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spent[stage] = self.spent.get(stage, 0.0) + (time.perf_counter() - began) * 1000


class _Common(TypedDict):
    """What an answer and a refusal share."""

    question: Question
    id: str
    language: str
    mode: Mode
    archive: Archive
    timings_ms: dict[str, float]
    trace: Trace


class Assistant:
    """Answers questions about one index. Not for use by two threads at once.

    Its methods raise NoIndex, OutdatedIndex, DamagedIndex or EmbedderUnavailable.
    """

    def __init__(self, retriever: Retriever, quoter: Quoter) -> None:
        self._index = retriever.index
        self._retriever = retriever
        self._quoter = quoter

    def answer(self, question: Question) -> Outcome:
        """The answer, every quote checked against the catalogue as it is now; or why there is none."""
        timings = Timings()
        asked_in = _asked_in(question)
        with timings.of("total"), self._index.snapshot() as catalogue:
            with timings.of("search"):
                hits = self._retriever.find(catalogue, question.text, PASSAGES, asked_in)
            with timings.of("choose"):
                choice = self._quoter.choose(question.text, asked_in, hits, catalogue.article)
            with timings.of("ground"):
                quotes, refused = ground(map(_proposed, choice.quotes), catalogue.article)
                nearest, _ = ground(map(_proposed, choice.nearest), catalogue.article)
            state = catalogue.archive()
        common = _Common(
            question=question,
            id=uuid.uuid4().hex[:12],
            language=question.language or asked_in,
            mode="quotes",
            archive=Archive(state.articles, state.newest, state.fingerprint),
            timings_ms={stage: round(spent, 2) for stage, spent in timings.spent.items()},
            trace=Trace(tuple(hits), choice.candidates, choice.decision, choice.missing),
        )
        if quotes:
            return Answered(claims=tuple(Claim(quote.quote, (quote,)) for quote in quotes), **common)
        return Abstained(reason=_reason(choice, bool(refused)), nearest=tuple(nearest), **common)

    def search(self, question: str, k: int) -> list[Hit]:
        """The `k` best passages, best first."""
        return self._retriever.search(question, k)

    def article(self, article_id: str) -> Article:
        """The article with this id. Raises UnknownArticle."""
        return self._index.catalogue.article(article_id)

    def articles(self) -> tuple[Article, ...]:
        """All that is indexed, by source and path."""
        self._index.refresh()
        return self._index.catalogue.articles()

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()


def _asked_in(question: Question) -> str:
    """The language a question is written in: as detected, else as given, else English."""
    found = detect(question.text)
    if found in LANGUAGES:
        return found
    return question.language or "en"


def _proposed(sentence: Sentence) -> Proposed:
    passage = sentence.hit.passage
    return Proposed(sentence.article.id, sentence.span, Span(passage.start, passage.end), sentence.text)


def _reason(choice: Choice, refused: bool) -> Reason:
    if refused:
        return "not_grounded"
    return "not_in_evidence" if choice.candidates else "nothing_found"
