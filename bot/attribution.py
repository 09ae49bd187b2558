"""Whose statement a claim is, and of when: outlet and date of its articles, put into its text where they aren't said.

Also what an archive can say of the present: nothing beyond its newest article. Does not check what a claim says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.printable import printable
from bot.render.phrases import Phrases, phrases
from bot.types import Claim
from retrieval.names import fold
from retrieval.suspicion import suspicious
from retrieval.types import Article

_LONGEST: Final = 60
"""Characters of a title that stands for an outlet nobody knows."""
_END: Final = re.compile(r"\s*([.…]?)\s*\Z")


def attributed(claim: Claim, language: str, before: Claim | None = None) -> Claim:
    """The claim with outlet and date of its articles in brackets, as far as its text does not say them itself.

    `before`: the claim that stands in front of it; where both rest on the same articles, the brackets are not repeated.
    """
    articles = _articles(claim)
    if before is not None and _articles(before).keys() == articles.keys():
        return claim
    words = phrases(language)
    missing = [note for article in articles.values() if (note := _note(article, claim.text, words))]
    if not missing:
        return claim
    end = _END.search(claim.text)
    assert end is not None  # it matches nothing, too
    return replace(claim, text=f"{claim.text[: end.start()]} ({'; '.join(missing)}){end[1]}")


def _articles(claim: Claim) -> dict[str, Article]:
    return {citation.article.id: citation.article for citation in claim.citations}


def _note(article: Article, said: str, words: Phrases) -> str:
    """What a text doesn't say of where an article comes from: "outlet, date", one of them, or nothing."""
    name = outlet(article)
    date = words.date(article.published)
    parts = [] if _stands(name, said) else [name]
    if article.published is None or not _stands(fold(date), fold(said)):
        parts.append(date)
    return ", ".join(parts)


def _stands(words: str, text: str) -> bool:
    """Whether these words stand in a text and are no part of others: "6 May 2019" does not in "16 May 2019"."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def outlet(article: Article) -> str:
    """Who says so, in a few words: the outlet, else the title, else the path; none that addresses a machine."""
    name = next((name for name in (article.outlet, article.title) if name and not suspicious(name)), article.path)
    shown = printable(name)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST].rpartition(" ")[0] + "…"


_NOW = {
    "en": r"\b(?:now|nowadays|currently|today|tonight|presently|at present|at the moment|at this (?:time|point|moment)"
    r"|these days|as of (?:now|today)|to date|so far|still|any ?more|latest|this (?:week|month|year)|right now"
    r"|up to now)\b",
    "fr": r"\b(?:maintenant|actuellement|actuels?|actuelles?|aujourd.?hui|de nos jours|a present|en ce moment"
    r"|a l.?heure actuelle|a ce jour|pour l.?instant|pour le moment|desormais|toujours|cette (?:semaine|annee)|ce mois"
    r"|(?:derniere|dernieres) nouvelles)\b",
}
_OFFICE = (
    r"(?:president|prime minister|minister|secretary|chief|head|leader|ambassador|king|queen|chancellor|mayor|governor"
    r"|presidente?|premiere? ministre|ministre|chef|cheffe|dirigeante?|ambassad\w+|roi|reine|chanceli\w+|maire"
    r"|secretaire)"
)
_HOLDS = {
    "en": rf"^who(?: is|'s| are) (?:the |[a-z]+'s )?(?:\w+ ){{0,2}}{_OFFICE}s?\b",
    "fr": rf"^qui (?:est|sont) (?:le |la |l.?|les )(?:\w+ ){{0,2}}{_OFFICE}s?\b"
    rf"|^quel(?:le)? est (?:le |la |l.?){_OFFICE}\b",
}


def asks_about_now(question: str, language: str) -> bool:
    """Whether a question in English or French asks how things stand at present, or who holds an office."""
    plain = fold(question).replace("’", "'").strip()
    return any(re.search(pattern[language], plain) for pattern in (_NOW, _HOLDS) if language in pattern)


def horizon(newest: str | None, language: str) -> str:
    """What the archive's newest date says about an answer on the present."""
    words = phrases(language)
    return words.horizon.format(date=words.date(newest)) if newest else words.no_horizon
