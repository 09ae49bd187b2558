"""Read the dates that articles carry: in French, in English, in figures. Does not decide whether one is the article's.

Dates come back as ISO 8601 (YYYY-MM-DD, YYYY-MM or YYYY), as exact as the text is and no more: `03/04/2016`, which may
be March or April, is 2016.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "january jan janvier janv",
        "february feb février fevrier févr fév",
        "march mar mars",
        "april apr avril avr",
        "may mai",
        "june jun juin",
        "july jul juillet juil",
        "august aug août aout",
        "september sept sep septembre",
        "october oct octobre",
        "november nov novembre",
        "december dec décembre decembre déc",
    ),
    start=1,
):
    _MONTHS.update(dict.fromkeys(_names.split(), _number))

_MONTH = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<{0}>\d{{1,2}})"
_YEAR = r"(?P<{0}>(?:18|19|20)\d\d)(?!\d)"
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|tues|wed|thu|thurs|fri|sat|sun|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b\.?,?\s+"
)

DATE = re.compile(
    rf"\b(?:{_WEEKDAY})?(?:"
    + r"(?P<y1>(?:18|19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    + rf"|{_DAY.format('d2')}(?:st|nd|rd|th|er)?\s+(?:of\s+)?{_MONTH.format('m2')},?\s+{_YEAR.format('y2')}"
    + rf"|{_MONTH.format('m3')}\s+{_DAY.format('d3')}(?:st|nd|rd|th)?,?\s+{_YEAR.format('y3')}"
    + r"|(?P<a4>\d{1,2})[-/.](?P<b4>\d{1,2})[-/.]"
    + _YEAR.format("y4")
    + rf"|{_MONTH.format('m5')},?\s+{_YEAR.format('y5')}"
    + r")",
    re.IGNORECASE,
)
"""A date somewhere in a text. `iso` gives its value."""

_BARE_YEAR = re.compile(r"(?:18|19|20)\d\d")
_BARE_MONTH = re.compile(r"((?:18|19|20)\d\d)-(\d\d)")


def iso(match: re.Match[str], *, day_first: bool = False) -> str | None:
    """The ISO date of a match of `DATE`; None for a day that is not in the calendar (31 February).

    `day_first`: how to read figures such as 03/04/2016; without it only what is certain is given.
    """
    part = match.groupdict()
    for year, month, day in (("y1", "m1", "d1"), ("y2", "m2", "d2"), ("y3", "m3", "d3")):
        if part[year]:
            number = int(part[month]) if part[month].isdigit() else _MONTHS[part[month].lower()]
            return _checked(int(part[year]), number, int(part[day]))
    if part["y5"]:
        return f"{part['y5']}-{_MONTHS[part['m5'].lower()]:02}"
    first, second, year_number = int(part["a4"]), int(part["b4"]), int(part["y4"])
    if day_first or first > 12 or first == second:
        return _checked(year_number, second, first)
    if second > 12:
        return _checked(year_number, first, second)
    return str(year_number)


def parse(text: str, *, day_first: bool = False) -> str | None:
    """The ISO date when `text` is a date (a time of day may follow) and nothing else; otherwise None."""
    stripped = text.strip()
    if _BARE_YEAR.fullmatch(stripped):
        return stripped
    if (month := _BARE_MONTH.fullmatch(stripped)) and 1 <= int(month.group(2)) <= 12:
        return stripped
    match = DATE.match(stripped)
    if match is None or not TIME_OF_DAY.fullmatch(stripped[match.end() :]):
        return None
    return iso(match, day_first=day_first)


TIME_OF_DAY = re.compile(
    r"(?:[\s,T|–—-]*(?:à|at|@)?\s*\d{1,2}\s?(?:[:h.]\s?(?:\d\d)?(?::\d\d)?(?:\.\d+)?\s*(?:[ap]\.?m\b\.?)?|[ap]\.?m\b\.?))?"
    r"\s*(?:Z|GMT|UTC|CES?T|BST|[ECMP][SD]?T|[+-]\d\d:?\d\d)?\s*",
    re.IGNORECASE,
)
"""What may stand behind a date: a time of day and its zone, or nothing."""


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
