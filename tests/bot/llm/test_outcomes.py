"""Every way a model can fail to answer has its name, and only what may pass is tried again."""

from __future__ import annotations

import json
import socket
import ssl

import openai
import pytest
from httpx2 import Request

from bot import model_errors as errors
from bot.llm.adapter import RETRIES
from bot.llm.failures import named, retry_after
from bot.model_errors import ModelError
from tests.support.asking import VALUE, ask_once
from tests.support.model_server import (
    ModelServer,
    Reply,
    cut_short,
    dropped,
    fail,
    filtered,
    page,
    refusal,
    say,
    unfinished,
)

WORDS = json.dumps(VALUE)
ANSWERED = [
    (refusal(), errors.ModelRefused),
    (filtered(), errors.ContentFiltered),
    (filtered(WORDS), errors.ContentFiltered),
    (cut_short(WORDS[:-5]), errors.CutShort),
    (cut_short(""), errors.CutShort),
    (say(WORDS[:-5]), errors.CutShort),
    (say(""), errors.EmptyReply),
    (say(" \n"), errors.EmptyReply),
    (page(), errors.NotAnApi),
    (Reply(raw="{}"), errors.NotAnApi),
    (Reply(raw='{"choices": []}'), errors.NotAnApi),
    (Reply(raw="[]"), errors.NotAnApi),
    (Reply(raw='"rain"'), errors.NotAnApi),
    (Reply(raw=""), errors.NotAnApi),
    (Reply(raw='{"choices": [{"mess'), errors.NotAnApi),
]
REFUSED = [
    (fail(401, "invalid_api_key"), errors.WrongKey),
    (fail(403), errors.NotAllowed),
    (fail(403, "model_not_found"), errors.NotAllowed),
    (fail(429, "insufficient_quota"), errors.NoQuota),
    (fail(402), errors.NoQuota),
    (fail(400, "billing_hard_limit_reached"), errors.NoQuota),
    (fail(400, "context_length_exceeded"), errors.ContextOverflow),
    (fail(400, None, "This model's maximum context length is 4096 tokens."), errors.ContextOverflow),
    (fail(400, None, "max_tokens is too large: the context window has 4096 tokens."), errors.ContextOverflow),
    (fail(400, None, "the request exceeds the available context size"), errors.ContextOverflow),
    (fail(413), errors.ContextOverflow),
    (fail(400, "content_filter"), errors.ContentFiltered),
    (fail(400, "content_policy_violation"), errors.ContentFiltered),
    (fail(404, "model_not_found"), errors.NoSuchModel),
    (fail(404, None, "model 'gpt-5-mini' not found, try pulling it first"), errors.NoSuchModel),
    (fail(400, None, "The model `gpt-5-mini` does not exist."), errors.NoSuchModel),
    (fail(404), errors.WrongAddress),
    (page(status=404), errors.WrongAddress),
    (Reply(raw='{"detail": "Not Found"}', status=404), errors.WrongAddress),
    (fail(400), errors.RequestRefused),
    (fail(400, None, "This model takes no such parameter, sorry."), errors.RequestRefused),
    (fail(418), errors.RequestRefused),
    (page(status=302), errors.RequestRefused),
    (Reply(raw='{"error": "no"}', status=400), errors.RequestRefused),
    (Reply(raw='{"error": {"message": "It failed.", "code": "server_error"}}'), errors.ServerTrouble),
    (Reply(raw='{"error": {"message": "It failed.", "code": "insufficient_quota"}}'), errors.NoQuota),
]
PASSING = [
    (fail(429, "rate_limit_exceeded"), errors.RateLimited),
    (fail(429), errors.RateLimited),
    (fail(408), errors.ServerTrouble),
    (fail(409), errors.ServerTrouble),
    (fail(500), errors.ServerTrouble),
    (page(status=502), errors.ServerTrouble),
    (fail(503), errors.ServerTrouble),
    (dropped(pieces=0), errors.Unreachable),
]
"""Failures that a little later may be none."""


def fails(server: ModelServer, kind: type[ModelError]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask_once(server)
    assert type(caught.value) is kind
    return caught.value


@pytest.mark.parametrize("ignores_stream", [False, True], ids=["streamed", "whole"])
@pytest.mark.parametrize(("reply", "kind"), ANSWERED + REFUSED)
def test_a_lasting_failure_is_named_at_once(
    server: ModelServer, reply: Reply, kind: type[ModelError], ignores_stream: bool
) -> None:
    server.play(reply)
    server.ignores_stream = ignores_stream
    fails(server, kind)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("reply", "kind"), PASSING)
def test_a_passing_failure_is_tried_again(server: ModelServer, reply: Reply, kind: type[ModelError]) -> None:
    server.play(reply, reply, say(VALUE))
    assert ask_once(server).value == VALUE
    server.respond = lambda _: reply
    server.requests.clear()
    assert fails(server, kind).retry_helps
    assert len(server.requests) == 1 + RETRIES


@pytest.mark.parametrize(
    "events",
    [
        "data: <html>Sign in</html>\n\n",
        "data: []\n\n",
        'data: "rain"\n\n',
        "data: {\n\n",
        'data: {"choices": 3}\n\n',
        f"data: {'[' * 50_000}\n\n",
        'data: {"choices": [{"delta": {"content": {}, "tool_calls": 7}}]}\n\n',
    ],
)
def test_a_stream_of_something_else_is_not_an_api(server: ModelServer, events: str) -> None:
    server.play(Reply(raw=events, kind="text/event-stream"))
    fails(server, errors.NotAnApi)


@pytest.mark.parametrize(
    "events", ["", "data: [DONE]\n\n", "data: {}\n\n", ": nothing\n\n", 'data: {"choices": null}\n\ndata: [DONE]\n\n']
)
def test_a_stream_without_a_reply_is_cut_off(server: ModelServer, events: str) -> None:
    server.play(Reply(raw=events, kind="text/event-stream"))
    fails(server, errors.CutOff)


@pytest.mark.parametrize("reply", [unfinished(WORDS), dropped(WORDS), dropped(WORDS, pieces=99)])
def test_a_stream_that_does_not_say_it_is_whole_is_cut_off_even_with_a_whole_object(
    server: ModelServer, reply: Reply
) -> None:
    server.play(reply)
    fails(server, errors.CutOff)
    assert len(server.requests) == 1, "what has begun is not asked for again"


@pytest.mark.parametrize(
    ("error", "kind", "times"),
    [
        ({"message": "It failed.", "type": "server_error"}, errors.ServerTrouble, 1),
        ({"message": "It failed.", "code": 401}, errors.WrongKey, 1),
        ({"message": "It failed.", "code": "context_length_exceeded"}, errors.ContextOverflow, 1),
        ({"message": "It failed.", "code": 429}, errors.RateLimited, 1 + RETRIES),
        ({"message": "It failed.", "code": 503}, errors.ServerTrouble, 1 + RETRIES),
        ("It failed.", errors.ServerTrouble, 1),
    ],
)
def test_an_error_in_the_stream_is_named_by_its_code(
    server: ModelServer, error: object, kind: type[ModelError], times: int
) -> None:
    server.respond = lambda _: Reply(raw=f"data: {json.dumps({'error': error})}\n\n", kind="text/event-stream")
    fails(server, kind)
    assert len(server.requests) == times


def test_an_error_in_mid_reply_is_not_asked_again(server: ModelServer) -> None:
    begun = json.dumps({"choices": [{"index": 0, "delta": {"content": '{"rain"'}}]})
    error = json.dumps({"error": {"message": "It failed.", "code": 503}})
    server.play(Reply(raw=f"data: {begun}\n\ndata: {error}\n\n", kind="text/event-stream"))
    fails(server, errors.ServerTrouble)
    assert len(server.requests) == 1


def test_no_redirect_is_followed(server: ModelServer) -> None:
    with ModelServer(say(VALUE)) as other:
        server.play(Reply(raw="", status=307, headers={"location": f"{other.url}/chat/completions"}))
        fails(server, errors.RequestRefused)
        assert other.requests == []


def test_a_server_that_is_not_there_cannot_be_reached(server: ModelServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(errors.Unreachable) as caught:
        ask_once(server, base_url=f"http://127.0.0.1:{port}/v1")
    assert "ConnectError" in caught.value.detail


def test_a_server_without_tls_cannot_be_reached_by_https_and_is_not_tried_again(server: ModelServer) -> None:
    with pytest.raises(errors.Unreachable) as caught:
        ask_once(server, base_url=server.url.replace("http:", "https:"), backoff=100)
    assert "SSL" in caught.value.detail


@pytest.mark.parametrize(
    ("cause", "again"),
    [
        (socket.gaierror(-2, "Name or service not known"), False),
        (ssl.SSLCertVerificationError("self-signed"), False),
        (ConnectionRefusedError(111, "Connection refused"), True),
        (ConnectionResetError(104, "Connection reset"), True),
    ],
)
def test_what_a_wait_does_not_mend_is_not_tried_again(cause: Exception, again: bool) -> None:
    error = openai.APIConnectionError(request=Request("POST", "http://localhost"))
    error.__cause__ = cause
    failure = named(error, "a model", begun=False)
    assert type(failure.error) is errors.Unreachable
    assert failure.again is again
    assert type(cause).__name__ in failure.error.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_retry_after_is_waited_for_in_place_of_our_own_wait(server: ModelServer) -> None:
    server.play(fail(429, retry_after_ms="5"), fail(429, retry_after="0.01"), say(VALUE))
    assert ask_once(server, backoff=100).value == VALUE


@pytest.mark.parametrize("reply", [fail(429, retry_after="30"), fail(503)])
def test_a_wait_past_the_deadline_is_not_begun(server: ModelServer, reply: Reply) -> None:
    server.respond = lambda _: reply
    with pytest.raises(ModelError) as caught:
        ask_once(server, seconds=5, backoff=100)
    assert type(caught.value) in (errors.RateLimited, errors.ServerTrouble)
    assert len(server.requests) == 1


def test_a_rate_limit_tells_how_long(server: ModelServer) -> None:
    server.play(fail(429, retry_after="30"))
    error = fails(server, errors.RateLimited)
    assert isinstance(error, errors.RateLimited)
    assert error.retry_after == 30


def test_the_detail_for_the_log_holds_status_and_code(server: ModelServer) -> None:
    server.play(fail(403, "unsupported_country"))
    assert fails(server, errors.NotAllowed).detail == "HTTP 403, unsupported_country, error"


def test_a_failure_is_in_the_log(server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot.llm.adapter")
    server.play(fail(401, "invalid_api_key"))
    error = fails(server, errors.WrongKey)
    (record,) = [record for record in caplog.records if record.name == "bot.llm.adapter"]
    assert record.message == f"{error.message} [{error.detail}]"
