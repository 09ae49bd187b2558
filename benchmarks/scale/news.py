"""The news that is measured with: RealTime QA's articles of 2022 and questions, and the vectors of their texts."""

from __future__ import annotations

import hashlib
import json
import resource
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embedder

SET = "realtimeqa_2022"
CUTS = (1, 4, 10)
DEPTH = 16
"""Passages that a search brings, as those of an answer do."""
DEEP = 60
"""Passages among whose articles the right one is looked for."""


class Cached:
    """An embedder whose vectors of passages come from a file, where they are; what it lacks is embedded and added."""

    def __init__(self, inner: Embedder, file: Path) -> None:
        self._inner = inner
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("CREATE TABLE IF NOT EXISTS v (sha BLOB PRIMARY KEY, vec BLOB) WITHOUT ROWID")
        self.made = 0
        self.name, self.dimensions, self.max_tokens = inner.name, inner.dimensions, inner.max_tokens

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        lacking = {key: text for key, text in zip(keys, texts, strict=True) if self._found(key) is None}
        if lacking:
            self.made += len(lacking)
            rows = self._inner.embed_passages(list(lacking.values()))
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO v VALUES (?, ?)",
                ((key, row.astype("f4").tobytes()) for key, row in zip(lacking, rows, strict=True)),
            )
            self._db.execute("COMMIT")
        return np.stack([np.frombuffer(self._found(key) or b"", np.float32) for key in keys])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._inner.embed_query(text)

    def _found(self, key: bytes) -> bytes | None:
        row = self._db.execute("SELECT vec FROM v WHERE sha = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the articles that hold its answer."""

    text: str
    right: frozenset[str]


def articles(data: Path) -> Iterator[dict[str, str]]:
    """The news as rows that are ingested."""
    with (data / SET / "documents.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield {
                "id": row["id"], "title": row["title"], "text": row["text"], "outlet": row["source"],
                "published": row["date"], "language": "en",
            }  # fmt: skip


def questions(data: Path) -> list[Asked]:
    """Questions that were asked about the news; without a right article where none is known by hand."""
    with (data / SET / "queries.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Asked(row["question"], frozenset(row["relevant"] if row["type"] == "gold" else ())) for row in rows]


def recall(found: Callable[[str], Iterable[str]], asked: Sequence[Asked], held: frozenset[str]) -> dict[str, object]:
    """Of the questions whose right article is among those `held`: the share found among the first 1, 4, 10 articles.

    `found`: a question -> the articles of the DEEP passages it brings, best first; each counts at its first passage.
    """
    ranks = []
    for one in asked:
        if one.right & held:
            places = [place for place, article in enumerate(dict.fromkeys(found(one.text)), 1) if article in one.right]
            ranks.append(min(places, default=DEEP + 1))
    shares = [round(sum(rank <= cut for rank in ranks) / len(ranks), 3) for cut in CUTS] if ranks else []
    return {"recall": shares, "recall_n": len(ranks)}


def peak() -> float:
    """Megabytes that this process took at most."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def size(folder: Path) -> float:
    """Megabytes of the files in a folder."""
    return round(sum(path.stat().st_size for path in folder.glob("**/*") if path.is_file()) / 1e6, 1)


def spread(seconds: Sequence[float]) -> list[float]:
    """Median and 95th percentile, in milliseconds."""
    return [round(1000 * statistics.median(seconds), 1), round(1000 * float(np.quantile(seconds, 0.95)), 1)]


def timed(work: Callable[[int], object], n: int) -> list[float]:
    """Median and 95th percentile of so many calls, in milliseconds."""
    took = []
    for number in range(n):
        began = time.perf_counter()
        work(number)
        took.append(time.perf_counter() - began)
    return spread(took)
