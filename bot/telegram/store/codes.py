"""The codes by which people and groups come to be allowed, and how often who has tried one.

Makes no codes and decides nothing: how long a code holds and how many attempts there are is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.database import Database, Value

Kind = Literal["claim", "pair", "group"]
"""A code that makes its sender the first admin; that lists a person; that allows a group. An admin gives the latter."""
TABLES: Final = """
CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    at REAL NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, person, chat)
);
CREATE TABLE attempts (
    person INTEGER NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX attempts_by_person ON attempts (person, at);
"""
_CODE = "SELECT kind, code, person, chat, at, name FROM codes"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that waits. `person`: whom it is for, a group's id for a group; `chat`: where it was made.

    `name`: theirs, as an admin is shown it. `at`: seconds since 1970.
    """

    kind: Kind
    code: str
    person: int
    chat: int
    at: float
    name: str


class Codes:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, kind: Kind, code: str, person: int, chat: int, at: float, name: str = "") -> bool:
        """Keep a code, in place of one of this kind for the same person and chat. False when the code is in use."""
        with self._database.transaction():
            if self._database.run("SELECT 1 FROM codes WHERE code = ?", code):
                return False
            self._database.run(
                "INSERT OR REPLACE INTO codes (kind, code, person, chat, at, name) VALUES (?, ?, ?, ?, ?, ?)",
                kind, code, person, chat, at, name,
            )  # fmt: skip
        return True

    def find(self, code: str) -> Code | None:
        """What this code is for."""
        return self._first("WHERE code = ?", code)

    def of(self, kind: Kind, person: int) -> Code | None:
        """The newest code of a kind for a person."""
        return self._first("WHERE kind = ? AND person = ? ORDER BY at DESC LIMIT 1", kind, person)

    def drop(self, code: str) -> None:
        """The code is used, refused or too old."""
        self._database.run("DELETE FROM codes WHERE code = ?", code)

    def note_attempt(self, person: int, at: float) -> None:
        """A person has sent a code that is none."""
        self._database.run("INSERT INTO attempts (person, at) VALUES (?, ?)", person, at)

    def attempts(self, person: int, since: float) -> int:
        """How many of those there were since this time."""
        rows = self._database.run("SELECT count(*) FROM attempts WHERE person = ? AND at >= ?", person, since)
        return int(rows[0][0])

    def sweep(self, before: float) -> int:
        """Delete codes and attempts from before this time; tells how many codes."""
        self._database.run("DELETE FROM attempts WHERE at < ?", before)
        return len(self._database.run("DELETE FROM codes WHERE at < ? RETURNING 1", before))

    def forget_person(self, person: int) -> int:
        """Delete the codes made for a person; tells how many. Attempts stay until they are swept: they are a limit."""
        return len(self._database.run("DELETE FROM codes WHERE person = ? RETURNING 1", person))

    def move_chat(self, old: int, new: int) -> None:
        """A chat has got another id, and with it the codes for the chat itself."""
        for column in ("chat", "person"):
            self._database.run(f"UPDATE OR REPLACE codes SET {column} = ? WHERE {column} = ?", new, old)

    def _first(self, where: str, *values: Value) -> Code | None:
        return next((Code(*row) for row in self._database.run(f"{_CODE} {where}", *values)), None)
