"""Articles that came through a chat: each a file of its own in the home, and a source of its own in the index.

The home holds the only copy. A file is there as long as its article is indexed: it is written whole or not at all, and
when indexing fails or the process dies, the file of before comes back. Knows nothing of Telegram, asks nobody, and does
not fetch links.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from bot.home import UPLOADS
from bot.printable import printable
from bot.settings import Settings
from retrieval.articles import describe, load_sidecar
from retrieval.catalogue import Catalogue
from retrieval.disk import disk_errors, make_folder
from retrieval.errors import DamagedIndex, NoIndex, OutdatedIndex, SourceNotFound
from retrieval.names import fold
from retrieval.readers.kinds import ENDINGS
from retrieval.reading import SIDECAR, Document, Unreadable, read_content, read_source
from retrieval.types import Article

if TYPE_CHECKING:
    from retrieval.sync import Report, Suspect

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a file that are taken: what the Bot API lets a bot download (its MAX_DOWNLOAD_FILE_SIZE)."""
KINDS: Final = tuple(sorted(ENDINGS))
"""The endings of the files that are read."""

_EARLIER = ".earlier"
"""Beside the files: what a name held before the file that is being indexed; empty where it held nothing."""
_HELD = ".held"
"""Beside the files, too: what nobody has decided on yet."""
_PART = ".part"
"""How a file that is being written ends; hidden, too."""
_PASSAGE_WORDS: Final = 150
"""Words of a passage, about (`assembly.PASSAGE_TOKENS`)."""
_STEM: Final = 60
"""Characters of a name before its ending; at most 4 bytes each, so that every file system takes it."""
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
"""Names that are devices on some systems, whatever their ending."""

Progress = Callable[[str, int, int], object]
Why = Literal["text", "name", "title"]


@dataclass(frozen=True, slots=True)
class Readable:
    """What a file would be in the index: its first article, how many there are, and about how many passages.

    `name`: the file's, made safe. `refused`: rows that cannot be read.
    """

    name: str
    articles: tuple[Article, ...]
    passages: int
    refused: tuple[Unreadable, ...] = ()

    @property
    def first(self) -> Article:
        """The article, or the first of several."""
        return self.articles[0]


@dataclass(frozen=True, slots=True)
class Known:
    """An indexed article that is like one to be added: all the texts are there, or one's file name, or one's title.

    `source`: where it is indexed; `articles`: how many there are in that source. `replaceable`: it is an upload, and
    holds no article beside those that would take its place; a folder's article is the folder's.
    """

    why: Why
    source: str
    article: Article
    articles: int
    replaceable: bool


@dataclass(frozen=True, slots=True)
class Indexed:
    """What was added: the source's name, its first article, how many articles and passages it has.

    `refused`: rows that could not be read; `suspects`: articles that address a language model; `notices`: sentences.
    """

    name: str
    first: Article
    articles: int
    passages: int
    refused: tuple[Unreadable, ...]
    suspects: tuple[Suspect, ...]
    notices: tuple[str, ...]


class Uploads:
    """The uploads of a home. One writer at a time; every method may take seconds, and may be called in any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = settings.home / UPLOADS

    def look(self, name: str, data: bytes) -> Readable | Unreadable:
        """Read what `keep` would index, and index nothing. Raises BadSidecar where somebody put a wrong one there."""
        file = safe_name(name)
        if Path(file).suffix not in KINDS:
            return Unreadable(file, "Files of this kind are not read.", f"Send it as one of {', '.join(KINDS)}.")
        if len(data) > LARGEST:
            return Unreadable(file, "The file is larger than 20 MB.", "Split it into one file per article.")
        read = list(read_content(file, data))
        refused = tuple(item for item in read if isinstance(item, Unreadable))
        documents = [item for item in read if isinstance(item, Document)]
        if not documents:
            return refused[0]
        sidecar = load_sidecar(self.folder)
        articles = tuple(describe(document, file, sidecar) for document in documents)
        passages = sum(math.ceil(len(article.text.split()) / _PASSAGE_WORDS) for article in articles)
        return Readable(file, articles, passages, refused)

    def known(self, found: Readable) -> Known | None:
        """The article of the index that is most like these: of the same text, else of a file's name, else of a title.

        Of several, one that can be replaced. Raises DamagedIndex, OutdatedIndex.
        """
        with self._catalogue() as catalogue:
            if catalogue is None:
                return None
            indexed = catalogue.articles()
            uploads = {source.name for source in catalogue.sources() if self._is_ours(source.root)}
        texts = {_words(article.text) for article in found.articles}
        titles = {_title(article) for article in found.articles} - {""}
        like: list[Known] = []
        held: dict[str, list[Article]] = {}
        for article in indexed:
            held.setdefault(article.source, []).append(article)
        everything = texts <= {_words(article.text) for article in indexed}
        for source, articles in held.items():
            ours = source in uploads
            whole = ours and all(_words(one.text) in texts or _title(one) in titles for one in articles)
            for article in articles:
                if everything and _words(article.text) in texts:
                    like.append(Known("text", source, article, len(articles), whole))
                elif ours and source.casefold() == found.name.casefold():
                    like.append(Known("name", source, article, len(articles), True))
                elif _title(article) in titles:
                    like.append(Known("title", source, article, len(articles), whole))
        return min(like, key=lambda one: (get_args(Why).index(one.why), not one.replaceable), default=None)

    def keep(
        self, name: str, data: bytes, progress: Progress | None = None, *, replacing: str | None = None
    ) -> Indexed:
        """Write the file and index it, under a name that nothing else has; `replacing`: an upload that it takes the
        place of.

        Nothing has changed when it fails. Raises IndexBusy, EmptySource, HomeNotWritable, DiskFull, SourceNotFound
        (no such upload to replace), and what `bot.assembly.ingest` does else.
        """
        from bot import assembly

        make_folder(self.folder)
        target = self._target(safe_name(name), replacing)
        path = self.folder / target
        with disk_errors(self.folder), ExitStack() as undo:
            self._set_aside(target)
            undo.callback(self._put_back, target)
            _write(path, data)
            report = assembly.ingest(self._settings, [path], progress, vectors="at once")
            undo.pop_all()
            (self.folder / _EARLIER / target).unlink(missing_ok=True)
        if replacing is not None and replacing != target:
            self.remove(replacing)
        with closing(assembly.open_index(self._settings)) as index:
            articles = [article for article, _, _ in index.catalogue.origins(target)]
            passages = sum(len(index.catalogue.passages_of(article.id)) for article in articles)
        return Indexed(
            target, articles[0], len(articles), passages, report.unreadable, report.suspects, report.notices
        )  # fmt: skip

    def remove(self, name: str) -> None:
        """Drop an upload. Raises SourceNotFound for any other source, and what `drop` raises."""
        self._must_be_upload(name)
        self.drop(name)

    def drop(self, source: str) -> Report:
        """Drop a source, an upload with its file; the files of others are their owner's and stay.

        Raises what `bot.assembly.remove` does.
        """
        from bot import assembly

        with self._catalogue() as catalogue:
            sources = catalogue.sources() if catalogue is not None else ()
        report = assembly.remove(self._settings, source)
        with disk_errors(self.folder):
            for one in sources:
                if self._is_ours(one.root) and (one.name == source or one.root == Path(source).resolve()):
                    one.root.unlink(missing_ok=True)
        return report

    def hold(self, data: bytes) -> Path:
        """A file with this, for as long as it is not decided what becomes of it; whoever calls deletes it."""
        make_folder(self.folder / _HELD)
        path = self.folder / _HELD / secrets.token_hex(8)
        with disk_errors(self.folder):
            _write(path, data)
        return path

    def recover(self, held: Collection[Path] = ()) -> None:
        """Put back what a process that died while it indexed had set aside, and delete what is held for nobody.

        `held`: what is still to be decided on. To be called while nobody indexes.
        """
        with disk_errors(self.folder):
            for path in (self.folder / _HELD).glob("*"):
                if path not in held:
                    path.unlink()
            for part in self.folder.rglob(f".*{_PART}"):
                part.unlink(missing_ok=True)
            for earlier in sorted((self.folder / _EARLIER).glob("*")):
                self._put_back(earlier.name)

    def _is_ours(self, root: Path) -> bool:
        return root.parent == self.folder.resolve()

    def _must_be_upload(self, name: str) -> None:
        with self._catalogue() as catalogue:
            sources = catalogue.sources() if catalogue is not None else ()
        ours = [source.name for source in sources if self._is_ours(source.root)]
        if name not in ours:
            raise SourceNotFound(f"There is no upload “{name}”.", f"The uploads are: {', '.join(ours) or 'none'}.")

    def _target(self, file: str, replacing: str | None) -> str:
        """The name to keep a file under: that of the upload it replaces, where both are read alike; else a free one."""
        if replacing is not None:
            self._must_be_upload(replacing)
            if ENDINGS.get(Path(replacing).suffix) == ENDINGS.get(Path(file).suffix):
                return replacing
        with self._catalogue() as catalogue:
            taken = {source.name.casefold() for source in catalogue.sources()} if catalogue is not None else set()
        taken |= {path.name.casefold() for path in self.folder.iterdir()}  # some disks mix capitals up
        count, name = 1, file
        while name.casefold() in taken:
            count += 1
            name = f"{Path(file).stem}-{count}{Path(file).suffix}"
        return name

    def _set_aside(self, file: str) -> None:
        path = self.folder / file
        make_folder(self.folder / _EARLIER)
        _write(self.folder / _EARLIER / file, path.read_bytes() if path.exists() else b"")

    def _put_back(self, file: str) -> None:
        """Let the name hold what it held before; unless the index has gone over to the new file already."""
        path, earlier = self.folder / file, self.folder / _EARLIER / file
        if not self._serves(path):
            if earlier.stat().st_size:
                earlier.replace(path)
            else:
                path.unlink(missing_ok=True)
        earlier.unlink(missing_ok=True)

    def _serves(self, path: Path) -> bool:
        """Whether the articles that are indexed under this file's name are those that it holds."""
        if not path.exists():
            return False
        try:
            with self._catalogue() as catalogue:
                origins = catalogue.origins(path.name) if catalogue is not None else ()
        except (DamagedIndex, OutdatedIndex):  # made anew from the disk, next: from the file that was served before
            return False
        held = {item.path: item.text for item in read_source(path) if isinstance(item, Document)}
        return bool(origins) and held == {article.path: article.text for article, _, _ in origins}

    @contextmanager
    def _catalogue(self) -> Iterator[Catalogue | None]:
        """What is indexed, from one state; None when nothing is."""
        from bot import assembly

        with closing(assembly.open_index(self._settings)) as index:
            try:
                catalogue = index.catalogue
            except NoIndex:
                yield None
                return
            with catalogue.snapshot():
                yield catalogue


def safe_name(name: str) -> str:
    """A file name from outside, as one that can be written, typed in a shell and named to `footnote remove`.

    Of a path the last part; letters and digits of any script, dots, hyphens and underscores, what else there is made a
    hyphen; neither hidden nor an option, a device or the sidecar; the ending in small letters.
    """
    last = re.split(r"[/\\]", printable(name))[-1].rstrip(" .")
    stem, dot, ending = last.rpartition(".")
    if not dot:
        stem, ending = last, ""
    ending = re.sub(r"[\W_]+", "", ending)[:10].lower()
    stem = re.sub(r"[^\w.]+", "-", stem)[:_STEM].strip("-._")
    if not stem or _RESERVED.fullmatch(stem.partition(".")[0]) or f"{stem}.{ending}" == SIDECAR:
        stem = f"upload-{stem}".rstrip("-")
    return f"{stem}.{ending}" if ending else stem


def pasted_name(text: str) -> str:
    """A file name for a text without one: its first line, and a digest, so that two articles never share it."""
    first = next((line for line in map(printable, text.splitlines()) if line), "")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    stem = re.sub(r"[\W_]+", "-", first)[: _STEM - len(digest) - 1].strip("-")
    return safe_name(f"{stem or 'text'}-{digest}.txt")


def _words(text: str) -> str:
    """What makes two texts the same: all but the white space, which a chat changes on the way."""
    return hashlib.sha256(" ".join(text.removeprefix("\ufeff").split()).encode()).hexdigest()


def _title(article: Article) -> str:
    return fold(printable(article.title or ""))


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=_PART)  # made 0600
    with ExitStack() as undo:
        undo.callback(os.unlink, name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        undo.pop_all()
