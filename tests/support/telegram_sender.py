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


def sending(api: BotApi, act: Callable[[Sender], Awaitable[T]], **options: Any) -> T:
    """What this act with a Sender returns. `options`: of the Sender; there is no pace."""

    async def run() -> T:
        request = HTTPXRequest(connection_pool_size=32, pool_timeout=10)
        pacer = Pacer(apart=0, group_minute=0, second=0)
        bot: ExtBot[Any] = ExtBot(api.token, base_url=api.base_url, request=request, rate_limiter=pacer)
        try:
            return await act(Sender(bot, **{"backoff": 0.02, **options}))
        finally:
            await request.shutdown()

    return asyncio.run(run())
