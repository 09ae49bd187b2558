"""Putting one thing in the place of another in a question: articles, contractions, elision and agreement.

"Que fait la France en Libye ?" with "le Niger" in the place of "Libye" is "… au Niger". Does what English and French
need of it for a question to be read and searched; does not conjugate.
"""

from __future__ import annotations

import re

from bot.followups.slots import PLACES, Slot
from retrieval.analysis import is_stopword, tokens
from retrieval.names import fold

_VOWEL = re.compile(r"[aeiouyAEIOUYh]")
_WRITTEN = {"le": "le ", "la": "la ", "les": "les ", "l": "l'", "the": "the ", "": ""}
_CONTRACTED = {("de", "le"): "du ", ("de", "les"): "des ", ("à", "le"): "au ", ("à", "les"): "aux "}
_WITHIN = {"la": "en ", "l": "en ", "le": "au ", "les": "aux "}
_RELATIVE = re.compile(r"(?:last|next|this|yesterday|today|hier|aujourd|[lc]['ae])", re.IGNORECASE)


def capitalised(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def lowered(text: str, language: str) -> str:
    """A question as it goes on after other words: its first word in small letters, where that is a small word."""
    first = next(tokens(text), None)
    return text[:1].lower() + text[1:] if first and is_stopword(first.surface, language) else text


def end(language: str) -> str:
    """How a question ends."""
    return " ?" if language == "fr" else "?"


def colon(language: str) -> str:
    """A colon with its spaces."""
    return " : " if language == "fr" else ": "


def with_article(article: str, name: str) -> str:
    """A name with its article, if it has one."""
    return _WRITTEN[article] + name


def after(preposition: str, article: str, name: str) -> str:
    """A French name after a preposition: "de" and "le Niger" are "du Niger", "de" and "Obama" "d'Obama"."""
    if (preposition, article) in _CONTRACTED:
        return _CONTRACTED[preposition, article] + name
    return elided(preposition, with_article(article, name))


def _unaccented(text: str) -> str:
    return text[:1] if text[:1].isascii() else fold(text[:1])


def elided(word: str, following: str) -> str:
    """A French word before another: "de", "que", "le", "la" lose their vowel before one."""
    if word in ("de", "que", "le", "la") and _VOWEL.match(_unaccented(following)):
        return f"{word[:-1]}'{following}"
    return f"{word} {following}"


def agreeing(adjective: str, like: str) -> str:
    """A French adjective of nationality in the gender and number of another: "Italiens" like "américaines"."""
    base, form = adjective.lower(), fold(like)
    if form.endswith(("ais", "ois")):  # one form for one and for several
        return base
    if not base.endswith(("ais", "ois")):
        base = base.removesuffix("s")
    if form.rstrip("s").endswith("e") and not base.endswith("e"):
        base = re.sub(r"c$", "qu", re.sub(r"ec$", "ecc", base))
        base += "ne" if base.endswith("ien") else "e"
    return base + "s" if form.endswith("s") and not base.endswith("s") else base


def put(question: str, old: Slot, phrase: str, new: Slot, language: str) -> str:
    """The question with `new`, a slot of `phrase`, in the place of its slot `old`."""
    name = phrase[new.start : new.end]
    before = question[old.begin : old.start]
    if new.preposition:
        begin, piece = old.begin, phrase[new.begin : new.end].lstrip()
        piece = piece[:1].lower() + piece[1:]
    elif new.kind == "number" or (new.kind == "time" and not _RELATIVE.match(name)):
        begin, piece = old.start, name
    elif new.kind == "time":
        begin, piece = old.begin, name
    elif old.kind == new.kind == "people" and not (old.article or old.preposition):
        begin, piece = old.start, _adjective(name, question[old.start : old.end], language)
    elif language == "en":
        article = new.article or (old.article if old.kind == new.kind == "people" else "")
        begin = old.begin
        piece = re.sub(r"\bthe $", "", before, flags=re.IGNORECASE) + with_article(article, name)
    else:
        begin, piece = old.begin, _in_french(before, old, new, name)
    if new.kind == "time" and re.fullmatch(r"[^\W\d_]+", name) and old.kind == "time":
        year = re.search(r"\d{4}$", question[old.start : old.end])
        piece += f" {year.group()}" if year else ""
    return question[:begin] + (piece if question[:begin].strip() else capitalised(piece)) + question[old.end :]


def _adjective(name: str, like: str, language: str) -> str:
    """A people's word as an adjective: "Italians" as in "Italian soldiers"."""
    if language == "fr":
        return agreeing(name, like)
    return name.removesuffix("s") if name.endswith(("ans", "is")) else name


def _in_french(before: str, old: Slot, new: Slot, name: str) -> str:
    if not old.preposition:
        return with_article(new.article, name)
    if old.preposition in ("a", "en") and old.kind in PLACES:
        if new.article:
            return _WITHIN[new.article] + name
        return f"à {name}" if new.kind == "city" else f"{before.split()[0]} {name}"
    if old.preposition in ("a", "de", "d"):
        return after("à" if old.preposition == "a" else "de", new.article, name)
    return f"{before.split()[0]} {with_article(new.article, name)}"
