"""Text from outside as it may be shown on a line: what is compared is then also what a person sees.

A character that nobody sees can part a word or a number for a check and not for a reader: "1", an invisible one, "2".
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Characters that Unicode calls default-ignorable and that are neither controls nor formats."""


def printable(text: str) -> str:
    """The text in NFC, each run of white space one space, without controls, formats and what else nobody sees.

    A no-break space stays what it is: French sets one before some marks.
    """
    kept = (c if not (c.isspace() and c not in "\u00a0\u202f") else " " for c in unicodedata.normalize("NFC", text))
    seen = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return re.sub(" +", " ", unicodedata.normalize("NFC", _UNSEEN.sub("", seen))).strip()
