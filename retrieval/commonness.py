"""How much a word tells: rare words of general news more than common ones, whatever archive is searched.

The archive's own frequencies can't say this when it holds five articles on one subject.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

RARE = 6.5
"""The weight of a word that the table lacks: a little above the rarest in it."""
NAME = 6.5
"""The weight of a name or a number, which the table does not know but a question turns on."""


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    lines = (files("retrieval") / "commonness.tsv").read_text("utf-8").splitlines()
    return {row[0]: row[2] for row in (line.rpartition("\t") for line in lines if not line.startswith("#"))}


def weight(stem: str, language: str) -> float:
    """Inverse document frequency of a stem in general news of a language, in nats; RARE when unknown."""
    found = _table().get(f"{language}\t{stem}")
    return RARE if found is None else float(found)
