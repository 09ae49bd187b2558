"""A stretch of a received text that an entity marks. Telegram counts UTF-16 units, Python code points."""

from __future__ import annotations

from typing import NamedTuple

from telegram import MessageEntity


class Cut(NamedTuple):
    """A text in three: what stands before an entity, what it marks, what comes after."""

    before: str
    marked: str
    after: str


def cut(text: str, entity: MessageEntity) -> Cut:
    """The text, cut at both ends of the entity; an entity beyond the text marks what there is of it."""
    units = text.encode("utf-16-le", "surrogatepass")
    start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
    parts = (units[:start], units[start:end], units[end:])
    return Cut(*(part.decode("utf-16-le", "surrogatepass") for part in parts))
