"""A home with an index, made once by the command that makes it for a person."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.home import MODEL
from retrieval.e5 import E5
from tests.support.command import footnote

ARTICLES = {
    "harbour.txt": (
        "The harbour of Port Elsin\n\nThe new pier of Port Elsin opened on Monday 6 May 2019. "
        "Mayor Ilse Brandt said that the pier had cost 40 million crowns. Fishing boats may use it from June.\n"
    ),
    "ferry.txt": (
        "Le bac de Port Elsin\n\nLe bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une "
        "panne de moteur. Le maire attend des excuses.\n"
    ),
}


def _indexed(folder: Path, model_folder: Path) -> Path:
    shutil.copytree(model_folder, folder / MODEL)
    (folder / "news").mkdir()
    for name, text in ARTICLES.items():
        (folder / "news" / name).write_text(text, "utf-8")
    ran = footnote("ingest", "news", home=folder)
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, e5: E5, model_folder: Path) -> Path:
    """A home with two articles indexed from its folder `news`; not to be changed by a test."""
    assert e5
    return _indexed(tmp_path_factory.mktemp("home"), model_folder)


@pytest.fixture
def own_home(tmp_path: Path, e5: E5, model_folder: Path) -> Path:
    """Another like it, to be changed at will."""
    assert e5
    return _indexed(tmp_path, model_folder)
