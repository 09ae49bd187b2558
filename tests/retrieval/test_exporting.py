"""A backup holds all of an index, in a form that other programs read; what is no whole backup changes nothing."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval import builds, sync, vectoring
from retrieval.errors import BadBackup, NoIndex
from retrieval.exporting import bring_back, export
from retrieval.sync import ingest
from tests.support.indexing import SETTINGS, TEXTS, HashedEmbedder, paragraphs, recipe, shown, words, write_articles
from tests.support.killing import rows
from tests.support.wire import article, sentences

STORY = sentences(1)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Articles with a copy, and one that was changed."""
    copies = {"one.txt": article("One", STORY), "two.txt": article("Two", STORY[:20])}
    return write_articles(tmp_path / "news", {**TEXTS, **copies})


@pytest.fixture
def made(news: Path, home: Path) -> Path:
    ingest([news], home, recipe())
    (news / "bridge.txt").write_text("Bridge\n\nIt fell.")
    ingest([news], home, recipe())
    return home


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    export(made, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def everything(home: Path) -> dict[str, object]:
    """All of an index, former texts and all that is derived too."""
    build = builds.current(home)
    assert build is not None
    from retrieval.catalogue import Catalogue

    catalogue = Catalogue(build)
    former = catalogue.rows("SELECT * FROM former")
    catalogue.close()
    return {**rows(home), "former": former}


def test_an_index_that_was_brought_back_is_the_same_and_nothing_is_embedded(
    news: Path, made: Path, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    count, settings = bring_back(other, file, words)
    assert (count, settings) == (len(everything(made)["passages"]), SETTINGS)  # type: ignore[arg-type]
    assert everything(other) == everything(made)
    assert everything(made)["stories"] and everything(made)["former"]
    shown(other)
    embedder = HashedEmbedder()
    assert ingest([news], other, recipe(embedder)).unchanged == 5
    assert embedder.texts == []


def test_on_a_machine_without_the_folder_its_articles_stay_and_are_known_again(
    news: Path, file: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    news.rename(tmp_path / "away")
    other = tmp_path / "other"
    bring_back(other, file, words)
    assert len(shown(other)) == 5
    elsewhere.mkdir()
    shutil.copytree(tmp_path / "away", elsewhere / "news")
    assert ingest([elsewhere / "news"], other, recipe()).unchanged == 5


def test_the_same_state_gives_the_same_bytes(made: Path, file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    export(made, again)
    assert again.read_bytes() == file.read_bytes()


def test_other_programs_can_read_it(made: Path, file: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        assert "keys.jsonl" in packed.read("README.txt").decode()
        articles = [json.loads(line) for line in packed.read("articles.jsonl").splitlines()]
        keys = [json.loads(line) for line in packed.read("keys.jsonl").splitlines()]
        with packed.open("vectors.npy") as part:
            vectors = np.load(part)
        with packed.open("sentences.npy") as part:
            inner = np.load(part)
    assert {row["path"] for row in articles} == {"bridge.txt", "forest.txt", "harbour.txt", "one.txt", "two.txt"}
    assert vectors.shape == (len(keys), 64) and inner.shape == (sum(row["sentences"] for row in keys), 64)
    (bridge,) = [row for row in articles if row["path"] == "bridge.txt"]
    assert [bridge["text"][start:end] for _, start, end, *_ in bridge["passages"]] == ["Bridge", "It fell."]
    assert "nine million" in bridge["former"][0][1]
    assert made.is_dir()


def test_passages_that_wait_for_their_vectors_still_do(
    folder: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "AT_ONCE", 0)
    ingest([folder], home, recipe(), vectors="later")
    export(home, tmp_path / "early.zip")
    other = tmp_path / "other"
    bring_back(other, tmp_path / "early.zip", words)
    vectoring.catch_up(other, recipe())
    assert shown(other) == paragraphs(TEXTS)


def test_an_index_of_other_settings_comes_back_as_it_was(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    _, settings = bring_back(other, file, words)
    changed = replace(recipe(), settings=replace(settings, analysis="another"))
    report = ingest([], other, changed)
    assert "made anew" in report.notices[0]
    assert len(shown(other)) == 5


def test_nothing_to_export_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        export(tmp_path, tmp_path / "backup.zip")
    assert list(tmp_path.iterdir()) == []


Harm = Callable[[dict[str, bytes]], object]


def _line(parts: dict[str, bytes], change: Callable[[dict[str, object]], object]) -> None:
    lines = parts["articles.jsonl"].splitlines()
    row = json.loads(lines[0])
    change(row)
    parts["articles.jsonl"] = b"\n".join([json.dumps(row).encode(), *lines[1:]]) + b"\n"


def _manifest(parts: dict[str, bytes], **values: object) -> None:
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **values}).encode()


HARMS: dict[str, Harm] = {
    "a text changed": lambda parts: _line(parts, lambda row: row.update(text="Another.")),
    "a passage outside": lambda parts: _line(parts, lambda row: row["passages"][0].__setitem__(2, 9999)),  # type: ignore[index]
    "an article twice": lambda parts: parts.update({"articles.jsonl": parts["articles.jsonl"] * 2}),
    "an article less": lambda parts: parts.update(
        {"articles.jsonl": b"\n".join(parts["articles.jsonl"].splitlines()[1:]) + b"\n"}
    ),
    "no JSON": lambda parts: parts.update({"derived.json": b"{"}),
    "a part less": lambda parts: parts.pop("keys.jsonl"),
    "a part more": lambda parts: parts.update({"../evil.txt": b"x"}),
    "another form": lambda parts: _manifest(parts, form="footnote backup, 9"),
    "a manifest of nothing": lambda parts: parts.update({"manifest.json": b"[]"}),
    "vectors cut short": lambda parts: parts.update({"vectors.npy": parts["vectors.npy"][:-8]}),
    "vectors that are longer": lambda parts: parts.update({"vectors.npy": parts["vectors.npy"] + b"1234"}),
    "vectors that are no numbers": lambda parts: parts.update(
        {"vectors.npy": parts["vectors.npy"][:-4] + np.array([np.nan], np.float32).tobytes()}
    ),
    "an array that is code": lambda parts: parts.update({"sentences.npy": b"\x80\x04K\x01."}),
}


@pytest.mark.parametrize("what", HARMS)
@pytest.mark.parametrize("hidden", [False, True], ids=["as it is", "with the right sha256"])
def test_what_is_no_whole_backup_is_refused_and_the_index_stays(
    file: Path, made: Path, tmp_path: Path, what: str, hidden: bool
) -> None:
    import hashlib

    before = everything(made)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    HARMS[what](parts)
    if hidden and what != "a manifest of nothing":
        known = json.loads(parts["manifest.json"])["sha256"]
        _manifest(parts, sha256={name: hashlib.sha256(parts.get(name, b"")).hexdigest() for name in known})
    harmed = tmp_path / "harmed.zip"
    with zipfile.ZipFile(harmed, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(BadBackup, match=r"harmed\.zip is no backup of Footnote, or is damaged"):
        bring_back(made, harmed, words)
    assert everything(made) == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"A text."])
def test_another_file_is_no_backup(made: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BadBackup):
        bring_back(made, tmp_path / "x.zip", words)
    with pytest.raises(BadBackup, match="cannot be opened"):
        bring_back(made, tmp_path / "nowhere.zip", words)


def test_a_cut_file_is_refused(file: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    for part in range(1, 10):
        (tmp_path / "cut.zip").write_bytes(content[: len(content) * part // 10])
        with pytest.raises(BadBackup):
            bring_back(tmp_path / "other", tmp_path / "cut.zip", words)
    assert builds.current(tmp_path / "other") is None
