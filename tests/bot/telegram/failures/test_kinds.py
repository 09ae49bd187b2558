"""What is no question, or comes from nobody: media, channels, anonymous admins, service messages, the unknown."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.telegram.texts import texts
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, Message

MEDIA = {
    "voice": "voice",
    "audio": "voice",
    "photo": "photo",
    "sticker": "sticker",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "location": "other",
    "contact": "other",
    "dice": "other",
}
"""Kinds of messages without a text, and the sentence of [documents.media] that is said of each."""
TWENTY_MB = 20 * 1024 * 1024


def answers(chat: Chat, question: str = COMMANDER) -> Message:
    """Ask this, and wait for the answer: whatever came before has been handled."""
    asked = chat.says(chat.members[0], f"/ask {question}" if chat.kind != "private" else question)
    [answer] = chat.wait_for_reply(asked)
    assert "[1]" in answer.labels
    return answer


# --- 27: what can't be read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MEDIA)
def test_failure_27_what_is_no_text_is_told_so_and_not_fetched(bot: Bot, kind: str) -> None:
    fetched = bot.api.counts["getFile"]
    ann = bot.private(language="fr")
    [told] = ann.wait_for_reply(ann.sends(ann.members[0], kind, size=5 * TWENTY_MB))
    assert told.text == texts("fr")(f"documents.media.{MEDIA[kind]}")
    assert bot.api.counts["getFile"] == fetched


def test_failure_27_pictures_sent_together_are_told_so_once(ann: Chat) -> None:
    first = ann.sends(ann.members[0], "photo", media_group_id="9")
    others = [ann.sends(ann.members[0], "photo", media_group_id="9") for _ in range(3)]
    ann.wait_for_reply(first)
    answers(ann)
    assert [ann.replies[other.id] for other in others] == [[], [], []]


def test_failure_27_in_groups_they_are_passed_over(bot: Bot) -> None:
    bot.api.privacy = False
    group = bot.group()
    for kind in MEDIA:
        group.sends(group.members[0], kind)
    group.sends_file(group.members[0], "pier.txt", b"The pier opened.")
    answers(group)
    bot.api.privacy = True
    assert len(group.sent) == 1


def test_failure_27_a_file_from_who_is_no_admin_is_not_fetched(bot: Bot, ann: Chat) -> None:
    fetched = bot.api.counts["getFile"]
    [told] = ann.wait_for_reply(ann.sends_file(ann.members[0], "pier.txt", b"The pier opened.", size=2 * TWENTY_MB))
    assert told.text == texts("en")("documents.admins_only")
    assert bot.api.counts["getFile"] == fetched


# --- 29: nobody, or no text ------------------------------------------------------------------------------------------


def test_failure_29_posts_of_channels_are_passed_over(bot: Bot, ann: Chat) -> None:
    channel = bot.api.channel(-2_000_000_001)
    for text in (COMMANDER, f"/ask {COMMANDER}", f"@{bot.api.me['username']} {COMMANDER}"):
        post = channel.says(channel, text)
        channel.edits(post, f"{text}!")
        # And should Telegram send them all the same:
        bot.api.inject({"channel_post": post.json()})
        bot.api.inject({"edited_channel_post": {**post.json(), "edit_date": int(time.time())}})
    answers(ann)
    assert channel.sent == []


def test_failure_29_an_anonymous_admin_asks_and_goes_on_from_the_answer(bot: Bot) -> None:
    group = bot.group()
    asked = group.says(group, f"/ask {COMMANDER}")
    [answer] = group.wait_for_reply(asked)
    assert "[1]" in answer.labels
    again = group.says(group, "How many policemen were beheaded in Sabratha?", reply_to=answer)
    assert "12 policemen" in group.wait_for_reply(again)[0].text
    help_ = group.says(group, "/help")
    assert texts("en")("help.reaching") in group.wait_for_reply(help_)[0].text


def test_failure_29_a_channel_that_writes_in_a_group_asks_too(bot: Bot) -> None:
    channel = bot.api.channel(-2_000_000_002)
    group = bot.group()
    asked = group.says(channel, f"/ask {COMMANDER}")
    assert "[1]" in group.wait_for_reply(asked)[0].labels


def test_failure_29_service_messages_are_passed_over(bot: Bot) -> None:
    group = bot.group()
    person = group.members[0]
    happenings: tuple[dict[str, Any], ...] = (
        {"new_chat_members": [person.json()]},
        {"left_chat_member": person.json()},
        {"new_chat_title": "Writers"},
        {"delete_chat_photo": True},
        {"group_chat_created": True},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"video_chat_started": {}},
        {"forum_topic_created": {"name": "Questions", "icon_color": 7322096}},
        {"write_access_allowed": {}},
    )
    for what in happenings:
        group.service(person, **what)
    pinned = answers(group)
    group.service(person, pinned_message=pinned.json(with_reply=False))
    answers(group)
    assert len(group.sent) == 2


def test_failure_29_a_message_from_nobody_is_passed_over(bot: Bot, ann: Chat) -> None:
    nameless = ann.add(None, COMMANDER)
    bot.api.inject({"message": nameless.json()})
    empty = ann.add(ann.members[0].json())
    bot.api.inject({"message": empty.json()})
    bot.api.inject({"edited_message": {**empty.json(), "edit_date": int(time.time())}})
    answers(ann)
    assert [message.text for message in ann.sent if message.reply_to is empty] == []


# --- 30: the unknown -------------------------------------------------------------------------------------------------


def test_failure_30_updates_of_kinds_that_nobody_knows_are_passed_over(bot: Bot, ann: Chat) -> None:
    person = ann.members[0].json()
    bot.api.inject({"telepathy": {"from": person, "chat": ann.json(), "thought": COMMANDER}})
    bot.api.inject({"message_reaction": {"chat": ann.json(), "message_id": 1, "date": 1, "user": person,
                                         "old_reaction": [], "new_reaction": []}})  # fmt: skip
    bot.api.inject({"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                             "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}})  # fmt: skip
    bot.api.inject({"stopped_message_generation": "now"})
    bot.api.inject({"stopped_message_generation": {"chat": {"id": "x"}, "draft_id": None}})
    bot.api.inject({"stopped_message_generation": {"chat": ann.json(), "draft_id": 999_999}})
    bot.api.inject({})
    answers(ann)
    assert len(ann.sent) == 1


def test_failure_30_fields_that_nobody_knows_change_nothing(ann: Chat) -> None:
    news: dict[str, Any] = {"mood": "curious", "telepathy": {"strength": 7}, "checklist_of_tomorrow": [1, {"two": 3}]}
    asked = ann.says(ann.members[0], COMMANDER, **news)
    [answer] = ann.wait_for_reply(asked)
    assert "[1]" in answer.labels
    mood = {"type": "mood", "offset": 0, "length": 3}
    asked = ann.says(ann.members[0], COMMANDER, entities=[mood])
    assert "[1]" in ann.wait_for_reply(asked)[0].labels


def test_failure_30_a_message_of_a_kind_that_nobody_knows_is_passed_over(ann: Chat) -> None:
    unknown = ann.says(ann.members[0], "", hologram={"file_id": "h"})
    answers(ann)
    assert ann.replies[unknown.id] == []


def test_failure_30_the_bot_asks_for_the_kinds_it_knows(bot: Bot, ann: Chat) -> None:
    answers(ann)
    assert bot.api.updates.allowed == {
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "my_chat_member",
        "stopped_message_generation",
    }
