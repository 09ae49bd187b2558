"""A person at a terminal: a pseudo-terminal with a process in it, typed into and read from."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-_]|\][^\x07]*\x07)")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """An environment of its own for a process: no settings of the person who runs the tests, a HOME that is empty."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "PYTHONPATH": str(REPOSITORY),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        **variables,
    }


class Terminal:
    """What is on the other side of the pseudo-terminal."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self._process = process
        self._descriptor = descriptor
        self.raw = ""

    @property
    def text(self) -> str:
        """All that was shown, without colours and cursor movements."""
        return _ESCAPES.sub("", self.raw).replace("\r", "").replace("\b", "")

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._descriptor, keys.encode())

    def wait_for(self, wanted: str) -> None:
        """Read until this has been shown. Raises AssertionError with all that was shown when it is not."""
        self._read_until(lambda: wanted in self.text, f"{wanted!r} was not shown")

    def wait_for_prompt(self) -> None:
        """Read until an empty prompt stands last. Raises AssertionError with all that was shown when none does."""
        self._read_until(lambda: self.text.rstrip().endswith("\n>"), "no prompt was shown")

    def _read_until(self, seen: Callable[[], bool], complaint: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < end and self._read(0.2), f"{complaint}:\n{self.text}"

    def leave(self, seconds: float = 30) -> int:
        """Wait for the end of the process; its exit code."""
        end = time.monotonic() + seconds
        while self._process.poll() is None:
            self._read(0.1)
            assert time.monotonic() < end, f"still running:\n{self.text}"
        while self._read(0):
            pass
        return self._process.returncode

    def _read(self, seconds: float) -> bool:
        """Take in what is shown; False when the other side is gone."""
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return seconds > 0
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # Linux says so when the other side has closed
            return False
        self.raw += data.decode("utf-8", "replace")
        return bool(data)


@contextmanager
def terminal(*arguments: str, home: Path, **variables: str) -> Iterator[Terminal]:
    """Python with these arguments in a pseudo-terminal, ended when the block is left."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=home,
        env=environment(home, **variables),
        start_new_session=True,
        preexec_fn=lambda: _own_terminal(theirs),
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _own_terminal(descriptor: int) -> None:
    """Make it the terminal that sends the process its Ctrl-C."""
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)
