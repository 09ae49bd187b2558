"""What is kept of a person, how it is forgotten, and what is said about both: /privacy and /forget.

What may be left of somebody after forgetting stands in `Store.forget_person`; whatever is kept anew has to be told in
`privacy_message`. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from bot.conversations import Conversations
from bot.render.telegram.message import Button, Message
from bot.render.telegram.presses import press
from bot.settings import Settings
from bot.telegram.store import COUNTED_DAYS, Store
from bot.telegram.texts import Texts

_OPENAI: Final = "api.openai.com"  # where requests go when no other address is set


class Forgotten(NamedTuple):
    """How much was deleted: questions with their answers, votes and remarks, documents that waited, and other rows."""

    answers: int
    opinions: int
    documents: int
    entries: int


def person_key(person: int) -> str:
    """Who asked, as the conversations name a person of Telegram's."""
    return f"telegram:{person}"


def forget(store: Store, conversations: Conversations, person: int) -> Forgotten:
    """Delete all that is kept of a person. What is being answered has to be stopped before, else it is kept after.

    Killed in between, it is done again with the update that asked for it: that is forgotten last.
    """
    answers = conversations.forget_person(person_key(person)).answers
    rows = store.forget_person(person)
    return forgotten(answers, rows)


def forgotten(answers: int, rows: Mapping[str, int]) -> Forgotten:
    """The sums of what the conversations and the store's tables held. Not counted: the press that asked for it."""
    told = {"updates", "feedback", "uploads"}
    entries = sum(count for table, count in rows.items() if table not in told)
    return Forgotten(answers, rows["feedback"], rows["uploads"], entries)


def sweep(store: Store, conversations: Conversations, now: float, days: int | None) -> int:
    """Delete what is older than so many days, None for never; tells how many answers and rows.

    `now`: seconds since 1970. And what serves for a while only, whatever the days. To be called every hour.
    """
    store.sweep(now)
    if days is None:
        return 0
    before = datetime.fromtimestamp(now, UTC) - timedelta(days=days)
    return conversations.expire(before.isoformat(timespec="seconds")) + store.expire(before.timestamp())


def privacy_message(words: Texts, settings: Settings) -> Message:
    """What /privacy says: what is kept, where and for how long, who sees it, and how it is deleted."""
    days = settings.retention_days
    server = urlsplit(settings.openai_base_url or "").hostname or _OPENAI
    if settings.writes:
        sent = words("privacy.written", server=server)
    elif (settings.embeddings or "").startswith("openai:"):
        sent = words("privacy.embedded", server=server)
    else:
        sent = words("privacy.local")
    paragraphs = (
        words("privacy.kept"),
        words("privacy.forever") if days is None else words.count("privacy.days", days),
        words.count("privacy.counted", min(COUNTED_DAYS, days or COUNTED_DAYS)),
        words("privacy.where"),
        sent,
        words("privacy.delete"),
    )
    return Message("\n\n".join(paragraphs))


def confirm_message(words: Texts) -> Message:
    """What /forget asks before anything is deleted."""
    row = tuple(Button(words(f"privacy.{word}"), press("forget", word)) for word in ("yes", "no"))
    return Message(words("privacy.confirm"), keyboard=(row,))


def cancelled_text(words: Texts) -> str:
    """What is said when nothing was to be deleted after all."""
    return words("privacy.cancelled")


def forgotten_text(words: Texts, done: Forgotten) -> str:
    """What is said after deleting, with how much it was."""
    counted = [words.count(f"privacy.{name}", count) for name, count in done._asdict().items() if count]
    if not counted:
        return words("privacy.nothing")
    return "\n".join((words("privacy.done"), *(f"– {one}" for one in counted), "", words("privacy.left")))
