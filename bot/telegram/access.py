"""Who may ask the bot, and how others are let in: by a code that an admin approves; the first admin by one printed.

A six-digit code is a person's, or a group's, for an hour. Knowing one lets nobody in, an admin's word does. The code
that makes its sender the first admin is guarded against guessing instead. Sends nothing; what is said is `pairing`'s.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from bot.settings import Settings
from bot.telegram.store import Code, Store

CODE_SECONDS: Final = 3600.0
"""How long a code is good for."""
TOLD_AGAIN: Final = 86_400.0
"""Seconds between two tellings to one person, or in one group, of how to be let in."""
ASKED_AGAIN: Final = 30.0
"""Seconds between two tellings to a person who asks for it."""
NOTES: Final = 20
"""Requests that admins are asked about in an hour; beyond, people pass on their codes themselves."""
PERSONS_TRIES: Final = 5
"""Wrong codes that one person may send in an hour."""
ALL_TRIES: Final = 20
"""Wrong tries that withdraw the first admin's code: with them, guessing has had one chance in 50,000."""

_NOBODY: Final = 0
"""In place of a person: the first admin's code is nobody's. Telegram has no such id."""
_CODE: Final = re.compile(r"(?:/(?:pair|start)(?:@\w+)?\s+)?(\d{6})", re.ASCII | re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Somebody who may ask. `admin`: and do more."""

    admin: bool


@dataclass(frozen=True, slots=True)
class NotListed:
    """Somebody whom an admin would have to let in."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A person or a group is to be told now how to be let in. `code`: None where there is no admin to do it.

    `ask`: admins to be asked about it; none where they have been, or about too many others.
    """

    code: str | None
    ask: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Decided:
    """An admin's word on a person or a group; `chat`: where they are to be told of it."""

    person: int
    chat: int
    name: str
    group: bool


class Paired(_Decided):
    """Let in."""


class Refused(_Decided):
    """Not let in."""


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that was never given, or has been decided on."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A code of more than an hour ago; `name`: whose it was."""

    name: str


class Access:
    """See the module. For the thread that uses the store; `is_admin` and `may_claim` ask memory only, in any."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        announce: Callable[[str], None] = lambda _code: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`announce`: shows the first admin's code to whoever started the bot; called when it is replaced."""
        self._people = store.people
        self._codes = store.codes
        self._settings = settings
        self._announce = announce
        self._now = now
        self._admins = frozenset(settings.admins) | {one.person for one in store.people.with_role("admin")}
        self._asked: deque[float] = deque(maxlen=NOTES)
        self._wrong = 0

    @property
    def admins(self) -> tuple[int, ...]:
        """Those who run the bot: of FOOTNOTE_ADMINS, and made so by a code."""
        return tuple(sorted(self._admins))

    def is_admin(self, person: int) -> bool:
        """Whether this person runs the bot."""
        return person in self._admins

    def may(self, person: int, chat: int, private: bool) -> Allowed | NotListed:
        """Whether this person may ask in this chat. Who writes in a group's name may what the group may."""
        if self.is_admin(person):
            return Allowed(admin=True)
        settings = self._settings
        if not settings.listed or person in settings.users or self._people.get(person).role is not None:
            return Allowed(admin=False)
        if not private and (chat in settings.groups or self._people.group_allowed(chat)):
            return Allowed(admin=False)
        return NotListed()

    def telling(self, person: int, chat: int, name: str, *, private: bool, asked: bool = False) -> Telling | None:
        """What to tell one who is not listed; None when they were told lately.

        Once a day, in a group to all of it together; a person who asks for it (/start, /pair) gets it more often.
        `name`: as an admin is shown the person, or the group.
        """
        whom = person if private else chat
        told = self._people.get(whom).greeted_at
        now = self._now()
        if told is not None and 0 <= now - told < (ASKED_AGAIN if asked and private else TOLD_AGAIN):
            return None
        self._people.greeted(whom, now)
        if not self._admins:
            return Telling(None)
        code, fresh = self._code("pair" if private else "group", whom, chat, name, now)
        return Telling(code.code, self._to_ask(now) if fresh else ())

    def decide(self, code: str, admin: int, yes: bool) -> Paired | Refused | UnknownCode | Expired:
        """An admin's word on a code; from anybody else it is unknown."""
        found = self._codes.find(code) if self.is_admin(admin) else None
        if found is None or found.kind == "claim":
            return UnknownCode()
        if self._now() - found.at >= CODE_SECONDS:
            return Expired(found.name)
        group = found.kind == "group"
        if yes and group:
            self._people.allow_group(found.chat)
        elif yes and self._people.get(found.person).role is None:
            self._people.set_role(found.person, "user")
        self._codes.drop(code)
        _log.info("an admin has %s a %s", "let in" if yes else "refused", "group" if group else "person")
        return (Paired if yes else Refused)(found.person, found.chat, found.name, group)

    def claim_code(self) -> str | None:
        """The code that makes its sender the first admin, good for an hour at most; None where there is an admin.

        One of an earlier start is kept while it is good; ask again for a new one.
        """
        if self._admins:
            return None
        code, _ = self._code("claim", _NOBODY, _NOBODY, "", self._now())
        return code.code

    def may_claim(self, text: str) -> bool:
        """Whether there is any need to ask `claim` about this message."""
        return not self._admins and _CODE.fullmatch(text.strip()) is not None

    def claim(self, text: str, person: int) -> bool:
        """Whether this private message is the first admin's code: its sender is an admin from now on.

        The code is taken bare, and behind /pair or /start. A person's wrong tries are counted; beyond their number the
        right one is wrong too, and after too many of all people there is another code.
        """
        said = _CODE.fullmatch(text.strip())
        if said is None or self._admins or person <= _NOBODY:
            return False
        now = self._now()
        code = self._codes.of("claim", _NOBODY)
        if code is None or now - code.at >= CODE_SECONDS:
            return False
        if self._codes.attempts(person, now - CODE_SECONDS) >= PERSONS_TRIES:
            return False
        if not hmac.compare_digest(said[1], code.code):
            self._codes.note_attempt(person, now)
            self._wrong += 1
            if self._wrong >= ALL_TRIES:
                self._withdraw(code)
            return False
        self._people.set_role(person, "admin")
        self._admins |= {person}
        self._codes.drop(code.code)
        self._people.expire(now)  # who was told that nobody can let them in is told anew
        _log.info("the bot has its first admin")
        return True

    def remove(self, whom: int) -> bool:
        """Take back what a code gave to this person or group; False where none did. The last admin stays."""
        if self._people.group_allowed(whom):
            self._people.allow_group(whom, False)
            return True
        role = self._people.get(whom).role
        if role is None or self._admins == {whom}:
            return False
        self._people.set_role(whom, None)
        if whom not in self._settings.admins:
            self._admins -= {whom}
        return True

    def moved(self, old: int, new: int) -> None:
        """A group has another id, and FOOTNOTE_GROUPS the old one. (The store moves what it keeps itself.)"""
        if old in self._settings.groups:
            self._people.allow_group(new)

    def describe(self) -> str:
        """Who may use the bot, and what there is to know about that: for the start-up line and doctor."""
        settings, people, groups = self._settings, self._people.with_role(), self._people.groups()
        listed = {*settings.users, *(one.person for one in people)} - self._admins
        rooms = {*settings.groups, *groups}
        if not settings.listed:
            who = "Anybody may ask"
        elif listed or rooms:
            counted = [_counted(len(listed), "person", "people"), _counted(len(rooms), "group", "groups")]
            who = f"Only {' and '.join(one for one in counted if one)} may ask"
        else:
            who = "Only admins may ask" if self._admins else "Nobody can ask yet"
        return " ".join(
            [f"{who} ({_why(settings)}); admins: {len(self._admins) or 'none'}.", *self._remarks(listed, rooms)]
        )

    def _remarks(self, listed: set[int], rooms: set[int]) -> list[str]:
        settings, remarks = self._settings, []
        lists = [
            name for name, ids in (("FOOTNOTE_USERS", settings.users), ("FOOTNOTE_GROUPS", settings.groups)) if ids
        ]
        if not settings.listed and lists:
            effect = f"{' and '.join(lists)} {'has' if len(lists) == 1 else 'have'} no effect"
            remarks.append(f"{effect}: set FOOTNOTE_ACCESS=listed to answer only those.")
        if not settings.listed and settings.writes and settings.daily_usd is None:
            remarks.append("What their questions cost has no limit: set FOOTNOTE_DAILY_USD.")
        if settings.listed and not listed and not rooms:
            first = "" if self._admins else "Become its admin with the code that `footnote telegram` prints. "
            remarks.append(
                f"{first}Whoever writes to the bot gets a code that an admin approves; or set FOOTNOTE_USERS or "
                "FOOTNOTE_GROUPS, or FOOTNOTE_ACCESS=open for everybody."
            )
        elif not self._admins:
            remarks.append("`footnote telegram` prints a code that makes whoever sends it to the bot its admin.")
        return remarks

    def _code(
        self, kind: Literal["claim", "pair", "group"], whom: int, chat: int, name: str, now: float
    ) -> tuple[Code, bool]:
        """The code they have, while it is good; else a new one, and True."""
        code = self._codes.of(kind, whom)
        if code is not None and now - code.at < CODE_SECONDS:
            return code, False
        if code is not None:
            self._codes.drop(code.code)
        while True:
            digits = f"{secrets.randbelow(1_000_000):06}"
            if self._codes.make(kind, digits, whom, chat, now, name):
                return Code(kind, digits, whom, chat, now, name), True

    def _to_ask(self, now: float) -> tuple[int, ...]:
        if len(self._asked) == NOTES and now - self._asked[0] < CODE_SECONDS:
            return ()
        self._asked.append(now)
        return self.admins

    def _withdraw(self, code: Code) -> None:
        self._wrong = 0
        self._codes.drop(code.code)
        _log.warning("the first admin's code was guessed at %d times and has been replaced", ALL_TRIES)
        fresh, _ = self._code("claim", _NOBODY, _NOBODY, "", self._now())
        self._announce(fresh.code)


def claim_sentence(code: str) -> str:
    """What is printed for whoever starts a bot that has no admin."""
    return f"Nobody runs this bot yet. Send it {code} in Telegram within an hour to become its admin."


def _why(settings: Settings) -> str:
    if settings.access is not None:
        return f"FOOTNOTE_ACCESS={settings.access}"
    if settings.openai_api_key or settings.openai_base_url:
        return "FOOTNOTE_ACCESS is not set and a model key is"
    if settings.listed:
        return "FOOTNOTE_ACCESS is not set, FOOTNOTE_USERS or FOOTNOTE_GROUPS is"
    return "FOOTNOTE_ACCESS is not set and no model key is set"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""
