"""Make retrieval/centres.npz: the mean vector of each language, for sentences and for questions, of the bundled
embedder.

    python -m fitting.centres --data DIR

DIR holds `squad2_en` and `piaf_fr`, each with `documents.jsonl` (rows with "title" and "text") and `queries.jsonl`
(rows with "question"): paragraphs and questions of SQuAD 2.0 and of PIAF, both CC BY-SA. Some minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.articles import article_id
from retrieval.contexts import sentence_texts
from retrieval.e5 import load_e5
from retrieval.sentences import sentences
from retrieval.types import Passage

SETS = {"en": "squad2_en", "fr": "piaf_fr"}
SAMPLE = 700


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the question sets")
    parser.add_argument("--models", type=Path, default=Path(tempfile.gettempdir()) / "footnote-models")
    given = parser.parse_args()
    embedder = load_e5(given.models)
    chance = random.Random(20161)
    means: dict[str, Any] = {"embedder": np.array(embedder.name)}
    for language, name in SETS.items():
        documents = rows(given.data / name / "documents.jsonl")
        chance.shuffle(documents)
        texts = []
        for document in documents[:SAMPLE]:
            spans = sentences(document["text"])
            passage = Passage(
                article_id(name, document["id"]), document["id"], 0, len(document["text"]), language, document["text"],
                (chance.choice(spans),),
            )  # fmt: skip
            texts += sentence_texts(passage, document["title"], lambda text: embedder.count_tokens(text) <= 512)
        questions = [row["question"] for row in rows(given.data / name / "queries.jsonl")]
        asked = np.stack([embedder.embed_query(question) for question in chance.sample(questions, SAMPLE)])
        means[f"passage-{language}"] = embedder.embed_passages(texts).mean(axis=0).astype(np.float32)
        means[f"query-{language}"] = asked.mean(axis=0).astype(np.float32)
    np.savez(Path("retrieval/centres.npz"), **means)


if __name__ == "__main__":
    main()
