"""Conversations: kept by chat, thread and person, safe with several at work, and gone when forgotten."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations import FILE, IN_MEMORY, Conversations, Forgotten, Key, Turn
from bot.errors import UnreadableConversations
from retrieval.errors import HomeNotWritable

HERE = Key("terminal")
CLUB = Key("-100", "7")
PUB = Key("-100", "8")
EARLY, NOON, LATE = (f"2026-03-01T{hour}:00:00+00:00" for hour in ("06", "12", "18"))


def turn(
    answer_id: str,
    question: str = "Who is Khalifa Haftar?",
    *,
    person: str = "",
    parent: str = "",
    at: str = NOON,
) -> Turn:
    """A turn about this question."""
    kept = {"id": answer_id, "answer": "“A general.” [1]"}
    return Turn(answer_id, question.lower(), question, "en", kept, at, person, parent)


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(IN_MEMORY if request.param == "memory" else tmp_path / FILE)
    yield conversations
    conversations.close()


def test_a_turn_comes_back_as_it_was_kept(kept: Conversations) -> None:
    outcome = {"status": "declined", "notices": ["«é»", "\U0001f6a2"]}
    first = Turn("a1", "et lui ?", "Où est Haftar ?", "fr", outcome, person="telegram:5", parent="a0")
    kept.add(HERE, first)
    assert kept.turns(HERE) == [first]
    assert kept.find("a1") == first
    assert first.at.endswith("+00:00")


def test_the_history_is_the_last_questions_as_they_stand_alone_oldest_first(kept: Conversations) -> None:
    for number in range(9):
        kept.add(HERE, turn(f"a{number}", f"Question {number}?"))
    assert kept.history(HERE) == tuple(f"Question {number}?" for number in range(3, 9))
    assert kept.history(HERE, most=2) == ("Question 7?", "Question 8?")


def test_two_threads_of_a_chat_are_two_conversations(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1", "Who won?"))
    kept.add(PUB, turn("a2", "Who lost?"))
    assert (kept.history(CLUB), kept.history(PUB), kept.history(HERE)) == (("Who won?",), ("Who lost?",), ())
    latest = kept.latest("-100")
    assert latest is not None
    assert latest.answer_id == "a2"
    assert kept.latest("terminal") is None


def test_a_reset_ends_one_conversation_and_its_answers_can_still_be_opened(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1"))
    kept.add(PUB, turn("a2"))
    kept.reset(CLUB)
    assert kept.history(CLUB) == ()
    assert len(kept.history(PUB)) == 1
    assert kept.find("a1") is not None
    kept.add(CLUB, turn("a3", "And now?"))
    assert kept.history(CLUB) == ("And now?",)


def test_an_answer_of_another_chat_is_not_found_when_the_chat_is_named(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1"))
    assert kept.find("a1", chat=CLUB.chat) is not None
    assert kept.find("a1", chat="terminal") is None
    assert kept.find("a2") is None


def test_forgetting_a_chat_leaves_the_others(kept: Conversations) -> None:
    for key, answer_id in ((CLUB, "a1"), (PUB, "a2"), (HERE, "a3")):
        kept.add(key, turn(answer_id))
    kept.reset(CLUB)
    assert kept.forget("-100") == Forgotten(chats=1, answers=2)
    assert kept.find("a1") is None
    assert kept.history(HERE) != ()
    assert kept.forget() == Forgotten(chats=1, answers=1)
    assert kept.forget() == Forgotten(chats=0, answers=0)


def test_an_answer_that_is_kept_again_replaces_itself(kept: Conversations) -> None:
    kept.add(HERE, turn("a1", "Who?"))
    kept.add(HERE, turn("a1", "Who else?"))
    assert kept.history(HERE) == ("Who else?",)


def test_a_question_goes_on_from_the_answer_it_replied_to_and_those_before_it(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1", "Who built the pier?", person="anna"))
    kept.add(CLUB, turn("a2", "Who runs the ferry?", person="boris"))
    kept.add(CLUB, turn("a3", "What did the pier cost?", person="anna", parent="a1"))
    kept.add(CLUB, turn("a4", "Who paid for the pier?", person="boris", parent="a3"))
    kept.reset(CLUB)
    pier = ("Who built the pier?", "What did the pier cost?", "Who paid for the pier?")
    assert kept.lineage("a4") == pier
    assert kept.lineage("a4", most=2) == pier[1:]
    assert kept.lineage("a2") == ("Who runs the ferry?",)
    assert kept.lineage("a9") == kept.lineage("") == ()
    kept.forget_person("anna")
    assert kept.lineage("a4") == pier[2:]


def test_answers_that_go_on_from_each_other_are_no_endless_conversation(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1", "Who?", parent="a2"))
    kept.add(CLUB, turn("a2", "When?", parent="a1"))
    assert kept.lineage("a2", most=4) == ("Who?", "When?", "Who?", "When?")


def test_the_latest_turn_is_the_persons_own_of_this_thread_and_recent(kept: Conversations) -> None:
    for key, answer_id, person, at in (
        (CLUB, "a1", "anna", EARLY),
        (CLUB, "a2", "anna", NOON),
        (CLUB, "a3", "boris", LATE),
        (PUB, "a4", "anna", LATE),
    ):
        kept.add(key, turn(answer_id, person=person, at=at))

    def latest(person: str, since: str) -> str | None:
        found = kept.latest_of(CLUB, person, since)
        return None if found is None else found.answer_id

    assert [latest("anna", since) for since in (EARLY, NOON, LATE)] == ["a2", "a2", None]
    assert latest("boris", EARLY) == "a3"
    assert latest("clara", EARLY) is None
    kept.reset(CLUB)
    assert latest("anna", EARLY) is None


def test_one_person_of_a_group_begins_anew_and_the_others_do_not(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1", "Who?", person="anna"))
    kept.add(CLUB, turn("a2", "When?", person="boris"))
    kept.reset(CLUB, "anna")
    assert kept.latest_of(CLUB, "anna", EARLY) is None
    assert kept.latest_of(CLUB, "boris", EARLY) is not None
    assert kept.history(CLUB) == ("When?",)


def test_a_person_is_forgotten_in_every_chat_and_nobody_else_is(kept: Conversations) -> None:
    for key, answer_id, person in ((CLUB, "a1", "anna"), (HERE, "a2", "anna"), (CLUB, "a3", "boris"), (HERE, "a4", "")):
        kept.add(key, turn(answer_id, person=person))
    kept.reset(CLUB)
    assert kept.forget_person("anna") == Forgotten(chats=2, answers=2)
    assert [kept.find(answer_id) is None for answer_id in ("a1", "a2", "a3", "a4")] == [True, True, False, False]
    assert kept.forget_person("anna") == Forgotten(chats=0, answers=0)


def test_what_is_too_old_expires_except_at_the_terminal(kept: Conversations) -> None:
    for key, answer_id, at in ((CLUB, "a1", EARLY), (CLUB, "a2", NOON), (PUB, "a3", EARLY), (HERE, "a4", EARLY)):
        kept.add(key, turn(answer_id, at=at))
    assert kept.expire(NOON) == 2
    assert [kept.find(answer_id) is None for answer_id in ("a1", "a2", "a3", "a4")] == [True, False, True, False]
    assert kept.expire(NOON) == 0


def test_a_chat_with_a_new_name_goes_on_as_it_was(kept: Conversations) -> None:
    kept.add(CLUB, turn("a1", "Who?", person="anna"))
    kept.add(CLUB, turn("a2", "When?", person=CLUB.chat))
    kept.add(HERE, turn("a3", "Where?", person="anna"))
    kept.move_chat(CLUB.chat, "-200")
    moved = Key("-200", CLUB.thread)
    assert kept.history(moved) == ("Who?", "When?")
    assert kept.latest_of(moved, "-200", EARLY) is not None
    assert (kept.history(CLUB), kept.history(HERE)) == ((), ("Where?",))


def _of_schema_1(path: Path) -> None:
    """A file as the version before wrote it."""
    db = sqlite3.connect(path)
    db.executescript("""
        CREATE TABLE turns (
            number INTEGER PRIMARY KEY AUTOINCREMENT, chat TEXT NOT NULL, thread TEXT NOT NULL,
            open INTEGER NOT NULL DEFAULT 1, answer_id TEXT NOT NULL UNIQUE, typed TEXT NOT NULL,
            question TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL
        );
        CREATE INDEX turns_by_thread ON turns (chat, thread, open);
        INSERT INTO turns (chat, thread, answer_id, typed, question, language, outcome, at)
            VALUES ('terminal', '', 'a1', 'who?', 'Who?', 'en', '{"id": "a1"}', '2026-03-01T12:00:00+00:00');
        PRAGMA user_version = 1;
    """)
    db.close()


def test_a_file_of_the_version_before_is_gone_on_with(tmp_path: Path) -> None:
    _of_schema_1(tmp_path / FILE)
    for _ in range(2):
        kept = Conversations(tmp_path / FILE)
        assert kept.turns(HERE) == [Turn("a1", "who?", "Who?", "en", {"id": "a1"}, NOON, person="", parent="")]
        kept.close()
    kept = Conversations(tmp_path / FILE)
    kept.add(HERE, turn("a2", "When?", parent="a1"))
    assert kept.lineage("a2") == ("Who?", "When?")
    kept.close()


def test_what_was_kept_is_there_after_closing(tmp_path: Path) -> None:
    first = Conversations(tmp_path / "home" / FILE)
    first.add(HERE, turn("a1"))
    first.close()
    again = Conversations(tmp_path / "home" / FILE)
    assert again.history(HERE) == ("Who is Khalifa Haftar?",)
    again.close()


def test_only_the_owner_may_read_the_file_and_those_beside_it(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / FILE)
    kept.add(HERE, turn("a1"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    kept.close()
    assert FILE in modes
    assert set(modes.values()) == {0o600}


def test_what_is_forgotten_is_in_no_file_any_more(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / FILE)
    for number in range(50):
        kept.add(HERE, turn(f"a{number}", f"Where is the submarine {number} of Valparaiso?"))
    assert any(b"Valparaiso" in path.read_bytes() for path in tmp_path.iterdir())
    kept.forget()
    assert not any(b"Valparaiso" in path.read_bytes() for path in tmp_path.iterdir())
    kept.close()


def _keep_some(path: Path, name: str) -> None:
    kept = Conversations(path)
    for number in range(20):
        kept.add(CLUB, turn(f"{name}-{number}"))
    kept.close()


@pytest.mark.parametrize("old", [False, True])
def test_several_processes_keep_turns_in_one_file_that_is_new_or_of_the_version_before(
    tmp_path: Path, old: bool
) -> None:
    if old:
        _of_schema_1(tmp_path / FILE)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep_some, args=(tmp_path / FILE, f"p{number}")) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    kept = Conversations(tmp_path / FILE)
    assert len(kept.turns(CLUB, most=100)) == 80
    assert (kept.find("a1") is not None) is old
    kept.close()


def test_several_threads_use_one_object(kept: Conversations) -> None:
    def work(name: str) -> None:
        for number in range(20):
            kept.add(Key("club", name), turn(f"{name}-{number}", f"{name} {number}"))
            lengths.append(len(kept.history(Key("club", name))))

    lengths: list[int] = []
    workers = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(lengths) == 80
    assert max(lengths) == 6
    assert kept.forget("club").answers == 80


def _damaged(path: Path) -> None:
    path.write_bytes(b"These are no conversations. " * 200)


def _torn(path: Path) -> None:
    kept = Conversations(path)
    for number in range(200):
        kept.add(HERE, turn(f"a{number}"))
    kept.close()
    path.write_bytes(path.read_bytes()[:4096] + b"\0" * 8192)


def _without_tables(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 1")
    db.close()


def _no_json(path: Path) -> None:
    kept = Conversations(path)
    kept.add(HERE, turn("a1"))
    kept.close()
    db = sqlite3.connect(path)
    db.execute("UPDATE turns SET outcome = '{'")
    db.commit()
    db.close()


@pytest.mark.parametrize("damage", [_damaged, _torn, _without_tables, _no_json])
def test_a_damaged_file_is_an_error_with_a_next_step(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    damage(tmp_path / FILE)
    with pytest.raises(UnreadableConversations, match="is damaged") as caught:
        kept = Conversations(tmp_path / FILE)
        try:
            kept.turns(HERE)
        finally:
            kept.close()
    assert "Move it away" in caught.value.next_step


def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(UnreadableConversations, match="newer version"):
        Conversations(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    with pytest.raises(HomeNotWritable, match=r"conversations\.sqlite"):
        Conversations(tmp_path / "home" / FILE)
