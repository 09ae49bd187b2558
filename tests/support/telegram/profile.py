"""What the bot said about itself: its commands by scope and language, its names and descriptions by language."""

from __future__ import annotations

import json
from typing import Any, Final

_PRIVATE: Final = ("all_private_chats", "default")
_GROUP: Final = ("all_group_chats", "default")
_ADMINS: Final = "all_chat_administrators"


class Profile:
    """By language code; "" is for all languages that have nothing of their own."""

    def __init__(self) -> None:
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        """By scope, as `scope_key` writes it, and language."""
        self.words: dict[tuple[str, str], str] = {}
        """By name, short_description or description, and language."""

    def menu(self, kind: str, chat: int, language: str = "", *, user: int = 0, admin: bool = False) -> dict[str, str]:
        """The commands, with their descriptions, that a person is shown in a chat: the narrowest scope that has any."""
        scopes = [scope_key({"type": "chat", "chat_id": chat})]
        if kind == "private":
            scopes += [scope_key({"type": scope}) for scope in _PRIVATE]
        else:
            scopes.insert(0, scope_key({"type": "chat_member", "chat_id": chat, "user_id": user}))
            if admin:
                scopes.insert(1, scope_key({"type": "chat_administrators", "chat_id": chat}))
                scopes.append(scope_key({"type": _ADMINS}))
            scopes += [scope_key({"type": scope}) for scope in _GROUP]
        for scope in scopes:
            for code in dict.fromkeys((language[:2], "")):
                if found := self.commands.get((scope, code)):
                    return {one["command"]: one["description"] for one in found}
        return {}


def scope_key(scope: Any) -> str:
    """A scope of commands, as it is looked up."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)
