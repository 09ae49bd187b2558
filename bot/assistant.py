"""Question to outcome: the stages in order. Composes; each stage is a module of its own."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from bot.attribution import asks_about_now, horizon
from bot.disagreements import disagreements, notice
from bot.elsewhere import with_places
from bot.errors import Stopped
from bot.evidence import pack
from bot.grounding import ground, proposed
from bot.model_errors import ContextOverflow, ModelError, NoWholeReply
from bot.narrowing import Narrowed, narrowed, notices, settled
from bot.progress import Reading, Searching, Tell, silent
from bot.quoting import Choice, Quoter, candidates
from bot.render.phrases import phrases
from bot.rewriting import Rewritten, by_model, by_rules, language_of
from bot.settings import ANSWER_SECONDS
from bot.settings import PASSAGES as PASSAGES
from bot.stopping import Stop, look, stoppable
from bot.types import (
    Abstained,
    Answered,
    Archive,
    Citation,
    Claim,
    Drafting,
    Mode,
    Outcome,
    Question,
    Reason,
    Trace,
    Usage,
)
from retrieval.catalogue import Catalogue, State
from retrieval.search import Retriever
from retrieval.suspicion import Suspicion, suspicious
from retrieval.types import LANGUAGES, Article, Filter, Hit, Passage

if TYPE_CHECKING:
    from bot.generating import Writer
    from bot.verifying import Check

_REWRITING: Final = 1 / 3
"""The part of the model's time that rewriting a question may take: the answer needs the rest."""
_LEAST_ROOM: Final = 300
"""Tokens that a passage with its label and origin takes; with less left, the model's window is too small."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Timings:
    """Milliseconds by stage."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Add what happens within to a stage. Raises Stopped before it where the answer is to stop."""
        look()
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, (time.perf_counter() - began) * 1000)

    def add(self, stage: str, milliseconds: float) -> None:
        """Add time to a stage, or take some away."""
        self.spent[stage] = self.spent.get(stage, 0.0) + milliseconds


@dataclass
class _Work:
    """One question on its way, and what was learnt so far. `end`: when the model's time is over (monotonic)."""

    question: Question
    asked_in: str
    language: str
    end: float
    tell: Tell
    rewritten: Rewritten
    timings: Timings = field(default_factory=Timings)
    usage: Usage = field(default_factory=Usage)
    notices: list[str] = field(default_factory=list)
    drafting: Drafting | None = None
    not_confirmed: bool = False

    @property
    def text(self) -> str:
        """The question as it stands alone."""
        return self.rewritten.text

    @property
    def other(self) -> str:
        """The language it isn't asked in."""
        return next(language for language in LANGUAGES if language != self.asked_in)

    @property
    def left(self) -> float:
        """Seconds that the model still has."""
        return max(0.0, self.end - time.monotonic())


class _Found(NamedTuple):
    """What a search of one state of the index brought.

    `stories`: articles found -> the story that they share. `waiting`: how many passages are searched by their words
    alone so far, and of how many. `apart`: whether the server of a shared archive could not be asked.
    """

    hits: Sequence[Hit]
    stories: Mapping[str, str]
    state: State
    waiting: tuple[int, int]
    apart: bool
    suspicious: tuple[tuple[Article, Suspicion], ...]
    within: Narrowed | None


class _Common(TypedDict):
    """What an answer and a refusal share."""

    question: Question
    id: str
    language: str
    mode: Mode
    archive: Archive
    notices: tuple[str, ...]
    usage: Usage
    trace: Trace


class Assistant:
    """Answers questions about one index. Not for use by two threads at once.

    With a `writer`, a language model writes and `check` says whether a claim follows from its quotes; without, and when
    the model fails, answers are quotes. `seconds`: what the model has for an answer in all. `passages`: how many are
    searched for. The methods raise NoIndex, OutdatedIndex, DamagedIndex or EmbedderUnavailable.
    """

    def __init__(
        self,
        retriever: Retriever,
        quoter: Quoter,
        writer: Writer | None = None,
        check: Check | None = None,
        *,
        seconds: float = ANSWER_SECONDS,
        passages: int = PASSAGES,
    ) -> None:
        self._index = retriever.index
        self._retriever = retriever
        self._quoter = quoter
        self._written_by = (writer, check) if writer is not None and check is not None else None
        self._seconds = seconds
        self._passages = passages

    def answer(self, question: Question, tell: Tell = silent, stop: Stop | None = None) -> Outcome:
        """The answer, every quote checked against the catalogue as it is now; or why there is none.

        `tell` hears of each stage, and of each claim as soon as it is verified. `stop` ends it from another thread: at
        once while a model is waited for, else before the next stage; then Stopped is raised, with what was used.
        """
        return self._answer(question, self._written_by, tell, stop)

    def quote(self, question: Question, stop: Stop | None = None) -> Outcome:
        """As `answer`, but in quotes, whether there is a model or not: it asks nobody and costs nothing."""
        return self._answer(question, None, silent, stop)

    def _answer(
        self, question: Question, written_by: tuple[Writer, Check] | None, tell: Tell, stop: Stop | None
    ) -> Outcome:
        asked_in = _asked_in(question)
        end = time.monotonic() + self._seconds
        work = _Work(question, asked_in, question.language or asked_in, end, tell, by_rules(question, asked_in))
        try:
            with stoppable(stop), work.timings.of("total"):
                tell(Searching())
                outcome = self._written(work, *written_by) if written_by else None
                if outcome is None:
                    outcome = self._quoted(work)
                if isinstance(outcome, Answered):
                    with work.timings.of("places"):
                        outcome = with_places(outcome, self._story)
        except Stopped as stopped:
            stopped.usage += work.usage
            raise
        return replace(outcome, timings_ms={name: round(spent, 2) for name, spent in work.timings.spent.items()})

    def _written(self, work: _Work, writer: Writer, check: Check) -> Outcome | None:
        """What a language model makes of the passages; None where quotes must do, with the reason noted."""
        from bot.verifying import Verifier
        from bot.writing import LEAST_SECONDS, Writing

        writer.model.load()
        work.end = time.monotonic() + self._seconds
        work.drafting = Drafting(writer.model.name, writer.digest)
        try:
            self._rewrite(work, writer)
            with self._index.snapshot() as catalogue:
                found = self._found(work, catalogue)
                with work.timings.of("pack"):
                    room = writer.room(work.text)
                    sentences = candidates(found.hits, catalogue.article, found.stories)
                    evidence = pack(
                        found.hits, catalogue.article, found.state.fingerprint, writer.model.count, room, found.stories
                    )
            if not evidence and found.hits and room < _LEAST_ROOM:
                raise ContextOverflow(writer.model.name)
            if not evidence:
                return None
            if work.left < LEAST_SECONDS:
                raise NoWholeReply(writer.model.name, seconds=f"{self._seconds:g}")
            work.tell(Reading(len(evidence)))
            writing = Writing(Verifier(evidence, self.article, work.language, check), work.tell)
            try:
                with work.timings.of("model"):
                    writing.write(writer, work.text, found.state.newest, evidence, work.left)
            finally:
                work.usage += writing.usage
                work.drafting = replace(work.drafting, examined=tuple(writing.examined))
                work.timings.add("verify", writing.verifying_ms)
                work.timings.add("model", -writing.verifying_ms)
        except ModelError as error:
            self._failed(work, error, phrases(work.language).model_failed)
            return None
        if writing.failure is not None:
            self._failed(work, writing.failure, phrases(work.language).broken_off)
        if writing.claims:
            if work.drafting.left_out:
                work.notices.append(phrases(work.language).left_out.format(count=work.drafting.left_out))
            choice = Choice((), (), (), (), differing=writing.oppose(sentences))
            return _outcome(work, found, choice, tuple(writing.claims), (), "generated")
        if writing.answers:
            work.not_confirmed = True
            work.notices.append(phrases(work.language).not_confirmed)
            return None
        return self._quoted(work, declining=True)

    def _rewrite(self, work: _Work, writer: Writer) -> None:
        """Let the model put a follow-up into a question that stands alone, and into the archive's other language."""
        with self._index.snapshot():
            two_languages = bool(self._index.words.passage_count(work.other))
        if work.question.history or two_languages:
            with work.timings.of("rewrite"):
                seconds = work.left * _REWRITING
                work.rewritten, usage = by_model(work.question, work.asked_in, writer.model, seconds=seconds)
            work.usage += usage

    def _quoted(self, work: _Work, *, declining: bool = False) -> Outcome:
        """The sentences that answer, or a refusal; all within one state of the index.

        `declining`: the model has said that there is no answer, and only what comes nearest is looked for.
        """
        with self._index.snapshot() as catalogue:
            found = self._found(work, catalogue)
            with work.timings.of("choose"):
                choice = self._quoter.choose(work.text, work.asked_in, found.hits, catalogue.article, found.stories)
            with work.timings.of("ground"):
                quotes, refused = ground(map(proposed, () if declining else choice.quotes), catalogue.article)
                nearest, _ = ground(map(proposed, choice.nearest), catalogue.article)
        if declining:
            choice = replace(choice, candidates=(), decision=None)  # it was not this choice that decided
        work.not_confirmed |= bool(refused)
        claims = tuple(Claim(quote.quote, (quote,)) for quote in quotes)
        return _outcome(work, found, choice, claims, tuple(nearest), "generated" if declining else "quotes")

    def _found(self, work: _Work, catalogue: Catalogue) -> _Found:
        translation = (work.rewritten.translation, work.other) if work.rewritten.translation else None
        with work.timings.of("search"):
            within = narrowed(work.question, work.asked_in, catalogue)
            hits = self._retriever.find(
                catalogue,
                work.text,
                self._passages,
                work.asked_in,
                translation,
                within.selection if within is not None else None,
            )
            stories = catalogue.stories(list({hit.passage.article_id for hit in hits}))
            shared = {article: f"story {story}" for article, (story, _) in stories.items()}
            count = catalogue.waiting_count()
            apart = self._index.trouble is not None
            waiting = (count, catalogue.passage_count() if count else 0)
            return _Found(
                hits, shared, catalogue.archive(), waiting, apart, _suspicions(hits, catalogue.article), within
            )

    def _failed(self, work: _Work, error: ModelError, notice: str) -> None:
        assert work.drafting is not None  # there is a model
        _log.warning("%s: %s [%s]", error.code, error.message, error.detail)
        work.drafting = replace(work.drafting, failure=error.code)
        work.notices.append(notice)

    def search(self, question: str, k: int, language: str | None = None, wanted: Filter | None = None) -> list[Hit]:
        """The `k` best passages, best first. `language`: the question's, detected when not given.

        `wanted`: of the articles that fit it alone.
        """
        return self._retriever.search(question, k, language, wanted)

    def settled(self, wanted: Filter) -> Filter:
        """The filter with its article named for good. Raises BadFilter where there is none, or several."""
        if wanted.article is None:
            return wanted
        with self._index.snapshot() as catalogue:
            return settled(wanted, wanted.article, catalogue)

    def told(self, wanted: Filter, language: str) -> list[str]:
        """What an answer would say of a filter: its parts and what they leave; nothing of an empty one."""
        if not wanted:
            return []
        with self._index.snapshot() as catalogue:
            return notices(Narrowed(wanted, catalogue.select(wanted)), phrases(language))

    def article(self, article_id: str) -> Article:
        """The article with this id, as it is now. Raises UnknownArticle."""
        self._index.refresh()
        return self._index.catalogue.article(article_id)

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """An article's passages, in order; none where it isn't there."""
        self._index.refresh()
        return self._index.catalogue.passages_of(article_id)

    def articles(self) -> tuple[Article, ...]:
        """All that is indexed, by source and path."""
        self._index.refresh()
        return self._index.catalogue.articles()

    def _story(self, article_id: str) -> list[Article]:
        with self._index.snapshot() as catalogue:
            return [catalogue.article(one) for one in catalogue.story(article_id)]

    def replaced(self) -> dict[str, str]:
        """The articles that a newer version replaces, each with the newest."""
        self._index.refresh()
        return self._index.catalogue.replaced()

    def archive(self) -> Archive:
        """What is indexed: how many articles, the newest date among them, and the fingerprint of their texts."""
        with self._index.snapshot() as catalogue:
            return _archive(catalogue.archive())

    def load(self) -> None:
        """Load what the first answer would load, which takes seconds; so that they are nobody's waiting time."""
        newest = max(self.articles(), key=lambda article: article.published or "", default=None)
        if newest is not None:
            self.quote(Question(newest.title or newest.path))
        if self._written_by:
            self._written_by[0].model.load()

    def close(self) -> None:
        """Let go of the index and of the model's connections."""
        self._index.close()
        if self._written_by:
            self._written_by[0].model.close()


def _outcome(
    work: _Work,
    found: _Found,
    choice: Choice,
    claims: tuple[Claim, ...],
    nearest: tuple[Citation, ...],
    mode: Mode,
) -> Outcome:
    """What is shown: the claims; or why there are none, and what comes nearest."""
    words = phrases(work.language)
    told = list(work.notices)
    if found.within is not None:
        told += notices(found.within, words)
    if not work.rewritten.resolved:
        told.append(words.unresolved)
    if found.apart:
        told.append(words.server_away)
    if found.waiting[0]:
        told.append(words.waiting.format(count=found.waiting[0], total=found.waiting[1]))
    citations = list({citation.n: citation for claim in claims for citation in claim.citations}.values())
    differing = disagreements(choice.differing, citations)
    told += [notice(one, work.language) for one in differing]
    if claims and asks_about_now(work.text, work.asked_in):
        told.append(horizon(found.state.newest, work.language))
    common = _Common(
        question=work.question,
        id=uuid.uuid4().hex[:12],
        language=work.language,
        mode=mode,
        archive=_archive(found.state),
        notices=tuple(told),
        usage=work.usage,
        trace=Trace(
            hits=tuple(found.hits),
            candidates=choice.candidates,
            decision=choice.decision,
            missing=choice.missing,
            standalone=work.text if work.text != work.question.text else None,
            translation=work.rewritten.translation,
            suspicious=found.suspicious,
            drafting=work.drafting,
            filter=found.within.filter if found.within is not None else None,
        ),
    )
    if claims:
        return Answered(claims=claims, differing=differing, **common)
    reason: Reason = "not_grounded" if work.not_confirmed else "not_in_evidence" if found.hits else "nothing_found"
    return Abstained(reason=reason, nearest=nearest, **common)


def _archive(state: State) -> Archive:
    return Archive(state.articles, state.newest, state.fingerprint)


def _asked_in(question: Question) -> str:
    """The language a question is written in: as detected, else as given, else that of the question before it, else
    English.
    """
    otherwise = question.language or "en"
    return language_of(question, otherwise) or otherwise


def _suspicions(hits: Sequence[Hit], article: Callable[[str], Article]) -> tuple[tuple[Article, Suspicion], ...]:
    """What addresses a machine in the articles of the passages found."""
    found = {hit.passage.article_id: article(hit.passage.article_id) for hit in hits}
    return tuple((source, one) for source in found.values() for one in suspicious(source.text))
