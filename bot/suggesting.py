"""Questions that the archive does answer: offered beside a refusal, and as examples to begin with.

Made by rules from what articles are about (`subjects.py`), in English or French, and each really asked before it is
offered: in quotes, so that it costs nothing, and under the filter of the question refused. Only what is answered by a
good margin is offered. What was found is kept by article, language, filter and state of the archive, so that the next
refusal beside the same article is quick. Does not say what the answers are.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Final, NamedTuple

from bot.assistant import Assistant
from bot.subjects import Subject, is_elided, subjects
from bot.types import Answered, Outcome, Question
from retrieval.analysis import passage_terms
from retrieval.errors import UnknownArticle
from retrieval.types import LANGUAGES, Article, Filter, Passage

NEAREST: Final = 3
"""Articles beside a refusal that questions are made from first."""
NEWEST: Final = 6
"""Articles that examples are made from, and what is offered where those yield too little."""
_ENOUGH: Final = 5
"""Questions kept of an article."""
_TRIED: Final = 12
"""Questions of an article that are tried at most; most are answered."""
_NAMES: Final = 5
"""Names of an article that are asked about before its title is."""
EXAMPLES: Final = 3
"""Examples that are found before anybody wants them."""
_WANTED: Final = 30
"""Articles beside the last refusals, of which more questions are found for the next time."""
_LONGEST: Final = 60
"""Characters of a title that a question holds: more does not fit a button."""
_KEPT: Final = 512
"""Articles, by language, whose questions are kept."""
_TYPICAL: Final = 0.1
"""Seconds that asking takes, until it is known."""
_STEADY: Final = 4
"""How many of the last times count, about, for how long asking takes."""
_NBSP: Final = "\u00a0"
_EVERYTHING: Final = Filter()


class Offer(NamedTuple):
    """A question, and the terms of the name or the title it is about: of an entity the entity alone."""

    text: str
    about: frozenset[str]


class _Key(NamedTuple):
    fingerprint: str
    article: str
    language: str
    filter: Filter = _EVERYTHING


@dataclass(slots=True)
class _Offers:
    """Questions of an article in one language, under one filter: those still to try, in order, and those answered."""

    waiting: list[Offer]
    filter: Filter = _EVERYTHING
    good: list[Offer] = field(default_factory=list)
    tried: int = 0

    @property
    def done(self) -> bool:
        return not self.waiting or len(self.good) >= _ENOUGH


class _Asked:
    """What was asked in one language, or nothing yet: what is offered is to be near it, and something else."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self.language = language
        self._each = [_terms(text, language) for text in texts if text]
        self._all = frozenset().union(*self._each)

    def nearness(self, offer: Offer) -> float:
        """How much of what a question is about was asked about, 0 to 1."""
        return len(self._all & offer.about) / max(len(offer.about), 1)

    def is_near(self, offer: Offer) -> bool:
        """Whether most of what a question is about was asked about."""
        return self.nearness(offer) > 0.5

    def is_asked(self, offer: Offer) -> bool:
        """Whether it is what was asked, but for words that carry no meaning."""
        return _terms(offer.text, self.language) in self._each


class Suggesting:
    """Finds questions and keeps them. Safe to share between threads; an assistant is used in the thread that calls.

    `seconds`: what isn't found by then isn't offered; one that is being asked is waited for only if it is likely to
    end in time. The methods raise what an assistant's do.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offers: OrderedDict[_Key, _Offers] = OrderedDict()
        self._wanted: deque[tuple[str, _Offers]] = deque(maxlen=_WANTED)
        self._newest: tuple[str, Sequence[Article]] = "", ()
        self._takes = _TYPICAL

    def suggested(
        self, assistant: Assistant, outcome: Outcome, language: str, most: int = 2, seconds: float = 0.5
    ) -> tuple[str, ...]:
        """Questions in `language` that are answered under the filter of the one that was asked, and are others; those
        nearest to it first.
        """
        deadline = time.monotonic() + seconds
        fingerprint = assistant.archive().fingerprint
        passages = [hit.passage for hit in outcome.trace.hits]
        near = list(dict.fromkeys(passage.article_id for passage in passages))[:NEAREST]
        only = outcome.question.filter
        offers = [self._of(assistant, _Key(fingerprint, each, language, only), passages) for each in near]
        self._wanted.extend((language, one) for one in offers)
        asked = _Asked((outcome.question.text, outcome.trace.standalone or "", *outcome.question.history), language)
        found = self._gather(assistant, offers, asked, most, deadline)
        if len(found) < most and not only:  # the newest may not fit it
            found = self._gather(assistant, [*offers, *self._of_newest(assistant, language)], asked, most, deadline)
        return found

    def examples(
        self, assistant: Assistant, language: str, most: int = EXAMPLES, seconds: float = 0.5
    ) -> tuple[str, ...]:
        """Questions in `language` that are answered, of the newest articles; of those written in it first."""
        deadline = time.monotonic() + seconds
        return self._gather(assistant, self._of_newest(assistant, language), _Asked((), language), most, deadline)

    def work(self, assistant: Assistant) -> bool:
        """Try one more question, for the next time: of an example that is missing, or of an article that was beside a
        refusal lately. False where there is nothing to try.
        """
        for language in LANGUAGES:
            offers, asked = self._of_newest(assistant, language), _Asked((), language)
            if len(_apart(offers, asked)) < EXAMPLES and self._try_next(assistant, offers, asked):
                return True
        while self._wanted:
            language, one = self._wanted[-1]
            if self._try_next(assistant, [one], _Asked((), language)):
                return True
            self._wanted.pop()
        return False

    def _gather(
        self, assistant: Assistant, offers: Sequence[_Offers], asked: _Asked, most: int, deadline: float
    ) -> tuple[str, ...]:
        """What is known already; what is missing, and what is nearer to what was asked, where it is found in time."""
        while True:
            found = _apart(offers, asked)[:most]
            wanted = len(found) < most or not all(map(asked.is_near, found))
            nearer = [one for one in offers if not one.done and any(map(asked.is_near, one.waiting))]
            left = nearer or (offers if len(found) < most else [])
            if not wanted or time.monotonic() + self._takes > deadline or not self._try_next(assistant, left, asked):
                return tuple(offer.text for offer in found)

    def _try_next(self, assistant: Assistant, offers: Sequence[_Offers], asked: _Asked) -> bool:
        """Try a question of the article of which fewest were; False where none is left."""
        left = [one for one in offers if not one.done]
        if left:
            self._try(assistant, min(left, key=lambda one: one.tried), asked)
        return bool(left)

    def _try(self, assistant: Assistant, offers: _Offers, asked: _Asked) -> None:
        """Ask the next question of an article, first one about something that was asked about."""
        with self._lock:
            if offers.done:
                return
            offer = max(offers.waiting, key=asked.nearness)
            offers.waiting.remove(offer)
            offers.tried += 1
        began = time.monotonic()
        good = _is_answered(assistant, offer.text, asked.language, offers.filter)
        with self._lock:
            self._takes += (time.monotonic() - began - self._takes) / _STEADY
            if good:
                offers.good.append(offer)

    def _of_newest(self, assistant: Assistant, language: str) -> list[_Offers]:
        """The questions of the newest articles."""
        fingerprint = assistant.archive().fingerprint
        if self._newest[0] != fingerprint:
            by_date = sorted(assistant.articles(), key=lambda one: one.published or "", reverse=True)
            self._newest = fingerprint, by_date[:NEWEST]
        own_first = sorted(self._newest[1], key=lambda one: one.language != language)
        return [self._of(assistant, _Key(fingerprint, one.id, language), ()) for one in own_first]

    def _of(self, assistant: Assistant, key: _Key, passages: Sequence[Passage]) -> _Offers:
        """The questions of an article; where they are made now, those of these passages come first."""
        with self._lock:
            known = self._offers.get(key)
        made = known or _made(assistant, key, [passage.id for passage in passages])
        with self._lock:
            kept = self._offers.setdefault(key, made)
            self._offers.move_to_end(key)
            if len(self._offers) > _KEPT:
                self._offers.popitem(last=False)
        return kept


def _made(assistant: Assistant, key: _Key, passages: Sequence[str]) -> _Offers:
    """The questions of an article, none of them tried yet; none where it went meanwhile."""
    try:
        article = assistant.article(key.article)
    except UnknownArticle:
        return _Offers([])
    known = subjects(assistant.passages(key.article), key.language)
    near = {passage: place for place, passage in enumerate(passages)}
    known.sort(key=lambda one: min(near.get(passage, len(near)) for passage in one.passages))
    return _Offers(list(islice(questions(article, known, key.language), _TRIED)), key.filter)


def questions(article: Article, known: Sequence[Subject], language: str) -> Iterator[Offer]:
    """Questions about an article: one of each of its first subjects, one of its title, then more. None is tried."""
    ways = [[_offer(text, one.name, language) for text in _asked_about(one, language)] for one in known]
    some, others = ways[:_NAMES], ways[_NAMES:]
    yield from (row[0] for row in some)
    title = " ".join((article.title or "").split())
    if title and len(title) <= _LONGEST and article.language == language:
        yield _offer(_asked_of_title(title, language), title, language)
    yield from (offer for row in some for offer in row[1:2])
    yield from (row[0] for row in others)


def _terms(text: str, language: str) -> frozenset[str]:
    """The terms of a text but for the spelling keys that only words with capitals have."""
    return frozenset(term for term in passage_terms(text, language) if not term.startswith("~"))


def _offer(text: str, about: str, language: str) -> Offer:
    terms = _terms(about, language)
    return Offer(text, frozenset(term for term in terms if term.startswith("@")) or terms)


def _asked_about(one: Subject, language: str) -> list[str]:
    """Questions about a subject, the most telling first."""
    if language == "fr":
        spoken, who = f"Qu'a dit {one.name}", f"Qui est {one.name}"
        happened, said = f"Que s'est-il passé {one.where}", f"Que dit-on {_of(one)}"
        end = f"{_NBSP}?"
    else:
        spoken, who = f"What did {one.name} say", f"Who is {one.name}"
        happened, said = f"What happened {one.where}", f"What is said about {one.whole}"
        end = "?"
    fits = {spoken: one.speaks, who: one.kind == "person", happened: bool(one.where), said: True}
    return [text + end for text, fit in fits.items() if fit]


def _asked_of_title(title: str, language: str) -> str:
    if language == "fr":
        return f"De quoi parle l'article «{_NBSP}{title}{_NBSP}»{_NBSP}?"
    return f"What is the article “{title}” about?"


def _of(one: Subject) -> str:
    """« de » before a name with its article: « du Mali », « des États-Unis », « de la Libye », « d'Ashton Carter »."""
    match one.article:
        case "le ":
            return f"du {one.name}"
        case "les ":
            return f"des {one.name}"
        case "" if is_elided(one.name):
            return f"d'{one.name}"
        case _:
            return f"de {one.whole}"


def _is_answered(assistant: Assistant, text: str, language: str, only: Filter) -> bool:
    """Whether a question is answered in its language, a third of the way from the threshold to certainty at least."""
    outcome = assistant.quote(Question(text, filter=only))
    decision = outcome.trace.decision
    if not isinstance(outcome, Answered) or outcome.language != language or decision is None:
        return False
    return decision.confidence >= decision.threshold + (1 - decision.threshold) / 3


def _apart(offers: Sequence[_Offers], asked: _Asked) -> list[Offer]:
    """The questions known to be answered: what was asked about first, then of each article the first, the second and so
    on; nothing about one thing twice, and nothing that was asked.
    """
    found: list[Offer] = []
    told: set[str] = set()
    in_turn = [offer for row in zip_longest(*(one.good for one in offers)) for offer in row if offer is not None]
    for offer in sorted(in_turn, key=asked.nearness, reverse=True):
        if told.isdisjoint(offer.about) and not asked.is_asked(offer):
            told.update(offer.about)
            found.append(offer)
    return found
