"""The README's transcript is what the chat prints, and its figures are those of the record, character for character."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks import results
from tests.support.command import footnote

README = Path(__file__).parents[1] / "README.md"
ASKED = "> "


def transcript() -> str:
    """The first block of the README that shows questions, without its indentation."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", README.read_text("utf-8"), flags=re.MULTILINE)
    block = next(block for block in blocks if block.lstrip().startswith(ASKED))
    return re.sub(r"^    ", "", block, flags=re.MULTILINE).strip()


def test_the_transcript_is_what_the_chat_prints(bundled_home: Path) -> None:
    turns = [turn.partition("\n") for turn in re.split(r"(?m)^> ", transcript())[1:]]
    questions = [question for question, _, _ in turns]
    answers = [answer.strip() for _, _, answer in turns]
    assert len(questions) >= 3
    ran = footnote("chat", home=bundled_home, typed="\n".join(questions) + "\n")
    assert ran.code == 0, ran.err
    assert [block.strip() for block in ran.out.split("\n\n")] == answers


def test_the_figures_and_failures_are_those_of_the_record() -> None:
    written = README.read_text("utf-8").split(results.BEGIN)[1].split(results.END)[0].strip()
    assert written == results.block(json.loads(results.RECORD.read_text("utf-8")))
