"""A text as a row of words and marks for the rules of this package: what each is, and how cues are found among them.

A word is a name, a number, a word that carries meaning, or a small one; an entity of several words ("Islamic State") is
one. The row also stands as one `line` of small letters, a space apart, in which cues are looked for as regular
expressions: their offsets lead back to the words. Judges nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.support.quotation import stretches
from retrieval.analysis import Token, meaningful, numbers, stem, tokens
from retrieval.lexicon import lexicon
from retrieval.names import name_table, shouted
from retrieval.types import LANGUAGES

Kind = Literal["name", "number", "word", "small", "mark"]

_MARKS = re.compile(r"[.,;:!?…()\[\]]|\n\s*\n|\s[-–—]+\s|[–—]|``|''|[“”„«»\"]")
_ABBREVIATIONS = """
mr mrs ms dr prof st gen col lt maj sgt capt sen rep gov hon no vs mm mme mlle jr sr inc ltd corp al etc
"""
_ABBREVIATED = frozenset(_ABBREVIATIONS.split())
_SPEECH = 3
"""Words between single marks from which they are speech, and not a word held at arm's length."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or mark: `text[start:end]`. `low`: as it stands in the line.

    `stem`: of its language. `label`: the entity or the canonical number it is, else empty. `quoted`: inside quotation
    marks.
    """

    start: int
    end: int
    low: str
    kind: Kind
    stem: str = ""
    label: str = ""
    quoted: bool = False

    @property
    def content(self) -> bool:
        """Whether it carries meaning by itself."""
        return self.kind in ("name", "number", "word")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as a row of words and marks. `line` holds their small letters, a space before and behind each."""

    text: str
    language: str
    words: tuple[Word, ...]
    line: str
    offsets: tuple[int, ...]

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int, int]]:
        """Where a cue stands: the match, its first word and the one past its last."""
        for match in pattern.finditer(self.line):
            first = bisect_right(self.offsets, match.start()) - 1
            yield match, first, bisect_right(self.offsets, match.end() - 1)

    def said(self, places: Iterable[int]) -> str:
        """The words at these places, as written."""
        return " ".join(self.text[self.words[at].start : self.words[at].end] for at in places)


@lru_cache(maxsize=4096)
def read(text: str, language: str) -> Reading:
    """The words and marks of a text; in a language that is neither English nor French none carries grammar."""
    row = list(tokens(text))
    surfaces = [token.surface.replace(".", "") for token in row]
    asking = set(meaningful(row, language))
    figures = numbers(row, language) if language in LANGUAGES else {}
    quoted = [(one.start, one.end) for one in stretches(text) if one.double or _is_speech(text[one.start : one.end])]
    entities = {first: (past, label) for first, past, label in name_table().find(surfaces)}
    words: list[Word] = []
    at = reached = 0
    while at < len(row):
        past, label = entities.get(at, (at + 1, ""))
        start, end = row[at].start, row[past - 1].end
        words += _marks(text, reached, start)
        reached = end
        kind: Kind
        if label:
            kind = "name"
        elif at in figures:
            kind, label = "number", figures[at]
        elif at not in asking:
            kind = "small"
        else:
            kind = "name" if _is_name(row, surfaces, at, language) else "word"
        small = text[start:end].lower().replace("’", "'")
        low = surfaces[at] if surfaces[at] == "May" and kind != "small" else "_".join(small.split())
        inside = any(first <= start and end <= last for first, last in quoted)
        words.append(Word(start, end, low, kind, stem(surfaces[at], language), label, inside))
        at = past
    words += _marks(text, reached, len(text))
    line, offsets = " ", []
    for word in words:
        offsets.append(len(line))
        line += word.low + " "
    return Reading(text, language, tuple(words), line, tuple(offsets))


def _is_speech(words: str) -> bool:
    return len(words.split()) >= _SPEECH


def _is_name(row: list[Token], surfaces: list[str], at: int, language: str) -> bool:
    """Whether a word is written as a name: with a capital, at the head of a sentence only if it is no word we know."""
    if not surfaces[at][0].isupper() or shouted(surfaces, at):
        return False
    first = at == 0 or row[at].start - row[at - 1].end > 1
    return not first or not lexicon().knows(stem(surfaces[at], language), language) if language in LANGUAGES else True


def _marks(text: str, start: int, end: int) -> Iterator[Word]:
    for match in _MARKS.finditer(text, start, end):
        mark = match.group().strip() or "."
        if mark == "." and _abbreviates(text, match.start()):
            continue
        if mark in "“”„«»\"``''":
            mark = '"'
        elif mark[0] in "-–—":
            mark = "–"
        yield Word(match.start(), match.end(), mark, "mark")


def _abbreviates(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` marks an abbreviation, or ends nothing that a capital begins behind it."""
    before = re.search(r"[^\W\d_]*$", text[max(0, stop - 12) : stop])
    word = before.group() if before else ""
    following = text[stop + 1 : stop + 30].lstrip(" \u00a0\u202f\"”»’'()\n")
    if not following:
        return False
    return word.lower() in _ABBREVIATED or (len(word) == 1 and word.isupper()) or following[0].islower()
