"""A backup of an index in one file that other programs can read: a zip of JSON Lines and NumPy arrays, and back again.

    README.txt        what each part is
    manifest.json     form, settings, sources, counts, and the sha256 of each other part
    articles.jsonl    an article a line, by id: text, facts, passages as offsets, keys of vectors, former texts
    derived.json      what follows from all articles: stories, versions, furniture learnt
    keys.jsonl        {"key", "sentences"} a line: whose the rows of the arrays are, and how many sentences each has
    vectors.npy       (keys, dimensions) float32, unit rows: the passages'
    sentences.npy     (sentences, dimensions) float16: those of the keys, one after the other

The same state gives the same bytes. Nothing is ever unpacked to a path, and what is read is compared with the manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from retrieval import builds
from retrieval.catalogue import Catalogue, IndexSettings
from retrieval.copying import article_row, check, derived_rows
from retrieval.disk import disk_errors
from retrieval.errors import BadBackup, NoIndex
from retrieval.restoring import Contents, restore
from retrieval.wording import Terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.planning import Progress

FORM: Final = "footnote backup, 1"
_LINE: Final = 256 * 1024 * 1024  # characters of an article's line: a text of 64 MB, escaped at its worst
_CHUNK: Final = 500
_PARTS: Final = ("articles.jsonl", "derived.json", "keys.jsonl", "vectors.npy", "sentences.npy")
_README: Final = f"""\
A backup of an index of Footnote ({FORM}).

{(__doc__ or "").partition(chr(10) + chr(10))[2].partition(chr(10) + chr(10))[0]}

Offsets count Unicode code points from 0, half open. In articles.jsonl a passage is [id, start, end, language,
sentences, key]; sentences and furniture are JSON lists of offsets, start and end in turn. likeness: [signature,
digests of lines, furniture], the first two in base64. former: [until, row], an earlier text with its facts.
"""


def export(home: Path, file: Path, progress: Progress | None = None) -> int:
    """Write the index of a home to a file, whole or not at all; how many articles it has.

    Raises NoIndex, OutdatedIndex, DamagedIndex, HomeNotWritable or DiskFull.
    """
    build = builds.current(home)
    if build is None:
        raise NoIndex(f"There is no index in {home}.")
    draft = file.with_name(f".{file.name}.new")
    try:
        with disk_errors(file.parent), closing(Catalogue(build)) as catalogue, catalogue.snapshot():
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
                count = _write(packed, catalogue, progress)
            draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write(packed: zipfile.ZipFile, catalogue: Catalogue, progress: Progress | None) -> int:
    digests: dict[str, str] = {}
    ids = sorted(catalogue.texts())
    with _part(packed, "articles.jsonl", digests) as part:
        for count, article in enumerate(ids, 1):
            part.write(_line(article_row(catalogue, article)))
            if progress is not None:
                progress("exporting articles", count, len(ids))
    with _part(packed, "derived.json", digests) as part:
        part.write(_line(derived_rows(catalogue)))
    dimensions = catalogue.settings().dimensions
    keys = [
        (str(key), int(size) // (2 * dimensions))
        for key, size in catalogue.rows(
            "SELECT key, length(sentences) FROM embeddings WHERE length(vector) > 0 "
            "AND key IN (SELECT key FROM passages) ORDER BY key"
        )
    ]
    with _part(packed, "keys.jsonl", digests) as part:
        for key, sentences in keys:
            part.write(_line({"key": key, "sentences": sentences}))
    shapes = {"vectors.npy": (len(keys), "<f4"), "sentences.npy": (sum(n for _, n in keys), "<f2")}
    for name, (rows, kind) in shapes.items():
        column = name.partition(".")[0].replace("vectors", "vector")
        with _part(packed, name, digests) as part:
            part.write(_header((rows, dimensions), kind))
            for start in range(0, len(keys), _CHUNK):
                names = [key for key, _ in keys[start : start + _CHUNK]]
                marks = ",".join("?" * len(names))
                found = dict(catalogue.rows(f"SELECT key, {column} FROM embeddings WHERE key IN ({marks})", *names))
                part.write(b"".join(found[key] for key in names))
                if progress is not None:
                    progress(f"exporting {name.partition('.')[0]}", start + len(names), len(keys))
    manifest = {
        "form": FORM,
        "settings": asdict(catalogue.settings()),
        "sources": [[source.name, str(source.root)] for source in catalogue.sources()],
        "articles": len(ids),
        "keys": len(keys),
        "sha256": digests,
    }
    packed.writestr(_info("manifest.json"), json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
    packed.writestr(_info("README.txt"), _README)
    return len(ids)


class _Hashed:
    """A part that is written, and hashed as it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, raw: bytes) -> None:
        self.digest.update(raw)
        self._file.write(raw)


@contextmanager
def _part(packed: zipfile.ZipFile, name: str, digests: dict[str, str]) -> Iterator[_Hashed]:
    with packed.open(_info(name), "w", force_zip64=True) as file:
        part = _Hashed(file)
        yield part
        digests[name] = part.digest.hexdigest()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # so that the same state gives the same bytes
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def _header(shape: tuple[int, int], kind: str) -> bytes:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": kind, "fortran_order": False, "shape": shape})
    return header.getvalue()


# --- Back again -----------------------------------------------------------------------------------------------------


def bring_back(home: Path, file: Path, terms: Terms, progress: Progress | None = None) -> tuple[int, IndexSettings]:
    """Make the index of a home from a backup; how many passages it has, and the settings it was made with.

    Raises BadBackup for a file that is none, is damaged, or contradicts itself; IndexBusy, HomeNotWritable, DiskFull;
    then the index that was there goes on.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _manifest(packed)
            settings = IndexSettings(**manifest["settings"])
            rows = _articles(packed, manifest)
            with _checked(packed, "derived.json", manifest) as part:
                derived = json.loads(part.read(_LINE))
            keys = _keys(packed, manifest)
            contents = Contents(settings, rows, manifest["sources"], _sound(derived, rows))
            vectors = _vectors(packed, manifest, keys, settings.dimensions)
            return restore(home, contents, vectors, terms, progress), settings
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise BadBackup(f"{file} cannot be opened: {error.strerror}.", "Check its name.") from error
        raise
    except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError) as error:
        said = " ".join(str(error).split())[:200]
        raise BadBackup(f"{file} is no backup of Footnote, or is damaged ({said}).") from error


def _manifest(packed: zipfile.ZipFile) -> dict[str, Any]:
    names = [info.filename for info in packed.infolist()]
    if sorted(names) != sorted([*_PARTS, "manifest.json", "README.txt"]):
        raise ValueError("it has other parts")
    manifest: dict[str, Any] = json.loads(packed.read("manifest.json"))
    if manifest["form"] != FORM:
        raise ValueError(f"its form is {manifest['form']!r}, not {FORM!r}")
    if set(manifest["settings"]) != {one.name for one in fields(IndexSettings)}:
        raise ValueError("it was made by another version of Footnote")
    return manifest


class _Checking(io.RawIOBase):
    """A part that is read and hashed; at its end its sha256 is compared."""

    def __init__(self, file: IO[bytes], name: str, wanted: str) -> None:
        super().__init__()
        self._file = file
        self._name = name
        self._wanted = wanted
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        raw = self._file.read(len(into))
        self._digest.update(raw)
        into[: len(raw)] = raw
        return len(raw)

    def finish(self) -> None:
        """Raise ValueError where it isn't what was written."""
        if self._digest.hexdigest() != self._wanted:
            raise ValueError(f"{self._name} is not what was written")


@contextmanager
def _checked(packed: zipfile.ZipFile, name: str, manifest: dict[str, Any]) -> Iterator[io.BufferedReader[Any]]:
    with packed.open(name) as file:
        part = _Checking(file, name, manifest["sha256"][name])
        reader: io.BufferedReader[Any] = io.BufferedReader(part, 1 << 20)
        yield reader
        if reader.read(1):
            raise ValueError(f"{name} goes on")
        part.finish()


def _articles(packed: zipfile.ZipFile, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    with _checked(packed, "articles.jsonl", manifest) as part:
        while line := part.readline(_LINE):
            row = json.loads(line.decode("utf-8", "surrogatepass"))
            check(row)
            if rows.setdefault(row["id"], row) is not row:
                raise ValueError(f"the article {row['id']} is there twice")
    if len(rows) != manifest["articles"]:
        raise ValueError("there are more or fewer articles than it says")
    return list(rows.values())


def _sound(derived: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    known = {row["id"] for row in rows}
    named = [one[0] for one in derived["stories"]] + [name for one in derived["replaced"] for name in one]
    if not known.issuperset(named):
        raise ValueError("it speaks of articles that are not there")
    return {name: derived[name] for name in ("stories", "replaced", "learnt")}


def _keys(packed: zipfile.ZipFile, manifest: dict[str, Any]) -> list[tuple[str, int]]:
    with _checked(packed, "keys.jsonl", manifest) as part:
        found = [(str(row["key"]), int(row["sentences"])) for row in map(json.loads, iter(part.readline, b""))]
    if len(dict(found)) != len(found) or any(n < 1 for _, n in found):
        raise ValueError("a key is there twice, or has no sentence")
    return found


def _vectors(
    packed: zipfile.ZipFile, manifest: dict[str, Any], keys: Sequence[tuple[str, int]], dimensions: int
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    total = sum(n for _, n in keys)
    with (
        _checked(packed, "vectors.npy", manifest) as vectors,
        _checked(packed, "sentences.npy", manifest) as sentences,
    ):
        for part, shape, kind in ((vectors, (len(keys), dimensions), "<f4"), (sentences, (total, dimensions), "<f2")):
            if np.lib.format.read_magic(part) != (1, 0):
                raise ValueError("an array is of another form")
            if np.lib.format.read_array_header_1_0(part) != (shape, False, np.dtype(kind)):
                raise ValueError("an array has another shape")
        for key, n in keys:
            vector = _rows(vectors, 1, dimensions, "<f4")[0]
            inner = _rows(sentences, n, dimensions, "<f2")
            if not (np.isfinite(vector).all() and np.isfinite(inner).all() and abs(float(vector @ vector) - 1) < 0.01):
                raise ValueError(f"the vector of {key} is none")
            yield key, vector, inner


def _rows(part: io.BufferedReader, n: int, dimensions: int, kind: str) -> NDArray[np.float32]:
    size = n * dimensions * np.dtype(kind).itemsize
    raw = part.read(size)
    if len(raw) != size:
        raise ValueError("an array is cut short")
    return np.frombuffer(raw, dtype=kind).reshape(n, dimensions).astype(np.float32)
