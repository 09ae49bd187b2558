"""Keep the word index in step with the catalogue: what is new before a commit, what no longer belongs after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from retrieval import builds
from retrieval.catalogue import Catalogue
from retrieval.catalogue_writer import CatalogueWriter
from retrieval.lexical import WordIndex
from retrieval.types import Article, Passage

Terms = Callable[[str, str], Sequence[str]]
"""The terms of a text in a language, as they are indexed."""


def restore_words(writer: CatalogueWriter, old: Catalogue, terms: Terms) -> None:
    """Give tantivy back what a killed update wrote over: passages under another title or in another language."""
    doubtful = old.passages(writer.doubtful()).values()
    if doubtful:
        store_words(writer, [(old.article(passage.article_id), passage) for passage in doubtful], terms)


def store_words(writer: CatalogueWriter, fresh: Sequence[tuple[Article, Passage]], terms: Terms) -> None:
    """Give tantivy what is new; ids it has already are written over."""
    writer.touch(passage.id for _, passage in fresh)
    words = WordIndex.create(writer.folder / builds.WORDS)
    if fresh:
        words.add(
            (passage.id, article.id, passage.language, terms(_titled(article, passage), passage.language))
            for article, passage in fresh
        )


def _titled(article: Article, passage: Passage) -> str:
    """What the word index reads of a passage: the words of its article's title find it, too."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text


def clear(writer: CatalogueWriter) -> None:
    """Take out of tantivy what no longer belongs: of this update, or of one that was killed."""
    if writer.unfinished():
        stale = writer.stale()
        if stale:
            WordIndex.create(writer.folder / builds.WORDS).delete_passages(stale)
        writer.cleared()
