"""Polling that has silently stopped, and a rival that polls with the same token: the bot ends, and is started anew.

`Noting` is how python-telegram-bot asks for updates; it notes what comes of it. A thread of its own looks at the notes,
so that an event loop that hangs is seen too. A getUpdates has finished when the server answered, with whatever, or
could not be reached: then polling lives, and tries again by itself. One that hangs or ends in a time-out has not.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from telegram.error import Conflict, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.errors import FAILED
from bot.telegram.journal import event, warn
from bot.telegram.metrics import Metrics
from bot.telegram.reading import readable

SILENCE_SECONDS: Final = 120.0
"""Without a finished getUpdates for so long, polling is taken for dead: a healthy one finishes within 10 s or so."""
RIVAL_SECONDS: Final = 300.0
"""With so long of nothing but Conflict, the other bot is there to stay; one that is being replaced leaves sooner."""
GRACE_SECONDS: Final = 60.0
"""From asking the bot to end until the process is ended without being asked."""
_LOOK_SECONDS: Final = 1.0
_MINUTE: Final = 60.0
_OK, _CONFLICT = 200, 409
_NO_SUCH_BOT: Final = frozenset({401, 404})
"""For which python-telegram-bot gives up polling for good, and says so to nobody."""


class Watchdog:
    """`async with Watchdog(stop, metrics)`: `stop` is called in the event loop, once, with the reason in a word or two.

    The limits are in seconds and are shortened by tests alone.
    """

    def __init__(
        self,
        stop: Callable[[str], object],
        metrics: Metrics,
        *,
        silence: float = SILENCE_SECONDS,
        rival: float = RIVAL_SECONDS,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._stop = stop
        self._metrics = metrics
        self._silence, self._rival, self._grace = silence, rival, grace
        self._lock = threading.Lock()
        self._finished: float | None = None
        """When a getUpdates last finished; of the first, when it began."""
        self._received: float | None = None
        """When Telegram last gave updates or said there are none; at first, when it was first asked."""
        self._contested: float | None = None
        """Since when there is nothing but Conflict."""
        self._refused = False
        self._told: dict[str, float] = {}
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._watch, args=(loop,), name="footnote-watchdog", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def polled_ago(self) -> float | None:
        """Seconds since Telegram last gave updates or said there are none, at first since it was asked; None before."""
        with self._lock:
            return None if self._received is None else time.monotonic() - self._received

    def began(self) -> None:
        """A getUpdates is on its way."""
        with self._lock:
            if self._finished is None:
                self._finished = self._received = time.monotonic()

    def answered(self, status: int) -> None:
        """A getUpdates was answered with this HTTP status."""
        now = time.monotonic()
        with self._lock:
            self._finished = now
            self._refused = status in _NO_SUCH_BOT
            if status == _CONFLICT:
                self._contested = now if self._contested is None else self._contested
                contested = now - self._contested
            else:
                self._contested = None
        if status == _OK:
            with self._lock:
                self._received = now
            self._metrics.polled()
        elif status == _CONFLICT and self._first_this_minute("Conflict"):
            warn("another bot polls with this token", seconds=round(contested))

    def failed(self, error: TelegramError) -> None:
        """The getUpdates loop met this error and goes on: python-telegram-bot's `error_callback`."""
        self._metrics.failed(f"telegram_{type(error).__name__}")
        if not isinstance(error, Conflict) and self._first_this_minute(type(error).__name__):
            warn("getUpdates failed", error=error)

    def unreachable(self) -> None:
        """A getUpdates found no server."""
        with self._lock:
            self._finished = time.monotonic()

    def _first_this_minute(self, what: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._told.get(what, -_MINUTE) < _MINUTE:
                return False
            self._told[what] = now
            return True

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        every = min(_LOOK_SECONDS, self._silence / 10, self._rival / 10)
        while not self._over.wait(every):
            reason = self._reason()
            if reason is not None:
                event("the bot stops itself", level=logging.ERROR, reason=reason)
                loop.call_soon_threadsafe(self._stop, reason)
                if not self._over.wait(self._grace):
                    event("the bot did not stop; the process ends", level=logging.CRITICAL, reason=reason)
                    logging.shutdown()
                    os._exit(FAILED)  # the event loop hangs; what was accepted is on disk
                return

    def _reason(self) -> str | None:
        now = time.monotonic()
        with self._lock:
            if self._refused:
                return "Telegram no longer knows the token"
            if self._finished is not None and now - self._finished > self._silence:
                return "polling has stopped"
            if self._contested is not None and now - self._contested > self._rival:
                return "another bot polls with this token"
        return None


class Noting(HTTPXRequest):
    """The connection that updates are asked for on, and nothing else: `ApplicationBuilder.get_updates_request`."""

    __slots__ = ("_watchdog",)

    def __init__(self, watchdog: Watchdog, **options: Any) -> None:
        """`options`: HTTPXRequest's own."""
        super().__init__(connection_pool_size=1, **options)
        self._watchdog = watchdog

    async def do_request(self, *request: Any, **named: Any) -> tuple[int, bytes]:
        """HTTPXRequest's, noted; see `reading` for what is made of the reply."""
        self._watchdog.began()
        try:
            status, payload = await super().do_request(*request, **named)
        except TimedOut:
            raise
        except TelegramError:
            self._watchdog.unreachable()
            raise
        self._watchdog.answered(status)
        return status, readable(payload)
