"""`footnote` with a language model set, as a process: what it writes, what happens when it fails, what stays secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.home import LOG
from tests.support.command import footnote
from tests.support.drafts import drafting, says
from tests.support.model_server import ModelServer, fail, page, say, silent

KEY = "sk-not-to-be-seen"
COST = "Mayor Ilse Brandt said that the pier had cost 40 million crowns."
QUESTION = "What did the new pier of Port Elsin cost?"
CLAIM = says("According to Mayor Ilse Brandt, the pier had cost 40 million crowns.", COST)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """A language model's server, to be scripted."""
    with ModelServer() as running:
        yield running


@pytest.fixture
def model(server: ModelServer) -> dict[str, str]:
    """The variables that set it; it drafts the claim above."""
    server.play()
    server.respond = drafting([CLAIM])
    return {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY}


def test_ask_writes_with_the_quote_below(home: Path, model: dict[str, str]) -> None:
    ran = footnote("ask", QUESTION, home=home, **model)
    assert ran.code == 0, ran.err
    first, sources, quote = ran.out.splitlines()
    origin = "(The harbour of Port Elsin, date unknown)"
    assert first == f"According to Mayor Ilse Brandt, the pier had cost 40 million crowns {origin}. [1]"
    assert sources == "Sources:"
    assert quote.startswith(f"[1] “{COST}” — ")


def test_json_says_what_wrote_and_what_it_cost_and_quotes_to_the_character(
    home: Path, model: dict[str, str], server: ModelServer
) -> None:
    ran = footnote("ask", QUESTION, "--json", home=home, **model, FOOTNOTE_MODEL_PRICE="1/10")
    answer = json.loads(ran.out)
    assert (answer["status"], answer["mode"], answer["model"]["confirmed"]) == ("answered", "generated", 1)
    text = footnote("show", answer["citations"][0]["article"], "--text", home=home).out
    assert (
        text[answer["citations"][0]["start"] : answer["citations"][0]["end"]] == answer["citations"][0]["quote"] == COST
    )
    calls = len(server.requests)
    assert answer["usage"] == {
        "input_tokens": 100 * calls,
        "output_tokens": 20 * calls,
        "cost_usd": pytest.approx(calls * (100 * 1 + 20 * 10) / 1e6),
    }


def test_no_model_quotes_and_asks_nobody(home: Path, model: dict[str, str], server: ModelServer) -> None:
    ran = footnote("ask", QUESTION, "--no-model", "--json", home=home, **model)
    assert json.loads(ran.out)["mode"] == "quotes"
    assert json.loads(ran.out)["model"] is None
    assert server.requests == []


def test_a_base_url_alone_is_enough(home: Path, model: dict[str, str]) -> None:
    ran = footnote("ask", QUESTION, "--json", home=home, OPENAI_BASE_URL=model["OPENAI_BASE_URL"])
    assert json.loads(ran.out)["mode"] == "generated"


@pytest.mark.parametrize("reply", [fail(401, "invalid_api_key"), page()], ids=["wrong-key", "web-page"])
def test_a_failing_model_is_a_notice_on_the_quotes_done_all_the_same_and_no_key_is_shown(
    own_home: Path, model: dict[str, str], server: ModelServer, reply: object
) -> None:
    server.respond = lambda _: reply  # type: ignore[assignment, return-value]
    server.echoes_key = True
    ran = footnote("ask", QUESTION, "--verbose", home=own_home, **model)
    assert ran.code == 0
    assert COST in ran.out
    assert "Note: The language model did not answer; these are the passages." in ran.out
    log = (own_home / LOG).read_text("utf-8")
    assert "model_" in log
    assert KEY not in ran.out + ran.err + log


def test_a_batch_goes_on_past_a_model_that_hangs(home: Path, model: dict[str, str], server: ModelServer) -> None:
    answers = drafting([CLAIM])
    server.respond = lambda request: silent() if len(server.requests) == 1 else answers(request)
    rows = "".join(json.dumps({"id": n, "question": QUESTION}) + "\n" for n in range(2))
    ran = footnote("ask", "--batch", "-", home=home, typed=rows, **model, FOOTNOTE_FIRST_TOKEN_SECONDS="3")
    first, second = map(json.loads, ran.out.splitlines())
    assert ran.code == 0
    assert (first["mode"], first["model"]["failure"]) == ("quotes", "model_no_first_token")
    assert (second["mode"], second["model"]["failure"]) == ("generated", None)


def test_a_row_with_a_history_is_answered_as_a_follow_up(
    home: Path, model: dict[str, str], server: ModelServer
) -> None:
    server.respond = drafting([CLAIM], standalone=QUESTION)
    row = json.dumps(
        {"id": 1, "question": "And what did it cost?", "history": ["When did the new pier of Port Elsin open?"]}
    )
    (answer,) = map(json.loads, footnote("ask", "--batch", "-", home=home, typed=row, **model).out.splitlines())
    assert answer["standalone"] == QUESTION
    assert answer["question"] == "And what did it cost?"


def test_a_daily_limit_is_checked_before_anything_is_sent(
    own_home: Path, model: dict[str, str], server: ModelServer
) -> None:
    limited = {**model, "FOOTNOTE_DAILY_USD": "0.000001"}
    answer = json.loads(footnote("ask", QUESTION, "--json", home=own_home, **limited).out)
    assert (answer["mode"], answer["model"]["failure"]) == ("quotes", "model_spending_limit")
    assert server.requests == []


def test_doctor_asks_the_model_for_a_word(home: Path, model: dict[str, str], server: ModelServer) -> None:
    server.respond = lambda _: say({"ready": True})
    ran = footnote("doctor", home=home, **model)
    assert "ok  model: " in ran.out and "answers" in ran.out
    server.respond = lambda _: fail(401, "invalid_api_key")
    ran = footnote("doctor", home=home, **model)
    assert ran.code == 1
    assert "!!  model: " in ran.out and "OPENAI_API_KEY" in ran.out
    assert KEY not in ran.out + ran.err


def test_a_follow_up_that_leans_on_nothing_is_said_to(home: Path) -> None:
    ran = footnote("ask", "And the second one?", home=home)
    assert ran.code == 0
    assert "not clear what this question refers to" in ran.out
