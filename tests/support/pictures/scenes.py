"""What people write to the bot for the pictures, and what they then see."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.support.pictures.drawing import Scene, Shown
from tests.support.telegram import BotApi, BotProcess, Chat, Message, User

FOLDER: Final = Path(__file__).parents[3] / "docs" / "pictures"
"""Where the pictures are."""
_PROGRAM: Final = (str(Path(__file__).with_name("patient.py")), "telegram")
_INDEXING: Final = 300.0
"""Seconds in which the bot makes an index where the home has none, on a busy machine."""
_ANSWERING: Final = 60.0


def scenes(home: Path) -> dict[str, Scene]:
    """The pictures by file name, from a bot in this home that indexes the bundled articles, or has.

    AssertionError when an answer does not come, or the bot breaks a rule of Telegram's.
    """
    with (
        BotApi() as api,
        BotProcess(api, home, program=_PROGRAM, FOOTNOTE_HEALTH="off", TELEGRAM_PACE="off") as bot,
    ):
        bot.start().ready(_INDEXING)
        ann = api.user(7, "Ann")
        private = api.private(ann)
        asked, answer = _asks(private, ann, "Who has been flying reconnaissance flights over Libya?")
        api.press(ann, answer, "[1]").wait()
        [source] = private.wait_for_reply(answer)

        lea = api.user(8, "Léa", language_code="fr")
        demandee, refusal = _asks(api.private(lea), lea, "Combien d'avions la Russie a-t-elle envoyés\u00a0?")
        assert api.problems == []
        return {
            "answer.svg": Scene("A question to Footnote in Telegram, and its answer", (Shown(asked), Shown(answer))),
            "source.svg": Scene("The passage behind [1] of an answer, in Telegram", (Shown(source),)),
            "declined.svg": Scene(
                "A question in French that the articles don't answer, in Telegram",
                (Shown(demandee), Shown(refusal, unfolded=True)),
            ),
        }


def _asks(chat: Chat, user: User, question: str) -> tuple[Message, Message]:
    """The question as it stands in the chat, and its answer."""
    asked = chat.says(user, question)
    [answer] = chat.wait_for_reply(asked, _ANSWERING)
    return asked, answer
