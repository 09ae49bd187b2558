"""A stretch of a received text that an entity marks. Telegram counts UTF-16 units, Python code points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from telegram import MessageEntity

_COMMAND: Final = re.compile(r"/[a-z0-9_]{1,32}(?:@[a-z0-9_]+)?(?=\s|\Z)", re.ASCII | re.IGNORECASE)


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


def command_entity(text: str, entities: Sequence[MessageEntity]) -> MessageEntity | None:
    """What marks the command that a text begins with. Where nothing at all is marked, as by a Bot API server that has
    no entities, the text itself tells.
    """
    if not entities:
        typed = _COMMAND.match(text)
        return MessageEntity(MessageEntity.BOT_COMMAND, 0, typed.end()) if typed is not None else None
    return next((one for one in entities if one.type == MessageEntity.BOT_COMMAND and one.offset == 0), None)
