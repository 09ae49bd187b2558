"""Numbers of a claim: each stands in a quote with the same value, unit and bound, and counts no other thing there.

What is counted is compared as far as that is safe: "50 agents" is not borne by "40 agents and 50 troops", nor "12
wounded" by "12 killed", but another word for the same thing is let through where nothing in the quote contradicts it.
A number that the claim makes itself, by counting or adding, is not borne.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.support.figures import Quantity, kinds
from bot.support.quantities import quantities
from bot.support.renderings import keys, known, renderings
from bot.support.types import Fault
from bot.types import Backing
from retrieval.analysis import tokens
from retrieval.names import fold

_COMPARED = [("who", "things"), ("sex", "around"), ("fate", "around"), ("move", "around")]
"""Kinds of `kinds.tsv` whose labels exclude one another, and the words of a number they are looked for in."""
_INITIAL = re.compile(r"\b(?:initial\w*|original\w*|d['’]abord|inaugur\w*|début\w*)\b", re.IGNORECASE)
_NONE = re.compile(r"\b(?:no|none|aucune?|nulle?)\b", re.IGNORECASE)
_TIMES = frozenset(("times", "fois"))
_IMPLIED = {("more", "least"), ("less", "most")}
"""Bounds of a quote and what they imply: "more than 50" is at least 50."""
_CHANGES = ("pass", "port", "ramen", "rais", "cut", "went")
"""Beginnings of words, besides those of `kinds.tsv`, behind which "from 5 to 10" is a change and no range."""


@dataclass(frozen=True, slots=True)
class _Borne:
    """A number of a quote, with the keys of the words that say what it counts."""

    one: Quantity
    things: tuple[frozenset[str], ...]
    quote: str
    language: str


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The numbers of a claim that no quote bears ("number"), or bears with another bound, or only with one ("bound").

    "About" may be added to a number, no other bound may. Numbers in the name of the article, its outlet or its author
    are no claim.
    """
    language = known(language, "en")
    borne = [one for support in backing for one in _borne(support.quote, known(support.article.language, language))]
    named = list(_named(claim, backing))
    mine = [one for one in quantities(claim, language) if not (one.offered or one.loose)]
    found: list[Fault | None] = []
    for one in mine:
        if not any(start <= one.start and one.end <= end for start, end in named):
            single = one.single
            found.append(_several(one, mine, claim, language, borne) if single else _fault(one, claim, language, borne))
    signs = (sign for sign in claim if unicodedata.category(sign) == "No")
    found += [Fault("number", sign) for sign in signs if not any(sign in support.quote for support in backing)]
    return [fault for fault in found if fault is not None]


@lru_cache(maxsize=4096)
def _borne(quote: str, language: str) -> tuple[_Borne, ...]:
    return tuple(
        _Borne(one, tuple(keys(word, language) for word in one.things), quote, language)
        for one in quantities(quote, language)
    )


def _named(claim: str, backing: Sequence[Backing]) -> Iterator[tuple[int, int]]:
    for support in backing:
        for name in (support.article.outlet, support.article.author, support.article.title):
            if name and (start := claim.find(name)) >= 0:
                yield start, start + len(name)


def _fault(one: Quantity, claim: str, language: str, borne: Sequence[_Borne]) -> Fault | None:
    lost: _Borne | None = None
    for other in borne:
        if _same_value(one, other) and not _counts_another(one, language, other, borne):
            if _same_bound(one, other.one):
                return None
            lost = lost or other
    said = claim[one.opens : one.end]
    if lost is None:
        return Fault("number", said)
    return Fault("bound", said if one.bound else lost.quote[lost.one.opens : lost.one.end])


# --- Value and unit -------------------------------------------------------------------------------------------------


def _same_value(one: Quantity, borne: _Borne) -> bool:
    """Whether a number of a quote has the value, kind and unit of a claimed one; half a range is left to the bound."""
    other = borne.one
    match one.kind:
        case "label":
            return other.kind == "label" and one.unit == other.unit
        case "order":
            first = one.value == 1 and _INITIAL.search(borne.quote) is not None
            return (other.kind == "order" and one.value == other.value) or first
        case "vague":
            within = other.kind == "count" and one.value * 2 <= other.value < one.value * 10
            return (other.kind == "vague" and one.value == other.value) or (within and not other.unit)
        case "factor":
            times = other.kind == "count" and not _TIMES.isdisjoint(other.things)
            return one.value == other.value and (other.kind == "factor" or times)
    if one.value == 0 and one.kind == "count" and _NONE.search(borne.quote):
        return True
    if other.kind == "factor" and not _TIMES.isdisjoint(one.things):
        return one.value == other.value
    if one.kind != other.kind or not _same_unit(one, other):
        return False
    return (one.value, one.upto) == (other.value, other.upto) or _end_of(one, other)


def _end_of(one: Quantity, other: Quantity) -> bool:
    """Whether a number is an end of a range, said to be one: "at least 30" of "30 to 40", or an end of a change."""
    if one.upto is not None or other.upto is None:
        return False
    if (one.bound, one.value) in (("least", other.value), ("most", other.upto)):
        return True
    words = [fold(word) for word in (*other.around, *other.things)]
    changed = any(word in kinds()["move"] or word.startswith(_CHANGES) for word in words)
    return changed and one.value in (other.value, other.upto)


def _same_unit(one: Quantity, other: Quantity) -> bool:
    """A measure may be left to the sense ("aged 40", « 40 ans ») where the bare number counts nothing else."""
    if one.unit == other.unit:
        return True
    if not {one.unit, other.unit} - {""} <= set(kinds()["measure"].values()) - {"point"} or (one.unit and other.unit):
        return False
    return not (other.things if one.unit else one.things)


def _same_bound(one: Quantity, other: Quantity) -> bool:
    bounds = (other.bound, one.bound)
    if one.kind in ("order", "factor", "label") or bounds[0] == bounds[1] or bounds in _IMPLIED:
        return True
    if one.upto is None and other.upto is not None and one.bound in ("least", "most"):
        return True
    if one.kind == "vague" and other.kind == "count":
        return not one.bound or one.bound == "about"
    return not other.bound and (one.bound == "about" or one.bound == other.inherited != "")


# --- What is counted ------------------------------------------------------------------------------------------------


def _counts_another(one: Quantity, language: str, borne: _Borne, all_borne: Sequence[_Borne]) -> bool:
    """Whether a number counts another thing in a quote than in the claim: one that excludes it, or another number's."""
    other = borne.one
    for kind, words in _COMPARED:
        mine, theirs = _labels(kind, getattr(one, words)), _labels(kind, getattr(other, words))
        if mine and theirs and mine.isdisjoint(theirs):
            return True
    own = _shared(one, language, borne)
    return any(
        _shared(one, language, rival) > own
        for rival in all_borne
        if not rival.one.single and (rival.one.value, rival.one.upto) != (other.value, other.upto)
    )


def _labels(kind: str, words: Sequence[str]) -> set[str]:
    table = kinds()[kind]
    return {table[fold(word)] for word in words if fold(word) in table}


def _shared(one: Quantity, language: str, borne: _Borne) -> int:
    """How many of the words that say what a claimed number counts say so in the quote, in some rendering."""
    said = (renderings(word, language, borne.language, near=True) for word in one.things)
    return sum(any(not ways.isdisjoint(thing) for thing in borne.things) for ways in said)


# --- One, or an article ---------------------------------------------------------------------------------------------


def _several(
    one: Quantity, mine: Sequence[Quantity], claim: str, language: str, all_borne: Sequence[_Borne]
) -> Fault | None:
    """A fault where the claim speaks of "a soldier" and its quotes only of two; "one of the two" is none."""
    alike = [other for other in all_borne if _same_thing(one, language, other)]
    plural = [other for other in alike if other.one.kind == "count" and other.one.value >= 2 and not other.one.offered]
    if not plural or len(alike) > len(plural):
        return None
    values = {other.one.value for other in plural}
    if any(number.value in values for number in mine) or any(_stands_alone(one, language, other) for other in plural):
        return None
    end = claim.find(one.things[0], one.end) + len(one.things[0]) if one.things and not one.unit else one.end
    return Fault("number", claim[one.start : end])


def _same_thing(one: Quantity, language: str, borne: _Borne) -> bool:
    if one.unit or borne.one.unit:
        return one.unit == borne.one.unit
    ways = [renderings(word, language, borne.language) for word in one.things[:2]]
    return any(not way.isdisjoint(thing) for way in ways for thing in borne.things)


def _stands_alone(one: Quantity, language: str, borne: _Borne) -> bool:
    """Whether a quote names what the claim speaks of more often than it counts it."""
    if one.unit:
        said = [word for word in tokens(borne.quote) if kinds()["measure"].get(fold(word.surface)) == one.unit]
        return len(said) > sum(other.one.unit == one.unit for other in _borne(borne.quote, borne.language))
    ways = renderings(one.things[0], language, borne.language)
    named = [word for word in tokens(borne.quote) if not ways.isdisjoint(keys(word.surface, borne.language))]
    counted = [other for other in _borne(borne.quote, borne.language) if any(ways & thing for thing in other.things)]
    return len(named) > len(counted)
