"""Reading an index: kept in step with a writer in another process, and honest about damage."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval import builds
from retrieval.catalogue import FILE, connect
from retrieval.errors import DamagedIndex, NoIndex
from retrieval.index import Index
from retrieval.sync import ingest
from tests.support.indexing import HashedEmbedder, recipe, write_articles

TEXTS = {"a.txt": "Harbour\n\nThe harbour was closed.", "b.txt": "Bridge\n\nA bridge was opened."}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "news", TEXTS)


@pytest.fixture
def home(tmp_path: Path, folder: Path) -> Path:
    ingest([folder], tmp_path / "home", recipe())
    return tmp_path / "home"


def build_of(home: Path) -> Path:
    build = builds.current(home)
    assert build is not None
    return build


def ingest_elsewhere(folder: Path, home: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.support.indexing", str(folder), str(home)], check=True)


def test_a_home_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    index = Index(tmp_path)
    with pytest.raises(NoIndex) as caught:
        assert index.catalogue
    assert "footnote ingest" in caught.value.next_step
    assert [check.ok for check in index.check()] == [False]
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_an_update_of_another_process_without_a_restart(home: Path, folder: Path) -> None:
    reader = Index(home)
    assert reader.vectors.search(HashedEmbedder().embed_query("ferry"), 2)
    assert not reader.refresh()
    write_articles(folder, {**TEXTS, "c.txt": "Ferry\n\nThe ferry sank."})
    ingest_elsewhere(folder, home)
    assert reader.refresh()
    ferry = reader.catalogue.passages_of(reader.catalogue.find("c").id)[1]
    assert reader.vectors.search(HashedEmbedder().embed_query("The ferry sank."), 1)[0][0] == ferry.id
    assert reader.words.search({"en": [[("sank", 1.0)]]}, 1)[0][0] == ferry.id
    assert not reader.refresh()


def test_a_question_sees_one_state_from_beginning_to_end(home: Path, folder: Path) -> None:
    reader = Index(home)
    with reader.snapshot() as catalogue:
        before = [passage.text for passage in catalogue.passages_of(catalogue.find("a").id)]
        write_articles(folder, {**TEXTS, "a.txt": "Port\n\nThe port was shut for good."})
        ingest([folder], home, recipe())
        assert [passage.text for passage in catalogue.passages_of(catalogue.find("a").id)] == before
        assert reader.vectors.count()  # opened between two states: no false alarm
    with reader.snapshot() as catalogue:
        assert catalogue.article(catalogue.find("a").id).text.startswith("Port")


def test_a_stray_passage_of_the_stores_is_not_a_passage(home: Path) -> None:
    index = Index(home)
    known = [passage.id for passage in index.catalogue.passages_of(index.catalogue.find("a").id)]
    assert list(index.catalogue.passages(["stray", *known])) == known


def test_doctor_finds_everything_in_order(home: Path) -> None:
    checks = Index(home).check()
    assert [check.name for check in checks] == ["index", "texts", "words", "vectors"]
    assert all(check.ok and check.message and not check.next_step for check in checks)
    assert "2 articles in 4 passages" in checks[0].message


def test_a_missing_hnsw_folder_is_found_out_when_the_vectors_are_opened(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {number} of {number * 7919 % 1301}." for number in range(1300))
    folder = write_articles(tmp_path / "long", {"long.txt": text})
    ingest([folder], tmp_path / "home", recipe())
    [hnsw] = [path for path in Index(tmp_path / "home").catalogue.vectors_folder().iterdir() if path.is_dir()]
    shutil.rmtree(hnsw)
    index = Index(tmp_path / "home")
    with pytest.raises(DamagedIndex, match="does not find"):
        assert index.vectors
    assert {check.name: check.ok for check in index.check()} == {
        "index": True,
        "texts": True,
        "words": True,
        "vectors": False,
    }
    embedder = HashedEmbedder()
    assert "anew" in ingest([folder], tmp_path / "home", recipe(embedder)).notices[0]
    assert embedder.texts == []
    assert index.refresh()
    assert all(check.ok for check in index.check())


@pytest.mark.parametrize("part", ["vectors", "words"])
def test_a_missing_store_is_named_with_a_next_step(home: Path, part: str) -> None:
    catalogue = Index(home).catalogue
    shutil.rmtree({"vectors": catalogue.vectors_folder(), "words": catalogue.folder / builds.WORDS}[part])
    checks = {check.name: check for check in Index(home).check()}
    assert not checks[part].ok
    assert "footnote ingest" in checks[part].next_step


def test_passages_that_a_store_lost_are_counted(home: Path) -> None:
    index = Index(home)
    first, *_ = index.catalogue.passages_of(index.catalogue.find("a").id)
    index.words.delete_passages([first.id])
    assert [check.message for check in index.check() if not check.ok] == ["The word index holds 3 of 4 passages."]


def test_a_text_that_was_tampered_with_is_named(home: Path) -> None:
    article = Index(home).catalogue.find("a")
    with connect(build_of(home)) as db:
        db.execute("UPDATE articles SET text = text || '!' WHERE id = ?", (article.id,))
    db.close()
    assert [check.name for check in Index(home).check() if not check.ok] == ["texts"]


def test_a_missing_build_is_damage_not_no_index(home: Path) -> None:
    shutil.rmtree(build_of(home))
    with pytest.raises(DamagedIndex):
        assert Index(home).catalogue


def test_a_missing_catalogue_is_damage_not_no_index(home: Path) -> None:
    (build_of(home) / FILE).unlink()
    with pytest.raises(DamagedIndex, match="catalogue"):
        assert Index(home).catalogue


def test_an_index_deleted_and_made_anew_elsewhere_is_not_taken_for_the_old_one(home: Path, tmp_path: Path) -> None:
    reader = Index(home)
    before = reader.catalogue.folder
    shutil.rmtree(home)
    other = write_articles(tmp_path / "other", {"z.txt": "Ferry\n\nThe ferry sank."})
    ingest([other], home, recipe())
    assert build_of(home) == before
    assert reader.refresh()
    assert [article.path for article in reader.catalogue.articles()] == ["z.txt"]
