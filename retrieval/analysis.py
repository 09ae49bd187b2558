"""Text to terms: what word search indexes, and what a question asks for.

A term is one of: a stem ("militi"), an entity of the name table ("@libya"), a number ("#5000"), or the spelling key of a
capitalised word ("~ftr"). The prefixes keep them apart. A question becomes groups, one per word that carries meaning, each
listing the terms that would satisfy it in a passage of a given language. Does not rank anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from retrieval.names import fold, name_table, skeleton

if TYPE_CHECKING:
    import Stemmer

VERSION = 1
"""Counts up when terms change, so that an index made with other terms is made anew."""

Kind = Literal["name", "number", "word"]

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S., U.N.
    r"|\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)"  # 5,000 and 5 000 and 5.000
    r"|\d+(?:[.,]\d+)?"
    r"|[^\W\d_]+"
)
_ENGLISH_STOP = """
a about above after again against all also am an and any are as at be because been before being below between both but by
can could did do does doing down during each either else ever few for from further had has have having he her here hers
herself him himself his how i if in into is it its itself just let like ll many may me might more most much must my myself no
nor not now of off on once one only or other our ours out over own per please re s same shall she should so some such t than
that the their theirs them themselves then there these they this those though through to too under until up upon us ve very
was we were what when where whether which while who whom whose why will with within without would yet you your yours
yourself whats don doesn didn isn aren wasn weren
""".split()
_FRENCH_STOP = """
a afin ai ainsi alors apres as au aucun aucune aujourd aupres auquel aussi autour autre autres aux auxquelles auxquels avaient avais avait
avant avec avez aviez avions avoir avons ayant c ca car ce ceci cela celle celles celui cependant certain certaine certaines
certains ces cet cette ceux chaque chez ci combien comme comment contre d dans de dehors deja depuis des desormais dessous
dessus deux devant doit doivent donc dont du duquel durant elle elles en encore entre es est et etaient etais etait etant
etc ete etes etiez etre eu eux faire fait faut font furent fut grace hors hui il ils j jamais je jusqu jusque l la laquelle
le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais malgre me meme memes mes mien moi moins mon n ne
ni non nos notre nous on ont ou par parce parmi pas pendant peu peut peuvent plus plusieurs pour pourquoi pourrait pres
puis puisqu puisque qu quand que quel quelle quelles quels quelqu quelque quelques qui quoi s sa sans sauf se selon sera
seront ses si sien soi soit sont sous suis sur t ta tandis te tel telle telles tels tes toi ton tous tout toute toutefois
toutes tres tu un une va vers vient voici voila vont vos votre vous y
""".split()
_STOP = {"en": frozenset(_ENGLISH_STOP), "fr": frozenset(_FRENCH_STOP)}
_FRAMING = {
    "en": frozenset("article articles tell say says said know learn mention mentioned according archive text find".split()),
    "fr": frozenset(
        "article articles dire dit disent dis savoir sait apprend mentionne mentionnent archive texte trouve trouver".split()
    ),
}
"""Words by which a person addresses the archive; they ask for nothing in it."""

_NUMBER_WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
}
_NUMBERS: dict[str, str] = {
    **{word: str(n) for words in _NUMBER_WORDS.values() for n, word in enumerate(words.split()) if n > 1},
    **{word: str(n) for n, word in zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split())},
    "vingt": "20", "trente": "30", "quarante": "40", "cinquante": "50", "soixante": "60", "cinquantaine": "50",
    "vingtaine": "20", "trentaine": "30", "quarantaine": "40", "dizaine": "10", "douzaine": "12", "dozen": "12",
    "centaine": "100", "hundred": "100", "cent": "100", "thousand": "1000", "mille": "1000", "millier": "1000",
}  # fmt: skip


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


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a word, accents folded after stemming (the French rules read them)."""
    lowered = word.lower()
    return fold(_stemmer(language).stemWord(lowered)) if language in _STOP else fold(lowered)


def is_stopword(word: str, language: str) -> bool:
    """Whether a word carries no meaning of its own. An acronym in capitals never is one ("US", "UN")."""
    if len(word) > 1 and word.isupper():
        return False
    return fold(word) in _STOP.get(language, frozenset())


def content_stems(text: str, language: str) -> list[str]:
    """The stems of the meaningful words of a text, in order."""
    return [stem(t.surface, language) for t in tokens(text) if not is_stopword(t.surface, language)]


def number(surface: str) -> str | None:
    """The canonical form of a number, in figures or as a word of either language: "5,000" -> "5000", "vingt" -> "20"."""
    if surface[0].isdigit():
        grouped = re.sub(r"(?<=\d)[ \u00a0\u202f,.](?=\d{3}(?!\d))", "", surface)
        return grouped.replace(",", ".")
    return _NUMBERS.get(fold(surface).removesuffix("s"))


def passage_terms(text: str, language: str) -> list[str]:
    """The terms of a passage, each as often as it stands there."""
    row = list(tokens(text))
    terms: list[str] = []
    for token in row:
        if is_stopword(token.surface, language):
            continue
        figure = number(token.surface)
        if figure is not None:
            terms.append("#" + figure)
        if not token.surface[0].isdigit():
            terms.append(stem(token.surface.replace(".", ""), language))
        key = _spelling_key(token.surface)
        if key:
            terms.append(key)
    words = [token.surface.replace(".", "") for token in row]
    terms.extend("@" + label for _, _, label in name_table().find(words))
    return terms


def _spelling_key(surface: str) -> str | None:
    if not surface[0].isupper() or len(surface) < 4:
        return None
    bones = skeleton(surface)
    return "~" + bones if bones else None


def question_groups(question: str, language: str, target: str) -> list[Group]:
    """What a question in `language` asks for, as terms of passages in `target`; names first looked up as entities.

    Framing ("what do the articles say about") and words without meaning are left out. Across languages a word becomes its
    translations, and keeps its own spelling as an alternative, since names and many learned words are shared.
    """
    row = [t for t in tokens(question)]
    words = [t.surface.replace(".", "") for t in row]
    groups: list[Group] = []
    taken: set[int] = set()
    for first, past, label in name_table().find(words):
        surface = question[row[first].start : row[past - 1].end]
        own = [stem(words[i], target) for i in range(first, past) if not is_stopword(words[i], language)]
        alternatives = [("@" + label, 1.0)]
        if len(own) == 1:
            alternatives.append((own[0], 0.9))
        groups.append(Group(surface, "name", tuple(alternatives)))
        taken.update(range(first, past))
    for at, token in enumerate(row):
        if at in taken or is_stopword(token.surface, language) or fold(token.surface) in _FRAMING.get(language, ()):
            continue
        figure = number(token.surface)
        if figure is not None and token.surface[0].isdigit():
            groups.append(Group(token.surface, "number", (("#" + figure, 1.0),)))
            continue
        groups.append(_word_group(token.surface, at, language, target, figure))
    if language != target:
        groups.extend(_phrase_groups(words, taken, language))
    return groups


def _word_group(surface: str, at: int, language: str, target: str, figure: str | None) -> Group:
    from retrieval.lexicon import lexicon

    own = stem(surface, language)
    terms: dict[str, float] = {}
    capital = surface[0].isupper() and (at > 0 or surface.isupper())
    if language == target or target not in _STOP or language not in _STOP:
        terms[own] = 1.0
        if not capital and language in _STOP:
            for kin in sorted(lexicon().kin(own, language)):
                terms.setdefault(kin, KIN_WEIGHT)
    else:
        for place, phrase in enumerate(lexicon().translations((own,), language)[:6]):
            if len(phrase) == 1:
                terms.setdefault(phrase[0], max(0.6, 1.0 - 0.1 * place))
        terms.setdefault(stem(surface, target), 0.8 if terms and not capital else 1.0)
    if figure is not None:
        terms["#" + figure] = 1.0
    key = _spelling_key(surface) if capital else None
    if key:
        terms.setdefault(key, 0.7)
    return Group(surface, "name" if capital else "word", tuple(terms.items()))


KIN_WEIGHT = 0.4
"""What a near-synonym counts against the word itself."""


def _phrase_groups(words: Sequence[str], taken: set[int], language: str) -> Iterator[Group]:
    """Phrases whose translation is not that of their words ("porte-parole" -> spokesman), as one more group each."""
    from retrieval.lexicon import lexicon

    content = [i for i, word in enumerate(words) if not is_stopword(word, language) and i not in taken]
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
