"""The methods of the Bot API: the parameters are checked, the world is changed, the result is given."""

from typing import Final

from tests.support.telegram.methods import answering, editing, membership, presenting, receiving, sending
from tests.support.telegram.methods.registry import Method

METHODS: Final[dict[str, Method]] = {
    **answering.METHODS,
    **editing.METHODS,
    **membership.METHODS,
    **presenting.METHODS,
    **receiving.METHODS,
    **sending.METHODS,
}
GET_UPDATES: Final = "getUpdates"
"""Waits, and is no `Method`: see `Updates.poll`."""
NAMES: Final = {name.lower(): name for name in (GET_UPDATES, *METHODS)}
"""The Bot API takes names in any case."""

__all__ = ["GET_UPDATES", "METHODS", "NAMES", "Method"]
