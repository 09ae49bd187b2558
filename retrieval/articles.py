"""Tell where an article comes from: title, outlet, author, date, language, address; as far as its own text shows.

What the text does not show is None; nothing is looked up or inferred from the subject. A person can supply values in
`articles.yaml` beside the files. Does not read the article files (`reading`) and does not judge the text.

What counts as the outlet, best first: the source a reprint names as the original; an outlet named above the body; the
one whose archive the page says it is part of; the holder of the copyright; the agency that signed. So

* an article of the World Socialist Web Site on Mondialisation.ca has the outlet World Socialist Web Site, which wrote
  and answers for it; the date stays that of the page we have, because the text shows no other;
* an agency story whose banner says it is "part of the online archives of HuffPost Québec" has that outlet, which
  published it: the initials of agency desks (nr-mra/bdx) name no agency, and a second banner under the text, of the
  parent edition (HuffPost Canada), is less exact;
* a newspaper an article only reports on (Le Monde has revealed …) is not its outlet.

Only a date in a line of its own, or in an agency's dateline with its year, is the article's; one in a sentence is not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from retrieval import dates
from retrieval.errors import BadSidecar
from retrieval.furniture import furniture
from retrieval.header import NAMES, Line, read, sign_off
from retrieval.languages import detect
from retrieval.notices import plain
from retrieval.outlets import is_agency, is_outlet
from retrieval.reading import SIDECAR, Document
from retrieval.types import Article, Span

FIELDS = ("title", "outlet", "author", "published", "language", "url")
"""What can be known of an article beside its text, and supplied in a sidecar."""

Sidecar = Mapping[str, Mapping[str, str]]
"""path -> field -> value; only the values a person filled in."""


def article_id(source: str, path: str) -> str:
    """The id of an article that comes in here: the first 12 hex digits of sha256(source, NUL, path).

    It stays when the text changes; `sync.py` lets it stay when the file moves, and gives another if it is taken.
    """
    return hashlib.sha256(f"{source}\0{path}".encode()).hexdigest()[:12]


def describe(document: Document, source: str, sidecar: Sidecar) -> Article:
    """The article of a document: what a person supplied, else what its file says, else what its text shows."""
    text = document.text
    spans = furniture(text)
    supplied = {name: value for name, value in sidecar.get(document.path, {}).items() if value}
    given = {name: value for name, value in document.metadata.items() if value}
    language = supplied.get("language") or _language(given.get("language"))
    lines = read(text)
    language = language or _language(_first(lines, "language")) or detect(_prose(text, spans))
    if language == "fr":
        lines = read(text, day_first=True)
    published = given.get("published") or _first(lines, "published", kind="front matter")
    found = {
        "title": given.get("title") or _first(lines, "title"),
        "outlet": given.get("outlet") or _outlet(text, lines),
        "author": given.get("author") or _first(lines, "author") or _signed(text, lines),
        "published": (dates.parse(published, day_first=language == "fr") if published else None)
        or _first(lines, "published", kind="header")
        or _dateline(text, lines).get("published"),
        "url": given.get("url") or _first(lines, "url"),
    }
    found |= {name: value for name, value in supplied.items() if name != "language"}
    return Article(
        id=article_id(source, document.path),
        source=source,
        path=document.path,
        text=text,
        language=language,
        supplied=frozenset(supplied),
        furniture=spans,
        pages=document.pages,
        **found,
    )


# --- What the text shows --------------------------------------------------------------------------------------------

_ORIGINAL = re.compile(
    r"(?:La source originale de cet article est|The original source of this article is|"
    r"(?:(?:This|The) (?:article|story|piece|report|essay) (?:was )?)?(?:first |originally )+"
    r"(?:appeared|published|posted) (?:in|on|at|by)|"
    r"Cet (?:article|texte) (?:a été |est )?(?:initialement |d'abord |originellement )?(?:publié|paru)"
    r"(?: pour la première fois)? (?:dans|sur|par|en)(?: le site(?: de)?)?)"
    r"\s*:?\s+(?P<name>[^.]{2,80}(?:\.\w{2,4}\b)?)",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(
    r"(?:fait partie des archives (?:en ligne )?(?:du |de la |de l'|de |d')|"
    r"is (?:part of|from) (?:the )?(?:online )?archives? of (?:the )?)"
    r"(?P<name>[A-ZÀ-Þ][^,.;(]{1,50}?)(?=[,.;(]| qui | which | that |$)"
)
_COPYRIGHT = re.compile(r"^(?:copyright|©|\(c\))[\s©(c)]*", re.IGNORECASE)
_DATELINE = re.compile(
    r"^(?P<place>[A-ZÀ-Þ][\w'’ .-]{1,40}?(?:, [A-ZÀ-Þ][\w'’ .]{1,25})?)(?P<date>,? [^()]{3,30})?\s*"
    r"\((?P<agency>[^()]{2,30})\)\s*[-–—:]"
)


def _outlet(text: str, lines: Sequence[Line]) -> str | None:
    """The outlet the text shows, by the order of the module's docstring."""
    shown = [(line, plain(text[line.start : line.end])) for line in lines]
    notices = [words for line, words in shown if line.kind not in ("title", "front matter") and len(words) < 600]
    named = [line.facts["outlet"] for line in lines if "outlet" in line.facts]
    front = [line.facts["outlet"] for line in lines if line.kind == "front matter" and "outlet" in line.facts]
    original = [match.group("name").strip() for words in notices if (match := _ORIGINAL.match(words))]
    archives = [match.group("name").strip() for words in notices if (match := _ARCHIVE.search(words))]
    candidates = [
        *front,
        *(name for name in original if is_outlet(name) or NAMES.fullmatch(name)),
        *(name for name in named if not is_agency(name)),
        *archives,
        *(name for words in notices for name in _copyright_holders(words)),
        *named,
        *filter(None, [_dateline(text, lines).get("outlet")]),
        *(words.strip("()") for line, words in shown[-6:] if line.kind == "body" and is_agency(words)),
    ]
    return candidates[0] if candidates else None


def _copyright_holders(words: str) -> list[str]:
    """The outlets a copyright line names; pictures by agencies carry such lines too, so agencies are left out."""
    if not _COPYRIGHT.match(words):
        return []
    rest = re.split(r"\ball rights|\btous droits", _COPYRIGHT.sub("", words), flags=re.IGNORECASE)[0]
    years = r"\b(?:19|20)\d\d\b(?:\s*[-–]\s*\d{2,4})?|\bby\b"
    parts = [re.sub(years, "", part).strip(" .-–") for part in re.split(r"[,|/–]", rest)]
    return [part for part in parts if is_outlet(part) and not is_agency(part)]


def _dateline(text: str, lines: Sequence[Line]) -> dict[str, str]:
    """Agency and date (only with its year) of a dateline that opens the body: `PARIS, 3 March 2016 (Reuters) –`."""
    for line in [line for line in lines if line.kind == "body"][:2]:
        match = _DATELINE.match(text[line.start : line.end])
        if match and is_agency(match.group("agency")):
            when = dates.DATE.search(match.group())
            day = dates.iso(when) if when else None
            return {"outlet": match.group("agency")} | ({"published": day} if day else {})
    return {}


def _signed(text: str, lines: Sequence[Line]) -> str | None:
    """The author of a byline among the last lines, where some sites put it."""
    for line in reversed(lines[-8:]):
        if line.kind == "body" and (author := sign_off(plain(text[line.start : line.end]))):
            return author
    return None


def _first(lines: Sequence[Line], name: str, *, kind: str | None = None) -> str | None:
    return next((line.facts[name] for line in lines if name in line.facts and kind in (None, line.kind)), None)


def _language(value: str | None) -> str | None:
    """ISO 639-1 of `en`, `fr-CA`, `French`, `français`; None for what is no such name."""
    if value is None:
        return None
    small = value.strip().lower()
    if small in ("english", "anglais", "eng"):
        return "en"
    if small in ("french", "français", "francais", "fra", "fre"):
        return "fr"
    match = re.fullmatch(r"([a-z]{2})(?:[-_][a-z0-9-]+)?", small)
    return match.group(1) if match else None


def _prose(text: str, spans: Sequence[Span]) -> str:
    """The text without its furniture, for telling the language: a French site may print an English article."""
    parts: list[str] = []
    position = 0
    for span in spans:
        parts.append(text[position : span.start])
        position = span.end
    parts.append(text[position:])
    return " ".join(parts) if any(part.strip() for part in parts) else text


# --- What a person supplied -----------------------------------------------------------------------------------------


def load_sidecar(folder: Path) -> dict[str, dict[str, str]]:
    """The filled-in values of `articles.yaml` in a folder (for a file: in the folder it lies in); {} without one.

    Raises BadSidecar, with the line and the field, for YAML that cannot be read, a field we do not know, one given
    twice, a date that is none, a language that is not a code of two letters, or an address that is not http(s).
    """
    path = (folder if folder.is_dir() else folder.parent) / SIDECAR
    if not path.is_file():
        return {}
    try:
        root = yaml.compose(path.read_bytes().decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise BadSidecar(f"{SIDECAR} is not UTF-8 (first at byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise BadSidecar(f"{SIDECAR} cannot be opened: {error.strerror}.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadSidecar(f"{SIDECAR}, line {line}: this is not YAML: {error.problem or 'unexpected text'}.") from error
    except yaml.YAMLError as error:
        raise BadSidecar(f"{SIDECAR} is not YAML: it holds characters that are no text.") from error
    if root is None:
        return {}
    sidecar: dict[str, dict[str, str]] = {}
    for key, value, line in _rows(root, "the file"):
        if key in sidecar:
            raise BadSidecar(f"{SIDECAR}, line {line}: {key} is there twice.")
        sidecar[key] = {}
        if _is_empty(value):
            continue
        for name, given, at in _rows(value, key):
            _supply(sidecar[key], name, given, at)
    return sidecar


def unknown_paths(sidecar: Sidecar, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths a sidecar speaks of that no document has, sorted: misspelt, moved or taken away."""
    return tuple(sorted(set(sidecar) - set(paths)))


def _rows(node: yaml.Node, of: str) -> list[tuple[str, yaml.Node, int]]:
    """Key, value and line (from 1) of a mapping's rows."""
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise BadSidecar(f"{SIDECAR}, line {line}: {of} should be a list of `name: value` lines.")
    found: list[tuple[str, yaml.Node, int]] = []
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadSidecar(f"{SIDECAR}, line {at}: a name is expected here.")
        found.append((key.value, value, at))
    return found


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and (node.tag.endswith(":null") or not node.value.strip())


def _supply(values: dict[str, str], name: str, node: yaml.Node, line: int) -> None:
    """Add one checked value; an empty one is left out."""
    where = f"{SIDECAR}, line {line}"
    if name not in FIELDS:
        raise BadSidecar(f"{where}: there is no field {name!r}.", f"The fields are {', '.join(FIELDS)}.")
    if name in values:
        raise BadSidecar(f"{where}: {name} is given twice.")
    if _is_empty(node):
        return
    if not isinstance(node, yaml.ScalarNode):
        raise BadSidecar(f"{where}: {name} should be one value on its line.")
    value = " ".join(node.value.split())
    if name == "published":
        day = dates.parse(value)
        if day is None:
            raise BadSidecar(f"{where}: published is {value!r}, which is no date.", "Write it as YYYY-MM-DD.")
        value = day
    elif name == "language":
        code = _language(value)
        if code is None:
            raise BadSidecar(f"{where}: language is {value!r}.", "Write two letters, such as en or fr.")
        value = code
    elif name == "url" and not re.fullmatch(r"https?://\S+", value):
        raise BadSidecar(f"{where}: url is {value!r}.", "Write the whole address, with https://.")
    values[name] = value
