"""A small home with a real index: one folder with one article."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot import assembly
from bot.home import MODEL
from bot.settings import Settings

HARBOUR = (
    "The harbour of Port Elsin\n\nThe new pier opened on Monday. Mayor Ilse Brandt spoke to three hundred people.\n"
)
"""The article: port.txt, in the folder and source `news`."""


def small_home(folder: Path, model: Path) -> Settings:
    """The settings of a home that is made in this folder; `model`: the embedder's files."""
    news = folder / "news"
    news.mkdir()
    (news / "port.txt").write_text(HARBOUR, "utf-8")
    home = folder / "home"
    home.mkdir()
    (home / MODEL).symlink_to(model)
    settings = Settings(home=home)
    assembly.ingest(settings, [news])
    return settings


def indexed_texts(settings: Settings) -> dict[str, str]:
    """What is indexed: the text of each source, which has one article."""
    with closing(assembly.open_index(settings)) as index:
        return {article.source: article.text for article in index.catalogue.articles()}
