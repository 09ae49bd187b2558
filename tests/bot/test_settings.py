"""Settings: what is read from where, what wins, and that a wrong value is named and a secret is not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.errors import BadSettings
from bot.settings import DEFAULT_MODEL, VARIABLES, Settings, load

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
        "FOOTNOTE_MODEL": "some-model",
        "FOOTNOTE_MODEL_WINDOW": "32768",
        "FOOTNOTE_MODEL_PRICE": "0.15/0.6",
        "FOOTNOTE_DAILY_USD": "2.50",
        "FOOTNOTE_FIRST_TOKEN_SECONDS": "5",
        "FOOTNOTE_ANSWER_SECONDS": "30.5",
        "OPENAI_API_KEY": "sk-1",
        "OPENAI_BASE_URL": "http://localhost:8000/v1",
        "CHROMA_URL": "https://chroma.example",
        "TELEGRAM_BOT_TOKEN": "123:abc_DEF-",
        "TELEGRAM_API_BASE_URL": "http://127.0.0.1:8081/bot",
        "FOOTNOTE_ACCESS": "listed",
        "FOOTNOTE_ADMINS": "1, 2",
        "FOOTNOTE_USERS": "3",
        "FOOTNOTE_GROUPS": "-1001234567890",
    }
    assert values.keys() == VARIABLES.keys()
    changed = Settings.from_env(values)
    assert changed.archive == Path.home() / "news"
    assert changed.model_price == (0.15, 0.6)
    assert (changed.daily_usd, changed.answer_seconds) == (2.5, 30.5)
    assert changed.admins == (1, 2)
    assert changed.groups == (-1001234567890,)
    for field in VARIABLES.values():
        assert getattr(changed, field) != getattr(Settings.from_env({}), field)


def test_every_field_but_the_flag_has_a_variable() -> None:
    assert {field.name for field in dataclasses.fields(Settings)} - {"no_model"} == set(VARIABLES.values())


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("FOOTNOTE_EMBEDDINGS", "text-embedding-3-small", "openai:MODEL or package.module:Class"),
        ("FOOTNOTE_EMBEDDINGS", "openai:", "openai:MODEL"),
        ("FOOTNOTE_HOME", "~no-such-user/x", "the path of a folder"),
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
        ("CHROMA_URL", f"http://me:{SECRET}@chroma.example"),
        ("OPENAI_BASE_URL", f"http://me:{SECRET}@models.example"),
    ],
)
def test_a_secret_is_never_shown(name: str, value: str) -> None:
    assert SECRET not in repr(Settings.from_env({name: value}))
    with pytest.raises(BadSettings) as caught:
        Settings.from_env({name: f"{value} \N{SNOWMAN} oops"})
    assert SECRET not in str(caught.value)


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
