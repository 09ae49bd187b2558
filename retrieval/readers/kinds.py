"""What a file is: by its content where that says so, else by the ending of its name. Reads no text."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from retrieval.readers.found import Refused
from retrieval.readers.packed import Packed

ENDINGS = {
    ".txt": "text",
    ".md": "text",
    ".jsonl": "jsonl",
    ".csv": "tables",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
    ".odt": "odt",
    ".epub": "epub",
    ".eml": "mail",
    ".mbox": "mail",
    ".rtf": "rtf",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".zip": "zip",
}
"""The endings we read, and the module of `retrieval.readers` that reads each ("zip": `reading` does)."""

HEAD = 4096
"""Bytes from the beginning that tell the kind, save that of zip files."""

_BEGIN = rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^<>]*\?>\s*)*(?:<!--(?:(?!-->).)*-->\s*)*"
_HTML = re.compile(_BEGIN + rb"(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(_BEGIN + rb"(?:<!DOCTYPE[^<>]*>\s*)?<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "packed (gzip)"),
    (b"BZh", "packed (bzip2)"),
    (b"\xfd7zXZ", "packed (xz)"),
    (b"7z\xbc\xaf", "packed (7z)"),
    (b"Rar!", "packed (RAR)"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound or a film"),
    (b"RIFF", "a sound, a film or a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_OFFICE: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "docx"),
    ("META-INF/container.xml", "epub"),
    ("xl/workbook.xml", "a spreadsheet"),
    ("xl/workbook.bin", "a spreadsheet"),
    ("ppt/presentation.xml", "a presentation"),
)
_DOCUMENTS = "a document (.docx, .odt, .pdf, .txt)"


def by_name(name: str) -> str | None:
    """The kind that the ending says; None for an ending we don't read."""
    return ENDINGS.get(PurePosixPath(name).suffix.lower())


def kind_of(name: str, content: bytes) -> str:
    """The kind to read it as. Raises Refused for what isn't read."""
    said = by_name(name)
    head = content[:HEAD]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(said, content)
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("It is locked with a password.", "Save it without the password.")
        raise Refused("It is in the form of old Office programs (.doc, .xls, .ppt).", f"Save it as {_DOCUMENTS}.")
    if said not in ("jsonl", "tables"):
        if _HTML.match(head):
            return "html"
        if _FEED.match(head):
            return "feed"
    what = None
    if _NO_TEXT.search(head):  # an article may begin with "ID3" or "Rar!"
        what = next((what for magic, what in _BINARY if head.startswith(magic)), None)
        if what is None and head[4:8] == b"ftyp":
            what = "a film, a sound or a picture"
    if what is not None:
        raise Refused(f"It is {what}, not text.", f"Save the article as {_DOCUMENTS}, or take the file away.")
    if said is None:
        raise unknown(name)
    return said


def unknown(name: str) -> Refused:
    """For an ending that says nothing, where the content doesn't either."""
    ending = PurePosixPath(name).suffix.lower()
    reason = f"{ending} files are not read." if ending else "A file without an ending is not read."
    return Refused(reason, f"Save the article as one of {', '.join(sorted(ENDINGS))}, or take the file away.")


def _packed(said: str | None, content: bytes) -> str:
    """The kind of a zip file: a document that is one, or an archive."""
    if content[30:38] == b"mimetype":  # in both kinds the first part, and stored as it is
        for mark, kind in ((b"application/epub+zip", "epub"), (b"application/vnd.oasis.opendocument.text", "odt")):
            if content.startswith(mark, 38):
                return kind
        if content.startswith(b"application/vnd.oasis.opendocument.", 38):
            raise Refused("It is a spreadsheet, a presentation or a drawing.", f"Save its text as {_DOCUMENTS}.")
    names = Packed.of(content).names()
    if names & {"[Content_Types].xml", "mimetype", "META-INF/container.xml", "word/document.xml"}:
        found = next((what for part, what in _OFFICE if part in names), "")
        if found in ENDINGS.values():
            return found
        if found:
            raise Refused(f"It is {found}.", f"Save its text as {_DOCUMENTS}.")
    if said is None:
        raise Refused("It is a zip file of another ending.", "If there are articles in it, name it .zip.")
    return "odt" if said == "odt" and "content.xml" in names else "zip"
