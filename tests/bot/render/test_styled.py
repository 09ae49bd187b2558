"""Text from outside can style nothing, hide nothing and link nothing; offsets count as Telegram counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.telegram.message import Style
from bot.render.telegram.styled import TAPPED, Styled, plain, shortened, web_address
from bot.render.text import visible
from tests.bot.render.chat import checked, covered
from tests.support.telegram.texts import found_entities

NASTY = st.lists(
    st.sampled_from(["@", "/", ":", "//", "a", "7", "_", " ", "\n", "\u202e", "\u200b", "\u2066", "😀", "<b>", "http"]),
    max_size=20,
).map("".join)


def test_offsets_count_an_emoji_as_two() -> None:
    message = Styled().add("😀😀 ").bold("bold 😀").add(" after").message()
    assert covered(checked(message), "bold") == ["bold 😀"]
    assert message.entities[0].offset == 5


def test_html_and_markdown_from_outside_stay_what_they_are() -> None:
    message = Styled().bold(plain("<b>x</b> *a* _b_ [c](#) `d`")).message()
    assert [entity.style for entity in message.entities] == ["bold"]
    assert message.text == "<b>x</b> *a* _b_ [c](#) `d`"


@pytest.mark.parametrize(
    "hidden", ["\u202eturned", "\u2066isolated", "a\x00b", "\x1b[2J", "a\u200bb", "\ufefftext", "a\u2028b", "\ud83d"]
)
def test_what_hides_or_turns_text_reaches_no_chat(hidden: str) -> None:
    checked(Styled().add("x").add(hidden).bold(hidden).quote(Styled().add(hidden)).message())


@pytest.mark.parametrize("text", ["@everyone", "hi @admin_bot", "/stop", "(/stop@bot)", "see https://evil.example/x"])
def test_mentions_commands_and_addresses_in_a_title_stay_words(text: str) -> None:
    assert found_entities(text), "a chat would link it"
    assert not found_entities(plain(text))
    assert plain(text).replace("\N{ZERO WIDTH NON-JOINER}", "") == text


@pytest.mark.parametrize(
    ("quote", "addresses"),
    [
        ("Write to jon@vale.example, or see https://evil.example/x?y=1 today.",
         ["jon@vale.example", "https://evil.example/x?y=1"]),
        ("It stands on www.evil.com/free: take it.", ["www.evil.com/free:"]),
        ("EVIL.COM and média.example are for sale", ["EVIL.COM", "média.example"]),
        ("Ask @everyone (/stop)", ["@everyone", "/stop"]),
        ("At 9.30 p.m. the U.S. fleet, i.e. 3.5 million tons, left/right.It rained", []),
        ("pier.txt and <b>bold</b>", []),
        (f"{'a.' * 2000} {'x' * 4000} {'-' * 4000} {'a@' * 2000}", []),
    ],
)  # fmt: skip
def test_a_chat_makes_no_link_of_what_stands_in_a_quote(quote: str, addresses: list[str]) -> None:
    styles: tuple[Style | None, ...] = (None, "bold")
    for style in styles:
        message = Styled().add(quote, style).message()
        assert message.text == quote
        assert covered(message, "code") == addresses
    assert "".join(covered(message, "bold")).split() == TAPPED.sub("", quote).split()


@pytest.mark.parametrize("text", ["2019/ferry.txt", "3/4 of it", "jon@vale.example", "on/off", "at 5 @ 3", "a: b"])
def test_paths_fractions_and_the_like_are_left_alone(text: str) -> None:
    assert plain(text) == text


@given(NASTY)
def test_no_mixture_of_signs_is_linked_or_hidden(text: str) -> None:
    assert not found_entities(plain(text))
    assert visible(plain(text)) == plain(text)
    assert plain(plain(text)) == plain(text)


def test_a_quote_is_left_as_it_is() -> None:
    assert Styled().quote(Styled().add("“@everyone, /stop”")).message().text == "“@everyone, /stop”"


def test_bold_in_a_quotation_comes_after_it() -> None:
    message = Styled().add("so: ").quote(Styled().bold("all of it"), Styled().add("and more")).message()
    assert [(e.style, e.offset, e.length) for e in message.entities] == [("blockquote", 4, 18), ("bold", 4, 9)]
    checked(message)


def test_what_is_empty_is_no_entity() -> None:
    assert Styled().bold("").quote().add("text").message().entities == ()
    assert not Styled().bold("\u200b")


@pytest.mark.parametrize(
    "url",
    ["https://courier.example/harbour", "http://10.0.0.7:8080/a?b=c#d", "https://élysée.example/é", "HTTPS://A.EXAMPLE"],
)  # fmt: skip
def test_a_web_address_is_a_link(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "courier.example",
        "ftp://courier.example/a",
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "http://localhost/a",  # Telegram refuses a message with one
        "https://bank.example@evil.example/",
        "https://courier.example/\u202egpj.exe",
        "https://courier.example/a b",
        "https://courier.example\n/a",
        "https:///a",
        "https://courier.example/" + "a" * 2100,
    ],
)
def test_what_telegram_refuses_or_a_reader_cannot_see_is_no_link(url: str | None) -> None:
    assert web_address(url) is None
    assert Styled().link("title", url).message().entities == ()


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("a few words", 11, "a few words"),
        ("a few words", 10, "a few…"),
        ("a fewwwwwwwww", 8, "a fewww…"),
        ("nospaces", 4, "nos…"),
    ],
)
def test_a_title_is_shortened_between_words_where_it_can_be(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short
