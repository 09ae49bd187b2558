"""The updates that Telegram was told are received: kept until they are handled, and known for a week after.

Telegram sends an update again when it was not told in time, or after a restart; its id tells. But ids begin anew after
a week without updates, and at another Bot API server: what bears a known id and is about something else is new.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from bot.database import Database

KEPT_SECONDS: Final = 7 * 86_400.0
"""After a week without updates, Telegram may begin to count them anew: an id means nothing for longer."""
TABLES: Final = """
CREATE TABLE updates (
    update_id INTEGER PRIMARY KEY,
    body TEXT NOT NULL, -- once it is handled, what it is known by
    at REAL NOT NULL,
    handled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX updates_unhandled ON updates (update_id) WHERE NOT handled;
CREATE INDEX updates_by_time ON updates (at);
"""


class Updates:
    """See the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, update_id: int, body: str, at: float) -> bool:
        """Keep an update, as JSON; False when it was seen before. `at`: seconds since 1970.

        Once this returns, it is safe to tell Telegram that it was received: it survives a loss of power too.
        """
        with self._database.transaction(durable=True):
            for known, handled in self._database.run(
                "SELECT body, handled FROM updates WHERE update_id = ?", update_id
            ):
                if (known if handled else _mark(known)) in ("", _mark(body)):
                    return False
            self._database.run(
                "INSERT OR REPLACE INTO updates (update_id, body, at) VALUES (?, ?, ?)", update_id, body, at
            )
        return True

    def unhandled(self) -> list[tuple[int, str]]:
        """Ids and bodies of those accepted and not handled, in order."""
        return self._database.run("SELECT update_id, body FROM updates WHERE NOT handled ORDER BY update_id")

    def handled(self, update_id: int) -> None:
        """It has been dealt with: only its id is kept, and by what it is known again."""
        with self._database.transaction():
            for (body,) in self._database.run(
                "SELECT body FROM updates WHERE update_id = ? AND NOT handled", update_id
            ):
                self._database.run(
                    "UPDATE updates SET handled = 1, body = ? WHERE update_id = ?", _mark(body), update_id
                )

    def sweep(self, before: float) -> int:
        """Delete those that were handled and came before this time; tells how many."""
        return len(self._database.run("DELETE FROM updates WHERE handled AND at < ? RETURNING 1", before))

    def forget_person(self, person: int) -> int:
        """Take as handled what this person has sent; tells how many."""
        with self._database.transaction():
            theirs = [update_id for update_id, body in self.unhandled() if person in _senders(body)]
            for update_id in theirs:
                self.handled(update_id)
        return len(theirs)

    def clear(self) -> None:
        """Delete all of them."""
        self._database.run("DELETE FROM updates")


def _mark(body: str) -> str:
    """By what an update is known again, whatever its id: 16 hexadecimal digits, of numbers alone; "" for none."""
    marks: list[Any] = []
    for kind, content in json.loads(body).items():
        if isinstance(content, dict):
            chat = content.get("chat")
            marks += [kind, chat.get("id") if isinstance(chat, dict) else None]
            marks += [content.get(field) for field in ("id", "message_id", "date", "edit_date")]
    return hashlib.sha256(json.dumps(marks).encode()).hexdigest()[:16] if marks else ""


def _senders(body: str) -> set[Any]:
    """The ids of who an update is from: a person, or the chat in whose name somebody wrote."""
    senders = [
        content.get(field)
        for content in json.loads(body).values()
        if isinstance(content, dict)
        for field in ("from", "sender_chat")
    ]
    return {sender.get("id") for sender in senders if isinstance(sender, dict)}
