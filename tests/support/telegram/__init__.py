"""Telegram's Bot API on this machine, for tests: it refuses what Telegram refuses, and people write to the bot.

with BotApi() as api:
    ann = api.user(7, language_code="fr")
    private = api.private(ann)
    ...                                           # start the bot: api.token, api.base_url
    asked = private.says(ann, "Where did they meet?")
    [answer] = private.wait_for_reply(asked)
    assert api.press(ann, answer, "[1]").wait() == ""
    assert api.problems == []
"""

from tests.support.telegram.chats import Chat, User
from tests.support.telegram.keyboards import Button
from tests.support.telegram.messages import Action, Draft, Message, Version
from tests.support.telegram.refusals import Problem
from tests.support.telegram.server import BotApi
from tests.support.telegram.world import Call, Press

__all__ = ["Action", "BotApi", "Button", "Call", "Chat", "Draft", "Message", "Press", "Problem", "User", "Version"]
