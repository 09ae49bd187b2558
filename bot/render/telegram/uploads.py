"""An article that is added through the chat: what was read of it, what the archive has already, what can be done."""

from __future__ import annotations

from typing import Final

from bot.render.phrases import phrases
from bot.render.telegram.message import Button, Message
from bot.render.telegram.origins import name, origin
from bot.render.telegram.presses import press
from bot.render.telegram.styled import Styled
from bot.telegram.texts import Texts
from bot.uploads import Indexed, Known
from retrieval.types import LANGUAGES

_NAMED: Final = 3
"""Rows that could not be read of which the reasons are shown."""
_LINE: Final = 200
"""Characters of a line from outside."""

_STAGES: Final = ("reading", "embedding", "storing")


def offer_message(words: Texts, number: int, *, add: bool, ask: bool) -> Message:
    """What to do with a text: ask it as a question, add it to the archive, or nothing; as far as these are possible."""
    choices = [choice for choice, possible in (("ask", ask), ("add", add)) if possible]
    return Message(words("documents.offer"), keyboard=_buttons(words, number, *choices, "nothing"))


def progress_message(words: Texts, file: str, stage: str, done: int, total: int) -> Message:
    """How far the indexing has come; stages as `retrieval.sync` names them."""
    shown = stage if stage in _STAGES else "preparing"
    return Message(words(f"documents.stages.{shown}", name=file, done=done, total=total))


def known_message(words: Texts, known: Known, number: int) -> Message:
    """The archive has a like article: whether to replace it, where that can be, or to have both."""
    text = _known(words, f"documents.known.{known.why}", known)
    if known.articles > 1:
        text.add(" ").add(words.count("documents.holds", known.articles))
    text.add("\n").add(words("documents.replace_or" if known.replaceable else "documents.not_replaced"))
    choices = ("replace", "beside", "cancel") if known.replaceable else ("beside", "cancel")
    return text.message(_buttons(words, number, *choices))


def same_message(words: Texts, known: Known) -> Message:
    """The archive has this text already."""
    return _known(words, "documents.same", known).message()


def indexed_message(words: Texts, indexed: Indexed, number: int) -> Message:
    """What was read and added, what to look at, and how to remove it."""
    first = indexed.first
    text = Styled().add(words("documents.added")).add("\n\n")
    if indexed.articles > 1:
        text.add(words.count("documents.several", indexed.articles)).add("\n")
    fields = {
        "title": first.title,
        "outlet": first.outlet,
        "date": phrases(words.language).date(first.published) if first.published else None,
        "language": words(f"documents.languages.{first.language}") if first.language in LANGUAGES else first.language,
        "passages": str(indexed.passages),
    }
    for field, value in fields.items():
        text.add(words(f"documents.fields.{field}")).add(" ")
        text.bold(name(value, _LINE) or words("documents.fields.none")).add("\n")
    text.add(words("documents.fields.name")).add(" ").add(indexed.name, "code")
    for remark in _remarks(words, indexed):
        text.add(f"\n\n{remark}")
    text.add("\n\n").add(words("documents.how_to_remove")).add(" ").add(f"footnote remove {indexed.name}", "code")
    return text.message(_buttons(words, number, "remove"))


def _remarks(words: Texts, indexed: Indexed) -> list[str]:
    """What a person should look at, a paragraph each."""
    remarks = [name(notice, _LINE) for notice in indexed.notices]
    if indexed.suspects:
        stretches = sum(len(suspect.stretches) for suspect in indexed.suspects)
        remarks.append(words.count("documents.suspicious", stretches))
    if indexed.refused:
        rows = [f"{name(row.path, _LINE)}: {name(row.reason, _LINE)}" for row in indexed.refused[:_NAMED]]
        remarks.append("\n".join([words.count("documents.refused", len(indexed.refused)), *rows]))
    return remarks


def _known(words: Texts, key: str, known: Known) -> Styled:
    text = Styled().add(words(key)).add("\n").join(origin(known.article, phrases(words.language))).add("\n")
    return text.add(words("documents.in_source", source=name(known.source, _LINE)))


def _buttons(words: Texts, number: int, *choices: str) -> tuple[tuple[Button, ...], ...]:
    """A row for each: on a phone the words of three don't fit beside each other."""
    return tuple((Button(words(f"documents.buttons.{one}"), press("upload", number, one)),) for one in choices)
