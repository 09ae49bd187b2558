"""Footnote's part: an index made, looked at, asked while another ingest runs; and how fast passages are embedded."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.news import DEEP, DEPTH, Cached, articles, peak, questions, recall, size, timed
from bot import assembly
from bot.settings import Settings
from bot.types import Question
from retrieval import sync
from retrieval.embedding import Embedder
from retrieval.types import Filter
from retrieval.vectoring import catch_up, waiting

SEARCHES: Final = 100
ANSWERS: Final = 30
FILTERS: Final[dict[str, Filter]] = {
    "everything": Filter(),
    "one outlet": Filter(outlet="cnn.com"),
    "a month": Filter(after="2022-06", before="2022-06"),
    "a year": Filter(after="2022", before="2022"),
}


def written(folder: Path, rows: Iterable[dict[str, str]]) -> Path:
    """The folder, with these articles in one file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "news.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def make(home: Path, data: Path, vectors: Path, count: int) -> dict[str, Any]:
    """Ingest so many articles; the time is told without embedding."""
    recipe = assembly.recipe_of(Settings(home=home), None)
    cached = Cached(recipe.embedder, vectors)
    counting = replace(recipe, embedder=cached)
    folder = written(home / "news", islice(articles(data), count))
    began = time.perf_counter()
    report = sync.ingest([folder], home, counting, vectors="at once")
    took = time.perf_counter() - began
    writing = peak()
    began = time.perf_counter()
    sync.ingest([folder], home, counting)
    again = time.perf_counter() - began
    (build,) = home.glob("index/build-*")
    chroma = round(sum(map(size, build.glob("vectors-*"))), 1)
    return {
        "articles": report.added, "passages": report.passages, "seconds": round(took, 1), "embedded": cached.made,
        "unchanged_s": round(again, 2), "peak_mb": writing, "stories": report.stories, "replaced": report.replaced,
        "disk_mb": size(build), "words_mb": size(build / "words"), "chroma_mb": chroma,
    }  # fmt: skip


def words(home: Path, data: Path, count: int) -> dict[str, Any]:
    """Ingest so many articles until their words are searched, nothing embedded yet."""
    recipe = assembly.recipe_of(Settings(home=home), None)
    folder = written(home / "news", islice(articles(data), count))
    began = time.perf_counter()
    report = sync.ingest([folder], home, recipe, vectors="later")
    return {"passages": report.passages, "seconds": round(time.perf_counter() - began, 1), "peak_mb": peak()}


def change(home: Path, data: Path, vectors: Path, count: int) -> dict[str, Any]:
    """Change one article of so many; the time is told without embedding."""
    recipe = assembly.recipe_of(Settings(home=home), None)
    cached = Cached(recipe.embedder, vectors)
    rows = list(islice(articles(data), count))
    rows[count // 2]["text"] += f"\n\nThis was added at {time.time():.0f}."
    written(home / "news", rows)
    began = time.perf_counter()
    report = sync.ingest([home / "news"], home, replace(recipe, embedder=cached))
    assert report.changed == 1, report
    return {"one_changed_s": round(time.perf_counter() - began, 2), "one_changed_peak_mb": peak()}


def look(home: Path, data: Path) -> dict[str, Any]:
    """Search, find and answer."""
    asked = questions(data)
    texts = [one.text for one in asked]
    settings = Settings(home=home)
    began = time.perf_counter()
    retriever = assembly.open_retriever(settings)
    found: dict[str, Any] = {}
    with closing(retriever.index):
        retriever.search(texts[0], DEPTH)
        found["cold_s"] = round(time.perf_counter() - began, 2)
        known = {text: retriever.embedder.embed_query(text) for text in texts}
        embedder: Any = retriever.embedder
        found["embedding_ms"] = timed(lambda n: embedder.embed_query(texts[n] + "?"), 30)
        instead = replace(retriever, embedder=Known(embedder, known))
        for name, wanted in FILTERS.items():
            ask = lambda n, wanted=wanted: instead.search(texts[n], DEPTH, "en", wanted or None)  # noqa: E731
            timed(ask, 5)
            found[f"search_ms, {name}"] = timed(ask, SEARCHES)
        paths = {one.id: one.path.partition("#")[2] for one in retriever.index.catalogue.articles()}
        searched = lambda text: [  # noqa: E731
            paths[hit.passage.article_id] for hit in instead.search(text, DEEP, "en")
        ]
        found |= recall(searched, asked, frozenset(paths.values()))
    with closing(assembly.open_assistant(settings)) as assistant:
        timed(lambda n: assistant.answer(Question(texts[n])), 5)
        found["answer_ms"] = timed(lambda n: assistant.answer(Question(texts[n + 5])), ANSWERS)
    found["peak_mb"] = peak()
    return found


def beside(home: Path, data: Path, other: Path) -> dict[str, Any]:
    """Answer alone, and while `footnote ingest` embeds other articles into another home on this machine."""
    texts = [one.text for one in questions(data)]
    folder = written(other / "news", islice(articles(data), 200, 800))
    with closing(assembly.open_assistant(Settings(home=home))) as assistant:
        new = iter(texts)  # none is asked twice: of one that was, much is known
        ask = lambda _: assistant.answer(Question(next(new)))  # noqa: E731
        timed(ask, 5)
        found = {"answer_alone_ms": timed(ask, ANSWERS)}
        command = [sys.executable, "-m", "bot", "ingest", str(folder), "--home", str(other)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as ingesting:
            try:
                time.sleep(20)  # past reading, into embedding
                found["answer_beside_ms"] = timed(ask, ANSWERS)
                assert ingesting.poll() is None, "the ingest was over too soon"
            finally:
                ingesting.terminate()
    return found


def rate(home: Path, data: Path, count: int) -> dict[str, Any]:
    """Embed so many passages with nothing else to do."""
    recipe = assembly.recipe_of(Settings(home=home), None)
    folder = written(home / "rated", islice(articles(data), count // 10))
    sync.ingest([folder], home, recipe, vectors="later")
    before = waiting(home)
    began = time.perf_counter()
    catch_up(home, recipe)
    took = time.perf_counter() - began
    return {"embedded": before, "seconds": round(took, 1), "passages_a_second": round(before / took, 1)}


class Known:
    """An embedder whose questions are embedded already, so that only the search takes time."""

    def __init__(self, inner: Embedder, known: dict[str, NDArray[np.float32]]) -> None:
        self._known = known
        self.name, self.dimensions, self.max_tokens = inner.name, inner.dimensions, inner.max_tokens
        self.count_tokens, self.embed_passages = inner.count_tokens, inner.embed_passages

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._known[text]
