"""Who says it, by the claim: an office, a body or a group that the quotes do not hold is not who said it.

Looks at the subject of a verb of saying, and at what follows "according to". Where a name stands there, `names.py` sees
to it; the article or its author may always be named so. Whether a claim attributes at all is for `attribution.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.support.alignment import aligned
from bot.support.cues import cue
from bot.support.types import Fault
from bot.support.words import Reading, read
from bot.types import Backing

_REACH: Final = 8
"""Words of a subject that are looked at, from the verb back."""
_ITSELF: Final = """
article articles report reports newspaper paper outlet author writer journal quotidien site texte auteur autrice
"""
_ARTICLE: Final = frozenset(_ITSELF.split())
_ADVERB: Final = {"en": ("ly",), "fr": ("ment",)}


def faults(claim: str, language: str, backing: Sequence[Backing]) -> list[Fault]:
    """The speakers of a claim, without a name, of whom a word stands in none of the quotes' sentences."""
    ours = read(claim, language)
    held = {at for one in backing for at in aligned(claim, language, one).pairs}
    return [
        Fault("attribution", claim[ours.words[places[0]].start : ours.words[places[-1]].end])
        for places in _speakers(ours)
        if not held.issuperset(places)
    ]


def _speakers(claim: Reading) -> Iterator[list[int]]:
    """The words of each speaker that carry meaning; of those with a name, and of the article itself, none."""
    language = claim.language
    spoken = [
        range(max(0, first - _REACH), first)[::-1] for _, first, _ in claim.find(cue("attribution", language, "saying"))
    ]
    spoken += [
        range(past, min(len(claim.words), past + _REACH))
        for _, _, past in claim.find(cue("attribution", language, "according"))
    ]
    for places in spoken:
        found: list[int] = []
        for at in places:
            word = claim.words[at]
            if word.kind == "mark":
                break
            if word.kind == "name" or word.low in _ARTICLE:
                found = []
                break
            if word.kind == "word" and not word.low.endswith(_ADVERB.get(language, ())):
                found.append(at)
        if found:
            yield sorted(found)
