"""The files that people and the bot sent, by id and by path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

DOWNLOAD_LIMIT: Final = 20 << 20
"""Bytes of the largest file that a bot can fetch."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file; `size` is what Telegram says it has."""

    number: int
    name: str
    mime: str
    size: int
    data: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Its file_id."""
        return f"BQACAgQAAxkBAAI{self.number:08d}"

    @property
    def path(self) -> str:
        """Where it can be downloaded, under /file/bot<token>/."""
        return f"documents/file_{self.number}.{self.name.rpartition('.')[2] or 'bin'}"

    def json(self, *, with_path: bool = False) -> dict[str, Any]:
        """As Telegram gives it in a message, and in the answer to getFile."""
        body = {"file_id": self.id, "file_unique_id": f"AgAD{self.number:08d}", "file_size": self.size}
        return body | {"file_path": self.path} if with_path else body

    def document(self) -> dict[str, Any]:
        """As the document of a message."""
        return {**self.json(), "file_name": self.name, "mime_type": self.mime}


class Files:
    """All files. A pretended size lets a small one stand for a large one."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, name: str, mime: str, data: bytes, *, size: int | None = None) -> StoredFile:
        """Keep a file."""
        number = len(self._by_id) + 1
        file = StoredFile(number, name, mime, len(data) if size is None else size, data)
        self._by_id[file.id] = self._by_path[file.path] = file
        return file

    def __getitem__(self, file_id: str) -> StoredFile:
        return self._by_id[file_id]

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file that is downloaded from this path."""
        return self._by_path.get(path)
