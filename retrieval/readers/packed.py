"""Zip files and what is made of them (docx, odt, epub): parts by name, and never more than is safe to unpack.

What counts is what comes out, not what the file says of itself: a bomb lies. Only the two usual ways of packing are
unpacked; others may ask for gigabytes before the first byte.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import BinaryIO

from retrieval.readers.found import LARGEST, Refused

LEAST_TOTAL = LARGEST
MOST_TOTAL = 64 * LARGEST
TIMES = 100
"""What a zip file may unpack to: a hundred times its size (text packs to a tenth), at least 64 MB, at most 4 GB."""

MOST_NAMES = 16 * 1024 * 1024
"""Bytes of a zip file's list of contents, some 150,000 names; a longer one is refused before it is read."""

_PIECE = 1024 * 1024
_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, KeyError)
_REPAIR = "Unpack it, or make it again."


class Packed:
    """The parts of a zip file. Raises Refused when it can't be opened; so does every method for what it can't give."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._left = min(max(LEAST_TOTAL, TIMES * size), MOST_TOTAL)
        try:
            self._zip = zipfile.ZipFile(_Bounded(file))
        except _FAULTS as error:
            raise Refused("It is damaged: its list of contents cannot be read.", _REPAIR) from error
        self.parts = [part for part in self._zip.infolist() if not part.is_dir()]

    @classmethod
    def of(cls, content: bytes) -> Packed:
        """The parts of a zip file that is in memory."""
        return cls(io.BytesIO(content), len(content))

    def names(self) -> frozenset[str]:
        """The names of the parts."""
        return frozenset(part.filename for part in self.parts)

    def read(self, name: str) -> bytes | None:
        """One part by its name; None where there is none."""
        try:
            part = self._zip.getinfo(name)
        except KeyError:
            return None
        return self.unpack(part)

    def unpack(self, part: zipfile.ZipInfo) -> bytes:
        """One part. Raises Exhausted when the whole file unpacks to more than is safe."""
        if part.flag_bits & 0x1:
            raise Refused("It is locked with a password.", "Unpack it with the password, and ingest the folder.")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("It is packed in a way that is not unpacked here.", "Unpack it, and ingest the folder.")
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(part) as file:
                while piece := file.read(_PIECE):
                    pieces.append(piece)
                    size += len(piece)
                    self._left -= len(piece)
                    if self._left < 0:
                        raise Exhausted(
                            "It unpacks to far more than any text would.", "Take it away, or unpack it and look."
                        )
                    if size > LARGEST:
                        raise Refused("The file is larger than 64 MB.", "Split it into one file per article.")
        except _FAULTS as error:
            raise Refused("It is damaged: it cannot be unpacked.", _REPAIR) from error
        return b"".join(pieces)


class Exhausted(Refused):
    """No more is unpacked of this file: it holds far more than its size lets expect."""


class _Bounded(io.RawIOBase):
    """A file that refuses to be read in one piece as long as MOST_NAMES: only a list of contents is."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > MOST_NAMES:
            raise zipfile.BadZipFile("the list of contents is too long")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
