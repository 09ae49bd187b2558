"""Questions that wait for others, and a language model that hangs: who waits is told, and can stop it."""

from __future__ import annotations

import pytest

from bot.render.phrases import phrases
from bot.telegram.texts import texts
from tests.support.drafts import drafting, is_rewriting, says
from tests.support.model_server import ModelServer, Reply, dripping, say, silent, waiting
from tests.support.running import COMMANDER, UNKNOWN, Bot, Start
from tests.support.telegram import Chat, Message
from tests.support.waiting import soon

STATIONED = "The French commandos were stationed at a base in Benina, east of Benghazi, according to local sources."
SOURCE = "According to local sources, the French commandos were stationed at a base in Benina, east of Benghazi"
QUESTIONS = (
    COMMANDER,
    "Where were the French commandos stationed?",
    "How many policemen were beheaded in Sabratha?",
    "Who is the main sponsor of Haftar?",
    "How many members of parliament signed the petition?",
)
HANGING = {"silent": silent(), "no token": waiting(), "a byte now and then": dripping()}


def hang(model: ModelServer, reply: Reply) -> None:
    """From now on the model does this when it is to draft."""
    model.respond = lambda request: say({"question": "", "translation": ""}) if is_rewriting(request) else reply


def hangs(model: ModelServer, times: int = 1) -> bool:
    """Whether it has been asked for so many drafts, and is waited for."""
    return soon(lambda: sum(not is_rewriting(request) for request in model.requests) >= times)


def told(chat: Chat, asked: Message) -> list[str]:
    """What was replied to a message."""
    return [reply.text for reply in chat.replies[asked.id]]


def test_failure_20_three_questions_wait_in_order_and_the_next_is_politely_refused(
    writer: Bot, model: ModelServer
) -> None:
    hang(model, silent())
    ann = writer.private()
    person = ann.members[0]
    first, *others = (ann.says(person, question) for question in QUESTIONS)
    assert hangs(model)
    [refusal] = ann.wait_for_reply(others[-1])
    assert refusal.text == texts("en")("chat.busy")
    assert [told(ann, asked) for asked in (first, *others[:-1])] == [[], [], [], []]
    model.respond = drafting(None)
    writer.api.stops(ann, ann.drafts[-1])
    waiting_ones = others[:-1]
    answers = [ann.wait_for_reply(asked)[0] for asked in waiting_ones]
    assert told(ann, first) == [texts("en")("chat.stopped")]
    assert [message.reply_to for message in ann.sent] == [others[-1], first, *waiting_ones]
    assert all(answer.text.startswith(phrases("en").declined["not_in_evidence"]) for answer in answers)
    again = ann.says(person, QUESTIONS[-1])
    ann.wait_for_reply(again)
    assert told(ann, again) != [texts("en")("chat.busy")]


def test_failure_20_in_a_group_one_persons_questions_do_not_fill_anothers_place(
    writer: Bot, model: ModelServer
) -> None:
    hang(model, silent())
    ann, rui = writer.person(), writer.person()
    group = writer.group(ann, rui)
    asked = [group.says(ann, f"/ask {question}") for question in QUESTIONS]
    other = group.says(rui, f"/ask {COMMANDER}")
    group.wait_for_reply(asked[-1])
    assert hangs(model)
    model.respond = drafting(None)
    group.says(ann, "/stop")
    group.wait_for_reply(other)
    assert told(group, other) != [texts("en")("chat.busy")]


@pytest.mark.parametrize("reply", HANGING.values(), ids=HANGING)
def test_failure_20_stop_ends_the_call_of_the_model(writer: Bot, model: ModelServer, reply: Reply) -> None:
    hang(model, reply)
    ann = writer.private(language="fr")
    asked = ann.says(ann.members[0], COMMANDER)
    assert hangs(model)
    ann.says(ann.members[0], "/stop")
    [stopped] = ann.wait_for_reply(asked)
    assert stopped.text == texts("fr")("chat.stopped")
    assert soon(lambda: model.connections == 0)
    assert len(ann.sent) == 1


def test_failure_20_the_stop_button_of_a_draft_ends_the_call_of_the_model(writer: Bot, model: ModelServer) -> None:
    hang(model, waiting())
    ann, rui = writer.private(), writer.private()
    asked = ann.says(ann.members[0], COMMANDER)
    others = rui.says(rui.members[0], COMMANDER)
    assert hangs(model, 2)
    writer.api.stops(ann, ann.drafts[-1])
    assert ann.wait_for_reply(asked)[0].text == texts("en")("chat.stopped")
    assert told(rui, others) == [], "that was another's"
    writer.api.stops(rui, rui.drafts[-1])
    rui.wait_for_reply(others)
    assert soon(lambda: model.connections == 0)


def test_failure_20_stop_drops_what_waits_and_says_so(writer: Bot, model: ModelServer) -> None:
    hang(model, silent())
    ann = writer.private()
    first, second = (ann.says(ann.members[0], question) for question in QUESTIONS[:2])
    assert hangs(model)
    stop = ann.says(ann.members[0], "/stop")
    assert ann.wait_for_reply(first)[0].text == texts("en")("chat.stopped")
    assert ann.wait_for_reply(stop)[0].text == texts("en")("chat.waiting_cancelled")
    assert soon(lambda: writer.health()[1]["queue"] == 0)
    model.respond = drafting(None)
    ann.wait_for_reply(ann.says(ann.members[0], UNKNOWN))
    assert told(ann, second) == []


def test_failure_20_stop_with_nothing_to_stop_says_so(ann: Chat) -> None:
    [reply] = ann.wait_for_reply(ann.says(ann.members[0], "/stop"))
    assert reply.text == texts("en")("chat.nothing_runs")


def test_failure_20_a_model_that_takes_too_long_is_left_for_quotes_and_26_a_burst_has_an_end(
    start: Start, model: ModelServer
) -> None:
    hang(model, dripping())
    bot = start(OPENAI_BASE_URL=model.url, FOOTNOTE_ANSWER_SECONDS="4", FOOTNOTE_USER_PER_MINUTE="2")
    ann = bot.private()
    asked = ann.says(ann.members[0], COMMANDER)
    [answer] = ann.wait_for_reply(asked, 60)
    assert phrases("en").model_failed in answer.text
    assert "“According to local sources, the French commandos were stationed" in answer.text
    assert "[1]" in answer.labels
    model.respond = drafting([says(STATIONED, SOURCE)])
    asked = ann.says(ann.members[0], QUESTIONS[1])
    [answer] = ann.wait_for_reply(asked)
    assert answer.text.startswith(STATIONED.removesuffix("."))
    assert phrases("en").model_failed not in answer.text

    # The same bot takes two questions a minute: a burst, and then one every half a minute.
    rui = bot.private(language="fr")
    *taken, refused = (rui.says(rui.members[0], question) for question in QUESTIONS[:3])
    [told] = rui.wait_for_reply(refused)
    before, after = texts("fr")("limits.minute", left=texts("fr")("limits.left", time="\0")).split("\0")
    wait = told.text.removeprefix(before).removesuffix(after)
    assert 0 < int(wait.removesuffix(" secondes")) <= 30
    assert all("[1]" in rui.wait_for_reply(asked, 60)[0].labels for asked in taken)
