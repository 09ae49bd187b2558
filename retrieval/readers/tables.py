"""CSV: a row an article, columns by their usual names (`fields.NAMES`); commas, semicolons, tabs or bars between them.

A row without an id is known by a digest of its address, title and date; of its text, where it has no address or title.
"""

from __future__ import annotations

import csv
import io
import re

from retrieval.readers import fields
from retrieval.readers.found import LARGEST, Document, Read, Refused, Unreadable, digest
from retrieval.readers.text import decode

_SEPARATOR = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""The line by which spreadsheets say what stands between values."""
_HEADER = "Name the columns in the first line: id, title, outlet, author, date, language, url, text."


def read(name: str, content: bytes) -> Read:
    """A document or a reason for each row, in their order. Raises Refused for a file without columns we know."""
    text = decode(content).removeprefix("\ufeff")
    if "\x00" in text:
        raise Refused("It holds NUL bytes, so it is not text.", "Export it again as CSV in UTF-8.")
    csv.field_size_limit(LARGEST)
    said = _SEPARATOR.match(text)
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=said[1] if said else max(",;\t|", key=first.count))
    try:
        if said:
            next(rows)
        columns = next(rows, [])
        known = fields.sorted_out({column: column for column in columns})
        if not ({"text", "body"} & set(known)):
            raise Refused("No column of it is named text, body or content.", _HEADER)
        seen: dict[str, int] = {}
        for row in rows:
            if not any(value.strip() for value in row):
                continue
            number = rows.line_num
            where = f"{name}:{number}"
            if len(row) > len(columns):
                yield Unreadable(where, "The row has more values than there are columns.", "Put values in quotes.")
                continue
            found = _row(name, where, dict(zip(columns, row, strict=False)))
            if isinstance(found, Document) and (earlier := seen.setdefault(found.path, number)) != number:
                again = f"The id is that of line {earlier} already."
                found = Unreadable(where, again, "Give each row an id of its own.")
            yield found
        if not seen and rows.line_num < (3 if said else 2):
            raise Refused("There is no row below its first line.", "Put an article a row into it, or take it away.")
    except csv.Error as error:
        at = f"{name}:{rows.line_num}"
        yield Unreadable(at, f"From here on it is not CSV ({error}).", "Export it again; values go in quotes.")


def _row(name: str, where: str, values: dict[str, str]) -> Document | Unreadable:
    row = fields.sorted_out(values)
    whole = digest("\0".join(f"{key}\0{value}" for key, value in values.items()).encode("utf-8", "surrogatepass"))
    if "id" not in row:
        known = [str(row[meant][1]) for meant in ("url", "title") if meant in row]
        if known and "published" in row:  # a weekly column has the same title each week
            known.append(str(row["published"][1]))
        text = str(row.get("text", row.get("body", ("", "")))[1])
        row["id"] = ("", digest("\0".join(known or [text]).encode("utf-8", "surrogatepass"))[:12])
    return fields.document(name, where, row, whole, "in a column of that name")
