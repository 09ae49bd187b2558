"""What the Bot API says when it refuses a call, in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """A call is refused: HTTP status, description, and the `parameters` a client reads.

    `blamed`: the bot could have known better, so that the call is kept in `BotApi.problems`.
    """

    def __init__(
        self, code: int, description: str, *, parameters: Mapping[str, Any] | None = None, blamed: bool = True
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.blamed = blamed

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the reply."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body if self.parameters is None else {**body, "parameters": dict(self.parameters)}


def bad(words: str, *, blamed: bool = True) -> Refused:
    """400, as the Bot API words it."""
    return Refused(400, f"Bad Request: {words}", blamed=blamed)


def too_many(seconds: int) -> Refused:
    """429: the next try may come after this many seconds."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds}, blamed=False)


def migrated(chat_id: int) -> Refused:
    """400: the group is a supergroup now, with another id."""
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refused(400, description, parameters={"migrate_to_chat_id": chat_id}, blamed=False)


GONE_QUERY = "query is too old and response timeout expired or query ID is invalid"
RIVAL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
SET_WEBHOOK = "Conflict: terminated by setWebhook request"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True, slots=True)
class Problem:
    """A call that breaks the Bot API's rules; `description` is what was, or should have been, answered."""

    method: str
    description: str
    parameters: Mapping[str, Any] = field(repr=False)
