"""Buttons that are old, unknown, or fail when they are pressed: none spins, and each says what became of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.conversations import FILE as CONVERSATIONS
from bot.render.telegram import presses
from bot.telegram.texts import texts
from tests.support.running import COMMANDER, UNKNOWN, Bot
from tests.support.telegram import BotApi, Chat, Fault, Message, fail, lost_reply, page
from tests.support.waiting import soon

EXPIRED = texts("en")("chat.expired")
UNHEARD_OF = (
    "s:000000000000:1",
    "e:000000000000:0",
    "w:000000000000",
    "v:000000000000:up",
    "r:000000000000:wrong",
    "a:000000000000",
    "c:000000000000:3",
    "q:000000000000:0",
    "zz:1",
    "s",
    "s:",
    "s:a b",
    "\N{PILE OF POO}" * 16,
    "x" * 64,
)
"""Callback data of answers that are not kept, of an earlier version, or made up by a client."""
OF_NO_ANSWER = ("o:9", "x:999", "x:abc", "l:xx", "f:perhaps", "p:123456:yes", "p:1", "u:99:add", "u:99:sideways", "u:x")
"""Buttons that belong to no answer: what they are about is not there."""
WRONG_NUMBERS = ("s:{}:99", "s:{}:-1", "s:{}", "e:{}:99", "v:{}:sideways", "v:{}", "r:{}:because", "c:{}", "q:{}:9")


@pytest.fixture
def answer(ann: Chat) -> Message:
    """An answer to somebody new."""
    return ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))[0]


def answer_id(answer: Message) -> str:
    """The id that its buttons carry."""
    return next(button.data or "" for button in answer.buttons if button.label == "Why").partition(":")[2]


def callback_data(api: BotApi) -> set[str]:
    """What the buttons carry that stand in all chats now."""
    sent = (message for chat in api.chats.values() for message in chat.sent)
    return {button.data for message in sent for button in message.buttons if button.data is not None}


def test_failure_15_the_buttons_of_old_answers_work_after_a_restart(bot: Bot) -> None:
    ann = bot.private(language="fr")
    person = ann.members[0]
    answers = [ann.wait_for_reply(ann.says(person, question))[0] for question in (COMMANDER, UNKNOWN)]
    bot.process.restart()
    for label in ("[1]", "Preuves", "Pourquoi"):
        assert bot.api.press(person, answers[0], label).wait() == ""
    assert bot.api.press(person, answers[1], "Pourquoi").wait() == ""
    panels = ann.wait_for(4)[2:]
    bot.api.wait_until(lambda: len(panels[0].versions) == 2)
    assert [panel.reply_to for panel in panels] == answers


def test_failure_15_the_buttons_of_forgotten_answers_have_expired(bot: Bot, ann: Chat, answer: Message) -> None:
    person = ann.members[0]
    [question] = ann.wait_for_reply(ann.says(person, "/forget"))
    assert bot.api.press(person, question, "Delete it all").wait() == ""
    bot.api.wait_until(lambda: bool(question.versions))
    said = len(ann.sent)
    assert [bot.api.press(person, answer, label).wait() for label in answer.labels] == [EXPIRED] * len(answer.labels)
    assert len(ann.sent) == said and not answer.versions


@pytest.mark.parametrize("data", UNHEARD_OF)
def test_failure_15_a_button_nobody_knows_has_expired(bot: Bot, ann: Chat, answer: Message, data: str) -> None:
    assert bot.api.press(ann.members[0], answer, data, forged=True).wait() == EXPIRED
    assert ann.sent == [answer]


@pytest.mark.parametrize("form", WRONG_NUMBERS)
def test_failure_15_a_number_that_the_answer_does_not_have(bot: Bot, ann: Chat, answer: Message, form: str) -> None:
    data = form.format(answer_id(answer))
    assert bot.api.press(ann.members[0], answer, data, forged=True).wait() == EXPIRED
    assert ann.sent == [answer]


def test_failure_15_an_answer_is_opened_only_where_it_was_given(bot: Bot, ann: Chat, answer: Message) -> None:
    ben = bot.private()
    [other] = ben.wait_for_reply(ben.says(ben.members[0], UNKNOWN))
    data = f"s:{answer_id(answer)}:1"
    assert bot.api.press(ben.members[0], other, data, forged=True).wait() == EXPIRED
    assert ben.sent == [other] and ann.sent == [answer]


def test_failure_15_a_press_that_is_too_old_to_be_answered_still_opens_the_source(bot: Bot, ann: Chat) -> None:
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    age, bot.api.query_age = bot.api.query_age, 0.0
    try:
        bot.api.press(ann.members[0], answer, "[1]")
        ann.wait_for(2)
    finally:
        bot.api.query_age = age
    refusal = bot.api.called("answerCallbackQuery")[-1].reply
    assert refusal is not None and "query is too old" in refusal["description"]


@pytest.mark.parametrize("data", OF_NO_ANSWER)
def test_failure_16_a_press_that_means_nothing_is_answered(bot: Bot, ann: Chat, answer: Message, data: str) -> None:
    press = bot.api.press(ann.members[0], answer, data, forged=True)
    press.wait()
    later = bot.api.press(ann.members[0], answer, "[1]")
    later.wait()
    assert len(press.answers) == 1


def test_failure_16_a_press_is_answered_when_what_is_kept_cannot_be_read(bot: Bot, ann: Chat, answer: Message) -> None:
    with closing(sqlite3.connect(bot.home / CONVERSATIONS)) as kept, kept:
        broken = kept.execute(
            "UPDATE turns SET outcome = '{\"status\": 7}' WHERE answer_id = ?", (answer_id(answer),)
        ).rowcount
    assert broken == 1
    toasts = [bot.api.press(ann.members[0], answer, label).wait() for label in answer.labels]
    assert all(toast.startswith("Something went wrong here (error ") for toast in toasts[:-2])
    assert all(toasts), "a thumb may be counted all the same"
    assert ann.sent == [answer]
    assert "Traceback" not in "".join(message.text for message in ann.sent)


@pytest.mark.parametrize("trouble", [page(502), fail(403, "Forbidden: bot was kicked from the group chat")])
def test_failure_16_a_press_is_answered_when_what_it_opens_cannot_be_sent(bot: Bot, trouble: Fault) -> None:
    person = bot.person()
    group = bot.group(person)
    [answer] = group.wait_for_reply(group.says(person, f"/ask {COMMANDER}"))
    failing = bot.api.fault(["sendMessage", "editMessageText", "editMessageReplyMarkup"], trouble, chat=group.id)
    pressed = [bot.api.press(person, answer, label) for label in answer.labels]
    for one in pressed:
        one.wait()
    assert [len(one.answers) for one in pressed] == [1] * len(pressed)
    failing.stop()


def test_failure_16_an_answer_to_a_press_that_fails_is_given_again(bot: Bot, ann: Chat, answer: Message) -> None:
    failing = bot.api.fault("answerCallbackQuery", page(502), times=1)
    press = bot.api.press(ann.members[0], answer, "[1]")
    press.wait()
    assert failing.hits
    ann.wait_for(2)


def test_failure_16_who_may_not_use_the_bot_is_told_so_by_the_button(choosy: Bot) -> None:
    bot, person = choosy, choosy.person()
    group = bot.api.group(-77, [person])
    [answer] = group.wait_for_reply(group.says(person, f"/ask {COMMANDER}"))
    stranger = bot.group(person)
    forwarded = stranger.add(bot.api.me, answer.text, markup=answer.markup)
    assert bot.api.press(person, forwarded, "[1]").wait() == texts("en")("access.not_listed")
    assert stranger.sent == [forwarded]


def test_failure_17_every_button_of_every_view_fits(choosy: Bot) -> None:
    bot, admin = choosy, choosy.api.user(5)
    ann = bot.api.private(admin)
    lost = bot.api.fault("sendMessage", lost_reply(), times=1)
    asked = ann.says(admin, COMMANDER)
    [answer, _notice] = ann.wait_for_reply(asked, count=2)
    assert lost.hits
    for label in ("[1]", "Evidence", "Why", "👎 Not helpful"):
        bot.api.press(admin, answer, label).wait()
    bot.api.wait_until(lambda: any("Something is missing" in one.labels for one in ann.sent))
    for text in (UNKNOWN, "/start", "/lang", "/forget"):
        ann.wait_for_reply(ann.says(admin, text))
    ann.sends_file(admin, "pier.txt", b"The pier\n\nThe pier of Port Elsin opened on Monday.\n")
    ben = bot.private()
    ben.wait_for_reply(ben.says(ben.members[0], "/start"))
    assert soon(lambda: {data[0] for data in callback_data(bot.api)} >= set("sewvraolfpu"))
    assert max(len(data.encode()) for data in callback_data(bot.api)) <= 64


def test_failure_17_no_argument_makes_callback_data_too_long() -> None:
    longest = {
        action: presses.press(action, "f" * 12, *(["incomplete"] if action == "reason" else [10**9]))
        for action in presses.ACTIONS.values()
    }
    assert max(len(data.encode()) for data in longest.values()) <= 64


def test_failure_15_a_button_of_long_ago_opens_its_passage_though_telegram_shows_the_bot_nothing_of_its_message(
    bot: Bot, ann: Chat
) -> None:
    [answer] = ann.wait_for_reply(ann.says(ann.members[0], COMMANDER))
    ann.deletes(answer)  # to the bot, both look alike
    assert bot.api.press(ann.members[0], answer, "[1]").wait() == ""
    [panel] = ann.wait_for(lambda message: message.text.startswith("[1]"))
    assert "Benina" in panel.styled("bold")[-1]
    assert bot.api.press(ann.members[0], answer, "👍 Helpful").wait() == texts("en")("chat.thanks")
