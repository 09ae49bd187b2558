"""What people thought of answers, as test questions: rows in the format of `seeds/questions.jsonl`, and a summary.

A row adds to that format what was thought ("verdict", "reason", "remark") and the questions before it ("history"); who
thought it is in none. A thumb up vouches for the quotes shown, or for there being none; after a thumb down nobody knows
the right ones yet, and such a row is of the kind TO_LABEL until a person gives it another. Judges nothing itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from bot.conversations import Conversations, Turn
from bot.render.json import Object
from bot.render.kept import Kept
from bot.render.text import one_line
from bot.telegram.store import Opinion, Store

PART: Final = "feedback"
"""The part that exported rows are of: neither what was fitted on nor what is held back."""
TO_LABEL: Final = "to_label"
"""The kind of a row whose evidence is not known."""
_REASONS: Final = {
    "wrong": "wrong",
    "unsourced": "not in its source",
    "incomplete": "incomplete",
    "outdated": "out of date",
}


def exported(store: Store, conversations: Conversations) -> Iterator[Object]:
    """A row for each opinion on an answer that is still kept, oldest opinion first."""
    seen: Counter[str] = Counter()
    for opinion in store.feedback.all():
        turn = _turn(opinion, conversations)
        if turn is not None:
            seen[turn.answer_id] += 1
            yield _row(turn, opinion, seen[turn.answer_id], conversations.lineage(turn.parent))


def summary(store: Store, conversations: Conversations) -> str:
    """How many opinions of which kind there are, then each thumb down and each remark, with the question if kept."""
    opinions = store.feedback.all()
    verdicts = Counter(opinion.verdict for opinion in opinions)
    remarks = sum(bool(opinion.remark) for opinion in opinions)
    blocks = [f"Thumbs up: {verdicts['up']}; thumbs down: {verdicts['down']}; remarks: {remarks}."]
    for opinion in opinions:
        if opinion.remark or opinion.verdict == "down":
            turn = _turn(opinion, conversations)
            on = [one_line(turn.typed), f"  {_given(Kept.read(turn.outcome))}"] if turn is not None else []
            remark = [f"  “{one_line(opinion.remark)}”"] if opinion.remark else []
            blocks.append("\n".join((*on, f"  {_thought(opinion)}", *remark)))
    return "\n\n".join(blocks)


def _turn(opinion: Opinion, conversations: Conversations) -> Turn | None:
    return conversations.find(opinion.answer_id) if opinion.answer_id else None


def _row(turn: Turn, opinion: Opinion, times: int, history: tuple[str, ...]) -> Object:
    """`times`: how many opinions on this answer there are with this one; each row has an id of its own."""
    kept = Kept.read(turn.outcome)
    vouched = opinion.verdict == "up"
    return {
        "id": turn.answer_id if times == 1 else f"{turn.answer_id}-{times}",
        "part": PART,
        "lang": turn.language,
        "kind": _kind(kept) if vouched else TO_LABEL,
        "question": turn.typed,
        "history": list(history),
        "evidence": _evidence(kept) if vouched else [],
        "note": f"{_given(kept)}; {_thought(opinion)}",
        "verdict": opinion.verdict,
        "reason": opinion.reason,
        "remark": opinion.remark,
    }


def _evidence(kept: Kept) -> list[list[Object]]:
    """For each claim the quotes it rests on, any of which will do."""
    quotes = {cited.n: {"article": cited.path, "quote": cited.quote} for cited in kept.citations}
    return [[quotes[n] for n in claim.citations] for claim in kept.claims]


def _kind(kept: Kept) -> str:
    if not kept.citations:
        return "not_in_articles"
    if len({cited.article for cited in kept.citations}) > 1:
        return "several_articles"
    return "same_language" if kept.citations[0].language == kept.language else "cross_lingual"


def _given(kept: Kept) -> str:
    quotes = "1 quote" if len(kept.citations) == 1 else f"{len(kept.citations)} quotes"
    return "declined" if kept.status == "declined" else f"answered with {quotes}"


def _thought(opinion: Opinion) -> str:
    thought = {"up": "thumb up", "down": "thumb down", None: "remark"}[opinion.verdict]
    return f"{thought}, {_REASONS[opinion.reason]}" if opinion.reason else thought
