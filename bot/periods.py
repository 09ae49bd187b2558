"""The time a question asks about, in its own words, English or French: the day before which nothing can report it.

"In 2014" and « depuis mars 2016 » ask what an article of before cannot tell; "before 2015" excludes nothing, for what
was written later may tell of it. A question about what was planned or expected excludes nothing either: that is written
ahead. Does not search, and knows nothing of what is indexed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from bot.support.moments import Parts, moments
from retrieval.names import fold

_WITHIN: Final = re.compile(
    r"\b(?:in|since|during|throughout|from|between|after|en|depuis|des|dans|pendant|durant|entre|apres|courant"
    r"|a partir d[eu]|au cours d[eu]|(?P<day>on|le|du))"
    r"(?: (?:the |l')?(?:early|late|mid|year|month of|annee|mois de|debut|fin)| (?:the|le|la|l'|l))?[ '-]*$"
)
"""What stands before a time in which something happened: "in", "since early", « à partir de »; a day alone has "on"."""
_OUTSIDE: Final = re.compile(
    r"\b(?:before|until|till|by|prior to|ahead of|up to|to|avant|jusqu(?:'a|'en|e|a)?|d'ici|au)"
    r"(?: (?:the|la|le|l'|l))?[ '-]*$"
)
"""What stands before a time that ends something."""
_AHEAD: Final = {
    "en": re.compile(
        r"\b(?:will|shall|would|should|going to|plans?|planned|planning|expect\w*|schedul\w*|due|forecast\w*|predict\w*"
        r"|project(?:ed|ions?)|foresee\w*|foresaw|intend\w*|hop(?:e|ed|ing) to|upcoming)\b"
    ),
    "fr": re.compile(
        r"\b(?:prevu\w*|prevo[iy]\w*|prevision\w*|projet\w*|devrai\w*|devai\w*|doi(?:t|vent)"
        r"|(?:s'|etait |est )attend\w*|attendu\w*|anticip\w*|envisag\w*|espere\w*|va|vont|allai(?:t|ent))\b"
    ),
}
"""Words of what is yet to come, folded."""
_FUTURE: Final = re.compile(r"\b[a-zà-ÿ]\w+r(?:a|ont|ai|ez|ons|ait|aient)\b")
"""French verbs in the future and the conditional; names such as Ankara begin with a capital."""
_UNITS: Final = ("days", "weeks", "months", "years")


class Since(NamedTuple):
    """An ISO date as exact as the question's words. `relative`: counted from the day of asking."""

    date: str
    relative: bool


def asked_since(question: str, language: str, today: date) -> Since | None:
    """The beginning of the earliest time that a question asks about; None where its words exclude nothing."""
    folded = fold(question).replace("’", "'")
    if len(folded) != len(question) or language not in _AHEAD or _AHEAD[language].search(folded):
        return None
    if language == "fr" and _FUTURE.search(question):
        return None
    return min(_times(question, folded, language, today), default=None)


def _times(question: str, folded: str, language: str, today: date) -> Iterator[Since]:
    for moment in moments(question, language):
        said = dict(moment.parts)
        before = folded[: moment.start]
        if _OUTSIDE.search(before):
            continue
        if "year" in said:
            opened = _WITHIN.search(before)
            if opened is not None and (opened["day"] is None or "day" in said or opened["day"] == "du"):
                yield Since(_written(said), relative=False)
        elif (counted := _counted(moment.parts, today)) is not None:
            yield Since(counted, relative=True)


def _written(said: dict[str, int]) -> str:
    parts = [f"{said['year']:04}"]
    if "month" in said:
        parts.append(f"{said['month']:02}")
        if "day" in said:
            parts.append(f"{said['day']:02}")
    return "-".join(parts)


def _counted(parts: Parts, today: date) -> str | None:
    """When a time that lies back from today begins, at the earliest; today and what comes after exclude nothing."""
    said = dict(parts)
    unit = next((unit for unit in _UNITS if unit in said), None)
    if unit is None:
        return None
    back = -said[unit]
    if back < (1 if unit == "days" else 0):
        return None
    if unit == "years":
        return f"{today.year - back:04}"
    if unit == "months":
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        return f"{year:04}-{month + 1:02}"
    if unit == "weeks":
        return (today - timedelta(days=today.weekday() + 7 * back)).isoformat()
    return (today - timedelta(days=back)).isoformat()
