"""[n] opens the passage with the quote marked in it, as long as the article still says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.render.phrases import phrases
from bot.render.telegram.origins import source_lines
from bot.render.telegram.source import citation, marked, source_message
from bot.telegram.texts import texts
from retrieval.types import Article, Span
from tests.bot.render.chat import checked, covered, keep, labels, readable
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

EN, FR = texts("en"), texts("fr")
OPENED = cite(HARBOUR, "The new pier opened on Monday.")
ELEVEN = cite(HARBOUR, BUILT, 2)
FAULT = cite(FERRY, "La compagnie parle d'une panne.", 3)
KEPT = keep(answered(OPENED, ELEVEN, FAULT))


def test_the_panel_of_a_source() -> None:
    assert readable(source_message(KEPT, 2, HARBOUR, EN)) == (
        "[2] **“The harbour of Port Elsin”**\n"
        "Elsin Courier · 1 May 2019 · Jon Vale\n"
        "\n"
        "<<The harbour of Port Elsin\n\n"
        "The new pier opened on Monday.\n\n"
        "**Mayor Ilse Brandt said that “it took\n\neleven years” to build.** Fishing boats may use it from May.>>\n"
        "\n"
        "Source 2 of 3\n"
        "(‹ [1]) | ([3] ›)\n"
        "(Open the article)\n"
        "(Copy the citation)"
    )


def test_the_panel_in_french_of_an_article_that_says_little_of_itself() -> None:
    assert readable(source_message(KEPT, 3, FERRY, FR)) == (
        "[3] **2019/ferry.txt**\n"
        "date inconnue\n"
        "\n"
        "<<Le bac de Port Elsin ne circule plus. **La compagnie parle d'une panne.** Le maire attend des excuses.>>\n"
        "\n"
        "Source 3 sur 3\n"
        "(‹ [2])\n"
        "(Copier la citation)"
    )


def test_the_page_of_a_quote_is_named_and_copied() -> None:
    paged = replace(HARBOUR, pages=(0, HARBOUR.text.index("The new pier")))
    kept = keep(answered(cite(paged, "The new pier opened on Monday.")))
    assert "Elsin Courier · 1 May 2019 · Jon Vale · p. 2 (“on Monday”: 29 April 2019)\n" in readable(
        source_message(kept, 1, paged, EN)
    )
    cited = kept.cited(1)
    assert cited is not None
    assert "1 May 2019, p. 2, https://" in citation(cited, phrases("en"))
    (line,) = source_lines(kept, phrases("en"))
    assert line.message().text.endswith("“The harbour of Port Elsin” · p. 2 (“on Monday”: 29 April 2019)")


@pytest.mark.parametrize("n", [1, 2, 3])
def test_what_is_marked_is_the_quote_character_by_character(n: int) -> None:
    message = source_message(KEPT, n, FERRY if n == 3 else HARBOUR, EN)
    cited = KEPT.cited(n)
    assert cited is not None
    assert covered(checked(message), "bold")[1] == cited.quote
    assert cited.quote in covered(message, "blockquote")[0]


@pytest.mark.parametrize(
    ("article", "told"),
    [
        (None, "no longer in the archive"),
        (replace(HARBOUR, text=HARBOUR.text.replace("eleven", "twelve")), "has changed since"),
        (replace(HARBOUR, text="New! " + HARBOUR.text), "has changed since"),
        (replace(HARBOUR, text=""), "has changed since"),
        (FERRY, "has changed since"),
    ],
)
def test_what_can_no_longer_be_verified_is_not_shown(article: Article | None, told: str) -> None:
    message = checked(source_message(KEPT, 2, article, EN))
    assert told in message.text
    assert "The answer of 3 May 2026 rested on it." in message.text
    assert "[2] “The harbour of Port Elsin”\nElsin Courier · 1 May 2019" in message.text
    assert covered(message, "blockquote") == []
    copied = next(button.copy for row in message.keyboard for button in row if button.copy)
    assert "eleven" not in message.text + copied
    assert labels(message)[0] == ["‹ [1]", "[3] ›"]


def test_a_turn_whose_date_is_unknown_says_none() -> None:
    message = source_message(keep(answered(OPENED), at=None), 1, None, EN)
    assert "The answer of" not in message.text


def test_the_nearest_passages_of_a_refusal_open_the_same_way() -> None:
    kept = keep(declined(OPENED, ELEVEN))
    message = checked(source_message(kept, 1, HARBOUR, EN))
    assert covered(message, "bold")[1] == OPENED.quote
    assert "Passage 1 of 2" in message.text
    assert "It was found on 3 May 2026." in source_message(kept, 1, None, EN).text


def test_a_number_the_answer_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        source_message(KEPT, 4, HARBOUR, EN)


def test_a_single_source_has_no_neighbours() -> None:
    message = checked(source_message(keep(answered(FAULT)), 3, FERRY, EN))
    assert "Source 1 of 1" in message.text
    assert labels(message) == [["Copy the citation"]]


def test_a_long_passage_is_cut_around_the_quote_and_says_so() -> None:
    text = "before " * 800 + "This is the quote." + " after" * 800
    article = replace(HARBOUR, text=text)
    message = checked(source_message(keep(answered(cite(article, "This is the quote."))), 1, article, EN))
    (block,) = covered(message, "blockquote")
    assert block.startswith("[…] before before")
    assert block.endswith("after after […]")
    assert "before This is the quote. after" in block
    assert 1300 < len(block) <= 1520


def test_what_one_side_does_not_need_the_other_gets() -> None:
    text = "Short. This is the quote." + " after" * 800
    start = text.index("This")
    shown = marked(text, Span(start, start + 18), Span(0, len(text)), 600).message().text
    assert shown.startswith("Short. This is the quote. after")
    assert len(shown) > 560


@pytest.mark.parametrize("character", ["a", "😀", "a ", "語"])
def test_a_passage_of_anything_fits_into_one_message(character: str) -> None:
    text = (character * 9000).rstrip()
    article = replace(HARBOUR, text=text, title=character * 900, outlet=character * 900, author=character * 900)
    for quote in (text, text[4000:4100].strip(), text[:1400].strip()):
        message = checked(source_message(keep(answered(cite(article, quote))), 1, article, EN))
        assert message.text.endswith("Source 1 of 1")
        assert covered(message, "bold")[1]


EN_WORDS = phrases("en")


def test_what_is_copied_is_the_quote_and_where_it_stands() -> None:
    assert citation(KEPT.citations[0], EN_WORDS) == (
        "“The new pier opened on Monday.” — “The harbour of Port Elsin”, Elsin Courier, 1 May 2019, "
        "https://courier.example/harbour"
    )


SHORT, LONG, TOO_LONG = (f"https://courier.example/{'h' * length}" for length in (7, 160, 400))


@pytest.mark.parametrize(
    ("quote", "title", "url", "quoting", "title_cut", "addressed"),
    [
        ("q" * 100, "t" * 300, SHORT, True, True, True),
        ("q" * 100, "title", LONG, True, False, False),
        ("q" * 300, "title", SHORT, False, False, True),
        ("q" * 300, "title", LONG, False, False, True),
        ("q" * 300, "t" * 300, TOO_LONG, False, True, False),
        ("😀" * 100, "title", None, True, False, False),
        ("😀" * 130, "title", None, False, False, False),
        ("q" * 190, "t" * 300, None, True, True, False),
    ],
)
def test_a_citation_to_copy_never_cuts_the_quote_nor_the_address(
    quote: str, title: str, url: str | None, quoting: bool, title_cut: bool, addressed: bool
) -> None:
    article = replace(HARBOUR, text=quote, title=title, url=url)
    text = citation(keep(answered(cite(article, quote))).citations[0], EN_WORDS)
    assert len(text.encode("utf-16-le")) <= 512
    assert text.startswith(f"“{quote}” — “t") == quoting
    assert quoting or text.startswith("“t")
    assert ("…" in text) == title_cut
    assert "Elsin Courier, 1 May 2019" in text
    assert text.endswith(f", {url}" if addressed else ", 1 May 2019")
