"""Measures of a ranking: recall, reciprocal rank and nDCG at k. Pure.

As trec_eval defines and names them (recall_k, recip_rank, ndcg_cut_k); a test compares them with it. Written here since
its Python package has no wheel for Linux on arm64. `ranking` holds ids, best first, each once; `relevant` the grade of
each that is relevant, above 0. All give 0 to 1, and raise ValueError where nothing is relevant: there is then nothing
to measure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def recall(ranking: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """The share of what is relevant that is among the first k."""
    _check(relevant)
    return sum(one in relevant for one in ranking[:k]) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """1 / the rank of the first that is relevant, 0 where none is among the first k."""
    _check(relevant)
    return next((1 / rank for rank, one in enumerate(ranking[:k], 1) if one in relevant), 0.0)


def ndcg(ranking: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """Σ grade / log2(rank + 1) over the first k, as a share of the greatest there could be.

    Järvelin and Kekäläinen, 2002, with trec_eval's linear gain.
    """
    _check(relevant)
    gain = sum(relevant.get(one, 0.0) / math.log2(rank + 1) for rank, one in enumerate(ranking[:k], 1))
    best = sorted(relevant.values(), reverse=True)[:k]
    return gain / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, 1))


def _check(relevant: Mapping[str, float]) -> None:
    if not relevant:
        raise ValueError("nothing is relevant")
