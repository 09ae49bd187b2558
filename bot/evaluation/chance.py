"""What chance alone would give: intervals of a mean, and whether two runs on the same questions differ.

The questions stand for others that could have been asked, so they are drawn again, with replacement (the bootstrap;
Efron, 1979); two runs are compared question by question. The draws are the same for the same values. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS: Final = 5000
"""Times that the questions are drawn again: the ends of an interval then move by about a hundredth of its width."""
LEVEL: Final = 0.95
_SEED: Final = 20161
_EXACT: Final = 13
"""Differences of which all 2^n signs are tried; of more, as many at random as there are draws."""
_AT_ONCE: Final = 2_000_000


class Estimate(NamedTuple):
    """A mean of `n` values with its 95% interval."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float], *, share: bool = True) -> Estimate | None:
    """The mean with its bootstrap interval (percentiles); None of no values.

    Where all values of a share are the same, drawing again shows no doubt, though few questions leave much: what was
    not seen may be up to 1 - 0.025^(1/n) of all, and all of it 0, or all 1. Where they are 0, or 1, that is Clopper and
    Pearson's exact interval (1934).
    """
    import numpy as np

    if not values:
        return None
    array = np.asarray(values, dtype=np.float64)
    n, value = len(array), float(array.mean())
    if share and bool((array == array[0]).all()):
        value, seen = float(array[0]), ((1 - LEVEL) / 2) ** (1 / n)
        return Estimate(value, value * seen, 1 - (1 - value) * seen, n)
    return Estimate(value, *_ends(_drawn(array, "mean")), n)


def quantile(values: Sequence[float], q: float) -> Estimate | None:
    """The quantile with its bootstrap interval; None of no values."""
    import numpy as np

    if not values:
        return None
    array = np.asarray(values, dtype=np.float64)
    return Estimate(float(np.quantile(array, q)), *_ends(_drawn(array, "quantile", q)), len(array))


class Difference(NamedTuple):
    """How much the second run is above the first, on average over the same `n` questions.

    `p`: how often signs at random give a mean difference as far from 0 (Fisher's test for pairs).
    """

    value: float
    low: float
    high: float
    p: float
    n: int


def paired(before: Sequence[float], after: Sequence[float]) -> Difference | None:
    """Compare two runs, question by question; None of no questions. Raises ValueError where their numbers differ."""
    import numpy as np

    if len(before) != len(after):
        raise ValueError(f"{len(before)} values before, {len(after)} after")
    if not before:
        return None
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    low, high = _ends(_drawn(differences, "mean"))
    return Difference(float(differences.mean()), low, high, _p(differences), len(differences))


def _p(differences: NDArray[np.float64]) -> float:
    import numpy as np

    moved = differences[differences != 0.0]
    n = len(moved)
    if n == 0:
        return 1.0
    rounding = 1e-9 * float(np.abs(moved).sum())  # sums of the same numbers in another order
    least = abs(float(moved.sum())) - rounding
    if n <= _EXACT:
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return float((np.abs(signs @ moved) >= least).mean())
    chance = np.random.default_rng(_SEED)
    beyond = done = 0
    while done < DRAWS:
        many = min(DRAWS - done, max(1, _AT_ONCE // n))
        signs = chance.integers(0, 2, size=(many, n), dtype=np.int8) * 2 - 1
        beyond += int((np.abs(signs @ moved) >= least).sum())
        done += many
    return (beyond + 1) / (DRAWS + 1)  # the signs as they are count too


def adjusted(ps: Sequence[float]) -> list[float]:
    """Each p for the company it keeps: of those below a bound, at most that share is chance.

    Benjamini and Hochberg, 1995: the least of p × m / rank over the ranks from its own on.
    """
    order = sorted(range(len(ps)), key=lambda at: ps[at], reverse=True)
    least = 1.0
    found = [1.0] * len(ps)
    for place, at in enumerate(order):
        least = min(least, ps[at] * len(ps) / (len(ps) - place))
        found[at] = least
    return found


def kappa(ones: Sequence[bool], others: Sequence[bool]) -> float | None:
    """Agreement of two judges beyond chance (Cohen, 1960), 1 at most; None where chance alone agrees always."""
    n = len(ones)
    if not n:
        return None
    agree = sum(one == other for one, other in zip(ones, others, strict=True)) / n
    yes, also = sum(ones) / n, sum(others) / n
    expected = yes * also + (1 - yes) * (1 - also)
    return None if expected == 1 else (agree - expected) / (1 - expected)


def _drawn(array: NDArray[np.float64], statistic: str, q: float = 0.5) -> NDArray[np.float64]:
    import numpy as np

    chance = np.random.default_rng(_SEED)
    n = len(array)
    found: list[NDArray[np.float64]] = []
    done = 0
    while done < DRAWS:
        many = min(DRAWS - done, max(1, _AT_ONCE // n))
        rows = array[chance.integers(0, n, size=(many, n))]
        found.append(rows.mean(axis=1) if statistic == "mean" else np.quantile(rows, q, axis=1))
        done += many
    return np.concatenate(found)


def _ends(drawn: NDArray[np.float64]) -> tuple[float, float]:
    import numpy as np

    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
