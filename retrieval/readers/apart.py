"""Read in a process of its own, with limits, so that no library's fault, loop or appetite reaches this one.

The process (`worker`) is started once and kept. When it breaks or exceeds a limit it is ended and replaced, and the
file is named; what it gave before stays. It gets bytes, gives JSON, has nothing of our environment (where keys are),
and neither reads nor writes files for us. Several readings at a time have a process each.

The clock is everywhere. The limit on memory is the system's on address space, which macOS does not keep: there only the
clock and the size of files limit what a reader takes.
"""

from __future__ import annotations

import atexit
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, Final

from retrieval.readers.found import Document, Read, Unreadable

SECONDS: Final = 30.0
"""What a file has for each document in it; a page takes some hundredths, a PDF of a thousand pages some seconds."""
MEMORY: Final = 1024 * 1024 * 1024
"""Bytes of address space that the process may take; it begins with some 50 MB, a large page takes some 200 MB."""
FILES: Final = 1000
"""Files after which the process is replaced, so that what libraries leak stays small."""
_LATER: Final = 2.0  # seconds that the process has to end itself before we end it

_SMALLER = "Split it into smaller files, or take it away."
_BROKE = "Reading it broke the program that reads it."
_OTHERWISE = "Save it again with another program, or take it away."
_idle: list[_Process] = []


class _Process:
    """One `worker` and the connection to it."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.limits = (seconds, memory)
        self.files = 0
        ours, theirs = Pipe()
        self.connection = ours
        package = str(Path(__file__).resolve().parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "retrieval.readers.worker", str(theirs.fileno()), str(seconds), str(memory)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": package},
        )
        theirs.close()

    def read(self, kind: str, name: str, content: bytes) -> Iterator[dict[str, Any]]:
        """What the process says about this file. Raises _Ended when it is no more, or has been silent for too long."""
        try:
            self.connection.send_bytes(json.dumps([kind, name]).encode())
            self.connection.send_bytes(content)
            while True:
                if not self.connection.poll(self.limits[0] + _LATER):
                    raise _Ended(signal.SIGALRM)
                said = json.loads(self.connection.recv_bytes())
                if said["said"] == "done":
                    return
                yield said
        except (OSError, EOFError) as error:
            try:
                code = self._process.wait(_LATER)
            except subprocess.TimeoutExpired:
                code = -signal.SIGKILL
            raise _Ended(-code) from error

    def ended(self) -> bool:
        """Whether the process is no more, as when the system took its memory while it waited."""
        return self._process.poll() is not None

    def end(self) -> None:
        """End the process, whatever it does."""
        self.connection.close()
        self._process.kill()
        self._process.wait()


class _Ended(Exception):
    """The process has ended by this signal; 0 or less: by itself."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def read(kind: str, name: str, content: bytes, *, seconds: float = SECONDS, memory: int = MEMORY) -> Read:
    """What the reader of this kind gives; nothing that a file holds is an error."""
    process = _take(seconds, memory)
    whole = False
    told = 0
    try:
        for said in process.read(kind, name, content):
            match said["said"]:
                case "document":
                    found = _document(said["values"])
                    told += 1
                    yield found
                case "unreadable":
                    told += 1
                    yield Unreadable(**said["values"])
                case "memory":
                    large = f"Reading it takes more than {memory >> 20} MB of memory."
                    yield _fault(name, told, large, _SMALLER, may_pass=True)
                    return  # its memory may be in pieces: a new process
                case fault:
                    again = "Open it in the program it was made with and save it again, or take it away."
                    yield _fault(name, told, f"It is damaged, or of a form that is not read ({fault}).", again)
        whole = True
    except _Ended as ended:
        if ended.number == signal.SIGALRM:
            slow = f"Reading it took longer than {seconds:.0f} seconds."
            yield _fault(name, told, slow, _SMALLER, may_pass=True)
        else:
            yield _fault(name, told, _BROKE, _OTHERWISE, may_pass=True)
    except (ValueError, TypeError, KeyError, AttributeError):  # what it said is nothing that a reader says
        yield _fault(name, told, _BROKE, _OTHERWISE)
    finally:
        process.files += 1
        if whole and process.files < FILES:
            _idle.append(process)
        else:
            process.end()


def _document(values: dict[str, Any]) -> Document:
    """The document that the process gave. Raises ValueError, TypeError, KeyError or AttributeError for what is none."""
    found = Document(**values | {"pages": tuple(values["pages"])})
    for text in (found.path, found.text, *found.metadata.values()):
        text.encode("utf-8")  # JSON can hold halves of characters, which nothing behind here can
    return found


def _fault(name: str, told: int, reason: str, next_step: str, *, may_pass: bool = False) -> Unreadable:
    """The row of a file that could not be read to its end."""
    return Unreadable(name, f"{reason} What came before is read." if told else reason, next_step, may_pass)


def _take(seconds: float, memory: int) -> _Process:
    try:
        process = _idle.pop()
    except IndexError:
        return _Process(seconds, memory)
    if process.limits == (seconds, memory) and not process.ended():
        return process
    process.end()
    return _Process(seconds, memory)


def close() -> None:
    """End the processes that wait for a file; the next reading starts one."""
    while _idle:
        _idle.pop().end()


atexit.register(close)
