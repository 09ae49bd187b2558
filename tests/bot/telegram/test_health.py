"""/health and /metrics over HTTP: what a supervisor and Prometheus see, and that neither can stop the bot."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from bot import __version__
from bot.telegram.health import WEBHOOK, Health, Pulse
from bot.telegram.metrics import Metrics
from bot.values import Address
from retrieval.index import Index

LOOPBACK = Address("127.0.0.1", 0)


def fetched(path: str, home: Path, pulse: Pulse, *, address: Address = LOOPBACK) -> HTTPResponse:
    """What is served there while a bot has this pulse."""

    async def fetch() -> HTTPResponse:
        async with Health(address, home, lambda: pulse, Metrics()) as health:
            url = f"http://{address._replace(port=health.port or 0)}{path}"
            return await AsyncHTTPClient(force_instance=True).fetch(url, raise_error=False)

    return asyncio.run(fetch())


def told(home: Path, pulse: Pulse) -> tuple[int, dict[str, Any]]:
    """The status of /health, and what it says."""
    response = fetched("/health", home, pulse)
    assert response.headers["Content-Type"].startswith("application/json")
    return response.code, json.loads(response.body)


def test_a_bot_that_is_well_says_what_it_holds(bundled_home: Path) -> None:
    code, said = told(bundled_home, Pulse(1.234, 3))
    index = Index(bundled_home)
    fingerprint = index.catalogue.archive().fingerprint
    index.close()
    assert code == 200
    assert said == {
        "status": "ok",
        "wrong": [],
        "polling": 1.2,
        "queue": 3,
        "index": {"articles": 5, "fingerprint": fingerprint},
        "version": __version__,
    }


@pytest.mark.parametrize(
    ("polling", "wrong"), [(None, "polling has not started"), (120.5, "polling stands still")], ids=["never", "frozen"]
)
def test_a_bot_that_does_not_hear_telegram_is_not_well(bundled_home: Path, polling: float | None, wrong: str) -> None:
    code, said = told(bundled_home, Pulse(polling, 0))
    assert (code, said["status"], said["wrong"]) == (503, "failing", [wrong])


def test_a_bot_that_is_called_does_not_poll(bundled_home: Path) -> None:
    code, said = told(bundled_home, Pulse(WEBHOOK, 0))
    assert (code, said["polling"]) == (200, "webhook")


def test_a_bot_without_its_index_is_not_well(tmp_path: Path) -> None:
    code, said = told(tmp_path, Pulse(1.0, 0))
    assert (code, said["wrong"], said["index"]) == (503, ["no_index"], None)


def test_prometheus_is_served_in_its_own_format(tmp_path: Path) -> None:
    response = fetched("/metrics", tmp_path, Pulse(None, 0))
    assert response.code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b'footnote_questions_total{door="private"} 0.0\n' in response.body


@pytest.mark.parametrize("path", ["/", "/health/", "/metrics?x", "/../.env"])
def test_nothing_else_is_served(tmp_path: Path, path: str) -> None:
    response = fetched(path, tmp_path, Pulse(None, 0))
    assert response.code == (200 if path == "/metrics?x" else 404)


def test_a_port_that_is_taken_is_said_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])

        async def serve() -> int | None:
            async with Health(address, tmp_path, lambda: Pulse(None, 0), Metrics()) as health:
                return health.port

        assert asyncio.run(serve()) is None
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert str(address) in said
    assert "FOOTNOTE_HEALTH" in said


def test_off_serves_nothing(tmp_path: Path) -> None:
    async def serve() -> int | None:
        async with Health(None, tmp_path, lambda: Pulse(None, 0), Metrics()) as health:
            return health.port

    assert asyncio.run(serve()) is None
