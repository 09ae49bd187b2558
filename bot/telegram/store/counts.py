"""What each person has used on each UTC day: questions, inline queries and money. Knows no limits."""

from __future__ import annotations

from typing import Final, NamedTuple

from bot.database import Database

TABLES: Final = """
CREATE TABLE counts (
    day TEXT NOT NULL, -- YYYY-MM-DD, UTC
    person INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    inline INTEGER NOT NULL,
    nanodollars INTEGER NOT NULL,
    PRIMARY KEY (day, person)
);
"""


class Count(NamedTuple):
    """What was used; money in billionths of a US dollar."""

    questions: int = 0
    inline: int = 0
    nanodollars: int = 0


class Counts:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, day: str, person: int, *, questions: int = 0, inline: int = 0, nanodollars: int = 0) -> None:
        """Count this much more. `day`: YYYY-MM-DD, UTC."""
        self._database.run(
            "INSERT INTO counts (day, person, questions, inline, nanodollars) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (day, person) DO UPDATE SET questions = questions + excluded.questions, "
            "inline = inline + excluded.inline, nanodollars = nanodollars + excluded.nanodollars",
            day, person, questions, inline, nanodollars,
        )  # fmt: skip

    def of(self, day: str, person: int) -> Count:
        """What one person has used on a day."""
        return next((Count(*row) for row in self._sums("day = ? AND person = ?", day, person)), Count())

    def total(self, day: str) -> Count:
        """What all have used on a day."""
        return next((Count(*row) for row in self._sums("day = ?", day)), Count())

    def sweep(self, before_day: str) -> int:
        """Delete the days before this one; tells how many rows."""
        return len(self._database.run("DELETE FROM counts WHERE day < ? RETURNING 1", before_day))

    def forget_person(self, person: int, today: str) -> int:
        """Delete the days of a person but today's, by which the daily limits hold; tells how many."""
        return len(self._database.run("DELETE FROM counts WHERE person = ? AND day <> ? RETURNING 1", person, today))

    def _sums(self, where: str, *values: str | int) -> list[tuple[int, int, int]]:
        return self._database.run(
            "SELECT coalesce(sum(questions), 0), coalesce(sum(inline), 0), coalesce(sum(nanodollars), 0) "
            f"FROM counts WHERE {where}",
            *values,
        )
