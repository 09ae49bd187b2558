"""Make an index equal to the disk: add, change and remove articles; whole or not at all, and resumable.

The order is what makes it safe. Vectors are computed and stored in the catalogue as they come; then a copy of Chroma's
folder is brought up to date, and tantivy gets what is new, under ids that a repeat writes again; then one transaction
of the catalogue brings the update in and names the new folder; then tantivy loses what no longer belongs. A reader
believes the catalogue only, so it sees the last complete state until that transaction, and a process killed anywhere
leaves nothing that the next run does not finish or clear away. Folders of the state before are deleted by the next
writer.

A file whose stamp (size, inode, times of change) is that of its last reading is not read again; any other is, and only
what its content says counts. An article that is gone from its path and whose text has come in at another has moved: it
keeps its id, by which conversations and citations know it, and with the id its passages, so that the stores stay as
they are. Its old path is free for another article, which then gets an id of its own.

An index that was made with other settings, by another version, or that is damaged, is made anew beside the old one
(`builds.py`), with the vectors and articles of the old one as far as they can still be used.

Does not read files or cut texts itself: those are handed in as a `Recipe`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from retrieval import builds, contexts
from retrieval.catalogue import Catalogue, FileNote, IndexSettings, Kept, Source, salvage_sources, text_digest
from retrieval.catalogue_writer import CatalogueWriter, Entry
from retrieval.disk import disk_errors
from retrieval.embedding import Embedder
from retrieval.errors import DamagedIndex, EmptySource, NoIndex, OutdatedIndex, SourceNotFound
from retrieval.health import fault_of
from retrieval.lexical import WordIndex
from retrieval.locking import writing
from retrieval.reading import Document, File, Unreadable
from retrieval.suspicion import Suspicion, suspicious
from retrieval.types import Article, Passage
from retrieval.vectors import VectorStore, copy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EMBED_BATCH = 16  # passages between two stores of vectors: what a kill can cost, some seconds of work
_STORE_BATCH = 2000
_LEAST_CHURN = 1000  # below this, deleted vectors that Chroma keeps in its file weigh nothing

Progress = Callable[[str, int, int], object]
"""(stage, done, total): the stages are "reading", "embedding" and "storing"; total is 0 where it isn't known yet."""


_Described = Literal["all", "news"] | None
"""Of which articles entries are made: of all, of those that are new or have changed, or of none."""


def _uncentred(vectors: NDArray[np.float32], language: str) -> NDArray[np.float32]:  # noqa: ARG001 - a Recipe's signature
    return vectors


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a file becomes passages, terms and vectors, and the settings that stand for all of it.

    `centre` takes (n, d) unit rows and their language and returns as many unit rows.
    """

    settings: IndexSettings
    embedder: Embedder
    files: Callable[[Path], Iterator[File | Unreadable]]
    sidecar: Callable[[Path], Mapping[str, Mapping[str, str]]]
    describe: Callable[[Document, str, Mapping[str, Mapping[str, str]]], Article]
    cut: Callable[[Article], Sequence[Passage]]
    terms: Callable[[str, str], Sequence[str]]
    centre: Callable[[NDArray[np.float32], str], NDArray[np.float32]] = _uncentred


@dataclass(frozen=True, slots=True)
class Suspect:
    """An article that holds stretches which address a machine; `path` is relative to its source."""

    path: str
    stretches: tuple[Suspicion, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Articles by fate, each as SOURCE/PATH; of those that moved, (where it was, where it is)."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What an update did, or would do: articles by fate, files that could not be read, passages in the index
    afterwards (of a preview: now), seconds taken.

    `notices` are sentences a person should see; `suspects` are looked for among the articles added and changed.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    moved: int = 0
    paths: Paths = Paths()
    unreadable: tuple[Unreadable, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    passages: int = 0
    seconds: float = 0.0
    notices: tuple[str, ...] = ()


class _Place(NamedTuple):
    """Where an article is: its source's name, and its path in it."""

    source: str
    path: str

    def __str__(self) -> str:
        return f"{self.source}/{self.path}"


class _Found(NamedTuple):
    """An article that was read and is not described yet."""

    document: Document
    state: str
    sidecar: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class _Plan:
    """What is to be written, collected before anything is. `added` and `gone` hold what moved as well, until `moved`
    has it.
    """

    known: dict[str, dict[str, Kept]] = field(default_factory=dict)  # by source and path
    taken: set[str] = field(default_factory=set)  # ids of articles, so that no other gets one of them
    texts: set[str] = field(default_factory=set)  # of what is known: who comes with one of them may have moved
    arrived: dict[_Place, _Found] = field(default_factory=dict)  # with one of these texts
    relocated: list[tuple[str, _Place]] = field(default_factory=list)  # moved, and otherwise as they were
    entries: dict[_Place, Entry] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    files: dict[str, dict[str, FileNote]] = field(default_factory=dict)  # by source
    added: dict[_Place, None] = field(default_factory=dict)  # in order
    changed: list[_Place] = field(default_factory=list)
    moved: list[tuple[_Place, _Place]] = field(default_factory=list)
    gone: dict[_Place, Kept] = field(default_factory=dict)
    unchanged: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    suspects: dict[_Place, Suspect] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def report(self, passages: int, started: float) -> Report:
        return Report(
            added=len(self.added),
            changed=len(self.changed),
            removed=len(self.gone),
            unchanged=self.unchanged,
            moved=len(self.moved),
            paths=Paths(
                added=tuple(map(str, self.added)),
                changed=tuple(map(str, self.changed)),
                moved=tuple((str(before), str(now)) for before, now in self.moved),
                removed=tuple(map(str, self.gone)),
            ),
            unreadable=tuple(self.unreadable),
            suspects=tuple(self.suspects.values()),
            passages=passages,
            seconds=time.monotonic() - started,
            notices=tuple(self.notices),
        )


def preview(paths: Sequence[Path], home: Path, recipe: Recipe, *, reread: bool = False) -> Report:
    """What `ingest` would do. Writes nothing, takes no lock, describes, cuts and embeds nothing.

    Raises SourceNotFound, EmptySource, BadSidecar, as `ingest` would.
    """
    started = time.monotonic()
    _must_be_there(paths)
    with _old(home) as (old, notices), old.snapshot() if old is not None else nullcontext():
        alike = old is not None and old.settings() == recipe.settings
        given = _name_sources([path.resolve() for path in paths], old.sources() if old is not None else ())
        plan = _begun(given, old, [])
        if notices or (old is not None and not alike):
            plan.notices = ["The index is damaged, of another version or of other settings; it would be made anew."]
        for source in given:
            _plan_source(source, old, recipe, plan, describing=None, trusting=alike and not reread, progress=None)
        _match_moves(plan, recipe, None)
        return plan.report(old.passage_count() if old is not None else 0, started)


def ingest(
    paths: Sequence[Path], home: Path, recipe: Recipe, progress: Progress | None = None, *, reread: bool = False
) -> Report:
    """Make these sources equal to the disk and leave the others as they are. Without paths, an index that no longer
    fits the recipe is still made anew.

    `reread`: read every file, also those that look unchanged.

    Raises SourceNotFound, EmptySource (before anything is changed), IndexBusy, HomeNotWritable, DiskFull, and what the
    recipe raises (BadSidecar, EmbedderUnavailable).
    """
    started = time.monotonic()
    _must_be_there(paths)
    with writing(builds.index_folder(home)), _old(home) as (old, notices):
        afresh = old is None or _needs_rebuild(old, recipe.settings, notices)
        given = _name_sources([path.resolve() for path in paths], old.sources() if old is not None else ())
        plan = _begun(given, old, notices)
        wanted: _Described = "all" if afresh else "news"
        trusting = not afresh and not reread
        for source in given:
            _plan_source(source, old, recipe, plan, describing=wanted, trusting=trusting, progress=progress)
        _match_moves(plan, recipe, wanted)
        if old is None:
            _plan_salvaged(home, given, recipe, plan, progress)
            if not plan.sources:
                raise EmptySource("None of the articles that were indexed is where it was.", NoIndex.default_next_step)
        if old is not None and afresh:
            _plan_kept(old, given, recipe, plan)
        build = builds.new(home) if old is None or afresh else old.folder
        with disk_errors(home):
            passages = _write(home, build, plan, old, recipe, progress)
    return plan.report(passages, started)


def remove(name: str, home: Path) -> Report:
    """Drop one source, by its name or the path it was ingested from, and all its articles.

    Raises NoIndex, SourceNotFound, IndexBusy, HomeNotWritable, OutdatedIndex, DamagedIndex.
    """
    started = time.monotonic()
    _serving(home)  # before the lock, which would make a folder
    with writing(builds.index_folder(home)), closing(Catalogue(build := _serving(home))) as old:
        known = old.sources()
        source = next((one for one in known if name == one.name or Path(name).resolve() == one.root), None)
        if source is None:
            names = ", ".join(one.name for one in known) or "none"
            raise SourceNotFound(f"There is no source “{name}”.", f"The sources are: {names}.")
        gone = [known.article for known in old.states(source.name).values()]
        with closing(CatalogueWriter(build, old.settings())) as writer, disk_errors(home):
            vectors = _store_vectors(writer, old, [], old.passage_ids(gone), None)
            writer.commit([], gone=gone, sources=[], dropped=[source.name], vectors=vectors)
            if not writer.doubtful():  # else the next ingest clears, which has the terms to write them again
                _clear(writer)
        return Report(removed=len(gone), passages=old.passage_count(), seconds=time.monotonic() - started)


def _begun(given: Sequence[Source], old: Catalogue | None, notices: list[str]) -> _Plan:
    plan = _Plan(notices=notices)
    if old is not None:
        plan.known = {source.name: old.states(source.name) for source in given}
        plan.texts = {kept.text for known in plan.known.values() for kept in known.values()}
        plan.taken = old.article_ids()
    return plan


def _must_be_there(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise SourceNotFound(f"There is nothing at {path}.")


def _serving(home: Path) -> Path:
    build = builds.current(home)
    if build is None:
        raise NoIndex(f"There is no index in {home}.")
    return build


@contextmanager
def _old(home: Path) -> Iterator[tuple[Catalogue | None, list[str]]]:
    """The catalogue that serves now, or None when there is none to go on from; with the notices that it calls for."""
    build = builds.current(home)
    if build is None:
        yield None, []
        return
    try:
        old = Catalogue(build)
    except OutdatedIndex:
        yield None, ["The index was made by another version of Footnote; it has been made anew."]
    except (NoIndex, DamagedIndex):
        yield None, ["The catalogue of the index was missing or damaged; it has been made anew."]
    else:
        with closing(old):
            yield old, []


def _needs_rebuild(old: Catalogue, settings: IndexSettings, notices: list[str]) -> bool:
    had = old.settings()
    if had != settings:
        other = "with other settings, or by another version"
        if had.embedder != settings.embedder:
            other = f"with another embedder, {had.embedder}"
        notices.append(f"The index was made {other}; it has been made anew.")
        return True
    fault = fault_of(old)
    if fault is not None:
        notices.append(f"{fault} The index has been made anew.")
        return True
    return old.churn() > max(_LEAST_CHURN, old.passage_count())


def _name_sources(roots: Sequence[Path], known: Sequence[Source]) -> list[Source]:
    """A name for each root: the one it has, else that of a folder of its name which has moved here, else a new one."""
    named: dict[Path, Source] = {}
    for root in roots:
        had = next((source for source in known if source.root == root), None)
        taken = {source.name for source in known if source.root.exists()} | {source.name for source in named.values()}
        name, count = root.name or "root", 1
        while had is None and name in taken:
            count += 1
            name = f"{root.name}-{count}"
        named.setdefault(root, had or Source(name, root))
    return list(named.values())


def _plan_salvaged(home: Path, given: Sequence[Source], recipe: Recipe, plan: _Plan, progress: Progress | None) -> None:
    """Read the other sources of a catalogue that cannot be used any more, as far as they still stand on the disk."""
    build = builds.current(home)
    roots, names = {source.root for source in given}, {source.name for source in given}
    for source in salvage_sources(build) if build is not None else ():
        if source.root in roots or source.name in names:
            continue
        try:
            if not source.root.exists():
                raise EmptySource(f"There is nothing at {source.root}.")
            _plan_source(source, None, recipe, plan, describing="all", trusting=False, progress=progress)
        except EmptySource as error:
            plan.notices.append(f"The source “{source.name}” is lost: {error.message}")


def _plan_source(
    source: Source,
    old: Catalogue | None,
    recipe: Recipe,
    plan: _Plan,
    *,
    describing: _Described,
    trusting: bool,
    progress: Progress | None,
) -> None:
    """Compare a source with what is known of it.

    `trusting`: whether files whose stamps are the same are taken to be the same.
    """
    known = plan.known.get(source.name, {})
    noted = old.files(source.name) if old is not None and trusting else {}
    sidecar = recipe.sidecar(source.root if source.root.is_dir() else source.root.parent)
    notes: dict[str, FileNote] = {}
    seen: set[str] = set()
    refused: list[Unreadable] = []
    for file in recipe.files(source.root):
        if isinstance(file, Unreadable):
            refused.append(file)
            continue
        note = noted.get(file.name)
        if note is not None and _unchanged(note, file, sidecar, known, seen):
            plan.unchanged += len(note.articles)
            articles, rows = list(note.articles), [Unreadable(*row) for row in note.refused]
        else:
            articles, rows, note = _read(file, source, known, seen, sidecar, recipe, plan, describing)
        seen.update(articles)
        refused += rows
        if note is not None:
            notes[file.name] = note
        if progress is not None:
            progress("reading", len(seen), 0)
    if not seen:
        why = f" {refused[0].path}: {refused[0].reason}" if refused else ""
        raise EmptySource(f"There is no article to read in {source.root}.{why}")
    plan.sources.append(source)
    plan.files[source.name] = notes
    plan.gone |= {_Place(source.name, path): one for path, one in known.items() if path not in seen}
    plan.unreadable += refused


def _unchanged(
    note: FileNote, file: File, sidecar: Mapping[str, Mapping[str, str]], known: Mapping[str, Kept], seen: set[str]
) -> bool:
    """Whether reading this file would give what the catalogue has of it."""
    return (
        note.stamp == _stamped(file, note.articles, sidecar)
        and seen.isdisjoint(note.articles)
        and all(path in known and known[path].state for path in note.articles)
    )


def _stamped(file: File, articles: Sequence[str], sidecar: Mapping[str, Mapping[str, str]]) -> str:
    """A stamp of all that a file's articles depend on: itself, and what is supplied for them; "" where none holds."""
    supplied = [(path, sorted(sidecar[path].items())) for path in articles if path in sidecar]
    return f"{file.stamp} {text_digest(json.dumps(supplied))[:16]}" if supplied and file.stamp else file.stamp


def _read(
    file: File,
    source: Source,
    known: Mapping[str, Kept],
    seen: set[str],
    sidecar: Mapping[str, Mapping[str, str]],
    recipe: Recipe,
    plan: _Plan,
    describing: _Described,
) -> tuple[list[str], list[Unreadable], FileNote | None]:
    """Read a file, and plan what becomes of its articles: their paths, what was refused, and a note where it holds."""
    articles: dict[str, None] = {}
    refused: list[Unreadable] = []
    twice = False
    for item in file.read():
        if isinstance(item, Unreadable):
            refused.append(item)
            continue
        if item.path in seen or item.path in articles:
            twice = True
            again = "Its name occurs twice in this source; the first was taken."
            refused.append(Unreadable(item.path, again, "Give it a name of its own."))
            continue
        articles[item.path] = None
        _plan_article(item, source, known.get(item.path), sidecar, recipe, plan, describing)
    stamp = _stamped(file, list(articles), sidecar)
    rows = tuple((row.path, row.reason, row.next_step) for row in refused)
    # What occurs twice may be in another file, whose change would not show in this one's stamp.
    note = FileNote(stamp, tuple(articles), rows) if stamp and not twice else None
    return list(articles), refused, note


def _plan_article(
    document: Document,
    source: Source,
    had: Kept | None,
    sidecar: Mapping[str, Mapping[str, str]],
    recipe: Recipe,
    plan: _Plan,
    describing: _Described,
) -> None:
    place = _Place(source.name, document.path)
    state = _state(document, sidecar)
    same = had is not None and had.state == state
    if same:
        plan.unchanged += 1
    elif had is not None:
        plan.changed.append(place)
    else:
        plan.added[place] = None
    found = _Found(document, state, sidecar)
    if had is None and text_digest(document.text) in plan.texts:
        plan.arrived[place] = found
    elif describing == "all" or (describing == "news" and not same):
        _describe(found, place, had.article if had is not None else None, recipe, plan, looking=not same)


def _describe(
    found: _Found, place: _Place, had: str | None, recipe: Recipe, plan: _Plan, *, looking: bool = True
) -> None:
    """Make the entry of an article, under the id that it had; `looking`: for what addresses a machine."""
    article = recipe.describe(found.document, place.source, found.sidecar)
    article = replace(article, id=had or _free_id(article.id, plan.taken))
    plan.entries[place] = _entry(article, found.document.sha256, found.state, recipe)
    if looking and (stretches := suspicious(article.text)):
        plan.suspects[place] = Suspect(article.path, stretches)


def _free_id(wanted: str, taken: set[str]) -> str:
    """The id wanted; where an article that moved away has kept it, another, which is the same at every try."""
    free, count = wanted, 1
    while free in taken:
        count += 1
        free = text_digest(f"{wanted}\0{count}")[: len(wanted)]
    taken.add(free)
    return free


def _match_moves(plan: _Plan, recipe: Recipe, describing: _Described) -> None:
    """Of what came and what went, the articles of one text are the same, moved; first those that kept their file name.

    An article that moved keeps its id, and where nothing else about it has changed, all that was made of it.
    """
    went: dict[str, list[_Place]] = {}
    for place, kept in plan.gone.items():
        went.setdefault(kept.text, []).append(place)
    for now, found in plan.arrived.items():
        places = went.get(text_digest(found.document.text))
        if not places:
            if describing is not None:
                _describe(found, now, None, recipe, plan)
            continue
        name = PurePosixPath(now.path).name
        before = min(places, key=lambda place: PurePosixPath(place.path).name != name)
        places.remove(before)
        plan.moved.append((before, now))
        del plan.added[now]
        kept = plan.gone.pop(before)
        if describing == "news" and kept.state == found.state:
            plan.relocated.append((kept.article, now))
        elif describing is not None:
            _describe(found, now, kept.article, recipe, plan, looking=False)


def _plan_kept(old: Catalogue, given: Sequence[Source], recipe: Recipe, plan: _Plan) -> None:
    """Take the articles of the other sources over from the old catalogue, cut anew; their files may be gone."""
    names = {source.name for source in given}
    read_alike = old.settings().reading == recipe.settings.reading
    for source in old.sources():
        if source.name not in names:
            plan.sources.append(source)
            for article, sha256, state in old.origins(source.name):  # an empty state: read again when next ingested
                place = _Place(source.name, article.path)
                plan.entries[place] = _entry(article, sha256, state if read_alike else "", recipe)
            plan.files[source.name] = old.files(source.name)


def _entry(article: Article, sha256: str, state: str, recipe: Recipe) -> Entry:
    passages = {passage.id: (passage, _key(passage, article.title)) for passage in recipe.cut(article)}
    return Entry(article, sha256, state, tuple(passages.values()))


def _state(document: Document, sidecar: Mapping[str, Mapping[str, str]]) -> str:
    """A digest of all that an article's description depends on."""
    supplied = sorted(sidecar.get(document.path, {}).items())
    known = [text_digest(document.text), sorted(document.metadata.items()), supplied, document.pages]
    return text_digest(json.dumps(known, default=str))


def _key(passage: Passage, title: str | None) -> str:
    """A digest of all that a passage's vectors depend on: the same text under the same title shares them."""
    spans = [(span.start - passage.start, span.end - passage.start) for span in passage.sentences]
    return text_digest(json.dumps([contexts.NAME, passage.language, title, spans, passage.text]))[:32]


def _write(
    home: Path, build: Path, plan: _Plan, old: Catalogue | None, recipe: Recipe, progress: Progress | None
) -> int:
    """Carry a plan out in this build, the old one or a new one; returns how many passages the index then has."""
    in_place = old is not None and build == old.folder
    entries = list(plan.entries.values())
    with closing(CatalogueWriter(build, recipe.settings)) as writer:
        if in_place:
            for build in builds.others(home):  # what this one has taken the place of
                builds.delete(build)
        else:
            _take_over_vectors(home, writer, recipe.settings)
        _embed(writer, entries, recipe, progress)
        base = old if in_place else None
        planned = [(entry.article, passage, key) for entry in entries for passage, key in entry.passages]
        stored = base.keys([passage.id for _, passage, _ in planned]) if base else {}
        fresh = [one for one in planned if stored.get(one[1].id) != one[2]]
        gone = [kept.article for kept in plan.gone.values()]
        replaced = {entry.article.id for entry in entries} | set(gone)
        obsolete = base.passage_ids(replaced) - {passage.id for _, passage, _ in planned} if base else set()
        vectors = _store_vectors(writer, base, fresh, obsolete, progress)
        if base:
            _restore_words(writer, base, recipe)
        _store_words(writer, [(article, passage) for article, passage, _ in fresh], recipe)
        news = entries or gone or plan.relocated or (old is not None and set(plan.sources) - set(old.sources()))
        if news or not in_place:
            writer.commit(entries, gone=gone, moved=plan.relocated, sources=plan.sources, vectors=vectors)
        for source, notes in plan.files.items():
            if base is None or base.files(source) != notes:
                writer.note_files(source, notes)
        if not in_place:
            builds.make_current(home, build)
        _clear(writer)
        return writer.passage_count()


def _take_over_vectors(home: Path, writer: CatalogueWriter, settings: IndexSettings) -> None:
    """Copy the vectors that builds of the same embedder hold, and delete all builds but the current one and ours."""
    now = builds.current(home)
    for build in [*([now] if now is not None else []), *builds.others(home)]:
        if build == writer.folder:
            continue
        try:
            with closing(Catalogue(build)) as donor:
                theirs = donor.settings()
            if (theirs.embedder, theirs.dimensions, theirs.centring) == (
                settings.embedder,
                settings.dimensions,
                settings.centring,
            ):
                writer.copy_vectors(build)
        except (NoIndex, OutdatedIndex, DamagedIndex):
            pass  # nothing to take over there; its texts are embedded again
        if build != now:
            builds.delete(build)


def _embed(writer: CatalogueWriter, entries: Sequence[Entry], recipe: Recipe, progress: Progress | None) -> None:
    passages = {key: (passage, entry.article.title) for entry in entries for passage, key in entry.passages}
    missing = writer.without_vector(passages) if passages else set()
    wanted = [(key, *passages[key]) for key in passages if key in missing]
    for start in range(0, len(wanted), _EMBED_BATCH):
        batch = wanted[start : start + _EMBED_BATCH]
        writer.store_vectors(_embedded(batch, recipe))
        if progress is not None:
            progress("embedding", start + len(batch), len(wanted))


def _embedded(
    batch: Sequence[tuple[str, Passage, str | None]], recipe: Recipe
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """(key, passage, title) -> (key, the passage's vector (d,), those of its n sentences (n, d)), centred."""
    embedder = recipe.embedder
    limit = embedder.max_tokens

    def fits(text: str) -> bool:
        return limit is None or embedder.count_tokens(text) <= limit

    texts = [text for _, passage, title in batch for text in contexts.sentence_texts(passage, title, fits)]
    rows = embedder.embed_passages(texts)  # all in one go: a server is asked once, processors work side by side
    start = 0
    for key, passage, _ in batch:
        own = rows[start : start + len(passage.sentences)]
        start += len(own)
        whole = contexts.passage_vector(passage, own)
        yield key, recipe.centre(whole[None, :], passage.language)[0], recipe.centre(own, passage.language)


def _store_vectors(
    writer: CatalogueWriter,
    old: Catalogue | None,
    fresh: Sequence[tuple[Article, Passage, str]],
    obsolete: set[str],
    progress: Progress | None,
) -> Path | None:
    """Make the next version of the vectors, from that of the old catalogue if there is one; None: it needs no other."""
    now = old.vectors_folder() if old is not None else None
    for folder in builds.other_vectors(writer.folder, now):
        builds.delete(folder)
    if now is not None and not fresh and not obsolete:
        return None
    folder = builds.new_vectors(writer.folder)
    if now is not None:
        copy(now, folder)
    with closing(VectorStore.create(folder)) as vectors:
        vectors.delete(sorted(obsolete))
        for start in range(0, len(fresh), _STORE_BATCH):
            batch = fresh[start : start + _STORE_BATCH]
            vectors.upsert([passage.id for _, passage, _ in batch], writer.vectors([key for _, _, key in batch]))
            if progress is not None:
                progress("storing", start + len(batch), len(fresh))
    return folder


def _restore_words(writer: CatalogueWriter, old: Catalogue, recipe: Recipe) -> None:
    """Give tantivy back what a killed update wrote over: passages under another title or in another language."""
    doubtful = old.passages(writer.doubtful()).values()
    if doubtful:
        _store_words(writer, [(old.article(passage.article_id), passage) for passage in doubtful], recipe)


def _store_words(writer: CatalogueWriter, fresh: Sequence[tuple[Article, Passage]], recipe: Recipe) -> None:
    """Give tantivy what is new; ids it has already are written over."""
    writer.touch(passage.id for _, passage in fresh)
    words = WordIndex.create(writer.folder / builds.WORDS)
    if fresh:
        words.add(
            (passage.id, article.id, passage.language, recipe.terms(_titled(article, passage), passage.language))
            for article, passage in fresh
        )


def _titled(article: Article, passage: Passage) -> str:
    """What the word index reads of a passage: the words of its article's title find it, too."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text


def _clear(writer: CatalogueWriter) -> None:
    """Take out of tantivy what no longer belongs: of this update, or of one that was killed."""
    if writer.unfinished():
        stale = writer.stale()
        if stale:
            WordIndex.create(writer.folder / builds.WORDS).delete_passages(stale)
        writer.cleared(len(stale))
