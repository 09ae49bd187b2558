"""Build the objects of a run from its settings; the one place that knows which class stands behind which seam."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import BadSettings, FootnoteError
from bot.home import MODEL
from bot.settings import Settings
from bot.sharing import catch_up, index_home, on_server, shared, terms, written
from bot.types import Check
from retrieval import builds
from retrieval.errors import AlreadyThere, NoIndex, OutdatedIndex, RetrievalError

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.models import ChatModel
    from bot.pool import Pool
    from bot.quoting import Quoter
    from bot.verifying import Check as SupportCheck
    from retrieval.centring import Centring
    from retrieval.embedding import Embedder
    from retrieval.index import Index
    from retrieval.search import Retriever
    from retrieval.sync import Recipe, Report, When

Progress = Callable[[str, int, int], object]

PASSAGE_TOKENS: Final = 200
"""The budget of a passage, counted by tiktoken: some 150 words, a few paragraphs of news."""
ENCODING: Final = "o200k_base"
_STEPS: Final = 8
"""Steps of catching up between two looks at the folders that are followed: half a minute of work."""
_WORD: Final = 300
"""Tokens for a reply of one word, by a model that may think before it."""
_PATIENCE: Final = 300.0
"""Seconds for which an ingest waits while a server says that it is asked too much: limits are by the minute."""
_TOGETHER: Final = 16
"""Passages that are embedded in one go on this machine: half a second of work, or two on a slow one."""
_SERVER_TOGETHER: Final = 64
"""By a server: some 450 sentences, as many as it gets side by side."""
_UNKNOWN_LIMIT: Final = 8000
"""Tokens taken for the limit of an embedder that doesn't tell its own: OpenAI's (8,191), rounded down."""


def open_index(settings: Settings) -> Index:
    """The index of the home, for reading. Raises NoIndex when first used, if there is none."""
    from retrieval.index import Index

    return Index(index_home(settings), shared(settings))


def open_assistant(
    settings: Settings,
    *,
    build_if_missing: bool = False,
    progress: Progress | None = None,
    say: Callable[[str], object] | None = None,
) -> Assistant:
    """Everything that answers questions.

    With `build_if_missing`, the archive of the settings is indexed first when there is no index, and an outdated index
    is made anew from its sources; `say` is told so, in sentences.

    Raises NoIndex, OutdatedIndex, DamagedIndex, EmbedderUnavailable, DamagedInstallation, HomeNotWritable, BadSettings.
    """
    return _opening(settings, build_if_missing, progress, say)()


def open_pool(
    settings: Settings,
    size: int | None = None,
    *,
    build_if_missing: bool = False,
    progress: Progress | None = None,
    say: Callable[[str], object] | None = None,
) -> Pool:
    """Up to `size` answers at once over one index; None: as many as this machine and the settings bear.

    All else, and what is raised, as for `open_assistant`.
    """
    from bot.pool import Pool, reading_threads, usual_size

    size = size or usual_size(writes=settings.writes)
    return Pool(_opening(settings, build_if_missing, progress, say, threads=reading_threads(size)), size)


def _opening(
    settings: Settings,
    build_if_missing: bool,
    progress: Progress | None,
    say: Callable[[str], object] | None,
    threads: int = 2,
) -> Callable[[], Assistant]:
    """Load what all assistants of a process share; each call of what is returned opens an assistant with it.

    Shared: the embedder and the reader (`threads`: sentences it reads at once), since onnxruntime's sessions run side
    by side and their tokenizers only read; the fitted models, which are values; and the language model, whose requests
    run on one loop. Each has its own index, because SQLite's connection holds one snapshot at a time and a newer state
    closes what the older one opened, and its own likeness, which keeps vectors without a lock.
    """
    from bot.assistant import Assistant

    build_if_missing = build_if_missing and settings.chroma_url is None  # what others share is not made unasked
    if build_if_missing and builds.current(settings.home) is None:
        ingest(settings, [archive(settings)], progress)
    try:
        first = open_retriever(settings, progress)
    except OutdatedIndex:
        if not build_if_missing:
            raise
        for notice in _make_anew(settings, progress).notices:
            if say is not None:
                say(notice)
        first = open_retriever(settings, progress)
    first.index.close()  # an index opens again when it is used
    quoter = _quoter(settings, progress, threads)
    if not settings.writes:
        return lambda: Assistant(replace(first, index=open_index(settings)), quoter, passages=settings.passages)
    from bot.generating import Writer

    writer, checks = Writer(open_model(settings)), _checking(settings, first, progress)
    return lambda: Assistant(
        replace(first, index=open_index(settings)),
        quoter,
        writer,
        checks(),
        seconds=settings.answer_seconds,
        passages=settings.passages,
    )


def open_retriever(settings: Settings, progress: Progress | None = None) -> Retriever:
    """What searches the index of the home, which fits it. Raises as `open_assistant` does."""
    index = open_index(settings)
    index.catalogue  # noqa: B018 - opened now, so that a missing index is said before an embedder is loaded
    from retrieval.search import Retriever

    embedder, centring = _embedder(settings, progress)
    retriever = Retriever(index, embedder, centring, settings.names, settings.search)
    try:
        retriever.check()
    except RetrievalError:
        index.close()
        raise
    return retriever


def open_model(settings: Settings) -> ChatModel:
    """The language model of the settings, within the daily limit where one is set. Nothing is sent yet."""
    from bot.llm.adapter import open_model as open_chat
    from bot.prices import Price
    from bot.spending import Ledger, Metered

    model = open_chat(
        settings.model,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        window=settings.model_window,
        price=Price(*settings.model_price) if settings.model_price else None,
        first_token=settings.first_token_seconds,
        folder=settings.home / MODEL,
    )
    return model if settings.daily_usd is None else Metered(model, Ledger(settings.home), settings.daily_usd)


def archive(settings: Settings) -> Path:
    """The folder that is indexed when there is no index yet: FOOTNOTE_ARCHIVE, else the bundled articles.

    Raises BadSettings when FOOTNOTE_ARCHIVE names nothing that is there.
    """
    import seeds

    if settings.archive is not None and not settings.archive.exists():
        raise BadSettings([f"FOOTNOTE_ARCHIVE should be a folder that is there, not '{settings.archive}'."])
    return settings.archive or seeds.folder()


def ingest(
    settings: Settings,
    paths: Sequence[Path],
    progress: Progress | None = None,
    *,
    reread: bool = False,
    vectors: When = "after",
) -> Report:
    """Make these sources of the index equal to the disk. Raises what `retrieval.sync.ingest` does."""
    from retrieval import sync

    recipe, started = recipe_of(settings, progress), time.monotonic()
    after = vectors == "after" and settings.chroma_url is not None  # else it does so itself
    when: When = "later" if after else vectors
    report = written(
        settings, lambda home: sync.ingest(paths, home, recipe, progress, reread=reread, vectors=when), progress
    )
    if after:
        notices = report.notices if catch_up(settings, recipe, progress) else (*report.notices, sync.AT_IT_ALREADY)
        report = replace(report, notices=notices, seconds=time.monotonic() - started)
    return report


def preview(settings: Settings, paths: Sequence[Path], *, reread: bool = False) -> Report:
    """What `ingest` would do. Raises what `retrieval.sync.preview` does."""
    from retrieval import sync

    if settings.chroma_url is not None:
        with closing(open_index(settings)) as index, suppress(NoIndex):
            index.catalogue  # noqa: B018 - brings the replica up to date
    return sync.preview(paths, index_home(settings), recipe_of(settings, None), reread=reread)


def follow(
    settings: Settings, paths: Sequence[Path], progress: Callable[[], AbstractContextManager[Progress]]
) -> Iterator[Report | RetrievalError]:
    """Ingest, and again after each change, until it is stopped (`retrieval.watching`); with a progress for each."""
    from retrieval import sync
    from retrieval.watching import follow

    recipe = recipe_of(settings, None)

    def update() -> Report:
        with progress() as report:
            return written(settings, lambda home: sync.ingest(paths, home, recipe, report, vectors="later"), report)

    def idle() -> None:
        with progress() as report:
            catch_up(settings, recipe, report, steps=_STEPS)

    return follow(paths, update, idle, besides=settings.home)


def remove(settings: Settings, source: str) -> Report:
    """Drop a source of the index. Raises what `retrieval.sync.remove` does."""
    from retrieval import sync

    recipe = recipe_of(settings, None)
    return written(settings, lambda home: sync.remove(source, home, recipe))


def bring_back(
    settings: Settings, file: Path, *, over: bool = False, progress: Progress | None = None
) -> tuple[int, bool]:
    """Make the index of the home from a backup: how many passages it has, and whether it fits these settings.

    `over`: in place of one that is there. Raises AlreadyThere, and what `retrieval.exporting.bring_back` does.
    """
    from retrieval.exporting import bring_back

    if not over and builds.current(settings.home) is not None:
        raise AlreadyThere(f"There is an index in {settings.home} already.")
    count, made_with = bring_back(settings.home, file, terms(settings), progress)
    return count, made_with == recipe_of(settings, progress).settings


def repair(settings: Settings, progress: Progress | None = None) -> list[str]:
    """Mend what is wrong with the index, as far as it can be: what was done, in sentences; none where nothing was.

    What is damaged or outdated is made anew from the catalogue's articles and vectors, or from the sources on the disk
    where the catalogue itself is lost; the old serves until the new is complete. Left-overs of killed runs go. Raises
    what `ingest` does, and NoIndex.
    """
    from retrieval import sync

    home = index_home(settings)
    if builds.current(home) is None:
        raise NoIndex(f"There is no index in {home}.")
    recipe = recipe_of(settings, progress)
    return list(written(settings, lambda at: sync.repair(at, recipe, progress), progress, always=True).notices)


def doctor(settings: Settings) -> list[Check]:
    """Is everything in order? Never raises for what it finds."""
    with closing(open_index(settings)) as index:
        checks = [Check(name, ok, sentence, next_step or None) for name, ok, sentence, next_step in index.check()]
    checks += _waiting(settings)
    checks.append(_look("embedder", lambda: _described(*_embedder(settings, None))))
    if all(check.ok for check in checks if check.name in ("index", "embedder")):
        checks.append(_look("search", lambda: _fitting(settings)))
        checks.append(_look("answers", lambda: _answering(settings)))
    if settings.archive is not None:
        checks.append(_look("archive", lambda: f"{archive(settings)} is indexed when there is no index."))
    if settings.writes:
        checks.append(_look("model", lambda: replying(settings)))
    else:
        checks.append(Check("model", None, "No language model is set; answers are quotes."))
    from bot.telegram import looking

    checks += looking.checks(settings)
    if settings.chroma_url:
        checks.append(_look("chroma", lambda: on_server(settings)))
    return checks


def _waiting(settings: Settings) -> list[Check]:
    """How many passages are found by their words alone so far, where there are any."""
    try:
        with closing(open_index(settings)) as index:
            count = index.catalogue.waiting_count()
            total = index.catalogue.passage_count() if count else 0
    except RetrievalError:  # said already
        return []
    if not count:
        return []
    message = (
        f"{count:,} of {total:,} passages are found by their words alone so far; footnote ingest goes on with them."
    )
    return [Check("meaning", None, message)]


def _look(name: str, praise: Callable[[], str]) -> Check:
    try:
        return Check(name, True, praise())
    except (RetrievalError, FootnoteError) as error:
        return Check(name, False, error.message, error.next_step)


def _described(embedder: Embedder, centring: Centring) -> str:
    languages = "not centred" if centring.name == "none" else "centred"
    return f"{embedder.name}, {embedder.dimensions} dimensions, languages {languages}."


def _fitting(settings: Settings) -> str:
    open_retriever(settings).index.close()
    return "The index fits this version and its embedder."


def _answering(settings: Settings) -> str:
    _quoter(settings, None)
    return "The models that choose quotes are whole."


def replying(settings: Settings) -> str:
    """What a model that answers says of itself. Asks it for one word. Raises ModelError."""
    from bot.models import Message, Shape

    properties = {"ready": {"type": "boolean"}}
    schema = {"type": "object", "properties": properties, "required": ["ready"], "additionalProperties": False}
    asked = [Message("user", 'Reply with the JSON object {"ready": true}.')]
    with closing(open_model(settings)) as model:
        began = time.monotonic()
        seconds = settings.answer_seconds
        model.ask(asked, Shape("ready", "Whether you can answer.", schema), max_tokens=_WORD, seconds=seconds)
        took = time.monotonic() - began
    limit = "no daily limit" if settings.daily_usd is None else f"at most ${settings.daily_usd:g} a day"
    return f"{model.name} answers ({took:.1f} s); it takes {model.window:,} tokens; {limit}."


def _make_anew(settings: Settings, progress: Progress | None) -> Report:
    """Index the sources of an outdated index again: from the disk, else (where it can be read) from its own texts."""
    from retrieval.catalogue import salvage_sources
    from retrieval.reading import Document, read_source

    build = builds.current(settings.home)
    roots = [source.root for source in salvage_sources(build)] if build is not None else []
    readable = [
        root for root in roots if root.exists() and any(isinstance(found, Document) for found in read_source(root))
    ]
    return ingest(settings, readable, progress)


def _quoter(settings: Settings, progress: Progress | None, threads: int = 2) -> Quoter:
    from bot.judging import judgement
    from bot.quoting import Quoter
    from bot.reader import load_reader
    from bot.remembering import Remembering

    reader = load_reader(settings.home / MODEL, threads=threads, announce=_announcer(progress))
    return Quoter(judgement(), Remembering(reader))


def _checking(settings: Settings, retriever: Retriever, progress: Progress | None) -> Callable[[], SupportCheck]:
    """Makes what says whether a claim follows from its quotes: by the bundled embedder, centred, as it was fitted."""
    from bot.support.check import check
    from bot.support.likeness import Likeness
    from retrieval.centring import Centring

    embedder = retriever.embedder
    if settings.embeddings is not None:
        embedder, _ = _embedder(replace(settings, embeddings=None), progress)
    return lambda: partial(check, likeness=Likeness(embedder, Centring(embedder.name)))


def _embedder(
    settings: Settings, progress: Progress | None, patience: float | None = None
) -> tuple[Embedder, Centring]:
    from retrieval.centring import Centring
    from retrieval.embedding import load_embedder

    embedder = load_embedder(
        settings.embeddings,
        settings.home / MODEL,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        announce=_announcer(progress),
        patience=patience,
    )
    return embedder, Centring(embedder.name, on=settings.centring)


def _announcer(progress: Progress | None) -> Callable[[str], None]:
    def announce(_sentence: str) -> None:
        if progress is not None:
            progress("preparing the models", 0, 0)

    return announce


def recipe_of(settings: Settings, progress: Progress | None) -> Recipe:
    from retrieval import analysis, contexts
    from retrieval.articles import describe, load_sidecar
    from retrieval.catalogue import IndexSettings
    from retrieval.centring import Centring
    from retrieval.e5 import Waiting, load_e5
    from retrieval.embedding import OPENAI
    from retrieval.passages import cut
    from retrieval.reading import files, version
    from retrieval.sync import Recipe
    from retrieval.tokens import counter

    embedder: Embedder
    if settings.embeddings is None:
        embedder = Waiting(lambda: load_e5(settings.home / MODEL, announce=_announcer(progress)))
    else:
        embedder, _ = _embedder(settings, progress, _PATIENCE)
    centring = Centring(embedder.name, on=settings.centring)
    counting = cache(lambda: counter(ENCODING, folder=settings.home / MODEL))  # loaded when a text is cut
    limit = embedder.max_tokens or _UNKNOWN_LIMIT
    return Recipe(
        settings=IndexSettings(
            embedder=embedder.name,
            dimensions=embedder.dimensions,
            reading=version(),
            cutter=f"{ENCODING}/{PASSAGE_TOKENS}, {limit}; {contexts.NAME}",
            analysis=analysis.version(names=settings.names),
            centring=centring.name,
        ),
        embedder=embedder,
        files=partial(files, besides=settings.home),
        shared=settings.chroma_url is not None,
        sidecar=load_sidecar,
        describe=describe,
        cut=lambda article: cut(
            article, budget=PASSAGE_TOKENS, count=counting(), limit=limit, limit_count=embedder.count_tokens
        ),
        terms=terms(settings),
        centre=centring.passages,
        together=_SERVER_TOGETHER if (settings.embeddings or "").startswith(OPENAI) else _TOGETHER,
    )
