"""Whether a message in a group is for the bot and what it then asks.

Goes by entities, never by searching the text: `@mybot` is no mention of it within `@mybot2`, nor within a link. Looks
nothing up. Whether Telegram passes plain mentions on depends on the bot's privacy mode; /ask and replies always come
through.
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message, MessageEntity

from bot.telegram.commands import parse_command
from bot.telegram.entities import command_entity, cut

_PAUSES = " \t\r\n\u00a0\u202f,;:–—-"
_ENDS = ".!?…"


def addressed(message: Message, username: str, me: int) -> str | None:
    """The question a group's message puts to the bot with this username (without @) and id; None if it isn't for it.

    For the bot are /ask, a mention of it, and a reply to what it wrote. Where the first two stand alone in a reply to
    somebody's words, those words are the question. "" means that the bot is addressed and asked nothing. Another
    command is no question.
    """
    text, entities = _words(message)
    if command_entity(text, entities) is not None:
        command = parse_command(text, entities, username)
        return command[1] or _others_words(message, me) if command is not None and command[0] == "ask" else None
    if any(_mentions(text, entity, username, me) for entity in entities):
        return without_mentions(text, entities, username, me) or _others_words(message, me)
    return text.strip() if text and _replies_to(message, me) else None


def without_mentions(text: str, entities: Sequence[MessageEntity], username: str, me: int) -> str:
    """The text without the bot's name, and without the punctuation that parts it from the rest."""
    mine = [entity for entity in entities if _mentions(text, entity, username, me)]
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


def _words(message: Message) -> tuple[str, Sequence[MessageEntity]]:
    """A message's text, or what stands under its picture or file."""
    if message.text is not None:
        return message.text, message.entities
    return message.caption or "", message.caption_entities


def _mentions(text: str, entity: MessageEntity, username: str, me: int) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me
    return entity.type == MessageEntity.MENTION and cut(text, entity).marked.lower() == f"@{username}".lower()


def _replies_to(message: Message, me: int) -> bool:
    """Whether this replies to what the bot wrote. A topic's creation is no such thing: all in the topic reply to it."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created is not None:
        return False
    return replied.from_user.id == me


def _others_words(message: Message, me: int) -> str:
    """What is replied to, when it is somebody else's; the part that was picked, where one was."""
    if message.reply_to_message is None or _replies_to(message, me):
        return ""
    if message.quote is not None:
        return message.quote.text.strip()
    return _words(message.reply_to_message)[0].strip()
