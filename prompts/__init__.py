"""The texts given to a language model, as files a person can read and compare: `NAME.md` beside this module.

A file has two parts, each under a heading of its own line: `# System`, then `# User`. What stands before the first is
for people and is not sent. `{{name}}` marks where a value goes: single braces, as JSON has them, mean nothing here.
Does not talk to a model, and does not judge what it is given to fill in.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bot.errors import DamagedInstallation
from bot.models import Message

LANGUAGES = {"en": "English", "fr": "French"}
"""The names of the languages, as prompts call them."""

_PARTS = re.compile(r"^# System$\s*(\S.*?)\s*^# User$\s*(\S.*?)\s*\Z", re.MULTILINE | re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with its placeholders. `digest`: the first 12 hex digits of the sha256 of its file's text."""

    system: str
    user: str
    digest: str

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that `fill` wants a value for."""
        return frozenset(_PLACEHOLDER.findall(self.system) + _PLACEHOLDER.findall(self.user))

    def fill(self, **values: str) -> list[Message]:
        """The messages to send. A value goes in as it is: `{{name}}` within one is text, and stays.

        Raises ValueError when the names are not exactly those of the placeholders.
        """
        if values.keys() != self.placeholders:
            raise ValueError(f"the prompt has {sorted(self.placeholders)}, not {sorted(values)}")
        system, user = (_PLACEHOLDER.sub(lambda match: values[match[1]], part) for part in (self.system, self.user))
        return [Message("system", system), Message("user", user)]


def parse(text: str) -> Prompt:
    """A file's text as a prompt. Raises ValueError when it isn't one."""
    parts = _PARTS.search(text)
    if parts is None:
        raise ValueError("there is no # System followed by # User")
    if text.count("{{") != len(_PLACEHOLDER.findall(text)):
        raise ValueError("{{ begins no placeholder")
    return Prompt(parts[1], parts[2], hashlib.sha256(text.encode()).hexdigest()[:12])


@lru_cache
def load(name: str, *placeholders: str) -> Prompt:
    """The prompt of `prompts/NAME.md`, with the placeholders that the caller is going to fill.

    Raises DamagedInstallation when the file is missing, is no prompt, or has other placeholders.
    """
    file = f"{name}.md"
    try:
        prompt = parse((files("prompts") / file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedInstallation(f"prompts/{file}") from error
    if prompt.placeholders != set(placeholders):
        raise DamagedInstallation(f"prompts/{file}")
    return prompt
