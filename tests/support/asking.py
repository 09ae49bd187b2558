"""A question to a model, as the tests of the adapter ask it."""

from __future__ import annotations

from typing import Any

from bot.llm.adapter import LangChainModel, open_model
from bot.models import Message, Partly, Reply, Shape
from tests.support.model_server import ModelServer

KEY = "sk-test-0123456789abcdef"
MODEL = "gpt-5-mini"
LOCAL = "some-local:7b"
"""A model that no list knows."""
SHAPE = Shape(
    name="weather",
    description="the weather of a day",
    schema={
        "type": "object",
        "properties": {"rain": {"type": "boolean"}, "winds": {"type": "array", "items": {"type": "string"}}},
        "required": ["rain", "winds"],
        "additionalProperties": False,
    },
)
MESSAGES = (Message("system", "You know the weather."), Message("user", "How is it in Port Elsin?"))
VALUE = {"rain": True, "winds": ["a breeze from the west", "gusts off the pier"]}


def opened(server: ModelServer, name: str = MODEL, **settings: Any) -> LangChainModel:
    """The model, with limits that a test can wait for."""
    chosen: dict[str, Any] = {"api_key": KEY, "base_url": server.url, "first_token": 5.0, "backoff": 0.01}
    return open_model(name, **chosen | settings)


def ask(model: LangChainModel, *, seconds: float = 10.0, max_tokens: int = 200, partly: Partly | None = None) -> Reply:
    """Ask it for the weather."""
    return model.ask(MESSAGES, SHAPE, max_tokens=max_tokens, seconds=seconds, partly=partly)


def ask_once(server: ModelServer, name: str = MODEL, *, seconds: float = 10.0, **settings: Any) -> Reply:
    """Ask a model that is opened for this."""
    model = opened(server, name, **settings)
    try:
        return ask(model, seconds=seconds)
    finally:
        model.close()
