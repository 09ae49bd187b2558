"""Words and vectors in one order."""

from __future__ import annotations

import pytest

from retrieval.fusion import Fused, fuse


def test_what_both_find_comes_before_what_one_finds() -> None:
    merged = fuse({"both": 8.0, "words": 8.0}, {"both": 0.9, "words": 0.1, "vectors": 0.9}, {"both", "vectors"})
    assert [one.id for one in merged] == ["both", "vectors", "words"]
    assert [one.found_by for one in merged] == [("words", "vectors"), ("vectors",), ("words",)]


def test_scores_are_shares_of_the_best_of_the_search() -> None:
    small = fuse({"a": 1.0, "b": 0.5}, {"a": 0.2, "b": 0.1}, {"a", "b"})
    large = fuse({"a": 100.0, "b": 50.0}, {"a": 2.0, "b": 1.0}, {"a", "b"})
    assert [one.id for one in small] == [one.id for one in large]
    assert [one.score for one in small] == pytest.approx([one.score for one in large])
    assert small[0] == Fused("a", 1.0, ("words", "vectors"))
    assert all(0 <= one.score <= 1 for one in small)


@pytest.mark.parametrize(("share", "first"), [(0.0, "near"), (1.0, "worded")])
def test_the_share_says_whom_to_believe(share: float, first: str) -> None:
    assert fuse({"worded": 3.0}, {"worded": 0.0, "near": 1.0}, {"near"}, share)[0].id == first


def test_nothing_found_is_nothing_merged() -> None:
    assert fuse({}, {}, set()) == []


def test_without_words_vectors_decide_alone() -> None:
    assert [one.id for one in fuse({}, {"far": 0.1, "near": 0.4}, {"far", "near"})] == ["near", "far"]


def test_one_candidate_is_found_without_dividing_by_nothing() -> None:
    assert fuse({"a": 0.0}, {"a": 0.7}, {"a"}) == [Fused("a", 0.0, ("words", "vectors"))]


def test_equal_scores_come_in_one_order_always() -> None:
    names = {"b": 0.5, "a": 0.5, "c": 0.5}
    assert [one.id for one in fuse({}, names, set(names))] == ["a", "b", "c"]


def test_negative_similarities_keep_their_order() -> None:
    assert [one.id for one in fuse({}, {"a": -0.9, "b": -0.1}, {"a", "b"})] == ["b", "a"]
