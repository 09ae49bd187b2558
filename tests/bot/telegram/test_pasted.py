"""Texts that are pasted, forwarded or stand behind /add, over the real python-telegram-bot and a real index."""

from __future__ import annotations

import pytest

from bot.telegram.pasting import is_link, is_long, joined
from tests.support.documents import BRIDGE, PARAGRAPH, World, says
from tests.support.homes import indexed_texts

ADMIN, READER = 1, 7


def test_add_takes_the_text_behind_it_or_what_it_replies_to(world: World) -> None:
    with world.bot():
        world.chat.says(world.admin, f"/add {BRIDGE}")
        assert "Title: A bridge for Varnholm" in says(world.chat, "Added to the archive.").text
        text = world.chat.says(world.admin, "The mill of Ostrava burned down on Sunday.")
        says(world.chat, "Asked:")
        world.chat.says(world.admin, "/add", reply_to=text)
        says(world.chat, "Added to the archive.")
        file = world.chat.sends_file(world.reader, "storm.txt", b"A storm came over Lissa on Friday.")
        says(world.chat, "Seules")
        world.chat.says(world.admin, "/add", reply_to=file)
        assert "Source: storm.txt" in says(world.chat, "Added to the archive.").text
        world.chat.says(world.admin, "/add")
        says(world.chat, "Send me the article as a file (.atom, .csv, .docx, ")
        world.chat.says(world.admin, "/add https://news.example/story")
        says(world.chat, "I don't fetch links.")
    assert len(indexed_texts(world.settings)) == 4


def test_a_bare_link_is_not_fetched_and_that_is_said(world: World) -> None:
    with world.bot():
        world.chat.says(world.admin, "https://news.example/story?id=1")
        says(world.chat, "I don't fetch links. Send me the article as a file")
        world.readers_chat.says(world.reader, "www.news.example/story")
        says(world.readers_chat, "Je n'ouvre pas les liens. Demandez-moi plutôt")
        world.chat.says(world.admin, "What does https://news.example say of the pier?")
        says(world.chat, "Asked: What does https://news.example say")


def test_a_long_text_is_asked_about_and_the_answer_is_done(world: World) -> None:
    article = BRIDGE + "\n" + PARAGRAPH * 4
    with world.bot():
        world.chat.says(world.admin, article)
        question = says(world.chat, "What shall I do with this text?")
        assert question.labels == ["Ask it as a question", "Add it to the archive", "Nothing"]
        world.api.press(world.admin, question, "Add it to the archive")
        says(world.chat, "Added to the archive.")
        world.chat.says(world.admin, article + "Why?")
        question = says(world.chat, "What shall I do with this text?")
        world.api.press(world.admin, question, "Ask it as a question")
        says(world.chat, "Asked: A bridge for Varnholm")
        assert question.text == "Asked as a question."
        world.chat.says(world.admin, PARAGRAPH * 30)
        question = says(world.chat, "What shall I do with this text?")
        assert question.labels == ["Add it to the archive", "Nothing"], "too long to be a question"
        world.api.press(world.admin, question, "Nothing")
        says(world.chat, "Nothing was done with this text.")
    assert set(indexed_texts(world.settings)) == {"news", next(iter(world.files()))}
    assert [state for _, state in world.waiting()] == ["kept"]


def test_a_reader_may_ask_a_long_text_and_not_add_it(world: World) -> None:
    with world.bot():
        world.readers_chat.says(world.reader, BRIDGE + "\n" + PARAGRAPH * 4)
        question = says(world.readers_chat, "Que dois-je faire de ce texte\u00a0?")
        assert question.labels == ["En faire une question", "Rien"]
        number = question.buttons[0].data.split(":")[1] if question.buttons[0].data else ""
        toast = world.api.press(world.reader, question, f"u:{number}:add", forged=True).wait()
        assert toast.startswith("Seules les personnes qui gèrent ce bot")
        world.readers_chat.says(world.reader, PARAGRAPH * 30)
        says(world.readers_chat, "C'est trop long pour une question")
    assert set(indexed_texts(world.settings)) == {"news"}


def test_forwarded_words_are_asked_about_however_short(world: World) -> None:
    with world.bot():
        world.readers_chat.says(world.reader, "Is it true that the pier opened?", forwarded="Zoe")
        question = says(world.readers_chat, "Que dois-je faire de ce texte")
        world.api.press(world.reader, question, "En faire une question")
        says(world.readers_chat, "Asked: Is it true that the pier opened?")


def test_a_pasted_text_that_the_app_has_cut_is_one_text(world: World) -> None:
    text = BRIDGE + "\n" + PARAGRAPH * 80
    pieces = [text[:4000], text[4000:8000].lstrip(), text[8000:].lstrip()]
    with world.bot(within=30):
        for piece in pieces:
            world.chat.says(world.admin, piece.rstrip())
        question = says(world.chat, "What shall I do with this text?")
        assert len(world.chat.sent) == 1
        world.api.press(world.admin, question, "Add it to the archive")
        says(world.chat, "Added to the archive.")
    [kept] = [text for name, text in indexed_texts(world.settings).items() if name != "news"]
    assert kept.split() == text.split()


def test_a_pasted_text_behind_add_is_joined_and_added(world: World) -> None:
    text = (BRIDGE + "\n" + PARAGRAPH * 60).strip()
    with world.bot(within=30):
        world.chat.says(world.admin, f"/add {text[:4000]}")
        world.chat.says(world.admin, text[4000:].strip())
        says(world.chat, "Added to the archive.")
    assert [kept.split() for name, kept in indexed_texts(world.settings).items() if name != "news"] == [text.split()]


def test_a_full_message_that_nothing_follows_stands_alone(world: World) -> None:
    with world.bot():
        world.chat.says(world.admin, PARAGRAPH * 38)
        says(world.chat, "What shall I do with this text?")


def test_the_first_part_of_a_pasted_text_outlives_a_restart(world: World) -> None:
    with world.bot(within=60):
        world.chat.says(world.admin, PARAGRAPH * 38)
        world.chat.says(world.reader, "Who met?", thread=None)
        world.api.wait_until(lambda: [state for _, state in world.waiting()] == ["gathering"])
    with world.bot():
        says(world.chat, "What shall I do with this text?")


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("Who opened the pier?", False),
        ("Hello!\n\nWho opened the pier?", False),
        (PARAGRAPH * 2 + "\n\n" + PARAGRAPH * 2, True),
        (PARAGRAPH * 4, False),
        (PARAGRAPH * 12, True),
    ],
)
def test_a_question_of_two_lines_is_still_a_question(text: str, long: bool) -> None:
    assert is_long(text) is long


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("The pier opened.", "The mayor spoke.", "The pier opened.\n\nThe mayor spoke."),
        ("The pier", "opened.", "The pier opened."),
        ("x" * 4096, "yz", "x" * 4096 + "yz"),
        ("Elle dit\u00a0: «\u00a0oui.\u00a0»", "Puis rien.", "Elle dit\u00a0: «\u00a0oui.\u00a0»\n\nPuis rien."),
    ],
)
def test_two_parts_are_joined_as_they_were_cut(before: str, after: str, whole: str) -> None:
    assert joined(before, after) == whole


def test_a_link_alone_is_a_link() -> None:
    assert is_link(" https://news.example/a?b=c\n")
    assert not is_link("https://news.example says what?")
