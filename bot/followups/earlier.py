"""What an earlier question speaks of: its names and words, what it counts, and what a later "he" or "there" may mean.

Finds candidates, the likeliest first; a question names a person, a place or several things by what `slots.py` sees and
by a few articles and endings. Does not decide between questions: `resolving.py` asks the last one first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.asked import asked
from bot.followups.binding import AUX
from bot.followups.pointers import Pointer
from bot.followups.slots import PLACES, PLACING, Slot, slots
from retrieval.analysis import Token, meaningful, tokens


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question asked before, which stands alone, and its language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Noun:
    """What a word points at, without and with its article; `where`: as the answer to "where?"."""

    name: str
    article: str = ""
    where: str = ""


def said(last: Earlier) -> dict[int, str]:
    """What a question speaks of, by its place: its names, and its other words with a meaning."""
    found = slots(last.text, last.language)
    told = {slot.start: last.text[slot.start : slot.end] for slot in found}
    told |= {token.start: token.surface for token in loose(last.text, found, last.language)}
    return dict(sorted(told.items()))


def names(last: Earlier) -> list[str]:
    """The names, places and dates of a question."""
    return [last.text[slot.start : slot.end] for slot in slots(last.text, last.language) if slot.kind != "number"]


def loose(text: str, found: Sequence[Slot], language: str) -> list[Token]:
    """The words with a meaning that stand outside the slots."""
    row = list(tokens(text))
    told = [row[at] for at in meaningful(row, language)]
    return [token for token in told if not any(slot.begin <= token.start < slot.end for slot in found)]


_COUNTED = {
    "en": re.compile(rf"\bhow many ((?!{AUX}\b)\w+(?: (?!{AUX}\b)\w+){{0,2}}(?= {AUX}\b)|\w+)", re.IGNORECASE),
    "fr": re.compile(r"\bcombien (?:de |d['’])(\w+)", re.IGNORECASE),
}


def counted(question: str, language: str) -> tuple[int, int] | None:
    """Where the things that a question counts stand, with the adjective of a people: "American commandos"."""
    found = _COUNTED[language].search(question)
    if found is None:
        return None
    start, end = found.span(1)
    peoples = [slot for slot in slots(question, language) if slot.kind == "people"]
    if language == "en" and any(slot.end == end for slot in peoples):
        noun = re.match(r" \w+", question[end:])
        end += noun.end() if noun else 0
    return start, next((slot.end for slot in peoples if language == "fr" and slot.start == end + 1), end)


def antecedents(pointer: Pointer, one: Earlier, text: str, language: str) -> Iterator[Noun]:
    """What a pointer may mean in an earlier question, the likeliest first."""
    word = text[pointer.start : pointer.end].lower()
    for at in pointer.at:
        found = list(_SOUGHT[at](one)) if at in _SOUGHT else []
        if language == one.language == "fr" and word in _GENDERED and at == "thing":
            found = [noun for noun in found if noun.article in _GENDERED[word]]
        for noun in found:
            article = ("les" if language == "fr" else "the") if at == "several" and noun.article else ""
            yield noun if language == one.language else Noun(noun.name, article)


_GENDERED = {"il": ("le", "l"), "elle": ("la", "l", "")}
"""The articles of what "il" and "elle" mean, where it is a thing; a town has none."""


def _noun(one: Earlier, slot: Slot) -> Noun:
    where = one.text[slot.begin : slot.end] if slot.preposition in PLACING else ""
    return Noun(one.text[slot.start : slot.end], slot.article, where)


def _persons(one: Earlier) -> Iterator[Noun]:
    found = [
        slot
        for slot in slots(one.text, one.language)
        if slot.kind == "name" and not slot.article and slot.preposition not in PLACING
    ]
    for slot in sorted(found, key=lambda slot: bool(slot.preposition)):
        if not one.text[slot.start : slot.end].isupper():
            yield _noun(one, slot)
    row = list(tokens(one.text))
    for at, token in enumerate(row):
        which = "quel" if one.language == "fr" else "which"
        if asked(f"{which} {token.surface}").kind == "person":
            for back in range(at - 1, max(at - 4, -1), -1):
                if row[back].surface.lower() in ("the", "le", "la", "l"):
                    end = _with_adjective(one, token.end)
                    yield Noun(one.text[row[back + 1].start : end], row[back].surface.lower())
                    return


def _with_adjective(one: Earlier, end: int) -> int:
    """Where a French noun ends with the adjective of a people behind it."""
    for slot in slots(one.text, one.language):
        if slot.kind == "people" and slot.start == end + 1:
            return slot.end
    return end


_PLURAL = {
    "en": re.compile(
        rf"\b(?:the|these|those|are|were|do|did|have|there) (?P<noun>(?:(?!of\b|there\b|{AUX}\b)[\w-]+ ){{0,2}}?"
        r"[\w-]+[^s\W]s)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(r"\b(?:les|des|ces) (?P<noun>[\w-]+[sx])\b", re.IGNORECASE),
}


def _several(one: Earlier) -> Iterator[Noun]:
    article = "les" if one.language == "fr" else "the"
    if place := counted(one.text, one.language):
        yield Noun(one.text[slice(*place)], article)
    found = slots(one.text, one.language)
    if plural := _PLURAL[one.language].search(one.text):
        yield Noun(one.text[plural.start("noun") : _with_adjective(one, plural.end())], article)
    for kind in ("people", "group", "country"):
        for slot in found:
            if slot.kind == kind and (slot.article or kind != "people") and slot.preposition not in PLACING:
                yield _noun(one, slot)


def _things(one: Earlier) -> Iterator[Noun]:
    found = [
        slot
        for slot in slots(one.text, one.language)
        if slot.preposition not in PLACING
        and (slot.kind in ("group", *PLACES) or (slot.kind == "name" and slot.article))
    ]
    yield from (_noun(one, slot) for slot in found if not slot.preposition)
    if one.language == "fr":
        for match in re.finditer(r"(?<![\w'’])(?P<article>le |la |l['’])(?P<noun>[a-zà-ÿ-]+)", one.text, re.IGNORECASE):
            noun = one.text[match.start("noun") : _with_adjective(one, match.end())]
            yield Noun(noun, match["article"].lower().rstrip(" '’"))
    yield from (_noun(one, slot) for slot in found if slot.preposition)


def _places(one: Earlier) -> Iterator[Noun]:
    found = [slot for slot in slots(one.text, one.language) if slot.kind in PLACES]
    placed = [slot for slot in slots(one.text, one.language) if slot.preposition in PLACING and slot.kind == "name"]
    for slot in sorted([*found, *placed], key=lambda slot: (slot.preposition not in PLACING, slot.kind != "city")):
        yield _noun(one, slot)


_SOUGHT = {"person": _persons, "several": _several, "thing": _things, "place": _places}
