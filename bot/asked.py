"""What kind of answer a question asks for, and whether a sentence holds one: who, when, how many, where, why.

Rules over the question's words in English and French. They say what is *asked*, never what the answer is; a sentence
that holds the kind may still be the wrong one.
"""

from __future__ import annotations

import re
import unicodedata
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


# Patterns are over the folded question: lower case, no accents, words parted by one space; "où" is read as "where".
_WHAT = r"\b(?:what|which)(?: (?:is|was|are|were|s))?(?: the| a| its| their)?"
# One word between "which" and what it asks for ("which Libyan city"), but no verb ("what did countries …").
_OF_KIND = r"(?:(?!(?:did|do|does|is|are|was|were|has|have|had|will|can|could|would|should)\b)\w+ )?"
_QUEL = r"\bquel(?:le)?s? (?:(?:est|etait|sont|etaient|a ete|fut) )?(?:la |le |les |l |leur |son |sa )?"
_PERSONS = (
    r"(?:(?:vice )?president|(?:prime |foreign |defen[cs]e )?minister|secretary|leader|general|colonel|commander"
    r"|officer|officials?|spokes\w+|author|journalist|ambassador|envoy|senator|king|queen|person|man|woman|people"
    r"|presidente?|(?:premiere? )?ministre|chef|cheffe|dirigeante?|commandante?|responsables?|porte parole|auteure?"
    r"|journaliste|ambassad\w+|officier|senat\w+|roi|reine|homme|femme|personnes?)\b"
)
_PLACES = (
    r"(?:cit(?:y|ies)|towns?|countr(?:y|ies)|places?|regions?|areas?|provinces?|(?:air)?bases?|locations?|islands?|capitals?"
    r"|villages?|ports?|airports?|strongholds?|headquarters|districts?|villes?|pays|lieux?|endroits?|regions?|iles?"
    r"|localites?|capitales?|quartiers?|aeroports?|fiefs?|zones?)\b"
)
_SOUGHT = (
    r"(?:tell me|know|known|say|said|clear|idea|wonder|savoir|sait|savez vous|sais tu|dire|dis moi|dites moi|demande)"
)
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "time",
        r"\bwhen\b|\bquand\b|\bhow long (?:ago|since)\b|^il y a combien de temps\b|^(?:the )?date (?:of|de|du|d)\b"
        rf"|{_WHAT} {_OF_KIND}(?:year|date|day|month|time|week)\b"
        rf"|{_QUEL}(?:annee|date|jour|mois|heure|epoque|moment|semaine)\b",
    ),
    (
        "place",
        r"\bwhere\b|\bou$|^(?:the )?(?:location|place|lieu) (?:of|de|du|d)\b"
        rf"|\b(?:^|{_SOUGHT} )(?:d |jusqu |par |vers )?ou\b|{_WHAT} {_OF_KIND}{_PLACES}|{_QUEL}{_PLACES}"
        rf"|^.*\bnames? of (?:the )?(?:\w+ )?{_PLACES}|^.*\bnoms? (?:de |d |du |des )(?:la |l |le |les )?{_PLACES}",
    ),
    (
        "person",
        r"^(?:and |so |but )?(?:(?:by|to|with|for|from|of|on|under|in) )?who(?:m|se)?\b|\bis it who\b|\bc est qui\b"
        r"|^(?:et |mais )?(?:(?:a|de|par|avec|pour|chez|sur|contre) )?qui\b"
        rf"|\b{_SOUGHT} (?:(?:by|to|with|for|par|a|avec|de|pour) )?(?:who(?:m|se)?|qui)\b"
        rf"|\b(?:what|which) {_OF_KIND}{_PERSONS}|\bquel(?:le)?s? (?:est (?:le |la |l ))?{_PERSONS}"
        rf"|^.*\bname (?:of )?(?:the |a )?(?:\w+ ){{0,3}}{_PERSONS}"
        rf"|^.*(?:\bnoms? (?:de |d |du |des )|\bs appelle )(?:la |l |le |les )?{_PERSONS}",
    ),
    (
        "number",
        r"\bhow (?:many|much|few|old|far|long|often|large|big|high|tall)\b|\bcombien\b|\ba quelle distance\b"
        r"|^(?:the )?(?:\w+ )?number of\b|^(?:le )?nombre (?:de|d|des|total)\b"
        rf"|{_WHAT} {_OF_KIND}(?:number|amount|percentage|share|proportion|figure|size|price|cost|toll|distance|age)\b"
        rf"|{_QUEL}(?:nombre|montant|pourcentage|proportion|prix|cout|bilan|distance|age|effectifs?|part|taille|somme"
        r"|chiffres?|duree)\b",
    ),
    (
        "reason",
        r"\bwhy\b|\bhow come\b|\bwhat for$|\bpourquoi\b|\ba cause de quoi\b|\bdans quel but\b"
        r"|^(?:the )?(?:reasons?|causes?) (?:for|of|why)\b|^(?:les? |la )?(?:raisons?|causes?) (?:de|du|des|d)\b"
        rf"|{_WHAT} {_OF_KIND}(?:reasons?|causes?|motives?)\b|{_QUEL}(?:\w+ )?(?:raisons?|causes?|motifs?)\b"
        r"|\bwhat (?:has |have )?(?:caused?|triggered|led to|prompted|provoked|motivated|explains?)\b"
        r"|\bon what grounds\b"
        r"|\bqu est ce qui (?:explique|(?:a |avait )(?:cause|provoque|declenche|entraine|pousse))\b"
        r"|^comment (?:s )?expliqu",
    ),
    # What begins otherwise asks something else, whatever follows: "What happened when …", "Did the men who …".
    (
        "other",
        r"^(?:and |so |but |et |mais )?(?:what|which|how|que|qu|comment|quoi|est ce que(?! \w+ (?:sait|savez|sais))"
        r"|(?:did|does|do|is|are|was|were|has|have|had|will)(?! (?:you|we|anyone|anybody|it)\b))\b",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_SEVERAL = re.compile(
    r"\b(?:articles|sources|newspapers|outlets|reports|accounts|papers|media|archive)\b|\bcompar"
    r"|\bdiffer(?:s|ing|ences?)?\b|\bdivergen|\bboth\b|\bversions?\b|\bcontradict|\bcontredi|\bversus\b|\bvs\b"
    r"|\bautres? articles?\b|\bmedias?\b|\bjournaux\b|\bacross\b|\bdo they (?:dis)?agree|\bconcord|\beach\b"
    r"|\bchacun|\brespecti|\bcrois\w+ les\b|\brecoup|\btous les\b|\ball (?:the )?\w+\b|\bvarious\b"
    r"|\bdifferente?s\b|\boverview\b|\bsummari[sz]|\bsummary of\b|\bsynthes|\bresume(?:r|z)\b"
    r"|\bresume (?:les?|la|l|moi|nous)\b|\bwhat (?:is|do we) (?:known?|said|reported)\b|\bque sait on\b"
    r"|\bqu est ce qu on sait\b|\bqu en est il\b"
    # Open questions: what somebody says or does, or plural things, is seldom told by one sentence or one article.
    r"|\beverything\b|\bpull together\b|\btell me about\b|\bwhat (?:else )?do we have\b|\bparle[sz]? (?:moi|nous) d"
    r"|\bfai\w+ le point\b|\betat des lieux\b|\btout ce qu"
    r"|\bwhat (?:has|have|did|does|do) [\w ]{3,40} (?:said?|done?)\b"
    r"|\bwhat (?:is|are|was|were) [\w ]{3,40} doing\b|\bwhat roles?\b|\bquel role\b|\bwhich (?!is\b|was\b|has\b)\w+s\b"
    r"|\bquel(?:le)?s \w+s\b|\bwhat are the \w+s\b|\bquel(?:le)?s sont les\b|\bque dit on d|\bque disent\b"
)


def asked(question: str) -> Asked:
    """What a question in English or French asks for, by the word of asking that stands first; "other" without one."""
    spelt = unicodedata.normalize("NFC", question).lower().replace("où", "where")
    plain = re.sub(r"[^a-z0-9]+", " ", fold(spelt)).strip()
    found = [(match.start(), place) for place, (_, pattern) in enumerate(_COMPILED) if (match := pattern.search(plain))]
    kind: Kind = _COMPILED[min(found)[1]][0] if found else "other"
    return Asked(kind, bool(_SEVERAL.search(plain)))


_TIME = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|yesterday|today|tomorrow|hier|aujourd|demain|ago|il y a"
    r"|last (?:week|month|year|night|summer|winter|spring|autumn)"
    r"|(?:next|this|earlier this) (?:week|month|year)"
    r"|(?:semaine|mois|annee) (?:derniere|dernier|prochaine|prochain|passee)"
    r"|an dernier|centur(?:y|ies)|siecles?|since|depuis|decades?|decennies?|recently|recemment|weeks?|months?|semaines?"
    r"|hours?|heures?|jours?|days?|ans|years?)\b|\d{1,2} ?(?:h|am|pm)\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|since|so that|in order|owing|thanks to|as a result|after|over|fears?|fearing|amid|for|to"
    r"|aim\w*|seek\w*|meant|cause[sd]?|le[ad]d? to|reasons?|why|parce|car|puisque|afin|pour|en raison|a cause|grace"
    r"|faute|suite a|apres|crainte|face a|raisons?|visant|vise\w*|cherch\w*|cause[es]?)\b"
)
_YEAR = re.compile(r"19\d\d|20(?:0[1-9]|[1-3]\d)")
_VAGUE_NUMBER = re.compile(
    r"\b(?:few|several|dozens?|hundreds|thousands|half|dizaines?|centaines|milliers|moitie|plusieurs)\b"
)
_PLACE = re.compile(
    r"\b(?:in|at|near|to|from|on|off|around|outside|into|of|across|over|[àÀ]|en|au|aux|dans|de|du|sur|vers|près d[eu]"
    r"|chez|d['’]|l['’]|la|le|les|the)\s*(?:the |la |le |les |l['’])?[A-ZÀ-Þ][\w’'-]+"
)


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether a sentence holds something of the kind asked for that the question did not bring itself.

    True for "other". A person is a capitalised word that the question lacks; a number, one in figures or words that is
    no year.
    """
    if kind == "other":
        return True
    own = {fold(token.surface) for token in tokens(question)}
    if kind == "time":
        if re.search(r"\bMay\b", sentence) and "may" not in own:  # folded it is a verb
            return True
        found = {match.group() for match in _TIME.finditer(fold(sentence))}
        return any(not set(re.split(r"\W+", each)) <= own for each in found)
    if kind == "number":
        given = {number(token.surface) for token in tokens(question)}
        figures = {number(token.surface) for token in tokens(sentence) if not _YEAR.fullmatch(token.surface)}
        return bool(figures - given - {None}) or bool(_VAGUE_NUMBER.search(fold(sentence)))
    if kind == "reason":
        return bool(_REASON.search(fold(sentence)))
    names = [token for token in tokens(sentence) if token.surface[0].isupper() and fold(token.surface) not in own]
    if kind == "person":
        return any(token.start > 0 or not is_stopword(token.surface, "en") for token in names if len(token.surface) > 1)
    return any(fold(re.split(r"[\s'’]", match.group())[-1]) not in own for match in _PLACE.finditer(sentence))
