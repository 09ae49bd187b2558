"""A message's text and entities -> blocks of lines, each made of pieces in one style. Draws nothing.

Widths are those of Arial, which most machines have or replace by a font of the same widths; see `widths.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Any, Final

from tests.support.telegram.texts import units

QUOTES: Final = ("blockquote", "expandable_blockquote")
"""The entities that are blocks of their own."""
_EM: Final = 2048
_OTHER: Final = 1.3
"""Ems of a character without a known width: most are emoji, and none is wider in a common font."""
_NO_WIDTH: Final = ("Cf", "Mn", "Me")
"""Unicode categories of characters that take no room: joiners, marks upon the one before, kinds of emoji."""
_BREAK: Final = re.compile(r"(?<= )|(?<=[^\W\d]-)(?=[^\W\d])")
"""Where a line may end: after a space, and after the hyphen of a compound."""

Character = tuple[str, frozenset[str]]
"""With the types of the entities that it stands in."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a line in one style; `x`, from the line's beginning, and `width` in pixels."""

    text: str
    styles: frozenset[str]
    x: float
    width: float


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand in the same quote, one of QUOTES, or in none."""

    quote: str | None
    lines: tuple[Line, ...]

    @property
    def width(self) -> float:
        """Of its widest line, in pixels."""
        return max((line[-1].x + line[-1].width for line in self.lines if line), default=0.0)


def _read_widths() -> dict[bool, dict[str, float]]:
    faces = tomllib.loads(Path(__file__).with_name("widths.toml").read_text("utf-8"))
    return {
        face == "bold": {one: int(width) / _EM for width, characters in groups.items() for one in characters}
        for face, groups in faces.items()
    }


_WIDTHS: Final = _read_widths()


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text takes at this font size."""
    widths = _WIDTHS[bold]
    return size * sum(widths.get(one, 0.0 if unicodedata.category(one) in _NO_WIDTH else _OTHER) for one in text)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text on one line, cut with "…" where it is wider than `room`."""
    text = text.replace("\n", " ")
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def characters(text: str, entities: Sequence[dict[str, Any]]) -> list[Character]:
    """The text, each character with its styles; entities count UTF-16 units."""
    places = accumulate((units(one) for one in text), initial=0)
    return [
        (
            one,
            frozenset(entity["type"] for entity in entities if 0 <= place - entity["offset"] < entity["length"]),
        )
        for one, place in zip(text, places, strict=False)
    ]


def blocks(
    text: str, entities: Sequence[dict[str, Any]], *, size: float, room: float, quote_size: float, quote_room: float
) -> list[Block]:
    """The message in lines no wider than `room`, and `quote_room` in a quote; all in pixels.

    The line ends around a quote make no empty lines, as in Telegram's apps.
    """
    groups = [
        (quote, list(run))
        for quote, run in groupby(
            characters(text, entities), lambda one: next((style for style in QUOTES if style in one[1]), None)
        )
    ]
    laid = []
    for place, (quote, run) in enumerate(groups):
        if quote:
            laid.append(Block(quote, tuple(_lines(run, quote_size, quote_room))))
            continue
        if place and run[0][0] == "\n":
            del run[0]
        if place + 1 < len(groups) and run and run[-1][0] == "\n":
            del run[-1]
        if run:
            laid.append(Block(None, tuple(_lines(run, size, room))))
    return laid


def _lines(run: Sequence[Character], size: float, room: float) -> Iterator[Line]:
    start = 0
    for paragraph in "".join(one for one, _ in run).split("\n"):
        line: list[Character] = []
        ends = (0, *(found.start() for found in _BREAK.finditer(paragraph)), len(paragraph))
        for first, last in pairwise(ends):
            word = list(run[start + first : start + last])
            if line and _wide(line + word, size) > room:
                yield _pieces(line, size)
                line = []
            while _wide(word, size) > room and len(word) > 1:
                fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or _wide(word[:n], size) <= room)
                yield _pieces(word[:fits], size)
                word = word[fits:]
            line += word
        yield _pieces(line, size)
        start += len(paragraph) + 1


def _wide(run: Sequence[Character], size: float) -> float:
    """Pixels of characters on a line, without the spaces at its end."""
    line = _pieces(run, size)
    return line[-1].x + line[-1].width if line else 0.0


def _pieces(run: Sequence[Character], size: float) -> Line:
    """The line; spaces at the ends of a piece are room between pieces, not text, since SVG would drop them."""
    pieces = []
    x = 0.0
    for styles, group in groupby(run, lambda one: one[1].difference(QUOTES)):
        text = "".join(one for one, _ in group)
        bold = "bold" in styles
        shown = text.strip(" ")
        before = width(text[: len(text) - len(text.lstrip(" "))], size, bold=bold)
        if shown:
            pieces.append(Piece(shown, styles, x + before, width(shown, size, bold=bold)))
        x += width(text, size, bold=bold)
    return tuple(pieces)
