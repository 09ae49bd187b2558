"""What the bot says of itself before anybody writes to it: its commands by chat and language, its description."""

from __future__ import annotations

import pytest

from bot.telegram.commands import COMMANDS, Scope
from bot.telegram.texts import texts
from tests.support.running import Bot

KINDS: tuple[tuple[str, Scope], ...] = (("private", "private"), ("supergroup", "group"))


@pytest.mark.parametrize("code", ["", "en", "fr", "fr-CA", "de"])
@pytest.mark.parametrize(("kind", "scope"), KINDS)
def test_each_kind_of_chat_is_offered_its_commands_in_its_language(
    bot: Bot, kind: str, scope: Scope, code: str
) -> None:
    words = texts(code[:2] or "en")
    wanted = {one.name: words(f"commands.{one.name}") for one in COMMANDS if scope in one.scopes}
    bot.api.wait_until(lambda: bot.api.profile.menu(kind, 1, code) == wanted)
    assert ("stats" in wanted, "ask" in wanted) == (False, True)


@pytest.mark.parametrize("code", ["", "en", "fr"])
def test_the_short_description_is_in_both_languages(bot: Bot, code: str) -> None:
    words = texts(code or "en")
    bot.api.wait_until(lambda: bot.api.profile.words.get(("short_description", code)) == words("start.short"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_lists_what_the_menu_offers(bot: Bot, language: str) -> None:
    person = bot.person(language=language)
    for chat in (bot.api.private(person), bot.group(person)):
        [told] = chat.wait_for_reply(chat.says(person, "/help"))
        offered = bot.api.profile.menu(chat.kind, chat.id, language)
        assert offered
        assert [name for name, description in offered.items() if description not in told.text] == []
        assert [name for name in offered if f"/{name}" not in told.text] == []
