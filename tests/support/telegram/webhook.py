"""Updates posted to the bot's own web server, one after the other, each until it is taken."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import httpx

from tests.support.telegram.updates import Updates

_PAUSE: Final = 0.2
"""Seconds before an update that was not taken is posted again."""
_PATIENCE: Final = 10.0


@dataclass(slots=True)
class Webhook:
    """Where updates are posted. Made and ended in the server's event loop.

    `address`: where `url` leads from here, as a proxy before the bot would have it.
    """

    url: str
    address: str
    secret: str
    connections: int
    updates: Updates = field(repr=False)
    error: tuple[int, str] | None = None
    """When the last try failed, in seconds since 1970, and why."""
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Post what waits, and what comes."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        woken.set()
        self.updates.on_push = partial(loop.call_soon_threadsafe, woken.set)
        self._task = loop.create_task(self._post_all(woken))

    def stop(self) -> None:
        """Post nothing more."""
        self.updates.on_push = None
        if self._task is not None:
            self._task.cancel()

    def json(self) -> dict[str, Any]:
        """As getWebhookInfo gives it."""
        body: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
            "max_connections": self.connections,
        }
        if self.updates.allowed:
            body["allowed_updates"] = sorted(self.updates.allowed)
        if self.error is not None:
            body["last_error_date"], body["last_error_message"] = self.error
        return body

    async def _post_all(self, woken: asyncio.Event) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        async with httpx.AsyncClient(timeout=_PATIENCE, headers=headers, trust_env=False) as client:
            while True:
                await woken.wait()
                woken.clear()
                while self.updates.pending:
                    update = self.updates.pending[0]
                    if not await self._taken(client, update):
                        await asyncio.sleep(_PAUSE)
                    elif self.updates.pending and self.updates.pending[0] is update:
                        self.updates.pending.popleft()

    async def _taken(self, client: httpx.AsyncClient, update: dict[str, Any]) -> bool:
        try:
            reply = await client.post(self.address, json=update)
        except httpx.HTTPError:
            self.error = int(time.time()), "Connection refused"
            return False
        if not reply.is_success:
            self.error = int(time.time()), f"Wrong response from the webhook: {reply.status_code} {reply.reason_phrase}"
        return reply.is_success
