"""Waiting for what nobody tells of."""

from __future__ import annotations

import time
from collections.abc import Callable


def soon(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether this comes true within so many seconds."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()
