"""A written answer: draft, verify, ask once more for what failed; until only verified claims are left, or none.

Claims are verified while the draft still comes in, in order, and told at once. Composes `generating.py` and
`verifying.py`. Does not search, and does not decide what is shown where nothing could be verified.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bot.attribution import attributed
from bot.differing import Differing, otherwise
from bot.generating import BadDraft, Writer, complete, corrected, read
from bot.model_errors import ModelError, NoObject
from bot.models import Reply
from bot.progress import Checking, Tell, Verified
from bot.render.phrases import phrases
from bot.types import Citation, Claim, Draft, Evidence, Examined, Statement, Usage
from bot.verifying import Verifier, why
from bot.weighing import Sentence

LEAST_SECONDS: Final = 3.0
"""Seconds that must be left for asking once more to be worth it."""


@dataclass
class Writing:
    """One answer on its way. `answers` None: nothing is known yet; False: the model says that it can't tell."""

    verifier: Verifier
    tell: Tell
    claims: list[Claim] = field(default_factory=list)
    examined: list[Examined] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    answers: bool | None = None
    failure: ModelError | None = None
    verifying_ms: float = 0.0
    _seen: int = 0
    _quotes: int = 0
    _said: set[str] = field(default_factory=set)

    def write(
        self, writer: Writer, question: str, newest: str | None, evidence: Sequence[Evidence], seconds: float
    ) -> None:
        """Fill in claims and what was found. Raises ModelError where the model fails before anything was verified;
        where it fails later, what was verified stays, and `failure` says so.
        """
        end = time.monotonic() + seconds
        language = self.verifier.language
        try:
            reply = writer.draft(question, language, newest, evidence, seconds=seconds, partly=self._come)
            self.usage += reply.usage
            draft = _read(reply, writer)
            self._verify(draft.statements[self._seen :], 1)
            self.answers = draft.answers
            faults = [(one.statement, why(one)) for one in self.examined if not one.shown]
            left = end - time.monotonic()
            if self.answers and faults and left >= LEAST_SECONDS:
                reply = writer.redraft(question, language, newest, evidence, reply.value, faults, seconds=left)
                self.usage += reply.usage
                self._verify(corrected(reply.value), 2)
        except ModelError as error:
            self.usage += error.usage
            if not self.claims:
                raise
            self.failure = error

    def oppose(self, sentences: Sequence[Sentence]) -> tuple[Differing, ...]:
        """Add what other articles, of these sentences, say against a claim, where the model left it out, as quotes."""
        words = phrases(self.verifier.language)
        differing = otherwise(list(self._cited()), sentences)
        for sentence in (version.sentence for group in differing for version in group.versions):
            quote = self.verifier.quote(sentence)
            if quote is not None and not any(map(partial(_meet, quote), self._cited())):
                said = words.quoted(" ".join(quote.quote.split()))
                self._add(Claim(words.otherwise.format(quote=said), (quote,)))
        return tuple(differing)

    def _cited(self) -> Iterator[Citation]:
        return (citation for claim in self.claims for citation in claim.citations)

    def _add(self, claim: Claim) -> None:
        self.claims.append(attributed(claim, self.verifier.language, self.claims[-1] if self.claims else None))
        self.tell(Verified(self.claims[-1]))

    def _come(self, value: Mapping[str, Any]) -> None:
        """Verify what has come so far and won't change."""
        self._verify(complete(value)[self._seen :], 1)

    def _verify(self, statements: Sequence[Statement], attempt: int) -> None:
        began = time.perf_counter()
        for statement in statements:
            self._seen += attempt == 1
            self._quotes += len(statement.quotes)
            self.tell(Checking(self._quotes))
            claim, examined = self.verifier.verify(statement, attempt)
            self.examined.append(examined)
            if claim is not None and claim.text not in self._said:
                self._said.add(claim.text)
                self._add(claim)
        self.verifying_ms += (time.perf_counter() - began) * 1000


def _meet(one: Citation, other: Citation) -> bool:
    """Whether two quotes share a place."""
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _read(reply: Reply, writer: Writer) -> Draft:
    try:
        return read(reply.value)
    except BadDraft as error:
        raise NoObject(writer.model.name) from error
