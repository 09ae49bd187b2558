"""Folders that are followed: each change comes in once it has settled, and what fails doesn't end it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from retrieval import builds, watching
from retrieval.errors import EmbedderUnavailable, IndexBusy, RetrievalError, SourceNotFound
from retrieval.locking import writing
from retrieval.reading import SIDECAR, File, files
from retrieval.sync import Report, ingest
from retrieval.watching import follow, look
from tests.support.indexing import TEXTS, paragraphs, recipe, shown, write_articles


@pytest.fixture
def rounds(folder: Path, home: Path) -> Iterator[Report | RetrievalError]:
    return follow([folder], lambda: ingest([folder], home, recipe()), seconds=0.05)


def _done(rounds: Iterator[Report | RetrievalError]) -> tuple[int, int, int, int]:
    report = next(rounds)
    assert isinstance(report, Report), report
    return report.added, report.changed, report.moved, report.removed


def test_saves_renames_and_deletions_come_in_and_others_may_write_between(
    rounds: Iterator[Report | RetrievalError], folder: Path, home: Path
) -> None:
    assert _done(rounds) == (3, 0, 0, 0)
    draft = folder / "bridge.txt~"
    draft.write_text("Bridge\n\nIt fell.")
    draft.replace(folder / "bridge.txt")  # as editors save
    assert _done(rounds) == (0, 1, 0, 0)
    with writing(builds.index_folder(home)):
        (folder / "bridge.txt").rename(folder / "stone.txt")
    assert _done(rounds) == (0, 0, 1, 0)
    (folder / "forest.txt").unlink()
    (folder / "deep").mkdir()
    (folder / "deep" / "new.txt").write_text("New\n\nIt is new.")
    assert _done(rounds) == (1, 0, 0, 1)
    assert sorted(shown(home)) == ["deep/new.txt", "harbour.txt", "stone.txt"]


def test_what_fails_is_told_once_and_following_goes_on(
    rounds: Iterator[Report | RetrievalError], folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_SOON", 0.2)
    monkeypatch.setattr(watching, "_LATER", 0.2)
    next(rounds)
    away = folder.rename(folder.parent / "away")
    assert isinstance(next(rounds), SourceNotFound)
    assert shown(home) == paragraphs(TEXTS)
    back = threading.Timer(0.6, lambda: away.rename(folder))
    back.start()
    report = next(rounds)  # tried again meanwhile, and not told again
    assert isinstance(report, Report) and report.unchanged == 3
    with writing(builds.index_folder(home)):
        write_articles(folder, {**TEXTS, "new.txt": "New\n\nIt is new."})
        assert isinstance(next(rounds), IndexBusy)
    assert _done(rounds) == (1, 0, 0, 0)  # nothing has changed since but who writes


def test_a_file_that_is_being_written_is_waited_for(
    rounds: Iterator[Report | RetrievalError], folder: Path, home: Path
) -> None:
    next(rounds)
    lines = [f"Line {number}." for number in range(40)]

    def write() -> None:
        with (folder / "slow.txt").open("w") as file:
            for line in lines:
                file.write(f"{line}\n")
                file.flush()
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.05)
    assert _done(rounds) == (1, 0, 0, 0)
    writer.join()
    assert shown(home)["slow.txt"] == ["\n".join(lines)]


def test_what_is_looked_at(folder: Path) -> None:
    before = look([folder])
    (folder / ".hidden").write_text("x")
    assert look([folder]) == before
    (folder / SIDECAR).write_text("bridge.txt:\n")
    assert set(look([folder])) - set(before) == {str(folder / SIDECAR)}
    one = look([folder / "bridge.txt", folder / "nowhere" / "x.txt"])
    assert set(one) == {str(folder / "bridge.txt"), str(folder / SIDECAR)}


def test_what_an_update_writes_within_the_folder_causes_no_other_update(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    link = folder.parent / "link"
    link.symlink_to(home)
    assert ingest([folder], link, replace(recipe(), files=partial(files, besides=link))).unreadable == ()
    before = look([folder], link)
    assert set(before) == {str(folder / name) for name in TEXTS}
    (home / "note.txt").write_text("Of ours.")
    assert look([folder], link) == before
    sent = home / "sent"  # a source within the home is one like any other
    sent.mkdir()
    write_articles(sent, TEXTS)
    assert [file.name for file in files(sent, besides=home) if isinstance(file, File)] == sorted(TEXTS)


def test_what_fails_between_changes_is_told_once_and_following_goes_on(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_LATER", 0.1)
    calls: list[int] = []

    def idle() -> None:
        calls.append(1)
        raise EmbedderUnavailable("No server.", "Start it.")

    rounds = follow([folder], lambda: ingest([folder], home, recipe()), idle, seconds=0.02)
    assert _done(rounds) == (3, 0, 0, 0)
    assert isinstance(next(rounds), EmbedderUnavailable)
    late = threading.Timer(0.5, lambda: write_articles(folder, {**TEXTS, "new.txt": "New\n\nIt is new."}))
    late.start()
    assert _done(rounds) == (1, 0, 0, 0)
    assert len(calls) > 1  # tried again meanwhile
