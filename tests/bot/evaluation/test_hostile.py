"""What would break an evaluation or a figure of it: files, patterns, baselines, bounds, names. No secret is told."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.errors import WrongUse
from bot.evaluation import comparing, evaluate, gate, record, running, text, variants
from bot.evaluation.cases import Questions, case_of
from bot.evaluation.errors import SHOWN, QuoteNotFound, UnreadableRecord
from bot.evaluation.junit import junit
from bot.evaluation.observing import Observation, Said
from bot.evaluation.places import Key, find
from retrieval.errors import DamagedIndex, DiskFull
from retrieval.types import Article
from tests.bot.evaluation.conftest import COST, ROWS, row, write_questions
from tests.support.command import footnote

Json = dict[str, Any]
ASKED = ("--archive", "news", "--questions", "asked.jsonl")


# --- Files that are written -------------------------------------------------------------------------------------------


def test_a_link_stays_a_link_and_nothing_is_left_beside_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "kept.json")
    record.write(tmp_path / "link.json", "whole")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "kept.json").read_text() == "whole"
    assert {file.name for file in tmp_path.iterdir()} == {"link.json", "kept.json"}


def test_a_pipe_is_written_to_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    came: list[str] = []
    reader = threading.Thread(target=lambda: came.append(pipe.read_text()))
    reader.start()
    record.write(pipe, "whole")
    reader.join(10)
    assert came == ["whole"]
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_named() -> None:
    with pytest.raises(DiskFull):
        record.write(Path("/dev/full"), "whole")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--json", "folder"), "folder is a folder."),
        (("--json", "same", "--html", "./same"), "--json and --html name the same file"),
        (("--json", "asked.jsonl"), "--questions and --json name the same file"),
        (("--baseline", "kept.json", "--json", "kept.json"), "--baseline and --json name the same file"),
        (("--html", "-"), "--html writes a file"),
        (("--make-questions", "none/drafts.jsonl"), "There is no folder"),
        (("--make-questions", "drafts.jsonl", "--html", "page.html"), "--make-questions goes with"),
    ],
)
def test_what_could_not_be_written_is_told_before_anything_is_asked(
    tmp_path: Path, given: tuple[str, ...], told: str
) -> None:
    (tmp_path / "folder").mkdir()
    asked = write_questions(tmp_path / "asked.jsonl")
    if "--make-questions" not in given:
        given = ("--questions", "asked.jsonl", *given)
    ran = footnote("eval", *given, home=tmp_path)
    assert (ran.code, told in ran.err, ran.out) == (2, True, "")
    assert len(asked.read_text().splitlines()) == len(ROWS)


def test_answers_are_kept_until_the_record_is_written(place: Path) -> None:
    full = footnote("eval", *ASKED, "--json", "/dev/full", home=place)
    assert (full.code, "is full" in full.err) == (1, True)
    again = json.loads(footnote("eval", *ASKED, "--json", "-", home=place).out)
    assert again["run"]["reused"] == len(ROWS)
    assert json.loads(footnote("eval", *ASKED, "--json", "-", home=place).out)["run"]["reused"] == 0


class _Faulty:
    """A pool that gives no answer."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def answer(self, _question: object) -> None:
        raise self._error


def test_a_fault_of_ours_fails_its_question_alone_and_is_told_by_its_name() -> None:
    case = case_of({"id": "q", "question": "What?"})
    pool: Any = _Faulty(KeyError("secret words of the question"))
    seen = asyncio.run(running._answer(pool, case, {}, Path("/somewhere/ann/footnote")))
    assert (seen.status, seen.error) == ("failed", ("unexpected", "Something went wrong inside Footnote (KeyError)."))


def test_an_error_is_kept_without_the_path_of_the_home() -> None:
    home = Path("/somewhere/ann/footnote")
    pool: Any = _Faulty(DamagedIndex(f"The catalogue in {home} is damaged."))
    seen = asyncio.run(running._answer(pool, case_of({"id": "q", "question": "What?"}), {}, home))
    assert seen.error == ("damaged_index", "The catalogue in the home is damaged.")


# --- Questions --------------------------------------------------------------------------------------------------------


def test_a_pattern_without_an_end_fails_its_question_and_no_other(place: Path) -> None:
    endless = row(
        "endless", "What did the new pier of Port Elsin cost?", "pier.txt", COST, facts=[{"en": r"(\w+\s?)+$"}]
    )
    write_questions(place / "endless.jsonl", [endless, ROWS[1]])
    ran = footnote("eval", "--archive", "news", "--questions", "endless.jsonl", "--json", "-", home=place)
    found = {each["id"]: each for each in json.loads(ran.out)["questions"]}
    assert ran.code == 1
    assert "1 of 2 questions failed" in ran.err
    assert found["endless"]["error"]["code"] == "slow_pattern"
    assert COST in found["endless"]["answer"]
    assert found["mayor"]["verdict"] == "right"


def test_beside_the_main_thread_answers_are_scored_as_well() -> None:
    done: list[str] = []
    case = case_of({"id": "q", "question": "What?", "facts": [{"en": "crowns"}]})
    seen = Observation("answered", claims=(Said(COST, ()),))
    thread = threading.Thread(target=lambda: done.append(evaluate._row(case, Key(), seen, {}, {}).scored.verdict))
    thread.start()
    thread.join()
    assert done == ["right"]


def test_of_many_long_quotes_that_stand_nowhere_only_those_shown_are_compared() -> None:
    article = Article(
        "a", "news", "a.txt", "The pier cost 40 million crowns, twice what was planned. " * 200, language="en"
    )
    wrong = {"article": "a.txt", "quote": "The ferry of the islands cost nothing at all, said the mayor. " * 500}
    cases = [case_of({"id": f"q{n}", "question": "What?", "evidence": [[wrong]]}) for n in range(500)]
    with pytest.raises(QuoteNotFound) as caught:
        find(cases, [article])
    assert len(caught.value.faults) == 500
    assert sum("The nearest there" in fault for fault in caught.value.faults) == SHOWN


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "a\u202eb", "a\x00b"])
@pytest.mark.parametrize("field", ["id", "part", "kind"])
def test_a_name_that_a_terminal_would_obey_is_none(field: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"{field}: should be a name .*in one line"):
        case_of({"id": "q", "question": "What?", field: name})


def test_a_terminal_is_shown_nothing_that_it_would_obey() -> None:
    made = _record()
    made["run"]["questions"]["name"] = "asked\x1b]0;mine\x07.jsonl"
    made["questions"][0]["verdict"] = "failed"
    assert "\x1b" not in text.summary(made)


# --- Baselines --------------------------------------------------------------------------------------------------------


def _record() -> Json:
    found = record.read(Path(__file__).parents[3] / "docs" / "evaluation" / "record.json")
    return {**found, "questions": found["questions"][:3]}


@pytest.mark.parametrize("missing", ["part", "verdict", "digest", "metrics"])
def test_a_baseline_that_lacks_what_a_comparison_needs_is_no_record(tmp_path: Path, missing: str) -> None:
    made = _record()
    record.write(tmp_path / "whole.json", json.dumps(made))
    assert record.read(tmp_path / "whole.json") == made
    del made["questions"][0][missing]
    record.write(tmp_path / "damaged.json", json.dumps(made))
    with pytest.raises(UnreadableRecord):
        record.read(tmp_path / "damaged.json")


@pytest.mark.parametrize("value", ["0.5", None, float("nan"), float("inf")])
def test_a_figure_of_a_baseline_is_a_number(tmp_path: Path, value: object) -> None:
    made = _record()
    made["questions"][0]["metrics"]["recall_1"] = value
    record.write(tmp_path / "damaged.json", json.dumps(made))
    with pytest.raises(UnreadableRecord):
        record.read(tmp_path / "damaged.json")


def _run(values: list[float], name: str) -> Json:
    rows = [{"id": f"q{n}", "verdict": "right", "metrics": {name: each}} for n, each in enumerate(values)]
    return {"run": {"began": "2026-01-01T00:00:00Z", "commit": None, "dirty": None}, "questions": rows}


@pytest.mark.parametrize("rise", [0.00002, -0.00002])
def test_a_fiftieth_of_a_thousandth_of_a_dollar_more_is_dearer(rise: float) -> None:
    found = comparing.compared(_run([0.0003] * 30, "cost_mean"), _run([0.0003 + rise] * 30, "cost_mean"))
    (cost,) = found["metrics"]
    assert cost["verdict"] == ("worse" if rise > 0 else "better")
    assert cost["difference"] == pytest.approx(rise)


def test_a_median_that_is_compared_is_one() -> None:
    found = comparing.compared(_run([10, 20, 300], "latency_p50"), _run([11, 22, 9000], "latency_p50"))
    (latency,) = found["metrics"]
    assert (latency["before"], latency["after"], latency["difference"], latency["verdict"]) == (20, 22, 2, "same")


def test_a_question_that_failed_is_a_failure_whatever_it_was_before() -> None:
    made = _record()
    failed = made["questions"][0]
    failed["verdict"] = "failed"
    made["baseline"] = {"flipped": []}
    suites = ElementTree.fromstring(junit(made))
    assert [case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None] == [failed["id"]]


# --- Bounds, settings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["right=nan", "right=inf", "right=-0.1", "right=70", "hallucination=30", "right=101%"]
)
def test_a_bound_that_would_hold_always_or_never_is_none(written: str) -> None:
    with pytest.raises(WrongUse):
        gate.bound(written)


def test_a_bound_is_a_share_or_a_percentage() -> None:
    assert gate.bound("right=0.7") == gate.bound("right=70%") == ("right", 0.7)
    assert gate.bound("latency_p95=2500") == ("latency_p95", 2500)


@pytest.mark.parametrize(
    "written",
    [
        "OPENAI_API_KEY=sk-hidden",
        "'OPENAI_API_KEY=sk-hidden with blanks' FOOTNOTE_MODEL=m",
        "FOOTNOTE_MODEL=m OPENAI_API_KEY='sk-hidden'",
        "OPENAI_BASE_URL=https://someone:hidden@host/v1",
    ],
)
def test_a_variant_is_named_without_its_secrets(written: str) -> None:
    assert "hidden" not in variants.variant(written).name
    with pytest.raises(WrongUse) as caught:
        variants.variant(f"{written} NONSENSE=1")
    assert "hidden" not in str(caught.value)
    with pytest.raises(WrongUse) as caught:
        variants.variant(f'{written} "')
    assert "hidden" not in str(caught.value)


def test_a_sample_says_of_how_many() -> None:
    cases = tuple(case_of({"id": n, "question": "What?"}) for n in range(9))
    some = evaluate.chosen(Questions("mine.jsonl", cases), None, 3)
    assert (len(some.cases), some.of) == (3, 9)
