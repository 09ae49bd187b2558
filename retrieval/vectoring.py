"""Passages to vectors, kept as they come, and into Chroma: at once, or while the passages are searched by their words.

`catch_up` embeds what waits without holding the writers' lock, which it takes for the moments in which it stores: other
updates come in between. What is embedded is kept in the catalogue; Chroma, whose folder is copied for each change, gets
it in portions that grow with the index, so that all copies together are about twice the last one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
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
    missing = {key: (passage, contexts.heading(article)) for article, passage, key in wanted}
    rows = [(key, passage, head) for key, (passage, head) in missing.items()]
    for start in range(0, len(rows), recipe.together):
        batch = rows[start : start + recipe.together]
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


def catch_up(
    home: Path,
    recipe: Recipe,
    progress: Progress | None = None,
    *,
    steps: int | None = None,
    bring_in: Callable[[], object] | None = None,
) -> bool:
    """Embed the passages that are searched by their words alone so far; whether it could, or another is at it.

    `steps`: how many times STEP passages at most; all for None. `bring_in`: lets readers see what is embedded, a
    portion at a time, in place of this module's. Killed at any moment it goes on where it was. Raises IndexBusy when
    another writes for a minute, EmbedderUnavailable, HomeNotWritable, DiskFull, DamagedIndex, and what `bring_in` does.
    """
    if not waiting(home):
        return True
    try:
        with held(builds.index_folder(home) / "catching-up.lock", lambda _: _AtItAlready()):
            done, left = 0, 1
            while left and (steps is None or done < steps):
                done += 1
                enough, left = _step(home, recipe, progress)
                if enough or (left and done == steps and bring_in is None):
                    (bring_in or partial(bring, home, recipe))()
                    left = waiting(home)
    except _AtItAlready:
        return False
    return True


class _AtItAlready(Exception):
    """Another process is catching up."""


def waiting(home: Path) -> int:
    """How many passages their words alone find so far."""
    build = builds.current(home)
    if build is None:
        return 0
    with closing(Catalogue(build)) as catalogue:
        return catalogue.waiting_count()


def _step(home: Path, recipe: Recipe, progress: Progress | None) -> tuple[bool, int]:
    """Embed some passages and keep their vectors; whether there are enough to bring in, and how many still wait."""
    build = builds.current(home)
    if build is None:
        return False, 0
    with closing(Catalogue(build)) as catalogue, catalogue.snapshot():
        if catalogue.settings() != recipe.settings:
            return False, 0  # it is made anew with the next update
        waits, without = catalogue.waiting_count(), catalogue.unembedded(STEP)
        keys, passages = catalogue.keys(without), catalogue.passages(without)
        heads = {one: contexts.heading(catalogue.article(passages[one].article_id)) for one in without}
        rows = [(keys[one], passages[one], heads[one]) for one in without]
        total, ready = catalogue.passage_count(), waits - catalogue.unembedded_count()
    vectors = [
        row
        for start in range(0, len(rows), recipe.together)
        for row in contexts.embedded(rows[start : start + recipe.together], recipe.embedder, recipe.centre)
    ]
    with _waited(builds.index_folder(home)):
        if builds.current(home) != build:
            return False, 1  # made anew meanwhile
        with disk_errors(home), closing(CatalogueWriter(build, recipe.settings)) as writer:
            writer.store_vectors(vectors)
    ready += len(rows)
    if progress is not None:
        progress("embedding", total - waits + ready, total)
    return ready >= max(PORTION, (total - waits) // 2) or ready == waits, waits


def bring(home: Path, recipe: Recipe) -> None:
    """Let readers see what is embedded: Chroma gets it, in a new folder, unless the vectors are on a server."""
    with _waited(builds.index_folder(home)):
        build = builds.current(home)
        assert build is not None  # there are passages that wait
        with closing(Catalogue(build)) as now:
            if now.settings() != recipe.settings:
                return
            ready = sorted(now.waiting() - set(now.unembedded(None)))
            keys, passages = now.keys(ready), now.passages(ready)
            pairs = [(passages[one], keys[one]) for one in ready]
            if pairs:
                with disk_errors(home), closing(CatalogueWriter(build, recipe.settings)) as writer:
                    vectors = None if recipe.shared else store(writer, now, pairs, set(), None)
                    writer.caught_up(ready, vectors)


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
