"""The panel of a source: the passage behind [n] with the quote marked in it, where it comes from, and its neighbours.

The quote is compared with the article as it is now, each time: where it no longer stands there, that is said, and no
passage is shown. Edits no message itself.
"""

from __future__ import annotations

from typing import Final

from bot.render.kept import Cited, Kept
from bot.render.phrases import Phrases, phrases
from bot.render.telegram.message import COPY_LIMIT, Button, Keyboard, Message, units
from bot.render.telegram.origins import BETWEEN, NAME, TITLE, beside, name, titled
from bot.render.telegram.presses import press
from bot.render.telegram.splitting import first_part
from bot.render.telegram.styled import Styled, shortened, web_address
from bot.render.text import clipped, one_line, paged
from bot.telegram.texts import Texts
from retrieval.types import Article, Span

PASSAGE: Final = 1500
"""Characters of a passage that are shown, the quote in their middle."""
_CUT: Final = "[…]"
_TITLE_LEAST: Final = 20
"""Characters of a title that make it worth naming beside a quote to copy."""


def source_message(kept: Kept, n: int, article: Article | None, texts: Texts) -> Message:
    """The panel of [n]; `article` is its article as the catalogue holds it now, None where it is gone.

    Raises KeyError for a number that the answer does not have.
    """
    cited = kept.cited(n)
    if cited is None:
        raise KeyError(n)
    words = phrases(texts.language)
    panel = (
        Styled()
        .add(f"[{n}] ")
        .bold(titled(cited, words))
        .add("\n")
        .add(_byline(cited, words) + beside([cited], words))
        .add("\n\n")
    )
    stands = article is not None and cited.stands_in(article)
    if article is not None and stands:
        panel.quote(marked(article.text, Span(cited.start, cited.end), cited.passage, PASSAGE))
    else:
        panel.add(unverified(kept, article, texts))
    numbers = [one.n for one in kept.shown]
    position = "answer.source_at" if kept.claims else "answer.passage_at"
    panel.add("\n\n" + texts(position, at=numbers.index(n) + 1, count=len(numbers)))
    return first_part(panel.message(_keyboard(kept, cited, texts, stands=stands)))


def marked(text: str, quote: Span, passage: Span, room: int) -> Styled:
    """The passage with the quote in bold; of a long one what stands around the quote, `room` characters in all.

    Cut between words, and […] says where. What is shown of the quote itself is cut only where it alone is longer.
    """
    passage = Span(min(passage.start, quote.start), max(quote.end, min(passage.end, len(text))))
    before, after = text[passage.start : quote.start].lstrip(), text[quote.end : passage.end].rstrip()
    spare = max(0, room - (quote.end - quote.start))
    left = max(spare // 2, spare - len(after))
    right = max(spare - left, spare - len(before))
    if len(before) > left:
        before = f"{_CUT} {before[len(before) - left :].partition(' ')[2]}"
    if len(after) > right:
        after = after[:right].rpartition(" ")[0] + f" {_CUT}"
    return Styled().add(before).bold(clipped(text[quote.start : quote.end], room)).add(after)


def unverified(kept: Kept, article: Article | None, texts: Texts) -> str:
    """Why a passage is not shown: its article is gone, or has changed; and when it was cited."""
    why = texts("answer.gone" if article is None else "answer.changed")
    if kept.at is None:
        return why
    day = phrases(texts.language).date(kept.at.partition("T")[0])
    return f"{why} {texts('answer.cited_on' if kept.claims else 'answer.found_on', date=day)}"


def _byline(cited: Cited, words: Phrases) -> str:
    fields = (name(cited.outlet), words.date(cited.published), name(cited.author), paged([cited.page]))
    return BETWEEN.join(field for field in fields if field)


def _keyboard(kept: Kept, cited: Cited, texts: Texts, *, stands: bool) -> Keyboard:
    numbers = [one.n for one in kept.shown]
    place = numbers.index(cited.n)
    rows = []
    turning = []
    if place > 0:
        label = texts("answer.previous", label=f"[{numbers[place - 1]}]")
        turning.append(Button(label, press=press("source", kept.id, numbers[place - 1])))
    if place + 1 < len(numbers):
        label = texts("answer.next", label=f"[{numbers[place + 1]}]")
        turning.append(Button(label, press=press("source", kept.id, numbers[place + 1])))
    if turning:
        rows.append(tuple(turning))
    address = web_address(cited.url)
    if address:
        rows.append((Button(texts("answer.open"), url=address),))
    rows.append((Button(texts("answer.copy"), copy=citation(cited, phrases(texts.language), quoting=stands)),))
    return tuple(rows)


def citation(cited: Cited, words: Phrases, *, quoting: bool = True) -> str:
    """What the copy button copies: `“quote” — “title”, outlet, date, page, address`, as much as COPY_LIMIT takes.

    The quote is whole or left away; the title is shortened before the address is left away.
    """
    quote = f"{words.quoted(one_line(cited.quote))} — " if quoting else ""
    given = one_line(cited.title or "")
    title = given or one_line(cited.path)
    outlet = shortened(one_line(cited.outlet or ""), NAME)
    day = words.date(cited.published) if cited.published else ""
    known = [field for field in (outlet, day, paged([cited.page])) if field]
    address = [address] if (address := web_address(cited.url)) else []
    for head, tail in ((quote, address), (quote, []), ("", address), ("", [])):
        for length in range(min(len(title), TITLE), min(len(title), _TITLE_LEAST) - 1, -1):
            named = shortened(title, length)
            text = head + ", ".join([words.quoted(named) if given else named, *known, *tail])
            if units(text) <= COPY_LIMIT:
                return text
    return shortened(title, _TITLE_LEAST)
