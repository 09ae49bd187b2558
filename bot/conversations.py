"""What was asked and answered in each chat, in SQLite: what a follow-up leans on, and what /source and /why open.

A conversation is what one thread of one chat has asked since it began or was last reset. Each method is one
transaction; several threads and processes may use one file. Does not rewrite questions, and deletes nothing unless
told to.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.errors import UnreadableConversations
from retrieval.disk import disk_errors, make_folder
from retrieval.errors import DamagedIndex, HomeNotWritable, IndexBusy

FILE: Final = "conversations.sqlite"
"""Its name in a home; SQLite keeps `-wal` and `-shm` beside it while it is in use."""
IN_MEMORY: Final = ":memory:"
"""In place of a file: conversations that end with the process."""
MOST: Final = 6
"""Earlier questions that go with a new one: a follow-up rarely leans on more."""

_SCHEMA = 1
_BUSY_SECONDS = 10.0
_TABLES = """
CREATE TABLE turns (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    chat TEXT NOT NULL,
    thread TEXT NOT NULL,
    open INTEGER NOT NULL DEFAULT 1, -- 0 from the next reset on
    answer_id TEXT NOT NULL UNIQUE,
    typed TEXT NOT NULL,
    question TEXT NOT NULL,
    language TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX turns_by_thread ON turns (chat, thread, open);
"""
_TURN = "SELECT answer_id, typed, question, language, outcome, at FROM turns"


class Key(NamedTuple):
    """Where a conversation is held: the chat, and the thread in it ("" in a chat without threads)."""

    chat: str
    thread: str = ""


class Forgotten(NamedTuple):
    """What was deleted."""

    chats: int
    answers: int


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer.

    `typed`: as the person wrote it; `question`: as it stands alone; `outcome`: what bot.render.json.outcome_object made
    of the answer; `at`: UTC, ISO 8601.
    """

    answer_id: str
    typed: str
    question: str
    language: str
    outcome: Mapping[str, Any]
    at: str = field(default_factory=_now)


class Conversations:
    """The conversations kept in one file, or in memory for IN_MEMORY.

    Every method may raise UnreadableConversations, HomeNotWritable, DiskFull, or IndexBusy when another process has
    kept the file to itself for ten seconds.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file; it is made, for its owner only, when it isn't there."""
        self._path = Path(path)
        self._lock = threading.Lock()
        with self._errors():
            if path != IN_MEMORY:
                make_folder(self._path.parent)
                self._path.touch(mode=0o600)  # SQLite gives the files beside it the same mode
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        if self._schema() > _SCHEMA:
            raise UnreadableConversations(
                f"{self._path} was made by a newer version of Footnote.",
                "Use that version, or move the file away: a new one is made.",
            )
        self._db.execute("PRAGMA secure_delete = ON")  # what is forgotten is not left in the file's free pages
        self._write_ahead()
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("BEGIN IMMEDIATE")  # of two processes that open a new file, one makes the tables
        if self._schema() == 0:
            for statement in (*_TABLES.split(";"), f"PRAGMA user_version = {_SCHEMA}"):
                self._db.execute(statement)
        self._db.execute("COMMIT")

    def _write_ahead(self) -> None:
        """Let readers and a writer work side by side; the file remembers it.

        SQLite does not wait here: where it finds the file in use, another process is opening it too, and that one or
        the next to come succeeds.
        """
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise

    def _schema(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def add(self, key: Key, turn: Turn) -> None:
        """Keep a turn at the end of a conversation. An answer id that is there already is replaced."""
        outcome = json.dumps(turn.outcome, ensure_ascii=False, allow_nan=False)
        self._run(
            "INSERT OR REPLACE INTO turns (chat, thread, answer_id, typed, question, language, outcome, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *key, turn.answer_id, turn.typed, turn.question, turn.language, outcome, turn.at,
        )  # fmt: skip

    def turns(self, key: Key, most: int = MOST) -> list[Turn]:
        """The last turns of a conversation, oldest first."""
        where = "WHERE chat = ? AND thread = ? AND open ORDER BY number DESC LIMIT ?"
        return self._turns(where, *key, most)[::-1]

    def history(self, key: Key, most: int = MOST) -> tuple[str, ...]:
        """The last questions of a conversation as they stand alone, oldest first: for Question.history."""
        return tuple(turn.question for turn in self.turns(key, most))

    def latest(self, chat: str) -> Turn | None:
        """The newest turn of a chat, in whatever thread, also from before a reset."""
        return next(iter(self._turns("WHERE chat = ? ORDER BY number DESC LIMIT 1", chat)), None)

    def find(self, answer_id: str, chat: str | None = None) -> Turn | None:
        """The turn with this answer, also from before a reset; of this chat only, when one is given."""
        where = "WHERE answer_id = ? AND chat = coalesce(?, chat)"
        return next(iter(self._turns(where, answer_id, chat)), None)

    def reset(self, key: Key) -> None:
        """Begin a new conversation: what was asked before is no longer leant on, but its answers are still found."""
        self._run("UPDATE turns SET open = 0 WHERE chat = ? AND thread = ?", *key)

    def forget(self, chat: str | None = None) -> Forgotten:
        """Delete all that a chat has asked and was answered; of all chats for None."""
        with self._transaction() as db:
            which = "FROM turns WHERE chat = coalesce(?, chat)"
            counts = db.execute(f"SELECT count(DISTINCT chat), count(*) {which}", (chat,)).fetchone()
            db.execute(f"DELETE {which}", (chat,))
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")  # nor is it left in the write-ahead log
        return Forgotten(*counts)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def _turns(self, where: str, *values: str | int | None) -> list[Turn]:
        rows = self._run(f"{_TURN} {where}", *values)
        try:
            return [
                Turn(answer_id, typed, question, language, json.loads(outcome), at)
                for answer_id, typed, question, language, outcome, at in rows
            ]
        except ValueError as error:
            raise self._damaged() from error

    def _run(self, statement: str, *values: str | int | None) -> list[Any]:
        with self._lock, self._errors():
            return self._db.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """The disk's errors by their names, said of this file and not of the index."""
        try:
            with disk_errors(self._path.parent):
                yield
        except DamagedIndex as error:
            raise self._damaged() from error
        except IndexBusy as error:
            raise IndexBusy(f"Another process is writing to {self._path}.") from error
        except HomeNotWritable as error:
            raise HomeNotWritable(f"{self._path} cannot be opened for writing.") from error

    def _damaged(self) -> UnreadableConversations:
        return UnreadableConversations(
            f"{self._path} is damaged.", "Move it away: a new one is made, without the conversations of before."
        )
