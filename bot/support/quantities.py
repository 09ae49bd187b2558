"""What the numbers of a text count, and how they are bounded: "at least 40 secret service agents".

"At least" and « au moins » are one bound, and so are all ways to say "about". What is counted are the words behind a
number, or the one before it where nothing stands behind ("wounded 30"). Judges nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from bot.support.figures import Bound, Figures, Placed, Quantity, kinds
from bot.support.moments import listed
from retrieval.analysis import is_stopword

_Phrases = list[tuple[Bound, str]]
_PHRASES_BEFORE: _Phrases = [
    ("least", r"(?:at least|no fewer than|no less than|not less than|a minimum of|minimum) "),
    ("least", r"(?:au (?:moins|minimum) |(?:pas moins|un minimum) d(?:e |['’]))"),
    ("most", r"(?:up to|as (?:many|much|high) as|at (?:the )?most|(?:no|not) more than|a maximum of|maximum) "),
    ("most", r"(?:jusqu['’]à |(?:tout )?au (?:plus|maximum) |(?:pas plus|un maximum) d(?:e |['’]))"),
    ("more", r"(?:more than|just over|over|above|exceed(?:s|ed|ing)?|upwards of|in excess of) "),
    ("more", r"(?:(?:plus|au-delà|au-dessus) d(?:e |['’])|supérieure?s? à |(?:dépass|excéd)\w+ (?:les )?)"),
    ("less", r"(?:less than|fewer than|just under|under|below) "),
    ("less", r"(?:(?:moins|en dessous|au-dessous) d(?:e |['’])|inférieure?s? à )"),
    ("about", r"(?:about|around|nearly|almost|close to|approximately|roughly|some|circa) "),
    ("about", r"(?:an )?estimated(?: at)? "),
    ("about", r"(?:presque|environ|quelque|approximativement|à peu près|pratiquement|estimée?s? à) "),
    ("about", r"(?:(?:près|autour|aux alentours|de l['’]ordre) d(?:e |['’])|avoisin\w+ (?:les )?)"),
]
_PHRASES_BEHIND: _Phrases = [
    ("least", r"(?:or|and|ou|et)\s(?:more|plus|davantage)|at\sleast|au\smoins|au\sminimum"),
    ("most", r"(?:or|ou)\s(?:less|fewer|moins)|at\s(?:the\s)?most|au\splus|au\smaximum"),
    ("about", r"or\sso|environ|approximately|roughly|à\speu\sprès|ou\spresque"),
]
_BEFORE = [
    (bound, re.compile(rf"(?<![\w-])(?:{words})$".replace(" ", r"[\s\u00a0\u202f]"), re.IGNORECASE))
    for bound, words in _PHRASES_BEFORE
]
_BEHIND = [
    (bound, re.compile(rf"(?:\s[\w'’-]+){{0,2}}?\s(?:{words})\b(?!\s\d)", re.IGNORECASE))
    for bound, words in _PHRASES_BEHIND
]
_LISTED = re.compile(r"[^.;:!?]*?\b(?:and|et)\s", re.IGNORECASE)
_MARK = re.compile(r"[.,;:!?()\[\]«»“”\"…—–]|\n\s*\n")
_JOINS = listed("and et or ou but mais while whereas tandis")
_AUXILIARIES = listed(
    "is are was were be been being has have had of de d des du the les la le l were est sont etait etaient ete ont a "
    "avait avaient other autres more s"
)
_COUNTED = 4
"""Words that say what is counted, at most: "secret service agents", "Special Forces troops"."""


@lru_cache(maxsize=4096)
def quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """The numbers of a text, in order; its articles "a" and « un » too, as such."""
    reading = Figures(text, language)
    placed = list(reading.read())
    words = _Counted(reading, placed)
    found: list[Quantity] = []
    before: Quantity | None = None
    for _, past, one in placed:
        if one.single:
            found.append(replace(one, opens=one.start, things=words.behind(past)))
            continue
        whole = _bounded(one, before, text)
        found.append(replace(whole, things=words.counted(whole, past), around=words.around(whole, past)))
        before = found[-1]
    return tuple(found)


def _bounded(one: Quantity, before: Quantity | None, text: str) -> Quantity:
    """The number with its bound, and that of the number before it in a list."""
    if one.kind in ("order", "factor", "label"):
        return replace(one, opens=one.start)
    listed = before and _LISTED.fullmatch(text, before.end, one.start)
    inherited = (before.bound or before.inherited) if before and listed else ""
    for bound, pattern in _BEFORE:
        if match := pattern.search(text[max(0, one.start - 30) : one.start]):
            return replace(one, bound=bound, opens=one.start - len(match[0]))
    for bound, pattern in _BEHIND:
        if match := pattern.match(text, one.end):
            return replace(one, bound=bound, end=match.end(), opens=one.start)
    return replace(one, opens=one.start, inherited=inherited)


class _Counted:
    """The words beside the numbers of a text."""

    def __init__(self, reading: Figures, placed: Sequence[Placed]) -> None:
        self.text, self.language, self.row, self.low = reading.text, reading.language, reading.row, reading.low
        self.taken = reading.dated | {at for first, past, one in placed if not one.single for at in range(first, past)}

    def counted(self, one: Quantity, past: int) -> tuple[str, ...]:
        """What stands behind a number, else the word before it."""
        return self.behind(past) or (() if one.unit else tuple(islice(self._before(one), 1)))

    def behind(self, past: int) -> tuple[str, ...]:
        """The words behind, up to a mark, a number or a small word; those too general to count are passed over."""
        found: list[str] = []
        for at in range(past, len(self.row)):
            if at in self.taken or self._apart(at) or len(found) == _COUNTED:
                break
            if self.low[at] in kinds()["general"] or (not found and self.low[at] in _AUXILIARIES):
                continue
            if is_stopword(self.row[at].surface, self.language):
                break
            found.append(self.row[at].surface)
        return tuple(found)

    def _before(self, one: Quantity) -> Iterator[str]:
        """The words before a number that carry meaning, the nearest first, up to a mark or another number."""
        for at in range(bisect_left(self.row, one.opens, key=lambda token: token.start) - 1, -1, -1):
            if at in self.taken or self._apart(at + 1) or self.low[at] in _JOINS:
                return
            if not is_stopword(self.row[at].surface, self.language):
                yield self.row[at].surface

    def around(self, one: Quantity, past: int) -> tuple[str, ...]:
        """All words of the stretch a number stands in: up to a mark, another number or an "and" on both sides."""
        found = list(self._before(one))
        for at in range(past, len(self.row)):
            if at in self.taken or self._apart(at) or self.low[at] in _JOINS:
                break
            if not is_stopword(self.row[at].surface, self.language):
                found.append(self.row[at].surface)
        return tuple(found)

    def _apart(self, at: int) -> bool:
        return _MARK.search(self.text, self.row[at - 1].end, self.row[at].start) is not None
