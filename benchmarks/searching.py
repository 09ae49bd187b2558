"""How well `footnote search` finds the right document of a public question set, beside its own two halves and BM25.

    python -m benchmarks.searching --data DIR --set piaf_fr [--questions 1000] [--home DIR]

DIR/SET holds `documents.jsonl` ({id, title, lang, text}) and `queries.jsonl` ({question, type, relevant: [document
ids]}): PIAF (`piaf_fr`), SQuAD 2.0 (`squad2_en`), RealTime QA's news of 2022 (`realtimeqa_2022`). The whole set is
indexed (kept in
--home for another run); questions of the types that have a right document are asked, all or a seeded sample. A document
counts at the rank of its first passage. BM25: bm25 over whole documents, stemmed, k1 1.2, b 0.75.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.assembly import ingest, open_retriever
from bot.settings import Settings
from retrieval.analysis import content_stems
from retrieval.search import Retriever
from retrieval.types import Passage

TYPES = ("answerable", "gold")
CUTS = (1, 4, 10)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class BM25:
    """Okapi BM25 over whole documents (Robertson and Zaragoza, 2009), k1 1.2, b 0.75; stems without stop words."""

    def __init__(self, documents: Iterable[dict[str, Any]]) -> None:
        counted = {row["id"]: Counter(content_stems(row["text"], row["lang"])) for row in documents}
        mean = sum(sum(counts.values()) for counts in counted.values()) / len(counted)
        frequency = Counter(stem for counts in counted.values() for stem in counts)
        self._postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, counts in counted.items():
            length = 1.2 * (0.25 + 0.75 * sum(counts.values()) / mean)
            for stem, n in counts.items():
                rarity = math.log(1 + (len(counted) - frequency[stem] + 0.5) / (frequency[stem] + 0.5))
                self._postings[stem].append((name, rarity * n * 2.2 / (n + length)))

    def search(self, question: str, language: str, k: int) -> list[str]:
        """The ids of the `k` best documents, best first."""
        scores: dict[str, float] = defaultdict(float)
        for stem in set(content_stems(question, language)):
            for name, score in self._postings.get(stem, ()):
                scores[name] += score
        return sorted(scores, key=lambda name: -scores[name])[:k]


def documents_of(passages: Iterable[Passage], paths: dict[str, str]) -> list[str]:
    """The ids of the passages' documents, each at its first passage."""
    return list(dict.fromkeys(paths[passage.article_id].rpartition("#")[2] for passage in passages))


def by_vectors(retriever: Retriever, question: str, language: str, k: int) -> list[Passage]:
    """The `k` passages whose vectors are nearest to the question's."""
    vector = retriever.centring.query(retriever.embedder.embed_query(question), language)
    names = [name for name, _ in retriever.index.vectors.search(vector, k)]
    return list(retriever.index.catalogue.passages(names).values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", dest="name", required=True)
    parser.add_argument("--questions", type=int, default=0, help="a seeded sample of this size; 0: all")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    folder: Path = given.data / given.name
    asked = [row for row in rows(folder / "queries.jsonl") if row["type"] in TYPES and row["relevant"]]
    if given.questions and given.questions < len(asked):
        asked = random.Random(7).sample(asked, given.questions)
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(home=given.home or Path(scratch))
        began = time.perf_counter()
        report = ingest(settings, [folder / "documents.jsonl"])
        print(f"{given.name}: {report.passages} passages, in step after {time.perf_counter() - began:.0f} s")
        retriever = open_retriever(settings)
        paths = {article.id: article.path for article in retriever.index.catalogue.articles()}
        words = BM25(rows(folder / "documents.jsonl"))
        found: dict[str, list[list[str]]] = defaultdict(list)
        spent = []
        for row in asked:
            began = time.perf_counter()
            hits = retriever.search(row["question"], 40, row["lang"])
            spent.append(time.perf_counter() - began)
            found["footnote search"].append(documents_of((hit.passage for hit in hits), paths))
            found["its vectors alone"].append(
                documents_of(by_vectors(retriever, row["question"], row["lang"], 40), paths)
            )
            found["BM25"].append(words.search(row["question"], row["lang"], max(CUTS)))
        for name, lists in found.items():
            shares = [
                sum(bool(set(ids[:cut]) & set(row["relevant"])) for ids, row in zip(lists, asked, strict=True))
                / len(asked)
                for cut in CUTS
            ]
            print(
                f"{name:>20}: " + "  ".join(f"top {cut} {share:.3f}" for cut, share in zip(CUTS, shares, strict=True))
            )
        print(f"n={len(asked)}, {sum(spent) / len(spent) * 1000:.1f} ms a search")


if __name__ == "__main__":
    main()
