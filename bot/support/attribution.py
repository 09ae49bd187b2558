"""Whether a claim tells as a fact what in its quotes somebody says.

What somebody says stands between quotation marks, in a clause that hangs on a verb of saying ("X said that …", "…, X
said"), or beside "according to". A claim may attribute it in any form: by such a verb, by "according to", by "for X" or
"in X's view". Who it is attributed to is not compared here: `names.py` sees to names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.support.alignment import aligned
from bot.support.cues import cue, expressions, pattern
from bot.support.quotation import stretches
from bot.support.scopes import sentence
from bot.support.types import Fault
from bot.support.words import Reading
from bot.types import Backing

_THAT: Final = r"""(?=(?: [\w'-]+){0,5}? (?:that|que|qu) |(?: [:,])? " )"""
"""Before it, or beside a quotation, verbs such as "confirm" are verbs of saying; elsewhere they may be others."""
_RELATIVE: Final = frozenset(["which", "who", "that", "qui"])
_JOINING: Final = _RELATIVE | frozenset(["where", "when", "que", "qu", "dont", "où", "quand"])
_AFTER: Final = "after before without having to by après avant sans avoir pour de d"
_HANGING: Final = frozenset(_AFTER.split())
"""What begins no ", X said" behind a comma: « démis, après avoir dénoncé … »."""
_THATS: Final = frozenset(["that", "que", "qu"])
_SUBJECT: Final = 5
"""Words that are no names which a subject behind its verb has at most: "said the deputy head of the mission"."""
_QUOTED: Final = 4
"""Words between double marks from which a stretch is what somebody says, and not a word held at arm's length."""
_SHARE: Final = 0.5


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """What somebody says in the quotes and the claim tells as a fact: at least half of what it takes from them."""
    spoken: set[int] = set()
    plain: set[int] = set()
    words: list[str] = []
    for one in backing:
        both = aligned(claim, language, one)
        if attributed(both.claim):
            return []
        said = sayings(both.quote) | _in_marks(both.quote, one)
        for pair in both.pairs.values():
            if both.claim.words[pair.ours].kind != "name":
                (spoken if pair.theirs in said else plain).add(pair.ours)
        words.append(both.quote.said(sorted(pair.theirs for pair in both.pairs.values() if pair.theirs in said)))
    spoken -= plain
    if not spoken or len(spoken) < _SHARE * (len(spoken) + len(plain)):
        return []
    return [Fault("attribution", max(words, key=len))]


@lru_cache(maxsize=2048)
def attributed(claim: Reading) -> bool:
    """Whether a claim tells who says, thinks or wants something."""
    known = cue("attribution", claim.language, "saying", "telling", "stance", "according")
    return any(True for _ in claim.find(known)) or _for_somebody(claim)


def _for_somebody(claim: Reading) -> bool:
    """Whether it begins "For Renzi, …"."""
    for _, first, past in claim.find(cue("attribution", claim.language, "for")):
        comma = next((at for at in range(past, min(past + 5, len(claim.words))) if claim.words[at].low == ","), None)
        if first in (0, 1) and comma and any(word.kind == "name" for word in claim.words[past:comma]):
            return True
    return False


def _in_marks(quote: Reading, backing: Backing) -> set[int]:
    """The words of a quote that stand in a quotation, also in one that began sentences before."""
    text = backing.article.text
    start = text.rfind("\n", 0, backing.around.start) + 1
    end = text.find("\n", backing.around.end)
    paragraph = text[start : end if end >= 0 else len(text)]
    spans = [
        (one.start + start, one.end + start)
        for one in stretches(paragraph)
        if one.double and len(paragraph[one.start : one.end].split()) >= _QUOTED
    ]
    shift = backing.around.start
    return {
        at
        for at, word in enumerate(quote.words)
        if any(first <= word.start + shift and word.end + shift <= last for first, last in spans)
    }


@lru_cache(maxsize=2048)
def sayings(quote: Reading) -> frozenset[int]:
    """The places of the words that stand in a clause of saying."""
    language = quote.language
    found: set[int] = set()
    turns = {first for _, first, _ in quote.find(cue("clause", language, "turn"))}
    for _, first, past in quote.find(cue("attribution", language, "saying", "telling")):
        found.update(_behind(quote, first, past, turns))
    for _, first, past in quote.find(_clausal(language)):
        if not _inverted(quote, first, past) or found.isdisjoint(_part(quote, first, turns)):
            found.update(_ahead(quote, first, past, turns))
    for _, first, past in quote.find(cue("attribution", language, "according")):
        whose = _until_comma(quote, past)
        found.update(at for at in _part(quote, first, turns) if at not in whose and not first <= at < past)
    return frozenset(found)


@lru_cache(maxsize=8)
def _clausal(language: str) -> re.Pattern[str]:
    """Verbs that what somebody says hangs on."""
    telling = [one + _THAT for one in expressions("attribution", language, "telling")]
    return pattern([*expressions("attribution", language, "saying"), *telling])


def _part(quote: Reading, at: int, turns: set[int]) -> range:
    """The sentence around a place, between "but" and "although"; inside a quotation no more than that."""
    whole = _within(quote, at) if quote.words[at].quoted else sentence(quote, at)
    start = max((turn for turn in turns if whole.start <= turn < at and turn - whole.start > 1), default=whole.start)
    return range(start, min((turn for turn in turns if at < turn < whole.stop), default=whole.stop))


def _within(quote: Reading, at: int) -> range:
    """The sentence around a quoted word as far as it is quoted; a word held at arm's length says what follows it."""
    whole = sentence(quote, at)
    marks = [place for place in whole if quote.words[place].low == '"']
    start = max((mark + 1 for mark in marks if mark < at), default=whole.start)
    stop = min((mark for mark in marks if mark > at), default=whole.stop)
    return range(start, stop) if stop - start >= _QUOTED else whole


def _ahead(quote: Reading, first: int, past: int, turns: set[int]) -> range:
    """What a verb of saying is followed by: up to a turn of the sentence, or the comma that ends a relative clause."""
    end = _part(quote, first, turns).stop
    if any(quote.words[at].low in _RELATIVE for at in range(max(0, first - 3), first)):
        end = min(end, past + len(_until_comma(quote, past)))
    return range(past, end)


def _behind(quote: Reading, first: int, past: int, turns: set[int]) -> range:
    """What stands before ", X said": nothing where more is said after the verb."""
    part = _part(quote, first, turns)
    opens = _opening(quote, first)
    if opens <= part.start or first - opens > 7 or quote.words[first].low.endswith(("ing", "ant")):
        return range(0)
    if quote.words[opens + 1].low in _HANGING or any(word.low in _JOINING for word in quote.words[opens + 1 : first]):
        return range(0)
    if quote.words[past : past + 1] and quote.words[past].low in _THATS and _told(quote, past) > 1:
        return range(0)
    return range(part.start, opens) if _inverted(quote, first, past) or _told(quote, past) <= 2 else range(0)


def _opening(quote: Reading, at: int) -> int:
    """The place of the last mark before a word that may part it from what was said; -1 where there is none."""
    return next((place for place in range(at - 1, -1, -1) if quote.words[place].low in (",", '"', "–", "»")), -1)


def _inverted(quote: Reading, first: int, past: int) -> bool:
    """Whether a verb stands right behind a mark, and nothing but its subject behind it: "…", said Renzi."""
    opens = _opening(quote, first)
    between = quote.words[opens + 1 : first]
    if opens < 0 or any(word.content for word in between) or (between and between[0].low in _HANGING):
        return False
    return quote.words[past : past + 1] != () and quote.words[past].low not in _THATS and _told(quote, past) <= _SUBJECT


def _told(quote: Reading, past: int) -> int:
    """How much is said between a verb and the next comma or stop: words that are no names."""
    return sum(quote.words[at].kind == "word" for at in _until_comma(quote, past))


def _until_comma(quote: Reading, past: int) -> range:
    stop = next((at for at in range(past, len(quote.words)) if quote.words[at].low in (",", ".", ";", "–", ")")), None)
    return range(past, stop if stop is not None else len(quote.words))
