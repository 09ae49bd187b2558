"""What is kept of articles to compare them by, and what comes of comparing them all: values, no input or output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from retrieval.names import fold
from retrieval.types import Span


class Likeness(NamedTuple):
    """What is kept of an article to compare it by: its signature, b"" where it is too short (`stories`); the digests of
    its lines (`repeated`); what of it is the site's by itself, before others are looked at.
    """

    signature: bytes = b""
    lines: bytes = b""
    furniture: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """An article among the others of an archive: what groups and orders it."""

    article: str
    source: str
    path: str
    title: str | None
    outlet: str | None
    url: str | None
    published: str | None
    language: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Stories:
    """`told`: the stories that stand in several articles, each with its articles, the one to name first in front.
    `replaced`: article -> the newest version of it. A replaced article is in no story.
    """

    told: tuple[tuple[str, ...], ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)


def site(outlet: str | None, url: str | None) -> str | None:
    """What stands for an outlet: its name, case and accents aside, else the host of an address; None for neither."""
    if outlet:
        return fold(outlet).strip()
    host = host_of(url)
    return host.removeprefix("www.") if host else None


def host_of(url: str | None) -> str | None:
    """The host of an address; None for what has none."""
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
