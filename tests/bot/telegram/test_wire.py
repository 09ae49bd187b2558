"""What is sent looks as it was meant to, and of every update it is known where it comes from and who sent it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.render.telegram.message import Button, Entity, units
from bot.telegram.wire import Party, party_of, sendable, to_entities, to_markup

ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "fr-CA"}
BOT = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Readers"}
FORUM = {**GROUP, "is_forum": True}
CHANNEL = {"id": -1002, "type": "channel", "title": "News"}


def message(chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1, "chat": chat, "text": "?", **more}


def party(**content: Any) -> Party | None:
    """Of an update as it comes over the wire."""
    return party_of(Update.de_json(json.loads(json.dumps({"update_id": 1, **content})), None))


PRESS = {"id": "1", "from": ANN, "chat_instance": "1", "data": "w:1"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param({"message": message(PRIVATE, **{"from": ANN})}, Party(7, 0, 7, True, "fr-CA"), id="private"),
        pytest.param({"message": message(GROUP, **{"from": ANN})}, Party(-1001, 0, 7, False, "fr-CA"), id="group"),
        pytest.param(
            {"message": message(GROUP, **{"from": BOT, "sender_chat": GROUP})},
            Party(-1001, 0, -1001, False),
            id="anonymous admin",
        ),
        pytest.param(
            {"message": message(GROUP, **{"from": BOT, "sender_chat": CHANNEL})},
            Party(-1001, 0, -1002, False),
            id="in the name of a channel",
        ),
        pytest.param(
            {"channel_post": message(CHANNEL, sender_chat=CHANNEL)}, Party(-1002, 0, -1002, False), id="channel post"
        ),
        pytest.param(
            {"edited_message": message(PRIVATE, **{"from": {**ANN, "language_code": "de"}})},
            Party(7, 0, 7, True, "de"),
            id="edited",
        ),
        pytest.param(
            {"message": message(FORUM, message_thread_id=4, is_topic_message=True, **{"from": ANN})},
            Party(-1001, 4, 7, False, "fr-CA"),
            id="topic",
        ),
        pytest.param(
            {"message": message(PRIVATE, message_thread_id=4, **{"from": ANN})},
            Party(7, 4, 7, True, "fr-CA"),
            id="topic of a private chat",
        ),
        pytest.param(
            {"message": message(GROUP, message_thread_id=4, **{"from": ANN})},
            Party(-1001, 0, 7, False, "fr-CA"),
            id="a reply's thread is no topic",
        ),
        pytest.param(
            {"callback_query": {**PRESS, "message": message(GROUP, **{"from": BOT})}},
            Party(-1001, 0, 7, False, "fr-CA"),
            id="press",
        ),
        pytest.param(
            {"callback_query": {**PRESS, "message": {"message_id": 1, "date": 0, "chat": PRIVATE}}},
            Party(7, 0, 7, True, "fr-CA"),
            id="press on a message too old to be told of",
        ),
        pytest.param({"callback_query": {**PRESS, "inline_message_id": "x"}}, None, id="press on an inline message"),
        pytest.param({"inline_query": {"id": "1", "from": ANN, "query": "", "offset": ""}}, None, id="inline query"),
        pytest.param(
            {"poll_answer": {"poll_id": "1", "user": ANN, "option_ids": [0], "option_persistent_ids": ["0"]}},
            None,
            id="of no chat",
        ),
        pytest.param({"something_new": {"chat": PRIVATE}}, None, id="unknown kind"),
        pytest.param({"message": message(GROUP)}, None, id="nobody"),
    ],
)
def test_failure_29_every_update_says_who_and_where_or_that_nobody_did(
    content: dict[str, Any], expected: Party | None
) -> None:
    assert party(**content) == expected


def test_each_button_does_what_it_was_made_for() -> None:
    row = (
        Button("[1]", press="s:0:1"),
        Button("Open", url="https://courier.example/harbour"),
        Button("Copy", copy="Elsin Courier"),
        Button("Share", inline="the pier"),
    )
    markup = to_markup((row, (Button("Why", press="w:0"),)))
    assert markup is not None
    assert markup.to_dict() == {
        "inline_keyboard": [
            [
                {"text": "[1]", "callback_data": "s:0:1"},
                {"text": "Open", "url": "https://courier.example/harbour"},
                {"text": "Copy", "copy_text": {"text": "Elsin Courier"}},
                {"text": "Share", "switch_inline_query": "the pier"},
            ],
            [{"text": "Why", "callback_data": "w:0"}],
        ]
    }


def test_no_buttons_are_no_keyboard() -> None:
    assert to_markup(()) is None


def test_entities_are_sent_as_they_are() -> None:
    entities = [Entity("expandable_blockquote", 0, 9), Entity("text_link", 2, 3, "https://courier.example")]
    assert [entity.to_dict() for entity in to_entities(entities)] == [
        {"type": "expandable_blockquote", "offset": 0, "length": 9},
        {"type": "text_link", "offset": 2, "length": 3, "url": "https://courier.example"},
    ]


@given(st.text(st.characters() | st.characters(categories=["Cs"]), max_size=40))
def test_what_is_sent_can_be_written_out_and_no_entity_moves(text: str) -> None:
    sent = sendable(text)
    sent.encode()
    assert units(sent) == units(text)
