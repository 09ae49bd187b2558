"""`footnote eval` as a process: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.bot.evaluation.conftest import ARTICLES, COST, ROWS, row, write_questions
from tests.support.command import Ran, footnote
from tests.support.indexing import write_articles
from tests.support.model_server import ModelServer, Received, Reply, fail, say
from tests.support.terminal import environment
from tests.support.waiting import soon

ASKED = ("--archive", "news", "--questions", "asked.jsonl")


def _eval(place: Path, *arguments: str, **variables: str) -> Ran:
    return footnote("eval", *arguments, home=place, **variables)


def _record(place: Path, *arguments: str, **variables: str) -> dict[str, Any]:
    ran = _eval(place, *ASKED, *arguments, "--json", "-", **variables)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def _verdicts(record: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in record["questions"]}


def _metric(record: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in record["metrics"] if one["name"] == name)


@pytest.fixture(scope="module")
def baseline(place: Path) -> Path:
    """The record of a run."""
    assert _eval(place, *ASKED, "--json", "baseline.json").code == 0
    return place / "baseline.json"


# --- A run ------------------------------------------------------------------------------------------------------------


def test_the_summary_has_figures_with_intervals_by_kind_and_language(place: Path) -> None:
    ran = _eval(place, *ASKED)
    assert ran.code == 0
    assert "6 questions of asked.jsonl (all 6) asked of news (3 articles), answered in quotes" in ran.out
    lines = {line.split("  ")[0]: line for line in ran.out.splitlines()}
    assert lines["Quotes valid"].split()[2:4] == ["100.0%", lines["Quotes valid"].split()[3]]
    assert "–" in lines["Evidence cited"]
    assert lines["not in articles"].split()[3:5] == ["1", "1"]
    assert "fr→fr" in ran.out
    assert "1 of 1 rules hold." in ran.out


def test_the_record_tells_what_the_run_was_made_from(baseline: Path) -> None:
    record = json.loads(baseline.read_text("utf-8"))
    run = record["run"]
    assert run["archive"]["articles"] == 3
    assert run["questions"]["n"] == len(record["questions"]) == 6
    assert run["index"]["embedder"]
    assert run["packages"]["chromadb"]
    assert run["settings"]["FOOTNOTE_PASSAGES"] == "16"
    assert run["mode"] == "quotes"
    assert run["cost_usd"] == 0
    assert _verdicts(record)["cost"] == "right"
    assert _verdicts(record)["absent"] == "right"
    assert _verdicts(record)["open"] == "unscored"
    right = _metric(record, "right")
    assert (right["n"], right["unscored"]) == (5, 1)
    assert right["low"] <= right["value"] <= right["high"]


def test_no_path_of_this_machine_and_no_key_is_in_a_record(place: Path) -> None:
    ran = _eval(place, *ASKED, "--no-model", "--json", "-", OPENAI_API_KEY="sk-verysecret")
    assert str(place) not in ran.out
    assert "verysecret" not in ran.out + ran.err


def test_what_is_written_opens(place: Path) -> None:
    ran = _eval(place, *ASKED, "--html", "page.html", "--junit", "junit.xml", "--json", "record.json")
    assert ran.code == 0, ran.err
    page = (place / "page.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "What did the new pier of Port Elsin cost?" in page
    suites = ElementTree.parse(place / "junit.xml").getroot()
    assert {suite.get("name") for suite in suites} == {"gate", "questions"}
    assert {case.get("name") for case in suites.iter("testcase")} >= {each["id"] for each in ROWS}
    assert json.loads((place / "record.json").read_text("utf-8"))["schema"] == 1


def test_the_index_of_an_evaluation_leaves_the_home_s_own_alone(place: Path) -> None:
    _record(place)
    assert not (place / "index").exists()
    assert footnote("articles", home=place).code == 1


def test_questions_alone_are_asked_of_the_home_s_own_index(tmp_path: Path, model_folder: Path) -> None:
    (tmp_path / "model").symlink_to(model_folder)
    write_articles(tmp_path / "mine", ARTICLES)
    write_questions(tmp_path / "asked.jsonl", ROWS[:1])
    assert _eval(tmp_path, "--questions", "asked.jsonl").code == 1
    assert footnote("ingest", "mine", home=tmp_path).code == 0
    ran = _eval(tmp_path, "--questions", "asked.jsonl", "--json", "-")
    assert _verdicts(json.loads(ran.out)) == {"cost": "right"}


def test_a_part_and_a_sample_are_the_same_each_time(place: Path) -> None:
    parts = [dict(each, part="one" if at % 2 else "other") for at, each in enumerate(ROWS)]
    write_questions(place / "parts.jsonl", parts)
    where = ("--archive", "news", "--questions", "parts.jsonl")
    only = json.loads(_eval(place, *where, "--part", "one", "--json", "-").out)
    assert [each["id"] for each in only["questions"]] == ["mayor", "roof", "open"]
    some = [json.loads(_eval(place, *where, "--sample", "3", "--json", "-").out) for _ in range(2)]
    assert len(some[0]["questions"]) == 3
    assert _verdicts(some[0]) == _verdicts(some[1])


# --- Gate and baseline ------------------------------------------------------------------------------------------------


def test_a_metric_below_what_is_asked_for_ends_with_3(place: Path) -> None:
    assert _eval(place, *ASKED, "--fail-under", "recall_10=0.9", "--fail-under", "hallucination=0").code == 0
    ran = _eval(place, *ASKED, "--fail-under", "latency_p50=0.001")
    assert ran.code == 3
    assert "latency_p50 ≤ 0.001" in ran.err
    assert "broken: latency_p50 ≤ 0.001" in ran.out


def test_the_same_again_is_no_worse_than_its_baseline(place: Path, baseline: Path) -> None:
    ran = _eval(place, *ASKED, "--baseline", baseline.name, "--fail-if-worse")
    assert ran.code == 0, ran.out + ran.err
    assert "Compared with the run of" in ran.out
    assert "got worse" not in ran.out


def test_other_articles_or_other_questions_than_the_baseline_s_end_with_4(place: Path, baseline: Path) -> None:
    write_questions(place / "fewer.jsonl", ROWS[1:])
    fewer = _eval(place, "--archive", "news", "--questions", "fewer.jsonl", "--baseline", baseline.name)
    assert (fewer.code, "1 gone (cost)" in fewer.err) == (4, True)
    write_questions(place / "changed.jsonl", [dict(ROWS[0], question="What did the pier cost?"), *ROWS[1:]])
    changed = _eval(place, "--archive", "news", "--questions", "changed.jsonl", "--baseline", baseline.name)
    assert (changed.code, "1 changed (cost)" in changed.err) == (4, True)
    write_articles(place / "more", {**ARTICLES, "new.txt": "A new article\n\nIt rained in Bergen on Friday.\n"})
    more = _eval(place, "--archive", "more", "--questions", "asked.jsonl", "--baseline", baseline.name)
    assert (more.code, "other articles" in more.err) == (4, True)


# --- Interrupted ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on_where_it_was(place: Path, how: signal.Signals) -> None:
    many = [
        dict(each, id=f"{each['id']}-{n}", question=f"{each['question']} ({n})") for n in range(40) for each in ROWS
    ]
    write_questions(place / "many.jsonl", many)
    arguments = ("--archive", "news", "--questions", "many.jsonl")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "eval", *arguments],
        cwd=place, env=environment(place, FOOTNOTE_HOME=str(place)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    kept = place / "evaluation" / "runs"
    soon(lambda: sum(file.read_bytes().count(b"\n") for file in kept.glob("*.jsonl")) >= 5, seconds=120)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    if how is signal.SIGINT:
        assert process.returncode == 130
    again = _eval(place, *arguments, "--json", "-")
    record = json.loads(again.out)
    assert 5 <= record["run"]["reused"] < len(many)
    assert len(record["questions"]) == len(many)
    assert list(kept.glob("*.jsonl")) == []
    assert json.loads(_eval(place, *arguments, "--sample", "5", "--json", "-").out)["run"]["reused"] == 0


# --- Settings compared ------------------------------------------------------------------------------------------------


def test_settings_are_compared_side_by_side(place: Path) -> None:
    variants = ("FOOTNOTE_SEARCH=words", "FOOTNOTE_CENTRING=off FOOTNOTE_NAMES=off", "FOOTNOTE_PASSAGES=1")
    compare = [each for one in variants for each in ("--compare", one)]
    ran = _eval(place, *ASKED, *compare, "--json", "variants.json")
    assert ran.code == 0, ran.err
    assert "B: FOOTNOTE_SEARCH=words" in ran.out
    header = next(line for line in ran.out.splitlines() if line.split() == ["A", "B", "C", "D"])
    assert header
    found = json.loads((place / "variants.json").read_text("utf-8"))["variants"]
    assert [one["record"]["run"]["settings"]["FOOTNOTE_PASSAGES"] for one in found] == ["16", "16", "16", "1"]
    assert found[2]["record"]["run"]["index"]["centring"] == "none"
    assert all("words" in hit["found_by"] for each in found[1]["record"]["questions"] for hit in each["hits"])


# --- With a model -----------------------------------------------------------------------------------------------------


def _drafts(received: Received) -> Reply:
    """Answers a question about the pier, judges all answers, says nothing of the rest."""
    from tests.support.drafts import passages

    if '"judgement"' in json.dumps(received.body):
        return say({"why": "It says so.", "answers": True, "supported": True})
    if '"ready"' in json.dumps(received.body):
        return say({"ready": True})
    if '"standalone_question"' in json.dumps(received.body):
        return say({"question": "", "translation": ""})
    label = next((one for one, text in passages(received).items() if COST in text), None)
    if label is None or "cost" not in received.text.rpartition("Question")[2]:
        return say({"answers": False, "claims": []})
    claim = {"quotes": [{"passage": label, "quote": COST}], "text": "The pier cost 40 million crowns."}
    return say({"answers": True, "claims": [claim]})


def test_a_model_s_answers_are_scored_and_judged_apart(place: Path) -> None:
    with ModelServer() as server:
        server.respond = _drafts
        model = {"OPENAI_BASE_URL": server.url, "FOOTNOTE_MODEL": "scripted", "FOOTNOTE_MODEL_PRICE": "1/1"}
        found = _record(place, "--judge", FOOTNOTE_DAILY_USD="5", **model)
    cost = next(each for each in found["questions"] if each["id"] == "cost")
    assert (cost["verdict"], cost["mode"]) == ("right", "generated")
    assert found["run"]["model"] == "scripted"
    assert found["run"]["tokens"]["input"] > 0
    assert found["judge"]["n"] == 1
    assert found["judge"]["agreement"]["value"] == 1.0
    assert _metric(found, "tokens_mean")["value"] > 0
    ledgers = {file.resolve() for file in place.rglob("spending.db")}
    assert ledgers == {place / "spending.db"}  # a daily limit holds for the chat and all evaluations together


def test_a_model_that_does_not_answer_stops_the_run_before_it_begins(place: Path) -> None:
    with ModelServer() as server:
        server.respond = lambda _received: fail(401, "invalid_api_key")
        ran = _eval(place, *ASKED, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-wrong", FOOTNOTE_MODEL="scripted")
    assert ran.code == 1
    assert "key" in ran.err
    assert ran.out == ""


# --- Bad input --------------------------------------------------------------------------------------------------------


def test_every_wrong_row_is_named_by_line_and_field(place: Path) -> None:
    (place / "wrong.jsonl").write_text(
        '{"id": "a", "question": 5}\nnonsense\n{"id": "b", "question": "Who?", "facts": 1}\n'
    )
    ran = _eval(place, "--archive", "news", "--questions", "wrong.jsonl")
    assert ran.code == 2
    for told in ("Line 1, question:", "Line 2, ", "Line 3, facts:"):
        assert told in ran.err


def test_a_quote_that_is_not_there_is_shown_beside_the_nearest(place: Path) -> None:
    write_questions(place / "misquoted.jsonl", [row("a", "What cost?", "pier.txt", "The pier cost 50 million crowns")])
    ran = _eval(place, "--archive", "news", "--questions", "misquoted.jsonl")
    assert ran.code == 1
    assert "The pier cost 50 million crowns" in ran.err
    assert "The pier cost 40 million crowns" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (("--questions", "nowhere.jsonl"), "nowhere.jsonl cannot be read", 1),
        (("--questions", "empty.jsonl", "--archive", "news"), "There is no question in it", 2),
        (("--archive", "nowhere"), "There is no folder nowhere", 2),
        ((*ASKED, "--part", "nonsense"), "None of its questions is of the part nonsense", 2),
        ((*ASKED, "--fail-under", "nonsense=1"), "There is no metric “nonsense”", 2),
        ((*ASKED, "--fail-under", "right=much"), "names no value", 2),
        ((*ASKED, "--fail-if-worse"), "needs a run to compare with", 2),
        ((*ASKED, "--baseline", "nowhere.json"), "nowhere.json cannot be read", 1),
        ((*ASKED, "--baseline", "asked.jsonl"), "asked.jsonl is no record of an evaluation", 1),
        ((*ASKED, "--html", "nowhere/page.html"), "There is no folder", 2),
        ((*ASKED, "--judge"), "No language model is set", 2),
        ((*ASKED, "--compare", "NONSENSE=1"), "names no settings to compare", 2),
        ((*ASKED, "--compare", "FOOTNOTE_SEARCH=everything"), "FOOTNOTE_SEARCH should be", 2),
        ((*ASKED, "--compare", "FOOTNOTE_SEARCH=words", "--html", "x.html"), "--compare goes with", 2),
        (("--archive", "empty", "--questions", "asked.jsonl"), "no article", 1),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(place: Path, arguments: tuple[str, ...], told: str, code: int) -> None:
    (place / "empty.jsonl").touch()
    (place / "empty").mkdir(exist_ok=True)
    ran = _eval(place, *arguments)
    assert (ran.code, told in ran.err) == (code, True), ran.err
    assert ran.out == ""


# --- Questions drafted ------------------------------------------------------------------------------------------------


def test_questions_are_drafted_and_can_be_asked_as_they_are(place: Path) -> None:
    (place / "drafts.jsonl").unlink(missing_ok=True)
    ran = _eval(place, "--archive", "news", "--make-questions", "drafts.jsonl", "--most", "6")
    assert ran.code == 0, ran.err
    drafts = [json.loads(line) for line in (place / "drafts.jsonl").read_text("utf-8").splitlines()]
    assert 1 <= len(drafts) <= 6
    assert all(draft["draft"] is True for draft in drafts)
    asked = _eval(place, "--archive", "news", "--questions", "drafts.jsonl")
    assert asked.code == 0, asked.err
    assert f"{len(drafts)} of the questions are drafts that nobody has looked at." in asked.out
    again = _eval(place, "--archive", "news", "--make-questions", "drafts.jsonl")
    assert (again.code, "is there already" in again.err) == (2, True)
