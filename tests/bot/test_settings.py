"""Settings: what is read from where, what wins, and that a wrong value is named and a secret is not."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from bot.errors import BadSettings
from bot.settings import DEFAULT_MODEL, VARIABLES, Settings, load

ROOT = Path(__file__).parents[2]
SECRET = "hunter2hunter2"


def test_without_anything_set_all_defaults_hold() -> None:
    settings = Settings.from_env({})
    assert settings.archive is None
    assert settings.embeddings is None
    assert settings.openai_api_key is None
    assert settings.model == DEFAULT_MODEL
    assert settings.home.name == "footnote"


def test_an_empty_value_counts_as_unset() -> None:
    assert Settings.from_env(dict.fromkeys(VARIABLES, " ")) == Settings.from_env({})


def test_every_variable_fills_its_field(tmp_path: Path) -> None:
    values = {
        "FOOTNOTE_HOME": str(tmp_path),
        "FOOTNOTE_ARCHIVE": "~/news",
        "FOOTNOTE_EMBEDDINGS": "my_package.vectors:Vectors",
        "FOOTNOTE_SEARCH": "words",
        "FOOTNOTE_CENTRING": "off",
        "FOOTNOTE_NAMES": "off",
        "FOOTNOTE_PASSAGES": "50",
        "FOOTNOTE_MODEL": "some-model",
        "FOOTNOTE_MODEL_WINDOW": "32768",
        "FOOTNOTE_MODEL_PRICE": "0.15/0.6",
        "FOOTNOTE_DAILY_USD": "2.50",
        "FOOTNOTE_FIRST_TOKEN_SECONDS": "5",
        "FOOTNOTE_ANSWER_SECONDS": "30.5",
        "OPENAI_API_KEY": "sk-1",
        "OPENAI_BASE_URL": "http://localhost:8000/v1",
        "CHROMA_URL": "https://chroma.example",
        "CHROMA_API_KEY": "ck-1",
        "CHROMA_TENANT": "newsroom",
        "CHROMA_DATABASE": "archive",
        "TELEGRAM_BOT_TOKEN": "123:abc_DEF-",
        "TELEGRAM_API_BASE_URL": "http://127.0.0.1:8081/bot",
        "TELEGRAM_WEBHOOK_URL": "https://bot.example/footnote",
        "TELEGRAM_WEBHOOK_LISTEN": "[::1]:9000",
        "TELEGRAM_WEBHOOK_SECRET": "a_secret-1",
        "TELEGRAM_PACE": "0.5/10/5",
        "TELEGRAM_DRAFTS": "off",
        "FOOTNOTE_ACCESS": "listed",
        "FOOTNOTE_ADMINS": "1, 2",
        "FOOTNOTE_USERS": "3",
        "FOOTNOTE_GROUPS": "-1001234567890",
        "FOOTNOTE_USER_PER_MINUTE": "3",
        "FOOTNOTE_USER_DAILY": "30",
        "FOOTNOTE_USER_DAILY_USD": "0.25",
        "FOOTNOTE_DAILY_QUESTIONS": "1000",
        "FOOTNOTE_RETENTION_DAYS": "forever",
        "FOOTNOTE_WORKERS": "3",
        "FOOTNOTE_HEALTH": "localhost:0",
    }
    assert values.keys() == VARIABLES.keys()
    changed = Settings.from_env(values)
    assert changed.archive == Path.home() / "news"
    assert changed.model_price == (0.15, 0.6)
    assert (changed.search, changed.centring, changed.names, changed.passages) == ("words", False, False, 50)
    assert (changed.daily_usd, changed.answer_seconds) == (2.5, 30.5)
    assert changed.admins == (1, 2)
    assert changed.groups == (-1001234567890,)
    assert changed.telegram_webhook_listen == ("::1", 9000)
    assert changed.telegram_pace == (0.5, 10, 5)
    assert changed.retention_days is None
    assert str(changed.health) == "localhost:0"
    for field in VARIABLES.values():
        assert getattr(changed, field) != getattr(Settings.from_env({}), field)


def test_every_field_but_the_flag_has_a_variable() -> None:
    assert {field.name for field in dataclasses.fields(Settings)} - {"no_model"} == set(VARIABLES.values())


@pytest.mark.parametrize("address", ["http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/bot/"])
def test_a_slash_behind_the_address_of_a_bot_api_server_changes_nothing(address: str) -> None:
    settings = Settings.from_env({"TELEGRAM_API_BASE_URL": address})
    assert settings.telegram_api_base_url == "http://127.0.0.1:8081/bot"


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("FOOTNOTE_EMBEDDINGS", "text-embedding-3-small", "openai:MODEL or package.module:Class"),
        ("FOOTNOTE_EMBEDDINGS", "openai:", "openai:MODEL"),
        ("FOOTNOTE_HOME", "~no-such-user/x", "the path of a folder"),
        ("FOOTNOTE_SEARCH", "bm25", "both, words or vectors"),
        ("FOOTNOTE_CENTRING", "none", "on or off"),
        ("FOOTNOTE_NAMES", "1", "on or off"),
        ("FOOTNOTE_PASSAGES", "0", "a number from 1 to 50"),
        ("FOOTNOTE_PASSAGES", "51", "a number from 1 to 50"),
        ("FOOTNOTE_MODEL", "two words", "one word"),
        ("FOOTNOTE_MODEL_WINDOW", "2048", "a number of tokens from 3000 on"),
        ("FOOTNOTE_MODEL_WINDOW", "128k", "a number of tokens"),
        ("FOOTNOTE_MODEL_PRICE", "0.15", "dollars per million tokens in and out"),
        ("FOOTNOTE_MODEL_PRICE", "a/b", "dollars per million tokens in and out"),
        ("FOOTNOTE_DAILY_USD", "$2", "an amount in US dollars"),
        ("FOOTNOTE_DAILY_USD", "-1", "an amount in US dollars"),
        ("FOOTNOTE_FIRST_TOKEN_SECONDS", "0", "a number of seconds"),
        ("FOOTNOTE_ANSWER_SECONDS", "soon", "a number of seconds"),
        ("OPENAI_API_KEY", "sk-ключ", "one word"),
        ("OPENAI_BASE_URL", "localhost:8000", "an address such as http://"),
        ("OPENAI_BASE_URL", "http://host:eighty", "an address such as http://"),
        ("CHROMA_URL", "http://[::1", "an address such as http://"),
        ("TELEGRAM_BOT_TOKEN", "no token", "@BotFather"),
        ("TELEGRAM_API_BASE_URL", "http://127.0.0.1:8081", "ends in /bot"),
        ("FOOTNOTE_ACCESS", "everyone", "open or listed"),
        ("FOOTNOTE_ADMINS", "@ilse", "ids separated by commas"),
        ("FOOTNOTE_USERS", "-5", "ids separated by commas"),
        ("FOOTNOTE_GROUPS", "1;2", "ids separated by commas"),
        ("TELEGRAM_WEBHOOK_URL", "http://bot.example/footnote", "an https address that Telegram can reach"),
        ("TELEGRAM_WEBHOOK_URL", "bot.example", "an https address that Telegram can reach"),
        ("TELEGRAM_WEBHOOK_LISTEN", "8443", "a host and a port"),
        ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1", "a host and a port"),
        ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:8443/path", "a host and a port"),
        ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:99999", "a host and a port"),
        ("TELEGRAM_WEBHOOK_SECRET", "with space", "1 to 256 letters, digits, _ and -"),
        ("TELEGRAM_WEBHOOK_SECRET", "x" * 257, "1 to 256 letters, digits, _ and -"),
        ("TELEGRAM_PACE", "1/18", "such as 1.05/18/25, or off"),
        ("TELEGRAM_PACE", "1/0/25", "such as 1.05/18/25, or off"),
        ("TELEGRAM_DRAFTS", "yes", "on or off"),
        ("FOOTNOTE_USER_PER_MINUTE", "0", "a number from 1 on"),
        ("FOOTNOTE_USER_DAILY", "many", "a number from 1 on"),
        ("FOOTNOTE_USER_DAILY_USD", "1 dollar", "an amount in US dollars"),
        ("FOOTNOTE_DAILY_QUESTIONS", "-1", "a number from 1 on"),
        ("FOOTNOTE_RETENTION_DAYS", "0", "a number of days from 1 on, such as 90, or forever"),
        ("FOOTNOTE_RETENTION_DAYS", "never", "a number of days from 1 on, such as 90, or forever"),
        ("FOOTNOTE_WORKERS", "65", "a number from 1 to 64"),
        ("FOOTNOTE_HEALTH", "0.0.0.0:8088", "a port of this machine"),
        ("FOOTNOTE_HEALTH", "health.example:8088", "a port of this machine"),
        ("FOOTNOTE_HEALTH", "on", "a port of this machine"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_should_look_like(name: str, value: str, wanted: str) -> None:
    with pytest.raises(BadSettings) as caught:
        Settings.from_env({name: value})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{name} should be ")
    assert wanted in problem
    assert caught.value.exit_code == 2


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        Settings.from_env({"FOOTNOTE_ACCESS": "x", "CHROMA_URL": "y"})
    assert [problem.split()[0] for problem in caught.value.problems] == ["CHROMA_URL", "FOOTNOTE_ACCESS"]


@pytest.mark.parametrize(
    ("values", "writes"),
    [
        ({}, False),
        ({"FOOTNOTE_MODEL": "some-model"}, False),
        ({"OPENAI_API_KEY": "sk-1"}, True),
        ({"OPENAI_BASE_URL": "http://localhost:8000/v1"}, True),
    ],
)
def test_a_key_or_a_server_makes_a_model_write_unless_quotes_are_wanted(values: dict[str, str], writes: bool) -> None:
    assert Settings.from_env(values).writes is writes
    assert Settings.from_env(values, no_model=True).writes is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", SECRET),
        ("TELEGRAM_BOT_TOKEN", f"1:{SECRET}"),
        ("TELEGRAM_WEBHOOK_SECRET", SECRET),
        ("CHROMA_URL", f"http://me:{SECRET}@chroma.example"),
        ("CHROMA_API_KEY", SECRET),
        ("OPENAI_BASE_URL", f"http://me:{SECRET}@models.example"),
    ],
)
def test_a_secret_is_never_shown(name: str, value: str) -> None:
    assert SECRET not in repr(Settings.from_env({name: value}))
    with pytest.raises(BadSettings) as caught:
        Settings.from_env({name: f"{value} \N{SNOWMAN} oops"})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "listed"),
    [
        ({}, False),
        ({"FOOTNOTE_ADMINS": "1"}, False),
        ({"FOOTNOTE_USERS": "1"}, True),
        ({"FOOTNOTE_GROUPS": "-1"}, True),
        ({"OPENAI_API_KEY": "sk-1"}, True),
        ({"OPENAI_BASE_URL": "http://localhost:8000/v1"}, True),
        ({"OPENAI_API_KEY": "sk-1", "FOOTNOTE_ACCESS": "open"}, False),
        ({"FOOTNOTE_USERS": "1", "FOOTNOTE_ACCESS": "open"}, False),
        ({"FOOTNOTE_ACCESS": "listed"}, True),
    ],
)
def test_the_bot_is_open_to_all_only_where_nobody_is_named_and_nothing_can_cost(
    values: dict[str, str], listed: bool
) -> None:
    assert Settings.from_env(values).listed is listed


def test_what_is_off_is_off() -> None:
    settings = Settings.from_env({"TELEGRAM_PACE": "off", "FOOTNOTE_HEALTH": "off"})
    assert (settings.telegram_pace, settings.health) == (None, None)


def test_a_webhook_without_tls_is_for_a_server_on_this_machine() -> None:
    here = "http://127.0.0.1:8443/footnote"
    assert Settings.from_env({"TELEGRAM_WEBHOOK_URL": here}).telegram_webhook_url == here


def test_more_answers_are_made_at_once_where_a_model_is_waited_for() -> None:
    assert Settings.from_env({}).worker_count == 2
    assert Settings.from_env({"OPENAI_API_KEY": "sk-1"}).worker_count == 4
    assert Settings.from_env({"OPENAI_API_KEY": "sk-1"}, no_model=True).worker_count == 2
    assert Settings.from_env({"FOOTNOTE_WORKERS": "7"}).worker_count == 7


def test_a_variable_wins_over_the_working_folder_which_wins_over_the_home(tmp_path: Path) -> None:
    folder, home = tmp_path / "folder", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (folder / ".env").write_text("FOOTNOTE_MODEL=from-folder\nFOOTNOTE_ACCESS=open\n", "utf-8")
    (home / ".env").write_text("FOOTNOTE_MODEL=from-home\nFOOTNOTE_ACCESS=listed\nOPENAI_API_KEY=k$HOME\n", "utf-8")
    settings = load({"FOOTNOTE_MODEL": "from-variable", "FOOTNOTE_HOME": str(home)}, folder)
    assert settings.model == "from-variable"
    assert settings.access == "open"
    assert settings.openai_api_key == "k$HOME"


def test_an_empty_variable_does_not_hide_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FOOTNOTE_MODEL=from-folder\n", "utf-8")
    assert load({"FOOTNOTE_MODEL": ""}, tmp_path, home=tmp_path / "none").model == "from-folder"


def test_the_home_may_be_named_in_the_working_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / ".env").write_text(f"FOOTNOTE_HOME={home}\n", "utf-8")
    (home / ".env").write_text("FOOTNOTE_MODEL=from-home\n", "utf-8")
    settings = load({}, tmp_path)
    assert (settings.home, settings.model) == (home, "from-home")


def test_the_flag_wins_over_the_variable(tmp_path: Path) -> None:
    assert load({"FOOTNOTE_HOME": "/elsewhere"}, tmp_path, home=tmp_path).home == tmp_path


def test_an_env_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"FOOTNOTE_MODEL=caf\xe9\n")
    with pytest.raises(BadSettings, match="not UTF-8"):
        load({}, tmp_path, home=tmp_path / "none")


@pytest.mark.parametrize(
    "name",
    [
        "FOOTNOTE_SEARCH",
        "FOOTNOTE_CENTRING",
        "FOOTNOTE_NAMES",
        "FOOTNOTE_PASSAGES",
        "TELEGRAM_WEBHOOK_LISTEN",
        "TELEGRAM_PACE",
        "TELEGRAM_DRAFTS",
        "FOOTNOTE_USER_PER_MINUTE",
        "FOOTNOTE_USER_DAILY",
        "FOOTNOTE_DAILY_QUESTIONS",
        "FOOTNOTE_RETENTION_DAYS",
        "FOOTNOTE_HEALTH",
        "FOOTNOTE_FIRST_TOKEN_SECONDS",
        "FOOTNOTE_ANSWER_SECONDS",
    ],
)
def test_what_the_documents_call_the_default_is_the_default(name: str) -> None:
    in_table = re.search(
        rf"^\| `{name}` \|.*\| `?([^|`]+?)`? \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    in_example = re.search(rf"unset: (\S+)\.\n{name}=$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert in_table is not None
    assert in_example is not None
    assert Settings.from_env({name: in_table[1]}) == Settings.from_env({name: in_example[1]}) == Settings.from_env({})
