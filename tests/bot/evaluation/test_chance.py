"""What chance gives, compared with scipy's: intervals, tests of pairs, many tests at once, agreement of two judges."""

from __future__ import annotations

import random
from types import ModuleType

import numpy as np
import pytest

from bot.evaluation.chance import adjusted, kappa, mean, paired, quantile

SOME = (0.0, 1.0, 1.0, 0.5, 0.0, 1.0, 1.0, 1.0, 0.0, 0.25) * 4


@pytest.fixture
def stats() -> ModuleType:
    """scipy's statistics."""
    found = pytest.importorskip("scipy.stats", reason="scipy comes with ir-measures, which is not for every machine")
    assert isinstance(found, ModuleType)
    return found


def draws(n: int, seed: int, sort: str) -> list[float]:
    chance = random.Random(seed)
    match sort:
        case "share":
            return [chance.choice((0.0, 0.5, 1.0)) for _ in range(n)]
        case _:
            return [chance.lognormvariate(5, 0.5) for _ in range(n)]


@pytest.mark.parametrize("sort", ["share", "milliseconds"])
@pytest.mark.parametrize("n", [5, 40, 300])
def test_the_interval_of_a_mean_is_scipys(stats: ModuleType, n: int, sort: str) -> None:
    values = draws(n, n, sort)
    ours = mean(values)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours is not None
    near = 0.06 * (theirs.high - theirs.low)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=near)
    assert ours.value == pytest.approx(sum(values) / n)
    assert ours.n == n


@pytest.mark.parametrize("q", [0.5, 0.95])
def test_the_interval_of_a_quantile_is_scipys(stats: ModuleType, q: float) -> None:
    values = draws(200, 3, "milliseconds")
    ours = quantile(values, q)
    theirs = stats.bootstrap(
        (values,),
        lambda rows, axis: np.quantile(rows, q, axis=axis),
        n_resamples=10_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert ours is not None
    near = 0.1 * (theirs.high - theirs.low)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=near)
    assert ours.value == pytest.approx(np.quantile(values, q))


@pytest.mark.parametrize("n", [1, 5, 45, 220])
def test_none_or_all_of_few_leaves_the_doubt_that_it_leaves(stats: ModuleType, n: int) -> None:
    for value, successes in ((0.0, 0), (1.0, n)):
        ours = mean([value] * n)
        theirs = stats.binomtest(successes, n).proportion_ci(0.95, "exact")
        assert ours is not None
        assert tuple(ours) == pytest.approx((value, theirs.low, theirs.high, n))


def test_what_is_no_share_has_no_interval_of_a_share() -> None:
    assert mean([0.0] * 5, share=False) == (0.0, 0.0, 0.0, 5)


def test_equal_values_between_none_and_all_leave_doubt_too() -> None:
    assert mean([0.5] * 5) == pytest.approx((0.5, 0.239, 0.761, 5), abs=5e-4)
    assert mean([0.25]) == pytest.approx((0.25, 0.00625, 0.98125, 1))
    assert quantile([7.0], 0.95) == (7.0, 7.0, 7.0, 1)


def test_of_nothing_there_is_no_mean() -> None:
    assert (mean([]), quantile([], 0.5), paired([], [])) == (None, None, None)


def test_the_same_values_give_the_same_interval() -> None:
    before, after = draws(40, 1, "share"), draws(40, 2, "share")
    assert mean(before) == mean(list(before))
    assert quantile(before, 0.95) == quantile(before, 0.95)
    assert paired(before, after) == paired(before, after)


def test_an_interval_holds_its_mean_and_narrows_with_more_questions() -> None:
    few, many = mean(SOME), mean(SOME * 9)
    assert few is not None and many is not None
    assert few.low < few.value < few.high
    assert (many.high - many.low) == pytest.approx((few.high - few.low) / 3, rel=0.1)


def test_a_difference_is_of_the_second_run_from_the_first() -> None:
    found = paired([0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.5])
    assert found is not None
    assert (found.value, found.n) == (0.625, 4)
    assert 0 < found.low < found.value < found.high <= 1


@pytest.mark.parametrize("n", [2, 6, 13, 30, 120])
def test_the_test_of_pairs_is_scipys(stats: ModuleType, n: int) -> None:
    for seed in range(4):
        before, after = draws(n, seed, "share"), draws(n, seed + 50, "share")
        ours = paired(before, after)
        theirs = stats.permutation_test(
            (np.array(after) - np.array(before),),
            lambda x, axis: x.sum(axis=axis),
            permutation_type="samples",
            n_resamples=20_000,
            vectorized=True,
            rng=np.random.default_rng(2),
        ).pvalue
        assert ours is not None
        assert ours.p == pytest.approx(min(theirs, 1.0), abs=0.025 if n > 13 else 1e-12)


def test_six_questions_that_all_got_better_are_one_chance_in_thirty_two() -> None:
    found = paired([0.0] * 6, [1.0] * 6)
    assert found is not None
    assert found.p == 2 / 64


def test_questions_that_stay_as_they_are_do_not_change_the_test() -> None:
    some, more = paired([0.0] * 6, [1.0] * 6), paired([0.0] * 6 + [1.0] * 50, [1.0] * 56)
    assert some is not None and more is not None
    assert some.p == more.p
    assert more.value == pytest.approx(6 / 56)


def test_no_change_at_all_is_chance() -> None:
    found = paired([0.0, 1.0, 0.5], [0.0, 1.0, 0.5])
    assert found == (0.0, 0.0, 0.0, 1.0, 3)


def test_as_much_better_as_worse_is_chance() -> None:
    found = paired([0.1, 0.3, 0.0, 0.7], [0.2, 0.2, 0.6, 0.1])
    assert found is not None
    assert found.p == 1.0


@pytest.mark.parametrize("unit", [1.0, 1e-12, 1e12])
def test_the_unit_is_no_matter_to_the_test(unit: float) -> None:
    before, after = [0.1 * k for k in range(9)], [0.1 * k + (0.3, 0.2, -0.1)[k % 3] for k in range(9)]
    found = paired([one * unit for one in before], [one * unit for one in after])
    plain = paired(before, after)
    assert found is not None and plain is not None
    assert found.p == plain.p < 0.2


def test_runs_of_other_lengths_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="2 values before, 1 after"):
        paired([0.0, 1.0], [1.0])


def test_many_tests_at_once_are_adjusted_as_scipy_does(stats: ModuleType) -> None:
    draw = random.Random(5)
    for n in (1, 2, 7, 20):
        ps = [draw.choice((draw.random(), 0.04, 0.001, 1.0)) for _ in range(n)]
        assert adjusted(ps) == pytest.approx(stats.false_discovery_control(ps))


def test_adjusting_by_hand() -> None:
    assert adjusted([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert adjusted([]) == []


def judged(both: int, first: int, second: int, neither: int) -> tuple[list[bool], list[bool]]:
    """Two judges: how often both say yes, the first alone, the second alone, neither."""
    ones = [True] * (both + first) + [False] * (second + neither)
    return ones, [True] * both + [False] * first + [True] * second + [False] * neither


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ((20, 5, 10, 15), 0.4),  # a textbook's: agreement 0.7, by chance 0.5
        ((45, 15, 25, 15), (0.60 - 0.54) / 0.46),
        ((25, 35, 5, 35), (0.60 - 0.46) / 0.54),
        ((10, 0, 0, 10), 1.0),
        ((0, 10, 10, 0), -1.0),
        ((25, 25, 25, 25), 0.0),
        ((9, 1, 0, 0), 0.0),
    ],
)
def test_agreement_beyond_chance(table: tuple[int, int, int, int], value: float) -> None:
    assert kappa(*judged(*table)) == pytest.approx(value)


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (7, 0, 0, 0), (0, 0, 0, 7)])
def test_where_chance_alone_always_agrees_there_is_nothing_beyond_it(table: tuple[int, int, int, int]) -> None:
    assert kappa(*judged(*table)) is None
