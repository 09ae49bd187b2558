"""Who is known: language, role, whether the bot can still write to them; and the groups it may answer in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.database import Database, Value

Role = Literal["user", "admin"]
TABLES: Final = """
CREATE TABLE people (
    person INTEGER PRIMARY KEY,
    language TEXT,
    role TEXT,
    active INTEGER NOT NULL DEFAULT 1,
    greeted_at REAL
);
CREATE TABLE groups (chat INTEGER PRIMARY KEY);
"""
_PERSON = "SELECT person, language, role, active, greeted_at FROM people"


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `language`: chosen by them, None for automatic. `role`: given by an admin, None for none.

    `active`: False since a message to them was refused. `greeted_at`: when, not being listed, they were last told how
    to be; seconds since 1970.
    """

    person: int
    language: str | None = None
    role: Role | None = None
    active: bool = True
    greeted_at: float | None = None


class People:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, person: int) -> Person:
        """What is known of a person; of a stranger, nothing."""
        return next(iter(self._people("WHERE person = ?", person)), Person(person))

    def with_role(self, role: Role | None = None) -> list[Person]:
        """Those with this role, or with any for None, by id."""
        return self._people("WHERE role = coalesce(?, role) ORDER BY person", role)

    def set_language(self, person: int, language: str | None) -> None:
        """The language they have chosen; None for automatic."""
        self._set(person, "language", language)

    def set_role(self, person: int, role: Role | None) -> None:
        """What they may do; None: what anybody may."""
        self._set(person, "role", role)

    def set_active(self, person: int, active: bool) -> None:
        """Whether messages reach them."""
        self._set(person, "active", int(active))

    def greeted(self, person: int, at: float) -> None:
        """They were told how to be listed."""
        self._set(person, "greeted_at", at)

    def allow_group(self, chat: int, allowed: bool = True) -> None:
        """Let the bot answer in a group, or no longer."""
        statement = "INSERT OR IGNORE INTO groups (chat) VALUES (?)" if allowed else "DELETE FROM groups WHERE chat = ?"
        self._database.run(statement, chat)

    def group_allowed(self, chat: int) -> bool:
        """Whether an admin has allowed this group."""
        return bool(self._database.run("SELECT 1 FROM groups WHERE chat = ?", chat))

    def groups(self) -> list[int]:
        """The groups allowed by admins."""
        return [chat for (chat,) in self._database.run("SELECT chat FROM groups ORDER BY chat")]

    def forget_person(self, person: int) -> int:
        """Delete all that is known of a person but the role an admin gave; tells whether there was anything."""
        known = self._database.run(
            "UPDATE people SET language = NULL, greeted_at = NULL, active = 1 "
            "WHERE person = ? AND (language IS NOT NULL OR greeted_at IS NOT NULL OR NOT active) RETURNING 1",
            person,
        )
        self._sweep()
        return len(known)

    def expire(self, before: float) -> int:
        """Forget when strangers were greeted before this time; tells of how many."""
        greeted = self._database.run(
            "UPDATE people SET greeted_at = NULL WHERE greeted_at < ? RETURNING 1", before
        )  # fmt: skip
        self._sweep()
        return len(greeted)

    def move_chat(self, old: int, new: int) -> None:
        """A group has got another id; whoever speaks in its name has too."""
        for table, column in (("groups", "chat"), ("people", "person")):
            self._database.run(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {column} = ?", new, old)

    def _sweep(self) -> None:
        """A row that says nothing goes."""
        self._database.run(
            "DELETE FROM people WHERE language IS NULL AND role IS NULL AND active AND greeted_at IS NULL"
        )

    def _set(self, person: int, column: str, value: Value) -> None:
        self._database.run(
            f"INSERT INTO people (person, {column}) VALUES (?1, ?2) "
            f"ON CONFLICT (person) DO UPDATE SET {column} = excluded.{column}",
            person, value,
        )  # fmt: skip

    def _people(self, where: str, *values: Value) -> list[Person]:
        return [
            Person(person, language, role, bool(active), greeted_at)
            for person, language, role, active, greeted_at in self._database.run(f"{_PERSON} {where}", *values)
        ]
