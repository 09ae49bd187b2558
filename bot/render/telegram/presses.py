"""What a button says when it is pressed: an action and its arguments, in at most 64 bytes.

Arguments are ids and numbers that Footnote made itself, so that a button works as long as its answer is kept, after a
restart too. What is read here came from outside: it is checked, and means nothing until it is found in a store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ACTIONS: Final = {
    "s": "source",  # answer id, number: open the passage behind [n]; the panel's < and > too
    "e": "evidence",  # answer id, number of the claim from 0
    "w": "why",  # answer id
    "v": "vote",  # answer id, up | down
    "r": "reason",  # answer id, wrong | unsourced | incomplete | outdated
    "a": "again",  # answer id: show an answer that may have been sent already
    "c": "continue",  # answer id, part from 0: the rest of a long answer
    "q": "suggested",  # answer id, number from 0: ask a suggested question
    "o": "example",  # number from 0: ask an example question of /start
    "l": "language",  # en | fr | auto
    "f": "forget",  # yes | no
    "p": "pair",  # code, yes | no
    "u": "upload",  # upload number, what to do with it
}
"""The first field of callback data, and what it asks for."""
_CODES: Final = {action: code for code, action in ACTIONS.items()}
_ARGUMENT: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Press:
    """An action of ACTIONS and its arguments."""

    action: str
    arguments: tuple[str, ...] = ()


def press(action: str, *arguments: str | int) -> str:
    """Callback data. Raises KeyError for an unknown action, ValueError for an argument that cannot be carried."""
    fields = [str(argument) for argument in arguments]
    if not all(_ARGUMENT.fullmatch(field) for field in fields):
        raise ValueError(f"arguments {fields} of {action}")
    return ":".join((_CODES[action], *fields))


def read_press(data: str) -> Press | None:
    """What was pressed; None for data that no button of this version carries."""
    code, *fields = data.split(":")
    if code not in ACTIONS or not all(_ARGUMENT.fullmatch(field) for field in fields):
        return None
    return Press(ACTIONS[code], tuple(fields))
