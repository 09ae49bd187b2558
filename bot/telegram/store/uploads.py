"""Documents that were sent to the bot and wait for a word about them. A file goes with its row.

Does not read documents, and knows nothing of the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.database import Database, Value

TABLES: Final = """
CREATE TABLE uploads (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL,
    person INTEGER NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    file TEXT NOT NULL,
    message_id INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'
);
"""
_UPLOAD = "SELECT number, chat, person, name, text, file, message_id, at, state FROM uploads"


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that waits: its `text`, or the path of the `file` it was put in, the other "".

    `name`: as sent. `message_id`: of the bot's question about it, 0 for none. `state`: the caller's word, "waiting" at
    first. `at`: seconds since 1970.
    """

    number: int
    chat: int
    person: int
    name: str
    text: str
    file: str
    message_id: int
    at: float
    state: str


class Uploads:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, chat: int, person: int, name: str, at: float, *, text: str = "", file: str = "") -> Upload:
        """Keep a document, "waiting"."""
        with self._database.transaction():
            rows = self._database.run(
                "INSERT INTO uploads (chat, person, name, text, file, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
                chat, person, name, text, file, at,
            )  # fmt: skip
            return self._uploads("WHERE number = ?", *rows[0])[0]

    def get(self, number: int) -> Upload | None:
        """The upload with this number."""
        return next(iter(self._uploads("WHERE number = ?", number)), None)

    def all(self) -> list[Upload]:
        """Those that wait, oldest first."""
        return self._uploads("ORDER BY number")

    def mark(self, number: int, state: str, message_id: int | None = None) -> bool:
        """Record where it stands, and the bot's question about it. False when it is gone."""
        return bool(
            self._database.run(
                "UPDATE uploads SET state = ?, message_id = coalesce(?, message_id) WHERE number = ? RETURNING 1",
                state, message_id, number,
            )
        )  # fmt: skip

    def remove(self, number: int) -> None:
        """It is dealt with: row and file go."""
        self._delete("number = ?", number)

    def sweep(self, before: float) -> int:
        """Remove those from before this time; tells how many."""
        return self._delete("at < ?", before)

    def forget_person(self, person: int) -> int:
        """Remove those of a person; tells how many."""
        return self._delete("person = ?", person)

    def move_chat(self, old: int, new: int) -> None:
        """A chat has got another id; the ids of its messages mean nothing there."""
        self._database.run("UPDATE uploads SET chat = ?, message_id = 0 WHERE chat = ?", new, old)
        self._database.run("UPDATE uploads SET person = ? WHERE person = ?", new, old)

    def _delete(self, where: str, *values: Value) -> int:
        with self._database.transaction():
            going = self._uploads(f"WHERE {where}", *values)
            for upload in going:
                if upload.file:  # before its row: what is interrupted is found again
                    Path(upload.file).unlink(missing_ok=True)
            self._database.run(f"DELETE FROM uploads WHERE {where}", *values)
        return len(going)

    def _uploads(self, where: str, *values: Value) -> list[Upload]:
        return [Upload(*row) for row in self._database.run(f"{_UPLOAD} {where}", *values)]
