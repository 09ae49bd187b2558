"""The time a question asks about, in its own words, English or French: the date before which nothing can report it.

"In 2014" and « depuis mars 2016 » ask what an article of before cannot tell. "Before 2015" excludes nothing, for what
was written later may tell of it; neither does a question that also asks about a time before, nor one about what was
planned, which is written ahead. Nor do "last week" and "this year": people mean them loosely (see 0015-filters.md).
Does not search, and knows nothing of what is indexed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.support.moments import moments
from retrieval.names import fold

_WITHIN: Final = re.compile(
    r"\b(?:in|since|during|throughout|from|between|after|en|depuis|des|dans|pendant|durant|entre|apres|courant"
    r"|a partir d[eu]|au cours d[eu]|(?P<day>on|le|du))"
    r"(?: (?:the |l')?(?:early|late|mid|year|month of|annee|mois de|debut|fin)| (?:the|le|la|l'|l))?[ '-]*$"
)
"""What stands before a time in which something happened: "in", "since early", « à partir de »; a day alone has "on"."""
_OTHERWISE: Final = {
    "en": re.compile(
        r"\b(?:will|shall|would|should|going to|plans?|planned|planning|expect\w*|schedul\w*|due|forecast\w*|predict\w*"
        r"|project(?:ed|ions?)|foresee\w*|foresaw|intend\w*|hop(?:e|ed|ing) to|upcoming"
        r"|targets?|deadlines?|when (?:is|are)"
        r"|before|until|till|prior|previous(?:ly)?|earlier)\b"
    ),
    "fr": re.compile(
        r"\b(?:prevu\w*|prevo[iy]\w*|prevision\w*|projet\w*|devrai\w*|devai\w*|doi(?:t|vent)"
        r"|(?:s'|etait |est )attend\w*|attendu\w*|anticip\w*|envisag\w*|espere\w*|va|vont|allai(?:t|ent)"
        r"|objectifs?|echeances?|quelle est la date"
        r"|avant|auparavant|jusqu\w*|preceden\w+)\b"
    ),
}
"""Words of what is yet to come or was before, folded."""
_FUTURE: Final = re.compile(r"\b[a-zà-ÿ]\w+r(?:a|ont|ai|ez|ons|ait|aient)\b")
"""French verbs in the future and the conditional; names such as Ankara begin with a capital."""


def asked_since(question: str, language: str) -> str | None:
    """The beginning of the earliest time that a question asks about, an ISO date as exact as its words.

    None where its words exclude nothing.
    """
    folded = fold(question).replace("’", "'")
    if len(folded) != len(question) or language not in _OTHERWISE or _OTHERWISE[language].search(folded):
        return None
    if language == "fr" and _FUTURE.search(question):
        return None
    return min(_times(question, folded, language), default=None)


def _times(question: str, folded: str, language: str) -> Iterator[str]:
    for moment in moments(question, language):
        said = dict(moment.parts)
        opened = _WITHIN.search(folded[: moment.start])
        if "year" in said and opened is not None and (opened["day"] is None or "day" in said):
            exact = [f"{said['year']:04}"]
            exact += [f"{said[part]:02}" for part in ("month", "day") if part in said]
            yield "-".join(exact)
