"""How fast a server is asked by several threads at once: as many requests as it bears, and none before it says so.

A server that refuses for being asked too much (HTTP 429) is left alone for as long as it names, then asked by half as
many threads; after some requests that go well, one more is let in. One that tells what is left of its limits, as OpenAI
does (x-ratelimit-remaining-… and -reset-…), is not driven into refusing at all.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Final

_FIRST_PAUSE: Final = 1.0  # seconds, after a refusal that names none; doubled with each further one
_LONGEST_PAUSE: Final = 60.0
_GOOD: Final = 10  # requests that go well before one more is let in at a time
_LOOK: Final = 0.2  # seconds between two looks whether the work was given up
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Held(Exception):
    """The server is to be left alone for longer than there is patience."""


class Pace:
    """Turns for the requests of several threads to one server, at most `most` at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed = most
        self._running = 0
        self._well = 0  # requests that went well since the number allowed last changed
        self._slowed = 0.0  # when it was last lowered
        self._refusals = 0  # in a row
        self._refused_since: float | None = None
        self._not_before = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, given_up: threading.Event, patience: float) -> Iterator[float]:
        """Waits until one more request may be sent; when that was. Raises CancelledError when the work is given up, and
        Held where the wait would be longer than so many seconds.
        """
        with self._changed:
            while True:
                wait = self._not_before - time.monotonic()
                if given_up.is_set():
                    raise CancelledError
                if wait > patience:
                    raise Held
                if wait <= 0 and self._running < self._allowed:
                    break
                self._changed.wait(min(wait, _LOOK) if wait > 0 else _LOOK)
            self._running += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def well(self, headers: Mapping[str, str], tokens: int) -> None:
        """A request of so many tokens was answered, with these headers."""
        with self._changed:
            self._refusals, self._refused_since = 0, None
            self._well += 1
            if self._well >= _GOOD and self._allowed < self._most:
                self._allowed, self._well = self._allowed + 1, 0
            needed = {"requests": self._allowed, "tokens": self._allowed * max(tokens, 1)}
            self._hold(max(_until(headers, kind, need) for kind, need in needed.items()))

    def slow(self, started: float) -> None:
        """A request that was sent then took too long: fewer at a time."""
        with self._changed:
            self._slow(started)

    def refused(self, started: float, headers: Mapping[str, str]) -> float:
        """A request that was sent then was refused for being one too many; for how many seconds nothing has gone well,
        the wait that follows included.
        """
        with self._changed:
            now = time.monotonic()
            self._refused_since = self._refused_since or now
            self._refusals += self._slow(started)
            pause = min(_FIRST_PAUSE * 2 ** min(self._refusals - 1, 10), _LONGEST_PAUSE) * random.uniform(0.75, 1.25)
            named = retry_after(headers)
            self._hold(pause if named is None else named)
            return self._not_before - self._refused_since

    def _slow(self, started: float) -> bool:
        """Whether the request tells something new: it was not under way when it last became slower."""
        if started < self._slowed:
            return False
        self._allowed, self._well, self._slowed = max(1, self._allowed // 2), 0, time.monotonic()
        return True

    def _hold(self, seconds: float) -> None:
        self._not_before = max(self._not_before, time.monotonic() + seconds)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a refusal asks to wait (RFC 9110, section 10.2.3, and OpenAI's retry-after-ms); None: not said."""
    milliseconds, value = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    try:
        if milliseconds:
            return max(float(milliseconds), 0.0) / 1000
        if value:
            return max(float(value), 0.0)
    except ValueError:
        try:
            return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
        except ValueError:
            return None
    return None


def _until(headers: Mapping[str, str], kind: str, need: int) -> float:
    """Seconds until `need` requests or tokens are free again; what is used up comes back evenly until the reset."""
    try:
        left = int(headers.get(f"x-ratelimit-remaining-{kind}", ""))
        limit = int(headers.get(f"x-ratelimit-limit-{kind}", need))
    except ValueError:
        return 0.0
    need = min(need, limit)
    if left >= need or limit <= left:
        return 0.0
    reset = headers.get(f"x-ratelimit-reset-{kind}", "")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _SPAN.findall(reset))
    return min(seconds * (need - left) / (limit - left), _LONGEST_PAUSE)
