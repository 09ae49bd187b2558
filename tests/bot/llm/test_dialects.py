"""What refusals teach, in the words of the servers that give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.llm.dialects import Dialect, after_refusal, plainer
from bot.models import Shape

FULL = Dialect(effort=True)
SHAPE = Shape("weather", "the weather", {"type": "object"})


@pytest.mark.parametrize(
    ("status", "message", "changed"),
    [
        (400, "response_format Invalid parameter: 'response_format' of type 'json_schema' is not supported", "way"),
        (400, "This model does not support response format `json_schema`.", "way"),
        (400, "'response_format.type' must be 'json_object' or 'text'", "way"),
        (400, "Failed to initialize samplers: failed to parse grammar", "way"),
        (422, "body response_format Extra inputs are not permitted", "way"),
        (404, "No endpoints found that support structured outputs.", "way"),
        (500, "Unsupported response_format", "way"),
        (501, "", "way"),
        (400, "This is not supported here.", "way"),
        (400, "temperature Unsupported value: 'temperature' does not support 0 with this model.", "temperature"),
        (400, "reasoning_effort Unsupported value: 'low' is not supported.", "effort"),
        (400, "Unrecognized request argument supplied: reasoning_effort", "effort"),
        (400, "max_completion_tokens: unknown field", "limit"),
        (422, "body stream_options Extra inputs are not permitted", "usage"),
        (400, "stream Your organization must be verified to stream this model.", "stream"),
        (400, "Streaming is not supported.", "stream"),
    ],
)
def test_a_refusal_changes_what_it_names_and_nothing_else(status: int, message: str, changed: str) -> None:
    after = after_refusal(FULL, status, message)
    assert after is not None
    differing = [name for name in Dialect.__slots__ if getattr(after, name) != getattr(FULL, name)]
    assert differing == [changed]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, ""),
        (400, "messages The first message must be the user's."),
        (404, "Not Found"),
        (404, "This page is not available."),
        (500, "Internal Server Error"),
        (500, "The upstream server has run out of temperature."),
    ],
)
def test_a_refusal_of_something_else_teaches_nothing(status: int, message: str) -> None:
    assert after_refusal(FULL, status, message) is None


def test_what_is_not_sent_is_not_left_out_once_more() -> None:
    bare = Dialect(way="words", stream=False, usage=False, temperature=False, effort=False)
    for message in ("response_format", "tools", "stream", "stream_options", "temperature", "reasoning_effort"):
        assert after_refusal(bare, 400, f"{message} is not supported") is None


@pytest.mark.parametrize(
    "message",
    ["tool_choice is not supported", '"auto" tool choice requires --enable-auto-tool-choice', "does not support tools"],
)
def test_a_tool_refused_leaves_words(message: str) -> None:
    assert after_refusal(replace(FULL, way="tool"), 400, message) == replace(FULL, way="words")


def test_the_limit_is_renamed_both_ways() -> None:
    older = replace(FULL, limit="max_tokens")
    assert after_refusal(older, 400, "'max_tokens' is not supported. Use 'max_completion_tokens'.") == FULL
    assert after_refusal(FULL, 400, "max_completion_tokens: Extra inputs are not permitted") == older


def test_the_ways_grow_plainer_and_end() -> None:
    ways = []
    dialect: Dialect | None = FULL
    while dialect is not None:
        ways.append(dialect.way)
        dialect = plainer(dialect)
    assert ways == ["schema", "tool", "words"]


def test_a_request_in_words_asks_for_nothing_beside() -> None:
    bare = Dialect(way="words", stream=False, temperature=False)
    assert bare.body(SHAPE, 10) == {"max_completion_tokens": 10}
