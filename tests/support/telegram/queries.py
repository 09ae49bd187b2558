"""What people asked the bot for by a button or in inline mode, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.telegram.world import World


@dataclass(eq=False, slots=True)
class Press:
    """A button that was pressed. `at`: monotonic seconds. `answers`: what answerCallbackQuery said, each time."""

    world: World = field(repr=False)
    id: str
    at: float
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was shown; empty when it only took the waiting sign away."""
        return next((answer["text"] for answer in self.answers if answer["text"]), "")

    @property
    def alert(self) -> bool:
        """Whether it was shown as an alert that has to be closed."""
        return any(answer["show_alert"] for answer in self.answers)

    def wait(self, seconds: float = 60.0) -> str:
        """Wait for the answer; its text. Raises AssertionError when none comes: the button would go on waiting."""
        self.world.wait_until(lambda: bool(self.answers), seconds, lambda: "the press was not answered")
        return self.text


@dataclass(eq=False, slots=True)
class InlineQuery:
    """What somebody typed after the bot's name. `answer`: the parameters of answerInlineQuery, read.

    `cached`: Telegram gave an answer it had kept, and the bot was not asked.
    """

    world: World = field(repr=False)
    id: str
    at: float
    query: str
    offset: str
    asker: int
    answer: dict[str, Any] | None = None
    cached: bool = False

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results; none while there is no answer."""
        return [] if self.answer is None else self.answer["results"]

    def wait(self, seconds: float = 60.0) -> list[dict[str, Any]]:
        """Wait for the answer; its results. Raises AssertionError when none comes."""
        self.world.wait_until(lambda: self.answer is not None, seconds, lambda: f"no answer to {self.query!r}")
        return self.results


class InlineCache:
    """The answers that Telegram keeps: for everybody, unless an answer is personal. Times in monotonic seconds."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, int | None], tuple[float, dict[str, Any]]] = {}

    def keep(self, query: InlineQuery, answer: dict[str, Any], now: float) -> None:
        """Keep an answer as long as it says."""
        asker = query.asker if answer["is_personal"] else None
        self._kept[query.query, query.offset, asker] = (now + answer["cache_time"], answer)

    def find(self, query: InlineQuery, now: float) -> dict[str, Any] | None:
        """The answer that this person would get without the bot being asked."""
        for asker in (query.asker, None):
            until, answer = self._kept.get((query.query, query.offset, asker), (0.0, {}))
            if until > now:
                return answer
        return None
