"""How one server wants to be asked, and what its refusals teach about that.

Servers that speak OpenAI's language differ in what they take: a JSON schema, a tool to be called or neither; streaming;
temperature or reasoning effort; which of two names for the limit of tokens. A `Dialect` says all of that, and a refusal
that names one of these gives the next one to try. Sends nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from bot.models import Shape

Way = Literal["schema", "tool", "words"]
"""How the shape of a reply is asked for: `response_format`, a tool that must be called, or words in the prompt."""

EFFORT: Final = "low"
"""The least that every reasoning model takes: "minimal" is for GPT-5 alone, "none" for some of the later ones."""
REFUSING: Final = frozenset({400, 404, 422, 500, 501})
"""Statuses with which servers refuse a parameter; llama.cpp answers 500 to tools it wasn't started for."""

_WAY = re.compile(r"response[_ ]format|json[_ ]schema|structured output|grammar|\btools?\b|tool_choice|function call")
_UNSUPPORTED = re.compile(
    r"not (?:yet )?(?:supported|implemented|permitted|allowed|available)|unsupported|n[o']t support|unavailable"
    r"|(?:unknown|unrecogni[sz]ed|unexpected|extra|additional) (?:\w+ )?(?:field|parameter|argument|input|key|propert)"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is sent beside the messages. `limit`: what the server calls the most tokens a reply may have.

    `usage`: whether figures are asked for at the end of a stream. `effort`: whether reasoning effort is sent.
    """

    way: Way = "schema"
    stream: bool = True
    usage: bool = True
    temperature: bool = True
    effort: bool = False
    limit: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"

    def body(self, shape: Shape, max_tokens: int) -> dict[str, Any]:
        """The fields of a request, without model, messages and `stream`."""
        fields: dict[str, Any] = {self.limit: max_tokens}
        if self.temperature:
            fields["temperature"] = 0
        if self.effort:
            fields["reasoning_effort"] = EFFORT
        if self.stream and self.usage:
            fields["stream_options"] = {"include_usage": True}
        return fields | _asking_for(shape, self.way)


def _asking_for(shape: Shape, way: Way) -> dict[str, Any]:
    if way == "schema":
        schema = {"name": shape.name, "description": shape.description, "strict": True, "schema": shape.schema}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    if way == "tool":
        function = {"name": shape.name, "description": shape.description, "parameters": shape.schema}
        chosen = {"type": "function", "function": {"name": shape.name}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": chosen}
    return {}


def in_words(shape: Shape) -> str:
    """The shape as a request that ends a prompt, for the way "words"."""
    schema = json.dumps(shape.schema, ensure_ascii=False)
    return f"\n\nAnswer with one JSON object and nothing else ({shape.description}). Its JSON Schema:\n{schema}"


def plainer(dialect: Dialect) -> Dialect | None:
    """The same with the next way to ask for a shape; None after the last."""
    if dialect.way == "words":
        return None
    return replace(dialect, way="tool" if dialect.way == "schema" else "words")


def after_refusal(dialect: Dialect, status: int, message: str) -> Dialect | None:
    """The dialect to try after a refusal with this status and message (the parameter's name included).

    None: the refusal is not about how we asked.
    """
    said = message.lower()
    if status == 500:  # a server in trouble may say anything; only this much is a refusal
        return plainer(dialect) if _WAY.search(said) else None
    if dialect.stream and dialect.usage and re.search(r"stream_options|include_usage", said):
        return replace(dialect, usage=False)
    if dialect.temperature and "temperature" in said:
        return replace(dialect, temperature=False)
    if dialect.effort and re.search(r"reasoning[_. ]effort", said):
        return replace(dialect, effort=False)
    if dialect.limit in said:
        other: Literal["max_completion_tokens", "max_tokens"] = (
            "max_tokens" if dialect.limit == "max_completion_tokens" else "max_completion_tokens"
        )
        return replace(dialect, limit=other)
    if _WAY.search(said) and plainer(dialect):
        return plainer(dialect)
    if dialect.stream and re.search(r"\bstream(?:ing|ed)?\b", said):
        return replace(dialect, stream=False)
    if status == 501 or (status != 404 and _UNSUPPORTED.search(said)):
        return plainer(dialect)
    return None
