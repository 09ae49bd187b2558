"""E-books (.epub): a document for each chapter in the order of reading, `BOOK.epub#chapter.xhtml`.

A chapter, because that is what a citation should lead to, and because in the e-books that papers make of an issue each
article is one. The book's title is its outlet only where it has no publisher. Tables of contents, covers and title
pages (fewer than `LEAST` words) are left out. What a chapter shows of author and date goes before what the book
says. Books locked by a shop are said to be.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from lxml import etree

from retrieval import header
from retrieval.readers.found import Document, Read, Refused, Unreadable, digest
from retrieval.readers.html import declared, decoded, heading
from retrieval.readers.markup import local, page, prose_of, words, xml
from retrieval.readers.packed import Exhausted, Packed

LEAST = 20
"""Words that a part of a book has at least to be a chapter."""
_AGAIN = "Make the book again, or take it away."


def read(name: str, content: bytes) -> Read:
    """A document for each chapter. Raises Refused."""
    packed = Packed.of(content)
    rights = packed.read("META-INF/encryption.xml") or b""
    if b"adobe.com/adept" in rights or "META-INF/rights.xml" in packed.names() or "META-INF/sinf.xml" in packed.names():
        raise Refused("The book is locked by the shop that sold it.", "Export its text, or take it away.")
    place, package = _package(packed)
    about, language = _about(package)
    items = {element.get("id", ""): element for element in package.iter() if local(element) == "item"}
    found = False
    for reference in (element for element in package.iter() if local(element) == "itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        href = unquote(item.get("href", ""))
        try:
            part = packed.read(posixpath.normpath(posixpath.join(place, href)))
            if part is None:
                raise Refused("The book names this chapter and does not hold it.", _AGAIN)
            root = page(decoded(part))
        except Exhausted:
            raise
        except Refused as error:
            found = True
            yield Unreadable(f"{name}#{href}", error.reason, error.next_step)
            continue
        text = "" if root is None else prose_of(root)
        if root is None or len(text.split()) < LEAST:
            continue
        found = True
        title = heading(root)
        shown = {fact for line in header.read(text) for fact in line.facts}  # of the chapter, nearer than the book's
        metadata = {fact: value for fact, value in about.items() if fact not in shown} | declared(text, language)
        yield Document(f"{name}#{href}", text, metadata | ({"title": title} if title else {}), digest(part))
    if not found:
        raise Refused("There is no text in the book; its pages may be pictures.", "Export its text, or take it away.")


def _package(packed: Packed) -> tuple[str, etree._Element]:
    """The folder of the package document, and the document: which parts there are, in which order."""
    container = xml(packed.read("META-INF/container.xml") or b"")
    if container is not None:
        path = next((element.get("full-path", "") for element in container.iter() if local(element) == "rootfile"), "")
        package = xml(packed.read(path) or b"", mend=True)
        if package is not None:
            return posixpath.dirname(path), package
    raise Refused("It is damaged: the list of its chapters cannot be read.", _AGAIN)


def _about(package: etree._Element) -> tuple[dict[str, str], str]:
    """What the book says of itself, by the names of Article's fields; and its language."""
    told: dict[str, list[str]] = {}
    for element in package.iter():
        if element.tag in (f"{{http://purl.org/dc/elements/1.1/}}{name}" for name in _TOLD) and words(element):
            told.setdefault(local(element), []).append(words(element))
    known = {
        "outlet": next(iter(told.get("publisher", told.get("title", []))), ""),
        "author": ", ".join(told.get("creator", [])),
        "published": next(iter(told.get("date", [])), "")[:10],
    }
    language = next(iter(told.get("language", [])), "")
    return {name: value for name, value in known.items() if value and not _PLACEHOLDER.match(value)}, language


_PLACEHOLDER = re.compile(r"unknown|untitled|unbekannt|inconnue?\b|sans titre", re.IGNORECASE)
"""What programs fill in where nobody gave a title or an author."""
_TOLD = ("title", "creator", "publisher", "date", "language")
