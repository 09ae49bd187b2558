"""Bring an archive home from the server: an embedded index of its articles and vectors, without embedding."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval import builds
from retrieval.catalogue import Catalogue
from retrieval.copying import article_row, derived_rows
from retrieval.errors import DamagedIndex, NoIndex
from retrieval.restoring import Contents, restore
from retrieval.shared.pulling import here, pull
from retrieval.shared.reading import Shared
from retrieval.shared.server import Server
from retrieval.wording import Terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.planning import Progress


_AGAIN: Final = "Publish the archive again where it was made: footnote ingest FOLDER."


def bring_home(home: Path, replica: Path, server: Server, terms: Terms, progress: Progress | None = None) -> int:
    """Make the index of a home of what the server publishes; how many passages it has.

    `replica`: the home of the replica, which is brought up to date for it. Raises what `pull` and `restore` do.
    """
    with here(replica):
        pull(replica, server, terms, progress)
    build = builds.current(replica)
    if build is None:
        raise NoIndex(f"There is no replica in {replica}.")
    with closing(Catalogue(build)) as catalogue, catalogue.snapshot():
        contents = Contents(
            catalogue.settings(),
            [article_row(catalogue, article) for article in sorted(catalogue.texts())],
            [[source.name, str(source.root)] for source in catalogue.sources()],
            derived_rows(catalogue),
        )
        return restore(home, contents, _vectors(catalogue, server, terms, progress), terms, progress)


def _vectors(
    catalogue: Catalogue, server: Server, terms: Terms, progress: Progress | None
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """Each key with its vectors."""
    shared = Shared(server, terms)
    store = shared.vectors(catalogue)
    keys: dict[str, str] = {}
    for passage, key in sorted(catalogue.with_vectors()):
        keys.setdefault(key, passage)
    names = list(keys.values())
    by_passage = {passage: key for key, passage in keys.items()}
    for start in range(0, len(names), server.page):
        part = names[start : start + server.page]
        rows, sentences = store.vectors(part), shared.sentence_vectors(catalogue, part)
        if shared.trouble is not None:
            raise shared.trouble
        if missing := len(part) - len(sentences):
            raise DamagedIndex(f"The server lacks the sentences of {missing} passages.", _AGAIN)
        for name, row in zip(part, rows, strict=True):
            yield by_passage[name], np.asarray(row), sentences[name]
        if progress is not None:
            progress("fetching vectors", start + len(part), len(names))
