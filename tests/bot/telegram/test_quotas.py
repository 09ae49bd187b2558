"""How much one person and all together may ask, and how it is told with the time left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.telegram.quotas import OverLimit, Quotas, left, refusal
from bot.telegram.store import Store
from bot.telegram.texts import texts

ANNA, BEN, CLUB = 7, 8, -100500
NOON = 1_800_014_400.0  # 15 January 2027, 12:00 UTC
HALF_DAY = 43_200.0
HOME = Path("home")
LIMITS = Settings(home=HOME, user_per_minute=3, user_daily=100, daily_questions=1000)


class World:
    """A store and a clock."""

    def __init__(self) -> None:
        self.now = NOON
        self.store = Store(":memory:")

    def quotas(self, **limits: int | float | None) -> Quotas:
        """As a process that starts with these settings has it."""
        return Quotas(self.store, replace(LIMITS, **limits), now=lambda: self.now)  # type: ignore[arg-type]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.store.close()


def test_failure_26_a_burst_is_taken_up_to_the_minutes_limit_and_then_one_as_it_fills(world: World) -> None:
    quotas = world.quotas()
    assert [quotas.take(ANNA, admin=False) for _ in range(3)] == [None] * 3
    assert quotas.take(ANNA, admin=False) == OverLimit("minute", 20.0)
    world.now += 15
    assert quotas.take(ANNA, admin=False) == OverLimit("minute", 5.0)
    world.now += 5
    assert quotas.take(ANNA, admin=False) is None
    assert quotas.take(ANNA, admin=False) == OverLimit("minute", 20.0)


def test_who_waits_as_long_as_told_is_let_through(world: World) -> None:
    quotas = world.quotas(user_per_minute=7)
    for _ in range(50):
        over = quotas.take(ANNA, admin=False)
        if over is not None:
            world.now += over.seconds + 1e-6
            assert quotas.take(ANNA, admin=False) is None


def test_a_long_silence_saves_up_no_more_than_a_minutes_questions(world: World) -> None:
    quotas = world.quotas()
    quotas.take(ANNA, admin=False)
    world.now += 10_000
    assert [quotas.take(ANNA, admin=False) is None for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_is_set_back_neither_fills_nor_locks(world: World) -> None:
    quotas = world.quotas()
    for _ in range(3):
        quotas.take(ANNA, admin=False)
    world.now -= 7200
    assert quotas.take(ANNA, admin=False) == OverLimit("minute", 20.0)
    world.now += 20
    assert quotas.take(ANNA, admin=False) is None


def test_one_persons_limit_is_not_anothers_and_anonymous_admins_share_their_groups(world: World) -> None:
    quotas = world.quotas()
    for person in (ANNA, BEN, CLUB):
        assert [quotas.take(person, admin=False) is None for _ in range(4)] == [True, True, True, False]


def test_failure_26_a_day_has_a_persons_limit_that_holds_over_a_restart_and_ends_at_midnight_utc(world: World) -> None:
    quotas = world.quotas(user_daily=2)
    quotas.take(ANNA, admin=False)
    quotas.take(ANNA, admin=False)
    assert world.quotas(user_daily=2).take(ANNA, admin=False) == OverLimit("day", HALF_DAY)
    assert quotas.take(BEN, admin=False) is None
    world.now += HALF_DAY - 1
    assert quotas.take(ANNA, admin=False) == OverLimit("day", 1.0)
    world.now += 1
    assert quotas.take(ANNA, admin=False) is None


def test_a_refused_question_uses_nothing_up(world: World) -> None:
    quotas = world.quotas(user_daily=4)
    for _ in range(10):
        quotas.take(ANNA, admin=False)
    world.now += 60
    assert quotas.take(ANNA, admin=False) is None


def test_failure_26_a_person_may_cost_so_much_a_day(world: World) -> None:
    quotas = world.quotas(user_daily_usd=0.05)
    quotas.spent(ANNA, 0.03)
    quotas.spent(BEN, 0.05)
    quotas.spent(ANNA, None)
    assert quotas.take(ANNA, admin=False) is None
    quotas.spent(ANNA, 0.02)
    assert world.quotas(user_daily_usd=0.05).take(ANNA, admin=False) == OverLimit("money", HALF_DAY)
    assert world.quotas().take(ANNA, admin=False) is None  # no such limit
    world.now += HALF_DAY
    assert quotas.take(ANNA, admin=False) is None


def test_a_person_who_may_cost_nothing_asks_nothing(world: World) -> None:
    assert world.quotas(user_daily_usd=0.0).take(ANNA, admin=False) == OverLimit("money", HALF_DAY)


def test_failure_26_a_day_has_a_limit_for_all_together(world: World) -> None:
    quotas = world.quotas(daily_questions=3)
    for person in (ANNA, BEN, CLUB):
        assert quotas.take(person, admin=False) is None
    assert quotas.take(9, admin=False) == OverLimit("everybody", HALF_DAY)


def test_failure_26_admins_are_never_one_too_many_and_count(world: World) -> None:
    quotas = world.quotas(user_per_minute=1, user_daily=1, daily_questions=5, user_daily_usd=0.0)
    quotas.spent(ANNA, 1.0)
    assert [quotas.take(ANNA, admin=True) for _ in range(6)] == [None] * 6
    assert quotas.take(BEN, admin=False) == OverLimit("everybody", HALF_DAY)


def test_failure_26_what_is_found_while_typing_counts_as_questions_do(world: World) -> None:
    quotas = world.quotas(user_daily=3, daily_questions=4)
    assert quotas.take(ANNA, admin=False, inline=True) is None
    assert quotas.take(ANNA, admin=False) is None
    assert quotas.take(ANNA, admin=False, inline=True) is None
    assert quotas.take(ANNA, admin=False) == OverLimit("day", HALF_DAY)
    assert quotas.take(BEN, admin=False) is None
    assert quotas.take(BEN, admin=False, inline=True) == OverLimit("everybody", HALF_DAY)
    today = world.store.counts.total("2027-01-15")
    assert (today.questions, today.inline) == (2, 2)


def test_a_crowd_does_not_make_one_persons_minute_forgotten(world: World) -> None:
    quotas = world.quotas(daily_questions=100_000)
    for person in range(1100):
        world.now += 0.1
        quotas.take(person, admin=False)
    for _ in range(2):
        quotas.take(1099, admin=False)
    for person in range(2000, 2500):
        quotas.take(person, admin=False)
    over = quotas.take(1099, admin=False)
    assert over is not None
    assert over.kind == "minute"


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0.2, "in 1 second", "dans 1 seconde"),
        (40, "in 40 seconds", "dans 40 secondes"),
        (59.2, "in 1 minute", "dans 1 minute"),
        (61, "in 2 minutes", "dans 2 minutes"),
        (3541, "in 1 hour", "dans 1 heure"),
        (3600, "in 1 hour", "dans 1 heure"),
        (3601, "in 1 hour 1 minute", "dans 1 heure 1 minute"),
        (12_000, "in 3 hours 20 minutes", "dans 3 heures 20 minutes"),
        (86_400, "in 24 hours", "dans 24 heures"),
    ],
)
def test_the_time_left_is_told_in_words_and_never_too_short(seconds: float, english: str, french: str) -> None:
    assert left(seconds, texts("en")) == english
    assert left(seconds, texts("fr")) == french


def test_failure_26_a_refusal_is_polite_and_says_when() -> None:
    assert refusal(OverLimit("minute", 40), texts("en")) == (
        "That was a lot in a minute. Please ask again in 40 seconds."
    )
    assert refusal(OverLimit("day", 12_000), texts("fr")) == (
        "Vous avez atteint le nombre de questions qu'une personne peut poser par jour. Reposez la vôtre dans 3 heures "
        "20 minutes."
    )
    for over in (OverLimit("money", 60), OverLimit("everybody", 60)):
        assert refusal(over, texts("en")).endswith("Please ask again in 1 minute.")
