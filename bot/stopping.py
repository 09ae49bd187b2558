"""Stop an answer on its way, from another thread.

    stop = Stop()
    outcome = assistant.answer(question, stop=stop)   # in one thread; raises Stopped once
    stop.stop()                                       # is called in another

What works on an answer looks whether it is to go on (`look`), and what waits on its behalf has its waiting ended
(`Stop.on_stop`). Both find the stop of the answer that their thread is at without being handed it: it is a context
variable, as every stage from the search to the language model's adapter would otherwise pass it on unused. Knows
nothing of what is stopped, and cannot end a computation: the longest one of an answer takes tenths of a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.errors import Stopped as Stopped
from bot.types import Usage


class Stop:
    """Asked for once, for good. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = False
        self._calls: list[Callable[[], object]] = []

    @property
    def stopped(self) -> bool:
        """Whether it was asked for."""
        return self._stopped

    def stop(self) -> None:
        """Ask for it: whoever waits is told now, in this thread. A second time changes nothing."""
        with self._lock:
            calls, self._calls, self._stopped = self._calls, [], True
        for call in calls:
            call()

    @contextmanager
    def on_stop(self, call: Callable[[], object]) -> Iterator[None]:
        """Within it `call` is called when this is stopped, once, by the thread that stops; at once where it was before.

        It must be quick, and not raise. It may still come just after the end.
        """
        with self._lock:
            if not self._stopped:
                self._calls.append(call)
        if self._stopped:
            call()
        try:
            yield
        finally:
            with self._lock:
                if call in self._calls:
                    self._calls.remove(call)


_current: ContextVar[Stop] = ContextVar("stop")


@contextmanager
def stoppable(stop: Stop | None) -> Iterator[None]:
    """Within it this thread works on something that `stop` stops; None: on something that nobody stops."""
    token = _current.set(stop or Stop())
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Stop:
    """The stop of what this thread works on; one that nobody asks for where there is none."""
    return _current.get(None) or Stop()


def look() -> None:
    """Raise Stopped if what this thread works on is to stop."""
    if current().stopped:
        raise Stopped(Usage())
