"""Which articles a question is searched in: what its filter leaves, and what its own words of time leave of that.

A filter that asks for a date wins over the question's words. These leave out only what was published before the time
asked about, and nothing where that would leave nothing or where the time is yet to come: of that only articles from
before can tell. Also the sentences that say so. Does not search.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.errors import BadFilter
from bot.periods import asked_since
from bot.printable import printable
from bot.render.phrases import Phrases
from bot.types import Question
from retrieval.catalogue import Catalogue
from retrieval.errors import UnknownArticle
from retrieval.types import Filter, Selection


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is searched in place of the whole archive.

    `since`: the date that the question's own words added. `newer`: the newer version of the one article that is
    searched, which has nothing to search in itself.
    """

    filter: Filter
    selection: Selection
    since: str | None = None
    newer: str | None = None


def narrowed(question: Question, language: str, catalogue: Catalogue) -> Narrowed | None:
    """What a question is searched in; None for the whole archive. `language`: the question's own."""
    given = question.filter
    left = catalogue.select(given) if given else None
    since = None if given.dated else asked_since(question.text, language)
    if since is not None and since <= date.today().isoformat()[: len(since)]:
        both = replace(given, after=since, undated=True)
        fewer = catalogue.select(both)
        before = len(left.articles) if left is not None else fewer.total
        if 0 < len(fewer.articles) < before:
            return Narrowed(both, fewer, since)
    return Narrowed(given, left, newer=_newer(given, left, catalogue)) if left is not None else None


def _newer(given: Filter, left: Selection, catalogue: Catalogue) -> str | None:
    if given.article is None or len(left.articles) != 1:
        return None
    newest = catalogue.replaced_by(next(iter(left.articles)))
    return catalogue.article(newest).path if newest is not None else None


def settled(wanted: Filter, named: str, catalogue: Catalogue) -> Filter:
    """The filter with the article that is named so, by source and path, which name it alone.

    Raises BadFilter where there is none, or several. An outlet, author or language that no article has is no fault: an
    answer says that nothing fits.
    """
    try:
        article = catalogue.find(named)
    except UnknownArticle as error:
        raise BadFilter(error.message, error.next_step) from error
    return replace(wanted, article=f"{article.source}/{article.path}")


def notices(found: Narrowed, words: Phrases) -> list[str]:
    """What an answer says of what was searched for it."""
    selection, told = found.selection, []
    given = replace(found.filter, after=None, undated=False) if found.since is not None else found.filter
    if given and not selection.articles:
        told.append(words.nothing_fits.format(filter=described(given, words)))
    elif given:
        count, total = len(selection.articles), selection.total
        told.append(words.filtered.format(filter=described(given, words), count=count, total=total))
    if found.newer is not None:
        told.append(words.newer.format(article=words.quoted(printable(found.newer))))
    if found.since is not None:
        told.append(words.searched_since.format(since=_at(found.since, words.from_date, words)))
    if selection.undated:
        sentence = words.undated[selection.undated > 1]
        told.append(sentence.format(count=selection.undated, total=selection.fitting))
    return told


def described(wanted: Filter, words: Phrases) -> str:
    """A filter in words: "from June 2014 on, outlet “Le Monde”"."""
    parts = []
    if wanted.after is not None:
        parts.append(_at(wanted.after, words.from_date, words))
    if wanted.before is not None:
        parts.append(_at(wanted.before, words.to_date, words))
    for name in ("outlet", "language", "author", "article"):
        value: str | None = getattr(wanted, name)
        if value is not None:
            shown = value if name == "language" else words.quoted(printable(value))
            parts.append(f"{words.filter_parts[name]} {shown}")
    return ", ".join(parts)


def _at(iso: str, forms: tuple[str, str], words: Phrases) -> str:
    """A date in its sentence: a day has another form than a month or a year."""
    return forms[iso.count("-") < 2].format(date=words.date(iso))
