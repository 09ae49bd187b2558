"""Whether a message in a group is for the bot, what it then asks, and who sent it.

Goes by entities, never by searching the text: `@mybot` is no mention of it within `@mybot2`, nor within a link. Pure: it
looks nothing up. Whether Telegram passes plain mentions on depends on the bot's privacy mode; /ask and replies always
come through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import telegram
from telegram import MessageEntity

from bot.telegram.commands import parse_command
from bot.telegram.entities import cut

_PAUSES = " \t\r\n\u00a0\u202f,;:–—-"
_ENDS = ".!?…"


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as messages name it; `username` without @."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Replied:
    """The message that is replied to: whether the bot wrote it, and its text ("" where it has none)."""

    mine: bool
    text: str = ""


def asked_in_group(text: str, entities: Sequence[MessageEntity], me: Me, replied: Replied | None = None) -> str | None:
    """The question that a group's message puts to the bot; None when it is not for the bot.

    For the bot are /ask, a mention of it, and a reply to what it wrote. Where these alone reply to somebody's words,
    those words are the question. "" means that the bot is addressed and asked nothing. Other commands ask nothing.
    """
    command = parse_command(text, entities, me.username)
    if command is not None:
        name, argument = command
        return (argument or _words_of_others(replied)) if name == "ask" else None
    if any(entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0 for entity in entities):
        return None  # another bot's, whatever it replies to
    if any(_mentions(text, entity, me) for entity in entities):
        return without_mentions(text, entities, me) or _words_of_others(replied)
    return text.strip() if replied is not None and replied.mine else None


def without_mentions(text: str, entities: Sequence[MessageEntity], me: Me) -> str:
    """The text without the bot's name, and without the punctuation that parts it from the rest."""
    mine = [entity for entity in entities if _mentions(text, entity, me)]
    for entity in sorted(mine, key=lambda entity: entity.offset, reverse=True):
        before, _, after = cut(text, entity)
        before, after = before.rstrip(), after.lstrip()
        if not before:
            text = after.lstrip(_PAUSES + _ENDS)
        elif not after or after[0] in _PAUSES + _ENDS:
            text = before.rstrip(_PAUSES) + after
        else:
            text = f"{before} {after}"
    return text.strip()


def sender(message: telegram.Message) -> int | None:
    """Who a message counts as: the group or channel it was sent in the name of, else the person; None for neither.

    In the name of a group write its anonymous admins: Telegram doesn't tell which one. Such an id is negative.
    """
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user is not None else None


def _mentions(text: str, entity: MessageEntity, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return entity.type == MessageEntity.MENTION and cut(text, entity).marked.lower() == f"@{me.username}".lower()


def _words_of_others(replied: Replied | None) -> str:
    return replied.text.strip() if replied is not None and not replied.mine else ""
