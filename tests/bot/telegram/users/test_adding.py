"""An admin adds articles through the chat: a file or a text is indexed, asked about, replaced and removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.telegram.texts import texts
from tests.support.running import Bot, open_bot
from tests.support.telegram import Chat, Message

WORDS = texts("en")
ADMIN = 7
PIER = (
    "A pier for Port Elsin\n\nElsin Courier\n\n6 May 2019\n\n"
    "The new pier of Port Elsin opened on Monday. Mayor Ilse Brandt cut a ribbon before three hundred guests. "
    "The pier cost 40 million crowns, twice what the council had planned.\n"
)
ASKED = "What did the new pier of Port Elsin cost?"
FERRY = (
    "The ferry of Vardo\n\nThe ferry of Vardo has carried cars since Tuesday. Captain Edda Thorne took 40 of them "
    "across on its first day.\n\n"
    + "The crossing takes an hour in good weather, and the harbour master asks for patience. "
    * 3
)


@pytest.fixture(scope="module")
def bot(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot with an admin, whose archive these tests may change."""
    with ExitStack() as stack:
        home = tmp_path_factory.mktemp("adding") / "home"
        bot = open_bot(stack, home, bundled_home, {"FOOTNOTE_ADMINS": str(ADMIN)})
        bot.process.start().ready()
        yield bot
        assert bot.process.terminate() == 0
        assert bot.api.problems == []


def reply(chat: Chat, text: str) -> Message:
    """What is said to a message."""
    return chat.wait_for_reply(chat.says(chat.members[0], text))[0]


def sends(chat: Chat, name: str, text: str, wanted: str) -> Message:
    """Somebody sends a file; the message that tells how it went, when it says this."""
    [note] = chat.wait_for_reply(chat.sends_file(chat.members[0], name, text.encode()))
    chat.world.wait_until(lambda: wanted in note.text, 60)
    return note


def press(bot: Bot, message: Message, label: str, wanted: str) -> None:
    """Press a button, and wait until its message says this."""
    assert bot.api.press(message.chat.members[0], message, label).wait() == ""
    bot.api.wait_until(lambda: wanted in message.text, 60)


def test_an_article_is_added_asked_about_replaced_and_removed(bot: Bot) -> None:
    ann, rui = bot.api.private(bot.api.user(ADMIN)), bot.private()
    assert "[1]" not in reply(rui, ASKED).text.partition("\n")[0]

    note = sends(ann, "pier.txt", PIER, WORDS("documents.added"))
    assert note.versions, "it told how far it was"
    fields = dict(line.split(": ", 1) for line in note.text.splitlines() if ": " in line)
    read = [fields[WORDS(f"documents.fields.{one}").rstrip(":")] for one in ("title", "outlet", "date", "passages")]
    assert read == ["A pier for Port Elsin", "Elsin Courier", "6 May 2019", "1"]
    assert "A pier for Port Elsin" in note.styled("bold")

    answer = reply(rui, ASKED)
    assert "40 million crowns" in answer.text and "Elsin Courier · 6 May 2019" in answer.text
    bot.api.press(rui.members[0], answer, "[1]").wait()
    [panel] = rui.wait_for(lambda message: message.reply_to is answer)
    assert "40 million crowns" in panel.styled("bold")[-1]

    # The same again, and another version: asked about before anything is replaced.
    assert sends(ann, "pier.txt", PIER, WORDS("documents.same")).buttons == []
    dearer = PIER.replace("40 million", "55 million")
    note = sends(ann, "pier.txt", dearer, WORDS("documents.known.name"))
    assert note.labels == [WORDS(f"documents.buttons.{one}") for one in ("replace", "beside", "cancel")]
    press(bot, note, WORDS("documents.buttons.cancel"), WORDS("documents.cancelled"))
    assert "40 million crowns" in reply(rui, ASKED).text
    note = sends(ann, "pier.txt", dearer, WORDS("documents.known.name"))
    bot.process.restart()
    press(bot, note, WORDS("documents.buttons.replace"), WORDS("documents.added"))
    now = reply(rui, ASKED).text
    assert "55 million crowns" in now and "40 million crowns" not in now
    before = len(panel.versions)
    bot.api.press(rui.members[0], answer, "[1]").wait()
    bot.api.wait_until(lambda: len(panel.versions) > before)
    assert "40 million crowns" not in panel.text
    assert any(WORDS(f"answer.{one}") in panel.text for one in ("gone", "changed"))

    press(bot, note, WORDS("documents.buttons.remove"), "Removed from the archive")
    assert "55 million crowns" not in reply(rui, ASKED).text


def test_texts_that_are_pasted_forwarded_or_stand_behind_add(bot: Bot) -> None:
    ann, rui = bot.api.private(bot.api.user(ADMIN)), bot.private()
    offer = reply(ann, FERRY)
    assert offer.text == WORDS("documents.offer")
    press(bot, offer, WORDS("documents.buttons.add"), WORDS("documents.added"))
    assert "Edda Thorne" in reply(rui, "Who is the captain of the ferry of Vardo?").text

    forwarded = ann.says(ann.members[0], "The lamp of Vardo was lit again on Sunday by Ole Kran.", forwarded="Jon")
    [offer] = ann.wait_for_reply(forwarded)
    press(bot, offer, WORDS("documents.buttons.nothing"), WORDS("documents.nothing"))

    added = reply(ann, "/add The lighthouse of Vardo\n\nThe lighthouse of Vardo was sold for 900 crowns on Friday.")
    bot.api.wait_until(lambda: WORDS("documents.added") in added.text, 60)
    assert "900 crowns" in reply(rui, "For how much was the lighthouse of Vardo sold?").text

    assert reply(ann, "https://news.example/pier").text == WORDS("documents.links")
    assert reply(rui, "/add Anything at all.").text == WORDS("help.unknown", name="add")


def test_failure_27_what_cannot_be_read_is_said_and_not_fetched(bot: Bot) -> None:
    ann, fetched = bot.api.private(bot.api.user(ADMIN)), bot.api.counts["getFile"]
    huge = ann.sends_file(ann.members[0], "pier.txt", b"x", size=21 * 1024 * 1024)
    assert ann.wait_for_reply(huge)[0].text == WORDS("documents.too_large")
    other = ann.sends_file(ann.members[0], "pier.exe", b"x", mime="application/octet-stream")
    assert ".txt" in ann.wait_for_reply(other)[0].text
    assert bot.api.counts["getFile"] == fetched
    sends(ann, "latin.txt", "", WORDS("documents.empty"))
    broken = ann.sends_file(ann.members[0], "pier.pdf", b"%PDF-1.7")
    [note] = ann.wait_for_reply(broken)
    bot.api.wait_until(lambda: "It is damaged" in note.text, 60)
