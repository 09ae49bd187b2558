"""Lists for a chat: the sources of an answer, and what the archive holds. Both are bounded, whatever there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.render.kept import Kept
from bot.render.phrases import Phrases, phrases
from bot.render.telegram.answer import number_rows
from bot.render.telegram.message import Message
from bot.render.telegram.origins import name, origin, source_lines
from bot.render.telegram.splitting import first_part, split
from bot.render.telegram.styled import Styled
from bot.telegram.texts import Texts
from retrieval.types import Article

OUTLETS: Final = 20
"""Outlets that are named, those with most articles first."""
NEWEST: Final = 5
"""Articles that are named."""
_LANGUAGES: Final = 6


def sources_message(kept: Kept, texts: Texts) -> Message:
    """What an answer rests on, or what came nearest in place of one, with a button for each passage."""
    if not kept.shown:
        return Message(texts("answer.no_sources"))
    heading = texts("answer.sources" if kept.claims else "answer.nearest")
    lines = source_lines(kept, phrases(texts.language))
    message = Styled().bold(heading).add("\n").join(*lines).message(tuple(number_rows(kept, [c.n for c in kept.shown])))
    return first_part(message)


@dataclass(slots=True)
class _Tally:
    """Articles counted, and the first and the last of their dates."""

    count: int = 0
    oldest: str | None = None
    newest: str | None = None

    def add(self, published: str | None) -> None:
        self.count += 1
        if published:
            self.oldest = min(self.oldest or published, published)
            self.newest = max(self.newest or published, published)

    def dates(self, texts: Texts, words: Phrases) -> str | None:
        """The one date, or the range; None where no article shows one."""
        if self.oldest is None or self.oldest == self.newest:
            return self.oldest and words.date(self.oldest)
        return texts("answer.articles.range", oldest=words.date(self.oldest), newest=words.date(self.newest))


def archive_messages(articles: Iterable[Article], texts: Texts) -> list[Message]:
    """What is indexed: how many articles, of when, in which languages, of which outlets, and the newest ones."""
    words = phrases(texts.language)
    whole, outlets = _Tally(), defaultdict[str | None, _Tally](_Tally)
    languages: Counter[str] = Counter()
    undated = 0
    newest: list[Article] = []
    for article in articles:
        for tally in (whole, outlets[article.outlet]):
            tally.add(article.published)
        languages[article.language] += 1
        if article.published is None:
            undated += 1
        else:
            newest = sorted([*newest, article], key=_published, reverse=True)[:NEWEST]
    if not whole.count:
        return [Message(texts("answer.articles.none"))]
    head = [texts.count("answer.articles.head", whole.count)]
    if dates := whole.dates(texts, words):
        head.append(texts("answer.articles.dates", dates=dates))
    if undated:
        head.append(texts.count("answer.articles.undated", undated))
    spoken = ", ".join(f"{_language(code, texts)} ({count})" for code, count in languages.most_common(_LANGUAGES))
    head.append(texts("answer.articles.languages", languages=spoken))
    paragraphs = [Styled().add("\n".join(head)), _outlets(outlets, texts, words)]
    if newest:
        lines = [Styled().add("• ").join(origin(article, words)) for article in newest]
        paragraphs.append(Styled().bold(texts("answer.articles.newest")).add("\n").join(*lines))
    return split(Styled().join(*paragraphs, between="\n\n").message())


def _published(article: Article) -> str:
    return article.published or ""


def _language(code: str, texts: Texts) -> str:
    return texts.sentences.get(f"answer.articles.{code}", code)


def _outlets(outlets: Mapping[str | None, _Tally], texts: Texts, words: Phrases) -> Styled:
    """The outlets with most articles, each with their number and dates."""
    most = sorted(outlets.items(), key=lambda item: (-item[1].count, item[0] or ""))
    lines = []
    for outlet, tally in most[:OUTLETS]:
        shown = name(outlet) or texts("answer.articles.unnamed")
        fields = (texts.count("answer.articles.count", tally.count), tally.dates(texts, words))
        lines.append(Styled().add(texts("answer.articles.outlet", outlet=shown, facts=", ".join(filter(None, fields)))))
    if len(most) > OUTLETS:
        lines.append(Styled().add(texts.count("answer.articles.more", len(most) - OUTLETS)))
    return Styled().bold(texts("answer.articles.outlets")).add("\n").join(*lines)
