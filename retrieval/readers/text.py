"""Plain text and Markdown. The text of a UTF-8 file is `bytes.decode("utf-8")` and nothing else: no newline
translation, a byte-order mark stays. Of another encoding the text is what its decoder gives; a mark of UTF-16 or UTF-32
is part of the encoding and goes.

Encodings of one byte a letter can hardly be told apart in a short text, so those that western texts were written in are
tried first: one is taken when all it gives are letters and marks of these texts, in their places. charset-normalizer
guesses the rest.
"""

from __future__ import annotations

import codecs
import re

from retrieval.readers.found import Document, Read, Refused, digest, problem

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024  # bytes from which an encoding is guessed
_WESTERN = ("cp1252", "mac_roman", "cp850")
_STRANGE = re.compile(  # in a western text: a letter or mark that it has not, or a capital behind a small letter
    "[^\x09-\x0d\x1a\x20-\x7e\u00a0àâäáãåæçéèêëíîïñóôöõøúùûüÿœßÀÂÄÁÅÆÇÉÈÊËÍÎÏÑÓÔÖØÚÙÛÜŸŒ«»“”„‘’–—…€£¥§°·•©®™½¼¾²³ºª¿¡´¨]"
    "|[a-zàâäáåæçéèêëíîïñóôöøúùûüœ][ÀÂÄÁÅÆÇÉÈÊËÍÎÏÑÓÔÖØÚÙÛÜŸŒ]"
    "|[a-z][¿¡©®¥§½¼¾ªº¨´„•][a-z]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f-\x84\x86-\x9f]")


def read(name: str, content: bytes) -> Read:
    """The file as one document. Raises Refused."""
    text = decode(content)
    if found := problem(text):
        raise Refused(*found)
    yield Document(name, text, {}, digest(content))


def decode(content: bytes) -> str:
    """The text of these bytes, whatever their encoding. Raises Refused where that can't be told."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = error
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                name = encoding.upper()
                raise Refused(f"It is not the {name} it begins as (first at byte {error.start}).", _SAVE) from None
    if not content[: wrong.start].isascii():
        raise Refused(f"It is UTF-8 at first, and from byte {wrong.start} on it is not.", _SAVE)
    text = _guessed(content)
    if text is None:
        raise Refused("Its encoding cannot be told, or it is not text.", _SAVE)
    return text


_SAVE = "Save it as plain UTF-8 text."


def _guessed(content: bytes) -> str | None:
    from charset_normalizer import from_bytes

    sample = _sample(content)
    found = None if 0 in content[:_SAMPLE] else _western(sample)
    if found is None:
        best = from_bytes(sample).best()
        found = best.encoding if best is not None else None
    try:
        text = content.decode(found or "ascii")
    except (UnicodeDecodeError, LookupError):
        return None
    return text if len(_CONTROLS.findall(text)) * 1000 <= len(text) else None  # a text has hardly any


def _western(sample: bytes) -> str | None:
    for encoding in _WESTERN:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _STRANGE.search(text):
            return encoding
    return None


def _sample(content: bytes) -> bytes:
    """The lines with letters beyond ASCII say more than the rest; an even number of bytes, for UTF-16."""
    first = next((at for at in range(0, len(content), 2) if not content[at : at + 2].isascii()), 0)
    start = max(0, first - first % 2 - _SAMPLE // 2)
    return content[start : start + _SAMPLE]
