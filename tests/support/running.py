"""A bot that runs as a process in a home of its own with the bundled articles, and the people who write to it."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from bot.telegram.store import FILE as STORE
from bot.telegram.store import Store
from tests.support.telegram import BotApi, BotProcess, Chat, Message, User

COMMANDER: Final = "Who commands the forces around Benina?"
"""A question that the bundled articles answer."""
UNKNOWN: Final = "Which bakery opened in the harbour this week?"
"""A question that they don't answer."""
_SETTINGS: Final = {
    "TELEGRAM_PACE": "off",
    "FOOTNOTE_HEALTH": "127.0.0.1:0",
    "FOOTNOTE_ACCESS": "open",
    "FOOTNOTE_USER_PER_MINUTE": "99999",
    "FOOTNOTE_USER_DAILY": "99999",
    "FOOTNOTE_DAILY_QUESTIONS": "99999",
}
_numbers = count(1)


class Bot:
    """A bot with the server it talks to. `process`: start, kill, … (see `BotProcess`)."""

    def __init__(self, api: BotApi, process: BotProcess, home: Path) -> None:
        self.api = api
        self.process = process
        self.home = home

    def private(self, *, language: str | None = "en", **more: Any) -> Chat:
        """The chat of somebody who has never written to the bot."""
        return self.api.private(self.person(language=language), **more)

    def person(self, *, language: str | None = "en") -> User:
        """Somebody new."""
        return self.api.user(1000 + next(_numbers), language_code=language)

    def group(self, *members: User, **more: Any) -> Chat:
        """A new group of these people and the bot."""
        return self.api.group(-1_000_000 - next(_numbers), members or [self.person()], **more)

    def state(self, asked: Message) -> str | None:
        """How far the question in this message is, as the bot has it on its disk; None where it is not taken on."""
        with self.store() as store:
            job = store.jobs.by_message(asked.chat.id, asked.id)
        return None if job is None else job.state

    @contextmanager
    def store(self) -> Iterator[Store]:
        """What the bot keeps, also while it runs."""
        with closing(Store(self.home / STORE)) as store:
            yield store

    def health(self) -> tuple[int, dict[str, Any]]:
        """What /health says: status and body."""
        address = json.loads(self.process.wait_for("health is served"))["address"]
        try:
            with urllib.request.urlopen(address) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


class Start(Protocol):
    """Starts a bot of the test's own; `variables`: settings of its environment."""

    def __call__(
        self, *, started: bool = True, api: BotApi | None = None, program: str = "", **variables: str
    ) -> Bot: ...


def open_bot(
    stack: ExitStack,
    home: Path,
    indexed: Path,
    variables: Mapping[str, str] | None = None,
    *,
    api: BotApi | None = None,
    program: str = "",
) -> Bot:
    """A bot that is not started yet, in a copy of an indexed home; with a server of its own unless one is given.

    `program`: what Python runs in place of `footnote telegram`. A bot's locks are in its home, as on a machine of its
    own: all bots of the tests have the same token.
    """
    shutil.copytree(indexed, home, symlinks=True)
    api = api or stack.enter_context(BotApi())
    command = ("-c", program) if program else ("-m", "bot", "telegram")
    settings = _SETTINGS | {"TMPDIR": str(home)} | dict(variables or {})
    return Bot(api, stack.enter_context(BotProcess(api, home, program=command, **settings)), home)
