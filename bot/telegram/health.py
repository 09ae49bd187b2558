"""/health and /metrics on a port of this machine: is the bot well, for a supervisor, and its figures, for Prometheus.

/health answers 200 and {"status": "ok", …}, or 503 and what is wrong. Says nothing of people; is not for the network:
the port is bound to loopback (`Settings.health`). A port that is taken does not stop the bot.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot import __version__
from bot.telegram.journal import event, warn
from bot.telegram.metrics import CONTENT_TYPE, Metrics
from bot.telegram.watchdog import SILENCE_SECONDS
from bot.values import Address
from retrieval.errors import RetrievalError
from retrieval.index import Index

WEBHOOK: Final = "webhook"


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the bot is just now. `polling`: seconds since Telegram last gave updates or said there are none (at first,
    since it was asked); None: it was not asked yet; "webhook": it calls. `queue`: questions accepted, not yet answered.
    """

    polling: float | str | None
    queue: int


class Health:
    """`async with Health(settings.health, settings.home, pulse, metrics)`; an `address` of None serves nothing."""

    def __init__(self, address: Address | None, home: Path, pulse: Callable[[], Pulse], metrics: Metrics) -> None:
        self._address = address
        parts = {"home": home, "pulse": pulse}
        self._application = Application(
            [("/health", _Health, parts), ("/metrics", _Metrics, {"metrics": metrics})], log_function=_unlogged
        )
        self._server: HTTPServer | None = None
        self.port: int | None = None
        """Where it is served; None where it is not."""

    async def __aenter__(self) -> Self:
        if self._address is None:
            return self
        try:
            listening = socket.create_server(
                self._address, family=socket.AF_INET6 if ":" in self._address.host else socket.AF_INET
            )
        except OSError as error:
            warn(
                f"No /health and /metrics: {self._address} cannot be bound ({error.strerror}). "
                "Choose another port in FOOTNOTE_HEALTH, or off."
            )
            return self
        self._server = HTTPServer(self._application)
        listening.setblocking(False)
        self._server.add_socket(listening)
        self.port = listening.getsockname()[1]
        event("health is served", address=f"http://{self._address._replace(port=self.port)}/health")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.stop()
            await self._server.close_all_connections()


class _Health(RequestHandler):
    def initialize(self, home: Path, pulse: Callable[[], Pulse]) -> None:
        self._home, self._pulse = home, pulse

    async def get(self) -> None:
        """The bot's health, as JSON."""
        pulse = self._pulse()
        index, wrong = await asyncio.to_thread(_index, self._home)
        if pulse.polling is None:
            wrong.insert(0, "polling has not started")
        elif isinstance(pulse.polling, float) and pulse.polling > SILENCE_SECONDS:
            wrong.insert(0, "polling stands still")
        polling = round(pulse.polling, 1) if isinstance(pulse.polling, float) else pulse.polling
        told: dict[str, Any] = {"status": "failing" if wrong else "ok", "wrong": wrong, "polling": polling}
        self.set_status(503 if wrong else 200)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(told | {"queue": pulse.queue, "index": index, "version": __version__}))


class _Metrics(RequestHandler):
    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get(self) -> None:
        """The bot's figures, as Prometheus reads them."""
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self._metrics.text())


def _index(home: Path) -> tuple[dict[str, Any] | None, list[str]]:
    """What the index holds, and what is wrong with it."""
    try:
        with closing(Index(home)) as index:
            state = index.catalogue.archive()
    except RetrievalError as error:
        return None, [error.code]
    return {"articles": state.articles, "fingerprint": state.fingerprint}, []


def _unlogged(_handler: RequestHandler) -> None:
    """Asked every few seconds, by machines."""
