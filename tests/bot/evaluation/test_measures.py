"""Measures of a ranking: values worked out by hand, and the same as trec_eval's for rankings at random."""

from __future__ import annotations

import math
import random

import pytest

from bot.evaluation.measures import ndcg, recall, reciprocal_rank

MEASURES = (recall, reciprocal_rank, ndcg)


def test_recall_is_the_share_of_what_is_relevant_not_of_what_is_found() -> None:
    relevant = {"b": 1.0, "d": 1.0, "lost": 1.0, "gone": 1.0}
    assert [recall("abcd", relevant, k) for k in (1, 2, 3, 4, 9)] == [0, 0.25, 0.25, 0.5, 0.5]


def test_recall_of_fewer_places_than_answers_stays_below_one() -> None:
    assert recall("ab", {"a": 1.0, "b": 1.0}, 1) == 0.5


def test_reciprocal_rank_is_of_the_first_that_is_relevant() -> None:
    relevant = {"c": 1.0, "d": 3.0}
    assert [reciprocal_rank("abcd", relevant, k) for k in (2, 3, 10)] == [0, 1 / 3, 1 / 3]


def test_ndcg_of_two_grades_in_the_wrong_order() -> None:
    # found: 1 at rank 1, 3 at rank 3; best: 3 at rank 1, 1 at rank 2
    by_hand = (1 / math.log2(2) + 3 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3))
    assert ndcg("axb", {"a": 1.0, "b": 3.0}, 10) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(0.6885, abs=1e-4)


def test_ndcg_is_one_where_there_is_no_better_order() -> None:
    assert ndcg("bax", {"a": 1.0, "b": 3.0}, 10) == 1
    assert ndcg("bax", {"a": 1.0, "b": 3.0}, 1) == 1
    assert ndcg("abx", {"a": 1.0, "b": 3.0}, 1) == pytest.approx(1 / 3)


def test_of_nothing_found_all_are_zero() -> None:
    assert [measure([], {"a": 1.0}, 10) for measure in MEASURES] == [0, 0, 0]


@pytest.mark.parametrize("k", [1, 10])
def test_where_nothing_is_relevant_there_is_nothing_to_measure(k: int) -> None:
    for measure in MEASURES:
        with pytest.raises(ValueError, match="nothing is relevant"):
            measure("ab", {}, k)


def test_the_same_as_trec_eval() -> None:
    reference = pytest.importorskip("ir_measures", reason="its trec_eval has no wheel for Linux on arm64")
    draw = random.Random(11)
    ours: dict[str, dict[str, float]] = {}
    wanted: dict[str, dict[str, int]] = {}
    ranked: dict[str, dict[str, float]] = {}
    for n in range(300):
        documents = [f"d{k}" for k in range(draw.randint(1, 30))]
        ranking = draw.sample(documents, draw.randint(1, len(documents)))
        some = draw.sample([*documents, "missing"], draw.randint(1, min(8, len(documents))))
        grades = {one: draw.randint(1, 4) for one in some}
        wanted[f"q{n}"] = grades
        ranked[f"q{n}"] = {one: float(-rank) for rank, one in enumerate(ranking)}
        relevant = {one: float(grade) for one, grade in grades.items()}
        ours[f"q{n}"] = {
            f"{name}@{k}": measure(ranking, relevant, k)
            for name, measure in (("R", recall), ("RR", reciprocal_rank), ("nDCG", ndcg))
            for k in (1, 4, 10)
        }
    names = list(ours["q0"])
    theirs: dict[str, dict[str, float]] = {}
    for one in reference.iter_calc([reference.parse_measure(name) for name in names], wanted, ranked):
        theirs.setdefault(one.query_id, {})[str(one.measure)] = one.value
    assert len(theirs) == 300
    for query, values in ours.items():
        assert values == pytest.approx(theirs[query], abs=1e-9), (wanted[query], ranked[query])
