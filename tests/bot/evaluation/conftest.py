"""A small archive with questions of every outcome, and a home in which the embedder is ready."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.home import MODEL
from tests.support.indexing import write_articles

ARTICLES = {
    "pier.txt": (
        "A pier for Port Elsin\n\nElsin Courier\n\n6 May 2019\n\n"
        "The new pier of Port Elsin opened on Monday. Mayor Ilse Brandt cut a ribbon before three hundred guests. "
        "The pier cost 40 million crowns, twice what the council had planned.\n"
    ),
    "bac.txt": (
        "Le bac de Port Elsin\n\n"
        "Le bac de Port Elsin ne circule plus depuis mardi. La compagnie Nordfahrt parle d'une panne de moteur. "
        "Le capitaine Henrik Sol attend une pièce qui vient de Bergen.\n"
    ),
    "storm.txt": (
        "Storm over the islands\n\n"
        "The storm tore the roof off the school of Vardo on Thursday. Nobody was hurt, the police said.\n"
    ),
}
COST = "The pier cost 40 million crowns, twice what the council had planned."
FAULT = "La compagnie Nordfahrt parle d'une panne de moteur."
ROOF = "The storm tore the roof off the school of Vardo on Thursday."

Row = dict[str, Any]


def row(id: str, question: str, article: str | None = None, quote: str | None = None, **more: Any) -> Row:
    """A row of a file of questions; one without evidence is not answered by the articles."""
    evidence = [[{"article": article, "quote": quote}]] if article else []
    return {"id": id, "lang": "en", "kind": "same_language", "question": question, "evidence": evidence, **more}


ROWS = (
    row("cost", "What did the new pier of Port Elsin cost?", "pier.txt", COST, facts=[{"en": "40 million"}]),
    row("mayor", "Who cut the ribbon at the new pier?", "pier.txt", "Mayor Ilse Brandt cut a ribbon"),
    row("ferry", "Pourquoi le bac de Port Elsin ne circule-t-il plus ?", "bac.txt", FAULT, lang="fr"),
    row("roof", "What did the storm do to the school of Vardo?", "storm.txt", ROOF),
    row("absent", "Who won the chess championship in Lisbon?", kind="not_in_articles"),
    row("open", "What was said about the ferry?", kind="to_label"),
)


def write_questions(path: Path, rows: Sequence[Mapping[str, Any]] = ROWS) -> Path:
    """A file of questions."""
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A folder to run in, which is also the home: `news` holds the articles, `asked.jsonl` the questions."""
    folder = tmp_path_factory.mktemp("evaluation")
    (folder / MODEL).symlink_to(model_folder)
    write_articles(folder / "news", ARTICLES)
    write_questions(folder / "asked.jsonl")
    return folder
