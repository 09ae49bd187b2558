"""The JSON object in what a model wrote, whole or as far as it has come.

Reads what weak models and servers add: thoughts before it, prose or code fences around it, a list around it, commas
before a closing bracket, line breaks inside strings. Does not check the object against its schema, beyond preferring
one that has the names asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

_TRIES: Final = 64
"""Opening braces tried, from the front. Real replies need two or three; one of nothing but braces is to cost little."""
_STRING = r'"(?:[^"\\]|\\.)*"'
_THOUGHTS = re.compile(r"\s*<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
# A string that never closes goes on to the end, so that each character is read once.
_STRAY_COMMA = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
_TOKEN = re.compile(rf'({_STRING})|("(?:[^"\\]|\\.)*\\?)\Z|([{{}}\[\]])|([:,])|[^\s{{}}\[\],:"]+', re.DOTALL)
_HALF_ESCAPE = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2})?(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z")
_CLOSING = {"{": "}", "[": "]"}
_DECODER = json.JSONDecoder(strict=False)  # not strict: line breaks inside strings


def whole(text: str, names: Sequence[str]) -> dict[str, Any] | None:
    """The object that has most of these names, the last of several; None when none has any."""
    said = _THOUGHTS.sub("", text, count=1)
    for variant in (said, _without_stray_commas(said)):
        found = list(_objects(variant))
        fits = [sum(name in each for name in names) for each in found]
        if any(fits):
            return found[max(range(len(found)), key=lambda at: (fits[at], at))]
    return None


def partial(text: str, names: Sequence[str]) -> dict[str, Any] | None:
    """The object that begins with the first brace, as far as it has come; None while it has none of these names.

    The last string may be a part of one; a number or word at the very end is left out, for it may go on.
    """
    said = _THOUGHTS.sub("", text, count=1)
    start = said.find("{")
    closed = _closed(said[start:]) if start >= 0 else None
    found = None if closed is None else next(_objects(_without_stray_commas(closed)), None)
    return found if found is not None and any(name in found for name in names) else None


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The objects of a text that are whole, one behind the other."""
    at = text.find("{")
    for _ in range(_TRIES):
        if at < 0:
            return
        try:
            found, end = _DECODER.raw_decode(text, at)
            found = _encodable(found)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield found
        at = text.find("{", end)


def _without_stray_commas(text: str) -> str:
    return _STRAY_COMMA.sub(lambda match: match[1] or "", text)


def _closed(text: str) -> str | None:
    """The longest beginning of an object that can be closed, closed. One pass: this is called for every token."""
    closing: list[str] = []
    is_value = True  # whether a string here is a value, not a name
    end = 0
    for match in _TOKEN.finditer(text):
        string, part, bracket, mark = match.groups()
        if bracket in _CLOSING:
            closing.append(_CLOSING[bracket])
        elif bracket and closing.pop() != bracket:
            return None
        elif part and is_value:
            return text[: match.start()] + _HALF_ESCAPE.sub("", part) + '"' + "".join(reversed(closing))
        is_word = not (string or part or bracket or mark)  # a number, true, false, null: ended if something follows
        if bracket or (string and is_value) or (is_word and match.end() < len(text)):
            end = match.end()
        if not closing:
            break
        is_value = mark == ":" or closing[-1] == "]"
    return text[:end] + "".join(reversed(closing)) if end else None


def _encodable(found: dict[str, Any]) -> dict[str, Any]:
    """The same without halves of surrogate pairs, which JSON can spell and no file or terminal can take."""
    text = json.dumps(found, ensure_ascii=False)
    clean: dict[str, Any] = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return clean
