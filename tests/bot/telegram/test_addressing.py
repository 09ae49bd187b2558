"""When a group's message is for the bot, and what it asks: by entities and replies, never by searching the text."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message, MessageEntity

from bot.render.telegram.message import units
from bot.telegram.addressing import addressed, without_mentions
from bot.telegram.commands import parse_command

ME = 900
BOT = {"id": ME, "is_bot": True, "first_name": "Footnote", "username": "MyBot"}
ANNA = {"id": 7, "is_bot": False, "first_name": "Anna"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Harbour news"}


def entity(text: str, marked: str, kind: str, **more: Any) -> dict[str, Any]:
    """The entity on the first place where the text holds these words, as Telegram counts."""
    return {"type": kind, "offset": units(text[: text.index(marked)]), "length": units(marked), **more}


def said(text: str, *entities: dict[str, Any], **more: Any) -> Message:
    """A message in the group, as Telegram sends it."""
    data = {"message_id": 1, "date": 1_700_000_000, "chat": GROUP, "from": ANNA, "text": text, **more}
    message = Message.de_json({**data, "entities": list(entities)}, None)
    assert message is not None
    return message


def replying(to: dict[str, Any] | None, text: str, *entities: dict[str, Any], **more: Any) -> Message:
    """A reply to a message of this sender."""
    replied = {"message_id": 2, "date": 1_700_000_000, "chat": GROUP, "from": to, "text": "Who runs the ferry?", **more}
    return said(text, *entities, reply_to_message=replied)


def asked(message: Message) -> str | None:
    """What the message asks the bot."""
    return addressed(message, "MyBot", ME)


@pytest.mark.parametrize(
    ("text", "mention", "question"),
    [
        ("@mybot who runs the ferry?", "@mybot", "who runs the ferry?"),
        ("@MYBOT: who runs the ferry?", "@MYBOT", "who runs the ferry?"),
        ("@mybot\u00a0: qui exploite le ferry\u00a0?", "@mybot", "qui exploite le ferry\u00a0?"),
        ("Who runs the ferry, @mybot?", "@mybot", "Who runs the ferry?"),
        ("Who runs the ferry? @mybot", "@mybot", "Who runs the ferry?"),
        ("Tell me @mybot who runs it", "@mybot", "Tell me who runs it"),
        ("🚢🚢 @mybot who runs it?", "@mybot", "🚢🚢 who runs it?"),
        ("@mybot 3.5% of what?\nAnd of whom?", "@mybot", "3.5% of what?\nAnd of whom?"),
        ("@mybot", "@mybot", ""),
        ("@mybot ?", "@mybot", ""),
    ],
)
def test_failure_18_a_mention_asks_what_is_left_without_it(text: str, mention: str, question: str) -> None:
    assert asked(said(text, entity(text, mention, "mention"))) == question


@pytest.mark.parametrize(
    "message",
    [
        said("who runs the ferry?"),
        said("hey @mybot2, who runs the ferry?", entity("hey @mybot2", "@mybot2", "mention")),
        said("see https://t.me/s/@mybot", entity("see https://t.me/s/@mybot", "https://t.me/s/@mybot", "url")),
        said("mail x@mybot", entity("mail x@mybot", "x@mybot", "email")),
        said("mybot is down"),
        said("Anna is here", entity("Anna is here", "Anna", "text_mention", user=ANNA)),
        said("/ask@otherbot who?", entity("/ask@otherbot who?", "/ask@otherbot", "bot_command")),
        said("/ask@mybot2 who?", entity("/ask@mybot2 who?", "/ask@mybot2", "bot_command")),
        said("please /ask who?", entity("please /ask who?", "/ask", "bot_command")),
        said("/help", entity("/help", "/help", "bot_command")),
        replying(ANNA, "I do"),
        replying({**BOT, "id": 901, "username": "mybot2"}, "and him?"),
        replying(BOT, "/weather@otherbot", entity("/weather@otherbot", "/weather@otherbot", "bot_command")),
        replying(None, "ok", sender_chat=GROUP),
    ],
)
def test_failure_18_chatter_and_what_is_for_another_bot_is_not_for_this_one(message: Message) -> None:
    assert asked(message) is None


def test_failure_18_in_a_topic_that_the_bot_opened_not_every_message_is_a_reply_to_it() -> None:
    opened = {"message_id": 2, "date": 1_700_000_000, "chat": GROUP, "from": BOT}
    created = {**opened, "forum_topic_created": {"name": "Ferries", "icon_color": 7322096}}
    assert asked(said("who runs the ferry?", reply_to_message=created)) is None


def test_failure_19_ask_and_replies_work_where_mentions_do_not_arrive() -> None:
    text = "/ask@MyBot who runs\nthe ferry?"
    assert asked(said(text, entity(text, "/ask@MyBot", "bot_command"))) == "who runs\nthe ferry?"
    assert asked(said("/ask who?", entity("/ask who?", "/ask", "bot_command"))) == "who?"
    assert asked(replying(BOT, "and who else?")) == "and who else?"


@pytest.mark.parametrize(
    ("text", "kind"), [("@mybot", "mention"), ("/ask", "bot_command"), ("/ask@mybot", "bot_command")]
)
def test_a_name_or_ask_alone_in_a_reply_makes_the_words_replied_to_the_question(text: str, kind: str) -> None:
    assert asked(replying(ANNA, text, entity(text, text, kind))) == "Who runs the ferry?"
    assert asked(replying(BOT, text, entity(text, text, kind))) == ""
    assert asked(said(text, entity(text, text, kind))) == ""


def test_a_picked_part_of_what_is_replied_to_is_the_question() -> None:
    replied = {"message_id": 2, "date": 1, "chat": GROUP, "from": ANNA, "text": "Well. Who runs the ferry? Not me."}
    quote = {"text": "Who runs the ferry?", "position": 6, "is_manual": True}
    mention = entity("@mybot", "@mybot", "mention")
    assert asked(said("@mybot", mention, reply_to_message=replied, quote=quote)) == "Who runs the ferry?"


def test_the_words_under_a_picture_can_be_replied_to() -> None:
    replied = {"message_id": 2, "date": 1, "chat": GROUP, "from": ANNA, "caption": "Which pier is this?"}
    assert asked(said("@mybot", entity("@mybot", "@mybot", "mention"), reply_to_message=replied)) == (
        "Which pier is this?"
    )


def test_words_of_ones_own_beside_a_reply_are_the_question() -> None:
    text = "@mybot is that true?"
    assert asked(replying(ANNA, text, entity(text, "@mybot", "mention"))) == "is that true?"


def test_a_mention_by_id_counts_where_a_client_writes_the_name() -> None:
    text = "Footnote, who runs it?"
    assert asked(said(text, entity(text, "Footnote", "text_mention", user=BOT))) == "who runs it?"


def test_every_mention_is_taken_out() -> None:
    text = "@mybot who, @mybot, runs it?"
    found = [MessageEntity("mention", text.index("@"), 6), MessageEntity("mention", text.rindex("@"), 6)]
    assert without_mentions(text, found, "mybot", ME) == "who, runs it?"


def test_failure_29_what_an_anonymous_admin_writes_is_heard_like_anybodys() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    text = "@mybot who?"
    assert asked(said(text, entity(text, "@mybot", "mention"), sender_chat=GROUP, **{"from": anonymous})) == "who?"


def test_failure_29_a_message_without_a_sender_or_text_is_for_nobody() -> None:
    post = Message.de_json({"message_id": 1, "date": 1, "chat": GROUP, "new_chat_title": "Ferries"}, None)
    assert post is not None
    assert asked(post) is None
    silent = Message.de_json({**post.to_dict(), "reply_to_message": {**post.to_dict(), "from": BOT}}, None)
    assert silent is not None
    assert asked(silent) is None


@pytest.mark.parametrize(
    ("text", "marked", "command"),
    [
        ("/ask who runs\n\nthe ferry? ", "/ask", ("ask", "who runs\n\nthe ferry?")),
        ("/ASK@MyBot who?", "/ASK@MyBot", ("ask", "who?")),
        ("/source 2", "/source", ("source", "2")),
        ("/help", "/help", ("help", "")),
        ("/help\n", "/help", ("help", "")),
        ("/help@mybot2", "/help@mybot2", None),
        ("see /help", "/help", None),
    ],
)
def test_a_command_is_what_a_message_begins_with(text: str, marked: str, command: tuple[str, str] | None) -> None:
    found = entity(text, marked, "bot_command")
    assert parse_command(text, [MessageEntity(found["type"], found["offset"], found["length"])], "MyBot") == command


def test_a_slash_without_its_entity_is_no_command() -> None:
    assert parse_command("/etc/passwd", [], "mybot") is None
    assert parse_command("/etc", [MessageEntity("bold", 0, 4)], "mybot") is None


def test_an_entity_beyond_the_text_does_no_harm() -> None:
    assert parse_command("/ask", [MessageEntity("bot_command", 0, 99)], "mybot") == ("ask", "")
    assert without_mentions("hi", [MessageEntity("mention", 50, 6)], "mybot", ME) == "hi"
