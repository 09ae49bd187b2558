"""Every /command in one table: what menus offer, what /help lists, what a handler is looked up by, and who may use it.

Holds no handlers and sends nothing. What a command does stands beside what it works on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from telegram import MessageEntity

from bot.render.telegram.message import Entity, Message, units
from bot.telegram.entities import command_entity, cut
from bot.telegram.texts import Texts

Scope = Literal["private", "group", "admin"]
"""Whose menu: private chats', groups', the private chats of those who run the bot."""

_EVERYWHERE: Final[tuple[Scope, ...]] = ("private", "group", "admin")
_PRIVATE: Final[tuple[Scope, ...]] = ("private", "admin")
_ADMIN: Final[tuple[Scope, ...]] = ("admin",)


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `scopes`: the menus that offer it; `takes`: its argument, a key of [commands.takes], or ""."""

    name: str
    scopes: tuple[Scope, ...]
    takes: str = ""

    @property
    def admins_only(self) -> bool:
        """Whether nobody but an admin may use it."""
        return self.scopes == _ADMIN


COMMANDS: Final = (
    Command("ask", _EVERYWHERE, "question"),
    Command("sources", _EVERYWHERE),
    Command("source", _EVERYWHERE, "number"),
    Command("stop", _EVERYWHERE),
    Command("reset", _EVERYWHERE),
    Command("filter", _EVERYWHERE, "filter"),
    Command("lang", _PRIVATE, "language"),
    Command("feedback", _PRIVATE, "words"),
    Command("privacy", _EVERYWHERE),
    Command("forget", _PRIVATE),
    Command("help", _EVERYWHERE),
    Command("start", _PRIVATE),
    Command("pair", _ADMIN, "code"),
    Command("people", _ADMIN),
    Command("add", _ADMIN, "text"),
    Command("stats", _ADMIN),
)
"""All of them, in the order in which menus and /help show them."""
_BY_NAME: Final = {command.name: command for command in COMMANDS}


def find_command(name: str, *, admin: bool, private: bool) -> Command | None:
    """The command with this name, as parse_command gives it; None is to be taken for an unknown one.

    An admin's command is unknown to everybody else, and in groups to the admin too, where all would see what it tells.
    Only /pair, which tells nothing, lets a group in from within. Other commands work beyond the menus that offer them.
    """
    command = _BY_NAME.get(name)
    if command is None or not command.admins_only:
        return command
    return command if admin and (private or name == "pair") else None


def for_menu(scope: Scope, texts: Texts) -> list[tuple[str, str]]:
    """Names and descriptions of a menu, for setMyCommands."""
    return [(command.name, texts(f"commands.{command.name}")) for command in COMMANDS if scope in command.scopes]


def help_text(texts: Texts, *, admin: bool, group: bool) -> Message:
    """What /help shows: how to ask, the commands there are for this person here, and what reaches the bot in groups."""
    scope: Scope = "group" if group else "admin" if admin else "private"
    blocks = [
        (texts("help.asking"), texts("help.how")),
        (texts("help.commands"), "\n".join(_line(command, texts) for command in COMMANDS if scope in command.scopes)),
        (texts("help.groups"), texts("help.reaching")),
    ]
    text, entities = "", []
    for title, body in blocks:
        entities.append(Entity("bold", units(text), units(title)))
        text += f"{title}\n{body}\n\n"
    return Message(text.rstrip(), tuple(entities))


def unknown_command(texts: Texts, name: str) -> str:
    """The hint for a command there is not, for a private chat; in a group, silence."""
    return texts("help.unknown", name=name[:32])


def parse_command(text: str, entities: Sequence[MessageEntity], bot_username: str) -> tuple[str, str] | None:
    """Name in small letters and argument of the command a message begins with; None without one, or for another bot.

    The argument keeps its line breaks.
    """
    entity = command_entity(text, entities)
    if entity is None:
        return None
    _, command, argument = cut(text, entity)
    name, _, whose = command.removeprefix("/").lower().partition("@")
    return (name, argument.strip()) if whose in ("", bot_username.lower()) else None


def _line(command: Command, texts: Texts) -> str:
    takes = f" {texts(f'commands.takes.{command.takes}')}" if command.takes else ""
    return f"/{command.name}{takes} – {texts(f'commands.{command.name}')}"
