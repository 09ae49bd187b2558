"""The order in which updates are handled: one after the other within a chat, side by side across chats.

Presses of buttons, inline queries and Telegram's own Stop button overtake: they are about what is running. Handles
nothing itself.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from typing import Any, Final
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

_WAITING: Final = 100_000
"""Updates that may be under way, most of them waiting for others of their chat."""


class PerChat(BaseUpdateProcessor):
    """See the module.

    The library's limit counts those that wait too, for their chat's turn or for its pace towards Telegram, so that a
    few chats could fill it and make the bot deaf to all others; here it is out of reach.
    """

    def __init__(self) -> None:
        super().__init__(_WAITING)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    @property
    def chats(self) -> int:
        """How many chats have an update under way."""
        return len(self._turns)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the handling of an update in its turn. Raises what the handling raises; its chat's next goes on."""
        chat = _chat(update)
        if chat is None:
            await coroutine
            return
        turn = self._turns.setdefault(chat, asyncio.Lock())  # kept by who holds it or waits for it, and no longer
        begun = False
        try:
            async with turn:
                begun = True
                await coroutine
        finally:
            if not begun and inspect.iscoroutine(coroutine):
                coroutine.close()


def _chat(update: object) -> int | None:
    """The chat whose turn an update awaits; None for what overtakes, and for what has no chat."""
    if not isinstance(update, Update) or update.callback_query is not None or update.effective_chat is None:
        return None
    return update.effective_chat.id
