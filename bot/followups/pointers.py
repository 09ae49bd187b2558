"""The words of a question that point out of it: "he", "there", "the same", « elle », « sa », « y », « cette attaque ».

Rules over the words of English and French. They hold back: "it is true that", "there are", « il y a », « il faut »
point at nothing, and a pronoun whose noun may stand in the question itself points there. Does not look for what a word
points at: `resolving.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.followups.slots import PREPOSITIONS, slots
from retrieval.analysis import is_stopword, meaningful, tokens
from retrieval.names import fold

At = Literal["person", "several", "thing", "place", "event"]
"""What a word points at; "event": all that was asked about ("why did that happen?")."""
Part = Literal["subject", "object", "owner", "aside"]
"""How what is pointed at is put into the question; "aside": not in the word's place, but in brackets at the end."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A word that points out of a question, at `question[start:end]`; `at`: the likeliest first."""

    at: tuple[At, ...]
    part: Part
    start: int
    end: int


_Table = Mapping[str, tuple[tuple[At, ...], Part]]
_EITHER: tuple[At, ...] = ("person", "thing")
_ENGLISH: _Table = {
    "he": (("person",), "subject"),
    "she": (("person",), "subject"),
    "him": (("person",), "object"),
    "her": (("person",), "object"),
    "his": (("person",), "owner"),
    "they": (("several",), "subject"),
    "them": (("several",), "object"),
    "their": (("several",), "owner"),
    "it": (("thing", "event"), "subject"),
    "its": (("thing", "event"), "owner"),
    "there": (("place",), "aside"),
    "the latter": (_EITHER, "object"),
    "the same": (("event",), "aside"),
    "how many": (("event",), "aside"),
    "this": (("event",), "aside"),
    "that": (("event",), "aside"),
    "these": (("event",), "aside"),
    "those": (("event",), "aside"),
}
_FRENCH: _Table = {
    "il": (_EITHER, "subject"),
    "elle": (_EITHER, "subject"),
    "ils": (("several",), "subject"),
    "elles": (("several",), "subject"),
    "lui": (_EITHER, "object"),
    "eux": (("several",), "object"),
    "son": (_EITHER, "owner"),
    "sa": (_EITHER, "owner"),
    "ses": (_EITHER, "owner"),
    "leur": (("several",), "owner"),
    "leurs": (("several",), "owner"),
    "y": (("place",), "aside"),
    "là-bas": (("place",), "aside"),
    "qu'en": (("event",), "aside"),
    "combien": (("event",), "aside"),
    "combien en": (("several",), "aside"),
    "combien y en": (("several",), "aside"),
    "celui-ci": (_EITHER, "object"),
    "celle-ci": (_EITHER, "object"),
    "ceux-ci": (("several",), "object"),
    "celles-ci": (("several",), "object"),
    "ce dernier": (_EITHER, "object"),
    "cette dernière": (_EITHER, "object"),
    "qui le": (_EITHER, "aside"),
    "qui la": (_EITHER, "aside"),
    "qui les": (("several",), "aside"),
    "qui l": (_EITHER, "aside"),
    "cela": (("event",), "aside"),
    "ça": (("event",), "aside"),
    "ceci": (("event",), "aside"),
    "le même": (("event",), "aside"),
    "la même": (("event",), "aside"),
    "la même chose": (("event",), "aside"),
    "ce": (("event",), "aside"),
    "cet": (("event",), "aside"),
    "cette": (("event",), "aside"),
    "ces": (("event",), "aside"),
}
_TABLES: Mapping[str, _Table] = {"en": _ENGLISH, "fr": _FRENCH}
_POINTERS = {
    language: re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(table, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
    for language, table in _TABLES.items()
}
_INVERTED = re.compile(r"(?<=-)(?:ils?|elles?)(?!\w)", re.IGNORECASE)

_WHEN = (
    r"(?:years?|months?|weeks?|weekends?|days?|morning|afternoon|evening|night|time|times|summer|winter|spring|autumn"
    r"|season|century|\w+day|articles?|archive|texts?|reports?|stor(?:y|ies))"
)
_QUAND = (
    r"(?:soir|matin|midi|jours?|semaines?|mois|années?|ans?|nuit|fois|été|hiver|printemps|automne|week|moment|époque"
    r"|saison|siècle|articles?|textes?|récits?|archives?|dossier|documents?|derni\w+)"
)
_POINTING_AT_NOTHING = {
    "en": re.compile(
        r"\bit (?:is |was |'s )?(?:true|possible|likely|unlikely|clear|known|said|reported|correct|certain|legal|right"
        r"|about|that|time|(?:not |only )?(?:an?|the|(?-i:[A-Z])\w+)\b(?=.* (?:that|who)\b))\b"
        r"|\b(?:it|they) (?:say|know)\b(?= (?:wh\w+|how|that|if)\b)"
        r"|\bit(?: \w+)? (?:costs?|takes?|took|means?|meant|come|came)\b(?=.* (?:to|that)\b)"
        r"|(?:\b(?:is|are|was|were|be|been|will|would|has|have|had|can|could|did|does|do|might|may|must|should) "
        r"|n't )there\b|\bthere(?:'s| (?:is|are|was|were|has|have|had|will|would|may|might|can|could|be|been|to)\b)"
        rf"|\b(?:this|these|that|those) (?:{_WHEN}|who|which|that|in|of|from)\b|\b(?:his|her|its|their) own\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\bil (?:n')?(?:y |en )?(?:a|avait|aura|eut|aurait|fau\w+|fallait|s'agi\w+|paraît|existe|reste|pleut|suffit"
        r"|convient|s'est (?:passé|produit)|(?:est|était) (?:vrai|possible|exact|prévu|question|clair|probable|interdit"
        r"|arrivé|temps))\b(?! \w+é(?:e|s|es)?\b)"
        r"|\b(?:y[ -](?:en )?(?:a|avait|aura|eut|aurait)|fau\w+|fallait|pleu\w+|exist\w+|reste\w*|manque\w*|suffi\w+"
        r"|convien\w+|arrive\w*|s'agi\w+|(?:(?<=se )|(?<=s'y ))(?:pass|produi)\w+|importe|en (?:est|était|sera|va))"
        r"(?:-t)?-il\b"
        r"|\b(?:est|serait|était|s'est)-il (?:vrai|possible|exact|prévu|question|passé|produit|arrivé|advenu|resté"
        r"|probable|normal|interdit|permis|temps)\b|\ba-t-il fallu\b|\b(?:il|y) (?:y )?(?:a|avait|aura|eut)\b"
        r"|\bqu'en (?:est|était|sera|va)(?:-t)?-il\b|\b(?:est|était|sont|fut)-ce\b"
        r"|\bce (?:que?|qui|dont|sont|est|fut|était)\b"
        rf"|\bc(?:e|et|ette|es) (?:{_QUAND}\b|\w+ (?:sur|de|du|des|qui|que)\b|\w+ (?:d|qu)'|\w+-là)"
        r"|\b(?:chez|derrière|devant|autour d[e']) ?(?:lui|elles?|eux)\b|\blui-même\b|\b(?:un|le) son\b",
        re.IGNORECASE,
    ),
}
_AUX = r"(?:(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)(?:n't)?)"
_TOWARDS = {
    "en": r"(?:(?:since|until|by|from|to|with|for|in|at|on|about|against|of) )?",
    "fr": r"(?:(?:depuis|jusqu'à|par|à|avec|pour|contre|de|chez|dans|en|vers|sur|après|avant) |d')?",
}
_ASKED_FOR = {
    "en": re.compile(
        rf"^(?:(?:and|but|so)\b,? )?{_TOWARDS['en']}(?:(?:wh\w+|how)\b(?:(?!\b{_AUX}\b)[^,;:])*\b{_AUX}\b|{_AUX}\b"
        r"|(?:wh\w+|how(?: \w+)?)\b)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        rf"^(?:(?:et|mais)\b,? )?(?:est-ce qu[e'] ?|{_TOWARDS['fr']}(?:quel(?:le)?s?(?! (?:est|sont|ét)) \w+"
        r"|quel(?:le)?s?|combien(?: de | d')?\w*|qui|que\b|qu'|quand|où|pourquoi|comment)(?: est-ce qu[ie'] ?)?)",
        re.IGNORECASE,
    ),
}
"""The words of asking with what is asked for, which is no noun that a pronoun could mean: "How many soldiers did"."""
_CLAUSE = {
    "en": re.compile(
        r"[,;:–—(]| - |\b(?:when|after|before|that|because|if|while|wh\w+|and|but|since|until|as|how)\b", re.IGNORECASE
    ),
    "fr": re.compile(r"[,;:–—(]| - |\b(?:quand|lorsqu|que?|qui|qu|si|et|mais|puisqu|dont|où)\b", re.IGNORECASE),
}
_SUBJECT = re.compile(r"^(?:quel(?:le)?s? (?!est|sont|ét)\w+|qui|combien(?: de | d')\w+)", re.IGNORECASE)
_DETERMINER = re.compile(r"\b(?:the|an?|each|every|no|some|any|this|that|\w+'s?) \w+|\w+body\b", re.IGNORECASE)
_NAME_OF = re.compile(r"^\s*(?:the|an?) (?:\w+ ){1,3}of (?:\w+ (?:of|in) )?$", re.IGNORECASE)
_COUNTED_OWNER = re.compile(r"^(?:how many|which) (?!of\b)\w+", re.IGNORECASE)
_ASIDE = re.compile(r"[,;:–—]| - ")
_SET_BEFORE = re.compile(r"\s*(?:in|since|after|before|during|en|à|depuis|après|avant|pendant|dans)\b", re.IGNORECASE)
_DETERMINING = """
    le la les l un une ce cet cette ces mon ton son sa ses leur leurs nos vos chaque tous toutes plusieurs quelques
    certains certaines beaucoup aucun aucune
"""
_DETERMINERS = frozenset(_DETERMINING.split())


def pointers(text: str, language: str) -> Iterator[Pointer]:
    """The words of a text in English or French that point out of it, in order."""
    text = text.replace("’", "'")
    table = _TABLES[language]
    nothing = [match.span() for match in _POINTING_AT_NOTHING[language].finditer(text)]
    matches = [*_POINTERS[language].finditer(text), *(_INVERTED.finditer(text) if language == "fr" else ())]
    for match in sorted(matches, key=lambda one: one.start()):
        start, end = match.span()
        at, part = table[match.group().lower()]
        if any(first <= start < past for first, past in nothing):
            continue
        if language == "en":
            part, end = _english_part(text, start, end, part)
        else:
            part, end = _french_part(text, start, end, part)
        if end and not _means_its_own(text[:start], at, part, language):
            yield Pointer(at, part, start, end)


def _english_part(text: str, start: int, end: int, part: Part) -> tuple[Part, int]:
    """What a pronoun is here, and where it ends with its noun ("that base"); 0 for an end where it is no pronoun."""
    after, word = text[end:], text[start:end].lower()
    if word == "her" and re.match(r" [a-z]", after) and not is_stopword(next(tokens(after)).surface, "en"):
        return "owner", end
    if word == "it" and not re.match(rf" {_AUX}\b", after) and re.search(r"\w $", text[:start]):
        return ("subject" if re.search(rf"\b{_AUX} $", text[:start], re.IGNORECASE) else "object"), end
    if word in ("this", "that", "these", "those"):
        last = re.match(r"(?: \w+)?(?=\s*[?.!]*$)", after)
        verb = word in ("this", "that") and re.search(rf"\b{_AUX} $", text[:start], re.IGNORECASE)
        return part, end + last.end() if last else end if verb else 0
    if word == "the same":
        return part, end if re.match(r"(?: thing)?(?: (?:happen|apply|go|true|hold)\b|\s*[?.!]*$)", after) else 0
    if word == "how many":
        return part, end if re.match(rf" {_AUX}\b", after, re.IGNORECASE) else 0
    return part, end


def _french_part(text: str, start: int, end: int, part: Part) -> tuple[Part, int]:
    """As in English."""
    after, word = text[end:], text[start:end].lower()
    before = [fold(token.surface) for token in tokens(text[:start])][-1:]
    follows = not PREPOSITIONS["fr"].isdisjoint(before)
    if word in ("lui", "eux"):
        return ("object" if follows else "aside"), end
    if word in ("elle", "elles") and follows:
        return "object", end
    if word in ("ce", "cet", "cette", "ces"):
        noun = re.match(r" [^\W\d_]+", after)
        return part, end + noun.end() if noun else 0
    if word in ("son", "sa", "ses", "leur", "leurs"):
        return part, end if re.match(r" [^\W\d_]", after) else 0
    if word == "combien":
        return part, end if re.match(r" (?:sont|étaient|seront|ont été|avaient été)\b", after) else 0
    if word.startswith("qui l"):
        return part, end if re.match(r"'(?:a|ont|avait|aurait)\b" if word == "qui l" else r" \w+\s*\??$", after) else 0
    if word in ("le même", "la même"):
        return part, end if re.match(r"\s*[?.!]*$", after) else 0
    return part, end


def _means_its_own(before: str, at: tuple[At, ...], part: Part, language: str) -> bool:
    """Whether the noun that a pronoun means may stand before it in the same question.

    An object's never stands in its own clause: in "Why did Haftar attack them?" they are others. Nor is it "the name"
    in "the name of his party".
    """
    asked = _ASKED_FOR[language].match(before)
    inner = before[asked.end() :] if asked else before
    told = _ASIDE.split(inner)
    if len(told) > 1 and not _SET_BEFORE.match(told[0]) and meaningful(list(tokens(told[0])), language):
        return True
    if at == ("event",):
        return bool(re.search(r"\b(?:and|et)\b", inner)) and _has_noun(inner, language)
    if part in ("object", "aside") and not _CLAUSE[language].search(inner):
        return "'s " in inner or len(_DETERMINER.findall(inner)) > 1
    if part == "owner" and (_SUBJECT.match(before) or (not inner.strip() and _COUNTED_OWNER.match(before))):
        return True
    if part == "owner":
        inner = _NAME_OF.sub("", inner)
        if _has_name(before, language):
            return True
    if at == ("person",) and asked and re.search(rf"\b{_AUX}$", asked.group(), re.IGNORECASE):
        return bool(_DETERMINER.search(inner)) or _has_name(inner, "en")
    if language == "fr" and not re.search(r"[A-ZÀ-Þ]", before):
        return bool(meaningful([*tokens(inner)][:-1], "fr"))  # typed without capitals: any word may be a name
    return _has_noun(inner, language)


def _has_name(text: str, language: str) -> bool:
    return any(slot.kind not in ("time", "number") for slot in slots(text, language))


def _has_noun(text: str, language: str) -> bool:
    """Whether a text may hold a noun: in English, any word with a meaning; in French, one without a preposition."""
    row = list(tokens(text))
    if language == "en":
        return bool(meaningful(row, "en"))
    words = ["", *(fold(token.surface) for token in row)]
    if any(word in _DETERMINERS and before not in PREPOSITIONS["fr"] for before, word in pairwise(words)):
        return True
    return words[1:2] == ["des"] or any(slot.kind != "time" and not slot.preposition for slot in slots(text, "fr"))
