"""Word documents (.docx): the text of the main part in its order, tables and text boxes in their places.

Text that was inserted under "track changes" is in, deleted text is out. Notes, headers, footers and comments are not
read. What the file says of author and dates is about who typed it and when, so it counts for nothing; its title counts
where the text shows it, too. Read with lxml alone: python-docx leaves inserted text and text boxes out.
"""

from __future__ import annotations

from lxml import etree

from retrieval.readers.found import Document, Read, Refused, digest
from retrieval.readers.markup import local, paragraphs, words, xml
from retrieval.readers.packed import Packed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sectPr"})
_AGAIN = "Open it in a word processor and save it again as .docx."


def read(name: str, content: bytes) -> Read:
    """The document as one. Raises Refused."""
    packed = Packed.of(content)
    part = packed.read("word/document.xml")
    root = None if part is None else xml(part)
    if root is None:
        raise Refused("It is damaged: the text in it cannot be found.", _AGAIN)
    text = _text(root)
    if not text:
        raise Refused("There is no text in it.", "Put an article into it, or take it away.")
    core = packed.read("docProps/core.xml")
    yield Document(name, text, shown_title(text, _title(core)), digest(content))


def shown_title(text: str, title: str) -> dict[str, str]:
    """A title from a file's properties, where the text begins with it; they are often an earlier document's."""
    begins = " ".join(text[:1000].split()).casefold()
    return {"title": title} if title and title.casefold() in begins else {}


def _title(core: bytes | None) -> str:
    root = xml(core) if core else None
    if root is None:
        return ""
    return next((words(element) for element in root.iter() if local(element) == "title"), "")


def _text(root: etree._Element) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if event == "start" and name in _LEFT_OUT:
            walk.skip_subtree()
        elif name == "p" and element.tag == f"{_W}p":
            parts.append("\n")
        elif event == "start" and element.tag == f"{_W}t":
            parts.append((element.text or "").replace("\n", " "))
        elif event == "start" and name == "tab":
            parts.append(" ")
        elif event == "start" and name in ("br", "cr"):
            parts.append("\n")
        elif event == "start" and name == "noBreakHyphen":
            parts.append("-")
    return paragraphs("".join(parts).split("\n"))
