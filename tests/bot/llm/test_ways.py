"""How a server is asked: the strictest way it takes, what it refuses is left out, and what was learnt is remembered."""

from __future__ import annotations

import json

import pytest

from bot.llm.adapter import THINKING
from bot.model_errors import NoObject, NoSuchModel, RequestRefused
from tests.support.asking import LOCAL, MESSAGES, MODEL, SHAPE, VALUE, ask, ask_once, opened
from tests.support.model_server import ModelServer, Received, Reply, fail, say


def ways(server: ModelServer) -> list[str]:
    return [request.way for request in server.requests]


def test_a_schema_is_asked_for_strictly_and_the_object_comes_back(server: ModelServer) -> None:
    server.play(say(VALUE))
    assert ask_once(server).value == VALUE
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body["model"] == MODEL
    assert request.body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "weather", "description": SHAPE.description, "strict": True, "schema": SHAPE.schema},
    }
    assert request.body["messages"] == [{"role": m.role, "content": m.text} for m in MESSAGES]


@pytest.mark.parametrize("status", [400, 404, 422, 501])
def test_a_server_without_schemas_is_given_a_tool_that_must_be_called(server: ModelServer, status: int) -> None:
    server.play(say(VALUE))
    server.refuses = {"response_format": status}
    assert ask_once(server).value == VALUE
    assert ways(server) == ["schema", "tool"]
    body = server.requests[1].body
    assert body["tools"][0]["function"]["parameters"] == SHAPE.schema
    assert body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}


@pytest.mark.parametrize("stream", [True, False])
def test_a_server_without_schemas_and_tools_is_told_in_words(server: ModelServer, stream: bool) -> None:
    server.play(say(f"Here you are:\n```json\n{json.dumps(VALUE)}\n```"))
    server.refuses = {"response_format": 400, "tools": 400}
    server.ignores_stream = not stream
    assert ask_once(server).value == VALUE
    assert ways(server) == ["schema", "tool", "words"]
    system, user = server.requests[2].body["messages"]
    assert system["content"] == MESSAGES[0].text
    assert user["content"].startswith(MESSAGES[1].text)
    assert user["content"].endswith(json.dumps(SHAPE.schema))


@pytest.mark.parametrize("refuses", [["response_format"], ["response_format", "tools"], ["stream"], ["stream_options"]])
def test_what_was_learnt_is_remembered(server: ModelServer, refuses: list[str]) -> None:
    server.respond = lambda _: say(VALUE)
    server.refuses = dict.fromkeys(refuses, 400)
    model = opened(server)
    ask(model)
    learnt = len(server.requests)
    assert learnt == 1 + len(refuses)
    for _ in range(3):
        assert ask(model).value == VALUE
    model.close()
    assert len(server.requests) == learnt + 3


def test_a_server_that_passes_over_the_schema_is_told_in_words(server: ModelServer) -> None:
    def weak(request: Received) -> Reply:
        return say(f"Sure! {json.dumps(VALUE)}" if request.way == "words" else "It rains, I believe.")

    server.respond = weak
    server.ignores_shape = True
    model = opened(server)
    assert ask(model).value == VALUE
    assert ask(model).value == VALUE
    model.close()
    assert ways(server) == ["schema", "words", "words"]


def test_an_object_of_another_shape_is_none(server: ModelServer) -> None:
    server.respond = lambda _: say({"weather": "fine"})
    with pytest.raises(NoObject):
        ask_once(server)
    assert ways(server) == ["schema", "words"]


def test_a_model_that_writes_the_object_as_text_though_a_tool_is_to_be_called(server: ModelServer) -> None:
    server.play(say(VALUE))
    server.refuses = {"response_format": 400}
    server.ignores_shape = True
    assert ask_once(server).value == VALUE


@pytest.mark.parametrize(
    ("name", "refused", "instead"),
    [
        (MODEL, "reasoning_effort", None),
        (MODEL, "max_completion_tokens", "max_tokens"),
        (MODEL, "stream_options", None),
        (LOCAL, "temperature", None),
        (LOCAL, "max_tokens", "max_completion_tokens"),
    ],
)
def test_a_parameter_refused_by_name_is_left_out_or_renamed(
    server: ModelServer, name: str, refused: str, instead: str | None
) -> None:
    server.play(say(VALUE))
    server.refuses = {refused: 400}
    assert ask_once(server, name).value == VALUE
    first, second = (request.body for request in server.requests)
    assert refused in first
    assert refused not in second
    assert instead is None or second[instead] == first[refused]
    assert server.requests[1].way == "schema"


def test_a_server_that_does_not_stream_is_asked_for_a_whole_reply(server: ModelServer) -> None:
    server.play(say(VALUE))
    server.refuses = {"stream": 400}
    assert ask_once(server).value == VALUE
    assert [request.stream for request in server.requests] == [True, False]
    assert "stream_options" not in server.requests[1].body


def test_a_whole_body_in_place_of_a_stream_is_read_and_not_asked_for_twice(server: ModelServer) -> None:
    server.respond = lambda _: say(VALUE)
    server.ignores_stream = True
    model = opened(server)
    assert ask(model).value == ask(model).value == VALUE
    model.close()
    assert [request.stream for request in server.requests] == [True, False]


def test_a_reasoning_model_gets_low_effort_room_to_think_and_no_temperature(server: ModelServer) -> None:
    server.play(say(VALUE))
    ask_once(server)
    body = server.requests[0].body
    assert body["reasoning_effort"] == "low"
    assert body["max_completion_tokens"] == 200 + THINKING
    assert "temperature" not in body


@pytest.mark.parametrize("name", ["o1", "o3-pro", "gpt-5-pro", "gpt-5.1-codex", "gpt-6-luna"])
def test_every_name_is_asked_by_chat_completions_with_nothing_that_its_name_suggests(
    server: ModelServer, name: str
) -> None:
    server.play(say(VALUE))
    assert ask_once(server, name).value == VALUE
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert set(request.body) == {
        "model", "messages", "stream", "stream_options", "max_completion_tokens", "reasoning_effort", "response_format"
    }  # fmt: skip


def test_any_other_model_gets_temperature_0_and_the_older_name_of_the_limit(server: ModelServer) -> None:
    server.play(say(VALUE))
    ask_once(server, LOCAL)
    body = server.requests[0].body
    assert body["temperature"] == 0
    assert body["max_tokens"] == 200
    assert "reasoning_effort" not in body
    assert body["model"] == LOCAL


def test_a_name_that_begins_like_a_provider_is_sent_as_it_is(server: ModelServer) -> None:
    server.play(say(VALUE))
    ask_once(server, "anthropic:claude")
    assert server.requests[0].body["model"] == "anthropic:claude"


def test_a_refusal_of_something_else_is_not_asked_around(server: ModelServer) -> None:
    server.play(fail(400, "invalid_request", "The moon is in the wrong phase."))
    with pytest.raises(RequestRefused):
        ask_once(server)
    assert len(server.requests) == 1


def test_a_server_that_refuses_everything_is_left_after_a_few_requests(server: ModelServer) -> None:
    server.respond = lambda _: fail(400, None, "temperature max_tokens max_completion_tokens response_format stream")
    with pytest.raises(RequestRefused):
        ask_once(server, LOCAL)
    assert len(server.requests) < 10


def test_an_unknown_model_is_not_taken_for_an_unknown_way(server: ModelServer) -> None:
    server.play(fail(404, None, "The model `some-local:7b` does not exist; it has no tools."))
    with pytest.raises(NoSuchModel):
        ask_once(server, LOCAL)
    assert len(server.requests) == 1
