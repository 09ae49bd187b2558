"""Three small articles, and a home for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.indexing import TEXTS, write_articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the three articles of `TEXTS`, to be changed at will."""
    return write_articles(tmp_path / "news", TEXTS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that isn't there yet."""
    return tmp_path / "home"
