"""The methods of the Bot API: the parameters are checked, the world is changed, the result is given."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from tests.support.telegram.chats import Chat
from tests.support.telegram.keyboards import checked_markup
from tests.support.telegram.messages import Action, Draft, Message
from tests.support.telegram.parameters import Parameters
from tests.support.telegram.refusals import Refused, bad, migrated
from tests.support.telegram.texts import checked_text
from tests.support.telegram.world import World

Method = Callable[[World, Parameters], Any]
METHODS: dict[str, tuple[str, Method]] = {}
"""By name in lower case, as the Bot API takes it in any: the name and what does it."""
_ACTIONS: Final = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    )
)


def method(name: str) -> Callable[[Method], Method]:
    """This function is the method of that name."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = (name, function)
        return function

    return register


@method("getMe")
def _get_me(world: World, _parameters: Parameters) -> Any:
    return world.me


def _open_chat(world: World, parameters: Parameters) -> Chat:
    chat = world.chat(parameters)
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    if chat.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user", blamed=False)
    return chat


def _thread(chat: Chat, parameters: Parameters) -> int | None:
    number = parameters.number("message_thread_id", 0)
    if not number:
        return None
    if number not in chat.threads:
        raise bad("message thread not found", blamed=False)
    return number


def _replied(chat: Chat, parameters: Parameters) -> Message | None:
    given = parameters.structure("reply_parameters")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("message_id"), int):
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    found = chat.message(given["message_id"])
    if found is None and not given.get("allow_sending_without_reply"):
        raise bad("message to be replied not found", blamed=False)
    return found


@method("sendMessage")
def _send_message(world: World, parameters: Parameters) -> Any:
    chat = _open_chat(world, parameters)
    thread = _thread(chat, parameters)
    text, entities = checked_text(parameters)
    markup = checked_markup(parameters.structure("reply_markup"))
    reply = _replied(chat, parameters)
    return chat.add(world.me, text, entities=entities, markup=markup, reply_to=reply, thread=thread).json()


@method("sendMessageDraft")
def _send_draft(world: World, parameters: Parameters) -> Any:
    chat = _open_chat(world, parameters)
    if chat.kind != "private":
        raise bad("TEXTDRAFT_PEER_INVALID")
    number = parameters.number("draft_id")
    if not number:
        raise bad("draft_id must be non-zero")
    text, entities = checked_text(parameters, empty=True)
    can_stop = parameters.flag("can_stop")
    chat.drafts.append(Draft(number, text, entities, _thread(chat, parameters), can_stop, time.monotonic()))
    return True


@method("sendChatAction")
def _send_action(world: World, parameters: Parameters) -> Any:
    chat = _open_chat(world, parameters)
    if parameters.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(Action(parameters.text("action"), _thread(chat, parameters), time.monotonic()))
    return True


def _own(world: World, parameters: Parameters) -> Message:
    message = _open_chat(world, parameters).message(parameters.number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.by_bot:
        raise bad("message can't be edited")
    return message


def _changed(message: Message, text: str, entities: list[dict[str, Any]], markup: dict[str, Any] | None) -> Any:
    if (message.text, message.entities, message.markup) == (text, entities, markup):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    message.change(text, entities, markup, time.monotonic())
    message.edited = int(time.time())
    return message.json()


@method("editMessageText")
def _edit_text(world: World, parameters: Parameters) -> Any:
    message = _own(world, parameters)
    text, entities = checked_text(parameters)
    return _changed(message, text, entities, checked_markup(parameters.structure("reply_markup")))


@method("editMessageReplyMarkup")
def _edit_markup(world: World, parameters: Parameters) -> Any:
    message = _own(world, parameters)
    markup = checked_markup(parameters.structure("reply_markup"))
    return _changed(message, message.text, message.entities, markup)


@method("answerCallbackQuery")
def _answer_callback(world: World, parameters: Parameters) -> Any:
    press = world.presses.get(parameters.text("callback_query_id"))
    if len(parameters.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if press is None or time.monotonic() - press.at > world.callback_age:
        raise bad("query is too old and response timeout expired or query ID is invalid", blamed=False)
    press.answers.append(
        {"text": parameters.text("text"), "show_alert": parameters.flag("show_alert"), "url": parameters.text("url")}
    )
    return True


@method("setMyCommands")
def _set_commands(world: World, parameters: Parameters) -> Any:
    scope = json.dumps(parameters.structure("scope") or {"type": "default"}, sort_keys=True)
    world.commands[scope, parameters.text("language_code")] = parameters.structure("commands") or []
    return True


@method("deleteWebhook")
def _delete_webhook(world: World, _parameters: Parameters) -> Any:
    world.updates.webhook = None
    return True
