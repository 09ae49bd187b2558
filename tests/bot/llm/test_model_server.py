"""The scripted server itself, asked by the plain client: what other tests rest on."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import openai
import pytest

from tests.support.model_server import ModelServer, fail, say, silent, stalling

pytestmark = pytest.mark.timeout(20)
ASKED: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "How is the weather?"}]


@pytest.fixture
def client(server: ModelServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="k", base_url=server.url, max_retries=0, timeout=5) as made:
        yield made


def test_replies_come_in_order_streamed_or_not(server: ModelServer, client: openai.OpenAI) -> None:
    server.play(say("It rains, and it blows.", size=4), say("No more."))
    events = client.chat.completions.create(model="m", messages=ASKED, stream=True)
    words = [event.choices[0].delta.content for event in events]
    assert "".join(word or "" for word in words) == "It rains, and it blows."
    assert len(words) > 5
    whole = client.chat.completions.create(model="m", messages=ASKED)
    assert whole.choices[0].message.content == "No more."
    assert whole.usage is not None
    assert whole.usage.prompt_tokens == 100
    assert [request.stream for request in server.requests] == [True, False]
    assert server.requests[0].text == "How is the weather?"


def test_a_callable_answers_what_the_script_does_not(server: ModelServer, client: openai.OpenAI) -> None:
    server.play(say("first"))
    server.respond = lambda request: say(f"You said: {request.text}")
    replies = [client.chat.completions.create(model="m", messages=ASKED).choices[0].message.content for _ in range(2)]
    assert replies == ["first", "You said: How is the weather?"]


def test_a_request_beyond_the_script_fails_by_name(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="m", messages=ASKED)
    assert caught.value.code == "script_has_run_out"


def test_an_error_has_status_code_and_headers(server: ModelServer, client: openai.OpenAI) -> None:
    server.play(fail(429, "rate_limit_exceeded", retry_after="7"))
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model="m", messages=ASKED)
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.response.headers["retry-after"] == "7"


def test_embeddings_and_models_are_served(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model="e", input=["a", "bcd"], encoding_format="float")
    assert [row.embedding for row in answer.data] == [[1.0, 1.0, 1.0], [3.0, 1.0, 1.0]]
    assert [model.id for model in client.models.list()] == ["scripted"]


def test_it_stops_at_once_whatever_hangs_in_it() -> None:
    with ModelServer(silent(), stalling("It rains.")) as server:
        host, port = server.url.removeprefix("http://").removesuffix("/v1").split(":")
        body = b'{"model": "m", "stream": true, "messages": []}'
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        hanging = [socket.create_connection((host, int(port))) for _ in range(2)]
        for connection in hanging:
            connection.sendall(head + body)
        assert hanging[1].recv(10) or hanging[0].recv(10)
    for connection in hanging:
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
