"""Tell a sound index from a damaged one: do the stores hold what the catalogue says, and does Chroma find it?

A missing or cut HNSW file raises nothing in Chroma: it counts as before and finds only some of its vectors, or the
wrong ones. So vectors that the catalogue keeps are asked for again. Does not repair: `sync.py` does.
"""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple

from retrieval import builds
from retrieval.catalogue import Catalogue, Sample
from retrieval.errors import DamagedIndex
from retrieval.lexical import WordIndex
from retrieval.vectors import VectorStore

QUICK_SAMPLE = 6
THOROUGH_SAMPLE = 60
_SAME = 0.999  # cosine of a stored float32 vector with itself, rounding allowed for
_ASKED = 10  # passages of one wording share a vector, so the passage itself need not come first


class Check(NamedTuple):
    """One thing looked at: its name, whether it is in order, a sentence, and what to do when it isn't (else "")."""

    name: str
    ok: bool
    message: str
    next_step: str


def texts_fault(catalogue: Catalogue) -> str | None:
    """What is wrong with the catalogue itself, as a sentence; None when nothing is."""
    if catalogue.intact():
        changed = catalogue.altered_texts()
        return f"The text of {', '.join(changed)} is not what was read." if changed else None
    return "The catalogue is damaged."


def words_fault(catalogue: Catalogue, words: WordIndex) -> str | None:
    """What is wrong with the word index, as a sentence; None when nothing is. It may hold more than the catalogue."""
    expected, held = catalogue.passage_count(), words.passage_count()
    return None if held >= expected else f"The word index holds {held} of {expected} passages."


def vectors_fault(catalogue: Catalogue, vectors: VectorStore, sample: int = QUICK_SAMPLE) -> str | None:
    """What is wrong with the vectors, as a sentence; None when nothing is. They may be more than the catalogue's."""
    expected, held = catalogue.passage_count() - catalogue.waiting_count(), vectors.count()
    if held < expected:
        return f"The vector index holds {held} of {expected} passages."
    asked = catalogue.sample(sample)
    lost = sum(1 for one in asked if not _finds(catalogue, vectors, one))
    if lost > len(asked) // 20:  # HNSW is approximate: one miss in twenty is no damage
        return f"The vector index does not find {lost} of {len(asked)} passages it holds."
    return None


def fault_of(catalogue: Catalogue, *, vectors: bool = True, sample: int = QUICK_SAMPLE) -> str | None:
    """What is wrong with the stores beside this catalogue, as a sentence; None when nothing is.

    `vectors`: whether they lie beside it.
    """
    try:
        fault = words_fault(catalogue, WordIndex.open(catalogue.folder / builds.WORDS))
        if fault is not None or not vectors:
            return fault
        with closing(VectorStore.open(catalogue.vectors_folder())) as store:
            return vectors_fault(catalogue, store, sample)
    except DamagedIndex as error:
        return error.message


def _finds(catalogue: Catalogue, vectors: VectorStore, one: Sample) -> bool:
    near = [passage for passage, similarity in vectors.search(one.vector, _ASKED) if similarity >= _SAME]
    return one.id in near or one.key in catalogue.keys(near).values()
