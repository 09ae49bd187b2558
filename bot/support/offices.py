"""Offices and ranks that a text gives to names: "President Obama", « le Premier ministre Renzi », "X, a general".

The ways of naming an office stand in `roles.tsv`. Only one right beside a name counts, with its country or a few small
words between them at most; whoever is meant by "the president" alone is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bot.support.naming import Text, key, written
from retrieval.names import fold

_SMALL = "to of for the in de du des d l la le les à en au aux retraite"
_LINKS = frozenset(_SMALL.split())
"""Words that may stand between an office and a name, besides a country: "ambassador to Italy", « à la retraite »."""
_BEFORE = "the a an then former new le la l les un une its their his her"
_DETERMINERS = _LINKS.union(_BEFORE.split())
_NEAR = 4
_JOINED = re.compile(r"[\s\-–'’]*")
_SHORT = re.compile(r"[\s\-–'’]*\.?[\s]*")
_COMMA = re.compile(r"\s*,\s*")
_COURTESY = frozenset(("m", "mr", "mrs", "ms", "mme", "mlle"))
"""Abbreviations; in small letters they are others ("m'a")."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office at `text[start:end]`, and the name beside it: its words' keys, none where no name stands there.

    `labels`: what the words may mean, with the family ("rank.general"). `tight`: nothing is between them.
    """

    start: int
    end: int
    labels: frozenset[str]
    name: tuple[str, ...]
    tight: bool

    def is_of(self, other: Office) -> bool:
        """Whether both are given to the same name: that whose last word they share."""
        return bool(self.name and other.name) and self.name[-1] == other.name[-1]

    def borne_by(self, other: Office) -> bool:
        """Whether the other is the same office, or a kind of it: "minister" by "defence minister"."""
        return any(theirs == mine or theirs.startswith(mine + ".") for mine in self.labels for theirs in other.labels)

    def against(self, other: Office) -> bool:
        """Whether the other is of the same family and cannot be the same."""
        families = [{label.partition(".")[0] for label in one.labels} for one in (self, other)]
        return families[0] == families[1] and not self.borne_by(other)


@lru_cache(maxsize=1)
def _ways() -> dict[str, dict[tuple[str, ...], frozenset[str]]]:
    found: dict[str, dict[tuple[str, ...], frozenset[str]]] = {"en": {}, "fr": {}}
    for line in (files("bot.support") / "roles.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        family, label, english, french = line.split("\t")
        for language, ways in (("en", english), ("fr", french)):
            for way in ways.split("|"):
                words = tuple(re.findall(r"[^\W\d_]+", fold(way)))
                found[language][words] = found[language].get(words, frozenset()) | {f"{family}.{label}"}
    return found


@lru_cache(maxsize=2048)
def offices(text: str, language: str) -> tuple[Office, ...]:
    """The offices in a text of English or French, in order."""
    one = written(text, language)
    ways = _ways()[language]
    # A country may stand inside an office: « le ministre italien de la Défense ».
    places = [at for at in range(len(one.row)) if not (one.alone(at) and one.row[at].surface[0].islower())]
    found: list[Office] = []
    at = 0
    while at < len(places):
        for length in range(min(5, len(places) - at), 0, -1):
            inside = places[at : at + length]
            labels = ways.get(tuple(one.folded[place] for place in inside))
            if labels and _is_office(one, inside):
                found.append(_office(one, inside, labels))
                at += length
                break
        else:
            at += 1
    return tuple(found)


def _is_office(one: Text, inside: Sequence[int]) -> bool:
    first, last = inside[0], inside[-1]
    if one.folded[first] in _COURTESY and one.row[first].surface[0].islower():
        return False
    if any(place in one.entities and one.entities[place][1] - one.entities[place][0] > 1 for place in inside):
        return False  # the General National Congress
    return all(_JOINED.fullmatch(one.text, one.row[at].end, one.row[at + 1].start) for at in range(first, last))


def _office(one: Text, inside: Sequence[int], labels: frozenset[str]) -> Office:
    start, end = one.row[inside[0]].start, one.row[inside[-1]].end
    after = list(_after(one, inside[-1] + 1))
    if after:
        return Office(start, end, labels, _keys(one, after), after[0] == inside[-1] + 1)
    return Office(start, end, labels, _keys(one, _before(one, inside[0] - 1)), False)


def _keys(one: Text, places: Iterable[int]) -> tuple[str, ...]:
    return tuple(key(one, at) for at in places)


def _after(one: Text, at: int) -> Iterator[int]:
    """The words of the name that begins at a place, or a few small words behind it."""
    begun = False
    for place in range(at, min(at + _NEAR + 3, len(one.row))):
        gap = one.text[one.row[place - 1].end : one.row[place].start]
        if not (_SHORT if place == at else _JOINED).fullmatch(gap) and not (
            (not begun or one.alone(place - 1)) and _COMMA.fullmatch(gap)
        ):
            return
        surface = one.row[place].surface
        if surface[0].isupper():
            begun = True
            yield place
        elif surface.lower() not in _LINKS and (begun or not one.alone(place)):
            return


def _before(one: Text, at: int) -> list[int]:
    """The words of the name that ends before a comma a few small words before a place: "Renzi, the Italian …"."""
    place = at
    while place >= 0 and at - place < _NEAR:
        gap = one.text[one.row[place].end : one.row[place + 1].start]
        if _COMMA.fullmatch(gap):
            break
        if not _JOINED.fullmatch(gap) or not (one.row[place].surface.lower() in _DETERMINERS or one.alone(place)):
            return []
        place -= 1
    else:
        return []
    name: list[int] = []
    while place >= 0 and one.row[place].surface[0].isupper():
        name.insert(0, place)
        if place == 0 or not _JOINED.fullmatch(one.text, one.row[place - 1].end, one.row[place].start):
            break
        place -= 1
    return name
