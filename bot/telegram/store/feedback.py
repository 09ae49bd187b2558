"""What people think of the answers: one verdict a person and answer, with a reason; and remarks in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.database import Database, Value

Verdict = Literal["up", "down"]
REASONS: Final = ("wrong", "unsourced", "incomplete", "outdated")
"""What a thumb down can be given for."""
TABLES: Final = """
CREATE TABLE feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    answer_id TEXT NOT NULL, -- empty for a remark on no answer
    person INTEGER NOT NULL,
    verdict TEXT,
    reason TEXT,
    remark TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL
);
CREATE UNIQUE INDEX feedback_by_answer ON feedback (answer_id, person) WHERE answer_id <> '';
CREATE INDEX feedback_by_person ON feedback (person);
"""
_OPINION = "SELECT answer_id, person, verdict, reason, remark, at FROM feedback"
_UPSERT = "ON CONFLICT (answer_id, person) WHERE answer_id <> '' DO UPDATE SET"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person thinks of an answer. `answer_id`: "" for a remark on no answer. `reason`: one of REASONS."""

    answer_id: str
    person: int
    verdict: Verdict | None
    reason: str | None
    remark: str
    at: float


class Feedback:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def vote(self, answer_id: str, person: int, verdict: Verdict | None, at: float) -> None:
        """Their verdict, in place of an earlier one and its reason; None takes it back."""
        self._database.run(
            "INSERT INTO feedback (answer_id, person, verdict, at) VALUES (?, ?, ?, ?) "
            f"{_UPSERT} reason = iif(verdict IS excluded.verdict, reason, NULL), verdict = excluded.verdict, "
            "at = excluded.at",
            answer_id, person, verdict, at,
        )  # fmt: skip

    def reason(self, answer_id: str, person: int, reason: str, at: float) -> None:
        """What their thumb down is for; it is one, if it wasn't."""
        self._database.run(
            "INSERT INTO feedback (answer_id, person, verdict, reason, at) VALUES (?, ?, 'down', ?, ?) "
            f"{_UPSERT} verdict = 'down', reason = excluded.reason, at = excluded.at",
            answer_id, person, reason, at,
        )  # fmt: skip

    def remark(self, person: int, text: str, at: float, answer_id: str = "") -> None:
        """Their own words, on an answer or on none; on an answer, in place of earlier ones."""
        self._database.run(
            "INSERT INTO feedback (answer_id, person, remark, at) VALUES (?, ?, ?, ?) "
            f"{_UPSERT} remark = excluded.remark, at = excluded.at",
            answer_id, person, text, at,
        )  # fmt: skip

    def of(self, answer_id: str, person: int) -> Opinion | None:
        """What one person thinks of an answer."""
        return next(
            iter(self._opinions("WHERE answer_id = ? AND person = ? AND answer_id <> ''", answer_id, person)), None
        )

    def all(self) -> list[Opinion]:
        """Everything, in the order in which it was first given."""
        return self._opinions("ORDER BY number")

    def forget_person(self, person: int) -> int:
        """Delete what a person thinks, and what others think of the answers to them; tells how many.

        Before the jobs are deleted: these tell which answers.
        """
        rows = self._database.run(
            "DELETE FROM feedback WHERE person = ?1 "
            "OR answer_id IN (SELECT answer_id FROM jobs WHERE person = ?1) RETURNING 1",
            person,
        )
        return len(rows)

    def expire(self, before: float) -> int:
        """Delete what was given before this time; tells how much."""
        return len(self._database.run("DELETE FROM feedback WHERE at < ? RETURNING 1", before))

    def move_chat(self, old: int, new: int) -> None:
        """A chat has got another id; whoever speaks in its name has too."""
        self._database.run("UPDATE OR REPLACE feedback SET person = ? WHERE person = ?", new, old)

    def _opinions(self, where: str, *values: Value) -> list[Opinion]:
        return [Opinion(*row) for row in self._database.run(f"{_OPINION} {where}", *values)]
