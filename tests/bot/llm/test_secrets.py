"""The key goes to the server and nowhere else, and nothing goes anywhere but to the server."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator

import pytest

from bot.llm.adapter import open_model
from bot.model_errors import ModelError
from tests.support.asking import KEY, MESSAGES, VALUE, ask, ask_once, opened
from tests.support.model_server import ModelServer, Reply, cut_short, dropped, fail, page, refusal, say

PROMPT = MESSAGES[1].text


@pytest.fixture
def elsewhere() -> Iterator[socket.socket]:
    """A port on which nobody should call; whoever does is accepted."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        yield listener


def texts(error: ModelError) -> str:
    """All that could be printed of an error and of what it came from."""
    return "\n".join([str(error), repr(error), error.detail, *traceback.format_exception(error), repr(vars(error))])


ECHOES = [
    *(fail(status, KEY, f"Incorrect API key provided: {KEY} in {PROMPT}") for status in (400, 401, 403, 404, 429, 500)),
    fail(400, None, f"response_format: {KEY} {PROMPT}"),
    page(f"<title>{KEY} {PROMPT}</title>"),
    page(f"<title>{KEY} {PROMPT}</title>", status=502),
    Reply(raw=f'{{"error": {{"message": "{KEY} {PROMPT}", "code": "{KEY}"}}}}'),
    Reply(raw=f'data: {{"error": {{"message": "{KEY}", "type": "{KEY}"}}}}\n\n', kind="text/event-stream"),
    Reply(raw=f"data: {KEY} {PROMPT}\n\n", kind="text/event-stream"),
    say(f"{KEY} {PROMPT}"),
    refusal(f"{KEY} {PROMPT}"),
    cut_short(f"{KEY} {PROMPT}"),
    dropped(f"{KEY} {PROMPT}", pieces=1),
]


@pytest.mark.parametrize("reply", ECHOES)
@pytest.mark.parametrize("echoes", [True, False])
def test_no_text_holds_the_key_or_the_prompt_even_where_the_server_echoes_them(
    server: ModelServer, caplog: pytest.LogCaptureFixture, reply: Reply, echoes: bool
) -> None:
    server.respond = lambda _: reply
    server.echoes_key = echoes
    with caplog.at_level(logging.INFO), pytest.raises(ModelError) as caught:
        ask_once(server)
    assert caught.value.__cause__ is caught.value.__context__ is None
    for text in (texts(caught.value), caplog.text):
        assert KEY not in text
        assert KEY[3:] not in text
        assert PROMPT not in text
    assert f"Bearer {KEY}" == server.requests[0].headers["authorization"]


def test_a_key_of_letters_echoed_as_an_error_code_is_not_quoted(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.play(fail(418, "OpenSesame"))
    with caplog.at_level(logging.INFO), pytest.raises(ModelError) as caught:
        ask_once(server, api_key="OpenSesame")
    assert "sesame" not in (caught.value.detail + str(caught.value) + caplog.text).lower()
    assert "HTTP 418" in caplog.text


def test_neither_the_model_nor_what_it_is_made_of_shows_the_key(server: ModelServer) -> None:
    server.play(say(VALUE))
    model = opened(server)
    ask(model)
    model.close()
    assert KEY not in repr(model) + str(model) + repr(model._chat) + str(model._chat)


def test_the_password_of_an_address_is_in_no_text_and_stands_in_place_of_the_key(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    password = "-".join(["pass", "word"])  # in pieces: a traceback shows these lines
    server.respond = lambda _: fail(401)
    with caplog.at_level(logging.INFO, "bot.llm.adapter"), pytest.raises(ModelError) as caught:
        ask_once(server, base_url=server.url.replace("http://", f"http://user:{password}@"))
    assert password not in texts(caught.value) + caplog.text
    assert server.requests[0].headers["authorization"].startswith("Basic ")


def test_a_server_without_keys_is_sent_none(server: ModelServer) -> None:
    server.play(say(VALUE))
    ask_once(server, api_key=None)
    assert "authorization" not in server.requests[0].headers


def test_the_environment_changes_nothing_and_nobody_else_is_called(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, elsewhere: socket.socket
) -> None:
    address = "http://{}:{}".format(*elsewhere.getsockname())
    server.respond = lambda _: say(VALUE)
    ask_once(server)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_PROXY", "LANGSMITH_GATEWAY", "LANGSMITH_ENDPOINT"):
        monkeypatch.setenv(name, address)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, address)
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "sk-of-the-environment")
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_of_the_environment")
    monkeypatch.setenv("LANGSMITH_GATEWAY_API_KEY", "lsv2_of_the_environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Custom: sk-of-the-environment\nAuthorization: Bearer of-another")
    monkeypatch.setenv("LC_OUTPUT_VERSION", "v1")
    monkeypatch.setenv("LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S", "0.000001")
    ask_once(server)
    before, after = server.requests
    assert before.headers == after.headers
    assert before.body == after.body
    with pytest.raises(TimeoutError):
        elsewhere.accept()


def test_nothing_about_this_machine_is_sent(server: ModelServer) -> None:
    server.play(say(VALUE))
    ask_once(server)
    own = {"x-stainless-raw-response"}
    assert {name for name in server.requests[0].headers if name.startswith("x-")} <= own


def test_opening_a_model_sends_nothing_and_needs_no_environment(
    elsewhere: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    model = open_model("gpt-5-mini", api_key=None, base_url="http://{}:{}/v1".format(*elsewhere.getsockname()))
    assert model.count("Twelve words are more than enough to see that something is counted.") > 10
    model.close()
    with pytest.raises(TimeoutError):
        elsewhere.accept()
