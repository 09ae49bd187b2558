"""A store in a file of its own, and questions taken on in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.telegram.store import FILE, Job, Store

ANNA, BORIS = 7_100_101, 7_100_102
PRIVATE, CLUB = ANNA, -500
_updates = count(1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    kept = Store(tmp_path / FILE)
    yield kept
    kept.close()


def ask(
    store: Store,
    question: str = "Who built the pier?",
    *,
    chat: int = CLUB,
    thread: int = 0,
    person: int = ANNA,
    message_id: int = 7,
    at: float = 1000.0,
) -> Job:
    """A question taken on, in an update of its own."""
    job = store.jobs.add(
        update_id=next(_updates),
        chat=chat,
        thread=thread,
        person=person,
        private=chat > 0,
        message_id=message_id,
        question=question,
        language="en",
        at=at,
    )
    assert job is not None
    return job


def update(person: int, text: str, field: str = "from") -> str:
    """An update as Telegram sends it, of a message by this person (or, for sender_chat, in the name of this chat)."""
    return json.dumps({"update_id": 1, "message": {"message_id": 7, field: {"id": person}, "text": text}})
