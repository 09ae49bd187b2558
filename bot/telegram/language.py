"""The language of the bot's own sentences and buttons, and /lang. An answer is in its question's language instead."""

from __future__ import annotations

from typing import Final

from bot.render.telegram.message import Button, Message
from bot.render.telegram.presses import press
from bot.telegram.texts import Texts
from retrieval.types import LANGUAGES

AUTO: Final = "auto"
"""The choice to go by what Telegram tells of a person's app."""


def interface_language(stored: str | None, language_code: str | None) -> str:
    """The person's choice; without one, the language of the app ("fr-CA", or not told); else English."""
    for wanted in (stored, language_code):
        if wanted and wanted[:2].lower() in LANGUAGES:
            return wanted[:2].lower()
    return "en"


def read_language(argument: str) -> str | None:
    """What /lang was given: "en", "fr" or "auto"; None for anything else."""
    wanted = argument.strip().lower()
    return wanted if wanted in (*LANGUAGES, AUTO) else None


def language_message(texts: Texts, wrong: bool = False) -> Message:
    """What /lang shows without an argument, or after a wrong one: a button for each choice."""
    row = tuple(Button(texts(f"lang.{choice}"), press("language", choice)) for choice in (*LANGUAGES, AUTO))
    return Message(texts("lang.wrong") if wrong else texts("lang.which"), keyboard=(row,))


def language_set(texts: Texts, choice: str) -> str:
    """What is said after a choice; `texts` are those of the new language."""
    return texts("lang.follows") if choice == AUTO else texts("lang.set")
