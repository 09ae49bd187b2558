"""An archive whose answer to one question is long, and full of characters that UTF-16 counts twice."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bot import assembly
from bot.home import MODEL
from bot.settings import Settings
from tests.support.indexing import write_articles

ASKED: Final = "What did the piers of Port Elsin cost?"
FIRES: Final = "\N{FIRE}" * 7
PIERS: Final = tuple(
    f"Mayor Ilse Brandt said that pier {pier} cost {pier + 20} million crowns, in spite of "
    + f"international organizations, administrative responsibilities, infrastructure {FIRES}, " * 10
    + "and rain."
    for pier in range(1, 9)
)
"""Each is all that an article says. Four go into one message by their characters, and not by their UTF-16 units."""


def piers_home(folder: Path, model: Path) -> Path:
    """A home with these articles, made in this folder; `model`: the embedder's files."""
    home = folder / "home"
    home.mkdir()
    (home / MODEL).symlink_to(model)
    articles = {f"{number}.txt": f"Pier {number}\n\n{sentence}\n" for number, sentence in enumerate(PIERS)}
    assembly.ingest(Settings(home=home), [write_articles(folder / "news", articles)])
    return home
