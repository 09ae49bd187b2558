"""What the Telegram bot keeps in a home beside the conversations: one SQLite file, a module for each of its tables.

Whatever a method has done survives a kill at any moment. That an update was accepted and that a message is being sent
survive a loss of power too: for these the disk is waited for, which makes all that was done before them as safe. Every
method is one transaction, and safe for several threads. Sends nothing and decides nothing; imports no Telegram library.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.database import Database
from bot.errors import UnreadableStore
from bot.telegram.store import codes, counts, feedback, filters, jobs, messages, meta, people, updates, uploads
from bot.telegram.store.codes import Code as Code
from bot.telegram.store.codes import Codes
from bot.telegram.store.counts import Count as Count
from bot.telegram.store.counts import Counts
from bot.telegram.store.feedback import Feedback, Verdict
from bot.telegram.store.feedback import Opinion as Opinion
from bot.telegram.store.filters import Filters
from bot.telegram.store.jobs import Job as Job
from bot.telegram.store.jobs import Jobs
from bot.telegram.store.messages import Messages
from bot.telegram.store.meta import Meta
from bot.telegram.store.people import People
from bot.telegram.store.people import Person as Person
from bot.telegram.store.updates import Updates
from bot.telegram.store.uploads import Upload as Upload
from bot.telegram.store.uploads import Uploads

FILE: Final = "telegram.sqlite"
"""Its name in a home."""
COUNTED_DAYS: Final = 30
"""How long the daily counts are kept at most, for /stats."""
CODE_SECONDS: Final = 86_400.0
"""How long codes, attempts at them and documents that nobody says a word about are kept at most."""

_BOT = "bot"
_TABLES = (updates, jobs, messages, people, codes, counts, feedback, uploads, meta)
_MIGRATIONS: Final = tuple(
    ";".join(module.TABLES.rstrip().removesuffix(";") for module in added) for added in (_TABLES, (filters,))
)


class Store:
    """See the module.

    Every method may raise UnreadableStore, HomeNotWritable, DiskFull, or IndexBusy when another process has kept the
    file to itself for ten seconds.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file; it is made, for its owner only, when it isn't there."""
        self._database = Database(
            path, _MIGRATIONS, UnreadableStore, contents="questions, roles and feedback of before"
        )
        self.updates = Updates(self._database)
        self.jobs = Jobs(self._database)
        self.messages = Messages(self._database)
        self.people = People(self._database)
        self.codes = Codes(self._database)
        self.counts = Counts(self._database)
        self.feedback = Feedback(self._database)
        self.uploads = Uploads(self._database)
        self.filters = Filters(self._database)
        self.meta = Meta(self._database)

    def belongs_to(self, bot: int) -> bool:
        """Take the store for this bot's; False where it was another's: updates, messages and jobs of that one go.

        Ids of updates and messages are each bot's own.
        """
        with self._database.transaction():
            before = self.meta.get(_BOT)
            same = before in (None, str(bot))
            if not same:
                for table in (self.updates, self.messages, self.jobs):
                    table.clear()
            self.meta.set(_BOT, str(bot))
        return same

    def accept(self, update_id: int, body: str, at: float) -> bool:
        """Keep an update, see `Updates.accept`; where its id was another's before, that one's job lets go of it."""
        with self._database.transaction(durable=True):
            fresh = self.updates.accept(update_id, body, at)
            if fresh:
                self.jobs.release(update_id)
        return fresh

    def sent(self, number: int, part: int, chat: int, message_id: int, at: float, *, done: bool) -> None:
        """A message of an answer has arrived; `part` is the next. `done`: it was the last, the job is closed."""
        with self._database.transaction():
            job = self.jobs.get(number)
            if job is None:  # forgotten meanwhile
                return
            self.messages.add(chat, message_id, job.answer_id, "answer", at)
            self.jobs.mark(number, "answered", part)
            if done:
                self.jobs.finish(number, "done")

    def vote(self, update_id: int, answer_id: str, person: int, verdict: Verdict | None, at: float) -> None:
        """See `Feedback.vote`. The press is handled with it: done again after a crash, it would take itself back."""
        with self._database.transaction():
            self.feedback.vote(answer_id, person, verdict, at)
            self.updates.handled(update_id)

    def forget_person(self, person: int) -> dict[str, int]:
        """Delete all of one person, for good; tells how much of each table.

        A role that an admin gave stays, and so do today's counts and the attempts at codes: limits rest on them.
        """
        today = datetime.now(UTC).date().isoformat()
        with self._database.transaction():
            forgotten = {
                "updates": self.updates.forget_person(person),
                "messages": self.messages.forget_person(person),
                "feedback": self.feedback.forget_person(person),
                "jobs": self.jobs.forget_person(person),
                "people": self.people.forget_person(person),
                "codes": self.codes.forget_person(person),
                "counts": self.counts.forget_person(person, today),
                "uploads": self.uploads.forget_person(person),
                "filters": self.filters.forget_person(person),
            }
        self._database.scrub()
        return forgotten

    def expire(self, before: float) -> int:
        """Delete what is older than this time and not under way; tells of how many. Roles, languages, filters stay."""
        day = datetime.fromtimestamp(before, UTC).date().isoformat()
        with self._database.transaction():
            gone = (
                self.messages.expire(before)
                + self.feedback.expire(before)
                + self.jobs.expire(before)
                + self.people.expire(before)
                + self.counts.sweep(day)
                + self.uploads.sweep(before)
            )
        self._database.scrub()
        return gone

    def sweep(self, now: float) -> None:
        """Delete what has served: updates handled, codes, forgotten documents and counts that are too old to matter."""
        day = (datetime.fromtimestamp(now, UTC) - timedelta(days=COUNTED_DAYS)).date().isoformat()
        with self._database.transaction():
            self.updates.sweep(now - updates.KEPT_SECONDS)
            self.codes.sweep(now - CODE_SECONDS)
            self.uploads.sweep(now - CODE_SECONDS)
            self.counts.sweep(day)

    def move_chat(self, old: int, new: int) -> None:
        """A group has become a supergroup, and with it has got another id."""
        with self._database.transaction():
            for table in (self.jobs, self.people, self.codes, self.feedback, self.uploads, self.filters):
                table.move_chat(old, new)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
