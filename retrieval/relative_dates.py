"""What "on Tuesday", "last month" or « hier » mean in an article of a known date: pure, and only where it is safe.

A weekday is the last one, the article's own day included, where its sentence is in the past, and the next one where it
is in the future; nothing where it is in both or in neither. Nothing is resolved in direct speech, whose time may be
another; beside a full date, an hour of its own ("the next day") or another year; and for what recurs ("every Tuesday",
« le mardi »). Does not read full dates: `dates` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from retrieval.sentences import sentences
from retrieval.types import Span


@dataclass(frozen=True, slots=True)
class Resolved:
    """Words of a text that tell a time by the article's date, and what they mean.

    `span`: offsets into the text given. `start`, `end`: ISO dates, inclusive; alike for a day. Both may be a month
    (YYYY-MM) or a year (YYYY).
    """

    span: Span
    start: str
    end: str


_DAYS: Final = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_MONTHS: Final = {
    "en": (
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
        *("septembre", "octobre", "novembre", "décembre"),
    ),
}
_NUMBERS: Final = {
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "fr": ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
}

_PAST: Final = {
    "en": re.compile(
        r"\b(?:said|told|was|were|had|did|has (?:been )?\w+ed|have (?:been )?\w+ed|went|came|took|gave|made|met|won|"
        r"lost|left|began|became|fell|rose|held|hit|shot|sent|put|led|saw|found|got|brought|broke|built|spoke|wrote|flew|"
        r"struck|fought|chose|sank|ran|set off|sat|stood|signed|[a-z]{2,}ed)\b"
    ),
    "fr": re.compile(
        r"(?:\b(?:a|ont|avait|avaient|était|étaient|fut|furent|eut|eurent|n'a|n'ont|n'avait|l'a|l'ont|s'est|se sont|"
        r"est (?:mort|né|parti|arriv|entr|tomb|venu|devenu|rest|revenu)\w*)\b|\b\w{2,}(?:aient|ait)\b)"
    ),
}
_FUTURE: Final = {
    "en": re.compile(
        r"\b(?:will|won't|shall|would|[a-z]+'ll|is to|are to|was to|were to|due|expected|scheduled|plans?|"
        r"planned|planning|set to|going to|may|might|could|should|must|upcoming|next|hopes?|intends?|ahead of|until|"
        r"before|by)\b"
    ),
    "fr": re.compile(
        r"\b(?:\w{2,}(?:era|eront|ira|iront|dra|dront|tra|tront|rait|raient)|sera|seront|aura|auront|ira|iront|fera|feront|"
        r"va|vont|doit|doivent|devait|devaient|prévue?s?|attendue?s?|prochaine?s?|jusqu'(?:à|au)|avant|d'ici)\b"
    ),
}
_TO_COME: Final = re.compile(
    r"\b(?:(?:will|shall|would|could|should|may|might|must|to) (?:not )?(?:have )?(?:be )?\w+|"
    r"(?:is|are|has been|have been) (?:due|expected|scheduled|planned|set|hoped|believed))\b"
)
"""What looks like the past and isn't: "will be held", "is expected"."""
_OTHER_TIME: Final = re.compile(
    r"\b(?:every|each|following|previous|earlier that|the next day|the day (?:before|after)|that (?:day|week|year)|"
    r"at the time|days? later|since then|back then|lendemain|la veille|ce jour-là|à l'époque|suivante?|précédente?|"
    r"tous les|toutes les|chaque|plus tard)\b",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d.,]\d|\d)")
_NUMBER_NEAR: Final = re.compile(r"^(?:,?\s+(?:the\s+)?\d|,?\s+\w+\.?\s+\d{1,2}\b(?!\s*(?:am|pm|h)))")
_NOT_DAYS: Final = re.compile(
    r"\b(?:black|good|easter|ash|bloody|palm|super|cyber|giving|the|le|les|un|du|des|of)\s+$", re.IGNORECASE
)
_NAMES_BEHIND: Final = re.compile(
    r"^(?:['’]?s\b|\s+(?:times|post|saint|gras|des cendres|noir|night live|club|through|to|and|or|et|ou)\b|"
    r"\s?[-–]\s?\w)",
    re.IGNORECASE,
)
_MONTH_GOES_ON: Final = re.compile(r"\s+\d|,?\s+(?:of\s+)?[12]\d{3}|\s+(?:and|or|to|et|ou)\s")
_BESIDE: Final = re.compile(r"\b(?:and|or|to|through|et|ou)\s+$")
_OPENING: Final = re.compile(r"[“«]|(?<!\w)\"(?=\w)")
_CLOSING: Final = re.compile(r"[”»]|(?<=[\w.,!?…])\"(?!\w)")


def resolve(text: str, span: Span, language: str, published: str | None) -> tuple[Resolved, ...]:
    """The relative times in `text[span.start:span.end]`, in order; `published` is the article's ISO date.

    English and French only; nothing for an article without a date.
    """
    if language not in _DAYS or published is None:
        return ()
    return tuple(
        Resolved(Span(span.start + one.span.start, span.start + one.span.end), one.start, one.end)
        for one in _resolved(text[span.start : span.end], language, published)
    )


@lru_cache(maxsize=2048)
def _resolved(quote: str, language: str, published: str) -> tuple[Resolved, ...]:
    found: list[Resolved] = []
    for sentence in sentences(quote) or (Span(0, len(quote)),) if quote.strip() else ():
        words = quote[sentence.start : sentence.end]
        if any(year != published[:4] for year in _YEAR.findall(words)) or _OTHER_TIME.search(words):
            continue
        for one in _of_sentence(words, language, published):
            at = sentence.start + one.span.start
            found.append(Resolved(Span(at, at + one.span.end - one.span.start), one.start, one.end))
    return tuple(found)


def _of_sentence(words: str, language: str, published: str) -> Iterator[Resolved]:
    day = _day(published)
    told = _bare(words)
    future = _FUTURE[language].search(told) is not None
    past = _PAST[language].search(_TO_COME.sub(" ", told)) is not None
    taken: list[Span] = []
    for pattern, means in _RULES[language]:
        for match in pattern.finditer(words):
            place = Span(*match.span("words"))
            if _spoken(words, place) or any(one.start < place.end and place.start < one.end for one in taken):
                continue
            if meant := means(_Found(match, words, published, day, past=past, future=future)):
                taken.append(place)
                yield Resolved(place, *meant)


@dataclass(frozen=True, slots=True)
class _Found:
    """A time that was found, and what decides what it means."""

    match: re.Match[str]
    sentence: str
    published: str
    day: date | None
    past: bool
    future: bool

    @property
    def behind(self) -> str:
        return self.sentence[self.match.end() :]

    @property
    def before(self) -> str:
        return self.sentence[: self.match.start("words")]


Means = Callable[[_Found], "tuple[str, str] | None"]


def _one(day: date) -> tuple[str, str]:
    return day.isoformat(), day.isoformat()


def _shifted(days: int) -> Means:
    return lambda found: _one(found.day + timedelta(days)) if found.day is not None else None


def _ago(language: str) -> Means:
    def means(found: _Found) -> tuple[str, str] | None:
        said = found.match["n"].lower()
        n = int(said) if said.isdecimal() else _NUMBERS[language].index(said) + 1
        return _one(found.day - timedelta(n)) if found.day is not None and 0 < n <= 31 else None

    return means


def _weekday(language: str) -> Means:
    def means(found: _Found) -> tuple[str, str] | None:
        if found.day is None or _NUMBER_NEAR.search(found.behind) or _NAMES_BEHIND.search(found.behind):
            return None
        if _NOT_DAYS.search(found.before) or _BESIDE.search(found.before):
            return None
        back = (found.day.weekday() - _DAYS[language].index(found.match["day"].lower())) % 7
        said = (found.match.groupdict().get("last") or "", found.match.groupdict().get("next") or "")
        if said[1]:
            return None  # "next Tuesday" on a Monday: tomorrow, or in eight days
        if said[0]:
            return _one(found.day - timedelta(back or 7))
        if found.past == found.future:
            return None
        return _one(found.day - timedelta(back) if found.past else found.day + timedelta((7 - back) % 7 or 7))

    return means


def _week(weeks: int) -> Means:
    def means(found: _Found) -> tuple[str, str] | None:
        if found.day is None:
            return None
        monday = found.day - timedelta(found.day.weekday()) + timedelta(7 * weeks)
        return monday.isoformat(), (monday + timedelta(6)).isoformat()

    return means


def _month(months: int) -> Means:
    def means(found: _Found) -> tuple[str, str] | None:
        if len(found.published) < 7:
            return None
        at = int(found.published[:4]) * 12 + int(found.published[5:7]) - 1 + months
        return (f"{at // 12:04}-{at % 12 + 1:02}",) * 2

    return means


def _year(years: int) -> Means:
    return lambda found: (f"{int(found.published[:4]) + years:04}",) * 2


def _named_month(language: str) -> Means:
    def means(found: _Found) -> tuple[str, str] | None:
        if len(found.published) < 7 or _MONTH_GOES_ON.match(found.behind) or _BESIDE.search(found.before):
            return None
        if found.past == found.future:
            return None
        wanted = _MONTHS[language].index(found.match["month"].lower()) + 1
        year, month = int(found.published[:4]), int(found.published[5:7])
        if found.past:
            year -= wanted > month
        else:
            year += wanted < month
        return (f"{year:04}-{wanted:02}",) * 2

    return means


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(words)


_EN_DAY: Final = _alternatives(tuple(one.title() for one in _DAYS["en"]))
_RULES: Final[dict[str, tuple[tuple[re.Pattern[str], Means], ...]]] = {
    "en": (
        (re.compile(r"\b(?P<words>[Yy]esterday)\b"), _shifted(-1)),
        (re.compile(r"\b(?P<words>[Tt]omorrow)\b(?!')"), _shifted(1)),
        (re.compile(rf"\b(?P<words>(?P<n>\d{{1,2}}|{_alternatives(_NUMBERS['en'])}) days? ago)\b"), _ago("en")),
        (
            re.compile(rf"\b(?P<words>(?:(?P<last>[Ll]ast )|(?P<next>[Nn]ext |[Tt]his )|[Oo]n )?(?P<day>{_EN_DAY}))\b"),
            _weekday("en"),
        ),
        (re.compile(r"(?<!the )(?<!The )\b(?P<words>[Ll]ast week)\b(?! of)(?!end)"), _week(-1)),
        (re.compile(r"\b(?P<words>[Ll]ater this week|[Ee]arlier this week)\b"), _week(0)),
        (re.compile(r"(?<!the )(?<!The )\b(?P<words>[Ll]ast month)\b(?! of)"), _month(-1)),
        (re.compile(r"\b(?P<words>[Ee]arlier this month|[Ll]ater this month|[Tt]his month)\b(?!'s)"), _month(0)),
        (re.compile(r"\b(?P<words>[Nn]ext month)\b"), _month(1)),
        (re.compile(r"(?<!the )(?<!The )\b(?P<words>[Ll]ast year)\b(?! of)"), _year(-1)),
        (re.compile(r"\b(?P<words>[Ee]arlier this year|[Ll]ater this year|[Tt]his year)\b(?!'s)"), _year(0)),
        (re.compile(r"\b(?P<words>[Nn]ext year)\b"), _year(1)),
        (
            re.compile(rf"\b(?P<words>[Ii]n (?P<month>{_alternatives(tuple(m.title() for m in _MONTHS['en']))}))\b"),
            _named_month("en"),
        ),
    ),
    "fr": (
        (re.compile(r"\b(?P<words>[Aa]vant-hier)\b"), _shifted(-2)),
        (re.compile(r"(?<!-)\b(?P<words>[Hh]ier)\b"), _shifted(-1)),
        (re.compile(r"\b(?P<words>(?<!-)[Dd]emain)\b"), _shifted(1)),
        (
            re.compile(rf"\b(?P<words>[Ii]l y a (?P<n>\d{{1,2}}|{_alternatives(_NUMBERS['fr'])}) jours?)\b"),
            _ago("fr"),
        ),
        (
            re.compile(
                rf"\b(?P<words>(?P<day>{_alternatives(_DAYS['fr'])})(?:(?P<last> dernier)|(?P<next> prochain))?)\b",
                re.I,
            ),
            _weekday("fr"),
        ),
        (re.compile(r"\b(?P<words>[Ll]a semaine (?:dernière|passée))\b"), _week(-1)),
        (re.compile(r"\b(?P<words>[Cc]ette semaine)\b"), _week(0)),
        (re.compile(r"\b(?P<words>[Ll]a semaine prochaine)\b"), _week(1)),
        (re.compile(r"\b(?P<words>[Ll]e mois (?:dernier|passé))\b"), _month(-1)),
        (re.compile(r"\b(?P<words>[Cc]e mois-ci)\b"), _month(0)),
        (re.compile(r"\b(?P<words>[Ll]e mois prochain)\b"), _month(1)),
        (re.compile(r"\b(?P<words>[Ll]['’]an(?:née)? (?:derni(?:er|ère)|passée?))\b"), _year(-1)),
        (re.compile(r"\b(?P<words>[Cc]ette année)\b"), _year(0)),
        (re.compile(r"\b(?P<words>[Ll]['’]an(?:née)? prochaine?)\b"), _year(1)),
        (re.compile(rf"\b(?P<words>[Ee]n (?P<month>{_alternatives(_MONTHS['fr'])}))\b"), _named_month("fr")),
    ),
}


def _bare(words: str) -> str:
    """A sentence without what is spoken in it, as far as that is marked."""
    return re.sub(r"[“«][^”»]*[”»]|\"[^\"]*\"", " ", words.replace("’", "'"))


def _spoken(words: str, place: Span) -> bool:
    """Whether a place is in direct speech, as far as that is marked; a quotation mark that is not closed counts."""
    opened = [match.start() for match in _OPENING.finditer(words, 0, place.start)]
    closed = [match.start() for match in _CLOSING.finditer(words, 0, place.start)]
    behind = _CLOSING.search(words, place.end)
    unopened = behind is not None and not _OPENING.search(words, place.end, behind.start())
    return len(opened) > len(closed) or (unopened and not len(opened))


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published) if len(published) == 10 else None
    except ValueError:
        return None
