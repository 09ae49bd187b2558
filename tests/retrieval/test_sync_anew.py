"""An index made anew: for other settings, another version, or damage; the old one serves until the new one is whole."""

from __future__ import annotations

import errno
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import builds
from retrieval.catalogue import FILE, Catalogue
from retrieval.errors import DiskFull, EmptySource, OutdatedIndex
from retrieval.index import Index
from retrieval.sync import ingest
from retrieval.vectors import VectorStore
from tests.support.indexing import (
    SETTINGS,
    TEXTS,
    HashedEmbedder,
    alter_settings,
    let_another_version_have_made,
    paragraphs,
    recipe,
    shown,
    write_articles,
)


def test_vectors_of_another_way_to_embed_are_not_taken_over(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], home, recipe())
    monkeypatch.setattr("retrieval.contexts.NAME", "another way")
    embedder = HashedEmbedder()
    ingest([folder], home, recipe(embedder, replace(SETTINGS, cutter="paragraphs, another way")))
    assert len(embedder.texts) == 9


def test_other_settings_make_the_index_anew_while_a_reader_goes_on(folder: Path, home: Path, tmp_path: Path) -> None:
    other = write_articles(tmp_path / "archive", {"moon.txt": "Moon\n\nThe moon is far."})
    ingest([folder, other], home, recipe())
    (other / "moon.txt").unlink()  # the other source's text is taken from the catalogue
    reader = Index(home)
    before = reader.vectors.count()
    report = ingest([folder], home, recipe(settings=replace(SETTINGS, embedder="hashed-64-b")))
    assert "another embedder, hashed-64;" in report.notices[0]
    assert reader.vectors.count() == before
    assert len(reader.vectors.search(HashedEmbedder().embed_query("bridge"), 4)) == 4
    assert reader.refresh()
    assert reader.catalogue.settings().embedder == "hashed-64-b"
    assert sorted(shown(home)) == [*sorted(TEXTS), "moon.txt"]


def test_what_was_replaced_is_deleted_by_the_next_update(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    ingest([folder], home, recipe(settings=replace(SETTINGS, analysis="2")))
    assert len(builds.others(home)) == 1  # readers may still be at it
    ingest([folder], home, recipe(settings=replace(SETTINGS, analysis="2")))
    assert builds.others(home) == []


def test_settings_that_leave_vectors_alone_do_not_embed_again(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    embedder = HashedEmbedder()
    report = ingest([folder], home, recipe(embedder, replace(SETTINGS, analysis="2")))
    assert report.notices and embedder.texts == []
    assert report.unchanged == 3


def test_a_build_that_failed_leaves_the_old_one_serving(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())

    def broken(_text: str, _language: str) -> list[str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        ingest([folder], home, replace(recipe(settings=replace(SETTINGS, analysis="2")), terms=broken))
    assert shown(home) == paragraphs(TEXTS)


def test_a_home_of_another_version_is_made_anew_and_says_so(folder: Path, home: Path, tmp_path: Path) -> None:
    other = write_articles(tmp_path / "archive", {"moon.txt": "Moon\n\nThe moon is far."})
    lost = write_articles(tmp_path / "lost", {"sun.txt": "Sun\n\nThe sun is hot."})
    ingest([folder, other, lost], home, recipe())
    (lost / "sun.txt").unlink()
    lost.rmdir()
    let_another_version_have_made(home)
    with pytest.raises(OutdatedIndex) as raised:
        Index(home).catalogue  # noqa: B018 - opening it is what fails
    assert raised.value.next_step == f"Make it anew: footnote ingest {other} {folder}"
    report = ingest([folder], home, recipe())
    assert "another version" in report.notices[0]
    assert "lost" in report.notices[1]
    assert sorted(shown(home)) == [*sorted(TEXTS), "moon.txt"]


def test_an_index_of_which_nothing_is_left_is_not_made_anew_as_an_empty_one(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    shutil.rmtree(folder)
    let_another_version_have_made(home)
    before = builds.current(home)
    with pytest.raises(EmptySource, match="where it was"):
        ingest([], home, recipe())
    assert builds.current(home) == before


def test_settings_that_another_version_did_not_note_down_are_other_settings(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    alter_settings(home, centring=None, colour="blue")
    report = ingest([folder], home, recipe())
    assert "another version" in report.notices[0]
    assert shown(home) == paragraphs(TEXTS)


def test_without_paths_the_index_is_made_anew_from_its_own_texts(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    shutil.rmtree(folder)
    report = ingest([], home, recipe(settings=replace(SETTINGS, analysis="2")))
    assert "another version" in report.notices[0]
    assert shown(home) == paragraphs(TEXTS)


def test_damaged_stores_are_made_anew_without_embedding(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    build = builds.current(home)
    assert build is not None
    for file in (build / builds.WORDS).glob("*.term"):
        file.unlink()
    embedder = HashedEmbedder()
    report = ingest([folder], home, recipe(embedder))
    assert "anew" in report.notices[0] and embedder.texts == []
    assert shown(home) == paragraphs(TEXTS)


def test_a_damaged_catalogue_is_made_anew_from_the_disk(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    build = builds.current(home)
    assert build is not None
    (build / FILE).write_bytes(b"no database at all" * 1000)
    report = ingest([folder], home, recipe())
    assert "damaged" in report.notices[0]
    assert shown(home) == paragraphs(TEXTS)


def test_vectors_are_made_anew_when_more_was_deleted_than_is_left(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.vectoring.LEAST_CHURN", 3)
    ingest([folder], home, recipe())
    build, states = builds.current(home), []
    for day in range(7):
        write_articles(folder, {name: text.replace("The", f"Day {day} the") for name, text in TEXTS.items()})
        ingest([folder], home, recipe())
        with (
            closing(Catalogue(build or home)) as catalogue,
            closing(VectorStore.open(catalogue.vectors_folder())) as vectors,
        ):
            states.append((catalogue.churn(), vectors.count() - catalogue.passage_count()))
            most = catalogue.passage_count()
        assert all(check.ok for check in Index(home).check())
    assert builds.current(home) == build
    assert {too_many for _, too_many in states} == {0}
    churned = [churn for churn, _ in states]
    assert 0 < max(churned) <= most and 0 in churned
