"""Merge what words and vectors found into one order; pure.

A weighted sum of two scores, each brought to 0–1 within the search (Bruch, Gai and Ingber, 2023: a convex combination
beats reciprocal ranks and needs little tuning). Words are measured against the best score that they gave, whatever the
passage's language; similarities against the least and the greatest. Does not search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WORDS: Final = 0.5
"""The share of the words in the sum; see docs/decisions for how it was measured."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage's place in the merged order: score from 0 to 1, and the lists that brought it."""

    id: str
    score: float
    found_by: tuple[str, ...]


def fuse(
    words: Mapping[str, float], similarities: Mapping[str, float], vectors: set[str], share: float = WORDS
) -> list[Fused]:
    """Best first. `words`: BM25 by passage; `similarities`: of every candidate; `vectors`: ids the vectors brought."""
    if not similarities:
        return []
    most = max(words.values(), default=0.0) or 1.0
    low, high = min(similarities.values()), max(similarities.values())
    reach = (high - low) or 1.0
    merged = [
        Fused(
            name,
            share * words.get(name, 0.0) / most + (1 - share) * (similarity - low) / reach,
            tuple(kind for kind, there in (("words", name in words), ("vectors", name in vectors)) if there),
        )
        for name, similarity in similarities.items()
    ]
    return sorted(merged, key=lambda one: (-one.score, one.id))
