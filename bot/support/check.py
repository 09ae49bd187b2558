"""Whether a claim says no more than its quotes: every check, in one call.

Each check has a module of its own and names what it finds. Where none of them finds anything, the fitted measure
(`meaning.py`) has the last word: a claim that has too little in common with its quotes is not borne by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.support import addresses, dates, letters, meaning, modality, names, numbers, quotation, roles, speakers
from bot.support.likeness import Likeness
from bot.support.types import Fault
from bot.types import Backing


@dataclass(frozen=True, slots=True)
class Support:
    """What was found wrong with a claim, nothing where it is borne; `score`: how surely its quotes bear it, 0 to 1."""

    faults: tuple[Fault, ...]
    score: float


def check(claim: str, language: str, backing: Sequence[Backing], likeness: Likeness) -> Support:
    """Whether these quotes (one at least) bear the claim. Raises EmbedderUnavailable, DamagedInstallation."""
    found = [
        fault
        for each in (numbers, dates, names, letters, addresses, modality, speakers, quotation, roles)
        for fault in each.faults(claim, language, backing)
    ]
    score = meaning.score(claim, language, backing, likeness)
    if not found and score < meaning.measure().threshold:
        found.append(Fault("meaning", ""))
    return Support(tuple(dict.fromkeys(found)), score)
