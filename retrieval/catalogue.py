"""What is indexed, in SQLite: sources, articles with their whole text, passages as offsets, and vectors to keep.

The catalogue is the truth: a passage that Chroma or tantivy returns and the catalogue does not know is not there. Texts
are kept once; a passage's text is cut from its article's when it is read. Does not search, and does not decide what to
index: `sync.py` writes through `catalogue_writer.py`.
"""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from retrieval.disk import disk_errors
from retrieval.errors import NoIndex, OutdatedIndex, UnknownArticle
from retrieval.likeness import Known, Likeness
from retrieval.selecting import named, select
from retrieval.stored import load_spans, text_digest
from retrieval.types import Article, Filter, Passage, Selection, Version

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA = 5
"""Counts up when the tables change; a catalogue of another schema is not read, the index is made anew."""

FILE = "catalogue.sqlite"
_BUSY_SECONDS = 10.0
_VALUES = 500  # SQLite's oldest limit is 999 values in one statement
_SELECTIONS = 16  # filters whose selections are kept: those of a few chats, and of questions that say a time
_FIELDS = tuple(one.name for one in fields(Article))
_ARTICLE = f"{', '.join(_FIELDS)} FROM articles"
_UNEMBEDDED = (
    "FROM waiting w JOIN passages p ON p.id = w.id "
    "WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.key = p.key AND length(e.vector) > 0)"
)
_PASSAGE = "id, article, start, end, language, sentences FROM passages"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What an index was made with; an index made with other settings is made anew.

    Each is a name with whatever version or budget belongs to it ("o200k/220, v2"); only equality counts.
    """

    embedder: str
    dimensions: int
    reading: str
    cutter: str
    analysis: str
    centring: str


class Source(NamedTuple):
    """A folder or file that was ingested: `root` is where it stood."""

    name: str
    root: Path


class State(NamedTuple):
    """What was searched: number of articles, the newest date among them, and a fingerprint of their texts."""

    articles: int
    newest: str | None
    fingerprint: str


class Kept(NamedTuple):
    """What an update needs to know of an article: its id, its state, and the sha256 of its text."""

    article: str
    state: str
    text: str


class FileNote(NamedTuple):
    """What a file gave when it was read: the paths of its articles; path, reason and next step of what it refused.

    `stamp`: as long as it is the same, reading the file again would give the same; "": nothing tells.
    """

    stamp: str
    articles: tuple[str, ...]
    refused: tuple[tuple[str, str, str], ...]


class Sample(NamedTuple):
    """A passage with the vector that was stored for it: (d,) float32. Passages of one text share a `key`."""

    id: str
    key: str
    vector: NDArray[np.float32]


class Catalogue:
    """Read access to one index. Not for use by two threads at once.

    Raises NoIndex when the file isn't there, OutdatedIndex when another version of Footnote made it, DamagedIndex when
    it cannot be read; any method may raise DamagedIndex.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._articles: dict[str, Article] = {}
        self._selections: dict[Filter, Selection] = {}
        self._compared: tuple[Selection, list[str], NDArray[np.float32]] | None = None
        self._seen = -1
        if not (folder / FILE).is_file():
            raise NoIndex(f"There is no index in {folder}.")
        with disk_errors(folder):
            self._db = connect(folder)
            self._db.execute("PRAGMA query_only = 1")
            schema = self._db.execute("PRAGMA user_version").fetchone()[0]
        if schema != SCHEMA:
            self._db.close()
            raise outdated("The index was made by another version of Footnote.", salvage_sources(folder))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def held(self) -> bool:
        """Whether it is within a snapshot."""
        return self._db.in_transaction

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it every answer comes from one state, whatever another process writes meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self.rows("BEGIN")
        try:
            self.generation()  # SQLite takes its snapshot at the first read
            yield
        finally:
            self.rows("COMMIT")

    def generation(self) -> int:
        """Counts up with each finished update."""
        return int(self.noted("generation") or 0)

    def settings(self) -> IndexSettings:
        """What this index was made with; what another version did not note down is empty."""
        noted = json.loads(self.noted("settings") or "{}")
        return IndexSettings(**{one.name: noted.get(one.name, "") for one in fields(IndexSettings)})

    def vectors_folder(self) -> Path:
        """Where the vectors of this state are. A written update has them in a folder of its own."""
        return self.folder / (self.noted("vectors") or "vectors-0")

    def passage_ids(self, articles: Iterable[str]) -> set[str]:
        """The passages of these articles."""
        return {
            row[0] for article in articles for row in self.rows("SELECT id FROM passages WHERE article = ?", article)
        }

    def churn(self) -> int:
        """Vectors deleted from Chroma's folder since it was made."""
        return int(self.noted("churn") or 0)

    def story(self, article_id: str) -> tuple[str, ...]:
        """The articles that carry the same story, itself among them, the one to name first in front; () for none."""
        rows = self.rows(
            "SELECT article FROM stories WHERE story = (SELECT story FROM stories WHERE article = ?) ORDER BY place",
            article_id,
        )
        return tuple(row[0] for row in rows)

    def stories(self, article_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """For each of these articles that shares its story with others: the story's number, and its place in it."""
        rows = self._in("SELECT article, story, place FROM stories WHERE article IN", article_ids)
        return {article: (story, place) for article, story, place in rows}

    def replaced_by(self, article_id: str) -> str | None:
        """The newest version of an article that another article is a newer version of; None where none is."""
        rows = self.rows("SELECT by FROM replaced WHERE article = ?", article_id)
        return str(rows[0][0]) if rows else None

    def versions(self, article_id: str) -> tuple[Version, ...]:
        """An article's versions, oldest first, the one in force last; it alone where it is the only one.

        They are other articles that it replaces, and former texts of its file and theirs. Raises UnknownArticle.
        """
        with self.snapshot():
            newest = self.replaced_by(article_id) or article_id
            older = [row[0] for row in self.rows("SELECT article FROM replaced WHERE by = ?", newest)]
            whole = sorted((self.article(one) for one in older), key=lambda one: (one.published or "", one.path))
            found: list[Version] = []
            for one in [*whole, self.article(newest)]:
                former = self.rows("SELECT row, until FROM former WHERE article = ? ORDER BY until, rowid", one.id)
                found += [Version(_article(json.loads(row)), until) for row, until in former]
                found.append(Version(one))
            return tuple(found)

    def known(self) -> dict[str, Known]:
        """What groups and orders the articles, by id."""
        rows = self.rows(
            "SELECT a.id, a.source, a.path, a.title, a.outlet, a.url, a.published, a.language, "
            "l.signature, l.lines, l.furniture FROM articles a JOIN likeness l ON l.article = a.id"
        )
        return {
            article: Known(article, *facts, likeness=Likeness(signature, lines, load_spans(furniture)))  # type: ignore[misc]
            for article, *facts, signature, lines, furniture in rows
        }

    def replaced(self) -> dict[str, str]:
        """The articles that a newer version replaces, each with the newest."""
        return dict(self.rows("SELECT article, by FROM replaced"))

    def learnt(self) -> dict[str, frozenset[int]]:
        """For each outlet the lines that are its furniture (`repeated`)."""
        learnt: dict[str, set[int]] = {}
        for site, line in self.rows("SELECT site, line FROM learnt"):
            learnt.setdefault(site, set()).add(int(line))
        return {site: frozenset(lines) for site, lines in learnt.items()}

    def archive(self) -> State:
        """Number of articles, newest date, fingerprint: the same for the same texts, in whatever order they came."""
        return State(*json.loads(self.noted("archive") or '[0, null, ""]'))

    def sources(self) -> tuple[Source, ...]:
        """The sources, by name."""
        return tuple(
            Source(name, Path(root)) for name, root in self.rows("SELECT name, root FROM sources ORDER BY name")
        )

    def articles(self) -> tuple[Article, ...]:
        """All articles, by source and path; the place in this order, from 1, is an article's number."""
        return tuple(_article(row) for row in self.rows(f"SELECT {_ARTICLE} ORDER BY source, path"))

    def article(self, article_id: str) -> Article:
        """One article by its whole id. Raises UnknownArticle."""
        self._forget_if_changed()
        if article_id not in self._articles:
            rows = self.rows(f"SELECT {_ARTICLE} WHERE id = ?", article_id)
            if not rows:
                raise UnknownArticle(f"There is no article {article_id}.")
            self._articles[article_id] = _article(rows[0])
        return self._articles[article_id]

    def find(self, name: str) -> Article:
        """The article a person means: its id, path, file name without ending, number, the unique beginning of one, or
        words of its title.

        Raises UnknownArticle when none fits or several do.
        """
        return self.article(named(name.strip(), self.rows))

    def select(self, wanted: Filter) -> Selection:
        """What a filter leaves; an article of the filter that isn't there, or is not one alone, leaves nothing."""
        self._forget_if_changed()
        if wanted not in self._selections:
            if len(self._selections) == _SELECTIONS:
                self._selections.clear()
            with self.snapshot():
                self._selections[wanted] = select(wanted, self.rows, self._id_of)
        return self._selections[wanted]

    def articles_of(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """For each passage that is known, the id of its article."""
        return dict(self._in("SELECT id, article FROM passages WHERE id IN", passage_ids))

    def vectors_of(self, selection: Selection) -> tuple[list[str], NDArray[np.float32]]:
        """The passages of the articles selected, by id, and their vectors: (n, d), unit rows.

        Few are kept for the next time: a chat asks several questions under one filter.
        """
        import numpy as np

        self._forget_if_changed()
        if self._compared is not None and self._compared[0] is selection:
            return self._compared[1:]
        rows = self._in(
            "SELECT p.id, e.vector FROM passages p JOIN embeddings e ON e.key = p.key WHERE p.article IN",
            list(selection.articles),
        )
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        names = [row[0] for row in rows]
        vectors = vectors.reshape(len(rows), -1) if rows else np.zeros((0, 1), np.float32)
        if selection.few:
            self._compared = selection, names, vectors
        return names, vectors

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of these ids; an id that isn't in the catalogue is left out."""
        with self.snapshot():  # so that the offsets and the text they point into belong together
            rows = self._in(f"SELECT {_PASSAGE} WHERE id IN", ids)
            found = {row[0]: self._passage(row) for row in rows}
        return {passage: found[passage] for passage in ids if passage in found}

    def passages_of(self, article_id: str) -> tuple[Passage, ...]:
        """An article's passages, in order; none when the article isn't there."""
        with self.snapshot():
            rows = self.rows(f"SELECT {_PASSAGE} WHERE article = ? ORDER BY start", article_id)
            return tuple(self._passage(row) for row in rows)

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self.rows("SELECT count(*) FROM passages")[0][0])

    def waiting(self) -> set[str]:
        """The passages that only their words find so far: Chroma does not hold their vectors yet."""
        return {row[0] for row in self.rows("SELECT id FROM waiting")}

    def waiting_count(self) -> int:
        """How many these are."""
        return int(self.rows("SELECT count(*) FROM waiting")[0][0])

    def with_vectors(self) -> list[tuple[str, str]]:
        """The other passages, with the keys of their vectors."""
        return self.rows("SELECT id, key FROM passages WHERE id NOT IN (SELECT id FROM waiting)")

    def unembedded(self, n: int | None) -> list[str]:
        """Up to `n` of them that are not embedded yet, in the order in which they came; all for None."""
        rows = self.rows(f"SELECT p.id {_UNEMBEDDED} ORDER BY p.rowid LIMIT ?", -1 if n is None else n)
        return [row[0] for row in rows]

    def unembedded_count(self) -> int:
        """How many of them are not embedded yet."""
        return int(self.rows(f"SELECT count(*) {_UNEMBEDDED}")[0][0])

    def sentence_vectors(self, passage_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """For each passage the vectors of its sentences, in order: (n, d), unit rows; unknown ones are left out."""
        import numpy as np

        rows = self._in(
            "SELECT p.id, e.sentences FROM passages p JOIN embeddings e ON e.key = p.key WHERE p.id IN",
            passage_ids,
        )
        dimensions = self.settings().dimensions if rows else 1
        return {
            passage: np.frombuffer(blob, dtype=np.float16).reshape(-1, dimensions).astype(np.float32)
            for passage, blob in rows
        }

    def passage_vectors(self, passage_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of these passages, where they are kept: (d,) each."""
        import numpy as np

        found = self._in(
            "SELECT p.id, e.vector FROM passages p JOIN embeddings e ON e.key = p.key WHERE length(e.vector) > 0 "
            "AND p.id IN",
            passage_ids,
        )
        return {name: np.frombuffer(blob, dtype=np.float32) for name, blob in found}

    def packed_sentences(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The vectors of sentences under these keys, as they are stored: float16, one after the other."""
        return dict(self._in("SELECT key, sentences FROM embeddings WHERE key IN", keys))

    def noted(self, name: str) -> str | None:
        """A value that was noted under this name."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", name)
        return str(found[0][0]) if found else None

    def sample(self, n: int) -> tuple[Sample, ...]:
        """Up to `n` passages spread evenly from the oldest to the newest, with their vectors: to test a store with.

        None of them waits for its vector.
        """
        import numpy as np

        first, last = self.rows("SELECT min(rowid), max(rowid) FROM passages")[0]
        if first is None or n < 1:
            return ()
        near = {first + place * (last - first) // max(n - 1, 1) for place in range(n)}
        rows = [
            row
            for place in sorted(near)
            for row in self.rows(
                "SELECT p.id, p.key, e.vector FROM passages p JOIN embeddings e ON e.key = p.key "
                "WHERE p.rowid >= ? AND p.id NOT IN (SELECT id FROM waiting) ORDER BY p.rowid LIMIT 1",
                place,
            )
        ]
        return tuple(Sample(passage, key, np.frombuffer(blob, dtype=np.float32)) for passage, key, blob in rows)

    def states(self, source: str) -> dict[str, Kept]:
        """path -> what is known of a source's articles; the state tells whether a file has to be read again."""
        rows = self.rows("SELECT path, id, state, text_sha256 FROM articles WHERE source = ?", source)
        return {path: Kept(*known) for path, *known in rows}

    def files(self, source: str) -> dict[str, FileNote]:
        """name -> what it gave, of a source's files."""
        rows = self.rows("SELECT name, stamp, articles, refused FROM files WHERE source = ?", source)
        return {
            name: FileNote(stamp, tuple(json.loads(articles)), tuple((a, b, c) for a, b, c in json.loads(refused)))
            for name, stamp, articles, refused in rows
        }

    def texts(self) -> dict[str, str]:
        """The sha256 of each article's text, by the article's id."""
        return dict(self.rows("SELECT id, text_sha256 FROM articles"))

    def origins(self, source: str) -> tuple[tuple[Article, str, str], ...]:
        """A source's articles, each with the sha256 of its file and its state: what is needed to index them anew.

        Their furniture is what each shows by itself, without what was learnt from others.
        """
        rows = self.rows(f"SELECT file_sha256, state, {_ARTICLE} WHERE source = ? ORDER BY path", source)
        return tuple((self._by_itself(_article(row[2:])), row[0], row[1]) for row in rows)

    def origin(self, article_id: str) -> tuple[Article, str, str]:
        """As `origins`, of one article."""
        row = self.rows(f"SELECT file_sha256, state, {_ARTICLE} WHERE id = ?", article_id)[0]
        return self._by_itself(_article(row[2:])), row[0], row[1]

    def keys(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """For each passage that is known, the key of its vector: passages of one text and language share it."""
        return dict(self._in("SELECT id, key FROM passages WHERE id IN", passage_ids))

    def intact(self) -> bool:
        """Whether SQLite finds its file in order."""
        return bool(self.rows("PRAGMA quick_check")[0][0] == "ok")

    def altered_texts(self) -> list[str]:
        """Ids of articles whose text isn't the one that was read, by its sha256."""
        rows = self.rows("SELECT id, text, text_sha256 FROM articles ORDER BY id")
        return [article for article, text, digest in rows if text_digest(text) != digest]

    def _by_itself(self, article: Article) -> Article:
        rows = self.rows("SELECT furniture FROM likeness WHERE article = ?", article.id)
        return replace(article, furniture=load_spans(rows[0][0])) if rows else article

    def _id_of(self, name: str) -> str:
        try:
            return self.find(name).id
        except UnknownArticle:
            return ""

    def _passage(self, row: tuple[Any, ...]) -> Passage:
        passage, article_id, start, end, language, sentences = row
        text = self.article(article_id).text[start:end]
        return Passage(passage, article_id, start, end, language, text, load_spans(sentences))

    def _forget_if_changed(self) -> None:
        generation = self.generation()
        if generation != self._seen:
            self._articles.clear()
            self._selections.clear()
            self._compared = None
            self._seen = generation

    def rows(self, statement: str, *values: str | int) -> list[Any]:
        """What SQLite answers; for the modules that share the tables (`selecting`, `copying`)."""
        with disk_errors(self.folder):
            return self._db.execute(statement, values).fetchall()

    def _in(self, statement: str, values: Sequence[str] | Sequence[int]) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(values), _VALUES):
            part = values[start : start + _VALUES]
            rows += self.rows(f"{statement} ({','.join('?' * len(part))})", *part)
        return rows


def connect(folder: Path) -> sqlite3.Connection:
    """A connection that waits for a writer, in autocommit; made when the file isn't there."""
    return sqlite3.connect(folder / FILE, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def salvage_sources(folder: Path) -> tuple[Source, ...]:
    """The sources named in a catalogue of whatever schema, even a damaged one; none when they cannot be read."""
    if not (folder / FILE).is_file():
        return ()
    db = connect(folder)
    try:
        rows = db.execute("SELECT name, root FROM sources ORDER BY name").fetchall()
    except sqlite3.DatabaseError:
        rows = []
    finally:
        db.close()
    return tuple(Source(name, Path(root)) for name, root in rows)


def outdated(message: str, sources: Sequence[Source]) -> OutdatedIndex:
    """The error for an index that must be made anew; its next step is the command that does, from these sources."""
    roots = [shlex.quote(str(source.root)) for source in sources if source.root.exists()]
    return OutdatedIndex(message, f"Make it anew: footnote ingest {' '.join(roots)}" if roots else None)


def _article(row: tuple[Any, ...]) -> Article:
    values = dict(zip(_FIELDS, row, strict=True))
    values["supplied"] = frozenset(json.loads(values["supplied"]))
    values["furniture"] = load_spans(values["furniture"])
    values["pages"] = tuple(json.loads(values["pages"]))
    return Article(**values)
