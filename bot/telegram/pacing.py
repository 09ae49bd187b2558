"""How fast the bot talks to Telegram: a pace for each chat, so that no chat's flood control ever holds up another.

Messages and edits wait for their turn, in order within a chat, and are sent again after a 429. Typing and drafts are
worth nothing later: they never wait, and are dropped while their chat cools down. What belongs to no chat passes.
Telegram publishes no exact limits; those here are its FAQ's (about one message a second in a chat, 20 a minute in a
group, 30 a second over all), with something to spare. Repeats nothing but what a 429 turned away.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, Protocol

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else every RetryAfter warns that its number will be a timedelta

MINUTE: Final = 60.0
_MARGIN: Final = 0.1
"""Seconds beyond what a 429 asks for: it is counted in whole seconds, by another clock."""
_FREE: Final = frozenset({"sendChatAction", "sendMessageDraft", "setMessageReaction"})
"""Methods that don't count as messages, and are of no use later."""
_COUNTED: Final = ("send", "edit", "copy", "forward")
"""How the names of methods begin that Telegram counts, edits too."""

Preview = Literal["preview"]
Json = bool | dict[str, Any] | list[dict[str, Any]]


class PreviewDropped(TelegramError):
    """Something that only shows that the bot is at work was not sent, so that messages can be. Callers swallow it."""

    def __init__(self) -> None:
        super().__init__("a preview was dropped")


class Record(Protocol):
    """Who keeps account of a request: it is passed as `rate_limit_args`."""

    async def on_its_way(self) -> None:
        """The request is made when this returns; from then on it may have been done."""

    async def not_done(self) -> None:
        """Telegram has said, or it is certain, that it was not done."""


@dataclass(slots=True)
class _Chat:
    """What is known of a chat's pace; moments as the clock gives them.

    `cool`: until when Telegram wants nothing; `cool_previews`: until when it wants none of these, by method. A 429 for
    a preview says nothing of messages, nor of other previews: the answer goes out.
    """

    last: float = float("-inf")
    cool: float = float("-inf")
    cool_previews: dict[str, float] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pacer(BaseRateLimiter[Preview | Record]):
    """See the module. `rate_limit_args`: "preview" for an edit that gives way to messages; or a Record."""

    def __init__(
        self,
        *,
        apart: float = 1.05,
        group_minute: int = 18,
        second: int = 25,
        patience: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`apart`: seconds between two messages in a chat; `group_minute`: messages a minute in a group; `second`:
        messages a second over all; 0 switches each off. `patience`: seconds a message waits in all before RetryAfter.
        """
        self._apart = apart
        self._group_minute = group_minute
        self._second = second
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._chats: dict[int | str, _Chat] = {}
        self._all: deque[float] = deque(maxlen=second or None)
        self._swept = clock()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    @property
    def chats(self) -> int:
        """How many chats are remembered. Not `len`: ExtBot passes over a rate limiter that is false."""
        return len(self._chats)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Json]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Preview | Record | None,
    ) -> Json:
        """Make a request in its turn. Raises RetryAfter when its turn lies beyond `patience`, PreviewDropped, and
        whatever else the request raises.
        """

        async def request() -> Json:
            return await callback(*args, **kwargs)

        free = endpoint in _FREE
        if "chat_id" not in data or not (free or endpoint.startswith(_COUNTED)):
            return await request()
        self._sweep()
        key = _key(data["chat_id"])
        chat = self._chats.setdefault(key, _Chat())
        if free:
            return await self._now_or_never(chat, endpoint, request)
        a_minute = self._group_minute if isinstance(key, str) or key < 0 else 0
        if rate_limit_args != "preview":
            return await self._in_turn(chat, a_minute, request, rate_limit_args)
        now = self._clock()
        if max(self._turn(chat, a_minute), self._slot()) > now:
            raise PreviewDropped
        self._take(chat, a_minute, now)
        return await self._cooling(chat, request)

    async def _now_or_never(self, chat: _Chat, method: str, request: Callable[[], Awaitable[Json]]) -> Json:
        if self._clock() < max(chat.cool, chat.cool_previews.get(method, chat.cool)):
            raise PreviewDropped
        try:
            return await request()
        except RetryAfter as refusal:
            chat.cool_previews[method] = self._clock() + seconds(refusal) + _MARGIN
            raise

    async def _in_turn(
        self, chat: _Chat, a_minute: int, request: Callable[[], Awaitable[Json]], record: Record | None
    ) -> Json:
        end = self._clock() + self._patience
        while True:
            async with chat.turn:
                while (turn := self._turn(chat, a_minute)) > self._clock():
                    await self._until(turn, end)
                slot = max(self._slot(), self._clock())
                self._take(chat, a_minute, slot)
                await self._until(slot, end)
            if chat.cool > self._clock():  # since its turn was found
                continue
            if record is not None:
                await record.on_its_way()
            try:
                return await self._cooling(chat, request)
            except RetryAfter:
                if record is not None:
                    await record.not_done()

    async def _cooling(self, chat: _Chat, request: Callable[[], Awaitable[Json]]) -> Json:
        """The request; a 429 is taken down before it goes on."""
        try:
            return await request()
        except RetryAfter as refusal:
            chat.cool = max(chat.cool, self._clock() + seconds(refusal) + _MARGIN)
            raise

    async def _until(self, moment: float, end: float) -> None:
        """Wait; raises RetryAfter at once when that would be beyond the end."""
        wait = moment - self._clock()
        if moment > end:
            raise RetryAfter(timedelta(seconds=wait))
        if wait > 0:
            await self._sleep(wait)

    def _turn(self, chat: _Chat, a_minute: int) -> float:
        """When this chat may have its next message; a moment that is past: now."""
        turn = max(chat.cool, chat.last + self._apart)
        if a_minute and len(chat.recent) >= a_minute:
            turn = max(turn, chat.recent[-a_minute] + MINUTE)
        return turn

    def _slot(self) -> float:
        """When there is room for a message to any chat. Slots are given in order, to chats whose turn has come."""
        return self._all[0] + 1.0 if self._second and len(self._all) == self._second else float("-inf")

    def _take(self, chat: _Chat, a_minute: int, moment: float) -> None:
        chat.last = moment
        if a_minute:
            chat.recent.append(moment)
            while chat.recent[0] <= moment - MINUTE:
                chat.recent.popleft()
        if self._second:
            self._all.append(moment)

    def _sweep(self) -> None:
        """Forget, once a minute, the chats whose past bears on nothing. None in which a message waits is among them."""
        now = self._clock()
        if now < self._swept + MINUTE:
            return
        self._swept = now
        past = now - max(MINUTE, self._apart)
        for key, chat in list(self._chats.items()):
            if max(chat.last, chat.cool, *chat.cool_previews.values()) < past:
                del self._chats[key]


def seconds(refusal: RetryAfter) -> float:
    """How long a 429 asks to wait; python-telegram-bot gives it as a number or, where so set, as a timedelta."""
    wait = refusal.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _key(chat_id: object) -> int | str:
    text = str(chat_id)
    return int(text) if text.lstrip("-").isdigit() else text
