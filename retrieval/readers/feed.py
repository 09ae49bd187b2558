"""RSS and Atom, as feeds are saved and as sites are exported (WordPress): an entry an article, with its whole content
where the feed holds it, else with its summary. Read with lxml alone: it is a dozen names.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from lxml import etree

from retrieval.readers.found import Document, Read, Refused, Unreadable, digest, problem
from retrieval.readers.html import declared
from retrieval.readers.markup import local, prose, words, xml

_NO_FEED = "Save the feed or the export again; of XML only RSS and Atom are read."


def read(name: str, content: bytes) -> Read:
    """A document or a reason for each entry, in their order. Raises Refused."""
    root = xml(content)
    if root is None:
        root = xml(content, mend=True)
    if root is None or local(root) not in ("rss", "feed", "RDF"):
        raise Refused("It is XML, but neither RSS nor Atom." if root is not None else "It is not XML.", _NO_FEED)
    channel = next((element for element in root.iter() if local(element) in ("channel", "feed")), root)
    site = {"outlet": _child(channel, "title")}
    language = _child(channel, "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    seen: dict[str, int] = {}
    entries = [element for element in root.iter() if local(element) in ("item", "entry")]
    if not entries:
        raise Refused("There is no entry in the feed.", "Take it away, or save it again.")
    for number, entry in enumerate(entries, start=1):
        if _child(entry, "post_type") in ("attachment", "nav_menu_item"):  # of WordPress: no articles
            continue
        found = _document(name, f"{name}:{number}", entry, site, language)
        if isinstance(found, Document) and (earlier := seen.setdefault(found.path, number)) != number:
            again = f"The entry is that of number {earlier} already."
            found = Unreadable(f"{name}:{number}", again, "Nothing needs to be done; the first was taken.")
        yield found


def _document(
    name: str, where: str, entry: etree._Element, site: dict[str, str], language: str
) -> Document | Unreadable:
    text = next(filter(None, (_content(entry, one) for one in ("encoded", "content", "description", "summary"))), "")
    if problem(text):
        return Unreadable(where, "The entry has no text.", "Export the feed with the whole content of its entries.")
    url = _child(entry, "link") or _address(entry)
    dates = (_child(entry, one) for one in ("pubDate", "published", "date", "issued", "updated"))
    known = site | {
        "title": prose(_child(entry, "title")).replace("\n", " "),
        "author": _author(entry),
        "published": next(filter(None, map(_day, dates)), ""),
        "url": url if url.startswith(("http://", "https://")) else "",
    }
    if outlet := _child(entry, "source"):  # of an aggregated feed
        known["outlet"] = outlet
    raw = digest(etree.tostring(entry, with_tail=False))
    identity = _child(entry, "guid") or _child(entry, "id") or url or raw[:12]
    metadata = {key: value for key, value in known.items() if value} | declared(text, language)
    return Document(f"{name}#{identity}", text, metadata, raw)


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local(child) == name]


def _child(element: etree._Element, name: str) -> str:
    return next((words(child) for child in _children(element, name) if words(child)), "")


def _content(entry: etree._Element, name: str) -> str:
    """The text of a child: HTML, escaped or (in Atom) as elements; of several, as WordPress has them, the longest."""
    found = []
    for child in _children(entry, name):
        inner = etree.tostring(child, encoding="unicode", with_tail=False) if len(child) else child.text or ""
        found.append(prose(inner))
    return max(found, key=len, default="")


def _author(entry: etree._Element) -> str:
    names = [
        _child(child, "name") or words(child) for name in ("creator", "author") for child in _children(entry, name)
    ]
    return ", ".join(dict.fromkeys(name for name in names if name and "@" not in name))


def _address(entry: etree._Element) -> str:
    links = _children(entry, "link")
    return next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")


def _day(value: str) -> str:
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return value[:10]  # Atom and Dublin Core have ISO 8601
