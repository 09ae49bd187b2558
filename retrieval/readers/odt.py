"""OpenDocument texts (.odt): the text in its order. Notes, comments and deleted text are left out.

Of the file's properties only the title counts, where the text shows it, as for Word documents.
"""

from __future__ import annotations

from lxml import etree

from retrieval.readers.docx import shown_title
from retrieval.readers.found import Document, Read, Refused, digest
from retrieval.readers.markup import local, paragraphs, words, xml
from retrieval.readers.packed import Packed

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_LEFT_OUT = frozenset({"note", "annotation", "tracked-changes", "table-of-content", "forms"})
_AGAIN = "Open it in a word processor and save it again as .odt, without a password."


def read(name: str, content: bytes) -> Read:
    """The document as one. Raises Refused."""
    packed = Packed.of(content)
    part = packed.read("content.xml")
    manifest = packed.read("META-INF/manifest.xml") or b""
    if part is not None and b"encryption-data" in manifest:
        raise Refused("It is locked with a password.", _AGAIN)
    root = None if part is None else xml(part)
    body = None if root is None else next((one for one in root.iter() if local(one) == "body"), None)
    if body is None:
        raise Refused("It is damaged: the text in it cannot be found.", _AGAIN)
    text = _text(body)
    if not text:
        raise Refused("There is no text in it.", "Put an article into it, or take it away.")
    yield Document(name, text, shown_title(text, _title(packed.read("meta.xml"))), digest(content))


def _title(meta: bytes | None) -> str:
    root = xml(meta) if meta else None
    if root is None:
        return ""
    return next((words(element) for element in root.iter() if local(element) == "title"), "")


def _text(body: etree._Element) -> str:
    parts: list[str] = []
    deep = 0  # in how many paragraphs we are: only their text counts, the rest is white space of the markup
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        skipped = event == "start" and name in _LEFT_OUT
        if skipped:
            walk.skip_subtree()
        if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            parts.append("\n")
            deep += 1 if event == "start" else -1
        elif event == "start" and name in ("s", "tab"):
            parts.append(" ")
        elif event == "start" and name == "line-break":
            parts.append("\n")
        if event == "start" and deep and not skipped:
            parts.append(" ".join((element.text or "").split("\n")))
        if event == "end" and deep:
            parts.append(" ".join((element.tail or "").split("\n")))
    return paragraphs("".join(parts).split("\n"))
