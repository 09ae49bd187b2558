"""Assembly: from settings to things that work, in homes of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import seeds
from bot import assembly
from bot.errors import BadSettings, DamagedInstallation
from bot.home import MODEL
from bot.judging import judgement
from bot.settings import Settings
from bot.types import Question
from retrieval.errors import BadEmbedderSetting, NoIndex, OutdatedIndex
from tests.support.command import footnote
from tests.support.drafts import drafting, says
from tests.support.model_server import ModelServer

ARTICLE = (
    "The harbour of Port Elsin\n\nThe new pier opened on Monday. Mayor Ilse Brandt spoke to three hundred people.\n"
)


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Path:
    """An empty home, with the embedder's files in place."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / MODEL).symlink_to(model_folder)
    return folder


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with one article."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "harbour.txt").write_text(ARTICLE, "utf-8")
    return folder


def test_without_an_archive_of_its_own_the_bundled_articles_are_meant(home: Path, news: Path) -> None:
    assert assembly.archive(Settings(home=home)) == seeds.folder()
    assert assembly.archive(Settings(home=home, archive=news)) == news


def test_an_archive_that_is_not_there_is_a_wrong_setting_and_named(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home, archive=tmp_path / "nowhere")
    with pytest.raises(BadSettings, match=r"FOOTNOTE_ARCHIVE .*nowhere"):
        assembly.archive(settings)
    assert [check.ok for check in assembly.doctor(settings) if check.name == "archive"] == [False]


def test_the_first_question_builds_the_index_and_the_second_does_not(home: Path, news: Path) -> None:
    stages: list[str] = []

    def progress(stage: str, _done: int, _total: int) -> None:
        stages.append(stage)

    settings = Settings(home=home, archive=news)
    first = assembly.open_assistant(settings, build_if_missing=True, progress=progress)
    assert [article.title for article in first.articles()] == ["The harbour of Port Elsin"]
    first.close()
    assert {"reading", "embedding"} <= set(stages)
    stages.clear()
    second = assembly.open_assistant(settings, build_if_missing=True, progress=progress)
    assert second.search("Who opened the pier?", 3)[0].passage.text in ARTICLE
    second.close()
    assert "embedding" not in stages


def test_without_an_index_that_is_said_before_an_embedder_is_loaded(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "nowhere", embeddings="no.such:Embedder")
    with pytest.raises(NoIndex) as raised:
        assembly.open_assistant(settings)
    assert raised.value.next_step
    assert not (tmp_path / "nowhere").exists()


def test_an_embedder_that_is_not_there_leaves_the_home_as_it_was(home: Path, news: Path) -> None:
    settings = Settings(home=home, archive=news, embeddings="no.such:Embedder")
    with pytest.raises(BadEmbedderSetting):
        assembly.open_assistant(settings, build_if_missing=True)
    with pytest.raises(NoIndex):
        assembly.open_assistant(Settings(home=home))


def test_a_source_comes_and_goes(home: Path, news: Path) -> None:
    settings = Settings(home=home)
    report = assembly.ingest(settings, [news])
    assert (report.added, report.changed) == (1, 0)
    assert assembly.ingest(settings, [news]).added == 0
    assembly.remove(settings, "news")
    index = assembly.open_index(settings)
    assert index.catalogue.articles() == ()
    index.close()


def test_an_index_of_before_these_settings_is_one_of_their_defaults(bundled_home: Path) -> None:
    index = assembly.open_index(Settings(home=bundled_home))
    made = index.catalogue.settings()
    index.close()
    assert (made.analysis, made.centring) == ("2", "languages/0.8")


@pytest.mark.parametrize("name", ["FOOTNOTE_CENTRING", "FOOTNOTE_NAMES"])
def test_what_an_index_is_made_with_makes_it_outdated_both_ways_and_the_chat_makes_it_anew(
    home: Path, news: Path, name: str
) -> None:
    assembly.ingest(Settings(home=home), [news])
    for value in ("off", "on"):
        settings = Settings.from_env({name: value}, home=home)
        with pytest.raises(OutdatedIndex, match="other settings") as raised:
            assembly.open_assistant(settings)
        assert raised.value.next_step == f"Make it anew: footnote ingest {news}"
        chat = footnote("chat", home=home, typed="Who opened the new pier?\n", **{name: value})
        assert (chat.code, chat.err.count("made anew")) == (0, 1)
        assert "other settings" in chat.err
        again = footnote("ask", "Who opened the new pier?", home=home, **{name: value})
        assert (again.code, again.err) == (0, "")


@pytest.mark.parametrize("centring", [True, False])
def test_what_a_claim_may_say_does_not_depend_on_how_is_searched(home: Path, tmp_path: Path, centring: bool) -> None:
    cost = "The pier cost 40 million crowns, twice what the council had planned."
    (tmp_path / "pier.txt").write_text(f"The pier\n\n{cost}\n", "utf-8")
    settings = Settings(home=home, centring=centring)
    assembly.ingest(settings, [tmp_path / "pier.txt"])
    loose = says("La jetée fut deux fois plus chère que prévu par la municipalité.", cost)
    with ModelServer() as server:
        server.respond = drafting([loose])
        assistant = assembly.open_assistant(replace(settings, openai_base_url=server.url))
        try:
            outcome = assistant.answer(Question("Combien a coûté la jetée ?"))
        finally:
            assistant.close()
    assert outcome.trace.drafting is not None
    assert {fault.kind for one in outcome.trace.drafting.examined for fault in one.faults} == {"meaning"}
    assert not any(one.shown for one in outcome.trace.drafting.examined)


@pytest.mark.parametrize("search", ["words", "vectors"])
def test_either_way_to_search_alone_serves_the_index_that_both_made(bundled_home: Path, search: str) -> None:
    settings = Settings.from_env({"FOOTNOTE_SEARCH": search}, home=bundled_home)
    assistant = assembly.open_assistant(settings)
    try:
        outcome = assistant.answer(Question("Where were the French commandos stationed?"))
        assert {hit.found_by for hit in outcome.trace.hits} == {(search,)}
        assert outcome.trace.candidates
    finally:
        assistant.close()


@pytest.mark.parametrize("passages", [1, 20])
def test_as_many_passages_are_weighed_as_are_set(bundled_home: Path, passages: int) -> None:
    assistant = assembly.open_assistant(Settings(home=bundled_home, passages=passages))
    try:
        outcome = assistant.answer(Question("Who is Khalifa Haftar?"))
        assert len(outcome.trace.hits) == passages
    finally:
        assistant.close()


def test_an_answer_comes_from_the_bundled_articles(bundled_home: Path) -> None:
    assistant = assembly.open_assistant(Settings(home=bundled_home))
    try:
        outcome = assistant.answer(Question("Who is Khalifa Haftar?"))
        assert (outcome.archive.articles, outcome.mode, outcome.language) == (5, "quotes", "en")
        assert outcome.trace.hits
    finally:
        assistant.close()


def test_the_doctor_finds_the_bundled_home_in_order(bundled_home: Path) -> None:
    checks = assembly.doctor(Settings(home=bundled_home))
    assert [check.name for check in checks if check.ok is False] == []
    assert {"index", "texts", "words", "vectors", "embedder", "search", "answers"} <= {
        check.name for check in checks if check.ok
    }
    assert next(check for check in checks if check.name == "model").ok is None


def test_the_doctor_names_everything_that_is_wrong_at_once_and_what_to_do(tmp_path: Path) -> None:
    checks = assembly.doctor(Settings(home=tmp_path / "nowhere", embeddings="no.such:Embedder"))
    wrong = {check.name: check for check in checks if check.ok is False}
    assert set(wrong) == {"index", "embedder"}
    assert all(check.message and check.next_step for check in wrong.values())
    assert not (tmp_path / "nowhere").exists()


def test_the_doctor_names_a_damaged_installation(
    bundled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.judging.files", lambda _: tmp_path)
    judgement.cache_clear()
    with pytest.raises(DamagedInstallation):
        assembly.open_assistant(Settings(home=bundled_home))
    wrong = [check for check in assembly.doctor(Settings(home=bundled_home)) if check.ok is False]
    assert [(check.name, check.next_step) for check in wrong] == [("answers", "Install Footnote again.")]
