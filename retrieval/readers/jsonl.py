"""JSON Lines: a row an article, under its id. A row that can't be used is named by its line; the others are read."""

from __future__ import annotations

import json

from retrieval.readers import fields
from retrieval.readers.found import Document, Read, Refused, Unreadable, digest

_EXAMPLE = "a word or a number"


def read(name: str, content: bytes) -> Read:
    """A document or a reason for each line that isn't blank, in their order. Raises Refused for an empty file."""
    seen: dict[str, int] = {}
    rows = 0
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        rows += 1
        found = _row(name, f"{name}:{number}", line.rstrip(b"\r"))
        if isinstance(found, Document) and (earlier := seen.setdefault(found.path, number)) != number:
            again = f"The id is that of line {earlier} already."
            found = Unreadable(f"{name}:{number}", again, "Give each row an id of its own.")
        yield found
    if not rows:
        raise Refused("The file is empty.", "Put an article a line into it, or take it away.")


def _row(name: str, where: str, line: bytes) -> Document | Unreadable:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Unreadable(where, f"It is not UTF-8 (first at byte {error.start}).", "Export it again as UTF-8.")
    except (ValueError, RecursionError):
        return Unreadable(where, "The line is not valid JSON.", "Write one JSON object a line.")
    if not isinstance(row, dict):
        return Unreadable(where, "The line is not a JSON object.", 'Write a row as {"id": …, "text": …}.')
    return fields.document(name, where, fields.sorted_out(row), digest(line), _EXAMPLE)
