"""The process that `apart` starts: takes a file after the other, reads it within limits, says what it found in JSON.

Run as `python -m retrieval.readers.worker FILE_DESCRIPTOR SECONDS MEMORY`. It ends when the other side does.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from retrieval.readers.found import LARGEST, Document, Refused, Unreadable


def main(descriptor: int, seconds: float, memory: int) -> None:
    """Serve until the connection closes. Time is kept by an alarm, which ends the process even within a library."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS has the name and not the limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    connection = Connection(descriptor)
    while True:
        try:
            kind, name = json.loads(connection.recv_bytes())
            content = connection.recv_bytes()
        except EOFError:
            return
        except MemoryError:
            connection.send_bytes(_said("memory"))
            return
        signal.setitimer(signal.ITIMER_REAL, seconds)
        for said in _read(kind, name, content):
            signal.setitimer(signal.ITIMER_REAL, 0)  # the other side may take its time
            connection.send_bytes(said)
            signal.setitimer(signal.ITIMER_REAL, seconds)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.send_bytes(_said("done"))


def _read(kind: str, name: str, content: bytes) -> Iterator[bytes]:
    try:
        for found in import_module(f"retrieval.readers.{kind}").read(name, content):
            if isinstance(found, Unreadable):
                yield _said("unreadable", asdict(found))
            elif len(found.text) > LARGEST:
                yield _unreadable(found.path, "Its text is longer than 64 MB.", "Split it into one file per article.")
            else:
                yield _said("document", _values(found))
    except Refused as refused:
        yield _unreadable(name, refused.reason, refused.next_step)
    except MemoryError:
        yield _said("memory")
    except Exception as error:  # noqa: BLE001 - whatever a library raises is a fault of the file, and is named
        yield _said(type(error).__name__)


def _values(found: Document) -> dict[str, Any]:
    """The document as JSON takes it. What was taken out of a file may hold what no text does; that goes, a character
    for a character, so that offsets stay.
    """
    values = asdict(found)
    values["text"] = _clean(found.text)
    values["metadata"] = {key: _clean(value) for key, value in found.metadata.items()}
    return values


def _clean(text: str) -> str:
    """Without NUL and lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text.replace("\x00", "\ufffd")


def _unreadable(path: str, reason: str, next_step: str) -> bytes:
    return _said("unreadable", asdict(Unreadable(path, reason, next_step)))


def _said(what: str, values: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"said": what, "values": values}).encode()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
