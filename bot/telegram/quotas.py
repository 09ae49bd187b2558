"""How much one person may ask, and all together: in a minute, in a day (UTC), and in money; and how long until more.

Counts what is asked when it is taken on, and what it did cost afterwards: a question that is being answered may take a
person a little over their money. What models may cost in all is `bot.spending`'s to hold. Sends nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Final, Literal

from bot.settings import Settings
from bot.telegram.store import Store
from bot.telegram.texts import Texts

Kind = Literal["minute", "day", "money", "everybody"]
"""Which limit: the person's in a minute, in a day, in money a day; everybody's in a day. The keys of [limits]."""
MINUTE: Final = 60.0
DAY: Final = 86_400.0
_NANO: Final = 1_000_000_000
_MANY: Final = 1000
"""People whose last minute is remembered before those who have been quiet for one are dropped."""


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A question too many. `seconds`: until the next one may be asked."""

    kind: Kind
    seconds: float


@dataclass(slots=True)
class _Bucket:
    """What is left of a minute's questions at a moment."""

    left: float
    at: float


class Quotas:
    """See the module. For one thread, the one that uses the store.

    A minute's limit is a token bucket: it holds a minute's questions and fills evenly, so that a burst is as welcome as
    a steady pace. It is kept in memory, what is counted by the day in the store.
    """

    def __init__(self, store: Store, settings: Settings, *, now: Callable[[], float] = time.time) -> None:
        self._counts = store.counts
        self._settings = settings
        self._now = now
        self._buckets: dict[int, _Bucket] = {}

    def take(self, person: int, admin: bool, *, inline: bool = False) -> OverLimit | None:
        """Count a question of this person, unless that is one too many. An admin's is never, and counts as well.

        What is found while a person types (`inline`) counts as a question does. `person` is negative for the anonymous
        admins of a group: they share what is one person's.
        """
        now = self._now()
        bucket = self._bucket(person, now)
        if not admin:
            over = self._over(person, bucket, now)
            if over is not None:
                return over
        bucket.left = max(0.0, bucket.left - 1)
        self._counts.add(_day(now), person, questions=int(not inline), inline=int(inline))
        return None

    def spent(self, person: int, usd: float | None) -> None:
        """A model has cost this much for a question of this person; None where nothing is known."""
        if usd:
            self._counts.add(_day(self._now()), person, nanodollars=ceil(usd * _NANO))

    def _over(self, person: int, bucket: _Bucket, now: float) -> OverLimit | None:
        settings = self._settings
        tomorrow = DAY - now % DAY  # epoch seconds know no leap seconds: days begin at multiples
        today, of_all = self._counts.of(_day(now), person), self._counts.total(_day(now))
        if of_all.questions + of_all.inline >= settings.daily_questions:
            return OverLimit("everybody", tomorrow)
        if today.questions + today.inline >= settings.user_daily:
            return OverLimit("day", tomorrow)
        if settings.user_daily_usd is not None and today.nanodollars >= settings.user_daily_usd * _NANO:
            return OverLimit("money", tomorrow)
        if bucket.left < 1:
            return OverLimit("minute", (1 - bucket.left) * MINUTE / settings.user_per_minute)
        return None

    def _bucket(self, person: int, now: float) -> _Bucket:
        """The person's, filled up to now; a clock that was set back fills nothing."""
        most = float(self._settings.user_per_minute)
        bucket = self._buckets.get(person)
        if bucket is None:
            if len(self._buckets) >= _MANY:  # who was quiet for a minute has a full one: nothing is lost
                self._buckets = {who: one for who, one in self._buckets.items() if now - one.at < MINUTE}
            bucket = self._buckets[person] = _Bucket(most, now)
        bucket.left = min(most, bucket.left + max(0.0, now - bucket.at) * most / MINUTE)
        bucket.at = now
        return bucket


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def refusal(over: OverLimit, texts: Texts) -> str:
    """Why a question is not taken, and when the next one will be."""
    return texts(f"limits.{over.kind}", left=left(over.seconds, texts))


def left(seconds: float, texts: Texts) -> str:
    """The time until something, such as "in 40 seconds" or "in 3 hours 20 minutes"; rounded up, never too early."""
    whole = max(1, ceil(seconds))
    minutes = ceil(whole / 60)
    if whole < 60:
        parts = [texts.count("limits.seconds", whole)]
    elif minutes < 60:
        parts = [texts.count("limits.minutes", minutes)]
    else:
        parts = [texts.count("limits.hours", minutes // 60)]
        if minutes % 60:
            parts.append(texts.count("limits.minutes", minutes % 60))
    return texts("limits.left", time=" ".join(parts))
