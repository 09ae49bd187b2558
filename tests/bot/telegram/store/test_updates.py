"""Updates: accepted once, handled once, and put again in their order after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.telegram.store import FILE, Store
from tests.bot.telegram.store.conftest import ANNA, BORIS, update


def test_an_update_that_comes_again_is_told_from_a_new_one_also_after_a_restart(tmp_path: Path) -> None:
    first = Store(tmp_path / FILE)
    assert first.updates.accept(10, "{}", 1.0) is True
    assert first.updates.accept(10, "{}", 2.0) is False
    first.updates.handled(10)
    first.close()
    second = Store(tmp_path / FILE)
    assert second.updates.accept(10, "{}", 3.0) is False
    assert second.updates.accept(11, "{}", 3.0) is True
    second.close()


def test_what_was_not_handled_comes_back_in_the_order_of_telegram(store: Store) -> None:
    for number in (12, 10, 11):
        store.updates.accept(number, f'{{"update_id": {number}}}', 1.0)
    store.updates.handled(11)
    assert store.updates.unhandled() == [(10, '{"update_id": 10}'), (12, '{"update_id": 12}')]


def test_an_id_is_known_for_a_week_and_one_that_waits_for_ever(store: Store) -> None:
    for number in (1, 2, 3):
        store.updates.accept(number, "{}", float(number) * 86_400)
    store.updates.handled(1)
    store.updates.handled(3)
    store.sweep(9 * 86_400.0)
    assert [store.updates.accept(number, "{}", 1.0) for number in (1, 2, 3)] == [True, False, False]


def test_an_id_that_begins_anew_is_another_updates_and_its_question_is_taken_on(store: Store) -> None:
    def asks(message: int) -> str:
        return f'{{"update_id": 1, "message": {{"message_id": {message}, "date": 5, "chat": {{"id": 7}}}}}}'

    def takes_on() -> bool:
        taken = store.jobs.add(
            update_id=1, chat=7, thread=0, person=7, private=True, message_id=1, question="Who?", language="en", at=1.0
        )
        return taken is not None

    assert store.accept(1, asks(1), 1.0) and takes_on() and not takes_on()
    assert not store.accept(1, asks(1), 2.0)
    store.updates.handled(1)
    assert not store.accept(1, asks(1), 3.0) and not takes_on()
    assert store.accept(1, asks(2), 4.0) and takes_on() and not takes_on()
    assert store.updates.unhandled() == []
    assert not store.accept(1, asks(2), 5.0)


@pytest.mark.parametrize(
    "body",
    [
        update(ANNA, "Who?"),
        update(ANNA, "Who?", field="sender_chat"),
        '{"update_id": 1, "callback_query": {"id": "9", "from": {"id": 7100101}, "data": "f:yes"}}',
        '{"update_id": 1, "inline_query": {"id": "9", "from": {"id": 7100101}, "query": "pier"}}',
    ],
)
def test_what_a_person_sent_and_was_not_handled_is_forgotten_with_them(store: Store, body: str) -> None:
    store.updates.accept(1, body, 1.0)
    store.updates.accept(2, update(BORIS, "Who?"), 1.0)
    store.updates.accept(3, '{"update_id": 3, "poll": {"id": "7100101"}, "new": 4}', 1.0)
    assert store.updates.forget_person(ANNA) == 1
    assert [number for number, _ in store.updates.unhandled()] == [2, 3]
    assert store.updates.accept(1, body, 1.0) is False
