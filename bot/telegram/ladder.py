"""The milder forms of a message: without what Telegram finds fault with, until it takes it; the words stay.

Telegram tells what it minds in words alone, in two styles ("message thread not found", TOPIC_CLOSED). Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from telegram.error import BadRequest, TelegramError

from bot.render.telegram.message import Message

RUNGS: Final = 8
"""Forms that are tried of one message; more than there are."""
_GONE: Final = ("chat not found", "peer id invalid", "chat id invalid", "deactivated")
_BUTTONS: Final = ("button", "keyboard", "markup")
_LOOKS: Final = ("entit", "parse")
_TOPIC: Final = ("thread not found", "topic closed", "topic deleted")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message as it is tried: where, and in reply to what. `thread`: 0 outside of topics."""

    chat: int
    thread: int
    message: Message
    reply_to: int | None = None
    silent: bool = False


def milder(error: Exception, attempt: Attempt) -> Attempt | None:
    """The message without what was refused; None where nothing can be left out."""
    if not isinstance(error, BadRequest):
        return None
    words, message = _words(error), attempt.message
    if message.keyboard and _any(_BUTTONS, words):
        return replace(attempt, message=replace(message, keyboard=()))
    if message.entities and _any(_LOOKS, words):
        return replace(attempt, message=replace(message, entities=()))
    if attempt.thread and _any(_TOPIC, words):
        return replace(attempt, thread=0)
    if attempt.reply_to is not None and _any(("repl", *_TOPIC), words):  # a reply is put into its question's topic
        return replace(attempt, reply_to=None)
    return None


def too_long(error: Exception) -> bool:
    """Whether it is the text that is too long, or the request as a whole (413)."""
    words = _words(error)
    return "entity too large" in words or ("too long" in words and not _any((*_BUTTONS, *_LOOKS), words))


def gone(error: Exception) -> bool:
    """Whether there is no such chat."""
    return isinstance(error, BadRequest) and _any(_GONE, _words(error))


def unchanged(error: Exception) -> bool:
    """Whether the message looks like that already."""
    return "not modified" in _words(error)


def _words(error: Exception) -> str:
    return error.message.lower().replace("_", " ") if isinstance(error, TelegramError) else ""


def _any(of: tuple[str, ...], words: str) -> bool:
    return any(one in words for one in of)
