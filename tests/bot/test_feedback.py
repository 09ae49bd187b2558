"""What people thought of answers: as rows of the test questions' format, as a summary, and by the command."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import seeds
from bot.cli.feedback import feedback
from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations, Key, Turn
from bot.errors import WrongUse
from bot.evaluation.cases import case_of
from bot.feedback import TO_LABEL, exported, summary
from bot.render.json import Object
from bot.render.kept import kept_object
from bot.telegram.store import FILE, Store
from bot.types import Answered, Claim, Outcome
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

ANNA, BORIS = 7_100_101, 7_100_102
PANNE = "La compagnie parle d'une panne."


class Kept:
    """A home with what a bot keeps in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = Store(home / FILE)
        self.conversations = Conversations(home / CONVERSATIONS)

    def answer(self, answer_id: str, outcome: Outcome, *, parent: str = "", standalone: str | None = None) -> None:
        """Keep an answer, as the bot does."""
        kept = kept_object(replace(outcome, id=answer_id))
        typed = outcome.question.text
        turn = Turn(answer_id, typed, standalone or typed, outcome.language, kept, parent=parent)
        self.conversations.add(Key("telegram:-5", "0"), turn)

    def rows(self) -> list[Object]:
        """What is exported."""
        return list(exported(self.store, self.conversations))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    home = Kept(tmp_path)
    with closing(home.store), closing(home.conversations):
        yield home


def two_claims() -> Answered:
    """A claim that either of two articles bears out, then one that rests on the first alone."""
    pier, ferry = cite(HARBOUR, BUILT, 1), cite(FERRY, PANNE, 2)
    return replace(answered(pier, ferry), claims=(Claim("Two sources.", (pier, ferry)), Claim("One source.", (pier,))))


@pytest.mark.parametrize(
    ("outcome", "kind", "evidence"),
    [
        (answered(cite(HARBOUR, BUILT)), "same_language", [[("harbour.txt", BUILT)]]),
        (answered(cite(FERRY, PANNE)), "cross_lingual", [[("2019/ferry.txt", PANNE)]]),
        (
            two_claims(),
            "several_articles",
            [[("harbour.txt", BUILT), ("2019/ferry.txt", PANNE)], [("harbour.txt", BUILT)]],
        ),
        (declined(cite(HARBOUR, BUILT)), "not_in_articles", []),
    ],
)
def test_a_thumb_up_vouches_for_what_was_shown(
    kept: Kept, outcome: Outcome, kind: str, evidence: list[list[tuple[str, str]]]
) -> None:
    kept.answer("a1", outcome)
    kept.store.feedback.vote("a1", ANNA, "up", 1.0)
    (row,) = kept.rows()
    assert (row["kind"], row["verdict"], row["lang"]) == (kind, "up", "en")
    assert row["evidence"] == [[{"article": path, "quote": quote} for path, quote in group] for group in evidence]


@pytest.mark.parametrize(
    ("outcome", "reason", "note"),
    [
        (answered(cite(HARBOUR, BUILT)), "unsourced", "answered with 1 quote; thumb down, not in its source"),
        (two_claims(), "wrong", "answered with 2 quotes; thumb down, wrong"),
        (declined(), "incomplete", "declined; thumb down, incomplete"),
        (declined(), "outdated", "declined; thumb down, out of date"),
        (declined(), None, "declined; thumb down"),
    ],
)
def test_a_thumb_down_is_no_evidence_and_no_proof_that_there_is_none(
    kept: Kept, outcome: Outcome, reason: str | None, note: str
) -> None:
    kept.answer("a1", outcome)
    kept.store.feedback.vote("a1", ANNA, "down", 1.0)
    if reason is not None:
        kept.store.feedback.reason("a1", ANNA, reason, 2.0)
    (row,) = kept.rows()
    assert (row["kind"], row["evidence"], row["reason"], row["note"]) == (TO_LABEL, [], reason, note)


def test_a_row_is_one_of_the_test_questions_with_what_was_thought_of_it(kept: Kept) -> None:
    kept.answer("a1", answered(cite(HARBOUR, BUILT), question="Who built it?"), standalone="Who built the pier?")
    kept.answer("a2", answered(cite(HARBOUR, BUILT), question="And how long?"), parent="a1")
    kept.store.feedback.remark(ANNA, "Just so.", 1.0, "a2")
    kept.store.feedback.vote("a2", ANNA, "up", 2.0)
    (row,) = kept.rows()
    assert (row["question"], row["history"], row["remark"]) == ("And how long?", ["Who built the pier?"], "Just so.")
    example = json.loads((seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()[0])
    assert {*example} - {"facts", "forbidden"} == {*row} - {"history", "verdict", "reason", "remark"}
    assert case_of(row).evidence
    assert row["part"] not in ("build", "held")


def test_two_opinions_on_one_answer_are_two_rows_and_who_held_them_is_in_neither(kept: Kept) -> None:
    kept.answer("a1", answered(cite(HARBOUR, BUILT)))
    kept.store.feedback.vote("a1", ANNA, "up", 1.0)
    kept.store.feedback.vote("a1", BORIS, "down", 2.0)
    assert [(row["id"], row["verdict"]) for row in kept.rows()] == [("a1", "up"), ("a1-2", "down")]
    assert not any(str(person) in json.dumps(kept.rows()) for person in (ANNA, BORIS))


def test_an_opinion_on_an_answer_that_is_gone_or_on_none_is_no_test_question(kept: Kept) -> None:
    kept.store.feedback.vote("a9", ANNA, "up", 1.0)
    kept.store.feedback.remark(ANNA, "Lovely.", 2.0)
    kept.store.feedback.vote("", ANNA, "up", 3.0)
    assert kept.rows() == []


def test_the_summary_counts_and_shows_what_is_to_be_looked_at(kept: Kept) -> None:
    kept.answer("a1", answered(cite(HARBOUR, BUILT), question="How long?"))
    kept.answer("a2", declined(question="Who paid?"))
    kept.store.feedback.vote("a1", ANNA, "up", 1.0)
    kept.store.feedback.vote("a2", ANNA, "down", 2.0)
    kept.store.feedback.reason("a2", ANNA, "incomplete", 2.0)
    kept.store.feedback.remark(BORIS, "Lovely\x1b[31m,\nall of it.", 3.0)
    assert summary(kept.store, kept.conversations).split("\n\n") == [
        "Thumbs up: 1; thumbs down: 1; remarks: 1.",
        "Who paid?\n  declined\n  thumb down, incomplete",
        "  remark\n  “Lovely[31m, all of it.”",
    ]


def _run(*arguments: str, home: Path) -> Result:
    """The command, in this process; the log it begins ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        return CliRunner().invoke(feedback, [*arguments, "--home", str(home)])
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def test_the_command_writes_a_file_for_its_owner_only_or_to_standard_output(kept: Kept) -> None:
    kept.answer("a1", answered(cite(HARBOUR, BUILT)))
    kept.store.feedback.vote("a1", ANNA, "up", 1.0)
    file = kept.home / "out.jsonl"
    ran = _run("--export", str(file), home=kept.home)
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert ran.stderr == f"Wrote 1 question to {file}.\n"
    assert [json.loads(line) for line in file.read_text("utf-8").splitlines()] == kept.rows()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _run("--export", "-", home=kept.home).stdout == file.read_text("utf-8")
    assert _run(home=kept.home).stdout.startswith("Thumbs up: 1;")


def test_a_home_without_a_bot_is_said_to_be_one_and_left_as_it_is(tmp_path: Path) -> None:
    ran = _run(home=tmp_path)
    assert isinstance(ran.exception, WrongUse)
    assert "footnote telegram" in ran.exception.next_step
    assert not (tmp_path / FILE).exists()


def test_a_file_that_cannot_be_written_is_named(kept: Kept) -> None:
    ran = _run("--export", str(kept.home / "none" / "out.jsonl"), home=kept.home)
    assert isinstance(ran.exception, WrongUse)
    assert "out.jsonl" in ran.exception.message
