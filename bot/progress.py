"""What an assistant tells while it works: the stage it is in, and each claim as soon as it is verified.

Nothing unverified has a place here. Does not say it in words: the doors do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.types import Claim


@dataclass(frozen=True, slots=True)
class Searching:
    """Passages are being looked for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """So many passages are being read."""

    passages: int


@dataclass(frozen=True, slots=True)
class Checking:
    """So many quotes have been proposed so far, and are being checked."""

    quotes: int


@dataclass(frozen=True, slots=True)
class Verified:
    """A claim that the answer will hold, in this place and with these numbers."""

    claim: Claim


Progress = Searching | Reading | Checking | Verified
Tell = Callable[[Progress], object]


def silent(_progress: Progress) -> None:
    """For who doesn't want to be told."""
