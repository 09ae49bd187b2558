"""Articles that move keep what was made of them, and files that nobody touched are not read again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import retrieval.reading
from retrieval import builds
from retrieval.errors import EmptySource, SourceNotFound
from retrieval.index import Index
from retrieval.locking import writing
from retrieval.reading import File, Unreadable, read_source
from retrieval.sync import Recipe, ingest, preview, remove
from tests.support.indexing import SETTINGS, TEXTS, HashedEmbedder, files, paragraphs, recipe, shown, write_articles


class Reading:
    """A recipe that remembers which files it read."""

    def __init__(self, embedder: HashedEmbedder | None = None) -> None:
        self.read: list[str] = []
        self.recipe: Recipe = replace(recipe(embedder), files=self._files)

    def _files(self, root: Path) -> Iterator[File | Unreadable]:
        for file in files(root):
            assert isinstance(file, File)
            yield replace(file, read=partial(self._noted, file))

    def _noted(self, file: File) -> retrieval.reading.Read:
        self.read.append(file.name)
        return file.read()


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once; a test cannot make them older."""
    monkeypatch.setattr(retrieval.reading, "SETTLED_NS", -(10**9))


def _ids(home: Path) -> dict[str, str]:
    return {article.path: article.id for article in Index(home).catalogue.articles()}


def test_a_moved_article_keeps_its_id_and_its_passages_and_the_stores_stay(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    before = Index(home).catalogue
    bridge = _ids(home)["bridge.txt"]
    (folder / "old").mkdir()
    (folder / "bridge.txt").rename(folder / "old" / "bridge.txt")
    ingest([folder], home, recipe())
    after = Index(home).catalogue
    assert _ids(home)["old/bridge.txt"] == bridge
    assert after.vectors_folder() == before.vectors_folder()
    assert [one.id for one in after.passages_of(bridge)]
    assert shown(home)["old/bridge.txt"] == paragraphs(TEXTS)["bridge.txt"]


def test_a_reader_sees_a_moved_article_at_one_place_at_any_time(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    reader = Index(home)
    seen = []

    def look() -> None:
        with reader.snapshot() as catalogue:
            [found] = [article for article in catalogue.articles() if article.title == "Bridge"]
            hits = [name for name, _ in reader.words.search({"en": [[("stone", 1.0)]]}, 3)]
            assert [passage.article_id for passage in catalogue.passages(hits).values()] == [found.id]
            seen.append((found.path, found.id))

    look()
    (folder / "bridge.txt").rename(folder / "stone.txt")
    (folder / "new.txt").write_text("New\n\nSomething else.")  # which is embedded and stored meanwhile
    ingest([folder], home, recipe(), lambda *_: look())
    assert {path for path, _ in seen} == {"bridge.txt"} and len(seen) > 5
    look()
    assert seen[-1][0] == "stone.txt"
    assert len({identity for _, identity in seen}) == 1


def test_another_article_where_one_was_gets_an_id_of_its_own_and_keeps_it(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    bridge = _ids(home)["bridge.txt"]
    (folder / "bridge.txt").rename(folder / "stone.txt")
    ingest([folder], home, recipe())
    texts = {**TEXTS, "stone.txt": TEXTS["bridge.txt"], "bridge.txt": "Ferry\n\nThe ferry is back."}
    write_articles(folder, texts)
    ingest([folder], home, recipe())
    ids = _ids(home)
    assert ids["stone.txt"] == bridge and len(set(ids.values())) == 4
    assert shown(home) == paragraphs(texts)
    ingest([folder], home, recipe(settings=replace(SETTINGS, cutter="other")))  # made anew
    assert _ids(home) == ids


def test_articles_move_between_sources_and_twins_by_their_names(folder: Path, home: Path, tmp_path: Path) -> None:
    twins = {"a.txt": "Twin\n\nThe same words.", "b.txt": "Twin\n\nThe same words."}
    write_articles(folder, {**TEXTS, **twins})
    other = write_articles(tmp_path / "archive", {"moon.txt": "Moon\n\nThe moon is far."})
    ingest([folder, other], home, recipe())
    before = _ids(home)
    for name in ("b.txt", "a.txt"):
        (folder / name).rename(other / name)
    report = ingest([folder, other], home, recipe(embedder := HashedEmbedder()))
    assert (report.moved, report.added, report.removed, embedder.texts) == (2, 0, 0, [])
    assert _ids(home) == before
    assert {article.source for article in Index(home).catalogue.articles() if article.title == "Twin"} == {"archive"}


def test_a_copy_is_added_and_what_changed_on_the_way_is_another(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    texts = {**TEXTS, "copy.txt": TEXTS["bridge.txt"], "wood.txt": TEXTS["forest.txt"] + "\n\nMore."}
    del texts["forest.txt"]
    write_articles(folder, texts)
    report = ingest([folder], home, recipe())
    assert (report.moved, report.added, report.removed, report.unchanged) == (0, 2, 1, 2)
    assert shown(home) == paragraphs(texts)


@pytest.mark.usefixtures("settled")
def test_files_that_nobody_touched_are_not_read_again_unless_asked_for(folder: Path, home: Path) -> None:
    (folder / "latin.txt").write_bytes(b"\xe9")
    ingest([folder], home, recipe())
    reading = Reading()
    report = ingest([folder], home, reading.recipe)
    assert (report.unchanged, reading.read) == (3, [])
    assert [one.path for one in report.unreadable] == ["latin.txt"]  # and are named again
    assert ingest([folder], home, reading.recipe, reread=True).unchanged == 3
    assert sorted(reading.read) == ["bridge.txt", "forest.txt", "harbour.txt", "latin.txt"]


@pytest.mark.usefixtures("settled")
def test_what_a_disk_or_a_busy_machine_kept_from_being_read_is_tried_again(folder: Path, home: Path) -> None:
    reading = Reading()
    failing = ["harbour.txt"]

    def found(root: Path) -> Iterator[File | Unreadable]:
        for file in files(root):
            assert isinstance(file, File)
            late = [Unreadable(file.name, "Reading it took longer than 30 seconds.", "Wait.", may_pass=True)]
            yield replace(file, read=partial(iter, late)) if file.name in failing else file

    assert ingest([folder], home, replace(reading.recipe, files=found)).added == 2
    failing.clear()
    assert (ingest([folder], home, reading.recipe).added, reading.read) == (1, ["harbour.txt"])


def closing(names: Sequence[str]) -> Callable[[Path], Iterator[File | Unreadable]]:
    """Reads files as ever, but that these are kept from being read."""

    def found(root: Path) -> Iterator[File | Unreadable]:
        for file in files(root):
            assert isinstance(file, File)
            why = [Unreadable(file.name, "The file cannot be opened: Input/output error.", "Wait.", may_pass=True)]
            yield replace(file, stamp="", read=partial(iter, why)) if file.name in names else file

    return found


def test_what_is_indexed_of_a_file_stays_while_the_file_cannot_be_opened(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    before = shown(home)
    for _ in range(2):  # and the second time, when the first has noted it
        report = ingest([folder], home, replace(recipe(), files=closing(["harbour.txt"])))
        assert (report.removed, report.unchanged) == (0, 3)
        assert report.notices == ("harbour.txt cannot be read now; what is indexed of it stays.",)
        assert [one.path for one in report.unreadable] == ["harbour.txt"]
        assert shown(home) == before
    (folder / "harbour.txt").unlink()  # really gone
    assert ingest([folder], home, recipe()).removed == 1


def test_it_stays_where_the_index_is_made_anew_meanwhile(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    before = shown(home)
    other = replace(recipe(), settings=replace(recipe().settings, analysis="another"))
    assert ingest([folder], home, replace(other, files=closing(["harbour.txt"]))).removed == 0
    assert shown(home) == before
    reading = Reading()
    again = replace(reading.recipe, settings=other.settings)
    assert (ingest([folder], home, again).unchanged, "harbour.txt" in reading.read) == (3, True)


def test_it_stays_while_its_folder_is_closed(folder: Path, home: Path) -> None:
    below = folder / "below"
    below.mkdir()
    (folder / "harbour.txt").rename(below / "harbour.txt")
    ingest([folder], home, recipe())

    def found(root: Path) -> Iterator[File | Unreadable]:
        yield Unreadable("below", "The folder cannot be opened: Permission denied.", "Give yourself permission.")
        yield from (file for file in files(root) if isinstance(file, File) and not file.name.startswith("below/"))

    report = ingest([folder], home, replace(recipe(), files=found))
    assert (report.removed, report.unchanged) == (0, 3)


@pytest.mark.usefixtures("settled")
def test_a_text_of_the_same_length_whose_time_was_put_back_is_seen(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    bridge = folder / "bridge.txt"
    times = bridge.stat()
    text = TEXTS["bridge.txt"].replace("nine", "four")
    with bridge.open("r+") as file:  # the same inode
        file.write(text)
    os.utime(bridge, ns=(times.st_atime_ns, times.st_mtime_ns))
    reading = Reading()
    assert ingest([folder], home, reading.recipe).changed == 1
    assert reading.read == ["bridge.txt"]
    assert shown(home) == paragraphs({**TEXTS, "bridge.txt": text})


@pytest.mark.usefixtures("settled")
def test_a_file_that_was_only_touched_is_read_once_more_and_is_unchanged(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    generation = Index(home).catalogue.generation()
    (folder / "bridge.txt").touch()
    reading = Reading()
    assert [ingest([folder], home, reading.recipe).unchanged for _ in range(2)] == [3, 3]
    assert reading.read == ["bridge.txt"]
    assert Index(home).catalogue.generation() == generation


def test_a_file_that_was_touched_just_now_is_not_trusted(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    reading = Reading()
    ingest([folder], home, reading.recipe)
    assert len(reading.read) == 3


@pytest.mark.usefixtures("settled")
def test_what_is_supplied_for_an_article_reads_its_file_again(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    reading = Reading()
    supplied = {"forest.txt": {"outlet": "The Wood"}}
    report = ingest([folder], home, replace(reading.recipe, sidecar=lambda _: supplied))
    assert (report.changed, reading.read) == (1, ["forest.txt"])


@pytest.mark.usefixtures("settled")
def test_a_source_that_was_dropped_is_read_when_it_comes_back(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    remove("news", home, recipe())
    assert ingest([folder], home, recipe()).added == 3
    assert shown(home) == paragraphs(TEXTS)


def test_a_preview_says_what_the_update_then_does_and_writes_nothing(folder: Path, home: Path) -> None:
    first = preview([folder], home, recipe(embedder := HashedEmbedder()))
    assert first.added == 3 and embedder.texts == [] and not home.exists()
    ingest([folder], home, recipe())
    texts = {**TEXTS, "wood.txt": TEXTS["forest.txt"], "harbour.txt": "Harbour\n\nOpen.", "new.txt": "New\n\nOne."}
    del texts["forest.txt"], texts["bridge.txt"]
    write_articles(folder, texts)
    (folder / "latin.txt").write_bytes(b"\xe9")
    held = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file() and "-shm" not in path.name}
    with writing(builds.index_folder(home)):  # it needs no lock
        told = preview([folder], home, recipe(embedder))
    now = {path: path.stat().st_mtime_ns for path in held}
    held.pop(home / "index" / "writing.lock"), now.pop(home / "index" / "writing.lock")
    assert now == held and embedder.texts == []
    done = ingest([folder], home, recipe())
    assert (told.paths, told.unchanged, told.unreadable) == (done.paths, done.unchanged, done.unreadable)
    assert done.paths.added == ("news/new.txt",) and done.paths.removed == ("news/bridge.txt",)
    assert done.paths.changed == ("news/harbour.txt",)


def test_a_preview_fails_as_the_update_would_and_tells_of_an_index_made_anew(folder: Path, home: Path) -> None:
    with pytest.raises(SourceNotFound):
        preview([folder / "nowhere"], home, recipe())
    ingest([folder], home, recipe())
    told = preview([folder], home, recipe(settings=replace(SETTINGS, cutter="other")))
    assert told.unchanged == 3 and "made anew" in told.notices[0]
    write_articles(folder, {})
    with pytest.raises(EmptySource):
        preview([folder], home, recipe())


def test_the_real_reading_gives_each_file_a_stamp_once_it_has_settled(folder: Path) -> None:
    [young, *_] = retrieval.reading.files(folder)
    assert isinstance(young, File) and young.stamp == ""
    found = folder.stat()
    later = max(found.st_mtime_ns, found.st_ctime_ns) + retrieval.reading.SETTLED_NS
    assert retrieval.reading.stamp(found, later - 1) == "" != retrieval.reading.stamp(found, later)
    assert [one.path for one in read_source(folder)] == sorted(TEXTS)
