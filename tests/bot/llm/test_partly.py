"""A reply is told as far as it has come: growing objects, never a broken one, in the thread that asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.asking import MODEL, VALUE, ask, opened
from tests.support.model_server import ModelServer, Reply, say


class Watcher:
    """Remembers what it was told, and where."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, Any]] = []
        self.threads: set[int] = set()

    def __call__(self, value: Mapping[str, Any]) -> None:
        self.seen.append(value)
        self.threads.add(threading.get_ident())


def watched(server: ModelServer, name: str = MODEL) -> Watcher:
    watcher = Watcher()
    model = opened(server, name)
    assert ask(model, partly=watcher).value == VALUE
    model.close()
    return watcher


def assert_growing(seen: list[Mapping[str, Any]]) -> None:
    sizes = [len(json.dumps(value)) for value in seen]
    assert sizes == sorted(set(sizes)), "each is longer than the one before"
    for value in seen:
        winds = value.get("winds", [])
        assert value.get("rain", True) is True
        assert winds[:-1] == VALUE["winds"][: max(0, len(winds) - 1)]  # type: ignore[index]
        assert not winds or VALUE["winds"][len(winds) - 1].startswith(winds[-1])  # type: ignore[index]


SPOKEN = [
    say(VALUE, size=5, pause=0.01),
    say(f"Well {{ so }}:\n```json\n{json.dumps(VALUE, indent=1)}\n```", size=7, pause=0.01),
    say(f'<think>Perhaps {{"rain": false}}?</think>{json.dumps(VALUE)}', size=6, pause=0.01),
]


@pytest.mark.parametrize("reply", SPOKEN[::2], ids=["plain", "after thoughts"])
@pytest.mark.parametrize("refused", [[], ["response_format"], ["response_format", "tools"]])
def test_a_reply_grows_in_every_way_of_asking(server: ModelServer, reply: Reply, refused: list[str]) -> None:
    server.play(reply)
    server.refuses = dict.fromkeys(refused, 400)
    watcher = watched(server)
    assert len(watcher.seen) > 4
    assert_growing(watcher.seen)
    assert watcher.threads == {threading.get_ident()}


def test_braces_in_prose_tell_nothing_wrong(server: ModelServer) -> None:
    server.play(SPOKEN[1])
    assert_growing(watched(server).seen)


def test_a_whole_reply_is_told_once(server: ModelServer) -> None:
    server.play(say(VALUE))
    server.ignores_stream = True
    assert watched(server).seen == [VALUE]


def test_nothing_is_told_of_a_reply_of_another_shape(server: ModelServer) -> None:
    server.play(say({"weather": "fine", "more": ["of", "it"]}, size=4, pause=0.01), say(VALUE))
    assert_growing(watched(server).seen)
    assert len(server.requests) == 2
