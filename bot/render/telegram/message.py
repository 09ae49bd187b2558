"""A message as a chat shows it: plain text, entities that style stretches of it, and rows of buttons.

Telegram counts UTF-16 units, so do all offsets and lengths here. No parse mode: nothing needs escaping, so nothing can
be refused for it. Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Style = Literal["bold", "italic", "code", "pre", "underline", "blockquote", "expandable_blockquote", "text_link"]

TEXT_LIMIT: Final = 4096
"""UTF-16 units of a message's text, as the Bot API has it."""
ENTITY_LIMIT: Final = 100
"""Entities of a message; Telegram ignores what is beyond."""
PRESS_LIMIT: Final = 64
"""Bytes of a button's callback data."""
COPY_LIMIT: Final = 256
"""Characters that a button can copy."""


def units(text: str) -> int:
    """The length of a text as Telegram counts it: UTF-16 code units. A lone surrogate counts as one."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True)
class Entity:
    """A styled stretch of a text; offset and length in UTF-16 units. `url`: of a text_link."""

    style: Style
    offset: int
    length: int
    url: str | None = None

    def moved(self, by: int) -> Entity:
        """The same stretch, this many units further on."""
        return replace(self, offset=self.offset + by)


@dataclass(frozen=True, slots=True)
class Button:
    """One button: with exactly one of `press` (callback data), `url`, `copy` (text to copy) or `inline` (a query to
    type in another chat); ValueError otherwise, and where Telegram would refuse it.
    """

    label: str
    press: str | None = None
    url: str | None = None
    copy: str | None = None
    inline: str | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.press, self.url, self.copy, self.inline)) != 1:
            raise ValueError(f"the button {self.label!r} needs exactly one thing to do")
        if self.press is not None and not 0 < len(self.press.encode()) <= PRESS_LIMIT:
            raise ValueError(f"callback data of {len(self.press.encode())} bytes")
        if self.copy is not None and not 0 < len(self.copy) <= COPY_LIMIT:
            raise ValueError(f"{len(self.copy)} characters to copy")


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its text, the entities in it, and its buttons, row by row."""

    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
