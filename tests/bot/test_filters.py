"""What is written of a filter, at a prompt or in JSON, and what is wrong with it."""

from __future__ import annotations

import pytest

from bot import filters
from bot.errors import BadFilter
from bot.narrowing import described
from bot.render.phrases import phrases
from retrieval.types import Filter


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("after 2014", Filter(after="2014")),
        ("since 2014-06 before 2015-01-31", Filter(after="2014-06", before="2015-01-31")),
        ("depuis 2014 avant 2015", Filter(after="2014", before="2015")),
        ('outlet "Le Monde" language FR', Filter(outlet="Le Monde", language="fr")),
        ("outlet Le Monde author Léa Brun", Filter(outlet="Le Monde", author="Léa Brun")),
        ("média « La voix dans le désert » langue fr", Filter(outlet="La voix dans le désert", language="fr")),
        ("in 2019/ferry.txt", Filter(article="2019/ferry.txt")),
        ("OUTLET Media", Filter(outlet="Media")),
    ],
)
def test_a_filter_is_read_as_it_is_written(words: str, wanted: Filter) -> None:
    assert filters.read(words) == wanted
    assert filters.from_object(filters.to_object(wanted)) == wanted


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("after spring", "“spring” is no date"),
        ("after 2014-02-30", "“2014-02-30” is no date"),
        ("after 14", "“14” is no date"),
        ("after 2015 before 2014-12", "Nothing is published after 2015 and before 2014-12"),
        ("Le Monde", "“Le” says nothing of what to search"),
        ("after 2014 after 2015", "“after” is there twice"),
        ("language french", "“french” is no language"),
        ("outlet", "holds no name"),
        ("outlet ???", "holds no name"),
    ],
)
def test_what_cannot_be_read_is_said(words: str, complaint: str) -> None:
    with pytest.raises(BadFilter, match=complaint) as raised:
        filters.read(words)
    assert raised.value.next_step


@pytest.mark.parametrize("value", ["after 2014", ["2014"], {"after": 2014}, {"date": "2014"}, {"undated": "true"}])
def test_a_json_filter_is_an_object_of_known_strings(value: object) -> None:
    with pytest.raises(BadFilter):
        filters.from_object(value)


def test_a_filter_is_told_in_both_languages() -> None:
    wanted = Filter(after="2014-06", before="2015-03-09", outlet="Le Monde", language="fr")
    assert described(wanted, phrases("en")) == "from June 2014 on, up to 9 March 2015, outlet “Le Monde”, language fr"
    assert (
        described(wanted, phrases("fr"))
        == "depuis juin 2014, au plus tard le 9 mars 2015, média «\u00a0Le Monde\u00a0», langue fr"
    )
