"""Text out of HTML and XML: what stands in blocks becomes paragraphs. For the readers' own process only.

XML is parsed without entities, without a DTD and without the network; libxml2's limits on depth and size stay on.
Nothing here calls itself, so that deep markup can't exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree, html

_BLOCKS = """
address article aside blockquote body br caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4
h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_SILENT = "audio button canvas head iframe noscript object script select style svg template video"
_EMPTY_TAG = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]*)/>", re.IGNORECASE)


def page(text: str) -> etree._Element | None:
    """The tree of an HTML page or fragment, however faulty; None when there is none in it."""
    closed = _EMPTY_TAG.sub(r"<\1\2></\1>", text.replace("\x00", ""))  # XHTML's form, which HTML takes for an opening
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(closed.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def xml(content: bytes, *, mend: bool = False) -> etree._Element | None:
    """The root of an XML document; None when it isn't one. `mend`: take what can be read of a faulty one."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=mend
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def prose(text: str) -> str:
    """The text of HTML, a block a paragraph."""
    root = page(text)
    return "" if root is None else prose_of(root)


def prose_of(root: etree._Element) -> str:
    """The text below an element of HTML, a block a paragraph; without scripts and other silent elements.

    What a style hides stays in: a saved page hides what a click would have shown.
    """
    blocks, silent = frozenset(_BLOCKS.split()), frozenset(_SILENT.split())
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        name = name.rpartition("}")[2].lower()
        if name in blocks:
            parts.append("\n")
        if event == "start" and name in silent:
            walk.skip_subtree()
        elif event == "start":
            parts.append(_flat(element.text))
        if event == "end" and element is not root:
            parts.append(_flat(element.tail))
    return paragraphs("".join(parts).split("\n"))


def paragraphs(blocks: Iterable[str]) -> str:
    """The blocks that have words, a blank line apart."""
    trimmed = (block.strip() for block in blocks)
    return "\n\n".join(block for block in trimmed if block)


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def words(element: etree._Element | None) -> str:
    """All text below an element, on one line."""
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())


def _flat(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text) if text else ""
