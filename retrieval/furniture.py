"""Find what belongs to the site and not to the article: menus, notices, header lines, the headline; as spans.

A sentence of the body is never marked: a line counts when the whole of it is of a known kind (`notices`, `header`),
and small print counts only below the last line of the article. Links inside a sentence stay in it; a quote is the text
as it stands. The headline is marked, at its first place and wherever it is repeated, because it announces what the
article then says; only when it gives a figure that the article does not give again is it left as evidence. A standfirst
is sentences and stays, without its label ("Analysis.").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.header import Line, read
from retrieval.notices import closes, is_notice, is_small_print, plain
from retrieval.types import Span

_LABEL = re.compile(
    r"(?:Analysis|Analyse|Opinion|Op-ed|Comment|Commentary|Commentaire|Editorial|Éditorial|Edito|Édito|Interview|"
    r"Entretien|Report|Reportage|Feature|Profile|Portrait|Explainer|Décryptage|Exclusive|Exclusif|Enquête|"
    r"Investigation|Récit|Factbox|Tribune|Chronique|Column|Breaking|Live|En direct|Infographie|Video|Vidéo)"
    r"\s*(?:[.:|]|\s[–—-])\s+(?=[\"“«]?\s?[A-ZÀ-Þ0-9])"
)
_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SIGN_OFF = re.compile(r"(?:by|par|texte|articles? (?:par|by)|published|publié|posted|source)\b", re.IGNORECASE)


def furniture(text: str) -> tuple[Span, ...]:
    """The spans of `text` that belong to the site, in order, without overlap; each within one line or link."""
    lines = read(text)
    marked = [Span(line.start, line.end) for line in lines if line.kind not in ("body", "title")]
    marked.extend(_headlines(text, lines))
    body = [line for line in lines if line.kind == "body"]
    closing = _closing(text, body)
    for index, line in enumerate(body):
        if index >= closing or is_notice(text[line.start : line.end]):
            marked.append(Span(line.start, line.end))
            continue
        if index < 2 and (label := _LABEL.match(text, line.start, line.end)):
            marked.append(Span(line.start, line.start + len(label.group().rstrip())))
        marked.extend(Span(match.start(), match.end()) for match in _IMAGE.finditer(text, line.start, line.end))
    return tuple(sorted(marked))


def _headlines(text: str, lines: Sequence[Line]) -> list[Span]:
    """The headline and its repetitions; without the first when it holds a figure found nowhere below."""
    titles = [line for line in lines if line.kind == "title"]
    if not titles:
        return []
    body = " ".join(text[line.start : line.end] for line in lines if line.kind == "body")
    figures = set(_NUMBER.findall(text[titles[0].start : titles[0].end]))
    told = figures <= set(_NUMBER.findall(body))
    return [Span(line.start, line.end) for line in (titles if told else titles[1:])]


def _closing(text: str, body: Sequence[Line]) -> int:
    """The index in `body` from which all is the site's: a closing notice with only notices and small print below.

    So small print counts only below a closing notice, and a sentence of the article below one keeps all above it.
    """
    first = len(body)
    for index in range(len(body) - 1, -1, -1):
        shown = text[body[index].start : body[index].end]
        if closes(shown):
            first = index
        elif not (is_notice(shown) or is_small_print(shown) or (_SIGN_OFF.match(plain(shown)) and len(shown) < 100)):
            break
    return first
