"""Question to passages: search words and vectors in every language of the archive, and merge.

Composes the index, the embedder and fusion. Does not choose sentences and does not decide whether they answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval import analysis
from retrieval.analysis import question_groups
from retrieval.catalogue import Catalogue, outdated
from retrieval.centring import Centring
from retrieval.embedding import Embedder
from retrieval.fusion import fuse
from retrieval.index import Index
from retrieval.languages import detect
from retrieval.lexical import LANGUAGE_FIELDS
from retrieval.types import LANGUAGES, Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CANDIDATES: Final = 60
"""Passages each list brings at least; beyond, neither list's order means much."""
_MEAN_SHARE: Final = 0.5
"""What the passage's mean counts beside its best sentence."""


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one index. `centring` must be the one the index was made with. Not for use by two threads at once."""

    index: Index
    embedder: Embedder
    centring: Centring

    def check(self) -> None:
        """Raise OutdatedIndex now rather than at the first question. Opens the catalogue alone."""
        with self.index.snapshot() as catalogue:
            self._compare(catalogue)

    def search(self, question: str, k: int, language: str | None = None) -> list[Hit]:
        """The `k` best passages for a question, best first; fewer when the archive has fewer.

        `language` is the question's, detected when not given. Raises NoIndex, OutdatedIndex (made with other terms or
        another embedder), DamagedIndex, EmbedderUnavailable.
        """
        with self.index.snapshot() as catalogue:
            return self.find(catalogue, question, k, language or question_language(question))

    def find(
        self, catalogue: Catalogue, question: str, k: int, language: str, translation: tuple[str, str] | None = None
    ) -> list[Hit]:
        """As `search`, within a snapshot that the caller holds.

        `translation`: the same question in another language, and that language; passages are searched in it for its
        words instead of the lexicon's, and for its meaning beside the question's.
        """
        import numpy as np

        self._compare(catalogue)
        asked = {language: question, **({translation[1]: translation[0]} if translation else {})}
        words = self._by_words(asked, language, max(k, _CANDIDATES))
        vectors = [self.centring.query(self.embedder.embed_query(text), each) for each, text in asked.items()]
        near = {name for vector in vectors for name, _ in self.index.vectors.search(vector, max(k, _CANDIDATES))}
        return self._merge(catalogue, words, near, np.stack(vectors), k)

    def _compare(self, catalogue: Catalogue) -> None:
        """Raise OutdatedIndex where the terms or vectors of the index are not of the kind a question would get."""
        made = catalogue.settings()
        if made.embedder != self.embedder.name:
            message = f"The index was made with another embedder, {made.embedder}, not {self.embedder.name}."
            raise outdated(message, catalogue.sources())
        now = (self.embedder.dimensions, str(analysis.VERSION), self.centring.name)
        if (made.dimensions, made.analysis, made.centring) != now:
            raise outdated("The index was made by another version of Footnote.", catalogue.sources())

    def _by_words(self, asked: Mapping[str, str], language: str, k: int) -> dict[str, float]:
        """BM25 by passage; each language is searched with its own terms, at most `k` passages of each.

        `asked`: the question by language; where it isn't asked in a language, that of `language` is translated.
        """
        found: dict[str, float] = {}
        for target in LANGUAGE_FIELDS:
            if self.index.words.passage_count(target):
                spoken = target if target in asked else language
                groups = [group.terms for group in question_groups(asked[spoken], spoken, target)]
                found.update(self.index.words.search({target: groups}, k))
        return found

    def _merge(
        self, catalogue: Catalogue, words: dict[str, float], near: set[str], vectors: NDArray[np.float32], k: int
    ) -> list[Hit]:
        """`vectors`: (questions, d); a sentence is as near as it is to the nearest of them."""
        names = list(words.keys() | near)
        passages = catalogue.passages(names)
        rows = catalogue.sentence_vectors(list(passages))
        similarities: dict[str, tuple[float, ...]] = {}
        scores: dict[str, float] = {}
        for name in passages:
            each = (rows[name] @ vectors.T).max(axis=1)
            similarities[name] = tuple(float(x) for x in each)
            scores[name] = float(each.max() + _MEAN_SHARE * each.mean())
        known = {name: score for name, score in words.items() if name in passages}
        return [
            Hit(passages[one.id], one.score, rank, one.found_by, similarities[one.id])
            for rank, one in enumerate(fuse(known, scores, near)[:k], 1)
        ]


def question_language(question: str) -> str:
    """The language a question is searched and answered in: French, or English where it is anything else."""
    found = detect(question)
    return found if found in LANGUAGES else "en"
