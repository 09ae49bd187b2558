"""The updates that wait for the bot: which kinds it gets, and how it fetches them by long polling."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import islice
from threading import Condition
from typing import Any, Final

from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import RIVAL, SET_WEBHOOK, WEBHOOK, Refused, bad

_ONLY_WHEN_LISTED: Final = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
_SECONDS: Final = 50
"""The longest that Telegram lets a poll wait."""
_REMEMBERED: Final = 1000


class _Poll:
    """A getUpdates that waits; `ended`: why it is refused after all."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.ended: str | None = None

    def wake(self) -> None:
        self.loop.call_soon_threadsafe(self.woken.set)


class Updates:
    """What happened and was not confirmed yet, oldest first. Filled by any thread, fetched in the server's."""

    def __init__(self, changed: Condition) -> None:
        self.pending: deque[dict[str, Any]] = deque()
        self.allowed: frozenset[str] = frozenset()
        """The kinds that were asked for last; none: Telegram's default."""
        self.polls = 0
        """How often the bot has polled."""
        self.on_push: Callable[[], object] | None = None
        """Called when an update comes while a webhook is set, in whatever thread."""
        self._past: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)
        self._next = 700_000_001
        self._changed = changed
        self._waiting: _Poll | None = None

    def push(self, kind: str, content: Any) -> int | None:
        """Something happened: its update_id, or None when the bot does not want this kind."""
        with self._changed:
            wanted = kind in self.allowed if self.allowed else kind not in _ONLY_WHEN_LISTED
            return self.inject({kind: content}) if wanted else None

    def inject(self, update: dict[str, Any]) -> int:
        """An update as it is, whatever the bot asked for; its update_id is made when it has none, and returned."""
        with self._changed:
            update = {"update_id": self._next} | update
            self._next = max(self._next, update["update_id"] + 1)
            self.pending.append(update)
            self._past.append(update)
            if self._waiting is not None:
                self._waiting.wake()
            if self.on_push is not None:
                self.on_push()
            return int(update["update_id"])

    def redeliver(self, count: int = 1) -> None:
        """Put the last so many updates into the queue again, with the ids they had."""
        with self._changed:
            for update in list(self._past)[-count:]:
                self.inject(update)

    def allow(self, parameters: Parameters) -> None:
        """Take over allowed_updates, which holds for what happens from now on; without it nothing changes."""
        if "allowed_updates" in parameters:
            kinds = parameters.structure("allowed_updates") or []
            if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
                raise bad("can't parse allowed_updates: expected an Array of String")
            self.allowed = frozenset(kinds)

    async def poll(self, parameters: Parameters, gone: Callable[[], Awaitable[None]]) -> list[dict[str, Any]]:
        """getUpdates; `gone` ends when the bot has closed the connection."""
        limit = parameters.number("limit", 100)
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        seconds = min(max(parameters.number("timeout", 0), 0), _SECONDS)
        with self._changed:
            if self.on_push is not None:
                raise Refused(409, WEBHOOK, blamed=False)
            self.polls += 1
            self._changed.notify_all()
            self.allow(parameters)
            self._confirm(parameters.number("offset", 0))
            self.end_poll(RIVAL)
            if self.pending or not seconds:
                return list(islice(self.pending, limit))
            poll = self._waiting = _Poll()
        try:
            await _first_of(poll.woken.wait(), gone(), seconds)
        finally:
            with self._changed:
                if self._waiting is poll:
                    self._waiting = None
        if poll.ended is not None:
            raise Refused(409, poll.ended, blamed=False)
        with self._changed:
            return list(islice(self.pending, limit))

    @property
    def polled(self) -> bool:
        """Whether a getUpdates waits now."""
        return self._waiting is not None

    def end_poll(self, why: str = SET_WEBHOOK) -> None:
        """Refuse the getUpdates that waits, if one does."""
        if self._waiting is not None:
            self._waiting.ended = why
            self._waiting.wake()
            self._waiting = None

    def _confirm(self, offset: int) -> None:
        """Forget the updates before the offset; a negative one keeps the last so many."""
        while offset < 0 and len(self.pending) > -offset:
            self.pending.popleft()
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()


async def _first_of(one: Awaitable[Any], other: Awaitable[Any], seconds: float) -> None:
    """Wait until one of two things happens, or so many seconds have passed."""
    tasks = [asyncio.ensure_future(one), asyncio.ensure_future(other)]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
