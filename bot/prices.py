"""What OpenAI's models cost, how much they take in and how they count, by name (`prices.json`, dated).

A price holds for the name wherever it is served; where that is wrong (a server of one's own, another maker's model),
a price of one's own is set. Does not know regional, batch or priority prices, nor those of prompts past 272,000
tokens, which Footnote doesn't send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from bot.errors import DamagedInstallation

FILE = "prices.json"

UNKNOWN_WINDOW: Final = 4096
"""Tokens taken for the context window of a model we don't know: what Ollama gives a model by default. It cuts a longer
prompt without a word, so guessing more would lose the question.
"""
ENCODING: Final = "o200k_base"
"""Of OpenAI's current models; where tiktoken has none for a name, counting in this is an estimate."""
_MILLION: Final = 1_000_000
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_REASONING = re.compile(r"(?:o\d|gpt-[5-9])(?!.*-chat)")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. `cached`: of a prompt the server remembers; `cache_write`: of one it stores.

    None: not known, or the same as `input`.
    """

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None

    def cost(self, input_tokens: int, output_tokens: int, *, cached: int = 0, written: int = 0) -> float:
        """US dollars. `cached` and `written` tokens are among `input_tokens`."""
        plain = input_tokens - cached - written
        read = self.input if self.cached is None else self.cached
        write = self.input if self.cache_write is None else self.cache_write
        return (plain * self.input + cached * read + written * write + output_tokens * self.output) / _MILLION

    def most(self, input_tokens: int, output_tokens: int) -> float:
        """US dollars at most: no token cached, or all of them stored, whichever is dearer."""
        dearest = max(self.input, self.cache_write or 0.0)
        return (input_tokens * dearest + output_tokens * self.output) / _MILLION


@dataclass(frozen=True, slots=True)
class Known:
    """A model of the list: its price, and how many tokens prompt and reply may have together."""

    price: Price
    window: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """What `prices.json` holds. `as_of`: the day it was true (YYYY-MM-DD); `source`: where that was read."""

    as_of: str
    source: str
    models: Mapping[str, Known]


def from_json(text: str) -> PriceList:
    """Read the file's text. Raises ValueError, KeyError or TypeError when it isn't what it should be."""
    values = json.loads(text)
    models = {
        name: Known(
            Price(float(row["input"]), float(row["output"]), row.get("cached"), row.get("cache_write")),
            int(row["window"]),
        )
        for name, row in values["models"].items()
    }
    return PriceList(values["as_of"], values["source"], models)


@lru_cache(maxsize=1)
def price_list() -> PriceList:
    """The list that comes with Footnote. Raises DamagedInstallation when its file is missing or damaged."""
    try:
        return from_json((files("bot") / FILE).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedInstallation(FILE) from error


def known(model: str) -> Known | None:
    """What is known of a model; a dated snapshot (`gpt-5-mini-2025-08-07`) is its family. None: not on the list."""
    models = price_list().models
    name = _plain(model)
    return models.get(name) or models.get(_SNAPSHOT.sub("", name))


def encoding(model: str) -> str:
    """The encoding a model counts in, by tiktoken's own table; ENCODING where it has none that we can count in."""
    from tiktoken.model import encoding_name_for_model

    from retrieval.tokens import ENCODINGS

    try:
        name = encoding_name_for_model(_plain(model))
    except KeyError:
        return ENCODING
    return name if name in ENCODINGS else ENCODING


def reasons(model: str) -> bool:
    """Whether it is one of OpenAI's reasoning models: they think before they write, and take no temperature."""
    return _REASONING.match(_plain(model)) is not None


def _plain(model: str) -> str:
    """The name as OpenAI writes it; gateways put the maker before it."""
    return model.lower().removeprefix("openai/")
