"""What was asked and answered in each chat, in SQLite: what a follow-up leans on, and what /source and /why open.

A conversation is what one thread of one chat has asked since it began or was last reset; where several people share a
chat, each question also says who asked and which answer it goes on from. Each method is one transaction; several
threads and processes may use one file. Does not rewrite questions, and deletes nothing unless told to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.database import IN_MEMORY as IN_MEMORY
from bot.database import Database, Value
from bot.errors import UnreadableConversations

FILE: Final = "conversations.sqlite"
"""Its name in a home; SQLite keeps `-wal` and `-shm` beside it while it is in use."""
MOST: Final = 6
"""Earlier questions that go with a new one: a follow-up rarely leans on more."""
TERMINAL: Final = "terminal"
"""The chat held at a terminal; it belongs to whoever owns the home."""

_MIGRATIONS: Final = (
    """
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
    CREATE INDEX turns_by_thread ON turns (chat, thread, open)
    """,
    """
    ALTER TABLE turns ADD COLUMN person TEXT NOT NULL DEFAULT '';
    ALTER TABLE turns ADD COLUMN parent TEXT NOT NULL DEFAULT '';
    CREATE INDEX turns_by_person ON turns (person, chat, thread);
    CREATE INDEX turns_by_time ON turns (at)
    """,
)
_TURN = "SELECT answer_id, typed, question, language, outcome, at, person, parent FROM turns"


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
    of the answer; `at`: UTC, ISO 8601. `person`: who asked, "" where a chat has one person only. `parent`: the id of
    the answer it goes on from, "" for none.
    """

    answer_id: str
    typed: str
    question: str
    language: str
    outcome: Mapping[str, Any]
    at: str = field(default_factory=_now)
    person: str = ""
    parent: str = ""


class Conversations:
    """The conversations kept in one file, or in memory for IN_MEMORY.

    Every method may raise UnreadableConversations, HomeNotWritable, DiskFull, or IndexBusy when another process has
    kept the file to itself for ten seconds.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file; it is made, for its owner only, when it isn't there."""
        self._database = Database(path, _MIGRATIONS, UnreadableConversations, contents="the conversations of before")

    def add(self, key: Key, turn: Turn) -> None:
        """Keep a turn at the end of a conversation. An answer id that is there already is replaced.

        Once this returns, the turn survives a loss of power too: whoever sends the answer may rely on it.
        """
        outcome = json.dumps(turn.outcome, ensure_ascii=False, allow_nan=False)
        with self._database.transaction(durable=True):
            self._database.run(
                "INSERT OR REPLACE INTO turns (chat, thread, answer_id, typed, question, language, outcome, at, "
                "person, parent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *key, turn.answer_id, turn.typed, turn.question, turn.language, outcome, turn.at,
                turn.person, turn.parent,
            )  # fmt: skip

    def turns(self, key: Key, most: int = MOST) -> list[Turn]:
        """The last turns of a conversation, oldest first."""
        where = "WHERE chat = ? AND thread = ? AND open ORDER BY number DESC LIMIT ?"
        return self._turns(where, *key, most)[::-1]

    def history(self, key: Key, most: int = MOST) -> tuple[str, ...]:
        """The last questions of a conversation as they stand alone, oldest first: for Question.history."""
        return tuple(turn.question for turn in self.turns(key, most))

    def lineage(self, answer_id: str, most: int = MOST) -> tuple[str, ...]:
        """The question of this answer and those it went on from, as they stand alone, oldest first.

        Also from before a reset. Ends where an answer is no longer kept; empty where this one is not.
        """
        questions: list[str] = []
        while answer_id and len(questions) < most:
            rows = self._database.run("SELECT question, parent FROM turns WHERE answer_id = ?", answer_id)
            if not rows:
                break
            question, answer_id = rows[0]
            questions.append(question)
        return tuple(reversed(questions))

    def latest(self, chat: str) -> Turn | None:
        """The newest turn of a chat, in whatever thread, also from before a reset."""
        return self._first("WHERE chat = ? ORDER BY number DESC LIMIT 1", chat)

    def latest_of(self, key: Key, person: str, since: str) -> Turn | None:
        """The newest turn of one person in a conversation, if it was kept at this time (as Turn.at) or later."""
        where = "WHERE person = ? AND chat = ? AND thread = ? AND open AND at >= ? ORDER BY number DESC LIMIT 1"
        return self._first(where, person, *key, since)

    def find(self, answer_id: str, chat: str | None = None) -> Turn | None:
        """The turn with this answer, also from before a reset; of this chat only, when one is given."""
        return self._first("WHERE answer_id = ? AND chat = coalesce(?, chat)", answer_id, chat)

    def reset(self, key: Key, person: str | None = None) -> None:
        """Begin a new conversation: what was asked before is no longer leant on, but its answers are still found.

        Of this person only, when one is given.
        """
        self._database.run(
            "UPDATE turns SET open = 0 WHERE chat = ? AND thread = ? AND person = coalesce(?, person)", *key, person
        )

    def forget(self, chat: str | None = None) -> Forgotten:
        """Delete all that a chat has asked and was answered; of all chats for None."""
        return self._delete("chat = coalesce(?, chat)", chat)

    def forget_person(self, person: str) -> Forgotten:
        """Delete all that one person has asked and was answered, in whatever chat."""
        return self._delete("person = ?", person)

    def expire(self, before: str) -> int:
        """Delete the turns kept before this time (as Turn.at), except those of the terminal; tells how many."""
        return self._delete("at < ? AND chat <> ?", before, TERMINAL).answers

    def move_chat(self, old: str, new: str) -> None:
        """A chat has got another name; who speaks in its name has too."""
        with self._database.transaction():
            for column in ("chat", "person"):
                self._database.run(f"UPDATE turns SET {column} = ? WHERE {column} = ?", new, old)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _delete(self, where: str, *values: Value) -> Forgotten:
        with self._database.transaction():
            counts = self._database.run(f"SELECT count(DISTINCT chat), count(*) FROM turns WHERE {where}", *values)[0]
            self._database.run(f"DELETE FROM turns WHERE {where}", *values)
        self._database.scrub()
        return Forgotten(*counts)

    def _first(self, where: str, *values: Value) -> Turn | None:
        return next(iter(self._turns(where, *values)), None)

    def _turns(self, where: str, *values: Value) -> list[Turn]:
        rows = self._database.run(f"{_TURN} {where}", *values)
        try:
            return [
                Turn(answer_id, typed, question, language, json.loads(outcome), at, person, parent)
                for answer_id, typed, question, language, outcome, at, person, parent in rows
            ]
        except ValueError as error:
            raise self._database.damaged() from error
