"""The files the bundled embedder builds once from its weights: the graph, the tokenizer's trie and table.

Built when they aren't there, checked whenever they are used, built again when damaged. Processes that build at the same
time don't disturb each other: each writes a whole file aside and moves it into place, and all write the same bytes.
Does not load what it builds.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from retrieval.disk import disk_errors, make_folder
from retrieval.e5_graph import Precision, build_graph
from retrieval.e5_tokens import build_trie
from retrieval.e5_weights import SHA256, Weights, check_weights

BUILD: Final = 3
"""Raise when the same weights give other files or other vectors: those made with another build are stale."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the built files are. `manifest` records what they should be: size, time of change, sha256."""

    graph: Path
    trie: Path
    table: Path
    manifest: Path


def prepare_files(
    folder: Path, weights: Path, precision: Precision, announce: Callable[[str], None] | None = None
) -> Files:
    """The built files, whole; building takes one or two seconds, and `announce` is told so in a sentence before.

    Raises EmbedderUnavailable for weights that aren't the expected ones, HomeNotWritable, DiskFull.
    """
    files = Files(
        graph=folder / f"graph-{precision}.onnx",
        trie=folder / "pieces.marisa",
        table=folder / "pieces.table",
        manifest=folder / f"built-{precision}.json",
    )

    def make(opened: Weights) -> dict[Path, bytes]:
        trie, table = build_trie(opened)
        return {files.graph: build_graph(opened, precision), files.trie: trie, files.table: table}

    def before() -> None:
        if announce:
            announce("Preparing the bundled embedder; this happens once.")

    keep_built(files.manifest, (files.graph, files.trie, files.table), weights, make, before=before)
    return files


def keep_built(
    manifest: Path,
    built: Sequence[Path],
    weights: Path,
    make: Callable[[Weights], Mapping[Path, bytes]],
    *,
    of: str = "",
    before: Callable[[], None] = lambda: None,
) -> None:
    """See that the files `built` are what this build makes of the weights; `make` gives them when they aren't.

    `of` names what else they are made of, where there is anything: files made of something else are stale. `before` is
    called before a build. Errors as in `prepare_files`.
    """
    if not _are_whole(manifest, built, weights, of):
        before()
        with disk_errors(manifest.parent):
            _build(manifest, weights, make, of)


def _are_whole(manifest: Path, built: Sequence[Path], weights: Path, of: str) -> bool:
    """Whether the files are what the manifest says, made by this build of these weights.

    A file with the recorded size and time of change is taken as it is; any other is hashed (20 ms; the weights 60 ms),
    and recorded anew when it is right, as after a copy of the folder or a new installation of the weights.
    """
    try:
        recorded = json.loads(manifest.read_text("utf-8"))
        if recorded["build"] != BUILD or recorded["weights"] != SHA256 or recorded["of"] != of:
            return False
        current = _stamps(built, weights)
        if current == recorded["stamps"]:
            return True
        if recorded["sha256"] != {path.name: _digest(path) for path in built}:
            return False
    except (OSError, ValueError, KeyError, TypeError):
        return False  # missing, cut short, or of another shape
    check_weights(weights)
    with suppress(OSError):  # a folder that can only be read is hashed again the next time
        _write(manifest, json.dumps({**recorded, "stamps": current}).encode("utf-8"))
    return True


def _build(manifest: Path, weights: Path, make: Callable[[Weights], Mapping[Path, bytes]], of: str) -> None:
    check_weights(weights)
    make_folder(manifest.parent)
    contents = make(Weights(weights))
    for path, data in contents.items():
        _write(path, data)
    recorded: dict[str, Any] = {
        "build": BUILD,
        "weights": SHA256,
        "of": of,
        "sha256": {path.name: hashlib.sha256(data).hexdigest() for path, data in contents.items()},
        "stamps": _stamps(list(contents), weights),
    }
    _write(manifest, json.dumps(recorded).encode("utf-8"))


def _stamps(built: Sequence[Path], weights: Path) -> dict[str, list[int]]:
    """Size in bytes and time of the last change in nanoseconds, by file name."""
    status = {path.name: path.stat() for path in (*built, weights)}
    return {name: [found.st_size, found.st_mtime_ns] for name, found in status.items()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    """Put a whole file in place, or none."""
    aside = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
