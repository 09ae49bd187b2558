"""Conversations: kept by chat and thread, safe with several at work, and gone when forgotten."""

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


def turn(answer_id: str, question: str = "Who is Khalifa Haftar?") -> Turn:
    """A turn about this question."""
    return Turn(answer_id, question.lower(), question, "en", {"id": answer_id, "answer": "“A general.” [1]"})


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(IN_MEMORY if request.param == "memory" else tmp_path / FILE)
    yield conversations
    conversations.close()


def test_a_turn_comes_back_as_it_was_kept(kept: Conversations) -> None:
    first = Turn("a1", "et lui ?", "Où est Haftar ?", "fr", {"status": "declined", "notices": ["«é»", "\U0001f6a2"]})
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


def test_several_processes_keep_turns_in_one_new_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep_some, args=(tmp_path / FILE, f"p{number}")) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    kept = Conversations(tmp_path / FILE)
    assert len(kept.turns(CLUB, most=100)) == 80
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
