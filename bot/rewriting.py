"""A question of a conversation -> one that stands alone, and its translation: by rules, or by a language model.

Both leave alone what stands alone, and a question in a third language. A model's reply is data: where it adds a name or
a number to the words of the person who asked, the rules have their say instead. Does not search.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.followups.leaning import Fragment, leaning
from bot.followups.resolving import resolve
from bot.model_errors import ContentFiltered, CutShort, EmptyReply, ModelRefused, NoObject
from bot.models import ChatModel, Message, Reply, Shape
from bot.types import Question, Usage
from prompts import LANGUAGES as LANGUAGE_NAMES
from prompts import load
from retrieval.analysis import passage_terms, question_groups
from retrieval.languages import UNKNOWN, detect
from retrieval.types import LANGUAGES

EARLIER: Final = 6
"""Earlier questions that a model is shown."""
_CHARACTERS: Final = 300
"""Of an earlier question that a model is shown: what a follow-up leans on is said in fewer."""
_REPLY_TOKENS: Final = 600
"""Room for two questions, and for a model that thinks before it writes."""
_LONGER: Final = 120
"""Characters by which a question may outgrow the longest it is made of."""
_OTHER: Final = {"en": "fr", "fr": "en"}
_SHAPE: Final = Shape(
    name="standalone_question",
    description="The question asked now, so that it can be understood alone, and its translation.",
    schema={
        "type": "object",
        "properties": {"question": {"type": "string"}, "translation": {"type": "string"}},
        "required": ["question", "translation"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone: `text` in its own language, `translation` in the other one of English and French.

    `how`: "typed" where it is what the person typed. Not `resolved`: a follow-up, and what it leans on is not known.
    """

    text: str
    translation: str | None
    how: Literal["typed", "rules", "model"]
    resolved: bool


def language_of(question: Question, otherwise: str) -> str | None:
    """The language of a question, "en" or "fr", or of the one before it, for "2014?" has none of its own.

    `otherwise` where neither shows one; None for a third language.
    """
    for text in (question.text, *question.history[:-2:-1]):
        found = detect(text)
        if found != UNKNOWN:
            return found if found in LANGUAGES else None
    return otherwise


def by_rules(question: Question, language: str) -> Rewritten:
    """The question rewritten without a model; never translated. `language` counts where the words show none."""
    own = language_of(question, language)
    leans = leaning(question.text, own) if own else None
    if own is None or leans is None:
        return Rewritten(question.text, None, "typed", True)
    text = resolve(leans, question.history, own)
    if text is None:
        # "How many Marines in Sicily?" has no verb, and yet says what it asks.
        tells = isinstance(leans, Fragment) and (not leans.sure or (bool(leans.asks) and bool(leans.slots)))
        return Rewritten(question.text, None, "typed", tells)
    return Rewritten(text, None, "rules", True)


def by_model(question: Question, language: str, model: ChatModel, *, seconds: float) -> tuple[Rewritten, Usage]:
    """The question rewritten and translated in one call, within `seconds`; what the call used.

    Raises ModelError where the next call would fail too: a wrong key, no connection, no reply in time. A reply that is
    no use is passed over: then it is what the rules make of the question, without a translation.
    """
    own = language_of(question, language)
    if own is None:
        return by_rules(question, language), Usage()
    messages = _messages(question, own)
    if sum(model.count(message.text) for message in messages) + _REPLY_TOKENS > model.window:
        return by_rules(question, language), Usage()
    try:
        reply = model.ask(messages, _SHAPE, max_tokens=_REPLY_TOKENS, seconds=seconds)
    except (NoObject, EmptyReply, CutShort, ModelRefused, ContentFiltered) as error:
        return by_rules(question, language), error.usage
    said = _said(reply)
    if said is None:
        return by_rules(question, language), reply.usage
    text, translation = said
    if not question.history:
        text = question.text
    elif not _stands_for(text, own, [question.text, *question.history]):
        return by_rules(question, language), reply.usage
    kept = _stands_for(translation, _OTHER[own], [text]) and not _beyond(text, own, [translation])
    if text != question.text:
        return Rewritten(text, translation if kept else None, "model", True), reply.usage
    left = by_rules(question, language)
    return (replace(left, translation=translation) if kept and left.how == "typed" else left), reply.usage


def _messages(question: Question, language: str) -> list[Message]:
    earlier = [text[:_CHARACTERS] for text in question.history[-EARLIER:]]
    return load("rewrite", "language", "other_language", "history", "question").fill(
        language=LANGUAGE_NAMES[language],
        other_language=LANGUAGE_NAMES[_OTHER[language]],
        history=json.dumps(earlier, ensure_ascii=False, indent=0),
        question=json.dumps(question.text, ensure_ascii=False),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    question: str
    translation: str = ""


def _said(reply: Reply) -> tuple[str, str] | None:
    """The two questions of a reply, on one line each; None where it has no question."""
    from pydantic import TypeAdapter, ValidationError

    try:
        said = TypeAdapter(_Said).validate_python(dict(reply.value))
    except ValidationError:
        return None
    text = " ".join(said.question.split())
    return (text, " ".join(said.translation.split())) if text else None


def _stands_for(text: str, language: str, sources: Sequence[str]) -> bool:
    """Whether a text may be these questions in one: in that language, no longer than need be, nothing added."""
    if len(text) > 2 * max(map(len, sources)) + _LONGER or not any(map(str.isalnum, text)):
        return False
    return detect(text) in (language, UNKNOWN) and not _beyond(text, language, sources)


def _beyond(text: str, language: str, sources: Iterable[str]) -> bool:
    """Whether a text names a thing or a number that no source does, in either language."""
    held = {target: set[str]() for target in LANGUAGES}
    for source in sources:
        for target in LANGUAGES:
            held[target].update(passage_terms(source, target))
    wanted: dict[str, bool] = {}
    for target in LANGUAGES:
        for group in question_groups(text, language, target):
            terms = {term for term, _ in group.terms}
            if group.kind != "word" or any(term.startswith("#") for term in terms):
                wanted[group.surface] = wanted.get(group.surface, False) or not terms.isdisjoint(held[target])
    return not all(wanted.values())
