"""Whether Telegram would take the buttons under a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from tests.support.telegram.refusals import bad

_BUTTONS: Final = 100
_ROW: Final = 8
_ACTIONS: Final = (
    "callback_data",
    "url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "pay",
    "callback_game",
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it, with what it does."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    inline: str | None = None


Rows = tuple[tuple[Button, ...], ...]


def buttons_of(markup: Any) -> Rows:
    """The buttons of a reply_markup that was checked."""
    if not isinstance(markup, dict):
        return ()
    return tuple(tuple(_button(given) for given in row) for row in markup.get("inline_keyboard", ()))


def _button(given: dict[str, Any]) -> Button:
    inline = given.get("switch_inline_query", given.get("switch_inline_query_current_chat"))
    copy = given["copy_text"]["text"] if "copy_text" in given else None
    return Button(given["text"], given.get("callback_data"), given.get("url"), copy, inline)


def checked_markup(markup: Any) -> dict[str, Any] | None:
    """The reply_markup, or None where there is none. Only an inline keyboard is looked into."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
            raise bad("reply markup is not of a known kind")
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse inline keyboard: expected an Array of Array")
    if sum(map(len, rows)) > _BUTTONS or any(len(row) > _ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]} if any(rows) else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"inline keyboard button has {len(actions)} actions: {', '.join(actions)}")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not re.fullmatch(r"(?:https?|tg)://[^\s/]+\S*", str(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button:
        copied = button["copy_text"]
        if not isinstance(copied, dict) or not 1 <= len(str(copied.get("text") or "")) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    if "style" in button and button["style"] not in ("danger", "success", "primary"):
        raise bad("can't parse inline keyboard button: Unsupported style specified")
