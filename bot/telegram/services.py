"""What the handlers work with, built once in `app`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations import Conversations
from bot.pool import Pool
from bot.settings import Settings
from bot.telegram.access import Access
from bot.telegram.desk import Desk
from bot.telegram.keeping import Keeper
from bot.telegram.language import interface_language
from bot.telegram.metrics import Metrics
from bot.telegram.quotas import Quotas
from bot.telegram.sending import Sender
from bot.telegram.store import Store
from bot.telegram.texts import Texts, texts
from bot.telegram.wire import Party


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running bot. `me`: its user id; `username`: its name, without @."""

    settings: Settings
    store: Store
    conversations: Conversations
    keep: Keeper
    pool: Pool
    sender: Sender
    desk: Desk
    access: Access
    quotas: Quotas
    metrics: Metrics
    me: int
    username: str

    async def words(self, party: Party) -> Texts:
        """The interface's sentences for who sent an update."""
        stored = (await self.keep(self.store.people.get, party.person)).language
        return texts(interface_language(stored, party.language_code))
