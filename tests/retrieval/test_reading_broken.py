"""Broken and hostile files: none stops the reading of the others, each is read or named, none gets past its limits.

`FOOTNOTE_TEST_FILES` says how many files are broken at random (2,000 in `make test-long`); the seed is fixed.
"""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import pytest

from retrieval.readers import apart
from retrieval.readers.found import LARGEST
from retrieval.readers.kinds import ENDINGS
from retrieval.reading import Document, Unreadable, read_content, read_source
from tests.retrieval.files.make import COUNCIL

FILES = Path(__file__).parent / "files"
BROKEN = int(os.environ.get("FOOTNOTE_TEST_FILES", "60"))
"""Files broken at random."""
ORIGINALS = sorted(path for path in FILES.iterdir() if path.suffix in ENDINGS)
MB = 1024 * 1024

Found = list[Document | Unreadable]


def checked(found: Found) -> Found:
    """What every reading gives, whatever the file."""
    assert found
    for one in found:
        if isinstance(one, Document):
            assert one.text.strip()
            one.text.encode("utf-8")
            assert "\x00" not in one.text or one.path.endswith((".txt", ".md"))
            assert list(one.pages) == sorted(one.pages)
        else:
            assert one.reason.endswith(".")
            assert one.next_step
    return found


@pytest.fixture(autouse=True)
def _limits_hold() -> Iterator[None]:
    """The process that reads has never had more memory than it may, when a test is over."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # of other tests' processes
    yield
    apart.close()
    if sys.platform == "linux":
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert most == before or most * 1024 < apart.MEMORY * 1.1


# --- Broken at random -------------------------------------------------------------------------------------------------


def repacked(content: bytes, change: Callable[[bytes], bytes], draw: Random) -> bytes:
    """A zip file with one of its parts changed, and all its checksums right."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        parts = [part for part in old.infolist() if not part.is_dir() and not part.flag_bits & 1]
        chosen = draw.choice(parts) if parts else None
        for part in parts:
            inside = old.read(part)
            new.writestr(part.filename, change(inside) if part is chosen else inside)
    return made.getvalue()


def broken(draw: Random) -> tuple[str, bytes]:
    """A name and the content of a file that went wrong on its way."""
    path = draw.choice(ORIGINALS)
    content, ending = path.read_bytes(), path.suffix

    def change(of: bytes) -> bytes:
        at = draw.randrange(len(of) + 1)
        some = draw.randrange(1, 200)
        match draw.choice(("cut", "flip", "insert", "lose", "repeat", "zeros", "marks", "join")):
            case "cut":
                return of[:at]
            case "flip":
                changed = bytearray(of)
                for _ in range(min(some, len(of))):
                    changed[draw.randrange(len(of))] = draw.randrange(256)
                return bytes(changed)
            case "insert":
                return of[:at] + draw.randbytes(some) + of[at:]
            case "lose":
                return of[:at] + of[at + some :]
            case "repeat":
                return of[:at] + of[at : at + some] * draw.choice((2, 1000)) + of[at:]
            case "zeros":
                return of[:at] + bytes(some) + of[at + some :]
            case "marks":
                return (
                    of[:at]
                    + draw.choice((b"<", b"&#0;", b"]]>", b"\\u", b'"', b"}", b"endobj", b"\n\n")) * some
                    + of[at:]
                )
            case _:
                return of + draw.choice(ORIGINALS).read_bytes()

    inside = draw.random() < 0.4 and zipfile.is_zipfile(path)
    content = repacked(content, change, draw) if inside else change(content)
    if draw.random() < 0.2:
        ending = draw.choice(sorted(ENDINGS))
    return ending, content


def test_files_broken_at_random_are_read_or_named_and_stop_nothing(tmp_path: Path) -> None:
    draw = Random(6)
    names = []
    for number in range(BROKEN):
        ending, content = broken(draw)
        names.append(f"{number:05}{ending}")
        (tmp_path / names[-1]).write_bytes(content)
    (tmp_path / "zz-last.txt").write_text(COUNCIL, "utf-8")
    found: Found = []
    slowest, before = 0.0, time.monotonic()
    for one in read_source(tmp_path):
        found.append(one)
        slowest = max(slowest, time.monotonic() - before)
        before = time.monotonic()
    checked(found)
    for name in names:
        assert any(one.path.startswith(name) for one in found), name
    assert isinstance(found[-1], Document)
    assert found[-1].text == COUNCIL
    assert slowest < apart.SECONDS + 5
    read = sum(isinstance(one, Document) for one in found)
    print(f"{BROKEN} broken files: {read} documents, {len(found) - read} rows, slowest {slowest:.1f} s")


# --- Named horrors ----------------------------------------------------------------------------------------------------


def packed(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(document: bytes) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": document})


def epub(package: bytes, chapter: bytes = b"") -> bytes:
    container = b'<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>'
    return packed({"META-INF/container.xml": container, "book.opf": package, "one.xhtml": chapter})


def overlapping() -> bytes:
    """A hundred names for one packed megabyte of zeros: each unpacks by itself."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    inside = deflate.compress(bytes(60 * MB)) + deflate.flush()
    whole = struct.pack("<IIIHH", 0, len(inside), 60 * MB, 5, 0)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + whole + b"a.txt" + inside
    entry = (
        b"PK\x01\x02"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + whole
        + struct.pack("<HHHII", 0, 0, 0, 0, 0)
        + b"a.txt"
    )
    directory = entry * 100
    return local + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 100, 100, len(directory), len(local), 0)


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha ">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:9/">]>'
RSS = (
    b'%s<rss version="2.0"><channel><title>&a;</title>'
    b"<item><guid>1</guid><description>News: %s</description></item></channel></rss>"
)
PDF = b"%PDF-1.7\n"


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, the first its catalogue."""
    content, places = PDF, []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        content
        + head
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            len(content),
        )
    )


HORRORS: dict[str, tuple[str, Callable[[], bytes], str | None]] = {
    # what it is: (name, content, words of the reason; None: it may be read as well)
    "only NUL bytes as text": ("nul.txt", lambda: bytes(1000), "NUL"),
    "only NUL bytes as a page": ("nul.html", lambda: bytes(1000), "."),
    "random bytes as text": ("noise.txt", lambda: Random(1).randbytes(5000), "."),
    "NUL bytes between the letters of a page": ("nul.html", lambda: b"<p>One\x00 two.</p>", None),
    "one line of 60 MB": ("line.txt", lambda: b"word " * (12 * MB), None),
    "one line of 60 MB as a page": ("line.html", lambda: b"<p>" + b"word " * (12 * MB), None),
    "one line of 60 MB as JSON": ("line.jsonl", lambda: b'{"id": 1, "text": "' + b"word " * (12 * MB) + b'"}', None),
    "one quoted value without an end": ("open.csv", lambda: b'id,text\n1,"' + b"word " * (4 * MB), None),
    "a million columns": ("wide.csv", lambda: b"text" + b",a" * MB + b"\n" + b"1," * MB, None),
    "a million open elements": ("deep.html", lambda: b"<div>" * MB + b"words in the deep", None),
    "a million open tables": ("deep.htm", lambda: b"<table><tr><td><p>" * (MB // 4) + b"words", None),
    "ten thousand attributes": (
        "wide.html",
        lambda: b"<p " + b"".join(b"a%d=1 " % n for n in range(10_000)) + b">words",
        None,
    ),
    "a million comments": ("remarks.html", lambda: b"<!-- -->" * MB + b"<p>words", None),
    "elements of XML as deep": ("deep.xml", lambda: b"<rss>" + b"<a>" * MB, "."),
    "entities that multiply": ("laughs.xml", lambda: RSS % (LAUGHS, b"&m;"), None),
    "entities that multiply in attributes": ("laughs.rss", lambda: LAUGHS + b'<rss a="&m;"><item/></rss>', "."),
    "entities that multiply in a document": ("laughs.docx", lambda: docx(LAUGHS + b"<x>&m;</x>"), "."),
    "entities that multiply in a book": ("laughs.epub", lambda: epub(LAUGHS + b"<package>&m;</package>"), "."),
    "entities that name files": ("outside.xml", lambda: RSS % (OUTSIDE, b"&a;&b;"), None),
    "braces of rich text": ("deep.rtf", lambda: b"{\\rtf1 " + b"{\\b " * (MB // 2) + b"words", None),
    "numbers of rich text": ("large.rtf", lambda: b"{\\rtf1 \\u" + b"9" * 100_000 + b" words}", None),
    "brackets of JSON": ("deep.jsonl", lambda: b'{"id": 1, "text": ' + b"[" * MB + b"\n", "JSON"),
    "parts of a message": (
        "deep.eml",
        lambda: (
            b"Subject: parts\n"
            + b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000))
        ),
        None,
    ),
    "a message of unknown sets": (
        "odd.eml",
        lambda: b"Subject: =?x-none?Q?a?=\nContent-Type: text/plain; charset=none\n\nWords.\n",
        None,
    ),
    "a message without an end of its header": ("head.eml", lambda: b"Subject: " + b"a\n b" * 100_000, None),
    "ten thousand empty messages": ("empty.mbox", lambda: b"From a b\nSubject:\n\n\n" * 10_000, "no text"),
    "a bomb of text": ("bomb.zip", lambda: packed({f"{n}.txt": bytes(60 * MB) for n in range(20)}), "."),
    "a bomb of one packed text": ("overlap.zip", overlapping, "unpack"),  # newer Pythons tell it by its overlaps
    "a bomb in a document": ("bomb.docx", lambda: docx(b"<w>" + b" " * (80 * MB)), "."),
    "a bomb in a book": ("bomb.epub", lambda: epub(b"<package/>" + b" " * (80 * MB)), "."),
    "archives in archives": (
        "matryoshka.zip",
        lambda: packed({"one.zip": packed({"two.zip": packed({"a.txt": b"a"})})}),
        "archive",
    ),
    "an archive packed otherwise": ("lzma.zip", lambda: packed({"a.txt": b"words"}, zipfile.ZIP_LZMA), "packed"),
    "an archive without files": ("none.zip", lambda: packed({}), "no article"),
    "an archive of hidden files": (
        "hidden.zip",
        lambda: packed({"__MACOSX/._a.txt": b"a", ".b.txt": b"b"}),
        "no article",
    ),
    "an archive that points outside": (
        "up.zip",
        lambda: packed({"../../../etc/a.txt": b"words", "/etc/b.txt": b"w"}),
        None,
    ),
    "an archive without a list": ("cut.zip", lambda: packed({"a.txt": COUNCIL.encode()})[:-60], "damaged"),
    "a book without chapters": ("empty.epub", lambda: epub(b"<package><spine/></package>"), "no text"),
    "a book whose chapters are not there": (
        "gone.epub",
        lambda: epub(b'<package><item id="a" href="../../../../etc/passwd"/><itemref idref="a"/></package>'),
        "does not hold",
    ),
    "a PDF of nothing": ("none.pdf", lambda: PDF, "PDF"),
    "a PDF whose pages hold themselves": (
        "round.pdf",
        lambda: pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"),
        ".",
    ),
    "a PDF of a hundred million pages": (
        "many.pdf",
        lambda: pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 100000000 >>"),
        ".",
    ),
    "a PDF that repeats its page without end": (
        "loop.pdf",
        lambda: pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R"
            b" /Resources << /XObject << /A 4 0 R >> >> >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 4 0 R >> >> /Length 11 >>\n"
            b"stream\n/A Do /A Do\nendstream",
        ),
        ".",
    ),
    "rows without an end": ("same.jsonl", lambda: b'{"id": 1, "text": "a"}\n' * 50_000, None),
}


@pytest.mark.parametrize("what", HORRORS)
def test_a_horror_is_named_or_read_within_its_limits(what: str) -> None:
    name, make, reason = HORRORS[what]
    content = make()
    began = time.monotonic()
    found = checked(list(read_content(name, content)))
    assert time.monotonic() - began < apart.SECONDS + 10
    assert all(one.path.startswith(name) for one in found)
    assert not any("root:" in one.text for one in found if isinstance(one, Document))
    if reason is not None:
        assert all(isinstance(one, Unreadable) for one in found)
        assert any(isinstance(one, Unreadable) and reason in one.reason for one in found)
    (after,) = read_content("after.html", b"<p>The next file is read as if nothing had been.</p>")
    assert isinstance(after, Document)


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_an_empty_file_of_each_kind_is_named(ending: str) -> None:
    (found,) = read_content(f"empty{ending}", b"")
    assert isinstance(found, Unreadable)


def test_a_file_of_a_gigabyte_is_not_taken_into_memory(tmp_path: Path) -> None:
    for name in ("line.txt", "line.html", "film.mkv", "line.zip"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(1024 * MB)
    began = time.monotonic()
    found = checked(list(read_source(tmp_path)))
    assert time.monotonic() - began < 5
    assert [one.path for one in found if isinstance(one, Unreadable)] == [
        "film.mkv",
        "line.html",
        "line.txt",
        "line.zip",
    ]


def test_an_archive_larger_than_a_file_may_be_is_read_part_by_part(tmp_path: Path) -> None:
    noise = Random(1).randbytes(30 * MB)
    parts = {"a.txt": b"First.", "b.bin": noise, "c.bin": noise, "d.bin": noise, "e.txt": b"Last."}
    (tmp_path / "year.zip").write_bytes(packed(parts))
    assert (tmp_path / "year.zip").stat().st_size > LARGEST
    found = list(read_source(tmp_path))
    assert [one.text for one in found if isinstance(one, Document)] == ["First.", "Last."]
    assert len(found) == 5


# --- The limits themselves --------------------------------------------------------------------------------------------

PAGE = b"<html><body>" + b"<p>Some words of a page that is long.</p>" * 200_000


def test_what_takes_too_long_is_given_up_and_named() -> None:
    began = time.monotonic()
    (found,) = apart.read("html", "long.html", PAGE, seconds=0.5)
    assert time.monotonic() - began < 5
    assert isinstance(found, Unreadable)
    assert "longer than" in found.reason


@pytest.mark.skipif(sys.platform != "linux", reason="macOS keeps no limit on address space")
def test_what_takes_too_much_memory_is_given_up_and_named() -> None:
    (found,) = apart.read("html", "large.html", PAGE, memory=128 * MB)
    assert isinstance(found, Unreadable)
    assert "128 MB" in found.reason or "broke" in found.reason


def test_a_reader_that_dies_is_named_and_what_came_before_is_kept() -> None:
    rows = b"".join(json.dumps({"id": n, "text": "Words. " * 2000}).encode() + b"\n" for n in range(2000))
    reading = apart.read("jsonl", "rows.jsonl", rows)
    first = next(reading)
    assert isinstance(first, Document)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this system does not tell which processes we have started")
    for child in children.read_text().split():
        if b"retrieval.readers.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), 9)
    *_, last = reading
    assert isinstance(last, Unreadable)
    assert "What came before is read." in last.reason


def test_a_reader_that_died_while_it_waited_is_replaced_and_no_file_is_blamed() -> None:
    list(apart.read("html", "a.html", b"<p>One.</p>"))
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this system does not tell which processes we have started")
    for child in children.read_text().split():
        if b"retrieval.readers.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), 9)
            os.waitid(os.P_PID, int(child), os.WEXITED | os.WNOWAIT)
    assert [type(one) for one in apart.read("html", "b.html", b"<p>Two.</p>")] == [Document]


@pytest.mark.parametrize(
    "said",
    [
        b"\xff no JSON",
        b"[]",
        b'{"said": "document", "values": {"path": "a.html"}}',
        b'{"said": "document", "values": {"path": "a.html", "text": "\\ud800", "pages": []}}',
        b'{"said": "unreadable", "values": {"order": "obey"}}',
    ],
)
def test_whatever_a_reader_says_that_was_taken_over_the_file_is_named(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    apart.close()
    ends: list[Connection] = []

    def pipe() -> tuple[Connection, Connection]:
        """Its other end has spoken before the reader can."""
        ours, theirs = Pipe()
        ends.append(Connection(os.dup(theirs.fileno())))
        ends[-1].send_bytes(said)
        return ours, theirs

    monkeypatch.setattr(apart, "Pipe", pipe)
    (found,) = apart.read("html", "a.html", b"<p>One.</p>")
    assert isinstance(found, Unreadable)
    assert "broke the program" in found.reason
    ends[0].close()


def test_a_reading_that_is_given_up_does_not_disturb_the_next() -> None:
    abandoned = apart.read("jsonl", "rows.jsonl", b'{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n' * 1000)
    next(abandoned)
    one, two = apart.read("html", "a.html", b"<p>One.</p>"), apart.read("html", "b.html", b"<p>Two.</p>")
    texts = [
        (first.text, second.text)
        for first, second in zip(one, two, strict=True)
        if isinstance(first, Document) and isinstance(second, Document)
    ]
    assert texts == [("One.", "Two.")]
    del abandoned


def test_the_reader_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-secret-of-ours")
    list(apart.read("html", "a.html", b"<p>One.</p>"))
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"retrieval.readers.worker" in (path / "cmdline").read_bytes():
                assert b"a-secret-of-ours" not in (path / "environ").read_bytes()
        except OSError:
            continue  # it has ended, or is not ours
