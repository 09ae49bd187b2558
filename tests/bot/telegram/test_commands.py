"""The table of commands, what menus, /help and /start make of it, links that carry a question, and /lang."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import BotCommand
from telegram.constants import BotCommandLimit

from bot.printable import printable
from bot.render.telegram.message import TEXT_LIMIT, units
from bot.render.telegram.presses import Press, read_press
from bot.telegram.commands import COMMANDS, Scope, find_command, for_menu, help_text, unknown_command
from bot.telegram.handlers.commanding import Commanding
from bot.telegram.language import interface_language, language_message, language_set, read_language
from bot.telegram.starting import PAYLOAD_LIMIT, read_payload, start_message, start_payload
from bot.telegram.texts import texts
from retrieval.types import LANGUAGES

SCOPES: tuple[Scope, ...] = ("private", "group", "admin")
ADMINS = {"pair", "people", "add", "stats"}
EVERYBODYS = {
    "ask", "feedback", "filter", "forget", "help", "lang", "privacy", "reset", "source", "sources", "start", "stop",
}  # fmt: skip


def test_the_table_holds_the_commands_that_are_promised() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))
    assert {command.name for command in COMMANDS if command.admins_only} == ADMINS
    assert set(names) == ADMINS | EVERYBODYS


def test_the_readme_lists_them_as_help_does() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `(/[^`]+)` \| (.+) \|$", readme, flags=re.MULTILINE)
    english = texts("en")
    told = [
        (f"/{command.name} {english(f'commands.takes.{command.takes}') if command.takes else ''}".strip(),
         english(f"commands.{command.name}"))
        for command in COMMANDS
    ]  # fmt: skip
    assert listed == told


def test_every_command_is_obeyed_and_nothing_else() -> None:
    unused: Any = None  # what handlers work with; none is called here
    assert set(Commanding(unused, unused, unused, unused).handlers) == {command.name for command in COMMANDS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", SCOPES)
def test_telegram_takes_every_menu(scope: Scope, language: str) -> None:
    menu = for_menu(scope, texts(language))
    assert 0 < len(menu) <= BotCommandLimit.MAX_COMMAND_NUMBER
    for name, description in menu:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
        assert BotCommandLimit.MIN_DESCRIPTION <= len(description) <= BotCommandLimit.MAX_DESCRIPTION
        assert BotCommand(name, description).command == name


def test_each_menu_offers_what_is_of_use_there() -> None:
    offered = {scope: {name for name, _ in for_menu(scope, texts("en"))} for scope in SCOPES}
    assert offered["private"] == EVERYBODYS
    assert offered["admin"] == EVERYBODYS | ADMINS
    assert {"ask", "help", "stop"} < offered["group"] < EVERYBODYS


@pytest.mark.parametrize("name", sorted(ADMINS))
def test_an_admins_command_is_unknown_to_others_and_tells_nothing_in_a_group(name: str) -> None:
    assert find_command(name, admin=False, private=True) is None
    assert find_command(name, admin=False, private=False) is None
    assert find_command(name, admin=True, private=True) is not None
    assert (find_command(name, admin=True, private=False) is not None) == (name == "pair")


def test_a_command_works_beyond_the_menus_that_offer_it() -> None:
    for name in EVERYBODYS:
        assert find_command(name, admin=False, private=False) is not None
    assert find_command("nonsense", admin=True, private=True) is None


def test_an_unknown_command_is_named_and_not_at_length() -> None:
    assert unknown_command(texts("en"), "nonsense") == "There is no command /nonsense. /help lists those there are."
    assert len(unknown_command(texts("fr"), "x" * 4000)) < 120


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("admin", "group"), [(False, False), (True, False), (False, True), (True, True)])
def test_help_lists_the_commands_there_are_for_this_person_here(language: str, admin: bool, group: bool) -> None:
    message = help_text(texts(language), admin=admin, group=group)
    listed = re.findall(r"^/(\w+)", message.text.split("\n\n")[1], re.MULTILINE)
    scope: Scope = "group" if group else "admin" if admin else "private"
    assert listed == [name for name, _ in for_menu(scope, texts(language))]
    assert units(message.text) <= TEXT_LIMIT


def test_failure_19_help_says_what_reaches_the_bot_in_groups() -> None:
    english = help_text(texts("en"), admin=False, group=False).text
    assert "/ask with a question always reaches me" in english
    assert "privacy mode" in english
    assert "mode de confidentialité" in help_text(texts("fr"), admin=False, group=True).text


def test_the_titles_of_help_are_bold_and_nothing_else() -> None:
    message = help_text(texts("fr"), admin=False, group=False)
    marked = [message.text[entity.offset : entity.offset + entity.length] for entity in message.entities]
    assert marked == ["Poser une question", "Commandes", "Dans les groupes"]
    assert {entity.style for entity in message.entities} == {"bold"}


def test_start_is_two_lines_and_up_to_three_questions_to_press() -> None:
    questions = ["Who runs the ferry?", "Qui a ouvert le quai\u00a0?", "When did the pier open?", "Why?"]
    message = start_message(texts("en"), questions, 5)
    assert message.text == (
        "I answer questions about 5 articles, in English or in French, with quotes you can check.\n"
        "Just write a question, or press one of these:"
    )
    assert [button.label for (button,) in message.keyboard] == questions[:3]
    assert [read_press(button.press or "") for (button,) in message.keyboard] == [
        Press("example", (str(number),)) for number in range(3)
    ]


def test_start_without_examples_offers_none() -> None:
    message = start_message(texts("fr"), [], 1)
    assert message.keyboard == ()
    assert message.text.startswith("Je réponds à vos questions sur 1 article, ")
    assert len(message.text.splitlines()) == 2


@pytest.mark.parametrize("question", ["Who runs the ferry?", "Où est le quai\u00a0?", "3.5% of 🚢?", "?", "x" * 46])
def test_a_question_goes_into_a_link_and_comes_out_of_it(question: str) -> None:
    payload = start_payload(question)
    assert payload is not None
    assert re.fullmatch(r"q_[A-Za-z0-9_-]+", payload)
    assert len(payload) <= PAYLOAD_LIMIT
    assert read_payload(payload) == question


@pytest.mark.parametrize("question", ["x" * 47, "é" * 24, "\ud83d"])
def test_a_question_that_does_not_fit_a_link_is_not_cut(question: str) -> None:
    assert start_payload(question) is None


@pytest.mark.parametrize(
    "payload", ["", "q_", "q_A", "q_====", "q_é", "q_" + "A" * 200, "q__w", "012345", "ref_x", "q_AAAA"]
)
def test_a_link_that_anybody_wrote_holds_no_question(payload: str) -> None:
    assert read_payload(payload) is None


@given(st.text(max_size=70))
def test_whatever_stands_in_a_link_is_harmless(text: str) -> None:
    for read in (read_payload(text), read_payload(f"q_{text}")):
        assert read is None or read == printable(read) != ""


@pytest.mark.parametrize(
    ("stored", "code", "language"),
    [
        (None, None, "en"),
        (None, "", "en"),
        (None, "fr", "fr"),
        (None, "fr-CA", "fr"),
        (None, "FR", "fr"),
        (None, "en-GB", "en"),
        (None, "de", "en"),
        (None, "x", "en"),
        ("fr", "en", "fr"),
        ("en", "fr-CA", "en"),
        ("auto", "fr", "fr"),
    ],
)
def test_the_interface_speaks_the_chosen_language_else_the_apps_else_english(
    stored: str | None, code: str | None, language: str
) -> None:
    assert interface_language(stored, code) == language


@pytest.mark.parametrize(
    ("argument", "choice"),
    [("fr", "fr"), (" EN ", "en"), ("auto", "auto"), ("", None), ("de", None), ("french", None), ("fr en", None)],
)
def test_lang_takes_a_language_or_auto(argument: str, choice: str | None) -> None:
    assert read_language(argument) == choice


@pytest.mark.parametrize("language", LANGUAGES)
def test_lang_alone_shows_the_choices(language: str) -> None:
    message = language_message(texts(language))
    (row,) = message.keyboard
    assert [button.label for button in row][:2] == ["English", "Français"]
    assert [read_press(button.press or "") for button in row] == [
        Press("language", (one,)) for one in ("en", "fr", "auto")
    ]
    assert message.text != language_message(texts(language), wrong=True).text


def test_a_choice_is_confirmed_in_the_new_language() -> None:
    assert language_set(texts("fr"), "fr").startswith("Mes messages et mes boutons sont maintenant en français.")
    assert language_set(texts("en"), "auto") != language_set(texts("en"), "en")
