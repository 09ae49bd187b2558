"""The loop, through its two doors: a pipe, compared as a whole transcript, and a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.cli import repl
from bot.conversations import FILE, Conversations
from bot.home import HISTORY
from tests.support.outcomes import HARBOUR, MemoryAssistant
from tests.support.terminal import CTRL_C, CTRL_D, UP, Terminal, terminal

TALK = """
import sys
from pathlib import Path
from bot.cli import repl, terminal
from tests.support.outcomes import MemoryAssistant
terminal.use_utf_8()
repl.talk(MemoryAssistant(), Path(sys.argv[1]))
"""


@contextmanager
def _talk(home: Path, **variables: str) -> Iterator[Terminal]:
    """A talk at a terminal that shows its prompt; when the block is left, Ctrl-D must end it."""
    with terminal("-c", TALK, str(home), home=home, **variables) as screen:
        screen.wait_for_prompt()
        yield screen
        screen.type(CTRL_D)
        assert screen.leave() == 0
    assert "Traceback" not in screen.text


def _ask(screen: Terminal, keys: str = "Is the pier new?\r") -> None:
    """Type something that the pier's answer comes to, and wait until it has come."""
    screen.type(keys)
    screen.wait_for("Sources:")
    screen.wait_for_prompt()


def _piped(capfd: pytest.CaptureFixture[str], *lines: str | bytes) -> tuple[str, str]:
    repl.read_lines(MemoryAssistant(), [line if isinstance(line, bytes) else f"{line}\n".encode() for line in lines])
    captured = capfd.readouterr()
    return captured.out, captured.err


PIER = """\
“The new pier opened on Monday.” [1]
“Mayor Ilse Brandt said that “it took eleven years” to build.” [2]
Sources:
[1] [2] The harbour of Port Elsin · Elsin Courier · 1 May 2019 · https://courier.example/harbour \
(“on Monday”: 29 April 2019)
"""
REFUSAL = """\
The articles don't say. Not found together with the rest of the question: “submarines”.
Closest passages:
[1] “Fishing boats may use it from May.” — The harbour of Port Elsin · Elsin Courier · 1 May 2019 · \
https://courier.example/harbour
"""


def test_piped_answers_stand_in_order_with_one_blank_line_between(capfd: pytest.CaptureFixture[str]) -> None:
    out, err = _piped(capfd, "When did the pier open?", "", "   ", "Are there submarines?")
    assert out == f"{PIER}\n{REFUSAL}"
    assert err == ""


def test_nothing_asked_nothing_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert _piped(capfd, "", b"\n") == ("", "")


def test_a_piped_source_is_the_passage_with_the_quote_marked(capfd: pytest.CaptureFixture[str]) -> None:
    out, _ = _piped(capfd, "Is the pier new?", "/source 2")
    assert out.partition("\n\n")[2] == (
        "The harbour of Port Elsin · Elsin Courier · 1 May 2019 · https://courier.example/harbour\n"
        "The harbour of Port Elsin\n"
        "The new pier opened on Monday.\n"
        "⟦Mayor Ilse Brandt said that “it took\n"
        "eleven years” to build.⟧ Fishing boats may use it from May.\n"
    )


def test_source_opens_the_closest_passages_of_a_refusal_too(capfd: pytest.CaptureFixture[str]) -> None:
    out, _ = _piped(capfd, "Are there submarines?", "/source")
    assert "⟦Fishing boats may use it from May.⟧" in out


@pytest.mark.parametrize("wanted", ["9", "x", "0", "-1", "\x1b[2J"])
def test_a_source_that_is_not_there_says_which_are(capfd: pytest.CaptureFixture[str], wanted: str) -> None:
    out, _ = _piped(capfd, "Is the pier new?", f"/source {wanted}")
    assert out.endswith(": [1], [2].\n")
    assert "\x1b" not in out


@pytest.mark.parametrize("command", ["/source 1", "/why"])
def test_before_any_question_there_is_nothing_to_show(capfd: pytest.CaptureFixture[str], command: str) -> None:
    assert _piped(capfd, command)[0] == "Nothing has been asked yet: type a question first.\n"


def test_why_shows_hits_scores_and_the_decision(capfd: pytest.CaptureFixture[str]) -> None:
    out, _ = _piped(capfd, "Is the pier new?", "/why")
    why = out.partition("\n\n")[2]
    assert "Decision: 90% sure that the articles answer, where 50% is needed." in why
    assert "reader +1.5, lacking_names -0.4" in why
    assert f"1. harbour.txt:0-{len(HARBOUR.text)}  0.500  (words, vectors)" in why


def test_articles_lists_what_is_indexed(capfd: pytest.CaptureFixture[str]) -> None:
    assert len(_piped(capfd, "/articles")[0].splitlines()) == 2


def test_lang_fixes_the_language_until_auto(capfd: pytest.CaptureFixture[str]) -> None:
    out, _ = _piped(capfd, "/lang fr", "Is the pier new?", "/lang auto", "Is the pier new?", "/lang de")
    blocks = out.split("\n\n")
    assert blocks[0] == "Les réponses sont en français."
    assert "Sources :" in blocks[1] and "«" in blocks[1]
    assert "Sources:" in blocks[3]
    assert "/lang en, /lang fr" in blocks[4]


def test_help_names_every_command(capfd: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "fr"):
        out, _ = _piped(capfd, f"/lang {language}", "/help")
        assert [command for command in repl.COMMANDS if command not in out] == []


def test_quit_leaves_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    assert _piped(capfd, "/quit", "Is the pier new?") == ("", "")


def test_an_unknown_command_gets_a_hint_and_the_rest_go_on(capfd: pytest.CaptureFixture[str]) -> None:
    out, err = _piped(capfd, "/sources", "Is the pier new?")
    assert out == PIER
    assert "There is no command /sources." in err
    assert "/source," in err


def test_a_question_that_cannot_be_asked_is_no_answer_and_the_rest_go_on(capfd: pytest.CaptureFixture[str]) -> None:
    out, err = _piped(capfd, "x" * 20_000, b"caf\xe9?\n", "Is the pier new?")
    assert out == PIER
    assert "20,000 characters" in err
    assert "Line 2 is not UTF-8" in err


def test_a_byte_order_mark_is_no_part_of_the_first_question() -> None:
    assistant = MemoryAssistant()
    repl.read_lines(assistant, [b"\xef\xbb\xbfIs the pier new?\r\n"])
    assert assistant.asked[0].text == "Is the pier new?"


def test_a_follow_up_goes_with_the_questions_before_it_but_not_with_commands() -> None:
    assistant = MemoryAssistant()
    repl.read_lines(assistant, [b"Is the pier new?\n", b"/why\n", b"Who opened it?\n"])
    assert assistant.asked[1].history == ("Is the pier new?",)


def test_history_does_not_grow_without_end() -> None:
    assistant = MemoryAssistant()
    repl.read_lines(assistant, [f"Question {n}?\n".encode() for n in range(50)])
    assert assistant.asked[-1].history == tuple(f"Question {n}?" for n in range(43, 49))


def test_at_a_terminal_ctrl_c_stops_an_answer_and_ctrl_d_leaves(tmp_path: Path) -> None:
    with _talk(tmp_path) as screen:
        screen.type("Please interrupt me?\r")
        screen.wait_for("Stopped.")
        screen.wait_for_prompt()
        screen.type("half a quest" + CTRL_C)
        screen.wait_for_prompt()
        _ask(screen)
    assert "\x1b[" in screen.raw


def test_ctrl_c_in_a_hurry_neither_ends_the_talk_nor_shows_our_insides(tmp_path: Path) -> None:
    with _talk(tmp_path) as screen:
        for _ in range(5):
            screen.type("interrupt?\r" + CTRL_C + CTRL_C)
        _ask(screen)
    assert "Warning" not in screen.text


def test_at_a_terminal_the_last_question_comes_back_in_the_next_run(tmp_path: Path) -> None:
    with terminal("-c", TALK, str(tmp_path), home=tmp_path) as screen:
        screen.wait_for_prompt()
        _ask(screen)
        screen.type("/quit\r")
        assert screen.leave() == 0
    assert (tmp_path / HISTORY).stat().st_mode & 0o077 == 0
    with _talk(tmp_path) as screen:
        _ask(screen, UP + UP + "\r")


def test_at_a_terminal_no_color_means_none(tmp_path: Path) -> None:
    with _talk(tmp_path, NO_COLOR="1") as screen:
        _ask(screen)
    assert "\x1b[36m" not in screen.raw and "\x1b[1;36m" not in screen.raw


def test_a_home_that_cannot_be_written_still_lets_one_talk(tmp_path: Path) -> None:
    (tmp_path / HISTORY).mkdir()
    with _talk(tmp_path) as screen:
        _ask(screen)


def test_reset_begins_a_new_conversation(capfd: pytest.CaptureFixture[str]) -> None:
    assistant = MemoryAssistant()
    repl.read_lines(assistant, [b"Is the pier new?\n", b"/reset\n", b"Who opened it?\n"])
    assert assistant.asked[1].history == ()
    assert "A new conversation" in capfd.readouterr().out


def test_piped_a_written_answer_comes_whole_with_its_quotes(capfd: pytest.CaptureFixture[str]) -> None:
    out, _ = _piped(capfd, "What does the model say?")
    assert out.splitlines()[:4] == [
        "Claim number 1. [1]",
        "Claim number 2. [2]",
        "Sources:",
        "[1] “The new pier opened on Monday.” — The harbour of Port Elsin · Elsin Courier · 1 May 2019 · "
        "https://courier.example/harbour (“on Monday”: 29 April 2019)",
    ]


def test_at_a_terminal_claims_come_one_by_one_and_are_not_said_twice(tmp_path: Path) -> None:
    with _talk(tmp_path) as screen:
        _ask(screen, "What does the model say?\r")
    assert screen.text.count("Claim number 1.") == screen.text.count("Claim number 2.") == 1
    assert "Reading 2 passages…" in screen.text
    assert screen.text.index("Claim number 2.") < screen.text.index("Sources:")


def test_what_was_asked_at_a_terminal_is_kept_for_its_owner_and_gone_on_with_on_demand(tmp_path: Path) -> None:
    with _talk(tmp_path) as screen:
        _ask(screen)
    kept = tmp_path / FILE
    assert kept.stat().st_mode & 0o077 == 0
    for go_on, history in ((True, ("Is the pier new?",)), (False, ())):
        assistant = MemoryAssistant()
        with closing(Conversations(kept)) as conversations:
            if not go_on:
                conversations.reset(repl.KEY)
            repl.Session(assistant, conversations).respond("Who opened it?")
        assert assistant.asked[0].history == history


def test_conversations_that_cannot_be_opened_are_complained_of_and_one_can_talk(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    with _talk(tmp_path) as screen:
        _ask(screen)
    assert FILE in screen.text
