"""What a reply took and cost: the server's own figures, else an estimate; failed attempts count too."""

from __future__ import annotations

import json

import pytest

from bot.llm.adapter import THINKING
from bot.model_errors import ContextOverflow, CutOff, ModelError, NoFirstToken, NoObject
from bot.prices import UNKNOWN_WINDOW, Price
from bot.types import Usage
from tests.support.asking import LOCAL, MESSAGES, SHAPE, VALUE, ask, ask_once, opened
from tests.support.model_server import (
    ModelServer,
    Reply,
    cut_short,
    dropped,
    fail,
    filtered,
    refusal,
    say,
    silent,
    stalling,
)

MINI = Price(0.25, 2.0, 0.025)
FIGURES = (1000, 600, 50)


def used(server: ModelServer, **settings: object) -> Usage:
    with pytest.raises(ModelError) as caught:
        ask_once(server, **settings)  # type: ignore[arg-type]
    return caught.value.usage


@pytest.mark.parametrize("ignores_stream", [False, True], ids=["streamed", "whole"])
def test_the_servers_figures_are_priced_cached_tokens_for_less(server: ModelServer, ignores_stream: bool) -> None:
    server.play(say(VALUE, usage=FIGURES))
    server.ignores_stream = ignores_stream
    usage = ask_once(server, price=MINI).usage
    assert (usage.input_tokens, usage.output_tokens) == (1000, 50)
    assert usage.cost_usd == pytest.approx((400 * 0.25 + 600 * 0.025 + 50 * 2) / 1e6)


@pytest.mark.parametrize(
    "usage",
    [
        "7",
        '{"prompt_tokens": "12", "completion_tokens": []}',
        '{"prompt_tokens": 0, "completion_tokens": 0}',
        '{"prompt_tokens": -5, "completion_tokens": null, "prompt_tokens_details": 3}',
    ],
)
def test_figures_that_are_none_are_estimated(server: ModelServer, usage: str) -> None:
    message = json.dumps({"role": "assistant", "content": json.dumps(VALUE)})
    choice = f'{{"index": 0, "message": {message}, "finish_reason": "stop"}}'
    server.play(Reply(raw=f'{{"choices": [{choice}], "usage": {usage}}}'))
    assert ask_once(server).usage.input_tokens > 20


def test_more_tokens_cached_than_there_are_make_no_cost_below_nothing(server: ModelServer) -> None:
    server.play(say(VALUE, usage=(10, 10_000, 0)))
    assert ask_once(server, price=MINI).usage == Usage(10, 0, MINI.cost(10, 0, cached=10))


def test_a_listed_model_has_its_listed_price_and_window(server: ModelServer) -> None:
    server.play(say(VALUE, usage=FIGURES))
    model = opened(server, "gpt-5-mini-2025-08-07")
    assert ask(model).usage.cost_usd == pytest.approx(MINI.cost(1000, 50, cached=600))
    assert model.window == 400_000
    model.close()


def test_a_model_nobody_knows_has_tokens_and_no_price(server: ModelServer) -> None:
    server.play(say(VALUE, usage=FIGURES))
    model = opened(server, LOCAL)
    assert ask(model).usage == Usage(1000, 50, None)
    assert model.window == UNKNOWN_WINDOW
    model.close()


def test_a_price_and_a_window_of_ones_own_win(server: ModelServer) -> None:
    server.play(say(VALUE, usage=(10, 0, 10)))
    model = opened(server, price=Price(1e6, 2e6), window=9000)
    assert ask(model).usage == Usage(10, 10, 30.0)
    assert model.window == 9000
    model.close()


@pytest.mark.parametrize("stream", [True, False])
def test_without_figures_prompt_and_words_are_counted(server: ModelServer, stream: bool) -> None:
    server.play(say(VALUE, usage=None))
    server.ignores_stream = not stream
    model = opened(server, price=MINI)
    usage = ask(model).usage
    least = sum(model.count(message.text) for message in MESSAGES)
    assert least < usage.input_tokens < least + 2 * model.count(json.dumps(SHAPE.schema)) + 40
    assert usage.output_tokens == model.count(json.dumps(VALUE))
    assert usage.cost_usd == pytest.approx(MINI.cost(usage.input_tokens, usage.output_tokens))
    model.close()


@pytest.mark.parametrize("reply", [refusal(), filtered(), cut_short('{"rain"'), say("")])
def test_a_failed_reply_is_paid_for_all_the_same(server: ModelServer, reply: Reply) -> None:
    server.play(reply)
    assert used(server, price=MINI) == Usage(100, 20, MINI.cost(100, 20))


def test_both_attempts_count_where_the_first_held_no_object(server: ModelServer) -> None:
    server.play(say("It rains.", usage=(10, 0, 1)), say(VALUE, usage=(20, 0, 2)))
    usage = ask_once(server, price=MINI).usage
    assert (usage.input_tokens, usage.output_tokens) == (30, 3)
    server.play(say("It rains.", usage=(10, 0, 1)), say("It does.", usage=(20, 0, 2)))
    with pytest.raises(NoObject) as caught:
        ask_once(server)
    assert caught.value.usage.input_tokens == 30


@pytest.mark.parametrize(
    ("reply", "kind"), [(silent(), NoFirstToken), (dropped(json.dumps(VALUE)), CutOff)], ids=["silent", "dropped"]
)
def test_a_lost_reply_is_estimated_by_the_prompt_and_what_came(
    server: ModelServer, reply: Reply, kind: type[ModelError]
) -> None:
    server.play(reply)
    with pytest.raises(kind) as caught:
        ask_once(server, first_token=0.3)
    assert caught.value.usage.input_tokens > 20
    assert (caught.value.usage.output_tokens > 0) is (kind is CutOff)


def test_what_came_before_the_deadline_is_counted(server: ModelServer) -> None:
    server.play(stalling(json.dumps(VALUE), pieces=6))
    assert used(server, seconds=0.5).output_tokens > 5


@pytest.mark.parametrize("reply", [fail(401), fail(400, "context_length_exceeded"), fail(429, "insufficient_quota")])
def test_a_refused_request_costs_nothing(server: ModelServer, reply: Reply) -> None:
    server.play(reply)
    assert used(server) == Usage()


def test_an_overflow_names_no_tokens_as_used(server: ModelServer) -> None:
    server.play(fail(400, "context_length_exceeded"))
    with pytest.raises(ContextOverflow) as caught:
        ask_once(server)
    assert "FOOTNOTE_MODEL_WINDOW" in caught.value.next_step


def test_the_most_a_call_can_take_covers_prompt_shape_thoughts_and_reply(server: ModelServer) -> None:
    model = opened(server, price=MINI)
    most = model.most(MESSAGES, SHAPE, 200)
    assert most.output_tokens == 200 + THINKING
    assert most.input_tokens > sum(model.count(message.text) for message in MESSAGES)
    assert most.cost_usd == pytest.approx(MINI.most(most.input_tokens, most.output_tokens))
    local = opened(server, LOCAL).most(MESSAGES, SHAPE, 200)
    assert (local.output_tokens, local.cost_usd) == (200, None)


def test_tokens_are_counted_offline_and_as_tiktoken_does(server: ModelServer) -> None:
    assert opened(server, "gpt-5-mini").count("The ferry doesn't sail.") == 5
    assert opened(server, LOCAL).count("") == 0


@pytest.mark.parametrize("tokens", [10**400, 10**17, -5, True])
def test_figures_that_no_model_can_have_are_estimated(server: ModelServer, tokens: int) -> None:
    server.play(say(VALUE, usage=(tokens, 0, 20)))
    usage = ask_once(server).usage
    assert 0 < usage.input_tokens < 10_000
