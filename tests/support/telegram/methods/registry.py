"""How a method of the Bot API is written here, and what several have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.telegram.chats import Chat
from tests.support.telegram.messages import Message
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import Refused, bad, migrated
from tests.support.telegram.texts import TEXT_LIMIT, checked_text
from tests.support.telegram.world import World

Method = Callable[[World, Parameters], Any]
"""Called in the server's thread with the world locked; gives the JSON of the result, or raises `Refused`."""


def writable_chat(world: World, parameters: Parameters) -> Chat:
    """The chat that is named, when the bot may write there."""
    chat = world.chat(parameters)
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    if chat.shut is not None:
        raise Refused(403, chat.shut, blamed=False)
    return chat


def open_thread(chat: Chat, parameters: Parameters) -> int | None:
    """The topic that is named, if one is."""
    number = parameters.number("message_thread_id", 0)
    if not number:
        return None
    if number not in chat.threads:
        raise bad("message thread not found", blamed=False)
    return number


def replied_message(chat: Chat, parameters: Parameters) -> Message | None:
    """The message that is replied to, if one is and it is still there or need not be."""
    given = parameters.structure("reply_parameters")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("message_id"), int):
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    found = chat.message(given["message_id"])
    if found is None and not given.get("allow_sending_without_reply"):
        raise bad("message to be replied not found", blamed=False)
    if found is not None and given.get("quote", "") not in found.text:
        raise bad("QUOTE_TEXT_INVALID")
    return found


def text_of(
    parameters: Parameters,
    name: str = "text",
    entities: str = "entities",
    *,
    limit: int = TEXT_LIMIT,
    empty: bool = False,
) -> tuple[str, list[dict[str, Any]]]:
    """The text in these parameters with its entities, checked."""
    return checked_text(
        parameters.text(name),
        parameters.structure(entities),
        parameters.text("parse_mode"),
        limit=limit,
        empty=empty,
    )
