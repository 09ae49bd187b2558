"""What becomes of messages: edited, deleted, reacted to."""

from __future__ import annotations

import time
from typing import Any, Final

from telegram.constants import ReactionEmoji

from tests.support.telegram.chats import Chat
from tests.support.telegram.keyboards import checked_markup
from tests.support.telegram.messages import Message
from tests.support.telegram.methods.registry import Method, text_of, writable_chat
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import bad
from tests.support.telegram.world import World

_EMOJI: Final = frozenset(emoji.value for emoji in ReactionEmoji)
_MANY: Final = 100
"""Messages that one call can delete."""
_SAME: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def _own_message(world: World, parameters: Parameters) -> Message:
    """The message of the bot that is to be edited."""
    chat = writable_chat(world, parameters)
    number = parameters.number("message_id", 0)
    if not number:
        raise bad("message identifier is not specified")
    message = chat.message(number)
    if message is None:
        raise bad("message to edit not found", blamed=False)
    if not message.by_bot:
        raise bad("message can't be edited")
    return message


def _change(message: Message, text: str, entities: list[dict[str, Any]], parameters: Parameters) -> Any:
    markup = checked_markup(parameters.structure("reply_markup"))
    if (message.text, message.entities, message.markup) == (text, entities, markup):
        raise bad(_SAME)
    message.change(text, entities, markup, time.monotonic())
    message.edited = int(time.time())
    return message.json()


def _edit_text(world: World, parameters: Parameters) -> Any:
    message = _own_message(world, parameters)
    text, entities = text_of(parameters)
    if not message.text:
        raise bad("there is no text in the message to edit")
    return _change(message, text, entities, parameters)


def _edit_markup(world: World, parameters: Parameters) -> Any:
    message = _own_message(world, parameters)
    return _change(message, message.text, message.entities, parameters)


def _may_delete(chat: Chat, message: Message) -> bool:
    """The bot deletes its own; others' in private chats, and where it is an admin."""
    return message.by_bot or chat.kind == "private" or chat.world.me["id"] in chat.admins


def _delete(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    message = chat.message(parameters.number("message_id"))
    if message is None:
        raise bad("message to delete not found", blamed=False)
    if not _may_delete(chat, message):
        raise bad("message can't be deleted")
    message.deleted = True
    return True


def _delete_many(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    numbers = parameters.structure("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= _MANY:
        raise bad("message identifiers are not specified, or too many")
    for message in map(chat.message, numbers):
        if message is not None and _may_delete(chat, message):
            message.deleted = True
    return True


def _react(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    message = chat.message(parameters.number("message_id"))
    if message is None:
        raise bad("message to react not found", blamed=False)
    given = parameters.structure("reaction") or []
    if len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one.get("type") != "emoji" or one.get("emoji") not in _EMOJI for one in given):
        raise bad("REACTION_INVALID")
    message.reactions = given
    return True


METHODS: Final[dict[str, Method]] = {
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "deleteMessages": _delete_many,
    "setMessageReaction": _react,
}
