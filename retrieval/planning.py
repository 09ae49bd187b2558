"""Compare sources with what is known of them, and plan what becomes of each article: the first half of an update.

A file whose stamp (size, inode, times of change) is that of its last reading is not read again; any other is, and only
what its content says counts. An article that is gone from its path and whose text has come in at another has moved: it
keeps its id, by which conversations and citations know it, and with the id its passages, so that the stores stay as
they are. Its old path is free for another article, which then gets an id of its own.

Writes nothing, and does not read files or cut texts itself: those are handed in as a `Recipe`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from retrieval import contexts, repeated
from retrieval.catalogue import Catalogue, FileNote, IndexSettings, Kept, Source
from retrieval.catalogue_writer import Derived, Entry
from retrieval.embedding import Embedder
from retrieval.errors import EmptySource
from retrieval.likeness import Likeness
from retrieval.reading import Document, File, Unreadable
from retrieval.stored import text_digest
from retrieval.stories import signature
from retrieval.suspicion import Suspicion, suspicious
from retrieval.types import Article, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[str, int, int], object]
"""(stage, done, total): the stages are "reading", "embedding" and "storing"; total is 0 where it isn't known yet."""


Described = Literal["all", "news"] | None
"""Of which articles entries are made: of all, of those that are new or have changed, or of none."""


def _uncentred(vectors: NDArray[np.float32], language: str) -> NDArray[np.float32]:  # noqa: ARG001 - a Recipe's signature
    return vectors


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a file becomes passages, terms and vectors, and the settings that stand for all of it.

    `centre` takes (n, d) unit rows and their language and returns as many unit rows. `shared`: the index is a replica
    of one on a server, which holds the vectors for it. `together`: passages that are embedded in one go, and stored:
    what a kill can cost, or a stop has to wait for.
    """

    settings: IndexSettings
    embedder: Embedder
    files: Callable[[Path], Iterator[File | Unreadable]]
    sidecar: Callable[[Path], Mapping[str, Mapping[str, str]]]
    describe: Callable[[Document, str, Mapping[str, Mapping[str, str]]], Article]
    cut: Callable[[Article], Sequence[Passage]]
    terms: Callable[[str, str], Sequence[str]]
    centre: Callable[[NDArray[np.float32], str], NDArray[np.float32]] = _uncentred
    shared: bool = False
    together: int = 16


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

    `stories`: that several articles carry; `replaced`: articles that a newer version replaces; `learnt`: lines that are
    the furniture of their outlets. All three of the index afterwards, 0 where nothing was looked at.
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
    stories: int = 0
    replaced: int = 0
    learnt: int = 0
    seconds: float = 0.0
    notices: tuple[str, ...] = ()


class Place(NamedTuple):
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
class Plan:
    """What is to be written, collected before anything is. `added` and `gone` hold what moved as well, until `moved`
    has it.
    """

    known: dict[str, dict[str, Kept]] = field(default_factory=dict)  # by source and path
    taken: set[str] = field(default_factory=set)  # ids of articles, so that no other gets one of them
    texts: set[str] = field(default_factory=set)  # of what is known: who comes with one of them may have moved
    arrived: dict[Place, _Found] = field(default_factory=dict)  # with one of these texts
    relocated: list[tuple[str, Place]] = field(default_factory=list)  # moved, and otherwise as they were
    entries: dict[Place, Entry] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    files: dict[str, dict[str, FileNote]] = field(default_factory=dict)  # by source
    dropped: list[str] = field(default_factory=list)  # sources
    added: dict[Place, None] = field(default_factory=dict)  # in order
    changed: list[Place] = field(default_factory=list)
    moved: list[tuple[Place, Place]] = field(default_factory=list)
    gone: dict[Place, Kept] = field(default_factory=dict)
    unchanged: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    suspects: dict[Place, Suspect] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    derived: Derived | None = None

    def report(self, passages: int, started: float) -> Report:
        """What the plan did, or would do; `started` by the monotonic clock."""
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
            stories=len(self.derived.stories.told) if self.derived else 0,
            replaced=len(self.derived.stories.replaced) if self.derived else 0,
            learnt=sum(map(len, self.derived.learnt.values())) if self.derived else 0,
            seconds=time.monotonic() - started,
            notices=tuple(self.notices),
        )


def name_sources(roots: Sequence[Path], known: Sequence[Source]) -> list[Source]:
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


def begin(given: Sequence[Source], old: Catalogue | None, notices: list[str]) -> Plan:
    """A plan for these sources that knows what is indexed of them."""
    plan = Plan(notices=notices)
    if old is not None:
        plan.known = {source.name: old.states(source.name) for source in given}
        plan.texts = {kept.text for known in plan.known.values() for kept in known.values()}
        plan.taken = set(old.texts())
    return plan


def plan_source(
    source: Source,
    old: Catalogue | None,
    recipe: Recipe,
    plan: Plan,
    *,
    describing: Described,
    trusting: bool,
    progress: Progress | None,
) -> None:
    """Compare a source with what is known of it.

    `trusting`: whether files whose stamps are the same are taken to be the same.
    """
    known = plan.known.get(source.name, {})
    noted = old.files(source.name) if old is not None else {}
    sidecar = recipe.sidecar(source.root if source.root.is_dir() else source.root.parent)
    notes: dict[str, FileNote] = {}
    seen: set[str] = set()
    refused: list[Unreadable] = []
    closed: set[str] = set()  # files that gave less than they hold
    for file in recipe.files(source.root):
        if isinstance(file, Unreadable):  # a folder
            refused.append(file)
            closed.update(name for name in noted if name.startswith(f"{file.path}/") or file.path == ".")
            continue
        note = noted.get(file.name)
        if trusting and note is not None and _unchanged(note, file, sidecar, known, seen):
            plan.unchanged += len(note.articles)
            articles, rows = list(note.articles), [Unreadable(*row) for row in note.refused]
        else:
            articles, rows, note = _read(file, source, known, seen, sidecar, recipe, plan, describing)
            if any(row.may_pass for row in rows):
                closed.add(file.name)
        seen.update(articles)
        refused += rows
        notes[file.name] = note
        if progress is not None:
            progress("reading", len(seen), 0)
    # What a disk, a closed folder or a busy machine keeps from being read is not gone: what is indexed of it stays.
    staying: set[str] = set()
    for name in sorted(closed & noted.keys()):
        if stay := [path for path in noted[name].articles if path in known and path not in seen]:
            staying.update(stay)
            given = notes[name].articles if name in notes else ()
            notes[name] = FileNote("", (*given, *stay), noted[name].refused)
            plan.notices.append(f"{name} cannot be read now; what is indexed of it stays.")
    seen |= staying
    plan.unchanged += len(staying)
    if old is not None and staying and describing == "all":
        _take_over(source, old, recipe, plan, staying)
    if not seen:
        why = f" {refused[0].path}: {refused[0].reason}" if refused else ""
        raise EmptySource(f"There is no article to read in {source.root}.{why}")
    plan.sources.append(source)
    plan.files[source.name] = notes
    plan.gone |= {Place(source.name, path): one for path, one in known.items() if path not in seen}
    plan.unreadable += refused


def _unchanged(
    note: FileNote, file: File, sidecar: Mapping[str, Mapping[str, str]], known: Mapping[str, Kept], seen: set[str]
) -> bool:
    """Whether reading this file would give what the catalogue has of it."""
    return (
        bool(note.stamp)
        and note.stamp == _stamped(file, note.articles, sidecar)
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
    plan: Plan,
    describing: Described,
) -> tuple[list[str], list[Unreadable], FileNote]:
    """Read a file, and plan what becomes of its articles: their paths, what was refused, and a note of both."""
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
    # What occurs twice may be in another file, whose change would not show in this one's stamp; nor does it show there
    # when a disk or a busy machine is well again.
    holds = bool(stamp) and not twice and not any(row.may_pass for row in refused)
    return list(articles), refused, FileNote(stamp if holds else "", tuple(articles), rows)


def _plan_article(
    document: Document,
    source: Source,
    had: Kept | None,
    sidecar: Mapping[str, Mapping[str, str]],
    recipe: Recipe,
    plan: Plan,
    describing: Described,
) -> None:
    place = Place(source.name, document.path)
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
    found: _Found, place: Place, had: str | None, recipe: Recipe, plan: Plan, *, looking: bool = True
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


def match_moves(plan: Plan, recipe: Recipe, describing: Described) -> None:
    """Of what came and what went, the articles of one text are the same, moved; first those that kept their file name.

    An article that moved keeps its id, and where nothing else about it has changed, all that was made of it.
    """
    went: dict[str, list[Place]] = {}
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


def plan_kept(old: Catalogue, given: Sequence[Source], recipe: Recipe, plan: Plan) -> None:
    """Take the articles of the other sources over from the old catalogue, cut anew; their files may be gone."""
    names = {source.name for source in given}
    for source in old.sources():
        if source.name not in names:
            plan.sources.append(source)
            _take_over(source, old, recipe, plan)
            plan.files[source.name] = old.files(source.name)


def _take_over(
    source: Source, old: Catalogue, recipe: Recipe, plan: Plan, paths: Collection[str] | None = None
) -> None:
    """Plan a source's articles (those of `paths`; None: all) as the old catalogue has them, cut anew."""
    read_alike = old.settings().reading == recipe.settings.reading
    for article, sha256, state in old.origins(source.name):  # an empty state: read again when next ingested
        if paths is None or article.path in paths:
            entry = _entry(article, sha256, state if read_alike else "", recipe)
            plan.entries[Place(source.name, article.path)] = entry


def _entry(article: Article, sha256: str, state: str, recipe: Recipe) -> Entry:
    """The entry of an article by itself."""
    known = Likeness(
        signature(article.text, article.furniture), repeated.digests(article.text, article.furniture), article.furniture
    )
    return cut_anew(Entry(article, sha256, state, (), known), recipe)


def cut_anew(entry: Entry, recipe: Recipe) -> Entry:
    """The entry with the passages that its article has now."""
    head = contexts.heading(entry.article)
    passages = {passage.id: (passage, _key(passage, head)) for passage in recipe.cut(entry.article)}
    return replace(entry, passages=tuple(passages.values()))


def _state(document: Document, sidecar: Mapping[str, Mapping[str, str]]) -> str:
    """A digest of all that an article's description depends on."""
    supplied = sorted(sidecar.get(document.path, {}).items())
    known = [text_digest(document.text), sorted(document.metadata.items()), supplied, document.pages]
    return text_digest(json.dumps(known, default=str))


def _key(passage: Passage, head: str | None) -> str:
    """A digest of all that a passage's vectors depend on: the same text under the same heading shares them."""
    spans = [(span.start - passage.start, span.end - passage.start) for span in passage.sentences]
    return text_digest(json.dumps([contexts.NAME, passage.language, head, spans, passage.text]))[:32]
