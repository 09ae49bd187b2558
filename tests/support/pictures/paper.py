"""Shapes and texts of an SVG, one upon the other. Knows nothing of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

from tests.support.pictures.layout import Line, width

BASELINE: Final = 0.35
"""Of a font's size: how far below the middle of a line its letters stand."""


@dataclass(slots=True)
class Paper:
    """What is drawn so far; `y` is where the next thing begins."""

    drawn: list[str] = field(default_factory=list)
    y: float = 0.0

    def box(self, x: float, y: float, wide: float, high: float, fill: str, corner: float = 0) -> None:
        """A rectangle, its corners as round as `corner`."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
        self.drawn.append(f'<rect {place} rx="{number(corner)}" fill="{fill}"/>')

    def path(self, at: tuple[float, float], shape: str, style: str) -> None:
        """A shape, moved to where it belongs."""
        self.drawn.append(f'<path transform="translate({number(at[0])} {number(at[1])})" d="{shape}" {style}/>')

    def text(self, text: str, x: float, middle: float, size: float, styles: Sequence[str] = ()) -> None:
        """A text on one line, whose middle is at this height."""
        wide = number(width(text, size, bold="bold" in styles))
        named = f' class="{" ".join(sorted(styles))}"' if styles else ""
        fitted = f' textLength="{wide}" lengthAdjust="spacingAndGlyphs"' if len(text) > 1 else ""
        place = f'x="{number(x)}" y="{number(middle + size * BASELINE)}" font-size="{size}"'
        self.drawn.append(f"<text {place}{named}{fitted}>{escape(text)}</text>")

    def label(self, text: str, middle_x: float, middle: float, size: float) -> None:
        """A text in the middle of a button, as wide as the font makes it: it may hold an emoji."""
        place = f'x="{number(middle_x)}" y="{number(middle + size * BASELINE)}" font-size="{size}"'
        self.drawn.append(f'<text {place} class="key">{escape(text)}</text>')

    def line(self, line: Line, x: float, middle: float, size: float) -> None:
        """A line of a message."""
        for piece in line:
            self.text(piece.text, x + piece.x, middle, size, sorted(piece.styles))


def number(pixels: float) -> str:
    """A number of pixels, as short as it can be written to a tenth."""
    return f"{round(pixels, 1):g}"
