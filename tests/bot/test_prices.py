"""The dated list of prices and windows, and what a call costs by it."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import pytest

from bot.errors import DamagedInstallation
from bot.prices import ENCODING, FILE, Price, encoding, from_json, known, price_list, reasons
from bot.settings import DEFAULT_MODEL
from retrieval.tokens import ENCODINGS

ROW = {"input": 1.0, "output": 4.0, "window": 1000}


def test_the_list_is_dated_and_says_where_it_is_from() -> None:
    prices = price_list()
    assert date.fromisoformat(prices.as_of) <= date.today()
    assert len(prices.source) > 20


def test_every_price_is_one() -> None:
    for name, model in price_list().models.items():
        price = model.price
        assert 0 < price.input < price.output < 1000, name
        assert price.cached is None or 0 < price.cached < price.input, name
        assert price.cache_write is None or price.input < price.cache_write < price.output, name
        assert model.window >= 100_000, name


def test_the_default_model_is_listed() -> None:
    assert known(DEFAULT_MODEL) is not None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("gpt-5-mini", "gpt-5-mini"),
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        ("gpt-4o-2024-11-20", "gpt-4o"),
        ("openai/gpt-5-mini", "gpt-5-mini"),
        ("GPT-5-mini", "gpt-5-mini"),
    ],
)
def test_a_snapshot_is_its_family(name: str, family: str) -> None:
    assert known(name) is price_list().models[family]


@pytest.mark.parametrize("name", ["", "gpt-5-mini-turbo", "gpt-5-minimal", "llama3:8b", "ft:gpt-4o:us::1", "gpt-5-"])
def test_a_name_that_only_looks_alike_is_not_known(name: str) -> None:
    assert known(name) is None


@pytest.mark.parametrize(
    ("name", "counted_in"),
    [
        ("gpt-5-mini", "o200k_base"),
        ("gpt-4o-2024-11-20", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("gpt-oss-20b", ENCODING),
        ("text-davinci-003", ENCODING),
        ("llama3:8b", ENCODING),
    ],
)
def test_a_name_has_an_encoding_we_can_count_in(name: str, counted_in: str) -> None:
    assert encoding(name) == counted_in
    assert counted_in in ENCODINGS


@pytest.mark.parametrize(
    ("name", "thinks"),
    [
        *((name, True) for name in ("o3", "o4-mini", "gpt-5", "gpt-5-mini-2025-08-07", "gpt-6-luna", "openai/gpt-5.4")),
        *((name, False) for name in ("gpt-4.1", "gpt-4o", "gpt-5-chat-latest", "olmo-7b", "llama3", "gpt-oss-20b")),
    ],
)
def test_reasoning_models_are_told_by_name(name: str, thinks: bool) -> None:
    assert reasons(name) is thinks


def test_a_cost_counts_cached_and_stored_tokens_at_their_own_price() -> None:
    price = Price(1.0, 4.0, cached=0.1, cache_write=1.25)
    assert price.cost(1_000_000, 500_000) == pytest.approx(3.0)
    assert price.cost(1_000_000, 0, cached=400_000, written=200_000) == pytest.approx(0.4 + 0.04 + 0.25)
    assert Price(1.0, 4.0).cost(1_000_000, 0, cached=400_000, written=200_000) == pytest.approx(1.0)
    assert price.cost(0, 0) == 0


@pytest.mark.parametrize("price", [Price(1.0, 4.0), Price(1.0, 4.0, 0.1), Price(1.0, 4.0, 0.1, 1.25)])
def test_no_call_costs_more_than_its_most(price: Price) -> None:
    most = price.most(1000, 100)
    for cached, written in ((0, 0), (1000, 0), (0, 1000), (300, 300)):
        for told in (0, 100):
            assert price.cost(1000, told, cached=cached, written=written) <= most + 1e-12


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"models": []}', json.dumps({"as_of": "2026-01-01", "source": "s", "models": {"m": {}}})],
)
def test_a_damaged_list_is_not_read(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        from_json(text)


def test_a_missing_list_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.prices.FILE", "no_such_file.json")
    price_list.cache_clear()
    with pytest.raises(DamagedInstallation, match="no_such_file"):
        price_list()
    price_list.cache_clear()


def test_the_file_is_what_is_read() -> None:
    text = (files("bot") / FILE).read_text("utf-8")
    assert from_json(text) == price_list()
    assert from_json(json.dumps({"as_of": "d", "source": "s", "models": {"m": ROW}})).models["m"].window == 1000
