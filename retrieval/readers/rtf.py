"""Rich text (.rtf), by striprtf: the text without its styles. Pictures and notes of its typist are left out."""

from __future__ import annotations

import re

from retrieval.readers.found import Document, Read, Refused, digest
from retrieval.readers.markup import paragraphs

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")


def read(name: str, content: bytes) -> Read:
    """The document as one. Raises Refused."""
    from striprtf.striprtf import rtf_to_text

    declared = _CODE_PAGE.search(content[:2000])
    encoding = f"cp{declared.group(1).decode()}" if declared else "cp1252"
    try:
        "".encode(encoding)
    except LookupError:
        encoding = "cp1252"
    try:
        text = str(rtf_to_text(content.decode("latin-1"), encoding=encoding, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, TypeError, IndexError, OverflowError) as error:
        raise Refused("It is damaged: it is no rich text.", "Save it again as .rtf or .docx.") from error
    text = paragraphs(text.replace("\t", " ").split("\n"))
    if not text:
        raise Refused("There is no text in it.", "Put an article into it, or take it away.")
    yield Document(name, text, {}, digest(content))
