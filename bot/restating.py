"""Whether two sentences say the same, and which values of one stand in another's place in the other.

Nearly all that each says must have its counterpart in the other: a word, its kin or its translation, a name however it
is spelt, an equal number or one that rounds it, a date that agrees. Works within English and French and across the two,
in any order of words. Does not know which articles the sentences are of, nor whether what differs matters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from retrieval.commonness import NAME, weight
from retrieval.names import fold, skeleton
from retrieval.types import LANGUAGES

if TYPE_CHECKING:
    from bot.support.figures import Quantity
    from bot.support.moments import Parts

Kind = Literal["number", "date", "weekday", "name", "word"]
"""A weekday is a date that says nothing else."""

SAME: Final = 0.8
"""Two sentences say the same when this share of each, by weight, has its counterpart in the other, the values that
differ apart."""
SAME_ACROSS: Final = 0.65
"""The same across languages: some words of a translation are always others."""
_NEAR: Final = 0.4
"""Sentences of one language that share fewer of their words, small ones too, are not compared more closely."""
_NEAR_ACROSS: Final = 0.25
"""The same across languages, of words that begin alike, as names, figures and learned words do."""
_WORDS: Final = 3
_TITLE_WORDS: Final = 5
"""What must stand in both where none of it is a word in small letters: less is a label ("Photo: Getty Images")."""
_WEIGHT: Final = 10.0
_NAME_WEIGHT: Final = 14.0
"""Nats that must stand in both, the second where names differ: less is a formula ("declined to comment")."""
_ABSOLUTE: Final = frozenset(("year", "month", "day", "decade", "clock"))
"""What a date says by itself. A weekday is kept too, but depends on the day of writing; "yesterday" is left aside."""
_BEGINNING: Final = re.compile(r"\d+|\w{3,}")
_DATELINE: Final = re.compile(r"[A-ZÀ-Þ]{3,}[^–—-]{0,60}[–—-]{1,2}\s")
"""Where an agency wrote from ("GENEVA, 3 March (AFP) -"): no part of what it says."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence's words and their language."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `words[start:end]`. `says`: what it says, equal for what is the same, less for part of it."""

    start: int
    end: int
    says: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    """A value of one sentence and the one that stands in its place in the other: never of the kind "word"."""

    kind: Kind
    here: Value
    there: Value


@dataclass(frozen=True, slots=True)
class Both:
    """Two sentences beside each other: whether they say the same, the values that differ (`slots`) apart.

    `lost`: for each the weight, in nats, of what has no counterpart.
    """

    same: bool
    lost: tuple[float, float]
    slots: tuple[Slot, ...]


def near(one: Text, other: Text) -> bool:
    """Whether a closer look is worth its time."""
    if one.language == other.language:
        mine, yours = _small(one.words), _small(other.words)
        return one.language in LANGUAGES and len(mine & yours) >= _NEAR * max(len(mine), len(yours))
    if not {one.language, other.language} <= set(LANGUAGES):
        return False
    mine, yours = _beginnings(one.words), _beginnings(other.words)
    return len(mine & yours) >= max(2, _NEAR_ACROSS * min(len(mine), len(yours)))


@lru_cache(maxsize=4096)
def _small(words: str) -> frozenset[str]:
    return frozenset(words.lower().split())


@lru_cache(maxsize=4096)
def _beginnings(words: str) -> frozenset[str]:
    return frozenset(fold(word)[:4] for word in _BEGINNING.findall(words))


def compared(one: Text, other: Text) -> Both:
    """Two sentences in English or French beside each other."""
    mine, yours = _units(one), _units(other)
    pairs = _paired(mine, one.language, yours, other.language)
    slots = list(_slots(mine, yours, pairs, (one, other)))
    backwards = {there: (at, close) for at, (there, close) in pairs.items()}
    shared, lost = [], []
    for units, counterparts, values in (
        (mine, pairs, [slot.here for slot in slots]),
        (yours, backwards, [slot.there for slot in slots]),
    ):
        held = sum(unit.weight * counterparts[at][1] for at, unit in enumerate(units) if at in counterparts)
        counted = [unit for unit in units if not any(value.start <= unit.start < value.end for value in values)]
        shared.append(held)
        lost.append(sum(unit.weight for unit in counted) - held)
    share = SAME if one.language == other.language else SAME_ACROSS
    words = _WORDS if any(mine[at].kind == "word" for at in pairs) else _TITLE_WORDS
    nats = _NAME_WEIGHT if any(slot.kind == "name" for slot in slots) else _WEIGHT
    enough = len(pairs) >= words and min(shared) >= nats
    same = all(held >= share * (held + more) for held, more in zip(shared, lost, strict=True))
    return Both(enough and same, (lost[0], lost[1]), _distinct(slots))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word that carries meaning, a number with its unit, or a whole date, at `words[start:end]`.

    `key`: its stem, or an entity's label. `sure`: a name not only for its capital; `titled`: a word too
    ("President"). `parts`: the ways to read a date, or a number that may be a year.
    """

    kind: Kind
    start: int
    end: int
    key: str = ""
    weight: float = NAME
    sure: bool = False
    titled: bool = False
    parts: tuple[Parts, ...] = ()
    quantity: Quantity | None = None


@lru_cache(maxsize=2048)
def _units(text: Text) -> tuple[_Unit, ...]:
    from bot.support.moments import moments
    from bot.support.quantities import quantities
    from bot.support.words import read
    from retrieval.lexicon import lexicon

    words = text.words
    dates: dict[tuple[int, int], list[Parts]] = {}  # every way to read it
    years: dict[int, Parts] = {}  # by where they begin, those that may be numbers
    for one in moments(words, text.language):
        parts = frozenset(each for each in one.parts if each[0] in _ABSOLUTE or each[0] == "weekday")
        if one.loose:
            years[one.start] = parts
        else:
            dates.setdefault((one.start, one.end), []).append(parts)
    found = [
        _Unit("date" if any(name in _ABSOLUTE for name, _ in ways[0]) else "weekday", *place, parts=tuple(ways))
        for place, ways in dates.items()
        if all(ways)
    ]
    dateline = _DATELINE.match(words)
    taken = [*dates, *([dateline.span()] if dateline else [])]

    def free(start: int, end: int) -> bool:
        return not any(first < end and start < past for first, past in taken)

    for number in quantities(words, text.language):
        if not number.single and not number.offered and number.kind != "vague" and free(number.start, number.end):
            ways = (years[number.start],) if number.start in years else ()
            found.append(_Unit("number", number.start, number.end, parts=ways, quantity=number))
            taken.append((number.start, number.end))
    for word in read(words, text.language).words:
        if word.content and free(word.start, word.end):
            key = word.label or word.stem
            if words[word.start].isupper():
                titled = not word.label and lexicon().knows(key, text.language)
                found.append(_Unit("name", word.start, word.end, key, sure=word.kind == "name", titled=titled))
            else:
                found.append(_Unit("word", word.start, word.end, key, weight(key, text.language)))
    return tuple(sorted(found, key=lambda unit: unit.start))


_Pairs = Mapping[int, tuple[int, float]]
"""For the place of a unit of one sentence, the place of its counterpart in the other, and how near they come."""


def _paired(mine: Sequence[_Unit], language: str, yours: Sequence[_Unit], other: str) -> _Pairs:
    """Each unit with one counterpart at most: the nearest first, of equals the one that stands in the same part."""
    candidates = [
        (close, -abs(at / len(mine) - there / len(yours)), at, there)
        for at, one in enumerate(mine)
        for there, unit in enumerate(yours)
        if (close := _closeness(one, language, unit, other))
    ]
    pairs: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for close, _, at, there in sorted(candidates, reverse=True):
        if at not in pairs and there not in taken:
            pairs[at] = there, close
            taken.add(there)
    return pairs


def _closeness(one: _Unit, language: str, unit: _Unit, other: str) -> float:
    """From 0, nothing in common, to 1, the same."""
    from bot.support.alignment import related

    if one.parts and unit.parts:
        return float(any(_agree(dict(mine), dict(yours)) for mine in one.parts for yours in unit.parts))
    if one.quantity and unit.quantity:
        return float(_one_number(one.quantity, unit.quantity))
    if not (one.key and unit.key):
        return 0.0
    if one.key == unit.key:
        return 1.0
    bones = skeleton(one.key) if one.kind == unit.kind == "name" else None
    return 1.0 if bones and bones == skeleton(unit.key) else related(one.key, language, unit.key, other)


def _agree(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether two dates say something in common and nothing different."""
    common = one.keys() & other.keys()
    return bool(common) and all(one[name] == other[name] for name in common)


def _one_number(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers are one, or one is the other rounded, and says so ("nearly 40", 38)."""
    if (one.kind, one.unit, one.upto) != (other.kind, other.unit, other.upto):
        return False
    if one.value == other.value:
        return True
    return any(
        rough.bound in ("about", "more", "less") and rough.value == _rounded(exact.value, rough.value)
        for rough, exact in ((one, other), (other, one))
    )


def _rounded(value: Fraction, like: Fraction) -> Fraction:
    """A number rounded to as few figures as another has, zeros at its end not counted."""
    step = Fraction(1)
    while like and like % (step * 10) == 0:
        step *= 10
    return round(value / step) * step


def _slots(mine: Sequence[_Unit], yours: Sequence[_Unit], pairs: _Pairs, texts: tuple[Text, Text]) -> Iterator[Slot]:
    """Values without counterpart that cannot both be so, and stand beside the same word; dates stand anywhere."""
    taken = {there for there, _ in pairs.values()}
    for here in _runs(mine, pairs.keys()):
        for there in _runs(yours, taken):
            sides = [(here[0] - 1, there[0] - 1), (here[-1] + 1, there[-1] + 1)]
            if texts[0].language != texts[1].language:  # adjectives stand on the other side
                sides += [(here[0] - 1, there[-1] + 1), (here[-1] + 1, there[0] - 1)]
            beside = [mine[at] for at, other in sides if at in pairs and pairs[at][0] == other]
            values = [mine[at] for at in here], [yours[at] for at in there]
            if (beside or values[0][0].kind == "date") and _different(*values, texts, beside):
                yield Slot(values[0][0].kind, _value(values[0]), _value(values[1]))


def _runs(units: Sequence[_Unit], paired: Collection[int]) -> Iterator[list[int]]:
    """The stretches of neighbouring units of one kind that have no counterpart."""
    left = [at for at in range(len(units)) if at not in paired]
    for _, run in groupby(enumerate(left), key=lambda one: (units[one[1]].kind, one[1] - one[0])):
        yield [at for _, at in run]


def _different(
    here: Sequence[_Unit], there: Sequence[_Unit], texts: tuple[Text, Text], beside: Sequence[_Unit]
) -> bool:
    """Whether two values cannot both be so: dates, numbers of one unit, names that may not be one.

    They may when one is the initials of the other, or when either is a mere word next to a name that both have:
    "President" and "Barack" before "Obama". `beside`: what stands in both next to the values.
    """
    kinds = {unit.kind for unit in (*here, *there)}
    if kinds in ({"number"}, {"date"}, {"weekday"}):
        return len({(unit.quantity.kind, unit.quantity.unit) for unit in (*here, *there) if unit.quantity}) < 2
    if kinds != {"name"}:
        return False
    names = [text.words[side[0].start : side[-1].end] for text, side in zip(texts, (here, there), strict=True)]
    initials = ["".join(filter(str.isupper, name)) for name in names]
    if any(name.isupper() and name in run for name, run in zip(names, reversed(initials), strict=True)):
        return False
    words, start, end = texts[0].words, here[0].start, here[-1].end
    if any(unit.kind == "name" and (words[unit.end : start] or words[end : unit.start]).isspace() for unit in beside):
        return all(any(unit.sure and not unit.titled for unit in side) for side in (here, there))
    return any(unit.sure for unit in (*here, *there))


def _distinct(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Without those that stand in another over again, or in part: "Haftar" after "Khalifa Haftar"."""
    kept: list[Slot] = []
    for slot in sorted(slots, key=lambda one: -len(one.here.says) - len(one.there.says)):
        if not any(slot.here.says <= other.here.says and slot.there.says <= other.there.says for other in kept):
            kept.append(slot)
    return tuple(kept)


def _value(units: Sequence[_Unit]) -> Value:
    """What stands there: stems and labels of a name, a number with its unit, the parts of a date."""
    says: set[str] = set()
    for unit in units:
        if unit.quantity:
            says.add(f"{unit.quantity.value} {unit.quantity.unit}")
        elif unit.parts:
            says.update(f"{name} {at}" for name, at in unit.parts[0])
        else:
            says.add(unit.key)
    return Value(units[0].start, units[-1].end, frozenset(says))
