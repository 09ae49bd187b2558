"""Messages -> an SVG that looks like a chat in Telegram's apps, in their light colours.

Every text has the width that it was measured with (`textLength`), so that nothing overlaps where another font stands
in. The whole text of each message is in `desc`, also where a quote is folded or a button too narrow for its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from tests.support.pictures.layout import Block, blocks, shortened, width
from tests.support.pictures.paper import Paper, number
from tests.support.telegram import Button, Message

WIDTH: Final = 380
"""Pixels of a picture, about those of a phone."""
_MARGIN: Final = 9
_BUBBLE: Final = 340
"""The most that a bubble is wide."""
_SIDE: Final = 11
"""Room beside a bubble's text; _ABOVE, over and under it."""
_ABOVE: Final = 8
_SIZE: Final = 15
_LINE: Final = 20
"""Height of a line of text."""
_QUOTE_SIZE: Final = 14
_QUOTE_LINE: Final = 19
_INDENT: Final = 11
"""From the bar of a quote to its text."""
_CORNER: Final = 24
"""Room at a quote's right, where the quotation marks and the arrow are."""
_FOLDED: Final = 3
"""Lines that are shown of a folded quote."""
_KEY: Final = 36
"""Height of a button."""
_KEY_SIZE: Final = 14
_KEY_SIDE: Final = 12
_GAP: Final = 3
"""Between buttons."""
_HEADER: Final = 54
_STYLE: Final = """\
text{font-family:Helvetica,Arial,"Liberation Sans",Roboto,sans-serif;fill:#0f1419;white-space:pre}
.bold{font-weight:700}.italic{font-style:italic}.code,.pre{font-family:monospace}.underline{text-decoration:underline}
.text_link{fill:#1577b8}.accent{fill:#1f7db8}.grey{fill:#6b7680}.key{fill:#fff;font-weight:700;text-anchor:middle}
.line{fill:none;stroke:#1f7db8;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.mark{fill:#1f7db8}.sign{fill:none;stroke:#fff;stroke-width:1.2;stroke-linejoin:round}\
"""
_MARKS: Final = (
    "M0 0h3.6v3.6q0 3 -2.8 3.8l-.5 -1.2q1.4 -.5 1.4 -2.2h-1.7zM5 0h3.6v3.6q0 3 -2.8 3.8l-.5 -1.2q1.4 -.5 1.4 -2.2h-1.7z"
)
_COPY: Final = "M3 3h6v6h-6zM3 6.5h-2.5v-6h6v2.5"
_OPEN: Final = "M1 8l7 -7M2.5 1h5.5v5.5"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message in a picture. `unfolded`: its reader has tapped the quote that can be unfolded."""

    message: Message
    unfolded: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: its title, and the messages from top to bottom, all of one chat."""

    title: str
    messages: tuple[Shown, ...]


def drawn(scene: Scene) -> str:
    """The picture, an SVG document."""
    paper = Paper()
    _header(paper, scene.messages[0].message.chat.world.me["first_name"])
    for shown in scene.messages:
        _message(paper, shown)
    height = round(paper.y + _MARGIN)
    about = "\n\n".join(_told(shown.message) for shown in scene.messages)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" \
role="img" aria-labelledby="title about">
<title id="title">{escape(scene.title)}</title>
<desc id="about">{escape(about)}</desc>
<style>
{_STYLE}
</style>
<defs>
<clipPath id="edge"><rect width="{WIDTH}" height="{height}" rx="14"/></clipPath>
<linearGradient id="paper" x2="0.4" y2="1">
<stop stop-color="#d3dfb6"/><stop offset="1" stop-color="#9cc7a0"/>
</linearGradient>
</defs>
<g clip-path="url(#edge)">
<rect width="{WIDTH}" height="{height}" fill="url(#paper)"/>
{chr(10).join(paper.drawn)}
</g>
<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="13.5" fill="none" stroke="#8a9a90"/>
</svg>
"""


def _told(message: Message) -> str:
    """A message for those who can't see it."""
    who, text = _said(message)
    if message.reply_to is not None:
        who += f", in reply to {_said(message.reply_to)[0]}"
    buttons = f"\nButtons: {', '.join(message.labels)}" if message.labels else ""
    return f"{who}:\n{text}{buttons}"


def _header(paper: Paper, name: str) -> None:
    middle = _HEADER / 2
    paper.box(0, 0, WIDTH, _HEADER, "#fff")
    paper.path((22, middle), "M0 -7l-7 7 7 7", 'class="line"')
    paper.drawn.append(f'<circle cx="56" cy="{number(middle)}" r="19" fill="#2f86c1"/>')
    paper.label(name[0], 56, middle, 18)
    paper.text(name, 86, middle - 8, 16, ["bold"])
    paper.text("bot", 86, middle + 11, 13, ["grey"])
    paper.y = _HEADER + _MARGIN


def _message(paper: Paper, shown: Shown) -> None:
    """A bubble with what it replies to and its text, and its buttons below."""
    message = shown.message
    text = blocks(
        message.text,
        message.entities,
        size=_SIZE,
        room=_BUBBLE - 2 * _SIDE,
        quote_size=_QUOTE_SIZE,
        quote_room=_BUBBLE - 2 * _SIDE - _INDENT - _CORNER,
    )
    wide = min(_needed(message, text), _BUBBLE)
    x = _MARGIN if message.by_bot else WIDTH - _MARGIN - wide
    inside = Paper(y=paper.y + _ABOVE)
    if message.reply_to is not None:
        _reply(inside, message.reply_to, x + _SIDE, wide - 2 * _SIDE)
    for block in text:
        if block.quote:
            _quote(inside, block, x + _SIDE, wide - 2 * _SIDE, unfolded=shown.unfolded)
            continue
        for line in block.lines:
            inside.line(line, x + _SIDE, inside.y + _LINE / 2, _SIZE)
            inside.y += _LINE
    bottom = inside.y + _ABOVE - 1
    fill = "#fff" if message.by_bot else "#e3fccb"
    paper.box(x, paper.y, wide, bottom - paper.y, fill, 15)
    if not message.by_bot:
        paper.path((x + wide, bottom), "M-16 -15v15h20c-5 -2 -7 -6 -8 -15z", f'fill="{fill}"')
    paper.drawn += inside.drawn
    paper.y = bottom + _GAP
    for row in message.rows:
        _keys(paper, row, x, wide)
    paper.y += _MARGIN - _GAP


def _needed(message: Message, text: Sequence[Block]) -> float:
    """How wide a bubble is that shows its text, its reply and its buttons whole."""
    inner = [block.width + (_INDENT + _CORNER if block.quote else 0) for block in text]
    if message.reply_to is not None:
        inner += [_INDENT + width(said, _QUOTE_SIZE, bold=True) + _ABOVE for said in _said(message.reply_to)]
    keys = [
        len(row) * max(width(button.label, _KEY_SIZE, bold=True) + 2 * _KEY_SIDE + _GAP for button in row) - _GAP
        for row in message.rows
    ]
    return max([2 * _SIDE + each for each in inner] + keys)


def _said(message: Message) -> tuple[str, str]:
    """Who wrote a message, and what."""
    return (message.sender or {})["first_name"], message.text


def _reply(paper: Paper, other: Message, x: float, wide: float) -> None:
    """The beginning of the message that is replied to, behind a bar."""
    high = 2 * _QUOTE_LINE + 4
    _bar(paper, x, wide, high)
    middle = paper.y + 2 + _QUOTE_LINE / 2
    for text, styles in zip(_said(other), (("bold", "accent"), ()), strict=True):
        cut = shortened(text, _QUOTE_SIZE, wide - _INDENT - _ABOVE, bold="bold" in styles)
        paper.text(cut, x + _INDENT, middle, _QUOTE_SIZE, styles)
        middle += _QUOTE_LINE
    paper.y += high + 6


def _quote(paper: Paper, block: Block, x: float, wide: float, *, unfolded: bool) -> None:
    """A quote with its bar. One that can be folded shows its first lines, and an arrow, when it has more."""
    folds = block.quote == "expandable_blockquote" and len(block.lines) > _FOLDED
    lines = block.lines[:_FOLDED] if folds and not unfolded else block.lines
    paper.y += 2
    high = len(lines) * _QUOTE_LINE + 8
    _bar(paper, x, wide, high)
    paper.path((x + wide - 15, paper.y + 6), _MARKS, 'class="mark"')
    for place, line in enumerate(lines):
        paper.line(line, x + _INDENT, paper.y + 4 + (place + 0.5) * _QUOTE_LINE, _QUOTE_SIZE)
    if folds:
        arrow = "M-4.5 2.5l4.5 -4.5 4.5 4.5" if unfolded else "M-4.5 -2l4.5 4.5 4.5 -4.5"
        paper.path((x + wide - 12, paper.y + high - 12), arrow, 'class="line"')
    paper.y += high + 2


def _bar(paper: Paper, x: float, wide: float, high: float) -> None:
    """What stands behind a quote or a reply: a tint, and the bar at its left."""
    paper.path(
        (x, paper.y),
        f"M4 0h{number(wide - 8)}a4 4 0 0 1 4 4v{number(high - 8)}a4 4 0 0 1 -4 4h-{number(wide - 8)}z",
        'fill="#1f7db8" fill-opacity="0.1"',
    )
    paper.path((x, paper.y), f"M4 0h-1a3 3 0 0 0 -3 4v{number(high - 8)}a4 4 0 0 0 3 4h1z", 'fill="#1f7db8"')


def _keys(paper: Paper, row: Sequence[Button], x: float, wide: float) -> None:
    """A row of buttons, as wide as the bubble; one that copies or opens something has a sign of it in its corner."""
    each = (wide - (len(row) - 1) * _GAP) / len(row)
    for place, button in enumerate(row):
        left = x + place * (each + _GAP)
        paper.box(left, paper.y, each, _KEY, "#4d7a64", 9)
        label = shortened(button.label, _KEY_SIZE, each - 2 * _KEY_SIDE, bold=True)
        paper.label(label, left + each / 2, paper.y + _KEY / 2, _KEY_SIZE)
        sign = _COPY if button.copy is not None else _OPEN if button.url is not None else None
        if sign:
            paper.path((left + each - 15, paper.y + 5), sign, 'class="sign"')
    paper.y += _KEY + _GAP
