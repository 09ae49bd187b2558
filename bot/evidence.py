"""Passages as a language model is shown them: under labels nobody can guess, within a budget of tokens.

A label is made from a passage's id and the archive's fingerprint, so that no article can name one, and no model can
come to one by counting. What a reader doesn't see and what addresses a machine is left out of the text shown. Does not
choose passages: they come as search ranked them, and the best that fit are taken.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.quoting import NO_STORIES
from bot.types import Evidence
from retrieval.suspicion import INVISIBLE, suspicious
from retrieval.types import Article, Hit, Span

_LABEL: Final = 5
"""Characters of a label: 32^5, so that two of some dozen passages rarely meet; one that is taken is made longer."""
_FIELD: Final = 160
"""Characters of a title, outlet or author that are shown: a longer one is no name."""


def pack(
    hits: Sequence[Hit],
    article: Callable[[str], Article],
    fingerprint: str,
    count: Callable[[str], int],
    budget: int,
    stories: Mapping[str, str] = NO_STORIES,
) -> tuple[Evidence, ...]:
    """The best of the passages, in their order, that `budget` tokens hold together, by `count`.

    `stories`: for articles that share their story with others, what stands for the story; they are one source.

    `article` gives the article of an id; it may raise UnknownArticle, which passes through. A passage of which nothing
    is left to show is left out.
    """
    packed: list[Evidence] = []
    taken: set[str] = set()
    texts = " ".join(hit.passage.text for hit in hits)
    left = budget
    for hit in hits:
        source = article(hit.passage.article_id)
        text = shown(source, Span(hit.passage.start, hit.passage.end))
        if not any(map(str.isalnum, text)):
            continue
        label = _label(hit.passage.id, fingerprint, lambda name: name in taken or name in texts)
        story = stories.get(source.id)
        same = next((one.label for one in packed if story is not None and stories.get(one.article.id) == story), None)
        piece = Evidence(label, hit, source, text, same)
        cost = count(block(piece))
        if cost <= left:
            left -= cost
            taken.add(label)
            packed.append(piece)
    return tuple(packed)


def block(evidence: Evidence) -> str:
    """The lines that a prompt shows for a passage. Both ends bear the label: nothing in the text can close it."""
    article = evidence.article
    fields = (article.outlet, article.title, article.author, article.published or "undated", article.language)
    known = " | ".join(_field(field) for field in fields if field and _field(field))
    if evidence.same_story is not None:
        known += f" | the same story as [{evidence.same_story}], printed elsewhere: one source"
    return f"[{evidence.label}] {known}\n{evidence.text}\n[/{evidence.label}]"


def shown(article: Article, span: Span) -> str:
    """A stretch of an article without what addresses a machine, what nobody sees, and control characters."""
    pieces = []
    at = span.start
    for found in suspicious(article.text):
        if found.span.start < span.end and at < found.span.end:
            pieces.append(article.text[at : max(at, found.span.start)])
            at = found.span.end
    pieces.append(article.text[at : max(at, span.end)])
    text = "".join(pieces)
    return "".join(
        c for c in INVISIBLE.sub("", text) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
    ).strip()


def _field(value: str) -> str:
    """A title or a name on one line; nothing, where it addresses a machine."""
    if suspicious(value):
        return ""
    return " ".join(INVISIBLE.sub("", value).split())[:_FIELD].replace("|", "/")


def _label(passage_id: str, fingerprint: str, taken: Callable[[str], bool]) -> str:
    digest = hashlib.sha256(f"{fingerprint}\0{passage_id}".encode()).digest()
    letters = base64.b32encode(digest).decode("ascii").lower()
    length = _LABEL
    while taken(letters[:length]):
        length += 1
    return letters[:length]
