"""The evidence of test questions, found in the articles: every place where a quote stands, as offsets.

A quote that stands nowhere is an error that shows the words nearest to it. Knows articles by id, path and text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from bot.evaluation.cases import Case, Place
from bot.evaluation.errors import SHOWN, QuoteNotFound
from retrieval.names import fold
from retrieval.types import Article, Span

_WORD: Final = re.compile(r"[^\W_]+")
_LOOKED_AT: Final = 300
"""Characters of a quote that are shown, and compared with what is near."""
_COMPARED: Final = 20
"""Stretches with most words in common with a quote that are compared with it, character by character."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A quote in an article, wherever it stands there."""

    article: str
    path: str
    quote: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a question's answer, by the ids of the articles: groups of spots, articles with grades."""

    groups: tuple[tuple[Spot, ...], ...] = ()
    relevant: tuple[tuple[str, float], ...] = ()

    @property
    def articles(self) -> frozenset[str]:
        """Those that hold the answer, or part of it."""
        places = {spot.article for group in self.groups for spot in group}
        return frozenset(places) or frozenset(article for article, _ in self.relevant)


def find(cases: Iterable[Case], articles: Sequence[Article]) -> list[Key]:
    """For each question its key. Raises QuoteNotFound, with every quote and article that isn't there."""
    by_name: dict[str, list[Article]] = {}
    for article in articles:
        for name in {article.path, article.id}:
            by_name.setdefault(name, []).append(article)
    keys: list[Key] = []
    faults: list[str] = []
    for case in cases:
        groups = []
        for n, group in enumerate(case.evidence):
            spots = []
            for m, place in enumerate(group):
                try:
                    spots.append(_spot(place, by_name, articles, told=len(faults) < SHOWN))
                except LookupError as fault:
                    faults.append(f"Question {case.id}, evidence[{n}][{m}]: {fault.args[0]}")
            groups.append(tuple(spots))
        relevant = []
        for name, grade in case.relevant.items():
            try:
                relevant.append((_named(name, by_name).id, grade))
            except LookupError as fault:
                faults.append(f"Question {case.id}, relevant: {fault.args[0]}")
        keys.append(Key(tuple(groups), tuple(relevant)))
    if faults:
        raise QuoteNotFound(faults)
    return keys


def _named(name: str, by_name: Mapping[str, Sequence[Article]]) -> Article:
    found = by_name.get(name, ())
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(article.id for article in found)
        raise LookupError(f"{len(found)} articles have the path {name}; name one by its id: {ids}.")
    raise LookupError(f"the archive has no article {name}.")


def _spot(place: Place, by_name: Mapping[str, Sequence[Article]], articles: Sequence[Article], *, told: bool) -> Spot:
    """`told`: a fault is going to be shown, so it is worth looking for what is like the quote."""
    article = _named(place.article, by_name)
    if place.start is not None:
        span = Span(place.start, place.start + len(place.quote))
        spans = [span] if article.text[span.start : span.end] == place.quote else []
    else:
        spans = [Span(at.start(), at.end()) for at in re.finditer(re.escape(place.quote), article.text)]
    if spans:
        return Spot(article.id, article.path, place.quote, tuple(spans))
    where = f" at {place.start}" if place.start is not None and place.quote in article.text else ""
    path = article.path
    if not told:
        raise LookupError(f"{_shown(place.quote)} does not stand in {path}{where}.")
    elsewhere = next((other.path for other in articles if place.quote in other.text), None)
    if elsewhere is not None and not where:
        raise LookupError(f"{_shown(place.quote)} does not stand in {path}, but in {elsewhere}.")
    near = nearest(place.quote[:_LOOKED_AT], [article])
    raise LookupError(f"{_shown(place.quote)} does not stand in {path}{where}. The nearest there: {_shown(near)}.")


def _shown(text: str) -> str:
    more = " …" if len(text) > _LOOKED_AT else ""
    return f"“{' '.join(text[:_LOOKED_AT].split())}{more}”"


def nearest(quote: str, articles: Sequence[Article]) -> str:
    """The stretch of the articles, as many words long as the quote, that is most like it.

    Of the stretches with most of the quote's words, the one with the greatest share of matching characters (`difflib`'s
    ratio); letter case and accents aside in both.
    """
    wanted = {fold(word) for word in _WORD.findall(quote)}
    length = max(1, len(_WORD.findall(quote)))
    counted: list[tuple[int, str]] = []
    for article in articles:
        words = list(_WORD.finditer(article.text))
        shared = [int(fold(word.group()) in wanted) for word in words]
        run = sum(shared[:length])
        for at in range(len(words)):
            end = min(at + length, len(words)) - 1
            counted.append((run, article.text[words[at].start() : words[end].end()]))
            run += (shared[at + length] if at + length < len(words) else 0) - shared[at]
    counted.sort(key=lambda one: -one[0])
    return max(
        (text for _, text in counted[:_COMPARED]),
        key=lambda text: SequenceMatcher(None, fold(quote), fold(text), autojunk=False).ratio(),
        default="",
    )
