"""Which articles a filter leaves, and which article a name means; in SQL and in words. Does not open the catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from retrieval.errors import UnknownArticle
from retrieval.names import fold
from retrieval.types import Filter, Selection

FEW: Final = 6000
"""Passages up to which all are compared: beyond, asking Chroma for more than is needed is faster (0015-filters.md)."""


class Rows(Protocol):
    """Asks the catalogue."""

    def __call__(self, statement: str, *values: str | int) -> list[Any]: ...


def select(wanted: Filter, rows: Rows, id_of: Callable[[str], str]) -> Selection:
    """What a filter leaves. `id_of`: the id of the article that a name means, "" where it means none, or several."""
    fits, values = ["1"], list[str]()
    for name, value in (("outlet", wanted.outlet), ("author", wanted.author)):
        if value is not None:
            known = rows(f"SELECT DISTINCT {name} FROM articles WHERE {name} IS NOT NULL")
            fits.append(f"{name} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps([row[0] for row in known if holds(row[0], value)]))
    if wanted.language is not None:
        fits.append("language = ?")
        values.append(wanted.language)
    if wanted.article is not None:
        fits.append("id = ?")
        values.append(id_of(wanted.article))
    fitting, dates = f"FROM articles WHERE {' AND '.join(fits)}", list[str]()
    # Dates of unlike length are compared as far as both go: "2016" lies in March 2016 as March lies in 2016.
    for sign, date in ((">=", wanted.after), ("<=", wanted.before)):
        if date is not None:
            dates.append(f"substr(published, 1, length(?)) {sign} substr(?, 1, length(published))")
    in_time = " AND ".join(dates) or "1"
    if wanted.undated:
        in_time = f"(published IS NULL OR {in_time})"
    at = [date for date in (wanted.after, wanted.before) if date is not None for _ in range(2)]
    allowed = f"{fitting} AND {in_time}"
    ids = rows(f"SELECT id {allowed}", *values, *at)
    count, dated = rows(f"SELECT count(*), count(published) {fitting}", *values)[0]
    passages = rows(
        f"SELECT count(*) FROM (SELECT 1 FROM (SELECT id {allowed}) a CROSS JOIN passages p ON p.article = a.id "
        f"LIMIT {FEW + 1})",
        *values,
        *at,
    )[0][0]
    return Selection(
        articles=frozenset(row[0] for row in ids),
        few=passages <= FEW,
        fitting=count,
        undated=count - dated if dates and not wanted.undated else 0,
        total=rows("SELECT count(*) FROM articles")[0][0],
    )


def words_of(name: str) -> list[str]:
    """The words of a name, case and accents aside."""
    return re.findall(r"\w+", fold(name))


def holds(name: str, wanted: str) -> bool:
    """Whether these words stand in a name, whole, in this order and side by side; case and accents aside."""
    words = words_of(wanted)
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(words_of(name))} "


def ways_to_name(name: str, articles: int) -> list[Callable[[int, str, str, str], bool]]:
    """The ways a name can mean an article (number, id, source, path), the surest first."""
    number = int(name) if name.isdecimal() and len(name) < 10 else 0
    return [
        lambda _n, article, source, path: name in (article, f"{source}/{path}"),
        lambda _n, _a, _s, path: name == path,
        lambda _n, _a, _s, path: name == path.rpartition("/")[2] or name == Path(path).stem,
        lambda n, _a, _s, _p: n == number <= articles,
        lambda _n, article, _s, path: len(name) >= 3 and (article.startswith(name) or path.startswith(name)),
    ]


def named(name: str, rows: Rows) -> str:
    """The id of the article a person means. Raises UnknownArticle when none fits or several do."""
    known = [(row[0], row[1], row[2]) for row in rows("SELECT id, source, path FROM articles ORDER BY source, path")]
    for fits in ways_to_name(name, len(known)):
        found = [row for number, row in enumerate(known, 1) if fits(number, *row)]
        if len(found) == 1:
            return str(found[0][0])
        if found:
            some = ", ".join(f"{source}/{path} ({article})" for article, source, path in found[:4])
            raise UnknownArticle(f"“{name}” fits {len(found)} articles: {some}.", "Give the id in brackets.")
    titled = _titled(name, rows)
    if len(titled) == 1:
        return titled[0][0]
    if titled:
        some = ", ".join(f"“{title}” ({article})" for article, title in titled[:4])
        raise UnknownArticle(f"“{name}” fits {len(titled)} articles: {some}.", "Give the id in brackets.")
    raise UnknownArticle(f"There is no article “{name}”.")


def _titled(words: str, rows: Rows) -> list[tuple[str, str]]:
    """Ids and titles of the articles with this title; without one, of those whose titles hold these words."""
    found = rows("SELECT id, title FROM articles WHERE title IS NOT NULL ORDER BY id")
    same = [(article, title) for article, title in found if words_of(title) == words_of(words) != []]
    return same or [(article, title) for article, title in found if holds(title, words)]
