"""A follow-up and the questions before it -> one question that stands alone, or None where nothing resolves it.

A fragment takes the place of its like in the last question ("and the French?": of the Italians), a bare "why?" that of
its word of asking, a pronoun gives way to what it points at. What cannot be put into a sentence is set beside it: the
last question after a colon, or its names in brackets; a search reads both. Does not decide whether a question leans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.asked import asked
from bot.followups.leaning import Again, Bare, Fragment, Leaning, Pointing
from bot.followups.pointers import Pointer
from bot.followups.slots import PLACES, PLACING, Kind, Slot, slots
from bot.followups.wording import after, capitalised, elided, lowered, put, with_article
from retrieval.analysis import Token, meaningful, tokens
from retrieval.languages import detect
from retrieval.types import LANGUAGES


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question asked before, which stands alone, and its language."""

    text: str
    language: str


def resolve(leaning: Leaning, history: Sequence[str], language: str) -> str | None:
    """The question that stands alone, in `language` as far as the rules can; `history`: earlier ones, oldest first."""
    if not history:
        return None
    earlier = [Earlier(text, _language(text, language)) for text in history]
    last = earlier[-1]
    match leaning:
        case Again():
            return last.text
        case Bare() | Fragment() if last.language != language:
            return _across(leaning, last, language)
        case Bare(asks):
            return _asked_anew(asks, last, language)
        case Fragment():
            return _completed(leaning, last, language)
        case Pointing(question, pointers):
            return _pointed(question, pointers, earlier, language)


def _language(text: str, otherwise: str) -> str:
    found = detect(text)
    return found if found in LANGUAGES else otherwise


def _end(language: str) -> str:
    return " ?" if language == "fr" else "?"


def _beside(words: str, last: Earlier, language: str) -> str:
    """Words before the last question: "The Americans: what happened in Benghazi?"."""
    return f"{capitalised(words)}{_colon(language)}{lowered(last.text, language)}"


def _colon(language: str) -> str:
    return " : " if language == "fr" else ": "


def _said(last: Earlier) -> dict[int, str]:
    """What a question speaks of, by its place: its names, and its other words with a meaning."""
    found = slots(last.text, last.language)
    said = {slot.start: last.text[slot.start : slot.end] for slot in found}
    said |= {token.start: token.surface for token in _loose(last.text, found, last.language)}
    return dict(sorted(said.items()))


def _loose(text: str, found: Sequence[Slot], language: str) -> list[Token]:
    """The words with a meaning that stand outside the slots."""
    row = list(tokens(text))
    told = [row[at] for at in meaningful(row, language)]
    return [token for token in told if not any(slot.begin <= token.start < slot.end for slot in found)]


_ASKING = {
    "how many": "combien",
    "how much": "combien",
    "who": "qui",
    "when": "quand",
    "where": "où",
    "why": "pourquoi",
}
_ASKED = re.compile(rf"^(?:{'|'.join(_ASKING)}|{'|'.join(_ASKING.values())})\b", re.IGNORECASE)


def _across(fragment: Bare | Fragment, last: Earlier, language: str) -> str:
    """A fragment and what a question in the other language speaks of: « Combien : les Français, Sicily ? ».

    What the fragment names goes in the place of its like; the word of asking is the fragment's, or else the question's.
    """
    said, words, asks = _said(last), list[str](), fragment.asks
    if isinstance(fragment, Fragment):
        words = [fragment.words]
        for new in fragment.slots:
            if old := _like(new, slots(last.text, last.language)):
                said.pop(old.start, None)
    if not asks and (asked_for := _ASKED.match(last.text)):
        word = asked_for.group().lower()
        asks = (
            _ASKING[word]
            if language == "fr"
            else next(english for english, french in _ASKING.items() if french == word)
        )
    rest = ", ".join([*words, *said.values()])
    return capitalised(f"{asks}{_colon(language)}{rest}" if asks else rest) + _end(language)


# A bare word of asking.

_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)"
_ENGLISH = re.compile(
    rf"(?:(?P<counts>how many|how much|which|what) (?P<noun>(?!{_AUX}\b)\S+(?: (?!{_AUX}\b)\S+){{0,3}}) "
    rf"|(?:(?:since|until|from|in|on|at) )?(?:when|where|why|how(?: (?:long|old|far|often))?) |(?P<plain>(?={_AUX}\b)))"
    rf"(?P<verb>{_AUX}) (?P<rest>.+)",
    re.IGNORECASE,
)
_FRENCH = re.compile(
    r"(?:(?:depuis|jusqu'à|à|de|en|dans|par|pour|vers) |d')?(?:(?P<counts>combien (?:de |d'))(?P<noun>\w+) "
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


def _asked_anew(asks: str, last: Earlier, language: str) -> str:
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
    return f"{capitalised(asks)} {verb}{rest}{_end(language)}"


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


def _completed(fragment: Fragment, last: Earlier, language: str) -> str | None:
    """The last question about what a fragment names, and with its word of asking if it has one."""
    words, found = fragment.words, fragment.slots
    text: str | None = last.text
    if _loose(words, found, language) or _OF.match(words) or len({slot.kind for slot in found}) < len(found):
        text = _counting(last.text, words, language)
    else:
        for new in found:
            text = _with(text, words, new, language) if text else None
    if text is None:
        return _beside(fragment.whole, last, language) if fragment.sure else None
    return _asked_anew(fragment.asks, Earlier(text, language), language) if fragment.asks else text


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
        return f"{question.rstrip(' ?.')} {behind[:1].lower()}{behind[1:]}{_end(language)}"
    return None


def _like(new: Slot, olds: Sequence[Slot]) -> Slot | None:
    for kind, stands in _LIKE[new.kind]:
        for old in olds:
            how = {"any", "after" if old.preposition else "bare", "in" if old.preposition in PLACING else ""}
            if old.kind == kind and stands in how:
                return old
    return None


_COUNTED = {
    "en": re.compile(rf"\bhow many ((?!{_AUX}\b)\w+(?: (?!{_AUX}\b)\w+){{0,2}}(?= {_AUX}\b)|\w+)", re.IGNORECASE),
    "fr": re.compile(r"\bcombien (?:de |d['’])(\w+)", re.IGNORECASE),
}
_ARTICLE = re.compile(r"(?:the|les|le|la|des|du|de) |[ld]['’]", re.IGNORECASE)
_OF = re.compile(r"de |d['’]", re.IGNORECASE)


def _counting(question: str, words: str, language: str) -> str | None:
    """The question with other things counted: "How many drones …"; None where it counts none."""
    counted = _counted(question, language)
    if counted is None:
        return None
    start, end = counted
    name = _ARTICLE.sub("", words, count=1)
    if language == "fr":
        return re.sub(r"d(?:e |['’])$", "", question[:start]) + elided("de", name) + question[end:]
    return question[:start] + name + question[end:]


def _counted(question: str, language: str) -> tuple[int, int] | None:
    """Where the things that a question counts stand, with the adjective of a people: "American commandos"."""
    found = _COUNTED[language].search(question)
    if found is None:
        return None
    start, end = found.span(1)
    peoples = [slot for slot in slots(question, language) if slot.kind == "people"]
    if language == "en" and any(slot.end == end for slot in peoples):
        noun = re.match(r" \w+", question[end:])
        end += noun.end() if noun else 0
    return start, next((slot.end for slot in peoples if language == "fr" and slot.start == end + 1), end)


# What points back.


@dataclass(frozen=True, slots=True)
class _Noun:
    """What a word points at, without and with its article; `where`: as the answer to "where?"."""

    name: str
    article: str = ""
    where: str = ""


def _pointed(question: str, pointers: Sequence[Pointer], earlier: Sequence[Earlier], language: str) -> str | None:
    """The question with what its words point at in their place, or in brackets; None if one of them finds nothing."""
    text, aside = question.strip(), list[str]()
    once = {pointer.at: pointer for pointer in reversed(pointers)}
    for pointer in sorted(once.values(), key=lambda one: -one.start):
        noun = next((noun for one in reversed(earlier) for noun in _antecedents(pointer, one, text, language)), None)
        if noun is None and "event" in pointer.at:
            aside += _said(earlier[-1]).values()
        elif noun is None:
            return None
        else:
            put_in = _put_in_french(text, pointer, noun) if language == "fr" else _put_in_english(text, pointer, noun)
            text = put_in or text
            aside += [] if put_in else [noun.name]
    if not pointers:
        aside = _names(earlier[-1]) or list(_said(earlier[-1]).values())
    text = capitalised(text)
    aside = [word for word in dict.fromkeys(aside) if word.lower() not in text.lower()]
    return f"{text.rstrip(' ?.!')} ({', '.join(aside)}){_end(language)}" if aside else text


def _names(last: Earlier) -> list[str]:
    return [last.text[slot.start : slot.end] for slot in slots(last.text, last.language) if slot.kind != "number"]


def _antecedents(pointer: Pointer, one: Earlier, text: str, language: str) -> Iterator[_Noun]:
    """What a pointer may mean in an earlier question, the likeliest first."""
    word = text[pointer.start : pointer.end].lower()
    for at in pointer.at:
        found = list(_SOUGHT[at](one)) if at in _SOUGHT else []
        if language == one.language == "fr" and word in _GENDERED and at == "thing":
            found = [noun for noun in found if noun.article in _GENDERED[word]]
        for noun in found:
            article = ("les" if language == "fr" else "the") if at == "several" and noun.article else ""
            yield noun if language == one.language else _Noun(noun.name, article)


_GENDERED = {"il": ("le", "l"), "elle": ("la", "l", "")}
"""The articles of what "il" and "elle" mean, where it is a thing; a town has none."""


def _noun(one: Earlier, slot: Slot) -> _Noun:
    where = one.text[slot.begin : slot.end] if slot.preposition in PLACING else ""
    return _Noun(one.text[slot.start : slot.end], slot.article, where)


def _persons(one: Earlier) -> Iterator[_Noun]:
    found = [
        slot
        for slot in slots(one.text, one.language)
        if slot.kind == "name" and not slot.article and slot.preposition not in PLACING
    ]
    for slot in sorted(found, key=lambda slot: bool(slot.preposition)):
        if not one.text[slot.start : slot.end].isupper():
            yield _noun(one, slot)
    row = list(tokens(one.text))
    for at, token in enumerate(row):
        which = "quel" if one.language == "fr" else "which"
        if asked(f"{which} {token.surface}").kind == "person":
            for back in range(at - 1, max(at - 4, -1), -1):
                if row[back].surface.lower() in ("the", "le", "la", "l"):
                    end = _with_adjective(one, token.end)
                    yield _Noun(one.text[row[back + 1].start : end], row[back].surface.lower())
                    return


def _with_adjective(one: Earlier, end: int) -> int:
    """Where a French noun ends with the adjective of a people behind it."""
    for slot in slots(one.text, one.language):
        if slot.kind == "people" and slot.start == end + 1:
            return slot.end
    return end


_PLURAL = {
    "en": re.compile(
        rf"\b(?:the|these|those|are|were|do|did|have|there) (?P<noun>(?:(?!of\b|there\b|{_AUX}\b)[\w-]+ ){{0,2}}?"
        r"[\w-]+[^s\W]s)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(r"\b(?:les|des|ces) (?P<noun>[\w-]+[sx])\b", re.IGNORECASE),
}


def _several(one: Earlier) -> Iterator[_Noun]:
    article = "les" if one.language == "fr" else "the"
    if counted := _counted(one.text, one.language):
        yield _Noun(one.text[slice(*counted)], article)
    found = slots(one.text, one.language)
    if plural := _PLURAL[one.language].search(one.text):
        yield _Noun(one.text[plural.start("noun") : _with_adjective(one, plural.end())], article)
    for kind in ("people", "group", "country"):
        for slot in found:
            if slot.kind == kind and (slot.article or kind != "people") and slot.preposition not in PLACING:
                yield _noun(one, slot)


def _things(one: Earlier) -> Iterator[_Noun]:
    found = [
        slot
        for slot in slots(one.text, one.language)
        if slot.preposition not in PLACING
        and (slot.kind in ("group", *PLACES) or (slot.kind == "name" and slot.article))
    ]
    yield from (_noun(one, slot) for slot in found if not slot.preposition)
    if one.language == "fr":
        for match in re.finditer(r"(?<![\w'’])(?P<article>le |la |l['’])(?P<noun>[a-zà-ÿ-]+)", one.text, re.IGNORECASE):
            yield _Noun(match["noun"], match["article"].lower().rstrip(" '’"))
    yield from (_noun(one, slot) for slot in found if slot.preposition)


def _places(one: Earlier) -> Iterator[_Noun]:
    found = [slot for slot in slots(one.text, one.language) if slot.kind in PLACES]
    placed = [slot for slot in slots(one.text, one.language) if slot.preposition in PLACING and slot.kind == "name"]
    for slot in sorted([*found, *placed], key=lambda slot: (slot.preposition not in PLACING, slot.kind != "city")):
        yield _noun(one, slot)


_SOUGHT = {"person": _persons, "several": _several, "thing": _things, "place": _places}


def _put_in_english(text: str, pointer: Pointer, noun: _Noun) -> str | None:
    whole = with_article(noun.article, noun.name)
    if pointer.part == "owner":
        whole += "'" if whole.endswith("s") else "'s"
    elif pointer.part == "aside":
        if not noun.where:
            return None
        whole = noun.where
    return text[: pointer.start] + whole + text[pointer.end :]


_VERB = re.compile(
    r"(?<!\w)(?P<que>(?:que |qu['’]))?(?P<verb>(?:(?:ne|se|le|la|les|lui|leur|y|en) |[nsl]['’])*[^\W\d_]+)(?:-t)?-$",
    re.I,
)


def _put_in_french(text: str, pointer: Pointer, noun: _Noun) -> str | None:
    before, behind = text[: pointer.start], text[pointer.end :]
    whole = with_article(noun.article, noun.name)
    if pointer.part == "subject" and (verb := _VERB.search(before)):
        start, behind = before[: verb.start()], text[pointer.start :]
        if verb["que"]:  # "Que veut-il ?": Qu'est-ce que Haftar veut ?
            asks = "qu'est-ce" if start else "Qu'est-ce"
            return f"{start}{asks} {elided('que', whole)} {verb['verb']}{text[pointer.end :]}"
        group = before[verb.start() :]
        return f"{start}{whole} {group if start else lowered(group, 'fr')}{behind}"
    if pointer.part == "subject":
        joined = re.search(r"\bqu['’]$", before)
        return (before[: joined.start()] + elided("que", whole) if joined else before + whole) + behind
    if pointer.part == "object":
        preposition = re.search(r"\b(?:(?P<de>de |d['’])|(?P<a>à ))$", before, re.IGNORECASE)
        if preposition is None:
            return before + whole + behind
        return (
            before[: preposition.start()] + after("de" if preposition["de"] else "à", noun.article, noun.name) + behind
        )
    owned = re.match(r" ([^\W\d_]+)", behind)
    word = text[pointer.start : pointer.end].lower()
    if pointer.part != "owner" or word == "leur" or owned is None:
        return None
    article = {"son": "le", "sa": "la"}.get(word, "les")
    thing = elided(article, owned[1]) if article != "les" else f"les {owned[1]}"
    return f"{before}{thing} {after('de', noun.article, noun.name)}{behind[owned.end() :]}"
