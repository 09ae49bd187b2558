"""Chat models: what is asked of one, and what comes back.

The values here load nothing heavy. A reply is data to be checked: nothing in it is shown as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.types import Usage

Role = Literal["system", "user", "assistant"]
Partly = Callable[[Mapping[str, Any]], object]
"""Called with the JSON object of a reply as far as it has come, each time more of it has."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The JSON object that a reply is to be. `schema`: JSON Schema, every property required, none further allowed."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: a JSON object, of the shape asked for only as far as the server holds to it; and what it used."""

    value: Mapping[str, Any]
    usage: Usage


class ChatModel(Protocol):
    """A language model. `name`: as its server knows it; `window`: tokens that prompt and reply may have together."""

    name: str
    window: int

    def load(self) -> None:
        """Load what asking needs, which takes seconds the first time; so that they are nobody's waiting time."""

    def count(self, text: str) -> int:
        """Tokens of a text, by the model's own encoding or an estimate."""

    def ask(
        self,
        messages: Sequence[Message],
        shape: Shape,
        *,
        max_tokens: int,
        seconds: float,
        partly: Partly | None = None,
    ) -> Reply:
        """The reply, within `seconds` and `max_tokens`. Raises ModelError; Stopped where the answer is stopped."""

    def close(self) -> None:
        """Give back the connections."""
