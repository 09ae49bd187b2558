"""What is said when somebody asks to be let in: to them, to the admins, and after an admin's word. Sends nothing."""

from __future__ import annotations

from typing import Final

from bot.printable import printable
from bot.render.telegram.message import Button, Entity, Message, units
from bot.render.telegram.presses import press
from bot.render.text import clipped
from bot.telegram.access import Expired, Paired, Refused, Telling, UnknownCode
from bot.telegram.texts import Texts

_CHOICES: Final = (("allow", "yes"), ("refuse", "no"))
_NAME: Final = 64
"""Characters of a name that are shown; anybody can give themselves any."""


def telling_message(telling: Telling, texts: Texts, *, group: bool) -> Message:
    """How to be let in, for one who is not."""
    if telling.code is None:
        return Message(texts("access.nobody"))
    return Message(texts("access.unlisted_group" if group else "access.unlisted", code=telling.code))


def note_message(code: str, name: str, whom: int, texts: Texts, *, group: bool) -> Message:
    """What an admin is asked, in private, about a person or a group with this id; with a button for yes and for no."""
    key = "access.note_group" if group else "access.note_person"
    yes, no = (Button(texts(f"access.{word}"), press("pair", code, to)) for word, to in _CHOICES)
    return _naming(texts, key, name, keyboard=((yes, no),), id=whom, code=code)


def decision_message(decision: Paired | Refused | UnknownCode | Expired, texts: Texts) -> Message:
    """What came of an admin's word, for the admin."""
    match decision:
        case UnknownCode():
            return Message(texts("access.unknown_code"))
        case Expired(name):
            return _naming(texts, "access.expired", name)
        case Refused():
            return _naming(texts, "access.refused", decision.name)
        case Paired():
            return _naming(texts, "access.allowed_group" if decision.group else "access.allowed_person", decision.name)


def verdict_text(decision: Paired | Refused, texts: Texts) -> str:
    """What came of it, for those it is about."""
    if isinstance(decision, Refused):
        return texts("access.declined")
    return texts("access.welcome_group" if decision.group else "access.welcome")


def _naming(
    texts: Texts, key: str, name: str, *, keyboard: tuple[tuple[Button, ...], ...] = (), **values: object
) -> Message:
    """A sentence with a name from outside, set as code: what looks like a link or a mention in it is none."""
    shown = clipped(printable(name), _NAME) or texts("access.unnamed")
    before, _, after = texts(key, name="\0", **values).partition("\0")  # a name holds no NUL
    return Message(f"{before}{shown}{after}", (Entity("code", units(before), units(shown)),), keyboard)
