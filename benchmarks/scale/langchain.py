"""What many would put together: LangChain's recursive splitter and its Chroma store, with their usual settings.

Pieces of 1,000 characters that overlap by 200, as in LangChain's tutorial, with the article's outlet and day beside
them for Chroma's filter; embedded by the same weights.
"""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.scale.news import DEEP, DEPTH, Cached, articles, peak, questions, recall, size, timed
from benchmarks.scale.ours import SEARCHES
from bot import assembly
from bot.settings import Settings

WHERE: dict[str, dict[str, Any] | None] = {
    "everything": None,
    "one outlet": {"outlet": "cnn.com"},
    "a month": {"$and": [{"day": {"$gte": 20220601}}, {"day": {"$lte": 20220630}}]},
    "a year": {"$and": [{"day": {"$gte": 20220101}}, {"day": {"$lte": 20221231}}]},
}


class Embeddings:
    """Our embedder as LangChain asks one; the time spent in it is told apart."""

    def __init__(self, cached: Cached) -> None:
        self._cached = cached
        self._known: dict[str, list[float]] = {}
        self.seconds = 0.0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        began = time.perf_counter()
        limit = self._cached.max_tokens or 0
        short = [text if self._cached.count_tokens(text) <= limit else text[:600] for text in texts]
        rows: list[list[float]] = self._cached.embed_passages(short).tolist()
        self.seconds += time.perf_counter() - began
        return rows

    def embed_query(self, text: str) -> list[float]:
        if text not in self._known:
            self._known[text] = self._cached.embed_query(text).tolist()
        return self._known[text]


def alternative(home: Path, data: Path, vectors: Path, model: Path, count: int) -> dict[str, Any]:
    """The same articles in LangChain's Chroma store."""
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    asked = questions(data)
    embeddings: Any = Embeddings(Cached(assembly.recipe_of(Settings(home=model), None).embedder, vectors))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    store = Chroma("news", embedding_function=embeddings, persist_directory=str(home))
    pieces, held, began = 0, set[str](), time.perf_counter()
    for row in islice(articles(data), count):
        texts = splitter.split_text(row["text"])
        held.add(row["id"])
        if texts:
            facts = {"id": row["id"], "outlet": row["outlet"], "day": int(row["published"].replace("-", "") or 0)}
            store.add_texts(
                texts, metadatas=[facts] * len(texts), ids=[f"{row['id']}-{at}" for at in range(len(texts))]
            )
        pieces += len(texts)
    made = time.perf_counter() - began - embeddings.seconds
    found: dict[str, Any] = {"pieces": pieces, "seconds": round(made, 1), "writer_peak_mb": peak()}
    for one in asked:
        embeddings.embed_query(one.text)
    for name, where in WHERE.items():
        ask = lambda n, where=where: store.similarity_search(asked[n].text, DEPTH, filter=where)  # noqa: E731
        timed(ask, 5)
        found[f"search_ms, {name}"] = timed(ask, SEARCHES)
    searched = lambda text: [one.metadata["id"] for one in store.similarity_search(text, DEEP)]  # noqa: E731
    found |= recall(searched, asked, frozenset(held))
    return {**found, "disk_mb": size(home), "peak_mb": peak()}
