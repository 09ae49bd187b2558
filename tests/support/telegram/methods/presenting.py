"""What the bot says about itself: commands, name, descriptions."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.support.telegram.methods.registry import Method
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.profile import scope_key
from tests.support.telegram.refusals import bad
from tests.support.telegram.world import World

_COMMANDS: Final = 100
_DESCRIPTION: Final = 256
_LENGTHS: Final = {"name": 64, "short_description": 120, "description": 512}
_ALONE: Final = frozenset(("default", "all_private_chats", "all_group_chats", "all_chat_administrators"))
_IN_CHAT: Final = frozenset(("chat", "chat_administrators", "chat_member"))


def _language(parameters: Parameters) -> str:
    code = parameters.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _scope(world: World, parameters: Parameters) -> str:
    scope = parameters.structure("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in _IN_CHAT:
        world.chat(scope)
        if kind == "chat_member" and not isinstance(scope.get("user_id"), int):
            raise bad("can't parse BotCommandScope: Can't find field \"user_id\"")
    elif kind not in _ALONE:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return scope_key(scope)


def _set_commands(world: World, parameters: Parameters) -> Any:
    commands = parameters.structure("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands: expected an Array of BotCommand")
    if len(commands) > _COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command"))):
            raise bad("BOT_COMMAND_INVALID")
        description = str(command.get("description") or "").strip()
        if not description:
            raise bad("command description must be non-empty")
        if len(description) > _DESCRIPTION:
            raise bad(f"command description length must not exceed {_DESCRIPTION}")
    world.profile.commands[_scope(world, parameters), _language(parameters)] = commands
    return True


def _get_commands(world: World, parameters: Parameters) -> Any:
    return world.profile.commands.get((_scope(world, parameters), _language(parameters)), [])


def _delete_commands(world: World, parameters: Parameters) -> Any:
    world.profile.commands.pop((_scope(world, parameters), _language(parameters)), None)
    return True


def _setter(field: str) -> Method:
    def set_words(world: World, parameters: Parameters) -> Any:
        words = parameters.text(field)
        if len(words) > _LENGTHS[field]:
            raise bad(f"{field.replace('_', ' ')} must be at most {_LENGTHS[field]} characters")
        world.profile.words[field, _language(parameters)] = words
        return True

    return set_words


def _getter(field: str) -> Method:
    def get_words(world: World, parameters: Parameters) -> Any:
        return {field: world.profile.words.get((field, _language(parameters)), "")}

    return get_words


METHODS: Final[dict[str, Method]] = {
    "getMe": lambda world, _parameters: world.me,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
}
