"""What is kept of somebody is told, and deleted when they want it: counted, complete, and nobody else's."""

from __future__ import annotations

import re

from bot.telegram.texts import texts
from tests.support.model_server import ModelServer, silent
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, Message
from tests.support.waiting import soon

WORDS = texts("en")
WORD = "Quillonia"
"""In no article and in nobody else's questions."""
QUESTION = f"Who commands the forces around {WORD}?"


def reply(chat: Chat, text: str) -> Message:
    """What is said to a message."""
    return chat.wait_for_reply(chat.says(chat.members[0], text))[0]


def forget(bot: Bot, chat: Chat, answer: str = "privacy.yes") -> str:
    """Ask to forget, answer this, and tell what is said then."""
    asked = reply(chat, "/forget")
    assert asked.text == WORDS("privacy.confirm")
    bot.api.press(chat.members[0], asked, WORDS(answer)).wait()
    bot.api.wait_until(lambda: bool(asked.versions))
    return asked.text


def written_down(bot: Bot, word: str) -> list[str]:
    """The files of the home in which a word stands."""
    return [path.name for path in bot.home.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def test_privacy_says_what_is_kept_where_and_for_how_long(bot: Bot, writer: Bot) -> None:
    told = reply(bot.private(), "/privacy").text
    for sentence in ("kept", "where", "local", "delete"):
        assert WORDS(f"privacy.{sentence}") in told
    assert WORDS.count("privacy.days", 90) in told
    written = reply(writer.private(), "/privacy").text
    assert WORDS("privacy.written", server="127.0.0.1") in written and WORDS("privacy.local") not in written


def test_forgetting_is_confirmed_counted_and_complete(bot: Bot, ann: Chat) -> None:
    rui = bot.private()
    others = reply(rui, COMMANDER)
    answers = [reply(ann, QUESTION), reply(ann, COMMANDER)]
    bot.api.press(ann.members[0], answers[0], "👍 Helpful").wait()
    reply(ann, f"/feedback {WORD} is a fine place.")
    assert written_down(bot, WORD)

    assert forget(bot, ann, "privacy.no") == WORDS("privacy.cancelled")
    assert bot.api.press(ann.members[0], answers[1], "[1]").wait() == ""
    [panel] = ann.wait_for(lambda message: message.reply_to is answers[1])

    done, *counted = forget(bot, ann).partition("\n\n")[0].splitlines()
    assert done == WORDS("privacy.done")
    assert counted[:2] == [f"– {WORDS.count('privacy.answers', 2)}", f"– {WORDS.count('privacy.opinions', 2)}"]
    assert all(re.fullmatch(r"– \d+ other entr(y|ies)", line) for line in counted[2:])

    assert written_down(bot, WORD) == []
    for message in (*answers, panel):
        for button in message.buttons:
            if button.data is not None:
                assert bot.api.press(ann.members[0], message, button.data).wait() == WORDS("chat.expired")
    assert forget(bot, ann).splitlines()[0] in (WORDS("privacy.nothing"), WORDS("privacy.done"))
    assert bot.api.press(rui.members[0], others, "[1]").wait() == "", "another's answers stay"
    bot.process.restart()
    assert written_down(bot, WORD) == [], "nor of the presses, which came with their messages"


def test_what_waits_and_what_is_being_answered_is_forgotten_too(writer: Bot, model: ModelServer) -> None:
    model.respond = lambda _request: silent()
    ann = writer.private()
    asked = [ann.says(ann.members[0], question) for question in (QUESTION, COMMANDER, QUESTION)]
    assert soon(lambda: len(model.requests) == 1)
    assert forget(writer, ann).startswith(WORDS("privacy.done"))
    assert soon(lambda: model.connections == 0)
    assert [ann.replies[one.id] for one in asked[1:]] == [[], []]
    assert [one.text for one in ann.replies[asked[0].id]] in ([], [WORDS("chat.stopped")])
    assert soon(lambda: writer.health()[1]["queue"] == 0)
    assert written_down(writer, WORD) == []
    assert reply(ann, "/stop").text == WORDS("chat.nothing_runs")
