"""The words of a question that point out of it: "he", "there", "the same", « elle », « sa », « y », « cette attaque ».

Rules over the words of English and French. They hold back: "it is true that", "there are", « il y a », « il faut »
point at nothing, and a pronoun whose noun may stand in the question itself points there. Does not look for what a word
points at: `resolving.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.followups.binding import AUX, At, Part, means_its_own
from bot.followups.slots import PREPOSITIONS, slots
from retrieval.analysis import is_stopword, tokens
from retrieval.names import fold


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
        r"\bit (?:is |was |'s )?(?:(?:im)?possible|true|(?:un)?likely|(?:un)?clear|known|said|reported|believed|held"
        r"|correct|certain|(?:il)?legal|right|wrong|essential|fair|important|necessary|hard|easy|difficult|safe"
        r"|dangerous|better|best|worth|common|rare|about|that|time|to|from"
        r"|(?:not |only )?(?:an?|the|(?-i:[A-Z])\w+)\b(?=.* (?:that|who)\b))\b|^\W*it(?: (?:is|was|took|takes)\b|'s\b)"
        r"|\bit \w+ that\b"
        r"|\b(?:it|they) (?:say|know)\b(?= (?:wh\w+|how|that|if)\b)"
        r"|\bit(?: \w+)? (?:costs?|takes?|took|means?|meant|come|came)\b(?=.* (?:to|that)\b)"
        r"|(?:\b(?:is|are|was|were|be|been|will|would|has|have|had|can|could|did|does|do|might|may|must|should) "
        r"|n't )there\b|\bthere(?:'s|'re| (?:is|are|was|were|has|have|had|will|would|shall|may|might|can|could|be|been"
        r"|to|(?:\w+ly )?exists?)\b)"
        rf"|\b(?:this|these|that|those) (?:{_WHEN}|who|which|that|in|of|from)\b|\b(?:his|her|its|their) own\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\bil y a(?:-t-il)?\b|\bil (?:n')?(?:y |en )?(?:a|avait|aura|eut|aurait|fau\w+|fallait|s'agi\w+|paraît|suffit"
        r"|existe|reste|pleut"
        r"|convient|s'est (?:passé|produit)|(?:est|était) (?:vrai|possible|exact|prévu|question|clair|probable|interdit"
        r"|arrivé|temps))\b(?! \w+é(?:e|s|es)?\b)"
        r"|\b(?:y[ -](?:en )?(?:a|avait|aura|eut|aurait)|fau\w+|fallait|pleu\w+|exist\w+|rest\w+|manqu\w+|suffi\w+"
        r"|convien\w+|advien\w+|arriv\w+|s'agi\w+|(?:(?<=se )|(?<=s'y ))(?:pass|produi)\w+|importe"
        r"|en (?:est|était|sera|va)|(?<=température )(?:fait|faisait))(?:-t)?-il\b"
        r"|\b(?:est|serait|était)-il (?:\w+ )?\w+ (?:de|que?|d'|qu')"
        r"|\b(?:est|serait|était|s'est)-il (?:vrai|possible|exact|prévu|question|passé|produit|arrivé|advenu|resté"
        r"|probable|normal|interdit|permis|temps)\b|\ba-t-il fallu\b|\b(?:il|y) (?:y )?(?:a|avait|aura|eut)\b"
        r"|\bqu'en (?:est|était|sera|va)(?:-t)?-il\b|\b(?:est|était|sont|fut)-ce\b"
        r"|\bce (?:que?|qui|dont|sont|est|fut|était)\b"
        rf"|\bc(?:e|et|ette|es) (?:{_QUAND}\b|\w+ (?:sur|de|du|des|qui|que)\b|\w+ (?:d|qu)'|\w+-là)"
        r"|\b(?:chez|derrière|devant|autour d[e']) ?(?:lui|elles?|eux)\b|\blui-même\b|\b(?:un|le) son\b",
        re.IGNORECASE,
    ),
}
_SHORT = 5
"""Words behind "how many" at most where it stands for what was counted before: "How many were killed?"."""


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
        if end and not means_its_own(text, start, end, at, part, language):
            yield Pointer(at, part, start, end)


def _english_part(text: str, start: int, end: int, part: Part) -> tuple[Part, int]:
    """What a pronoun is here, and where it ends with its noun ("that base"); 0 for an end where it is no pronoun."""
    after, word = text[end:], text[start:end].lower()
    if word == "her" and re.match(r" [a-z]", after) and not is_stopword(next(tokens(after)).surface, "en"):
        return "owner", end
    led = re.search(rf"\b{AUX} $", text[:start], re.IGNORECASE)
    if word == "it" and not led and re.search(r"\w $", text[:start]):
        behind = next(tokens(after), None) if after.startswith(" ") else None  # "the money it paid", "say it had"
        verb = behind is not None and (re.match(AUX, behind.surface) or not is_stopword(behind.surface, "en"))
        return ("subject" if verb or after.startswith("'") else "object"), end
    if word in ("this", "that", "these", "those"):
        last = re.match(r"(?: \w+)?(?=\s*[?.!]*$)", after)
        asked = led and word in ("this", "that") and not led.group().lower().startswith("ha")  # "have that" goes on
        return part, end + last.end() if last else end if asked else 0
    if word == "the same":
        return part, end if re.match(r"(?: thing)?(?: (?:happen|apply|go|true|hold)\b|\s*[?.!]*$)", after) else 0
    if word == "how many":
        short = len(after.split()) <= _SHORT and not slots(after, "en")
        return part, end if short and re.match(rf" {AUX}\b", after) else 0
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
        return part, end + noun.end() if noun and not is_stopword(noun.group().strip(), "fr") else 0
    if word in ("son", "sa", "ses", "leur", "leurs"):
        return part, end if re.match(r" [^\W\d_]", after) else 0
    if word == "combien":
        return part, end if re.match(r" (?:sont|étaient|seront|ont été|avaient été)\b(?! (?:les|ces)\b)", after) else 0
    if word.startswith("qui l"):
        verb = r"'(?:a|ont|avait|aurait)\b" if word == "qui l" else r" \w+\s*\??$"
        return part, end if start == 0 and re.match(verb, after) else 0
    if word in ("le même", "la même"):
        return part, end if re.match(r"\s*[?.!]*$", after) else 0
    return part, end
