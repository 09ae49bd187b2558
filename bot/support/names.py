"""Names of a claim: each stands in a quote, in some way of writing it, and belongs to the office that is given to it.

A name may be written in the other language or in another transliteration, a capitalised ordinary word translated. A
first name that the quote leaves out is borne where the article gives that very name in full, and nobody else of that
surname. Does not tell who did what, nor whether two people of one name are meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.support.moments import moments
from bot.support.naming import Text, key, written
from bot.support.offices import Office, offices
from bot.support.quantities import quantities
from bot.support.renderings import keys, known, renderings
from bot.support.types import Fault
from bot.types import Backing
from retrieval.analysis import is_stopword, number, stem
from retrieval.lexicon import lexicon
from retrieval.names import fold, shouted, skeleton

_SMALL = "de du des d la le les l al el an as ash ben bin ibn von van der den of the and et y"
_PARTICLES = frozenset(_SMALL.split())
"""Parts of names that are left away or written in another way as often as not."""
_INNER = "de la le al el ben bin ibn von van der den"
_INSIDE = frozenset(_INNER.split())
"""Of these, those that stand between a first name and a surname."""
_FILLED = re.compile(r"[\s\-–'’]*")
_OPENS = re.compile(r"[.!?…:;\n«“\"—–|]")
_ABBREVIATED = "mr mrs ms dr st gen col lt maj sgt capt sen rep gov m mm mme mlle prof"
_SHORT = frozenset(_ABBREVIATED.split())
_APART = """
north south east west northern latin central equatorial new papua bissau
nord sud est ouest latine centrale equatoriale nouvelle papouasie
"""
_OTHER_PLACE = frozenset(_APART.split())
"""Words that make another place of one: South Sudan, Latin America."""
_SEVERAL = "the these those some many several of les des ces aux leurs nos quelques plusieurs"
_PLURAL_AFTER = frozenset(_SEVERAL.split())
_FOREIGN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
_VERBS = "says said writes wrote reports reported a ecrit affirme rapporte dit indique"
_SAYING = frozenset(_VERBS.split())
_LETTERS_OF_A_KEY = 6
_ACRONYM = 5
_SAME = 2

Source = tuple[str, str]
"""An article's text and language; it is read only where the quotes leave something open."""


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The names of a claim that no quote bears, and the offices and ranks that neither they nor their articles give.

    A word that mixes alphabets is a fault whatever the quotes hold. A name of the article's outlet or its author, and
    its title where it is given whole, are the claim's own attribution.
    """
    language = known(language, "en")
    said = written(claim, language)
    languages = [known(support.article.language, language) for support in backing]
    quotes = [_quoted(support.quote, its) for support, its in zip(backing, languages, strict=True)]
    articles = [(support.article.text, its) for support, its in zip(backing, languages, strict=True)]
    found = [Fault("name", token.surface) for token in said.row if _mixed(token.surface)]
    if found:
        return found
    titles = offices(claim, language)
    skipped = _others_business(said, titles) | _attributed(said, backing)
    lost: set[int] = set()
    for first, past in _names(said, skipped):
        if not any(_borne(said, first, past, quote, articles) for quote in quotes):
            lost.update(range(first, past))
    lost -= _first_names(said, lost, quotes, articles)
    lost |= _strangers(said, skipped, lost, quotes, articles)
    lost |= {at for at in range(len(said.row)) if at not in skipped and _in_place_of_a_name(said, at, quotes)}
    found += [Fault("name", said.said(first, past)) for first, past in _runs(said, lost)]
    found += [Fault("name", claim[one.start : one.end]) for one in titles if not _given(one, said, quotes, articles)]
    return found


# --- What in a claim is a name --------------------------------------------------------------------------------------


def _mixed(word: str) -> bool:
    """Whether a word has letters of several alphabets, one of which looks like another."""
    if word.isascii():
        return False
    alphabets = {unicodedata.name(sign, "").partition(" ")[0] for sign in word if sign.isalpha()}
    return len(alphabets) > 1 and not alphabets.isdisjoint(_FOREIGN)


def _others_business(said: Text, titles: Sequence[Office]) -> set[int]:
    """The places of words that are dates, numbers or designations, offices, single letters or elided."""
    spans = [(one.start, one.end) for one in moments(said.text, said.language)]
    spans += [(one.start, one.end) for one in quantities(said.text, said.language)]
    spans += [(one.start, one.end) for one in titles]
    return {
        at
        for at, token in enumerate(said.row)
        if len(said.folded[at]) == 1
        or not token.surface[0].isalpha()
        or number(token.surface, said.language)
        or any(start <= token.start and token.end <= end for start, end in spans)
        or re.match(r"-?\d", said.text[token.end : token.end + 2])
        or re.fullmatch(r"\d-?", said.text[max(0, token.start - 2) : token.start][-1:])
    }


def _attributed(said: Text, backing: Sequence[Backing]) -> set[int]:
    """The places of words that name where a claim is taken from."""
    found: set[int] = set()
    for support in backing:
        article = support.article
        for name in (article.title, article.outlet, article.author):
            words = list(written(name, said.language).folded) if name else []
            for row in (words, words[1:] if words[:1] in (["the"], ["le"], ["la"], ["l"]) else []):
                found.update(at for start in _standing(said.folded, row) for at in range(start, start + len(row)))
        telling = [*_telling(article.outlet or "", said.language), *_surname(article.author or "")]
        found.update(at for at, word in enumerate(said.folded) if word in telling and _named_as_source(said, at))
    return found


def _named_as_source(said: Text, at: int) -> bool:
    """Whether a word stands behind "according to", but for an article, or opens a claim before a verb of saying."""
    after = said.folded[at + 1 : at + 2]
    while at and said.folded[at - 1] in ("the", "le", "la", "l"):
        at -= 1
    if at == 0:
        return not _SAYING.isdisjoint(after)
    return said.folded[at - 1] in ("selon", "apres") or said.folded[max(0, at - 2) : at] == ("according", "to")


def _telling(outlet: str, language: str) -> Iterator[str]:
    """The words of an outlet's name that name nothing else: the HuffPost of "HuffPost Québec"."""
    one = written(outlet, language)
    for at, word in enumerate(one.folded):
        if at not in one.entities and len(word) > 3 and not any(_ordinary(word, each) for each in ("en", "fr")):
            yield word


def _surname(author: str) -> list[str]:
    return [fold(author.split()[-1])] if len(author.split()) == 2 else []


def _standing(row: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """Where some words stand in a row one after another."""
    if words:
        for at in range(len(row) - len(words) + 1):
            if row[at] == words[0] and list(row[at : at + len(words)]) == list(words):
                yield at


def _names(said: Text, skipped: set[int]) -> Iterator[tuple[int, int]]:
    """The names: first word, past last word. An entity of several words is one, others are parted into words."""
    surfaces = [token.surface.replace(".", "") for token in said.row]
    small = surfaces[:1] and surfaces[0][0].islower()  # a claim that begins so shows no name by its capital
    at = 0
    while at < len(said.row):
        first, past, _ = said.entities.get(at, (at, at + 1, ""))
        written_small = all(surfaces[place].islower() for place in range(first, past))
        if at in said.entities:
            strange = not all(_ordinary(surfaces[place], said.language) for place in range(first, past))
            if at not in skipped and (not written_small or (past - first == 1 and said.language == "fr") or strange):
                yield first, past
        elif small and at not in skipped and not _ordinary(surfaces[at], said.language):
            if said.folded[at] not in _PARTICLES and not surfaces[at][0].isdigit():
                yield first, past
        elif at not in skipped and not written_small and said.folded[at] not in _PARTICLES:
            plain = _opening(said, at) or shouted(surfaces, at)
            if _capital(surfaces[at]) and not (plain and _ordinary(surfaces[at], said.language)):
                yield first, past
        at = past


def _capital(surface: str) -> bool:
    return any(sign.isupper() for sign in surface)


def _opening(said: Text, at: int) -> bool:
    """Whether a word begins a sentence, a line or a quotation, where any word has a capital."""
    if at == 0:
        return True
    gap = said.text[said.row[at - 1].end : said.row[at].start]
    if gap[:1] == "." and said.folded[at - 1] in _SHORT:
        return False
    elided = len(said.folded[at - 1]) <= 2 and gap in ("'", "’") and _opening(said, at - 1)
    return elided or _OPENS.search(gap) is not None


@lru_cache(maxsize=16384)
def _ordinary(word: str, language: str) -> bool:
    """Whether a word is one of a language's lexicon, and does not only share a stem: "Carter" is not « carte »."""
    if is_stopword(word.lower(), language):
        return True
    root, folded = stem(word, language), fold(word)
    cut = ("a", "i", "o", "u", "er", "ers") if language == "fr" else ("a", "i", "o", "u")
    return lexicon().knows(root, language) and (root == folded or not folded.endswith(cut))


# --- What a quote bears ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Quoted:
    """A quote's words: its entities, the words that name no other place, and all keys of its words."""

    words: Text
    labels: frozenset[str]
    free: dict[str, bool]
    """By folded word: whether it stands there with a capital."""
    keys: frozenset[str]
    names: frozenset[str]
    """What its words are told by as names."""


@lru_cache(maxsize=2048)
def _quoted(quote: str, language: str) -> _Quoted:
    words = written(quote, language)
    free: dict[str, bool] = {}
    for at, word in enumerate(words.folded):
        first, past, _ = words.entities.get(at, (at, at, ""))
        if past - first < 2 or _OTHER_PLACE.isdisjoint(words.folded[first:past]):
            free[word] = free.get(word, False) or _capital(words.row[at].surface)
    labels = frozenset(label for _, _, label in words.entities.values())
    return _Quoted(
        words,
        labels | {"africa" for label in labels if label.endswith("_africa")},
        free,
        frozenset(one for token in words.row for one in keys(token.surface, language)),
        frozenset(key(words, at) for at in range(len(words.row))),
    )


def _borne(said: Text, first: int, past: int, quote: _Quoted, articles: Sequence[Source]) -> bool:
    if first in said.entities and said.entities[first][2] in quote.labels:
        return True
    if past - first > 1:
        return False
    word, surface = said.folded[first], said.row[first].surface
    if first in said.entities or (surface.isupper() and len(surface) <= _ACRONYM):
        return quote.free.get(word, False)  # "turkey" and "us" are others
    if word in quote.free or _in_number(said, first, quote):
        return True
    if _ordinary(surface, said.language):
        return _rendered(surface, said.language, quote)
    return _transliterated(word, quote, articles)


def _in_number(said: Text, at: int, quote: _Quoted) -> bool:
    """Whether a quote has the singular of a plural, or the other way round, and not another name that ends in s."""
    word = said.folded[at]
    if len(word) < 4:
        return False
    if word.endswith("s") and word[:-1] in quote.free:
        return _is_plural(said, at)
    places = [place for place, other in enumerate(quote.words.folded) if other == word + "s"]
    return any(_is_plural(quote.words, place) for place in places)


def _is_plural(one: Text, at: int) -> bool:
    before = one.row[at - 1].surface if at else ""
    return before.lower() in _PLURAL_AFTER or before[:1].isdigit() or number(before or "-", one.language) is not None


def _rendered(surface: str, language: str, quote: _Quoted) -> bool:
    """Whether a quote has an ordinary word, its usual translation, or every word of a translating phrase."""
    target = quote.words.language
    if not renderings(surface, language, target).isdisjoint(quote.keys):
        return True
    if language == target:
        return False
    phrases = lexicon().translations((stem(surface, language),), language)
    return any(len(phrase) > 1 and quote.keys.issuperset(phrase) for phrase in phrases)


def _transliterated(word: str, quote: _Quoted, articles: Sequence[Source]) -> bool:
    """Whether a quote spells a name in another way, and no article knows this spelling besides."""
    spelt = any(
        capital and alike(word, other) and not _ordinary(other, quote.words.language)
        for other, capital in quote.free.items()
    )
    return spelt and not any(word in written(*article).folded for article in articles)


def alike(one: str, other: str) -> bool:
    """Whether two folded names of six letters or more may transliterate the same: spelling key and beginning."""
    if min(len(one), len(other)) < _LETTERS_OF_A_KEY or abs(len(one) - len(other)) > 2:
        return False
    begun = one[0] == other[0] or {one[0], other[0]} <= set("ckqg")
    return begun and skeleton(one) is not None and skeleton(one) == skeleton(other)


def _in_place_of_a_name(said: Text, at: int, quotes: Sequence[_Quoted]) -> bool:
    """Whether an ordinary word opens a sentence where a quote that goes on in the same words has a name."""
    surface, after = said.row[at].surface, said.folded[at + 1 : at + 1 + _SAME]
    if not surface[0].isupper() or not _opening(said, at) or is_stopword(surface.lower(), said.language):
        return False
    if len(after) < _SAME or any(_rendered(surface, said.language, quote) for quote in quotes):
        return False
    return any(
        start and (start - 1 in quote.words.entities or _is_proper(quote.words, start - 1))
        for quote in quotes
        for start in _standing(quote.words.folded, after)
    )


# --- Names of several words -----------------------------------------------------------------------------------------


def _runs(said: Text, places: set[int]) -> Iterator[tuple[int, int]]:
    """Places that follow one another with nothing but white space or a hyphen between them, as stretches."""
    first = None
    for at in range(len(said.row) + 1):
        if first is not None and not (at in places and _joined(said, at)):
            yield first, at
            first = None
        if at in places and first is None:
            first = at


def _joined(one: Text, at: int) -> bool:
    return _FILLED.fullmatch(one.text, one.row[at - 1].end, one.row[at].start) is not None


def _first_names(said: Text, lost: set[int], quotes: Sequence[_Quoted], articles: Sequence[Source]) -> set[int]:
    """The places of first names whose surname a quote has, and whose article gives both, and nobody else of it."""
    found: set[int] = set()
    for at in sorted(lost, reverse=True):
        after = _beside(said, at, 1)
        if after is None or not _capital(said.row[after].surface) or (after in lost and after not in found):
            continue
        surname = key(said, after)
        for quote, article in zip(quotes, articles, strict=True):
            if (after in found or surname in quote.names) and _before(written(*article), surname) == {key(said, at)}:
                found.add(at)
    return found


def _beside(one: Text, at: int, step: int) -> int | None:
    """The place of the next word of the same name, the one after a particle ("Le Drian"), in one direction or other."""
    place = at + step
    while 0 <= place < len(one.row) and _joined(one, max(place, place - step)):
        if place in one.entities or one.folded[place] not in _INSIDE:
            return place
        place += step
    return None


def _before(one: Text, surname: str) -> set[str]:
    """The words with a capital, offices and ordinary words left out, that stand right before a name in a text."""
    return _all_before(one).get(surname, set())


@lru_cache(maxsize=1024)
def _all_before(one: Text) -> dict[str, set[str]]:
    titled = {at for office in offices(one.text, one.language) for at in _within(one, office)}
    found: dict[str, set[str]] = {}
    for at in range(1, len(one.row)):
        before = _beside(one, at, -1)
        if before is None or before in titled or not _capital(one.row[at].surface):
            continue
        first, past, _ = one.entities.get(before, (before, before + 1, ""))
        surface = one.row[before].surface
        if past - first == 1 and surface[0].isupper() and len(surface) > 1 and not _ordinary(surface, one.language):
            found.setdefault(key(one, at), set()).add(key(one, before))
    return found


def _within(one: Text, office: Office) -> list[int]:
    return [at for at, token in enumerate(one.row) if office.start <= token.start and token.end <= office.end]


def _strangers(
    said: Text, skipped: set[int], lost: set[int], quotes: Sequence[_Quoted], articles: Sequence[Source]
) -> set[int]:
    """The places of surnames that quotes have, but with another first name: "David Kerry" of David X and John Kerry."""
    found: set[int] = set()
    for at in range(1, len(said.row)):
        pair = (at - 1, at)
        if not _joined(said, at) or any(
            place in skipped or place in lost or place in said.entities or not _is_proper(said, place) for place in pair
        ):
            continue
        if any(_called(quote.words, said, at) for quote in quotes):
            continue
        read = [written(*article) for article in articles]
        known_as = [_before(text, key(said, at)) for text in (*(quote.words for quote in quotes), *read)]
        if any(known_as) and not any(_called(text, said, at) for text in read):
            found.update(pair)
    return found


def _called(one: Text, said: Text, at: int) -> bool:
    """Whether a text has the word at `at` of the claim with the one before it, a middle name between them at most."""
    first = said.folded[at - 1]
    return any(
        before == first or alike(before, first)
        for place in _standing(one.folded, [said.folded[at]])
        for before in one.folded[max(0, place - 2) : place]
    )


def _is_proper(said: Text, at: int) -> bool:
    surface = said.row[at].surface
    return surface[0].isupper() and said.folded[at] not in _PARTICLES and not _ordinary(surface, said.language)


# --- Offices and ranks ----------------------------------------------------------------------------------------------


def _given(one: Office, said: Text, quotes: Sequence[_Quoted], articles: Sequence[Source]) -> bool:
    """Whether an office is that name's in a quote; or in the article, where the quote gives it no other of the family.

    An office that stands in a quote for nobody in particular is let through. For nobody in particular in the claim it
    needs to be there only if it is written like a name; or in the article, beside a name of the quote.
    """
    quoted = [other for quote in quotes for other in offices(quote.words.text, quote.words.language)]
    beside = [other for other in quoted if one.is_of(other)]
    if any(one.borne_by(other) for other in beside):
        return True
    if any(one.against(other) for other in beside):
        return False
    if any(one.borne_by(other) for other in quoted) or any(label.startswith("courtesy") for label in one.labels):
        return True
    if not one.tight and not _like_a_name(said, one):
        return True
    named = {one.name[-1]} if one.name else {name for quote in quotes for name in quote.names}
    known_as = (other for article in articles for other in offices(*article))
    return any(one.borne_by(other) and not named.isdisjoint(other.name[-1:]) for other in known_as)


def _like_a_name(said: Text, one: Office) -> bool:
    at = _within(said, one)[0]
    return said.row[at].surface[0].isupper() and not _opening(said, at)
