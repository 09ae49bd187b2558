"""An article that is added through the chat: what was read of it, what the archive has already, what can be done."""

from __future__ import annotations

from typing import Final

from bot.render.phrases import phrases
from bot.render.telegram.message import Button, Message
from bot.render.telegram.presses import press
from bot.render.telegram.styled import Styled, plain, shortened
from bot.telegram.texts import Texts
from bot.uploads import Indexed, Known
from retrieval.types import LANGUAGES, Article

_NAMED: Final = 3
"""Rows that could not be read of which the reasons are shown."""
_LINE: Final = 200
"""Characters of a line from outside."""

_STAGES: Final = {"reading": "reading", "embedding": "embedding", "storing": "storing"}


def offer_message(words: Texts, number: int, *, add: bool, ask: bool) -> Message:
    """What to do with a text: ask it as a question, add it to the archive, or nothing; as far as these are possible."""
    choices = [choice for choice, possible in (("ask", ask), ("add", add)) if possible]
    return Message(words("documents.offer"), keyboard=_buttons(words, number, *choices, "nothing"))


def progress_message(words: Texts, name: str, stage: str, done: int, total: int) -> Message:
    """How far the indexing has come; stages as `retrieval.sync` names them."""
    shown = _STAGES.get(stage, "preparing")
    return Message(words(f"documents.stages.{shown}", name=_line(name), done=done, total=total))


def known_message(words: Texts, known: Known, number: int) -> Message:
    """The archive has a like article: whether to replace it, where that can be, or to have both."""
    text = Styled().add(words(f"documents.known.{known.why}")).add("\n")
    text.bold(_title(known.article)).add(f"\n{_origin(words, known.article)}\n")
    text.add(words("documents.in_source", source=_line(known.source)))
    if known.articles > 1:
        text.add(" ").add(words.count("documents.holds", known.articles))
    text.add("\n").add(words("documents.replace_or" if known.replaceable else "documents.not_replaced"))
    choices = ("replace", "beside", "cancel") if known.replaceable else ("beside", "cancel")
    return text.message(_buttons(words, number, *choices))


def same_message(words: Texts, known: Known) -> Message:
    """The archive has this text already."""
    text = Styled().add(words("documents.same")).add("\n").bold(_title(known.article))
    return text.add("\n").add(words("documents.in_source", source=_line(known.source))).message()


def indexed_message(words: Texts, indexed: Indexed, number: int) -> Message:
    """What was read and added, what to look at, and how to remove it."""
    first, dates = indexed.first, phrases(words.language)
    text = Styled().add(words("documents.added")).add("\n\n")
    if indexed.articles > 1:
        text.add(words.count("documents.several", indexed.articles)).add("\n")
    for label, value in (
        ("title", first.title),
        ("outlet", first.outlet),
        ("date", dates.date(first.published) if first.published else None),
        ("language", words(f"documents.languages.{first.language}") if first.language in LANGUAGES else first.language),
    ):
        text.add(words(f"documents.fields.{label}")).add(" ").bold(_line(value or words("documents.fields.none"))).add(
            "\n"
        )
    text.add(words("documents.fields.passages")).add(" ").bold(str(indexed.passages)).add("\n")
    text.add(words("documents.fields.name")).add(" ").add(indexed.name, "code")
    remarks = [_line(notice) for notice in indexed.notices]
    if indexed.suspects:
        stretches = sum(len(suspect.stretches) for suspect in indexed.suspects)
        remarks.append(words.count("documents.suspicious", stretches))
    if indexed.refused:
        remarks.append(words.count("documents.refused", len(indexed.refused)))
        remarks += [f"{_line(row.path)}: {_line(row.reason)}" for row in indexed.refused[:_NAMED]]
    for remark in remarks:
        text.add(f"\n\n{remark}")
    text.add("\n\n").add(words("documents.how_to_remove")).add(" ").add(f"footnote remove {indexed.name}", "code")
    return text.message(_buttons(words, number, "remove"))


def _buttons(words: Texts, number: int, *choices: str) -> tuple[tuple[Button, ...], ...]:
    """A row for each: on a phone the words of three don't fit beside each other."""
    return tuple((Button(words(f"documents.buttons.{one}"), press("upload", number, one)),) for one in choices)


def _title(article: Article) -> str:
    return _line(article.title or article.path)


def _origin(words: Texts, article: Article) -> str:
    date = phrases(words.language).date(article.published)
    return " · ".join(_line(part) for part in (article.outlet, date) if part)


def _line(text: str) -> str:
    return shortened(plain(text), _LINE)
