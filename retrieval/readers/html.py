"""Saved web pages: the main text without menus and banners, and what the page says of itself in its markup.

trafilatura finds the text and htmldate, behind it, the date. It takes dates from anywhere in the page; only one counts
that stands where pages tell theirs: in the markup for machines, the address, or an element that is named for it.
The language a page declares is often its template's, so it counts only where the text is too short to tell.
"""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

from retrieval import dates
from retrieval.languages import detect
from retrieval.readers.found import Document, Read, Refused, digest
from retrieval.readers.markup import page, paragraphs, prose_of, words
from retrieval.readers.text import decode

_DECLARED = re.compile(
    rb"<(?:meta\b[^<>]{0,200}?\bcharset|\?xml\b[^<>]{0,100}?\bencoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I
)
_NAMED_FOR_DATES = ("date", "Date", "publi", "time", "byline", "posted")
_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\(\d+\)(?P<a>https?://\S+)|<!--[^<>]{0,100}?Page saved with SingleFile\s+url:\s*(?P<b>https?://\S+)"
)
_WHERE_DATES_ARE = " | ".join(
    [
        "//meta/@content",
        "//link[@rel='canonical']/@href",
        "//@datetime",
        "//time//text()",
        "//abbr/@title",
        "//script[@type='application/ld+json']/text()",
        *(f"//*[contains(@{of}, '{part}')]//text()" for of in ("class", "id") for part in _NAMED_FOR_DATES),
    ]
)
_LONG = 300
"""Characters from which on what a page declares is no name, title or address."""
_SHORT = 200
"""Characters of a main text below which all of the page that is shown may be the better text."""


def read(name: str, content: bytes) -> Read:
    """The page as one document. Raises Refused."""
    text = decoded(content)
    root = page(text)
    if root is None:
        raise Refused("There is no page in it.", "Save the page again, or take it away.")
    shown, language = prose_of(root), _language(root)  # before the tree is changed
    metadata, main = _extracted(root)
    if not main or len(main) < _SHORT > len(shown) // 2:  # hardly a page with menus
        main = shown
    if not main:
        raise Refused(
            "There is no text in the page; a script may have to write it.",
            "Save it from a browser that shows the text.",
        )
    if "url" not in metadata and (saved := _SAVED_FROM.search(text[:4000])):
        metadata["url"] = saved.group("a") or saved.group("b")
    yield Document(name, main, metadata | declared(main, language), digest(content))


def declared(text: str, language: str) -> dict[str, str]:
    """The language that a page, book or feed declares, where the text is too short to tell its own."""
    return {"language": language} if language and detect(text) == "und" else {}


def decoded(content: bytes) -> str:
    """The markup as text: in UTF-8 where it is, else as it declares, else as its bytes suggest. Raises Refused."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and (found := _DECLARED.search(content[:4096])):
        encoding = found.group(1).decode("ascii", "replace").lower()
        if encoding in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"):
            encoding = "cp1252"  # which is what browsers take them for
        if encoding in ("utf-8", "utf8"):
            return content.decode("utf-8", "replace")
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(content)


def _extracted(root: etree._Element) -> tuple[dict[str, str], str]:
    """What the page declares, by the names of Article's fields; and its main text, empty when none is found."""
    from trafilatura import bare_extraction

    told = " ".join(str(value) for value in root.xpath(_WHERE_DATES_ARE))
    _tidy(root)
    found = bare_extraction(
        root,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={
            "original_date": True,
            "extensive_search": False,
            "max_date": date.today().isoformat(),
        },
    )
    if found is None or isinstance(found, dict):
        return {}, ""
    known = {
        "title": found.title,
        "outlet": found.sitename,
        "author": found.author and found.author.replace("; ", ", "),
        "published": found.date if found.date in _days(told) else None,
        "url": found.url,
    }
    metadata = {
        name: " ".join(value.split()) for name, value in known.items() if value and 0 < len(value.strip()) <= _LONG
    }
    return metadata, paragraphs((found.text or "").split("\n"))


def _days(text: str) -> set[str | None]:
    """The dates in a text, as ISO; of figures that can be read in two ways both."""
    return {dates.iso(found, day_first=first) for found in dates.DATE.finditer(text) for first in (False, True)}


def _tidy(root: etree._Element) -> None:
    """Put white space of the markup right, and make blocks of tables that hold paragraphs: they are an old layout."""
    kept = {element for name in ("pre", "script", "textarea") for one in root.iter(name) for element in one.iter()}
    for element in root.iter():
        if element.text and element not in kept:
            element.text = re.sub(r"[ \t\r\n\f]+", " ", element.text)
        if element.tail and (element not in kept or element.tag == "pre"):
            element.tail = re.sub(r"[ \t\r\n\f]+", " ", element.tail)
    for table in list(root.iter("table")):
        if next(table.iter("p", "h1", "h2", "h3"), None) is not None:
            for part in table.iter("table", "tbody", "tr", "td"):
                part.tag = "div"


def _language(root: etree._Element) -> str:
    for place in (
        "/html/@lang",
        "//meta[@property='og:locale']/@content",
        "//meta[@http-equiv='content-language']/@content",
    ):
        found = root.xpath(place)
        if isinstance(found, list) and found and str(found[0]).strip():
            return str(found[0]).strip()
    return ""


def heading(root: etree._Element) -> str | None:
    """The first heading of a page, else its title."""
    for place in ("//h1", "//h2", "//head/title"):
        found = root.xpath(place)
        for element in found if isinstance(found, list) else []:
            if isinstance(element, etree._Element) and (shown := words(element)):
                return shown
    return None
