"""Updating an archive on a real server: words come first, nothing is published for nothing, failures are made good."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from retrieval import builds, sync, vectoring
from retrieval.catalogue import Catalogue
from retrieval.errors import EmbedderUnavailable, IndexBusy, ServerUnreachable
from retrieval.index import Index
from retrieval.planning import Recipe
from retrieval.shared.moving import bring_home
from retrieval.shared.publishing import publish
from retrieval.shared.pulling import here, is_ahead, published_in
from retrieval.shared.reading import Shared
from retrieval.shared.server import Server, passages_name
from retrieval.shared.updating import update
from retrieval.sync import ingest
from retrieval.types import Selection
from tests.support.chroma import ChromaServer
from tests.support.indexing import (
    SETTINGS,
    TEXTS,
    HashedEmbedder,
    let_another_version_have_made,
    paragraphs,
    recipe,
    shown,
    words,
    write_articles,
)
from tests.support.sharing import answers, lying


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight passages are many."""
    monkeypatch.setattr(sync, "AT_ONCE", 3)
    monkeypatch.setattr(vectoring, "STEP", 2)
    monkeypatch.setattr(vectoring, "PORTION", 3)


def shared_recipe(embedder: HashedEmbedder | None = None, **changes: Any) -> Recipe:
    return replace(recipe(embedder), shared=True, **changes)


def words_of(home: Path, folder: Path, chroma: Server) -> None:
    """Ingest, words alone."""
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe(), vectors="later"))


def go_on(home: Path, chroma: Server, embedder: HashedEmbedder | None = None, steps: int | None = None) -> bool:
    made = shared_recipe(embedder)
    publish = partial(update, home, chroma, words, lambda: vectoring.bring(home, made), patience=5.0)
    return vectoring.catch_up(home, made, steps=steps, bring_in=publish)


def reader(home: Path, chroma: Server) -> Index:
    return Index(home, Shared(Server(chroma.place), words))


def compared(index: Index) -> int:
    """How many passages are compared under a filter that leaves all articles."""
    articles = frozenset(one.id for one in index.catalogue.articles())
    names, rows = index.vectors_of(Selection(articles, True, len(articles), 0, len(articles)))
    assert len(rows) == len(names)
    return len(names)


def test_other_machines_find_words_first_and_vectors_as_they_come(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    words_of(home, folder, chroma)
    with closing(reader(tmp_path / "b", chroma)) as other:
        assert other.catalogue.waiting_count() == 8 == other.words.passage_count()
        assert all(check.ok for check in other.check()), other.check()
        assert compared(other) == 0
    assert go_on(home, chroma, steps=3)
    with closing(reader(tmp_path / "b", chroma)) as other:
        left = other.catalogue.waiting_count()
        assert 0 < left < 8
        assert other.vectors.count() == 8 - left
        assert all(check.ok for check in other.check()), other.check()
        assert compared(other) == 8 - left
    assert go_on(home, chroma)
    assert answers(tmp_path / "b", running.url) == answers(home, running.url) == paragraphs(TEXTS)
    in_portions = lying(chroma)
    for name in chroma.names():
        chroma.drop(name)
    alone = tmp_path / "alone"
    update(alone, chroma, words, lambda: ingest([folder], alone, shared_recipe(), vectors="at once"))
    assert lying(chroma) == in_portions


def test_another_machine_can_go_on_with_it(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    words_of(home, folder, chroma)
    assert go_on(home, chroma, steps=2)
    other, embedder = tmp_path / "b", HashedEmbedder()
    update(other, chroma, words, lambda: None)
    assert go_on(other, chroma, embedder)
    assert 0 < len(embedder.texts) < 9
    assert answers(home, running.url) == paragraphs(TEXTS)


def test_changes_of_another_machine_come_in_between(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    words_of(home, folder, chroma)
    go_on(home, chroma, steps=2)
    other = tmp_path / "b"
    texts = {**TEXTS, "bridge.txt": "Bridge\n\nIt fell.", "new.txt": "New\n\nIt is new."}
    write_articles(folder, texts)
    update(other, chroma, words, lambda: ingest([folder], other, shared_recipe(), vectors="later"))
    assert go_on(home, chroma)
    assert answers(home, running.url) == answers(other, running.url) == paragraphs(texts)


def test_while_another_writes_what_was_embedded_waits(folder: Path, home: Path, chroma: Server) -> None:
    words_of(home, folder, chroma)
    embedder = HashedEmbedder()
    made = shared_recipe(embedder)
    publish = partial(update, home, chroma, words, lambda: vectoring.bring(home, made))
    with closing(Server(chroma.place)) as other, other.writing(), pytest.raises(IndexBusy):
        vectoring.catch_up(home, made, bring_in=publish)
    before = len(embedder.texts)
    assert before and go_on(home, chroma, embedder)
    assert len(embedder.texts) == 9


def test_an_update_that_changes_nothing_publishes_nothing(folder: Path, home: Path, chroma: Server) -> None:
    def again(**how: Any) -> int:
        update(home, chroma, words, lambda: ingest([folder], home, shared_recipe(), vectors="at once"), **how)
        return chroma.generation()

    first = again()
    assert again() == first
    assert again(always=True) > first
    second = chroma.generation()
    name = passages_name(asdict(SETTINGS))
    chroma.delete(name, [next(iter(chroma.rows(name, [])))[0]])
    assert again() > second  # what went missing there is sent again
    assert chroma.count(name) == 8


class Failing(Server):
    """Goes away when something is to be written."""

    def put(self, *_: Any) -> None:
        raise ServerUnreachable("The Chroma server is gone.")


def test_after_a_publication_that_failed_this_machine_goes_on_and_the_next_update_publishes(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe(), vectors="at once"))
    texts = {**TEXTS, "new.txt": "New\n\nIt is new."}
    write_articles(folder, texts)
    with pytest.raises(ServerUnreachable), closing(Failing(chroma.place)) as failing:
        update(home, failing, words, lambda: ingest([folder], home, shared_recipe()))
    assert is_ahead(home)
    with closing(reader(home, chroma)) as here_now:
        assert sorted(one.path for one in here_now.catalogue.articles()) == sorted(texts)
        assert all(check.ok for check in here_now.check()), here_now.check()
        assert compared(here_now) == 8  # what the server has
    assert answers(tmp_path / "b", running.url) == paragraphs(TEXTS)
    embedder = HashedEmbedder()
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe(embedder)))
    assert not is_ahead(home) and embedder.texts == []
    assert answers(tmp_path / "b", running.url) == paragraphs(texts)


def test_a_reader_beside_an_update_does_not_fetch_the_old_state_over_it(
    folder: Path, home: Path, chroma: Server, running: ChromaServer
) -> None:
    """Made anew, the replica has published nothing yet; a question that comes in then must not take that for empty."""
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe()))
    changed = shared_recipe(settings=replace(SETTINGS, analysis="2"))

    def anew() -> Path | None:
        ingest([folder], home, changed)
        with closing(reader(home, chroma)) as asking:
            assert len(list(asking.catalogue.articles())) == 3
        return builds.current(home)

    made = update(home, chroma, words, anew)
    assert builds.current(home) == made
    with closing(Catalogue(made or home)) as catalogue:
        assert catalogue.settings().analysis == "2"
    assert published_in(home) == chroma.generation()
    assert answers(home, running.url) == paragraphs(TEXTS)


def test_one_process_of_a_machine_at_a_time(home: Path, chroma: Server) -> None:
    with here(home), pytest.raises(IndexBusy, match=r"Process \d+ has been writing"):
        update(home, chroma, words, lambda: None)
    with closing(Server(chroma.place)) as other, other.writing():
        pass  # the server's right to write was not taken along


def test_an_index_that_is_catching_up_can_be_moved_and_brought_home(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe(), vectors="later")
    vectoring.catch_up(home, recipe(), steps=2)
    with chroma.writing() as term:
        publish(home, chroma, term)
    back = tmp_path / "back"
    bring_home(back, tmp_path / "replica", chroma, words)
    embedder = HashedEmbedder()
    assert vectoring.catch_up(back, recipe(embedder)) and 0 < len(embedder.texts) < 9
    assert shown(back) == paragraphs(TEXTS)
    assert go_on(tmp_path / "replica", chroma)
    assert answers(tmp_path / "c", running.url) == paragraphs(TEXTS)


def test_a_replica_of_another_version_beside_an_empty_server_is_made_anew(
    folder: Path, home: Path, chroma: Server, running: ChromaServer
) -> None:
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe()))
    for name in chroma.names():
        chroma.drop(name)
    let_another_version_have_made(home)
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe()))
    assert answers(home, running.url) == paragraphs(TEXTS)


def test_a_server_that_lost_everything_gets_it_again(
    folder: Path, home: Path, chroma: Server, running: ChromaServer
) -> None:
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe()))
    for name in chroma.names():
        chroma.drop(name)
    embedder = HashedEmbedder()
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe(embedder)))
    assert answers(home, running.url) == paragraphs(TEXTS)
    assert embedder.texts == []


def test_vectors_that_are_lost_everywhere_are_made_again(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe()))
    other = tmp_path / "b"  # a replica that never embedded
    update(other, chroma, words, lambda: None)
    name = passages_name(asdict(SETTINGS))
    chroma.delete(name, [one for one, *_ in chroma.rows(name, [])][:3])
    embedder = HashedEmbedder()
    update(other, chroma, words, lambda: None)
    assert go_on(other, chroma, embedder)
    assert 3 <= len(embedder.texts) <= 4
    assert answers(tmp_path / "c", running.url) == paragraphs(TEXTS)


def test_an_update_that_failed_before_it_changed_anything_leaves_nothing_to_publish(
    folder: Path, home: Path, chroma: Server, running: ChromaServer
) -> None:
    def failing() -> None:
        raise EmbedderUnavailable("No server.", "Start it.")

    update(home, chroma, words, lambda: ingest([folder], home, shared_recipe()))
    with pytest.raises(EmbedderUnavailable):
        update(home, chroma, words, failing)
    assert not is_ahead(home)
    assert answers(home, running.url) == paragraphs(TEXTS)
