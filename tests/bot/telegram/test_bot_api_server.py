"""The tests' Bot API server refuses what Telegram refuses, and keeps it, so that no test passes by its leniency."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import pytest

from tests.support.telegram import BotApi, Chat, User, dropped, fail, garbage, lost_reply, page, too_many

Ask = Callable[..., dict[str, Any]]
ANN = User(7, "Ann", "fr")
WAVE = "👋"  # two UTF-16 units


@contextmanager
def running() -> Iterator[BotApi]:
    """A server with a person and a group with a topic."""
    with BotApi() as api:
        api.private(ANN)
        api.group(-1001, [ANN], threads=[5])
        yield api


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running() as api:
        yield api


@pytest.fixture(scope="module")
def shared() -> Iterator[BotApi]:
    """For calls that leave nothing behind but problems and messages."""
    with running() as api:
        yield api


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as client:
        yield client


@pytest.fixture
def ask(api: BotApi, client: httpx.Client) -> Ask:
    return partial(call, api, client)


def call(api: BotApi, client: httpx.Client, method: str, **parameters: Any) -> dict[str, Any]:
    """Call a method with JSON, as any client could; the JSON of the reply."""
    address = f"{api.base_url}{api.token}/{method}"
    reply = client.post(address, content=json.dumps(parameters), headers={"content-type": "application/json"})
    body: dict[str, Any] = reply.json()
    assert reply.status_code == body.get("error_code", 200)
    return body


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def styled(text: str, *entities: dict[str, Any]) -> dict[str, Any]:
    return {"chat_id": 7, "text": text, "entities": list(entities)}


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"chat_id": 7, "text": "Choose", "reply_markup": {"inline_keyboard": list(rows)}}


def button(**action: Any) -> dict[str, Any]:
    return {"text": "Press", **action}


def article(number: str = "1", text: str = "Found") -> dict[str, Any]:
    return {"type": "article", "id": number, "title": "One", "input_message_content": {"message_text": text}}


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    # texts
    "no text": ("sendMessage", {"chat_id": 7}, "message text is empty"),
    "spaces": ("sendMessage", {"chat_id": 7, "text": " \n\u00a0 "}, "message text is empty"),
    "4097 letters": ("sendMessage", {"chat_id": 7, "text": "a" * 4097}, "message is too long"),
    "2049 emoji": ("sendMessage", {"chat_id": 7, "text": WAVE * 2049}, "message is too long"),
    "33,000 bytes": ("sendMessage", {"chat_id": 7, "text": "a" * 33_000}, "text is too long"),
    "half a character": ("sendMessage", {"chat_id": 7, "text": "a\ud83d"}, "strings must be encoded in UTF-8"),
    "caption": ("sendDocument", {"chat_id": 7, "document": "x", "caption": "a" * 1025}, "message caption is too long"),
    # parse modes
    "unknown mode": ("sendMessage", {"chat_id": 7, "text": "a", "parse_mode": "Rich"}, "unsupported parse_mode"),
    "open tag": ("sendMessage", {"chat_id": 7, "text": "<b>a", "parse_mode": "HTML"}, "can't parse entities"),
    "other tag": ("sendMessage", {"chat_id": 7, "text": "<p>a</p>", "parse_mode": "HTML"}, "can't parse entities"),
    "bare <": ("sendMessage", {"chat_id": 7, "text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
    "point": ("sendMessage", {"chat_id": 7, "text": "3.5 %", "parse_mode": "MarkdownV2"}, "can't parse entities"),
    "lone star": ("sendMessage", {"chat_id": 7, "text": "a *b", "parse_mode": "Markdown"}, "can't parse entities"),
    # entities
    "no list": ("sendMessage", {"chat_id": 7, "text": "a", "entities": {"type": "bold"}}, "can't parse entities"),
    "beyond the end": ("sendMessage", styled("abc", entity("bold", 1, 3)), "ends after the end of the text"),
    "counted in characters": ("sendMessage", styled(WAVE + "a", entity("bold", 0, 4)), "ends after the end"),
    "begins in an emoji": ("sendMessage", styled(WAVE + "a", entity("bold", 1, 2)), "in a middle of a UTF-16 symbol"),
    "ends in an emoji": ("sendMessage", styled("a" + WAVE, entity("bold", 0, 2)), "in a middle of a UTF-16 symbol"),
    "negative offset": ("sendMessage", styled("abc", entity("bold", -1, 2)), "incorrect offset"),
    "no length": ("sendMessage", styled("abc", entity("bold", 1, 0)), "incorrect length"),
    "unknown type": ("sendMessage", styled("abc", entity("shiny", 0, 1)), "Unsupported type specified"),
    "link without url": ("sendMessage", styled("abc", entity("text_link", 0, 1)), "Wrong HTTP URL"),
    "link to a word": ("sendMessage", styled("abc", entity("text_link", 0, 1, url="here")), "Wrong HTTP URL"),
    "nobody mentioned": ("sendMessage", styled("abc", entity("text_mention", 0, 1)), 'Can\'t find field "user"'),
    "overlapping": (
        "sendMessage",
        styled("abcdef", entity("bold", 0, 4), entity("italic", 2, 4)),
        "ends after the end",
    ),
    "bold in code": ("sendMessage", styled("abcdef", entity("code", 0, 4), entity("bold", 1, 2)), "can't be nested"),
    "101 entities": ("sendMessage", styled("a" * 101, *(entity("bold", n, 1) for n in range(101))), "101 entities"),
    # buttons
    "65 bytes": ("sendMessage", keyboard([button(callback_data="é" * 32 + "a")]), "BUTTON_DATA_INVALID"),
    "no data": ("sendMessage", keyboard([button(callback_data="")]), "BUTTON_DATA_INVALID"),
    "no action": ("sendMessage", keyboard([button()]), "Text buttons are unallowed in the inline keyboard"),
    "two actions": ("sendMessage", keyboard([button(callback_data="a", url="https://a.example")]), "2 actions"),
    "no label": ("sendMessage", keyboard([{"text": " ", "callback_data": "a"}]), 'Can\'t find field "text"'),
    "address": ("sendMessage", keyboard([button(url="a.example")]), "Wrong HTTP URL"),
    "257 to copy": ("sendMessage", keyboard([button(copy_text={"text": "a" * 257})]), "BUTTON_COPY_TEXT_INVALID"),
    "9 in a row": ("sendMessage", keyboard([button(callback_data="a")] * 9), "REPLY_MARKUP_TOO_LONG"),
    "101 buttons": ("sendMessage", keyboard(*[[button(callback_data="a")]] * 101), "REPLY_MARKUP_TOO_LONG"),
    "one row": ("sendMessage", keyboard(button(callback_data="a")), "expected an Array of Array"),  # type: ignore[arg-type]
    "style": ("sendMessage", keyboard([button(callback_data="a", style="loud")]), "Unsupported style"),
    # chats and messages
    "no chat": ("sendMessage", {"text": "a"}, "chat_id is empty"),
    "unknown chat": ("sendMessage", {"chat_id": 8, "text": "a"}, "chat not found"),
    "reply to what": ("sendMessage", {"chat_id": 7, "text": "a", "reply_parameters": {}}, "parse reply parameters"),
    "draft in a group": ("sendMessageDraft", {"chat_id": -1001, "draft_id": 1, "text": "a"}, "TEXTDRAFT_PEER_INVALID"),
    "draft 0": ("sendMessageDraft", {"chat_id": 7, "draft_id": 0, "text": "a"}, "draft identifier must be non-zero"),
    "long draft": ("sendMessageDraft", {"chat_id": 7, "draft_id": 1, "text": "a" * 4097}, "message is too long"),
    "action": ("sendChatAction", {"chat_id": 7, "action": "thinking"}, "wrong parameter action in request"),
    "edit nothing": ("editMessageText", {"chat_id": 7, "text": "a"}, "message identifier is not specified"),
    "delete nothing": ("deleteMessage", {"chat_id": 7}, "invalid message_id specified"),
    "delete 101": ("deleteMessages", {"chat_id": 7, "message_ids": list(range(101))}, "too many"),
    # answers
    "201 characters": ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, "MESSAGE_TOO_LONG"),
    "51 results": ("answerInlineQuery", {"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
    "id of 65 bytes": ("answerInlineQuery", {"results": [article("a" * 65)]}, "RESULT_ID_INVALID"),
    "the same id": ("answerInlineQuery", {"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
    "empty result": ("answerInlineQuery", {"results": [article(text=" ")]}, "message text is empty"),
    "start parameter": (
        "answerInlineQuery",
        {"button": {"text": "Ask", "start_parameter": "a b"}},
        "START_PARAM_INVALID",
    ),
    # files, commands, names, webhooks
    "file": ("getFile", {"file_id": "x"}, "invalid file_id"),
    "no document": ("sendDocument", {"chat_id": 7}, "there is no document in the request"),
    "capital": ("setMyCommands", {"commands": [{"command": "Ask", "description": "a"}]}, "BOT_COMMAND_INVALID"),
    "33 letters": ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "a"}]}, "BOT_COMMAND_INVALID"),
    "undescribed": ("setMyCommands", {"commands": [{"command": "a"}]}, "command description must be non-empty"),
    "scope": ("setMyCommands", {"commands": [], "scope": {"type": "everyone"}}, "can't parse BotCommandScope"),
    "French of Canada": ("setMyCommands", {"commands": [], "language_code": "fr-CA"}, "invalid language code"),
    "121 characters": ("setMyShortDescription", {"short_description": "a" * 121}, "at most 120 characters"),
    "plain webhook": ("setWebhook", {"url": "http://bot.example/a"}, "An HTTPS URL must be provided for webhook"),
    "port": ("setWebhook", {"url": "https://bot.example:9000/a"}, "only on ports 80, 88, 443 or 8443"),
    "secret": ("setWebhook", {"url": "https://bot.example/a", "secret_token": "a b"}, "unallowed characters"),
    "101 updates": ("getUpdates", {"limit": 101}, "limit must be between 1 and 100"),
}


@pytest.mark.parametrize("trap", REFUSED)
def test_what_breaks_the_rules_is_refused_and_kept(trap: str, shared: BotApi, client: httpx.Client) -> None:
    method, parameters, description = REFUSED[trap]
    shared.problems.clear()
    reply = call(shared, client, method, **parameters)
    assert (reply["ok"], reply["error_code"]) == (False, 400)
    assert reply["description"].startswith("Bad Request: ") and description in reply["description"]
    [problem] = shared.problems
    assert (problem.method, problem.description) == (method, reply["description"])


TAKEN: dict[str, dict[str, Any]] = {
    "4096 letters": {"chat_id": 7, "text": "a" * 4096},
    "2048 emoji": {"chat_id": 7, "text": WAVE * 2048},
    "4096 after trimming": {"chat_id": 7, "text": " " * 50 + "a" * 4096 + "\n"},
    "100 entities": styled("a" * 100, *(entity("bold", n, 1) for n in range(100))),
    "bold in a quotation": styled("abcdef", entity("expandable_blockquote", 0, 6), entity("bold", 1, 2)),
    "a link": styled("abc", entity("text_link", 0, 3, url="https://a.example/(b)?c=d#e")),
    "64 bytes": keyboard([button(callback_data="é" * 32)]),
    "256 to copy": keyboard([button(copy_text={"text": "a" * 256})]),
    "100 buttons": keyboard(*[[button(callback_data="a")] * 5] * 20),
    "HTML": {"chat_id": 7, "text": "<b>1 &lt; 2</b> <tg-spoiler>a</tg-spoiler>", "parse_mode": "HTML"},
    "MarkdownV2": {"chat_id": 7, "text": r"*a* 3\.5 [b](https://a.example)", "parse_mode": "MarkdownV2"},
}


@pytest.mark.parametrize("limit", TAKEN)
def test_what_keeps_just_within_the_limits_is_taken(limit: str, api: BotApi, ask: Ask) -> None:
    assert ask("sendMessage", **TAKEN[limit])["ok"]
    assert api.problems == []


def test_a_wrong_token_and_an_unknown_method(api: BotApi, ask: Ask, client: httpx.Client) -> None:
    reply = client.post(f"{api.base_url}1:wrong/getMe")
    assert (reply.status_code, reply.json()["description"]) == (401, "Unauthorized")
    assert ask("sendCarrierPigeon") == {"ok": False, "error_code": 404, "description": "Not Found"}
    assert [problem.method for problem in api.problems] == ["sendCarrierPigeon"]


def test_parameters_come_in_all_three_forms(api: BotApi, client: httpx.Client) -> None:
    address = f"{api.base_url}{api.token}/SENDMESSAGE"
    fields = {"chat_id": "7", "text": "é", "entities": json.dumps([entity("bold", 0, 1)])}
    assert client.get(address, params=fields).json()["ok"]
    assert client.post(address, data=fields).json()["ok"]
    assert client.post(address, data=fields, files={"more": b"x"}).json()["ok"]
    assert [message.styled("bold") for message in api.private(ANN).sent] == [["é"]] * 3


def test_a_text_stands_trimmed_with_its_entities_moved(api: BotApi, ask: Ask) -> None:
    ask("sendMessage", **styled(f"\n {WAVE} abc ", entity("bold", 5, 3)))
    [message] = api.private(ANN).sent
    assert (message.text, message.entities) == (f"{WAVE} abc", [entity("bold", 3, 3)])


def test_control_characters_are_sent_but_kept_as_a_problem(api: BotApi, ask: Ask) -> None:
    assert ask("sendMessage", chat_id=7, text="a\u202eb")["ok"]
    assert "U+202E" in api.problems[0].description


def test_an_edit_that_changes_nothing(api: BotApi, ask: Ask) -> None:
    ask("sendMessage", chat_id=7, text="a")
    assert ask("editMessageText", chat_id=7, message_id=1, text="b")["result"]["text"] == "b"
    assert "message is not modified" in ask("editMessageText", chat_id=7, message_id=1, text=" b")["description"]
    [message] = api.private(ANN).sent
    assert [version.text for version in message.versions] == ["a"]


def test_only_the_bots_own_messages_are_edited(api: BotApi, ask: Ask) -> None:
    said = api.private(ANN).says(ANN, "Hello")
    assert "can't be edited" in ask("editMessageText", chat_id=7, message_id=said.id, text="b")["description"]


CHANGED: dict[str, tuple[Callable[[BotApi, Chat], object], str]] = {
    "removed": (lambda _api, chat: chat.removes_bot(), "Forbidden: bot was kicked from the supergroup chat"),
    "upgraded": (lambda _api, chat: chat.upgrades(-2002), "group chat was upgraded to a supergroup chat"),
    "deleted": (lambda _api, chat: chat.deletes(chat.messages[0]), "message to be replied not found"),
    "closed": (lambda _api, chat: chat.threads.clear(), "message thread not found"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_changed_behind_the_bots_back_is_refused_but_no_problem(change: str, api: BotApi, ask: Ask) -> None:
    group = api.group(-1001)
    said = group.says(ANN, "Hello", thread=5)
    do, description = CHANGED[change]
    do(api, group)
    reply = ask("sendMessage", chat_id=-1001, text="a", reply_parameters={"message_id": said.id}, message_thread_id=5)
    assert description in reply["description"]
    if change == "upgraded":
        assert reply["parameters"] == {"migrate_to_chat_id": -2002}
    assert api.problems == []


def test_a_blocked_bot_is_told_and_may_not_write(api: BotApi, ask: Ask) -> None:
    private = api.private(ANN)
    private.blocks()
    assert ask("sendMessage", chat_id=7, text="a")["description"] == "Forbidden: bot was blocked by the user"
    private.unblocks()
    assert ask("sendMessage", chat_id=7, text="a")["ok"]
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in ask("getUpdates")["result"]]
    assert statuses == ["kicked", "member"]


def test_a_reply_may_lose_what_it_replies_to(api: BotApi, ask: Ask) -> None:
    said = api.private(ANN).says(ANN, "Hello")
    api.private(ANN).deletes(said)
    reply = {"message_id": said.id, "allow_sending_without_reply": True}
    assert "reply_to_message" not in ask("sendMessage", chat_id=7, text="a", reply_parameters=reply)["result"]


def test_a_press_is_answered_in_time_or_not_at_all(api: BotApi, ask: Ask) -> None:
    ask("sendMessage", **keyboard([button(callback_data="a")]))
    [message] = api.private(ANN).sent
    press = api.press(ANN, message, "Press")
    assert ask("answerCallbackQuery", callback_query_id=press.id, text="Done")["ok"]
    assert press.wait() == "Done"
    api.query_age = 0.0
    late = ask("answerCallbackQuery", callback_query_id=api.press(ANN, message, "a").id)
    api.query_age = 15.0
    assert "query is too old and response timeout expired or query ID is invalid" in late["description"]


def test_an_answer_that_is_not_personal_is_kept_for_everybody(api: BotApi, ask: Ask) -> None:
    bob = api.user(8)
    for personal in (True, False):
        text = f"personal: {personal}"
        asked = api.asks_inline(ANN, text)
        ask("answerInlineQuery", inline_query_id=asked.id, results=[article()], is_personal=personal, cache_time=30)
        assert asked.wait() == [article()]
        assert api.asks_inline(ANN, text).cached
        assert api.asks_inline(bob, text).cached is not personal


def test_a_file_of_more_than_20_mb_is_not_given(api: BotApi, ask: Ask, client: httpx.Client) -> None:
    large = api.private(ANN).sends_file(ANN, "a.txt", b"x", size=(20 << 20) + 1)
    small = api.private(ANN).sends_file(ANN, "b.txt", "é".encode(), caption="Read /this")
    assert "file is too big" in ask("getFile", file_id=large.more["document"]["file_id"])["description"]
    path = ask("getFile", file_id=small.more["document"]["file_id"])["result"]["file_path"]
    assert client.get(f"{api.file_url}{api.token}/{path}").content == "é".encode()


def test_updates_are_given_until_they_are_confirmed(api: BotApi, ask: Ask) -> None:
    for text in "abc":
        api.private(ANN).says(ANN, text)
    first = ask("getUpdates", limit=2)["result"]
    assert [update["message"]["text"] for update in first] == ["a", "b"]
    assert ask("getUpdates", limit=2)["result"] == first
    assert [update["message"]["text"] for update in ask("getUpdates", offset=first[1]["update_id"] + 1)["result"]] == [
        "c"
    ]
    assert [update["message"]["text"] for update in ask("getUpdates", offset=-1)["result"]] == ["c"]


def test_only_kinds_that_are_listed_come(api: BotApi, ask: Ask) -> None:
    ask("getUpdates", allowed_updates=["callback_query"])
    private = api.private(ANN)
    private.says(ANN, "Hello")
    assert ask("getUpdates")["result"] == []
    ask("getUpdates", allowed_updates=["edited_message"])
    private.edits(private.messages[0], "Hello /all")
    [update] = ask("getUpdates")["result"]
    assert update["edited_message"]["entities"] == [entity("bot_command", 6, 4)]


def test_a_second_poll_ends_the_first(api: BotApi, ask: Ask) -> None:
    ended: list[str] = []
    rival = threading.Thread(target=lambda: ended.append(ask("getUpdates", timeout=30)["description"]))
    rival.start()
    api.wait_until(lambda: api.updates.polled)
    ask("getUpdates")
    rival.join()
    assert ended == [
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    ]
    assert api.problems == []


OVERHEARD = {
    "/ask what": True,
    "/ask@Footnote_Test_Bot what": True,
    "/ask@another_bot what": False,
    "@footnote_test_bot what": True,
    "@footnote_test_bot2 what": False,
    "what does footnote_test_bot say": False,
    "see https://a.example/ask": False,
}


@pytest.mark.parametrize("text", OVERHEARD)
def test_privacy_mode_hides_what_is_not_meant_for_the_bot(text: str, shared: BotApi) -> None:
    group = shared.group(-1001)
    shared.updates.pending.clear()
    shared.privacy = True
    group.says(ANN, text)
    assert bool(shared.updates.pending) is OVERHEARD[text]
    shared.privacy = False
    group.says(ANN, text)
    assert shared.updates.pending


def test_a_reply_to_the_bot_is_overheard_and_a_mention_is_as_set(api: BotApi, ask: Ask) -> None:
    group = api.group(-1001)
    ask("sendMessage", chat_id=-1001, text="a")
    group.says(ANN, "More?", reply_to=group.sent[0])
    api.mentions_reach = False
    group.says(ANN, "@footnote_test_bot what")
    assert [update["message"]["text"] for update in ask("getUpdates")["result"]] == ["More?"]


def test_flood_limits_refuse_and_go_on_refusing_who_does_not_wait(api: BotApi, ask: Ask) -> None:
    api.limits.chat_second = 1
    assert ask("sendMessage", chat_id=-1001, text="a")["ok"]
    assert ask("sendMessage", chat_id=7, text="a")["ok"]
    reply = ask("editMessageText", chat_id=-1001, message_id=1, text="b")
    assert reply["parameters"] == {"retry_after": 3}
    assert ask("sendMessage", chat_id=-1001, text="a")["error_code"] == 429
    assert [(flood.method, flood.early) for flood in api.floods] == [("editMessageText", False), ("sendMessage", True)]
    assert len(api.group(-1001).sent) == 1


def test_scripted_faults_in_order_and_by_chat(api: BotApi, ask: Ask, client: httpx.Client) -> None:
    address = f"{api.base_url}{api.token}/sendMessage"
    private, group = {"chat_id": 7, "text": "a"}, {"chat_id": -1001, "text": "a"}
    api.fault("sendMessage", page(502), times=1, chat=7)
    api.fault("sendMessage", garbage(), times=1, chat=7)
    lost = api.fault("sendMessage", lost_reply(), times=1)
    assert client.post(address, json=private).text.startswith("<html>")
    assert '"ok":true' in client.post(address, json=private).text
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(address, json=group)
    assert [message.text for message in api.group(-1001).sent] == ["a"]
    assert [call.chat for call in lost.hits] == [-1001]
    api.fault(["sendMessage", "getMe"], dropped(), times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(address, json=private)
    assert api.private(ANN).sent == []
    api.fault("*", fail(403, "Forbidden: user is deactivated"), times=1)
    assert ask("getMe")["description"] == "Forbidden: user is deactivated"
    api.fault("sendMessage", too_many(2), times=1)
    assert ask("sendMessage", **private)["parameters"] == {"retry_after": 2}
    assert ask("sendMessage", **private)["error_code"] == 429
    assert [flood.early for flood in api.floods] == [True]
    assert api.problems == []


def test_faults_by_chance_are_the_same_with_the_same_seed(api: BotApi, ask: Ask) -> None:
    runs = []
    for _ in range(2):
        planned = api.fault("getMe", fail(500, "Internal Server Error"), chance=0.5, seed=3)
        runs.append([ask("getMe")["ok"] for _ in range(20)])
        planned.stop()
    assert runs[0] == runs[1] and 3 < sum(runs[0]) < 17


def test_waiting_in_vain_shows_the_chat(api: BotApi) -> None:
    private = api.private(ANN)
    private.says(ANN, "Anybody?")
    with pytest.raises(AssertionError, match=r"0 of 1 messages came(.|\n)*#1 Ann: Anybody"):
        private.wait_for(seconds=0)


def test_commands_are_shown_by_scope_and_language(api: BotApi, ask: Ask) -> None:
    for scope, language, name in (("default", "", "help"), ("all_group_chats", "", "ask"), ("default", "fr", "aide")):
        commands = [{"command": name, "description": "What it does"}]
        assert ask("setMyCommands", commands=commands, scope={"type": scope}, language_code=language)["ok"]
    assert list(api.profile.menu("private", 7, "fr-CA")) == ["aide"]
    assert list(api.profile.menu("private", 7, "de")) == ["help"]
    assert list(api.profile.menu("supergroup", -1001, "fr")) == ["ask"]
