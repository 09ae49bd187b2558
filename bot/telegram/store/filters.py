"""Which articles are searched in a chat and thread, where its people have said so."""

from __future__ import annotations

import json
from typing import Final

from bot import filters
from bot.database import Database
from retrieval.types import Filter

TABLES: Final = """
CREATE TABLE filters (
    chat INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    filter TEXT NOT NULL,
    PRIMARY KEY (chat, thread)
);
"""


class Filters:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, chat: int, thread: int) -> Filter:
        """The filter of a thread; an empty one where none is set."""
        rows = self._database.run("SELECT filter FROM filters WHERE chat = ? AND thread = ?", chat, thread)
        return filters.from_object(json.loads(rows[0][0])) if rows else Filter()

    def set(self, chat: int, thread: int, wanted: Filter) -> None:
        """Keep a filter, in place of what was there; an empty one takes it away."""
        if not wanted:
            self._database.run("DELETE FROM filters WHERE chat = ? AND thread = ?", chat, thread)
            return
        kept = json.dumps(filters.to_object(wanted), ensure_ascii=False)
        self._database.run("INSERT OR REPLACE INTO filters VALUES (?, ?, ?)", chat, thread, kept)

    def forget_person(self, person: int) -> int:
        """Delete those of a person's private chat, which bears their id; tells how many."""
        return len(self._database.run("DELETE FROM filters WHERE chat = ? RETURNING 1", person))

    def move_chat(self, old: int, new: int) -> None:
        """A group has got another id."""
        self._database.run("UPDATE OR REPLACE filters SET chat = ? WHERE chat = ?", new, old)
