"""A language model's opinion of the answers: do they answer, do they follow from their quotes?

Reported apart from the scores, with how often it agrees with them; it gates nothing. A reply that is none leaves an
answer unjudged. Costs what asking a model costs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from bot.assembly import Progress
from bot.evaluation import chance
from bot.evaluation.metrics import Row
from bot.evaluation.record import estimate_object
from bot.model_errors import ContentFiltered, CutShort, EmptyReply, ModelRefused, NoObject
from bot.models import ChatModel, Message, Shape
from bot.types import Usage
from prompts import load

_AT_ONCE: Final = 4
_REPLY_TOKENS: Final = 600
_SHAPE: Final = Shape(
    name="judgement",
    description="Whether an answer answers its question, and whether it follows from its quotes.",
    schema={
        "type": "object",
        "properties": {
            "why": {"type": "string"},
            "answers": {"type": "boolean"},
            "supported": {"type": "boolean"},
        },
        "required": ["why", "answers", "supported"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether an answer answers its question, whether it follows from its quotes, and why."""

    answers: bool
    supported: bool
    why: str


def judged(rows: Sequence[Row], model: ChatModel, seconds: float, progress: Progress | None = None) -> dict[str, Any]:
    """What the model says of every answer. `seconds`: the time it has for each.

    Raises ModelError where the next call would fail too.
    """
    answers = [row for row in rows if row.seen.status == "answered"]
    opinions: dict[str, Opinion] = {}
    usage = Usage()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for row, (opinion, used) in zip(
            answers, threads.map(lambda row: _ask(row, model, seconds), answers), strict=True
        ):
            usage += used
            if opinion is not None:
                opinions[row.case.id] = opinion
            if progress is not None:
                progress("judging", len(opinions), len(answers))
    scored = [row for row in answers if row.case.id in opinions and row.scored.verdict != "unscored"]
    ours = [row.scored.verdict == "right" for row in scored]
    theirs = [opinions[row.case.id].answers and opinions[row.case.id].supported for row in scored]
    agree = [float(one == other) for one, other in zip(ours, theirs, strict=True)]
    return {
        "model": model.name,
        "n": len(opinions),
        "unscored": len(answers) - len(opinions),
        "agreement": {**estimate_object(chance.mean(agree)), "kappa": chance.kappa(ours, theirs)},
        "answers": estimate_object(chance.mean([float(one.answers) for one in opinions.values()])),
        "supported": estimate_object(chance.mean([float(one.supported) for one in opinions.values()])),
        "usd": usage.cost_usd,
        "questions": {
            name: {"answers": one.answers, "supported": one.supported, "why": one.why} for name, one in opinions.items()
        },
    }


def _ask(row: Row, model: ChatModel, seconds: float) -> tuple[Opinion | None, Usage]:
    try:
        reply = model.ask(_messages(row), _SHAPE, max_tokens=_REPLY_TOKENS, seconds=seconds)
    except (NoObject, EmptyReply, CutShort, ModelRefused, ContentFiltered) as error:
        return None, error.usage
    answers, supported, why = (reply.value.get(name) for name in ("answers", "supported", "why"))
    if not isinstance(answers, bool) or not isinstance(supported, bool):
        return None, reply.usage
    return Opinion(answers, supported, why if isinstance(why, str) else ""), reply.usage


def _messages(row: Row) -> list[Message]:
    seen = row.seen
    claims = [{"claim": claim.text, "quotes": list(claim.citations)} for claim in seen.claims]
    quotes = {str(one.n): one.quote for one in seen.citations}
    return load("judge", "question", "claims", "quotes").fill(
        question=json.dumps(seen.standalone or row.case.question, ensure_ascii=False),
        claims=json.dumps(claims, ensure_ascii=False, indent=1),
        quotes=json.dumps(quotes, ensure_ascii=False, indent=1),
    )
