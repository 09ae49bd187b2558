"""The bot as a real process: started, waited for, stopped, killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from tests.support.telegram.server import BotApi
from tests.support.terminal import environment

_PATIENCE: Final = 60.0


class BotProcess:
    """`footnote telegram` in a home, talking to this server; killed, if it still runs, when the `with` is left.

    `variables`: settings in its environment besides the token and the server's address; no others are there.
    `program`: what Python runs instead of `footnote telegram`; it gets the same `--home HOME` and `arguments`.
    """

    def __init__(
        self,
        api: BotApi,
        home: Path,
        *arguments: str,
        program: Sequence[str] = ("-m", "bot", "telegram"),
        **variables: str,
    ) -> None:
        self._api = api
        self._home = home
        self._command = [sys.executable, *program, "--home", str(home), *arguments]
        ours = {"TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_BASE_URL": api.base_url}
        self._environment = environment(home, **(ours | variables))
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []
        self._polls = 0
        self.lines: list[str] = []
        """What it wrote to standard error, over all its starts."""
        self.out: list[str] = []
        """What it wrote to standard output."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def text(self) -> str:
        """All of standard error."""
        return "".join(self.lines)

    @property
    def pid(self) -> int:
        """The process started last."""
        return self._started().pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start it; it must not run."""
        assert not self.running, "the bot runs"
        self._polls = self._api.updates.polls
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            cwd=self._home,
            env=self._environment,
        )
        streams = ((self._process.stderr, self.lines), (self._process.stdout, self.out))
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), name="bot-reader")
            for stream, lines in streams
            if stream is not None
        ]
        for reader in self._readers:
            reader.start()
        return self

    def ready(self, seconds: float = _PATIENCE) -> Self:
        """Wait for its first getUpdates. AssertionError with what it wrote when it ends or none comes."""
        self._wait_until(lambda: self._api.updates.polls > self._polls, seconds, "the bot did not poll")
        return self

    def wait_for(self, words: str, seconds: float = _PATIENCE) -> str:
        """Wait until it writes a line with these words to standard error; the last such line. As `ready` otherwise."""
        found: list[str] = []

        def written() -> bool:
            found[:] = [line for line in self.lines if words in line]
            return bool(found)

        self._wait_until(written, seconds, f"the bot did not write {words!r}")
        return found[-1]

    def wait(self, seconds: float = _PATIENCE) -> int:
        """Wait for its end; the exit code. subprocess.TimeoutExpired when it does not end."""
        code = self._started().wait(seconds)
        for reader in self._readers:
            reader.join()
        return code

    def terminate(self, seconds: float = _PATIENCE) -> int:
        """SIGTERM; the exit code."""
        self._started().send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self) -> None:
        """SIGKILL, if it runs."""
        if self._process is not None:
            self._process.kill()
            self.wait()

    def restart(self) -> Self:
        """SIGTERM, then start it and wait until it polls."""
        self.terminate()
        return self.start().ready()

    def _started(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the bot was not started"
        return self._process

    def _wait_until(self, condition: Callable[[], bool], seconds: float, complaint: str) -> None:
        self._api.wait_until(
            lambda: condition() or not self.running, seconds, lambda: f"{complaint}; it wrote:\n{self.text}"
        )
        assert condition(), f"{complaint}; it ended with {self.wait()}:\n{self.text}"

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                with self._api.changed:
                    lines.append(line)
                    self._api.changed.notify_all()
        self._started().wait()
        with self._api.changed:
            self._api.changed.notify_all()
