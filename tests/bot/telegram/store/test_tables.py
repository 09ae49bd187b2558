"""Messages, people, codes, counts, feedback, uploads: what each keeps, and what it does not mix up."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.telegram.store import Code, Count, Opinion, Person, Store
from retrieval.types import Filter
from tests.bot.telegram.store.conftest import ANNA, BORIS, CLUB, PRIVATE, ask


def test_a_reply_to_any_message_of_an_answer_leads_to_it(store: Store) -> None:
    store.messages.add(CLUB, 31, "a" * 12, "answer", 1.0)
    store.messages.add(CLUB, 32, "a" * 12, "panel", 2.0)
    store.messages.add(PRIVATE, 31, "b" * 12, "answer", 1.0)
    assert [store.messages.answer_of(CLUB, number) for number in (31, 32, 33)] == ["a" * 12, "a" * 12, None]
    assert store.messages.ids("a" * 12, "panel", CLUB) == [32]
    assert store.messages.ids("a" * 12, "panel", PRIVATE) == []


def test_the_last_answer_is_that_of_the_chat_the_thread_or_the_person(store: Store) -> None:
    jobs = [ask(store, thread=thread, person=person) for thread, person in ((1, ANNA), (1, BORIS), (2, BORIS))]
    for number, job in enumerate(jobs):
        store.messages.add(CLUB, 30 + number, job.answer_id, "answer", 1.0)
    ask(store)  # not answered yet
    first, second, third = (job.answer_id for job in jobs)
    assert store.messages.last_answer(CLUB) == third
    assert store.messages.last_answer(CLUB, thread=1) == second
    assert store.messages.last_answer(CLUB, thread=1, person=ANNA) == first
    assert store.messages.last_answer(CLUB, thread=0) is None
    assert store.messages.last_answer(PRIVATE) is None


def test_of_a_stranger_nothing_is_known(store: Store) -> None:
    assert store.people.get(ANNA) == Person(ANNA, language=None, role=None, active=True, greeted_at=None)


def test_each_thing_known_of_a_person_changes_alone(store: Store) -> None:
    store.people.set_role(ANNA, "admin")
    store.people.set_language(ANNA, "fr")
    store.people.set_active(ANNA, False)
    store.people.greeted(ANNA, 9.0)
    store.people.set_role(BORIS, "user")
    assert store.people.get(ANNA) == Person(ANNA, "fr", "admin", False, 9.0)
    assert [one.person for one in store.people.with_role("admin")] == [ANNA]
    assert [one.person for one in store.people.with_role()] == [ANNA, BORIS]
    store.people.set_language(ANNA, None)
    store.people.set_role(ANNA, None)
    assert store.people.get(ANNA) == Person(ANNA, None, None, False, 9.0)


def test_each_thread_of_a_chat_has_its_filter_until_it_is_taken_away(store: Store) -> None:
    french, recent = Filter(language="fr"), Filter(after="2014-06", outlet="Le Monde")
    store.filters.set(CLUB, 1, recent)
    store.filters.set(CLUB, 1, french)
    store.filters.set(CLUB, 2, recent)
    store.filters.set(ANNA, 0, recent)
    assert [store.filters.get(CLUB, thread) for thread in (0, 1, 2)] == [Filter(), french, recent]
    store.filters.set(CLUB, 2, Filter())
    assert store.filters.get(CLUB, 2) == Filter()
    assert store.forget_person(ANNA)["filters"] == 1
    store.move_chat(CLUB, BORIS)
    assert (store.filters.get(ANNA, 0), store.filters.get(BORIS, 1)) == (Filter(), french)


def test_a_group_is_allowed_until_it_is_not(store: Store) -> None:
    store.people.allow_group(CLUB)
    store.people.allow_group(CLUB)
    assert (store.people.group_allowed(CLUB), store.people.groups()) == (True, [CLUB])
    store.people.allow_group(CLUB, allowed=False)
    assert (store.people.group_allowed(CLUB), store.people.groups()) == (False, [])


def test_a_person_has_one_code_of_a_kind_and_a_code_is_one_persons(store: Store) -> None:
    assert store.codes.make("pair", "111111", ANNA, PRIVATE, 1.0, "Anna") is True
    assert store.codes.make("pair", "111111", BORIS, BORIS, 2.0) is False
    assert store.codes.make("pair", "222222", ANNA, PRIVATE, 2.0, "Anna") is True
    assert store.codes.find("111111") is None
    assert (
        store.codes.find("222222") == store.codes.of("pair", ANNA) == Code("pair", "222222", ANNA, PRIVATE, 2.0, "Anna")
    )
    assert store.codes.of("group", ANNA) is store.codes.of("pair", BORIS) is None
    store.codes.drop("222222")
    assert store.codes.find("222222") is None


def test_codes_and_attempts_are_swept_when_they_are_old(store: Store) -> None:
    store.codes.make("pair", "111111", ANNA, PRIVATE, 1.0)
    store.codes.make("claim", "222222", 0, 0, 5.0)
    for at in (1.0, 2.0, 6.0):
        store.codes.note_attempt(ANNA, at)
    assert (store.codes.attempts(ANNA, 2.0), store.codes.attempts(BORIS, 0.0)) == (2, 0)
    assert store.codes.sweep(5.0) == 1
    assert store.codes.find("111111") is None
    assert store.codes.find("222222") is not None
    assert store.codes.attempts(ANNA, 0.0) == 1


def test_counts_add_up_by_day_and_person(store: Store) -> None:
    store.counts.add("2019-05-06", ANNA, questions=1)
    store.counts.add("2019-05-06", ANNA, questions=1, nanodollars=30)
    store.counts.add("2019-05-06", BORIS, inline=4)
    store.counts.add("2019-05-07", ANNA, questions=1)
    assert store.counts.of("2019-05-06", ANNA) == Count(questions=2, inline=0, nanodollars=30)
    assert store.counts.total("2019-05-06") == Count(2, 4, 30)
    assert store.counts.of("2019-05-08", ANNA) == store.counts.total("2019-05-08") == Count()
    assert store.counts.sweep("2019-05-07") == 2
    assert store.counts.total("2019-05-06") == Count()
    assert store.counts.total("2019-05-07") == Count(questions=1)


def test_a_person_has_one_verdict_on_an_answer_and_may_change_it(store: Store) -> None:
    store.feedback.vote("a1", ANNA, "down", 1.0)
    store.feedback.reason("a1", ANNA, "outdated", 2.0)
    store.feedback.remark(ANNA, "The pier was closed since.", 3.0, "a1")
    store.feedback.vote("a1", BORIS, "up", 4.0)
    assert store.feedback.of("a1", ANNA) == Opinion("a1", ANNA, "down", "outdated", "The pier was closed since.", 3.0)
    store.feedback.vote("a1", ANNA, "down", 5.0)  # pressed again: the reason stands
    assert store.feedback.of("a1", ANNA) == Opinion("a1", ANNA, "down", "outdated", "The pier was closed since.", 5.0)
    store.feedback.vote("a1", ANNA, "up", 6.0)  # the reason was for the other verdict
    assert store.feedback.of("a1", ANNA) == Opinion("a1", ANNA, "up", None, "The pier was closed since.", 6.0)
    store.feedback.vote("a1", ANNA, None, 7.0)
    assert [opinion.verdict for opinion in store.feedback.all()] == [None, "up"]


def test_a_reason_is_a_thumb_down_whichever_is_pressed_first(store: Store) -> None:
    store.feedback.reason("a1", ANNA, "wrong", 1.0)
    assert store.feedback.of("a1", ANNA) == Opinion("a1", ANNA, "down", "wrong", "", 1.0)


def test_remarks_on_no_answer_all_stand(store: Store) -> None:
    store.feedback.remark(ANNA, "Lovely.", 1.0)
    store.feedback.remark(ANNA, "Slow today.", 2.0)
    assert [opinion.remark for opinion in store.feedback.all()] == ["Lovely.", "Slow today."]
    assert store.feedback.of("", ANNA) is None


def test_a_file_that_waits_goes_with_its_upload(store: Store, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.pdf" for name in ("one", "two", "three")]
    for path in paths:
        path.write_bytes(b"%PDF")
    uploads = [
        store.uploads.add(PRIVATE, ANNA, path.name, at, file=str(path)) for at, path in enumerate(paths, start=1)
    ]
    text = store.uploads.add(PRIVATE, ANNA, "pasted", 9.0, text="The pier opened.")
    assert store.uploads.mark(uploads[0].number, "asked", 40) is True
    marked = store.uploads.get(uploads[0].number)
    assert marked is not None
    assert (marked.state, marked.message_id, marked.file) == ("asked", 40, str(paths[0]))
    assert store.uploads.sweep(2.0) == 1
    store.uploads.remove(uploads[1].number)
    assert [path.exists() for path in paths] == [False, False, True]
    assert store.uploads.all() == [uploads[2], text]
    paths[2].unlink()  # gone already: no reason to fail
    store.uploads.remove(uploads[2].number)
    assert store.uploads.mark(uploads[2].number, "asked") is False


@pytest.mark.parametrize("value", ["42", ""])
def test_what_the_store_knows_of_itself(store: Store, value: str) -> None:
    assert store.meta.get("bot") is None
    store.meta.set("bot", "41")
    store.meta.set("bot", value)
    assert store.meta.get("bot") == value
