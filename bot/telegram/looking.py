"""What `footnote doctor` says of the Telegram bot: does Telegram know it, how do updates come, and who may ask.

Asks Telegram and changes nothing: no update is fetched, no webhook is set or removed, no file is made.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from telegram import Bot, User, WebhookInfo
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from bot.database import IN_MEMORY
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.telegram.access import Access
from bot.telegram.fates import BAD_REPLY, kind_of
from bot.telegram.store import FILE, Store
from bot.types import Check
from retrieval.errors import RetrievalError

_SECONDS: Final = 5.0
"""For each of two requests: somebody waits."""


def checks(settings: Settings) -> list[Check]:
    """One line where there is no token, else one for Telegram and one for who may ask."""
    token = settings.telegram_bot_token
    if token is None:
        return [Check("telegram", None, "TELEGRAM_BOT_TOKEN is not set; there is no Telegram bot.")]
    return [_telegram(settings, token), _access(settings)]


def _telegram(settings: Settings, token: str) -> Check:
    try:
        me, webhook = asyncio.run(_asked(settings.telegram_api_base_url, token))
    except InvalidToken:
        return Check(
            "telegram",
            False,
            "Telegram does not know the token in TELEGRAM_BOT_TOKEN.",
            "Copy it again from @BotFather.",
        )
    except BAD_REPLY as error:
        where, advice = "Telegram", "Check the network of this machine."
        if settings.telegram_api_base_url is not None:
            where, advice = urlsplit(settings.telegram_api_base_url).netloc, "Check TELEGRAM_API_BASE_URL."
        where = where.rpartition("@")[2]  # without a user and a password
        return Check("telegram", False, f"{where} does not answer as the Bot API ({kind_of(error)}).", advice)
    privacy = (
        "privacy mode is off: it is sent all that is written in its groups, which it does not need"
        if me.can_read_all_group_messages
        else "in groups it is sent what is addressed to it"
    )
    return Check("telegram", True, f"@{me.username} answers; {_coming(settings, webhook)}; {privacy}.")


async def _asked(base_url: str | None, token: str) -> tuple[User, WebhookInfo]:
    request = HTTPXRequest(connection_pool_size=1, connect_timeout=_SECONDS, read_timeout=_SECONDS)
    bot = Bot(token, base_url=base_url, request=request) if base_url else Bot(token, request=request)
    async with bot:
        return bot.bot, await bot.get_webhook_info()


def _coming(settings: Settings, webhook: WebhookInfo) -> str:
    """How updates come. The host of a webhook is shown, not its path, which may be kept secret."""
    waiting = f", {webhook.pending_update_count} waiting" if webhook.pending_update_count else ""
    host = urlsplit(webhook.url).hostname
    if settings.telegram_webhook_url is None:
        removed = f"; the webhook at {host} is removed at its start" if host else ""
        return f"it asks for updates (polling){waiting}{removed}"
    if host is None:
        return f"its webhook is set at its start{waiting}"
    failing = f", failing: {webhook.last_error_message}" if webhook.last_error_message else ""
    return f"updates are sent to {host} (webhook){waiting}{failing}"


def _access(settings: Settings) -> Check:
    file = settings.home / FILE
    try:
        with closing(Store(file if file.exists() else IN_MEMORY)) as store:
            return Check("access", True, Access(store, settings).describe())
    except (FootnoteError, RetrievalError) as error:
        return Check("access", False, error.message, error.next_step)
