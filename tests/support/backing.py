"""Quotes as support of a claim, for the tests of what a claim adds to them."""

from __future__ import annotations

from functools import cache

import seeds
from bot.types import Backing
from retrieval.articles import describe, load_sidecar
from retrieval.reading import Document, read_source
from retrieval.sentences import sentences
from retrieval.types import Article, Span


def backed(
    quote: str,
    language: str = "en",
    *,
    published: str | None = None,
    title: str | None = None,
    outlet: str | None = None,
    author: str | None = None,
    text: str | None = None,
) -> Backing:
    """A quote that is all its article says, or a part of the article's `text`."""
    text = quote if text is None else text
    article = Article(
        id="a1b2c3d4e5f6",
        source="news",
        path="a.txt",
        text=text,
        title=title,
        outlet=outlet,
        author=author,
        published=published,
        language=language,
    )
    start = text.index(quote)
    span = Span(start, start + len(quote))
    return Backing(article, span, span)


@cache
def bundled() -> tuple[Backing, ...]:
    """Every sentence of the bundled articles, site furniture too, as a quote."""
    documents, sidecar = read_source(seeds.folder()), load_sidecar(seeds.folder())
    found = []
    for document in documents:
        assert isinstance(document, Document)
        article = describe(document, "bundled", sidecar)
        found += [Backing(article, span, span) for span in sentences(article.text)]
    return tuple(found)
