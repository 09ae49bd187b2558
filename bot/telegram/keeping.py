"""What touches the disk, in one thread of its own: the event loop never waits for it, and its order is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Keeper:
    """`await keep(store.jobs.get, 3)`: the call, made in the one thread that reads and writes the bot's files."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="footnote-store")

    async def __call__(self, call: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """What the call returns or raises. One that was begun is finished, whatever becomes of who waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(call, *args, **named))

    def close(self) -> None:
        """Wait for what was begun."""
        self._thread.shutdown()
