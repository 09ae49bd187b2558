"""Measure the reader where it was not fitted: does it choose the sentence, does it know when there is none?

    python -m fitting.reader_measure --data DIR

Sets: the bundled articles with their questions marked "build", eight articles of `benchmarks/newsroom`, one title in
ten of SQuAD 2.0 and of PIAF (see `reader_material.py`). Beside the reader stand what it is to help: the similarity of
titled sentences, languages centred, and the share of the question's words in the sentence.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bot.reader import Reader, load_reader
from fitting.reader_material import PUBLIC, Asked, Sentence, Set, bundled, newsroom, public
from retrieval.analysis import passage_terms
from retrieval.centring import Centring
from retrieval.e5 import E5, load_e5

CANDIDATES = 12
MIXED = 15.0
"""What a cosine weighs in the mix with the reader's log-odds."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its candidates (places), and by measure the values of the candidates."""

    asked: Asked
    crosses: bool
    candidates: list[int]
    values: dict[str, NDArray[np.float64]]


def cases(known: Set, embedder: E5, reader: Reader, *, whole: bool) -> tuple[list[Case], float]:
    """The cases of a set, and the milliseconds a pair took. Candidates come from the `whole` set or the articles asked
    about; the nearest are taken."""
    centring = Centring(embedder.name)
    vectors = embedder.embed_passages([_titled(one) for one in known.sentences])
    for language in {one.language for one in known.sentences}:
        there = [place for place, one in enumerate(known.sentences) if one.language == language]
        vectors[there] = centring.passages(vectors[there], language)
    made, spent, pairs = [], 0.0, 0
    for asked in known.asked:
        likeness = vectors @ centring.query(embedder.embed_query(asked.question), asked.language)
        pool = np.arange(len(known.sentences)) if whole else np.array(asked.about)
        candidates = [int(place) for place in pool[np.argsort(-likeness[pool], kind="stable")][:CANDIDATES]]
        shown = [known.sentences[place] for place in candidates]
        begun = time.perf_counter()
        scores = np.array(reader.scores(asked.question, [(one.title, one.previous, one.text) for one in shown]))
        spent += time.perf_counter() - begun
        pairs += len(shown)
        similarity = likeness[candidates].astype(np.float64)
        values = {
            "similarity": similarity,
            "words": np.array([_words(asked, one) for one in shown]),
            "reader": scores,
            "mix": scores + MIXED * similarity,
        }
        made.append(Case(asked, asked.crosses(known.sentences), candidates, values))
    return made, 1000 * spent / pairs


def chosen(some: Sequence[Case], measure: str, most: int) -> float:
    """Share of the answerable questions with an answering sentence among the `most` best."""
    hits = [
        any(case.candidates[place] in case.asked.answers for place in np.argsort(-case.values[measure])[:most])
        for case in some
        if case.asked.answers
    ]
    return float(np.mean(hits)) if hits else float("nan")


def declining(answerable: Sequence[Case], unanswerable: Sequence[Case], measure: str) -> float:
    """AUROC of the best value of a question: answerable above unanswerable."""
    if not answerable or not unanswerable:
        return float("nan")
    best = [case.values[measure].max() for case in (*answerable, *unanswerable)]
    return float(roc_auc_score([1] * len(answerable) + [0] * len(unanswerable), best))


def report(name: str, some: Sequence[Case], milliseconds: float) -> None:
    """Print the figures of one set."""
    answerable = [case for case in some if case.asked.answers]
    unanswerable = [case for case in some if not case.asked.answers]
    parts = {
        "same language": [case for case in answerable if not case.crosses],
        "across": [case for case in answerable if case.crosses],
    }
    print(f"\n{name}: {len(answerable)} answerable, {len(unanswerable)} not; {milliseconds:.1f} ms a pair")
    for label, part in parts.items():
        if not part:
            continue
        ceiling = np.mean([any(place in case.asked.answers for place in case.candidates) for case in part])
        print(f"  {label}, n = {len(part)}; an answering sentence among the candidates: {ceiling:.3f}")
        for measure in part[0].values:
            top = " ".join(f"{chosen(part, measure, most):.3f}" for most in (1, 3))
            print(f"    {measure:11} top 1, 3: {top}   AUROC {declining(part, unanswerable, measure):.3f}")


def _titled(one: Sentence) -> str:
    return f"{one.title}. {one.text[:1500]}" if one.title else one.text[:1500]


def _words(asked: Asked, one: Sentence) -> float:
    terms = set(passage_terms(asked.question, asked.language))
    return len(terms & set(passage_terms(one.text, one.language))) / max(len(terms), 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the reader where it was not fitted.")
    parser.add_argument("--data", type=Path, help="folder with the public question sets")
    parser.add_argument("--models", type=Path, default=Path(tempfile.gettempdir()) / "footnote-models")
    given = parser.parse_args()
    embedder, reader = load_e5(given.models), load_reader(given.models)
    for one in (bundled(), newsroom(measured=True)):
        report(one.name, *cases(one, embedder, reader, whole=True))
    for name in PUBLIC if given.data else ():
        # SQuAD's unanswerable questions are so for their paragraph only.
        report(name, *cases(public(given.data, name, held=True), embedder, reader, whole=name != "squad2_en"))


if __name__ == "__main__":
    main()
