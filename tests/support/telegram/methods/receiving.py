"""How the bot gets what happens: webhooks, files, and the end of it."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.support.telegram.files import DOWNLOAD_LIMIT
from tests.support.telegram.methods.registry import Method
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import bad
from tests.support.telegram.webhook import Webhook
from tests.support.telegram.world import World

_CONNECTIONS: Final = 40
_PORTS: Final = ("443", "80", "88", "8443")


def _set_webhook(world: World, parameters: Parameters) -> Any:
    url = parameters.text("url")
    if not url:
        return _delete_webhook(world, parameters)
    address = next((url.replace(start, to, 1) for start, to in world.proxy.items() if url.startswith(start)), url)
    _check_url(url)
    secret = parameters.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    connections = parameters.number("max_connections", _CONNECTIONS)
    if not 1 <= connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    _delete_webhook(world, parameters)
    world.updates.allow(parameters)
    world.updates.end_poll()
    world.webhook = Webhook(url, address, secret, connections, world.updates)
    world.webhook.start()
    return True


def _check_url(url: str) -> None:
    """HTTPS on a port of Telegram's; plain HTTP on this machine alone, as a Bot API server of one's own takes it."""
    if re.match(r"http://(?:127\.0\.0\.1|localhost)[:/]", url):
        return
    found = re.fullmatch(r"https://[^/:\s]+(?::(\d+))?(?:/\S*)?", url)
    if found is None:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if found[1] not in (None, *_PORTS):
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _delete_webhook(world: World, parameters: Parameters) -> Any:
    if world.webhook is not None:
        world.webhook.stop()
        world.webhook = None
    if parameters.flag("drop_pending_updates"):
        world.updates.pending.clear()
    return True


def _webhook_info(world: World, _parameters: Parameters) -> Any:
    if world.webhook is not None:
        return world.webhook.json()
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates.pending)}


def _get_file(world: World, parameters: Parameters) -> Any:
    file = world.files.get(parameters.text("file_id"))
    if file is None:
        raise bad("invalid file_id")
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return file.json(with_path=True)


def _log_out(world: World, _parameters: Parameters) -> Any:
    world.logged_out = True
    return True


METHODS: Final[dict[str, Method]] = {
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "getFile": _get_file,
    "logOut": _log_out,
    "close": lambda _world, _parameters: True,
}
