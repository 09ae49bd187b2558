"""One story in several papers: cited once with the other places named, counted as one source, its differences told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot import assembly
from bot.assistant import Assistant
from bot.evidence import block, pack
from bot.home import MODEL
from bot.render.json import outcome_object
from bot.render.kept import Kept, kept_object
from bot.render.phrases import phrases
from bot.render.telegram.origins import source_lines
from bot.render.telegram.source import source_message
from bot.render.text import outcome_text
from bot.settings import Settings
from bot.telegram.texts import texts
from bot.types import Answered, Citation, Elsewhere, Outcome, Question
from retrieval.types import Article, Filter, Span
from tests.support.wire import sentences

SAID = "Mayor Ilse Brandt said “the pier of Port Elsin” would cost 40 million crowns."
OTHERWISE = SAID.replace("40", "60")
STORY = sentences(1, 12)
ADDED = "The divers of Tarn want to be paid for their work at the pier of Port Elsin."


def row(name: str, outlet: str, published: str, title: str, said: Sequence[str]) -> dict[str, str]:
    paragraphs = [" ".join(said[at : at + 3]) for at in range(0, len(said), 3)]
    text = "\n\n".join(paragraphs)
    return {"id": name, "outlet": outlet, "published": published, "title": title, "text": text, "language": "en"}


def opened(parent: Path, model: Path, rows: Sequence[dict[str, str]]) -> Assistant:
    home = parent / "home"
    home.mkdir()
    (home / MODEL).symlink_to(model)
    folder = parent / "news"
    folder.mkdir()
    (folder / "news.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    assembly.ingest(Settings(home=home), [folder])
    return assembly.open_assistant(Settings(home=home))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Assistant]:
    """Three papers print an agency's story, one of them in its own typography and with a paragraph more."""
    curly = SAID.replace("“", '"').replace("”", '"').replace("would cost", "would\ncost")
    rows = [
        row("a", "Lissa Post", "2016-03-05", "Pier to cost 40 million", [SAID, *STORY]),
        row("b", "Tarn Post", "2016-03-04", "Divers want money", [curly, *STORY, ADDED]),
        row("c", "Reuters", "2016-03-03", "Port Elsin pier", [SAID, *STORY]),
        row("d", "Ulmen Post", "2016-03-04", "Rain", ["It rains in Ulmen. Nobody goes out.", *sentences(2, 9)]),
    ]
    with closing(opened(tmp_path_factory.mktemp("wire"), model_folder, rows)) as made:
        yield made


def asked(assistant: Assistant, question: str) -> Answered:
    outcome: Outcome = assistant.answer(Question(question))
    assert isinstance(outcome, Answered), outcome
    return outcome


COST = "What did Mayor Ilse Brandt say the pier of Port Elsin would cost?"


def test_a_story_is_cited_once_from_the_agency_and_its_other_prints_are_named(assistant: Assistant) -> None:
    (citation,) = asked(assistant, COST).citations
    assert (citation.quote, citation.article.outlet) == (SAID, "Reuters")
    assert [one.article.outlet for one in citation.also] == ["Tarn Post", "Lissa Post"]
    assert [" ".join(one.quote.split()) for one in citation.also] == [SAID.replace("“", '"').replace("”", '"'), SAID]


def test_the_other_prints_are_told_everywhere(assistant: Assistant) -> None:
    outcome = asked(assistant, COST)
    places = "the same in Tarn Post, 4 March 2016; Lissa Post, 5 March 2016"
    assert f"Port Elsin pier · Reuters · 3 March 2016 ({places})" in outcome_text(outcome)
    (citation,) = outcome_object(outcome)["citations"]
    assert [(one["outlet"], one["published"]) for one in citation["also"]] == [
        ("Tarn Post", "2016-03-04"),
        ("Lissa Post", "2016-03-05"),
    ]
    kept = Kept.read(json.loads(json.dumps(kept_object(outcome))))
    assert places in source_lines(kept, phrases("en"))[0].message().text
    assert places in source_message(kept, 1, outcome.citations[0].article, texts("en")).text
    french = assistant.answer(Question(COST, language="fr"))
    assert "(de même dans Tarn Post, 4 mars 2016 ; Lissa Post" in outcome_text(french).replace("2016; ", "2016 ; ")


def test_prints_take_one_place_among_the_passages_found_and_what_one_adds_keeps_its_own(assistant: Assistant) -> None:
    hits = assistant.search("pier of Port Elsin divers paid", 10)
    holding = [hit for hit in hits if SAID.split("“")[0] in hit.passage.text]
    assert len(holding) == 1
    added = [hit for hit in hits if ADDED in hit.passage.text]
    assert [assistant.article(hit.passage.article_id).outlet for hit in added] == ["Tarn Post"]
    (citation,) = asked(assistant, "What do the divers of Tarn want?").citations[:1]
    assert (citation.article.outlet, citation.also) == ("Tarn Post", ())


def test_a_model_is_told_that_prints_of_a_story_are_one_source(assistant: Assistant) -> None:
    hits = assistant.search("pier of Port Elsin divers paid", 10)
    stories = {hit.passage.article_id: "story 0" for hit in hits}
    packed = pack(hits, assistant.article, "f", len, 100_000, stories)
    assert packed[0].same_story is None
    assert {one.same_story for one in packed[1:]} == {packed[0].label}
    assert f"| the same story as [{packed[0].label}], printed elsewhere: one source\n" in block(packed[1])


def test_a_place_that_holds_other_words_cannot_be_named() -> None:
    article = Article("1", "s", "a", SAID)
    other = Article("2", "s", "b", OTHERWISE)
    whole = Span(0, len(SAID))
    with pytest.raises(ValueError, match="do not stand"):
        Citation(1, article, 0, len(SAID), whole, (Elsewhere(other, 0, len(OTHERWISE)),))
    with pytest.raises(ValueError, match="do not stand"):
        Citation(1, article, 0, len(SAID), whole, (Elsewhere(article, 0, len(SAID) - 1),))


def test_a_figure_that_one_print_gives_otherwise_is_told(tmp_path: Path, model_folder: Path) -> None:
    rows = [
        row("a", "Lissa Post", "2016-03-05", "Pier", [SAID, *STORY]),
        row("b", "Tarn Post", "2016-03-04", "Divers", [OTHERWISE, *STORY]),
        row("c", "Ulmen Post", "2016-03-06", "Port Elsin", [SAID, *STORY]),
    ]
    with closing(opened(tmp_path, model_folder, rows)) as assistant:
        outcome = asked(assistant, COST)
        assert {citation.quote for citation in outcome.citations} == {SAID, OTHERWISE}
        assert [(one.article.outlet, len(one.also)) for one in outcome.citations if one.quote == SAID] == [
            ("Lissa Post", 1)
        ]
        (told,) = outcome.differing
        assert told.kind == "number"
        assert len(told.sides) == 2


def test_an_older_version_is_not_answered_from(tmp_path: Path, model_folder: Path) -> None:
    rows = [
        row("a", "Lissa Post", "2016-03-04", "Pier of Port Elsin to cost 40 million", [SAID, *STORY]),
        row("b", "Lissa Post", "2016-03-06", "Pier of Port Elsin to cost 60 million", [OTHERWISE, *STORY, ADDED]),
    ]
    with closing(opened(tmp_path, model_folder, rows)) as assistant:
        outcome = asked(assistant, COST)
        assert [citation.quote for citation in outcome.citations] == [OTHERWISE]
        assert outcome.differing == ()
        old, new = sorted(assistant.articles(), key=lambda one: one.published or "")
        assert assistant.replaced() == {old.id: new.id}
        only = assistant.answer(Question(COST, filter=Filter(article="news.jsonl#a")))
        assert not isinstance(only, Answered)
        assert "newer version, which answers in its place: “news.jsonl#b”" in " ".join(only.notices)


def test_what_a_relative_time_means_is_told_beside_the_quote(tmp_path: Path, model_folder: Path) -> None:
    said = "The pier of Port Elsin was closed on Tuesday after the storm, the harbour master said."
    rows = [
        row("a", "Lissa Post", "2016-03-10", "Pier", [said, *STORY]),
        row("b", "Tarn Post", "2016-03-10", "Mole", ["The mole of Tarn will be closed on Friday.", *sentences(2, 9)]),
    ]
    question = Question("When was the pier of Port Elsin closed?")
    with closing(opened(tmp_path, model_folder, rows)) as assistant:
        outcome = assistant.answer(question)
        french = outcome_text(assistant.answer(replace(question, language="fr")))
    assert isinstance(outcome, Answered)
    (citation,) = outcome.citations
    assert citation.quote == said  # word for word
    assert "(“on Tuesday”: 8 March 2016)" in outcome_text(outcome)
    (told,) = outcome_object(outcome)["citations"][0]["times"]
    assert (told["words"], told["from"], told["to"]) == ("on Tuesday", "2016-03-08", "2016-03-08")
    assert citation.article.text[told["start"] : told["end"]] == "on Tuesday"
    kept = Kept.read(json.loads(json.dumps(kept_object(outcome))))
    assert "(“on Tuesday”: 8 March 2016)" in source_lines(kept, phrases("en"))[0].message().text
    assert "“on Tuesday”: 8 March 2016" in source_message(kept, 1, citation.article, texts("en")).text
    assert "on Tuesday" in french and "8 mars 2016)" in french
