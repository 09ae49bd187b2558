"""Text to terms: what word search indexes, and what a question asks for.

A term is one of: a stem ("militi"), an entity of the name table ("@libya"), a number ("#5000"), or the spelling key of
a capitalised word ("~ftr2"). The prefixes keep them apart. A question becomes groups, one per word that carries
meaning, each listing the terms that would satisfy it in a passage of a given language. Does not rank anything.

Passages and questions can also be read without names, to compare with: then there are no "@" and "~", and a name is a
word like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from retrieval.names import fold, name_table, shouted, skeleton

if TYPE_CHECKING:
    import Stemmer

VERSION = 2
"""Counts up when terms change, so that an index made with other terms is made anew."""

Kind = Literal["name", "number", "word"]


def version(*, names: bool = True) -> str:
    """For the settings of an index: terms made otherwise do not compare."""
    return str(VERSION) if names else f"{VERSION}, without names"


_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S., U.N.
    r"|(?:\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)"  # 5,000 and 5 000 and 5.000
    r"|\d+)(?:[.,]\d+)?"
    r"(?:(?:st|nd|rd|th|er|re|ère|e|ème|nde)\b)?"  # 20th, 21e
    r"|[^\W\d_]+"
)
_ENGLISH_STOP = """
a about above after again against all also am an and any are as at be because been before being below between both
but by can could did do does doing down during each either else ever few for from further had has have having he her
here hers herself him himself his how i if in into is it its itself just let like ll many may me might more most
much must my myself no nor not now of off on once one only or other our ours out over own per please re s same shall
she should so some such t than that the their theirs them themselves then there these they this those though through
to too under until up upon us ve very was we were what when where whether which while who whom whose why will with
within without would yet you your yours yourself whats don doesn didn isn aren wasn weren
"""
_FRENCH_STOP = """
a à afin ai ainsi alors après as au aucun aucune aujourd auprès auquel aussi autour autre autres aux auxquelles
auxquels avaient avais avait avant avec avez aviez avions avoir avons ayant c ça car ce ceci cela celle celles celui
cependant certain certaine certaines certains ces cet cette ceux chaque chez ci combien comme comment contre d dans
de dehors déjà depuis des dès désormais dessous dessus deux devant doit doivent donc dont du duquel durant elle
elles en encore entre es est et étaient étais était étant etc été êtes étiez être eu eue eus eût eux faire fait faut
font furent fus fut fût grâce hors hui il ils j jamais je jusqu jusque l la là laquelle le lequel les lesquelles
lesquels leur leurs lors lorsque lui m ma mais malgré me même mêmes mes mien moi moins mon n ne ni non nos notre
nôtre nous on ont ou où par parce parmi pas pendant peu peut peuvent plus plusieurs pour pourquoi pourrait près puis
puisqu puisque qu quand que quel quelle quelles quels quelqu quelque quelques qui quoi s sa sans sauf se selon sera
seront ses si sien soi soit sont sous suis sur t ta tandis te tel telle telles tels tes toi ton tous tout toute
toutefois toutes très tu un une va vers vient voici voilà vont vos votre vôtre vous y
"""
_STOP = {
    "en": frozenset(_ENGLISH_STOP.split()),
    # As spelt, and without accents for those who type none: "sûr" (safe) and "né" (born) are neither "sur" nor "ne".
    "fr": frozenset(_FRENCH_STOP.split()) | frozenset(fold(_FRENCH_STOP).split()),
}
_FRAMES = {
    "en": "article articles tell say says said know learn mention mentioned according archive text find please explain",
    "fr": "article articles dire dit dites disent dis savoir sait sais savez apprend mentionne mentionnent archive "
    "texte trouve trouver pouvez pourriez pourrais aimerais voudrais parlez expliquez sujet",
}
_FRAMING = {language: frozenset(words.split()) for language, words in _FRAMES.items()}
"""Words by which a person addresses the archive; they ask for nothing in it."""

_LETTERED = {
    "en": "2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 11 eleven 12 twelve 13 thirteen 14 fourteen "
    "15 fifteen 16 sixteen 17 seventeen 18 eighteen 19 nineteen 20 twenty 30 thirty 40 forty 50 fifty 60 sixty "
    "70 seventy 80 eighty 90 ninety 12 dozen 100 hundred 1000 thousand",
    "fr": "2 deux 3 trois 4 quatre 5 cinq 6 six 7 sept 8 huit 9 neuf 10 dix 11 onze 12 douze 13 treize 14 quatorze "
    "15 quinze 16 seize 20 vingt 20 vingts 30 trente 40 quarante 50 cinquante 60 soixante 100 cent 100 cents "
    "1000 mille 10 dizaine 12 douzaine 15 quinzaine 20 vingtaine 30 trentaine 40 quarantaine 50 cinquantaine "
    "60 soixantaine 100 centaine 1000 millier",
}
_NUMBER_WORDS = {
    language: dict(zip(pairs.split()[1::2], pairs.split()[::2], strict=True)) for language, pairs in _LETTERED.items()
}
"""Numbers in letters. One is left out, being an article too; so are "dozens" and "milliers", which are no number."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text as written, and where it stands."""

    surface: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """One thing a question asks for, and the terms that would be it in a passage of one language.

    `surface` is as the person wrote it; `terms` are alternatives with weights up to 1, of which the best counts.
    """

    surface: str
    kind: Kind
    terms: tuple[tuple[str, float], ...]


def tokens(text: str) -> Iterator[Token]:
    """The words and numbers of a text, in order; dotted acronyms stay whole, hyphens and apostrophes part words."""
    for match in _TOKEN.finditer(text):
        yield Token(match.group(), match.start(), match.end())


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Stemmer.Stemmer:
    import Stemmer

    return Stemmer.Stemmer("french" if language == "fr" else "english")


_APART = {
    form: stem
    for stem, forms in {
        "mere": "mere meres",
        "parti": "parti partis",
        "partie": "partie parties",
        "armee": "armee armees",
        "pays": "pays",
        "fils": "fils",
        "cours": "cours",
    }.items()
    for form in forms.split()
}
"""French words, without accents, that the stemmer brings together with others of the news: sea, leave, weapon, pay."""


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a word, accents folded after stemming (the French rules read them)."""
    lowered = word.lower()
    if language not in _STOP:
        return fold(lowered)
    apart = _APART.get(fold(lowered)) if language == "fr" else None
    return apart or fold(_stemmer(language).stemWord(lowered))


def is_stopword(word: str, language: str) -> bool:
    """Whether a word by itself carries no meaning. An acronym in capitals always does ("US", "UN")."""
    if len(word) > 1 and word.isupper():
        return False
    return word.lower() in _STOP.get(language, ())


def meaningful(row: Sequence[Token], language: str) -> list[int]:
    """The places in a row of tokens of the words that carry meaning; some do only beside certain neighbours."""
    surfaces = [token.surface for token in row]
    return [at for at in range(len(row)) if not _empty(surfaces, at, language)]


def _empty(words: Sequence[str], at: int, language: str) -> bool:
    word = words[at]
    if shouted(words, at):
        word = word.lower()
    return is_stopword(word, language) and not _means_here(words, at, language)


_COMPASS_BEFORE = frozenset(("nord", "sud", "l", "d", "grand", "plein"))
_SUMMER_BEFORE = frozenset(("l", "cet", "d", "en", "chaque", "plein", "mi"))


def _means_here(words: Sequence[str], at: int, language: str) -> bool:
    """The stop words that are other words too: est (east), été (summer), avions (aircraft), May (the month)."""
    word = words[at]
    before = words[at - 1].lower() if at else ""
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    if language == "en":
        return word == "May" and at > 0
    match fold(word):
        case "est":
            return before in _COMPASS_BEFORE or (word == "Est" and at > 0 and after not in ("ce", "il", "elle", "on"))
        case "ete":
            return before in _SUMMER_BEFORE or after in ("dernier", "prochain") or after[:2] in ("19", "20")
        case "avions":
            return "nous" not in (word.lower() for word in words[max(0, at - 2) : at])
    return False


def content_stems(text: str, language: str) -> list[str]:
    """The stems of the meaningful words of a phrase, in order; a word that is the whole phrase means itself ("est")."""
    row = list(tokens(text))
    kept = meaningful(row, language) if len(row) > 1 else range(len(row))
    return [stem(row[at].surface, language) for at in kept]


def number(surface: str, language: str | None = None) -> str | None:
    """The canonical form of a number in figures or as one word: "5,000" -> "5000", "2,5" -> "2.5", "vingt" -> "20".

    Words are those of `language`, or of either when none is given; None for what is no number.
    """
    if not surface[0].isdigit():
        for known in (language,) if language else _NUMBER_WORDS:
            value = _NUMBER_WORDS.get(known, {}).get(fold(surface))
            if value is not None:
                return value
        return None
    figures = re.sub(r"[^\d]+$", "", surface)
    if not figures.startswith("0"):  # 0.125 is no 125
        figures = re.sub(r"(?<=\d)[ \u00a0\u202f,.](?=\d{3}(?!\d))", "", figures)
    figures = "".join(figures.split())  # "0 866", of a telephone number
    whole, _, decimals = figures.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + decimals if decimals else "")


def numbers(row: Sequence[Token], language: str) -> dict[int, str]:
    """Every number of a row of tokens, by the place of its last word; words that stand together make one number.

    "twenty-five" -> 25, "quatre-vingt-dix" -> 90, "trois mille deux cents" -> 3200, "30 mille" -> 30000. The cent of
    "pour cent" is none.
    """
    found: dict[int, str] = {}
    thousands = rest = 0
    past = -1  # the place at which the next word would go on with the number being read
    for at, token in enumerate(row):
        text = number(token.surface, language)
        if at == past and text is None and rest and rest % 10 == 0:
            if fold(token.surface) in ("and", "et"):
                past = at + 1
                continue
            text = "1" if fold(token.surface) in ("one", "un", "une") else None
        before = row[at - 1].surface.lower() if at else ""
        if text is None or (fold(token.surface) == "cent" and before == "pour"):
            continue
        close = at == past and token.start - row[at - 1].end == 1
        if close and text.isdigit() and token.surface[0].isalpha() and _goes_on(rest, int(text)):
            found.pop(max(found))
        else:
            thousands = rest = 0
        if text.isdigit():
            thousands, rest = _gone_on(thousands, rest, int(text))
            text, past = str(thousands + rest), at + 1
        found[at] = text
    return found


def _goes_on(rest: int, value: int) -> bool:
    """Whether a number word goes on with the number before it: hundreds after units, units after tens, and so on."""
    if value in (100, 1000):
        return 0 < rest < value
    fourscore = value == 20 and rest % 100 == 4
    sixty_ten = value < 20 and rest % 100 in (60, 80)
    return fourscore or sixty_ten or rest % 10 ** len(str(value)) == 0


def _gone_on(thousands: int, rest: int, value: int) -> tuple[int, int]:
    """A number that counts so many thousands and so much besides, after its next word."""
    if value == 1000:
        return thousands + (rest or 1) * 1000, 0
    if value == 100:
        return thousands, (rest or 1) * 100
    return thousands, rest + (76 if value == 20 and rest % 100 == 4 else value)


def passage_terms(text: str, language: str, *, names: bool = True) -> list[str]:
    """The terms of a passage, each as often as it stands there."""
    row = list(tokens(text))
    words = [token.surface.replace(".", "") for token in row]
    terms: list[str] = []
    for at in meaningful(row, language):
        if not words[at][0].isdigit():
            terms.append(stem(words[at], language))
        key = _spelling_key(words[at]) if names else None
        if key:
            terms.append(key)
    terms.extend("#" + figure for figure in numbers(row, language).values())
    if names:
        terms.extend("@" + label for _, _, label in name_table().find(words))
    return terms


def _spelling_key(surface: str) -> str | None:
    if not surface[0].isupper() or len(surface) < 4:
        return None
    bones = skeleton(surface)
    return "~" + bones if bones else None


def question_groups(question: str, language: str, target: str, *, names: bool = True) -> list[Group]:
    """What a question in `language` asks for, as terms of passages in `target`; names first looked up as entities.

    Framing ("what do the articles say about") and words without meaning are left out. Across languages a word becomes
    its translations, and keeps its own spelling as an alternative, since names and many learned words are shared.
    """
    row = list(tokens(question))
    words = [t.surface.replace(".", "") for t in row]
    asking = meaningful(row, language)
    figures = numbers(row, language)
    groups: list[Group] = []
    taken: set[int] = set()
    for first, past, label in name_table().find(words) if names else ():
        surface = question[row[first].start : row[past - 1].end]
        own = [stem(words[i], target) for i in range(first, past) if i in asking]
        alternatives = [("@" + label, 1.0)]
        if len(own) == 1:
            alternatives.append((own[0], 0.9))
        groups.append(Group(surface, "name", tuple(alternatives)))
        taken.update(range(first, past))
    for at in asking:
        if at in taken or fold(words[at]) in _FRAMING.get(language, ()):
            continue
        figure = figures.get(at)
        if figure is not None and words[at][0].isdigit():
            groups.append(Group(words[at], "number", (("#" + figure, 1.0),)))
        elif figure is not None or number(words[at], language) is None:
            capital = words[at][0].isupper() and (at > 0 or words[at].isupper()) and not shouted(words, at)
            key = _spelling_key(words[at]) if names and capital else None
            groups.append(_word_group(words[at], capital, key, language, target, figure))
    if language != target:
        groups.extend(_phrase_groups(words, [at for at in asking if at not in taken], language))
    return groups


def _word_group(surface: str, capital: bool, key: str | None, language: str, target: str, figure: str | None) -> Group:
    from retrieval.lexicon import lexicon

    own = stem(surface, language)
    terms: dict[str, float] = {}
    if language == target or target not in _STOP or language not in _STOP:
        terms[own] = 1.0
        if not capital and language in _STOP:
            for kin in sorted(lexicon().kin(own, language)):
                terms.setdefault(kin, KIN_WEIGHT)
    else:
        translations = lexicon().translations((own,), language)[:6]
        for place, phrase in enumerate(translations):
            if len(phrase) == 1:
                terms.setdefault(phrase[0], max(0.6, 1.0 - 0.1 * place))
        if translations and not terms:  # "spokesman": porte-parole, of which each word is a sign
            terms.update(dict.fromkeys(translations[0], PART_WEIGHT))
        terms.setdefault(stem(surface, target), 0.8 if terms and not capital else 1.0)
    if figure is not None:
        terms["#" + figure] = 1.0
    if key:
        terms.setdefault(key, 0.7)
    return Group(surface, "name" if capital else "word", tuple(terms.items()))


KIN_WEIGHT = 0.4
"""What a near-synonym counts against the word itself."""
PART_WEIGHT = 0.6
"""What one word of a phrase counts, where a word's only translations are phrases."""


def _phrase_groups(words: Sequence[str], content: Sequence[int], language: str) -> Iterator[Group]:
    """Phrases whose translation is not that of their words ("porte-parole" -> spokesman), as one more group each."""
    from retrieval.lexicon import lexicon

    stems = [stem(words[i], language) for i in content]
    longest = lexicon().longest.get(language, 1)
    at = 0
    while at < len(stems):
        for length in range(min(longest, len(stems) - at), 1, -1):
            found = lexicon().translations(tuple(stems[at : at + length]), language)
            if found:
                singles = [phrase[0] for phrase in found if len(phrase) == 1]
                if singles:
                    surface = " ".join(words[content[at] : content[at + length - 1] + 1])
                    yield Group(surface, "word", tuple((term, 1.0) for term in dict.fromkeys(singles)))
                at += length
                break
        else:
            at += 1
