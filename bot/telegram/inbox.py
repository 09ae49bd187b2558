"""The queue between Telegram and the handlers: an update is on the disk before Telegram is told that it was received.

python-telegram-bot confirms a batch of updates with the next request, when all of them were put here (and a webhook's
with its reply). So a process that is killed at any moment loses none: what was not handled is put again at the next
start, and what comes a second time is passed over. Handles nothing itself.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable
from typing import Any, Final

from telegram import Bot, Update

from bot.errors import FootnoteError
from bot.telegram.journal import fault
from bot.telegram.keeping import Keeper
from bot.telegram.ordering import PerChat
from bot.telegram.store import Store
from retrieval.errors import RetrievalError

PAUSE: Final = 2.0
"""Seconds until it is tried again to keep an update that could not be kept: the disk is full, or the file in use."""


class Inbox(asyncio.Queue[object]):
    """The application's update queue."""

    def __init__(self, store: Store, keep: Keeper) -> None:
        super().__init__()
        self._store = store
        self._updates = store.updates
        self._keep = keep

    async def put(self, item: object) -> None:
        """Keep an update, then pass it on; one that was seen before is dropped. What is no update passes through."""
        if isinstance(item, Update) and not await self._accept(item):
            return
        await super().put(item)

    async def _accept(self, update: Update) -> bool:
        """Whether it is new, once it is kept. Telegram waits as long: while nothing can be kept, nothing is lost."""
        while True:
            try:
                return await self._keep(self._store.accept, update.update_id, update.to_json(), time.time())
            except (FootnoteError, RetrievalError) as error:
                fault("an update cannot be kept", error)
            await asyncio.sleep(PAUSE)

    async def replay(self, bot: Bot) -> int:
        """Put again what an earlier process accepted and did not handle; tells how many."""
        unhandled = await self._keep(self._updates.unhandled)
        for _, body in unhandled:
            await super().put(Update.de_json(json.loads(body), bot))
        return len(unhandled)

    async def handled(self, update: object) -> None:
        """The update has been dealt with: it is not put again."""
        if isinstance(update, Update):
            await self._keep(self._updates.handled, update.update_id)


class Handling(PerChat):
    """Handles updates in order, and has the inbox let go of each when it is done with."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """See PerChat."""
        await super().do_process_update(update, coroutine)
        await self._inbox.handled(update)
