"""A chat is kept to some articles, by /filter; each answer there says so, and other chats are as they were."""

from __future__ import annotations

from bot.render.phrases import phrases
from bot.telegram.texts import texts
from tests.support.running import COMMANDER, Bot, Start
from tests.support.telegram import Chat


def says(chat: Chat, text: str) -> str:
    """What the bot says to it."""
    return chat.wait_for_reply(chat.says(chat.members[0], text))[0].text


def test_a_chat_keeps_its_filter_through_a_restart_and_every_answer_says_so(start: Start) -> None:
    bot = start()
    ann = bot.private()
    told = says(ann, "/filter language fr")
    assert told.startswith("Filter: language fr. It leaves 2 of 5 articles.")
    assert told == says(ann, "/filter")
    assert "Filter: language fr" in says(ann, COMMANDER)
    assert "Filter:" not in says(bot.group(), f"/ask {COMMANDER}")
    bot.process.kill()
    bot.process.start().ready()
    assert "Filter: language fr" in says(ann, COMMANDER)
    assert says(ann, "/filter off") == texts("en")("filter.none")
    assert "Filter:" not in says(ann, COMMANDER)


def test_undated_articles_left_out_are_counted_and_a_wrong_filter_changes_nothing(bot: Bot) -> None:
    lea = bot.private(language="fr")
    assert "depuis 2014" in says(lea, "/filter après 2014")
    wrong = says(lea, "/filter après printemps")
    assert "“printemps”" in wrong
    assert "/filter après 2014-06" in wrong
    answer = says(lea, "Qui commande les forces autour de Benina ?")
    assert phrases("fr").undated[1].format(count=4, total=5) in answer
