"""Parts that are dear to make, made once for the whole run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot import assembly
from bot.home import MODEL
from bot.settings import Settings
from retrieval.e5 import E5, load_e5


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the bundled embedder's files, built; FOOTNOTE_TEST_CACHE names one kept between runs."""
    kept = os.environ.get("FOOTNOTE_TEST_CACHE")
    folder = Path(kept) / "model" if kept else tmp_path_factory.mktemp("model")
    load_e5(folder)
    return folder


@pytest.fixture(scope="session")
def e5(model_folder: Path) -> E5:
    """The bundled embedder, loaded once."""
    return load_e5(model_folder)


@pytest.fixture(scope="session")
def bundled_home(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the five bundled articles indexed as a person's would be. Only to be read."""
    home = tmp_path_factory.mktemp("bundled")
    (home / MODEL).symlink_to(model_folder)
    settings = Settings(home=home)
    assembly.ingest(settings, [assembly.archive(settings)])
    return home
