"""Who may use the bot: the first admin by the printed code, others by an admin's button or word, groups as well."""

from __future__ import annotations

import re

import pytest

from bot.telegram.commands import COMMANDS, Scope
from bot.telegram.texts import texts
from tests.support.running import COMMANDER, Bot, Start
from tests.support.telegram import Chat, Message

WORDS = texts("en")
_CODE = re.compile(r"\b\d{6}\b")


def reply(chat: Chat, text: str) -> Message:
    """What is said to a message."""
    return chat.wait_for_reply(chat.says(chat.members[0], text))[0]


def code_in(text: str) -> str:
    """The one six-digit code in a text."""
    [code] = set(_CODE.findall(text))
    return str(code)


def menu(bot: Bot, chat: Chat, language: str) -> dict[str, str]:
    """The commands that the person of a private chat is offered."""
    return bot.api.profile.menu("private", chat.id, language)


def offered(scope: Scope, language: str) -> dict[str, str]:
    """What a menu is to offer."""
    return {one.name: texts(language)(f"commands.{one.name}") for one in COMMANDS if scope in one.scopes}


@pytest.fixture
def bot(start: Start) -> Bot:
    """A bot that nobody runs yet, for listed people only."""
    return start(FOOTNOTE_ACCESS="listed")


def test_from_the_printed_code_to_people_and_groups_that_are_let_in(bot: Bot) -> None:
    # Nobody can let anybody in yet, and the start-up line says so.
    ann, rui, kim = bot.private(), bot.private(language="fr"), bot.private()
    assert reply(rui, COMMANDER).text == texts("fr")("access.nobody")
    assert "Nobody can ask yet" in bot.process.wait_for('"started"')
    [printed] = bot.process.out
    assert code_in(printed) not in bot.process.text, "the journal is kept by whoever collects logs"

    # The first admin, and what admins are offered.
    wrong = f"{(int(code_in(printed)) + 1) % 1_000_000:06}"
    ann.says(ann.members[0], wrong)
    assert reply(ann, code_in(printed)).text == WORDS("access.claimed")
    for language in ("en", "fr"):
        bot.api.wait_until(lambda language=language: menu(bot, ann, language) == offered("admin", language))  # type: ignore[misc]
    assert "[1]" in reply(ann, COMMANDER).labels
    assert WORDS("stats.today", questions=1, inline=0, dollars="0.00") in reply(ann, "/stats").text

    # A person asks to be let in, and an admin presses a button.
    told = reply(rui, "/start")
    code = code_in(told.text)
    assert told.text == texts("fr")("access.unlisted", code=code)
    [note] = ann.wait_for(lambda message: code in message.text)
    assert str(rui.id) in note.text and note.styled("code") == [rui.members[0].first_name]
    bot.api.press(ann.members[0], note, WORDS("access.allow")).wait()
    rui.wait_for(lambda message: message.text == texts("fr")("access.welcome"))
    bot.api.wait_until(lambda: note.text == WORDS("access.allowed_person", name=rui.members[0].first_name))
    assert note.buttons == []
    assert "[1]" in reply(rui, COMMANDER).labels
    assert menu(bot, rui, "fr") == offered("private", "fr")
    assert reply(rui, "/stats").text == texts("fr")("help.unknown", name="stats")

    # Another is refused by the word of an admin, and by /pair somebody is let in.
    code = code_in(reply(kim, "/start").text)
    [note] = ann.wait_for(lambda message: code in message.text)
    bot.api.press(ann.members[0], note, WORDS("access.refuse")).wait()
    kim.wait_for(lambda message: message.text == WORDS("access.declined"))
    lea = bot.private()
    code = code_in(reply(lea, COMMANDER).text)
    assert reply(ann, f"/pair {code}").text == WORDS("access.allowed_person", name=lea.members[0].first_name)
    assert "[1]" in reply(lea, COMMANDER).labels
    assert reply(ann, f"/pair {code}").text == WORDS("access.unknown_code")

    # A group, from within.
    group = bot.group(ann.members[0], kim.members[0])
    asked = group.says(kim.members[0], f"/ask {COMMANDER}")
    [told] = group.wait_for_reply(asked)
    code = code_in(told.text)
    assert told.text == WORDS("access.unlisted_group", code=code)
    again = group.says(kim.members[0], f"/ask {COMMANDER}")
    group.says(ann.members[0], f"/pair {code}")
    group.wait_for(lambda message: message.text == WORDS("access.welcome_group"))
    assert group.replies[again.id] == [], "once is enough"
    asked = group.says(kim.members[0], f"/ask {COMMANDER}")
    assert "[1]" in group.wait_for_reply(asked)[0].labels

    # All of that stands after a restart, and /people takes it back.
    bot.process.restart()
    assert len(bot.process.out) == 1, "there is an admin: no other code is printed"
    assert "[1]" in reply(lea, COMMANDER).labels
    people = reply(ann, "/people").text
    assert all(str(one.id) in people for one in (ann, rui, lea, group)) and str(kim.id) not in people
    assert reply(ann, f"/people remove {lea.id}").text == WORDS("chat.removed", whom=lea.id)
    silent = lea.says(lea.members[0], COMMANDER)
    assert "[1]" in reply(rui, COMMANDER).labels
    assert [message.labels for message in lea.replies[silent.id]] in ([], [[]])
