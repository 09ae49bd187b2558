"""The settings of a run, read once from the environment and from `.env`, checked, and then never looked up again.

The only module that reads the environment. Does not build anything from the settings and does not touch the network:
whether a key works is for `footnote doctor` to say. What a value should look like is in `values.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from bot import values
from bot.errors import BadSettings
from bot.values import Access, Address, Pace
from retrieval.types import Lists

PASSAGES: Final = 16
"""Passages whose sentences are weighed, or that a model reads: the right one is among them for nearly every question
that any passage answers.
"""
DEFAULT_MODEL = "gpt-6.1-terra"
FIRST_TOKEN_SECONDS = 20.0
"""A model that thinks before it writes takes some seconds; one that hangs must not take longer than people wait."""
ANSWER_SECONDS = 60.0
PACE: Final = Pace(between=1.05, group_per_minute=18, per_second=25)
"""A little under what Telegram asks of bots: 1 a second in a chat, 20 a minute in a group, 30 a second in all."""
WEBHOOK_LISTEN: Final = Address("127.0.0.1", 8443)
HEALTH: Final = Address("127.0.0.1", 8088)
USER_PER_MINUTE, USER_DAILY, DAILY_QUESTIONS = 20, 200, 10_000
RETENTION_DAYS = 90
WORKERS_QUOTING, WORKERS_WRITING = 2, 4
"""Answers made at the same time: quoting is work for a processor, a model is mostly waited for."""

VARIABLES: Mapping[str, str] = {
    "FOOTNOTE_HOME": "home",
    "FOOTNOTE_ARCHIVE": "archive",
    "FOOTNOTE_EMBEDDINGS": "embeddings",
    "FOOTNOTE_SEARCH": "search",
    "FOOTNOTE_CENTRING": "centring",
    "FOOTNOTE_NAMES": "names",
    "FOOTNOTE_PASSAGES": "passages",
    "FOOTNOTE_MODEL": "model",
    "FOOTNOTE_MODEL_WINDOW": "model_window",
    "FOOTNOTE_MODEL_PRICE": "model_price",
    "FOOTNOTE_DAILY_USD": "daily_usd",
    "FOOTNOTE_FIRST_TOKEN_SECONDS": "first_token_seconds",
    "FOOTNOTE_ANSWER_SECONDS": "answer_seconds",
    "OPENAI_API_KEY": "openai_api_key",
    "OPENAI_BASE_URL": "openai_base_url",
    "CHROMA_URL": "chroma_url",
    "CHROMA_API_KEY": "chroma_api_key",
    "CHROMA_TENANT": "chroma_tenant",
    "CHROMA_DATABASE": "chroma_database",
    "TELEGRAM_BOT_TOKEN": "telegram_bot_token",
    "TELEGRAM_API_BASE_URL": "telegram_api_base_url",
    "TELEGRAM_WEBHOOK_URL": "telegram_webhook_url",
    "TELEGRAM_WEBHOOK_LISTEN": "telegram_webhook_listen",
    "TELEGRAM_WEBHOOK_SECRET": "telegram_webhook_secret",
    "TELEGRAM_PACE": "telegram_pace",
    "TELEGRAM_DRAFTS": "telegram_drafts",
    "FOOTNOTE_ACCESS": "access",
    "FOOTNOTE_ADMINS": "admins",
    "FOOTNOTE_USERS": "users",
    "FOOTNOTE_GROUPS": "groups",
    "FOOTNOTE_USER_PER_MINUTE": "user_per_minute",
    "FOOTNOTE_USER_DAILY": "user_daily",
    "FOOTNOTE_USER_DAILY_USD": "user_daily_usd",
    "FOOTNOTE_DAILY_QUESTIONS": "daily_questions",
    "FOOTNOTE_RETENTION_DAYS": "retention_days",
    "FOOTNOTE_WORKERS": "workers",
    "FOOTNOTE_HEALTH": "health",
}
"""Every variable Footnote reads, and the field of Settings it fills."""

_SECRET = frozenset({"OPENAI_API_KEY", "CHROMA_API_KEY", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"})
_T = TypeVar("_T")
_D = TypeVar("_D")


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run goes by. Secrets never show in `repr`.

    `home`: the folder that holds index, catalogue, history and log. `archive`: the folder indexed when there is no
    index yet; None is the bundled one. `embeddings`: None is the bundled embedder. `model_window`: tokens of prompt and
    reply together; `model_price`: US dollars per million tokens in and out; for both, None is what is known of the
    model. `daily_usd`: what models may cost in a day (UTC), None without limit. `first_token_seconds`,
    `answer_seconds`: how long a model is waited for. `no_model`: quote only, whatever keys are set.

    To compare ways of searching with: `search`: what finds passages and orders them; `centring`: whether vectors are
    freed of what only says their language; `names`: whether spellings of a name meet in the word index. An index made
    with another `centring` or other `names` must be made anew. `passages`: how many are weighed, or read by a model.

    The Telegram bot's: `telegram_webhook_url`: where Telegram calls it; None, it asks Telegram (polling).
    `telegram_webhook_secret`: what Telegram sends along then; None, the bot makes one up at each start.
    `telegram_pace`: how fast it sends; None, as fast as it goes. `telegram_drafts`: whether an answer shows in private
    chats while it is made. `access`: None, see `listed`. `user_per_minute`, `user_daily`: how many questions one person
    may ask, `user_daily_usd`: what models may cost for them in a day (UTC; None: no limit of their own);
    `daily_questions`: how many all may ask. `retention_days`: how long questions and answers are kept; None, until they
    are forgotten. `workers`: answers made at the same time; None, see `worker_count`. `health`: where /health and
    /metrics are served; None, nowhere.
    """

    home: Path
    archive: Path | None = None
    embeddings: str | None = None
    search: Lists = "both"
    centring: bool = True
    names: bool = True
    passages: int = PASSAGES
    model: str = DEFAULT_MODEL
    model_window: int | None = None
    model_price: tuple[float, float] | None = None
    daily_usd: float | None = None
    first_token_seconds: float = FIRST_TOKEN_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = field(default=None, repr=False)  # may carry a user and a password, as CHROMA_URL may
    chroma_url: str | None = field(default=None, repr=False)
    chroma_api_key: str | None = field(default=None, repr=False)
    chroma_tenant: str | None = None
    chroma_database: str | None = None
    telegram_bot_token: str | None = field(default=None, repr=False)
    telegram_api_base_url: str | None = field(default=None, repr=False)
    telegram_webhook_url: str | None = field(default=None, repr=False)
    telegram_webhook_listen: Address = WEBHOOK_LISTEN
    telegram_webhook_secret: str | None = field(default=None, repr=False)
    telegram_pace: Pace | None = PACE
    telegram_drafts: bool = True
    access: Access | None = None
    admins: tuple[int, ...] = ()
    users: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    user_per_minute: int = USER_PER_MINUTE
    user_daily: int = USER_DAILY
    user_daily_usd: float | None = None
    daily_questions: int = DAILY_QUESTIONS
    retention_days: int | None = RETENTION_DAYS
    workers: int | None = None
    health: Address | None = HEALTH
    no_model: bool = False

    @classmethod
    def from_env(cls, environment: Mapping[str, str], *, home: Path | None = None, no_model: bool = False) -> Settings:
        """The settings in these variables; an empty value counts as unset. `home` wins over FOOTNOTE_HOME.

        Raises BadSettings, which names every value that is wrong and what it should look like.
        """
        problems: list[str] = []

        def read(name: str, parse: Callable[[str], _T], default: _D) -> _T | _D:
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
            home=home.expanduser() if home is not None else read("FOOTNOTE_HOME", values.folder, default_home()),
            archive=read("FOOTNOTE_ARCHIVE", values.folder, None),
            embeddings=read("FOOTNOTE_EMBEDDINGS", values.embeddings, None),
            search=read("FOOTNOTE_SEARCH", values.lists, "both"),
            centring=read("FOOTNOTE_CENTRING", values.switch, True),
            names=read("FOOTNOTE_NAMES", values.switch, True),
            passages=read("FOOTNOTE_PASSAGES", values.passages, PASSAGES),
            model=read("FOOTNOTE_MODEL", values.word, DEFAULT_MODEL),
            model_window=read("FOOTNOTE_MODEL_WINDOW", values.window, None),
            model_price=read("FOOTNOTE_MODEL_PRICE", values.price, None),
            daily_usd=read("FOOTNOTE_DAILY_USD", values.money, None),
            first_token_seconds=read("FOOTNOTE_FIRST_TOKEN_SECONDS", values.seconds, FIRST_TOKEN_SECONDS),
            answer_seconds=read("FOOTNOTE_ANSWER_SECONDS", values.seconds, ANSWER_SECONDS),
            openai_api_key=read("OPENAI_API_KEY", values.word, None),
            openai_base_url=read("OPENAI_BASE_URL", values.url, None),
            chroma_url=read("CHROMA_URL", values.url, None),
            chroma_api_key=read("CHROMA_API_KEY", values.word, None),
            chroma_tenant=read("CHROMA_TENANT", values.word, None),
            chroma_database=read("CHROMA_DATABASE", values.word, None),
            telegram_bot_token=read("TELEGRAM_BOT_TOKEN", values.bot_token, None),
            telegram_api_base_url=read("TELEGRAM_API_BASE_URL", values.bot_api_url, None),
            telegram_webhook_url=read("TELEGRAM_WEBHOOK_URL", values.webhook_url, None),
            telegram_webhook_listen=read("TELEGRAM_WEBHOOK_LISTEN", values.address, WEBHOOK_LISTEN),
            telegram_webhook_secret=read("TELEGRAM_WEBHOOK_SECRET", values.webhook_secret, None),
            telegram_pace=read("TELEGRAM_PACE", values.pace, PACE),
            telegram_drafts=read("TELEGRAM_DRAFTS", values.switch, True),
            access=read("FOOTNOTE_ACCESS", values.access, None),
            admins=read("FOOTNOTE_ADMINS", values.people, ()),
            users=read("FOOTNOTE_USERS", values.people, ()),
            groups=read("FOOTNOTE_GROUPS", values.groups, ()),
            user_per_minute=read("FOOTNOTE_USER_PER_MINUTE", values.count, USER_PER_MINUTE),
            user_daily=read("FOOTNOTE_USER_DAILY", values.count, USER_DAILY),
            user_daily_usd=read("FOOTNOTE_USER_DAILY_USD", values.money, None),
            daily_questions=read("FOOTNOTE_DAILY_QUESTIONS", values.count, DAILY_QUESTIONS),
            retention_days=read("FOOTNOTE_RETENTION_DAYS", values.days, RETENTION_DAYS),
            workers=read("FOOTNOTE_WORKERS", values.workers, None),
            health=read("FOOTNOTE_HEALTH", values.health_address, HEALTH),
            no_model=no_model,
        )
        if problems:
            raise BadSettings(problems)
        return settings

    @property
    def writes(self) -> bool:
        """Whether a language model is to write: a key or a server is set, and nobody said otherwise."""
        return not self.no_model and self._model_set

    @property
    def listed(self) -> bool:
        """Whether only those who are listed or were let in may ask the Telegram bot.

        FOOTNOTE_ACCESS where it is set; else where somebody is listed, or questions may cost money.
        """
        if self.access is not None:
            return self.access == "listed"
        return bool(self.users or self.groups) or self._model_set

    @property
    def worker_count(self) -> int:
        """Answers that the Telegram bot makes at the same time."""
        return self.workers or (WORKERS_WRITING if self.writes else WORKERS_QUOTING)

    @property
    def _model_set(self) -> bool:
        return bool(self.openai_api_key or self.openai_base_url)


def load(
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    home: Path | None = None,
    no_model: bool = False,
    over: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of this run: variables that are set, then `.env` of the working folder, then `.env` of the home.

    `over`: variables that win over all of these, even where they are empty. `environment` and `folder` are the
    process's own unless given. Raises BadSettings.
    """
    variables = dict(os.environ if environment is None else environment)
    here = _dotenv((folder or Path.cwd()) / ".env")
    known = {**here, **_set(variables)}
    chosen = home or Path(known.get("FOOTNOTE_HOME", "").strip() or default_home())
    found = {**_dotenv(chosen.expanduser() / ".env"), **known, **(over or {})}
    return Settings.from_env(found, home=home, no_model=no_model)


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
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    return _set({name: value for name, value in found.items() if value is not None})
