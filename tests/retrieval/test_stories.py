"""The same story under several headlines is told; what only looks alike is not; older versions give way, surely."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from retrieval import repeated
from retrieval.likeness import Known, Likeness, Stories
from retrieval.stories import LEAST, signature, stories
from retrieval.types import Article
from tests.support.wire import article, bulletin, sentences


@dataclass(frozen=True)
class Print:
    """An article as an outlet printed it."""

    name: str
    text: str
    outlet: str | None = None
    published: str | None = "2016-03-03"
    url: str | None = None
    title: str | None = None
    language: str = "en"


def grouped(*prints: Print) -> Stories:
    """What comes of these; articles are named by their names, their ids are at random."""
    articles = {
        one.name: Article(
            one.name,
            "news",
            one.name,
            one.text,
            title=one.title or one.text.partition("\n")[0],
            outlet=one.outlet,
            published=one.published,
            url=one.url,
            language=one.language,
        )
        for one in prints
    }
    known = [
        Known(
            *(it.id, it.source, it.path, it.title, it.outlet, it.url, it.published, it.language),
            Likeness(signature(it.text, ()), repeated.digests(it.text, ()), ()),
        )
        for it in articles.values()
    ]
    random.Random(len(prints)).shuffle(known)
    return stories(known, articles.__getitem__)


STORY = sentences(1)


def copies(*others: tuple[str, Sequence[str]]) -> Stories:
    """The story, and others of other outlets beside it."""
    return grouped(
        Print("a", article("Quay to close", STORY), "Lissa Post"),
        *(Print(f"b{n}", article(title, said), f"Outlet {n} News") for n, (title, said) in enumerate(others)),
    )


def changed(said: Sequence[str], at: int, before: str, after: str) -> list[str]:
    assert before in said[at]
    return [one.replace(before, after) if place == at else one for place, one in enumerate(said)]


@pytest.mark.parametrize(
    "said",
    [
        STORY,
        STORY[:12],  # cut to half
        STORY[6:],
        [*STORY, *sentences(2, 16)],  # two thirds longer
        [*STORY[:5], *sentences(3, 5), *STORY[5:]],
        [*STORY[12:], *STORY[:12]],  # another order
        changed(STORY, 2, STORY[2].split(", ")[1].split()[0], "98"),  # one number
        [one.replace("people", "persons") for one in STORY],
    ],
    ids=["same", "half", "without its beginning", "longer", "in between", "turned round", "a number", "a word"],
)
def test_a_story_under_another_headline_is_the_same_story(said: Sequence[str]) -> None:
    assert copies(("Something else entirely", said)).told == (("a", "b0"),)


@pytest.mark.parametrize(
    "said",
    [sentences(4), [*STORY[:7], *sentences(5, 17)], STORY[:2], []],
    ids=["another", "a third of it quoted", "two sentences", "nothing"],
)
def test_another_story_is_another_story(said: Sequence[str]) -> None:
    assert copies(("Quay to close", said)).told == ()


def test_bulletins_made_from_one_template_are_not_one_story() -> None:
    assert grouped(*(Print(f"{n}", bulletin(n), "Lissa Post") for n in range(3))).told == ()


def test_articles_that_share_no_more_than_what_their_outlet_always_prints_are_not_one_story() -> None:
    box = article("", sentences(9, 15))
    those = [Print(f"{n}", f"{article('T', sentences(20 + n, 9))}\n\n{box}", "Lissa Post") for n in range(5)]
    assert grouped(*those).told == ()


def test_one_text_in_two_languages_codes_is_two_stories() -> None:
    text = article("Quay", STORY)
    assert grouped(Print("a", text, "Post"), Print("b", text, "News", language="fr")).told == ()


def test_the_agency_s_own_is_named_first_then_the_earliest_then_by_place() -> None:
    text = article("Quay", STORY)
    told = grouped(
        Print("a", text, "Lissa Post", "2016-03-05"),
        Print("c", text, "Tarn Post", "2016-03-04"),
        Print("b", text, "Ulmen Post", "2016-03-04"),
        Print("d", text, "Reuters", "2016-03-06"),
        Print("e", text, "Mirow Post", None),
    ).told
    assert told == (("d", "b", "c", "a", "e"),)


def test_twelve_prints_of_one_story_are_one_story() -> None:
    prints = [Print(f"{n:02}", article(f"Headline {n}", STORY[: 24 - n]), f"Outlet {n} News") for n in range(12)]
    (told,) = grouped(*prints).told
    assert len(told) == 12


# --- Versions -------------------------------------------------------------------------------------------------------

UPDATED = [*STORY, *sentences(6, 4)]


def versions(older: Print, newer: Print) -> dict[str, str]:
    return dict(grouped(older, newer).replaced)


def test_a_later_print_of_one_outlet_under_an_alike_title_replaces_the_older() -> None:
    old = Print("a", article("Quay to close", STORY), "Lissa Post", "2016-03-03")
    new = Print("b", article("Quay of Lissa to close in May", UPDATED), "LISSA POST", "2016-03-05")
    assert versions(old, new) == {"a": "b"}
    assert grouped(old, new).told == ()


@pytest.mark.parametrize(
    "new",
    [
        Print("b", article("Quay to close", UPDATED), "Tarn Post", "2016-03-05"),
        Print("b", article("Quay to close", UPDATED), "Lissa Post", "2016-03-03"),
        Print("b", article("Quay to close", UPDATED), "Lissa Post", None),
        Print("b", article("Quay to close", UPDATED), "Lissa Post", "2016-03"),
        Print("b", article("Fishers go home", UPDATED), "Lissa Post", "2016-03-05"),
        Print("b", article("Quay to close", UPDATED), "Lissa Post", "2016-05-05"),
        Print("b", article("Quay to close", [*STORY[:14], *sentences(6, 15)]), "Lissa Post", "2016-03-05"),
    ],
    ids=["outlet", "same day", "no day", "a month", "title", "two months", "rewritten"],
)
def test_where_it_is_not_sure_nothing_is_replaced(new: Print) -> None:
    old = Print("a", article("Quay to close", STORY), "Lissa Post", "2016-03-03")
    assert versions(old, new) == {}


def test_at_one_address_the_later_replaces_whatever_its_title() -> None:
    old = Print("a", article("Quay to close", STORY), None, "2016-03-03", "http://www.lissa.example/news/1/?from=a")
    new = Print("b", article("Fishers go home", UPDATED), None, "2016-09-05", "https://lissa.example/news/1?from=a")
    other = Print("b", article("Fishers go home", UPDATED), None, "2016-09-05", "https://lissa.example/news/2")
    assert versions(old, new) == {"a": "b"}
    assert versions(old, other) == {}


@pytest.mark.parametrize("mark", ["Correction: the quay is in Lissa.", "Article mis à jour à 18h."])
def test_of_one_day_that_which_says_so_is_the_newer(mark: str) -> None:
    old = Print("b", article("Quay to close", STORY), "Lissa Post")
    new = Print("a", f"{article('Quay to close', STORY)}\n\n{mark}", "Lissa Post")
    assert versions(old, new) == {"b": "a"}
    assert versions(Print("c", new.text, "Lissa Post", title=old.text.partition("\n")[0]), new) == {}


def test_all_older_versions_are_replaced_by_the_newest() -> None:
    days = [
        Print(f"{n}", article("Quay to close", UPDATED[: 20 + n]), "Lissa Post", f"2016-03-0{9 - n}") for n in range(3)
    ]
    assert dict(grouped(*days).replaced) == {"1": "0", "2": "0"}


def test_a_version_in_force_still_shares_its_story_with_other_outlets() -> None:
    found = grouped(
        Print("a", article("Quay to close", STORY), "Lissa Post", "2016-03-03"),
        Print("b", article("Quay to close", UPDATED), "Lissa Post", "2016-03-05"),
        Print("c", article("No more ships", STORY), "Tarn Post", "2016-03-04"),
    )
    assert (dict(found.replaced), found.told) == ({"a": "b"}, (("c", "b"),))


def test_a_text_is_compared_from_so_many_runs_of_words_on() -> None:
    words = [f"word{n}" for n in range(LEAST + 4)]
    assert signature(" ".join(words), ()) and not signature(" ".join(words[1:]), ())
