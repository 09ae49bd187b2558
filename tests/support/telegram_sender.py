"""A Sender over the real python-telegram-bot, which talks to the test's Bot API server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.telegram.pacing import Pacer
from bot.telegram.sending import Sender
from tests.support.telegram import BotApi

T = TypeVar("T")


def sending(
    api: BotApi, act: Callable[[Sender], Awaitable[T]], *, apart: float = 0, read_timeout: float = 20, **options: Any
) -> T:
    """What this act with a Sender returns. `apart`: seconds between messages. `options`: of the Sender."""

    async def run() -> T:
        request = HTTPXRequest(
            connection_pool_size=32, pool_timeout=20, read_timeout=read_timeout, httpx_kwargs={"verify": False}
        )
        pacer = Pacer(apart=apart, group_minute=0, second=0)
        bot: ExtBot[Any] = ExtBot(
            api.token, base_url=api.base_url, request=request, get_updates_request=request, rate_limiter=pacer
        )
        try:
            return await act(Sender(bot, **{"backoff": 0.02, **options}))
        finally:
            await request.shutdown()

    return asyncio.run(run())
