"""What goes wrong between the bot and Telegram when a script says so.

api.fault("sendMessage", lost_reply(), times=1)
api.fault("getUpdates", page(502), times=3)
api.fault("sendMessage", too_many(2), times=1, chat=group.id)
api.fault("*", dropped(), chance=0.01, seed=5)
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.telegram import refusals

if TYPE_CHECKING:
    from tests.support.telegram.calls import Call


@dataclass(frozen=True, slots=True)
class Fault:
    """In this order: wait `before` seconds; do what was asked for, if `works`; wait `after` seconds; then close the
    connection, if `drops`; else reply: what the work gave, or `status` and `body` where nothing was done.

    `retry_after`: seconds in which the same call in the same chat goes on being refused, as Telegram does.
    """

    before: float = 0.0
    works: bool = False
    after: float = 0.0
    drops: bool = False
    status: int = 200
    body: str = ""
    kind: str = "application/json"
    retry_after: int = 0


def _refuse(refused: refusals.Refused, retry_after: int = 0) -> Fault:
    return Fault(status=refused.code, body=json.dumps(refused.body), retry_after=retry_after)


def too_many(seconds: int = 1) -> Fault:
    """429, and again for who does not wait so many seconds."""
    return _refuse(refusals.too_many(seconds), seconds)


def fail(code: int, description: str) -> Fault:
    """An error of the Bot API, as fail(403, "Forbidden: bot was blocked by the user")."""
    return _refuse(refusals.Refused(code, description))


def rival() -> Fault:
    """409: another process polls with this token."""
    return fail(409, refusals.RIVAL)


def page(status: int = 502, html: str = "<html><body><h1>Bad Gateway</h1></body></html>") -> Fault:
    """A web page of a proxy before the server."""
    return Fault(status=status, body=html, kind="text/html")


def garbage() -> Fault:
    """200, and something that is no JSON; nothing was done."""
    return Fault(body='{"ok":true,"result":{"mess')


def dropped() -> Fault:
    """The connection is closed, nothing was done."""
    return Fault(drops=True)


def lost_reply() -> Fault:
    """It was done, and then the connection is closed before the reply."""
    return Fault(works=True, drops=True)


def delayed(seconds: float) -> Fault:
    """It is done so much later."""
    return Fault(before=seconds, works=True)


def late_reply(seconds: float) -> Fault:
    """It is done at once, the reply comes so much later."""
    return Fault(works=True, after=seconds)


@dataclass(eq=False, slots=True)
class Planned:
    """A fault that waits for its calls. `times`: how many are left, None: no end. `hits`: the calls it met."""

    methods: frozenset[str]
    fault: Fault
    times: int | None
    chat: int | None
    chance: float
    random: random.Random = field(repr=False)
    hits: list[Call] = field(default_factory=list)

    def stop(self) -> None:
        """Meet no more calls."""
        self.times = 0

    def meets(self, method: str, chat: int | None) -> bool:
        """Whether this call goes wrong."""
        if self.times == 0 or (self.chat is not None and self.chat != chat):
            return False
        if not self.methods & {method.lower(), "*"} or self.random.random() >= self.chance:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """All that is planned, in order; a call meets the first that takes it."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []

    def plan(
        self, methods: str | Sequence[str], fault: Fault, times: int | None, chat: int | None, chance: float, seed: int
    ) -> Planned:
        """See `BotApi.fault`."""
        names = [methods] if isinstance(methods, str) else methods
        lower = frozenset(name.lower() for name in names)
        planned = Planned(lower, fault, times, chat, chance, random.Random(seed))
        self._planned = [one for one in self._planned if one.times != 0] + [planned]
        return planned

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._planned = []

    def met(self, method: str, chat: int | None) -> Planned | None:
        """The fault that this call meets."""
        return next((planned for planned in self._planned if planned.meets(method, chat)), None)
