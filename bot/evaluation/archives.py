"""The index that questions are asked of: the home's own, or one made for a folder and kept beside it.

An index for a folder lives in HOME/evaluation, one for each way of indexing, and is brought in step before each run. So
an evaluation never touches what the chat answers from, and the second run finds its index ready.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot import assembly
from bot.assembly import Progress
from bot.home import EVALUATION, MODEL
from bot.settings import Settings
from bot.spending import FILE as SPENDING
from bot.types import Archive
from retrieval.disk import disk_errors
from retrieval.reading import Document, read_source
from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class Opened:
    """What was indexed, read once.

    `name`: for a person. `texts`: by article id the text as its file holds it now, read without the index; that of the
    index where the file is gone. `index`: what the index was made with.
    """

    name: str
    settings: Settings
    archive: Archive
    articles: tuple[Article, ...]
    texts: Mapping[str, str]
    index: Mapping[str, Any]


def made_for(folder: Path, settings: Settings, progress: Progress | None = None) -> Settings:
    """Settings with a home of its own, whose index holds this folder as it is now.

    Raises what `assembly.ingest` does; SourceNotFound and EmptySource among them.
    """
    kept = settings.home / EVALUATION
    way = (str(folder.resolve()), settings.embeddings, settings.centring, settings.names)
    home = kept / f"{folder.stem[:40] or 'archive'}-{hashlib.sha256(repr(way).encode()).hexdigest()[:8]}"
    with disk_errors(kept):
        home.mkdir(parents=True, exist_ok=True)
        (settings.home / MODEL).mkdir(exist_ok=True)
        # The bundled models' files are large; and a daily limit is one limit, whatever the money is spent on.
        for name in (MODEL, SPENDING):
            with suppress(FileExistsError):
                (home / name).symlink_to(settings.home.resolve() / name)
    own = replace(settings, home=home, archive=folder, chroma_url=None)  # nobody else's business
    assembly.ingest(own, [folder], progress)
    return own


def opened(name: str, settings: Settings) -> Opened:
    """Read what is indexed in the home of the settings. Raises NoIndex, OutdatedIndex or DamagedIndex."""
    with closing(assembly.open_index(settings)) as index, index.snapshot() as catalogue:
        articles = catalogue.articles()
        state = catalogue.archive()
        made_with = asdict(catalogue.settings())
        sources = catalogue.sources()
    on_disk = {
        (source.name, found.path): found.text
        for source in sources
        if source.root.exists()
        for found in read_source(source.root)
        if isinstance(found, Document)
    }
    texts = {article.id: on_disk.get((article.source, article.path), article.text) for article in articles}
    archive = Archive(state.articles, state.newest, state.fingerprint)
    return Opened(name, settings, archive, articles, texts, made_with)
