"""Nothing a server does keeps a question longer than it was given, and Ctrl-C ends it at once."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.model_errors import ModelError, NoFirstToken, NoWholeReply
from tests.support.asking import MODEL, VALUE, ask, ask_once, opened
from tests.support.model_server import (
    ModelServer,
    Reply,
    commenting,
    dripping,
    fail,
    say,
    silent,
    stalling,
    waiting,
)

pytestmark = pytest.mark.timeout(30)
WORDS = json.dumps(VALUE)
IDS = ["silent", "waiting", "dripping", "commenting", "stalling", "slow"]


def closed(server: ModelServer) -> bool:
    """Whether the server has no connection left, now or in a moment."""
    for _ in range(100):
        if server.connections == 0:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("reply", [silent(), waiting(), dripping(), commenting()], ids=IDS[:4])
def test_a_server_that_sends_no_token_is_left_at_the_first_tokens_limit(server: ModelServer, reply: Reply) -> None:
    server.play(reply)
    with pytest.raises(NoFirstToken, match=r"within 0\.3 s"):
        ask_once(server, seconds=20, first_token=0.3)
    assert closed(server)


@pytest.mark.parametrize("reply", [stalling(WORDS), say(WORDS, pause=0.2, size=1)], ids=IDS[4:])
def test_a_server_that_begins_and_does_not_end_is_left_at_the_deadline(server: ModelServer, reply: Reply) -> None:
    server.play(reply)
    with pytest.raises(NoWholeReply, match=r"within 0\.6 s"):
        ask_once(server, seconds=0.6, first_token=20)
    assert closed(server)


@pytest.mark.parametrize(
    "reply", [silent(), waiting(), dripping(), commenting(), stalling(WORDS), say(WORDS, delay=5)], ids=IDS
)
def test_a_server_that_cannot_stream_has_until_the_deadline(server: ModelServer, reply: Reply) -> None:
    server.play(reply)
    server.refuses = {"stream": 400}
    with pytest.raises(NoWholeReply, match=r"within 0\.5 s"):
        ask_once(server, seconds=0.5, first_token=0.1)


def test_the_deadline_holds_for_all_tries_together(server: ModelServer) -> None:
    server.respond = lambda _: fail(503) if len(server.requests) < 3 else silent()
    with pytest.raises(NoFirstToken):
        ask_once(server, seconds=0.6, first_token=20)
    assert len(server.requests) == 3


def test_a_slow_reply_within_the_limits_is_waited_for(server: ModelServer) -> None:
    server.play(say(WORDS, delay=0.2, pause=0.05, size=16))
    assert ask_once(server, seconds=20, first_token=10).value == VALUE


def test_a_reply_that_has_begun_is_no_longer_under_the_first_tokens_limit(server: ModelServer) -> None:
    server.play(say(WORDS, pause=0.15, size=16))
    assert ask_once(server, seconds=20, first_token=0.4).value == VALUE


def test_no_time_at_all_is_an_error_and_nothing_is_waited_for(server: ModelServer) -> None:
    server.play(silent())
    with pytest.raises(NoFirstToken):
        ask_once(server, seconds=0)


@pytest.mark.parametrize("reply", [silent(), stalling(WORDS)], ids=["silent", "stalling"])
def test_ctrl_c_ends_a_question_at_once_and_closes_its_connection(server: ModelServer, reply: Reply) -> None:
    server.play(reply)
    model = opened(server, first_token=60)
    main = threading.main_thread().ident
    assert main is not None
    press = threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT))
    press.start()
    with pytest.raises(KeyboardInterrupt):
        ask(model, seconds=60, partly=lambda _: None)
    press.join()
    assert closed(server)
    server.play(say(VALUE))
    assert ask(model).value == VALUE, "the model can be asked again"
    model.close()


def test_an_error_of_whoever_watches_ends_the_question(server: ModelServer) -> None:
    def watch(_: Mapping[str, Any]) -> None:
        raise RuntimeError("no more room on the screen")

    server.play(stalling(WORDS, pieces=4))
    model = opened(server, first_token=60)
    with pytest.raises(RuntimeError, match="no more room"):
        ask(model, seconds=60, partly=watch)
    assert closed(server)
    model.close()


def test_several_threads_ask_one_model_at_once(server: ModelServer) -> None:
    everybody = threading.Barrier(6)

    def together(_: object) -> Reply:
        return say(VALUE, delay=0.1)

    def one(_: int) -> object:
        everybody.wait()
        try:
            return ask(model, seconds=15).value
        except ModelError as error:
            return error

    server.respond = together
    model = opened(server)
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(one, range(6))) == [VALUE] * 6
    model.close()
    assert len(server.requests) == 6


def test_one_question_that_hangs_does_not_hold_up_another(server: ModelServer) -> None:
    server.respond = lambda _: silent() if len(server.requests) == 1 else say(VALUE)
    model = opened(server, first_token=1.5)
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(ask, model)
        while not server.requests:
            time.sleep(0.01)
        assert ask(model).value == VALUE
        assert not hanging.done()
        assert isinstance(hanging.exception(timeout=20), NoFirstToken)
    model.close()


def test_closing_a_model_that_was_never_asked_does_nothing(server: ModelServer) -> None:
    opened(server, MODEL).close()
