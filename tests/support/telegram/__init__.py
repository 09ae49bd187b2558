"""Telegram's Bot API on this machine, for tests: it refuses what Telegram refuses, and people write to the bot.

    with BotApi() as api, BotProcess(api, home) as bot:
        ann = api.user(7, language_code="fr")
        private = api.private(ann)
        group = api.group(-1001, [ann], threads=[5])
        bot.start().ready()

        asked = private.says(ann, "Where did they meet?")     # also .edits .sends_file .sends .service .blocks
        [answer] = private.wait_for_reply(asked)              # or wait_for(3), wait_for(lambda m: "Paris" in m.text)
        assert api.press(ann, answer, "[1]").wait() == ""     # the toast; by label or callback data
        assert api.asks_inline(ann, "Paris").wait()           # the results

        api.fault("sendMessage", lost_reply(), times=1)       # see `faults`; api.limits sets flood limits
        bot.kill()
        bot.start().ready()

        assert private.sent[-1].styled("bold") == ["Paris"]   # also .text .labels .reply_to .versions; private.drafts
        assert api.problems == []                             # nothing the bot sent breaks Telegram's rules

Nothing sleeps: people act at once, and everything else is waited for (`api.wait_until`). Where an update goes is
Telegram's affair: to a poll, to a webhook, or nowhere, when the bot did not ask for its kind or privacy mode hides it.
"""

from tests.support.telegram.calls import Call
from tests.support.telegram.chats import Chat, User
from tests.support.telegram.faults import (
    Fault,
    Planned,
    delayed,
    dropped,
    fail,
    garbage,
    late_reply,
    lost_reply,
    page,
    rival,
    too_many,
)
from tests.support.telegram.floods import Flood, Limits
from tests.support.telegram.keyboards import Button
from tests.support.telegram.messages import Action, Draft, Message, Version
from tests.support.telegram.process import BotProcess
from tests.support.telegram.queries import InlineQuery, Press
from tests.support.telegram.refusals import Problem
from tests.support.telegram.server import BotApi

__all__ = [
    "Action",
    "BotApi",
    "BotProcess",
    "Button",
    "Call",
    "Chat",
    "Draft",
    "Fault",
    "Flood",
    "InlineQuery",
    "Limits",
    "Message",
    "Planned",
    "Press",
    "Problem",
    "User",
    "Version",
    "delayed",
    "dropped",
    "fail",
    "garbage",
    "late_reply",
    "lost_reply",
    "page",
    "rival",
    "too_many",
]
