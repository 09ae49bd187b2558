"""Find stretches of a text that address a language model instead of a reader: orders, imitated prompts, hidden text.

An article is data. What in it speaks to a machine is no evidence for anybody, so it is found here, as spans, for others
to name and to leave out; the text itself is never altered. Whole sentences are marked, and what stands right behind an
order, where an order puts what it wants said. Sentences that only tell of such orders, as news on artificial
intelligence does, are not (`orders.py`). A lie in a plain sentence is not found: that is what the article claims.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from retrieval.orders import orders, speaks_of_a_model
from retrieval.sentences import LINE_BREAK, sentences
from retrieval.types import Span

Why = Literal[
    "order",  # tells a model what to do
    "role",  # imitates the marks between system, user and assistant
    "delimiter",  # imitates the end of the evidence, or where other evidence begins
    "output",  # imitates what a model writes: a draft in JSON, a call of a tool
    "citations",  # imitates a list of sources that somebody checked
    "hidden",  # speaks to a model from markup that a page does not show
    "invisible",  # holds a message in characters that cannot be seen
    "reordered",  # shows its letters in another order than they have
    "encoded",  # holds a text in code, and asks to decode it
]

REACH = 300
"""Characters behind an order on its line, and between two suspicious stretches, that are taken to belong to them."""

INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f]"
)
"""A character that a reader neither sees nor misses: Unicode's controls and formats (Cc, Cf) but for white space, the
joiners that shape letters and emoji, and the signs before numbers in Arabic and other scripts, which are seen.
"""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A stretch of a text that addresses a machine, and what first gives it away."""

    span: Span
    why: Why


@lru_cache(maxsize=128)  # an article is looked at for each of its passages and quotes
def suspicious(text: str) -> tuple[Suspicion, ...]:
    """The stretches of `text` that address a machine, in order, without overlap: whole sentences, or marks alone."""
    found = sorted(_found(text))
    if not found:
        return ()
    whole = sentences(text)
    starts, ends = [span.start for span in whole], [span.end for span in whole]
    stretches: list[Suspicion] = []
    for start, end, why in found:
        stop = _payload_end(text, end, why)
        touched = whole[bisect_right(ends, start) : bisect_left(starts, stop)]
        first = min([start, *(span.start for span in touched[:1])])
        last = max([end, *(span.end for span in touched[-1:])])
        if stretches and first - stretches[-1].span.end <= REACH:
            before = stretches.pop()
            first, last, why = before.span.start, max(before.span.end, last), before.why
        stretches.append(Suspicion(Span(first, last), why))
    return tuple(stretches)


def _payload_end(text: str, end: int, why: Why) -> int:
    """Where that which an order or a mark introduces ends: on its line, else on the next one with words."""
    if why not in ("order", "role", "delimiter"):
        return end
    line_break = LINE_BREAK.search(text, end)
    stop = line_break.start() if line_break else len(text)
    goes_on = text[end - 1 : stop].rstrip().endswith(":")
    if _WORDS.search(text, end, stop) is None and not goes_on:
        goes_on = why != "order" and _CLOSES.search(text[max(0, end - 40) : end]) is None
    following = _NEXT_LINE.match(text, stop) if goes_on else None
    return min(following.end() if following else stop, end + REACH)


_CLOSES = re.compile(r"(?:</\w+>|\[/\w+\]|<\|\w*end\w*\|>)$", re.IGNORECASE)
_NEXT_LINE = re.compile(r"[\W_]*[^\n\r]*")
_WORDS = re.compile(r"[^\W_]")


Found = tuple[int, int, Why]


def _found(text: str) -> Iterator[Found]:
    view, places = _view(text)

    def at(start: int, end: int, why: Why) -> Found:
        return (start, end, why) if places is None else (places[start], places[end - 1] + 1, why)

    for start, end in orders(_respelt(view)):
        yield at(start, end, "order")
    for match in _SPACED.finditer(view):
        if len(_SPELT_OUT.findall(re.sub(r"\W|_", "", match.group()))) > 1:
            yield at(*match.span(), "order")
    for opening in _OPENS_A_MARK.finditer(view):
        if mark := _MARKS.match(view, opening.start()):
            yield at(*mark.span(), cast(Why, mark.lastgroup))
    for match in _LISTED.finditer(view):
        yield at(*match.span(), "citations")
    for match in _SAID.finditer(view):
        yield at(*match.span(), "role")
    for match in _ENDS.finditer(view):
        if _WORDS.search(view, match.end()):  # an article may end by saying so
            yield at(*match.span(), "delimiter")
    labels = list(_LABELS.finditer(view))
    if len({match.group(1) for match in labels}) > 1:
        for match in labels:
            yield at(*match.span(), "role")
    for match in _UNSHOWN.finditer(view):
        if speaks_of_a_model(match.group()):
            yield at(*match.span(), "hidden")
    if places is not None:
        yield from _hidden_characters(text)
    for match in _BLOB.finditer(text) if _DECODE.search(view) else ():
        around = text[max(0, match.start() - _NEAR) : match.start()] + " " + text[match.end() : match.end() + _NEAR]
        if _DECODE.search(around):
            yield *match.span(), "encoded"


# --- The text as a model may read it ---------------------------------------------------------------------------------

_LOOKALIKES = dict(
    zip(
        "авсԁегһіїјкмнопрԛѕтуѵԝхьαβεηικνορτυχγıɡɑɪɴʀᴇᴏß’‘ʼ‛`_",
        "abcderhiijkmhonpqstyvwxbabenikvoptuxyigainreos''''' ",
        strict=True,
    )
)
"""Small letters of other scripts, and apostrophes, by the plain letter or mark that they look like."""


class _Plain(dict[int, str]):
    """For `str.translate`: every character as one small plain one, without its accent."""

    def __missing__(self, code: int) -> str:
        character = unicodedata.normalize("NFKD", chr(code))[0].lower()[0]
        plain = _LOOKALIKES.get(character, character)
        self[code] = plain
        return plain


_PLAIN = _Plain()
_UNREAD = re.compile(
    INVISIBLE.pattern[:-1] + "\u0300-\u036f\u034f\u115f\u1160\u200c\u200d\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""What a view leaves out: the invisible, joiners, accents that stand alone, selectors of a glyph, fillers."""


def _view(text: str) -> tuple[str, Sequence[int] | None]:
    """The text in small plain letters without what is invisible, and where each stands (None: where it stands here)."""
    if text.isascii() and INVISIBLE.search(text) is None:
        return text.lower().replace("_", " "), None
    places: list[int] = []
    start = 0
    for match in _UNREAD.finditer(text):
        places.extend(range(start, match.start()))
        start = match.end()
    if start == 0:
        return text.translate(_PLAIN), None
    places.extend(range(start, len(text)))
    return "".join(text[place] for place in places).translate(_PLAIN), places


_DIGITS_FOR_LETTERS = str.maketrans("01!|l3@45$7", "oiiiieaasst")
_DISGUISABLE = re.findall(
    r"\w+",
    """
    ignore disregard forget override previous prior above earlier all your instruction instructions system prompt rules
    assistant user model answer reply respond response only say ignorez oublie oubliez consignes precedentes precede
    toutes tout les tes vos reponds repondez uniquement reponse utilisateur systeme
    """,
)
_BY_DISGUISE = {word.translate(_DIGITS_FOR_LETTERS): word for word in _DISGUISABLE}
_DISGUISED = re.compile(r"(?<![\w@$|])(?=[a-z]*[\d@$|!])(?=[\d@$|!]*[a-z])[a-z\d@$|!]{2,16}")


def _respelt(view: str) -> str:
    """The view with words such as "1gn0re" in letters; as long as it was."""
    return _DISGUISED.sub(lambda m: _BY_DISGUISE.get(m.group().translate(_DIGITS_FOR_LETTERS), m.group()), view)


_SPACED = re.compile(r"(?<!\w)\w(?:[ ._*\-\u00a0]{1,3}\w){7,}(?!\w)")
_SPELT_OUT = re.compile("|".join(word for word in _DISGUISABLE if len(word) > 4))

# --- Marks -----------------------------------------------------------------------------------------------------------
# All patterns but `_BLOB` read the view.

_EVIDENCE = (
    r"(?:evidence|passage|excerpt|context|document|article|source|question|prompt|instruction|input|data|draft|answer|"
    r"extrait|preuve|contexte|consigne|donnee|reponse|systeme?|texte)\w{0,3}"
)
_SPEAKER = r"(?:system|assistant|user|human|developer|systeme|utilisateur|humain)"
_SPEAKING = r"(?:message|prompt|note|override|instructions?|reminder|update)"
_OPENS_A_MARK = re.compile(r"[<\[({#=~,\"“-]")
_MARKS = re.compile(
    rf"""
    (?P<role>
        <\|[a-z ]{{2,20}}\|> | \[/?inst\] | <</?sys>> | </?(?:start|end)\sof\sturn>
      | </?(?:{_SPEAKER}|instructions?|prompt|sys)(?:[ _-]?{_SPEAKING})?\s*/?>
      | [\[({{]\s*(?:admin|{_SPEAKER})\s{_SPEAKING}\s*[\])}}]
      | \[{_SPEAKER}\]
      | \#{{2,4}}\s?(?:instruction|response|input|reponse|{_SPEAKER})\s?:
    )
  | (?P<delimiter>
        </?(?:passage|evidence|context|excerpt|claim|user\sinput|untrusted\w*|retrieved\w*|extrait|preuve|contexte)s?
        (?:\s[^<>]{{0,80}})?/?>
      | [=~<\[-]{{3,}}\s?(?:\w+\s){{0,4}}{_EVIDENCE}(?:\s\w+){{0,3}}\s?[=~>\]-]{{3,}}
      | -----begin\s[a-z ]+-----
      | \[/\w{{4,12}}\] | \[\w{{4,12}}\]\s[^\n|\[\]]{{1,160}}\s\|\s
      | [\[({{<]\s?(?:end|fin)\s(?:of|de|du|des)\s(?:the\s|la\s|l'|les\s)?{_EVIDENCE}\s?[\])}}>]
    )
  | (?P<output>
        [{{,\[]\s*["“'](?:answers?|claims|statements|quotes?|tool\scalls?|function\scall|arguments|role|label)["”']\s*:
      | ["“](?:answers|claims|quotes)["”]\s*:\s*[\[{{tf]
      | \[[^\]\n]{{0,80}}\]\([^)\s]{{1,200}}\{{
      | <(?:tool\scall|function\scall|invoke|tool\suse|function=)
    )
    """,
    re.VERBOSE,
)
_LISTED = re.compile(
    r"^[^\w\n\[]{0,3}\[\w{1,12}\]\s(?:[^\n]{1,160}[(\[—–:|·,-]\s?)?(?:verified|verifiee?s?|fact-checked|trusted|confirmee?s?)\b",
    re.MULTILINE,
)
_SAID = re.compile(r"^[^\w\n]{0,3}(?:systeme?|assistant)[ \u00a0]?:(?=(?: \S+){5,}[.!?\"”»][ \t]*$)", re.MULTILINE)
_ENDS = re.compile(
    r"^[^\w\n]*(?:end|begin(?:ning)?|start|fin|debut) (?:of|de|du|des) ?(?:the |user |all |la |les |l')*"
    rf"{_EVIDENCE}(?: \w+)?[^\w\n]*$",
    re.MULTILINE,
)
_LABELS = re.compile(
    r"(?:^[^\w\n]{0,3}|(?<=[.!?]\s))(system|systeme|assistant|human|humain|user|utilisateur|ai|ia)\s?:\s", re.MULTILINE
)
_UNSHOWN = re.compile(
    r"<!--.{1,4000}?-->|\[//\]: # \([^\n]{1,4000}\)"
    r"|<(\w+)[^<>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0|"
    r"color\s*:\s*(?:#fff(?:fff)?|white)\b)[^<>]*>.{1,4000}?</\1>",
    re.DOTALL,
)

_BLOB = re.compile(r"(?<![\w/=+.-])(?=[^\sA-Z]*[A-Z])(?=[^\sa-z]*[a-z])[A-Za-z\d+/]{32,}={0,2}(?![\w/])")
_DECODE = re.compile(r"\b(?:decod|base64|décod)", re.IGNORECASE)
_NEAR = 120

# --- Characters ------------------------------------------------------------------------------------------------------

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_REORDERS = re.compile("[\u202d\u202e]|[\u202b\u2067][^\n\u202c\u2069]*")
_TAGS = re.compile("\U0001f3f4[\U000e0020-\U000e007f]{1,6}|(?P<hidden>[\U000e0001\U000e0020-\U000e007f]+)")
"""Letters that nobody sees; behind a black flag, up to six make it that of a region."""
_RUN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]{6,}"
)


def _hidden_characters(text: str) -> Iterator[Found]:
    for match in _TAGS.finditer(text):
        if match["hidden"]:
            yield *match.span(), "invisible"
    for match in _RUN.finditer(text):
        if len(set(match.group())) > 1:  # of one kind alone, a run is what an editor left behind: it tells nothing
            yield *match.span(), "invisible"
    for match in _REORDERS.finditer(text):
        if _RIGHT_TO_LEFT.search(match.group()) is None:
            yield *match.span(), "reordered"
