"""How much a word tells."""

from __future__ import annotations

from importlib.resources import files

import pytest

from retrieval.analysis import stem
from retrieval.commonness import NAME, RARE, weight


@pytest.mark.parametrize(
    ("common", "rare", "language"),
    [("year", "militia", "en"), ("people", "caliphate", "en"), ("ville", "milice", "fr"), ("pays", "otage", "fr")],
)
def test_a_rare_word_tells_more_than_a_common_one(common: str, rare: str, language: str) -> None:
    assert weight(stem(common, language), language) < weight(stem(rare, language), language)


def test_an_unknown_word_tells_at_least_as_much_as_any_in_the_table() -> None:
    lines = (files("retrieval") / "commonness.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {language for language, _, _ in rows} == {"en", "fr"}
    assert max(float(value) for _, _, value in rows) <= RARE == weight("xyzzy", "en")
    assert weight("xyzzy", "de") == RARE <= NAME
    assert all(weight(found, language) == float(value) > 0 for language, found, value in rows)
