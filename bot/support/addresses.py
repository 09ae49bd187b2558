"""Addresses in a claim: of a page, a mailbox or an account. What stands in no quote is nobody's to give out.

Takes anything for an address that a chat or a browser would make a link of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.support.types import Fault
from bot.types import Backing

_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)*|(?<!\w)@\w{2,}"
    r"|\b(?:[\w-]+\.)+(?:com|org|net|info|example|io|me|ly|gov|edu|fr|uk|eu|ca|ch|be|de|ru|tk|app|dev|xyz)\b(?:/\S*)?"
    r"|\]\([^)]*\)",
    re.IGNORECASE,
)


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:  # noqa: ARG001 - every check's signature
    """The addresses of a claim that none of its quotes holds."""
    held = " ".join(one.quote for one in backing).lower()
    origin = " ".join(filter(None, (name for one in backing for name in (one.article.outlet, one.article.url)))).lower()
    found = [match.group().rstrip(".,;:!?)»”\"'") for match in _ADDRESS.finditer(claim)]
    return [Fault("address", one) for one in found if one.lower() not in held and one.lower() not in origin]
