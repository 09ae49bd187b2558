"""Whether a question leans on the one before it, and how: as a fragment, a bare "why?", or by words that point back.

"And the French?", « et en 2014 ? », "since when?", "more details", "When was he born?". Rules over the words of English
and French that hold back: a question that may stand alone does. Does not look at the earlier questions: `resolving.py`
does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from bot.followups.pointers import Pointer, pointers
from bot.followups.slots import Slot, slots
from retrieval.analysis import meaningful, tokens


@dataclass(frozen=True, slots=True)
class Again:
    """The last question over again: "more details", "and then?"."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Another thing is asked of what the last question says: "since when?"."""

    asks: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words without a sentence: "and the French?", "how many in Benghazi?".

    `asks` is the word of asking, or ""; `words` the others, `slots` theirs. Not `sure` where a name alone may be a
    search: "Sirte?".
    """

    whole: str
    asks: str
    words: str
    slots: tuple[Slot, ...]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Pointing:
    """A sentence that points back: by its `pointers`, or, where there are none, by its "and" alone."""

    question: str
    pointers: tuple[Pointer, ...]


Leaning = Again | Bare | Fragment | Pointing

_JOINED = re.compile(r"(?:(?:and|but|so|ok|okay|then|et|mais|donc|alors)\b[\s,]*)+", re.IGNORECASE)
_TOPIC = re.compile(
    r"(?:what|how) about |what of |(?:the )?same (?:question |thing )?(?:for|about|with) |quid |qu'en est-il "
    r"|(?:la )?même (?:question |chose )?(?:pour|avec|sur) ",
    re.IGNORECASE,
)
_JOINED_TOPIC = re.compile(r"(?:as )?for |pour |concernant |du côté de |chez ", re.IGNORECASE)
_TAIL = re.compile(
    r"[\s,]+(?:too|as well|either|then|though|exactly|instead|precisely|aussi|alors|donc|non plus|exactement"
    r"|précisément|au juste|par contre|en revanche)$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:(?:can|could) you |please )*(?:(?:tell me|say|give me|any|some) )*(?:more|further)"
    r"(?: (?:details?|information|info|about (?:it|that|this|him|her|them)))?(?: please)?|(?:any )?details|go on"
    r"|continue|elaborate|(?:anything|what) else|what (?:then|next)|next|then|and|so|what|really|are you sure"
    r"|is that (?:true|certain|all)"
    r"|(?:(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous) )?(?:(?:m'en|en) (?:dire|savoir) plus|développer)"
    r"|(?:un peu )?plus (?:de (?:détails?|précisions?)|d'infos?|d'informations?)(?: s'il (?:te|vous) plaît)?"
    r"|des détails|(?:dis|dites)-(?:m'en|nous-en) (?:plus|davantage)|développe[rz]?|continue[rz]?|précise[rz]?"
    r"|poursui[st]|quoi(?: d'autre)?|autre chose|et|(?:et )?(?:puis|ensuite|après|alors)|c'est tout|vraiment"
    r"|(?:tu es|vous êtes|es-tu|êtes-vous) sûre?s?",
    re.IGNORECASE,
)
_ENGLISH_ASKING = (
    r"(?:(?:since|until|by|from|to|with|for|in|at|on|about|against) )?(?:how (?:many|much|long|old|far|often|come|big)"
    r"|what for|who|whom|whose|where|when|why|how|which(?: ones?)?"
    r"|(?:what|which) (?:year|date|day|month|time|country|city|town|place|base))"
)
_FRENCH_ASKING = (
    r"(?:(?:depuis|jusqu'à|par|à|avec|pour|contre|de|chez|dans|en|vers|sur) |d'|jusqu')?"
    r"(?:combien(?: de (?:temps|fois))?|qui|où|quand|pourquoi|comment|quoi|lequel|laquelle|lesquel(?:le)?s"
    r"|quel(?:le)?s? (?:année|date|jour|mois|moment|ville|pays|endroit|base|âge|raison))"
)
_BARE = re.compile(
    rf"(?P<english>{_ENGLISH_ASKING})(?: of them| not| so| (?:is|was|were|did) (?:that|this|it)(?: happen(?:ed)?)?)?"
    rf"|(?:c'est|c'était|ce fut) (?P<said>{_FRENCH_ASKING})"
    rf"|(?P<french>{_FRENCH_ASKING})(?: ça| cela| est-ce| était-ce| pas)?",
    re.IGNORECASE,
)
_ASKING = re.compile(rf"(?P<asks>{_ENGLISH_ASKING}|{_FRENCH_ASKING})\b(?P<counted> (?:de |d'))?\s*", re.IGNORECASE)
_UNJOINED = re.compile(r"(\w)[ -]t[ ',-]?(?=(?:ils?|elles?|on)\b)", re.IGNORECASE)
_APART = re.compile(
    r"\b(est|sont|était|étaient|ont|avait|avaient|a|faut|fut|furent|fait|font|seront|sera) (?=(?:ils?|elles?)\b)",
    re.IGNORECASE,
)
"""How "a-t-il" and "sont-ils" are typed in haste: "a t'il", "sont ils"."""
_COUNTING = re.compile(r"how many|how much|combien", re.IGNORECASE)
_SENTENCE = {
    "en": re.compile(
        r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)\b|n't\b"
        r"|^(?:who|what|which|whose|when|where|why|how|tell|give|name|list|show|explain|describe|say)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:est|sont|était|étaient|fut|furent|sera|seront|serait|ont|avait|avaient|aura|aurait|fait|font|va|vont"
        r"|peut|peuvent|doit|doivent|dit|disent|veut|veulent|faut)\b|-(?:t-)?(?:il|elle|on)s?\b|\ba \w+(?:é|i|u)\b"
        r"|^(?:qui|que|qu'|quoi|quel|quelle|quels|quelles|quand|où|pourquoi|comment|combien|dis|dites|donne|donnez"
        r"|parle|parlez|explique[rz]?|raconte[rz]?)\b",
        re.IGNORECASE,
    ),
}
"""What makes a sentence of some words: a verb that is sure to be one, a word of asking, a demand."""
_LOOSE_WORDS, _FREE_WORDS, _THIN_WORDS = 2, 4, 3
"""Words besides names and dates that a fragment has at most after "and"; words in all that it has without one; words
with a meaning in a sentence that its "and" alone makes a follow-up.
"""
_POINTERS = 4
"""Words that point back that are looked at: the first of each sort counts."""


def leaning(question: str, language: str) -> Leaning | None:
    """How a question in English or French leans on the one before; None for one that stands alone."""
    text = " ".join(question.replace("’", "'").split())
    if language == "fr":
        text = _UNJOINED.sub(r"\1-t-", _APART.sub(r"\1-", text))
    rest = text.rstrip(" ?!.…")
    joined = _JOINED.match(rest)
    if joined and joined.end() < len(rest):
        rest = rest[joined.end() :]
    rest = _TAIL.sub("", rest)
    if _AGAIN.fullmatch(rest):
        return Again()
    if bare := _BARE.fullmatch(rest):
        return Bare(bare["english"] or bare["said"] or bare["french"])
    if fragment := _fragment(rest, bool(joined), text.endswith("?"), language):
        return fragment
    sentence = text[text.index(rest) :]
    found = tuple(islice(pointers(sentence, language), _POINTERS))
    return Pointing(sentence, found) if found or (joined and _is_thin(sentence, language)) else None


def _is_thin(sentence: str, language: str) -> bool:
    """Whether a sentence says too little to be asked without the one before: no name, no date, few words."""
    row = list(tokens(sentence))
    few = "," not in sentence and len(meaningful(row, language)) <= _THIN_WORDS
    return few and all(slot.kind == "number" for slot in slots(sentence, language))


def _fragment(rest: str, joined: bool, asked: bool, language: str) -> Fragment | None:
    topic = _TOPIC.match(rest) or (_JOINED_TOPIC.match(rest) if joined else None)
    words = rest[topic.end() :] if topic else rest
    if topic and topic.group().lower().startswith("qu"):
        words = re.sub(r"^(?:de |d')", "", re.sub(r"^du ", "le ", re.sub(r"^des ", "les ", words)))
    whole = words
    asking = None if topic else _ASKING.match(words)
    if asking:
        words = words[asking.end() :]
    if (
        not words
        or (asking and words.startswith("a "))
        or _SENTENCE[language].search(words)
        or any(pointers(words, language))
    ):
        return None
    found = slots(words, language, begins=not (joined or topic or asking))
    row = list(tokens(words))
    own = [row[at] for at in meaningful(row, language)]
    loose = sum(not any(slot.begin <= token.start < slot.end for slot in found) for token in own)
    asks = asking["asks"] if asking else ""
    if loose and asks and not _COUNTING.fullmatch(asks):
        return None
    if joined or topic:
        enough = loose + bool(found and not joined) <= _LOOSE_WORDS
        return Fragment(whole, asks, words, found) if own and enough else None
    if found and not loose and asked and len(words.split()) <= _FREE_WORDS:
        if asks and found[0].begin > 0:  # "d'où vient Haftar": a verb
            return None
        return Fragment(whole, asks, words, found, sure=bool(asks) or found[0].begin < found[0].start)
    return None
