"""Chats, who is in them, and the bot's leaving them."""

from __future__ import annotations

from typing import Any, Final

from tests.support.telegram.chats import Chat
from tests.support.telegram.methods.registry import Method, writable_chat
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import bad
from tests.support.telegram.world import World

_RIGHTS: Final = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_GIFTS: Final = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"]


def _get_chat(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    gifts = dict.fromkeys(_GIFTS, False)
    return {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def _member(chat: Chat, user: dict[str, Any]) -> dict[str, Any]:
    if user["id"] in chat.admins:
        return {"status": "administrator", "user": user, **dict.fromkeys(_RIGHTS, True)}
    return {"status": "member", "user": user}


def _get_member(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    number = parameters.number("user_id")
    if number == world.me["id"]:
        return _member(chat, world.me)
    for place, user in enumerate(chat.members):
        if user.id == number:
            if place == 0 and chat.kind != "private":
                return {"status": "creator", "user": user.json(), "is_anonymous": False}
            return _member(chat, user.json())
    raise bad("PARTICIPANT_ID_INVALID")


def _leave(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.shut = f"Forbidden: bot is not a member of the {chat.kind} chat"
    return True


METHODS: Final[dict[str, Method]] = {
    "getChat": _get_chat,
    "getChatMember": _get_member,
    "leaveChat": _leave,
}
