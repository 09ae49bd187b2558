"""Jobs: one for each question, taken in order, and never lost between two states."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from bot.telegram.store import FILE, Store
from bot.telegram.store.jobs import OPEN, STATES
from tests.bot.telegram.store.conftest import ANNA, BORIS, CLUB, PRIVATE, ask

CLOSING = [state for state in STATES if state not in (*OPEN, "unsure")]


def test_an_update_makes_one_job_however_often_it_is_handled(store: Store) -> None:
    asked = {
        "update_id": 5000, "chat": CLUB, "thread": 3, "person": ANNA, "private": False, "message_id": 7,
        "question": "Who built it?", "language": "fr", "at": 12.5, "parent": "0123456789ab", "edits": 6,
    }  # fmt: skip
    job = store.jobs.add(**asked)  # type: ignore[arg-type]
    assert job is not None
    assert store.jobs.add(**asked) is None  # type: ignore[arg-type]
    assert (job.state, job.part, job.accepted_at, job.updated_at) == ("waiting", 0, 12.5, 12.5)
    assert {name: getattr(job, name) for name in asked if name != "at"} == {k: v for k, v in asked.items() if k != "at"}
    assert re.fullmatch("[0-9a-f]{12}", job.answer_id)
    assert store.jobs.get(job.number) == store.jobs.by_message(CLUB, 7) == job


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.jobs.get(1) is store.jobs.by_message(CLUB, 7) is None
    assert store.jobs.next(CLUB) is None


def test_an_edited_question_is_found_by_its_message_in_its_newest_wording(store: Store) -> None:
    ask(store, "Who bilt it?")
    ask(store, "Who built it?")
    job = store.jobs.by_message(CLUB, 7)
    assert job is not None
    assert job.question == "Who built it?"


def test_each_chat_takes_its_questions_in_their_order(store: Store) -> None:
    first, other, second = ask(store, "1"), ask(store, "2", chat=PRIVATE), ask(store, "3")
    assert store.jobs.next(CLUB) == first
    store.jobs.mark(first.number, "sending", 0)
    assert store.jobs.next(CLUB) == store.jobs.get(first.number)
    store.jobs.finish(first.number, "done")
    assert store.jobs.next(CLUB) == second
    assert store.jobs.open() == [other, second]
    assert store.jobs.open(PRIVATE) == [other]


def test_a_question_being_answered_no_longer_waits(store: Store) -> None:
    first, _, _ = ask(store), ask(store), ask(store, person=BORIS)
    ask(store, chat=PRIVATE)
    assert (store.jobs.count_waiting(CLUB), store.jobs.count_waiting(CLUB, ANNA)) == (3, 2)
    store.jobs.mark(first.number, "working")
    assert (store.jobs.count_waiting(CLUB), store.jobs.count_waiting(CLUB, ANNA)) == (2, 1)


@pytest.mark.parametrize("state", OPEN)
def test_an_open_job_is_found_again_after_a_restart_with_its_question(tmp_path: Path, state: str) -> None:
    store = Store(tmp_path / FILE)
    job = ask(store)
    assert store.jobs.mark(job.number, state, 2) is True
    store.close()
    again = Store(tmp_path / FILE)
    (found,) = again.jobs.open()
    again.close()
    assert (found.state, found.part, found.question) == (state, 2, job.question)
    assert found.updated_at > job.updated_at


@pytest.mark.parametrize("state", CLOSING)
def test_a_closed_job_keeps_no_question_and_is_not_opened_again(store: Store, state: str) -> None:
    job = ask(store)
    assert store.jobs.finish(job.number, state) is True
    closed = store.jobs.get(job.number)
    assert closed is not None
    assert (closed.state, closed.question) == (state, "")
    assert store.jobs.mark(job.number, "working") is store.jobs.finish(job.number, "done") is False
    assert store.jobs.get(job.number) == closed
    assert store.jobs.open() == []


def test_who_may_have_an_answer_is_told_so_once_and_the_chat_goes_on(store: Store) -> None:
    job, following = ask(store), ask(store)
    store.jobs.mark(job.number, "unsure")
    assert store.jobs.next(CLUB) == following
    assert [owed.number for owed in store.jobs.unsure()] == [job.number]
    store.jobs.finish(job.number, "unsure")
    assert store.jobs.unsure() == []
    assert store.jobs.by_state() == {"unsure": 1, "waiting": 1}


def test_a_part_that_may_be_lost_is_told_of_though_the_last_one_arrived(store: Store) -> None:
    job = ask(store)
    store.sent(job.number, 2, CLUB, 31, 5.0, done=True)
    assert store.jobs.mark(job.number, "unsure") is True
    assert [owed.number for owed in store.jobs.unsure()] == [job.number]


def test_a_question_can_be_put_otherwise_while_it_waits(store: Store) -> None:
    job = ask(store)
    assert store.jobs.reword(job.number, "Who paid for the pier?") is True
    store.jobs.mark(job.number, "working")
    assert store.jobs.reword(job.number, "Who?") is False
    reworded = store.jobs.get(job.number)
    assert reworded is not None
    assert reworded.question == "Who paid for the pier?"


def test_a_message_that_arrived_is_the_answers_and_the_next_part_is_due(store: Store) -> None:
    job = ask(store, thread=3)
    store.jobs.mark(job.number, "sending", 0)
    store.sent(job.number, 1, CLUB, 31, 5.0, done=False)
    after = store.jobs.get(job.number)
    assert after is not None
    assert (after.state, after.part) == ("answered", 1)
    store.sent(job.number, 2, CLUB, 32, 6.0, done=True)
    assert store.messages.ids(job.answer_id, "answer", CLUB) == [31, 32]
    assert store.jobs.open() == []


def test_a_message_of_a_forgotten_question_is_not_noted(store: Store) -> None:
    job = ask(store)
    store.forget_person(ANNA)
    store.sent(job.number, 1, CLUB, 31, 5.0, done=True)
    assert store.jobs.mark(job.number, "answered") is False
    assert store.messages.answer_of(CLUB, 31) is None


def test_the_figures_count_jobs_by_state_day_and_person(store: Store) -> None:
    for at, person in ((0.0, ANNA), (86_400.0, ANNA), (86_500.0, BORIS), (90_000.0, BORIS)):
        ask(store, at=at, person=person)
    done = store.jobs.open()[3]
    store.jobs.finish(done.number, "done")
    assert store.jobs.by_state() == {"waiting": 3, "done": 1}
    assert store.jobs.by_state(since=86_450.0) == {"waiting": 1, "done": 1}
    assert store.jobs.by_day() == {"1970-01-01": 1, "1970-01-02": 3}
    assert (store.jobs.people(), store.jobs.people(since=86_450.0)) == (2, 1)


def test_nothing_a_running_bot_asks_of_5000_jobs_reads_them_all(tmp_path: Path) -> None:
    """SQLite is asked how it would go about each statement that was run: with an index, or through the whole table."""
    store = Store(tmp_path / FILE)
    with store._database.transaction():
        for number in range(5000):
            job = ask(store, chat=-(number % 20), person=number % 200, message_id=number)
            store.messages.add(job.chat, 10_000 + number, job.answer_id, "answer", 1.0)
            store.jobs.finish(job.number, "done")
    asked: list[str] = []
    store._database._db.set_trace_callback(asked.append)
    job = ask(store)
    store.jobs.mark(job.number, "sending")
    store.sent(job.number, 1, CLUB, 31, 5.0, done=True)
    store.jobs.by_message(CLUB, 7)
    for chat in (None, CLUB):
        store.jobs.open(chat)
    store.jobs.next(CLUB)
    store.jobs.unsure()
    store.jobs.count_waiting(CLUB, ANNA)
    store.messages.answer_of(CLUB, 31)
    store.messages.ids(job.answer_id, "panel", CLUB)
    store.messages.last_answer(CLUB, 0, ANNA)
    store.updates.unhandled()
    store.feedback.of(job.answer_id, ANNA)
    store._database._db.set_trace_callback(None)
    store.close()
    db = sqlite3.connect(tmp_path / FILE)
    statements = [statement for statement in asked if re.match(r"\s*(SELECT|UPDATE|DELETE)", statement)]
    plans = [(step[3], statement) for statement in statements for step in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
    db.close()
    assert len(statements) >= 15
    assert [plan for plan in plans if re.match(r"SCAN \w+$", plan[0])] == []
