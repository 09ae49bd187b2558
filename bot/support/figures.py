"""Numbers in a text, English or French: their value, their kind and their unit, in figures, letters or both.

"5 million", "cinq millions" and "5m" have one value, "half" and "50%" are one share. Dates are left to `moments`,
except figures that may be a year or a number. What a number counts, and how it is bounded, is read by `quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from bot.support.moments import listed, moments
from retrieval.analysis import Token, is_stopword, number, numbers, tokens
from retrieval.names import fold, name_table

Kind = Literal["count", "share", "order", "factor", "vague", "label"]
"""Vague is "hundreds", with the least of them as value; a label is a designation such as KC-130."""
Bound = Literal["", "least", "most", "more", "less", "about"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at `text[start:end]`, its unit with it; `opens` is where its bound begins.

    `upto`: the other end of a range, or the second figure of a score. `unit`: a currency, a measure, or what a label
    says. `inherited`: the bound of the number before it in a list ("at least 40 agents and 50 troops"). `things`: the
    words that say what is counted; `around`: all words of its stretch of the sentence. `single`: an article that may
    be the number one; `offered`: "both", which bears a "two" but is none; `loose`: may be a year.
    """

    start: int
    end: int
    value: Fraction
    kind: Kind = "count"
    upto: Fraction | None = None
    unit: str = ""
    bound: Bound = ""
    opens: int = -1
    inherited: Bound = ""
    things: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    single: bool = False
    offered: bool = False
    loose: bool = False


@lru_cache(maxsize=1)
def kinds() -> dict[str, dict[str, str]]:
    """`kinds.tsv`: for each kind the label of every word, folded."""
    table: dict[str, dict[str, str]] = {}
    for line in (files("bot.support") / "kinds.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, label, words = line.split("\t")
            table.setdefault(kind, {}).update((fold(word), label) for word in words.split())
    return table


def _values(table: str) -> dict[str, int]:
    pairs = table.split()
    return dict(zip(pairs[1::2], map(int, pairs[::2]), strict=True))


_MILLION, _MILLIARD = 10**6, 10**9
_SCALES = dict.fromkeys(("million", "millions", "mn"), _MILLION) | dict.fromkeys(
    ("milliard", "milliards", "bn", "md", "mds"), _MILLIARD
)
_SCALES |= _values(
    "1000 thousand 1000 milliers 100 hundred 100 centaines 10 dizaines 12 dozen 12 douzaines 12 douzaine"
)
_ROUND = listed("dozen douzaine douzaines dizaines centaines milliers millier")
"""Scales that make a number approximate, as do the French words in -aine."""
_VAGUE = _values(
    "10 dozens 10 scores 10 tens 10 dizaines 10 douzaines 100 hundreds 100 centaines 1000 thousands 1000 milliers"
)
_VAGUE |= {"millions": _MILLION, "billions": _MILLIARD, "milliards": _MILLIARD}
_SEVERAL = listed("several few many couple plusieurs quelques")
_ORDERS = _values(
    "1 first 2 second 3 third 4 fourth 5 fifth 6 sixth 7 seventh 8 eighth 9 ninth 10 tenth 11 eleventh 12 twelfth "
    "13 thirteenth 14 fourteenth 15 fifteenth 16 sixteenth 17 seventeenth 18 eighteenth 19 nineteenth 20 twentieth "
    "30 thirtieth 40 fortieth 50 fiftieth 60 sixtieth 100 hundredth 1 premier 1 premiere 1 premiers 1 premieres "
    "2 seconde"
)
_IEME = _values(
    "1 un 2 deux 3 trois 4 quatr 5 cinqu 6 six 7 sept 8 huit 9 neuv 10 dix 11 onz 12 douz 13 treiz 14 quatorz 15 quinz "
    "16 seiz 20 vingt 30 trent 40 quarant 50 cinquant 60 soixant 100 cent 1000 mill"
)
_PARTS = _values(
    "2 half 2 halves 2 moitie 2 demi 2 demie 3 third 3 thirds 3 tiers 4 quarter 4 quarters 4 quart 4 quarts"
)
_FACTORS = (("twice", 2), ("thrice", 3), ("doubl", 2), ("tripl", 3), ("quadrupl", 4))
_ROMAN = _values("1 i 5 v 10 x 50 l 100 c")
_ARTICLES = {"en": listed("a an one"), "fr": listed("un une")}
_OF = listed("of de des du d")
_ALONE = listed("no this that each every any some which the")
_LABEL = re.compile(r"(?<![\w-])(?=[a-z]*[A-Z])([A-Za-z]{1,6})[-‑–]?(\d+)([A-Za-z]{0,2})(?![\w%])")
_CENTURY = re.compile(r"([ivxlc]+)(?:e|er|eme)")
_MONEY_BEFORE = re.compile(r"(?:(?:US|CA?|AU?|NZ|HK)?(\$)|([€£¥]))\s?$")
_MONEY_BEHIND = re.compile(r"[\s\u00a0\u202f]?([$€£¥])")
_GLUED = {"k": 1000, "m": _MILLION, "mn": _MILLION, "bn": _MILLIARD, "tn": 10**12, "md": _MILLIARD}
_PERCENT = re.compile(r"[\s\u00a0\u202f]?(?:%|\bper\s?cent\b(?!age)|\bpour\scent\b|\bpct\b)", re.IGNORECASE)
_POINTS = re.compile(r"[\s\u00a0\u202f-](?:percentage\spoints?|points?\sde\spourcentage)\b", re.IGNORECASE)
_MINUS = re.compile(r"(?:(?<![^\s(])[-−]|\bminus\s|(?<!\bau\s)(?<!\bdu\s)\bmoins\s)$", re.IGNORECASE)
_TO = re.compile(r"(?:[\s\u00a0\u202f]?[-‑–—/][\s\u00a0\u202f]?|[\s\u00a0\u202f](?:to|à|or|ou)[\s\u00a0\u202f])[$€£]?")
_AND = re.compile(r"[\s\u00a0\u202f](?:and|et)[\s\u00a0\u202f][$€£]?")
_BETWEEN = re.compile(r"\b(?:between|entre)[\s\u00a0\u202f][$€£]?$", re.IGNORECASE)
_BREAK = re.compile(r"[.,;:!?()\[\]«»“”\"…—–]|\n\s*\n")


Placed = tuple[int, int, Quantity]
"""A number, its first word and the one behind its last."""


class Figures:
    """Reads a text for its numbers. `row`: its words."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.row: list[Token] = list(tokens(text))
        self.low = [fold(token.surface) for token in self.row]
        self.loose: set[int] = set()
        self.dated: set[int] = set()
        for one in moments(text, language):
            names = dict(one.parts)
            if names.keys() & {"year", "month", "day", "clock", "decade"}:
                (self.loose if one.loose else self.dated).update(self._inside(one.start, one.end))
        self.labels = {}
        for match in _LABEL.finditer(text):
            places = self._inside(*match.span())
            if places and not self.dated.intersection(places):
                self.labels[places[0]] = (places[-1] + 1, match)
        self.figures = self._figures()
        self.scales: dict[int, int] = {}

    def _inside(self, start: int, end: int) -> list[int]:
        return [at for at, token in enumerate(self.row) if start <= token.start and token.end <= end]

    def _figures(self) -> dict[int, tuple[int, Fraction]]:
        """By the place of its first word, every number: past its last word, and its value."""
        found: dict[int, tuple[int, Fraction]] = {}
        before = -1
        for last, figure in sorted(numbers(self.row, self.language).items()):
            first = last
            while first - 1 > before and self._in_one_number(first - 1):
                first -= 1
            before = last
            if first not in self.dated and not self._new(first):
                found[first] = (last + 1, Fraction(figure))
        return found

    def _new(self, at: int) -> bool:
        """Whether « neuf » is "new": behind what it describes and before nothing that it could count."""
        if self.low[at] != "neuf" or not at or is_stopword(self.row[at - 1].surface, self.language):
            return False
        return self._apart(at + 1) or is_stopword(self.row[at + 1].surface, self.language)

    def _in_one_number(self, at: int) -> bool:
        """Whether the word at `at` belongs to the number behind it, which `numbers` gives by its last word."""
        if self.row[at + 1].start - self.row[at].end != 1 or self.row[at + 1].surface[0].isdigit():
            return False
        joins = self.low[at] in ("and", "et") and at > 0
        return number(self.row[at - joins].surface, self.language) is not None

    def read(self) -> Iterator[Placed]:
        """The numbers of the text by the words they begin with."""
        last: Placed | None = None
        at = 0
        while at < len(self.row):
            past, one = self._at(at)
            if one is not None:
                whole = self._range(last[2], one) if last and not one.single and not last[2].single else None
                if last and whole:
                    last = (last[0], past, whole)
                else:
                    if last:
                        yield last
                    last = (at, past, one)
            at = max(past, at + 1)
        if last:
            yield last

    def _at(self, at: int) -> tuple[int, Quantity | None]:
        """The number that begins at a word, and the word behind it; None where none does."""
        word = self.low[at]
        if at in self.labels:
            past, match = self.labels[at]
            if self._known(at, past):
                return past, None
            unit = fold(match[1] + match[2] + match[3]).removesuffix("s")
            return past, Quantity(self.row[at].start, self.row[past - 1].end, Fraction(0), "label", unit=unit)
        if at in self.dated:
            return at + 1, None
        article = word in _ARTICLES.get(self.language, ())
        if at in self.figures:
            return self._figure(at, at, *self.figures[at])
        if article and at + 1 < len(self.row):
            return self._behind_article(at)
        if word in ("half", "moitie", "demi", "demie"):
            return self._half(at, at)
        if word in _ORDERS or word.endswith(("ieme", "iemes")) or _CENTURY.fullmatch(word):
            return self._order(at)
        if word in _VAGUE:
            return self._vague(at, at)
        for begins, factor in _FACTORS:
            if word.startswith(begins) and not self.row[at].surface[:1].isupper():
                return at + 1, self._quantity(at, at + 1, Fraction(factor), "factor")
        if word in ("both", "pair"):
            return at + 1, replace(self._quantity(at, at + 1, Fraction(2)), offered=True)
        if word == "zero":
            return at + 1, self._quantity(at, at + 1, Fraction(0))
        return at + 1, None

    def _known(self, at: int, past: int) -> bool:
        words = [token.surface for token in self.row[at:past]]
        return any(end - start == len(words) for start, end, _ in name_table().find(words))

    def _quantity(self, at: int, past: int, value: Fraction, kind: Kind = "count") -> Quantity:
        return Quantity(self.row[at].start, self.row[past - 1].end, value, kind)

    def _behind_article(self, at: int) -> tuple[int, Quantity | None]:
        """What follows "a" or « un »: "a hundred", « une cinquantaine », "a third of", "a million", or a thing."""
        word = self.low[at + 1]
        if at + 1 in self.figures:
            past, value = self.figures[at + 1]
            if word.endswith(("aine", "ier")) or word in _SCALES or value >= 100:
                return self._figure(at, at + 1, past, value)
        if word in _SCALES or word in ("billion", "trillion"):
            return self._figure(at, at, at + 1, Fraction(1))
        if word in _PARTS and (self.low[at] == "one" or self._next(at + 2) in _OF or self._apart(at + 2)):
            return at + 2, self._quantity(at, at + 2, Fraction(1, _PARTS[word]), "share")
        if word in ("half", "demi") or at + 1 in self.figures or at + 1 in self.labels:
            return at + 1, None
        if word in kinds()["measure"] and (kinds()["measure"][word] == "decade" or self._and_a_half(at + 2)):
            return self._figure(at, at, at + 1, Fraction(1))
        sole = word in ("seul", "seule", "single", "unique")
        if self.low[at] == "one" and self.low[at - 1] in _ALONE and at:
            return at + 1, None
        if is_stopword(self.row[at + 1].surface, self.language) or self._apart(at + 1):
            return at + 1, None
        one = replace(self._quantity(at, at + 1, Fraction(1)), single=not sole)
        return self._with_unit(at + 1, one) if word in kinds()["measure"] else (at + 1, one)

    def _next(self, at: int) -> str:
        return self.low[at] if at < len(self.row) else ""

    def _apart(self, at: int) -> bool:
        """Whether a mark parts a word from the one before it, or none follows."""
        if at >= len(self.row):
            return True
        return _BREAK.search(self.text, self.row[at - 1].end, self.row[at].start) is not None

    def _half(self, at: int, start: int) -> tuple[int, Quantity | None]:
        """ "Half of them", "half a million", « un demi-million »; no "first half", no "half-hearted"."""
        behind = at + 1
        if self._next(behind) in ("a", "an"):
            behind += 1
        scale = self._next(behind)
        if scale in _SCALES or scale in ("billion", "trillion"):
            return self._figure(start, start, behind, Fraction(1, 2))
        before = self.low[at - 1] if at else ""
        hyphen = behind < len(self.row) and self.text[self.row[at].end] == "-"
        if (
            before in ("and", "et", "other", "better")
            or before in _ORDERS
            or (hyphen and scale not in kinds()["measure"])
        ):
            return at + 1, None
        if self.low[at].startswith("demi") and scale not in kinds()["measure"]:
            return at + 1, None
        one = self._quantity(start, at + 1, Fraction(1, 2), "share")
        if scale in kinds()["measure"]:
            one = replace(one, kind="count", unit=kinds()["measure"][scale], end=self.row[behind].end)
            return behind + 1, one
        return at + 1, one

    def _order(self, at: int) -> tuple[int, Quantity | None]:
        """ "Third", « troisième », « XXIe »; a prime minister is none."""
        place = self._place(at)
        if place is None or self._next(at + 1) in ("ministre", "ministres", "lady", "dame"):
            return at + 1, None
        return at + 1, self._quantity(at, at + 1, Fraction(place), "order")

    def _place(self, at: int) -> int | None:
        word = self.low[at]
        if word in _ORDERS:
            return _ORDERS[word]
        if century := _CENTURY.fullmatch(word):
            digits = [_ROMAN[letter] for letter in century[1]]
            if not self.row[at].surface[0].isupper() or self._next(at + 1) not in (
                "siecle",
                "siecles",
                "arrondissement",
            ):
                return None
            pairs = zip(digits, [*digits[1:], 0], strict=True)
            return sum(-digit if digit < behind else digit for digit, behind in pairs)
        return _IEME.get(re.sub(r"iemes?$", "", word))

    def _vague(self, at: int, start: int) -> tuple[int, Quantity | None]:
        """ "Hundreds of thousands", « des dizaines de milliers »."""
        value, past = _VAGUE[self.low[at]], at + 1
        if self._next(past) in ("of", "de") and self._next(past + 1) in _VAGUE:
            value, past = value * _VAGUE[self.low[past + 1]], past + 2
        return past, self._quantity(start, past, Fraction(value), "vague")

    def _figure(self, start: int, at: int, past: int, value: Fraction) -> tuple[int, Quantity | None]:
        """A number in figures or letters from word `start`, and what belongs to it: scale, half, share, unit."""
        text, first = self.text, self.row[start]
        surface = self.row[past - 1].surface
        if self.low[start] in _ARTICLES.get(self.language, ()) and start == at and value == 1:
            past = start + 1
        about = self.low[past - 1].endswith("aine") or self.low[past - 1] in _ROUND
        if surface[0].isdigit() and surface[-1].isalpha():
            return past, self._quantity(start, past, value, "order")
        behind = self._next(past)
        near = past < len(self.row) and self.row[past].start - self.row[past - 1].end <= 1
        if behind in _PARTS and near and behind not in ("demi", "demie", "half") and value < 20:
            return past + 1, self._quantity(start, past + 1, value / _PARTS[behind], "share")
        tens = value % 10 == 0 and value >= 20 and surface[0].isalpha()
        if tens and self.low[past : past + 2] == ["et", "unieme"]:
            return past + 2, self._quantity(start, past + 2, value + 1, "order")
        if near and (place := self._place(past)) is not None and not behind.startswith("premier"):
            if tens and place < 10:
                return past + 1, self._quantity(start, past + 1, value + place, "order")
            if place > 2 and (behind.endswith("s") or value == 1):
                return past + 1, self._quantity(start, past + 1, value / place, "share")
        money = _MONEY_BEFORE.search(text, max(0, first.start - 5), first.start)
        unit = money[1] or money[2] if money else ""
        past, scale = self._scale(past, bool(unit))
        about |= scale > 1 and self.low[past - 1] in _ROUND
        sign = _MINUS.search(text, max(0, first.start - 12), first.start)
        value *= -scale if sign else scale
        if half := self._and_a_half(past):
            past, value = past + half, value + Fraction(scale, 2)
        elif scale > 1 and past in self.figures and self._adds(past, scale):
            past, rest = self.figures[past]
            value += rest
        several = start > 0 and self.low[start - 1] in _SEVERAL and value in (12, 100, 1000, _MILLION, _MILLIARD)
        one = self._quantity(start, past, value, "vague" if several else "count")
        begins = next((mark.start() for mark in (money, sign) if mark), first.start)
        one = replace(one, start=begins, unit=unit, bound="about" if about else "")
        one = replace(one, loose=at in self.loose)
        if scale > 1:
            self.scales[one.start] = scale
        return self._with_unit(past, one)

    def _adds(self, at: int, scale: int) -> bool:
        """Whether a number goes on behind its scale: "two million three hundred thousand"."""
        token = self.row[at]
        return token.surface[0].isalpha() and token.start - self.row[at - 1].end == 1 and self.figures[at][1] < scale

    def _and_a_half(self, at: int) -> int:
        """How many words say that half of one more belongs to a number: "and a half", « et demi »."""
        joined = self.low[at : at + 3]
        if joined[:2] in (["et", "demi"], ["et", "demie"]):
            return 2
        return 3 if joined == ["and", "a", "half"] else 0

    def _scale(self, past: int, money: bool) -> tuple[int, int]:
        """Thousand, million and so on behind a figure, and the word behind that; 1 where none stands there."""
        if past >= len(self.row) or self.row[past].start - self.row[past - 1].end > 1:
            return past, 1
        word, behind = self.low[past], self.row[past].end
        if self.row[past].start == self.row[past - 1].end and word in _GLUED:
            counts = past + 1 < len(self.row) and not is_stopword(self.row[past + 1].surface, self.language)
            if word != "m" or money or _MONEY_BEHIND.match(self.text, behind) or (counts and not self._apart(past + 1)):
                return past + 1, _GLUED[word]
            return past, 1
        if word == "m" and _MONEY_BEHIND.match(self.text, behind):
            return past + 1, _MILLION
        if word.removesuffix("s") in ("billion", "trillion"):
            power = 1 if word.startswith("b") else 1000
            return past + 1, (10**12 if self.language == "fr" else _MILLIARD) * (
                power if self.language != "fr" else power**2
            )
        return (past + 1, _SCALES[word]) if word in _SCALES else (past, 1)

    def _with_unit(self, past: int, one: Quantity) -> tuple[int, Quantity]:
        """The number with the percent sign, currency or measure that stands behind it."""
        text, end = self.text, self.row[past - 1].end
        if points := _POINTS.match(text, end):
            return past + len(points[0].split()), replace(one, unit="point", end=points.end())
        if percent := _PERCENT.match(text, end):
            past += len(re.findall(r"[a-z]+", percent[0], re.IGNORECASE))
            return past, replace(one, value=one.value / 100, kind="share", end=percent.end())
        if not one.unit and (money := _MONEY_BEHIND.match(text, end)):
            return past, replace(one, unit=money[1], end=money.end())
        if past < len(self.row) and self._apart(past):
            return past, one
        at = past + (self._next(past) in ("de", "d", "of", "us"))
        word = self._next(at)
        if not one.unit and word in kinds()["currency"]:
            return at + 1, replace(one, unit=kinds()["currency"][word], end=self.row[at].end)
        word = self._next(past)
        if not one.unit and (word in kinds()["measure"] or (word == "m" and self.row[past].start - end <= 1)):
            measure = kinds()["measure"].get(word, "metre")
            more = self._and_a_half(past + 1)
            value = one.value + (Fraction(1, 2) if more else 0)
            if measure == "decade":
                measure, value = "year", value * 10
            return past + 1 + more, replace(one, unit=measure, value=value, end=self.row[past + more].end)
        return past, one

    def _range(self, before: Quantity, one: Quantity) -> Quantity | None:
        """Two numbers as one: "30 to 40", "3-1", "between 5 and 10 million"; None where they are two."""
        between = self.text[before.end : one.start]
        joined = _TO.fullmatch(between) or (
            _AND.fullmatch(between) and _BETWEEN.search(self.text, max(0, before.start - 12), before.start)
        )
        kinds_differ = before.kind != one.kind and (before.kind, one.kind) != ("count", "share")
        units_differ = before.unit and one.unit and before.unit != one.unit
        if not joined or before.upto is not None or kinds_differ or units_differ or one.kind not in ("count", "share"):
            return None
        value, scale = before.value, self.scales.get(one.start, 1)
        if before.kind != one.kind:
            value /= 100
        elif before.start not in self.scales and value * scale <= one.value:
            value *= scale
        return replace(one, start=before.start, value=value, upto=one.value, unit=before.unit or one.unit)
