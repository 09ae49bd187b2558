"""What a scripted model drafts: claims in words, pointed at the passages it was shown as a test wants it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.model_server import Received, Reply, say

_BLOCK = re.compile(r"^\[([a-z2-7]{5,})\] [^\n]*\n(.*?)\n\[/\1\]$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Says:
    """A claim and its quotes. `label`: the passage named for all of them; None: for each the one that holds it."""

    text: str
    quotes: tuple[str, ...] = ()
    label: str | None = None


def says(text: str, *quotes: str, label: str | None = None) -> Says:
    """A claim with these quotes; without any, it quotes itself."""
    return Says(text, quotes or (text,), label)


def passages(request: Received) -> dict[str, str]:
    """The passages that a request shows, by label."""
    return dict(_BLOCK.findall(request.text))


def is_rewriting(request: Received) -> bool:
    """Whether a request asks for a question that stands alone and its translation."""
    return "translation" in request.text.partition("# ")[0] and not passages(request)


def draft(request: Received, claims: Sequence[Says], *, answers: bool = True) -> dict[str, Any]:
    """The draft that points these claims at the passages of a request."""
    shown = passages(request)

    def label(quote: str) -> str:
        return next((name for name, text in shown.items() if quote in text), next(iter(shown), "none"))

    return {
        "answers": answers,
        "claims": [
            {
                "quotes": [{"passage": one.label or label(quote), "quote": quote} for quote in one.quotes],
                "text": one.text,
            }
            for one in claims
        ],
    }


def drafting(
    *rounds: Sequence[Says] | None,
    standalone: str | None = None,
    translation: str | None = None,
    **changes: Any,
) -> Callable[[Received], Reply]:
    """For `ModelServer.respond`: the claims of each round in turn, the last ones again and again; None declines.

    Questions are rewritten to `standalone` and `translation`, or not at all. `changes` are those of a Reply.
    """
    told = 0

    def respond(request: Received) -> Reply:
        nonlocal told
        if is_rewriting(request):
            return say({"question": standalone or "", "translation": translation or ""})
        claims = rounds[min(told, len(rounds) - 1)]
        told += 1
        return say(draft(request, claims or (), answers=claims is not None), **changes)

    return respond
