"""Answer with a language model: evidence -> draft, and once more for what could not be confirmed.

A draft is claims that point to passages; nothing of it is shown before `verifying.py` has let it through. Does not
search, does not check, and does not catch what goes wrong with the model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.evidence import block
from bot.models import ChatModel, Message, Reply, Shape
from bot.printable import printable
from bot.types import Draft, Evidence, Pointed, Statement
from prompts import LANGUAGES, Prompt, load

REPLY_TOKENS: Final = 1200
"""Room for a reply: five claims with two quotes of a long sentence each come to some 900."""
_SHARE: Final = 4
"""A reply has this part of a small window at most: a fourth."""
_FRAME: Final = 160
"""Tokens that servers put around messages, and the schema, where they count it in."""
MOST: Final = 8
"""Statements of a draft that are looked at; the prompt asks for five at most."""
MOST_QUOTES: Final = 4
"""Quotes of one statement that are looked at."""
_MARKS: Final = re.compile(r"\s*\[\d+\]")
"""Numbers of sources, which are ours to give."""

SHAPE: Final = Shape(
    name="draft",
    description="Claims that rest on quotes of the passages, or that the passages do not answer.",
    schema={
        "type": "object",
        "properties": {
            "answers": {"type": "boolean", "description": "Whether the passages say what is asked."},
            "claims": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "quotes": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "passage": {"type": "string", "description": "The label of the passage."},
                                    "quote": {"type": "string", "description": "Words of it, letter by letter."},
                                },
                                "required": ["passage", "quote"],
                                "additionalProperties": False,
                            },
                        },
                        "text": {"type": "string", "description": "One sentence that says no more than the quotes."},
                    },
                    "required": ["quotes", "text"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["answers", "claims"],
        "additionalProperties": False,
    },
)


class _Quote(BaseModel):
    model_config = ConfigDict(extra="ignore")
    passage: str = ""
    quote: str


class _Claim(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str
    quotes: list[_Quote] = Field(default_factory=list)


class BadDraft(ValueError):
    """A reply that is a JSON object and yet no draft."""


def read(value: Mapping[str, Any]) -> Draft:
    """The draft of a reply; claims that are not of the shape are passed over, and all of them where it says that the
    passages do not answer. Raises BadDraft where it holds neither a claim nor the word that there is none.
    """
    if value.get("answers") is False:
        return Draft(False)
    statements = [statement for claim in _claims(value) if (statement := _statement(claim)) is not None]
    if not statements:
        raise BadDraft("neither a claim nor the word that there is none")
    return Draft(True, tuple(statements[:MOST]))


def corrected(value: Mapping[str, Any]) -> Sequence[Statement]:
    """The statements of a second draft; none where nothing could be corrected."""
    try:
        return read(value).statements
    except BadDraft:
        return ()


def complete(value: Mapping[str, Any]) -> list[Statement]:
    """The statements of a reply as far as it has come that will not change any more: all but the last of its claims,
    once it has said that the passages answer.
    """
    if value.get("answers") is not True:
        return []
    return [statement for claim in _claims(value)[:-1] if (statement := _statement(claim)) is not None][:MOST]


def _claims(value: Mapping[str, Any]) -> list[Any]:
    claims = value.get("claims")
    return claims if isinstance(claims, list) else []


def _statement(claim: Any) -> Statement | None:
    try:
        read_claim = _Claim.model_validate(claim)
    except ValidationError:
        return None
    text = _MARKS.sub("", printable(read_claim.text)).strip()
    if not text:
        return None
    quotes = [Pointed(quote.passage.strip("[]/ "), quote.quote) for quote in read_claim.quotes[:MOST_QUOTES]]
    return Statement(text, tuple(quotes))


@dataclass(frozen=True)
class Writer:
    """Writes drafts with one model."""

    model: ChatModel

    @cached_property
    def _answer(self) -> Prompt:
        return load("answer", "language", "passages", "newest", "question")

    @cached_property
    def _repair(self) -> Prompt:
        return load("repair", "faults", "language")

    @property
    def digest(self) -> str:
        """Of the prompts, for the record of an answer."""
        return f"{self._answer.digest}-{self._repair.digest}"

    @property
    def reply_tokens(self) -> int:
        """Tokens a reply may have."""
        return min(REPLY_TOKENS, self.model.window // _SHARE)

    def room(self, question: str, *more: str) -> int:
        """Tokens that are left for passages in the model's window, beside prompt, reply and `more` texts."""
        fixed = [*(message.text for message in self._messages(question, "fr", "2016-03-09", ())), *more]
        return max(0, self.model.window - self.reply_tokens - _FRAME - sum(map(self.model.count, fixed)))

    def draft(
        self,
        question: str,
        language: str,
        newest: str | None,
        evidence: Sequence[Evidence],
        *,
        seconds: float,
        partly: Callable[[Mapping[str, Any]], object] | None = None,
    ) -> Reply:
        """The reply to a question. Raises ModelError."""
        asked = self._messages(question, language, newest, evidence)
        return self.model.ask(asked, SHAPE, max_tokens=self.reply_tokens, seconds=seconds, partly=partly)

    def redraft(
        self,
        question: str,
        language: str,
        newest: str | None,
        evidence: Sequence[Evidence],
        earlier: Mapping[str, Any],
        faults: Sequence[tuple[Statement, str]],
        *,
        seconds: float,
    ) -> Reply:
        """The reply to the reasons why statements of the earlier reply were refused; with as much of the evidence, best
        first, as fits beside it. Raises ModelError.
        """
        reasons = "\n".join(
            json.dumps({"text": statement.text, "why": why}, ensure_ascii=False) for statement, why in faults
        )
        told = self._repair.fill(faults=reasons, language=LANGUAGES[language])
        again = Message("user", "\n\n".join(message.text for message in told))
        draft = Message("assistant", json.dumps(earlier, ensure_ascii=False))
        left = self.room(question, draft.text, again.text)
        fitting = []
        for piece in evidence:
            left -= self.model.count(block(piece))
            if left >= 0:
                fitting.append(piece)
        asked = [*self._messages(question, language, newest, fitting), draft, again]
        return self.model.ask(asked, SHAPE, max_tokens=self.reply_tokens, seconds=seconds)

    def _messages(
        self, question: str, language: str, newest: str | None, evidence: Sequence[Evidence]
    ) -> list[Message]:
        return self._answer.fill(
            language=LANGUAGES[language],
            passages="\n\n".join(map(block, evidence)),
            newest=newest or "an unknown date",
            question=json.dumps(question, ensure_ascii=False),
        )
