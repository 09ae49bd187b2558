"""Write the catalogue: stage what is costly, then bring a whole update in with one transaction.

Everything that took long (vectors) is stored as it comes and found again after a kill; nothing of it shows to a reader
before `commit`. Does not write to Chroma or tantivy, and does not hold the lock: `sync.py` does both.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from retrieval.catalogue import FILE, SCHEMA, FileNote, IndexSettings, Source, connect
from retrieval.disk import disk_errors
from retrieval.likeness import Likeness, Stories
from retrieval.stored import dump_spans, text_digest
from retrieval.types import Article, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (name TEXT PRIMARY KEY, root TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL,
    title TEXT, outlet TEXT, author TEXT, published TEXT, language TEXT NOT NULL, url TEXT,
    supplied TEXT NOT NULL, furniture TEXT NOT NULL, pages TEXT NOT NULL,
    file_sha256 TEXT NOT NULL, text_sha256 TEXT NOT NULL, state TEXT NOT NULL,
    UNIQUE (source, path)
);
CREATE TABLE passages (
    id TEXT PRIMARY KEY, article TEXT NOT NULL REFERENCES articles (id), start INTEGER NOT NULL, end INTEGER NOT NULL,
    language TEXT NOT NULL, sentences TEXT NOT NULL, key TEXT NOT NULL
);
CREATE INDEX passages_by_article ON passages (article, start);
CREATE TABLE embeddings (key TEXT PRIMARY KEY, vector BLOB NOT NULL, sentences BLOB NOT NULL);
CREATE TABLE touched (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE waiting (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE files (
    source TEXT NOT NULL, name TEXT NOT NULL, stamp TEXT NOT NULL, articles TEXT NOT NULL, refused TEXT NOT NULL,
    PRIMARY KEY (source, name)
) WITHOUT ROWID;
CREATE TABLE likeness (article TEXT PRIMARY KEY, signature BLOB NOT NULL, lines BLOB NOT NULL, furniture TEXT NOT NULL);
CREATE TABLE stories (article TEXT PRIMARY KEY, story INTEGER NOT NULL, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX stories_by_story ON stories (story, place);
CREATE TABLE replaced (article TEXT PRIMARY KEY, by TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX replaced_by ON replaced (by);
CREATE TABLE learnt (site TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (site, line)) WITHOUT ROWID;
CREATE TABLE former (article TEXT NOT NULL, until TEXT NOT NULL, row TEXT NOT NULL);
CREATE INDEX former_by_article ON former (article);
"""
# touched: passages that tantivy may hold though the catalogue doesn't know them, or knows them under another title,
# until the next clearing up. waiting: passages whose vectors Chroma does not hold yet.
# files: written after the articles they gave, so that a kill never hides a change.
# likeness: of each article by itself. stories, replaced, learnt: derived from all of them, written anew when one
# changes. former: texts that a changed file had, as rows of articles.

_VALUES = 500  # in one statement, as in the catalogue
_FACTS = "CREATE INDEX IF NOT EXISTS articles_by_facts ON articles (published, outlet, author, language, title, id)"
# All that filters look at: in the table it stands behind the texts, and SQLite would have to read these too.


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it will stand in the catalogue: its passages, each with the key of its vector.

    `state` tells whether it has to be read again: a digest of its text, metadata and sidecar entry.
    """

    article: Article
    file_sha256: str
    state: str
    passages: tuple[tuple[Passage, str], ...]
    likeness: Likeness = field(default_factory=Likeness)


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from all articles together: stories, who is replaced, and what each outlet's furniture is."""

    stories: Stories = field(default_factory=Stories)
    learnt: Mapping[str, frozenset[int]] = field(default_factory=dict)


class Vectors(NamedTuple):
    """A folder of Chroma's, and how many vectors were deleted from it since it was made: its file keeps their room."""

    folder: Path
    churn: int


class CatalogueWriter:
    """Write access to one index; made empty when the file isn't there. One at a time, under the writers' lock.

    Raises HomeNotWritable, DiskFull or DamagedIndex; so may any method.
    """

    def __init__(self, folder: Path, settings: IndexSettings) -> None:
        self.folder = folder
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = connect(folder)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # tantivy is cleared after a commit: it must last
            if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
                self._db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
            self._db.execute(_FACTS)
        with self.transaction():
            self.note("settings", json.dumps(asdict(settings)))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def without_vector(self, keys: Iterable[str]) -> set[str]:
        """Of these keys the ones whose vectors are not stored yet."""
        missing = set(keys)
        asked = sorted(missing)
        with disk_errors(self.folder):
            for start in range(0, len(asked), _VALUES):  # by key: a look at every row would read the whole table
                part = asked[start : start + _VALUES]
                marks = ",".join("?" * len(part))
                statement = f"SELECT key FROM embeddings WHERE length(vector) > 0 AND key IN ({marks})"
                missing.difference_update(row[0] for row in self._db.execute(statement, part))
        return missing

    def store_vectors(self, rows: Iterable[tuple[str, NDArray[np.float32], NDArray[np.float32]]]) -> None:
        """Store (key, passage vector (d,), sentence vectors (n, d)) for good; repeats replace."""
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO embeddings (key, vector, sentences) VALUES (?, ?, ?)",
                ((key, vector.astype("f4").tobytes(), inner.astype("f2").tobytes()) for key, vector, inner in rows),
            )
            self.note("loose", "1")

    def vectors(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """The stored passage vectors of these keys: (len(keys), d)."""
        import numpy as np

        with disk_errors(self.folder):
            rows = [self._db.execute("SELECT vector FROM embeddings WHERE key = ?", (key,)).fetchone() for key in keys]
        return np.stack([np.frombuffer(row[0], dtype=np.float32) for row in rows])

    def copy_vectors(self, other: Path) -> None:
        """Take over the vectors that another index of the same embedder holds."""
        with disk_errors(self.folder):
            self._db.execute("ATTACH DATABASE ? AS other", (str(other / FILE),))
            self._db.execute("INSERT OR IGNORE INTO embeddings SELECT key, vector, sentences FROM other.embeddings")
            self._db.execute("DETACH DATABASE other")
        with self.transaction():
            self.note("loose", "1")

    def copy_former(self, other: Path) -> None:
        """Take over the former texts that another index of this schema keeps."""
        with disk_errors(self.folder):
            self._db.execute("ATTACH DATABASE ? AS other", (str(other / FILE),))
            self._db.execute("INSERT INTO former SELECT article, until, row FROM other.former ORDER BY rowid")
            self._db.execute("DETACH DATABASE other")

    def touch(self, ids: Iterable[str]) -> None:
        """Note, before they are written, passages that tantivy may come to hold otherwise than the catalogue does."""
        with self.transaction():
            self._db.executemany("INSERT OR IGNORE INTO touched (id) VALUES (?)", ((passage,) for passage in ids))

    def commit(
        self,
        entries: Sequence[Entry],
        *,
        gone: Iterable[str],
        moved: Sequence[tuple[str, tuple[str, str]]] = (),
        sources: Iterable[Source],
        dropped: Iterable[str] = (),
        vectors: Vectors | None = None,
        derived: Derived | None = None,
        former: Iterable[Article] = (),
        waiting: Iterable[str] = (),
    ) -> None:
        """Bring an update in, whole: entries added or replaced, articles `gone` by id, sources kept, others `dropped`.

        `moved`: the ids of articles that are as they were, at another (source, path), where none was before.
        `vectors`: those that hold from now on, when they are others. The generation counts up; the
        passages that no longer belong are noted as touched. `derived`: from the articles that are there then.
        `former`: articles as they were whose texts are others now. `waiting`: passages of the entries that Chroma does
        not hold.
        """
        with self.transaction():
            for article in [*gone, *(entry.article.id for entry in entries)]:
                self.take_away(article)
            self._db.executemany(
                "UPDATE articles SET source = ?, path = ? WHERE id = ?", ((*place, one) for one, place in moved)
            )
            for entry in entries:
                self._insert(entry)
            self._db.executemany("INSERT INTO waiting VALUES (?)", ((one,) for one in waiting))
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._db.executemany(
                "INSERT INTO former VALUES (?, ?, ?)", ((one.id, now, json.dumps(_row(one))) for one in former)
            )
            self._db.execute("DELETE FROM former WHERE article NOT IN (SELECT id FROM articles)")
            for source in sources:
                self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (source.name, str(source.root)))
            for name in dropped:
                self._db.execute("DELETE FROM sources WHERE name = ?", (name,))
                self._db.execute("DELETE FROM files WHERE source = ?", (name,))
            self._note_vectors(vectors)
            if derived is not None:
                self._derive(derived)
            self.count_up()

    def caught_up(self, ids: Iterable[str], vectors: Vectors | None) -> None:
        """Bring in vectors that hold these passages as well."""
        with self.transaction():
            self._db.executemany("DELETE FROM waiting WHERE id = ?", ((one,) for one in ids))
            self._note_vectors(vectors)
            self.count_up()

    def lost(self, ids: Sequence[str]) -> None:
        """Note that the vectors of these passages are gone: they wait again."""
        with self.transaction():
            self._db.executemany("INSERT OR IGNORE INTO waiting VALUES (?)", ((one,) for one in ids))
            self.count_up()

    def note_files(self, source: str, notes: Mapping[str, FileNote]) -> None:
        """Note what this source's files gave, in place of what was noted. After the commit that brings it in."""
        with self.transaction():
            self._db.execute("DELETE FROM files WHERE source = ?", (source,))
            self._db.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                (
                    (source, name, note.stamp, json.dumps(note.articles), json.dumps(note.refused))
                    for name, note in notes.items()
                ),
            )

    def archive(self) -> list[object]:
        """Number of articles, newest date and fingerprint, as noted last."""
        found: list[object] = json.loads(self._get("archive") or "[]")
        return found

    def passage_count(self) -> int:
        """How many passages the catalogue has."""
        with disk_errors(self.folder):
            return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def unfinished(self) -> bool:
        """Whether tantivy may hold passages that the catalogue doesn't know, or there may be vectors nothing uses."""
        with disk_errors(self.folder):
            touched = self._db.execute("SELECT 1 FROM touched LIMIT 1").fetchone() is not None
            return touched or self._get("loose") == "1"

    def stale(self) -> list[str]:
        """The passages to clear out of tantivy: touched, and not in the catalogue."""
        with disk_errors(self.folder):
            rows = self._db.execute("SELECT id FROM touched WHERE id NOT IN (SELECT id FROM passages)")
            return [row[0] for row in rows]

    def doubtful(self) -> list[str]:
        """The passages that tantivy may hold otherwise than the catalogue does: touched, and in the catalogue."""
        with disk_errors(self.folder):
            rows = self._db.execute("SELECT id FROM touched WHERE id IN (SELECT id FROM passages)")
            return [row[0] for row in rows]

    def cleared(self) -> None:
        """tantivy no longer holds the stale passages: drop the vectors that nothing uses."""
        with self.transaction():
            self._db.execute("DELETE FROM touched")
            self._db.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT key FROM passages)")
            self.note("loose", "0")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Within it all is written, or nothing."""
        with disk_errors(self.folder):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _note_vectors(self, vectors: Vectors | None) -> None:
        if vectors is not None:
            self.note("vectors", vectors.folder.name)
            self.note("churn", str(vectors.churn))

    def _derive(self, derived: Derived) -> None:
        for table in ("stories", "replaced", "learnt"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.executemany(
            "INSERT INTO stories VALUES (?, ?, ?)",
            (
                (article, story, place)
                for story, told in enumerate(derived.stories.told)
                for place, article in enumerate(told)
            ),
        )
        self._db.executemany("INSERT INTO replaced VALUES (?, ?)", derived.stories.replaced.items())
        self._db.executemany(
            "INSERT INTO learnt VALUES (?, ?)",
            ((site, str(line)) for site, lines in derived.learnt.items() for line in lines),
        )

    def take_away(self, article: str) -> None:
        """Delete an article and its passages, which are noted as touched; within a transaction."""
        for table in ("likeness", "stories", "replaced"):
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
        self._db.execute("DELETE FROM waiting WHERE id IN (SELECT id FROM passages WHERE article = ?)", (article,))
        self._db.execute("INSERT OR IGNORE INTO touched SELECT id FROM passages WHERE article = ?", (article,))
        self._db.execute("DELETE FROM passages WHERE article = ?", (article,))
        self._db.execute("DELETE FROM articles WHERE id = ?", (article,))

    def _insert(self, entry: Entry) -> None:
        it = entry.article
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_row(it), entry.file_sha256, text_digest(it.text), entry.state),
        )
        self._db.execute(
            "INSERT INTO likeness VALUES (?, ?, ?, ?)",
            (it.id, entry.likeness.signature, entry.likeness.lines, dump_spans(entry.likeness.furniture)),
        )
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (of.id, it.id, of.start, of.end, of.language, dump_spans(of.sentences), key)
                for of, key in entry.passages
            ),
        )

    def _archive(self) -> tuple[int, str | None, str]:
        rows = self._db.execute("SELECT id, text_sha256, published FROM articles ORDER BY id").fetchall()
        texts = hashlib.sha256("\n".join(f"{article} {digest}" for article, digest, _ in rows).encode()).hexdigest()
        return len(rows), max((row[2] for row in rows if row[2]), default=None), texts[:16]

    def count_up(self) -> None:
        """Note the state that the articles are in now, under the next generation; within a transaction."""
        self.note("archive", json.dumps(self._archive()))
        self.note("generation", str(int(self._get("generation") or 0) + 1))

    def _get(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def note(self, key: str, value: str) -> None:
        """Note a value under a name."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _row(it: Article) -> tuple[str | None, ...]:
    """An article as its first columns hold it, in the order of its fields."""
    return (
        *(it.id, it.source, it.path, it.text, it.title, it.outlet, it.author, it.published, it.language, it.url),
        *(json.dumps(sorted(it.supplied)), dump_spans(it.furniture), json.dumps(it.pages)),
    )
