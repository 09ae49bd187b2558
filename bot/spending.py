"""A daily limit on what a language model costs, kept in the home and shared by all processes that use it.

What a call could cost at most is reserved before it, and replaced by what it did cost after it. So the limit holds with
several calls at once, and a process that dies leaves its reservation counted. Days are UTC's. Knows only of calls made
through `Metered`.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from math import ceil
from pathlib import Path
from typing import Final, Protocol

from bot.errors import Stopped
from bot.model_errors import LedgerUnusable, ModelError, PriceUnknown, SpendingLimit
from bot.models import ChatModel, Message, Partly, Reply, Shape
from bot.types import Usage

FILE: Final = "spending.db"
"""The ledger's name in a home."""
_NANO: Final = 1_000_000_000
"""Money is kept as whole billionths of a dollar: sums of fractions would drift."""
_BUSY: Final = 5.0
"""Seconds to wait for another process that writes; it needs milliseconds."""
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, day TEXT NOT NULL, nanodollars INTEGER NOT NULL)"
)

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Priced(ChatModel, Protocol):
    """A chat model that can tell what asking it could take."""

    label: str

    def most(self, messages: Sequence[Message], shape: Shape, max_tokens: int) -> Usage:
        """The most that asking once can take; its cost is None where no price is known."""


class Ledger:
    """What was spent today, in one file. Opens it for each use: safe for threads and processes."""

    def __init__(self, home: Path, *, now: Callable[[], datetime] = _now) -> None:
        self._path = home / FILE
        self._now = now

    def spent(self) -> float:
        """US dollars spent and reserved today. Raises sqlite3.Error, OSError."""
        if not self._path.exists():
            return 0.0
        with self._writing() as database:
            return _sum(database, self._day()) / _NANO

    def reserve(self, usd: float, limit: float) -> int | None:
        """Count this much as spent, if the day's sum stays within `limit`; the entry to settle, or None if it doesn't.

        Raises sqlite3.Error, OSError.
        """
        day = self._day()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as database:
            database.execute("DELETE FROM calls WHERE day < ?", (day,))
            if _sum(database, day) + _nano(usd) > _nano(limit):
                return None
            return database.execute("INSERT INTO calls (day, nanodollars) VALUES (?, ?)", (day, _nano(usd))).lastrowid

    def settle(self, entry: int, usd: float) -> None:
        """Put what it did cost in place of what was reserved. Raises sqlite3.Error, OSError."""
        with self._writing() as database:
            database.execute("UPDATE calls SET nanodollars = ? WHERE id = ?", (_nano(usd), entry))

    def resets(self) -> datetime:
        """When the day ends."""
        return datetime.combine(self._now().astimezone(UTC).date() + timedelta(days=1), time(), UTC)

    def _day(self) -> str:
        return self._now().astimezone(UTC).date().isoformat()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that nobody else writes in."""
        with closing(sqlite3.connect(self._path, timeout=_BUSY, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            with database:
                database.execute(_SCHEMA)
                yield database


class Metered:
    """A model that is asked only while that fits into the daily limit. Otherwise as the model it wraps.

    The one time a server turns out to pass over the shape it was sent, a call costs two requests and may exceed what
    was reserved; that counts from the next call on.
    """

    def __init__(self, model: Priced, ledger: Ledger, limit_usd: float) -> None:
        self.name, self.window = model.name, model.window
        self._model, self._ledger, self._limit = model, ledger, limit_usd

    def load(self) -> None:
        """As the model does."""
        self._model.load()

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return self._model.count(text)

    def ask(
        self,
        messages: Sequence[Message],
        shape: Shape,
        *,
        max_tokens: int,
        seconds: float,
        partly: Partly | None = None,
    ) -> Reply:
        """The reply. Raises ModelError; SpendingLimit, PriceUnknown or LedgerUnusable before anything is sent; Stopped.

        A call that is stopped counts as what the model takes it to have cost; one that is interrupted otherwise stays
        counted at its most: nobody tells what it did cost.
        """
        most = self._model.most(messages, shape, max_tokens).cost_usd
        if most is None:
            raise PriceUnknown(self._model.label)
        with self._ledger_errors():
            entry = self._ledger.reserve(most, self._limit)
            if entry is None:
                raise self._too_dear(most)
        try:
            reply = self._model.ask(messages, shape, max_tokens=max_tokens, seconds=seconds, partly=partly)
        except (ModelError, Stopped) as error:
            self._settle(entry, error.usage)
            raise
        self._settle(entry, reply.usage)
        return reply

    def close(self) -> None:
        """Give back the connections."""
        self._model.close()

    def _settle(self, entry: int, usage: Usage) -> None:
        if usage.cost_usd is None:
            return
        try:
            self._ledger.settle(entry, usage.cost_usd)
        except (sqlite3.Error, OSError) as error:  # the reply is there; it stays counted at its most
            _log.warning("what a call did cost was not written to %s (%s)", FILE, type(error).__name__)

    def _too_dear(self, most: float) -> SpendingLimit:
        return SpendingLimit(
            self._model.label,
            cost=_dollars(most),
            left=_dollars(max(0.0, self._limit - self._ledger.spent())),
            limit=_dollars(self._limit),
            resets=f"{self._ledger.resets():%Y-%m-%d %H:%M} UTC",
        )

    @contextmanager
    def _ledger_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LedgerUnusable(self._model.label, detail=type(error).__name__, file=FILE) from error


def _sum(database: sqlite3.Connection, day: str) -> int:
    total: int = database.execute("SELECT coalesce(sum(nanodollars), 0) FROM calls WHERE day = ?", (day,)).fetchone()[0]
    return total


def _nano(usd: float) -> int:
    return ceil(usd * _NANO)


def _dollars(usd: float) -> str:
    """To the cent, or to the first two digits of less."""
    return f"${usd:.2f}" if usd >= 0.1 or usd == 0 else f"${usd:.2g}"
