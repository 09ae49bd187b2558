"""Statements of different articles that contradict each other: the same said with another number, name or date, or
denied.

What is merely about the same thing is left alone: that two sentences hold different numbers is no contradiction, but it
is when they say the same (`restating.py`) and one value, only one, stands in another's place. Does not decide who is
right, nor what is quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bot.asked import Asked
from bot.restating import Text, compared, near
from bot.types import Backing, Citation
from bot.weighing import Sentence
from retrieval.types import Article

Kind = Literal["number", "date", "name", "negation"]

MOST: Final = 3
"""Versions of one statement that are told."""
_AS_SAID: Final = 2.5
"""Nats of a word as common as "said", which may stand in place of "denied"."""
_ONE_WORD: Final = 5.0
"""Nats of a word like "rose", in place of "fell"."""

_MATTERS: Final[dict[str, frozenset[Kind]]] = {
    "person": frozenset(("name", "negation")),
    "place": frozenset(("name", "negation")),
    "time": frozenset(("date", "number", "negation")),
    "number": frozenset(("number", "negation")),
}
"""The differences that matter where a question asks for this; every one where it asks for something else."""


@dataclass(frozen=True, slots=True)
class Version:
    """What an article says where another says otherwise.

    `words`: its own for what they differ on; of a denial the whole sentence. `also`: other articles found that say the
    same, with hardly another word. `value`: what the words say, to compare.
    """

    sentence: Sentence
    words: str
    also: tuple[Article, ...] = ()
    value: frozenset[str] = field(default=frozenset(), repr=False)

    def alike(self, other: Version) -> bool:
        """Whether it says no other value, or the same one shorter: "Haftar", "Khalifa Haftar"."""
        return self.value <= other.value or other.value <= self.value


@dataclass(frozen=True, slots=True)
class Differing:
    """One statement in two or more versions, each of another article; the first is the one that was looked for."""

    kind: Kind
    versions: tuple[Version, ...]

    def repeats(self, other: Differing) -> bool:
        """Whether it tells no other values than `other` does."""
        return self.kind == other.kind and all(any(map(mine.alike, other.versions)) for mine in self.versions)


def otherwise(quotes: Sequence[Citation], found: Sequence[Sentence]) -> list[Differing]:
    """Where sentences found in other articles contradict those that the quotes stand in; each contradiction once."""
    told: list[Differing] = []
    for one in found:
        if any(one.article.id == q.article.id and one.span.start < q.end and q.start < one.span.end for q in quotes):
            group = versions(one, found)
            if group and not any(map(group.repeats, told)):
                told.append(group)
    return told


def versions(one: Sentence, found: Iterable[Sentence], about: Asked | None = None) -> Differing | None:
    """A sentence and what other articles say against it; None where no sentence found does.

    `about`: what was asked; a difference in something else is none. The first sentence found that says a version stands
    for it, so the best should come first.
    """
    matters = _MATTERS.get(about.kind) if about else None
    beside = [contrast for other in found if (contrast := _contrast(one, other))]
    against = [each for each in beside if each.kind and (matters is None or each.kind in matters)]
    if not against or against[0].kind is None:
        return None
    told = [[against[0].mine, *(each.yours for each in beside if each.kind is None)]]
    for each in against:
        if each.kind == against[0].kind:
            same = next((alike for alike in told[1:] if each.yours.alike(alike[0])), None)
            if same is None:
                told.append([each.yours])
            else:
                same.append(each.yours)
    return Differing(against[0].kind, tuple(map(_together, told[:MOST])))


def _together(alike: Sequence[Version]) -> Version:
    """The first of several that say the same, with the articles of the others: of a story in several, one."""
    articles: dict[str, Article] = {}
    for version in alike:
        articles.setdefault(version.sentence.source, version.sentence.article)
    del articles[alike[0].sentence.source]
    return replace(alike[0], also=tuple(articles.values()))


@dataclass(frozen=True, slots=True)
class _Contrast:
    """Two sentences that say the same but for a value of a kind, or denied; `kind` None: but for nothing."""

    kind: Kind | None
    mine: Version
    yours: Version


def _contrast(one: Sentence, other: Sentence) -> _Contrast | None:
    """How sentences of different articles differ that say the same; None for those that don't say the same."""
    texts = [Text(each.text, each.hit.passage.language) for each in (one, other)]
    if one.article.id == other.article.id or not near(*texts):
        return None
    both = compared(*texts)
    if not both.same or len(both.slots) > 1:
        return None
    if both.slots:
        slot = both.slots[0]
        if slot.kind == "weekday" or slot.kind == "word":
            return None
        mine, yours = (
            Version(sentence, sentence.text[value.start : value.end], value=value.says)
            for sentence, value in ((one, slot.here), (other, slot.there))
        )
        return _Contrast(slot.kind, mine, yours)
    mine, yours = (Version(each, each.text, value=frozenset([each.text])) for each in (one, other))
    if _denies(one, other, both.lost):
        return _Contrast("negation", mine, yours)
    return None if any(both.lost) else _Contrast(None, mine, yours)


def _denies(one: Sentence, other: Sentence, lost: tuple[float, float]) -> bool:
    """Whether one denies what the other says, which says nothing besides, or says the contrary in one word."""
    from bot.support.negation import faults, polarity
    from bot.support.words import read

    denials = [len(polarity(read(each.text, each.hit.passage.language)).scopes) for each in (one, other)]
    contrary = denials[0] == denials[1]
    besides, most = (max(lost), _ONE_WORD) if contrary else (lost[denials[0] > denials[1]], _AS_SAID)
    backing = Backing(other.article, other.span, other.span)
    return besides <= most and bool(faults(one.text, one.hit.passage.language, [backing]))
