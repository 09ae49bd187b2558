"""Footnote's parts inside a real LangChain chain, on the bundled articles."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import ParrotFakeChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from pydantic import ValidationError

from bot.assembly import open_retriever
from bot.settings import Settings
from retrieval.catalogue import Catalogue
from retrieval.e5 import E5
from retrieval.errors import NoIndex
from retrieval.index import Index
from retrieval.langchain import FootnoteEmbeddings, FootnoteRetriever
from retrieval.search import Retriever
from retrieval.types import Hit, Selection

QUESTION = "Who runs the port of Misrata?"


@pytest.fixture(scope="module")
def search(bundled_home: Path) -> Retriever:
    return open_retriever(Settings(home=bundled_home))


def joined(documents: list[Document]) -> str:
    return "\n---\n".join(document.page_content for document in documents)


def test_a_chain_brings_a_passage_of_the_archive_before_the_model(search: Retriever) -> None:
    prompt = ChatPromptTemplate.from_template("{context}\n\nQuestion: {question}")
    context = FootnoteRetriever(search=search, k=2) | RunnableLambda(joined)
    chain = {"context": context, "question": RunnablePassthrough()} | prompt | ParrotFakeChatModel() | StrOutputParser()
    answer = chain.invoke(QUESTION)
    passages, _, question = answer.rpartition("\n\nQuestion: ")
    assert question == QUESTION
    texts = [article.text for article in search.index.catalogue.articles()]
    assert len(passages.split("\n---\n")) == 2
    for passage in passages.split("\n---\n"):
        assert any(passage in text for text in texts)
    assert "Misrata" in passages


def test_documents_are_the_hits_of_a_search_and_say_where_they_stand(search: Retriever) -> None:
    documents = FootnoteRetriever(search=search, k=5).invoke(QUESTION)
    hits = search.search(QUESTION, 5)
    assert [(found.id, found.metadata["rank"], found.metadata["score"]) for found in documents] == [
        (hit.passage.id, hit.rank, hit.score) for hit in hits
    ]
    for document, hit in zip(documents, hits, strict=True):
        article = search.index.catalogue.article(hit.passage.article_id)
        where = document.metadata
        assert article.text[where["start"] : where["end"]] == document.page_content
        assert (where["article"], where["source"], where["path"]) == (article.id, article.source, article.path)
        for name in ("title", "outlet", "author", "published", "url"):
            assert where[name] == getattr(article, name)
        assert where["language"] == hit.passage.language
        assert set(where["found_by"]) <= {"words", "vectors"} and where["found_by"]
        assert json.loads(json.dumps(where)) == where


def test_questions_in_threads_are_searched_one_at_a_time(search: Retriever) -> None:
    class Watched(Retriever):
        def find(
            self,
            catalogue: Catalogue,
            question: str,
            k: int,
            language: str,
            translation: tuple[str, str] | None = None,
            within: Selection | None = None,
        ) -> list[Hit]:
            asked.append(question)
            time.sleep(0.02)  # long enough for another thread to come in
            assert asked[-1] == question
            return super().find(catalogue, question, k, language, translation, within)

    asked: list[str] = []
    retriever = FootnoteRetriever(search=Watched(search.index, search.embedder, search.centring), k=3)
    questions = [QUESTION, "Qui contrôle la ville de Syrte ?", "What happened to the oil terminals?"]
    alone = [[hit.passage.id for hit in search.search(question, 3)] for question in questions]
    for together in (retriever.batch(questions), asyncio.run(retriever.abatch(questions))):
        assert [[document.id for document in documents] for documents in together] == alone
    assert len(asked) == 6


def test_a_language_that_is_given_is_not_detected(search: Retriever) -> None:
    named = FootnoteRetriever(search=search, k=5, language="fr").invoke("Sirte")
    assert [document.id for document in named] == [hit.passage.id for hit in search.search("Sirte", 5, "fr")]


def test_errors_of_the_index_come_through_under_their_names(search: Retriever, tmp_path: Path) -> None:
    nowhere = Retriever(Index(tmp_path), search.embedder, search.centring)
    with pytest.raises(NoIndex):
        FootnoteRetriever(search=nowhere).invoke(QUESTION)


def test_no_documents_at_all_cannot_be_asked_for(search: Retriever) -> None:
    with pytest.raises(ValidationError):
        FootnoteRetriever(search=search, k=0)


def test_embeddings_are_the_embedder_s(e5: E5) -> None:
    texts = ["The port was shut.", "Le port a été fermé."]
    embeddings = FootnoteEmbeddings(e5)
    assert embeddings.embed_documents(texts) == e5.embed_passages(texts).tolist()
    assert embeddings.embed_query(texts[0]) == e5.embed_query(texts[0]).tolist()
    assert embeddings.embed_documents([]) == []


def test_a_vector_store_of_langchain_finds_with_them(e5: E5) -> None:
    store = InMemoryVectorStore.from_texts(["The port was shut.", "The choir sang."], FootnoteEmbeddings(e5))
    [found] = store.similarity_search("Le port est-il fermé ?", k=1)
    assert found.page_content == "The port was shut."
