"""A follow-up and the questions before it -> one question that stands alone, or None where nothing resolves it.

A fragment is completed from the last question (`completing.py`); a word that points back gives way to what it means,
looked for from the last question to the first (`earlier.py`). What cannot take its place is added in brackets: a search
reads it all the same. Does not decide whether a question leans.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.followups.completing import across, asked_anew, completed
from bot.followups.earlier import Earlier, Noun, antecedents, names, said
from bot.followups.leaning import Again, Bare, Fragment, Leaning, Pointing
from bot.followups.pointers import Pointer
from bot.followups.wording import after, capitalised, elided, end, lowered, with_article
from retrieval.languages import detect
from retrieval.types import LANGUAGES


def resolve(leaning: Leaning, history: Sequence[str], language: str) -> str | None:
    """The question that stands alone, in `language` as far as the rules can; `history`: earlier ones, oldest first."""
    if not history:
        return None
    earlier = [Earlier(text, _language(text, language)) for text in history]
    last = earlier[-1]
    match leaning:
        case Again():
            return last.text
        case Bare() | Fragment() if last.language != language:
            return across(leaning, last, language)
        case Bare(asks):
            return asked_anew(asks, last, language)
        case Fragment():
            return completed(leaning, last, language)
        case Pointing(question, pointers):
            return _pointed(question, pointers, earlier, language)


def _language(text: str, otherwise: str) -> str:
    found = detect(text)
    return found if found in LANGUAGES else otherwise


def _pointed(question: str, pointers: Sequence[Pointer], earlier: Sequence[Earlier], language: str) -> str | None:
    """The question with what its words point at in their place, or in brackets; None if one of them finds nothing."""
    text, aside = question.strip(), list[str]()
    once = {pointer.at: pointer for pointer in reversed(pointers)}
    for pointer in sorted(once.values(), key=lambda one: -one.start):
        noun = next((noun for one in reversed(earlier) for noun in antecedents(pointer, one, text, language)), None)
        if noun is None and "event" in pointer.at:
            aside += _told(earlier[-1])
        elif noun is None:
            return None
        else:
            put_in = _put_in_french(text, pointer, noun) if language == "fr" else _put_in_english(text, pointer, noun)
            text = put_in or text
            aside += [] if put_in else [noun.name]
    if not pointers:
        aside = names(earlier[-1]) or _told(earlier[-1])
    text = capitalised(text)
    aside = [word for word in dict.fromkeys(aside) if word.lower() not in text.lower()]
    return f"{text.rstrip(' ?.!')} ({', '.join(aside)}){end(language)}" if aside else text


_MOST_TOLD = 6
"""Words of the last question in brackets; of one that has more, its names alone where it has any."""


def _told(last: Earlier) -> list[str]:
    words = list(said(last).values())
    return words if len(words) <= _MOST_TOLD else names(last) or words[:_MOST_TOLD]


def _put_in_english(text: str, pointer: Pointer, noun: Noun) -> str | None:
    whole = with_article(noun.article, noun.name)
    if pointer.part == "owner":
        whole += "'" if whole.endswith("s") else "'s"
    elif pointer.part == "aside":
        if not noun.where:
            return None
        whole = noun.where
    return text[: pointer.start] + whole + text[pointer.end :]


_VERB = re.compile(
    r"(?<!\w)(?P<que>(?:que |qu['’]))?(?P<verb>(?:(?:ne|se|le|la|les|lui|leur|y|en) |[nsl]['’])*[^\W\d_]+)(?:-t)?-$",
    re.I,
)


def _put_in_french(text: str, pointer: Pointer, noun: Noun) -> str | None:
    before, behind = text[: pointer.start], text[pointer.end :]
    whole = with_article(noun.article, noun.name)
    if pointer.part == "subject" and (verb := _VERB.search(before)):
        start, behind = before[: verb.start()], text[pointer.start :]
        if verb["que"]:  # "Que veut-il ?": Qu'est-ce que Haftar veut ?
            asks = "qu'est-ce" if start else "Qu'est-ce"
            return f"{start}{asks} {elided('que', whole)} {verb['verb']}{text[pointer.end :]}"
        group = before[verb.start() :]
        return f"{start}{whole} {group if start else lowered(group, 'fr')}{behind}"
    if pointer.part == "subject":
        joined = re.search(r"\bqu['’]$", before)
        return (before[: joined.start()] + elided("que", whole) if joined else before + whole) + behind
    if pointer.part == "object":
        preposition = re.search(r"\b(?:(?P<de>de |d['’])|(?P<a>à ))$", before, re.IGNORECASE)
        if preposition is None:
            return before + whole + behind
        return (
            before[: preposition.start()] + after("de" if preposition["de"] else "à", noun.article, noun.name) + behind
        )
    owned = re.match(r" ([^\W\d_]+)", behind)
    word = text[pointer.start : pointer.end].lower()
    if pointer.part != "owner" or word == "leur" or owned is None:
        return None
    article = {"son": "le", "sa": "la"}.get(word, "les")
    thing = elided(article, owned[1]) if article != "les" else f"les {owned[1]}"
    return f"{before}{thing} {after('de', noun.article, noun.name)}{behind[owned.end() :]}"
