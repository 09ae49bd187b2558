"""Whether a claim turns round who does what to whom: "A attacked B" of a quote that says "B attacked A".

Looks at verbs that both texts have between the same two names or nouns, close by. A passive in one of them turns these
once more ("B was attacked by A"). No parsing: where it is not plain that a word is a verb, nothing is found.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final

from bot.support.alignment import Against, Aligned, aligned, unborne
from bot.support.scopes import BEING, bounds, passive
from bot.support.types import Fault
from bot.support.words import Reading
from bot.types import Backing

_REACH: Final = 2
"""The words that carry meaning before a verb, and behind it, that are looked at."""
_BEFORE_NOUNS: Final = {
    "en": "the a an this that its his her their no any of in on for with and or",
    "fr": "le la les l un une des du de d ce cette cet ces son sa ses leur leurs et en au aux ou",
}
_NOUNLY: Final = {language: frozenset(words.split()) for language, words in _BEFORE_NOUNS.items()}
"""Words that no verb stands behind, or none whose subject is before them."""
_HELPING: Final = {
    "en": "has have had will would did does do may might could can should must to",
    "fr": "a ont avait avaient aura auront aurait auraient va vont n s se",
}
_HELP: Final = {language: BEING | frozenset(words.split()) for language, words in _HELPING.items()}
_STRONG: Final = (
    "beat won told hit shot met led sent gave took made sold bought lost fought struck drove paid taught sued hired"
)
_IRREGULAR: Final = frozenset(_STRONG.split())
_BY: Final = frozenset(["by", "par"])


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The verbs whose subject and object are turned round; nothing where another quote has them as the claim has."""
    return unborne([_against(aligned(claim, language, one)) for one in backing])


def _against(both: Aligned) -> Against:
    found = []
    answers = {pair.ours: pair.theirs for pair in both.pairs.values()}
    for verb, place in answers.items():
        ours, theirs = _sides(both.claim, verb), _sides(both.quote, place)
        if ours is None or theirs is None or not (_is_verb(both.claim, verb) or _is_verb(both.quote, place)):
            continue
        acting, acted_on = ([answers.get(at) for at in side] for side in ours)
        turned = [at for at in acting if at in theirs[1]], [at for at in acted_on if at in theirs[0]]
        if all(turned) and not any(at in theirs[0] for at in acting) and not any(at in theirs[1] for at in acted_on):
            places = sorted((verb, *(at for side in ours for at in side if at in answers)))
            found.append((Fault("meaning", both.claim.said(places)), frozenset(places)))
    return Against(both, tuple(found))


def _is_verb(reading: Reading, at: int) -> bool:
    """Whether a word is plainly a verb: by an auxiliary before it, or by an ending few other words have."""
    low = reading.words[at].low
    before = {word.low for word in reading.words[max(0, at - 2) : at]}
    if reading.language == "fr":
        return bool(before & _HELP["fr"]) or low.endswith(("ent", "ait", "aient", "èrent", "era", "eront"))
    return bool(before & _HELP["en"]) or low.endswith(("ed", "es")) or low in _IRREGULAR


def _sides(reading: Reading, verb: int) -> tuple[list[int], list[int]] | None:
    """The words next to a verb on the side of who acts, and on that of who is acted on; None for what is no verb."""
    words = reading.words
    if words[verb].kind != "word" or not verb or words[verb - 1].low in _NOUNLY.get(reading.language, ()):
        return None
    ends = bounds(reading)
    before = _beside(reading, range(verb - 1, -1, -1), ends)
    after = _beside(reading, range(verb + 1, len(words)), ends)
    by = any(word.low in _BY for word in words[verb + 1 : verb + 2])
    if passive(reading, verb) != by or not before or not after:
        return None
    return (after, before) if by else (before, after)


def _beside(reading: Reading, places: Sequence[int], ends: Set[int]) -> list[int]:
    """The nearest names and words on the way, within the clause."""
    found: list[int] = []
    for at in places:
        if reading.words[at].kind == "mark" or at in ends or len(found) == _REACH:
            break
        if reading.words[at].kind in ("name", "word"):
            found.append(at)
    return found
