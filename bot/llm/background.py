"""One event loop in a thread of its own, for as long as the process lives.

What must end in time runs there: a coroutine can be stopped at any await, where a thread that waits for a socket
cannot. Whoever waits for it stays free to be interrupted, and several threads may wait at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")
_LOCK = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def start(work: Coroutine[Any, Any, _T]) -> Future[_T]:
    """Run it on the loop; cancelling what is returned stops it there."""
    return asyncio.run_coroutine_threadsafe(work, _running())


def _running() -> asyncio.AbstractEventLoop:
    global _loop  # one for the process
    with _LOCK:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="footnote-model", daemon=True).start()
        return _loop
