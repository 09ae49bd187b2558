"""The parameters of a call, as JSON, urlencoded or multipart, and what each is read as."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tornado.httputil import HTTPFile, parse_multipart_form_data

from tests.support.telegram.refusals import bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes


class Parameters(Mapping[str, Any]):
    """By name, as they came. A value of urlencoded and multipart calls is a string: `json.loads` makes it what it is.

    Every reader raises `Refused` with the Bot API's words when the value cannot be what is wanted.
    """

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> None:
        self._values = values
        self.uploads = uploads or {}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str:
        """A string; empty when it was not given."""
        value = self._values.get(name, "")
        value = value if isinstance(value, str) else json.dumps(value)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad("strings must be encoded in UTF-8") from None
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number, which must be given where there is no default."""
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        try:
            return int(value)  # type: ignore[arg-type] # None is a TypeError, as wanted
        except (TypeError, ValueError):
            raise bad(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        """True for true, in all the ways the Bot API takes it."""
        return str(self._values.get(name, "")).lower() in ("true", "yes", "1")

    def structure(self, name: str) -> Any:
        """A JSON value; None when it was not given."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None


def read_parameters(query: str, kind: str, body: bytes) -> Parameters:
    """The parameters in a query string and a body of this content type."""
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    uploads: dict[str, Upload] = {}
    if kind.startswith("application/json"):
        try:
            values |= json.loads(body)
        except (TypeError, ValueError):
            raise bad("can't parse JSON object") from None
    elif kind.startswith("multipart/form-data"):
        fields: dict[str, list[bytes]] = {}
        files: dict[str, list[HTTPFile]] = {}
        boundary = kind.partition("boundary=")[2].strip('"')
        parse_multipart_form_data(boundary.encode(), body, fields, files)
        values |= {name: found[-1].decode() for name, found in fields.items()}
        for name, sent in files.items():
            uploads[name] = Upload(sent[-1]["filename"], sent[-1]["content_type"], sent[-1]["body"])
    else:
        values |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return Parameters(values, uploads)
