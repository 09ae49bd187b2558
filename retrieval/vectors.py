"""Search by vectors: the one file that imports Chroma, embedded in a folder.

Chroma holds unit vectors by passage id and nothing else: texts and metadata are the catalogue's. Does not embed.

Nobody may read a folder while somebody writes to it: a reader, too, saves the HNSW file when it finds much that is not
in it yet, and two savers corrupt it without a word (one such file grew to 76 GB). So the one writer works on a `copy`,
which readers come to know when it is closed; and the file is saved early, so that readers find nothing to save.

Reading goes through the extension module of Chroma's own wheel, writing through its public client. Importing the client
takes about a second (it brings gRPC, OpenTelemetry and its catalogue of embedding functions along); the extension
module opens and answers in some 60 ms. Where it is not what it was in 1.5, reading falls back to the client.
"""

from __future__ import annotations

import importlib
import logging
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from retrieval.disk import disk_errors, name_message
from retrieval.errors import DamagedIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLLECTION = "passages"
_DATABASE = "chroma.sqlite3"
_BATCH = 2000  # Chroma takes up to 5,461 rows in one call, and fails on a `get` of 40,000 ids
_HNSW: Any = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 32,
    "batch_size": 10,
    "sync_threshold": 10,
}
"""At 100,000 vectors: 4 ms a query and recall@20 of .994, where the defaults (100, 100, 16) give 1.3 ms and .97.

What is not in the HNSW file when the writer closes, up to `sync_threshold`, every reader inserts for itself whenever
it opens the folder: with the default of 1,000 that takes up to 0.3 s. A low one costs nothing, even in a large write:
Chroma saves once a call, not once for every `sync_threshold` rows."""


class _Door(Protocol):
    """The three questions a reader asks of Chroma."""

    def count(self) -> int: ...

    def nearest(self, vector: list[float], k: int) -> tuple[list[str], list[float]]: ...

    def get(self, ids: list[str]) -> tuple[list[str], Any]: ...

    def close(self) -> None: ...


class VectorStore:
    """Unit vectors by passage id. One opened for reading stays at the state it first saw: open it anew to move on."""

    def __init__(self, folder: Path, door: _Door, collection: Any | None = None) -> None:
        self._folder = folder
        self._door = door
        self._collection = collection

    @classmethod
    def open(cls, folder: Path) -> VectorStore:
        """Open for reading. Raises DamagedIndex when there is no store in the folder."""
        if not (folder / _DATABASE).is_file():  # Chroma would make an empty store without a word
            raise DamagedIndex(f"The vectors in {folder} are missing.")
        try:
            with _named(folder):
                return cls(folder, _Bindings(folder))
        except (ImportError, AttributeError, TypeError) as error:
            logging.getLogger(__name__).debug(
                "Chroma's extension module has changed, reading through its client: %s", error
            )
        return cls._through_client(folder, create=False)

    @classmethod
    def create(cls, folder: Path) -> VectorStore:
        """Open for reading and writing, making an empty store when there is none."""
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return cls._through_client(folder, create=True)

    @classmethod
    def _through_client(cls, folder: Path, *, create: bool) -> VectorStore:
        with _named(folder):
            door = _Client(folder, create=create)
            return cls(folder, door, door.collection)

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add vectors, or replace those whose id is there already. `vectors`: (len(ids), d), unit rows."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        collection = self._writable()
        with _named(self._folder):
            for start in range(0, len(ids), _BATCH):
                part = slice(start, start + _BATCH)
                collection.upsert(ids=list(ids[part]), embeddings=np.ascontiguousarray(vectors[part], dtype=np.float32))

    def delete(self, ids: Sequence[str]) -> None:
        """Forget vectors; ids that aren't there are passed over."""
        collection = self._writable()
        with _named(self._folder):
            for start in range(0, len(ids), _BATCH):
                collection.delete(ids=list(ids[start : start + _BATCH]))

    def search(
        self, vector: NDArray[np.float32], k: int, *, ids: Iterable[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` nearest passages, nearest first: (passage id, cosine similarity).

        With `ids`, only among those, and exactly: the vectors are fetched and multiplied, which is faster than Chroma's
        own filter. Raises DamagedIndex when the store does not answer.
        """
        if k < 1:
            return []
        if ids is not None:
            return self._among(vector, k, list(dict.fromkeys(ids)))
        with _named(self._folder):
            k = min(k, self._door.count())
            if k == 0:
                return []
            found, distances = self._door.nearest(vector.astype(np.float32).tolist(), k)
        return [(passage, 1.0 - float(distance)) for passage, distance in zip(found, distances, strict=True)]

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of these passages, in their order: (len(ids), d). Raises DamagedIndex when one is missing."""
        known = self.known(ids)
        missing = sum(1 for passage in ids if passage not in known)
        if missing:
            raise DamagedIndex(f"{missing} of {len(ids)} vectors are missing from the index.")
        return np.stack([known[passage] for passage in ids]) if ids else np.zeros((0, 0), dtype=np.float32)

    def count(self) -> int:
        """How many vectors the store says it holds; their index may reach fewer when it is damaged."""
        with _named(self._folder):
            return self._door.count()

    def close(self) -> None:
        """Let go of the folder."""
        self._door.close()

    def _among(self, vector: NDArray[np.float32], k: int, ids: list[str]) -> list[tuple[str, float]]:
        known = self.known(ids)
        if not known:
            return []
        names = list(known)
        scores = np.stack([known[name] for name in names]) @ vector.astype(np.float32)
        return [(names[place], float(scores[place])) for place in np.argsort(-scores, kind="stable")[:k]]

    def known(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those of these passages that are there: (d,) each."""
        known: dict[str, NDArray[np.float32]] = {}
        with _named(self._folder):
            for start in range(0, len(ids), _BATCH):
                found, rows = self._door.get(list(ids[start : start + _BATCH]))
                known.update(zip(found, np.asarray(rows, dtype=np.float32), strict=True))
        return known

    def _writable(self) -> Any:
        if self._collection is None:
            raise TypeError("this store was opened for reading")
        return self._collection


def copy(source: Path, target: Path) -> None:
    """Copy a store that others may be reading. Raises DamagedIndex, HomeNotWritable, DiskFull."""
    with disk_errors(target):
        for path in sorted(source.rglob("*")):
            place = target / path.relative_to(source)
            if path.is_dir():
                place.mkdir(parents=True, exist_ok=True)
            elif not path.name.startswith(_DATABASE):
                shutil.copyfile(path, place)
        target.mkdir(parents=True, exist_ok=True)
        with (
            closing(sqlite3.connect(source / _DATABASE)) as old,  # by SQLite itself, because readers purge its log
            closing(sqlite3.connect(target / _DATABASE)) as new,
        ):
            old.backup(new)


class _Bindings:
    """Chroma's extension module: the same engine as behind the client, without the client's imports."""

    def __init__(self, folder: Path) -> None:
        rust = importlib.import_module("chromadb_rust_bindings")
        database = rust.SqliteDBConfig(
            hash_type=rust.MigrationHash.MD5,
            migration_mode=rust.MigrationMode.Apply,
            url=str(folder / _DATABASE),
        )
        self._engine: Any = rust.Bindings(
            allow_reset=False, sqlite_db_config=database, persist_path=str(folder), hnsw_cache_size=16
        )
        self._place = ("default_tenant", "default_database")
        self._id = str(self._engine.get_collection(_COLLECTION, *self._place).id)
        self.count()  # a call that no longer fits shows here, while there is another way to read

    def count(self) -> int:
        return int(self._engine.count(self._id, *self._place))

    def nearest(self, vector: list[float], k: int) -> tuple[list[str], list[float]]:
        found = self._engine.query(self._id, None, [vector], k, None, None, ["distances"], *self._place)
        return found.ids[0], found.distances[0]

    def get(self, ids: list[str]) -> tuple[list[str], Any]:
        found = self._engine.get(self._id, ids, None, None, 0, None, ["embeddings"], *self._place)
        return found.ids, found.embeddings

    def close(self) -> None:
        self._engine = None


class _Client:
    """Chroma's public client over an embedded folder."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        import chromadb
        from chromadb.config import Settings

        self._client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        if create:
            self.collection: Any = self._client.get_or_create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
            )
        else:
            self.collection = self._client.get_collection(_COLLECTION, embedding_function=None)

    def count(self) -> int:
        return int(self.collection.count())

    def nearest(self, vector: list[float], k: int) -> tuple[list[str], list[float]]:
        found = self.collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        return found["ids"][0], found["distances"][0]

    def get(self, ids: list[str]) -> tuple[list[str], Any]:
        found = self.collection.get(ids=ids, include=["embeddings"])
        return found["ids"], found["embeddings"]

    def close(self) -> None:
        self.collection = None
        self._client.close()


def _chroma_error() -> type[Exception]:
    from chromadb.errors import ChromaError

    return ChromaError


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    """Chroma raises a few classes for everything; tell from its message what happened."""
    try:
        yield
    except _chroma_error() as error:  # evaluated only when something was raised: Chroma is not imported for it before
        named = name_message(str(error), folder)
        raise named or DamagedIndex(f"The vectors in {folder} are damaged or incomplete.") from error
