"""The bot's own sentences, in two catalogues of equal keys and placeholders: `en.toml` and `fr.toml`.

A key is `section.name`; a sentence that depends on a number has `name.one` and `name.many`. Sentences of an answer
itself (why it declines, dates, quotation marks) are `bot.render.phrases`'s, shared with the other doors.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from retrieval.types import LANGUAGES


class Texts:
    """One language's sentences. `language` is its two-letter code."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.sentences = sentences

    def __call__(self, key: str, **values: object) -> str:
        """The sentence with its placeholders filled. Raises KeyError for an unknown key or a value left out."""
        return self.sentences[key].format(**values)

    def count(self, key: str, count: int, **values: object) -> str:
        """`key.one` or `key.many`, with {count} filled: French counts 0 as one, English does not."""
        one = count < 2 if self.language == "fr" else count == 1
        return self(f"{key}.{'one' if one else 'many'}", count=count, **values)


@cache
def texts(language: str) -> Texts:
    """The sentences of this language; English for one there are none of."""
    known = language if language in LANGUAGES else "en"
    return Texts(known, _flat(tomllib.loads((files(__name__) / f"{known}.toml").read_text("utf-8"))))


def _flat(tree: Mapping[str, Any], path: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{path}.{name}" if path else name
        flat |= {key: value} if isinstance(value, str) else _flat(value, key)
    return flat
