"""PDF files, by PDFium: the text in the order in which it was set, lines joined to paragraphs, pages known by offset.

The order of a PDF is that of its making, which for columns is column after column in all programs we have tried. Lines
that stand at the edge of most pages, and page numbers, are left out. Pages without text are named; text is never
recognised in pictures. Of the file's properties only the title counts, where the text shows it.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from ctypes import c_double
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

from retrieval.readers.docx import shown_title
from retrieval.readers.found import Document, Read, Refused, Unreadable, digest

if TYPE_CHECKING:
    import pypdfium2

_APART = 1.35
"""From how many usual distances between lines on a line begins a paragraph."""
_INDENT = 0.7
"""From how many of its sizes on a line is indented."""
_OTHER = 0.12
"""From which part of its size on another line is set in another: a headline, a note."""
_SHORT = 0.85
"""Up to which part of the page's width a line that ends a sentence may end its paragraph."""
_EDGE = 2
"""Lines at the top and the bottom of a page that may be a running head."""
_HYPHEN = "\x02"  # what PDFium gives for a hyphen at a line's end, mostly without the break behind it
_HYPHENATED = re.compile(rf"([\w’']+){_HYPHEN}([\w’']+)")
_PAGE_NUMBER = re.compile(r"(?:page|p\.)?\s*[-–—]?\s*\d{1,4}\s*(?:(?:/|of|sur|de)\s*\d{1,4})?\s*[-–—]?", re.IGNORECASE)
_BULLET = re.compile(r"[•▪◦‣·*–—-]\s")
_RECOGNISE = "Recognise its text (OCR) with another program, and ingest what that makes."


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of print: where it stands on the page (points, from its lower left corner) and the size of its type."""

    text: str
    left: float
    right: float
    base: float
    size: float


def read(name: str, content: bytes) -> Read:
    """The document as one, then the pages without text. Raises Refused."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("It is locked with a password.", "Save it without the password.") from error
        raise Refused("It is damaged: it cannot be opened as a PDF.", "Save or download it again.") from error
    with pdf:
        pages = [_lines(pdf, number) for number in range(len(pdf))]
        title = " ".join(pdf.get_metadata_dict().get("Title", "").split())
    empty = [number for number, lines in enumerate(pages, start=1) if not lines]
    if len(empty) == len(pages):
        raise Refused("Its pages are pictures, or empty; there is no text in it.", _RECOGNISE)
    text, offsets = _joined(_without_running_heads(pages))
    if not text:
        raise Refused("There is no text in it but page numbers.", _RECOGNISE)
    yield Document(name, text, shown_title(text, title), digest(content), offsets)
    if empty:
        where = f"{name}, {'pages' if len(empty) > 1 else 'page'} {_listed(empty)}"
        yield Unreadable(where, "There is no text on it; it may be a picture.", _RECOGNISE)


def _lines(pdf: pypdfium2.PdfDocument, number: int) -> list[_Line]:
    """The lines of a page (counted from 0), none where it can't be read."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        page = pdf[number]
        found = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []

    lines: list[_Line] = []
    codes: list[int] = []
    seen: list[int] = []  # the indexes of what is no white space

    def finish() -> None:
        text = array("H", codes).tobytes().decode("utf-16", "ignore") if codes else ""
        text = re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()
        if text and seen:
            x, y = c_double(), c_double()
            pdfium.FPDFText_GetCharOrigin(found, seen[0], x, y)
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(found, seen[0], matrix)
            size = pdfium.FPDFText_GetFontSize(found, seen[0]) * hypot(matrix.c, matrix.d)
            lines.append(_Line(text, x.value, found.get_charbox(seen[-1])[2], y.value, size or 1.0))
        codes.clear()
        seen.clear()

    for index in range(found.count_chars()):
        code = pdfium.FPDFText_GetUnicode(found, index)
        if code in (10, 13):
            finish()
        elif 0 < code < 0xFFFE:
            codes.append(code)
            if code > 32:
                seen.append(index)
        elif 0xFFFF < code < 0x110000:
            codes += array("H", chr(code).encode("utf-16-le"))
            seen.append(index)
    finish()
    found.close()
    page.close()
    return lines


def _without_running_heads(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """The pages without their numbers and without lines that stand at the edge of most of them."""
    seen = Counter(shape for lines in pages for shape in {_shape(line) for line in _edges(lines)})
    most = max(2, len(pages) // 2 + 1)
    repeated = {shape for shape, count in seen.items() if count >= most}
    return [
        [
            line
            for line in lines
            if not (line in _edges(lines) and (_shape(line) in repeated or _PAGE_NUMBER.fullmatch(line.text)))
        ]
        for lines in pages
    ]


def _edges(lines: Sequence[_Line]) -> Sequence[_Line]:
    by_height = sorted(lines, key=lambda line: line.base)
    return by_height if len(lines) <= 2 * _EDGE else [*by_height[:_EDGE], *by_height[-_EDGE:]]


def _shape(line: _Line) -> str:
    return re.sub(r"\d+", "0", line.text).casefold()


def _joined(pages: Sequence[Sequence[_Line]]) -> tuple[str, tuple[int, ...]]:
    """The text, and the offset at which each page begins."""
    step = _usual_step(pages)
    whole = " ".join(line.text for lines in pages for line in lines)
    parts: list[str] = []
    offsets: list[int] = []
    length = 0
    before: _Line | None = None
    for lines in pages:
        width = max((line.right for line in lines), default=0.0) - min((line.left for line in lines), default=0.0)
        for number, line in enumerate(lines):
            glue = "" if before is None else _glue(before, line, step, width, turned=number == 0)
            text = _HYPHENATED.sub(lambda found: _whole_word(found[1], found[2], whole), line.text)
            if before is not None and glue == " " and (divided := _divided(before.text, text, whole)) is not None:
                parts[-1] = parts[-1][:-1] + divided
                length += len(divided) - 1
                glue = ""
            parts += [glue, text]
            length += len(glue)
            if number == 0:
                offsets.append(length)
            length += len(text)
            before = line
        if not lines:
            offsets.append(length)
    text = "".join(parts)
    return text.replace(_HYPHEN, "-"), tuple(offsets)


def _usual_step(pages: Sequence[Sequence[_Line]]) -> float:
    """How far apart the lines of a paragraph stand, in sizes of their type, where a quarter of all do."""
    down = ((above.base - below.base) / below.size for lines in pages for above, below in pairwise(lines))
    steps = sorted(one for one in down if 0.8 < one < 3)
    return steps[len(steps) // 4] if steps else 1.2


def _glue(above: _Line, line: _Line, step: float, width: float, *, turned: bool) -> str:
    """What stands between two lines that follow each other: a space within a paragraph, else a blank line."""
    ends = re.search(r"[.!?…:][»”\"’)\]]*$", above.text) is not None
    down = (above.base - line.base) / line.size
    if abs(line.size - above.size) > _OTHER * above.size:
        return "\n\n"
    if turned or down < -step:  # another page or column
        goes_on = line.text[:1].islower() or above.text.endswith(("-", _HYPHEN, ","))
        return " " if goes_on and not ends else "\n\n"
    if _BULLET.match(line.text):
        return "\n\n"
    indented = ends and line.left - above.left > _INDENT * line.size
    short = ends and above.right - above.left < _SHORT * width and _would_fit(above, line)
    return "\n\n" if down > _APART * step or indented or short else " "


def _would_fit(above: _Line, line: _Line) -> bool:
    """Whether the first word of the line would have fitted into the one above, had it gone on there."""
    first = len(line.text.partition(" ")[0])
    per_character = (line.right - line.left) / max(len(line.text), 1)
    return line.right - above.right > (first + 1) * per_character


def _divided(above: str, below: str, whole: str) -> str | None:
    """What takes the place of a hyphen at a line's end: nothing where it divides a word; None: it is no such hyphen."""
    if not above.endswith(("-", _HYPHEN, "\u00ad")) or not re.search(r"\w.$", above) or not below[:1].islower():
        return None
    head = re.search(r"[\w’']+.$", above)
    tail = re.match(r"[\w’']+", below)
    if head is None or tail is None:
        return None
    return _whole_word(head.group()[:-1], tail.group(), whole)[len(head.group()) - 1 : -len(tail.group())]


def _whole_word(head: str, tail: str, whole: str) -> str:
    """Two parts of a word with a hyphen between them, or without: it stays where the text has it elsewhere, too."""
    hyphenated = f"{head}-{tail}"
    return hyphenated if not tail[:1].islower() or hyphenated in whole else head + tail


def _listed(numbers: Sequence[int]) -> str:
    """1, 3-5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
