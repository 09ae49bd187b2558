"""A session in which much goes wrong leaves no token, key or word of anybody in the journal, the log or an error."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from urllib.parse import quote

from bot.conversations import FILE
from bot.home import LOG
from bot.telegram.texts import texts
from tests.support.drafts import drafting
from tests.support.model_server import ModelServer
from tests.support.model_server import dropped as model_dropped
from tests.support.model_server import fail as model_fails
from tests.support.running import Bot, Start
from tests.support.telegram import Chat, dropped, fail, garbage, lost_reply, page, too_many

KEY = "sk-proj-a-key-of-the-tests-0123456789"
WORDS = ("Quillonia", "Zembla", "Brobdingnag", "Lilliput", "Laputa", "Erewhon")
"""A word of each of the questions and messages, which nobody else writes."""


def asks(chat: Chat, word: str) -> str:
    """What is said in the end to a question with this word."""
    asked = chat.says(chat.members[0], f"Who commands the forces around {word}?")
    return chat.wait_for_reply(asked, 60)[0].text


def test_failure_33_no_secret_and_no_word_of_anybody_is_written_down(start: Start, model: ModelServer) -> None:
    bot = start(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=model.url)
    ann = bot.private()
    _the_model_fails(ann, model)
    _telegram_fails(bot, ann)
    _the_home_is_damaged(bot, ann)
    bot.process.kill()
    bot.process.start().ready()
    assert asks(ann, WORDS[0])
    assert bot.process.terminate() == 0

    log = (bot.home / LOG).read_text("utf-8")
    written = bot.process.text + "".join(bot.process.out) + log
    told = [line for line in bot.process.lines if json.loads(line)["level"] in ("warning", "error")]
    assert len(told) > 5 and "Traceback" in log, "a session without errors proves nothing"
    said = "\n".join(message.text for message in ann.sent if message.text)
    secret = bot.api.token.partition(":")[2]
    for needle in (bot.api.token, secret, quote(bot.api.token, safe=""), KEY):
        assert needle not in written
        assert needle not in said
    assert [word for word in WORDS if word.lower() in written.lower()] == []
    assert "Traceback" not in said


def _the_model_fails(ann: Chat, model: ModelServer) -> None:
    """In ways that repeat the key and the question."""
    model.echoes_key = True
    for reply in (
        model_fails(401, "invalid_api_key", f"Incorrect API key provided: {KEY}, for {WORDS[1]}"),
        model_fails(400, None, f"{KEY} {WORDS[1]}"),
        model_dropped(f"{KEY} {WORDS[1]}"),
    ):
        model.respond = lambda _request, reply=reply: reply
        assert asks(ann, WORDS[1])
    model.respond = drafting(None)


def _telegram_fails(bot: Bot, ann: Chat) -> None:
    """In its replies, its updates and for good."""
    for fault in (page(502), fail(400, f"Bad Request: can't parse entities in {WORDS[2]}"), garbage(), too_many(1)):
        bot.api.fault("sendMessage", fault, times=1, chat=ann.id)
        bot.api.fault("sendChatAction", fault, times=1, chat=ann.id)
        assert asks(ann, WORDS[2])
    bot.api.fault("sendMessage", lost_reply(), times=1, chat=ann.id)
    assert asks(ann, WORDS[2])
    polls = [bot.api.fault("getUpdates", fault, times=1) for fault in (page(502), dropped(), garbage())]
    bot.api.inject({"message": {"message_id": 1, "date": int(time.time()), "chat": {"id": 5}, "text": WORDS[3]}})
    bot.api.wait_until(lambda: all(poll.hits for poll in polls), 60)
    bot.api.fault("answerInlineQuery", fail(400, f"Bad Request: {WORDS[3]}"), times=1)
    bot.api.asks_inline(ann.members[0], f"Who commands the forces around {WORDS[3]}?")
    bot.api.wait_until(lambda: bool(bot.api.called("answerInlineQuery")), 60)
    refused = bot.private()
    bot.api.fault("sendMessage", fail(403, f"Forbidden: {WORDS[4]}"), times=1, chat=refused.id)
    refused.says(refused.members[0], f"Who commands the forces around {WORDS[4]}?")
    bot.api.wait_until(lambda: any(call.chat == refused.id for call in bot.api.called("sendMessage")), 60)


def _the_home_is_damaged(bot: Bot, ann: Chat) -> None:
    """So that a handler fails over what was asked."""
    asked = ann.says(ann.members[0], f"Who commands the forces around {WORDS[5]}?")
    [answer] = ann.wait_for_reply(asked, 60)
    with closing(sqlite3.connect(bot.home / FILE)) as connection, connection:
        connection.execute(
            "UPDATE turns SET outcome = json_object('question', typed) WHERE typed LIKE ?", (f"%{WORDS[5]}%",)
        )
    toast = bot.api.press(ann.members[0], answer, texts("en")("answer.why")).wait()
    before, after = texts("en")("chat.fault", error="\0").split("\0")
    assert toast.startswith(before) and toast.endswith(after)
    number = toast.removeprefix(before).removesuffix(after)
    assert number in bot.process.wait_for("a handler failed"), "whoever runs the bot finds it by its number"
