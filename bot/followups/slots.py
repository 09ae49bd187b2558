"""The parts of a question that another thing can take the place of: peoples, places, names, dates and numbers.

In "How many Marines are in Sicily?" these are "Marines" and "Sicily". Finds them by the name table, by capitals and by
what stands before them; knows no grammar beyond articles, prepositions and, in French, their contractions. Does not
decide whether a question leans on another: `followups.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from bot.support.moments import moments
from retrieval.analysis import Token, is_stopword, number, stem, tokens
from retrieval.lexicon import lexicon
from retrieval.names import fold, name_table, shouted

Kind = Literal["people", "country", "city", "group", "name", "time", "number"]
"""people: "French", as a noun or an adjective; name: a person, or whatever else a capital marks."""
PLACES: Final[frozenset[Kind]] = frozenset(("country", "city"))
_NAMED: Final[frozenset[Kind]] = frozenset(("country", "city", "group", "name"))


@dataclass(frozen=True, slots=True)
class Slot:
    """A thing in a text: `text[start:end]`; `begin` is where its preposition or article stands, else `start`.

    `article`, `preposition`: without accents, contractions taken apart (du: de, le); "" for none.
    """

    kind: Kind
    start: int
    end: int
    begin: int
    article: str = ""
    preposition: str = ""


_ARTICLES = {"en": frozenset(("the",)), "fr": frozenset(("le", "la", "les", "l"))}
_CONTRACTED = {"du": ("de", "le"), "des": ("de", "les"), "au": ("a", "le"), "aux": ("a", "les")}
_LISTED = {
    "en": """
        in at near around on outside inside from to of by with against for about into over since before after during
        between across under until within
    """,
    "fr": """
        a en dans sur sous vers chez de d par avec contre pour depuis avant apres pendant entre sans selon jusqu
    """,
}
PREPOSITIONS = {language: frozenset(words.split()) for language, words in _LISTED.items()}
_WHERE = "in at near around outside inside into across within a en dans vers"
PLACING: Final = frozenset(_WHERE.split())
"""Prepositions that say where."""

_DEMONYM = re.compile(r"\w+(?:an|ish|ese|ch|ss|i|eek|ot|ard|urd|ino)s?")
_COMPASS = re.compile(r"\w+ern|central")
_PARTICLES = frozenset(("le", "la", "el", "al", "bin", "ben", "von", "van"))
_JOINS = re.compile(r"[ '’&-]{1,3}")
_BEGINS = re.compile(r"(?:^|[.?!:«“\"]\s*)$")


_Thing = tuple[int, Kind]
"""Past which token a thing goes, and what it is."""
_FIRST: Final[dict[str, Kind]] = {"hezbollah": "group", "united_states": "country", "tobruk": "city"}


@lru_cache(maxsize=1)
def _entities() -> dict[str, Kind]:
    """What the entities of the name table are: it lists people, then groups, then countries, then other places."""
    labels = [fold(label).replace(" ", "_") for label in name_table().labels]
    found: dict[str, Kind] = {}
    kind: Kind = "name"
    for label in labels:
        kind = _FIRST.get(label, kind)
        found[label] = kind
    return found


@lru_cache(maxsize=256)
def slots(text: str, language: str, *, begins: bool = True) -> tuple[Slot, ...]:
    """The slots of a text in English or French, in order; none overlap.

    `begins`: the text begins a sentence, so that the capital it begins with says nothing.
    """
    row = list(tokens(text))
    kinds = _kinds(text, row, language, begins)
    return tuple(_slot(row, first, past, kind, language) for first, past, kind in _things(text, row, kinds))


def _slot(row: Sequence[Token], first: int, past: int, kind: Kind, language: str) -> Slot:
    start, end = row[first].start, row[past - 1].end
    words = ["", *(fold(token.surface) for token in row[:first])]
    article = preposition = ""
    at = len(words) - 1
    if language == "fr" and words[at] in _CONTRACTED:
        preposition, article = _CONTRACTED[words[at]]
        return Slot(kind, start, end, row[first - 1].start, article, preposition)
    if language == "en" and _COMPASS.fullmatch(words[at]) and words[at - 1] in PREPOSITIONS["en"]:
        at -= 1  # "in eastern Libya"
    elif words[at] in _ARTICLES[language]:
        article, at = words[at], at - 1
    if words[at] in PREPOSITIONS[language]:
        preposition, at = words[at], at - 1
    return Slot(kind, start, end, row[at].start if at < first else start, article, preposition)


def _things(text: str, row: Sequence[Token], kinds: Mapping[int, _Thing]) -> Iterator[tuple[int, int, Kind]]:
    """Runs of tokens (the first, past the last) with what they are; names that stand side by side are one."""
    at = 0
    while at < len(row):
        if at not in kinds:
            at += 1
            continue
        first, (past, kind) = at, kinds[at]
        while kind in _NAMED:
            follows = past + (past + 1 in kinds and fold(row[past].surface) in _PARTICLES)
            after, other = kinds.get(follows, (0, "time"))
            gaps = (text[row[i].end : row[i + 1].start] for i in range(past - 1, follows))
            if other not in _NAMED or not all(map(_JOINS.fullmatch, gaps)):
                break
            past, kind = after, "group" if kind == other == "group" else "name"
        yield first, past, kind
        at = past


def _kinds(text: str, row: Sequence[Token], language: str, begins: bool) -> dict[int, _Thing]:
    """The things of a text by the place of their first token."""
    words = [token.surface.replace(".", "") for token in row]
    found: dict[int, _Thing] = {}
    taken: set[int] = set()

    def take(places: range, kind: Kind) -> None:
        if taken.isdisjoint(places):
            found[places.start] = (places.stop, kind)
            taken.update(places)

    for moment in moments(text, language):
        within = [at for at, token in enumerate(row) if moment.start <= token.start < moment.end]
        take(range(within[0], within[-1] + 1), "time")
    for first, past, label in name_table().find(words):
        people = past == first + 1 and _entities()[label] == "country" and _is_people(words, first, label, language)
        take(range(first, past), "people" if people else _entities()[label])
    for at, word in enumerate(words):
        if number(word, language) is not None:
            take(range(at, at + 1), "number")
        elif not shouted(words, at):
            before = text[: row[at].start]
            if _is_name(word, bool(_BEGINS.search(before)) and (begins or bool(before.strip())), language):
                take(range(at, at + 1), "name")
    return found


def _is_name(word: str, begins: bool, language: str) -> bool:
    """Whether a capital marks a name: not where a sentence begins, if the word is known."""
    if not word[0].isupper() or len(word) < 2 or is_stopword(word, language) or is_stopword(word.lower(), language):
        return False
    return not (begins and lexicon().knows(stem(word, language), language))


def _is_people(words: Sequence[str], at: int, label: str, language: str) -> bool:
    """Whether a country's word is its people or of them: "French", « les Français », « soldats français »."""
    word = words[at]
    before = words[at - 1] if at else ""
    if language == "en":
        return fold(word) != label and _DEMONYM.fullmatch(fold(word)) is not None
    if word.endswith("s") and label != "philippines":
        return True
    return word[0].islower() and bool(before) and not is_stopword(before, "fr")
