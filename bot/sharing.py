"""Where an index is, by the settings: in the home, or on a Chroma server with a replica in the home; and moving it.

Composes `retrieval.shared`. An update of an archive on a server is written to the replica and published from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from bot.errors import BadSettings
from bot.home import SHARED
from bot.settings import Settings
from retrieval import builds
from retrieval.errors import AlreadyThere, DamagedIndex, IndexBusy

if TYPE_CHECKING:
    from retrieval.planning import Recipe
    from retrieval.shared.reading import Shared
    from retrieval.shared.server import Server
    from retrieval.wording import Terms

Progress = Callable[[str, int, int], object]
Result = TypeVar("Result")
_PATIENCE: Final = 600.0  # seconds for which what was embedded waits while another machine writes


def index_home(settings: Settings) -> Path:
    """The folder whose index answers: the home; with CHROMA_URL a folder in it, for the replica of that archive."""
    if settings.chroma_url is None:
        return settings.home
    where = "\n".join(
        part or "" for part in (settings.chroma_url.rstrip("/"), settings.chroma_tenant, settings.chroma_database)
    )
    return settings.home / SHARED / hashlib.sha256(where.encode()).hexdigest()[:12]


def server_of(settings: Settings) -> Server:
    """The server of CHROMA_URL, not connected yet."""
    from retrieval.shared.server import Place, Server

    assert settings.chroma_url is not None  # asked by those who know
    return Server(Place(settings.chroma_url, settings.chroma_api_key, settings.chroma_tenant, settings.chroma_database))


def shared(settings: Settings) -> Shared | None:
    """The server's part in an index; None without CHROMA_URL."""
    if settings.chroma_url is None:
        return None
    from retrieval.shared.reading import Shared

    return Shared(server_of(settings), terms(settings))


def terms(settings: Settings) -> Terms:
    """How a text becomes the terms of the word index."""
    from retrieval import analysis

    return partial(analysis.passage_terms, names=settings.names)


def written(
    settings: Settings,
    write: Callable[[Path], Result],
    progress: Progress | None = None,
    *,
    always: bool = False,
    patience: float = 0.0,
) -> Result:
    """Let an update write to the index; one on a server is brought up to date before, and published after.

    `write` gets the folder that is written to. `always`, `patience`: see `retrieval.shared.updating.update`.
    """
    home = index_home(settings)
    if settings.chroma_url is None:
        return write(home)
    from retrieval.shared.updating import update

    with closing(server_of(settings)) as server:
        return update(home, server, terms(settings), lambda: write(home), progress, always=always, patience=patience)


def catch_up(settings: Settings, recipe: Recipe, progress: Progress | None, *, steps: int | None = None) -> bool:
    """Embed the passages that are found by their words alone so far; whether it could, or another process is at it.

    What is embedded is published a portion at a time, and the archive is free for other writers between. See
    `retrieval.vectoring.catch_up`.
    """
    from retrieval import vectoring

    home = index_home(settings)
    if settings.chroma_url is None:
        return vectoring.catch_up(home, recipe, progress, steps=steps)

    from retrieval.shared.pulling import here, pull

    if vectoring.waiting(home):  # or another machine has embedded them meanwhile
        with suppress(IndexBusy), closing(server_of(settings)) as server, here(home):
            pull(home, server, terms(settings))

    def publish() -> None:
        written(settings, lambda at: vectoring.bring(at, recipe), patience=_PATIENCE)

    return vectoring.catch_up(home, recipe, progress, steps=steps, bring_in=publish)


def move(settings: Settings, *, back: bool = False, over: bool = False, progress: Progress | None = None) -> int:
    """Put the index of the home on the server of CHROMA_URL, or `back` from there into the home; nothing is embedded.
    What it was made of stays where it was. How many passages there are in the new place.

    `over`: in place of what is there. Raises BadSettings without CHROMA_URL, AlreadyThere, NoIndex and what
    `retrieval.shared` does.
    """
    from retrieval.catalogue import Catalogue
    from retrieval.index import Index
    from retrieval.shared.moving import bring_home
    from retrieval.shared.publishing import publish

    if settings.chroma_url is None:
        raise BadSettings(["CHROMA_URL should be the address of the Chroma server, and is not set."])
    with closing(server_of(settings)) as server:
        if back:
            if not over and builds.current(settings.home) is not None:
                raise AlreadyThere(f"There is an index in {settings.home} already.")
            return bring_home(settings.home, index_home(settings), server, terms(settings), progress)
        if not over and server.generation():
            raise AlreadyThere(f"There is an archive on the Chroma server at {server.place.shown} already.")
        with server.writing() as term:
            publish(settings.home, server, term, progress)
    with closing(Index(index_home(settings), shared(settings))) as index:
        for check in index.check():
            if not check.ok:
                raise DamagedIndex(check.message, check.next_step)
    build = builds.current(settings.home)
    assert build is not None  # it was published
    with closing(Catalogue(build)) as catalogue:
        return catalogue.passage_count()


def on_server(settings: Settings) -> str:
    """What there is to say of the server of a shared archive."""
    from retrieval.shared.pulling import is_ahead

    with closing(server_of(settings)) as server:
        head, holder = server.head(), server.holder()
        where = f"Chroma {server.version()} at {server.place.shown}"
        said = f"{where}: publication {head.generation}, {head.passages} passages."
    if not holder and is_ahead(index_home(settings)):
        raise DamagedIndex("What this machine did last is not published.", "Publish it: footnote ingest.")
    return f"{said} {holder}" if holder else said
