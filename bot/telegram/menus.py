"""The menus of commands and the bot's short description, by language and kind of chat.

Niceties: what fails here is noted, and is no reason to stop.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from telegram import BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.ext import ExtBot

from bot.telegram.commands import Scope, for_menu
from bot.telegram.fates import BAD_REPLY, kind_of
from bot.telegram.journal import event
from bot.telegram.texts import texts
from retrieval.types import LANGUAGES


async def introduce(bot: ExtBot[Any]) -> None:
    """What everybody is shown of the bot before they write to it."""
    await _menu(bot, "private", BotCommandScopeAllPrivateChats())
    await _menu(bot, "group", BotCommandScopeAllGroupChats())
    for language in (None, *LANGUAGES):
        await _nicety(bot.set_my_short_description(texts(language or "en")("start.short"), language_code=language))


async def admin_menu(bot: ExtBot[Any], admin: int) -> None:
    """What somebody who runs the bot is offered besides; not to be asked for before they have written to the bot."""
    await _menu(bot, "admin", BotCommandScopeChat(admin))


async def _menu(bot: ExtBot[Any], scope: Scope, chats: BotCommandScope) -> None:
    for language in (None, *LANGUAGES):
        menu = for_menu(scope, texts(language or "en"))
        await _nicety(bot.set_my_commands(menu, scope=chats, language_code=language))


async def _nicety(request: Awaitable[object]) -> None:
    try:
        await request
    except BAD_REPLY as error:
        event("introduction left out", error=kind_of(error))
