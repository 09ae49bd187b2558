"""What the bot answers to a press and to an inline query."""

from __future__ import annotations

import re
import time
from typing import Any, Final

from tests.support.telegram.keyboards import checked_markup
from tests.support.telegram.methods.registry import Method
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import GONE_QUERY, bad
from tests.support.telegram.texts import checked_text, units
from tests.support.telegram.world import World

_TOAST: Final = 200
"""Characters of what a press shows."""
_RESULTS: Final = 50
_BYTES: Final = 64
"""Of a result's id, and of next_offset."""
_CACHE: Final = 300
"""Seconds, where a bot gives none."""


def _answer_press(world: World, parameters: Parameters) -> Any:
    text = parameters.text("text")
    if units(text) > _TOAST:
        raise bad("MESSAGE_TOO_LONG")
    press = world.presses.get(parameters.text("callback_query_id"))
    if press is None or time.monotonic() - press.at > world.query_age:
        raise bad(GONE_QUERY, blamed=False)
    press.answers.append({"text": text, "show_alert": parameters.flag("show_alert"), "url": parameters.text("url")})
    return True


def _answer_inline(world: World, parameters: Parameters) -> Any:
    results = parameters.structure("results") or []
    if not isinstance(results, list):
        raise bad("can't parse inline query results: expected an Array")
    if len(results) > _RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(result)
    if len({result["id"] for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    if len(parameters.text("next_offset").encode()) > _BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    answer = {
        "results": results,
        "cache_time": parameters.number("cache_time", _CACHE),
        "is_personal": parameters.flag("is_personal"),
        "next_offset": parameters.text("next_offset"),
        "button": _checked_button(parameters.structure("button")),
    }
    now = time.monotonic()
    query = world.inline_queries.get(parameters.text("inline_query_id"))
    if query is None or now - query.at > world.query_age:
        raise bad(GONE_QUERY, blamed=False)
    query.answer = answer
    world.inline_cache.keep(query, answer, now)
    return True


def _check_result(result: Any) -> None:
    """Refuse a result that no client could show. Only articles are looked into."""
    if not isinstance(result, dict) or not isinstance(result.get("id"), str):
        raise bad("can't parse inline query result: Can't find field \"id\"")
    if not 1 <= len(result["id"].encode()) <= _BYTES:
        raise bad("RESULT_ID_INVALID")
    if result.get("type") != "article":
        return
    if not str(result.get("title") or "").strip():
        raise bad('can\'t parse inline query result: Field "title" must be non-empty')
    content = result.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad("can't parse inline query result: Can't find field \"message_text\"")
    checked_text(content["message_text"], content.get("entities"), content.get("parse_mode", ""))
    checked_markup(result.get("reply_markup"))


def _checked_button(button: Any) -> Any:
    """The button above the results, which opens the private chat or a web app."""
    if button is None:
        return None
    if not isinstance(button, dict) or not 1 <= len(str(button.get("text") or "")) <= _BYTES:
        raise bad("can't parse inline query results button")
    start = button.get("start_parameter")
    if start is None and "web_app" in button:
        return button
    if not isinstance(start, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start):
        raise bad("START_PARAM_INVALID")
    return button


METHODS: Final[dict[str, Method]] = {
    "answerCallbackQuery": _answer_press,
    "answerInlineQuery": _answer_inline,
}
