"""Inline mode: while somebody types the bot's name and some words in any chat, passages to send there.

Searches only, and asks no language model. A query comes with every few keystrokes: the last one of each person is
searched for, once its person pauses, and counts as a question. Answers are each person's own, and kept for seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.ext import ContextTypes

from bot import questions
from bot.errors import BadQuestion, FootnoteError, named
from bot.pool import Pool
from bot.render.telegram.inline import Offered, offered
from bot.telegram.access import Access, Allowed
from bot.telegram.fates import BAD_REPLY, kind_of
from bot.telegram.journal import event
from bot.telegram.keeping import Keeper
from bot.telegram.quotas import Quotas, left
from bot.telegram.starting import start_payload
from bot.telegram.texts import Texts
from bot.telegram.uploading import Words
from bot.telegram.wire import Party, sendable, to_entities
from retrieval.errors import RetrievalError, UnknownArticle

MOST: Final = 5
"""Passages that are shown."""
SETTLE: Final = 0.4
"""Seconds without another query after which a person is taken to pause."""
CACHE_SECONDS: Final = 30
"""How long Telegram may keep an answer."""
_FOUND: Final = 12
"""Passages that are looked at, for some say the same."""
_START: Final = "ask"
"""The start parameter that only opens the chat."""


class Inline:
    """See the module. All methods are for the event loop's thread."""

    def __init__(
        self,
        pool: Pool,
        access: Access,
        quotas: Quotas,
        keep: Keeper,
        words: Words,
        *,
        settle: float = SETTLE,
        searched: Callable[[], object] = lambda: None,
    ) -> None:
        """`settle`: see SETTLE; `searched`: called for each query that is searched for."""
        self._pool = pool
        self._access = access
        self._quotas = quotas
        self._keep = keep
        self._words = words
        self._settle = settle
        self._searched = searched
        self._latest: dict[int, str] = {}

    async def on_query(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a query, unless another one of the same person comes before that is done."""
        query = update.inline_query
        if query is None:
            return
        person = query.from_user.id
        self._latest[person] = query.id
        try:
            await self._answer(query, Party(person, 0, person, True, query.from_user.language_code))
        except BAD_REPLY as error:  # mostly of a query that is too old by now
            event("inline query not answered", error=kind_of(error))
        finally:
            if self._latest.get(person) == query.id:
                del self._latest[person]

    async def _answer(self, query: InlineQuery, party: Party) -> None:
        words = await self._words(party)
        allowed = await self._keep(self._access.may, party.person, party.chat, True)
        if not isinstance(allowed, Allowed):
            await self._show(query, (), words("inline.unlisted"), _START)
            return
        try:
            question = questions.read(query.query).text
        except BadQuestion:
            await self._show(query, (), words("inline.hint"), _START)
            return
        await asyncio.sleep(self._settle)
        if self._overtaken(query):
            return
        over = await self._keep(self._quotas.take, party.person, allowed.admin, inline=True)
        if over is not None:
            await self._show(query, (), words("inline.limited", left=left(over.seconds, words)), _START)
            return
        self._searched()
        try:
            found = await self._search(question, words)
        except (FootnoteError, RetrievalError) as error:
            event("inline query failed", error=named(error).code)
            found = []
        if not self._overtaken(query):
            label = words("inline.ask" if found else "inline.nothing")
            await self._show(query, found, label, start_payload(question) or _START)

    async def _search(self, question: str, words: Texts) -> list[Offered]:
        found: dict[str, Offered] = {}
        for hit in await self._pool.search(question, _FOUND):
            try:
                article = await self._pool.article(hit.passage.article_id)
            except UnknownArticle:  # removed since it was found
                continue
            one = offered(hit, article, words.language)
            if one is not None:
                found.setdefault(one.description.casefold(), one)
        return list(found.values())[:MOST]

    def _overtaken(self, query: InlineQuery) -> bool:
        return self._latest.get(query.from_user.id) != query.id

    async def _show(self, query: InlineQuery, found: Sequence[Offered], label: str, parameter: str) -> None:
        await query.answer(
            [_result(one) for one in found],
            cache_time=CACHE_SECONDS,
            is_personal=True,
            button=InlineQueryResultsButton(label, start_parameter=parameter),
        )


def _result(one: Offered) -> InlineQueryResultArticle:
    content = InputTextMessageContent(
        sendable(one.message.text),
        entities=to_entities(one.message.entities),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(one.id, sendable(one.title), content, description=sendable(one.description))
