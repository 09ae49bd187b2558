"""The store as a whole: whose it is, what moves with a group, what expires, and what a damaged file leads to."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from bot import home
from bot.errors import UnreadableStore
from bot.telegram.store import FILE, Count, Person, Store
from tests.bot.telegram.store.conftest import ANNA, BORIS, CLUB, PRIVATE, ask, update

DAY = 86_400.0
SUPER = -1009


def test_another_bots_updates_messages_and_jobs_are_dropped_and_people_stay(store: Store) -> None:
    assert store.belongs_to(1) is True
    store.people.set_role(ANNA, "admin")
    store.updates.accept(7, update(ANNA, "Who?"), 1.0)
    store.feedback.remark(ANNA, "Lovely.", 1.0)
    job = ask(store)
    store.messages.add(CLUB, 31, job.answer_id, "answer", 1.0)
    assert store.belongs_to(1) is True
    assert store.jobs.open() == [job]
    assert store.belongs_to(2) is False
    assert store.jobs.open() == []
    assert store.updates.unhandled() == []
    assert store.messages.answer_of(CLUB, 31) is None
    assert store.updates.accept(7, "{}", 1.0) is True  # the other bot's counting has nothing to do with this one's
    assert store.people.get(ANNA).role == "admin"
    assert len(store.feedback.all()) == 1
    assert store.belongs_to(2) is True


def test_a_group_that_becomes_a_supergroup_takes_its_questions_and_its_permission_with_it(store: Store) -> None:
    store.people.allow_group(CLUB)
    job, anonymous = ask(store), ask(store, person=CLUB)
    elsewhere = ask(store, chat=PRIVATE)
    store.messages.add(CLUB, 31, job.answer_id, "panel", 1.0)
    store.codes.make("group", "111111", CLUB, CLUB, 1.0)
    store.feedback.vote(job.answer_id, CLUB, "up", 1.0)
    upload = store.uploads.add(CLUB, ANNA, "pasted", 1.0, text="The pier opened.")
    store.move_chat(CLUB, SUPER)
    assert [(moved.number, moved.person) for moved in store.jobs.open(SUPER)] == [
        (job.number, ANNA),
        (anonymous.number, SUPER),
    ]
    assert store.jobs.open(PRIVATE) == [elsewhere]
    assert store.people.groups() == [SUPER]
    code = store.codes.of("group", SUPER)
    assert code is not None
    assert (code.code, code.chat) == ("111111", SUPER)
    assert store.feedback.of(job.answer_id, SUPER) is not None
    moved_upload = store.uploads.get(upload.number)
    assert moved_upload is not None
    assert moved_upload.chat == SUPER


def test_the_messages_of_a_group_mean_nothing_in_its_supergroup(store: Store) -> None:
    """Ids are counted anew there: the panel of an old answer must not be edited into somebody else's message."""
    job = ask(store, message_id=7)
    store.messages.add(CLUB, 31, job.answer_id, "panel", 1.0)
    store.messages.add(CLUB, 30, job.answer_id, "answer", 1.0)
    store.move_chat(CLUB, SUPER)
    assert store.messages.ids(job.answer_id, "panel", SUPER) == []
    assert store.messages.answer_of(SUPER, 31) is None
    assert store.jobs.by_message(SUPER, 7) is None
    assert store.messages.last_answer(SUPER) == job.answer_id
    moved = store.jobs.get(job.number)
    assert moved is not None
    assert moved.message_id == 0


def test_what_is_older_than_the_retention_goes_and_what_is_under_way_stays(store: Store, tmp_path: Path) -> None:
    old, new, waiting = ask(store, at=1 * DAY), ask(store, at=5 * DAY), ask(store, at=1 * DAY)
    for job in (old, new):
        store.sent(job.number, 1, CLUB, job.number, job.accepted_at, done=True)
        store.feedback.remark(ANNA, f"remark {job.number}", job.accepted_at, job.answer_id)
    store.people.set_language(ANNA, "fr")
    store.people.greeted(BORIS, 1 * DAY)
    store.counts.add("1970-01-02", ANNA, questions=2)
    store.counts.add("1970-01-06", ANNA, questions=1)
    file = tmp_path / "waits.pdf"
    file.write_bytes(b"%PDF")
    store.uploads.add(CLUB, ANNA, "waits.pdf", 1 * DAY, file=str(file))
    assert store.expire(3 * DAY) == 6
    assert store.jobs.get(old.number) is None
    assert store.jobs.get(new.number) is not None
    assert store.jobs.open() == [waiting]
    assert store.messages.ids(new.answer_id, "answer", CLUB) == [new.number]
    assert store.messages.ids(old.answer_id, "answer", CLUB) == []
    assert [opinion.remark for opinion in store.feedback.all()] == [f"remark {new.number}"]
    assert store.people.get(ANNA).language == "fr"
    assert store.people.get(BORIS) == Person(BORIS)
    assert (store.counts.total("1970-01-02"), store.counts.total("1970-01-06")) == (Count(), Count(questions=1))
    assert not file.exists()


def test_sweeping_deletes_what_has_served_and_no_question(store: Store) -> None:
    job = ask(store, at=0.0)
    store.counts.add("1970-01-01", ANNA, questions=1)
    store.counts.add("1970-02-01", ANNA, questions=1)
    store.codes.make("pair", "111111", ANNA, PRIVATE, 0.0, "Anna")
    store.uploads.add(CLUB, ANNA, "pasted", 0.0, text="The pier opened.")
    store.sweep(40 * DAY)
    assert store.jobs.open() == [job]
    assert (store.counts.total("1970-01-01"), store.counts.total("1970-02-01")) == (Count(), Count(questions=1))
    assert store.codes.find("111111") is None
    assert store.uploads.all() == []


def test_the_file_is_its_owners_and_goes_with_the_home(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    store = Store(folder / FILE)
    ask(store)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert FILE in modes
    assert set(modes.values()) == {0o600}
    store.close()
    assert home.forget(folder) is True
    assert not folder.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"This is no store. " * 300, "is damaged"), (None, "newer version")],
)
def test_a_file_that_cannot_be_read_is_an_error_with_a_next_step(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    else:
        db = sqlite3.connect(tmp_path / FILE)
        db.execute("PRAGMA user_version = 99")
        db.close()
    with pytest.raises(UnreadableStore, match=said) as caught:
        Store(tmp_path / FILE)
    assert "move" in caught.value.next_step.lower()
