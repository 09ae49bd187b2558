"""The bundled embedder's vectors: those of the model, whatever is embedded beside them."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.e5 import E5
from retrieval.e5_weights import Weights, find_weights, unpack
from retrieval.embedding import Embedder, load_embedder

Array = NDArray[np.float32]

SEEDS = Path(__file__).parents[2] / "seeds"
ENGLISH = "The Islamic State seized the port city of Sirte in 2015."
FRENCH = "L’État islamique s’est emparé de Syrte, ville portuaire, en 2015."
OTHER = "The bakery sells fresh bread and cakes every morning."


class Reference:
    """The forward pass written out in numpy, in 32 bits: what the graph is held against."""

    def __init__(self) -> None:
        self.weights = weights = Weights(find_weights())
        self.matrices = {
            f"l{layer}.{part}": unpack(
                weights.blocks(f"l{layer}.{part}.w", weights.inner if part == "fo" else weights.width)
            )
            for layer in range(weights.layers)
            for part in ("q", "k", "v", "ao", "fi", "fo")
        }

    def linear(self, name: str, state: Array) -> Array:
        product: Array = state @ self.matrices[name].T + self.weights.floats(f"{name}.b")
        return product

    def normalised(self, name: str, state: Array) -> Array:
        centred = state - state.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + self.weights.epsilon)
        scaled: Array = centred / spread * self.weights.floats(f"{name}.w") + self.weights.floats(f"{name}.b")
        return scaled

    def states(self, ids: list[int]) -> Array:
        weights, size = self.weights, self.weights.width // self.weights.heads
        words = unpack(weights.blocks("emb.word", weights.width)[np.array(ids)])
        positions = weights.floats("emb.pos").reshape(-1, weights.width)[: len(ids)]
        state = self.normalised("emb.ln", words + positions + weights.floats("emb.type")[: weights.width])
        for layer in range(weights.layers):
            query, key, value = (
                self.linear(f"l{layer}.{part}", state).reshape(len(ids), -1, size).swapaxes(0, 1) for part in "qkv"
            )
            scores = query @ key.swapaxes(1, 2) / math.sqrt(size)
            shares = np.exp(scores - scores.max(axis=2, keepdims=True))
            shares /= shares.sum(axis=2, keepdims=True)
            context = (shares @ value).swapaxes(0, 1).reshape(len(ids), -1)
            state = self.normalised(f"l{layer}.aln", state + self.linear(f"l{layer}.ao", context))
            inner = self.linear(f"l{layer}.fi", state)
            active = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))).astype(np.float32)
            state = self.normalised(f"l{layer}.oln", state + self.linear(f"l{layer}.fo", active))
        return state


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


def unit(vector: Array) -> Array:
    scaled: Array = vector / np.linalg.norm(vector)
    return scaled


def test_vectors_are_those_of_the_model_in_32_bits(e5: E5, reference: Reference) -> None:
    # The ids of "passage: Where is Sirte?" and "query: L’État islamique", from the model's own tokenizer.
    passage = unit(reference.states([0, 46692, 12, 78662, 83, 10868, 67, 32, 2]).mean(axis=0))
    query = unit(reference.states([0, 41, 1294, 12, 339, 26, 138971, 109769, 944, 2]).mean(axis=0))
    cosines = [passage @ e5.embed_passages(["Where is Sirte?"])[0], query @ e5.embed_query("L’État islamique")]
    assert np.mean(cosines) > 0.99
    assert min(cosines) > 0.985


def test_the_bundled_embedder_is_the_default(e5: E5, model_folder: Path) -> None:
    embedder = load_embedder(None, model_folder)
    assert isinstance(embedder, Embedder)
    assert embedder.name == e5.name
    assert (embedder.dimensions, embedder.max_tokens) == (384, 512)


def test_rows_are_unit_vectors(e5: E5) -> None:
    rows = e5.embed_passages([ENGLISH, FRENCH, OTHER, ""])
    assert rows.shape == (4, 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(e5.embed_query("")) == pytest.approx(1, abs=1e-5)


def test_a_text_in_two_languages_is_closer_to_itself_than_to_another(e5: E5) -> None:
    english, french, other = e5.embed_passages([ENGLISH, FRENCH, OTHER])
    assert english @ french > max(english @ other, french @ other) + 0.05
    assert e5.embed_query("Qui a pris Syrte ?") @ french > e5.embed_query("Qui a pris Syrte ?") @ other + 0.05


def test_a_vector_does_not_depend_on_the_texts_beside_it(e5: E5) -> None:
    texts = [ENGLISH, "short", FRENCH * 5, OTHER] * 3
    together = e5.embed_passages(texts)
    alone = np.stack([e5.embed_passages([text])[0] for text in texts])
    assert np.array_equal(together, alone)


def test_order_is_kept_and_no_texts_give_no_rows(e5: E5) -> None:
    assert e5.embed_passages([]).shape == (0, 384)
    first, second = e5.embed_passages([ENGLISH, OTHER])
    assert np.array_equal(e5.embed_passages([OTHER, ENGLISH]), np.stack([second, first]))


def test_queries_and_passages_are_embedded_differently(e5: E5) -> None:
    assert e5.embed_query(ENGLISH) @ e5.embed_passages([ENGLISH])[0] < 0.999


def test_a_passage_of_512_tokens_is_taken_and_one_of_513_is_refused_with_numbers(e5: E5) -> None:
    most = e5.max_tokens - e5.count_tokens("")
    fits = " ".join(["a"] * most)
    assert e5.count_tokens(fits) == 512
    assert e5.embed_passages([fits]).shape == (1, 384)
    with pytest.raises(ValueError, match=r"513 tokens.* 512"):
        e5.embed_passages([ENGLISH, fits + " a"])


def test_counts_include_prefix_and_specials(e5: E5) -> None:
    assert e5.count_tokens("") == 4  # <s> ▁passage : </s>
    assert e5.count_tokens("Where is Sirte?") == 4 + 5


def test_a_long_question_is_cut_at_512_tokens(e5: E5) -> None:
    room = e5.max_tokens - e5.count_tokens("") - 1  # "query: " is a token longer than "passage: "
    assert np.array_equal(e5.embed_query("a " * room), e5.embed_query("a " * 20_000))
    assert not np.array_equal(e5.embed_query("a " * room), e5.embed_query("a " * (room - 1)))


@pytest.mark.parametrize("text", ["\x00\x07\u202e", "\ud83d", "🏳️‍🌈" * 50, "\n" * 1000])
def test_odd_text_gives_a_vector(e5: E5, text: str) -> None:
    assert np.isfinite(e5.embed_passages([text])).all()
    assert np.isfinite(e5.embed_query(text)).all()


def test_onnxruntime_reports_to_nobody_and_leaves_no_identifier_behind(tmp_path: Path) -> None:
    """Its telemetry, on unless told otherwise, begins with an identifier in the cache folder of whoever runs it."""
    program = "from retrieval.e5 import fastest_precision; fastest_precision()"
    bare = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}  # without what marks a test or a build server
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program], cwd=root, env=bare, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
