"""The answers are as good as the record says; and what would make them worse doesn't get past the gate."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import seeds
from bot.evaluation.cases import read_file
from bot.evaluation.metrics import BY_NAME
from bot.home import MODEL
from tests.support.command import Ran, footnote
from tests.support.model_server import ModelServer, Received, Reply, say
from tests.support.terminal import environment

ROOT = Path(__file__).parents[3]
RECORD = ROOT / "docs" / "evaluation" / "record.json"
GATE = ("--part", "build", "--baseline", str(RECORD), "--fail-if-worse")
SOME = (*GATE, "--sample", "60")
LEAST = ("right=0.62", "recall_4=0.8", "evidence_cited=0.65", "hallucination=0.35", "error_rate=0.25")
"""Bounds with room for another processor, whose arithmetic may tip a close call."""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A home whose embedder is ready."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / MODEL).symlink_to(model_folder)
    return folder


def _broken(ran: Ran) -> set[str]:
    """The metrics that are worse than the record's, or below a bound."""
    return set(re.findall(r"^broken: (\w+)", ran.out, re.MULTILINE))


def test_the_answers_are_no_worse_than_the_record(home: Path) -> None:
    ran = footnote("eval", *GATE, *(each for bound in LEAST for each in ("--fail-under", bound)), home=home)
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize(
    ("change", "asked", "worse"),
    [
        ({"FOOTNOTE_CENTRING": "off"}, GATE, {"hallucination"}),
        ({"FOOTNOTE_PASSAGES": "1"}, SOME, {"recall_4", "recall_10"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_worse_search_breaks_the_gate(
    home: Path, change: dict[str, str], asked: tuple[str, ...], worse: set[str]
) -> None:
    ran = footnote("eval", *asked, home=home, **change)
    assert ran.code == 3, ran.out + ran.err
    assert worse <= _broken(ran)


def _inventing(received: Received) -> Reply:
    """A model that answers whatever is asked, and makes it up."""
    if '"standalone_question"' in json.dumps(received.body):
        return say({"question": "", "translation": ""})
    if '"ready"' in json.dumps(received.body):
        return say({"ready": True})
    label = re.search(r"^\[([a-z2-7]{5,})\] ", received.text, re.MULTILINE)
    quote = {"passage": label[1] if label else "none", "quote": "General Ludd said on Sunday that 77 ships had sailed"}
    claim = {"quotes": [quote], "text": "According to General Ludd, 77 ships sailed on Sunday."}
    return say({"answers": True, "claims": [claim]})


@pytest.fixture(scope="module")
def inventing() -> Iterator[dict[str, str]]:
    """The settings under which such a model writes."""
    with ModelServer() as server:
        server.respond = _inventing
        yield {"OPENAI_BASE_URL": server.url, "FOOTNOTE_MODEL": "scripted"}


def test_a_model_that_makes_things_up_is_no_worse_than_no_model(home: Path, inventing: dict[str, str]) -> None:
    ran = footnote("eval", *SOME, home=home, **inventing)
    assert ran.code == 0, ran.out + ran.err
    assert "100.0%" in next(line for line in ran.out.splitlines() if line.startswith("Model gave way"))


def _ungrounded(home: Path, build: str, **variables: str) -> Ran:
    """`footnote eval` of a build without the checks."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.ungrounded", build, "eval", *SOME, "--fresh"],
        cwd=ROOT, env=environment(home, FOOTNOTE_HOME=str(home), **variables),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_without_grounding_a_model_that_makes_things_up_breaks_the_gate(home: Path, inventing: dict[str, str]) -> None:
    ran = _ungrounded(home, "statements", **inventing)
    assert ran.code == 3, ran.out + ran.err
    assert {"right", "evidence_cited", "facts_present", "hallucination"} <= _broken(ran)


def test_quotes_that_are_not_the_article_s_own_characters_break_the_gate(home: Path) -> None:
    ran = _ungrounded(home, "quotes")
    assert ran.code == 3, ran.out + ran.err
    assert {"quote_validity", "right"} <= _broken(ran)


# --- The record and what is said of it --------------------------------------------------------------------------------


def test_the_record_is_of_the_articles_and_questions_as_they_are() -> None:
    record = json.loads(RECORD.read_text("utf-8"))
    questions = read_file(seeds.folder() / "questions.jsonl")
    assert {row["id"]: row["digest"] for row in record["questions"]} == {one.id: one.digest for one in questions.cases}
    assert record["run"]["archive"]["articles"] == len(list(seeds.folder().glob("*.txt")))
    assert record["run"]["mode"] == "quotes"
    assert record["run"]["dirty"] is False
    assert set(record["run"]["settings"].values()) == {"", "both", "on", "16"}


def test_the_record_tells_which_evidence_was_missed() -> None:
    scores = [row["scores"]["evidence_cited"] for row in json.loads(RECORD.read_text("utf-8"))["questions"]]
    missed = [score for score in scores if score["value"] == 0.0]
    assert missed
    assert all(score["extracted"] for score in missed)


def test_every_metric_is_explained() -> None:
    text = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    assert [name for name in BY_NAME if f"`{name}`" not in text] == []
