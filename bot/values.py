"""What a setting's value should look like: each reader takes what was written and gives the value.

A reader raises ValueError with what the value should be, to be read after "should be". Does not know the settings by
name and reads no environment.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, NamedTuple, cast
from urllib.parse import urlsplit

from retrieval.types import Lists

Access = Literal["open", "listed"]

LEAST_WINDOW = 3000
"""Tokens that prompt, a few passages and a reply need."""
_AMOUNT = r"\d{1,6}(?:\.\d{1,6})?"


class Address(NamedTuple):
    """Where something listens on this machine: port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Pace(NamedTuple):
    """How fast to send: seconds between two messages in a chat, messages a minute in a group, a second in all."""

    between: float
    group_per_minute: int
    per_second: int


def folder(value: str) -> Path:
    """The path of a folder; `~` is the person's own."""
    if "\0" in value:
        raise ValueError("the path of a folder")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:  # `~nobody/x`: there is no such user
        raise ValueError("the path of a folder") from error


def word(value: str) -> str:
    """A name or a key."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("one word without spaces or accents")
    return value


def embeddings(value: str) -> str:
    """The name of an embedder."""
    if re.fullmatch(r"openai:\S+|[A-Za-z_][\w.]*:[A-Za-z_]\w*", value) is None:
        raise ValueError("openai:MODEL or package.module:Class")
    return value


def window(value: str) -> int:
    """Tokens."""
    if re.fullmatch(r"\d{4,8}", value, re.ASCII) is None or int(value) < LEAST_WINDOW:
        raise ValueError(f"a number of tokens from {LEAST_WINDOW} on, such as 128000")
    return int(value)


def price(value: str) -> tuple[float, float]:
    """US dollars per million tokens in and out."""
    parts = value.split("/")
    if len(parts) != 2 or not all(re.fullmatch(_AMOUNT, part.strip(), re.ASCII) for part in parts):
        raise ValueError("US dollars per million tokens in and out, such as 0.25/2")
    return float(parts[0]), float(parts[1])


def money(value: str) -> float:
    """US dollars."""
    if re.fullmatch(_AMOUNT, value, re.ASCII) is None:
        raise ValueError("an amount in US dollars, such as 2.50")
    return float(value)


def seconds(value: str) -> float:
    """Seconds, up to an hour."""
    if re.fullmatch(_AMOUNT, value, re.ASCII) is None or not 0 < float(value) <= 3600:
        raise ValueError("a number of seconds, such as 30")
    return float(value)


def count(value: str) -> int:
    """A number of things, at least one."""
    return _whole(value, "a number from 1 on, such as 20")


def workers(value: str) -> int:
    """Threads, few enough for a machine."""
    return _whole(value, "a number from 1 to 64", most=64)


def passages(value: str) -> int:
    """Passages, few enough to weigh while somebody waits."""
    return _whole(value, "a number from 1 to 50", most=50)


def days(value: str) -> int | None:
    """Days; None for ever."""
    if value == "forever":
        return None
    return _whole(value, "a number of days from 1 on, such as 90, or forever")


def _whole(value: str, wanted: str, most: int = 999_999) -> int:
    if re.fullmatch(r"\d{1,6}", value, re.ASCII) is None or not 1 <= int(value) <= most:
        raise ValueError(wanted)
    return int(value)


def switch(value: str) -> bool:
    """On or off."""
    if value not in ("on", "off"):
        raise ValueError("on or off")
    return value == "on"


def lists(value: str) -> Lists:
    """What finds passages and orders them."""
    if value not in ("both", "words", "vectors"):
        raise ValueError("both, words or vectors")
    return cast("Lists", value)


def url(value: str) -> str:
    """The address of a server."""
    wanted = "an address such as http://localhost:8000"
    try:
        parts = urlsplit(value)
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:  # a port that is no number, a broken [address]
        raise ValueError(wanted) from error
    if not well_formed or any(character.isspace() for character in value):
        raise ValueError(wanted)
    return value


def webhook_url(value: str) -> str:
    """The address Telegram calls. A Bot API server on this machine may call it without TLS, Telegram's own may not."""
    wanted = "an https address that Telegram can reach, such as https://bot.example/footnote"
    try:
        parts = urlsplit(url(value))
    except ValueError as error:
        raise ValueError(wanted) from error
    if parts.scheme != "https" and not _here(parts.hostname or ""):
        raise ValueError(wanted)
    return value


def webhook_secret(value: str) -> str:
    """What Telegram sends along, so that nobody else can; the characters are those its setWebhook takes."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value, re.ASCII) is None:
        raise ValueError("1 to 256 letters, digits, _ and -")
    return value


def address(value: str) -> Address:
    """A host and a port to listen on."""
    return _address(value, "a host and a port such as 127.0.0.1:8443")


def health_address(value: str) -> Address | None:
    """A port on this machine; None for off. What is told there is for those who run the bot, not for the network."""
    wanted = "a port of this machine such as 127.0.0.1:8088 (port 0: any that is free), or off"
    if value == "off":
        return None
    found = _address(value, wanted)
    if not _here(found.host):
        raise ValueError(wanted)
    return found


def _address(value: str, wanted: str) -> Address:
    try:
        parts = urlsplit(f"//{value}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(wanted) from error
    if not host or port is None or parts.netloc != value or "@" in value:
        raise ValueError(wanted)
    return Address(host, port)


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def pace(value: str) -> Pace | None:
    """How fast to send; None as fast as it goes."""
    if value == "off":
        return None
    parts = re.fullmatch(rf"({_AMOUNT})/(\d{{1,4}})/(\d{{1,4}})", value, re.ASCII)
    if parts is None or not int(parts[2]) or not int(parts[3]):
        raise ValueError(
            "seconds between messages in a chat, messages a minute in a group, and a second in all, such as "
            "1.05/18/25, or off"
        )
    return Pace(float(parts[1]), int(parts[2]), int(parts[3]))


def bot_token(value: str) -> str:
    """A Telegram bot's token."""
    if re.fullmatch(r"\d+:[\w-]+", value, re.ASCII) is None:
        raise ValueError("a token from @BotFather, such as 123456:ABC-def")
    return value


def bot_api_url(value: str) -> str:
    """A Bot API server, to whose address the token is appended."""
    address = url(value).rstrip("/")
    if not address.endswith("/bot"):
        raise ValueError("an address that ends in /bot, such as http://localhost:8081/bot")
    return address


def access(value: str) -> Access:
    """Whether anybody may ask."""
    if value not in ("open", "listed"):
        raise ValueError("open or listed")
    return cast("Access", value)


def people(value: str) -> tuple[int, ...]:
    """Telegram user ids."""
    return _numbers(value, r"\d{1,19}", "Telegram user ids separated by commas, such as 1234567, 7654321")


def groups(value: str) -> tuple[int, ...]:
    """Telegram group ids."""
    return _numbers(value, r"-?\d{1,19}", "Telegram group ids separated by commas, such as -1001234567890")


def _numbers(value: str, form: str, wanted: str) -> tuple[int, ...]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(re.fullmatch(form, part, re.ASCII) for part in parts):
        raise ValueError(wanted)
    return tuple(int(part) for part in parts)
