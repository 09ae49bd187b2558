"""Parts that are dear to make, made once for the whole run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from retrieval.e5 import E5, load_e5


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the bundled embedder's files; FOOTNOTE_TEST_CACHE names one that is kept between runs."""
    kept = os.environ.get("FOOTNOTE_TEST_CACHE")
    return Path(kept) / "model" if kept else tmp_path_factory.mktemp("model")


@pytest.fixture(scope="session")
def e5(model_folder: Path) -> E5:
    """The bundled embedder, built once."""
    return load_e5(model_folder)
