"""The questions taken on: each is a job from the moment it is accepted until its answer has come, or will not come.

A job's states are STATES. "sending" is recorded before a message goes out, so that after a crash it is known which one
may have arrived. A closed job keeps no text: question and answer are in the conversations.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Final

from bot.database import Database, Value
from bot.telegram.store.updates import Updates

OPEN: Final = ("waiting", "working", "answered", "sending")
"""Not answered yet; being answered; the answer is kept, no message on its way; message `part` may be on its way."""
STATES: Final = (*OPEN, "unsure", "done", "undeliverable", "cancelled", "refused", "failed")
"""With "unsure", a message may or may not have arrived; the others say how a job was closed."""
TABLES: Final = """
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    update_id INTEGER NOT NULL UNIQUE,
    chat INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    person INTEGER NOT NULL,
    private INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    question TEXT NOT NULL, -- empty once it is closed
    language TEXT NOT NULL,
    parent TEXT NOT NULL,
    edits INTEGER NOT NULL,
    answer_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'waiting',
    part INTEGER NOT NULL DEFAULT 0,
    accepted_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX jobs_open ON jobs (chat, number) WHERE NOT closed;
CREATE INDEX jobs_by_chat ON jobs (chat, number);
CREATE INDEX jobs_by_message ON jobs (chat, message_id);
CREATE INDEX jobs_by_person ON jobs (person);
CREATE INDEX jobs_by_time ON jobs (accepted_at);
"""
_JOB = """
SELECT number, update_id, chat, thread, person, private, message_id, question, language, parent, edits, answer_id,
    state, part, accepted_at, updated_at
FROM jobs
"""
_STANDING = "INDEXED BY jobs_open WHERE NOT closed"  # few of many: SQLite knows no numbers, and might look at them all


@dataclass(frozen=True, slots=True)
class Job:
    """A question taken on.

    `thread`: 0 for none. `message_id`: of the question; 0 when its chat has moved since. `question`: as typed, empty
    once the job is closed. `language`: that of the person's interface. `parent`: the id of the answer it goes on from,
    "" for none. `edits`: the message of an earlier answer that this one replaces, 0 for none. `answer_id`: 12
    hexadecimal digits, given before there is an answer, so that answering twice keeps one. `part`: the message of the
    answer that is next, or on its way, from 0. Times are seconds since 1970.
    """

    number: int
    update_id: int
    chat: int
    thread: int
    person: int
    private: bool
    message_id: int
    question: str
    language: str
    parent: str
    edits: int
    answer_id: str
    state: str
    part: int
    accepted_at: float
    updated_at: float


class Jobs:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        *,
        update_id: int,
        chat: int,
        thread: int,
        person: int,
        private: bool,
        message_id: int,
        question: str,
        language: str,
        at: float,
        parent: str = "",
        edits: int = 0,
    ) -> Job | None:
        """Take a question on, "waiting", and its update as handled; None when that has a job already."""
        with self._database.transaction():
            rows = self._database.run(
                "INSERT INTO jobs (update_id, chat, thread, person, private, message_id, question, language, parent, "
                "edits, answer_id, accepted_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (update_id) DO NOTHING RETURNING number",
                update_id, chat, thread, person, private, message_id, question, language, parent, edits,
                secrets.token_hex(6), at, at,
            )  # fmt: skip
            Updates(self._database).handled(update_id)
            return self.get(*rows[0]) if rows else None

    def release(self, update_id: int) -> None:
        """This id means another update from here on: the job that has it keeps none (a negative one is nobody's)."""
        self._database.run("UPDATE jobs SET update_id = -number WHERE update_id = ?", update_id)

    def get(self, number: int) -> Job | None:
        """The job with this number."""
        return self._first("WHERE number = ?", number)

    def by_message(self, chat: int, message_id: int) -> Job | None:
        """The newest job of the question in this message."""
        return self._first("WHERE chat = ? AND message_id = ? ORDER BY number DESC LIMIT 1", chat, message_id)

    def open(self, chat: int | None = None) -> list[Job]:
        """Those in one of the states OPEN, of one chat or of all, oldest first."""
        if chat is None:
            return self._jobs(f"{_STANDING} AND state <> 'unsure' ORDER BY number")
        return self._jobs(f"{_STANDING} AND state <> 'unsure' AND chat = ? ORDER BY number", chat)

    def next(self, chat: int) -> Job | None:
        """The oldest that is open in a chat."""
        return self._first(f"{_STANDING} AND state <> 'unsure' AND chat = ? ORDER BY number LIMIT 1", chat)

    def unsure(self) -> list[Job]:
        """Those whose asker has still to be told that the answer may have come, oldest first; finishing ends it."""
        return self._jobs(f"{_STANDING} AND state = 'unsure' ORDER BY number")

    def count_waiting(self, chat: int, person: int | None = None) -> int:
        """How many are "waiting" in a chat, of everybody or of one person: not the one being answered."""
        rows = self._database.run(
            f"SELECT count(*) FROM jobs {_STANDING} AND state = 'waiting' AND chat = ? "
            "AND person = coalesce(?, person)",
            chat, person,
        )  # fmt: skip
        return int(rows[0][0])

    def mark(self, number: int, state: str, part: int | None = None) -> bool:
        """Record where a job stands. False, with nothing changed, for one that is closed or was forgotten.

        Only "unsure" opens a closed job again: its asker is to be told after all. Once this returns for "sending", the
        message may be sent: that it may have been survives a loss of power too.
        """
        with self._database.transaction(durable=state == "sending"):
            marked = self._database.run(
                "UPDATE jobs SET state = ?1, part = coalesce(?2, part), updated_at = ?3, closed = 0 "
                "WHERE number = ?4 AND (NOT closed OR ?1 = 'unsure') RETURNING 1",
                state, part, time.time(), number,
            )  # fmt: skip
        return bool(marked)

    def finish(self, number: int, state: str) -> bool:
        """Close a job; its question is kept here no longer. False, with nothing changed, where it was closed before."""
        return bool(
            self._database.run(
                "UPDATE jobs SET state = ?, question = '', updated_at = ?, closed = 1 WHERE number = ? AND NOT closed "
                "RETURNING 1",
                state, time.time(), number,
            )
        )  # fmt: skip

    def reword(self, number: int, question: str) -> bool:
        """Another wording of a question that is still "waiting"; False when it is not."""
        return bool(
            self._database.run(
                "UPDATE jobs SET question = ? WHERE number = ? AND NOT closed AND state = 'waiting' RETURNING 1",
                question, number,
            )
        )  # fmt: skip

    def by_state(self, since: float = 0.0) -> dict[str, int]:
        """How many of those accepted since this time are in each state; states without any are left out."""
        rows = self._database.run("SELECT state, count(*) FROM jobs WHERE accepted_at >= ? GROUP BY state", since)
        return dict(rows)

    def by_day(self, since: float = 0.0) -> dict[str, int]:
        """How many were accepted on each UTC day (YYYY-MM-DD) since this time, in order."""
        rows = self._database.run(
            "SELECT date(accepted_at, 'unixepoch') AS day, count(*) FROM jobs WHERE accepted_at >= ? "
            "GROUP BY day ORDER BY day",
            since,
        )
        return dict(rows)

    def people(self, since: float = 0.0) -> int:
        """How many different people asked since this time."""
        return int(self._database.run("SELECT count(DISTINCT person) FROM jobs WHERE accepted_at >= ?", since)[0][0])

    def forget_person(self, person: int) -> int:
        """Delete those of this person; tells how many."""
        return len(self._database.run("DELETE FROM jobs WHERE person = ? RETURNING 1", person))

    def expire(self, before: float) -> int:
        """Delete those that are closed and were accepted before this time; tells how many."""
        return len(self._database.run("DELETE FROM jobs WHERE closed AND accepted_at < ? RETURNING 1", before))

    def move_chat(self, old: int, new: int) -> None:
        """A chat has got another id; the ids of its messages mean nothing there."""
        self._database.run("UPDATE jobs SET chat = ?, message_id = 0, edits = 0 WHERE chat = ?", new, old)
        self._database.run("UPDATE jobs SET person = ? WHERE person = ?", new, old)

    def clear(self) -> None:
        """Delete all of them."""
        self._database.run("DELETE FROM jobs")

    def _first(self, where: str, *values: Value) -> Job | None:
        return next(iter(self._jobs(where, *values)), None)

    def _jobs(self, where: str, *values: Value) -> list[Job]:
        rows = self._database.run(f"{_JOB} {where}", *values)
        return [Job(*(*row[:5], bool(row[5]), *row[6:])) for row in rows]
