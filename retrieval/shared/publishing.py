"""Make the server hold what a home's index holds: the difference alone is sent, and readers see it when all is there.

What the server holds is asked each time, so a publication that was killed is simply made again. Records of articles lie
beside those of the publication before until the next one, because a reader may still be fetching them; vectors of
passages that nobody knows any more are found by nobody, and go at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval import builds
from retrieval.catalogue import Catalogue
from retrieval.copying import article_row, derived_rows
from retrieval.errors import DamagedIndex, NoIndex
from retrieval.shared import records
from retrieval.shared.server import (
    ARTICLES,
    HEAD,
    PREFIX,
    TERM,
    Head,
    Server,
    Term,
    passages_name,
    sentences_name,
)

if TYPE_CHECKING:
    from retrieval.planning import Progress

_KEPT_TOMBSTONES = 1000
"""Records of articles that went, kept for readers that are behind; beyond, those readers fetch everything."""


class LostVectors(DamagedIndex):
    """The vectors of these passages are neither here nor on the server."""

    def __init__(self, passages: Sequence[str]) -> None:
        super().__init__(
            f"{len(passages)} vectors are neither here nor on the server.", "Make them anew: footnote ingest FOLDER"
        )
        self.passages = passages


def publish(home: Path, server: Server, term: Term, progress: Progress | None = None) -> int:
    """Publish the index of a home, under the right to write; the generation it has there.

    Raises NoIndex, LostVectors, IndexBusy where another has taken over meanwhile,
    ServerUnreachable, BadServer.
    """
    build = builds.current(home)
    if build is None:
        raise NoIndex(f"There is no index in {home}.")
    with closing(Catalogue(build)) as catalogue, catalogue.snapshot():
        settings = asdict(catalogue.settings())
        before = server.generation()
        _clear(server, before, settings)
        keys = dict(catalogue.with_vectors())
        _send_passages(server, catalogue, passages_name(settings), keys, progress)
        _send_sentences(server, catalogue, sentences_name(settings), set(keys.values()), progress)
        _send_articles(server, catalogue, term, before, progress)
        head = Head(
            term.number,
            settings,
            [[source.name, str(source.root)] for source in catalogue.sources()],
            list(catalogue.archive()),
            derived_rows(catalogue),
            catalogue.passage_count(),
        )
        term.check()
        server.publish_head(head)
        server.clear_heads(term.number)
        _forget(server, passages_name(settings), set(keys))
        _forget(server, sentences_name(settings), set(keys.values()))
    return term.number


def _send_passages(
    server: Server, catalogue: Catalogue, name: str, keys: Mapping[str, str], progress: Progress | None
) -> None:
    import numpy as np

    server.collection(name, create=True)
    held = {passage: said.get("key") for passage, said, _ in server.rows(name, ["metadatas"])}
    missing = [passage for passage, key in keys.items() if held.get(passage) != key]
    for start in range(0, len(missing), server.page):
        part = missing[start : start + server.page]
        vectors = catalogue.passage_vectors(part)
        if lost := [one for one in part if one not in vectors]:
            raise LostVectors(lost)
        server.put(name, [(one, {"key": keys[one]}, None, np.asarray(vectors[one])) for one in part])
        if progress is not None:
            progress("publishing vectors", start + len(part), len(missing))


def _send_sentences(server: Server, catalogue: Catalogue, name: str, keys: set[str], progress: Progress | None) -> None:
    server.collection(name, create=True)
    held = {one for one, *_ in server.rows(name, []) if "#" not in one}
    missing = sorted(keys - held)
    for start in range(0, len(missing), server.page):
        rows = []
        for key, sentences in catalogue.packed_sentences(missing[start : start + server.page]).items():
            for at, piece in enumerate(records.split(sentences)):
                said = {"key": key, "part": at, **records.values(piece)}
                rows.append((f"{key}#{at}" if at else key, said, None, None))
        # The first piece of each last: one that is there has all the others.
        server.put(name, sorted(rows, key=lambda row: "#" not in row[0]))
        if progress is not None:
            progress("publishing sentences", min(start + server.page, len(missing)), len(missing))


def _send_articles(server: Server, catalogue: Catalogue, term: Term, before: int, progress: Progress | None) -> None:
    server.collection(ARTICLES, create=True)
    held = newest(server, before)
    ids, waiting = sorted(catalogue.texts()), catalogue.waiting()
    rows: list[tuple[str, Mapping[str, Any], str | None, Any]] = []
    for count, article in enumerate(ids, 1):
        row = article_row(catalogue, article)
        if waits := sorted(passage[0] for passage in row["passages"] if passage[0] in waiting):
            row[records.WAITING] = waits
        digest = records.digest(row)
        if held.pop(article, ("", 0))[0] != digest:
            pieces = records.pack(row)
            said = {"article": article, "generation": term.number, "digest": digest, "parts": len(pieces)}
            rows += [
                (f"{article}@{term.number}#{at}", {**said, "part": at}, piece, None) for at, piece in enumerate(pieces)
            ]
        if len(rows) >= server.page or count == len(ids):
            server.put(ARTICLES, rows)
            rows = []
            if progress is not None:
                progress("publishing articles", count, len(ids))
    gone = [article for article, (digest, _) in held.items() if digest]
    tombstone = {"generation": term.number, "digest": "", "part": 0, "parts": 1}
    server.put(ARTICLES, [(f"{one}@{term.number}#0", {**tombstone, "article": one}, "", None) for one in gone])


def newest(server: Server, generation: int) -> dict[str, tuple[str, int]]:
    """For each article up to this generation: the digest of its newest record ("" where it went) and its generation."""
    found: dict[str, tuple[str, int]] = {}
    for _, said, _ in server.rows(ARTICLES, ["metadatas"], {"generation": {"$lte": generation}}):
        if said["generation"] >= found.get(said["article"], ("", 0))[1]:
            found[said["article"]] = (str(said["digest"]), int(said["generation"]))
    return found


def _clear(server: Server, generation: int, settings: Mapping[str, Any]) -> None:
    """Delete what no reader of this generation needs: superseded records, and what a killed publication left."""
    server.collection(ARTICLES, create=True)
    held = newest(server, generation)
    stale = [
        name
        for name, said, _ in server.rows(ARTICLES, ["metadatas"])
        if held.get(said["article"], ("", -1))[1] != said["generation"]
    ]
    tombstones = [f"{article}@{when}#0" for article, (digest, when) in held.items() if not digest]
    if len(tombstones) > _KEPT_TOMBSTONES:
        stale += tombstones
    server.delete(ARTICLES, stale)
    now = {passages_name(settings), sentences_name(settings), ARTICLES, HEAD}
    if generation:
        published = server.head().settings
        now |= {passages_name(published), sentences_name(published)}
    for name in server.names():
        if name not in now and not name.startswith(TERM) and name.startswith(PREFIX):
            server.drop(name)


def _forget(server: Server, name: str, wanted: set[str]) -> None:
    server.delete(name, [one for one, *_ in server.rows(name, []) if one.partition("#")[0] not in wanted])
