"""A clock that only a test moves: who sleeps by it wakes in order, and no time passes."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any

_STEPS = 30
"""Turns of the event loop in which everybody gets to where he waits."""


class Clock:
    """`clock()` is the moment in seconds; `clock.sleep` takes the place of asyncio.sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock says so."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, woken))
        await woken

    async def together(self, *coroutines: Coroutine[Any, Any, Any]) -> list[Any]:
        """Run all of them to their ends; what each returned, or the error it raised."""
        tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
        while not all(task.done() for task in tasks):
            for _ in range(_STEPS):
                await asyncio.sleep(0)
            if self._sleepers and not all(task.done() for task in tasks):
                self.now, _, woken = heapq.heappop(self._sleepers)
                if not woken.done():
                    woken.set_result(None)
        return await asyncio.gather(*tasks, return_exceptions=True)

    def run(self, *coroutines: Coroutine[Any, Any, Any]) -> list[Any]:
        """`together`, in an event loop of its own."""
        return asyncio.run(self.together(*coroutines))
