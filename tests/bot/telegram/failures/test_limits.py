"""Cost and abuse: each limit is told politely, with the time that is left, in their language; admins have none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.telegram.texts import texts
from tests.support.drafts import drafting, says
from tests.support.model_server import ModelServer, Received, Reply
from tests.support.running import COMMANDER, UNKNOWN, Bot, Start
from tests.support.telegram import Chat, InlineQuery

BASE = "According to local sources, the French commandos were stationed at a base in Benina, east of Benghazi"
STATIONED = "The French commandos were stationed at a base in Benina, according to local sources."
ADMIN = 7
_LEFT = {
    "en": re.compile(r"(?:(\d+) hours? ?)?(?:(\d+) minutes?)?(?:(\d+) seconds?)?"),
    "fr": re.compile(r"(?:(\d+) heures? ?)?(?:(\d+) minutes?)?(?:(\d+) secondes?)?"),
}


def time_left(told: str, kind: str, language: str = "en") -> timedelta:
    """When it may be asked again, by the sentence of this limit."""
    words = texts(language)
    before, _, after = words(f"limits.{kind}", left=words("limits.left", time="\0")).partition("\0")
    assert told.startswith(before) and told.endswith(after), told
    found = _LEFT[language].fullmatch(told[len(before) : len(told) - len(after)])
    assert found is not None, told
    hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def until_midnight() -> timedelta:
    """How long this day lasts, as limits have it."""
    now = datetime.now(UTC)
    return datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1) - now


def dear() -> Callable[[Received], Reply]:
    """A model whose answer costs some cents."""
    return drafting([says(STATIONED, BASE)], usage=(100_000, 0, 100))


def reply(chat: Chat, text: str) -> str:
    """What is said to a question."""
    return chat.wait_for_reply(chat.says(chat.members[0], text))[0].text


@pytest.fixture
def bot(start: Start, model: ModelServer) -> Bot:
    """Two questions a person and day, six for all together; one that a model has answered costs a day's money."""
    model.respond = dear()
    return start(
        FOOTNOTE_USER_DAILY="2",
        FOOTNOTE_DAILY_QUESTIONS="6",
        FOOTNOTE_USER_DAILY_USD="0.01",
        FOOTNOTE_ADMINS=str(ADMIN),
        OPENAI_API_KEY="sk-of-the-tests",
        OPENAI_BASE_URL=model.url,
    )


def test_failure_26_a_days_questions_of_one_and_of_all_and_a_days_money(bot: Bot, model: ModelServer) -> None:
    ann, rui, kim, lea = (bot.private(language=language) for language in ("en", "fr", "en", "fr"))

    # A person's money: spent with the first answer.
    assert STATIONED.removesuffix(".") in reply(ann, COMMANDER)
    assert_close(time_left(reply(ann, COMMANDER), "money"), until_midnight())

    # A person's questions; what is typed in inline mode counts, and the model has no part in it.
    model.respond = None
    asked = len(model.requests)
    assert bot.api.asks_inline(rui.members[0], COMMANDER).wait()
    assert bot.api.asks_inline(rui.members[0], UNKNOWN).wait()
    assert len(model.requests) == asked
    assert_close(time_left(reply(rui, COMMANDER), "day", "fr"), until_midnight())
    limited = bot.api.asks_inline(rui.members[0], "Who is Khalifa Haftar?")
    assert limited.wait() == []
    label = texts("fr")("inline.limited", left="\0").partition("\0")[0]
    assert button(limited).startswith(label)

    # Everybody's: three were taken on.
    for question in (COMMANDER, UNKNOWN):
        reply(kim, question)
    reply(lea, COMMANDER)
    assert_close(time_left(reply(lea, UNKNOWN), "everybody", "fr"), until_midnight())

    # None of them is an admin's.
    model.respond = dear()
    admin = bot.api.private(bot.api.user(ADMIN))
    for _ in range(3):
        assert STATIONED.removesuffix(".") in reply(admin, COMMANDER)


def assert_close(told: timedelta, real: timedelta) -> None:
    """What is told is never too early, and rounded up to a minute."""
    assert -timedelta(seconds=30) < told - real <= timedelta(seconds=90), (told, real)


def button(query: InlineQuery) -> str:
    """What stands above the results."""
    assert query.answer is not None
    return str(query.answer["button"]["text"])
