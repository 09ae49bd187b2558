"""The settings of a run, read once from the environment and from `.env`, checked, and then never looked up again.

The only module that reads the environment. Does not build anything from the settings and does not touch the network:
whether a key works is for `footnote doctor` to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, cast
from urllib.parse import urlsplit

from bot.errors import BadSettings

Access = Literal["open", "listed"]

DEFAULT_MODEL = "gpt-6.1-terra"
FIRST_TOKEN_SECONDS = 20.0
"""A model that thinks before it writes takes some seconds; one that hangs must not take longer than people wait."""
ANSWER_SECONDS = 60.0

VARIABLES: Mapping[str, str] = {
    "FOOTNOTE_HOME": "home",
    "FOOTNOTE_ARCHIVE": "archive",
    "FOOTNOTE_EMBEDDINGS": "embeddings",
    "FOOTNOTE_MODEL": "model",
    "FOOTNOTE_MODEL_WINDOW": "model_window",
    "FOOTNOTE_MODEL_PRICE": "model_price",
    "FOOTNOTE_DAILY_USD": "daily_usd",
    "FOOTNOTE_FIRST_TOKEN_SECONDS": "first_token_seconds",
    "FOOTNOTE_ANSWER_SECONDS": "answer_seconds",
    "OPENAI_API_KEY": "openai_api_key",
    "OPENAI_BASE_URL": "openai_base_url",
    "CHROMA_URL": "chroma_url",
    "TELEGRAM_BOT_TOKEN": "telegram_bot_token",
    "TELEGRAM_API_BASE_URL": "telegram_api_base_url",
    "FOOTNOTE_ACCESS": "access",
    "FOOTNOTE_ADMINS": "admins",
    "FOOTNOTE_USERS": "users",
    "FOOTNOTE_GROUPS": "groups",
}
"""Every variable Footnote reads, and the field of Settings it fills."""

LEAST_WINDOW = 3000
"""Tokens that prompt, a few passages and a reply need."""
_AMOUNT = r"\d{1,6}(?:\.\d{1,6})?"
_SECRET = frozenset({"OPENAI_API_KEY", "TELEGRAM_BOT_TOKEN"})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run goes by. Secrets never show in `repr`.

    `home`: the folder that holds index, catalogue, history and log. `archive`: the folder indexed when there is no
    index yet; None is the bundled one. `embeddings`: None is the bundled embedder. `model_window`: tokens of prompt and
    reply together; `model_price`: US dollars per million tokens in and out; for both, None is what is known of the
    model. `daily_usd`: what models may cost in a day (UTC), None without limit. `first_token_seconds`,
    `answer_seconds`: how long a model is waited for. `access`: None means `listed` where a model key is set, else
    `open`. `no_model`: quote only, whatever keys are set.
    """

    home: Path
    archive: Path | None = None
    embeddings: str | None = None
    model: str = DEFAULT_MODEL
    model_window: int | None = None
    model_price: tuple[float, float] | None = None
    daily_usd: float | None = None
    first_token_seconds: float = FIRST_TOKEN_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = field(default=None, repr=False)  # may carry a user and a password, as CHROMA_URL may
    chroma_url: str | None = field(default=None, repr=False)
    telegram_bot_token: str | None = field(default=None, repr=False)
    telegram_api_base_url: str | None = field(default=None, repr=False)
    access: Access | None = None
    admins: tuple[int, ...] = ()
    users: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    no_model: bool = False

    @classmethod
    def from_env(cls, environment: Mapping[str, str], *, home: Path | None = None, no_model: bool = False) -> Settings:
        """The settings in these variables; an empty value counts as unset. `home` wins over FOOTNOTE_HOME.

        Raises BadSettings, which names every value that is wrong and what it should look like.
        """
        problems: list[str] = []

        def read(name: str, parse: Callable[[str], _T], default: _T) -> _T:
            value = environment.get(name, "").strip()
            if not value:
                return default
            try:
                return parse(value)
            except ValueError as wanted:
                secret = name in _SECRET or "@" in value  # an address may carry a password
                shown = "what it is set to (kept secret here)" if secret else repr(value)
                problems.append(f"{name} should be {wanted}, not {shown}.")
                return default

        settings = cls(
            home=home.expanduser() if home is not None else read("FOOTNOTE_HOME", _folder, default_home()),
            archive=read("FOOTNOTE_ARCHIVE", _folder, None),
            embeddings=read("FOOTNOTE_EMBEDDINGS", _embeddings, None),
            model=read("FOOTNOTE_MODEL", _word, DEFAULT_MODEL),
            model_window=read("FOOTNOTE_MODEL_WINDOW", _window, None),
            model_price=read("FOOTNOTE_MODEL_PRICE", _price, None),
            daily_usd=read("FOOTNOTE_DAILY_USD", _money, None),
            first_token_seconds=read("FOOTNOTE_FIRST_TOKEN_SECONDS", _seconds, FIRST_TOKEN_SECONDS),
            answer_seconds=read("FOOTNOTE_ANSWER_SECONDS", _seconds, ANSWER_SECONDS),
            openai_api_key=read("OPENAI_API_KEY", _word, None),
            openai_base_url=read("OPENAI_BASE_URL", _url, None),
            chroma_url=read("CHROMA_URL", _url, None),
            telegram_bot_token=read("TELEGRAM_BOT_TOKEN", _bot_token, None),
            telegram_api_base_url=read("TELEGRAM_API_BASE_URL", _bot_api_url, None),
            access=read("FOOTNOTE_ACCESS", _access, None),
            admins=read("FOOTNOTE_ADMINS", _people, ()),
            users=read("FOOTNOTE_USERS", _people, ()),
            groups=read("FOOTNOTE_GROUPS", _groups, ()),
            no_model=no_model,
        )
        if problems:
            raise BadSettings(problems)
        return settings

    @property
    def writes(self) -> bool:
        """Whether a language model is to write: a key or a server is set, and nobody said otherwise."""
        return not self.no_model and bool(self.openai_api_key or self.openai_base_url)


def load(
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    home: Path | None = None,
    no_model: bool = False,
) -> Settings:
    """The settings of this run: variables that are set, then `.env` of the working folder, then `.env` of the home.

    `environment` and `folder` are the process's own unless given. Raises BadSettings.
    """
    variables = dict(os.environ if environment is None else environment)
    here = _dotenv((folder or Path.cwd()) / ".env")
    known = {**here, **_set(variables)}
    chosen = home or Path(known.get("FOOTNOTE_HOME", "").strip() or default_home())
    return Settings.from_env({**_dotenv(chosen.expanduser() / ".env"), **known}, home=home, no_model=no_model)


def default_home() -> Path:
    """The platform's folder for a program's data, such as `~/.local/share/footnote`."""
    from platformdirs import user_data_path

    return user_data_path("footnote", appauthor=False)


def _set(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: variables[name] for name in VARIABLES if variables.get(name, "").strip()}


def _dotenv(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or "no reason given"
        raise BadSettings([f"{path} cannot be read: {why}."]) from error
    from io import StringIO

    from dotenv import dotenv_values

    # Values stand as written: a `$` in a key or a password names no other variable.
    values = dotenv_values(stream=StringIO(text), interpolate=False)
    return _set({name: value for name, value in values.items() if value is not None})


# Each reader of a value raises ValueError with what the value should be, to be read after "should be".


def _folder(value: str) -> Path:
    if "\0" in value:
        raise ValueError("the path of a folder")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:  # `~nobody/x`: there is no such user
        raise ValueError("the path of a folder") from error


def _word(value: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("one word without spaces or accents")
    return value


def _embeddings(value: str) -> str:
    if re.fullmatch(r"openai:\S+|[A-Za-z_][\w.]*:[A-Za-z_]\w*", value) is None:
        raise ValueError("openai:MODEL or package.module:Class")
    return value


def _window(value: str) -> int:
    if re.fullmatch(r"\d{4,8}", value, re.ASCII) is None or int(value) < LEAST_WINDOW:
        raise ValueError(f"a number of tokens from {LEAST_WINDOW} on, such as 128000")
    return int(value)


def _price(value: str) -> tuple[float, float]:
    parts = value.split("/")
    if len(parts) != 2 or not all(re.fullmatch(_AMOUNT, part.strip(), re.ASCII) for part in parts):
        raise ValueError("US dollars per million tokens in and out, such as 0.25/2")
    return float(parts[0]), float(parts[1])


def _money(value: str) -> float:
    if re.fullmatch(_AMOUNT, value, re.ASCII) is None:
        raise ValueError("an amount in US dollars, such as 2.50")
    return float(value)


def _seconds(value: str) -> float:
    if re.fullmatch(_AMOUNT, value, re.ASCII) is None or not 0 < float(value) <= 3600:
        raise ValueError("a number of seconds, such as 30")
    return float(value)


def _url(value: str) -> str:
    wanted = "an address such as http://localhost:8000"
    try:
        parts = urlsplit(value)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:  # a port that is no number, a broken [address]
        raise ValueError(wanted) from error
    if not well_formed or any(character.isspace() for character in value):
        raise ValueError(wanted)
    return value


def _bot_token(value: str) -> str:
    if re.fullmatch(r"\d+:[\w-]+", value, re.ASCII) is None:
        raise ValueError("a token from @BotFather, such as 123456:ABC-def")
    return value


def _bot_api_url(value: str) -> str:
    if not _url(value).endswith("/bot"):
        raise ValueError("an address that ends in /bot, such as http://localhost:8081/bot")
    return value


def _access(value: str) -> Access:
    if value not in ("open", "listed"):
        raise ValueError("open or listed")
    return cast("Access", value)


def _people(value: str) -> tuple[int, ...]:
    return _numbers(value, r"\d{1,19}", "Telegram user ids separated by commas, such as 1234567, 7654321")


def _groups(value: str) -> tuple[int, ...]:
    return _numbers(value, r"-?\d{1,19}", "Telegram group ids separated by commas, such as -1001234567890")


def _numbers(value: str, form: str, wanted: str) -> tuple[int, ...]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(re.fullmatch(form, part, re.ASCII) for part in parts):
        raise ValueError(wanted)
    return tuple(int(part) for part in parts)
