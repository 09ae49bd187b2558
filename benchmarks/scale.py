"""How an archive grows: making it, its size, searching and answering, beside LangChain's usual parts on the same news.

    python -m benchmarks.scale --data DIR --vectors FILE [--passages 1000 10000 50000] [--home DIR] [--json FILE]

DIR/realtimeqa_2022 holds `documents.jsonl` ({id, title, source, date, text}) and `queries.jsonl`. FILE is a SQLite file
of the vectors of sentences as they are embedded, table v (sha: sha256 of the text, vec: float32), made once by the
bundled embedder; what it lacks is embedded and added, at some twenty passages a second. So the time to make an index is
told without embedding. As many articles are taken as give about so many passages.

Beside it, what many would put together: texts cut to 800 characters as LangChain's recursive splitter cuts them, in a
Chroma collection with its defaults, as LangChain's store makes it (its own packages for both are not needed here), with
vectors at random: its speed is compared, not its answers. --home keeps what was made for another run. Each part runs in
a process of its own, so that memory can be told.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot import assembly
from bot.home import MODEL
from bot.settings import Settings
from bot.types import Question
from retrieval import sync
from retrieval.embedding import Embedder
from retrieval.types import Filter

SEARCHES: Final = 100
ANSWERS: Final = 30
FILTERS: Final[dict[str, Filter]] = {
    "everything": Filter(),
    "one outlet": Filter(outlet="cnn.com"),
    "a month": Filter(after="2022-06", before="2022-06"),
    "a year": Filter(after="2022", before="2022"),
}


class Cached:
    """An embedder whose vectors of passages come from a file, where they are."""

    def __init__(self, inner: Embedder, file: Path) -> None:
        self._inner = inner
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("CREATE TABLE IF NOT EXISTS v (sha BLOB PRIMARY KEY, vec BLOB) WITHOUT ROWID")
        self.made = 0
        self.name, self.dimensions, self.max_tokens = inner.name, inner.dimensions, inner.max_tokens

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = []
        for text in texts:
            sha = hashlib.sha256(text.encode()).digest()
            found = self._db.execute("SELECT vec FROM v WHERE sha = ?", (sha,)).fetchone()
            if found is None:
                self.made += 1
                vector = self._inner.embed_passages([text])[0]
                self._db.execute("INSERT OR REPLACE INTO v VALUES (?, ?)", (sha, vector.astype("f4").tobytes()))
                rows.append(vector)
            else:
                rows.append(np.frombuffer(found[0], np.float32))
        return np.stack(rows)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._inner.embed_query(text)


def articles(data: Path) -> Iterator[dict[str, str]]:
    """The news as rows that are ingested."""
    with (data / "realtimeqa_2022" / "documents.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield {
                "id": row["id"], "title": row["title"], "text": row["text"], "outlet": row["source"],
                "published": row["date"], "language": "en",
            }  # fmt: skip


def peak() -> float:
    """Megabytes that this process took at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size(folder: Path) -> float:
    """Megabytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.glob("**/*") if path.is_file()) / 1e6


def spread(seconds: Sequence[float]) -> list[float]:
    """Median and 95th percentile, in milliseconds."""
    return [round(1000 * statistics.median(seconds), 1), round(1000 * float(np.quantile(seconds, 0.95)), 1)]


def timed(work: Callable[[int], object], n: int) -> list[float]:
    """Median and 95th percentile of so many calls."""
    took = []
    for number in range(n):
        began = time.perf_counter()
        work(number)
        took.append(time.perf_counter() - began)
    return spread(took)


def questions(data: Path) -> list[str]:
    """Questions that were asked about the news."""
    with (data / "realtimeqa_2022" / "queries.jsonl").open(encoding="utf-8") as lines:
        return [row["question"] for row in map(json.loads, lines)]


# --- Ours, each in a process of its own ------------------------------------------------------------------------------


def make(home: Path, data: Path, vectors: Path, passages: int) -> dict[str, Any]:
    """Ingest so many passages; told without embedding."""
    settings = Settings(home=home)
    recipe = assembly._recipe(settings, None)
    cached = Cached(recipe.embedder, vectors)
    counting = replace(recipe, embedder=cached)
    folder = home / "news"
    folder.mkdir(parents=True, exist_ok=True)
    share = 8.5  # passages an article, about; the file is made once
    rows = [row for n, row in enumerate(articles(data)) if n < passages / share]
    (folder / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    began = time.perf_counter()
    report = sync.ingest([folder], home, counting, vectors="at once")
    took = time.perf_counter() - began
    began = time.perf_counter()
    sync.ingest([folder], home, counting)
    again = time.perf_counter() - began
    (build,) = home.glob("index/build-*")
    return {
        "articles": report.added, "passages": report.passages, "seconds": round(took, 1), "embedded": cached.made,
        "again": round(again, 2), "peak_mb": round(peak()), "stories": report.stories, "replaced": report.replaced,
        "catalogue_mb": round(size(build) - size(build / "words") - sum(map(size, build.glob("vectors-*"))), 1),
        "words_mb": round(size(build / "words"), 1), "chroma_mb": round(sum(map(size, build.glob("vectors-*"))), 1),
    }  # fmt: skip


def look(home: Path, data: Path) -> dict[str, Any]:
    """Search and answer."""
    asked = questions(data)
    began = time.perf_counter()
    assistant = assembly.open_assistant(Settings(home=home))
    found: dict[str, Any] = {}
    with closing(assistant):
        retriever = assistant._retriever
        retriever.search(asked[0], 16)
        found["open_s"] = round(time.perf_counter() - began, 2)
        known = {text: retriever.embedder.embed_query(text) for text in asked[:SEARCHES]}
        embedder: Any = retriever.embedder
        found["embedding_ms"] = timed(lambda n: embedder.embed_query(asked[n] + "?"), 30)
        instead = replace(retriever, embedder=_Known(embedder, known))
        for name, wanted in FILTERS.items():
            ask = lambda n, wanted=wanted: instead.search(asked[n], 16, "en", wanted or None)  # noqa: E731
            timed(ask, 5)
            found[f"search_ms, {name}"] = timed(ask, SEARCHES)
        timed(lambda n: assistant.answer(Question(asked[n])), 5)
        found["answer_ms"] = timed(lambda n: assistant.answer(Question(asked[n + 5])), ANSWERS)
    found["peak_mb"] = round(peak())
    return found


class _Known:
    """An embedder whose questions are embedded already, so that only the search takes time."""

    def __init__(self, inner: Embedder, known: dict[str, NDArray[np.float32]]) -> None:
        self._known = known
        self.name, self.dimensions, self.max_tokens = inner.name, inner.dimensions, inner.max_tokens
        self.count_tokens, self.embed_passages = inner.count_tokens, inner.embed_passages

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._known[text]


# --- LangChain's usual parts ------------------------------------------------------------------------------------------


def split(text: str, most: int = 800, breaks: Sequence[str] = ("\n\n", "\n", " ")) -> list[str]:
    """Pieces of at most so many characters, cut at the coarsest break that does, as a recursive splitter cuts."""
    if len(text) <= most or not breaks:
        return [text] if text.strip() else []
    pieces, piece = list[str](), ""
    for part in text.split(breaks[0]):
        if piece and len(piece) + len(breaks[0]) + len(part) > most:
            pieces += split(piece, most, breaks[1:])
            piece = part
        else:
            piece = f"{piece}{breaks[0]}{part}" if piece else part
    return [*pieces, *split(piece, most, breaks[1:])]


def alternative(home: Path, data: Path, count: int) -> dict[str, Any]:
    """The same articles in a Chroma collection with its defaults, texts and facts included, with vectors at random."""
    import chromadb

    rng = np.random.default_rng(1)

    def units(n: int) -> NDArray[np.float32]:
        rows = rng.standard_normal((n, 384)).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    client = chromadb.PersistentClient(str(home))
    collection: Any = client.get_or_create_collection("news", embedding_function=None)  # as langchain-chroma makes it
    began, pieces = time.perf_counter(), 0
    for n, row in enumerate(articles(data)):
        if n >= count:
            break
        texts = split(row["text"])
        facts = {"outlet": row["outlet"], "day": int(row["published"].replace("-", "") or 0)}
        if texts:
            collection.add(
                ids=[f"{row['id']}-{at}" for at in range(len(texts))],
                documents=texts,
                metadatas=[facts] * len(texts),
                embeddings=units(len(texts)),
            )
        pieces += len(texts)
    made = time.perf_counter() - began
    asked = units(SEARCHES)
    wheres: dict[str, Any] = {
        "everything": None,
        "one outlet": {"outlet": "cnn.com"},
        "a month": {"$and": [{"day": {"$gte": 20220601}}, {"day": {"$lte": 20220630}}]},
        "a year": {"$and": [{"day": {"$gte": 20220101}}, {"day": {"$lte": 20221231}}]},
    }
    found: dict[str, Any] = {"pieces": pieces, "seconds": round(made, 1)}
    for name, where in wheres.items():
        ask = lambda n, where=where: collection.query(  # noqa: E731
            query_embeddings=[asked[n]], n_results=16, where=where, include=["documents", "metadatas", "distances"]
        )
        timed(ask, 5)
        found[f"search_ms, {name}"] = timed(ask, SEARCHES)
    return {**found, "disk_mb": round(size(home), 1), "peak_mb": round(peak())}


def apart(*arguments: str) -> dict[str, Any]:
    """What one part of the benchmark says, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale", "--part", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        _, _, part, *places = sys.argv
        paths, more = (Path(places[0]), Path(places[1])), places[2:]
        if part == "make":
            print(json.dumps(make(*paths, Path(more[0]), int(more[1]))))
        elif part == "look":
            print(json.dumps(look(*paths)))
        else:
            print(json.dumps(alternative(*paths, int(more[0]))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 10_000, 50_000])
    parser.add_argument("--home", type=Path, help="where indexes are kept for another run")
    parser.add_argument("--json", type=Path, help="write the figures there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        kept = (args.home or Path(temporary)).resolve()
        figures = []
        for passages in args.passages:
            home = kept / str(passages)
            home.mkdir(parents=True, exist_ok=True)
            if not (home / MODEL).exists():
                (kept / MODEL).mkdir(exist_ok=True)
                (home / MODEL).symlink_to(kept / MODEL)
            made = apart("make", str(home), str(args.data), str(args.vectors), str(passages))
            seen = apart("look", str(home), str(args.data))
            other = apart("alternative", str(kept / f"langchain-{passages}"), str(args.data), str(made["articles"]))
            figures.append({"load": os.getloadavg()[0], "made": made, "search": seen, "alternative": other})
            print(json.dumps(figures[-1], indent=1), flush=True)
        if args.json is not None:
            args.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
