"""An archive on a real Chroma server: what one home publishes another answers from, whatever happens on the way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval import builds
from retrieval.catalogue import Catalogue
from retrieval.errors import BadServer, DamagedIndex, IndexBusy, NoIndex, ServerUnreachable
from retrieval.index import Index
from retrieval.shared import records, server
from retrieval.shared.moving import bring_home
from retrieval.shared.publishing import publish
from retrieval.shared.pulling import note, pull
from retrieval.shared.reading import Shared
from retrieval.shared.server import ARTICLES, Place, Server, Term, passages_name, sentences_name
from retrieval.sync import ingest, remove
from tests.support.chroma import ChromaServer, chroma_server
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
from tests.support.killing import rows
from tests.support.model_server import ModelServer
from tests.support.sharing import answers, lying, published

CONTEXT = multiprocessing.get_context("spawn")


# --- Publishing and pulling -------------------------------------------------------------------------------------------


def test_what_one_home_publishes_another_answers_from(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    assert answers(tmp_path / "b", running.url) == paragraphs(TEXTS)


def test_changes_moves_and_removals_arrive_and_only_they_travel(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    other = tmp_path / "b"
    pull(other, chroma, words)
    before = builds.current(other)
    texts = {**TEXTS, "bridge.txt": "Bridge\n\nIt fell.", "new.txt": "New\n\nIt is new."}
    del texts["forest.txt"]
    write_articles(folder, texts)
    (folder / "harbour.txt").rename(folder / "quay.txt")
    texts["quay.txt"] = texts.pop("harbour.txt")
    ingest([folder], home, recipe())
    sent: list[str] = []
    put = Server.put

    def noted(self: Server, name: str, them: Any) -> None:
        sent.extend([name] * len(them))
        put(self, name, them)

    monkeypatch.setattr(Server, "put", noted)
    published(home, chroma)
    assert sent.count(passages_name(asdict(SETTINGS))) == 3
    assert sent.count(ARTICLES) == 4  # three that are new, changed or moved, and one that went
    assert answers(other, running.url) == paragraphs(texts)
    assert builds.current(other) == before  # brought up to date in place
    assert rows_but_vectors(other) == rows_but_vectors(home)


def rows_but_vectors(home: Path) -> dict[str, Any]:
    """What a replica holds as its original does."""
    build = builds.current(home)
    assert build is not None
    with closing(Catalogue(build)) as catalogue:
        return {
            table: sorted(map(repr, catalogue.rows(f"SELECT * FROM {table}")))
            for table in ("articles", "passages", "sources", "likeness", "stories", "replaced", "learnt", "former")
        }


def test_a_replica_can_write_in_turn_and_nothing_of_the_others_is_lost(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    shared = replace(recipe(), shared=True)
    ingest([folder], home, recipe())
    published(home, chroma)
    other = tmp_path / "b"
    pull(other, chroma, words)
    more = write_articles(tmp_path / "more", {"moon.txt": "Moon\n\nThe moon is far."})
    ingest([more], other, shared, vectors="at once")
    published(other, chroma)
    assert answers(tmp_path / "c", running.url) == paragraphs({**TEXTS, "moon.txt": "Moon\n\nThe moon is far."})
    pull(tmp_path / "c", chroma, words)
    remove("news", other, shared)
    published(other, chroma)
    assert answers(tmp_path / "c", running.url) == {"moon.txt": ["Moon", "The moon is far."]}


def test_a_publication_that_was_killed_shows_nothing_and_is_made_good(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    texts = {**TEXTS, "bridge.txt": "Bridge\n\nIt fell.", "new.txt": "New\n\nIt is new."}
    write_articles(folder, texts)
    ingest([folder], home, recipe())
    for calls in range(12):
        dying = Dying(chroma.place, calls)
        with suppress(KeyboardInterrupt), closing(dying), chroma.writing() as term:
            publish(home, dying, term)
            break
        assert answers(tmp_path / f"reader-{calls}", running.url) == paragraphs(TEXTS)
    else:
        raise AssertionError("it never got through")
    assert calls > 1  # what was sent stays sent
    assert answers(tmp_path / "reader", running.url) == paragraphs(texts)
    same = lying(chroma)
    for name in chroma.names():
        chroma.drop(name)
    published(home, chroma)
    assert lying(chroma) == same


class Dying(Server):
    """Ends before it has written so often."""

    def __init__(self, place: Place, calls: int) -> None:
        super().__init__(place)
        self._left = calls

    def put(self, *values: Any) -> None:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        super().put(*values)


def test_other_settings_are_another_archive_which_readers_go_over_to_whole(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    other = tmp_path / "b"
    pull(other, chroma, words)
    changed = recipe(settings=replace(SETTINGS, analysis="2"))
    ingest([folder], home, changed)
    published(home, chroma)
    assert answers(other, running.url) == paragraphs(TEXTS)
    published(home, chroma)
    now = passages_name({**asdict(SETTINGS), "analysis": "2"})
    assert [name for name in chroma.names() if "passages" in name] == [now]


def test_a_replica_that_lost_its_way_is_fetched_anew(folder: Path, home: Path, tmp_path: Path, chroma: Server) -> None:
    ingest([folder], home, recipe())
    first = published(home, chroma)
    other = tmp_path / "b"
    pull(other, chroma, words)
    write_articles(folder, {**TEXTS, "new.txt": "New\n\nIt is new."})
    ingest([folder], home, recipe())
    published(home, chroma)
    build = builds.current(other)
    assert build is not None
    remove("news", other, replace(recipe(), shared=True))  # behind everybody's back
    note(other, first)
    pull(other, chroma, words)
    assert builds.current(other) != build
    assert rows_but_vectors(other) == rows_but_vectors(home)


def test_it_can_be_brought_home_without_embedding(folder: Path, home: Path, tmp_path: Path, chroma: Server) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    back = tmp_path / "back"
    assert bring_home(back, tmp_path / "replica", chroma, words) == 8
    there, here = rows(back), rows(home)
    for table in ("embeddings", "vectors"):  # Chroma scales each vector once more, in the last bit
        one, other = (np.stack([np.frombuffer(row[1], np.float32) for row in of[table]]) for of in (there, here))
        assert np.allclose(one, other, atol=1e-6)
        there[table] = here[table] = []
    assert there == here
    assert shown(back) == paragraphs(TEXTS)
    embedder = HashedEmbedder()
    assert ingest([folder], back, recipe(embedder)).unchanged == 3
    assert embedder.texts == []


# --- Who writes -------------------------------------------------------------------------------------------------------


def _hold(url: str, held: Any) -> None:
    with Server(Place(url)).writing():
        held.set()
        time.sleep(600)


@pytest.fixture
def holder(chroma: Server) -> Iterator[Any]:
    """A process that writes to the archive, and does not end."""
    held = CONTEXT.Event()
    process = CONTEXT.Process(target=_hold, args=(chroma.place.url, held))
    process.start()
    assert held.wait(60)
    yield process
    process.kill()
    process.join()


def test_one_writes_at_a_time_and_the_other_is_told_who(chroma: Server, holder: Any) -> None:
    with pytest.raises(IndexBusy, match=rf"Process {holder.pid} on \S+ has been writing to the shared archive since"):
        chroma.writing().__enter__()
    assert str(holder.pid) in (chroma.holder() or "")


def test_a_writer_that_died_is_succeeded_when_its_lease_is_over(
    chroma: Server, holder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.kill()
    holder.join()
    with pytest.raises(IndexBusy):
        chroma.writing().__enter__()
    monkeypatch.setattr(server, "LEASE", 0.0)
    with chroma.writing() as term:
        term.check()
        assert term.number > 1
    assert chroma.holder() is None


def test_a_writer_that_slept_too_long_publishes_nothing(
    folder: Path, home: Path, running: ChromaServer, chroma: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], home, recipe())
    monkeypatch.setattr(server, "LEASE", 0.0)
    with chroma.writing() as slept, closing(Server(Place(running.url))) as second, second.writing() as term:
        publish(home, second, term)
        generation = second.generation()
        with pytest.raises(IndexBusy, match="taken over"):
            publish(home, chroma, slept)
        assert second.generation() == generation == term.number > slept.number


def test_a_writer_that_is_paused_is_succeeded(chroma: Server, holder: Any) -> None:
    os.kill(holder.pid, signal.SIGSTOP)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(server, "LEASE", 0.0)
            with chroma.writing() as term:
                term.check()
    finally:
        os.kill(holder.pid, signal.SIGCONT)


def test_whoever_holds_it_says_so_again_and_again(chroma: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BEAT", 0.1)
    with chroma.writing() as term:
        first = chroma._terms()[-1][1]["beat"]
        time.sleep(1.0)
        assert chroma._terms()[-1][1]["beat"] > first
        assert isinstance(term, Term)


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_a_server_without_an_archive_is_named(tmp_path: Path, chroma: Server) -> None:
    with pytest.raises(NoIndex, match="no archive on the Chroma server"):
        pull(tmp_path / "b", chroma, words)
    assert chroma.generation() == 0


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable) as caught:
        pull(tmp_path / "b", Server(Place("http://me:hunter2@127.0.0.1:9/way")), words)
    assert "http://127.0.0.1:9/way does not answer" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_something_else_at_the_address_is_named(tmp_path: Path) -> None:
    with ModelServer() as other, pytest.raises(BadServer, match="no Chroma server"):
        pull(tmp_path / "b", Server(Place(other.url)), words)


def test_while_the_server_is_away_words_find_what_was_known(folder: Path, home: Path, tmp_path: Path) -> None:
    with chroma_server(tmp_path / "chroma") as started:
        with closing(Server(Place(started.url))) as opened:
            ingest([folder], home, recipe())
            published(home, opened)
        with closing(Index(tmp_path / "b", Shared(Server(Place(started.url)), words))) as index:
            assert index.catalogue.passage_count() == 8
            started.stop()
            assert isinstance(_trouble(index), ServerUnreachable)
            assert index.words.search({"en": [[("stone", 1.0)]]}, 3)
            assert index.sentence_vectors([row[0] for row in index.catalogue.rows("SELECT id FROM passages")]) == {}
            started.start()
            assert _trouble(index) is None
            assert index.vectors.count() == 8


def _trouble(index: Index) -> object:
    """Why the server is left out, as of now."""
    assert index.shared is not None
    index.shared._until = 0.0
    index.refresh()
    return index.trouble


def test_vectors_that_went_missing_on_the_server_are_sent_again(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    name = passages_name(asdict(SETTINGS))
    lost = next(iter(chroma.rows(name, [])))[0]
    chroma.delete(name, [lost])
    with closing(Index(tmp_path / "b", Shared(Server(Place(running.url)), words))) as index:
        (fault,) = [check for check in index.check() if not check.ok]
        assert "holds 7 of 8 vectors" in fault.message
    published(home, chroma)
    assert answers(tmp_path / "c", running.url) == paragraphs(TEXTS)


@pytest.mark.parametrize("harm", ["cut", "other", "gone"])
def test_an_article_that_was_damaged_on_the_server_is_not_served(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, harm: str
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    name, said, document = next(iter(chroma.rows(ARTICLES, ["metadatas", "documents"])))
    if harm == "gone":
        chroma.delete(ARTICLES, [name])
    else:
        row = records.unpack([document])
        row["text"] = row["text"].replace("e", "a")
        changed = document[: len(document) // 2] if harm == "cut" else records.pack(row)[0]
        chroma.put(ARTICLES, [(name, said, changed, None)])
    with pytest.raises(BadServer):
        pull(tmp_path / "b", chroma, words)
    assert builds.current(tmp_path / "b") is None


def test_a_replica_goes_on_as_it_is_where_what_is_published_does_not_add_up(
    folder: Path, home: Path, tmp_path: Path, chroma: Server
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    other = tmp_path / "b"
    pull(other, chroma, words)
    before = rows_but_vectors(other)
    write_articles(folder, {**TEXTS, "new.txt": "New\n\nIt is new.", "other.txt": "Other\n\nIt is other."})
    ingest([folder], home, recipe())
    generation = published(home, chroma)
    lost = [name for name, said, _ in chroma.rows(ARTICLES, ["metadatas"]) if said["generation"] == generation]
    chroma.delete(ARTICLES, lost[:1])
    for _ in range(2):
        with pytest.raises(BadServer, match="is not what was published"):
            pull(other, chroma, words)
        assert rows_but_vectors(other) == before
    chroma.delete(ARTICLES, lost)
    published(home, chroma)  # which finds out what is missing
    pull(other, chroma, words)
    assert rows_but_vectors(other) == rows_but_vectors(home)


def test_a_replica_of_another_version_is_fetched_anew(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    other = tmp_path / "b"
    pull(other, chroma, words)
    let_another_version_have_made(other)
    assert answers(other, running.url) == paragraphs(TEXTS)


def test_sentences_that_are_damaged_on_the_server_count_as_missing(
    folder: Path, home: Path, tmp_path: Path, chroma: Server, running: ChromaServer
) -> None:
    ingest([folder], home, recipe())
    published(home, chroma)
    name = sentences_name(asdict(SETTINGS))
    first, second, *_ = chroma.rows(name, ["metadatas"])
    harmed = {first[0]: (first[1], "?"), second[0]: (second[1], records.split(b"short")[0])}
    chroma.put(name, [(one, {**said, **records.values(now)}, None, None) for one, (said, now) in harmed.items()])
    with closing(Index(tmp_path / "b", Shared(Server(Place(running.url)), words))) as index:
        passages = [row[0] for row in index.catalogue.rows("SELECT id FROM passages")]
        assert len(index.sentence_vectors(passages)) == 6
    with pytest.raises(DamagedIndex, match="lacks the sentences of"):
        bring_home(tmp_path / "back", tmp_path / "replica", chroma, words)
    assert not list((tmp_path / "back" / "index").glob("build-*"))


@pytest.mark.parametrize("size", [0, 1, 9000, 30_001])
def test_pieces_are_small_and_make_the_whole(size: int) -> None:
    raw = os.urandom(size)
    pieces = records.split(raw)
    assert max(map(len, pieces)) <= records.PIECE
    assert records.joined(pieces) == raw
    kept = [{"part": at, "key": "k", **records.values(piece)} for at, piece in enumerate(pieces)]
    assert max(len(value) for said in kept for value in map(str, said.values())) <= records.VALUE
    assert max(map(len, kept)) <= 32
    assert records.joined([records.piece(said) for said in kept]) == raw
    value = {"é": [raw.hex()]}
    assert records.unpack(records.pack(value)) == value
