"""What a follow-up leans on: the conversation of its person, place and last half hour, or the answer it replies to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.conversations import FILE, MOST
from bot.render.phrases import phrases
from bot.telegram.texts import texts
from tests.support.drafts import drafting, is_rewriting
from tests.support.model_server import ModelServer
from tests.support.running import Bot, Start
from tests.support.telegram import Chat, Message, User

RENZI, HAFTAR = "What did Renzi say?", "Who is Khalifa Haftar?"
"""Two questions with names to ask about after."""
FOLLOW_UP = "And Le Drian?"
SAID, WHO = "What did Le Drian say?", "Who is Le Drian?"
"""What that asks after the one and after the other."""


def answered(
    chat: Chat, person: User, text: str, reply_to: Message | None = None, thread: int | None = None
) -> Message:
    """The answer to a question, asked in a group by /ask."""
    group = chat.kind != "private"
    asked = chat.says(person, f"/ask {text}" if group else text, reply_to=reply_to, thread=thread)
    return chat.wait_for_reply(asked)[0]


def understood(bot: Bot, answer: Message, language: str = "en") -> str | None:
    """What was searched for, as Why tells it; None where that was not what was typed."""
    chat, words = answer.chat, texts(language)
    bot.api.press(chat.members[0], answer, words("answer.why")).wait()
    [panel] = chat.wait_for(lambda one: one.reply_to is answer and one.text.startswith(words("answer.how.title")))
    searched = words("answer.how.searched", text="")
    return next((line.removeprefix(searched) for line in panel.text.splitlines() if line.startswith(searched)), None)


def stands_alone(answer: Message, language: str = "en") -> bool:
    """Whether the bot said that it can't know what the question refers to."""
    return phrases(language).unresolved in answer.text


def test_failure_25_a_follow_up_is_understood(bot: Bot, ann: Chat) -> None:
    answered(ann, ann.members[0], RENZI)
    answer = answered(ann, ann.members[0], FOLLOW_UP)
    assert understood(bot, answer) == SAID
    assert "nearly 300 kilometres from the coast" in answer.text


def test_failure_25_a_follow_up_in_french_is_understood(bot: Bot) -> None:
    ann = bot.private(language="fr")
    answered(ann, ann.members[0], "Combien de Marines se trouvent en Sicile ?")
    answer = answered(ann, ann.members[0], "Et d'Ospreys ?")
    assert understood(bot, answer, "fr") == "Combien d'Ospreys se trouvent en Sicile ?"
    assert "7 Ospreys" in answer.text


def test_failure_25_a_reply_to_an_old_answer_goes_on_from_that_one(bot: Bot, ann: Chat) -> None:
    old = answered(ann, ann.members[0], RENZI)
    answered(ann, ann.members[0], HAFTAR)
    assert understood(bot, answered(ann, ann.members[0], FOLLOW_UP)) == WHO
    continued = answered(ann, ann.members[0], FOLLOW_UP, reply_to=old)
    assert understood(bot, continued) == SAID
    again = answered(ann, ann.members[0], "And Haftar?", reply_to=continued)
    assert understood(bot, again) == "What did Haftar say?"


def test_failure_25_people_of_a_group_and_its_topics_keep_apart(bot: Bot) -> None:
    ann, rui = bot.person(), bot.person()
    group = bot.group(ann, rui, threads=[5])
    anns = answered(group, ann, RENZI)
    answered(group, rui, HAFTAR)
    assert understood(bot, answered(group, ann, FOLLOW_UP)) == SAID
    assert understood(bot, answered(group, rui, FOLLOW_UP)) == WHO
    assert stands_alone(answered(group, ann, FOLLOW_UP, thread=5))
    assert understood(bot, answered(group, rui, FOLLOW_UP, reply_to=anns)) == SAID, "a reply goes on from any answer"
    group.wait_for_reply(group.says(ann, "/reset"))
    assert stands_alone(answered(group, ann, FOLLOW_UP))
    assert understood(bot, answered(group, rui, "And Sarraj?")) == "What did Sarraj say?"


def test_failure_25_reset_begins_anew_and_buttons_of_before_still_work(bot: Bot, ann: Chat) -> None:
    before = answered(ann, ann.members[0], RENZI)
    assert ann.wait_for_reply(ann.says(ann.members[0], "/reset"))[0].text == texts("en")("chat.begun_anew")
    assert stands_alone(answered(ann, ann.members[0], FOLLOW_UP))
    assert understood(bot, answered(ann, ann.members[0], FOLLOW_UP, reply_to=before)) == SAID
    bot.api.press(ann.members[0], before, "[1]").wait()
    ann.wait_for(lambda one: one.reply_to is before and one.text.startswith("[1] "))


def test_failure_25_half_an_hour_later_a_question_begins_a_new_conversation(bot: Bot, ann: Chat) -> None:
    old = answered(ann, ann.members[0], RENZI)
    _grow_older(bot, ann, timedelta(minutes=29))
    assert understood(bot, answered(ann, ann.members[0], FOLLOW_UP)) == SAID
    _grow_older(bot, ann, timedelta(minutes=31))
    assert stands_alone(answered(ann, ann.members[0], FOLLOW_UP))
    assert understood(bot, answered(ann, ann.members[0], FOLLOW_UP, reply_to=old)) == SAID


def test_failure_25_what_a_question_leans_on_is_bounded(writer: Bot, model: ModelServer) -> None:
    model.respond = drafting(None)
    ann = writer.private()
    questions = [f"What did Renzi say about {number} soldiers?" for number in range(100, 101 + MOST)]
    for question in questions:
        answered(ann, ann.members[0], question)
    model.requests.clear()
    answered(ann, ann.members[0], FOLLOW_UP)
    [rewriting] = [request.text for request in model.requests if is_rewriting(request)]
    assert [question for question in questions if question in rewriting] == questions[-MOST:]


def test_failure_25_the_conversation_and_its_reset_outlive_a_restart(start: Start) -> None:
    bot = start()
    ann, rui = bot.private(), bot.private()
    for chat in (ann, rui):
        answered(chat, chat.members[0], RENZI)
    rui.wait_for_reply(rui.says(rui.members[0], "/reset"))
    bot.process.restart()
    assert understood(bot, answered(ann, ann.members[0], FOLLOW_UP)) == SAID
    assert stands_alone(answered(rui, rui.members[0], FOLLOW_UP))


def _grow_older(bot: Bot, chat: Chat, by: timedelta) -> None:
    """Let what was answered in a chat have been answered so long ago."""
    then = (datetime.now(UTC) - by).isoformat(timespec="seconds")
    with closing(sqlite3.connect(bot.home / FILE)) as connection, connection:
        connection.execute("UPDATE turns SET at = ? WHERE chat = ?", (then, f"telegram:{chat.id}"))
