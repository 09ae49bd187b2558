"""Messages, previews, documents and what the bot is shown to be doing."""

from __future__ import annotations

import time
from typing import Any, Final

from telegram.constants import ChatAction

from tests.support.telegram.chats import Chat
from tests.support.telegram.files import StoredFile
from tests.support.telegram.keyboards import checked_markup
from tests.support.telegram.messages import Action, Draft, Message
from tests.support.telegram.methods.registry import (
    Method,
    open_thread,
    replied_message,
    text_of,
    writable_chat,
)
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import Refused, bad
from tests.support.telegram.texts import CAPTION_LIMIT
from tests.support.telegram.world import World

_ACTIONS: Final = frozenset(action.value for action in ChatAction)
_UPLOAD_LIMIT: Final = 50 << 20
"""Bytes of the largest file that a bot can send."""


def _send(world: World, chat: Chat, parameters: Parameters, text: str = "", **fields: Any) -> Message:
    thread = open_thread(chat, parameters)
    markup = checked_markup(parameters.structure("reply_markup"))
    reply = replied_message(chat, parameters)
    if thread is None and reply is not None and reply.thread in chat.threads:
        thread = reply.thread
    return chat.add(world.me, text, markup=markup, reply_to=reply, thread=thread, **fields)


def _send_message(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    text, entities = text_of(parameters)
    return _send(world, chat, parameters, text, entities=entities).json()


def _send_document(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    caption, entities = text_of(parameters, "caption", "caption_entities", limit=CAPTION_LIMIT, empty=True)
    more: dict[str, Any] = {"caption": caption, "caption_entities": entities} if caption else {}
    more["document"] = _document(world, parameters).document()
    return _send(world, chat, parameters, more=more).json()


def _document(world: World, parameters: Parameters) -> StoredFile:
    """The file that came with the call, by itself or as attach://, or the one with the given file_id."""
    given = parameters.text("document")
    upload = parameters.uploads.get(given.removeprefix("attach://") if given else "document")
    if upload is None:
        found = world.files.get(given)
        if found is None:
            raise bad("wrong file identifier/HTTP URL specified" if given else "there is no document in the request")
        return found
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > _UPLOAD_LIMIT:
        raise Refused(413, "Request Entity Too Large")
    return world.files.add(upload.name, upload.mime, upload.data)


def _send_draft(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    if chat.kind != "private":
        raise bad("TEXTDRAFT_PEER_INVALID")
    number = parameters.number("draft_id")
    if not number:
        raise bad("draft identifier must be non-zero")
    text, entities = text_of(parameters, empty=True)
    can_stop = parameters.flag("can_stop")
    chat.drafts.append(Draft(number, text, entities, open_thread(chat, parameters), can_stop, time.monotonic()))
    return True


def _send_action(world: World, parameters: Parameters) -> Any:
    chat = writable_chat(world, parameters)
    name = parameters.text("action")
    if name not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(Action(name, open_thread(chat, parameters), time.monotonic()))
    return True


METHODS: Final[dict[str, Method]] = {
    "sendMessage": _send_message,
    "sendDocument": _send_document,
    "sendMessageDraft": _send_draft,
    "sendChatAction": _send_action,
}
