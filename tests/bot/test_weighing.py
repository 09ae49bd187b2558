"""What a question wants, and how much of it a text holds."""

from __future__ import annotations

import pytest

from bot.weighing import Wanted, wanted
from retrieval.analysis import Group, passage_terms

WANTED = Wanted(
    (
        Group("Haftar", "name", (("@haftar", 1.0), ("haftar", 0.9))),
        Group("5,000", "number", (("#5000", 1.0),)),
        Group("attack", "word", (("attack", 1.0), ("raid", 0.4))),
    ),
    (6.0, 2.0, 2.0),
)


@pytest.mark.parametrize(
    ("terms", "share"),
    [
        ({"@haftar", "#5000", "attack"}, 1.0),
        ({"@haftar"}, 0.6),
        ({"haftar"}, 0.54),
        ({"@haftar", "haftar"}, 0.6),
        ({"raid"}, 0.08),
        ({"raid", "attack"}, 0.2),
        ({"other"}, 0.0),
        (set(), 0.0),
    ],
)
def test_the_best_alternative_of_each_group_counts_by_its_weight(terms: set[str], share: float) -> None:
    assert WANTED.coverage(terms) == pytest.approx(share)


@pytest.mark.parametrize(("kind", "share"), [("name", 0.0), ("number", 1.0), ("word", 0.4)])
def test_a_kind_counts_by_itself(kind: str, share: float) -> None:
    assert WANTED.coverage({"#5000", "raid"}, kind) == pytest.approx(share)


def test_what_is_not_asked_for_is_not_missed() -> None:
    assert Wanted((), ()).coverage(set()) == 1.0
    assert Wanted((), ()).missing(set()) == []
    assert Wanted(WANTED.groups[:1], (6.0,)).coverage(set(), "number") == 1.0


def test_missing_are_the_groups_that_no_alternative_satisfies() -> None:
    assert [(group.surface, weight) for group, weight in WANTED.missing({"raid"})] == [("Haftar", 6.0), ("5,000", 2.0)]
    assert WANTED.missing({"@haftar", "#5000", "attack"}) == []


def missing(question: str, passage: str, language: str = "en", target: str = "en") -> list[str]:
    """The words of the question, as typed, that the passage lacks."""
    want = wanted(question, language, target)
    return [group.surface for group, _ in want.missing(set(passage_terms(passage, target)))]


@pytest.mark.parametrize(
    ("question", "passage", "language", "target", "lacking"),
    [
        ("Did Haftar attack Sirte?", "Hifter attacked Tobruk.", "en", "en", ["Sirte"]),
        ("Kadhafi a-t-il attaqué Syrte ?", "Gaddafi attacked Sirte.", "fr", "en", []),
        ("Are there 5,000 fighters?", "There are 5 000 fighters.", "en", "en", []),
        ("Are there 5,000 fighters?", "There are 500 fighters.", "en", "en", ["5,000"]),
        ("Did Marine attack?", "Moran attacked.", "en", "en", ["Marine"]),
        ("What is the capital of Niger?", "The capital of Nigeria.", "en", "en", ["Niger"]),
        ("WHO ATTACKED SIRTE?", "They attacked Sirte.", "en", "en", []),
    ],
)
def test_what_a_passage_lacks_of_a_question(
    question: str, passage: str, language: str, target: str, lacking: list[str]
) -> None:
    assert missing(question, passage, language, target) == lacking


def test_a_name_weighs_more_than_a_common_word() -> None:
    want = wanted("Did Haftar speak this year?", "en", "en")
    weights = {group.surface: weight for group, weight in zip(want.groups, want.weights, strict=True)}
    assert weights["Haftar"] > weights["speak"] > weights["year"]
