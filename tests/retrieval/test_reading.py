"""Reading sources: exact text, sorted order, and every file that cannot be read named with a reason."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds
from retrieval.errors import SourceNotFound
from retrieval.reading import READERS, Document, Unreadable, read_content, read_source


def found(source: Path) -> list[Document | Unreadable]:
    return list(read_source(source))


def one(path: Path) -> Document:
    (document,) = found(path)
    assert isinstance(document, Document)
    return document


def refused(path: Path) -> Unreadable:
    (result,) = found(path)
    assert isinstance(result, Unreadable)
    assert result.reason.endswith(".")
    assert result.next_step.endswith(".") or "…" in result.next_step
    return result


# --- Text files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["a\r\nb\rc\n", "\ufeffWith a mark", "e\u0301 and \u00e9", "  spaces \u00a0\n\n", "\x0c\x85x"]
)
@pytest.mark.parametrize("ending", [".txt", ".md", ".TXT"])
def test_text_is_the_bytes_decoded_and_nothing_else(tmp_path: Path, text: str, ending: str) -> None:
    path = tmp_path / f"one{ending}"
    path.write_bytes(text.encode("utf-8"))
    document = one(path)
    assert document.text == text
    assert document.path == path.name
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        ("\x1c \x85\u2028".encode(), "empty"),
        (b"text\x00text", "NUL"),
        ("déjà ".encode() + b"d\xe9j\xe0", "from byte 8 on"),
        ("Libye".encode("utf-16") + b"\x00", "not the UTF-16 it begins as"),
        (bytes(range(256)) * 40, "encoding cannot be told"),
    ],
)
def test_a_file_that_is_no_text_is_named_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    assert reason in refused(path).reason
    assert refused(path).path == "bad.txt"


FRENCH = (
    "Le général a déclaré que l’opération, prévue pour février, serait retardée : « C’est inacceptable », a-t-il dit."
)
ENGLISH = "The minister’s office said that “no decision” had been taken – yet. It cost £5m, not €6m."
RUSSIAN = "Президент заявил, что решение будет принято в ближайшее время, сообщает агентство."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (FRENCH.replace("’", "'"), "latin-1"),
        (FRENCH.replace("’", "'"), "mac_roman"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-32"),
        (FRENCH, "utf-16-le"),
        (ENGLISH, "cp1252"),
        ("A plain beginning. " * 10_000 + FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("café fermé", "latin-1"),
    ],
)
def test_a_text_in_another_encoding_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))
    assert one(path).text == text


def test_a_kind_we_do_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "scan.tex").write_bytes(b"\\documentclass{article}")
    (tmp_path / "noending").write_bytes(b"text")
    (tmp_path / "letter.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    (tmp_path / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    by_path = {result.path: result for result in found(tmp_path) if isinstance(result, Unreadable)}
    assert set(by_path) == {"scan.tex", "noending", "letter.doc", "photo.txt"}
    assert ".tex" in by_path["scan.tex"].reason
    assert all(kind in by_path["scan.tex"].next_step for kind in READERS)
    assert "old Office" in by_path["letter.doc"].reason
    assert "a picture" in by_path["photo.txt"].reason


def test_a_file_that_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="nowhere"):
        read_source(tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_or_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    (tmp_path / "c").mkdir()
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "c").chmod(0)
    try:
        kinds = [(result.path, type(result)) for result in found(tmp_path)]
    finally:
        (tmp_path / "c").chmod(0o700)
    assert kinds == [("a.txt", Unreadable), ("b.txt", Document), ("c", Unreadable)]


# --- Folders -----------------------------------------------------------------------------------------------------


def test_a_folder_is_walked_in_sorted_order_without_hidden_files_and_sidecars(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.txt",
        "a/articles.yaml",
        "a.txt",
        ".hidden.txt",
        ".git/x.txt",
        "articles.yaml",
        "c/d/e.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text", encoding="utf-8")
    assert [result.path for result in found(tmp_path)] == ["a/z.txt", "a.txt", "b.txt", "c/d/e.md"]
    assert all(isinstance(result, Document) for result in found(tmp_path))


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00")
    (tmp_path / "b.txt").write_bytes(b"good")
    (tmp_path / "c.jsonl").write_bytes(b'{"id": 1, "text": "x"}\nnot json\n{"id": 2, "text": "y"}\n')
    assert [(result.path, type(result).__name__) for result in found(tmp_path)] == [
        ("a.txt", "Unreadable"),
        ("b.txt", "Document"),
        ("c.jsonl#1", "Document"),
        ("c.jsonl:2", "Unreadable"),
        ("c.jsonl#2", "Document"),
    ]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_links_that_go_round_or_nowhere_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "also.txt").symlink_to(tmp_path / "a.txt")
    assert [result.path for result in found(tmp_path)] == ["a.txt", "also.txt"]


def test_a_name_that_is_no_text_is_named_readably(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("text", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    result = refused(tmp_path)
    assert "name" in result.reason
    assert result.path.encode("utf-8")


def test_the_bundled_archive_is_exactly_its_five_texts() -> None:
    paths = [result.path for result in found(seeds.folder())]
    assert paths == sorted(path.name for path in seeds.folder().glob("*.txt"))
    assert len(paths) == 5


SEED_DIGESTS = {
    "000_b46a59c87ed48ed5.txt": "3b7f4caf266363e44e235623bec2e5d8443a024cea77cbae9410fc17b6f2e236",
    "001_685518e8b4fb9881.txt": "75f5bc06288c89bb8d1bd694858594a1a8830980555756c1caf2188ad1eb8564",
    "002_ddc4e47bdc5ceff6.txt": "1d7b61907d57c526ec48e7e1105ad0aaa1ef298b18b4e3df787836af1f80cc0a",
    "003_26ba93706a2e4b21.txt": "3bc7c88a70378df656026db27ecb017e95012796cc525b419ae40cb079388d41",
    "004_a8181cf54bcf784f.txt": "191dc940e5a1040f86698a193dff7dae722b4e9b4aaf280dcd76ba292ba5f346",
}


def test_the_bundled_texts_are_unchanged() -> None:
    assert {
        result.path: result.sha256 for result in found(seeds.folder()) if isinstance(result, Document)
    } == SEED_DIGESTS


def test_elsewhere_a_readme_is_an_article_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("text", encoding="utf-8")
    assert one(tmp_path).path == "README.md"


# --- JSON Lines --------------------------------------------------------------------------------------------------


def rows(tmp_path: Path, *lines: object) -> list[Document | Unreadable]:
    path = tmp_path / "news.jsonl"
    encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(encoded))
    return found(path)


def test_a_row_is_an_article(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "title": " A ",
        "source": "B",
        "author": ["C", "D"],
        "date": 2016,
        "lang": "en",
        "url": "u",
        "text": "é\r\n",
    }
    (document,) = rows(tmp_path, row)
    assert isinstance(document, Document)
    assert document.path == "news.jsonl#7"
    assert document.text == "é\r\n"
    expected = {"title": "A", "outlet": "B", "author": "C, D", "published": "2016", "language": "en", "url": "u"}
    assert document.metadata == expected
    assert document.sha256 == hashlib.sha256(json.dumps(row).encode()).hexdigest()


def test_the_contract_s_second_names_count_and_empty_values_do_not(tmp_path: Path) -> None:
    row = {
        "id": "x",
        "outlet": "B",
        "source": "Z",
        "published": "2016-03",
        "language": "fr",
        "title": " ",
        "url": None,
        "text": "t",
    }
    (document,) = rows(tmp_path, row)
    assert isinstance(document, Document)
    assert document.metadata == {"outlet": "B", "published": "2016-03", "language": "fr"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"text": "x"}', "no id"),
        (b'{"id": "", "text": "x"}', "no id"),
        (b'{"id": true, "text": "x"}', "no id"),
        (b'{"id": 1}', "no text"),
        (b'{"id": 1, "text": 5}', "no text"),
        (b'{"id": 1, "text": " "}', "empty"),
        (b'{"id": 1, "text": "a\\u0000b"}', "NUL"),
        (b'{"id": 1, "text": "a\\ud800b"}', "surrogates"),
        (b'{"id": "\\ud800", "text": "ab"}', "id"),
        (b'{"id": 1, "text": "x", "title": {"en": "y"}}', '"title"'),
        (b'{"id": 1, "text": "x", "url": true}', '"url"'),
        (b'{"id": 1, "text": "caf\xe9"}', "not UTF-8"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_rest_are_read(tmp_path: Path, line: bytes, reason: str) -> None:
    good, bad, also = rows(tmp_path, {"id": "a", "text": "x"}, line, {"id": "b", "text": "y"})
    assert isinstance(good, Document)
    assert isinstance(also, Document)
    assert isinstance(bad, Unreadable)
    assert bad.path == "news.jsonl:2"
    assert reason in bad.reason


def test_an_id_twice_is_named_and_the_first_kept(tmp_path: Path) -> None:
    first, second = rows(tmp_path, {"id": 1, "text": "x"}, {"id": "1", "text": "y"})
    assert isinstance(first, Document)
    assert isinstance(second, Unreadable)
    assert "line 1" in second.reason


def test_blank_lines_and_a_mark_at_the_beginning_are_nothing(tmp_path: Path) -> None:
    results = rows(tmp_path, b"\xef\xbb\xbf" + json.dumps({"id": 1, "text": "x"}).encode() + b"\r", b"", b"  ")
    assert [result.path for result in results] == ["news.jsonl#1"]
    assert rows(tmp_path, b"\n\n")[0].path == "news.jsonl"


@given(st.binary(max_size=200), st.sampled_from(sorted(READERS)))
def test_no_bytes_stop_a_reader(content: bytes, ending: str) -> None:
    results = list(read_content(f"any{ending}", content))
    assert results
    for result in results:
        if isinstance(result, Document):
            assert result.text.strip()
            result.text.encode("utf-8")
