"""An index made of articles that were indexed elsewhere and of their vectors: nothing is read, cut or embedded.

It is made beside the one that is there, which serves until the new one is complete, and takes its place only when its
stores are found in order. Where the articles and vectors come from is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from retrieval import builds
from retrieval.catalogue import Catalogue, IndexSettings
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.copying import put
from retrieval.disk import disk_errors
from retrieval.errors import DamagedIndex
from retrieval.health import fault_of
from retrieval.locking import writing
from retrieval.stored import load_spans
from retrieval.types import Article, Passage
from retrieval.vectoring import store
from retrieval.wording import Terms, clear, store_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.planning import Progress

Vectors = Iterable[tuple[str, "NDArray[np.float32]", "NDArray[np.float32]"]]
"""(key, the passage's vector (d,), those of its sentences (n, d))."""


_BATCH = 500  # keys whose vectors are stored at once


class Contents(NamedTuple):
    """What an index is made of. `rows`: articles as `copying.article_row` gives them."""

    settings: IndexSettings
    rows: Sequence[Mapping[str, Any]]
    sources: Sequence[Sequence[str]]
    derived: Mapping[str, Sequence[Sequence[Any]]]


def restore(home: Path, contents: Contents, vectors: Vectors, terms: Terms, progress: Progress | None = None) -> int:
    """Make the index of a home of these contents; how many passages it has. Passages without a vector wait for it.

    Raises DamagedIndex where what was made is not in order, IndexBusy, HomeNotWritable, DiskFull; then the index that
    was there goes on.
    """
    with writing(builds.index_folder(home)), disk_errors(home):
        build = builds.new(home)
        try:
            count = _make(build, contents, vectors, terms, progress)
        except BaseException:
            builds.delete(build)
            raise
        builds.make_current(home, build)
        for other in builds.others(home):
            builds.delete(other)
        return count


def _make(build: Path, contents: Contents, vectors: Vectors, terms: Terms, progress: Progress | None) -> int:
    """Make an index in this folder; how many passages it has. Raises DamagedIndex where it is not in order."""
    with closing(CatalogueWriter(build, contents.settings)) as writer:
        batch: list[Any] = []
        for one in vectors:
            batch.append(one)
            if len(batch) == _BATCH:
                writer.store_vectors(batch)
                batch = []
        writer.store_vectors(batch)
        passages = list(passages_of(contents.rows))
        store_words(writer, passages, terms)
        keys = {passage[0]: passage[5] for row in contents.rows for passage in row["passages"]}
        lacking = writer.without_vector(keys.values())
        ready = [(passage, keys[passage.id]) for _, passage in passages if keys[passage.id] not in lacking]
        stored = store(writer, None, ready, set(), progress)
        put(
            writer,
            contents.rows,
            sources=contents.sources,
            derived=contents.derived,
            meta={},
            vectors=stored.folder.name if stored is not None else None,
            waiting=[name for name, key in keys.items() if key in lacking],
        )
        clear(writer)
    with closing(Catalogue(build)) as made:
        fault = fault_of(made)
        if fault is not None:
            raise DamagedIndex(fault, "Try it again; the index that was there is as it was.")
        return made.passage_count()


def passages_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Article, Passage]]:
    """The passages of these articles, each with its article, as far as the word index needs them."""
    for row in rows:
        article = Article(row["id"], row["source"], row["path"], row["text"], row["title"])
        for name, start, end, language, sentences, _ in row["passages"]:
            text = article.text[start:end]
            yield article, Passage(name, article.id, start, end, language, text, load_spans(sentences))
