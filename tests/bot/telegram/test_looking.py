"""The doctor on the Telegram bot: what Telegram says of it, who may ask, and what to do where something is wrong."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.telegram.looking import checks
from bot.types import Check
from tests.support.telegram import BotApi
from tests.support.telegram.faults import Fault, dropped, fail, garbage, page


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A Bot API server."""
    with BotApi() as api:
        yield api


@pytest.fixture
def look(api: BotApi, tmp_path: Path) -> Callable[..., dict[str, Check]]:
    """The checks of a bot that this server knows, by name; settings can be changed."""

    def look(**changes: str) -> dict[str, Check]:
        known = {"TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_BASE_URL": api.base_url}
        settings = Settings.from_env(known | changes, home=tmp_path / "home")
        return {check.name: check for check in checks(settings)}

    return look


def test_without_a_token_there_is_no_bot_and_nothing_is_wrong(tmp_path: Path) -> None:
    (check,) = checks(Settings(home=tmp_path))
    assert (check.name, check.ok) == ("telegram", None)


def test_a_bot_in_order_is_named_with_how_it_hears(api: BotApi, look: Callable[..., dict[str, Check]]) -> None:
    found = look()["telegram"]
    assert (found.ok, found.next_step) == (True, None)
    assert found.message == (
        "@footnote_test_bot answers; it asks for updates (polling); in groups it is sent what is addressed to it."
    )
    assert {call.method for call in api.calls} == {"getMe", "getWebhookInfo"}


def test_a_bot_that_is_sent_all_of_its_groups_is_told_so(api: BotApi, look: Callable[..., dict[str, Check]]) -> None:
    api.me["can_read_all_group_messages"] = True
    assert "privacy mode is off" in look()["telegram"].message


def test_the_doctor_fetches_nothing_and_makes_nothing(
    api: BotApi, look: Callable[..., dict[str, Check]], tmp_path: Path
) -> None:
    ann = api.user(7)
    api.private(ann).says(ann, "Where did they meet?")
    assert "1 waiting" in look()["telegram"].message
    assert "1 waiting" in look()["telegram"].message
    assert list(tmp_path.iterdir()) == []


def test_a_webhook_is_told_by_its_host_alone(api: BotApi, look: Callable[..., dict[str, Check]]) -> None:
    url = "https://bot.example/a-path-kept-secret"
    assert "its webhook is set at its start" in look(TELEGRAM_WEBHOOK_URL=url)["telegram"].message
    set_webhook(api, url)
    assert "updates are sent to bot.example (webhook)" in look(TELEGRAM_WEBHOOK_URL=url)["telegram"].message
    polling = look()["telegram"].message
    assert "the webhook at bot.example is removed at its start" in polling
    assert "kept-secret" not in polling


def set_webhook(api: BotApi, url: str) -> None:
    """As an earlier run of the bot with a webhook left it."""
    import asyncio

    from telegram import Bot

    async def set_it() -> None:
        async with Bot(api.token, base_url=api.base_url) as bot:
            await bot.set_webhook(url)

    asyncio.run(set_it())


def test_a_token_that_telegram_does_not_know_is_named_and_not_shown(look: Callable[..., dict[str, Check]]) -> None:
    found = look(TELEGRAM_BOT_TOKEN="1234567:AAHnot-this-one")["telegram"]
    assert found.ok is False
    assert "TELEGRAM_BOT_TOKEN" in found.message
    assert "@BotFather" in (found.next_step or "")
    assert "AAHnot" not in found.message


@pytest.mark.parametrize(
    "fault", [page(502), dropped(), garbage(), fail(500, "Internal Server Error"), Fault(body="[]"), Fault(body="{}")]
)
def test_a_server_that_is_no_bot_api_is_named_with_what_to_check(
    api: BotApi, look: Callable[..., dict[str, Check]], fault: Fault
) -> None:
    api.fault("*", fault)
    found = look()["telegram"]
    assert found.ok is False
    assert found.message.startswith(api.base_url.removeprefix("http://").removesuffix("/bot"))
    assert found.next_step == "Check TELEGRAM_API_BASE_URL."
    assert api.token not in found.message


def test_a_server_that_is_not_there_is_named_without_its_password(look: Callable[..., dict[str, Check]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = look(TELEGRAM_API_BASE_URL=f"http://me:pa55word@127.0.0.1:{port}/bot")["telegram"]
    assert found.ok is False
    assert found.message.startswith(f"127.0.0.1:{port} does not answer")
    assert "pa55word" not in found.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Anybody may ask"),
        ({"FOOTNOTE_USERS": "7,8"}, "Only 2 people may ask"),
        ({"OPENAI_API_KEY": "sk-1"}, "Nobody can ask yet"),
        ({"OPENAI_API_KEY": "sk-1", "FOOTNOTE_ACCESS": "open"}, "What their questions cost has no limit"),
    ],
)
def test_who_may_ask_is_said_aloud(look: Callable[..., dict[str, Check]], changes: dict[str, str], said: str) -> None:
    assert said in look(**changes)["access"].message


def test_a_store_that_cannot_be_read_is_named(look: Callable[..., dict[str, Check]], tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "telegram.sqlite").write_bytes(b"no database" * 1000)
    found = look()["access"]
    assert found.ok is False
    assert found.next_step
