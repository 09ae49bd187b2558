"""Make an index equal to the disk: add, change and remove articles; whole or not at all, and resumable.

Of many new passages the words come first and the vectors later, in steps (`vectoring.catch_up`).

The order is what makes it safe. Vectors are computed and stored in the catalogue as they come; then a copy of Chroma's
folder is brought up to date, and tantivy gets what is new, under ids that a repeat writes again; then one transaction
of the catalogue brings the update in and names the new folder; then tantivy loses what no longer belongs. A reader
believes the catalogue only, so it sees the last complete state until that transaction, and a process killed anywhere
leaves nothing that the next run does not finish or clear away. Folders of the state before are deleted by the next
writer.

An index that was made with other settings, by another version, or that is damaged, is made anew beside the old one
(`builds.py`), with the vectors and articles of the old one as far as they can still be used.

Does not find out what has changed: `planning.py` does.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Literal

from retrieval import builds
from retrieval.catalogue import Catalogue, IndexSettings, Source, salvage_sources
from retrieval.catalogue_writer import CatalogueWriter, Entry
from retrieval.deriving import derive
from retrieval.disk import disk_errors
from retrieval.errors import DamagedIndex, EmptySource, NoIndex, OutdatedIndex, SourceNotFound
from retrieval.health import THOROUGH_SAMPLE, fault_of, texts_fault
from retrieval.locking import writing
from retrieval.planning import (
    Described,
    Paths,
    Place,
    Plan,
    Progress,
    Recipe,
    Report,
    Suspect,
    begin,
    match_moves,
    name_sources,
    plan_kept,
    plan_source,
)
from retrieval.stored import text_digest
from retrieval.types import Article
from retrieval.vectoring import catch_up, embed, store
from retrieval.wording import clear, restore_words, store_words

__all__ = ["Paths", "Progress", "Recipe", "Report", "Suspect", "ingest", "preview", "remove"]

AT_ONCE = 200
"""New passages that are embedded before they are searched: some ten seconds of work."""
AT_IT_ALREADY = "Another process embeds the passages that are searched by their words alone so far."
When = Literal["after", "later", "at once"]


def preview(paths: Sequence[Path], home: Path, recipe: Recipe, *, reread: bool = False) -> Report:
    """What `ingest` would do. Writes nothing, takes no lock, describes, cuts and embeds nothing.

    Raises SourceNotFound, EmptySource, BadSidecar, as `ingest` would.
    """
    started = time.monotonic()
    _must_be_there(paths)
    with _old(home) as (old, notices), old.snapshot() if old is not None else nullcontext():
        alike = old is not None and old.settings() == recipe.settings
        given = name_sources([path.resolve() for path in paths], old.sources() if old is not None else ())
        plan = begin(given, old, [])
        if notices or (old is not None and not alike):
            plan.notices = ["The index is damaged, of another version or of other settings; it would be made anew."]
        for source in given:
            plan_source(source, old, recipe, plan, describing=None, trusting=alike and not reread, progress=None)
        match_moves(plan, recipe, None)
        return plan.report(old.passage_count() if old is not None else 0, started)


def ingest(
    paths: Sequence[Path],
    home: Path,
    recipe: Recipe,
    progress: Progress | None = None,
    *,
    reread: bool = False,
    vectors: When = "after",
    mending: str | None = None,
) -> Report:
    """Make these sources equal to the disk and leave the others as they are. Without paths, an index that no longer
    fits the recipe is still made anew.

    `reread`: read every file, also those that look unchanged. `vectors`: of many new passages the words are searched
    before they are embedded, which is done "after", or left to whoever calls `catch_up` ("later"); "at once": they are
    embedded before anything shows. `mending`: a fault for which the index is made anew.

    Raises SourceNotFound, EmptySource (before anything is changed), IndexBusy, HomeNotWritable, DiskFull, and what the
    recipe raises (BadSidecar, EmbedderUnavailable).
    """
    started = time.monotonic()
    _must_be_there(paths)
    with writing(builds.index_folder(home)), _old(home) as (found, notices):
        old = found if mending is None or found is None or _readable(found) else None  # else only its sources help
        if mending is not None:
            notices.append(f"{mending} The index has been made anew.")
        afresh = old is None or mending is not None or _needs_rebuild(old, recipe, notices)
        given = name_sources([path.resolve() for path in paths], old.sources() if old is not None else ())
        plan = begin(given, old, notices)
        wanted: Described = "all" if afresh else "news"
        trusting = not afresh and not reread
        for source in given:
            plan_source(source, old, recipe, plan, describing=wanted, trusting=trusting, progress=progress)
        match_moves(plan, recipe, wanted)
        if old is None:
            _plan_salvaged(home, given, recipe, plan, progress)
            if not plan.sources:
                raise EmptySource("None of the articles that were indexed is where it was.", NoIndex.default_next_step)
        if old is not None and afresh:
            plan_kept(old, given, recipe, plan)
        base = None if afresh else old
        if plan.entries or plan.gone or plan.relocated:
            derive(plan, base, recipe)
        build = base.folder if base is not None else builds.new(home)
        with disk_errors(home):
            passages = _write(home, build, plan, old, recipe, progress, at_once=vectors == "at once")
    if vectors == "after" and not catch_up(home, recipe, progress):
        plan.notices.append(AT_IT_ALREADY)
    return plan.report(passages, started)


def repair(home: Path, recipe: Recipe, progress: Progress | None = None) -> Report:
    """Mend an index: `ingest` of nothing, but every part of it is looked at thoroughly before.

    The notices say what was wrong and what was done; none where nothing was. Raises what `ingest` does.
    """
    with _old(home) as (old, notices):
        fault = None
        if old is not None and not notices and not _readable(old):
            fault = "The catalogue is damaged."
        elif old is not None and not notices:
            fault = texts_fault(old) or fault_of(old, vectors=not recipe.shared, sample=THOROUGH_SAMPLE)
            if altered := old.altered_texts():
                paths = ", ".join(f"{one.source}/{one.path}" for one in map(old.article, altered))
                roots = " ".join(shlex.quote(str(source.root)) for source in old.sources())
                raise DamagedIndex(f"{fault} ({paths})", f"Read them again: footnote ingest --reread {roots}")
    return ingest([], home, recipe, progress, mending=fault)


def _readable(catalogue: Catalogue) -> bool:
    """Whether SQLite finds its file in order."""
    try:
        return catalogue.intact()
    except DamagedIndex:
        return False


def remove(name: str, home: Path, recipe: Recipe) -> Report:
    """Drop one source, by its name or the path it was ingested from, and all its articles.

    Raises NoIndex, SourceNotFound, IndexBusy, HomeNotWritable, OutdatedIndex, DamagedIndex; and EmbedderUnavailable
    where an older version is to answer again.
    """
    started = time.monotonic()
    _serving(home)  # before the lock, which would make a folder
    with writing(builds.index_folder(home)), closing(Catalogue(_serving(home))) as old:
        known = old.sources()
        source = next((one for one in known if name == one.name or Path(name).resolve() == one.root), None)
        if source is None:
            names = ", ".join(one.name for one in known) or "none"
            raise SourceNotFound(f"There is no source “{name}”.", f"The sources are: {names}.")
        gone = {Place(source.name, path): kept for path, kept in old.states(source.name).items()}
        plan = Plan(gone=gone, dropped=[source.name])
        if old.settings() == recipe.settings:
            derive(plan, old, recipe)
        else:  # made anew with the next update
            recipe = replace(recipe, settings=old.settings())
        with disk_errors(home):
            passages = _write(home, old.folder, plan, old, recipe, None)
        return Report(removed=len(gone), passages=passages, seconds=time.monotonic() - started)


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


def _needs_rebuild(old: Catalogue, recipe: Recipe, notices: list[str]) -> bool:
    had, settings = old.settings(), recipe.settings
    if had != settings:
        other = "with other settings, or by another version"
        if had.embedder != settings.embedder:
            other = f"with another embedder, {had.embedder}"
        notices.append(f"The index was made {other}; it has been made anew.")
        return True
    fault = fault_of(old, vectors=not recipe.shared)
    if fault is not None:
        notices.append(f"{fault} The index has been made anew.")
    return fault is not None


def _plan_salvaged(home: Path, given: Sequence[Source], recipe: Recipe, plan: Plan, progress: Progress | None) -> None:
    """Read the other sources of a catalogue that cannot be used any more, as far as they still stand on the disk."""
    build = builds.current(home)
    roots, names = {source.root for source in given}, {source.name for source in given}
    for source in salvage_sources(build) if build is not None else ():
        if source.root in roots or source.name in names:
            continue
        try:
            if not source.root.exists():
                raise EmptySource(f"There is nothing at {source.root}.")
            plan_source(source, None, recipe, plan, describing="all", trusting=False, progress=progress)
        except EmptySource as error:
            plan.notices.append(f"The source “{source.name}” is lost: {error.message}")


def _write(
    home: Path,
    build: Path,
    plan: Plan,
    old: Catalogue | None,
    recipe: Recipe,
    progress: Progress | None,
    *,
    at_once: bool = False,
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
            if old is not None:
                writer.copy_former(old.folder)
        base = old if in_place else None
        planned = [(entry.article, passage, key) for entry in entries for passage, key in entry.passages]
        lacking = writer.without_vector(key for *_, key in planned) if planned else set()
        # An index that is made anew beside one that serves is whole when it takes its place.
        if at_once or len(lacking) <= AT_ONCE or (builds.current(home) is not None and not in_place):
            embed(writer, [one for one in planned if one[2] in lacking], recipe, progress)
            lacking = set()
        stored = base.keys([passage.id for _, passage, _ in planned]) if base else {}
        fresh = [one for one in planned if stored.get(one[1].id) != one[2]]
        waited = base.waiting() if base else set()
        ready = [
            (passage, key)
            for _, passage, key in planned
            if key not in lacking and (stored.get(passage.id) != key or passage.id in waited)
        ]
        gone = [kept.article for kept in plan.gone.values()]
        replaced = {entry.article.id for entry in entries} | set(gone)
        obsolete = base.passage_ids(replaced) - {passage.id for _, passage, _ in planned} if base else set()
        vectors = None if recipe.shared else store(writer, base, ready, obsolete, progress)
        if base:
            restore_words(writer, base, recipe.terms)
        store_words(writer, [(article, passage) for article, passage, _ in fresh], recipe.terms)
        news = entries or gone or plan.relocated or (old is not None and set(plan.sources) - set(old.sources()))
        if news or not in_place or plan.dropped:
            writer.commit(
                entries,
                gone=gone,
                moved=plan.relocated,
                sources=plan.sources,
                dropped=plan.dropped,
                vectors=vectors,
                derived=plan.derived,
                former=_former(old, entries) if old is not None else (),
                waiting=[passage.id for _, passage, key in planned if key in lacking],
            )
        for source, notes in plan.files.items():
            if base is None or base.files(source) != notes:
                writer.note_files(source, notes)
        if not in_place:
            builds.make_current(home, build)
        clear(writer)
        return writer.passage_count()


def _former(old: Catalogue, entries: Sequence[Entry]) -> list[Article]:
    """The articles as they were whose texts change."""
    had = old.texts()
    return [
        old.article(entry.article.id)
        for entry in entries
        if entry.article.id in had and had[entry.article.id] != text_digest(entry.article.text)
    ]


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
