"""One bot for a token on this machine, and one for a home: two would take each other's messages, or answer twice.

Does not see other machines, nor other containers: there Telegram itself refuses the second one, see `watchdog.py`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from bot.errors import AlreadyRunning
from retrieval.locking import Holder, held

FILE: Final = "telegram.lock"
"""The lock's name in a home."""
_DIGITS: Final = 16
"""Of the hash of a token in a file's name: enough to tell tokens apart, and no way back to one."""


def alone_in(home: Path) -> AbstractContextManager[None]:
    """Be the only bot in this home. Raises AlreadyRunning, HomeNotWritable, DiskFull."""
    return held(home / FILE, lambda holder: _taken("in this home", "choose another one with --home", holder))


@contextmanager
def only_bot(token: str, home: Path, server: str | None = None) -> Iterator[None]:
    """Be the only bot with this token and in this home.

    `server`: the address of its Bot API server, None for Telegram's: at another server the token is another bot's.
    Raises AlreadyRunning, HomeNotWritable, DiskFull.
    """
    digest = sha256(f"{token} {server or ''}".encode()).hexdigest()[:_DIGITS]
    file = Path(tempfile.gettempdir()) / f"footnote-{digest}.lock"
    with (
        alone_in(home),
        held(file, lambda holder: _taken("with this token", "use another token", holder), shared=True),
    ):
        yield


def _taken(where: str, instead: str, holder: Holder | None) -> AlreadyRunning:
    who = "Another process is" if holder is None else f"Process {holder.pid} has been"
    since = "" if holder is None else f" since {holder.since}"
    end = "Stop that one" if holder is None else f"Stop it (kill {holder.pid})"
    return AlreadyRunning(f"{who} running a Telegram bot {where}{since}.", f"{end}, or {instead}.")
