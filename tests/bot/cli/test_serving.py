"""`footnote telegram` as a process: what it needs, what it says on standard error, and that there is only one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.home import MODEL
from retrieval.e5 import E5
from tests.support.command import footnote
from tests.support.telegram import BotApi
from tests.support.telegram.process import BotProcess


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API server."""
    with BotApi() as api:
        yield api


@pytest.fixture
def bare_home(tmp_path: Path, e5: E5, model_folder: Path) -> Path:
    """A home without an index."""
    assert e5
    (tmp_path / MODEL).symlink_to(model_folder)
    return tmp_path


def test_without_a_token_it_is_said_where_to_get_one(tmp_path: Path) -> None:
    ran = footnote("telegram", home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "TELEGRAM_BOT_TOKEN is not set" in ran.err
    assert "/newbot to @BotFather" in ran.err


def test_a_token_that_telegram_does_not_know_is_exit_2(api: BotApi, home: Path) -> None:
    ran = footnote(
        "telegram",
        home=home,
        TELEGRAM_BOT_TOKEN="1234567:AAHnot-this-one",
        TELEGRAM_API_BASE_URL=api.base_url,
        FOOTNOTE_HEALTH="off",
    )
    assert ran.code == 2
    assert "@BotFather" in ran.err
    assert "AAHnot" not in ran.err


def test_the_index_is_built_first_and_the_journal_is_lines_of_json(api: BotApi, bare_home: Path) -> None:
    with BotProcess(api, bare_home, FOOTNOTE_HEALTH="127.0.0.1:0") as bot:
        bot.start().ready()
        assert (bare_home / "index").is_dir()
        lines = [json.loads(line) for line in bot.lines]
        served = next(line["address"] for line in lines if line["event"] == "health is served")
        with urlopen(served) as response:
            health = json.load(response)
        second = footnote("telegram", home=bare_home, TELEGRAM_BOT_TOKEN=api.token, TELEGRAM_API_BASE_URL=api.base_url)
        assert bot.terminate() == 0
    assert (health["status"], health["index"]["articles"]) == ("ok", 5)
    assert (second.code, second.out) == (1, "")
    assert f"Process {bot.pid} has been running a Telegram bot" in second.err
    events = [json.loads(line)["event"] for line in bot.lines]
    assert [event for event in events if event in ("started", "stopping", "stopped")] == [
        "started",
        "stopping",
        "stopped",
    ]
    assert api.token.partition(":")[2] not in bot.text


def test_the_doctor_speaks_of_the_bot(api: BotApi, home: Path) -> None:
    ran = footnote("doctor", home=home, TELEGRAM_BOT_TOKEN=api.token, TELEGRAM_API_BASE_URL=api.base_url)
    assert ran.code == 0
    assert "ok  telegram: @footnote_test_bot answers" in ran.out
    assert "ok  access: Anybody may ask" in ran.out
