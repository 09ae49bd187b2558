"""What kind of answer a question asks for, and whether a sentence holds one: who, when, how many, where, why.

Rules over the question's words in English and French. They say what is *asked*, never what the answer is; a sentence that
holds the kind may still be the wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.analysis import is_stopword, number, tokens
from retrieval.names import fold

Kind = Literal["person", "time", "number", "place", "reason", "other"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of answer asked for; `several` where the question wants what different articles say."""

    kind: Kind
    several: bool


# Patterns are over the folded question: lower case, no accents.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "number",
        r"\bhow (?:many|much|old|far|long|often|large|big|high|tall)\b|\b(?:what|which) (?:is the |was the )?"
        r"(?:number|amount|percentage|share|proportion|figure|size|price|cost|toll|distance|age)\b|\bcombien\b"
        r"|\bquel(?:le)?s? (?:est |etait |sont |a ete )?(?:le |la |l )?(?:nombre|montant|pourcentage|proportion|prix|cout|"
        r"bilan|distance|age|effectifs?|part|taille|somme|chiffres?)\b|\ba quelle distance\b",
    ),
    (
        "time",
        r"\bwhen\b|\b(?:what|which|in what|on what) (?:year|date|day|month|time|week)\b|\bsince when\b|\bquand\b"
        r"|\bquel(?:le)? (?:est la |etait la )?(?:annee|date|jour|mois|heure|epoque|moment|semaine)\b",
    ),
    (
        "place",
        r"\bwhere\b|\b(?:what|which|in what|in which) (?:city|town|country|place|region|area|province|base|location|island)\b"
        r"|\bou\b(?= (?:est|sont|se|s|a|ont|etait|etaient|les|le|la|l|des|un|une|il|elle|ils|exactement|vont|va|doi|peut|furent|fut|"
        r"faut|ce|cela|avait|avaient|precisement))|\bd ou\b|\bquel(?:le)?s? (?:est la |est le )?"
        r"(?:ville|pays|lieu|endroit|region|province|base|ile|localite)\b",
    ),
    (
        "reason",
        r"\bwhy\b|\b(?:what|which) (?:is the |was the |are the |were the )?(?:reasons?|causes?|motives?)\b|\bhow come\b"
        r"|\bpourquoi\b|\bquel(?:le)?s? (?:est |sont |etait |etaient )?(?:la |les |l )?(?:raisons?|causes?|motifs?)\b",
    ),
    (
        "person",
        r"^(?:and |so |but )?(?:by |to |with |for |from )?who(?:m|se)?\b|\b(?:tell me|know|say|said|does|is it) who\b"
        r"|^(?:et |mais )?(?:a |de |par |avec |pour |chez )?qui\b(?! est ce que)|\bqui est ce qui\b|\bc est qui\b"
        r"|\b(?:savoir|dire|dites moi|dis moi) (?:par )?qui\b",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_SEVERAL = re.compile(
    r"\b(?:articles|sources|newspapers|outlets|reports|accounts|papers|media|archive)\b|\bcompar|\bdiffer|\bdivergen"
    r"|\bboth\b|\bversions?\b|\bcontradict|\bcontredi|\bversus\b|\bvs\b|\bautres? articles?\b|\bmedias?\b|\bjournaux\b"
    r"|\bacross\b|\bagree|\bconcord|\beach\b|\bchacun|\brespecti|\bdisagree|\bcrois\w+ les\b|\brecoup|\btous les\b"
    r"|\ball (?:the )?\w+\b|\bvarious\b|\bdifferentes?\b|\boverview\b|\bsummar|\bsynthes|\bresum|\bwhat (?:is|do we) "
    r"(?:known?|said|reported)\b|\bque sait on\b|\bqu est ce qu on sait\b|\bqu en est il\b"
)


def asked(question: str) -> Asked:
    """What a question in English or French asks for; "other" when no rule speaks."""
    plain = re.sub(r"[^a-z0-9]+", " ", fold(question)).strip()
    kind: Kind = next((kind for kind, pattern in _COMPILED if pattern.search(plain)), "other")
    return Asked(kind, bool(_SEVERAL.search(plain)))


_TIME = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|yesterday|today|tomorrow|hier|aujourd|demain|ago|il y a|last (?:week|month|year|night|summer|winter|spring|autumn)"
    r"|(?:next|this|earlier this) (?:week|month|year)|(?:semaine|mois|annee) (?:derniere|dernier|prochaine|prochain|passee)"
    r"|an dernier|centur(?:y|ies)|siecles?|since|depuis|decades?|decennies?|recently|recemment|weeks?|months?|semaines?"
    r"|hours?|heures?|jours?|days?|ans|years?)\b|\d{1,2} ?(?:h|am|pm)\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|since|so that|in order|owing|thanks to|as a result|after|over|fears?|fearing|amid|for|to|aim\w*"
    r"|seek\w*|meant|cause[sd]?|le[ad]d? to|reasons?|why|parce|car|puisque|afin|pour|en raison|a cause|grace|faute|suite a"
    r"|apres|crainte|face a|raisons?|visant|vise\w*|cherch\w*|cause[es]?)\b"
)
_PLACE = re.compile(
    r"\b(?:in|at|near|to|from|on|off|around|outside|into|of|across|over|[àÀ]|en|au|aux|dans|de|du|sur|vers|près d[eu]|chez|d['’]|"
    r"l['’]|la|le|les|the)\s*(?:the |la |le |les |l['’])?[A-ZÀ-Þ][\w’'-]+"
)


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether a sentence holds something of the kind asked for that the question did not bring itself.

    True for "other". A person is a capitalised word that the question lacks; a number, one in figures or words.
    """
    if kind == "other":
        return True
    own = {fold(token.surface) for token in tokens(question)}
    if kind == "time":
        found = {match.group() for match in _TIME.finditer(fold(sentence))}
        return any(not set(re.split(r"\W+", each)) <= own for each in found)
    if kind == "number":
        return any(
            number(token.surface) is not None and fold(token.surface) not in own for token in tokens(sentence)
        ) or bool(re.search(r"\b(?:few|several|dozens?|hundreds|thousands|dizaines?|centaines|milliers|half|moitie)\b", fold(sentence)))
    if kind == "reason":
        return bool(_REASON.search(fold(sentence)))
    names = [token for token in tokens(sentence) if token.surface[0].isupper() and fold(token.surface) not in own]
    if kind == "person":
        return any(token.start > 0 or not is_stopword(token.surface, "en") for token in names if len(token.surface) > 1)
    return any(fold(re.split(r"[\s'’]", match.group())[-1]) not in own for match in _PLACE.finditer(sentence))
