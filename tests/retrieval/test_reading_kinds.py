"""Files as other programs make them: their whole text in its order, and what they say of where it comes from.

The files are made by LibreOffice, pandoc, Ghostscript, qpdf, poppler and zip (`files/make.py`), or written by hand.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from retrieval.articles import describe
from retrieval.reading import Document, Unreadable, read_content, read_source
from tests.retrieval.files.make import BARRAGE, COUNCIL, FERRY

FILES = Path(__file__).parent / "files"


def words(text: str) -> list[str]:
    """What must be the same whatever the file: the words, without Markdown's marks."""
    return text.replace("#", "").replace("\u00a0", " ").replace("\u202f", " ").split()


def read(name: str) -> list[Document | Unreadable]:
    return list(read_source(FILES / name))


def documents(name: str) -> list[Document]:
    return [found for found in read(name) if isinstance(found, Document)]


def refused(name: str) -> Unreadable:
    (found,) = read(name)
    assert isinstance(found, Unreadable)
    return found


# --- Documents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "kind"),
    [*((program, kind) for program in ("office", "pandoc") for kind in ("docx", "odt", "rtf")), ("office", "pdf")],
)
@pytest.mark.parametrize(("article", "text"), [("ferry", FERRY), ("barrage", BARRAGE)])
def test_the_text_of_a_document_is_whole_and_in_paragraphs(program: str, kind: str, article: str, text: str) -> None:
    (document,) = documents(f"{article}-{program}.{kind}")
    paragraphs = [" ".join(words(paragraph)) for paragraph in text.split("\n\n")]
    assert [" ".join(words(paragraph)) for paragraph in document.text.split("\n\n")] == paragraphs


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf", "pdf"])
def test_what_the_text_shows_of_itself_is_found_in_a_document(kind: str) -> None:
    (ferry,) = documents(f"ferry-office.{kind}")
    article = describe(ferry, "news", {})
    assert article.title == "Ferry to Lissa runs again after nine weeks"
    assert (article.author, article.published, article.language) == ("Anna Berg", "2016-03-03", "en")
    (barrage,) = documents(f"barrage-office.{kind}")
    article = describe(barrage, "news", {})
    assert (article.author, article.published, article.language) == ("Élise Morand", "2015-02-12", "fr")


def test_inserted_text_and_text_boxes_are_read_and_deleted_text_is_not() -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        "<w:p><w:r><w:t>The vote was </w:t></w:r><w:ins><w:r><w:t>not </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>never </w:delText></w:r></w:del><w:r><w:t>close.</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>For</w:t><w:tab/><w:t>eleven</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r></w:p>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')
    (document,) = read_content("vote.docx", packed.getvalue())
    assert isinstance(document, Document)
    assert document.text == "The vote was not close.\n\nFor eleven\n\nIn a box."


# --- PDF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["limes-pages", "limes-ghostscript", "limes-rights"])
def test_the_pages_of_a_pdf_are_known_and_a_sentence_runs_over_them(name: str) -> None:
    (document,) = documents(f"{name}.pdf")
    title, *paragraphs = document.text.split("\n\n")
    assert title == "Four hundred limes for the ring road"
    assert paragraphs == [" ".join(paragraph.split()) for paragraph in COUNCIL.split("\n\n")]
    assert len(document.pages) == 2
    assert document.pages[0] == 0
    article = describe(document, "news", {})
    assert article.pages == document.pages
    assert article.page(document.text.index("Monday")) == 1
    assert article.page(document.text.index("sixty degrees")) == 2
    assert "Page" not in document.text
    assert "a newspaper" not in document.text


def test_columns_are_read_one_after_the_other() -> None:
    (document,) = documents("limes-columns.pdf")
    assert words(COUNCIL) == words(document.text)[-len(words(COUNCIL)) :]


def test_words_divided_at_the_ends_of_lines_are_whole_and_hyphens_stay() -> None:
    (document,) = documents("divided.pdf")
    assert " ".join(document.text.split()).endswith(
        "The international fair opens in May. A well-known guest is expected to speak, and a second well-known one to "
        "sing. The Anglo-Norse choir comes in June."
    )


def test_scanned_and_locked_pdfs_are_named() -> None:
    assert "pictures" in refused("limes-scanned.pdf").reason
    assert "OCR" in refused("limes-scanned.pdf").next_step
    assert "password" in refused("limes-locked.pdf").reason


def test_a_scanned_page_among_others_is_named_and_the_others_are_read() -> None:
    document, page = read("limes-half-scanned.pdf")
    assert isinstance(document, Document)
    assert "Monday" in document.text
    assert isinstance(page, Unreadable)
    assert page.path == "limes-half-scanned.pdf, page 2"


# --- Books ----------------------------------------------------------------------------------------------------------


def test_a_chapter_of_a_book_is_an_article() -> None:
    ferry, barrage = documents("issue-pandoc.epub")
    assert ferry.path == "issue-pandoc.epub#text/ch001.xhtml"
    assert (words(ferry.text), words(barrage.text)) == (words(FERRY), words(BARRAGE))
    article = describe(barrage, "news", {})
    assert article.title == "Le barrage de Sorvec fermé jusqu’en octobre"
    assert (article.outlet, article.author) == ("Varnholm Post, winter", "Élise Morand")
    assert (article.published, article.language) == ("2015-02-12", "fr")


def test_a_book_without_a_title_has_no_outlet() -> None:
    (document,) = documents("ferry-office.epub")
    assert words(document.text) == words(FERRY)
    assert describe(document, "news", {}).outlet is None


# --- Pages of the web -----------------------------------------------------------------------------------------------


def test_a_saved_page_is_its_main_text_and_what_it_declares() -> None:
    (document,) = documents("page.html")
    paragraphs = [" ".join(words(paragraph)) for paragraph in FERRY.split("\n\n")]
    read = [" ".join(words(paragraph)) for paragraph in document.text.split("\n\n")]
    assert [paragraph for paragraph in paragraphs if paragraph not in read] == ["By Anna Berg", "3 March 2016"]
    for clutter in ("cookies", "Subscribe", "Advertisement", "Share", "Herring", "At last", "rights reserved"):
        assert clutter not in document.text
    article = describe(document, "news", {})
    assert article.title == "Ferry to Lissa runs again after nine weeks"
    assert (article.outlet, article.author, article.published) == ("Varnholm Post", "Anna Berg", "2016-03-03")
    assert article.url == "https://www.varnholm-post.example/2016/03/ferry.html"


def test_an_old_page_in_its_own_encoding_and_laid_out_by_a_table_is_read() -> None:
    (document,) = documents("page-latin1.htm")
    assert document.text.startswith(
        "Le barrage de Sorvec fermé jusqu'en octobre\n\nLe barrage de Sorvec restera fermé à"
    )
    assert document.text.endswith("L'exploitant en prend les deux tiers à sa charge, l'État le reste.")
    assert "Accueil" not in document.text
    article = describe(document, "news", {})
    assert (article.author, article.published, article.language) == ("Élise Morand", "2015-02-12", "fr")
    assert article.url == "http://www.courrier-sorvec.example/a,1204.htm"


def test_a_page_that_a_browser_saved_in_one_file_is_the_same_page() -> None:
    for one_file, page in (("page.mhtml", "page.html"), ("page-latin1.mhtml", "page-latin1.htm")):
        (saved,), (document,) = documents(one_file), documents(page)
        assert saved.text == document.text
        assert saved.metadata == document.metadata


def test_a_page_in_one_file_that_names_no_address_has_that_from_which_it_was_saved() -> None:
    text = "".join(f"<p>Paragraph {n} of the vote, which was close and took long.</p>" for n in range(9))
    saved = (
        "From: <Saved by Blink>\nSubject: A vote\nDate: Thu, 26 Nov 2020 09:50:32 +0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; start="<b@x>"; boundary="--limit"\n\n----limit\nContent-Type: text/html\n'
        "Content-ID: <a@x>\nContent-Location: https://ads.example/frame\n\n"
        "<html><body><p>Buy a boat.</p></body></html>\n"
        "----limit\nContent-Type: text/html; charset=iso-8859-2\nContent-ID: <b@x>\n"
        "Content-Transfer-Encoding: quoted-printable\nContent-Location: https://news.example/vote\n\n"
        f"<html><head><title>A vote</title></head><body><article><p>It was in =A3=F3d=BC.</p>{text}</article>\n"
        "----limit--\n"
    )
    (document,) = read_content("vote.mht", saved.encode())
    assert isinstance(document, Document)
    assert "It was in Łódź." in document.text and "boat" not in document.text
    assert document.metadata["url"] == "https://news.example/vote"
    assert "published" not in document.metadata


def test_a_file_in_which_no_page_was_saved_is_named() -> None:
    (found,) = read_content("page.mhtml", b"From: <Saved by Blink>\nContent-Type: text/plain\n\nNothing\n")
    assert isinstance(found, Unreadable)
    assert found.reason == "There is no page in it."


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ('<meta name="DC.date" content="2012-05-06">', "", "2012-05-06"),
        ('<link rel="canonical" href="https://news.example/2012/05/06/vote">', "", "2012-05-06"),
        ("", '<div class="publie-le">Publié le 6 mai 2012 à 10h</div>', "2012-05-06"),
        ("", '<span class="entry-date">06/05/2012</span>', "2012-05-06"),
        ("", "<p>The archive was last moved on 2012-05-06 10:20:30 by its keeper.</p>", None),
        ("", "<p>Copyright 2012-05-06</p>", None),
    ],
)
def test_a_date_counts_where_pages_tell_theirs(head: str, body: str, day: str | None) -> None:
    text = "".join(f"<p>Paragraph {n} of the vote, which was close\nand took long.</p>" for n in range(9))
    page = f"<html lang=fr><head><title>A vote</title>{head}</head><body><article><h1>A vote</h1>{body}{text}</article>"
    (document,) = read_content("vote.html", page.encode())
    assert isinstance(document, Document)
    assert describe(document, "news", {}).published == day
    assert "which was close and took long." in document.text


def test_a_page_that_a_script_would_write_is_named() -> None:
    page = b"<!doctype html><html><head><title>News</title></head><body><div id=app></div><script>x()</script></body>"
    (found,) = read_content("app.html", page)
    assert isinstance(found, Unreadable)
    assert "script" in found.reason


# --- Messages, feeds, exports ---------------------------------------------------------------------------------------


def test_a_message_is_its_plain_text_with_subject_sender_and_day() -> None:
    (document,) = documents("mail.eml")
    assert document.text.startswith(
        "The café on the quay of Lissa opens again on Saturday. It had been under water since"
    )
    assert document.text.endswith("Its owner, Jan Moor, says that the first coffee is free.")
    assert document.metadata == {
        "title": "Lissa: café on the quay reopens",
        "author": "Islands' Press Office",
        "published": "2016-03-04",
    }


def test_each_message_of_a_mailbox_is_an_article() -> None:
    letter, stage, empty = read("letters.mbox")
    assert isinstance(letter, Document)
    assert letter.path == "letters.mbox#1@lissa-post.example"
    assert letter.text == "The ferry sails again.\n\nThe café has coffee."
    assert letter.metadata["outlet"] == "Lissa Post"
    assert isinstance(stage, Document)
    assert stage.text == "The landing stage holds.\n\nFrom Monday on it takes lorries, too."
    assert isinstance(empty, Unreadable)
    assert empty.path == "letters.mbox:3"


def test_each_entry_of_a_feed_is_an_article() -> None:
    herring, draft = read("wordpress.xml")
    assert isinstance(herring, Document)
    assert herring.text == (
        "The herring catch fell for the third year in a row. It was 1,240\u00a0tonnes.\n\n"
        "Fishermen blame the warm autumn."
    )
    assert herring.metadata == {
        "title": "Herring catch falls & falls",
        "outlet": "Varnholm Post",
        "author": "Nils Holm",
        "published": "2016-02-02",
        "url": "https://www.varnholm-post.example/herring",
    }
    assert isinstance(draft, Unreadable)
    (barrage,) = documents("feed.atom")
    assert barrage.text == "Le barrage restera fermé jusqu'en octobre.\n\nLes maires demandent une navette."
    assert (barrage.metadata["title"], barrage.metadata["author"]) == ("Le barrage fermé", "Élise Morand")
    assert barrage.metadata["url"] == "https://courrier-sorvec.example/1204"


def test_the_columns_of_an_export_are_known_by_their_usual_names() -> None:
    barrage, bare, bus = read("cms.csv")
    assert isinstance(barrage, Document)
    assert barrage.path == "cms.csv#1204"
    assert barrage.text == "Le barrage de Sorvec restera fermé.\n\nIl s’agit d’une « précaution »; rien de plus."
    article = describe(barrage, "news", {})
    assert (article.title, article.author, article.published) == ("Le barrage fermé", "Élise Morand", "2015-02-12")
    assert isinstance(bare, Unreadable)
    assert isinstance(bus, Document)


def test_a_table_without_texts_or_ids_is_named_or_told_apart() -> None:
    (found,) = read_content("people.csv", b"name,age\nAnn,3\n")
    assert isinstance(found, Unreadable)
    assert "text" in found.reason
    first, second = read_content("news.csv", b"title,text\nA,One text.\nB,Another.\n")
    assert first.path != second.path
    weekly = list(read_content("news.csv", b"title,date,text\nLetters,2014-02-03,One.\nLetters,2014-02-10,Two.\n"))
    untitled = list(read_content("news.csv", b"date,text\n2014-02-03,One.\n2014-02-03,Two.\n"))
    for rows in (weekly, untitled):
        assert [one.text for one in rows if isinstance(one, Document)] == ["One.", "Two."]


@pytest.mark.parametrize(
    "table",
    [
        b"id|text\n1|The ferry, which is old, runs; slowly.\n",
        b'sep=;\r\nid;text\r\n1;"The ferry, which is old, runs; slowly."\r\n',
        b"id\ttext\n1\tThe ferry, which is old, runs; slowly.\n",
    ],
)
def test_what_stands_between_the_values_of_a_table_is_told_by_its_first_line(table: bytes) -> None:
    (found,) = read_content("news.csv", table)
    assert isinstance(found, Document)
    assert (found.path, found.text) == ("news.csv#1", "The ferry, which is old, runs; slowly.")


def test_markup_is_taken_off_a_body_and_a_text_stays_as_it_is() -> None:
    limes, kept = documents("export.jsonl")
    assert limes.text == "The council voted for four hundred limes.\n\nThey are to be planted in autumn."
    assert limes.metadata["author"] == "Anna Berg"
    assert kept.text == "A text with a <p> in it is not touched."


# --- Archives, and names that lie -----------------------------------------------------------------------------------


def test_the_files_in_an_archive_are_read_as_those_of_a_folder() -> None:
    assert [document.path for document in documents("archive.zip")] == [
        "archive.zip/2016/ferry-office.docx",
        "archive.zip/barrage.html",
        "archive.zip/limes.txt",
    ]
    assert documents("archive.zip")[2].text == COUNCIL


def test_each_file_of_a_locked_archive_is_named() -> None:
    found = read("archive-locked.zip")
    assert len(found) == 3
    assert all(isinstance(one, Unreadable) and "password" in one.reason for one in found)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("limes-pages.pdf", "limes.txt"),
        ("limes-pages.pdf", "limes.html"),
        ("ferry-office.docx", "ferry.zip"),
        ("ferry-office.docx", "ferry.doc"),
        ("ferry-office.odt", "ferry.docx"),
        ("ferry-office.rtf", "ferry.doc"),
        ("page.html", "page.txt"),
        ("page.html", "page.pdf"),
        ("issue-pandoc.epub", "issue.zip"),
        ("wordpress.xml", "export.html"),
    ],
)
def test_what_a_file_is_is_told_by_its_content(tmp_path: Path, file: str, name: str) -> None:
    shutil.copy(FILES / file, tmp_path / name)
    as_named = [found.text for found in read_source(tmp_path) if isinstance(found, Document)]
    assert as_named == [document.text for document in documents(file)]


def test_sheets_and_slides_are_named_for_what_they_are() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("xl/workbook.xml", "<workbook/>")
    (found,) = read_content("budget.docx", packed.getvalue())
    assert isinstance(found, Unreadable)
    assert "spreadsheet" in found.reason


@pytest.mark.parametrize("text", ["ID3 is a small car.", "RIFF Cohen sang.", "Rar! said the lion.", "No.ftyp."])
def test_an_article_that_begins_as_pictures_and_sounds_do_is_an_article(text: str) -> None:
    (found,) = read_content("car.txt", text.encode())
    assert isinstance(found, Document)
    (sound,) = read_content("sound.txt", text.encode()[:8] + b"\x03\x00\x00\x00\x0f" + bytes(range(256)))
    assert isinstance(sound, Unreadable)
    assert "not text" in sound.reason
