"""/privacy tells what is true of this bot, /forget says what it deleted, and the retention is kept to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations import IN_MEMORY, Conversations, Key, Turn
from bot.render.telegram.message import TEXT_LIMIT, units
from bot.render.telegram.presses import Press, read_press
from bot.settings import Settings
from bot.telegram import privacy
from bot.telegram.privacy import Forgotten
from bot.telegram.store import Store
from bot.telegram.texts import texts
from retrieval.types import LANGUAGES

ANNA, GROUP = 7_100_101, -500
SETTINGS = Settings(home=Path("home"))
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def kept() -> Iterator[tuple[Store, Conversations]]:
    with closing(Store(IN_MEMORY)) as store, closing(Conversations(IN_MEMORY)) as conversations:
        yield store, conversations


def ask(kept: tuple[Store, Conversations], update_id: int, when: datetime = NOW) -> str:
    """A question that was answered then; the answer's id."""
    store, conversations = kept
    job = store.jobs.add(
        update_id=update_id, chat=GROUP, thread=0, person=ANNA, private=False, message_id=update_id,
        question="Who?", language="en", at=when.timestamp(),
    )  # fmt: skip
    assert job is not None
    turn = Turn(job.answer_id, "Who?", "Who?", "en", {}, when.isoformat(timespec="seconds"), f"telegram:{ANNA}")
    conversations.add(Key(f"telegram:{GROUP}", "0"), turn)
    store.sent(job.number, 1, GROUP, 1000 + update_id, when.timestamp(), done=True)
    return job.answer_id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("settings", "told", "not_told"),
    [
        (SETTINGS, "90", "api.openai.com"),
        (replace(SETTINGS, retention_days=7), " 7 ", "90"),
        (replace(SETTINGS, retention_days=None), " 30 ", "90"),
        (replace(SETTINGS, openai_api_key="k-123"), "api.openai.com", "k-123"),
        (replace(SETTINGS, openai_base_url="https://me:hush@llm.example:8443/v1"), "llm.example", "hush"),
        (replace(SETTINGS, openai_api_key="k", no_model=True), "90", "api.openai.com"),
        (replace(SETTINGS, openai_api_key="k", no_model=True, embeddings="openai:small"), "api.openai.com", "small"),
    ],
)
def test_privacy_tells_what_is_true_of_this_bot_in_one_message(
    language: str, settings: Settings, told: str, not_told: str
) -> None:
    message = privacy.privacy_message(texts(language), settings)
    assert told in message.text
    assert not_told not in message.text
    assert "/forget" in message.text
    assert units(message.text) <= TEXT_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
def test_forget_asks_first_and_offers_both_answers(language: str) -> None:
    message = privacy.confirm_message(texts(language))
    presses = [read_press(button.press or "") for row in message.keyboard for button in row]
    assert presses == [Press("forget", ("yes",)), Press("forget", ("no",))]
    assert message.text
    assert privacy.cancelled_text(texts(language))


def test_forget_says_what_it_deleted_and_leaves_out_what_there_was_none_of() -> None:
    said = privacy.forgotten_text(texts("en"), Forgotten(answers=1, opinions=12, documents=0, entries=3))
    assert "– 1 question with its answer\n– 12 votes and remarks\n– 3 other entries\n" in said
    assert "document" not in said
    said = privacy.forgotten_text(texts("fr"), Forgotten(answers=2, opinions=0, documents=1, entries=0))
    assert "– 2 questions avec leurs réponses\n– 1 document pas encore ajouté\n" in said
    assert privacy.forgotten_text(texts("en"), Forgotten(0, 0, 0, 0)) == texts("en")("privacy.nothing")


def test_forgetting_counts_everything_but_the_press_that_asked_for_it(kept: tuple[Store, Conversations]) -> None:
    store, conversations = kept
    answer_id = ask(kept, 1)
    store.feedback.vote(answer_id, ANNA, "up", 1.0)
    store.feedback.remark(ANNA, "Lovely.", 1.0)
    store.uploads.add(GROUP, ANNA, "pasted", 1.0, text="The pier opened.")
    store.people.set_language(ANNA, "fr")
    store.updates.accept(9, f'{{"callback_query": {{"from": {{"id": {ANNA}}}}}}}', 1.0)
    # The job, its message, and the language are the other entries.
    assert privacy.forget(store, conversations, ANNA) == Forgotten(answers=1, opinions=2, documents=1, entries=3)
    assert privacy.forget(store, conversations, ANNA) == Forgotten(0, 0, 0, 0)
    assert conversations.find(answer_id) is None


def test_answers_older_than_the_retention_are_gone_from_both_files(kept: tuple[Store, Conversations]) -> None:
    store, conversations = kept
    old, new = ask(kept, 1, NOW - timedelta(days=8)), ask(kept, 2, NOW - timedelta(days=6))
    assert privacy.sweep(store, conversations, NOW.timestamp(), None) == 0
    assert conversations.find(old) is not None
    assert privacy.sweep(store, conversations, NOW.timestamp(), 7) == 3  # the answer, its job and its message
    assert conversations.find(old) is None
    assert conversations.find(new) is not None
    assert conversations.find(new) is not None
    assert privacy.sweep(store, conversations, NOW.timestamp(), 7) == 0


def test_what_serves_for_a_while_is_swept_though_everything_else_is_kept(kept: tuple[Store, Conversations]) -> None:
    store, conversations = kept
    store.codes.make("pair", "111111", ANNA, ANNA, (NOW - timedelta(days=2)).timestamp(), "Anna")
    privacy.sweep(store, conversations, NOW.timestamp(), None)
    assert store.codes.find("111111") is None
