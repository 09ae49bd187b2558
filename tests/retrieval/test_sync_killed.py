"""An index whose writers are killed at random moments equals, after the next run, one that was built from nothing.

FOOTNOTE_TEST_KILLS sets how many kills (6 unless set; `make test-long`: 200), FOOTNOTE_TEST_SEED what is done when.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

import retrieval.reading
from retrieval.errors import NoIndex, SourceNotFound
from retrieval.index import Index
from retrieval.sync import ingest, remove
from tests.support.indexing import recipe
from tests.support.killing import TICK_NS, Killer, following, ingesting, removing, rows

KILLS = int(os.environ.get("FOOTNOTE_TEST_KILLS") or 6)
SEED = int(os.environ.get("FOOTNOTE_TEST_SEED") or 20)

Shown = dict[tuple[str, str], str]


class Folders:
    """Two folders of articles that change at random: added, changed, removed, moved, put where another was."""

    def __init__(self, parent: Path, rng: random.Random) -> None:
        self.both = [parent / "news", parent / "archive"]
        self._rng = rng
        self._count = 0
        for folder in self.both:
            folder.mkdir()
            for _ in range(4):
                self._add(folder / self._name())

    def change(self) -> None:
        """One to four changes; no folder is left empty."""
        for _ in range(self._rng.randint(1, 4)):
            here = self._rng.choice(self.both)
            files = sorted(here.glob("**/*.txt"))
            one = self._rng.choice(files)
            fate = self._rng.choice(["add", "edit", "remove", "move", "move", "away", "replace"])
            if fate == "add":
                self._add(here / self._name())
            elif fate == "edit":
                self._save(one, f"{one.read_text()}\n\n{self._paragraph()}")
            elif fate == "move":
                self._move(one, here / self._name())
            elif fate == "replace":  # what was there goes elsewhere, another article takes its place
                self._move(one, here / self._name())
                self._add(one)
            elif len(files) > 2 and fate == "remove":
                one.unlink()
            elif len(files) > 2:
                self._move(one, self._rng.choice(self.both) / self._name())

    def shown(self) -> Shown:
        """What an index of both shows."""
        return {
            (folder.name, path.relative_to(folder).as_posix()): path.read_text()
            for folder in self.both
            for path in folder.glob("**/*.txt")
        }

    def _name(self) -> str:
        self._count += 1
        return self._rng.choice(["", "old/", "new/"]) + f"{self._count}.txt"

    def _add(self, path: Path) -> None:
        paragraphs = [self._paragraph() for _ in range(self._rng.choice([1, 3, 3, 40]))]
        self._save(path, "\n\n".join([f"Title {self._rng.randint(0, 30)}", *paragraphs]))

    def _paragraph(self) -> str:
        return "\n".join(f"Word{self._rng.randint(0, 400)} said word{self._rng.randint(0, 400)}." for _ in range(3))

    def _save(self, path: Path, text: str) -> None:
        """As editors do: whole, under another name first."""
        path.parent.mkdir(exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(text)
        draft.replace(path)

    def _move(self, path: Path, target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        path.rename(target)


@pytest.mark.timeout(60 + 20 * KILLS)
def test_killed_at_any_moment_the_next_run_makes_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval.reading, "SETTLED_NS", TICK_NS)
    rng = random.Random(SEED)
    folders, home, fresh = Folders(tmp_path, rng), tmp_path / "home", tmp_path / "fresh"
    killer = Killer(rng)
    kills: Counter[str] = Counter()
    while kills.total() < KILLS:
        if rng.random() < 0.15:
            shutil.rmtree(home, ignore_errors=True)  # the next is a first build
        complete = [_seen(home)]  # all that a reader may be shown from here on
        for _ in range(rng.choice([1, 1, 2])):  # the second meets what the first has left
            kind = rng.choice(["ingest", "ingest", "remove", "watch"])
            if kind == "remove":
                complete += [_without_archive(shown) for shown in complete]
                killed = any(source == "archive" for source, _ in _seen(home)) and killer.kill(
                    removing, "archive", home
                )
            else:
                folders.change()
                complete.append(folders.shown())
                changing = partial(_change, folders, complete) if kind == "watch" else _leave
                killed = killer.kill(
                    ingesting if kind == "ingest" else following, folders.both, home, meanwhile=changing
                )
            now = _seen(home)
            if kind == "watch":  # it may have looked between two changes of the folders
                assert now.items() <= {item for shown in complete for item in shown.items()}
                complete.insert(0, now)
            assert now in complete, kind
            kills[f"{kind}, {'the new' if now == complete[-1] else 'an old'} state shown"] += killed
        if kind == "remove":
            with suppress(NoIndex, SourceNotFound):
                remove("archive", home, recipe())
            assert _seen(home) == _without_archive(_seen(home))
        assert ingest(folders.both, home, recipe()).notices == ()  # nothing was damaged
        _equals_one_from_nothing(folders, home, fresh)
    print(f"{kills.total()} kills, seed {SEED}: {dict(sorted(kills.items()))}; {killer.finished} came too late")


def _change(folders: Folders, complete: list[Shown]) -> None:
    folders.change()
    complete.append(folders.shown())


def _leave() -> None:
    pass


def _without_archive(shown: Shown) -> Shown:
    return {place: text for place, text in shown.items() if place[0] != "archive"}


def _seen(home: Path) -> Shown:
    """What a reader who comes now is shown; it is whole."""
    try:
        with closing(Index(home)) as index, index.snapshot() as catalogue:
            found = {(article.source, article.path): article.text for article in catalogue.articles()}
            assert index.vectors.count() >= catalogue.passage_count() - catalogue.waiting_count()
            assert index.words.passage_count() >= catalogue.passage_count()
            return found
    except NoIndex:
        return {}


def _equals_one_from_nothing(folders: Folders, home: Path, fresh: Path) -> None:
    ingest(folders.both, fresh, recipe())
    expected, found = rows(fresh), rows(home)
    for name in expected:
        assert found[name] == expected[name], name
    assert ingest(folders.both, home, recipe()).unchanged == len(folders.shown())
    assert len([path for path in (home / "index").iterdir() if path.is_dir()]) == 1
    shutil.rmtree(fresh)
