"""The fitted measure: what it goes by, and that it says nothing on its own where a quote is given word for word."""

from __future__ import annotations

import pytest

from bot.support.likeness import Likeness
from bot.support.meaning import features, measure, score
from retrieval.centring import Centring
from retrieval.e5 import E5
from tests.support.backing import backed

QUOTE = "The Elsin ferry ran aground on Monday night with 212 passengers aboard."


@pytest.fixture(scope="session")
def likeness(e5: E5) -> Likeness:
    """Cosines by the bundled embedder."""
    return Likeness(e5, Centring(e5.name))


def test_the_shipped_measure_knows_every_feature_that_is_taken(likeness: Likeness) -> None:
    assert set(features(QUOTE, "en", [backed(QUOTE)], likeness)) == set(measure().model.coefficients)
    assert 0 < measure().threshold < 1


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        (QUOTE, "en"),
        ("The Elsin ferry ran aground with 212 passengers.", "en"),
        ("Le ferry d'Elsin s'est échoué lundi soir avec 212 passagers à bord.", "fr"),
    ],
)
def test_what_the_quote_says_in_whatever_words_scores_above_the_threshold(
    claim: str, language: str, likeness: Likeness
) -> None:
    assert score(claim, language, [backed(QUOTE)], likeness) > measure().threshold


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("The weather was fine all week.", "en"),
        ("The captain of the Elsin ferry was arrested by the harbour police and taken to court.", "en"),
        ("Le maire a été réélu avec une large majorité.", "fr"),
    ],
)
def test_what_the_quote_does_not_say_scores_below_it(claim: str, language: str, likeness: Likeness) -> None:
    assert score(claim, language, [backed(QUOTE)], likeness) < measure().threshold


def test_a_quote_that_says_nothing_of_it_takes_no_support_away(likeness: Likeness) -> None:
    other = backed("The mayor opened a new swimming pool.")
    alone = score(QUOTE, "en", [backed(QUOTE)], likeness)
    assert score(QUOTE, "en", [backed(QUOTE), other], likeness) > 0.5 * alone
    assert score(QUOTE, "en", [other], likeness) < measure().threshold
