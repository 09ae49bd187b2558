"""Centring: vectors say less of their language, and everything else as before."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.centring import Centring
from retrieval.e5 import E5

PAIRS = (
    ("The general attacked the city with warplanes.", "Le général a attaqué la ville avec des avions de guerre."),
    ("The bakery sells fresh bread every morning.", "La boulangerie vend du pain frais chaque matin."),
    ("The vote in parliament was postponed.", "Le vote au parlement a été reporté."),
    ("Heavy rain flooded the valley.", "De fortes pluies ont inondé la vallée."),
)


def test_translations_come_closer_than_sentences_of_one_language(e5: E5) -> None:
    centring = Centring(e5.name)
    plain = [e5.embed_passages([pair[side] for pair in PAIRS]) for side in (0, 1)]
    moved = [centring.passages(rows, language) for rows, language in zip(plain, ("en", "fr"), strict=True)]

    def lead(english: NDArray[np.float32], french: NDArray[np.float32]) -> float:
        """By how much a translation is closer than the closest other sentence of its own language, at worst."""
        own = english @ english.T - 2 * np.eye(len(english))
        return float((np.diag(english @ french.T) - own.max(axis=1)).min())

    assert lead(*moved) > 2 * lead(*plain) > 0


def test_a_question_finds_its_answer_in_the_other_language_before_chatter_in_its_own(e5: E5) -> None:
    centring = Centring(e5.name)
    question = centring.query(e5.embed_query("Qui a attaqué la ville ?"), "fr")
    answer = centring.passages(e5.embed_passages([PAIRS[0][0]]), "en")
    chatter = centring.passages(e5.embed_passages([PAIRS[1][1]]), "fr")
    assert float((answer @ question)[0]) > float((chatter @ question)[0]) + 0.1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rows_stay_of_length_one_and_float32(e5: E5, language: str) -> None:
    rows = Centring(e5.name).passages(e5.embed_passages(["A sentence.", "Une phrase."]), language)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_query_is_centred_as_one_row_would_be_whatever_stands_beside_it(e5: E5) -> None:
    centring = Centring(e5.name)
    rows = e5.embed_passages(["A sentence.", "Another, longer sentence."])
    assert np.allclose(centring.passages(rows, "en")[0], centring.passages(rows[:1], "en")[0])


def test_other_languages_and_other_embedders_are_left_alone(e5: E5) -> None:
    rows = e5.embed_passages(["Ein Satz."])
    assert np.array_equal(Centring(e5.name).passages(rows, "de"), rows)
    other = Centring("openai:text-embedding-3-small")
    assert np.array_equal(other.passages(rows, "en"), rows)
    assert np.array_equal(other.query(rows[0], "fr"), rows[0])


def test_no_rows_stay_no_rows(e5: E5) -> None:
    assert Centring(e5.name).passages(np.empty((0, e5.dimensions), np.float32), "en").shape == (0, e5.dimensions)


def test_an_index_centred_otherwise_has_another_name(e5: E5) -> None:
    assert Centring(e5.name).name != Centring("another").name == "none"


def test_where_it_is_off_vectors_stay_as_the_embedder_gives_them(e5: E5) -> None:
    rows = e5.embed_passages(["A sentence.", "Une phrase."])
    off = Centring(e5.name, on=False)
    assert np.array_equal(off.passages(rows, "en"), rows)
    assert np.array_equal(off.query(rows[1], "fr"), rows[1])
    assert off.name == "none"
