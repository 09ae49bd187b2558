"""How long a filtered search takes beside one of everything, and beside Chroma's own filter, on an archive of any size.

    python -m benchmarks.filtering [--passages 20000] [--searches 100] [--home DIR]

The archive is made up: articles of five passages of 80 words drawn by Zipf's law, over 20 years, one in ten without a
date, one in three French, outlets of very unlike size; each passage has a unit vector at random, for which a graph is
hardest to search. Nothing is embedded. --home keeps it for another run. "first": with nothing kept from the search
before; "next": under the same filter again. Chroma's filter: a collection of the same vectors with their facts as
metadata, Chroma's own settings, `where` with 60 results, and no words.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval import analysis, builds
from retrieval.catalogue import IndexSettings, Source
from retrieval.catalogue_writer import CatalogueWriter, Entry
from retrieval.centring import Centring
from retrieval.index import Index
from retrieval.lexical import WordIndex
from retrieval.search import Retriever
from retrieval.types import Article, Filter, Passage, Span
from retrieval.vectors import VectorStore

DIMENSIONS: Final = 384
WORDS: Final = 30_000
PASSAGES: Final = 5
K: Final = 16
BATCH: Final = 5000
FILTERS: Final[Sequence[tuple[str, Filter, dict[str, Any] | None]]] = (
    ("none", Filter(), None),
    ("one article", Filter(article="20.txt"), {"path": "20.txt"}),
    ("an author", Filter(author="Author 77"), {"author": "Author 77"}),
    ("a small outlet", Filter(outlet="Outlet 9"), {"outlet": "Outlet 9"}),
    (
        "a year",
        Filter(after="2008", before="2008"),
        {"$and": [{"day": {"$gte": 20080101}}, {"day": {"$lte": 20081231}}]},
    ),
    ("French", Filter(language="fr"), {"language": "fr"}),
    ("since 2004, undated too", Filter(after="2004", undated=True), {"$or": [{"day": {"$gte": 20040101}}, {"day": 0}]}),
)


class Drawn:
    """Gives a unit vector at random for whatever it is to embed."""

    name = "drawn"
    dimensions = DIMENSIONS
    max_tokens: int | None = None

    def __init__(self) -> None:
        self._chance = np.random.default_rng(3)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return units(self._chance, len(texts))

    def embed_query(self, text: str) -> NDArray[np.float32]:  # noqa: ARG002 - as every embedder's
        drawn: NDArray[np.float32] = units(self._chance, 1)[0]
        return drawn


def units(chance: np.random.Generator, n: int) -> NDArray[np.float32]:
    """Unit vectors at random: (n, DIMENSIONS)."""
    drawn = chance.standard_normal((n, DIMENSIONS)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def drawn_texts(chance: np.random.Generator, texts: int, words: int) -> list[str]:
    """Texts of so many words, the r-th of which is drawn in proportion to 1 / (r + 1)."""
    shares = np.cumsum(1 / np.arange(2, WORDS + 2))
    drawn = np.searchsorted(shares, chance.random((texts, words)) * shares[-1])
    return [" ".join(word(int(one)) for one in row) for row in drawn]


def word(number: int) -> str:
    """An invented word, one a number: "bacodu"."""
    syllables = [number // 10_000, number // 100 % 100, number % 100]
    return "".join("bcdfghjklmnpqrstvwxz"[one // 5] + "aeiou"[one % 5] for one in syllables)


def day(number: int) -> str:
    """A date within 20 years, one a number."""
    return f"{2000 + number % 20}-{1 + number // 20 % 12:02}-{1 + number % 28:02}"


def entries(passages: int) -> Iterator[Entry]:
    """The articles of the archive."""
    chance, outlets = np.random.default_rng(7), random.Random(7)
    for number in range(passages // PASSAGES):
        texts = drawn_texts(chance, PASSAGES, 80)
        language = "fr" if number % 3 == 0 else "en"
        article = Article(
            f"{number:012x}", "drawn", f"{number}.txt", "\n".join(texts),
            title=f"Title {number}", outlet=f"Outlet {min(int(outlets.paretovariate(0.6)), 400)}",
            author=f"Author {number % 500}", language=language,
            published=None if outlets.random() < 0.1 else day(number),
        )  # fmt: skip
        rows, start = [], 0
        for place, text in enumerate(texts):
            name, half, end = f"{number * PASSAGES + place:016x}", start + len(text) // 2, start + len(text)
            sentences = (Span(start, half), Span(half, end))
            rows.append((Passage(name, article.id, start, end, language, text, sentences), name))
            start = end + 1
        yield Entry(article, "0", "0", tuple(rows))


def make(home: Path, passages: int) -> None:
    """Make the archive in a home, and beside it the collection for Chroma's own filter."""
    build = builds.new(home)
    settings = IndexSettings("drawn", DIMENSIONS, "drawn", "drawn", analysis.version(names=False), "none")
    writer, all_entries = CatalogueWriter(build, settings), list(entries(passages))
    vectors = units(np.random.default_rng(11), passages)
    found = [passage for entry in all_entries for passage, _ in entry.passages]
    names = [one.id for one in found]
    for at in range(0, passages, BATCH):
        rows = zip(names[at : at + BATCH], vectors[at : at + BATCH], strict=True)
        writer.store_vectors((name, vector, np.stack([vector, vector])) for name, vector in rows)
    writer.commit(all_entries, gone=(), sources=[Source("drawn", home)])
    writer.close()
    terms = partial(analysis.passage_terms, names=False)
    WordIndex.create(build / builds.WORDS).add(
        (one.id, one.article_id, one.language, terms(one.text, one.language)) for one in found
    )
    store = VectorStore.create(build / "vectors-0")
    store.upsert(names, vectors)
    store.close()
    builds.make_current(home, build)
    beside = collection(home)
    for at in range(0, passages, BATCH):
        facts = [facts_of(all_entries[one // PASSAGES].article) for one in range(at, min(at + BATCH, passages))]
        beside.add(ids=names[at : at + BATCH], embeddings=vectors[at : at + BATCH], metadatas=facts)


def facts_of(article: Article) -> dict[str, Any]:
    """What Chroma's filter may look at; `day`: 20160309, 0 where there is no date."""
    day = int((article.published or "0").replace("-", ""))
    return {
        "path": article.path,
        "outlet": article.outlet,
        "author": article.author,
        "language": article.language,
        "day": day,
    }


def collection(home: Path) -> Any:
    """The collection with metadata, as Chroma makes it by default."""
    import chromadb

    client: Any = chromadb.PersistentClient(str(home / "where"))
    return client.get_or_create_collection(
        "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


def milliseconds(search: Callable[[], object], times: int, before: Callable[[], object] | None = None) -> str:
    """Median and 95th percentile, after one that isn't counted; `before` is done before each and not timed."""
    search()
    spent = []
    for _ in range(times):
        if before is not None:
            before()
        began = time.perf_counter()
        search()
        spent.append((time.perf_counter() - began) * 1000)
    return f"{np.percentile(spent, 50):6.1f} / {np.percentile(spent, 95):6.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home: Path = given.home or Path(scratch)
        if builds.current(home) is None:
            began = time.perf_counter()
            make(home, given.passages)
            print(f"made in {time.perf_counter() - began:.0f} s")
        measure(home, given.searches)


def measure(home: Path, times: int) -> None:
    """Print a line a filter."""
    embedder, chance = Drawn(), np.random.default_rng(5)
    retriever = Retriever(Index(home), embedder, Centring("drawn", on=False), names=False)
    beside, catalogue = collection(home), retriever.index.catalogue
    print(f"{catalogue.passage_count()} passages, {times} searches; milliseconds, p50 / p95")
    print(f"{'filter':>24} {'articles':>8}  {'first':>15}  {'next':>15}  {'Chroma where':>15}  full, recall")
    for name, wanted, where in FILTERS:
        selection = catalogue.select(wanted)

        def search(wanted: Filter = wanted) -> int:
            return len(retriever.search(drawn_texts(chance, 1, 6)[0], K, "en", wanted))

        def theirs(where: dict[str, Any] | None = where) -> object:
            return beside.query(query_embeddings=[embedder.embed_query("")], n_results=60, where=where, include=[])

        def changed() -> None:
            catalogue._seen = -1  # as after an update: what was selected before is forgotten

        first = milliseconds(search, max(times // 5, 5), changed)
        following = milliseconds(search, times)
        chroma = milliseconds(theirs, max(times // 5, 5))
        full = np.mean([search() == min(K, len(selection.articles) * PASSAGES) for _ in range(10)])
        found = f"{full:.2f}, {recall(retriever, wanted):.3f}"
        print(f"{name:>24} {len(selection.articles):>8}  {first}  {following}  {chroma}  {found}", flush=True)


def recall(retriever: Retriever, wanted: Filter, times: int = 10) -> float:
    """The share of the 60 nearest allowed passages that the vectors bring, by comparing all."""
    catalogue, shares = retriever.index.catalogue, []
    selection = catalogue.select(wanted)
    names, rows = catalogue.vectors_of(selection)
    for _ in range(times):
        vector = retriever.embedder.embed_query("")
        nearest = {names[place] for place in (rows @ vector).argsort()[::-1][:60]}
        within = None if selection.whole else selection
        found = retriever._near(catalogue, vector, 60, within)
        shares.append(len(nearest & set(found)) / len(nearest))
    return float(np.mean(shares))


if __name__ == "__main__":
    main()
