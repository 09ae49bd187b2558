"""The daily limit: checked before a call, kept between processes, counted from what calls did cost."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.model_errors import LedgerUnusable, NoFirstToken, PriceUnknown, SpendingLimit
from bot.models import Message, Partly, Reply, Shape
from bot.spending import FILE, Ledger, Metered
from bot.types import Usage
from tests.support.asking import LOCAL, MESSAGES, SHAPE, VALUE, opened
from tests.support.model_server import ModelServer, fail, say

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Clock:
    """A time that a test sets."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Dear:
    """A model whose calls may cost 40 cents, and do cost 10; or it fails, having cost 20."""

    name, window, label = "dear", 1000, "dear at localhost"

    def load(self) -> None:
        """Nothing to load."""

    def __init__(self, most: float | None = 0.4) -> None:
        self.asked = 0
        self.most_usd = most
        self.end: BaseException | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def count(self, text: str) -> int:
        return len(text)

    def most(self, messages: Sequence[Message], shape: Shape, max_tokens: int) -> Usage:  # noqa: ARG002
        return Usage(len(messages), max_tokens, self.most_usd)

    def ask(
        self,
        messages: Sequence[Message],
        shape: Shape,  # noqa: ARG002
        *,
        max_tokens: int,
        seconds: float,  # noqa: ARG002
        partly: Partly | None = None,  # noqa: ARG002
    ) -> Reply:
        self.asked += 1
        self.meanwhile()
        if self.end is not None:
            raise self.end
        return Reply({"rain": True}, Usage(len(messages), max_tokens, 0.1))

    def close(self) -> None: ...


def ask(metered: Metered) -> Reply:
    return metered.ask(MESSAGES, SHAPE, max_tokens=10, seconds=1)


def test_what_was_spent_is_kept_and_what_could_be_is_checked_before_the_call(tmp_path: Path) -> None:
    model = Dear()
    metered = Metered(model, Ledger(tmp_path), 0.65)
    for _ in range(3):
        ask(metered)
    assert Ledger(tmp_path).spent() == pytest.approx(0.3)
    with pytest.raises(SpendingLimit) as caught:
        ask(metered)
    assert model.asked == 3, "0.30 spent and 0.40 at most would be more than 0.65: nothing is sent"
    assert "$0.40" in caught.value.message
    assert "$0.35 is left of the daily limit of $0.65" in caught.value.message


def test_the_limit_starts_anew_at_midnight_utc(tmp_path: Path) -> None:
    clock = Clock(datetime(2026, 3, 15, 1, 30, tzinfo=timezone(timedelta(hours=2))))  # still the 14th in UTC
    metered = Metered(Dear(), Ledger(tmp_path, now=clock), 0.45)
    ask(metered)
    with pytest.raises(SpendingLimit, match="2026-03-15 00:00 UTC"):
        ask(metered)
    clock.now += timedelta(hours=1)
    ask(metered)
    assert Ledger(tmp_path, now=clock).spent() == pytest.approx(0.1)


def test_a_failed_call_counts_with_what_it_took(tmp_path: Path) -> None:
    model = Dear()
    model.end = NoFirstToken(model.label, seconds="1", usage=Usage(1, 0, 0.2))
    with pytest.raises(NoFirstToken):
        ask(Metered(model, Ledger(tmp_path), 1.0))
    assert Ledger(tmp_path).spent() == pytest.approx(0.2)


@pytest.mark.parametrize("end", [KeyboardInterrupt(), RuntimeError("a fault")])
def test_an_interrupted_call_stays_counted_at_its_most(tmp_path: Path, end: BaseException) -> None:
    model = Dear()
    model.end = end
    with pytest.raises(type(end)):
        ask(Metered(model, Ledger(tmp_path), 1.0))
    assert Ledger(tmp_path).spent() == pytest.approx(0.4)


def _reserve_and_die(home: Path) -> None:
    Ledger(home).reserve(0.4, 1.0)
    os._exit(1)


def test_a_process_that_dies_leaves_its_reservation_counted(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_reserve_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert Ledger(tmp_path).spent() == pytest.approx(0.4)


def _reserve(home: Path) -> int:
    return sum(Ledger(home).reserve(0.01, 0.5) is not None for _ in range(25))


def test_several_processes_together_stay_within_the_limit(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as processes:
        let_through = processes.map(_reserve, [tmp_path] * 3)
    assert sum(let_through) == 50
    assert Ledger(tmp_path).spent() == pytest.approx(0.5)


def test_several_threads_together_stay_within_the_limit(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(_reserve, [tmp_path] * 4)) == 50


def test_many_small_costs_add_up_exactly(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for _ in range(30):
        assert ledger.reserve(0.000_001, 0.000_03) is not None
    assert ledger.reserve(0.000_001, 0.000_03) is None


def test_the_file_does_not_grow_with_the_days(tmp_path: Path) -> None:
    clock = Clock()
    for _ in range(5):
        Ledger(tmp_path, now=clock).reserve(0.1, 1)
        clock.now += timedelta(days=1)
    with sqlite3.connect(tmp_path / FILE) as database:
        assert database.execute("SELECT count(*) FROM calls").fetchone() == (1,)
    database.close()


def test_a_limit_without_a_price_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    model = Dear(most=None)
    with pytest.raises(PriceUnknown) as caught:
        ask(Metered(model, Ledger(tmp_path), 1.0))
    assert model.asked == 0
    assert "FOOTNOTE_MODEL_PRICE" in caught.value.next_step


@pytest.mark.parametrize("damage", [b"no database at all, but long enough to be looked at", b"SQLite format 3\0" * 9])
def test_a_damaged_ledger_lets_nothing_through(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    model = Dear()
    with pytest.raises(LedgerUnusable, match=FILE):
        ask(Metered(model, Ledger(tmp_path), 1.0))
    assert model.asked == 0


def test_a_home_that_is_a_file_lets_nothing_through(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(LedgerUnusable):
        ask(Metered(Dear(), Ledger(tmp_path / "home"), 1.0))


def test_a_ledger_that_breaks_during_a_call_does_not_cost_the_reply(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = Dear()
    model.meanwhile = lambda: (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be looked at")
    assert ask(Metered(model, Ledger(tmp_path), 1.0)).value == {"rain": True}
    assert FILE in caplog.text


def test_nothing_is_spent_before_the_first_call(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "home").spent() == 0
    assert not (tmp_path / "home").exists()


def test_a_real_model_is_metered_by_the_servers_figures(tmp_path: Path) -> None:
    with ModelServer(say(VALUE, usage=(1000, 0, 100)), fail(401)) as server:
        model = opened(server)
        metered = Metered(model, Ledger(tmp_path), 0.05)
        assert metered.ask(MESSAGES, SHAPE, max_tokens=100, seconds=10).value == VALUE
        cost = (1000 * 0.25 + 100 * 2) / 1e6
        assert Ledger(tmp_path).spent() == pytest.approx(cost)
        assert (metered.name, metered.window, metered.count("rain")) == (model.name, model.window, 1)
        with pytest.raises(SpendingLimit):
            Metered(model, Ledger(tmp_path), cost).ask(MESSAGES, SHAPE, max_tokens=100, seconds=10)
        assert len(server.requests) == 1
        metered.close()


def test_a_real_model_without_a_price_is_not_asked(tmp_path: Path) -> None:
    with ModelServer() as server:
        model = opened(server, LOCAL)
        with pytest.raises(PriceUnknown):
            ask(Metered(model, Ledger(tmp_path), 1.0))
        model.close()
        assert server.requests == []
