"""Footnote's search and embedder as parts of a LangChain chain: the one file of `retrieval` that imports LangChain.

    chain = {"context": FootnoteRetriever(search=retriever, k=4), "question": RunnablePassthrough()} | prompt | model

Does not answer and does not decline: it hands out the passages that search finds, and what a chain makes of them is no
longer a verified quote. The other way round, a LangChain `Embeddings` as Footnote's embedder, is `embedding.py`.
"""

from __future__ import annotations

import threading

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, InstanceOf, PrivateAttr

from retrieval.embedding import Embedder
from retrieval.search import Retriever, question_language
from retrieval.types import Article, Hit


class FootnoteRetriever(BaseRetriever):
    """The `k` best passages of an index for a question, best first, as documents.

    `language` is the questions' ("en" or "fr"), detected for each when not given. A document's `page_content` is the
    passage, its `id` the passage's; its metadata say where it stands: `text[start:end]` of the article, in code points.
    What an article doesn't show (author, url, …) is None. Searches one question at a time, whatever threads ask.

    Invoking raises NoIndex, OutdatedIndex, DamagedIndex, EmbedderUnavailable.
    """

    search: InstanceOf[Retriever]
    k: int = Field(default=8, ge=1)
    language: str | None = None
    _one_at_a_time: threading.Lock = PrivateAttr(default_factory=threading.Lock)  # `batch` and `ainvoke` use threads

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002 - LangChain's signature
        with self._one_at_a_time, self.search.index.snapshot() as catalogue:
            hits = self.search.find(catalogue, query, self.k, self.language or question_language(query))
            return [_document(hit, catalogue.article(hit.passage.article_id)) for hit in hits]


class FootnoteEmbeddings(Embeddings):
    """An embedder's own unit vectors, for a LangChain vector store; languages are not centred as they are in an index.

    Both methods raise EmbedderUnavailable; `embed_documents`, with the bundled embedder, ValueError for a text of more
    than 512 tokens.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text, as for a passage: n lists of d numbers."""
        rows: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question: d numbers."""
        row: list[float] = self._embedder.embed_query(text).tolist()
        return row


def _document(hit: Hit, article: Article) -> Document:
    passage = hit.passage
    metadata = {
        "article": article.id,
        "source": article.source,
        "path": article.path,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "url": article.url,
        "language": passage.language,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
        "rank": hit.rank,
        "found_by": list(hit.found_by),
    }
    return Document(page_content=passage.text, id=passage.id, metadata=metadata)
