"""What became of a request to Telegram that raised: refused, surely not done, or perhaps done.

Telegram has no key by which it would know a request made twice, so that this decides what may be made again. It goes by
what lies under python-telegram-bot's error, which calls all of it NetworkError. Pure: decides nothing, logs nothing.
"""

from __future__ import annotations

from typing import Final, Literal

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.telegram.pacing import PreviewDropped

Fate = Literal["refused", "not_done", "unknown"]

_NOT_REACHED: Final = (
    httpx.ConnectTimeout,
    httpx.ConnectError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    UnicodeError,  # a text that can't be written out
)
"""What happens before a request leaves the machine, or the proxy."""
UNREADABLE: Final = (KeyError, TypeError, AttributeError)
"""What python-telegram-bot raises where a reply is JSON, but not the Bot API's."""
BAD_REPLY: Final = (TelegramError, *UNREADABLE)
"""All that a request may raise."""


def fate_of(error: Exception) -> Fate:
    """What became of the request that raised this error, one of BAD_REPLY."""
    if isinstance(error, (BadRequest, Forbidden, ChatMigrated, InvalidToken, Conflict)):
        return "refused"
    if isinstance(error, RetryAfter | PreviewDropped):
        return "not_done"
    if isinstance(error, NetworkError):
        cause = error.__cause__
        if cause is None or type(cause) is TelegramError:  # a reply that says no, JSON or a web page
            words = error.message.lower()
            if "too large" in words:  # 413
                return "refused"
            # 504: a server in between heard nothing from Telegram's, which may have done it.
            return "unknown" if "gateway time" in words else "not_done"
        return "not_done" if isinstance(cause, _NOT_REACHED) else "unknown"
    return "unknown"  # a reply that says yes and nothing that could be read


def kind_of(error: Exception) -> str:
    """The error's name for a log: no text, no address, no token."""
    cause = error.__cause__
    named = type(error).__name__
    return f"{named}/{type(cause).__name__}" if cause is not None else named
