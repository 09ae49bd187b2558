"""Find the sentences of news prose, English and French, as spans of the unchanged text.

Made for text as archives hold it: full stops without a space behind them, sentences that begin in lower case, sentences
broken across a blank line, headlines without a full stop, quotation marks that do not match. Of the splitters tried on
such text (pysbd, syntok, sentencex) each failed on some of it and none keeps a quotation with its attribution, so the
rules are our own. It does not judge what is worth quoting and does not find site furniture; it is handed that.

Two choices a reader should know:

* A quotation of several sentences stays in one piece with its attribution (`“… . … ,” he said.`): a sentence lifted out
  of a quotation without its speaker is poor evidence. Only a quotation longer than `WHOLE_QUOTATION` is cut at the
  sentence ends inside it.
* After a full stop, a word in lower case begins a sentence only when the word before the stop is no abbreviation.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.types import Span

WHOLE_QUOTATION = 420
"""Characters between the marks of a quotation up to which it is kept in one sentence: about five lines of print."""

LOOK = 100
"""Characters looked at before and behind a full stop: longer than any word that bears on it."""

LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")

_TERMINATOR = re.compile(r"[.!?…]+")
_CLOSERS = re.compile(r"(?:[”’'\)\]*_]|\"|[ \u00a0\u202f]?»|[ \u00a0\u202f]?”(?!\w))*")
_OPENERS = "\"“„«‘'([*_¿¡"
_BULLET = re.compile(r"(?:[-–—•·▪◦*>]|#{1,6})[ \t\u00a0]+|(?:\d{1,2}|[a-z])\)[ \t]+")
_ORDERED = re.compile(r"(?:\d{1,2}|[a-zA-Z])[.)][ \t]")
_HEADING = re.compile(r"#{1,6}[ \t]")
_WORD_BEFORE = re.compile(r"[\w.’'&-]*$")
_ADDRESS = re.compile(r"://|www\.|@")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Never the end of a sentence: a name, a number or a word must follow.
_TITLES = _words(
    "mr mrs ms messrs dr prof rev fr sr hon sen rep gov gen col lt maj capt cmdr sgt cpl pvt adm brig supt insp pres "
    "m mm mme mmes mlle mlles mgr pr vve gal gén cdt cne lcl ltn amb e.g i.e cf v vs av ap c.-à-d p.ex"
)
# The end of a sentence only when a word follows that hardly stands inside one ("in the U.S. The", "Sales Corp. But").
_USUALLY_INSIDE = _words(
    "st ste ft mt inc ltd corp co cos bros cie sté dept univ govt al jr ph.d approx env "
    "jan feb mar apr jun jul aug sep sept oct nov dec janv févr fév avr juil déc "
    "calif fla mass pa va conn ill ga tenn ariz ala colo wash mich minn wis okla ore tex"
)
# Not the end when a number follows ("No. 10", "art. 5", "p. 12").
_BEFORE_NUMBERS = _words("c no nos nº n° n vol art fig p pp ch chap par sect sec tél tel ext")
# Not the end when a word in lower case follows.
_BEFORE_LOWER = _words("etc max min hab est incl resp ed éd coll ie eg viz ca av apr")

_STARTERS = _words(
    "The A An This That These Those It He She They We You There Here But And Or So Yet In On At As If When While After "
    "Before Since For From By With Under Its His Her Their Our My Meanwhile However Although Last Earlier Some Many "
    "Both Each One Two No Not What Who Why How Where Les Il Ils Elle Elles On Nous Vous Je Cette Ce Cet Ces C'est "
    "Mais Et Ou Or Donc Car Dans En Au Aux Avec Pour Par Sur Sous Selon Depuis Après Avant Lorsque Quand Si Cependant "
    "Toutefois Pourtant Ainsi Leur Leurs Son Sa Ses Une Un Des Du L D C Qui Que Aucun Certains Plusieurs"
)
_STARTERS_BEHIND_AN_INITIAL = _words("The It They This He She We But In However Les Il Ils Elle Elles Cette Ces Mais")
_SPEECH = re.compile(
    r"(?:[A-Z][\w’'.-]*\s+){1,4}(?:said|says|asked|asks|stated|told|added|replied|wondered|wrote|warned|cried|shouted|"
    r"insisted|demanded|continued|explained|tweeted)\b"
)


def sentences(text: str, furniture: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The sentences of `text` outside `furniture`, in order, without white space at their ends.

    Every letter and digit outside `furniture` lies in exactly one span; marks of lists and headings (`- `, `## `) that
    open a line lie in none. No span overlaps `furniture`, which must be in order and free of overlap.
    """
    found: list[Span] = []
    for start, end in _units(text, furniture):
        found.extend(_cut(text, start, end))
    return tuple(found)


def lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines of `text` as offsets, without their line breaks; empty lines too."""
    start = 0
    for match in LINE_BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def ends_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does: `.`, `!`, `?`, `…`, perhaps inside quotation marks or brackets."""
    stripped = line.rstrip().rstrip("\"”’'»)]*_ \u00a0\u202f")
    return stripped.endswith((".", "!", "?", "…"))


# --- Units: runs of text between which a sentence cannot continue -------------------------------------------------


def _units(text: str, furniture: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Lines without their furniture, joined where a sentence goes on from one to the next."""
    width = _wrap_width(text)
    begin = last = end = -1  # the unit is text[begin:end], its last line text[last:end]
    for start, stop, joinable in _pieces(text, furniture):
        if begin >= 0 and joinable and _goes_on(text, begin, Span(last, end), Span(start, stop), width):
            last, end = start, stop
            continue
        if begin >= 0:
            yield begin, end
        begin, last, end = start, start, stop
    if begin >= 0:
        yield begin, end


def _pieces(text: str, furniture: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    """Stretches of lines that hold a letter or digit and no furniture; the flag: none since the stretch before."""
    starts = [span.start for span in furniture]
    before = 0
    for line_start, line_end in lines(text):
        position = line_start
        free: list[tuple[int, int]] = []
        index = max(bisect_right(starts, line_start) - 1, 0)
        for span in furniture[index:]:
            if span.start >= line_end:
                break
            if span.end <= position:
                continue
            if span.start > position:
                free.append((position, span.start))
            position = max(position, span.end)
        if position < line_end:
            free.append((position, line_end))
        for free_start, free_end in free:
            start, end = _trim(text, free_start, free_end)
            if any(character.isalnum() for character in text[start:end]):
                between = bisect_left(starts, start) - bisect_left(starts, before)
                yield start, end, between == 0
                before = end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _wrap_width(text: str) -> int | None:
    """The width at which the text was wrapped by hand or machine; None when its lines are paragraphs.

    A text is wrapped when nearly every line break stands where the next word would have passed the longest line.
    """
    spans = list(lines(text))
    shown = [text[start:end].rstrip() for start, end in spans]
    width = max((len(line) for line in shown if " " in line), default=0)
    if not 40 <= width <= 100:
        return None
    breaks = [(line, after) for line, after in pairwise(shown) if line and after]
    full = sum(_fills(line, after, width) for line, after in breaks)
    return width if full >= 3 and full >= 0.7 * len(breaks) else None


def _fills(line: str, after: str, width: int) -> bool:
    """Whether the first word of the line after would not have fitted (with a tolerance for ragged tools)."""
    return len(line) + 1 + len(after.split(maxsplit=1)[0]) > width - 4


def _goes_on(text: str, begin: int, above: Span, below: Span, width: int | None) -> bool:
    """Whether the sentence of the line `above`, in a unit that opened at `begin`, goes on in the line `below`."""
    start = below.start
    if _BULLET.match(text, start, below.end) or _ORDERED.match(text, start, below.end):
        return False
    if _HEADING.match(text, above.start, above.end):
        return False
    line = text[above.start : above.end]
    blank = len(LINE_BREAK.findall(text, above.end, start)) > 1
    if width is not None and not blank and _fills(line, text[start : below.end], width):
        return True
    if ends_sentence(line):
        return False
    if text[start].islower():
        alone = above.start == begin and not any(character.isalnum() for character in text[:begin])
        headline = alone and len(line) < 120 and not _TERMINATOR.search(line)
        return not (blank and headline)  # above a text that lost its capital
    return not blank and line.endswith(",")


# --- Sentences within a unit ---------------------------------------------------------------------------------------


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    bullet = _BULLET.match(text, start, end)
    while bullet:
        start = bullet.end()
        bullet = _BULLET.match(text, start, end)
    unit = text[start:end]
    whole = _whole_stretches(unit)
    begin = 0
    for position in _ends(unit):
        nearest = bisect_left(whole, (position, 0)) - 1
        if nearest >= 0 and position <= whole[nearest][1]:
            continue
        if any(character.isalnum() for character in unit[begin:position]):
            yield _span(text, start + begin, start + position)
            begin = position
    if any(character.isalnum() for character in unit[begin:]):
        yield _span(text, start + begin, end)


def _span(text: str, start: int, end: int) -> Span:
    return Span(*_trim(text, start, end))


def _ends(unit: str) -> Iterator[int]:
    """Offsets at which a sentence of the unit ends, quotations not yet considered."""
    opening = {position for position, opens in _quotation_marks(unit) if opens}
    for match in _TERMINATOR.finditer(unit):
        closers = _CLOSERS.match(unit, match.end())
        position = match.end() if closers is None else closers.end()
        for mark in range(match.end(), position):
            if mark in opening:  # `ago."The`: the mark belongs to what follows
                position = mark
                break
        if position < len(unit) and _is_end(unit, match.start(), match.end(), position):
            yield position


def _is_end(unit: str, stop: int, after_stop: int, position: int) -> bool:
    """Whether the terminator `unit[stop:after_stop]`, with closing marks up to `position`, ends a sentence."""
    following = unit[position : position + LOOK]
    rest = following.lstrip()
    spaced = len(rest) < len(following)
    rest = rest.lstrip(_OPENERS + "” \u00a0\u202f–—-•")
    if not rest:
        return False
    first = rest[0]
    terminator = unit[stop:after_stop]
    closed = position > after_stop
    match = _WORD_BEFORE.search(unit[max(stop - LOOK, 0) : stop])
    word = match.group().strip("’'-.") if match else ""
    if terminator != ".":
        if unit[max(stop - 1, 0)] in "[(" or not (first.isupper() or first.isdigit() or _caseless(first)):
            return False
        if not spaced:
            return "." not in terminator and first.isupper() and rest[1:2].islower()
        return not (closed and _SPEECH.match(rest))  # “What now?” Renzi asked.
    if not spaced:
        return _is_end_without_space(unit, stop, word, rest, closed)
    if first.islower():
        key = word.lower()
        known = key in _TITLES or key in _USUALLY_INSIDE or key in _BEFORE_NUMBERS or key in _BEFORE_LOWER
        return not closed and "." not in word and len(word) >= 3 and not known and not word[0].isupper()
    if closed:
        return True
    dashed = following.lstrip()[:1] in "–—-"  # "TUSCALOOSA, Ala. – The pain": a dateline
    return not _abbreviates(stop, word, rest, may_start=not dashed)


def _is_end_without_space(unit: str, stop: int, word: str, rest: str, closed: bool) -> bool:
    """`weeks ago.The Libyan`, `from IS.”The idea`: a capital and a small letter right behind the stop."""
    capital = rest[0].isupper() and (rest[1:2].islower() or rest[1:2].isspace() or rest[1:2] in ("’", "'"))
    around = unit[max(stop - LOOK, 0) : stop].split()[-1:] + unit[stop : stop + LOOK].split(maxsplit=1)[:1]
    if not capital or not word or _ADDRESS.search("".join(around)):
        return False
    if closed:
        return True
    known = word.lower() in _TITLES or word.lower() in _USUALLY_INSIDE or word.lower() in _BEFORE_NUMBERS
    return "." not in word and len(word) >= 2 and not known


def _abbreviates(stop: int, word: str, rest: str, *, may_start: bool) -> bool:
    """Whether the full stop behind `word` marks an abbreviation that the sentence goes on after."""
    if not word:
        return False
    word = word.rsplit("-", 1)[-1] if word[0].isdigit() else word  # "Nov. 30-Dec. 5"
    key = word.lower()
    following = re.match(r"[^\W\d_]+", rest)
    starts = may_start and following is not None and following.group() in _STARTERS
    if key in _TITLES:
        return word[0].isupper() or key in ("e.g", "i.e", "cf", "v", "vs", "av", "ap", "c.-à-d", "p.ex")
    if len(word) == 1 and word.isalpha() and word.isupper():  # "W. E. B. Du Bois" is one name
        return following is None or following.group() not in _STARTERS_BEHIND_AN_INITIAL
    if "." in word and all(len(part.strip("-")) <= 2 for part in word.split(".")) and not word[-1].isdigit():
        return not starts
    if key in _BEFORE_NUMBERS:
        return rest[0].isdigit() or bool(re.match(r"[IVXLC]+\b", rest))
    if key in _USUALLY_INSIDE and (word[0].isupper() or rest[0].isdigit()):
        return not starts
    return word.isdigit() and len(word) <= 2 and stop == len(word)  # "1. First item"


def _caseless(character: str) -> bool:
    return character.isalpha() and character.lower() == character.upper()


# --- Quotations ----------------------------------------------------------------------------------------------------


def _whole_stretches(unit: str) -> list[tuple[int, int]]:
    """Quotations and brackets short enough to be kept in one sentence, by their marks; in order, overlaps joined."""
    stretches: list[tuple[int, int]] = []
    stack: list[int] = []
    for position, opens in _quotation_marks(unit):
        if opens:
            stack.append(position)
        elif stack:
            stretches.append((stack.pop(), position))
    for opener, closer in ("()", "[]"):
        begin = -1
        for position, character in enumerate(unit):
            if character == opener:
                begin = position
            elif character == closer and begin >= 0:
                stretches.append((begin, position))
                begin = -1
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(stretch for stretch in stretches if stretch[1] - stretch[0] <= WHOLE_QUOTATION):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _quotation_marks(unit: str) -> list[tuple[int, bool]]:
    """The double quotation marks of the unit, and whether each opens; any closing mark closes any opening one."""
    marks: list[tuple[int, bool]] = []
    depth = 0
    for position, character in enumerate(unit):
        if character not in '"“”„«»':
            continue
        before = unit[position - 1] if position else " "
        after = unit[position + 1] if position + 1 < len(unit) else " "
        if character in "«„":
            opens = True
        elif character == "”":
            opens = depth == 0 and after.isalnum() and not before.isalnum()  # `threat from IS.”The idea is`
        elif character == "»":
            opens = False
        elif character == "“":
            opens = not (depth and after.isspace())  # `in Libya, “ the White House said`
        elif (before.isspace() or before in "([—–-’'") and not after.isspace():
            opens = True
        elif not before.isspace() and (after.isspace() or after in ".,;:!?)]…—–-"):
            opens = False
        else:
            opens = depth == 0
        marks.append((position, opens))
        depth = depth + 1 if opens else max(depth - 1, 0)
    return marks
