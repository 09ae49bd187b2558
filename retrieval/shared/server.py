"""A Chroma server: what an archive keeps there, who may write to it, and its faults by name.

    footnote-head                one record a publication: settings, sources, state, and what follows from all articles
    footnote-term-<n>            the right to write, held by one process; <n> is also the generation that it publishes
    footnote-articles            articles in pieces, each publication's beside those before it
    footnote-passages-<settings> a unit vector a passage
    footnote-sentences-<settings> the vectors of a passage's sentences, packed, by the key of its text

Chroma has no compare-and-set, but it refuses a second collection of one name: so a term is taken by making the
collection of the next number. Whoever holds the highest one may publish. A holder says every few seconds that it lives;
one that has not for a while is superseded, and finds so before it publishes.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from retrieval.errors import BadServer, IndexBusy, NoIndex, ServerUnreachable
from retrieval.shared import records

PREFIX: Final = "footnote-"
HEAD: Final = f"{PREFIX}head"
ARTICLES: Final = f"{PREFIX}articles"
TERM: Final = f"{PREFIX}term-"
SCHEMA: Final = 1
"""Counts up when what lies on the server changes its form."""
CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 30.0
BEAT: Final = 5.0
LEASE: Final = 30.0
"""Seconds without a sign of life after which a term may be taken over."""
_PAGE: Final = 300  # records in one request: what Chroma Cloud allows
_LOCAL_PAGE: Final = 2000
_NO_VECTOR: Final = [1.0, 0.0]  # Chroma wants one for every record
_HNSW: Any = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is; `key`, `tenant` and `database` as Chroma Cloud wants them."""

    url: str
    key: str | None = None
    tenant: str | None = None
    database: str | None = None

    @property
    def shown(self) -> str:
        """The address without what is secret in it."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


@dataclass(frozen=True, slots=True)
class Head:
    """What was published last. `archive`: number of articles, newest date, fingerprint of their texts."""

    generation: int
    settings: Mapping[str, Any]
    sources: Sequence[Sequence[str]]
    archive: Sequence[Any]
    derived: Mapping[str, Any]
    passages: int


class Server:
    """An archive on a server. Not for use by two threads at once. Methods raise ServerUnreachable and BadServer."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._client: Any = None
        self._collections: dict[str, Any] = {}

    # --- Connecting ---------------------------------------------------------------------------------------------------

    @property
    def client(self) -> Any:
        """Chroma's client, connected when first used."""
        if self._client is None:
            self._ping()
            with self.faults():
                import chromadb
                from chromadb.config import Settings

                it: Any = chromadb.HttpClient(
                    host=self.place.url.rstrip("/"),
                    port=urlsplit(self.place.url).port or (443 if self.place.url.startswith("https") else 8000),
                    ssl=self.place.url.startswith("https"),
                    headers={"x-chroma-token": self.place.key} if self.place.key else None,
                    settings=Settings(anonymized_telemetry=False),
                    **({"tenant": self.place.tenant} if self.place.tenant else {}),
                    **({"database": self.place.database} if self.place.database else {}),
                )
                self._client = it
                for session in _sessions(it):  # they have no limit of time, and a server that hangs would hang us
                    session.timeout = ANSWER_SECONDS
        return self._client

    def _ping(self) -> None:
        """Is there a Chroma server? Asked with limits of time, which the client doesn't keep while it connects."""
        import httpx2

        try:
            answer = httpx2.get(
                f"{self.place.url.rstrip('/')}/api/v2/heartbeat",
                headers={"x-chroma-token": self.place.key} if self.place.key else {},
                timeout=CONNECT_SECONDS,
            )
        except httpx2.TransportError as error:
            raise ServerUnreachable(f"The Chroma server at {self.place.shown} does not answer.") from error
        if answer.status_code in (401, 403):
            raise BadServer(f"The Chroma server at {self.place.shown} refuses the key.", "Check CHROMA_API_KEY.")
        try:
            alive = answer.status_code == 200 and "nanosecond heartbeat" in answer.json()
        except ValueError:
            alive = False
        if not alive:
            raise BadServer(f"What answers at {self.place.shown} is no Chroma server of version 1.")

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Chroma's and the network's errors by name."""
        import httpx
        from chromadb.errors import AuthorizationError, ChromaAuthError, ChromaError

        try:
            yield
        except (httpx.TransportError, ConnectionError) as error:
            self.close()
            raise ServerUnreachable(f"The Chroma server at {self.place.shown} does not answer.") from error
        except (AuthorizationError, ChromaAuthError) as error:
            raise BadServer(
                f"The Chroma server at {self.place.shown} refuses the key.", "Check CHROMA_API_KEY."
            ) from error
        except (ChromaError, ValueError, KeyError, httpx.HTTPError) as error:
            said = " ".join(str(error).split())[:200]
            raise BadServer(f"The Chroma server at {self.place.shown} answered: {said}") from error

    def close(self) -> None:
        """Let go of the connections; the next use makes new ones."""
        if self._client is not None:
            for session in _sessions(self._client):  # Chroma's own `close` leaves them open
                session.close()
            self._client.close()
        self._client = None
        self._collections.clear()

    @property
    def page(self) -> int:
        """Records in one request."""
        return _PAGE if self.place.key else _LOCAL_PAGE

    def version(self) -> str:
        """The version that the server says it is."""
        client = self.client
        with self.faults():
            return str(client.get_version())

    # --- Collections --------------------------------------------------------------------------------------------------

    def collection(self, name: str, *, create: bool = False) -> Any:
        """A collection by its whole name. Raises NoIndex where it isn't there."""
        if name not in self._collections:
            from chromadb.errors import NotFoundError

            client = self.client
            with self.faults():
                try:
                    if create:
                        found = client.get_or_create_collection(
                            name, embedding_function=None, configuration={"hnsw": _HNSW}
                        )
                    else:
                        found = client.get_collection(name, embedding_function=None)
                except NotFoundError as error:
                    raise NoIndex(
                        f"There is no archive on the Chroma server at {self.place.shown}.",
                        "Put one there: footnote ingest FOLDER, or footnote move for the one of this home.",
                    ) from error
            self._collections[name] = found
        return self._collections[name]

    def names(self) -> list[str]:
        """The names of our collections."""
        client, found = self.client, list[str]()
        with self.faults():
            while True:
                page = [one.name for one in client.list_collections(limit=100, offset=len(found))]
                found += page
                if len(page) < 100:
                    return [name for name in found if name.startswith(PREFIX)]

    def drop(self, name: str) -> None:
        """Delete a collection, where it is there."""
        from chromadb.errors import NotFoundError

        client = self.client
        self._collections.pop(name, None)
        with self.faults(), suppress(NotFoundError):
            client.delete_collection(name)

    def rows(
        self, name: str, include: Sequence[str], where: Any = None
    ) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        """All records of a collection: id, metadata ({} where not included), document ("")."""
        collection, at = self.collection(name), 0
        while True:
            with self.faults():
                found = collection.get(where=where, limit=self.page, offset=at, include=list(include))
            ids = found["ids"]
            metadatas = found.get("metadatas") or [{}] * len(ids)
            documents = found.get("documents") or [""] * len(ids)
            yield from zip(ids, (one or {} for one in metadatas), (one or "" for one in documents), strict=True)
            at += len(ids)
            if len(ids) < self.page:
                return

    def count(self, name: str) -> int:
        """How many records a collection has; 0 where it isn't there."""
        try:
            collection = self.collection(name)
        except NoIndex:
            return 0
        with self.faults():
            return int(collection.count())

    def put(self, name: str, rows: Sequence[tuple[str, Mapping[str, Any], str | None, Any]]) -> None:
        """Write records, over those that are there: id, metadata, document, vector (None: it needs none)."""
        collection = self.collection(name, create=True)
        for start in range(0, len(rows), self.page):
            part = rows[start : start + self.page]
            vectors = [_NO_VECTOR if vector is None else vector for *_, vector in part]
            with self.faults():
                collection.upsert(
                    ids=[row[0] for row in part],
                    metadatas=[dict(row[1]) for row in part],
                    documents=None if part[0][2] is None else [row[2] for row in part],
                    embeddings=np.asarray(vectors, dtype=np.float32),
                )

    def delete(self, name: str, ids: Sequence[str]) -> None:
        """Delete records; ids that aren't there are passed over."""
        for start in range(0, len(ids), self.page):
            with self.faults():
                self.collection(name, create=True).delete(ids=list(ids[start : start + self.page]))

    # --- The head -----------------------------------------------------------------------------------------------------

    def generation(self) -> int:
        """The generation that was published last; 0 where nothing was. A few milliseconds."""
        return max((self._generation(name) for name, *_ in self._heads([])), default=0)

    def head(self) -> Head:
        """What was published last. Raises NoIndex, and BadServer for what we cannot read."""
        pieces: dict[int, dict[int, str]] = {}
        for name, _, document in self._heads(["documents"]):
            pieces.setdefault(self._generation(name), {})[int(name.rpartition("#")[2])] = document
        if not pieces:
            self._nothing()
        generation = max(pieces)
        try:
            said = records.unpack([pieces[generation][at] for at in sorted(pieces[generation])])
            if said["schema"] != SCHEMA:
                raise BadServer(
                    f"The archive at {self.place.shown} was put there by another version of Footnote.",
                    "Use the same version on all machines, or put it there again: footnote ingest FOLDER.",
                )
            return Head(generation, *(said[name] for name in ("settings", "sources", "archive", "derived", "passages")))
        except (ValueError, KeyError, TypeError) as error:
            raise BadServer(f"The archive at {self.place.shown} is damaged.") from error

    def publish_head(self, head: Head) -> None:
        """Let readers go over to this publication; the others' heads go."""
        values = {name: getattr(head, name) for name in ("settings", "sources", "archive", "derived", "passages")}
        pieces = records.pack({"schema": SCHEMA, **values})
        # The first piece last: a head is there when it is whole.
        rows = [(f"{head.generation}#{at}", {"pieces": len(pieces)}, piece, None) for at, piece in enumerate(pieces)]
        for row in reversed(rows):
            self.put(HEAD, [row])

    def clear_heads(self, generation: int) -> None:
        """Delete the heads of other publications than this one."""
        others = [name for name, *_ in self.rows(HEAD, []) if self._generation(name) != generation]
        self.delete(HEAD, others)

    def _heads(self, include: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        """The records of heads that are whole."""
        try:
            rows = list(self.rows(HEAD, include))
        except NoIndex:
            return
        whole = {self._generation(name) for name, *_ in rows if name.endswith("#0")}
        yield from (row for row in rows if self._generation(row[0]) in whole)

    @staticmethod
    def _generation(name: str) -> int:
        return int(name.partition("#")[0])

    def _nothing(self) -> None:
        self._collections.pop(HEAD, None)
        self.collection(f"{HEAD}-of-nothing")  # raises NoIndex with its sentence

    # --- Who writes ---------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Term]:
        """Hold the one right to write. Raises IndexBusy, naming who has it."""
        term = self._take()
        try:
            yield term
        finally:
            term.end()

    def _take(self) -> Term:
        from chromadb.errors import ChromaError, UniqueConstraintError

        client, held = self.client, self._terms()
        if held and not (held[-1][1].get("ended") or time.time() - float(held[-1][1].get("beat", 0)) > LEASE):
            raise _busy(held[-1][1])
        number = max(held[-1][0] if held else 0, self.generation()) + 1
        name = f"{TERM}{number}"
        try:
            made = client.create_collection(name, metadata=_sign(), embedding_function=None)
        except (UniqueConstraintError, ChromaError) as error:  # somebody was quicker
            now = self._terms()
            if now and now[-1][0] >= number:
                raise _busy(now[-1][1]) from error
            with self.faults():
                raise
        for old, _ in held:
            self.drop(f"{TERM}{old}")
        return Term(self, number, made)

    def _terms(self) -> list[tuple[int, Mapping[str, Any]]]:
        """The terms that are there, by number, with what their holders said."""
        client = self.client
        with self.faults():
            found = [
                (int(name.removeprefix(TERM)), client.get_collection(name, embedding_function=None).metadata or {})
                for name in self.names()
                if name.startswith(TERM)
            ]
        return sorted(found, key=lambda one: one[0])

    def holder(self) -> str | None:
        """Who writes now, as a sentence; None: nobody."""
        held = self._terms()
        if not held or held[-1][1].get("ended") or time.time() - float(held[-1][1].get("beat", 0)) > LEASE:
            return None
        return _busy(held[-1][1]).message


class Term:
    """The right to write, as long as nobody has superseded it. `number`: also the generation that it publishes."""

    def __init__(self, server: Server, number: int, collection: Any) -> None:
        self.number = number
        self._server = server
        self._collection = collection
        self._over = threading.Event()
        self._signed = _sign()
        self._beating = threading.Thread(target=self._beat, name="footnote-term", daemon=True)
        self._beating.start()

    def check(self) -> None:
        """Raise IndexBusy where another has taken over, as after a long sleep of this machine."""
        held = self._server._terms()
        if not held or held[-1][0] != self.number:
            raise IndexBusy("Another process has taken over writing to the archive.")

    def end(self) -> None:
        """Give the right back."""
        self._over.set()
        self._beating.join()
        try:
            with self._server.faults():
                self._collection.modify(metadata={**self._signed, "ended": True})
        except (ServerUnreachable, BadServer):
            pass  # the lease runs out

    def _beat(self) -> None:
        own = Server(self._server.place)  # clients are not shared between threads
        name = f"{TERM}{self.number}"
        while not self._over.wait(BEAT):
            try:
                collection = own.collection(name)
                with own.faults():
                    collection.modify(metadata={**self._signed, "beat": time.time()})
            except (ServerUnreachable, BadServer, NoIndex):
                own.close()  # once more at the next beat; superseded, `check` says so
        own.close()


def _sessions(client: Any) -> list[Any]:
    """The connections of a client of Chroma, and of the one inside it that looks after tenants; as of 1.5."""
    servers = (getattr(one, "_server", None) for one in (client, getattr(client, "_admin_client", None)))
    sessions = (getattr(one, "_session", None) for one in servers)
    return [one for one in sessions if one is not None]


def _sign() -> dict[str, Any]:
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        "beat": time.time(),
    }


def _busy(said: Mapping[str, Any]) -> IndexBusy:
    who = f"Process {said.get('pid', '?')} on {said.get('host', 'another machine')}"
    return IndexBusy(
        f"{who} has been writing to the shared archive since {said.get('since', 'a while ago')}.",
        f"Wait until it has finished; where it died, {LEASE:.0f} seconds.",
    )


def suffix(settings: Mapping[str, Any]) -> str:
    """What stands for an index's settings in the names of its collections."""
    return records.digest(json.loads(json.dumps(settings, sort_keys=True)))[:10]


def passages_name(settings: Mapping[str, Any]) -> str:
    """The collection of an index's passages."""
    return f"{PREFIX}passages-{suffix(settings)}"


def sentences_name(settings: Mapping[str, Any]) -> str:
    """The collection of an index's sentences."""
    return f"{PREFIX}sentences-{suffix(settings)}"
