"""What is damaged is mended from what is whole, without reading or embedding again where that is enough."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval import builds
from retrieval.catalogue import FILE
from retrieval.errors import DamagedIndex
from retrieval.sync import ingest, repair
from tests.support.indexing import TEXTS, HashedEmbedder, alter, paragraphs, recipe, shown


def build(home: Path) -> Path:
    found = builds.current(home)
    assert found is not None
    return found


def vectors(home: Path) -> Path:
    (found,) = build(home).glob("vectors-*")
    return found


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _words(home: Path, ending: str) -> Path:
    return next((build(home) / builds.WORDS).glob(f"*.{ending}"))


HARMS: dict[str, Callable[[Path], object]] = {
    "no vectors": lambda home: shutil.rmtree(vectors(home)),
    "no database of Chroma": lambda home: (vectors(home) / "chroma.sqlite3").unlink(),
    "half a database of Chroma": lambda home: _truncate(vectors(home) / "chroma.sqlite3"),
    "no words": lambda home: shutil.rmtree(build(home) / builds.WORDS),
    "no list of words": lambda home: (build(home) / builds.WORDS / "meta.json").unlink(),
    "a file of words less": lambda home: _words(home, "term").unlink(),
    "a file of words cut": lambda home: _truncate(_words(home, "store")),
}


@pytest.mark.parametrize("what", HARMS)
def test_what_can_be_made_of_the_catalogue_is_made_without_embedding(folder: Path, home: Path, what: str) -> None:
    ingest([folder], home, recipe())
    HARMS[what](home)
    shutil.rmtree(folder)  # nor is a folder read
    embedder = HashedEmbedder()
    (notice,) = repair(home, recipe(embedder)).notices
    assert notice.endswith("The index has been made anew.")
    assert embedder.texts == []
    assert shown(home) == paragraphs(TEXTS)
    assert repair(home, recipe()).notices == ()
    assert [path.name for path in builds.index_folder(home).iterdir() if path.is_dir()] == [build(home).name]


def test_a_lost_catalogue_is_made_anew_from_the_folders(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    file = build(home) / FILE
    content = bytearray(file.read_bytes())
    half = len(content) // 2
    content[half : half + 4096] = b"\xff" * 4096
    file.write_bytes(content)
    assert "made anew" in " ".join(repair(home, recipe()).notices)
    assert shown(home) == paragraphs(TEXTS)


def test_a_text_that_was_altered_is_named_with_the_command_that_reads_it_again(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    alter(home, "UPDATE articles SET text = replace(text, 'nine', 'five')")
    with pytest.raises(DamagedIndex) as caught:
        repair(home, recipe())
    assert "news/bridge.txt" in caught.value.message
    assert caught.value.next_step == f"Read them again: footnote ingest --reread {folder}"


def test_without_its_graph_chroma_finds_all_or_the_graph_is_made_anew(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    shutil.rmtree(next(path for path in vectors(home).iterdir() if path.is_dir()))
    repair(home, recipe())
    assert shown(home) == paragraphs(TEXTS)


def test_nothing_wrong_is_nothing_done(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    before = build(home)
    assert repair(home, recipe()).notices == ()
    assert build(home) == before
