"""Make the replica in a home equal to what the server publishes: articles, passages and words; vectors stay there.

What is newer than the replica is fetched and brought in with one transaction, words included, as an update is. Where
the replica has other settings or is too far behind, or what came does not add up to what was published, all is fetched
anew beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval import builds
from retrieval.catalogue import Catalogue, IndexSettings
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.copying import Unlike, check, put
from retrieval.disk import disk_errors
from retrieval.errors import BadServer, DamagedIndex, NoIndex, OutdatedIndex
from retrieval.locking import busy, held, writing
from retrieval.restoring import passages_of
from retrieval.shared import records
from retrieval.shared.records import WAITING
from retrieval.shared.server import ARTICLES, Head, Server
from retrieval.wording import Terms, clear, restore_words, store_words

if TYPE_CHECKING:
    from retrieval.planning import Progress

PUBLISHED = "published"
"""Under this name a replica notes the generation that it has."""
AHEAD = "ahead"
"""Under this name it notes "1" while it has more than that: what was written here and is not published yet."""


def pull(home: Path, server: Server, terms: Terms, progress: Progress | None = None) -> int:
    """Bring the replica in a home up to date; the generation it has then.

    Raises NoIndex where nothing was published, IndexBusy where another process of this machine is at it, and
    ServerUnreachable, BadServer, HomeNotWritable, DiskFull.
    """
    with writing(builds.index_folder(home)):
        head = server.head()
        if published_in(home) == head.generation:
            return head.generation
        if not _bring_in(home, server, head, terms, progress, anew=False):
            head = server.head()  # another was published meanwhile, or the replica had lost its way
            if not _bring_in(home, server, head, terms, progress, anew=True):
                raise BadServer(f"What lies at {server.place.shown} is not what was published there.")
        return head.generation


@contextmanager
def here(home: Path) -> Iterator[None]:
    """Only one process of this machine brings a replica up to date, or updates it. Raises IndexBusy."""
    with held(builds.index_folder(home) / "shared.lock", busy):
        yield


def note(home: Path, generation: int, *, ahead: bool = False) -> None:
    """The index of a home is what was published under this generation, or `ahead` of it."""
    build = builds.current(home)
    assert build is not None  # it was published
    with closing(Catalogue(build)) as catalogue:
        settings = catalogue.settings()
    with writing(builds.index_folder(home)), closing(CatalogueWriter(build, settings)) as writer, writer.transaction():
        writer.note(PUBLISHED, str(generation))
        writer.note(AHEAD, "1" if ahead else "")


def is_ahead(home: Path) -> bool:
    """Whether the replica in a home has more than what is published."""
    build = builds.current(home)
    if build is None:
        return False
    try:
        with closing(Catalogue(build)) as catalogue:
            return catalogue.noted(AHEAD) == "1"
    except (NoIndex, OutdatedIndex, DamagedIndex):
        return False


def published_in(home: Path) -> int:
    """The published generation that the replica in a home has; 0 where there is none that can be read."""
    build = builds.current(home)
    if build is None:
        return 0
    try:
        with closing(Catalogue(build)) as catalogue:
            return int(catalogue.noted(PUBLISHED) or 0)
    except (NoIndex, OutdatedIndex, DamagedIndex):
        return 0


def _bring_in(home: Path, server: Server, head: Head, terms: Terms, progress: Progress | None, *, anew: bool) -> bool:
    """Whether the replica then is what was published."""
    try:
        settings = IndexSettings(**head.settings)
    except TypeError as error:
        raise BadServer(f"The archive at {server.place.shown} was put there by another version of Footnote.") from error
    build, base = builds.current(home), None
    if build is not None and not anew and published_in(home):
        base = Catalogue(build)
        if base.settings() != settings:
            base.close()
            base = None
    build = base.folder if base is not None else builds.new(home)
    since = published_in(home) if base is not None else 0
    with disk_errors(home), closing(CatalogueWriter(build, settings)) as writer:
        rows: list[Mapping[str, Any]] = []
        gone: list[str] = []
        for article, row in _fetched(server, since, head.generation, progress):
            if row is None:
                gone.append(article)
            else:
                rows.append(row)
        if base is not None:
            restore_words(writer, base, terms)
        store_words(writer, list(passages_of(rows)), terms)
        try:
            put(
                writer,
                rows,
                gone=gone,
                sources=head.sources,
                derived=head.derived,
                meta={PUBLISHED: str(head.generation), AHEAD: ""},
                waiting=[one for row in rows for one in row.get(WAITING, ())],
                wanted=(head.archive, head.passages),
            )
            clear(writer)
            same = True
        except Unlike:
            same = False  # nothing was changed, and what serves goes on
        if base is not None:
            base.close()
        if same and builds.current(home) != build:
            builds.make_current(home, build)
    if same:
        for other in builds.others(home):
            builds.delete(other)
    elif builds.current(home) != build:
        builds.delete(build)
    return same


def _fetched(
    server: Server, since: int, until: int, progress: Progress | None
) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """The articles that were published after one generation and up to another, in their newest form; None: it went."""
    within = {"$and": [{"generation": {"$gt": since}}, {"generation": {"$lte": until}}]}
    pieces: dict[str, tuple[int, dict[int, str]]] = {}
    for count, (_, said, document) in enumerate(server.rows(ARTICLES, ["metadatas", "documents"], within), 1):
        article, generation = str(said["article"]), int(said["generation"])
        newest, mine = pieces.get(article, (0, {}))
        if generation > newest:
            newest, mine = generation, {}
        if generation == newest:
            mine[int(said["part"])] = document
            pieces[article] = newest, mine
        if progress is not None and count % 200 == 0:
            progress("fetching", count, 0)
    for article, (_, parts) in sorted(pieces.items()):
        texts = [parts[at] for at in sorted(parts)]
        if texts == [""]:
            yield article, None
            continue
        try:
            row = records.unpack(texts)
            check(row)
        except (ValueError, TypeError, KeyError) as error:
            raise BadServer(f"The article {article} at {server.place.shown} is damaged.") from error
        yield article, row
