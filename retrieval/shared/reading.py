"""What an index needs of the server while it answers: the newest publication, nearest passages, vectors of sentences.

The server is asked for its generation before a question, at most so often; a replica that is behind is brought up to
date. Where the server does not answer, the replica goes on as it is, by words alone, and `trouble` says so.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.errors import DamagedIndex, IndexBusy, RetrievalError, ServerUnreachable
from retrieval.shared import records
from retrieval.shared.pulling import AHEAD, here, published_in, pull
from retrieval.shared.server import Server, passages_name, sentences_name
from retrieval.types import Selection
from retrieval.vectors import VectorStore
from retrieval.wording import Terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRESH: Final = 1.0
"""Seconds for which what the server said of its generation is believed."""
_SAME: Final = 0.999  # cosine of a vector with itself, rounding allowed for
AWAY: Final = 10.0
"""Seconds for which a server that did not answer is not asked again."""


class Shared:
    """The server's part in one index. Not for use by two threads at once."""

    def __init__(self, server: Server, terms: Terms) -> None:
        self.server = server
        self._terms = terms
        self._until = 0.0
        self.trouble: RetrievalError | None = None
        self._compared: tuple[Selection, list[str], NDArray[np.float32]] | None = None

    def follow(self, home: Path) -> None:
        """Bring the replica up to date where the server has published more. Raises what the server's fault is where
        there is no replica yet.
        """
        if time.monotonic() < self._until:
            return
        self._until = time.monotonic() + FRESH
        has = published_in(home)
        try:
            if self.server.generation() != has or not has:
                with suppress(IndexBusy), here(home):  # another process of this machine may be at it
                    pull(home, self.server, self._terms)
            self.trouble = None
        except ServerUnreachable as error:
            if not has:
                raise
            self.trouble = error
            self._until = time.monotonic() + AWAY

    def vectors(self, catalogue: Catalogue) -> VectorStore:
        """The store of the passages' vectors."""
        name = passages_name(asdict(catalogue.settings()))
        return VectorStore(Path(self.server.place.shown), _Remote(self.server, name))

    def sentence_vectors(self, catalogue: Catalogue, passages: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """For each passage the vectors of its sentences: (n, d), unit rows; those fetched are kept in the replica."""
        known = catalogue.sentence_vectors(passages)
        keys = catalogue.keys([one for one in passages if one not in known])
        if not keys or self.trouble is not None:
            return known
        dimensions = catalogue.settings().dimensions
        try:
            fetched = self._fetch(sentences_name(asdict(catalogue.settings())), sorted(set(keys.values())))
        except ServerUnreachable as error:
            self.trouble = error
            return known
        rows = {
            key: np.frombuffer(raw, dtype=np.float16).reshape(-1, dimensions).astype(np.float32)
            for key, raw in fetched.items()
            if raw and len(raw) % (2 * dimensions) == 0  # else a piece is missing there, and it is embedded here
        }
        self._keep(catalogue, rows)
        return known | {passage: rows[key] for passage, key in keys.items() if key in rows}

    def vectors_of(self, catalogue: Catalogue, selection: Selection) -> tuple[list[str], NDArray[np.float32]]:
        """The passages of the articles selected, and their vectors: (n, d), unit rows; few are kept."""
        if self._compared is None or self._compared[0] is not selection:
            wanted = catalogue.passage_ids(selection.articles) - catalogue.waiting()
            found = self.vectors(catalogue).known(sorted(wanted))
            if (missing := len(wanted) - len(found)) and catalogue.noted(AHEAD) != "1":
                raise DamagedIndex(f"The server lacks the vectors of {missing} passages.")
            names = sorted(found)
            dimensions = catalogue.settings().dimensions
            rows = np.stack([found[one] for one in names]) if names else np.zeros((0, dimensions), np.float32)
            if not selection.few:
                return names, rows
            self._compared = selection, names, rows
        return self._compared[1:]

    def fault(self, catalogue: Catalogue, vectors: VectorStore, sample: int) -> str | None:
        """What is wrong with the vectors on the server, as a sentence; None when nothing is."""
        if catalogue.noted(AHEAD) == "1":
            return None  # it has more than is published, which is said by whoever looks (`bot.sharing.on_server`)
        expected, held = catalogue.passage_count() - catalogue.waiting_count(), vectors.count()
        if held < expected:
            return f"The server holds {held} of {expected} vectors."
        drawn = "SELECT id FROM passages WHERE id NOT IN (SELECT id FROM waiting) ORDER BY random() LIMIT ?"
        names = [row[0] for row in catalogue.rows(drawn, sample)]
        rows = vectors.vectors(names)
        lost = sum(max((near for _, near in vectors.search(row, 10)), default=0.0) < _SAME for row in rows)
        return (
            f"The server does not find {lost} of {len(names)} passages it holds." if lost > len(names) // 20 else None
        )

    def close(self) -> None:
        """Let go of the connections."""
        self.server.close()

    def _fetch(self, name: str, keys: Sequence[str]) -> dict[str, bytes]:
        collection, pieces = self.server.collection(name), dict[str, dict[int, str]]()
        for start in range(0, len(keys), self.server.page // 4):
            part = list(keys[start : start + self.server.page // 4])
            with self.server.faults():
                found = collection.get(where={"key": {"$in": part}}, include=["metadatas"])
            for said in found["metadatas"]:
                pieces.setdefault(said["key"], {})[int(said["part"])] = records.piece(said)
        found_whole: dict[str, bytes] = {}
        for key, parts in pieces.items():
            with suppress(ValueError):  # damaged there: it counts as missing
                found_whole[key] = records.joined([parts[at] for at in sorted(parts)])
        return found_whole

    def _keep(self, catalogue: Catalogue, rows: dict[str, NDArray[np.float32]]) -> None:
        """Keep them in the replica, as long as nobody else writes there: it is a cache."""
        nothing = np.zeros(0, np.float32)  # the passage's own stays on the server
        with (
            suppress(IndexBusy, DamagedIndex),
            closing(CatalogueWriter(catalogue.folder, catalogue.settings())) as writer,
        ):
            writer.store_vectors((key, nothing, each) for key, each in rows.items())


class _Remote:
    """A collection on the server, as `VectorStore` asks it."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name

    def count(self) -> int:
        collection = self._server.collection(self._name)
        with self._server.faults():
            return int(collection.count())

    def nearest(self, vector: list[float], k: int) -> tuple[list[str], list[float]]:
        collection = self._server.collection(self._name)
        with self._server.faults():
            found = collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        return found["ids"][0], found["distances"][0]

    def get(self, ids: list[str]) -> tuple[list[str], Any]:
        names: list[str] = []
        rows: list[Any] = []
        collection = self._server.collection(self._name)
        for start in range(0, len(ids), self._server.page):
            with self._server.faults():
                found = collection.get(ids=ids[start : start + self._server.page], include=["embeddings"])
            names += found["ids"]
            rows += list(found["embeddings"])
        return names, rows

    def close(self) -> None:
        """The connections are the server's."""
