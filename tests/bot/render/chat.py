"""Messages as a test looks at them: whether Telegram would take them, and how a person would read them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.render.kept import Kept, kept_object
from bot.render.telegram.message import ENTITY_LIMIT, TEXT_LIMIT, Message
from bot.render.telegram.presses import read_press
from bot.render.text import visible
from bot.types import Outcome

AT = "2026-05-03T10:15:00+00:00"


def keep(outcome: Outcome, *suggested: str, at: str | None = AT) -> Kept:
    """The answer as it comes back from where it was stored."""
    return Kept.read(json.loads(json.dumps(kept_object(outcome, suggested), ensure_ascii=False)), at)


def stretch(text: str, offset: int, length: int) -> str:
    """What an entity covers; UnicodeDecodeError where it cuts a character in two."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def covered(message: Message, style: str) -> list[str]:
    """The stretches of a message in a style."""
    return [stretch(message.text, e.offset, e.length) for e in message.entities if e.style == style]


def labels(message: Message) -> list[list[str]]:
    """What the buttons say, row by row."""
    return [[button.label for button in row] for row in message.keyboard]


def checked(message: Message) -> Message:
    """The message, if Telegram would take it as it is and a person could read all of it; AssertionError otherwise."""
    text = message.text
    length = len(text.encode("utf-16-le")) // 2
    assert 0 < length <= TEXT_LIMIT
    assert text == text.strip()
    assert text == visible(text), "hidden characters"
    assert len(message.entities) <= ENTITY_LIMIT
    around: list[tuple[int, int, str]] = []
    for entity in message.entities:
        start, end = entity.offset, entity.offset + entity.length
        assert 0 <= start < end <= length
        assert stretch(text, start, end - start).strip()
        assert (entity.style == "text_link") == (entity.url is not None)
        while around and around[-1][1] <= start:
            around.pop()
        assert not around or (around[-1][0] <= start and end <= around[-1][1]), "entities that cross"
        blocks = [style for _, _, style in around if style.endswith("blockquote")]
        assert not (blocks and entity.style.endswith("blockquote")), "a quotation in a quotation"
        around.append((start, end, entity.style))
    buttons = [button for row in message.keyboard for button in row]
    assert len(buttons) <= 100
    for row in message.keyboard:
        assert 0 < len(row) <= 8
    for button in buttons:
        assert button.label.strip() == button.label == visible(button.label) != ""
        if button.press is not None:
            assert read_press(button.press), button.press
        if button.copy is not None:
            assert len(button.copy.encode("utf-16-le")) // 2 <= 256
    for url in [e.url for e in message.entities if e.url] + [b.url for b in buttons if b.url]:
        assert re.fullmatch(r"https?://[^\s/@]+\.[^\s/@]+(?:/\S*)?", url), url
    return message


_OPENS = {
    "bold": "**",
    "italic": "_",
    "code": "`",
    "text_link": "[",
    "blockquote": "<<",
    "expandable_blockquote": "<<+",
}
_CLOSES = {"bold": "**", "italic": "_", "code": "`", "blockquote": ">>", "expandable_blockquote": ">>"}


def readable(message: Message) -> str:
    """A message that was checked, with marks for what a chat styles, and a line for each row of buttons."""
    raw = checked(message).text.encode("utf-16-le")
    marks: list[tuple[int, int, str]] = []
    for rank, entity in enumerate(message.entities):
        close = f"]({entity.url})" if entity.style == "text_link" else _CLOSES[entity.style]
        marks += [(entity.offset, 1000 + rank, _OPENS[entity.style])]
        marks += [(entity.offset + entity.length, 999 - rank, close)]
    shown, at = "", 0
    for place, _, mark in sorted(marks):
        shown += raw[2 * at : 2 * place].decode("utf-16-le") + mark
        at = place
    shown += raw[2 * at :].decode("utf-16-le")
    rows = [" | ".join(f"({button.label})" for button in row) for row in message.keyboard]
    return "\n".join([shown, *rows])


def joined(parts: Sequence[Message]) -> str:
    """The texts of several messages, one behind the other."""
    return "\n".join(part.text for part in parts)
