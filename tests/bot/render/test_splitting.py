"""A long message is cut where a reader would pause, into parts that Telegram takes, and nothing of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.telegram.message import Button, Entity, Message, Style, units
from bot.render.telegram.splitting import first_part, split
from bot.render.telegram.styled import Styled
from tests.bot.render.chat import checked, covered, stretch

BUTTON = ((Button("[1]", press="s:a:1"),),)
BLANK = re.compile(r"[\s\u00ad\u034f\u115f\u1160\u200b-\u200f\u2060-\u2064\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]+")

PIECES = st.sampled_from(
    ["word ", "Un mot. ", "« Oui ! » ", "\n", "\n\n", " ", "😀", "👩‍👩‍👧", "👍🏽", "e\u0301", "\u0915\u094d\u0937",
     "שלום ", "مرحبا", "x" * 30, "[1]", "\u00a0", "\u200d", "\ufe0f", "🇫🇷", "1.5", "…", "\t"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
STYLES: list[Style] = ["bold", "italic", "text_link", "code", "blockquote", "expandable_blockquote"]


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Messages of any text, with entities that begin and end between characters."""
    text = draw(TEXTS)
    entities = []
    for _ in range(draw(st.integers(0, 12)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        style = draw(st.sampled_from(STYLES))
        url = "https://courier.example" if style == "text_link" else None
        entities.append(Entity(style, units(text[:start]), units(text[start:end]), url))
    return Message(text, tuple(entities), BUTTON)


@given(messages(), st.integers(2, 80), st.integers(1, 5))
def test_nothing_but_white_space_at_the_cuts_is_lost(message: Message, limit: int, entities: int) -> None:
    rest = message.text
    for part in split(message, limit, entities):
        rest = BLANK.sub("", rest, count=1) if BLANK.match(rest) else rest
        assert rest.startswith(part.text)
        rest = rest[len(part.text) :]
    assert BLANK.sub("", rest) == ""


@given(messages(), st.integers(2, 80), st.integers(1, 5))
def test_each_part_is_one_that_telegram_takes(message: Message, limit: int, entities: int) -> None:
    parts = split(message, limit, entities)
    for part in parts:
        assert BLANK.sub("", part.text)
        assert units(part.text) <= limit
        assert len(part.entities) <= entities
        for entity in part.entities:
            assert 0 <= entity.offset < entity.offset + entity.length <= units(part.text)
            stretch(part.text, entity.offset, entity.length)  # not within a surrogate pair
    assert [part.keyboard for part in parts] == [()] * (len(parts) - 1) + [BUTTON] * bool(parts)


@given(messages(), st.integers(2, 80))
def test_what_is_styled_stays_styled_in_every_part(message: Message, limit: int) -> None:
    def styled(part: Message) -> list[tuple[str, Style]]:
        characters = []
        for entity in part.entities:
            shown = stretch(part.text, entity.offset, entity.length)
            characters += [(character, entity.style) for character in BLANK.sub("", shown)]
        return sorted(characters)

    everywhere = [pair for part in split(message, limit, 99) for pair in styled(part)]
    assert sorted(everywhere) == styled(message)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(40, 200))
def test_a_character_is_cut_neither_from_its_accent_nor_from_its_colour(text: str, limit: int) -> None:
    for part in split(Message(f"a{text}"), limit)[1:]:
        assert not re.match("[\u0300-\u036f\u094d\u200d\ufe0f\U0001f3fb-\U0001f3ff]", part.text)


def test_a_short_message_stays_as_it_is() -> None:
    message = Styled().bold("Short").add(" and sweet").message(BUTTON)
    assert split(message) == [message]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("One here. Two here.\n\nThree.", 25, ["One here. Two here.", "Three."]),
        ("One here. Two here.\nThree.", 25, ["One here. Two here.", "Three."]),
        ("One here. Two is longer", 15, ["One here.", "Two is longer"]),
        ("« Un jour ! » Puis un autre", 20, ["« Un jour ! »", "Puis un autre"]),
        ("one two three", 9, ["one two", "three"]),
        ("nospacesatall", 5, ["nospa", "cesat", "all"]),
        ("In 1.5 years", 8, ["In 1.5", "years"]),
        ("It opened. [1] Then it shut.", 16, ["It opened. [1]", "Then it shut."]),
        ("It opened then [1] it shut", 17, ["It opened", "then [1] it shut"]),
        ("😀😀😀", 5, ["😀😀", "😀"]),
        ("  spaced   ", 20, ["spaced"]),
        ("", 20, []),
        (" \n\u200b\u2800 ", 20, []),
    ],
)  # fmt: skip
def test_it_is_cut_where_a_reader_pauses(text: str, limit: int, parts: list[str]) -> None:
    assert [part.text for part in split(Message(text), limit)] == parts


def test_a_family_of_emoji_is_one_character() -> None:
    assert [part.text for part in split(Message("aaaa👩‍👩‍👧"), 8)] == ["aaaa", "👩‍👩‍👧"]


def test_a_cut_outside_an_entity_is_better_than_a_later_one_within() -> None:
    message = Styled().add("one two three ").link("four five", "https://courier.example").message()
    assert [part.text for part in split(message, 19)] == ["one two three", "four five"]


def test_an_entity_that_must_be_cut_goes_on_in_the_next_part() -> None:
    parts = split(Styled().bold("one two three four").message(), 10)
    assert [covered(part, "bold") for part in parts] == [["one two"], ["three four"]]


def test_a_heading_is_not_left_without_its_block() -> None:
    lines = [Styled().add(f"[{n}] a source of some length") for n in range(1, 5)]
    message = Styled().add("An answer of one line.\n\n").bold("Sources:").add("\n").quote(*lines, folded=True).message()
    for limit in range(32, units(message.text)):
        for part in split(message, limit):
            assert not part.text.endswith("Sources:")
            checked(part)


def test_a_block_that_fits_in_no_part_is_cut_between_its_lines() -> None:
    lines = [Styled().add(f"[{n}] a source of some length") for n in range(1, 200)]
    parts = split(Styled().bold("Sources:").add("\n").quote(*lines, folded=True).message())
    assert len(parts) == 2
    assert parts[0].text.startswith("Sources:\n[1] a source")
    for part in parts:
        assert covered(checked(part), "expandable_blockquote")
        assert part.text.endswith("a source of some length")


def test_a_hundred_entities_are_too_many_for_one_message() -> None:
    message = Styled()
    for n in range(300):
        message.add("said ").link(f"[{n}]", "https://courier.example")
    parts = [checked(part) for part in split(message.message())]
    assert sum(len(part.entities) for part in parts) == 300
    assert max(len(part.entities) for part in parts) == 95


def test_what_is_too_long_for_one_message_ends_with_dots_and_keeps_its_buttons() -> None:
    message = first_part(Styled().bold("word " * 2000).message(BUTTON))
    assert checked(message).text.endswith("word\n…")
    assert message.keyboard == BUTTON


def test_a_limit_below_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="2 units"):
        split(Message("text"), 1)
