"""The bot as a real process: started, waited for, stopped, killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from tests.support.telegram.server import BotApi
from tests.support.terminal import environment

_PATIENCE: Final = 60.0


class BotProcess:
    """`footnote telegram` in a home, talking to this server. Leaving the `with` kills it if it still runs.

    `variables`: settings of its environment, besides the token and the server's address.
    """

    def __init__(self, api: BotApi, home: Path, *arguments: str, **variables: str) -> None:
        self._api = api
        self._home = home
        self._arguments = arguments
        self._environment = environment(
            home,
            **{"TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_BASE_URL": api.base_url, **variables},
        )
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._polls = 0
        self.errors: list[str] = []
        """The lines of its standard error, over all its starts."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def text(self) -> str:
        """All that it wrote to standard error."""
        return "".join(self.errors)

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start it."""
        assert not self.running
        self._polls = self._api.counts["polls"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "telegram", "--home", str(self._home), *self._arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            cwd=self._home,
            env=self._environment,
        )
        assert self._process.stderr is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stderr,), name="bot-stderr")
        self._reader.start()
        return self

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.errors.append(line)
        with self._api.changed:
            self._api.changed.notify_all()

    def ready(self, seconds: float = _PATIENCE) -> Self:
        """Wait for its first getUpdates. AssertionError with what it wrote when it ends or none comes."""
        self._api.wait_until(
            lambda: self._api.counts["polls"] > self._polls or not self.running,
            seconds,
            lambda: f"the bot did not poll:\n{self.text}",
        )
        assert self.running, f"the bot ended:\n{self.text}"
        return self

    def wait(self, seconds: float = _PATIENCE) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None and self._reader is not None
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return code

    def terminate(self, seconds: float = _PATIENCE) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
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
