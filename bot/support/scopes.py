"""How far a cue reaches: the words that "not", "may" or "denied" govern, by the marks and small words around them.

After NegEx (Chapman et al., 2001): a cue governs what follows it up to the end of its clause; some govern their subject
instead, or the whole clause. No parsing: clauses end at marks, at conjunctions and at relative pronouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.support.cues import Cue, Reach, cue
from bot.support.words import Reading

_PHRASE = 3
_HARD = frozenset(".;:!?()–…")
_WHETHER = frozenset(["if", "whether", "how", "why", "what", "si", "s", "comment", "pourquoi"])
_THAT = frozenset(["that", "que", "qu"])
_TELL = """
say saying said tell told mention mentioned disclose disclosed reveal revealed specify specified confirm confirmed know
knew known explain explained state stated acknowledge acknowledged admit admitted announce announced note noted
dire dit dite disant préciser précisé révéler révélé confirmer confirmé savoir su sait expliquer expliqué indiquer
indiqué mentionner mentionné reconnaître reconnu admettre admis annoncer annoncé signaler signalé
"""
_TELLING = frozenset(_TELL.split())
"""Who doesn't say that something is so does not say that it isn't: a negation of these ends before "that"."""
_LITTLE = """
want wanted wish make made take took taken give gave given get got have had put hold held reach play carry
vouloir voulu veut pu pouvoir faire fait prendre pris donner donné mettre mis tenir tenu avoir rester jouer mener
"""
_LIGHT = frozenset(_LITTLE.split())
"""Verbs that say little without what follows: "made no statement"."""
_ADVERBS = "still yet already also even ever soon again once toujours encore déjà aussi bientôt"
_PASSED = frozenset(_ADVERBS.split())
_OPENING = frozenset(["that", "and", "but", "que", "qu", "et", "mais"])


@dataclass(frozen=True, slots=True)
class Scope:
    """A cue that was found at `words[first:past]`, and the places of the words it governs, in the order of the text."""

    kind: str
    reach: Reach
    first: int
    past: int
    governed: tuple[int, ...]


def scopes(reading: Reading, cues: Iterable[Cue]) -> list[Scope]:
    """Every cue of a text, none inside another: of two that overlap the one listed first counts."""
    ends = bounds(reading)
    found: list[Scope] = []
    taken: set[int] = set()
    for each in cues:
        for _, first, past in reading.find(each.pattern):
            if taken.isdisjoint(range(first, past)):
                taken.update((first, past - 1) if each.reach == "through" else range(first, past))
                past = first + 1 if each.reach == "through" else past
                governed = [at for at in _reach(reading, each.reach, first, past, ends) if reading.words[at].content]
                found.append(Scope(each.kind, each.reach, first, past, tuple(governed)))
    return found


def heads(reading: Reading, scope: Scope) -> tuple[int, ...]:
    """The governed words that are denied or put in doubt before all others: the verb, or the noun, next to the cue.

    With a verb that says little, the word after it as well; of a phrase or a sentence all. Names, numbers and adverbs
    are passed over.
    """
    adverb = "ly" if reading.language == "en" else "ment"
    words = [(at, reading.words[at]) for at in scope.governed]
    telling = [
        at for at, word in words if word.kind == "word" and not (word.low.endswith(adverb) or word.low in _PASSED)
    ]
    if scope.reach in ("phrase", "noun", "condition", "sentence"):
        return tuple(telling)
    after = [at for at in telling if at >= scope.past]
    if not after:
        return tuple(telling[-1:])
    light = reading.words[after[0]].low in _LIGHT
    return tuple(after[: 2 if light else 1])


@lru_cache(maxsize=2048)
def bounds(reading: Reading) -> frozenset[int]:
    """The places of marks and words at which a clause ends."""
    marks = (at for at, word in enumerate(reading.words) if word.kind == "mark" and word.low in _HARD)
    return frozenset(marks).union(first for _, first, _ in reading.find(cue("clause", reading.language, "ends")))


def _reach(reading: Reading, reach: Reach, first: int, past: int, ends: Set[int]) -> Sequence[int]:
    match reach:
        case "ahead" | "through":
            return _ahead(reading, past, ends)
        case "behind":
            return _behind(reading, first, ends)
        case "clause":
            return [*_behind(reading, first, ends), *_ahead(reading, past, ends)]
        case "phrase":
            content = [at for at in _ahead(reading, past, ends) if reading.words[at].content]
            return content[:_PHRASE]
        case "noun":
            content = [at for at in _behind(reading, first, ends) if reading.words[at].content]
            return content[-_PHRASE:]
        case "condition":
            return _condition(reading, first, past, ends)
        case "sentence":
            return sentence(reading, first)
        case "-":
            return ()


def _ahead(reading: Reading, past: int, ends: Set[int]) -> list[int]:
    """To the end of the clause; a comma ends it once something has been said."""
    reached: list[int] = []
    said = ""
    for at in range(past, len(reading.words)):
        word = reading.words[at]
        if (at in ends and (said or word.kind == "mark")) or (said and word.low == ","):
            break
        if said and (word.low in _WHETHER or (word.low in _THAT and said in _TELLING)):
            break
        reached.append(at)
        if word.kind == "word":
            said = word.low
    return reached


def before(reading: Reading, first: int) -> list[int]:
    """The places of the clause that stand before a cue."""
    return _behind(reading, first, bounds(reading))


def _behind(reading: Reading, first: int, ends: Set[int]) -> list[int]:
    """From the beginning of the clause; a parenthesis between commas right before the cue is passed over."""
    commas = [at for at in range(first) if reading.words[at].low == ","]
    at = first - 1
    if len(commas) > 1 and commas[-1] == at:
        at = commas[-2] - 1
    reached: list[int] = []
    while at >= 0 and at not in ends and reading.words[at].low != ",":
        reached.append(at)
        at -= 1
    return reached[::-1]


def _condition(reading: Reading, first: int, past: int, ends: Set[int]) -> list[int]:
    """The words of an if-clause and of the clause that hangs on it: the next where it comes first, else the last."""
    clause = _ahead(reading, past, ends - {past})
    before = reading.words[first - 1] if first else None
    if before is None or before.kind == "mark" or before.low in _OPENING:
        follows = clause[-1] + 2 if clause else past
        return clause + _ahead(reading, follows, ends)
    return _behind(reading, first, ends) + clause


def sentence(reading: Reading, at: int) -> range:
    """The places between the full stops around a word."""
    ends = [place for place, word in enumerate(reading.words) if word.kind == "mark" and word.low in ".!?"]
    start = max((place + 1 for place in ends if place < at), default=0)
    return range(start, min((place for place in ends if place >= at), default=len(reading.words)))


_TO_BE: Final = "is are was were be been being est sont été fut furent être était étaient"
BEING: Final = frozenset(_TO_BE.split())
"""Forms of "to be" that make a passive."""


def passive(reading: Reading, at: int) -> bool:
    """Whether a form of "to be" stands right before a verb."""
    return any(word.low in BEING for word in reading.words[max(0, at - 3) : at])
