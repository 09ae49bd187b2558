"""Dates and times in a text, English or French, as parts that can be compared: year, month, day, weekday and so on.

"22 February" and "le 22 février" have the same parts, "Tuesday" and "mardi" too. What depends on the day of writing
("last month", « hier ») keeps its distance from that day. Does not say which day that is, nor what happened on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from retrieval.analysis import is_stopword, number
from retrieval.names import fold

Parts = frozenset[tuple[str, int]]
"""What a date says, by name: "year", "month", "day", "weekday" (Monday 1), "toward" (-1 last, +1 next), "decade" (its
first year), "season" (spring 0), "clock" (minutes), "daypart" (morning 0, afternoon 1, evening and night 2); counted
from the day of writing "days", "weeks", "weekends", "months", "years", from another day "eve" (-1, +1); "nowadays"."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date at `text[start:end]`. Two moments at one place are two ways to read it.

    `loose`: four figures that may be a year or a number.
    """

    start: int
    end: int
    parts: Parts
    loose: bool = False


def _numbered(names: str, first: int) -> dict[str, int]:
    """Names by their place in a list that commas part; names of one place are a space apart."""
    return {name: place for place, row in enumerate(names.split(","), start=first) for name in row.split()}


_ENGLISH_MONTHS = _numbered(
    "january, february, march, april, may, june, july, august, september, october, november, december", 1
)
_FRENCH_MONTHS = _numbered(
    "janvier, février fevrier, mars, avril, mai, juin, juillet, août aout, septembre, octobre, novembre, "
    "décembre decembre",
    1,
)
_SHORT_MONTHS = _numbered("jan janv, feb févr fév, mar, apr avr, , jun, jul juil, aug, sep sept, oct, nov, dec déc", 1)
_MONTHS = _ENGLISH_MONTHS | _FRENCH_MONTHS | _SHORT_MONTHS
_WEEKDAYS = _numbered(
    "monday lundi, tuesday mardi, wednesday mercredi, thursday jeudi, friday vendredi, saturday samedi, "
    "sunday dimanche",
    1,
)
_SEASONS = _numbered("spring printemps, summer été, autumn automne fall, winter hiver", 0)
_UNITS = {
    word: unit
    for unit, words in {
        "days": "day jour",
        "weeks": "week semaine",
        "months": "month mois",
        "years": "year an année",
        "decades": "decade décennie",
    }.items()
    for word in words.split()
}


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_S = r"[\s\u00a0\u202f]"
_MONTH = rf"(?P<month>\b(?:{_any(_ENGLISH_MONTHS | _FRENCH_MONTHS)}\b|{_any(filter(None, _SHORT_MONTHS))}\b\.?))"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d|[.,]\d)"
_DAY = r"(?<![\d.,/])(?:[0-2]?\d|3[01])(?:st|nd|rd|th|er)?(?![\d/]|[.,:]\d)"
_DAYS = rf"(?P<days>(?:{_DAY}|\bpremier)(?:(?:\s?[,–-]\s?|\s(?:and|et|to|au|or|ou)\s(?:le\s)?){_DAY})*)"
_WEEKDAY = rf"(?:\b(?P<weekday>{_any(_WEEKDAYS)}|(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)\b\.?),?\s(?:the\s|le\s)?)?"
_DAY_MONTH = rf"{_WEEKDAY}{_DAYS}(?:{_S}|-)(?:of\s|de\s|du\smois\sde\s)?{_MONTH}(?:,?{_S}{_YEAR})?"
_MONTH_DAY = rf"{_WEEKDAY}{_MONTH}{_S}(?:the\s)?{_DAYS}(?:,?{_S}{_YEAR})?"
_MONTH_YEAR = rf"{_MONTH}(?:,?{_S}|\s(?:of|de)\s){_YEAR}"
_FIGURES = (
    r"(?<![\d/.-])(?:(?P<y1>(?:1[5-9]|20)\d\d)(?P<sep>[-/.])(?P<m1>\d{1,2})(?P=sep)(?P<d1>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<sep2>[-/.])(?P<b>\d{1,2})(?P=sep2)(?P<y2>(?:1[5-9]|20)\d\d|(?<=/)\d\d)"
    r"|(?P<m3>0?[1-9]|1[0-2])/(?P<y3>(?:19|20)\d\d)|(?P<september>9/11))(?![\d/-])"
)
_BARE_MONTH = rf"\b(?P<month>{_any(_ENGLISH_MONTHS | _FRENCH_MONTHS)})\b"
_BARE_WEEKDAY = (
    rf"(?:\b(?:(?P<last>last|past)|(?P<next>next|coming))\s)?\b(?P<weekday>{_any(_WEEKDAYS)})s?\b"
    r"(?:\s(?:(?P<dernier>dernier|passé)|(?P<prochain>prochain))\b)?"
)
_BARE_YEAR = r"(?<![\d.,/€$£-])(?P<year>(?:1[5-9]|20)\d\d)(?![\d/%]|[.,]\d)"
_TO_YEAR = r"(?<=\d\d\d\d[-–/])(?P<past>(?:19|20)?\d\d)(?![\d%]|[.,]\d)"
_DECADE = (
    r"\b(?P<decade>(?:1[5-9]|20)\d0)['’]?s\b|(?<![\d.,$€£-])['’]?(?P<short>[2-9]0)['’]?s\b"
    rf"|\bannées{_S}(?P<annees>(?:1[5-9]|20)\d0|[2-9]0)\b(?![.,]\d)"
)
_SEASON = (
    r"\b(?:(?<=in )|(?<=this )|(?<=last )|(?<=next )|(?<=early )|(?<=late )|(?<=mid-)|(?<=the )|(?<=of )|(?<=since )"
    r"|(?<=by )|(?<=until ))(?:spring|summer|autumn|winter)\b|\b(?:(?<=in the )|(?<=this )|(?<=last )|(?<=next ))fall\b"
    r"|\bfall(?=\s(?:of\s)?(?:19|20)\d\d\b)|\b(?:printemps|automne|hiver)\b"
    r"|\b(?:(?<=cet )|(?<=en )|(?<=[ld]['’]))été\b|\bété(?=\s(?:19|20)\d\d\b|\sdernier)"
)
_CLOCK = (
    r"(?<![\d.,:$€£-])(?P<hour>[01]?\d|2[0-4])(?:"
    rf"(?:[:.](?P<minute>[0-5]\d))?{_S}?(?P<half>[ap])\.?m\b\.?"
    rf"|:(?P<minute2>[0-5]\d)(?::[0-5]\d)?|{_S}?h(?:{_S}?(?P<minute3>[0-5]\d))?\b)(?![\w:])"
    rf"|\b(?:à|vers|dès|avant|at|around){_S}(?P<hour4>[01]?\d|2[0-4]){_S}(?:heures?|o['’]clock)\b"
    r"|\b(?:(?P<noon>noon|midi)|midnight|minuit)\b"
)
_DAYPART = (
    r"\b(?:(?P<morning>mornings?|matin|matinée)|(?P<afternoon>afternoons?|après-midi)"
    r"|(?:evenings?|nights?|soir|soirée|nuit))\b"
)
_COUNTED = rf"(?P<{{0}}>\d{{{{1,3}}}}|[^\W\d_]+(?:-[^\W\d_]+)?){_S}(?P<{{1}}>{_any(_UNITS)})s?\b"
_AGO = (
    _COUNTED.format("count", "unit") + r"\sago\b|\bil\sy\sa\s"
    r"(?:(?:environ|presque|quelque|près\sde|plus\sde|moins\sde|au\smoins|à\speine)\s|plus\sd['’])?"
    + _COUNTED.format("compte", "unite")
)
_LISTED = re.compile(r"[\s\u00a0\u202f]*(?:,|and|et|to|au|à|or|ou|[-–])[\s\u00a0\u202f]*(?:le[\s\u00a0\u202f])?")


def _relative(table: str) -> list[tuple[str, Parts]]:
    """Lines "pattern = name offset, name offset" as patterns for whole words and what they say."""
    found = []
    for line in filter(None, map(str.strip, table.splitlines())):
        pattern, _, said = line.partition(" = ")
        parts = frozenset((one.split()[0], int(one.split()[1])) for one in said.split(","))
        found.append((rf"(?<![\w-])(?:{pattern.replace(' ', _S)})(?!\w)", parts))
    return found


_RELATIVE = _relative(
    """
    the day before yesterday|avant-hier = days -2
    last night|hier soir|(?:la )?nuit dernière = days -1, daypart 2
    yesterday morning|hier matin = days -1, daypart 0
    yesterday|hier = days -1
    the day after tomorrow|après-demain = days 2
    tomorrow|demain = days 1
    tonight|ce soir|cette nuit = days 0, daypart 2
    this morning|ce matin = days 0, daypart 0
    today|aujourd['’]hui = days 0
    the day before|the previous day|la veille = eve -1
    the next day|the following day|the day after|le lendemain = eve 1
    last week-?end|(?:le )?week-?end dernier = weekends -1
    next week-?end|(?:le )?week-?end prochain = weekends 1
    (?:over the|this|at the|on the) week-?end|(?:ce|durant le|pendant le) week-?end = weekends 0
    last week|(?:la )?semaine (?:dernière|passée) = weeks -1
    next week|(?:la )?semaine prochaine = weeks 1
    this week|cette semaine = weeks 0
    last month|(?:le )?mois (?:dernier|passé) = months -1
    next month|(?:le )?mois prochain = months 1
    this month|ce mois(?:-ci)? = months 0
    last year|l['’]an (?:dernier|passé)|(?:l['’])?année (?:dernière|passée) = years -1
    next year|l['’]an prochain|(?:l['’])?année prochaine = years 1
    this year|cette année = years 0
    now|nowadays|currently|presently|at present|at the moment = nowadays 0
    actuellement|maintenant|désormais|à présent|en ce moment = nowadays 0
    """
)


def listed(words: str) -> frozenset[str]:
    """The words of a list, a space apart."""
    return frozenset(words.split())


_YEAR_BEHIND = listed(
    "in since during until till early late mid circa year en depuis dès fin début mi courant année an"
)
_EITHER_BEHIND = listed("the of from by for to and les des la le l du de d et à before after avant après")
_MONTH_BEHIND = listed(
    "in since by until till last next this early late mid of from to through during between every after before and "
    "en de du depuis fin début mi dès mois jusqu d et entre à ce"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[-\s\u00a0\u202f'’(]*$")
_WORD_AFTER = re.compile(r"[\s\u00a0\u202f]+(?:d['’])?([^\W\d_]+)")


@lru_cache(maxsize=4096)
def moments(text: str, language: str) -> tuple[Moment, ...]:
    """The dates and times of a text, by where they begin. Months and days are read in both languages."""
    found: list[Moment] = []
    taken = bytearray(len(text))
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            read_here = list(read(match, language))
            if read_here:
                taken[start:end] = b"\1" * (end - start)
                found.extend(read_here)
    return tuple(_joined(_years_shared(sorted(found, key=lambda one: (one.start, one.end)), text), text))


_Reader = Callable[[re.Match[str], str], Iterator[Moment]]


def _figures(match: re.Match[str], language: str) -> Iterator[Moment]:
    """Dates in figures; "03/04/2016" is read in both ways in English, where either is written."""
    part = match.groupdict()
    if part["september"]:
        yield Moment(*match.span(), frozenset({("month", 9), ("day", 11)}))
        return
    if part["y3"]:
        yield Moment(*match.span(), frozenset({("month", int(part["m3"])), ("year", int(part["y3"]))}))
        return
    year = int(part["y1"] or part["y2"])
    year += 2000 if year < 100 else 0
    first, second = int(part["d1"] or part["a"]), int(part["m1"] or part["b"])
    readings = {(first, second)} if part["y1"] or language == "fr" else {(first, second), (second, first)}
    for day, month in sorted(readings):
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield Moment(*match.span(), frozenset({("year", year), ("month", month), ("day", day)}))


def _day_and_month(match: re.Match[str], _language: str) -> Iterator[Moment]:
    """Each of the days that stand beside a month, with the weekday and the year that stand there too."""
    name = match["month"].rstrip(".")
    days = list(re.finditer(r"\d+|premier", match["days"], re.IGNORECASE))
    if name in ("may", "march", "mar") or (days[0].group().isalpha() and name.lower() not in _FRENCH_MONTHS):
        return
    more = {("month", _MONTHS[name.lower()])}
    if match["year"]:
        more.add(("year", int(match["year"])))
    if match["weekday"]:
        short = match["weekday"].lower().rstrip(".")
        more.add(("weekday", next(place for full, place in _WEEKDAYS.items() if full.startswith(short))))
    for one in days:
        day = int(one.group()) if one.group().isdigit() else 1
        start, end = match.span()
        if len(days) > 1:
            start, end = (match.start("days") + place for place in one.span())
        yield Moment(start, end, frozenset({*more, ("day", day)}))


def _month_and_year(match: re.Match[str], _language: str) -> Iterator[Moment]:
    name = match["month"].rstrip(".")
    if name not in ("may", "march", "mar"):
        yield Moment(*match.span(), frozenset({("month", _MONTHS[name.lower()]), ("year", int(match["year"]))}))


def _bare_month(match: re.Match[str], _language: str) -> Iterator[Moment]:
    """A month by itself; "May", "March" and « mars » only where nothing else can stand."""
    name = match["month"]
    before, after = _beside(match)
    if name.lower() in ("may", "march", "mars"):
        placed = before in _MONTH_BEHIND or (before == "the" and after.islower() and after not in ("on", "of", "for"))
        if not placed or before in ("and", "to", "et") or name.islower() != (name.lower() == "mars"):
            return
    elif after[:1].isupper() and before not in _MONTH_BEHIND:  # June Carter
        return
    yield Moment(*match.span(), frozenset({("month", _MONTHS[name.lower()])}))


def _bare_weekday(match: re.Match[str], _language: str) -> Iterator[Moment]:
    parts = {("weekday", _WEEKDAYS[match["weekday"].lower()])}
    if match["last"] or match["dernier"]:
        parts.add(("toward", -1))
    elif match["next"] or match["prochain"]:
        parts.add(("toward", 1))
    yield Moment(*match.span(), frozenset(parts))


def _bare_year(match: re.Match[str], language: str) -> Iterator[Moment]:
    """Four figures that are a year, or may be one: "in 2011", "the 2016 primaries", but no "2000 soldiers"."""
    before, after = _beside(match)
    counted = bool(after) and after[0].islower() and not is_stopword(after, language) and before not in _YEAR_BEHIND
    if counted and before not in _EITHER_BEHIND:
        return
    ends = not after and before not in _YEAR_BEHIND and before not in _EITHER_BEHIND
    loose = counted or (ends and match.string[match.end() : match.end() + 1] not in (")", "-", "–", "'", "’"))
    loose |= bool(after) and is_stopword(after, language) and before not in _YEAR_BEHIND
    yield Moment(*match.span(), frozenset({("year", int(match["year"]))}), loose)


def _to_year(match: re.Match[str], _language: str) -> Iterator[Moment]:
    past, first = match["past"], match.string[match.start() - 5 : match.start() - 1]
    year = int(past) if len(past) == 4 else int(first[:2] + past)
    if int(first) < year <= int(first) + 100 and first.startswith(("15", "16", "17", "18", "19", "20")):
        yield Moment(*match.span(), frozenset({("year", year)}))


def _decade(match: re.Match[str], _language: str) -> Iterator[Moment]:
    first = int(match["decade"] or match["short"] or match["annees"])
    yield Moment(*match.span(), frozenset({("decade", first if first > 99 else 1900 + first)}))


def _season(match: re.Match[str], _language: str) -> Iterator[Moment]:
    yield Moment(*match.span(), frozenset({("season", _SEASONS[match.group().lower()])}))


def _clock(match: re.Match[str], _language: str) -> Iterator[Moment]:
    """A time of day in minutes; without "a.m." or "p.m.", hours up to 12 are read as either."""
    part = match.groupdict()
    hour = int(part["hour"] or part["hour4"] or (12 if part["noon"] else 0))
    minute = int(part["minute"] or part["minute2"] or part["minute3"] or 0)
    if part["half"]:
        hours = [hour % 12 + (12 if part["half"].lower() == "p" else 0)]
    elif 1 <= hour <= 12 and (part["minute2"] or part["hour4"]):
        hours = [hour % 12, hour % 12 + 12]
    else:
        hours = [hour % 24]
    for reading in hours:
        yield Moment(*match.span(), frozenset({("clock", reading * 60 + minute)}))


def _daypart(match: re.Match[str], _language: str) -> Iterator[Moment]:
    part = 0 if match["morning"] else 1 if match["afternoon"] else 2
    yield Moment(*match.span(), frozenset({("daypart", part)}))


def _ago(match: re.Match[str], language: str) -> Iterator[Moment]:
    words = fold(match["count"] or match["compte"]).split("-")
    counts = [1 if word in ("a", "an", "one", "un", "une") else int(number(word, language) or 0) for word in words]
    if not all(counts) or re.match(r"\s+et\s+demie?\b", match.string[match.end() :]):
        return
    count, unit = sum(counts), _UNITS[(match["unit"] or match["unite"]).lower()]
    if unit == "decades":
        count, unit = count * 10, "years"
    yield Moment(*match.span(), frozenset({(unit, -count)}))


def _saying(parts: Parts) -> _Reader:
    def read(match: re.Match[str], _language: str) -> Iterator[Moment]:
        yield Moment(*match.span(), parts)

    return read


def _beside(match: re.Match[str]) -> tuple[str, str]:
    """The word before a match in small letters, and the word behind it as written; empty where none stands there."""
    before = _WORD_BEFORE.search(match.string, max(0, match.start() - 20), match.start())
    after = _WORD_AFTER.match(match.string, match.end())
    return before.group(1).lower() if before else "", after.group(1) if after else ""


_READERS: list[tuple[re.Pattern[str], _Reader]] = [
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in [
        (_FIGURES, _figures),
        (_DAY_MONTH, _day_and_month),
        (_MONTH_DAY, _day_and_month),
        (_MONTH_YEAR, _month_and_year),
        (_BARE_MONTH, _bare_month),
        (_BARE_WEEKDAY, _bare_weekday),
        (_CLOCK, _clock),
        (_DECADE, _decade),
        (_BARE_YEAR, _bare_year),
        (_TO_YEAR, _to_year),
        (_SEASON, _season),
        *((pattern, _saying(parts)) for pattern, parts in _RELATIVE),
        (_AGO, _ago),
        (_DAYPART, _daypart),
    ]
]


def _years_shared(row: list[Moment], text: str) -> Iterator[Moment]:
    """The same moments, where "January and February 2016" gives both months their year."""
    for at, one in enumerate(row):
        names = dict(one.parts)
        behind = next((other for other in row[at + 1 :] if other.start > one.start), None)
        if "month" in names and "year" not in names and behind and _LISTED.fullmatch(text, one.end, behind.start):
            following = dict(behind.parts)
            if "month" in following and "year" in following:
                yield replace(one, parts=one.parts | {("year", following["year"])})
                continue
        yield one


_ONE_TIME = (("weekday", "daypart"), ("day", "daypart"), ("season", "year"))
"""What says one time together where one stands right behind the other: "Monday night", "the spring of 2011"."""
_CLOSE = re.compile(r"[\s\u00a0\u202f]+(?:(?:of|de)[\s\u00a0\u202f]+)?")


def _joined(row: Iterator[Moment], text: str) -> list[Moment]:
    joined: list[Moment] = []
    for one in row:
        before = joined[-1] if joined else None
        if before and _CLOSE.fullmatch(text, before.end, one.start):
            names, following = dict(before.parts), dict(one.parts)
            if any(first in names and second in following and len(following) == 1 for first, second in _ONE_TIME):
                joined[-1] = Moment(before.start, one.end, before.parts | one.parts)
                continue
        joined.append(one)
    return joined
