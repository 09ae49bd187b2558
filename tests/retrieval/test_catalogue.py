"""The catalogue: what goes in comes out, exactly, and is found by the names a person uses."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.catalogue import FILE, Catalogue, Source
from retrieval.catalogue_writer import CatalogueWriter, Entry
from retrieval.disk import disk_errors
from retrieval.errors import DamagedIndex, DiskFull, IndexBusy, NoIndex, UnknownArticle
from retrieval.types import Article, Passage, Span
from tests.support.indexing import SETTINGS

TEXT = "\ufeffTitre\r\n\r\nÀ « Syrte », 5 000 hommes.\n𝔘nicode 😀 tail.\x00\n"
FULL = Article(
    "ab12cd34ef56",
    "news",
    "2016/sirte.txt",
    TEXT,
    "Titre",
    "Libya Channel",
    "N. W.",
    "2016-03-09",
    "fr",
    "https://example.org/1",
    frozenset({"url", "published"}),
    (Span(0, 6), Span(40, 44)),
)
BARE = Article("ab99cd34ef56", "news", "003.txt", "x y z")


def passage_of(article: Article, start: int, end: int, identity: str) -> Passage:
    spans = (Span(start, start + 2), Span(start + 2, end))
    return Passage(identity, article.id, start, end, article.language, article.text[start:end], spans)


def entry(article: Article, *passages: Passage) -> Entry:
    return Entry(article, "f" * 64, "state", tuple((one, f"key-{one.id}") for one in passages))


@pytest.fixture
def writer(tmp_path: Path) -> CatalogueWriter:
    made = CatalogueWriter(tmp_path, SETTINGS)
    passages = [passage_of(FULL, 1, 20, "p1"), passage_of(FULL, 20, 44, "p2")]
    made.commit(
        [entry(FULL, *passages), entry(BARE, passage_of(BARE, 0, 5, "p3"))],
        gone=[],
        sources=[Source("news", tmp_path / "news")],
    )
    return made


@pytest.fixture
def catalogue(writer: CatalogueWriter) -> Catalogue:
    return Catalogue(writer.folder)


def test_an_article_comes_back_as_it_went_in(catalogue: Catalogue) -> None:
    assert catalogue.article(FULL.id) == FULL
    assert catalogue.articles() == (BARE, FULL)


def test_a_passage_is_cut_from_its_article_by_code_points(catalogue: Catalogue) -> None:
    assert catalogue.passages_of(FULL.id) == (passage_of(FULL, 1, 20, "p1"), passage_of(FULL, 20, 44, "p2"))
    assert list(catalogue.passages(["p2", "nobody", "p1"])) == ["p2", "p1"]
    assert catalogue.passages(["p3"])["p3"].text == BARE.text


def test_more_ids_than_sqlite_takes_at_once(catalogue: Catalogue) -> None:
    assert list(catalogue.passages([f"no{number}" for number in range(40_000)] + ["p1"])) == ["p1"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (FULL.id, FULL),
        ("2016/sirte.txt", FULL),
        ("news/2016/sirte.txt", FULL),
        ("sirte.txt", FULL),
        ("sirte", FULL),
        ("003", BARE),
        ("1", BARE),
        (" 2 ", FULL),
        ("ab12", FULL),
        ("2016/s", FULL),
    ],
)
def test_an_article_is_found_by(catalogue: Catalogue, name: str, expected: Article) -> None:
    assert catalogue.find(name) == expected


@pytest.mark.parametrize("name", ["0", "3", "", "zz", "ab", "²", "sirte.txt.gz", "9" * 30])
def test_no_article_is_named(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(UnknownArticle) as caught:
        catalogue.find(name)
    assert caught.value.next_step


def test_a_name_for_several_articles_lists_them(writer: CatalogueWriter, catalogue: Catalogue) -> None:
    twin = replace(BARE, id="ab55cd34ef56", source="other")
    writer.commit([entry(twin)], gone=[], sources=[])
    with pytest.raises(UnknownArticle, match=r"fits 2 articles: news/003\.txt \(ab99cd34ef56\), other/003\.txt"):
        catalogue.find("003.txt")
    assert catalogue.find("other/003.txt") == twin
    nested = replace(BARE, id="ab77cd34ef56", source="all", path="other/003.txt")  # of the folder above
    writer.commit([entry(nested)], gone=[], sources=[])
    assert (catalogue.find("other/003.txt"), catalogue.find("all/other/003.txt")) == (twin, nested)


def test_the_fingerprint_follows_the_texts_and_nothing_else(writer: CatalogueWriter, catalogue: Catalogue) -> None:
    before = catalogue.archive()
    assert (before.articles, before.newest) == (2, "2016-03-09")
    writer.commit([entry(replace(BARE, title="A title"))], gone=[], sources=[])
    assert catalogue.archive().fingerprint == before.fingerprint
    writer.commit([entry(replace(BARE, text="x y"))], gone=[], sources=[])
    assert catalogue.archive().fingerprint != before.fingerprint


def test_an_archive_without_dates_has_no_newest(tmp_path: Path) -> None:
    CatalogueWriter(tmp_path / "c", SETTINGS).commit([entry(BARE)], gone=[], sources=[])
    assert Catalogue(tmp_path / "c").archive().newest is None


def test_each_update_is_a_generation(writer: CatalogueWriter, catalogue: Catalogue) -> None:
    before = catalogue.generation()
    writer.commit([], gone=[BARE.id], sources=[])
    assert catalogue.generation() == before + 1
    with pytest.raises(UnknownArticle):
        catalogue.article(BARE.id)


def test_an_update_that_fails_changes_nothing(writer: CatalogueWriter, catalogue: Catalogue) -> None:
    before = catalogue.archive(), catalogue.generation()
    twice = passage_of(BARE, 0, 5, "p1")  # the id of another article's passage
    with pytest.raises(DamagedIndex):
        writer.commit([entry(replace(BARE, text="new!!"), twice)], gone=[], sources=[])
    assert (catalogue.archive(), catalogue.generation()) == before
    assert catalogue.article(BARE.id) == BARE


def test_what_was_replaced_is_to_be_cleared_out(writer: CatalogueWriter) -> None:
    writer.touch(["written before a kill"])
    writer.commit([entry(FULL, passage_of(FULL, 1, 20, "p1"))], gone=[BARE.id], sources=[])
    assert sorted(writer.stale()) == ["p2", "p3", "written before a kill"]
    writer.cleared()
    assert writer.stale() == []


def test_vectors_are_kept_until_nothing_uses_them(writer: CatalogueWriter, catalogue: Catalogue) -> None:
    vector, inner = np.ones(64, dtype=np.float32), np.full((2, 64), 0.5, dtype=np.float32)
    writer.store_vectors([("key-p1", vector, inner), ("key-p2", vector, inner[:1]), ("unused", vector, inner)])
    assert writer.without_vector(["key-p1", "key-p3"]) == {"key-p3"}
    kept = catalogue.sentence_vectors(["p1", "p2", "p3"])
    assert {name: rows.shape for name, rows in kept.items()} == {"p1": (2, 64), "p2": (1, 64)}
    assert np.array_equal(kept["p1"], inner)
    assert {one.id for one in catalogue.sample(5)} == {"p1", "p2"}
    writer.cleared()
    assert writer.without_vector(["key-p1", "unused"]) == {"unused"}


def test_a_missing_catalogue_is_no_index_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        Catalogue(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_catalogue_is_damage(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"nothing like it" * 400)
    with pytest.raises(DamagedIndex):
        Catalogue(tmp_path)


def test_a_reader_cannot_write(catalogue: Catalogue) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalogue._db.execute("DELETE FROM articles")


def test_sqlite_that_is_full_or_busy_is_named(writer: CatalogueWriter, tmp_path: Path) -> None:
    pages = writer._db.execute("PRAGMA page_count").fetchone()[0]
    writer._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        writer.commit([entry(replace(BARE, text="x" * 100_000))], gone=[], sources=[])
    other = sqlite3.connect(tmp_path / FILE, timeout=0.01)
    writer._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexBusy), disk_errors(tmp_path):
        other.execute("BEGIN IMMEDIATE")
    writer._db.execute("ROLLBACK")
    other.close()
