"""What /sources lists: the sources of an answer, or what the archive holds; bounded, whatever there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.render.telegram.lists import archive_messages, sources_message
from bot.telegram.texts import texts
from retrieval.types import Article
from tests.bot.render.chat import checked, covered, keep, labels, readable
from tests.support.outcomes import BUILT, FERRY, HARBOUR, answered, cite, declined

EN, FR = texts("en"), texts("fr")
OPENED = cite(HARBOUR, "The new pier opened on Monday.")
ELEVEN = cite(HARBOUR, BUILT, 2)
FAULT = cite(FERRY, "La compagnie parle d'une panne.", 3)


def test_the_sources_of_an_answer() -> None:
    assert readable(sources_message(keep(answered(OPENED, ELEVEN, FAULT)), EN)) == (
        "**Sources of the answer**\n"
        "[1] [2] Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)"
        " (“on Monday”: 29 April 2019)\n"
        "[3] date unknown · 2019/ferry.txt\n"
        "([1]) | ([2]) | ([3])"
    )


def test_a_refusal_lists_what_came_nearest() -> None:
    message = checked(sources_message(keep(declined(FAULT)), FR))
    assert message.text.startswith("Passages les plus proches de la question\n[3] «\N{NO-BREAK SPACE}La compagnie")
    assert labels(message) == [["[3]"]]
    assert "no sources to show" in checked(sources_message(keep(declined()), EN)).text


def test_many_sources_fit_into_one_message() -> None:
    citations = [
        cite(replace(HARBOUR, id=f"{n:012x}", title="😀" * 200, outlet="😀" * 200), BUILT, n) for n in range(1, 60)
    ]
    assert checked(sources_message(keep(answered(*citations)), EN)).text.endswith("…")


def test_what_the_archive_holds() -> None:
    second = replace(HARBOUR, id="b" * 12, published="2021-03", title="Later", url=None)
    (message,) = archive_messages((HARBOUR, FERRY, second), EN)
    assert readable(message) == (
        "I answer from 3 articles.\n"
        "Their dates: 1 May 2019 to March 2021.\n"
        "1 of them shows no date.\n"
        "Languages: English (2), French (1).\n"
        "\n"
        "**Outlets**\n"
        "Elsin Courier: 2 articles, 1 May 2019 to March 2021\n"
        "Outlet unknown: 1 article\n"
        "\n"
        "**Newest articles**\n"
        "• Elsin Courier · March 2021 · “Later”\n"
        "• Elsin Courier · 1 May 2019 · [“The harbour of Port Elsin”](https://courier.example/harbour)"
    )


def test_what_the_archive_holds_in_french() -> None:
    (message,) = archive_messages((FERRY,), FR)
    assert readable(message).replace("\N{NO-BREAK SPACE}", "~") == (
        "Je réponds d'après 1 article.\n"
        "1 n'indique pas de date.\n"
        "Langues~: français (1).\n"
        "\n"
        "**Journaux**\n"
        "Journal inconnu~: 1 article"
    )


def test_an_empty_archive_says_so() -> None:
    assert [message.text for message in archive_messages((), EN)] == [
        "There are no articles yet, so I cannot answer anything."
    ]


def test_a_hundred_thousand_articles_of_a_thousand_outlets_are_one_message() -> None:
    def articles() -> Iterator[Article]:
        for n in range(100_000):
            yield Article(
                f"{n:012x}",
                "news",
                f"{n}.txt",
                "Text.",
                f"Title {n}",
                f"Outlet {n % 1000}",
                None,
                f"20{n % 24:02}-01-02",
            )

    (message,) = archive_messages(articles(), EN)
    text = checked(message).text
    assert "I answer from 100000 articles." in text
    assert "Outlet 0: 100 articles, " in text
    assert "… and 980 more outlets" in text
    assert text.count("\n• ") == 5
    assert covered(message, "bold") == ["Outlets", "Newest articles"]


def test_names_as_long_as_books_are_shortened() -> None:
    articles = (
        Article(f"{n:012x}", "news", "a" * 999, "Text.", "😀" * 999, f"{n}" + "@x " * 999, None, "2019-05-01")
        for n in range(50)
    )
    for message in archive_messages(articles, EN):
        checked(message)
