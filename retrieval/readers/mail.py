"""Messages (.eml) and mailboxes (.mbox): a message an article; its subject, sender and date are the article's.

A sender whose name is an outlet's (a newsletter) is the outlet, any other the author. The plain text is taken before
the HTML. Attachments are not read, quoted messages stay in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from retrieval.outlets import is_outlet
from retrieval.readers.found import Document, Read, Refused, Unreadable, digest, problem
from retrieval.readers.markup import paragraphs, prose
from retrieval.readers.text import decode

_FROM = re.compile(rb"^From \S.*\r?\n(?=[\w-]+:)", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"\s*[\w-]+:[^\n]*\n")


def read(name: str, content: bytes) -> Read:
    """The message, or a document or a reason for each of a mailbox. Raises Refused."""
    if not _FROM.match(content):
        if not _HEADER.match(content):
            raise Refused("It does not begin as a message does.", "Export the message again, or take it away.")
        yield _document(name, content)
        return
    seen: dict[str, int] = {}
    for number, raw in enumerate(_split(content), start=1):
        found = _document(f"{name}:{number}", raw)
        if isinstance(found, Document):
            identity = _identity(raw)
            count = seen[identity] = seen.get(identity, 0) + 1
            path = f"{name}#{identity}" + (f"-{count}" if count > 1 else "")
            found = Document(path, found.text, found.metadata, found.sha256)
        yield found


def _split(content: bytes) -> Iterator[bytes]:
    starts = [match.span() for match in _FROM.finditer(content)]
    ends = [start for start, _ in starts[1:]] + [len(content)]
    for (_, begin), end in zip(starts, ends, strict=True):
        yield _ESCAPED.sub(rb"\1", content[begin:end])


def _identity(raw: bytes) -> str:
    match = re.search(rb"^message-id:\s*<([^<>\s]+)>", raw[:20_000], re.IGNORECASE | re.MULTILINE)
    return match.group(1).decode("ascii", "replace") if match else digest(raw)[:12]


def _document(where: str, raw: bytes) -> Document | Unreadable:
    try:
        message = message_from_bytes(raw, policy=policy.default)
        text = _body(message)
        metadata = _about(message)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError):
        # what the standard library's parser raises for messages that keep no rule
        return Unreadable(where, "The message keeps to no form that we can read.", "Save its text as a .txt file.")
    if found := problem(text):
        reason = "There is no text in the message." if not text.strip() else found[0]
        return Unreadable(where, reason, "Save its text as a .txt file, or take it away.")
    return Document(where, text, metadata, digest(raw))


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(part.get_content_charset() or "utf-8")
    except (UnicodeDecodeError, LookupError):
        text = decode(content)
    if part.get_content_type() == "text/html":
        return prose(text)
    text = text.replace("\r\n", "\n")
    if "flowed" in str(part.get_param("format", "")).lower():
        text = re.sub(r"(?<=\S) \n(?! |>)", " ", text)
    return paragraphs(re.split(r"\n[ \t]*\n", text))


def _about(message: EmailMessage) -> dict[str, str]:
    sender, _ = parseaddr(str(message.get("from", "")))
    known = {
        "title": " ".join(str(message.get("subject", "")).split()),
        "published": _day(str(message.get("date", ""))),
    }
    known["outlet" if is_outlet(sender) else "author"] = sender
    language = str(message.get("content-language", "")).split(",")[0].strip()
    return {name: value for name, value in (known | {"language": language}).items() if value}


def _day(value: str) -> str:
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
