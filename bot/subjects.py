"""What an article is about, by its names: people, places and bodies, each as a question would write it.

Rules over the words of an article in English or French. A person is known by an office or a verb of saying beside a
name of several words; a place by "in", « à » or « en » before it; the rest are bodies. The article and the preposition
that a name takes are read from the text, so that a French question says « de la Libye » and « au Mali ». Names that
cannot be put into the other language are left out of questions in it. Rather misses a name than mistakes one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal

from bot.support.cues import cue
from bot.support.moments import moments
from bot.support.naming import Text, table, written
from bot.support.offices import offices
from bot.support.words import read
from retrieval.analysis import is_stopword, stem
from retrieval.lexicon import lexicon
from retrieval.names import fold
from retrieval.types import LANGUAGES, Passage

Kind = Literal["person", "place", "body"]

_ENDS: Final = re.compile(r"[.!?…][\s”“\"»’')\]]*$")
"""The end of a sentence; a line without one is a headline, where capitals mean little."""
_JOINED: Final = re.compile(r"[ \u00a0\-–'’]")
_INNER: Final = frozenset(("al", "el", "ben", "bin", "ibn", "von", "van", "der"))
"""Small words inside the names of people."""
_LONGEST: Final = 4
"""Words of a name; longer runs of capitals are titles of books and laws, or several names."""
_HAS: Final = 5
"""Characters from a name to its verb of saying: a space, "has" or « a »."""
_BEFORE: Final = {
    "en": re.compile(r"(?P<place>\bin )?(?P<article>\bthe )?$", re.IGNORECASE),
    "fr": re.compile(r"(?P<place>\b(?:à|en|au|aux) )?(?P<article>(?:\b(?:la|les?|du|des) |\bl['’]))?$", re.IGNORECASE),
}
_ARTICLES: Final = ("the ", "le ", "la ", "les ", "l'")
_CONTRACTED: Final = {"du": "le ", "des": "les ", "au": "le ", "aux": "les "}
_THE: Final = re.compile(
    r"\b(?:union|nations|states|kingdom|council|house|department|fund|bank|organi[sz]ation|court|league|agency|east"
    r"|commission|parliament|army|forces|reserve|congress|netherlands|philippines|bureau|cross|brotherhood|republic)\b",
    re.IGNORECASE,
)
"""English names that take an article, of those that the name tables hold."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A name as a question in one language writes it.

    `article`: what stands before it ("the ", "la ", "l'", or nothing); `where`: how a question asks what happened there
    ("in Benghazi", « en Libye »), empty where it isn't known. `speaks`: the article has something this person said.
    `passages`: those it stands in, in order; `count`: how often.
    """

    name: str
    kind: Kind
    article: str
    where: str
    speaks: bool
    passages: tuple[str, ...]
    count: int

    @property
    def whole(self) -> str:
        """With its article."""
        return self.article + self.name


@dataclass(slots=True)
class _Seen:
    """What was seen of one name in an article.

    `foreign`: it begins with a country, as "French TV" does. `articles` and `places`: where it describes no other word.
    """

    surface: str
    words: tuple[str, ...]
    label: str | None
    foreign: bool
    count: int = 0
    articles: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    passages: dict[str, None] = field(default_factory=dict)
    office: bool = False
    speaks: bool = False

    @property
    def may_be_person(self) -> bool:
        """Whether it holds an office or speaks, and nothing says that it is a body that does."""
        return (self.office or self.speaks) and not self.label and not any(self.articles[each] for each in _ARTICLES)

    @property
    def is_person(self) -> bool:
        return self.may_be_person and len(self.words) > 1 and not self.foreign


def subjects(passages: Sequence[Passage], language: str) -> list[Subject]:
    """The subjects of an article for questions in `language`, the most frequent first; of its passages in order."""
    seen: dict[tuple[str, ...], _Seen] = {}
    for passage in passages:
        if passage.language in LANGUAGES:
            for span in passage.sentences:
                sentence = passage.text[span.start - passage.start : span.end - passage.start]
                if _ENDS.search(sentence):
                    _look(sentence, passage, seen)
    parts = {word for one in seen.values() if one.is_person for word in one.words}
    own = passages[0].language if passages else language
    found: list[Subject | None] = []
    for one in seen.values():
        if one.is_person:
            found.append(Subject(one.surface, "person", "", "", one.speaks, tuple(one.passages), one.count))
        elif not (one.may_be_person or parts.issuperset(one.words)):
            known = _in_french(one) if own == "fr" else _in_english(one)
            found.append(known if own == language else _put_into_english(known, one) if language == "en" else None)
    return sorted((one for one in found if one is not None), key=lambda one: -one.count)


def _in_english(one: _Seen) -> Subject | None:
    """A place or a body of an English article; None for what may be no name."""
    if not one.articles or not (one.label or one.places or len(one.words) > 1 or one.surface.isupper()):
        return None
    is_short = one.surface.isupper() and one.label is not None and bool(_THE.search(_labels()[one.label]))
    article = "the " if is_short or 2 * one.articles["the "] > one.articles.total() else ""
    return _subject(one, article, f"in {article}{one.surface}" if one.places else "")


def _in_french(one: _Seen) -> Subject | None:
    """A place or a body of a French article; None where it isn't known what article the name takes."""
    article = next((each for each, _ in one.articles.most_common() if each), "")
    place = next(iter(one.places), "")
    if place == "en ":
        article = "l'" if is_elided(one.surface) else "la "
    is_word = not one.label and len(one.words) == 1 and lexicon().knows(stem(one.surface, "fr"), "fr")
    if is_word or (not article and not place and (one.label or len(one.words) < 2)):
        return None
    return _subject(one, article, place + one.surface if place else "")


def _subject(one: _Seen, article: str, where: str) -> Subject:
    kind: Kind = "place" if where else "body"
    return Subject(one.surface, kind, article, where, False, tuple(one.passages), one.count)


def _put_into_english(known: Subject | None, one: _Seen) -> Subject | None:
    """The same for an English question, where English's name for it is known or a town's, which is the same."""
    if known is None:
        return None
    if one.label is None:
        is_town = known.where.startswith("à ") and len(one.words) == 1
        return replace(known, where=f"in {known.name}") if is_town else None
    name = _labels()[one.label]
    article = "the " if _THE.search(name) else ""
    return replace(known, name=name, article=article, where=f"in {article}{name}" if known.where else "")


def is_elided(name: str) -> bool:
    """Whether « de » and « la » lose their vowel before a name."""
    return fold(name)[:1] in "aeiouy" or fold(name).startswith("ho")


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    """Each entity's English name."""
    labels: dict[str, str] = {}
    for label in table().labels:
        labels.setdefault(fold(label).replace(" ", "_"), label)
    return labels


def _look(sentence: str, passage: Passage, seen: dict[tuple[str, ...], _Seen]) -> None:
    """Add the names of a sentence."""
    language = passage.language
    said = written(sentence, language)
    held = {name[-1] for one in offices(sentence, language) if (name := one.name)}
    verbs = _saying(sentence, language)
    for first, past in _runs(said):
        words = said.folded[first:past]
        start, end = said.row[first].start, said.row[past - 1].end
        label = said.entities[first][2] if said.entities.get(first, (0, 0, ""))[:2] == (first, past) else None
        surface = sentence[start:end]
        if _describes(surface, label, sentence[:start], language):
            continue
        one = seen.setdefault(words, _Seen(surface, words, label, said.alone(first)))
        one.count += 1
        if language == "fr" or not _is_beside_its_noun(said, past):
            article, place = _before(sentence[:start], language)
            one.articles[article] += 1
            if place:
                one.places[place] += 1
        one.passages[passage.id] = None
        last = said.entities[past - 1][2] if past - 1 in said.entities else words[-1]
        one.office = one.office or last in held or f"@{last}" in held
        one.speaks = one.speaks or any(end < at <= end + _HAS for at in verbs)


def _before(text: str, language: str) -> tuple[str, str]:
    """The article at the end of a text, as before a name that is no other word's, and the preposition of place."""
    found = _BEFORE[language].search(text)
    article = found["article"].lower().replace("’", "'") if found and found["article"] else ""
    place = found["place"].lower() if found and found["place"] else ""
    return _CONTRACTED.get((article or place).strip(), article), place


def _is_beside_its_noun(said: Text, past: int) -> bool:
    """Whether a name only describes the word behind it: "Italian troops", "in Sicilian waters", "US-led"."""
    if past == len(said.row):
        return False
    gap = said.text[said.row[past - 1].end : said.row[past].start]
    after = said.row[past].surface
    return gap == "-" or (gap == " " and after[0].islower() and not is_stopword(after, said.language))


def _describes(surface: str, label: str | None, before: str, language: str) -> bool:
    """Whether a single word is the adjective or the people of a country: "Italian", « les Libyens »."""
    if label is None or " " in surface or "-" in surface or surface.isupper():
        return False
    if language == "en":
        return fold(surface) != label
    return surface.endswith("s") and bool(re.search(r"\b(?:les|des|aux|ces) $", before, re.IGNORECASE))


def _saying(sentence: str, language: str) -> list[int]:
    """Where verbs of saying begin."""
    reading = read(sentence, language)
    return [reading.words[first].start for _, first, _ in reading.find(cue("attribution", language, "saying"))]


def _runs(said: Text) -> Iterator[tuple[int, int]]:
    """The names of a sentence: words with capitals that stand together, without offices and dates."""
    spans = [(one.start, one.end) for one in moments(said.text, said.language)]
    spans += [(one.start, one.end) for one in offices(said.text, said.language)]
    capital = [
        token.surface[0].isupper()
        and len(token.surface) > 1
        and not any(start < token.end and token.start < end for start, end in spans)
        for token in said.row
    ]
    at = 0
    while at < len(capital):
        past = at + 1
        if capital[at]:
            while past < len(capital) and _goes_on(said, capital, past):
                past += 1
            while past - at > 1 and not capital[past - 1]:
                past -= 1
            yield from _trimmed(said, at, past)
        at = past


def _goes_on(said: Text, capital: Sequence[bool], at: int) -> bool:
    gap = said.text[said.row[at - 1].end : said.row[at].start]
    return bool(_JOINED.fullmatch(gap)) and (capital[at] or said.row[at].surface in _INNER)


def _trimmed(said: Text, first: int, past: int) -> Iterable[tuple[int, int]]:
    """The run without what only has a capital for standing first, and without acronyms before a name."""
    while first < past and is_stopword(said.row[first].surface, said.language):
        first += 1
    while past - first > 1 and said.row[first].surface.isupper():
        first += 1
    alone = past - first == 1 and (first == 0 or said.text[: said.row[first].start].rstrip()[-1:] in '“”"«»(:.?!')
    if first < past <= first + _LONGEST and not (alone and first not in said.entities):
        yield first, past
