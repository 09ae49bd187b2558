"""Letters, figures and signs of a claim that English and French do not write: no quote bears them unless it has them.

A name in another script has no capital to be known by, a figure of another script no value to be compared, and a
letter in a circle or of full width is read like the plain one and is another. Looks at single words, not at meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.support.types import Fault
from bot.types import Backing

_WORD: Final = re.compile(r"\S+")
_USUAL: Final = frozenset("\u00a0\u202f…ªº¹²³½¼¾´¨¸ŀŉ№™℃℉")
"""What Unicode decomposes and newspapers print."""


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:  # noqa: ARG001 - every check's signature
    """The words of a claim with such characters that stand so in none of its quotes."""
    odd = [match.group() for match in _WORD.finditer(claim) if any(map(_is_odd, match.group()))]
    held = " ".join(one.quote for one in backing)
    return [
        Fault("number" if any(map(str.isnumeric, word)) else "name", word)
        for word in odd
        if word.strip(".,;:!?()«»“”\"'") not in held
    ]


@lru_cache(maxsize=4096)
def _is_odd(character: str) -> bool:
    if character.isascii() or character in _USUAL:
        return False
    if character.isalpha() and not unicodedata.name(character, "").startswith("LATIN"):
        return True
    if character.isdigit() or "SMALL CAPITAL" in unicodedata.name(character, ""):
        return True
    return unicodedata.normalize("NFKC", character) != character
