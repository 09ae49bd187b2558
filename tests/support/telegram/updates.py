"""The updates that wait for the bot: which kinds it gets, and how it fetches them by long polling."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from threading import RLock
from typing import Any, Final

from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import RIVAL, WEBHOOK, Refused, bad

_ONLY_WHEN_LISTED: Final = frozenset(("chat_member", "message_reaction", "message_reaction_count"))


class _Poll:
    """A getUpdates that waits."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.terminated = False

    def wake(self) -> None:
        self.loop.call_soon_threadsafe(self.woken.set)


class Updates:
    """What happened and was not confirmed yet, oldest first. Filled by any thread, fetched in the server's."""

    def __init__(self, lock: RLock) -> None:
        self.pending: deque[dict[str, Any]] = deque()
        self.allowed: frozenset[str] | None = None
        """The kinds that were asked for last; None: Telegram's default."""
        self.webhook: str | None = None
        self.on_push: Callable[[], None] | None = None
        self._next = 700_000_001
        self._lock = lock
        self._waiting: _Poll | None = None

    def push(self, kind: str, content: Any) -> int | None:
        """Something happened: its update_id, or None when the bot does not want this kind."""
        with self._lock:
            if not self.wanted(kind):
                return None
            update = {"update_id": self._next, kind: content}
            self.repeat(update)
            return self._next - 1

    def repeat(self, update: dict[str, Any]) -> None:
        """Put an update into the queue as it is, whatever the bot asked for."""
        with self._lock:
            self._next = max(self._next, update["update_id"] + 1)
            self.pending.append(update)
            if self._waiting is not None:
                self._waiting.wake()
            if self.on_push is not None:
                self.on_push()

    def wanted(self, kind: str) -> bool:
        """Whether the bot gets updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in _ONLY_WHEN_LISTED

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Set what the bot gets from now on; None leaves it as it is, nothing is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    async def poll(self, parameters: Parameters, gone: Callable[[], Awaitable[None]]) -> list[dict[str, Any]]:
        """getUpdates; `gone` ends when the bot has closed the connection."""
        offset = parameters.number("offset", 0)
        limit = parameters.number("limit", 100)
        seconds = min(parameters.number("timeout", 0), 50)
        if not 1 <= limit <= 100 or seconds < 0:
            raise bad("limit or timeout out of range")
        with self._lock:
            if self.webhook is not None:
                raise Refused(409, WEBHOOK, blamed=False)
            self.allow(parameters.structure("allowed_updates"))
            self._confirm(offset)
            self._end_rival()
            if self.pending or not seconds:
                return self._first(limit)
            poll = self._waiting = _Poll()
        try:
            await _first_of(poll.woken.wait(), gone(), seconds)
        finally:
            with self._lock:
                if self._waiting is poll:
                    self._waiting = None
        if poll.terminated:
            raise Refused(409, RIVAL, blamed=False)
        with self._lock:
            return self._first(limit)

    @property
    def polled(self) -> bool:
        """Whether a getUpdates waits now."""
        return self._waiting is not None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    def _end_rival(self) -> None:
        if self._waiting is not None:
            self._waiting.terminated = True
            self._waiting.wake()
            self._waiting = None

    def _first(self, limit: int) -> list[dict[str, Any]]:
        return [update for update, _ in zip(self.pending, range(limit), strict=False)]


async def _first_of(one: Awaitable[Any], other: Awaitable[Any], seconds: float) -> None:
    """Wait until one of two things happens, or so many seconds have passed."""
    tasks = [asyncio.ensure_future(one), asyncio.ensure_future(other)]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
