"""What admins are told: who may use the bot, and what was asked of late and what it cost. Counts, never questions."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.telegram.access import Access
from bot.telegram.store import Store
from bot.telegram.texts import Texts

_DAY = 86_400.0
_NANO = 1_000_000_000
_NAMED = 50
"""Ids that are listed; a message holds some hundreds."""


def statistics_text(store: Store, queue: int, now: float, words: Texts) -> str:
    """Today and the last seven days."""
    today = store.counts.total(datetime.fromtimestamp(now, UTC).date().isoformat())
    week = now - 7 * _DAY
    states = store.jobs.by_state(week)
    lines = [
        words(
            "stats.today", questions=today.questions, inline=today.inline, dollars=f"{today.nanodollars / _NANO:.2f}"
        ),
        words("stats.waiting", count=queue),
        words("stats.week", questions=sum(states.values()), people=store.jobs.people(week)),
        *(f"– {day}: {count}" for day, count in store.jobs.by_day(week).items()),
        words(
            "stats.fates",
            done=states.get("done", 0),
            cancelled=states.get("cancelled", 0),
            failed=states.get("failed", 0),
            undeliverable=states.get("undeliverable", 0),
        ),
    ]
    return "\n".join(lines)


def people_text(store: Store, access: Access, listed: bool, words: Texts) -> str:
    """Admins, those let in by a code, and groups, by their ids; and who that leaves out."""
    users = [person.person for person in store.people.with_role("user")]
    parts = (("people.admins", list(access.admins)), ("people.users", users), ("people.groups", store.people.groups()))
    lines = [words(key, ids=_listed(ids, words)) for key, ids in parts]
    return "\n".join([words("people.listed" if listed else "people.open"), *lines, words("people.remove")])


def _listed(ids: list[int], words: Texts) -> str:
    named = ", ".join(map(str, ids[:_NAMED]))
    more = len(ids) - _NAMED
    return f"{named} … +{more}" if more > 0 else named or words("people.nobody")
