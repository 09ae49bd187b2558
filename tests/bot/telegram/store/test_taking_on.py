"""A question that is taken on needs its update no more: a process that dies then does not look at it again."""

from __future__ import annotations

from bot.telegram.store import Store
from tests.bot.telegram.store.conftest import ANNA, PRIVATE, update


def test_a_question_that_was_taken_on_is_not_looked_at_again_after_a_kill(store: Store) -> None:
    for number in (5000, 5001):
        store.updates.accept(number, update(ANNA, "Who built it?"), 12.0)
    store.jobs.add(
        update_id=5000, chat=PRIVATE, thread=0, person=ANNA, private=True, message_id=7, question="Who built it?",
        language="en", at=12.5,
    )  # fmt: skip
    assert [number for number, _ in store.updates.unhandled()] == [5001]
    assert not store.updates.accept(5000, update(ANNA, "Who built it?"), 13.0)
