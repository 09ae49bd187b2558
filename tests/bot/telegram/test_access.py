"""Who may ask the bot, how an admin lets others in, and how the first admin is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.render.telegram.message import Entity
from bot.render.telegram.presses import Press, read_press
from bot.settings import Settings
from bot.telegram.access import (
    ALL_TRIES,
    CODE_SECONDS,
    NOTES,
    PERSONS_TRIES,
    Access,
    Allowed,
    Expired,
    NotListed,
    Paired,
    Refused,
    Telling,
    UnknownCode,
    claim_sentence,
)
from bot.telegram.pairing import decision_message, note_message, telling_message, verdict_text
from bot.telegram.store import Store
from bot.telegram.texts import texts

ADMIN, ANNA, BEN = 1, 7, 8
CLUB, PUB = -100500, -100600
HOUR, DAY = 3600.0, 86_400.0
CLOSED = Settings(home=Path("home"), access="listed", admins=(ADMIN,))
OWNERLESS = replace(CLOSED, admins=())


class World:
    """A store, a clock, and the codes that were announced."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.store = Store(":memory:")
        self.announced: list[str] = []

    def access(self, settings: Settings = CLOSED) -> Access:
        """As a process that starts with these settings has it."""
        return Access(self.store, settings, announce=self.announced.append, now=lambda: self.now)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.store.close()


def code_of(telling: Telling | None) -> str:
    """The code in it."""
    assert telling is not None
    assert telling.code is not None
    return telling.code


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_whoever_is_not_listed_may_not_ask_and_admins_may_anywhere(world: World) -> None:
    access = world.access()
    assert access.may(ANNA, ANNA, private=True) == NotListed()
    assert access.may(ANNA, CLUB, private=False) == NotListed()
    assert access.may(ADMIN, ADMIN, private=True) == Allowed(admin=True)
    assert access.may(ADMIN, CLUB, private=False) == Allowed(admin=True)


def test_open_is_for_everybody(world: World) -> None:
    access = world.access(replace(CLOSED, access="open"))
    assert access.may(ANNA, ANNA, private=True) == Allowed(admin=False)
    assert access.may(ANNA, CLUB, private=False) == Allowed(admin=False)
    assert access.may(ADMIN, CLUB, private=False) == Allowed(admin=True)


def test_a_listed_person_may_ask_anywhere_and_a_listed_group_is_for_all_in_it(world: World) -> None:
    access = world.access(replace(CLOSED, users=(ANNA,), groups=(CLUB,)))
    assert access.may(ANNA, ANNA, private=True) == Allowed(admin=False)
    assert access.may(ANNA, PUB, private=False) == Allowed(admin=False)
    assert access.may(BEN, CLUB, private=False) == Allowed(admin=False)
    assert access.may(BEN, BEN, private=True) == NotListed()


def test_failure_29_an_anonymous_admin_of_a_group_may_what_the_group_may(world: World) -> None:
    access = world.access(replace(CLOSED, groups=(CLUB,)))
    assert access.may(CLUB, CLUB, private=False) == Allowed(admin=False)
    assert access.may(PUB, PUB, private=False) == NotListed()


def test_a_person_is_let_in_by_an_admins_word_and_still_is_after_a_restart(world: World) -> None:
    access = world.access()
    code = code_of(access.telling(ANNA, ANNA, "Anna", private=True))
    assert code.isdigit()
    assert len(code) == 6
    assert access.may(ANNA, ANNA, private=True) == NotListed()
    assert access.decide(code, ADMIN, yes=True) == Paired(ANNA, ANNA, "Anna", group=False)
    assert access.may(ANNA, ANNA, private=True) == Allowed(admin=False)
    assert world.access().may(ANNA, CLUB, private=False) == Allowed(admin=False)
    assert access.may(BEN, BEN, private=True) == NotListed()


def test_a_group_is_let_in_with_all_who_are_in_it(world: World) -> None:
    access = world.access()
    code = code_of(access.telling(ANNA, CLUB, "Harbour club", private=False))
    assert access.decide(code, ADMIN, yes=True) == Paired(CLUB, CLUB, "Harbour club", group=True)
    assert access.may(BEN, CLUB, private=False) == Allowed(admin=False)
    assert access.may(ANNA, ANNA, private=True) == NotListed()
    assert access.may(ANNA, PUB, private=False) == NotListed()


def test_a_refused_person_stays_out_and_the_code_is_gone(world: World) -> None:
    access = world.access()
    code = code_of(access.telling(ANNA, ANNA, "Anna", private=True))
    assert access.decide(code, ADMIN, yes=False) == Refused(ANNA, ANNA, "Anna", group=False)
    assert access.decide(code, ADMIN, yes=True) == UnknownCode()
    assert access.may(ANNA, ANNA, private=True) == NotListed()


def test_only_an_admin_decides(world: World) -> None:
    access = world.access()
    code = code_of(access.telling(ANNA, ANNA, "Anna", private=True))
    for who in (ANNA, BEN, CLUB):
        assert access.decide(code, who, yes=True) == UnknownCode()
    assert access.may(ANNA, ANNA, private=True) == NotListed()
    assert access.decide(wrong(code), ADMIN, yes=True) == UnknownCode()


def test_a_code_is_good_for_an_hour(world: World) -> None:
    access = world.access()
    code = code_of(access.telling(ANNA, ANNA, "Anna", private=True))
    world.now += HOUR - 1
    assert code_of(access.telling(ANNA, ANNA, "Anna", private=True, asked=True)) == code
    world.now += 1
    assert access.decide(code, ADMIN, yes=True) == Expired("Anna")
    assert access.may(ANNA, ANNA, private=True) == NotListed()
    world.now += HOUR
    again = access.telling(ANNA, ANNA, "Anna", private=True, asked=True)
    assert again == Telling(code_of(again), ask=(ADMIN,))
    assert isinstance(access.decide(code_of(again), ADMIN, yes=True), Paired)


def test_who_is_not_listed_is_told_once_a_day_not_for_each_message(world: World) -> None:
    access = world.access()
    assert access.telling(ANNA, ANNA, "Anna", private=True) is not None
    world.now += DAY - 1
    assert world.access().telling(ANNA, ANNA, "Anna", private=True) is None
    world.now += 1
    assert access.telling(ANNA, ANNA, "Anna", private=True) is not None


def test_who_asks_for_a_code_gets_it_sooner_but_not_as_fast_as_they_can_press(world: World) -> None:
    access = world.access()
    first = access.telling(ANNA, ANNA, "Anna", private=True)
    assert access.telling(ANNA, ANNA, "Anna", private=True, asked=True) is None
    world.now += 60
    assert access.telling(ANNA, ANNA, "Anna", private=True, asked=True) == Telling(code_of(first))


def test_a_group_is_told_once_a_day_whoever_asks_in_it(world: World) -> None:
    access = world.access()
    assert access.telling(ANNA, CLUB, "Harbour club", private=False) is not None
    assert access.telling(BEN, CLUB, "Harbour club", private=False, asked=True) is None
    assert access.telling(BEN, PUB, "The pub", private=False) is not None
    assert access.telling(ANNA, ANNA, "Anna", private=True) is not None


def test_admins_are_asked_once_about_a_code(world: World) -> None:
    access = world.access()
    first = access.telling(ANNA, ANNA, "Anna", private=True)
    world.now += 60
    again = access.telling(ANNA, ANNA, "Anna", private=True, asked=True)
    assert first is not None
    assert again is not None
    assert (first.ask, again.ask) == ((ADMIN,), ())


def test_a_crowd_of_strangers_does_not_fill_the_admins_chat(world: World) -> None:
    access = world.access()
    tellings = [access.telling(1000 + n, 1000 + n, "Stranger", private=True) for n in range(NOTES + 5)]
    assert sum(bool(one and one.ask) for one in tellings) == NOTES
    code = code_of(tellings[-1])  # passing it on still works
    assert isinstance(access.decide(code, ADMIN, yes=True), Paired)
    world.now += HOUR
    later = access.telling(ANNA, ANNA, "Anna", private=True)
    assert later is not None
    assert later.ask == (ADMIN,)


def test_where_nobody_runs_the_bot_a_stranger_gets_no_code_that_nobody_could_approve(world: World) -> None:
    access = world.access(replace(CLOSED, admins=()))
    assert access.telling(ANNA, ANNA, "Anna", private=True) == Telling(None)


def test_letting_an_admin_in_takes_nothing_from_them(world: World) -> None:
    access = world.access()
    code = code_of(access.telling(ANNA, ANNA, "Anna", private=True))
    world.store.people.set_role(ANNA, "admin")
    access.decide(code, ADMIN, yes=True)
    assert world.access().is_admin(ANNA)


def test_what_a_code_gave_can_be_taken_back_but_not_from_the_last_admin(world: World) -> None:
    access = world.access(OWNERLESS)
    world.store.people.set_role(BEN, "user")
    world.store.people.allow_group(CLUB)
    assert access.claim(access.claim_code() or "", ANNA)
    assert [access.remove(whom) for whom in (BEN, CLUB, PUB, 99, ANNA)] == [True, True, False, False, False]
    assert access.may(BEN, CLUB, private=False) == NotListed()
    assert access.is_admin(ANNA)
    both = world.access(CLOSED)
    assert not both.remove(ADMIN)  # the settings make them one
    assert both.remove(ANNA)
    assert both.may(ANNA, ANNA, private=True) == NotListed()
    assert both.admins == (ADMIN,)


def test_a_listed_group_that_gets_another_id_stays_listed(world: World) -> None:
    access = world.access(replace(CLOSED, groups=(-5,)))
    access.moved(-5, CLUB)
    access.moved(-6, PUB)
    assert access.may(ANNA, CLUB, private=False) == Allowed(admin=False)
    assert access.may(ANNA, PUB, private=False) == NotListed()


@pytest.mark.parametrize("form", ["{}", "/pair {}", "/start {}", " /Pair@MyBot  {} \n"])
def test_the_printed_code_makes_its_sender_the_admin_once(world: World, form: str) -> None:
    access = world.access(OWNERLESS)
    code = access.claim_code()
    assert code is not None
    assert access.claim(form.format(code), ANNA)
    assert access.is_admin(ANNA)
    assert not access.claim(code, BEN)
    assert not access.is_admin(BEN)
    later = world.access(OWNERLESS)
    assert later.admins == (ANNA,)
    assert later.claim_code() is None
    assert later.may(ANNA, CLUB, private=False) == Allowed(admin=True)


def test_with_an_admin_there_is_no_code_to_claim_with(world: World) -> None:
    assert world.access().claim_code() is None


@pytest.mark.parametrize("text", ["", "hello", "12345", "1234567", "/pair", "123456 please", "١٢٣٤٥٦", "/ask 123456"])
def test_what_is_no_code_is_no_try(world: World, text: str) -> None:
    access = world.access(OWNERLESS)
    code = access.claim_code()
    assert code is not None
    for _ in range(ALL_TRIES + 1):
        assert not access.claim(text, ANNA)
    assert access.claim(code, ANNA)


def test_after_five_wrong_tries_in_an_hour_the_right_code_is_wrong_too(world: World) -> None:
    access = world.access(OWNERLESS)
    code = access.claim_code()
    assert code is not None
    for _ in range(PERSONS_TRIES):
        assert not access.claim(wrong(code), ANNA)
    assert not access.claim(code, ANNA)
    assert not world.access(OWNERLESS).claim(code, ANNA)  # nor after a restart
    assert access.claim(code, BEN)


def test_after_twenty_wrong_tries_of_all_the_code_is_replaced_and_the_new_one_is_announced(world: World) -> None:
    access = world.access(OWNERLESS)
    code = access.claim_code()
    assert code is not None
    for n in range(ALL_TRIES):
        assert world.announced == []
        assert not access.claim(wrong(code), 1000 + n // PERSONS_TRIES)
    assert [access.claim_code()] == world.announced
    assert world.announced != [code]
    assert not access.claim(code, ANNA)
    assert access.claim(world.announced[0], ANNA)


def test_the_printed_code_is_good_for_an_hour_over_restarts_and_then_there_is_another(world: World) -> None:
    code = world.access(OWNERLESS).claim_code()
    assert code is not None
    world.now += CODE_SECONDS - 1
    assert world.access(OWNERLESS).claim_code() == code
    world.now += 1
    access = world.access(OWNERLESS)
    assert not access.claim(code, ANNA)
    fresh = access.claim_code()
    assert fresh is not None
    assert access.claim(fresh, ANNA)


def test_nobody_becomes_admin_in_the_name_of_a_group(world: World) -> None:
    access = world.access(OWNERLESS)
    code = access.claim_code()
    assert code is not None
    assert not access.claim(code, CLUB)
    assert access.claim(code, ANNA)


def test_the_admins_code_lets_nobody_in_and_a_persons_code_makes_nobody_admin(world: World) -> None:
    ownerless = world.access(OWNERLESS)
    claim = ownerless.claim_code()
    assert claim is not None
    assert world.access().decide(claim, ADMIN, yes=True) == UnknownCode()
    code = code_of(world.access().telling(ANNA, ANNA, "Anna", private=True))
    assert not ownerless.claim(code, ANNA)


def with_a_paired(store: Store) -> None:
    """One person and one group that an admin let in."""
    store.people.set_role(ANNA, "user")
    store.people.allow_group(CLUB)


OPEN = replace(CLOSED, access=None, admins=(1, 2))
KEY = replace(CLOSED, access=None, openai_api_key="sk-none")
OTHERS = (
    "Whoever writes to the bot gets a code that an admin approves; or set FOOTNOTE_USERS or FOOTNOTE_GROUPS, or "
    "FOOTNOTE_ACCESS=open for everybody."
)


@pytest.mark.parametrize(
    ("settings", "before", "told"),
    [
        (OPEN, None, "Anybody may ask (FOOTNOTE_ACCESS is not set and no model key is set); admins: 2."),
        (
            replace(OPEN, access="open", users=(ANNA,)),
            None,
            "Anybody may ask (FOOTNOTE_ACCESS=open); admins: 2. FOOTNOTE_USERS has no effect: set "
            "FOOTNOTE_ACCESS=listed to answer only those.",
        ),
        (
            replace(KEY, access="open", daily_usd=None),
            None,
            "Anybody may ask (FOOTNOTE_ACCESS=open); admins: 1. What their questions cost has no limit: set "
            "FOOTNOTE_DAILY_USD.",
        ),
        (
            replace(KEY, users=(ANNA, BEN)),
            with_a_paired,
            "Only 2 people and 1 group may ask (FOOTNOTE_ACCESS is not set and a model key is); admins: 1.",
        ),
        (
            replace(CLOSED, groups=(CLUB, PUB)),
            None,
            "Only 2 groups may ask (FOOTNOTE_ACCESS=listed); admins: 1.",
        ),
        (
            CLOSED,
            None,
            f"Only admins may ask (FOOTNOTE_ACCESS=listed); admins: 1. {OTHERS}",
        ),
        (
            replace(KEY, admins=()),
            None,
            "Nobody can ask yet (FOOTNOTE_ACCESS is not set and a model key is); admins: none. "
            f"Become its admin with the code that `footnote telegram` prints. {OTHERS}",
        ),
    ],
)
def test_who_may_ask_is_said_aloud(
    world: World, settings: Settings, before: Callable[[Store], None] | None, told: str
) -> None:
    if before is not None:
        before(world.store)
    assert world.access(settings).describe() == told


def test_the_start_up_sentence_says_what_to_do_with_the_code() -> None:
    assert claim_sentence("012345") == (
        "Nobody runs this bot yet. Send it 012345 in Telegram within an hour to become its admin."
    )


def test_an_admin_is_asked_with_two_buttons_that_carry_the_code() -> None:
    note = note_message("012345", "Anna", ANNA, texts("fr"), group=False)
    assert note.text == "Anna voudrait utiliser ce bot (identifiant 7, code 012345)."
    (row,) = note.keyboard
    assert [button.label for button in row] == ["Admettre", "Refuser"]
    assert [read_press(button.press or "") for button in row] == [
        Press("pair", ("012345", "yes")),
        Press("pair", ("012345", "no")),
    ]


def test_failure_32_a_name_that_plays_tricks_is_shown_as_plain_letters() -> None:
    name = "@admin\u202e https://evil.example\n\n/pair " + "x" * 200 + " \N{SHIP}"
    note = note_message("012345", name, ANNA, texts("en"), group=True)
    shown = "@admin https://evil.example /pair"
    assert note.text == f"The group {shown} […] would like to use this bot (group id 7, code 012345)."
    assert note.entities == (Entity("code", len("The group "), len(f"{shown} […]")),)


def test_a_name_of_nothing_visible_is_somebody_without_a_name() -> None:
    assert note_message("012345", "\u200b\u2060 ", ANNA, texts("en"), group=False).text.startswith(
        "Somebody without a name would like"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_said_to_each_side_names_code_and_name(language: str) -> None:
    words = texts(language)
    for group in (False, True):
        assert "/pair 012345" in telling_message(Telling("012345"), words, group=group).text
        assert "Anna" in decision_message(Paired(ANNA, ANNA, "Anna", group), words).text
        assert "Anna" in decision_message(Refused(ANNA, ANNA, "Anna", group), words).text
        assert verdict_text(Paired(ANNA, ANNA, "Anna", group), words) != verdict_text(
            Refused(ANNA, ANNA, "Anna", group), words
        )
    assert "Anna" in decision_message(Expired("Anna"), words).text
    assert decision_message(UnknownCode(), words).text == words("access.unknown_code")
    assert telling_message(Telling(None), words, group=False).text == words("access.nobody")
