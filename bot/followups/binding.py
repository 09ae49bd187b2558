"""Whether the noun that a pronoun means stands in the question itself, so that it points at nothing outside.

In "Why did Italy say that it would stay?" "it" is Italy; in "How many soldiers did they send?" "they" are no soldiers
of this question. Rules over what stands before the pronoun; where they doubt, the noun stands there.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from bot.followups.slots import PREPOSITIONS, slots
from retrieval.analysis import meaningful, stem, tokens
from retrieval.lexicon import lexicon
from retrieval.names import fold

At = Literal["person", "several", "thing", "place", "event"]
"""What a word points at; "event": all that was asked about ("why did that happen?")."""
Part = Literal["subject", "object", "owner", "aside"]
"""How what is pointed at is put into the question; "aside": not in the word's place, but in brackets at the end."""

AUX: Final = r"(?:(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)(?:n't)?)"
"""English verbs that stand before their subject in a question."""
_TOWARDS = {
    "en": r"(?:(?:since|until|by|from|to|with|for|in|at|on|about|against|of) )?",
    "fr": r"(?:(?:depuis|jusqu'à|par|à|avec|pour|contre|de|chez|dans|en|vers|sur|après|avant) |d')?",
}
_ASKED_FOR = {
    "en": re.compile(
        rf"^(?:(?:and|but|so)\b,? )?{_TOWARDS['en']}(?:(?:how (?:many|much)|what|which|whose)"
        rf"(?: (?!{AUX}\b)[^\s,;:]+){{0,7}} {AUX}\b|(?:wh\w+|how)(?: (?!{AUX}\b)[^\s,;:]+){{0,2}} {AUX}\b|{AUX}\b"
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
_ENDS_WITH_VERB = re.compile(rf"\b{AUX}$", re.IGNORECASE)
_CLAUSE = {
    "en": re.compile(
        r"[,;:–—(]| - |\b(?:when|after|before|that|because|if|while|wh\w+|and|but|since|until|as|how|to)\b"
        r"|\b(?:of|by|for|from|without) \w+ing\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"[,;:–—(]| - |\b(?:quand|lorsqu|que?|qui|qu|si|et|mais|puisqu|dont|où)\b"
        r"|\b(?:de |pour |à |d')(?:s'|se )?\w+(?:er|ir|re)\b",
        re.IGNORECASE,
    ),
}
_SUBJECT = re.compile(
    r"^(?:quel(?:le)?s? (?!est|sont|ét)\w+|qui|combien(?: de | d')\w+|(?:who|which)\b(?=.*\w \w))", re.IGNORECASE
)
_BE = re.compile(r"\b(?:est|sont|était|étaient|sera|seront|fut|furent)-$", re.IGNORECASE)
_DETERMINER = re.compile(r"\b(?:the|an?|each|every|no|some|any|this|that|\w+'s?) \w+|\w+body\b", re.IGNORECASE)
_NAME_OF = re.compile(r"^\s*(?:the|an?) (?:\w+ ){1,3}of (?:\w+ (?:of|in) )?$", re.IGNORECASE)
_COUNTED_OWNER = re.compile(r"^(?:how many|which) (?!of\b)\w+", re.IGNORECASE)
_ASIDE = re.compile(r"[,;:–—]| - |[.?!] ")
_SET_BEFORE = re.compile(r"\s*(?:in|since|after|before|during|en|à|depuis|après|avant|pendant|dans)\b", re.IGNORECASE)
_DETERMINING = """
    le la les l un une ce cet cette ces mon ton son sa ses leur leurs nos vos chaque tous toutes plusieurs quelques
    certains certaines beaucoup aucun aucune
"""
_DETERMINERS = frozenset(_DETERMINING.split())


def means_its_own(text: str, start: int, end: int, at: tuple[At, ...], part: Part, language: str) -> bool:
    """Whether the noun that the pronoun at `text[start:end]` means may stand in the same text."""
    before = text[:start]
    asked = _ASKED_FOR[language].match(before)
    inner = before[asked.end() :] if asked else before
    if _set_apart(inner, language) or _named_behind(before, text[end:], language):
        return True
    if at == ("event",):
        return bool(re.search(r"\b(?:and|et)\b", inner)) and _has_noun(inner, language)
    if part in ("object", "aside") and not _in_a_later_clause(inner, asked.group() if asked else "", language):
        # In its own clause an object is another than the subject: "Why did Haftar attack them?"
        return "'s " in inner or len(_DETERMINER.findall(inner)) > 1
    if part == "owner" and (_SUBJECT.match(before) or (not inner.strip() and _COUNTED_OWNER.match(before))):
        return True
    if language == "fr" and _SUBJECT.match(before) and _BE.search(before):
        return True
    if part == "owner":
        if _has_name(before, language):
            return True
        inner = _NAME_OF.sub("", inner)  # "the name of his party" is no he
    if at == ("person",) and asked and _ENDS_WITH_VERB.search(asked.group()):
        return bool(_DETERMINER.search(inner)) or _has_name(inner, "en")
    return _has_noun(inner, language)


def _set_apart(inner: str, language: str) -> bool:
    """Whether something was told of before a comma, a dash or a full stop, and not only where or when."""
    told = _ASIDE.split(inner)
    return len(told) > 1 and not _SET_BEFORE.match(told[0]) and bool(meaningful(list(tokens(told[0])), language))


def _named_behind(before: str, behind: str, language: str) -> bool:
    """Whether the name comes after a comma: "With his new plan, what did Obama …"."""
    _, comma, rest = behind.partition(",")
    return bool(comma) and "," not in before and any(slot.kind == "name" for slot in slots(rest, language))


def _in_a_later_clause(inner: str, asked: str, language: str) -> bool:
    if _CLAUSE[language].search(inner):
        return True
    progressive = re.search(r"\b(?:is|are|was|were)$", asked, re.IGNORECASE)
    return language == "en" and not progressive and re.search(r"\w\w+ing\b", inner) is not None


def _has_name(text: str, language: str) -> bool:
    return any(slot.kind not in ("time", "number") for slot in slots(text, language))


def _has_noun(text: str, language: str) -> bool:
    """Whether a text may hold a noun: in English any word with a meaning, in French one without a preposition.

    In French a word that no list knows may be a name, typed in small letters; the last word is the pronoun's verb.
    """
    row = list(tokens(text))
    told = meaningful(row, language)
    if language == "en":
        return bool(told)
    for at, token in enumerate(row):
        if at and fold(row[at - 1].surface) in PREPOSITIONS["fr"]:
            continue
        if fold(token.surface) in _DETERMINERS:
            return True
        follows = row[at + 1].surface if at + 1 < len(row) else ""
        if fold(token.surface) == "des" and follows.islower():
            return True
        if at in told and follows and not lexicon().knows(stem(token.surface, "fr"), "fr"):
            return True
    return any(slot.kind == "name" or (slot.kind != "time" and not slot.preposition) for slot in slots(text, "fr"))
