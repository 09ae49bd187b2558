"""In groups the bot speaks when it is spoken to: whatever the privacy mode, and whatever others are called."""

from __future__ import annotations

import pytest

from bot.telegram.texts import texts
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Message

COMMANDO_BASE = "Where were the French commandos stationed?"
"""Another question that the bundled articles answer."""


class Room:
    """A group with two people in it."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.ann, self.rui = bot.person(), bot.person()
        self.group = bot.group(self.ann, self.rui)
        self.name = f"@{bot.api.me['username']}"

    def heard_and_passed_over(self, *messages: Message) -> None:
        """Nothing is said to these, by the time that what was asked after them is answered."""
        asked = self.group.says(self.ann, f"/ask {COMMANDER}")
        self.group.wait_for_reply(asked)
        assert [message for message in messages if self.group.replies[message.id]] == []
        assert len(self.group.sent) == 1


@pytest.fixture
def room(bot: Bot) -> Room:
    """A group that has just been made, of which the bot is told everything: privacy mode is off."""
    bot.api.privacy = False
    bot.api.me["can_read_all_group_messages"] = True
    return Room(bot)


@pytest.fixture(autouse=True)
def _privacy_is_on_again(bot: Bot) -> object:
    yield
    bot.api.privacy, bot.api.mentions_reach = True, True
    bot.api.me["can_read_all_group_messages"] = False


def _mention(text: str, name: str) -> list[dict[str, object]]:
    """What Telegram marks of a text as a mention of this name."""
    return [{"type": "mention", "offset": text.index(name), "length": len(name)}]


def test_failure_18_what_people_say_to_each_other_is_passed_over(room: Room) -> None:
    first = room.group.says(room.ann, COMMANDER)
    others = room.group.says(room.rui, "I think it was Haftar?", reply_to=first)
    room.heard_and_passed_over(first, others)


def test_failure_18_another_bots_name_is_not_ours(room: Room) -> None:
    longer = room.group.says(room.ann, f"{room.name}2 {COMMANDER}")
    inside = room.group.says(room.ann, f"Write to us{room.name}.example: {COMMANDER}", entities=[])
    link = room.group.says(room.ann, f"https://example.org/{room.name} {COMMANDER}", entities=[])
    room.heard_and_passed_over(longer, inside, link)


def test_failure_18_another_bots_command_is_not_ours(room: Room) -> None:
    others = room.group.says(room.ann, f"/ask{room.name}2 {COMMANDER}")
    unknown = room.group.says(room.ann, f"/roll {COMMANDER}")
    named = room.group.says(room.ann, f"/roll@dice_bot {COMMANDER} {room.name}")
    room.heard_and_passed_over(others, unknown, named)


def test_failure_18_a_mention_of_somebody_else_is_not_ours(room: Room) -> None:
    text = f"Rui {COMMANDER}"
    person = {"type": "text_mention", "offset": 0, "length": 3, "user": room.rui.json()}
    room.heard_and_passed_over(room.group.says(room.ann, text, entities=[person]))


@pytest.mark.parametrize("write", [str.lower, str.upper, str.title])
def test_failure_18_our_name_is_ours_in_whatever_letters(room: Room, write: object) -> None:
    name = write(room.name)  # type: ignore[operator]
    text = f"{COMMANDER} {name}"
    asked = room.group.says(room.ann, text, entities=_mention(text, name))
    [answer] = room.group.wait_for_reply(asked)
    assert "Benina" in answer.text and "[1]" in answer.labels


def test_failure_18_a_mention_without_a_name_is_ours_by_its_number(room: Room) -> None:
    text = f"Footnote, {COMMANDER}"
    bot = {"type": "text_mention", "offset": 0, "length": 8, "user": room.bot.api.me}
    asked = room.group.says(room.ann, text, entities=[bot])
    assert "Benina" in room.group.wait_for_reply(asked)[0].text


def test_failure_18_a_command_with_our_name_is_ours(room: Room) -> None:
    asked = room.group.says(room.ann, f"/ask{room.name} {COMMANDER}")
    assert "Benina" in room.group.wait_for_reply(asked)[0].text


def test_failure_18_a_mention_under_somebodys_words_asks_these(room: Room) -> None:
    words = room.group.says(room.rui, COMMANDER)
    asked = room.group.says(room.ann, room.name, reply_to=words)
    assert "Benina" in room.group.wait_for_reply(asked)[0].text
    assert room.group.replies[words.id] == []


def test_failure_18_a_mention_that_asks_nothing_is_told_how_to_ask(room: Room) -> None:
    asked = room.group.says(room.ann, f"{room.name}?")
    [told] = room.group.wait_for_reply(asked)
    assert told.text == texts("en")("chat.ask_how")


def test_failure_18_everything_in_a_topic_is_not_a_reply_to_the_bot(bot: Bot) -> None:
    bot.api.privacy = False
    ann = bot.person()
    group = bot.group(ann, threads=[5])
    chatter = group.says(ann, "Did you see the match?", thread=5)  # Telegram gives it as a reply to the topic's start
    asked = group.says(ann, f"/ask {COMMANDER}", thread=5)
    [answer] = group.wait_for_reply(asked)
    assert answer.thread == 5
    assert group.replies[chatter.id] == []


def test_failure_19_in_privacy_mode_commands_and_replies_reach_the_bot(bot: Bot) -> None:
    bot.api.mentions_reach = False  # reports disagree whether they do
    room = Room(bot)
    asked = room.group.says(room.ann, f"/ask {COMMANDER}")
    [answer] = room.group.wait_for_reply(asked)
    assert "Benina" in answer.text
    follow_up = room.group.says(room.rui, COMMANDO_BASE, reply_to=answer)
    assert "[1]" in room.group.wait_for_reply(follow_up)[0].labels
    mentioned = room.group.says(room.ann, f"{room.name} {COMMANDO_BASE}")
    assert not bot.api.overheard(mentioned)


@pytest.mark.parametrize(("language", "name"), [("en", "privacy mode"), ("fr", "mode de confidentialité")])
def test_failure_19_help_says_what_reaches_the_bot(bot: Bot, language: str, name: str) -> None:
    person = bot.person(language=language)
    for chat in (bot.api.private(person), bot.group(person)):
        [told] = chat.wait_for_reply(chat.says(person, "/help"))
        assert texts(language)("help.reaching") in told.text
        assert "/ask" in told.text and name in told.text
