"""The names under which exports keep what an article has, and one row of them as a document."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retrieval.readers.found import Document, Unreadable, problem

NAMES = {
    "title": "title headline titre name post_title entry_title",
    "outlet": "outlet source publisher publication site site_name media journal",
    "author": "author authors byline auteur creator post_author dc:creator",
    "published": "published date published_at publication_date date_published datepublished pub_date pubdate "
    "publish_date created_at post_date date_publication",
    "language": "language lang langue locale",
    "url": "url link permalink canonical canonical_url address lien",
    "id": "id identifiant guid uuid _id post_id article_id nid slug",
    "text": "text",
    "body": "body content article fulltext full_text body_text post_content texte contenu body_html content_html html",
}
"""What an article has -> the names for it, the usual first. A `text` is taken as it is, markup in a `body` goes."""

_KNOWN = {name: meant for meant, names in NAMES.items() for name in names.split()}
_MARKUP = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|a|em|strong|b|i|span|figure|img|blockquote)\b[^<>]*>", re.IGNORECASE
)


def sorted_out(row: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    """What an article has -> the name it has it under and the value; of several names the usual one with a value."""
    by_name = {name.strip().lower().replace(" ", "_").replace("-", "_"): (name, value) for name, value in row.items()}
    found: dict[str, tuple[str, object]] = {}
    for known, meant in _KNOWN.items():
        if known in by_name and (meant not in found or _is_nothing(found[meant][1])):
            found[meant] = by_name[known]
    return {
        meant: (name, value)
        for meant, (name, value) in found.items()
        if value is not None and (meant in ("text", "body") or not _is_nothing(value))
    }


def document(
    file: str, where: str, row: Mapping[str, tuple[str, object]], sha256: str, example: str
) -> Document | Unreadable:
    """The document of one row, as `sorted_out` gives it. `where` names the row; `example` shows how one is written."""
    identity = row.get("id", ("", None))[1]
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        return Unreadable(where, "The row has no id.", f'Give it an "id" of its own: {example}.')
    if problem(str(identity)):
        return Unreadable(where, "The id holds characters that are no text.", "Use letters and digits.")
    texts = [(meant, row[meant][1]) for meant in ("text", "body") if meant in row]
    given, text = next((one for one in texts if not _is_nothing(one[1])), texts[0] if texts else ("", None))
    if not isinstance(text, str):
        return Unreadable(where, "The row has no text.", 'Put the article into "text", as a string.')
    if given == "body" and _MARKUP.search(text):
        from retrieval.readers.markup import prose

        text = prose(text)
    if found := problem(text):
        return Unreadable(where, *found)
    metadata: dict[str, str] = {}
    for meant in ("title", "outlet", "author", "published", "language", "url"):
        if meant not in row:
            continue
        name, value = row[meant]
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            value = ", ".join(value)
        if isinstance(value, bool) or not isinstance(value, str | int) or problem(str(value)):
            return Unreadable(where, f'"{name}" is not a string.', "Write it as a string, or leave it out.")
        metadata[meant] = str(value).strip()
    return Document(f"{file}#{str(identity).strip()}", text, metadata, sha256)


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
