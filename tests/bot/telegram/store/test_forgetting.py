"""Forgetting a person: no row of any table speaks of them after it, nor do the bytes of any file."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations, Key, Turn
from bot.telegram import privacy
from bot.telegram.store import FILE, Count, Person, Store
from retrieval.types import Filter
from tests.bot.telegram.store.conftest import ANNA, BORIS, CLUB, ask, update

SECRETS = {ANNA: "Valparaiso", BORIS: "Uppsala"}
TODAY = datetime.now(UTC).date().isoformat()


def _fill(store: Store, conversations: Conversations, folder: Path, rounds: int) -> None:
    """Both people use everything there is, in turns and at random, and at great length now and then."""
    chance = random.Random(7)
    for number in range(rounds):
        person = chance.choice((ANNA, BORIS))
        text = f"{SECRETS[person]} {number} " * chance.choice((1, 3, 40, 400))
        store.updates.accept(number, update(person, text), 1.0)
        job = ask(store, text, person=person, chat=chance.choice((CLUB, person)), at=float(number))
        if chance.random() < 0.6:
            turn = Turn(
                job.answer_id, text, text, "en", {"answer": text, "claims": []}, person=privacy.person_key(person)
            )
            conversations.add(Key(f"telegram:{job.chat}", "0"), turn)
            store.sent(job.number, 1, job.chat, number, 1.0, done=True)
            store.feedback.remark(person, text, 1.0, job.answer_id)
            store.feedback.vote(job.answer_id, ANNA + BORIS - person, "up", 1.0)
        if chance.random() < 0.8:
            store.updates.handled(number)
        store.feedback.remark(person, text, 1.0)
        file = folder / f"{person}-{number}.txt"
        file.write_text(text, "utf-8")
        store.uploads.add(job.chat, person, text[:60], 1.0, text=text)
        store.uploads.add(job.chat, person, "sent", 1.0, file=str(file))
        store.counts.add("2019-05-06", person, questions=1)
        store.counts.add(TODAY, person, questions=1)
    for person, secret in SECRETS.items():
        store.people.set_language(person, "fr")
        store.people.set_role(person, "user")
        store.codes.make("pair", str(person), person, person, 1.0, secret)
        store.filters.set(person, 0, Filter(outlet=secret))


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def _holding(folder: Path, word: str) -> list[str]:
    """The files that hold this word anywhere, whether SQLite still counts it as theirs or not."""
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


@pytest.mark.parametrize("rounds", [40, 300])
def test_after_forgetting_no_row_and_no_byte_of_a_file_holds_what_the_person_wrote(tmp_path: Path, rounds: int) -> None:
    (tmp_path / "uploads").mkdir()
    with (
        closing(Store(tmp_path / FILE)) as store,
        closing(Conversations(tmp_path / CONVERSATIONS)) as conversations,
    ):
        _fill(store, conversations, tmp_path / "uploads", rounds)
        assert len(_holding(tmp_path, SECRETS[ANNA])) > 4
        assert privacy.forget(store, conversations, ANNA).answers > 0
        rows = {**_rows(tmp_path / FILE), **_rows(tmp_path / CONVERSATIONS)}
        assert SECRETS[ANNA] not in json.dumps(rows)
        assert _holding(tmp_path, SECRETS[ANNA]) == []
        assert len(_holding(tmp_path, SECRETS[BORIS])) > 4
        naming = {table for table, some in rows.items() if str(ANNA) in json.dumps(some)}
        assert naming == {"people", "counts"}  # the role an admin gave, and what today's limits rest on


def test_what_others_asked_and_thought_is_left_as_it_was(tmp_path: Path) -> None:
    with (
        closing(Store(tmp_path / FILE)) as store,
        closing(Conversations(tmp_path / CONVERSATIONS)) as conversations,
    ):
        _fill(store, conversations, tmp_path, 60)

        def theirs() -> list[object]:
            jobs = [job for job in store.jobs.open() if job.person == BORIS]
            opinions = [one for one in store.feedback.all() if one.person == BORIS and not one.answer_id]
            uploads = [one for one in store.uploads.all() if one.person == BORIS]
            turns = conversations.turns(Key(f"telegram:{CLUB}", "0"), most=999)
            return [
                *jobs, *opinions, *uploads, store.people.get(BORIS), store.codes.of("pair", BORIS),
                *(turn for turn in turns if turn.person == privacy.person_key(BORIS)),
            ]  # fmt: skip

        before = theirs()
        privacy.forget(store, conversations, ANNA)
        assert theirs() == before
        assert len(before) > 60


def test_the_role_an_admin_gave_and_todays_limits_outlast_forgetting(store: Store) -> None:
    """Else /forget would shut out who was let in, or give anybody another day's questions and guesses at codes."""
    store.people.set_role(ANNA, "admin")
    store.people.set_language(ANNA, "fr")
    store.people.greeted(ANNA, 1.0)
    store.counts.add("2019-05-06", ANNA, questions=3)
    store.counts.add(TODAY, ANNA, questions=5, nanodollars=70)
    store.codes.note_attempt(ANNA, 1.0)
    assert {table: count for table, count in store.forget_person(ANNA).items() if count} == {"people": 1, "counts": 1}
    assert store.people.get(ANNA) == Person(ANNA, role="admin")
    assert store.counts.of("2019-05-06", ANNA) == Count()
    assert store.counts.of(TODAY, ANNA) == Count(questions=5, nanodollars=70)
    assert store.codes.attempts(ANNA, 0.0) == 1


def test_nothing_is_left_of_who_has_no_role(store: Store) -> None:
    store.people.set_language(ANNA, "fr")
    store.forget_person(ANNA)
    with closing(sqlite3.connect(store._database._path)) as db:
        assert db.execute("SELECT count(*) FROM people").fetchone() == (0,)


def test_forgetting_twice_finds_nothing_the_second_time(store: Store) -> None:
    ask(store)
    assert sum(store.forget_person(ANNA).values()) == 1
    assert sum(store.forget_person(ANNA).values()) == 0
