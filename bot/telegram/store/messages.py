"""Which answer each message of a chat belongs to: what a reply goes on from, and which panel a button edits.

Holds ids only. A message stays where it was sent when its chat moves: its id means nothing in the new one.
"""

from __future__ import annotations

from typing import Final

from bot.database import Database

KINDS: Final = ("question", "answer", "panel", "evidence", "why", "notice")
TABLES: Final = """
CREATE TABLE messages (
    chat INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    answer_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (chat, message_id)
);
CREATE INDEX messages_by_answer ON messages (answer_id, kind, chat, message_id);
CREATE INDEX messages_by_time ON messages (at);
"""


class Messages:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, chat: int, message_id: int, answer_id: str, kind: str, at: float) -> None:
        """Keep what a message belongs to; one that is there already is replaced. `kind`: one of KINDS."""
        self._database.run(
            "INSERT OR REPLACE INTO messages (chat, message_id, answer_id, kind, at) VALUES (?, ?, ?, ?, ?)",
            chat, message_id, answer_id, kind, at,
        )  # fmt: skip

    def answer_of(self, chat: int, message_id: int) -> str | None:
        """The id of the answer that a message belongs to."""
        rows = self._database.run(
            "SELECT answer_id FROM messages WHERE chat = ? AND message_id = ?", chat, message_id
        )  # fmt: skip
        return str(rows[0][0]) if rows else None

    def ids(self, answer_id: str, kind: str, chat: int) -> list[int]:
        """The messages of one kind that belong to an answer in a chat, in the order of their ids."""
        rows = self._database.run(
            "SELECT message_id FROM messages WHERE answer_id = ? AND kind = ? AND chat = ? ORDER BY message_id",
            answer_id, kind, chat,
        )  # fmt: skip
        return [message_id for (message_id,) in rows]

    def last_answer(self, chat: int, thread: int | None = None, person: int | None = None) -> str | None:
        """The id of the answer to the last question of a chat that got one; of one thread or person, when given."""
        rows = self._database.run(
            "SELECT answer_id FROM jobs WHERE chat = ?1 AND thread = coalesce(?2, thread) "
            "AND person = coalesce(?3, person) "
            "AND EXISTS (SELECT 1 FROM messages WHERE messages.answer_id = jobs.answer_id AND kind = 'answer') "
            "ORDER BY number DESC LIMIT 1",
            chat, thread, person,
        )  # fmt: skip
        return str(rows[0][0]) if rows else None

    def forget_person(self, person: int) -> int:
        """Delete those of the answers to this person; tells how many. Before the jobs are: these tell which."""
        rows = self._database.run(
            "DELETE FROM messages WHERE answer_id IN (SELECT answer_id FROM jobs WHERE person = ?) RETURNING 1", person
        )
        return len(rows)

    def expire(self, before: float) -> int:
        """Delete those sent before this time; tells how many."""
        return len(self._database.run("DELETE FROM messages WHERE at < ? RETURNING 1", before))

    def clear(self) -> None:
        """Delete all of them."""
        self._database.run("DELETE FROM messages")
