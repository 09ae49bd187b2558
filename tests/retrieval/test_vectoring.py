"""Many new passages: found by their words at once, by their meaning as their vectors come, and nothing gets lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import builds, sync, vectoring
from retrieval.catalogue import Catalogue
from retrieval.errors import EmbedderUnavailable
from retrieval.health import fault_of
from retrieval.index import Index
from retrieval.locking import held, writing
from retrieval.sync import ingest
from retrieval.vectoring import catch_up
from tests.support.indexing import SETTINGS, TEXTS, HashedEmbedder, paragraphs, recipe, shown, words, write_articles
from tests.support.killing import rows


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight passages are many."""
    monkeypatch.setattr(sync, "AT_ONCE", 3)
    monkeypatch.setattr(vectoring, "STEP", 2)
    monkeypatch.setattr(vectoring, "PORTION", 3)


class Unavailable(HashedEmbedder):
    """A server that is not there."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:  # noqa: ARG002 - as every embedder's
        raise EmbedderUnavailable("No server.", "Start it.")


def found_by_words(home: Path) -> list[str]:
    with closing(Index(home)) as index:
        query = {"en": [[(word, 1.0)] for word in words("stone noon forest")]}
        ids = [name for name, _ in index.words.search(query, 9)]
        return sorted(passage.text for passage in index.catalogue.passages(ids).values())


def waiting(home: Path) -> tuple[int, int]:
    """Passages that wait, and vectors that Chroma holds."""
    with closing(Index(home)) as index:
        return index.catalogue.waiting_count(), index.vectors.count()


def test_words_are_searched_before_anything_is_embedded(folder: Path, home: Path) -> None:
    embedder = HashedEmbedder()
    report = ingest([folder], home, recipe(embedder), vectors="later")
    assert (report.added, report.passages, embedder.texts) == (3, 8, [])
    assert len(found_by_words(home)) == 4
    assert waiting(home) == (8, 0)
    with closing(Index(home)) as index:
        assert all(check.ok for check in index.check())  # no damage
        assert fault_of(index.catalogue) is None


def test_vectors_come_in_portions_and_in_the_end_all_is_as_if_they_had_come_at_once(
    folder: Path, home: Path, tmp_path: Path
) -> None:
    ingest([folder], home, recipe(), vectors="later")
    seen = []
    while waiting(home)[0]:
        assert catch_up(home, recipe(), steps=1)
        seen.append(waiting(home))
        assert all(left + held == 8 for left, held in seen)
    assert len(seen) > 2
    assert shown(home) == paragraphs(TEXTS)
    ingest([folder], tmp_path / "other", recipe(), vectors="at once")
    assert rows(home) == rows(tmp_path / "other")


def test_an_ingest_catches_up_by_itself_and_embeds_nothing_twice(folder: Path, home: Path) -> None:
    embedder, told = HashedEmbedder(), list[tuple[str, int, int]]()
    ingest([folder], home, recipe(embedder), lambda *stage: told.append(stage))
    assert shown(home) == paragraphs(TEXTS)
    assert len(embedder.texts) == len(set(embedder.texts)) == 9  # one passage has two sentences
    assert [stage for stage in told if stage[0] == "embedding"][-1] == ("embedding", 8, 8)


def test_what_failed_on_the_way_is_gone_on_with(folder: Path, home: Path) -> None:
    with pytest.raises(EmbedderUnavailable):
        ingest([folder], home, recipe(Unavailable()))
    assert len(found_by_words(home)) == 4
    assert ingest([folder], home, recipe()).unchanged == 3
    assert shown(home) == paragraphs(TEXTS)


def test_changes_and_removals_meanwhile_are_kept(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe(), vectors="later")
    catch_up(home, recipe(), steps=1)
    texts = {**TEXTS, "bridge.txt": "Bridge\n\nIt fell.", "new.txt": "New\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\nFive."}
    del texts["forest.txt"]
    write_articles(folder, texts)
    ingest([folder], home, recipe(), vectors="later")
    with closing(Index(home)) as index:
        assert all(check.ok for check in index.check())
    catch_up(home, recipe())
    assert shown(home) == paragraphs(texts)


def test_a_small_update_comes_in_at_once_while_others_wait(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe(), vectors="later")
    write_articles(folder, {**TEXTS, "new.txt": "New\n\nOne."})
    ingest([folder], home, recipe(), vectors="later")
    assert waiting(home) == (8, 2)
    catch_up(home, recipe())
    assert waiting(home) == (0, 10)


def test_an_index_made_anew_takes_the_place_of_the_old_one_whole(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe())
    other = replace(recipe(), settings=replace(SETTINGS, analysis="another"))
    ingest([folder], home, other, vectors="later")
    assert waiting(home) == (0, 8)


def test_two_do_not_catch_up_at_once_and_the_other_says_so(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe(), vectors="later")
    with held(builds.index_folder(home) / "catching-up.lock", lambda _: AssertionError()):
        assert not catch_up(home, recipe())
        assert "Another process embeds" in ingest([folder], home, recipe()).notices[0]
    assert catch_up(home, recipe())


def test_another_may_write_between_and_is_waited_for(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe(), vectors="later")
    with writing(builds.index_folder(home)):
        at_it = Thread(target=catch_up, args=(home, recipe()))
        at_it.start()
        time.sleep(0.3)
        assert waiting(home) == (8, 0)
    at_it.join()
    assert shown(home) == paragraphs(TEXTS)


def test_vectors_of_other_settings_are_not_mixed_in(folder: Path, home: Path) -> None:
    ingest([folder], home, recipe(), vectors="later")
    catch_up(home, replace(recipe(), settings=replace(SETTINGS, embedder="another")))
    build = builds.current(home)
    assert build is not None
    with closing(Catalogue(build)) as catalogue:
        assert (catalogue.waiting_count(), catalogue.settings()) == (8, SETTINGS)
