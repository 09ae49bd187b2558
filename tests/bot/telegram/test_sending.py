"""A message that Telegram refuses comes in a milder form, and whoever sends it hears what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from telegram import CallbackQuery
from telegram import User as TelegramUser

from bot.render.telegram.message import Button, Entity, Message, units
from bot.telegram.sending import Later, Result, Sender, Sent, Undeliverable, Unsure
from tests.support.clock import Clock
from tests.support.telegram import BotApi, Chat, Fault, User, dropped, fail, garbage, lost_reply, page, too_many
from tests.support.telegram_sender import sending

pytestmark = pytest.mark.timeout(60)
BUTTON = Button("Why", press="w:0123456789ab")
ANSWER = Message("The new pier opened on Monday. [1]", (Entity("bold", 8, 4),), ((BUTTON,),))


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def ann(api: BotApi) -> User:
    return api.user(7)


@pytest.fixture
def chat(api: BotApi, ann: User) -> Chat:
    return api.private(ann)


def send(api: BotApi, chat: Chat, message: Message = ANSWER, *, thread: int = 0, **options: Any) -> Result:
    return sending(api, lambda sender: sender.send(chat.id, thread, message, **options))


def test_a_message_comes_as_it_was_made_in_reply_to_the_question(api: BotApi, ann: User, chat: Chat) -> None:
    asked = chat.says(ann, "When did the pier open?")
    result = send(api, chat, reply_to=asked.id)
    [answer] = chat.sent
    assert result == Sent(answer.id, chat.id)
    assert answer.text == ANSWER.text
    assert answer.styled("bold") == ["pier"]
    assert answer.labels == ["Why"]
    assert answer.reply_to is asked
    assert api.problems == []


def test_addresses_show_no_preview_and_a_panel_comes_without_a_sound(api: BotApi, chat: Chat) -> None:
    send(api, chat, Message("https://courier.example/harbour"), silent=True)
    [call] = api.calls
    assert call.parameters["link_preview_options"] == '{"is_disabled": true}'
    assert call.parameters["disable_notification"] == "true"
    assert "parse_mode" not in call.parameters


def test_failure_3_entities_that_are_refused_cost_their_looks_and_no_words(api: BotApi, chat: Chat) -> None:
    wrong = Message(ANSWER.text, (Entity("bold", 0, 999),), ANSWER.keyboard)
    assert isinstance(send(api, chat, wrong), Sent)
    [answer] = chat.sent
    assert (answer.text, answer.entities, answer.labels) == (ANSWER.text, [], ["Why"])


@pytest.mark.parametrize("words", ["message is too long", "MESSAGE_TOO_LONG"])
def test_what_telegram_finds_too_long_comes_in_pieces(api: BotApi, chat: Chat, words: str) -> None:
    api.fault("sendMessage", fail(400, f"Bad Request: {words}"), times=1)
    assert isinstance(send(api, chat, Message(LONG[:3000])), Sent)
    assert " ".join(piece.text for piece in chat.sent).split() == LONG[:3000].split()


@pytest.mark.parametrize("words", ["BUTTON_DATA_INVALID", "can't parse inline keyboard button: who knows"])
def test_buttons_that_are_refused_cost_no_words_and_no_looks(api: BotApi, chat: Chat, words: str) -> None:
    api.fault("sendMessage", fail(400, f"Bad Request: {words}"), times=1)
    assert isinstance(send(api, chat), Sent)
    [answer] = chat.sent
    assert (answer.text, answer.labels, len(answer.entities)) == (ANSWER.text, [], 1)


LONG = " ".join(f"Sentence {number} of a long answer." for number in range(400))
SMILES = "\N{GRINNING FACE} " * 2500


@pytest.mark.parametrize("text", [LONG, SMILES], ids=["failure 4: words", "failure 5: emoji"])
def test_failures_4_and_5_what_is_too_long_comes_in_pieces_and_whole(
    api: BotApi, ann: User, chat: Chat, text: str
) -> None:
    asked = chat.says(ann, "What happened?")
    result = send(api, chat, Message(text, keyboard=ANSWER.keyboard), reply_to=asked.id)
    pieces = chat.sent
    assert result == Sent(pieces[-1].id, chat.id)
    assert len(pieces) > 1
    assert all(units(piece.text) <= 4096 for piece in pieces)
    assert " ".join(piece.text for piece in pieces).split() == text.split()
    assert [piece.labels for piece in pieces] == [[]] * (len(pieces) - 1) + [["Why"]]
    assert [piece.reply_to for piece in pieces] == [asked] + [None] * (len(pieces) - 1)


def test_failure_9_the_other_pieces_come_although_one_may_have_been_lost(api: BotApi, chat: Chat) -> None:
    api.fault("sendMessage", fail(400, "Bad Request: message is too long"), times=1)
    api.fault("sendMessage", lost_reply(), times=1)
    result = send(api, chat, Message(LONG[:3000]))
    assert isinstance(result, Unsure)
    assert " ".join(piece.text for piece in chat.sent).split() == LONG[:3000].split()


def test_what_is_too_long_in_every_form_is_given_up(api: BotApi, chat: Chat) -> None:
    api.fault("sendMessage", fail(400, "Bad Request: message is too long"))
    assert send(api, chat, Message(LONG[:3000])) == Undeliverable("refused")
    assert chat.sent == []


def test_failure_9_an_answer_whose_reply_is_lost_is_there_once(api: BotApi, chat: Chat) -> None:
    api.fault("sendMessage", lost_reply(), times=1)
    assert isinstance(send(api, chat), Unsure)
    assert len(chat.sent) == 1


def test_failure_10_a_person_who_blocked_the_bot_is_reported(api: BotApi, chat: Chat) -> None:
    told = []

    async def on_blocked(blocked: int) -> None:
        told.append(blocked)

    chat.blocks()

    async def act(sender: Sender) -> Result:
        await sender.typing(chat.id, 0)
        return await sender.send(chat.id, 0, ANSWER)

    assert sending(api, act, on_blocked=on_blocked) == Undeliverable("blocked")
    assert told == [chat.id, chat.id]


def test_failure_11_in_a_group_that_was_upgraded_the_answer_comes_in_the_new_one(api: BotApi, ann: User) -> None:
    old, new = api.group(-5, [ann], kind="group"), api.group(-1005, [ann])
    old.migrated_to = new.id
    asked = old.says(ann, "/ask When did the pier open?")
    new.says(ann, "Something else")  # it has the number that the question had
    told = []

    async def on_migrated(before: int, after: int) -> None:
        told.append((before, after))

    async def act(sender: Sender) -> Result:
        return await sender.send(old.id, 0, ANSWER, reply_to=asked.id)

    result = sending(api, act, on_migrated=on_migrated)
    [answer] = new.sent
    assert result == Sent(answer.id, new.id)
    assert answer.reply_to is None
    assert told == [(old.id, new.id)]


def test_failure_23_the_question_was_deleted_and_the_answer_comes_all_the_same(
    api: BotApi, ann: User, chat: Chat
) -> None:
    asked = chat.says(ann, "When did the pier open?")
    chat.deletes(asked)
    assert isinstance(send(api, chat, reply_to=asked.id), Sent)
    [answer] = chat.sent
    assert answer.reply_to is None


def test_a_reply_that_is_refused_comes_as_a_plain_message(api: BotApi, ann: User, chat: Chat) -> None:
    asked = chat.says(ann, "When did the pier open?")
    api.fault("sendMessage", fail(400, "Bad Request: message to be replied not found"), times=1)
    assert isinstance(send(api, chat, reply_to=asked.id), Sent)


@pytest.mark.parametrize("words", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
def test_failure_24_in_a_topic_that_is_gone_the_answer_comes_outside_of_it(api: BotApi, ann: User, words: str) -> None:
    group = api.group(-1001, [ann], threads=[5])
    api.fault("sendMessage", fail(400, f"Bad Request: {words}"), times=1)
    assert isinstance(send(api, group, thread=5), Sent)
    [answer] = group.sent
    assert answer.thread is None


def test_several_refusals_one_after_the_other_leave_the_words(api: BotApi, ann: User) -> None:
    group = api.group(-1001, [ann], threads=[5])
    asked = group.says(ann, "/ask When?", thread=5)
    for words in (
        "message thread not found",
        "can't parse entities",
        "BUTTON_DATA_INVALID",
        "replied message not found",
    ):
        api.fault("sendMessage", fail(400, f"Bad Request: {words}"), times=1)
    result = send(api, group, thread=5, reply_to=asked.id)
    [answer] = group.sent
    assert isinstance(result, Sent)
    assert (answer.text, answer.entities, answer.labels) == (ANSWER.text, [], [])


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(too_many(3000), Later, id="failure 1: flood control for longer than is waited"),
        pytest.param(fail(400, "Bad Request: chat not found"), Undeliverable("gone"), id="no such chat"),
        pytest.param(fail(403, "Forbidden: bot was kicked"), Undeliverable("blocked"), id="thrown out"),
        pytest.param(
            fail(400, "Bad Request: not enough rights to send text messages to the chat"),
            Undeliverable("refused"),
            id="silenced",
        ),
    ],
)
def test_what_cannot_be_sent_is_reported(api: BotApi, chat: Chat, fault: Fault, expected: Result | type[Later]) -> None:
    api.fault("sendMessage", fault)
    result = send(api, chat)
    assert result == expected or (expected is Later and isinstance(result, Later))
    assert chat.sent == []


Act = Callable[[Sender, int], Awaitable[bool]]
CHANGED = Message("The pier opened on Monday.", (Entity("bold", 4, 4),), ((Button("‹", press="s:0:1"),),))


def edit(api: BotApi, chat: Chat, *messages: Message) -> list[bool]:
    """Send an answer, and edit it into each of these."""

    async def act(sender: Sender) -> list[bool]:
        result = await sender.send(chat.id, 0, ANSWER)
        assert isinstance(result, Sent)
        return [await sender.edit(chat.id, result.message_id, message) for message in messages]

    return sending(api, act)


def test_an_edit_changes_text_looks_and_buttons(api: BotApi, chat: Chat) -> None:
    assert edit(api, chat, CHANGED) == [True]
    [message] = chat.sent
    assert (message.text, message.styled("bold"), message.labels) == (CHANGED.text, ["pier"], ["‹"])


def test_failure_6_an_edit_that_changes_nothing_is_not_made(api: BotApi, chat: Chat) -> None:
    assert edit(api, chat, ANSWER, CHANGED, CHANGED) == [True, True, True]
    assert api.counts["editMessageText"] == 1
    assert api.problems == []


def test_failure_6_after_a_restart_it_is_made_and_telegrams_refusal_swallowed(api: BotApi, chat: Chat) -> None:
    edit(api, chat, CHANGED)
    [message] = chat.sent
    assert sending(api, lambda sender: sender.edit(chat.id, message.id, CHANGED))
    assert len(message.versions) == 1


def test_an_edit_of_a_deleted_message_says_so(api: BotApi, chat: Chat) -> None:
    edit(api, chat)
    [message] = chat.sent
    chat.deletes(message)
    assert not sending(api, lambda sender: sender.edit(chat.id, message.id, CHANGED))
    assert not sending(api, lambda sender: sender.edit_keyboard(chat.id, message.id, ()))


def test_a_panel_that_was_deleted_is_missed_although_it_would_not_change(api: BotApi, chat: Chat) -> None:
    clock = Clock()

    async def act(sender: Sender) -> bool:
        result = await sender.send(chat.id, 0, ANSWER)
        assert isinstance(result, Sent)
        chat.deletes(chat.sent[0])
        clock.now += 60
        return await sender.edit(chat.id, result.message_id, ANSWER)

    assert not sending(api, act, clock=clock)


def test_an_edit_whose_entities_are_refused_keeps_its_words(api: BotApi, chat: Chat) -> None:
    assert edit(api, chat, Message("Changed", (Entity("bold", 0, 99),))) == [True]
    assert chat.sent[0].text == "Changed"


@pytest.mark.parametrize("fault", [lost_reply(), page(502)], ids=["lost reply", "502"])
def test_an_edit_is_repeated_until_it_is_there(api: BotApi, chat: Chat, fault: Fault) -> None:
    api.fault("editMessageText", fault, times=2)
    assert edit(api, chat, CHANGED) == [True]
    assert chat.sent[0].text == CHANGED.text
    assert len(chat.sent[0].versions) == 1


def test_an_edit_that_only_shows_progress_is_left_out_when_it_would_have_to_wait(api: BotApi, chat: Chat) -> None:
    async def act(sender: Sender) -> list[bool]:
        result = await sender.send(chat.id, 0, ANSWER)
        assert isinstance(result, Sent)
        return [await sender.edit(chat.id, result.message_id, CHANGED, preview=True) for _ in range(2)]

    assert sending(api, act, apart=600) == [False, False]
    assert api.counts["editMessageText"] == 0


def test_other_buttons_can_be_put_under_a_message_and_the_same_ones_too(api: BotApi, chat: Chat) -> None:
    async def act(sender: Sender) -> list[bool]:
        result = await sender.send(chat.id, 0, ANSWER)
        assert isinstance(result, Sent)
        marked = [await sender.edit_keyboard(chat.id, result.message_id, CHANGED.keyboard) for _ in range(2)]
        return [*marked, await sender.edit(chat.id, result.message_id, ANSWER)]

    assert sending(api, act) == [True, True, True]
    [message] = chat.sent
    assert (message.text, message.labels) == (ANSWER.text, ["Why"])


def pressed(api: BotApi, ann: User, chat: Chat) -> Any:
    edit(api, chat)
    press = api.press(ann, chat.sent[0], "Why")
    return press, CallbackQuery(press.id, TelegramUser(ann.id, ann.first_name, False), "1")


def test_failure_16_a_press_is_answered_so_that_nothing_spins(api: BotApi, ann: User, chat: Chat) -> None:
    press, query = pressed(api, ann, chat)
    sending(api, lambda sender: sender.answer_press(query, "Thanks", alert=True))
    assert (press.wait(), press.alert) == ("Thanks", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("\N{GRINNING FACE}" * 150, "\N{GRINNING FACE}" * 99 + "…"),
    ],
    ids=["fits", "too long", "emoji"],
)
def test_a_toast_that_is_too_long_is_cut(api: BotApi, ann: User, chat: Chat, text: str, shown: str) -> None:
    press, query = pressed(api, ann, chat)
    sending(api, lambda sender: sender.answer_press(query, text))
    assert press.wait() == shown
    assert api.problems == []


def test_failure_15_a_press_that_is_too_old_to_be_answered_raises_nothing(api: BotApi, ann: User, chat: Chat) -> None:
    _, query = pressed(api, ann, chat)
    api.query_age = 0.0
    sending(api, lambda sender: sender.answer_press(query))
    assert api.counts["answerCallbackQuery"] == 1


@pytest.mark.parametrize("seed", range(3))
def test_at_random_every_message_is_there_once_and_in_order(api: BotApi, seed: int) -> None:
    """Several chats at once, over a line on which all kinds of things go wrong."""
    chats = [api.private(api.user(number)) for number in range(1, 9)]
    for number, fault in enumerate((page(502), dropped(), lost_reply(), garbage())):
        api.fault("sendMessage", fault, chance=0.08, seed=10 * seed + number)
    for chat in chats[:3]:
        api.fault("sendMessage", too_many(1), times=1, chat=chat.id)
    results: dict[tuple[int, str], Result] = {}

    async def talk(sender: Sender, chat: Chat) -> None:
        for number in range(15):
            words = f"{chat.id}: {number}"
            results[chat.id, words] = await sender.send(chat.id, 0, Message(words))

    async def act(sender: Sender) -> None:
        await asyncio.gather(*(talk(sender, chat) for chat in chats))

    sending(api, act)
    for chat in chats:
        shown = {message.text: message.id for message in chat.sent}
        assert len(shown) == len(chat.sent)
        said = [words for (number, words) in results if number == chat.id]
        assert [words for words in said if words in shown] == [message.text for message in chat.sent]
        for words in said:
            result = results[chat.id, words]
            assert result == Sent(shown.get(words, 0), chat.id) or isinstance(result, Unsure)
    sure = sum(isinstance(result, Sent) for result in results.values())
    assert len(results) == 120
    assert 60 < sure < 120
    assert all(not flood.early for flood in api.floods)
