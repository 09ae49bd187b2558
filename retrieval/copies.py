"""Passages that say what another of the same story says, sentence by sentence, take no second place among those found.

What differs in one word or figure is a passage of its own: only what is the same, white space, case and the look of
quotation marks and dashes aside, is folded. Of equal passages the one stays whose article is named first in its story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from retrieval.fusion import Fused
from retrieval.types import Passage

_LOOK = str.maketrans(dict.fromkeys('“”„«»"″‘’‚‹›´`', "'") | dict.fromkeys("‐‑‒–—―−", "-"))

StoriesOf = Callable[[Sequence[str]], Mapping[str, tuple[int, int]]]
"""For articles, those that share their story with others: the story's number, and the place in it."""


def each_once(ranked: Sequence[Fused], passages: Mapping[str, Passage], stories: StoriesOf) -> list[Fused]:
    """The same, best first, without passages that hold nothing but what a better one of the same story holds."""
    shared = stories(list({passages[one.id].article_id for one in ranked}))
    if len(shared) < 2:
        return list(ranked)
    kept: list[Fused] = []
    said: dict[int, list[tuple[frozenset[str], int]]] = {}
    for one in ranked:
        passage = passages[one.id]
        if passage.article_id not in shared:
            kept.append(one)
            continue
        story, place = shared[passage.article_id]
        says = frozenset(_same(passage, span.start, span.end) for span in passage.sentences)
        held = next(((others, at) for others, at in said.get(story, ()) if says <= others), None)
        if held is None:
            said.setdefault(story, []).append((says, len(kept)))
            kept.append(one)
        elif says == held[0] and place < shared[passages[kept[held[1]].id].article_id][1]:
            kept[held[1]] = replace(one, score=kept[held[1]].score)
    return kept


def _same(passage: Passage, start: int, end: int) -> str:
    """A sentence of a passage as it is compared."""
    return " ".join(passage.text[start - passage.start : end - passage.start].translate(_LOOK).casefold().split())
