"""Read what stands above an article's body: headline, byline, date line, outlet, region and theme lines.

Says what each line is and which facts it shows; a line that could as well be a sentence of the article is left to the
body. Does not know files or sidecars (`articles` does) nor notices (`notices` does).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from retrieval.dates import DATE, TIME_OF_DAY, iso
from retrieval.notices import LINK, is_notice, plain
from retrieval.outlets import is_agency, is_outlet
from retrieval.sentences import LINE_BREAK, ends_sentence

Kind = Literal["front matter", "title", "header", "notice", "body"]

HEADER_LINES = 14
"""How many lines with words a header may take, at most: more than any of the archives we have seen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, `text[start:end]`, and what it is. `facts`: what it shows, by the names of Article's fields.

    A link whose words run over a line break keeps the lines together as one.
    """

    start: int
    end: int
    kind: Kind = "body"
    facts: dict[str, str] = field(default_factory=dict)


def read(text: str, *, day_first: bool = False) -> tuple[Line, ...]:
    """The lines of `text` with more than white space, each with its kind: "body" unless it is surely something else.

    `day_first`: how figures such as 03/04/2016 are meant (French: true).
    """
    found = list(_front_matter(text))
    body_from = found[-1].end if found else 0
    rest = [line for line in logical_lines(text) if line.start >= body_from]
    return tuple(found + _header(text, rest, day_first))


def logical_lines(text: str) -> tuple[Line, ...]:
    """The lines with words in them, trimmed, unclassified."""
    linked = [match.span() for match in LINK.finditer(text)]
    found: list[Line] = []
    begin = 0
    index = 0
    breaks = [match.span() for match in LINE_BREAK.finditer(text)] + [(len(text), len(text))]
    for stop, after in breaks:
        while index < len(linked) and linked[index][1] <= stop:
            index += 1
        if index < len(linked) and linked[index][0] < stop < linked[index][1]:
            continue
        start, end = begin, stop
        while start < end and (text[start].isspace() or text[start] == "\ufeff"):
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            found.append(Line(start, end))
        begin = after
    return tuple(found)


# --- Front matter of Markdown files ---------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*(?:\r?\n)(?P<rows>(?:[^\n]*\n){1,60}?)---[ \t]*(?=\r?\n|\Z)")
_ROW = re.compile(r"^(?P<key>[A-Za-z_]+)[ \t]*:[ \t]*(?P<value>\S.*?)[ \t]*$", re.MULTILINE)
_KEYS = {
    "title": "title",
    "titre": "title",
    "author": "author",
    "auteur": "author",
    "byline": "author",
    "outlet": "outlet",
    "source": "outlet",
    "publisher": "outlet",
    "publication": "outlet",
    "date": "published",
    "published": "published",
    "pubdate": "published",
    "lang": "language",
    "language": "language",
    "langue": "language",
    "url": "url",
    "link": "url",
    "permalink": "url",
    "canonical": "url",
}


def _front_matter(text: str) -> tuple[Line, ...]:
    """The block of `key: value` lines between two `---` that opens a file, as one line with its facts."""
    match = _FRONT_MATTER.match(text)
    if match is None or not _ROW.search(match.group("rows")):
        return ()
    facts: dict[str, str] = {}
    for row in _ROW.finditer(match.group("rows")):
        name = _KEYS.get(row.group("key").lower())
        value = row.group("value").strip("\"'")
        if name and value and value.lower() not in ("null", "~", "none"):
            facts.setdefault(name, value)
    return (Line(match.start(), match.end(), "front matter", facts),)


# --- The lines above the body ---------------------------------------------------------------------------------------


def _header(text: str, lines: Sequence[Line], day_first: bool) -> list[Line]:
    kinds: list[Line] = []
    title: str | None = None
    misses = 0  # lines since the last one of the header that may be standfirst or body
    last = -1  # index of the last line that surely is the header's
    for index, line in enumerate(lines[:HEADER_LINES]):
        shown = text[line.start : line.end]
        if is_notice(shown) and not (title is None and _linked_title(text, lines, index)):
            kinds.append(Line(line.start, line.end, "notice", _linked_outlet(shown) if title is not None else {}))
            continue
        facts = _header_facts(plain(shown), day_first=day_first, titled=title is not None)
        if facts is not None:
            kinds.append(Line(line.start, line.end, "header", facts))
            last, misses = index, 0
            continue
        if title is None and misses <= 1 and _is_title(text, lines, index, after_standfirst=misses == 1):
            title = _title_words(shown)
            kinds.append(Line(line.start, line.end, "title", {"title": title}))
            last, misses = index, 0
            continue
        kinds.append(line)
        misses += 1
        if misses > 2 or line.end - line.start > 400:
            break
    kinds = kinds[: last + 1] if last >= 0 else []
    kinds.extend(lines[len(kinds) :])
    if title is not None:
        kinds = _name_line(text, kinds)
        same = _letters(title)
        kinds = [
            Line(line.start, line.end, "title")
            if line.kind == "body" and _letters(_title_words(text[line.start : line.end])) == same
            else line
            for line in kinds
        ]
    return kinds


def _name_line(text: str, lines: list[Line]) -> list[Line]:
    """Mark the line right under the title as header when it is a bare name: whose, it does not say."""
    for index, line in enumerate(lines[:-1]):
        if line.kind == "title":
            below = lines[index + 1]
            shown = plain(text[below.start : below.end])
            if (
                below.kind == "body"
                and NAMES.fullmatch(shown)
                and len(shown.split()) in (2, 3)
                and index + 2 < len(lines)
            ):
                lines[index + 1] = Line(below.start, below.end, "header")
            break
    return lines


def _is_title(text: str, lines: Sequence[Line], index: int, *, after_standfirst: bool) -> bool:
    """Whether a line can only be the headline: words without a full stop, over a body of sentences.

    Under a standfirst (one sentence that opens the text) it must stand alone, between blank lines.
    """
    line = lines[index]
    shown = text[line.start : line.end]
    words = _title_words(shown)
    below = [text[later.start : later.end] for later in lines[index + 1 :]]
    if not any(ends_sentence(other) and len(other) > 40 for other in below):
        return False
    one_sentence = not re.search(r"[.!?…]\s", words)
    repeated = one_sentence and any(_letters(_title_words(other)) == _letters(words) for other in below[:2])
    if re.match(r"#\s", shown):
        return True
    first = words.lstrip("\"“«‘'([¿¡ \u00a0\u202f")[:1]
    size_fits = 2 <= len(words.split()) <= 30 and len(words) <= 220
    if not size_fits or not (first.isupper() or first.isdigit()) or re.match(r"[-–—•*>]\s", shown):
        return False
    quoted = words[0] in '"“«' and words[-1] in '"”»'
    asks = words.rstrip('"”» \u00a0\u202f' if quoted else None).endswith(("?", "!", "…", "...")) and one_sentence
    if ends_sentence(shown) and not asks and not repeated:
        return False
    if words.endswith((",", ";", ":")):
        return False
    if below[0][:1].islower() and not repeated and _header_facts(plain(below[0]), day_first=False, titled=True) is None:
        return False  # the line goes on below
    if not after_standfirst:
        return True
    above = lines[index - 1]
    alone = all(
        len(LINE_BREAK.findall(text, before, after)) > 1
        for before, after in ((above.end, line.start), (line.end, lines[index + 1].start))
    )
    standfirst = text[above.start : above.end]
    return alone and len(standfirst) <= 300 and ends_sentence(standfirst) and not words.endswith(("?", "!"))


def _linked_title(text: str, lines: Sequence[Line], index: int) -> bool:
    """`# [A headline of some words](https://…)`: a line of nothing but a link, which yet is the headline."""
    shown = text[lines[index].start : lines[index].end]
    return bool(re.match(r"#\s+\[", shown)) and len(plain(shown).split()) >= 3


def _title_words(shown: str) -> str:
    link = plain(shown)
    words = re.sub(r"^(?:title|titre|headline)\s*:\s*", "", link, flags=re.IGNORECASE)
    if words == link and not LINK.search(shown) and "#" not in shown[:7] and "*" not in shown and "_" not in shown:
        return " ".join(shown.split())
    return words


def _letters(words: str) -> str:
    return "".join(character for character in words.casefold() if character.isalnum())


# --- One header line ------------------------------------------------------------------------------------------------

_NAME_WORD = r"(?:[A-ZÀ-ÖØ-ÞŁŠŽ][\w'’.-]*|d['’][A-ZÀ-Ö][\w-]*|al-\w+|el-\w+)"
_PARTICLE = r"(?:de|du|des|da|di|van|von|der|den|bin|ben|ibn|al|el|la|le|ter|y|dos|della|of)"
_NAME = rf"{_NAME_WORD}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_NAME_WORD}){{0,4}}"
NAMES = re.compile(rf"{_NAME}(?:(?:\s*,\s*|\s+(?:and|et|&|avec|with)\s+|\s*,\s*(?:and|et)\s+){_NAME}){{0,4}}")
_BY = re.compile(
    r"(?:\(?(?:(?:written|reported|story|texte|article|propos recueillis) )?(?:by|par)|auteure?|author|byline)\s*:?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s+[|•·–—/-]+\s+|\s*[|•·]\s*|\s*,\s+(?=(?:for|pour|in|à|of|at)\s)|\s+(?=(?:for|pour|in|à|au|en)\s+[A-Z])|\s*,\s*"
)
_STAFF = re.compile(
    r"(?:(?:the|la|notre|our) )?(?:staff|newsroom|editors?|rédaction|editorial board|news desk|web ?desk|admin)"
    r"(?: (?:writers?|reporters?|report))?",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:correspondent|editor|reporter|journalist|writer|bureau|analyst|producer|columnist|correspondante?|"
    r"envoyée?|journaliste|rédact\w+|chroniqueu\w+|photographe?r?)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:régions?|regions?|thèmes?|themes?|topics?|sujets?|tags?|analyses?|sections?|rubriques?|catégories?|category|"
    r"categories|pays|country|keywords|mots[- ]clés|dossiers?|in-depth report|type|genre|edition|édition)\s*:\s*"
    r"\S.{0,140}",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:source|outlet|publication|publisher|journal|média|media|publié par|published by)\s*:\s*(?P<name>\S.{1,100})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:source|url|link|lien|adresse|permalink|original(?: article)?|article original|retrieved from|consulté sur)"
    r"\s*:\s*(?P<url>https?://\S+)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"(?:language|langue|lang)\s*:\s*(?P<name>\w{2,10})", re.IGNORECASE)
_DATE_WORDS = re.compile(
    r"[\s,|•·(:–—-]*(?:(?:first|article|texte) )?"
    r"(?:published|posted|created|date|issued|publication|publiée?|mise? en ligne|parue?|posté|diffusée?|rédigé|créé)?"
    r"\s*(?:date)?\s*(?:on|le|du|at|à)?\s*:?\s*$",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"[\s,|•·(–—-]*(?:last )?"
    r"(?:updated|modified|revised|mise? à jour|modifiée?|actualisée?|dernière mise à jour)\b"
    r"(?:[^.!?]|\.(?=\S)|(?<=[apm])\.){0,60}$",
    re.IGNORECASE,
)
_READING = re.compile(r"[\s,|•·(–—-]*\d+\s*min(?:utes?)?\.?\s*(?:read|de lecture)\)?", re.IGNORECASE)


def _header_facts(line: str, *, day_first: bool, titled: bool) -> dict[str, str] | None:
    """The facts of a header line, perhaps none of them ({}); None when the line may be a sentence or a headline."""
    if len(line) > 180:
        return None
    if address := _ADDRESS.fullmatch(line):
        return {"url": address.group("url")}
    if _LABEL.fullmatch(line) and not line.endswith("."):
        return {}
    if language := _LANGUAGE.fullmatch(line):
        return {"language": language.group("name")}
    if source := _SOURCE.fullmatch(line):
        name = source.group("name").strip()
        return {"outlet": name} if is_outlet(name) or NAMES.fullmatch(name) else None
    facts: dict[str, str] = {}
    rest = _READING.sub("", line)
    changed = _CHANGED.search(rest)
    if changed and (changed.start() == 0 or DATE.search(rest, 0, changed.start())):
        rest = rest[: changed.start()]
        if not rest.strip():
            return {}
    dated = _take_date(rest, day_first)
    if dated is not None:
        rest, published = dated
        if published:
            facts["published"] = published
    rest = rest.strip(" ,|•·–—-:/()")
    if not rest:
        return facts if dated is not None else None
    by = _BY.match(rest)
    if by and (named := _byline(rest[by.end() :])) is not None:
        return facts | named
    if is_outlet(rest) and (titled or dated is not None or is_outlet(rest, surely=True)):
        return facts | {"outlet": rest}
    if dated is None:
        return None
    return facts if NAMES.fullmatch(rest) and len(rest.split()) <= 6 else None


def _take_date(line: str, day_first: bool) -> tuple[str, str | None] | None:
    """The line without the date at its beginning or end, and the date (None when it is not in the calendar)."""
    match = DATE.search(line)
    if match is None:
        return None
    before = line[: match.start()]
    behind = TIME_OF_DAY.match(line, match.end())
    after = line[behind.end() if behind else match.end() :].strip(" ,|•·–—-:/()")
    opened = _DATE_WORDS.search(before)
    head = before[: opened.start()] if opened else before
    if head.strip() and after.strip():
        return None
    if head.strip() and opened is None:
        return None
    return (head or after), iso(match, day_first=day_first)


def _byline(names: str) -> dict[str, str] | None:
    """Author and outlet of what follows "By": `Jane Doe, for The Guardian`, `Jean Dupont | AFP`, `Reuters`, `Staff`."""
    names = names.strip(" .()")
    if _STAFF.fullmatch(names):
        return {}
    if is_outlet(names):
        return {"outlet": names}
    with_agency = re.split(r"\s+(?:avec|with)\s+", names)[0]
    if with_agency != names and is_outlet(with_agency):
        return {"outlet": with_agency}
    if "@" in names:
        names = re.sub(r"\s*[(<]?\S+@\S+[)>]?", "", names)
    author: list[str] = []
    facts: dict[str, str] = {}
    for part in _SEPARATOR.split(names):
        part = re.sub(r"^(?:for|pour|in|à|au|en|of|at)\s+", "", part.strip())
        if not part:
            continue
        if is_outlet(part):
            facts.setdefault("outlet", part)
        elif not author or (_many_names(part, names)):
            if not NAMES.fullmatch(part):
                return None if not author else {"author": ", ".join(author)} | facts
            author.append(part)
    if author:
        facts["author"] = ", ".join(author)
    return facts or None


def _many_names(part: str, names: str) -> bool:
    """Whether a part behind a comma is one more author ("A B, C D and E F"), not a place or a role."""
    if _ROLE.search(part):
        return False
    return bool(NAMES.fullmatch(part)) and len(part.split()) >= 2 and bool(re.search(r",\s*" + re.escape(part), names))


def _linked_outlet(shown: str) -> dict[str, str]:
    """A line under the headline that is nothing but the linked name of an outlet."""
    words = plain(shown)
    return {"outlet": words} if LINK.search(shown) and is_outlet(words) and not is_agency(words) else {}


def sign_off(line: str) -> str | None:
    """The author when a line is a byline and nothing else (`By Jane Doe`, `Articles Par : Jane Doe`)."""
    by = _BY.match(re.sub(r"^articles?\s+(?=par|by|de)", "", line, flags=re.IGNORECASE))
    named = _byline(line[line.index(by.group()) + len(by.group()) :]) if by and len(line) < 100 else None
    return named.get("author") if named else None
