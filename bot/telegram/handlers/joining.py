"""Where the bot can write: it is blocked and unblocked, put out of groups, and groups get another id."""

from __future__ import annotations

from telegram import ChatMember, Update
from telegram.ext import ContextTypes

from bot.conversations import Conversations
from bot.telegram.access import Access
from bot.telegram.desk import Desk, conversation
from bot.telegram.journal import event
from bot.telegram.keeping import Keeper
from bot.telegram.store import Store

_OUT = (ChatMember.BANNED, ChatMember.LEFT)


class Joining:
    """See the module."""

    def __init__(self, store: Store, conversations: Conversations, keep: Keeper, access: Access) -> None:
        self._store = store
        self._conversations = conversations
        self._keep = keep
        self._access = access
        self.desk: Desk | None = None

    async def on_member(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """The bot was blocked or unblocked, added or removed."""
        change = update.my_chat_member
        if change is None:
            return
        out = change.new_chat_member.status in _OUT
        await self._keep(self._store.people.set_active, change.chat.id, not out)
        if out and self.desk is not None:
            await self.desk.abandon(change.chat.id)

    async def on_moved(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Telegram tells of a group's new id, in both chats; what is said in the new one comes after that."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            await self.moved(message.chat_id, message.migrate_to_chat_id)
        elif message is not None and message.migrate_from_chat_id is not None:
            await self.moved(message.migrate_from_chat_id, message.chat_id)

    async def moved(self, old: int, new: int) -> None:
        """A group has another id: what is kept of it goes along."""
        event("a group has another id")
        await self._keep(self._store.move_chat, old, new)
        await self._keep(self._conversations.move_chat, conversation(old, 0).chat, conversation(new, 0).chat)
        await self._keep(self._access.moved, old, new)
        if self.desk is not None:
            self.desk.moved(old, new)

    async def blocked(self, chat: int) -> None:
        """A message was refused: what was asked there is answered for nobody."""
        await self._keep(self._store.people.set_active, chat, False)
        if self.desk is not None:
            await self.desk.abandon(chat)
