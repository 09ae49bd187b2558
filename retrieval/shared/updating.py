"""Update an archive on a server from this machine: the replica is brought up to date, written to, and published.

While that goes on, and after a publication that failed, the replica is ahead of what is published, and says so: it
answers from what it has, passages whose vectors the server lacks are found by their words, and the next update
publishes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from retrieval import builds
from retrieval.catalogue import Catalogue
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.errors import DamagedIndex, IndexBusy, NoIndex, OutdatedIndex
from retrieval.locking import writing
from retrieval.shared.publishing import LostVectors, publish
from retrieval.shared.pulling import here, is_ahead, note, published_in, pull
from retrieval.shared.server import ARTICLES, Server, Term, passages_name, sentences_name
from retrieval.wording import Terms

if TYPE_CHECKING:
    from retrieval.planning import Progress

_LOOK: Final = 1.0  # seconds between two tries for the right to write

Result = TypeVar("Result")


def update(
    home: Path,
    server: Server,
    terms: Terms,
    write: Callable[[], Result],
    progress: Progress | None = None,
    *,
    always: bool = False,
    patience: float = 0.0,
) -> Result:
    """Let `write` change the replica in a home, and publish what came of it; nothing where it changed nothing.

    `always`: publish in any case, so that what is damaged on the server is sent again. `patience`: seconds for which
    another writer is waited for. Raises what `write`, `pull` and `publish` do, and IndexBusy.
    """
    with _patiently(home, server, patience) as term:
        if server.generation():
            pull(home, server, terms, progress)
        before, behind, generation = _state(home), is_ahead(home), published_in(home)
        if before is not None:
            note(home, generation, ahead=True)
        try:
            result = write()
        finally:
            if before is not None and not behind and _state(home) == before:
                note(home, generation)  # nothing was changed
        if _state(home) is None:
            return result
        note(home, generation, ahead=True)  # it may be another build
        if always or behind or not generation or _state(home) != before or _lacking(home, server):
            generation = _published(home, server, term, progress)
        note(home, generation)
    return result


def _published(home: Path, server: Server, term: Term, progress: Progress | None) -> int:
    """Publish; passages whose vectors are lost wait to be embedded again, and are found by their words till then."""
    while True:
        try:
            return publish(home, server, term, progress)
        except LostVectors as error:
            build = builds.current(home)
            assert build is not None  # it was being published
            with closing(Catalogue(build)) as catalogue:
                settings = catalogue.settings()
            with writing(builds.index_folder(home)), closing(CatalogueWriter(build, settings)) as writer:
                writer.lost(error.passages)


@contextmanager
def _patiently(home: Path, server: Server, patience: float) -> Iterator[Term]:
    end = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                with ExitStack() as trying:
                    trying.enter_context(here(home))
                    term = trying.enter_context(server.writing())
                    stack.push(trying.pop_all())
                break
            except IndexBusy:
                if time.monotonic() >= end:
                    raise
            time.sleep(_LOOK)
        yield term


def _state(home: Path) -> tuple[Path, int] | None:
    """The replica's build and generation; None where there is none that can be read."""
    build = builds.current(home)
    if build is None:
        return None
    try:
        with closing(Catalogue(build)) as catalogue:
            return build, catalogue.generation()
    except (NoIndex, OutdatedIndex, DamagedIndex):
        return None


def _lacking(home: Path, server: Server) -> bool:
    """Whether the server holds less than was published, as far as counting shows."""
    build = builds.current(home)
    assert build is not None  # asked after an update
    with closing(Catalogue(build)) as catalogue:
        settings = asdict(catalogue.settings())
        held = catalogue.with_vectors()
        wanted = {
            passages_name(settings): len(held),
            sentences_name(settings): len({key for _, key in held}),
            ARTICLES: catalogue.archive().articles,
        }
    return any(server.count(name) < least for name, least in wanted.items())
