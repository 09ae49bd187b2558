"""What the store knows of itself, by key."""

from __future__ import annotations

from typing import Final

from bot.database import Database

TABLES: Final = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
"""


class Meta:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """What is kept under this key."""
        rows = self._database.run("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def set(self, key: str, value: str) -> None:
        """Keep this, in place of what was there."""
        self._database.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)
