"""A fragment or a bare word of asking, completed from the last question: a thing of its sort gives way to the new one.

"How many Marines are in Sicily?" and "and the French?" make "How many French are in Sicily?"; with "why?" it is "Why
are Marines in Sicily?". Where no sentence can be made of the two, the fragment stands before the question; a search
reads both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from bot.followups.binding import AUX
from bot.followups.earlier import Earlier, counted, loose, said
from bot.followups.leaning import Bare, Fragment
from bot.followups.slots import PLACING, Kind, Slot, slots
from bot.followups.wording import capitalised, colon, elided, end, lowered, put


def _beside(words: str, last: Earlier, language: str) -> str:
    """Words before the last question: "The Americans: what happened in Benghazi?"."""
    return f"{capitalised(words)}{colon(language)}{lowered(last.text, language)}"


_ASKING = {
    "fr": {"how many": "combien", "who": "qui", "when": "quand", "where": "où", "why": "pourquoi"},
    "en": {"combien": "how many", "qui": "who", "quand": "when", "où": "where", "pourquoi": "why"},
}
"""Words of asking of the other language, in this one."""


def across(fragment: Bare | Fragment, last: Earlier, language: str) -> str:
    """A fragment and what a question in the other language speaks of: « Combien : les Français, Sicily ? ».

    What the fragment names goes in the place of its like; the word of asking is the fragment's, or else the question's.
    """
    told, words, asks = said(last), list[str](), fragment.asks
    if isinstance(fragment, Fragment):
        words = [fragment.words]
        for new in fragment.slots:
            if old := _like(new, slots(last.text, last.language)):
                told.pop(old.start, None)
    first = last.text.lower()
    asks = asks or next((own for other, own in _ASKING[language].items() if first.startswith(f"{other} ")), "")
    rest = ", ".join([*words, *told.values()])
    return capitalised(f"{asks}{colon(language)}{rest}" if asks else rest) + end(language)


# A bare word of asking.

_ENGLISH = re.compile(
    rf"(?:(?:how many|how much|which|what) (?P<noun>(?!{AUX}\b)\S+(?: (?!{AUX}\b)\S+){{0,3}}) "
    rf"|(?:(?:since|until|from|in|on|at) )?(?:when|where|why|how(?: (?:long|old|far|often))?) |(?P<plain>(?={AUX}\b)))"
    rf"(?P<verb>{AUX}) (?P<rest>.+)",
    re.IGNORECASE,
)
_FRENCH = re.compile(
    r"(?:(?:depuis|jusqu'à|à|de|en|dans|par|pour|vers) |d')?(?:combien (?:de |d')(?P<noun>\w+) "
    r"|(?:quand|où|pourquoi|comment|combien de temps|quel(?:le)?s? (?!est\b|sont\b|ét)\w+) |(?P<plain>(?=est-ce qu"
    r"|(?:l['’]|la |le |les |une? )?\S+ .*-(?:t-)?(?:ils?|elles?)\b)))(?P<rest>.+)",
    re.IGNORECASE,
)
_ADVERB = {
    "en": re.compile(
        r"(?:(?:since|until|from|in|on|at) )?(?:when|where|why|how (?:come|long|far|often)|what \w+)", re.I
    ),
    "fr": re.compile(r"(?:(?:depuis|jusqu'à|en|à|dans|de) |d')?(?:quand|où|pourquoi|comment|quel(?:le)?s? \w+)", re.I),
}
_SUBJECT = re.compile(r"(?:[A-ZÀ-Þ]|(?:the|le|la|les|it|he|she|they|we|you)\b|l['’])")
_PREPOSED = re.compile(
    r" (?:to|in|at|on|from|with|for|against|into|by|since|en|à|au|aux|dans|contre|avec|depuis|vers) "
)


def asked_anew(asks: str, last: Earlier, language: str) -> str:
    """What the last question says, asked with another word of asking."""
    asks = "why" if asks.lower() in ("what for", "how come") else asks
    if last.text.lower().startswith(asks.lower()):
        return last.text
    plain = last.text.rstrip(" ?.")
    pattern = _FRENCH if language == "fr" else _ENGLISH
    said = pattern.fullmatch(plain) if _ADVERB[language].fullmatch(asks) else None
    if said is None:
        return _beside(asks, last, language)
    rest, noun = said["rest"], said["noun"] or ""
    if said["plain"] is not None:
        rest = lowered(rest, language)
    if language == "fr" and noun:
        rest = _set_in(rest, f"des {noun}") if _SUBJECT.match(rest) else f"des {noun} {rest}"
    elif noun:
        object_ = said["verb"].lower() in ("do", "does", "did") or _SUBJECT.match(rest)
        rest = _set_in(rest, noun) if object_ else f"{noun} {rest}"
    verb = f"{said['verb'].lower()} " if language == "en" else ""
    return f"{capitalised(asks)} {verb}{rest}{end(language)}"


def _set_in(rest: str, noun: str) -> str:
    """An object behind its verb: before what a preposition begins."""
    place = _PREPOSED.search(rest)
    at = place.start() if place else len(rest)
    return f"{rest[:at]} {noun}{rest[at:]}"


# A fragment.

_Stands = Literal["bare", "after", "in", "any"]
"""How a slot stands: without a preposition, after one, after one that says where."""
_LIKE: dict[Kind, tuple[tuple[Kind, _Stands], ...]] = {
    "people": (("people", "any"), ("country", "bare"), ("group", "bare"), ("name", "bare"), ("country", "after")),
    "country": (
        *(("country", "bare"), ("country", "after"), ("city", "any"), ("people", "any")),
        *(("group", "bare"), ("name", "bare")),
    ),
    "city": (("city", "any"), ("country", "after"), ("country", "bare"), ("name", "in")),
    "group": (("group", "any"), ("name", "any"), ("country", "bare"), ("people", "any"), ("country", "after")),
    "name": (
        *(("name", "any"), ("group", "any"), ("country", "bare")),
        *(("city", "bare"), ("city", "in"), ("country", "in")),
    ),
    "time": (("time", "any"),),
    "number": (("number", "any"),),
}
"""In the place of which slots a thing is put, the likeliest first."""


def completed(fragment: Fragment, last: Earlier, language: str) -> str | None:
    """The last question about what a fragment names, and with its word of asking if it has one."""
    words, found = fragment.words, fragment.slots
    text: str | None = last.text
    if loose(words, found, language) or _OF.match(words) or len({slot.kind for slot in found}) < len(found):
        text = _counting(last.text, words, language)
    else:
        for new in found:
            text = _with(text, words, new, language) if text else None
    if text is None:
        return _beside(fragment.whole, last, language) if fragment.sure else None
    return asked_anew(fragment.asks, Earlier(text, language), language) if fragment.asks else text


def _with(question: str, words: str, new: Slot, language: str) -> str | None:
    """The question with a thing of the fragment in the place of its like, or behind it; None if it has neither."""
    olds = slots(question, language)
    name = words[new.start : new.end]
    peoples = any(old.kind == "people" for old in olds)
    countable = not peoples if new.kind == "people" else new.kind == "name" and name.endswith("s")
    if new.preposition and new.kind != "time":
        alike = [
            old for old in olds if old.preposition == new.preposition or {old.preposition, new.preposition} <= PLACING
        ]
        bare = [old for old in olds if old.kind == new.kind == "city" and not old.preposition]
        olds = (*alike, *bare)
    elif countable and (counting := _counting(question, name, language)):
        return counting
    old = _like(new, olds)
    if old is not None:
        return put(question, old, words, new, language)
    if new.preposition or new.kind == "time":
        behind = words[new.begin : new.end]
        if new.kind == "time" and not new.preposition and behind[0].isdigit():
            behind = f"{'en' if language == 'fr' else 'in'} {behind}"
        return f"{question.rstrip(' ?.')} {behind[:1].lower()}{behind[1:]}{end(language)}"
    return None


def _like(new: Slot, olds: Sequence[Slot]) -> Slot | None:
    """The slot that a thing is put in the place of."""
    for kind, stands in _LIKE[new.kind]:
        for old in olds:
            how = {"any", "after" if old.preposition else "bare"} | ({"in"} if old.preposition in PLACING else set())
            if old.kind == kind and stands in how:
                return old
    return None


_ARTICLE = re.compile(r"(?:the|les|le|la|des|du|de) |[ld]['’]", re.IGNORECASE)
_OF = re.compile(r"de |d['’]", re.IGNORECASE)


def _counting(question: str, words: str, language: str) -> str | None:
    """The question with other things counted: "How many drones …"; None where it counts none."""
    place = counted(question, language)
    if place is None:
        return None
    start, past = place
    name = _ARTICLE.sub("", words, count=1)
    if language == "fr":
        return re.sub(r"d(?:e |['’])$", "", question[:start]) + elided("de", name) + question[past:]
    return question[:start] + name + question[past:]
