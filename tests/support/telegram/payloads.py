"""The JSON of what a message can be besides text: files, stickers, forwarded words, people who are no people."""

from __future__ import annotations

from typing import Any, Final

ANONYMOUS_ADMIN: Final = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who Telegram says wrote what an admin wrote in the name of his group."""
CHANNEL_BOT: Final = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Who Telegram says wrote what was written in the name of a channel."""

_DETAILS: Final[dict[str, dict[str, Any]]] = {
    "audio": {"duration": 3, "mime_type": "audio/mpeg"},
    "animation": {"duration": 3, "width": 320, "height": 240, "mime_type": "video/mp4"},
    "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False, "emoji": "😀"},
    "video": {"duration": 3, "width": 320, "height": 240, "mime_type": "video/mp4"},
    "video_note": {"duration": 3, "length": 240},
    "voice": {"duration": 3, "mime_type": "audio/ogg"},
}
_WITHOUT_FILE: Final[dict[str, dict[str, Any]]] = {
    "contact": {"phone_number": "+33000000000", "first_name": "Ada"},
    "dice": {"emoji": "🎲", "value": 4},
    "location": {"latitude": 48.85, "longitude": 2.35},
    "venue": {"location": {"latitude": 48.85, "longitude": 2.35}, "title": "A square", "address": "Paris"},
}


def attachment(kind: str, file: dict[str, Any]) -> dict[str, Any]:
    """The field of a message that carries a thing of this kind, as {kind: …}; `file`: file_id and the rest.

    Raises ValueError for a kind that this server does not know.
    """
    if kind == "photo":
        return {kind: [{**file, "width": 90, "height": 60}, {**file, "width": 900, "height": 600}]}
    if kind in _DETAILS:
        return {kind: {**file, **_DETAILS[kind]}}
    if kind in _WITHOUT_FILE:
        return {kind: _WITHOUT_FILE[kind]}
    raise ValueError(f"no message with a {kind}")


def forwarded_from(name: str, date: int) -> dict[str, Any]:
    """The field that marks words as forwarded from somebody who hides his account."""
    return {"forward_origin": {"type": "hidden_user", "date": date, "sender_user_name": name}}
