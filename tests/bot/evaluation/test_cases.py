"""Rows of questions read: what is right, what is wrong with a row and where, and when a question is another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import seeds
from bot.conversations import Conversations, Key, Turn
from bot.errors import UnreadableBatch
from bot.evaluation.cases import Expects, Fact, Place, Questions, case_of, digest_of, read_file, read_rows
from bot.evaluation.errors import BadQuestions
from bot.feedback import exported
from bot.render.kept import kept_object
from bot.telegram.store import Store
from bot.types import Outcome
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

Row = dict[str, Any]
WHOLE: Row = {
    "id": "q1",
    "part": "build",
    "lang": "en",
    "kind": "same_language",
    "question": "How long did it take?",
    "history": ["Who built it?"],
    "evidence": [[{"article": "harbour.txt", "quote": "eleven years"}, {"article": "ferry.txt", "quote": "onze ans"}]],
    "relevant": {"harbour.txt": 2, "ferry.txt": 1},
    "facts": [{"en": r"\beleven\b", "fr": r"\bonze\b"}],
    "answers": ["eleven years", "11 years"],
    "forbidden": [{"en": "ten"}],
    "answerable": True,
    "draft": True,
    "note": "from the mayor",
}
PLACE = WHOLE["evidence"][0][0]


def lines(*rows: object) -> list[bytes]:
    return [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows]


def faults(*given: bytes) -> tuple[str, ...]:
    with pytest.raises(BadQuestions) as caught:
        read_rows(given, "mine.jsonl")
    return caught.value.faults


def test_a_row_with_all_that_it_may_hold() -> None:
    (case,) = read_rows(lines(WHOLE), "mine.jsonl")
    assert case.evidence == ((Place("harbour.txt", "eleven years"), Place("ferry.txt", "onze ans")),)
    assert case.facts == (
        Fact((("en", r"\beleven\b"), ("fr", r"\bonze\b"))),
        Fact(spellings=("eleven years", "11 years")),
    )
    assert case.forbidden == (Fact((("en", "ten"),)),)
    assert (case.id, case.part, case.lang, case.kind) == ("q1", "build", "en", "same_language")
    assert (case.question, case.history) == ("How long did it take?", ("Who built it?",))
    assert (case.relevant, case.expects) == ({"harbour.txt": 2.0, "ferry.txt": 1.0}, "answer")
    assert (case.draft, case.note) == (True, "from the mayor")


def test_a_question_alone_is_enough() -> None:
    case = case_of({"id": 7, "question": "Why?"})
    assert (case.id, case.part, case.lang, case.kind, case.expects) == ("7", "all", None, "question", "unknown")
    assert (case.history, case.evidence, case.facts, case.forbidden, case.note) == ((), (), (), (), None)
    assert not case.draft


@pytest.mark.parametrize(
    ("row", "expects"),
    [
        ({"evidence": [[PLACE]]}, "answer"),
        ({"relevant": ["a.txt"]}, "answer"),
        ({"facts": [{"en": "x"}]}, "answer"),
        ({"answers": ["x"]}, "answer"),
        ({"answerable": True}, "answer"),
        ({"answerable": False}, "decline"),
        ({"evidence": []}, "decline"),
        ({"evidence": None}, "unknown"),
        ({"evidence": [], "facts": [{"en": "x"}]}, "answer"),
        ({"relevant": {"a.txt": 0}}, "unknown"),
        ({"forbidden": [{"en": "x"}]}, "unknown"),
        ({"kind": "false_premise", "evidence": [[PLACE]]}, "either"),
        ({"kind": "false_premise", "evidence": []}, "either"),
        ({"kind": "to_label", "evidence": []}, "unknown"),
    ],
)
def test_what_is_right_follows_from_what_is_known(row: Row, expects: Expects) -> None:
    assert case_of({"id": "q1", "question": "Why?", **row}).expects == expects


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id", None, "id: should be a name of the row's own"),
        ("id", " ", "id: should be a name of the row's own"),
        ("id", True, "id: should be a name of the row's own"),
        ("part", 3, "part: should be a string"),
        ("lang", "de", "lang: should be one of en, fr, or left out"),
        ("lang", ["en"], "lang: should be one of en, fr, or left out"),
        ("kind", ["x"], "kind: should be a string"),
        ("question", None, "question: should be a string that isn't empty"),
        ("question", " \n", "question: should be a string that isn't empty"),
        ("history", "Why?", "history: should be a list"),
        ("history", ["Why?", ""], "history[1]: should be a string that isn't empty"),
        ("evidence", {}, "evidence: should be a list"),
        ("evidence", [PLACE], "evidence[0]: should be a list that isn't empty"),
        ("evidence", [[PLACE], []], "evidence[1]: should be a list that isn't empty"),
        ("evidence", [["eleven"]], 'evidence[0][0]: should be {"article": …, "quote": …}'),
        ("evidence", [[PLACE, {"quote": "x"}]], "evidence[0][1].article: should be the path of an article"),
        ("evidence", [[{"article": "a.txt", "quote": " "}]], "evidence[0][0].quote: should be words of the article"),
        ("evidence", [[{**PLACE, "start": -1}]], "evidence[0][0].start: should be the offset of the quote"),
        ("evidence", [[{**PLACE, "start": "0"}]], "evidence[0][0].start: should be the offset of the quote"),
        ("evidence", [[{**PLACE, "start": True}]], "evidence[0][0].start: should be the offset of the quote"),
        ("relevant", "a.txt", "relevant: should be a list of articles, or an object of articles with grades"),
        ("relevant", [3], "relevant[0]: should be a string that isn't empty"),
        ("relevant", {"a.txt": -1}, "relevant: should be a list of articles, or an object of articles with grades"),
        ("relevant", {"a.txt": True}, "relevant: should be a list of articles, or an object of articles with grades"),
        ("relevant", {"a.txt": float("nan")}, "relevant: should be a list of articles, or an object"),
        ("relevant", {"a.txt": float("inf")}, "relevant: should be a list of articles, or an object"),
        ("relevant", {"a.txt": 10**400}, "relevant: should be a list of articles, or an object"),
        ("facts", [{}], 'facts[0]: should be {"en": pattern, "fr": pattern}'),
        ("facts", [{"en": "x"}, "y"], 'facts[1]: should be {"en": pattern, "fr": pattern}'),
        ("facts", [{"de": "x"}], "facts[0].de: the languages are en, fr"),
        ("facts", [{"en": ""}], "facts[0].en: should be a regular expression"),
        ("facts", [{"fr": "(onze"}], "facts[0].fr: is no regular expression (missing ), unterminated subpattern"),
        ("facts", [{"en": "x{99999999999999999999}"}], "facts[0].en: is no regular expression"),
        ("facts", [{"en": "x|"}], "facts[0].en: even an answer that says nothing would match it"),
        ("facts", [{"en": "(eleven )?"}], "facts[0].en: even an answer that says nothing would match it"),
        ("forbidden", [{"en": ".*"}], "forbidden[0].en: even an answer that says nothing would match it"),
        ("forbidden", [{"fr": "["}], "forbidden[0].fr: is no regular expression"),
        ("answers", "eleven", "answers: should be a list"),
        ("answers", ["eleven", 11], "answers[1]: should be a string that isn't empty"),
        ("answerable", "yes", "answerable: should be true or false"),
        ("answerable", 1, "answerable: should be true or false"),
        ("answerable", False, "answerable: it is false, but there is evidence, or a fact to be said"),
        ("draft", "yes", "draft: should be true or false"),
        ("note", 5, "note: should be a string"),
    ],
)
def test_what_is_wrong_is_named_by_its_line_and_field(field: str, value: object, told: str) -> None:
    (fault,) = faults(*lines({"id": "q0", "question": "Why?"}, {**WHOLE, field: value}))
    assert fault.startswith(f"Line 2, {told}")
    assert fault.endswith(".")


@pytest.mark.parametrize("known", ["evidence", "relevant", "facts", "answers"])
def test_what_cannot_be_answered_can_have_no_right_answer(known: str) -> None:
    with pytest.raises(ValueError, match="answerable: it is false, but"):
        case_of({"id": "q1", "question": "Why?", "answerable": False, known: WHOLE[known]})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "the whole row: it is not JSON in UTF-8"),
        (b"[]", "the whole row: it is not a JSON object"),
        ('{"id": "q1", "question": "été"}'.encode("latin-1"), "the whole row: it is not JSON in UTF-8"),
        (b'{"id": "q1", "question": "\\ud800"}', "the whole row: it is not JSON in UTF-8"),
        (b"[" * 100_000, "the whole row: it is not JSON in UTF-8"),
    ],
)
def test_a_row_that_is_none_is_named_by_its_line(line: bytes, told: str) -> None:
    assert faults(b"\n", line) == (f"Line 2, {told}.",)


def test_all_that_is_wrong_is_told_at_once() -> None:
    given = lines({"id": "q1", "question": ""}, WHOLE, {**WHOLE, "id": "q2", "lang": "de"}, WHOLE, "row")
    assert [fault.split(":")[0] for fault in faults(*given)] == [
        "Line 1, question", "Line 3, lang", "Line 4, id", "Line 5, the whole row",
    ]  # fmt: skip


def test_of_many_faults_the_first_are_shown_and_the_rest_counted() -> None:
    with pytest.raises(BadQuestions) as caught:
        read_rows([b"{\n"] * 25, "mine.jsonl")
    shown = caught.value.message.splitlines()
    assert shown[0] == "The questions in mine.jsonl cannot be used."
    assert (shown[1][:7], shown[10][:8], shown[-1]) == ("Line 1,", "Line 10,", "… and 15 more.")
    assert caught.value.exit_code == 2
    assert len(caught.value.faults) == 25


def test_two_rows_of_one_name_are_told_with_both_lines() -> None:
    assert faults(*lines({**WHOLE, "id": 1}), b"\n", *lines({**WHOLE, "id": "1"})) == (
        "Line 3, id: '1' is that of line 1 already.",
    )


def test_a_file_as_windows_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    first, second = lines({**WHOLE, "question": "Où ?"}, {**WHOLE, "id": "q2"})
    file.write_bytes(b"\xef\xbb\xbf" + first.replace(b"\n", b"\r\n") + b"\r\n" + second.rstrip())
    read = read_file(file)
    assert (read.name, [case.question for case in read.cases]) == ("mine.jsonl", ["Où ?", "How long did it take?"])
    assert read.cases[0].digest == digest_of({**WHOLE, "question": "Où ?"})


def test_a_file_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(UnreadableBatch, match=path.name):
            read_file(path)


CHANGED: Mapping[str, object] = {
    "id": "q9",
    "question": "How long?",
    "history": [],
    "evidence": [[PLACE]],
    "relevant": {"harbour.txt": 1},
    "facts": [{"en": "ten"}],
    "answers": ["eleven years"],
    "forbidden": [],
    "answerable": None,
    "kind": "dated",
    "lang": "fr",
}


@pytest.mark.parametrize("field", CHANGED)
def test_a_row_is_another_where_what_is_asked_or_right_changes(field: str) -> None:
    assert digest_of({**WHOLE, field: CHANGED[field]}) != digest_of(WHOLE)


def test_a_row_stays_the_same_whatever_is_remarked_and_however_it_is_written() -> None:
    turned = dict(reversed(WHOLE.items()))
    turned["evidence"] = [[dict(reversed(place.items())) for place in group] for group in WHOLE["evidence"]]
    remarked = {**turned, "note": "another", "verdict": "up", "remark": "Just so.", "reason": None}
    escaped = json.loads(json.dumps(remarked, ensure_ascii=True))
    assert case_of(escaped).digest == case_of(WHOLE).digest == digest_of(WHOLE)


def test_a_set_is_the_same_in_any_order_and_another_with_another_row() -> None:
    one, two = read_rows(lines(WHOLE, {**WHOLE, "id": "q2"}), "mine.jsonl")
    assert Questions("a", (one, two)).digest == Questions("b", (two, one)).digest
    assert Questions("a", (one,)).digest != Questions("a", (one, two)).digest


def test_a_pattern_is_shown_by_language_and_spellings_together() -> None:
    one, two = case_of(WHOLE).facts
    assert (one.shown, two.shown) == (dict(WHOLE["facts"][0]), {"any of": "eleven years | 11 years"})


def test_the_bundled_questions_are_read() -> None:
    rows = (seeds.folder() / "questions.jsonl").read_text("utf-8").splitlines()
    read = read_file(seeds.folder() / "questions.jsonl")
    assert len(read.cases) == len(rows) >= 220
    expected = {"not_in_articles": "decline", "false_premise": "either"}
    assert all(case.expects == expected.get(case.kind, case.expects) != "unknown" for case in read.cases)


def test_what_people_thought_of_answers_is_read_as_it_is_exported(tmp_path: Path) -> None:
    outcomes: dict[str, Outcome] = {
        "a1": answered(cite(HARBOUR, BUILT), question="How long?"),
        "a2": answered(cite(FERRY, "La compagnie parle d'une panne.")),
        "a3": declined(cite(HARBOUR, BUILT), question="Who paid?"),
        "a4": answered(cite(HARBOUR, BUILT)),
        "a5": declined(),
    }
    with (
        closing(Store(tmp_path / "telegram.sqlite")) as store,
        closing(Conversations(tmp_path / "talks.sqlite")) as talks,
    ):
        parent = ""
        for at, (name, outcome) in enumerate(outcomes.items()):
            typed = outcome.question.text
            turn = Turn(name, typed, typed, outcome.language, kept_object(outcome), parent=parent)
            talks.add(Key("telegram:-5", "0"), turn)
            store.feedback.vote(name, 7, "up" if at < 3 else "down", float(at))
            parent = name
        store.feedback.remark(7, "Just so.", 9.0, "a1")
        cases = read_rows(lines(*exported(store, talks)), "feedback.jsonl")
    assert [(case.part, case.expects) for case in cases] == [
        ("feedback", "answer"), ("feedback", "answer"), ("feedback", "decline"),
        ("feedback", "unknown"), ("feedback", "unknown"),
    ]  # fmt: skip
    assert cases[0].evidence == ((Place("harbour.txt", BUILT),),)
    assert cases[1].history == ("How long?",)
