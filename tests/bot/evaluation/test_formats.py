"""Question sets as they come: what is asked, what is right, and the articles they bring; what is wrong is named."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import public_sets
from bot.errors import UnreadableBatch
from bot.evaluation import places
from bot.evaluation.cases import Case, Fact, Place
from bot.evaluation.errors import BadQuestions
from bot.evaluation.formats import load
from retrieval.errors import HomeNotWritable
from retrieval.reading import Document, read_source
from retrieval.types import Article

PIER = "The pier of Port Elsin opened on Monday. Ilse Brandt opened it; the pier cost 40 million crowns."
FERRY = "Le bac de Port Elsin ne circule plus depuis mardi. Le directeur s'appelle Henrik Sol."


def answer(words: str, text: str = PIER) -> dict[str, Any]:
    return {"text": words, "answer_start": text.index(words)}


def squad() -> dict[str, Any]:
    """Two titles with a paragraph each, and three questions, of which one has no answer there."""
    opened = {
        "id": "q1",
        "question": "Who opened the pier of Port Elsin?",
        "answers": [answer("Ilse Brandt"), answer("Brandt"), answer("Ilse Brandt")],
    }
    age = {
        "id": "q2",
        "question": "How old is Ilse Brandt?",
        "is_impossible": True,
        "answers": [],
        "plausible_answers": [answer("40")],
    }
    head = {"id": 3, "question": "Qui dirige la compagnie ?", "answers": [answer("Henrik Sol", FERRY)]}
    return {
        "version": "v2.0",
        "data": [
            {"title": "A pier", "paragraphs": [{"context": PIER, "qas": [opened, age]}]},
            {"title": "Le bac", "paragraphs": [{"context": FERRY, "qas": [head]}]},
        ],
    }


def write_squad(folder: Path, value: object) -> Path:
    path = folder / "harbour.json"
    path.write_text(json.dumps(value), "utf-8")
    return path


CORPUS = (
    {
        "_id": "d1", "title": "A pier", "text": PIER,
        "metadata": {"date": "2019-05-06", "outlet": "Elsin Courier", "author": ["Ada Voss", "Rui"], "weight": 3},
    },
    {"_id": "d2", "title": "Le bac", "text": FERRY},
    {"_id": 3, "title": "A headline alone", "text": ""},
)  # fmt: skip
QUERIES = (
    {"_id": "q1", "text": "What did the pier cost?"},
    {"_id": "q2", "text": "Qui dirige le bac ?", "metadata": {"answers": ["Henrik Sol"]}},
    {"_id": "q3", "text": "Where is the mayor?"},
    {"_id": "q4", "text": "Is this a question to train with?"},
)
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t1\n"


def write_beir(
    folder: Path,
    corpus: Sequence[object] = CORPUS,
    queries: Sequence[object] = QUERIES,
    qrels: Mapping[str, str] = {"test": QRELS, "train": "query-id\tcorpus-id\tscore\nq4\td1\t1\n"},
) -> Path:
    path = folder / "harbour"
    (path / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        (path / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    for split, table in qrels.items():
        (path / "qrels" / f"{split}.tsv").write_text(table, "utf-8")
    return path


def documents(archive: Path | None) -> list[Document]:
    """The articles as an ingest reads them."""
    assert archive is not None
    found = list(read_source(archive))
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def keys(cases: Sequence[Case], archive: Path | None) -> list[places.Key]:
    """The evidence, found in the articles that came along."""
    read = documents(archive)
    return places.find(cases, [Article(f"id{n}", "s", one.path, one.text) for n, one in enumerate(read)])


def faults(path: Path, work: Path) -> str:
    with pytest.raises(BadQuestions) as error:
        load(path, work)
    assert not work.exists() or not list(work.iterdir())
    return "\n".join(error.value.faults)


# --- Ours -------------------------------------------------------------------------------------------------------------


def test_our_own_questions_bring_no_articles_along(tmp_path: Path) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_text('{"id": 1, "question": "Why?"}\n', "utf-8")
    questions, archive = load(path, tmp_path / "work")
    assert (questions.name, [case.id for case in questions.cases], archive) == ("ours.jsonl", ["1"], None)
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("name", ["none.jsonl", "none.json", "none"])
def test_what_is_not_there_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableBatch, match=f"{name} cannot be read"):
        load(tmp_path / name, tmp_path / "work")


def test_a_set_without_questions_and_a_file_of_another_kind_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    assert faults(empty, tmp_path / "work") == "There is no question in it."
    table = tmp_path / "table.csv"
    table.write_text("question\n")
    assert "neither .jsonl, nor .json" in faults(table, tmp_path / "work")


# --- SQuAD ------------------------------------------------------------------------------------------------------------


def test_a_squad_file_gives_questions_whose_evidence_stands_in_the_articles_it_brings(tmp_path: Path) -> None:
    questions, archive = load(write_squad(tmp_path, squad()), tmp_path / "work")
    opened, age, head = questions.cases
    assert questions.name == "harbour.json"
    assert [(one.id, one.lang, one.kind, one.expects) for one in questions.cases] == [
        ("q1", "en", "answerable", "answer"),
        ("q2", "en", "unanswerable", "decline"),
        ("3", "fr", "answerable", "answer"),
    ]
    assert opened.evidence == (
        (Place("harbour.jsonl#0-0", "Ilse Brandt", 41), Place("harbour.jsonl#0-0", "Brandt", 46)),
    )
    assert opened.facts == (Fact(spellings=("Ilse Brandt", "Brandt")),)
    assert (age.evidence, age.facts) == ((), ())
    assert head.evidence[0][0].article == "harbour.jsonl#1-0"
    assert [(one.path, one.text, one.metadata) for one in documents(archive)] == [
        ("harbour.jsonl#0-0", PIER, {"title": "A pier"}),
        ("harbour.jsonl#1-0", FERRY, {"title": "Le bac"}),
    ]
    assert [len(key.groups) for key in keys(questions.cases, archive)] == [1, 0, 1]


def test_an_answer_may_be_a_sign_alone(tmp_path: Path) -> None:
    dash = {"id": 1, "question": "Which mark?", "answers": [{"text": ";", "answer_start": PIER.index(";")}]}
    value = {"data": [{"title": "A pier", "paragraphs": [{"context": PIER, "qas": [dash]}]}]}
    (case,) = load(write_squad(tmp_path, value), tmp_path / "work")[0].cases
    assert (case.expects, case.facts, len(case.evidence)) == ("answer", (Fact(spellings=(";",)),), 1)


def test_squads_first_version_says_nothing_of_impossible_questions_and_needs_no_titles(tmp_path: Path) -> None:
    value = {"data": [{"paragraphs": squad()["data"][1]["paragraphs"]}]}
    questions, archive = load(write_squad(tmp_path, value), tmp_path / "work")
    assert [case.expects for case in questions.cases] == ["answer"]
    assert documents(archive)[0].metadata == {}


def test_the_same_set_gives_the_same_bytes_and_leaves_nothing_beside_them(tmp_path: Path) -> None:
    for path in (write_squad(tmp_path, squad()), write_beir(tmp_path)):
        questions, archive = load(path, tmp_path / "work")
        assert archive is not None
        before = archive.read_bytes()
        again, same = load(path, tmp_path / "work")
        assert (again.digest, same, archive.read_bytes()) == (questions.digest, archive, before)
        assert [one.name for one in (tmp_path / "work").iterdir()] == ["harbour.jsonl"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "work").write_text("a file")
    with pytest.raises(HomeNotWritable):
        load(write_squad(tmp_path, squad()), tmp_path / "work")


GONE = object()
FIRST = ("data", 0, "paragraphs", 0)
QA = (*FIRST, "qas", 0)


def broken(*changes: tuple[tuple[str | int, ...], object]) -> object:
    """The set with other values at these places, or none."""
    value: Any = squad()
    for (*way, last), other in changes:
        parent = value
        for key in way:
            parent = parent[key]
        if other is GONE:
            del parent[last]
        else:
            parent[last] = other
    return value


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("data",), {}, "data: should be a list"),
        (("data",), [], "There is no article in it."),
        (("data", 0), "A pier", "data[0]: should be an object."),
        (("data", 1, "paragraphs"), GONE, "data[1].paragraphs: should be a list."),
        (("data", 0, "title"), {}, 'data[0].paragraphs[0]: "title" is not a string.'),
        ((*FIRST, "context"), " ", "data[0].paragraphs[0]: It is empty."),
        ((*FIRST, "context"), 7, "data[0].paragraphs[0]: The row has no text."),
        ((*FIRST, "context"), PIER + "\ud800", "data[0].paragraphs[0]: It holds halves of characters"),
        ((*FIRST, "qas"), None, "data[0].paragraphs[0].qas: should be a list."),
        ((*QA, "id"), "q2", "data[0].paragraphs[0].qas[1].id: 'q2' is that of an earlier question already."),
        ((*QA, "id"), GONE, "data[0].paragraphs[0].qas[0].id: should be a name"),
        ((*QA, "question"), "", "data[0].paragraphs[0].qas[0].question: should be a string that isn't empty."),
        ((*QA, "answers"), [], "data[0].paragraphs[0].qas[0].answers: should be a list that isn't empty."),
        ((*QA, "answers"), GONE, "data[0].paragraphs[0].qas[0].answers: should be a list that isn't empty."),
        ((*QA, "answers", 1), "Brandt", "data[0].paragraphs[0].qas[0].answers[1]: should be an object."),
        ((*QA, "answers", 0, "text"), None, "qas[0].answers[0].text: should be a string that isn't empty."),
        ((*QA, "answers", 0, "answer_start"), "41", "qas[0].answers[0].answer_start: should be the offset"),
        ((*QA, "answers", 1, "answer_start"), 45, "answers[1].answer_start: at 45 stands ' Brand', not 'Brandt'."),
        ((*QA, "is_impossible"), "no", "qas[0].is_impossible: should be true or false."),
        ((*QA, "is_impossible"), True, "qas[0].answers: there are some, but is_impossible is true."),
    ],
)
def test_what_is_wrong_in_a_squad_file_is_named_by_its_place(
    tmp_path: Path, place: tuple[str | int, ...], value: object, said: str
) -> None:
    assert said in faults(write_squad(tmp_path, broken((place, value))), tmp_path / "work")


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    value = broken(((*QA, "question"), 3), ((*FIRST, "qas", 1, "id"), []), (("data", 1), 0))
    assert faults(write_squad(tmp_path, value), tmp_path / "work").count("should be") == 3


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe{", b"[]", b'"data"', b"[" * 100_000])
def test_a_file_that_holds_no_squad_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    assert "should be" in faults(path, tmp_path / "work") or "not JSON" in faults(path, tmp_path / "work")


# --- BEIR -------------------------------------------------------------------------------------------------------------


def test_a_beir_folder_gives_graded_articles_answers_and_what_is_known_of_the_articles(tmp_path: Path) -> None:
    questions, archive = load(write_beir(tmp_path), tmp_path / "work")
    cost, head, mayor = questions.cases
    assert [(one.id, one.lang, one.expects) for one in questions.cases] == [
        ("q1", "en", "answer"),
        ("q2", "fr", "answer"),
        ("q3", "en", "unknown"),
    ]
    assert (dict(cost.relevant), cost.facts) == ({"harbour.jsonl#d1": 2.0}, ())
    assert (dict(head.relevant), head.facts) == ({"harbour.jsonl#d2": 1.0}, (Fact(spellings=("Henrik Sol",)),))
    assert (dict(mayor.relevant), mayor.facts) == ({}, ())
    pier, ferry, headline = documents(archive)
    assert pier.metadata == {
        "title": "A pier",
        "published": "2019-05-06",
        "outlet": "Elsin Courier",
        "author": "Ada Voss, Rui",
    }
    assert (ferry.text, headline.text, headline.path) == (FERRY, "A headline alone", "harbour.jsonl#3")
    assert [len(key.relevant) for key in keys(questions.cases, archive)] == [1, 1, 0]


def test_answers_may_stand_in_the_row_itself_and_are_enough_to_expect_an_answer(tmp_path: Path) -> None:
    path = write_beir(tmp_path, queries=[{"_id": "q1", "text": "Who?", "answers": ["Sol"]}, *QUERIES[1:]])
    (path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\r\nq2\td2\t1\r\n")
    first = load(path, tmp_path / "work")[0].cases[0]
    assert (first.expects, first.facts) == ("answer", (Fact(spellings=("Sol",)),))


def test_the_only_split_is_taken_whatever_its_name_and_of_several_without_a_test_none(tmp_path: Path) -> None:
    path = write_beir(tmp_path, qrels={"dev": QRELS})
    assert len(load(path, tmp_path / "work")[0].cases) == 4
    (path / "qrels" / "train.tsv").write_text(QRELS)
    with pytest.raises(BadQuestions, match=r"dev\.tsv, train\.tsv, but no test\.tsv"):
        load(path, tmp_path / "work")


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_missing_in_the_folder_is_named(tmp_path: Path, missing: str) -> None:
    path = write_beir(tmp_path, qrels={"test": QRELS})
    (path / missing).unlink()
    with pytest.raises((UnreadableBatch, BadQuestions), match=missing.partition("/")[0]):
        load(path, tmp_path / "work")


@pytest.mark.parametrize(
    ("corpus", "queries", "qrels", "said"),
    [
        ([*CORPUS, "{"], QUERIES, QRELS, "corpus.jsonl, line 4: it is not a JSON object in UTF-8."),
        ([*CORPUS, []], QUERIES, QRELS, "corpus.jsonl, line 4: it is not a JSON object in UTF-8."),
        ([*CORPUS, {"text": "x"}], QUERIES, QRELS, "corpus.jsonl, line 4, _id: should be"),
        ([*CORPUS, {"_id": "d1"}], QUERIES, QRELS, "corpus.jsonl, line 4, _id: 'd1' is that of line 1 already."),
        ([*CORPUS, {"_id": "d4"}], QUERIES, QRELS, "corpus.jsonl, line 4: The row has no text."),
        ([*CORPUS, {"_id": "d4", "text": ""}], QUERIES, QRELS, "corpus.jsonl, line 4: The row has no text."),
        ([*CORPUS, {"_id": "d4", "text": "x", "metadata": 3}], QUERIES, QRELS, "line 4, metadata: should be an object"),
        (
            [*CORPUS, {"_id": "d4", "text": "x", "metadata": {"url": {}}}],
            QUERIES, QRELS, 'corpus.jsonl, line 4: "url" is not a string.',
        ),
        ([], QUERIES, QRELS, "There is no article in it."),
        (CORPUS, [], "query-id\tcorpus-id\tscore\n", "There is no question in it."),
        (CORPUS, [*QUERIES, {"_id": "q9"}], QRELS, "queries.jsonl, line 5, text: should be a string"),
        (CORPUS, [*QUERIES, {"_id": "q1", "text": "?"}], QRELS, "queries.jsonl, line 5, _id: 'q1' is that of line 1"),
        (CORPUS, [*QUERIES, {"_id": "q9", "text": "?", "answers": "Sol"}], QRELS, "line 5, answers: should be a list"),
        (CORPUS, QUERIES, "q1\td1\t1\n", "qrels/test.tsv, line 1: should be query-id, corpus-id, score"),
        (CORPUS, QUERIES, "", "qrels/test.tsv, line 1: should be query-id, corpus-id, score"),
        (CORPUS, QUERIES, QRELS + "q1 d2 1\n", "qrels/test.tsv, line 5: should have three columns"),
        (CORPUS, QUERIES, QRELS + "q1\td2\tyes\n", "qrels/test.tsv, line 5, score: should be a number, not 'yes'."),
        (CORPUS, QUERIES, QRELS + "q1\td2\tinf\n", "qrels/test.tsv, line 5, score: should be a number, not 'inf'."),
        (CORPUS, QUERIES, QRELS + "q7\td2\t1\n", "qrels/test.tsv, line 5, query-id: queries.jsonl has no 'q7'."),
        (CORPUS, QUERIES, QRELS + "q1\td7\t1\n", "qrels/test.tsv, line 5, corpus-id: corpus.jsonl has no 'd7'."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_beir_folder_is_named_by_its_place(
    tmp_path: Path, corpus: Sequence[object], queries: Sequence[object], qrels: str, said: str
) -> None:
    with pytest.raises(BadQuestions) as error:
        load(write_beir(tmp_path, corpus, queries, {"test": qrels}), tmp_path / "work")
    assert said in "\n".join(error.value.faults)
    assert "Traceback" not in error.value.message


# --- Public sets ------------------------------------------------------------------------------------------------------


def convert(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, *more: str) -> Path:
    """The set of this name in the folder, converted as the command line does it."""
    arguments = ["--data", str(folder), "--set", name, "--to", str(folder / "to"), *more]
    monkeypatch.setattr(sys, "argv", ["public_sets", *arguments])
    public_sets.main()
    return folder / "to" / (name if name in public_sets.BEIR else f"{name}.json")


def write_set(folder: Path, name: str, documents: Sequence[object], queries: Sequence[object]) -> None:
    (folder / name).mkdir()
    for kind, rows in (("documents", documents), ("queries", queries)):
        (folder / name / f"{kind}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_paragraphs_with_answers_become_squad_under_their_titles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(
        tmp_path,
        "squad2_en",
        [
            {"id": "a", "title": "Pier", "text": PIER},
            {"id": "b", "title": "Bac", "text": FERRY},
            {"id": "c", "title": "Pier", "text": "The pier is long."},
        ],
        [
            {"id": "q1", "question": "Who?", "about": "a", "answers": ["Ilse Brandt", "Brandt"],
             "answer_starts": [46, 41, 41, 3], "type": "answerable"},
            {"id": "q2", "question": "How old?", "about": "c", "answers": [], "answer_starts": [],
             "type": "unanswerable"},
        ],
    )  # fmt: skip
    path = convert(monkeypatch, tmp_path, "squad2_en", "--documents", "1")
    questions, archive = load(path, tmp_path / "work")
    assert [(one.path, one.metadata["title"]) for one in documents(archive)] == [
        ("squad2_en.jsonl#0-0", "Pier"),
        ("squad2_en.jsonl#0-1", "Pier"),
    ]
    assert [one.expects for one in questions.cases] == ["answer", "decline"]
    assert [(place.quote, place.start) for place in questions.cases[0].evidence[0]] == [
        ("Brandt", 46),
        ("Ilse Brandt", 41),
    ]


def test_news_and_snippets_become_a_folder_with_judgements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = [
        {"id": f"d{n}", "title": "T", "text": f"Text {n}", "date": "2022-06-12", "source": "cnn.com", "url": "u"}
        for n in range(9)
    ]
    asked = {"question": "Which?", "answers": ["Text 4"], "relevant": ["d4"], "date": "2022-06-16"}
    write_set(
        tmp_path,
        "realtimeqa_2022",
        news,
        [{"id": "q1", "type": "gold", **asked}, {"id": "q2", "type": "weak", **asked}],
    )
    path = convert(monkeypatch, tmp_path, "realtimeqa_2022", "--documents", "3")
    questions, archive = load(path, tmp_path / "work")
    (case,) = questions.cases
    assert (dict(case.relevant), case.facts) == ({"realtimeqa_2022.jsonl#d4": 1.0}, (Fact(spellings=("Text 4",)),))
    read = documents(archive)
    assert len(read) == 3
    assert "realtimeqa_2022.jsonl#d4" in [one.path for one in read]
    assert read[0].metadata == {"title": "T", "published": "2022-06-12", "outlet": "cnn.com", "url": "u"}

    contradicting = {
        "id": "q1",
        "type": "counterfactual",
        "contradicting": ["d5"],
        **asked,
        "answers": [["Text 4", "Text IV"]],
    }
    write_set(tmp_path, "rgb_counterfactual_en", news, [contradicting])
    questions, archive = load(convert(monkeypatch, tmp_path, "rgb_counterfactual_en"), tmp_path / "work")
    assert list(questions.cases[0].relevant) == ["rgb_counterfactual_en.jsonl#d4"]
    assert questions.cases[0].facts == (Fact(spellings=("Text 4", "Text IV")),)
    assert len(documents(archive)) == 9


def test_a_set_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match=r"piaf_fr.queries\.jsonl cannot be read"):
        convert(monkeypatch, tmp_path, "piaf_fr")
