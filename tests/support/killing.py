"""Processes that change an index and are killed at a random moment, and the whole of an index, row by row.

A process is forked from one that has imported everything, so that the moment falls into its work and not into imports.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import retrieval.reading
from retrieval import builds, sync, vectoring
from retrieval.catalogue import Catalogue, connect
from retrieval.lexical import WordIndex
from retrieval.sync import ingest, remove
from retrieval.vectors import VectorStore
from retrieval.watching import follow
from tests.support.indexing import recipe, words

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["chromadb", "tantivy", "tests.support.killing"])

TICK_NS = 20_000_000
"""Stands in for `SETTLED_NS`: files of a test are young, and here their system's clock ticks every few milliseconds."""


class Killer:
    """Starts work and kills it after a random part of the time that it would take, as far as that is known by now."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._typical = 0.4
        self.finished = 0

    def kill(self, work: Callable[..., None], *values: Any, meanwhile: Callable[[], object] = lambda: None) -> bool:
        """Whether the work was killed before it was done; `meanwhile` is done while it is at it."""
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_working, args=(theirs, work, *values))
        process.start()
        ours.recv()
        meanwhile()
        time.sleep(self._rng.uniform(0, self._typical))
        process.kill()
        process.join()
        killed = process.exitcode != 0
        assert process.exitcode in (0, -9)
        self._typical = min(max(self._typical * (1.03 if killed else 0.85), 0.05), 3)
        self.finished += not killed
        return killed


def _working(connection: Connection, work: Callable[..., None], *values: Any) -> None:
    retrieval.reading.SETTLED_NS = TICK_NS
    sync.AT_ONCE, vectoring.STEP, vectoring.PORTION = 12, 6, 9  # some updates come in at once, others catch up
    connection.send("at it")
    work(*values)


def ingesting(folders: list[Path], home: Path) -> None:
    """Bring these folders in."""
    ingest(folders, home, recipe())


def removing(name: str, home: Path) -> None:
    """Drop a source."""
    remove(name, home, recipe())


def following(folders: list[Path], home: Path) -> None:
    """Follow these folders, without end."""
    for _ in follow(folders, lambda: ingest(folders, home, recipe()), seconds=0.02):
        pass


def rows(home: Path) -> dict[str, list[Any]]:
    """All that an index holds; articles and passages by their places instead of their ids."""
    build = builds.current(home)
    assert build is not None
    with closing(connect(build)) as db:
        articles = db.execute("SELECT * FROM articles ORDER BY source, path").fetchall()
        places = {article[0]: f"{article[1]}/{article[2]}" for article in articles}
        passages = db.execute("SELECT * FROM passages").fetchall()
        where = {one[0]: f"{places[one[1]]}:{one[2]}-{one[3]}" for one in passages}
        found = {
            "sources": db.execute("SELECT * FROM sources ORDER BY name").fetchall(),
            "articles": [article[1:] for article in articles],
            "passages": sorted((where[one[0]], *one[4:]) for one in passages),
            "embeddings": db.execute("SELECT * FROM embeddings ORDER BY key").fetchall(),
            "waiting": db.execute("SELECT * FROM waiting").fetchall(),
            "touched": db.execute("SELECT * FROM touched").fetchall(),
            "likeness": sorted((places[one[0]], *one[1:]) for one in db.execute("SELECT * FROM likeness")),
            "stories": sorted(
                [
                    places[one]
                    for (one,) in db.execute("SELECT article FROM stories WHERE story = ? ORDER BY place", story)
                ]
                for story in db.execute("SELECT DISTINCT story FROM stories").fetchall()
            ),
            "replaced": sorted((places[one], places[by]) for one, by in db.execute("SELECT * FROM replaced")),
            "learnt": db.execute("SELECT * FROM learnt ORDER BY site, line").fetchall(),
        }
    with closing(Catalogue(build)) as catalogue, closing(VectorStore.open(catalogue.vectors_folder())) as vectors:
        held = zip(where, vectors.vectors(list(where)), strict=True)
        found["vectors"] = sorted((where[passage], vector.tobytes()) for passage, vector in held)
        found["vectors held"] = [vectors.count()]
    index = WordIndex.open(build / builds.WORDS)
    terms = sorted({term for article in articles for term in words(article[3])})
    found["words"] = [(term, sorted(where[passage] for passage in _having(index, term))) for term in terms]
    found["words held"] = [index.passage_count()]
    return found


def _having(index: WordIndex, term: str) -> Iterator[str]:
    for passage, _ in index.search({"en": [[(term, 1.0)]]}, max(index.passage_count(), 1)):
        yield passage
