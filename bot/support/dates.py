"""Dates of a claim: each stands in a quote, follows from one by the day its article appeared, or is that day itself.

A date is compared part by part, so "22 February" is not borne by "20 February and 22 March". "Tuesday" or "last month"
in a quote bears the date it means where the article's own is known in full; it is never looked for where a claim keeps
the article's words. Seasons, decades, times of day and parts of the day are compared as they stand. Does not tell
whether what happened on a date is what the claim says of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from bot.support.moments import Moment, Parts, moments
from bot.support.types import Fault
from bot.types import Backing
from retrieval.analysis import number, tokens

_NEAR = timedelta(days=120)
"""How far from an article's day a month without a year may be taken for the nearest one: well under half a year."""
_FUTURE = re.compile(
    r"\b(?:will|would|shall|expected|due|scheduled|plan(?:s|ned)?|upcoming|set to|to be held"
    r"|va|vont|doit|doivent|devrait|devraient|prévue?s?|attendue?s?|\w{3,}(?:er|ir|dr)(?:a|ont))\b|['’]ll\b",
    re.IGNORECASE,
)
_APPEARED = re.compile(
    r"\b(?:as of|articles?|published|publiée?s?|dated|datée?s?|écrit|écrivait|wrote|writing)\b", re.IGNORECASE
)
_ABSOLUTE = frozenset(("year", "month", "day"))


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The dates of a claim that nothing bears.

    The day an article appeared, or a part of it, is accepted as the time of what that article says ("in March 2016"),
    unless its quote names another date that the claim leaves away, and the words around do not say that it is the
    article's.
    """
    readings: dict[tuple[int, int], list[Moment]] = {}
    for one in moments(claim, language):
        if one.parts != _NOW:
            readings.setdefault((one.start, one.end), []).append(one)
    said = [one.parts for several in readings.values() for one in several]
    return [
        Fault("date", claim[start:end])
        for (start, end), several in readings.items()
        if not any(_borne(one, claim, said, support) for one in several for support in backing)
    ]


_NOW: Parts = frozenset({("nowadays", 0)})
_TODAY: Parts = frozenset({("days", 0)})


def _borne(one: Moment, claim: str, said: Sequence[Parts], support: Backing) -> bool:
    article = support.article
    quoted, figures = _quoted(support.quote, article.language, article.published or "")
    if any(_bears(parts, one.parts) for parts in quoted):
        return True
    if one.loose and str(dict(one.parts)["year"]) in figures:
        return True
    return _of_the_article(one, claim, said, quoted, support)


def _bears(quoted: Parts, claimed: Parts) -> bool:
    """Whether a date of a quote holds all that a claimed one says; "last" may be added to a weekday, "next" may not."""
    if claimed <= quoted or (claimed == _TODAY and quoted == _NOW):
        return True
    names = dict(claimed)
    if "decade" in names:
        return names["decade"] <= dict(quoted).get("year", 0) < names["decade"] + 10
    last = ("toward", -1)
    return last in claimed and ("toward", 1) not in quoted and claimed - {last} <= quoted


@lru_cache(maxsize=4096)
def _quoted(quote: str, language: str, published: str) -> tuple[tuple[Parts, ...], frozenset[str]]:
    """What the dates of a quote say, each with what follows from the day of writing; and its figures."""
    said = moments(quote, language)
    ahead = _FUTURE.search(quote) is not None
    figures = frozenset(number(token.surface) or "" for token in tokens(quote) if token.surface[0].isdigit())
    return tuple(one.parts | _resolved(one.parts, published, ahead) for one in said), figures


def _resolved(parts: Parts, published: str, ahead: bool) -> Parts:
    """Year, month, day and weekday that a date means in an article of `published`, as far as that is certain.

    A weekday is the last one, today's included, unless the quote speaks of what is to come (`ahead`).
    """
    names = dict(parts)
    whole = _day(published)
    year, month = (int(figures) if figures else None for figures in (published[:4], published[5:7]))
    if year is not None and "years" in names:
        return frozenset({("year", year + names["years"])})
    if year is not None and month is not None and "months" in names:
        past = year * 12 + month - 1 + names["months"]
        return frozenset({("year", past // 12), ("month", past % 12 + 1)})
    if whole is None:
        return frozenset()
    if "days" in names:
        return _parts(whole + timedelta(days=names["days"]))
    if "weekday" in names and "day" not in names:
        toward = names.get("toward", 0)
        back = (whole.isoweekday() - names["weekday"]) % 7
        if toward > 0:
            return _parts(whole + timedelta(days=7 - back))
        return frozenset() if ahead and not toward else _parts(whole - timedelta(days=back or (7 if toward else 0)))
    if "month" in names and "year" not in names:
        return _nearest_year(names["month"], names.get("day", 15), whole)
    return frozenset()


def _nearest_year(month: int, day: int, whole: date) -> Parts:
    for year in (whole.year - 1, whole.year, whole.year + 1):
        there = _day(f"{year}-{month:02}-{day:02}")
        if there and abs(there - whole) <= _NEAR:
            return frozenset({("year", year)})
    return frozenset()


def _of_the_article(one: Moment, claim: str, said: Sequence[Parts], quoted: Sequence[Parts], support: Backing) -> bool:
    """Whether a date is the article's own, or a part of it, and stands for no date of the quote."""
    article = support.article
    year, month, day = ([*(article.published or "").split("-"), "", ""])[:3]
    own = {("year", int(year or 0)), ("month", int(month or 0)), ("day", int(day or 0))}
    if whole := _day(article.published or ""):
        own.add(("weekday", whole.isoweekday()))
    if not one.parts <= own or _ABSOLUTE.isdisjoint(dict(one.parts)):
        return False
    around = _clause(claim, one)
    if _APPEARED.search(around) or any(name and name in around for name in (article.outlet, article.author)):
        return True
    others = [parts for parts in quoted if _conflict(parts, one.parts)]
    return all(any(_bears(parts, other) for other in said) for parts in others)


def _conflict(quoted: Parts, claimed: Parts) -> bool:
    names = dict(quoted)
    return any(names.get(name, value) != value for name, value in claimed)


def _clause(claim: str, one: Moment) -> str:
    """The words around a date up to the nearest marks on both sides, these included."""
    before = max(claim.rfind(mark, 0, one.start) for mark in ",;:(—")
    behind = re.compile(r"[,;:)—]|$").search(claim, one.end)
    return claim[max(before, 0) : behind.end() if behind else len(claim)]


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _parts(day: date) -> Parts:
    return frozenset({("year", day.year), ("month", day.month), ("day", day.day), ("weekday", day.isoweekday())})
