"""Waiting for what nobody tells of."""

from __future__ import annotations

import time
from collections.abc import Callable


def soon(true: Callable[[], bool], seconds: float = 20.0, *, every: float = 0.01) -> bool:
    """Whether this comes true within so many seconds; it is looked at `every` so many."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(every)
    return true()
