"""Drafted questions: usable as they stand, spread over the archive, with evidence that is really there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot import assembly, model_errors
from bot.assistant import Assistant
from bot.evaluation import places
from bot.evaluation.cases import Case, read_rows
from bot.evaluation.drafting import Row, Tally, by_model, by_rules
from bot.home import MODEL
from bot.llm.adapter import LangChainModel, open_model
from bot.settings import Settings
from bot.types import Usage
from retrieval.languages import detect
from tests.support import model_server
from tests.support.indexing import write_articles
from tests.support.model_server import ModelServer, Received, say

pytestmark = pytest.mark.timeout(280)
HARBOUR = {
    "pier.txt": (
        "A pier for Port Elsin\n\n6 May 2019\n\n"
        "The new pier of Port Elsin opened on Monday. Mayor Ilse Brandt cut a ribbon before three hundred guests. "
        "Ilse Brandt said that the pier had taken eleven years to build. She leads the Harbour Party. "
        "A guest said that nobody had asked Ilse Brandt for it. "
        "The pier cost 40 million crowns, twice what the council had planned, and the opposition wants to know why.\n"
    ),
    "bac.txt": (
        "Le bac de Port Elsin\n\n8 mai 2019\n\n"
        "Le bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une panne de moteur. "
        "« Le bac reviendra avant Noël », a déclaré le directeur Henrik Sol. Henrik Sol a affirmé que tout irait bien. "
        "À Vardo, où les écoles sont fermées, les habitants attendent le médecin qui devait venir par le bac.\n"
    ),
    "profile.txt": (
        "The man behind the ferry\n\n2 May 2019\n\n"
        "President Ruben Olaussen was born in Vardo and studied law. "
        "Olaussen said on Thursday that the islands had waited long enough.\n"
    ),
}
COST = "The pier cost 40 million crowns, twice what the council had planned"
ASKED: Mapping[str, Any] = {
    "question": "How much was paid for Port Elsin's new pier?",
    "quote": COST,
    "answers": ["40 million crowns", "fifty", "Port Elsin"],
}


@pytest.fixture(scope="module")
def bundled(bundled_home: Path) -> Iterator[Assistant]:
    with closing(assembly.open_assistant(Settings(home=bundled_home))) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("drafting")
    (folder / MODEL).symlink_to(model_folder)
    assembly.ingest(Settings(home=folder), [write_articles(folder / "news", HARBOUR)])
    return folder


@pytest.fixture(scope="module")
def harbour(home: Path) -> Iterator[Assistant]:
    with closing(assembly.open_assistant(Settings(home=home))) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.play()
    return running


@pytest.fixture
def model(server: ModelServer) -> Iterator[LangChainModel]:
    with closing(open_model("scripted", api_key=None, base_url=server.url, backoff=0.01)) as model:
        yield model


def usable(rows: list[Row], assistant: Assistant) -> list[Case]:
    """The drafts as an evaluation reads them from a file; their evidence stands in the articles."""
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    cases = list(read_rows(lines, "drafts.jsonl"))
    places.find(cases, assistant.articles())
    assert [case.id for case in cases] == [f"draft-{n:03}" for n in range(1, len(rows) + 1)]
    assert all(case.draft and case.part == "draft" for case in cases)
    assert len({case.question for case in cases}) == len(cases)
    return cases


def by_question(rows: list[Row]) -> dict[str, Row]:
    return {row["question"].replace("\u00a0", " "): row for row in rows}


# --- By rules ---------------------------------------------------------------------------------------------------------


def test_drafts_by_rules_can_be_asked_as_they_are_and_come_the_same_each_time(
    bundled: Assistant, bundled_home: Path
) -> None:
    rows = list(by_rules(bundled, 40))
    cases = usable(rows, bundled)
    assert len(cases) == 40
    assert {case.lang for case in cases} == {"en", "fr"}
    assert {case.kind for case in cases} == {"same_language", "cross_lingual", "not_in_articles"}
    assert {case.expects for case in cases} == {"answer", "decline"}
    assert all((case.expects == "answer") == bool(case.evidence) for case in cases)
    with closing(assembly.open_assistant(Settings(home=bundled_home))) as other:
        assert list(by_rules(other, 40)) == rows


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_language_may_be_wished_for(bundled: Assistant, language: str) -> None:
    cases = usable(list(by_rules(bundled, 20, language)), bundled)
    assert {case.lang for case in cases} == {language}
    assert {detect(case.question) for case in cases} == {language}
    assert {"same_language", "cross_lingual"} <= {case.kind for case in cases}


def test_all_articles_are_asked_about_in_turn_the_newest_first(harbour: Assistant) -> None:
    rows = [row for row in by_rules(harbour, 50, "fr") if row["evidence"]]
    assert [row["evidence"][0][0]["article"] for row in rows[:3]] == ["bac.txt", "pier.txt", "profile.txt"]


def test_the_evidence_says_what_is_asked_for(harbour: Assistant) -> None:
    rows = by_question(list(by_rules(harbour, 50, "en")))
    (said,) = rows["What did Ilse Brandt say?"]["evidence"]
    sentence = "Ilse Brandt said that the pier had taken eleven years to build."
    assert said == [{"article": "pier.txt", "quote": sentence}]
    other = rows["What did Henrik Sol say?"]
    assert other["kind"] == "cross_lingual"
    assert "Henrik Sol a affirmé que tout irait bien." in [place["quote"] for place in other["evidence"][0]]


def test_what_is_named_in_several_articles_has_evidence_in_each(harbour: Assistant) -> None:
    rows = by_question(list(by_rules(harbour, 50, "fr")))
    found = next(row for text, row in rows.items() if "Vardo" in text)
    assert {place["article"] for place in found["evidence"][0]} == {"bac.txt", "profile.txt"}


def test_what_nearly_every_article_speaks_of_is_not_asked_about(bundled: Assistant) -> None:
    questions = by_question(list(by_rules(bundled, 200)))
    assert "What happened in Benina?" in questions
    assert not {"What happened in Libya?", "Que s'est-il passé en Libye ?"} & set(questions)


def test_only_ages_that_no_article_may_tell_are_asked_for(harbour: Assistant) -> None:
    rows = list(by_rules(harbour, 50))
    unanswered = by_question([row for row in rows if not row["evidence"]])
    assert set(unanswered) == {"Quel âge a Henrik Sol ?", "Quel âge a Ilse Brandt ?"}
    assert {row["kind"] for row in unanswered.values()} == {"not_in_articles"}
    assert 3 * len(unanswered) <= len(rows) - len(unanswered)


# --- By a model -------------------------------------------------------------------------------------------------------


def test_a_good_reply_becomes_a_draft_with_the_articles_own_words(
    harbour: Assistant, model: LangChainModel, server: ModelServer
) -> None:
    replies = {
        "40 million": [
            dict(ASKED, quote=f"“{COST}.”"),
            dict(ASKED, question="HOW MUCH was paid for Port Elsin’s new pier?"),
        ]
    }

    def respond(received: Received) -> model_server.Reply:
        prompt = received.text
        return say({"questions": next((value for words, value in replies.items() if words in prompt), [])})

    server.respond = respond
    tally = Tally()
    rows = list(by_model(harbour, model, 5, tally))
    usable(rows, harbour)
    assert rows == [
        {
            "id": "draft-001",
            "part": "draft",
            "lang": "en",
            "kind": "same_language",
            "question": ASKED["question"],
            "evidence": [[{"article": "pier.txt", "quote": COST}]],
            "facts": [],
            "answers": ["40 million crowns"],
            "answerable": True,
            "note": "written by scripted",
            "draft": True,
        }
    ]
    assert tally.dropped == {"asked already": 1}
    assert tally.usage == Usage(300, 60, None)
    prompts = [received.text for received in server.requests]
    assert [next(path for path, text in HARBOUR.items() if text.split("\n\n")[2][:20] in one) for one in prompts] == [
        "bac.txt", "pier.txt", "profile.txt",
    ]  # fmt: skip
    assert ["in French" in one for one in prompts] == [True, False, False]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quote": "The pier cost 50 million crowns"}, "quote not found"),
        ({"quote": "The pier cost … crowns"}, "quote not found"),
        ({"quote": ""}, "quote not found"),
        ({"question": "It cost 40 million."}, "not a question"),
        ({"question": " ? "}, "not a question"),
        ({"question": "Why " * 100 + "?"}, "not a question"),
        ({"question": None}, "not a question"),
    ],
)
def test_a_draft_that_cannot_be_used_is_dropped_and_counted(
    harbour: Assistant, model: LangChainModel, server: ModelServer, changes: Mapping[str, Any], reason: str
) -> None:
    server.respond = lambda _: say({"questions": [{**ASKED, **changes}]})
    tally = Tally()
    assert list(by_model(harbour, model, 5, tally)) == []
    assert tally.dropped == {reason: 3}


def test_of_each_article_no_more_is_asked_than_is_still_wanted(
    harbour: Assistant, model: LangChainModel, server: ModelServer
) -> None:
    server.respond = lambda received: say({"questions": [ASKED] if "40 million" in received.text else []})
    assert len(list(by_model(harbour, model, 1))) == 1
    assert len(server.requests) == 2
    assert "1 at most" in server.requests[0].text


def test_one_broken_reply_is_counted_and_the_next_article_is_shown(
    harbour: Assistant, model: LangChainModel, server: ModelServer
) -> None:
    answers = {"Nordfahrt": say("I would rather not."), "40 million": say({"questions": [ASKED]})}
    server.respond = lambda received: next(
        (reply for words, reply in answers.items() if words in received.text), say({"questions": "none"})
    )
    tally = Tally()
    rows = list(by_model(harbour, model, 5, tally))
    assert [row["question"] for row in rows] == [ASKED["question"]]
    assert tally.dropped == {"no usable reply": 2}


def test_a_model_that_never_replies_as_asked_is_given_up(
    bundled: Assistant, model: LangChainModel, server: ModelServer
) -> None:
    server.respond = lambda _: say("I would rather not.")
    tally = Tally()
    with pytest.raises(model_errors.NoObject):
        list(by_model(bundled, model, 50, tally))
    assert tally.dropped == {"no usable reply": 4}
    server.play()
    server.respond = lambda _: say({"questions": []})
    assert list(by_model(bundled, model, 50)) == []
    assert len(server.requests) == 4


def test_a_server_that_is_down_is_said(harbour: Assistant) -> None:
    with ModelServer() as server:
        url = server.url
    model = open_model("scripted", api_key=None, base_url=url, backoff=0.01)
    with closing(model), pytest.raises(model_errors.Unreachable):
        list(by_model(harbour, model, 5))


def test_a_window_too_small_for_a_passage_is_said(harbour: Assistant, server: ModelServer) -> None:
    model = open_model("scripted", api_key=None, base_url=server.url, window=900)
    with closing(model), pytest.raises(model_errors.ContextOverflow):
        list(by_model(harbour, model, 5))
    assert server.requests == []


def test_a_long_article_is_shown_a_few_passages_at_a_time(
    bundled: Assistant, model: LangChainModel, server: ModelServer
) -> None:
    def respond(received: Received) -> model_server.Reply:
        passage = received.body["messages"][-1]["content"].split("\n")[1]
        words = " ".join(passage.split(" ")[:9])
        return say({"questions": [{"question": f"Who wrote “{words}”?", "quote": words, "answers": []}]})

    server.respond = respond
    rows = list(islice(by_model(bundled, model, 100), 7))
    usable(rows, bundled)
    places = [row["evidence"][0][0] for row in rows]
    assert len({place["article"] for place in places[:5]}) == 5
    assert {place["article"] for place in places[5:]} < {place["article"] for place in places[:5]}
