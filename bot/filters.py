"""What a person or a program wrote of a filter -> a Filter, and back: words after /filter, options, JSON.

The same for every door. Says what is wrong with a value. Does not look into the archive: whether an article that is
named is there, `Assistant.settled` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.errors import BadFilter
from retrieval.types import Filter

FORM: Final = 'after 2014-06 before 2015 outlet "Le Monde" language fr author Name in ARTICLE'
"""What a filter is written like; each part may be left out."""
OFF: Final = frozenset({"off", "none", "aucun", "non"})
"""Words that take a filter away."""
_FIELDS: Final = ("after", "before", "outlet", "language", "author", "article")
_NAMES: Final = {name: name for name in _FIELDS} | {
    "since": "after",
    "in": "article",
    "lang": "language",
    "après": "after",
    "apres": "after",
    "depuis": "after",
    "avant": "before",
    "média": "outlet",
    "media": "outlet",
    "journal": "outlet",
    "langue": "language",
    "auteur": "author",
    "dans": "article",
}
_PIECES: Final = re.compile(r'"([^"]*)"|“([^”]*)”|«\s*([^»]*?)\s*»|(\S+)')
_LONGEST: Final = 200


def made(
    after: str | None = None,
    before: str | None = None,
    outlet: str | None = None,
    language: str | None = None,
    author: str | None = None,
    article: str | None = None,
) -> Filter:
    """The filter of these values, None for those not given. Raises BadFilter."""
    first, last = _date("after", after), _date("before", before)
    if first is not None and last is not None and first[: len(last)] > last[: len(first)]:
        raise BadFilter(f"Nothing is published after {first} and before {last}.", "Change one of the two dates.")
    if language is not None and re.fullmatch(r"[A-Za-z]{2,3}", language.strip()) is None:
        raise BadFilter(f"“{_shown(language)}” is no language.", "Write two letters, such as en or fr.")
    return Filter(
        after=first,
        before=last,
        outlet=_words("outlet", outlet),
        language=language.strip().lower() if language is not None else None,
        author=_words("author", author),
        article=_words("article", article),
    )


def read(words: str) -> Filter:
    """The filter that was written as in FORM, in English or French; a value of several words may stand in quotes.

    Raises BadFilter.
    """
    parts: dict[str, list[str]] = {}
    part = None
    for match in _PIECES.finditer(words):
        plain = match.group(4)
        name = _NAMES.get(plain.lower()) if plain is not None else None
        # A name right behind a name is its value: "outlet Media".
        if name is not None and (part is None or parts[part]):
            if name in parts:
                raise BadFilter(f"“{_shown(plain)}” is there twice.", f"Put several words in quotes: {FORM}")
            part = name
            parts[part] = []
        elif part is None:
            raise BadFilter(f"“{_shown(match.group())}” says nothing of what to search.", f"Write it as: {FORM}")
        else:
            parts[part].append(next(filter(None, match.groups()), ""))
    if not parts:
        raise BadFilter("The filter is empty.", f"Write it as: {FORM}")
    return made(**{name: " ".join(values) for name, values in parts.items()})


def from_object(value: object) -> Filter:
    """The filter of a JSON object such as {"after": "2014", "outlet": "Le Monde"}; of null, an empty one.

    Raises BadFilter.
    """
    if value is None:
        return Filter()
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise BadFilter("A filter is a JSON object of strings.", 'Write it as {"after": "2014", "outlet": "Le Monde"}.')
    unknown = [name for name in value if name not in _FIELDS]
    if unknown:
        raise BadFilter(f"A filter has no “{_shown(unknown[0])}”.", f"It may have {', '.join(_FIELDS)}.")
    return made(**value)


def to_object(wanted: Filter) -> dict[str, Any]:
    """The parts of a filter that are given, by name; `undated` where it is true."""
    given: Mapping[str, str | None] = {name: getattr(wanted, name) for name in _FIELDS}
    return {name: value for name, value in given.items() if value} | ({"undated": True} if wanted.undated else {})


def _date(name: str, value: str | None) -> str | None:
    """A date of the calendar, as exact as it was written."""
    if value is None:
        return None
    written = value.strip()
    try:
        if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", written, re.ASCII) is None:
            raise ValueError
        date.fromisoformat(written + "-01-01"[len(written) - 4 :])
    except ValueError as error:
        message = f"“{_shown(value)}” is no date to search {name}."
        raise BadFilter(message, "Write a year, a month or a day: 2014, 2014-06 or 2014-06-30.") from error
    return written


def _words(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    words = " ".join(value.split())
    if not any(map(str.isalnum, words)) or len(words) > _LONGEST or not words.isprintable():
        raise BadFilter(f"The {name} to search in holds no name.", f"Write it as: {FORM}")
    return words


def _shown(value: str) -> str:
    return value if len(value) <= 40 and value.isprintable() else "".join(filter(str.isprintable, value))[:40] + "…"
