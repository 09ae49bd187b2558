"""Parts of the bot that several of its tests make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.documents import World
from tests.support.homes import small_home
from tests.support.telegram import BotApi


@pytest.fixture
def world(tmp_path: Path, model_folder: Path) -> Iterator[World]:
    settings = small_home(tmp_path, model_folder)
    with BotApi() as api:
        yield World(api, settings)
