"""What a person typed -> a Question, or BadQuestion; and what is worth remarking about it beside the answer.

The same for every door. Does not answer and does not look into the archive.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from bot.errors import BadQuestion
from bot.render.phrases import phrases
from bot.types import Abstained, Outcome, Question
from retrieval.types import LANGUAGES, Filter

MAX_CHARACTERS = 2000
"""More than any question needs, and less than a pasted article: those are for `ingest`."""


def read(
    typed: str,
    *,
    language: str | None = None,
    history: tuple[str, ...] = (),
    id: str | None = None,
    filter: Filter | None = None,
) -> Question:
    """The question without control characters, white space at its ends and line breaks inside.

    Raises BadQuestion when nothing is left to search for, when it is too long, or when it is not text.
    """
    if len(typed) > MAX_CHARACTERS:
        raise BadQuestion(
            f"The question has {len(typed):,} characters; the most is {MAX_CHARACTERS:,}.",
            "Ask for one thing at a time; to search a long text, put it into a file and use footnote ingest.",
        )
    try:
        typed.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadQuestion("The question is not UTF-8 text.", "Type it in a terminal set to UTF-8.") from error
    text = " ".join("".join(" " if _is_space(c) else c for c in typed if not _is_control(c)).split())
    if not text:
        raise BadQuestion("The question is empty.", 'Ask something, such as: footnote ask "Who is Khalifa Haftar?"')
    if not any(character.isalnum() for character in text):
        raise BadQuestion("The question holds no word to search for.", "Ask it in words, in English or in French.")
    return Question(text=text, language=language, history=history, id=id, filter=filter or Filter())


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Zl", "Zp")


def _is_control(character: str) -> bool:
    """Whether a terminal would obey it or a reader not see it; the joiners are letters' company in some scripts."""
    joiner = character in "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
    return unicodedata.category(character) in ("Cc", "Cf") and not _is_space(character) and not joiner


def with_remarks(outcome: Outcome, typed: str) -> Outcome:
    """The outcome with a notice where the question itself stood in the way of a good answer."""
    from retrieval.languages import detect

    words = phrases(outcome.language)
    text = outcome.question.text
    remarks = []
    if any(map(_is_control, typed)):
        remarks.append(words.cleaned)
    if detect(text) not in (*LANGUAGES, "und"):
        remarks.append(words.third_language)
    if isinstance(outcome, Abstained) and len(text.split()) == 1:
        remarks.append(words.one_word)
    return replace(outcome, notices=(*outcome.notices, *remarks)) if remarks else outcome
