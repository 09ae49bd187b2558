"""How much a bot may send: Telegram's flood limits, off unless a test sets them.

Telegram publishes no exact figures; about one message a second in a chat, 20 a minute in a group and 30 a second over
all are what its FAQ advises.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

COUNTED: Final = frozenset(("sendmessage", "senddocument", "editmessagetext", "editmessagereplymarkup"))
"""Methods that count: edits do too. Of previews nothing is published."""
_TOLERANCE: Final = 0.05
"""Seconds that a window is shorter than it should be: what a call takes from the bot to here varies."""


@dataclass(slots=True)
class Limits:
    """Messages a second in a chat, a minute in a group, and a second over all; None: no limit.

    `penalty`: seconds for which a chat is closed to a bot that sends too much.
    """

    chat_second: int | None = None
    group_minute: int | None = None
    all_second: int | None = None
    penalty: int = 3


@dataclass(frozen=True, slots=True)
class Flood:
    """A call that was refused for it. `early`: it came before the time that a 429 had named was over."""

    method: str
    chat: int | None
    at: float
    retry_after: int
    early: bool


class Floods:
    """What was sent lately, and which chats are closed until when. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.seen: list[Flood] = []
        self._sent: dict[tuple[int, float], deque[float]] = {}
        self._closed: dict[tuple[int | None, str], float] = {}

    def close(self, method: str, chat: int | None, until: float) -> None:
        """Refuse this method in this chat until then."""
        self._closed[chat, method.lower()] = until

    def refuse(self, method: str, chat: int | None, now: float) -> int:
        """The retry_after of a call that comes too soon; 0 for one that may pass, which is counted."""
        until = self._closed.get((chat, method.lower()), 0.0)
        if until > now:
            return self._note(method, chat, now, math.ceil(until - now), early=True)
        if chat is None or method.lower() not in COUNTED or not self._exceeded(chat, now):
            return 0
        for name in COUNTED:
            self.close(name, chat, now + self.limits.penalty)
        return self._note(method, chat, now, self.limits.penalty, early=False)

    def _note(self, method: str, chat: int | None, now: float, seconds: int, *, early: bool) -> int:
        self.seen.append(Flood(method, chat, now, seconds, early))
        return seconds

    def _exceeded(self, chat: int, now: float) -> bool:
        group = self.limits.group_minute if chat < 0 else None
        windows = ((chat, 1.0, self.limits.chat_second), (chat, 60.0, group), (0, 1.0, self.limits.all_second))
        counted = []
        for key, seconds, most in windows:
            if most is None:
                continue
            times = self._sent.setdefault((key, seconds), deque())
            while times and times[0] <= now - seconds + _TOLERANCE:
                times.popleft()
            if len(times) >= most:
                return True
            counted.append(times)
        for times in counted:
            times.append(now)
        return False
