"""An article as the rows that a catalogue holds of it, to be put into another catalogue just as it is.

The rows are JSON, so that they can travel: to a server that several machines share, or into a file. Offsets, keys,
state and former texts come along, so that nothing has to be read, cut or embedded again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from retrieval.catalogue import Catalogue
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.stored import text_digest

ARTICLE: Final = (
    "id", "source", "path", "text", "title", "outlet", "author", "published", "language", "url", "supplied",
    "furniture", "pages", "file_sha256", "text_sha256", "state",
)  # fmt: skip
PASSAGE: Final = ("id", "start", "end", "language", "sentences", "key")

Row = Mapping[str, Any]


def article_row(catalogue: Catalogue, article: str) -> dict[str, Any]:
    """All that a catalogue holds of an article."""
    found = catalogue.rows(f"SELECT {', '.join(ARTICLE)} FROM articles WHERE id = ?", article)[0]
    passages = catalogue.rows(
        f"SELECT {', '.join(PASSAGE)} FROM passages WHERE article = ? ORDER BY start, id", article
    )
    likeness = catalogue.rows("SELECT signature, lines, furniture FROM likeness WHERE article = ?", article)
    former = catalogue.rows("SELECT until, row FROM former WHERE article = ? ORDER BY rowid", article)
    return {
        **dict(zip(ARTICLE, found, strict=True)),
        "passages": [list(row) for row in passages],
        "likeness": [[_text(row[0]), _text(row[1]), row[2]] for row in likeness],
        "former": [list(row) for row in former],
    }


def check(row: Row) -> None:
    """Raise ValueError for a row that contradicts itself: another text than its sha256, passages outside of it."""
    try:
        text = str(row["text"])
        if text_digest(text) != row["text_sha256"]:
            raise ValueError(f"the text of {row['path']} is not the one that was indexed")
        for _, start, end, _, sentences, _ in row["passages"]:
            offsets = json.loads(sentences)
            if not 0 <= start < end <= len(text) or any(not start <= at <= end for at in offsets):
                raise ValueError(f"a passage of {row['path']} does not lie in its text")
    except (KeyError, TypeError) as error:
        raise ValueError("it is no article of an index") from error


def derived_rows(catalogue: Catalogue) -> dict[str, list[list[Any]]]:
    """What follows from all articles together."""
    return {
        "stories": [list(row) for row in catalogue.rows("SELECT article, story, place FROM stories ORDER BY article")],
        "replaced": [list(row) for row in catalogue.rows("SELECT article, by FROM replaced ORDER BY article")],
        "learnt": [list(row) for row in catalogue.rows("SELECT site, line FROM learnt ORDER BY site, line")],
    }


def put(
    writer: CatalogueWriter,
    rows: Iterable[Row],
    *,
    gone: Iterable[str] = (),
    sources: Sequence[Sequence[str]],
    derived: Mapping[str, Sequence[Sequence[Any]]],
    meta: Mapping[str, str],
    vectors: str | None = None,
    waiting: Iterable[str] = (),
    wanted: tuple[Sequence[Any], int] | None = None,
) -> None:
    """Bring articles into a catalogue with one transaction, over those of the same ids, and take others away.

    `sources`, `derived`: all there are then. `meta`: values to note. `vectors`: the name of their folder. `waiting`:
    passages whose vectors are still to come. `wanted`: the state of the articles (`Catalogue.archive`) and the number
    of passages that must come of it; where others do, nothing is changed. Raises Unlike for that, and what the writer
    does.
    """
    with writer.transaction() as db:
        for article in gone:
            writer.take_away(article)
        for row in rows:
            writer.take_away(row["id"])
            db.execute(
                f"INSERT INTO articles ({', '.join(ARTICLE)}) VALUES ({', '.join('?' * len(ARTICLE))})",
                [row[name] for name in ARTICLE],
            )
            db.executemany(
                "INSERT INTO passages (id, article, start, end, language, sentences, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((passage[0], row["id"], *passage[1:]) for passage in row["passages"]),
            )
            db.executemany(
                "INSERT INTO likeness VALUES (?, ?, ?, ?)",
                ((row["id"], _bytes(one[0]), _bytes(one[1]), one[2]) for one in row["likeness"]),
            )
            db.execute("DELETE FROM former WHERE article = ?", (row["id"],))
            db.executemany("INSERT INTO former VALUES (?, ?, ?)", ((row["id"], *one) for one in row["former"]))
        db.execute("DELETE FROM former WHERE article NOT IN (SELECT id FROM articles)")
        db.execute("DELETE FROM sources")
        db.executemany("INSERT INTO sources VALUES (?, ?)", (tuple(one) for one in sources))
        for table, values in (("stories", "?, ?, ?"), ("replaced", "?, ?"), ("learnt", "?, ?")):
            db.execute(f"DELETE FROM {table}")
            db.executemany(f"INSERT INTO {table} VALUES ({values})", (tuple(one) for one in derived[table]))
        db.executemany("INSERT INTO waiting VALUES (?)", ((one,) for one in waiting))
        if vectors is not None:
            writer.note("vectors", vectors)
        for name, value in meta.items():
            writer.note(name, value)
        writer.count_up()
        if wanted is not None and (writer.archive(), writer.passage_count()) != (list(wanted[0]), wanted[1]):
            raise Unlike


class Unlike(Exception):
    """What came is not what should come."""


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
