"""A kept answer -> the messages that bring it to a chat, with the buttons that open what it rests on.

The answer and all that belongs to it is in its own language, whatever the person's is; the buttons are in the person's.
Shows no word that was not verified when the answer was kept. Sends nothing, and counts no votes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from bot.render.kept import Kept
from bot.render.phrases import Phrases, phrases
from bot.render.telegram.message import Button, Keyboard, Message
from bot.render.telegram.origins import source_lines
from bot.render.telegram.presses import press
from bot.render.telegram.splitting import split
from bot.render.telegram.styled import Styled, plain, shortened
from bot.render.text import one_line
from bot.telegram import texts as catalogues
from bot.telegram.texts import Texts

PARTS: Final = 3
"""Messages of one answer that are sent at once; a button brings the next ones."""
SUGGESTED: Final = 2
"""Questions that are offered in place of an answer."""

_ROW: Final = 8
"""Buttons that Telegram shows beside each other."""
_NUMBERED: Final = 24
"""Numbers that have a button of their own; the next button of a source's panel reaches the others."""
_LABEL: Final = 60
"""Characters of a question on a button: phones show fewer, and the text above shows all."""
_QUESTION: Final = 300
_REASONS: Final = ("wrong", "unsourced", "incomplete", "outdated")

Vote = Literal["up", "down"]


def answer_messages(
    kept: Kept, texts: Texts, *, voted: Vote | None = None, first: int = 0, most: int = PARTS
) -> list[Message]:
    """The messages of an answer from part `first` on, `most` at most; none where it has no such part.

    The last of them has the buttons. `texts`: in the person's language; `voted`: what they have pressed already.
    """
    parts = split(_body(kept))
    page = parts[first : first + most]
    if page:
        more = first + most if first + most < len(parts) else None
        page[-1] = Message(page[-1].text, page[-1].entities, answer_keyboard(kept, texts, voted=voted, more=more))
    return page


def answer_keyboard(
    kept: Kept, texts: Texts, *, voted: Vote | None = None, more: int | None = None, reasons: bool = False
) -> Keyboard:
    """The buttons under an answer. `more`: the part that comes next, where not all was sent.

    `reasons`: with those for which an answer is not helpful.
    """
    rows: list[tuple[Button, ...]] = []
    if more is not None:
        rows.append((Button(texts("answer.continue"), press=press("continue", kept.id, more)),))
    rows += number_rows(kept, (cited.n for cited in kept.shown))
    for place, question in enumerate(kept.suggested[:SUGGESTED]):
        rows.append((Button(shortened(one_line(question), _LABEL), press=press("suggested", kept.id, place)),))
    why = Button(texts("answer.why"), press=press("why", kept.id))
    evidence = Button(texts("answer.evidence"), press=press("evidence", kept.id, 0))
    rows.append((evidence, why) if kept.claims else (why,))
    rows.append((_vote(kept, texts, "up", voted), _vote(kept, texts, "down", voted)))
    if reasons:
        given = [Button(texts(f"answer.reason.{one}"), press=press("reason", kept.id, one)) for one in _REASONS]
        rows += [tuple(given[:2]), tuple(given[2:])]
    return tuple(rows)


def number_rows(kept: Kept, numbers: Iterable[int]) -> list[tuple[Button, ...]]:
    """Buttons [1] [2] … that open the passages, in rows of about the same length."""
    buttons = [Button(f"[{n}]", press=press("source", kept.id, n)) for n in numbers][:_NUMBERED]
    rows = -(-len(buttons) // _ROW)
    return [tuple(buttons[row * len(buttons) // rows : (row + 1) * len(buttons) // rows]) for row in range(rows)]


def _vote(kept: Kept, texts: Texts, vote: Vote, voted: Vote | None) -> Button:
    label = texts(f"answer.{vote}")
    label = texts("answer.voted", label=label) if vote == voted else label
    return Button(label, press=press("vote", kept.id, vote))


def _body(kept: Kept) -> Message:
    words = phrases(kept.language)
    paragraphs = list(_claims(kept, words)) if kept.claims else [Styled().add(plain(kept.answer))]
    paragraphs += [Styled().italic(words.note.format(text=plain(notice))) for notice in kept.notices]
    if kept.shown:
        heading = words.sources if kept.claims else words.closest
        paragraphs.append(Styled().bold(heading).add("\n").quote(*source_lines(kept, words), folded=True))
    if kept.suggested:
        offered = (Styled().add(f"• {shortened(plain(one), _QUESTION)}") for one in kept.suggested[:SUGGESTED])
        ask = catalogues.texts(kept.language)("answer.ask")
        paragraphs.append(Styled().bold(ask).add("\n").join(*offered))
    return Styled().join(*paragraphs, between="\n\n").message()


def _claims(kept: Kept, words: Phrases) -> Iterator[Styled]:
    """Each quote, or each statement, with its numbers; they open the article where it has an address."""
    if kept.mode == "quotes":
        for cited in kept.citations:
            yield Styled().add(words.quoted(one_line(cited.quote)) + " ").link(f"[{cited.n}]", cited.url)
        return
    by_number = {cited.n: cited for cited in kept.citations}
    for claim in kept.claims:
        yield (
            Styled()
            .add(plain(claim.text) + " ")
            .join(*(Styled().link(f"[{n}]", by_number[n].url) for n in claim.citations), between="")
        )
