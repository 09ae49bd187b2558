"""Question to passages: search words and vectors in every language of the archive, and merge.

Either can also be searched alone, to compare with. Composes the index, the embedder and fusion. Does not choose
sentences and does not decide whether they answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval import analysis, contexts
from retrieval.analysis import question_groups
from retrieval.catalogue import Catalogue, outdated
from retrieval.centring import Centring
from retrieval.copies import each_once
from retrieval.embedding import Embedder
from retrieval.errors import EmbedderUnavailable, ServerUnreachable
from retrieval.fusion import WORDS, fuse
from retrieval.index import Index
from retrieval.languages import detect
from retrieval.lexical import LANGUAGE_FIELDS, Query
from retrieval.types import LANGUAGES, Filter, Hit, Lists, Passage, Selection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CANDIDATES: Final = 60
"""Passages each list brings at least; beyond, neither list's order means much."""
_LATE: Final = 8
"""Passages without vectors, the best by their words, that are embedded for a question: a third of a second."""
_SPARE: Final = (2, 10)
"""How many times as many as a filter's share suggests are asked for at first, and then."""
_MEAN_SHARE: Final = 0.5
"""What the passage's mean counts beside its best sentence."""
_SHARES: Final[Mapping[Lists, float]] = {"both": WORDS, "words": 1.0, "vectors": 0.0}
"""What words count in the score, by the lists that are searched."""


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one index. Not for use by two threads at once.

    `centring` and `names` (whether names are more than words, see `analysis`) must be those the index was made with.
    `lists`: what finds passages and orders them; the question is embedded in any case, for the similarities of hits.
    """

    index: Index
    embedder: Embedder
    centring: Centring
    names: bool = True
    lists: Lists = "both"

    def check(self) -> None:
        """Raise OutdatedIndex now rather than at the first question. Opens the catalogue alone."""
        with self.index.snapshot() as catalogue:
            self._compare(catalogue)

    def search(self, question: str, k: int, language: str | None = None, wanted: Filter | None = None) -> list[Hit]:
        """The `k` best passages for a question, best first; fewer when fewer are found.

        `language` is the question's, detected when not given. `wanted`: of articles that fit it alone. Raises NoIndex,
        OutdatedIndex (made with other terms or another embedder), DamagedIndex, EmbedderUnavailable.
        """
        with self.index.snapshot() as catalogue:
            within = catalogue.select(wanted) if wanted else None
            return self.find(catalogue, question, k, language or question_language(question), within=within)

    def find(
        self,
        catalogue: Catalogue,
        question: str,
        k: int,
        language: str,
        translation: tuple[str, str] | None = None,
        within: Selection | None = None,
    ) -> list[Hit]:
        """As `search`, within a snapshot that the caller holds, and of the articles `within` alone.

        `translation`: the same question in another language, and that language; passages are searched in it for its
        words instead of the lexicon's, and for its meaning beside the question's.
        """
        import numpy as np

        self._compare(catalogue)
        asked = {language: question, **({translation[1]: translation[0]} if translation else {})}
        if within is not None and within.whole:
            within = None
        most = max(k, _CANDIDATES)
        words = self._by_words(catalogue, asked, language, most, within) if self.lists != "vectors" else {}
        vectors = np.stack([self.centring.query(self.embedder.embed_query(text), each) for each, text in asked.items()])
        near: set[str] = set()
        if self.lists != "words" and self.index.trouble is None:
            try:
                near = {name for vector in vectors for name in self._near(catalogue, vector, most, within)}
            except ServerUnreachable as error:
                self.index.left_out(error)
        return self._merge(catalogue, words, near, vectors, k)

    def _compare(self, catalogue: Catalogue) -> None:
        """Raise OutdatedIndex where the terms or vectors of the index are not of the kind a question would get."""
        made = catalogue.settings()
        if made.embedder != self.embedder.name:
            message = f"The index was made with another embedder, {made.embedder}, not {self.embedder.name}."
            raise outdated(message, catalogue.sources())
        now = (self.embedder.dimensions, analysis.version(names=self.names), self.centring.name)
        if (made.dimensions, made.analysis, made.centring) != now:
            message = "The index was made with other settings, or by another version of Footnote."
            raise outdated(message, catalogue.sources())

    def _near(
        self, catalogue: Catalogue, vector: NDArray[np.float32], most: int, within: Selection | None
    ) -> list[str]:
        """The passages nearest to a vector, at most `most`; as many where there are as many."""

        def nearest(k: int) -> list[tuple[str, float]]:
            return self.index.vectors.search(vector, k)

        if within is None:
            return [name for name, _ in nearest(most)]
        if not within.few and len(found := _allowed(catalogue, nearest, most, within) or ()) == most:
            return [name for name, _ in found]
        names, rows = self.index.vectors_of(within)
        if not names:
            return []
        return [names[place] for place in (rows @ vector).argsort(kind="stable")[::-1][:most]]

    def _by_words(
        self, catalogue: Catalogue, asked: Mapping[str, str], language: str, most: int, within: Selection | None
    ) -> dict[str, float]:
        """BM25 by passage; each language is searched with its own terms, at most `most` passages of each.

        `asked`: the question by language; where it isn't asked in a language, that of `language` is translated.
        """
        found: dict[str, float] = {}
        for target in LANGUAGE_FIELDS:
            if self.index.words.passage_count(target):
                spoken = target if target in asked else language
                groups = question_groups(asked[spoken], spoken, target, names=self.names)
                found.update(self._matching(catalogue, {target: [group.terms for group in groups]}, most, within))
        return found

    def _matching(
        self, catalogue: Catalogue, query: Query, most: int, within: Selection | None
    ) -> list[tuple[str, float]]:
        """The passages that score highest by words, at most `most`; as many where there are as many."""

        def best(k: int) -> list[tuple[str, float]]:
            return self.index.words.search(query, k)

        if within is None:
            return best(most)
        found = None if within.few else _allowed(catalogue, best, most, within)
        return self.index.words.search(query, most, within.articles) if found is None else found

    def _merge(
        self, catalogue: Catalogue, words: dict[str, float], near: set[str], vectors: NDArray[np.float32], k: int
    ) -> list[Hit]:
        """`vectors`: (questions, d); a sentence is as near as it is to the nearest of them."""
        names = list(words.keys() | near)
        passages = catalogue.passages(names)
        rows = self.index.sentence_vectors(list(passages))
        late = sorted((name for name in passages if name not in rows), key=lambda name: -words.get(name, 0.0))[:_LATE]
        try:
            rows |= self._embedded(catalogue, [passages[name] for name in late])
        except EmbedderUnavailable:  # a server that is asked too much while it makes the others
            if not rows:
                raise
        passages = {name: passage for name, passage in passages.items() if name in rows}
        similarities: dict[str, tuple[float, ...]] = {}
        scores: dict[str, float] = {}
        for name in passages:
            each = (rows[name] @ vectors.T).max(axis=1)
            similarities[name] = tuple(float(x) for x in each)
            scores[name] = float(each.max() + _MEAN_SHARE * each.mean())
        known = {name: score for name, score in words.items() if name in passages}
        ranked = each_once(fuse(known, scores, near, _SHARES[self.lists]), passages, catalogue.stories)
        return [
            Hit(passages[one.id], one.score, rank, one.found_by, similarities[one.id])
            for rank, one in enumerate(ranked[:k], 1)
        ]

    def _embedded(self, catalogue: Catalogue, passages: Sequence[Passage]) -> dict[str, NDArray[np.float32]]:
        """The vectors of the sentences of passages whose own are still to come: (n, d), unit rows."""
        if not passages:
            return {}
        batch = [(one.id, one, contexts.heading(catalogue.article(one.article_id))) for one in passages]
        return {name: rows for name, _, rows in contexts.embedded(batch, self.embedder, self.centring.passages)}


def _allowed(
    catalogue: Catalogue, ask: Callable[[int], list[tuple[str, float]]], most: int, within: Selection
) -> list[tuple[str, float]] | None:
    """The first `most` of a list that lie within a selection; None where asking for a lot more brought too few."""
    for spare in _SPARE:
        wanted = round(spare * most * within.total / len(within.articles))
        got = ask(wanted)
        articles = catalogue.articles_of([name for name, _ in got])
        allowed = [(name, score) for name, score in got if articles.get(name) in within.articles]
        if len(allowed) >= most or len(got) < wanted:
            return allowed[:most]
    return None


def question_language(question: str) -> str:
    """The language a question is searched and answered in: French, or English where it is anything else."""
    found = detect(question)
    return found if found in LANGUAGES else "en"
