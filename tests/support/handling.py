"""Handlers of updates under the real python-telegram-bot, in a thread of its own, talking to a `BotApi`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from telegram.ext import Application, ApplicationBuilder, ContextTypes

from bot.telegram.ordering import PerChat
from bot.telegram.pacing import Pacer
from tests.support.telegram import BotApi

Setup = Callable[[Application[Any, Any, Any, Any, Any, Any]], Awaitable[Callable[[], Awaitable[object]]]]
"""Adds handlers to an application that is initialized; gives what is to be awaited at the end."""


@contextmanager
def handling(api: BotApi, setup: Setup) -> Iterator[None]:
    """A bot with these handlers polls while the block runs. Raises what a handler, or python-telegram-bot, raised."""
    faults: list[BaseException | None] = []
    ready, over = threading.Event(), threading.Event()

    async def note(_update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        faults.append(context.error)

    async def serve() -> None:
        server = api.base_url.removesuffix("/bot")
        pacer = Pacer(apart=0, group_minute=0, second=0)
        builder = ApplicationBuilder().token(api.token).rate_limiter(pacer).concurrent_updates(PerChat())
        application = builder.base_url(f"{server}/bot").base_file_url(f"{server}/file/bot").build()
        async with application:
            finish = await setup(application)
            application.add_error_handler(note)
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling(poll_interval=0)
            ready.set()
            while not over.is_set():
                await asyncio.sleep(0.01)
            await application.updater.stop()
            await application.stop()
            await finish()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            faults.append(error)
            raise
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="handling")
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert faults == []
