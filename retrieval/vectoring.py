"""Passages to vectors, kept as they come, and into Chroma: at once, or while the passages are searched by their words.

`catch_up` embeds what waits without holding the writers' lock, which it takes for the moments in which it stores: other
updates come in between. What is embedded is kept in the catalogue; Chroma, whose folder is copied for each change, gets
it in portions that grow with the index, so that all copies together are about twice the last one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from retrieval import builds, contexts
from retrieval.catalogue import Catalogue
from retrieval.catalogue_writer import CatalogueWriter, Vectors
from retrieval.disk import disk_errors
from retrieval.errors import IndexBusy
from retrieval.locking import held, writing
from retrieval.planning import Progress, Recipe
from retrieval.types import Article, Passage
from retrieval.vectors import VectorStore, copy

EMBED_BATCH = 64
"""Passages between two stores of vectors: what a kill can cost, two or three seconds of work; some 450 sentences, as
many as a server gets side by side."""
STEP = 128
"""Passages that are embedded between two looks at what others have changed."""
PORTION = 500
"""Passages that Chroma gets at least in one portion, unless they are the last."""
LEAST_CHURN = 1000
"""Deleted vectors whose room weighs nothing."""
_STORE_BATCH = 2000
_LOCK_SECONDS = 60.0  # until catching up gives way to another writer


def embed(
    writer: CatalogueWriter,
    wanted: Sequence[tuple[Article, Passage, str]],
    recipe: Recipe,
    progress: Progress | None,
) -> None:
    """Embed passages of articles, and keep their vectors under these keys."""
    missing = {key: (passage, article.title) for article, passage, key in wanted}
    rows = [(key, passage, title) for key, (passage, title) in missing.items()]
    for start in range(0, len(rows), EMBED_BATCH):
        batch = rows[start : start + EMBED_BATCH]
        writer.store_vectors(contexts.embedded(batch, recipe.embedder, recipe.centre))
        if progress is not None:
            progress("embedding", start + len(batch), len(rows))


def store(
    writer: CatalogueWriter,
    old: Catalogue | None,
    ready: Sequence[tuple[Passage, str]],
    obsolete: set[str],
    progress: Progress | None,
) -> Vectors | None:
    """Make the next version of the vectors, from that of the old catalogue if there is one; None: it needs no other.

    `ready`: passages with the keys of their vectors, which are kept already. Chroma keeps the room of what is deleted
    from it, and grows slower by it: when that is more than what is left, the next version is made from nothing.
    """
    now = old.vectors_folder() if old is not None else None
    for folder in builds.other_vectors(writer.folder, now):
        builds.delete(folder)
    rows = {passage.id: key for passage, key in ready}
    if now is not None and not rows and not obsolete:
        return None
    folder, churn = builds.new_vectors(writer.folder), 0
    if old is not None and now is not None:
        churn = old.churn() + len(obsolete)
        if churn > max(LEAST_CHURN, old.passage_count() - old.waiting_count()):
            rows = {one: key for one, key in old.with_vectors() if one not in obsolete} | rows
            churn = 0
        else:
            copy(now, folder)
    names = list(rows)
    with closing(VectorStore.create(folder)) as vectors:
        if churn:
            vectors.delete(sorted(obsolete))
        for start in range(0, len(names), _STORE_BATCH):
            batch = names[start : start + _STORE_BATCH]
            vectors.upsert(batch, writer.vectors([rows[one] for one in batch]))
            if progress is not None:
                progress("storing", start + len(batch), len(names))
    return Vectors(folder, churn)


def catch_up(home: Path, recipe: Recipe, progress: Progress | None = None, *, steps: int | None = None) -> bool:
    """Embed the passages that are searched by their words alone so far; whether it could, or another is at it.

    `steps`: how many times STEP passages at most; all for None. Killed at any moment it goes on where it was. Raises
    IndexBusy when another writes for a minute, EmbedderUnavailable, HomeNotWritable, DiskFull, DamagedIndex.
    """
    if not _left(home):
        return True
    try:
        with held(builds.index_folder(home) / "catching-up.lock", lambda _: _AtItAlready()):
            done = 0
            while steps is None or done < steps:
                left = _step(home, recipe, progress, last=steps is not None and done + 1 == steps)
                done += 1
                if not left:
                    break
    except _AtItAlready:
        return False
    return True


class _AtItAlready(Exception):
    """Another process is catching up."""


def _left(home: Path) -> int:
    build = builds.current(home)
    if build is None:
        return 0
    with closing(Catalogue(build)) as catalogue:
        return catalogue.waiting_count()


def _step(home: Path, recipe: Recipe, progress: Progress | None, *, last: bool) -> int:
    """Embed some passages, and give Chroma what is ready when that is enough; how many still wait."""
    build = builds.current(home)
    if build is None:
        return 0
    with closing(Catalogue(build)) as catalogue, catalogue.snapshot():
        if catalogue.settings() != recipe.settings:
            return 0  # it is made anew with the next update
        waiting, without = catalogue.waiting(), catalogue.unembedded(STEP)
        keys, passages = catalogue.keys(without), catalogue.passages(without)
        rows = [(keys[one], passages[one], catalogue.article(passages[one].article_id).title) for one in without]
        total, ready = catalogue.passage_count(), len(waiting) - catalogue.unembedded_count()
    vectors = [
        row
        for start in range(0, len(rows), EMBED_BATCH)
        for row in contexts.embedded(rows[start : start + EMBED_BATCH], recipe.embedder, recipe.centre)
    ]
    ready += len(rows)
    enough = ready >= max(PORTION, (total - len(waiting)) // 2) or ready == len(waiting) or last
    with _waited(builds.index_folder(home)):
        if builds.current(home) != build:
            return 1  # made anew meanwhile
        with (
            closing(Catalogue(build)) as now,
            disk_errors(home),
            closing(CatalogueWriter(build, recipe.settings)) as to,
        ):
            to.store_vectors(vectors)
            if enough:
                _bring_in(to, now)
            left = now.waiting_count()
    if progress is not None:
        progress("embedding", total - len(waiting) + ready, total)
    return left


def _bring_in(writer: CatalogueWriter, now: Catalogue) -> None:
    """Give Chroma what waits and is embedded, and name its new folder."""
    ready = sorted(now.waiting() - set(now.unembedded(None)))
    keys, passages = now.keys(ready), now.passages(ready)
    pairs = [(passages[one], keys[one]) for one in ready]
    if pairs:
        writer.caught_up(ready, store(writer, now, pairs, set(), None))


@contextmanager
def _waited(folder: Path) -> Iterator[None]:
    """The writers' lock, waited for. Raises IndexBusy after _LOCK_SECONDS."""
    end = time.monotonic() + _LOCK_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(writing(folder))
                break
            except IndexBusy:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.05)
        yield
