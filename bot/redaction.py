"""What must not reach a log: the secrets of the settings, and what libraries log of what people wrote.

Does not log and does not know what a log looks like.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from bot.settings import Settings

_CARRIERS: Final = frozenset({"telegram", "httpx", "httpx2", "httpcore", "tornado", "asyncio"})
"""Libraries through whose hands go the messages of the chats; some log whole what they cannot make sense of."""
_LEFT_OUT: Final = "…"


class Redaction:
    """Called with a text, gives it without the secrets: neither as they are set, nor as they stand in an address."""

    def __init__(self, settings: Settings) -> None:
        self._secrets = sorted(set(_secrets(settings)), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text, … in place of each secret."""
        for secret in self._secrets:
            text = text.replace(secret, _LEFT_OUT)
        return text


def said(record: logging.LogRecord) -> str:
    """The message of a record: of a library that carries people's messages only the first line, with numbers alone."""
    if record.name.partition(".")[0] not in _CARRIERS:
        return record.getMessage()
    template = str(record.msg)
    if isinstance(record.args, tuple) and record.args:
        blotted = tuple(value if isinstance(value, int | float) else _LEFT_OUT for value in record.args)
        template = template % blotted
    return template.partition("\n")[0]


def _secrets(settings: Settings) -> Iterator[str]:
    token = settings.telegram_bot_token
    for secret in (settings.openai_api_key, settings.chroma_api_key, settings.telegram_webhook_secret, token):
        if secret:
            yield from (secret, quote(secret, safe=""))
    if token:
        yield token.partition(":")[2]
    for address in (settings.openai_base_url, settings.chroma_url, settings.telegram_api_base_url):
        if address and "@" in address:
            yield address
            if password := urlsplit(address).password:
                yield from (password, unquote(password))
