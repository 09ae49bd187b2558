"""What the bot called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.telegram.faults import Fault


@dataclass(frozen=True, slots=True)
class Call:
    """A call and what came of it. `at`: monotonic seconds. `reply`: what Telegram replied, or would have without a
    `fault`; None when nothing was done.
    """

    method: str
    parameters: Mapping[str, Any] = field(repr=False)
    at: float
    reply: Mapping[str, Any] | None = field(repr=False)
    fault: Fault | None = None

    @property
    def chat(self) -> int | None:
        """The chat it names by number."""
        return chat_of(self.parameters)


def chat_of(parameters: Mapping[str, Any]) -> int | None:
    """The chat that the parameters of a call name by number."""
    given = str(parameters.get("chat_id", ""))
    return int(given) if given.removeprefix("-").isdecimal() else None
