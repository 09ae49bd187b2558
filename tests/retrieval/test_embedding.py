"""Which embedder a setting names, and what becomes of somebody else's embedder and its failures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from retrieval.embedding import Embedder, ImportedEmbedder, load_embedder, unit_rows
from retrieval.errors import BadEmbedderSetting, EmbedderUnavailable, RetrievalError
from retrieval.openai_embedding import OpenAIEmbedder

HERE = __name__


class Lengths(Embeddings):
    """Vectors far from unit length: the number of characters and of words."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [float(len(text)), float(len(text.split())), 10.0]


class OutOfOrder(Lengths):
    """Fails in a way of its own."""

    class Jam(Exception):
        pass

    def embed_query(self, text: str) -> list[float]:
        raise self.Jam(f"paper jam at {text!r}")


class NeedsAModel(Lengths):
    def __init__(self, model: str) -> None:
        self.model = model


class Zero(Lengths):
    def embed_query(self, text: str) -> list[float]:  # noqa: ARG002 - the signature is LangChain's
        return [0.0, 0.0]


class OneTooFew(Lengths):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return super().embed_documents(texts[1:])


class Holder:
    inner = Lengths()


def make_fake() -> Embeddings:
    return DeterministicFakeEmbedding(size=12)


instance = Lengths()
number = 3


@pytest.mark.parametrize("name", ["Lengths", "instance", "Holder.inner"])
def test_a_langchain_embeddings_is_found_as_class_or_instance(tmp_path: Path, name: str) -> None:
    embedder = load_embedder(f"{HERE}:{name}", tmp_path)
    assert isinstance(embedder, Embedder)
    assert embedder.dimensions == 3
    rows = embedder.embed_passages(["one two", "three"])
    assert rows == pytest.approx(np.array([[7, 2, 10], [5, 1, 10]]) / [[153**0.5], [126**0.5]], abs=1e-6)
    assert embedder.embed_query("three") == pytest.approx(rows[1])
    assert embedder.embed_passages([]).shape == (0, 3)
    assert list(tmp_path.iterdir()) == []


def test_a_langchain_embeddings_is_found_as_factory(tmp_path: Path) -> None:
    embedder = load_embedder(f"{HERE}:make_fake", tmp_path)
    rows = embedder.embed_passages(["one", "two"])
    assert rows.shape == (2, 12)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)
    assert embedder.name == f"{HERE}:make_fake"


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "e5",
        "nonsense:",
        ":Name",
        "not a module:Name",
        "module/path.py:Name",
        "no_such_package.module:Name",
        f"{HERE}:Missing",
        f"{HERE}:number",
        f"{HERE}:Holder",
        "openai:",
        "openai: ",
    ],
)
def test_a_setting_that_names_no_embedder_is_refused(tmp_path: Path, spec: str) -> None:
    with pytest.raises(BadEmbedderSetting) as caught:
        load_embedder(spec, tmp_path, api_key="key")
    assert caught.value.next_step


def test_an_embedder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="NeedsAModel"):
        load_embedder(f"{HERE}:NeedsAModel", tmp_path)


def test_an_error_of_another_s_own_kind_becomes_ours_with_its_words() -> None:
    with pytest.raises(EmbedderUnavailable, match="Jam: paper jam") as caught:
        ImportedEmbedder(f"{HERE}:OutOfOrder").embed_passages(["text"])
    assert isinstance(caught.value.__cause__, OutOfOrder.Jam)


@pytest.mark.parametrize("name", ["Zero", "OneTooFew"])
def test_vectors_that_cannot_be_used_are_refused(name: str) -> None:
    with pytest.raises(EmbedderUnavailable, match=name):
        ImportedEmbedder(f"{HERE}:{name}").embed_passages(["one", "two"])


@pytest.mark.parametrize(
    "vectors",
    [[[1.0], [float("nan")]], [[1.0], [float("inf")]], [[1.0, 2.0], [1.0]], [["a"], ["b"]], [[], []], [1.0, 2.0]],
)
def test_only_finite_vectors_of_one_length_become_unit_rows(vectors: list[list[float]]) -> None:
    with pytest.raises(EmbedderUnavailable, match="Somebody"):
        unit_rows(vectors, 2, "Somebody")


def test_openai_is_named_by_its_model_and_sends_nothing_until_asked(tmp_path: Path) -> None:
    embedder = load_embedder("openai:text-embedding-3-small", tmp_path, api_key="key", base_url="http://127.0.0.1:9")
    assert isinstance(embedder, OpenAIEmbedder)
    assert (embedder.name, embedder.dimensions, embedder.max_tokens) == ("openai:text-embedding-3-small", 1536, 8191)


def test_openai_without_key_and_without_server_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(RetrievalError, match="needs a key") as caught:
        load_embedder("openai:text-embedding-3-small", tmp_path)
    assert "OPENAI_API_KEY" in caught.value.next_step
