"""What getUpdates gives, with an empty update in the place of each that python-telegram-bot cannot read.

It would give up the whole batch, and ask for the same one again at once, for ever. An empty update does nothing, and
is confirmed with the others. Reads no message; logs an update's number only.
"""

from __future__ import annotations

import json
from typing import Any

from telegram import Update

from bot.telegram.fates import UNREADABLE
from bot.telegram.journal import warn


def readable(payload: bytes) -> bytes:
    """The reply to a getUpdates; the same bytes where all of it can be read, and where it is no list of updates."""
    try:
        reply = json.loads(payload)
        updates = reply["result"]
    except (ValueError, *UNREADABLE):
        return payload
    if not isinstance(updates, list) or all(map(_is_readable, updates)):
        return payload
    kept = [update if _is_readable(update) else _emptied(update) for update in updates]
    return json.dumps({**reply, "result": [update for update in kept if update is not None]}).encode()


def _is_readable(update: Any) -> bool:
    try:
        return Update.de_json(update, None).update_id is not None
    except (ValueError, *UNREADABLE):
        return False


def _emptied(update: Any) -> dict[str, int] | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    warn("an update cannot be read", update=number)
    return {"update_id": number} if isinstance(number, int) else None
