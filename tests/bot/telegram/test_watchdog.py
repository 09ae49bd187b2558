"""A bot that Telegram does not reach any more ends, so that it is started anew; one with mere trouble goes on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import InvalidToken
from telegram.ext import Updater

from bot.errors import FAILED
from bot.telegram.metrics import Metrics
from bot.telegram.watchdog import Noting, Watchdog
from tests.support.telegram import BotApi
from tests.support.telegram.faults import Fault, dropped, fail, page, rival
from tests.support.terminal import environment

SHORT = 0.6
"""Seconds in place of the two and five minutes."""


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API server."""
    with BotApi() as api:
        yield api


def polled(api: BotApi, until: Callable[[Metrics], bool], *, seconds: float = 20, **limits: float) -> list[str]:
    """Poll this server, as the bot does, until this holds or the watchdog asks the bot to stop; what it asked."""
    asked: list[str] = []

    async def poll() -> None:
        over = asyncio.Event()

        def stop(reason: str) -> None:
            asked.append(reason)
            over.set()

        metrics = Metrics()
        async with Watchdog(stop, metrics, **limits) as watchdog:
            noting = Noting(watchdog, read_timeout=0.2)
            bot = Bot(api.token, base_url=api.base_url, get_updates_request=noting)
            async with Updater(bot, asyncio.Queue()) as updater:
                await updater.start_polling(timeout=0, error_callback=watchdog.failed)
                deadline = time.monotonic() + seconds
                while not (over.is_set() or until(metrics)) and time.monotonic() < deadline:
                    await asyncio.sleep(0.02)
                with suppress(InvalidToken):  # what polling ended with, where it did
                    await updater.stop()

    asyncio.run(poll())
    return asked


def heard(metrics: Metrics) -> bool:
    """Whether Telegram has given updates, or said that there are none."""
    return b"\nfootnote_polled_timestamp_seconds 0.0\n" not in metrics.text()


def test_polling_has_begun_when_telegram_is_first_asked() -> None:
    watchdog = Watchdog(print, Metrics())
    assert watchdog.polled_ago is None
    watchdog.began()
    assert watchdog.polled_ago is not None


def test_trouble_is_no_sign_of_life_and_updates_are() -> None:
    watchdog = Watchdog(print, Metrics())
    watchdog.began()
    time.sleep(0.2)
    watchdog.answered(502)
    watchdog.unreachable()
    before = watchdog.polled_ago
    assert before is not None
    assert before >= 0.2
    watchdog.answered(200)
    after = watchdog.polled_ago
    assert after is not None
    assert after < before


def test_polling_that_is_silently_frozen_ends_the_bot(api: BotApi) -> None:
    """Failure 14: the server takes each getUpdates and never answers."""
    api.fault("getUpdates", Fault(before=3600))
    assert polled(api, lambda _: False, silence=SHORT) == ["polling has stopped"]


@pytest.mark.parametrize(
    "trouble", [page(502), dropped(), fail(500, "Internal Server Error")], ids=["502", "dropped", "500"]
)
def test_trouble_that_passes_does_not_end_the_bot(api: BotApi, trouble: Fault) -> None:
    """Failure 13: python-telegram-bot tries again by itself."""
    planned = api.fault("getUpdates", trouble, times=2)
    assert polled(api, lambda metrics: not planned.times and heard(metrics), silence=4) == []
    assert len(planned.hits) == 2


def test_a_rival_that_stays_ends_the_bot(api: BotApi) -> None:
    """Failure 12."""
    api.fault("getUpdates", rival())
    assert polled(api, lambda _: False, rival=SHORT) == ["another bot polls with this token"]


def test_a_rival_that_leaves_does_not(api: BotApi) -> None:
    planned = api.fault("getUpdates", rival(), times=1)
    assert polled(api, heard, rival=4) == []
    assert len(planned.hits) == 1


def test_a_rival_is_told_of_once_a_minute(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    planned = api.fault("getUpdates", rival(), times=3)
    polled(api, lambda _: not planned.times)
    told = [str(record.msg) for record in caplog.records if "another bot polls" in str(record.msg)]
    assert told == ["another bot polls with this token seconds=0"]


def test_a_token_that_is_revoked_ends_the_bot_at_once(api: BotApi) -> None:
    """python-telegram-bot gives up polling then, and the bot would sit there deaf."""
    api.fault("getUpdates", fail(401, "Unauthorized"))
    assert polled(api, lambda _: False) == ["Telegram no longer knows the token"]


def test_an_event_loop_that_hangs_ends_the_process(tmp_path: Path) -> None:
    program = """
import asyncio, logging, sys, time
from bot.telegram.metrics import Metrics
from bot.telegram.watchdog import Watchdog
logging.basicConfig(stream=sys.stderr)
async def hang():
    async with Watchdog(print, Metrics(), silence=0.3, grace=0.3) as watchdog:
        watchdog.began()
        time.sleep(60)
asyncio.run(hang())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, text=True, timeout=50
    )
    assert done.returncode == FAILED
    assert "the bot did not stop" in done.stderr
    assert "Traceback" not in done.stderr
