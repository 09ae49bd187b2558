"""Whatever articles, questions and answers hold, every message is one that Telegram takes, and every quote verbatim."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.kept import Kept
from bot.render.telegram.answer import answer_messages
from bot.render.telegram.evidence import evidence_message
from bot.render.telegram.lists import archive_messages, sources_message
from bot.render.telegram.message import Message
from bot.render.telegram.source import source_message
from bot.render.telegram.styled import TAPPED
from bot.render.telegram.why import why_message
from bot.render.text import visible
from bot.telegram.texts import texts
from bot.types import Citation, Claim, Outcome, Question
from retrieval.types import Article, Span
from tests.bot.render.chat import checked, keep, stretch
from tests.support.outcomes import answered, declined, hit

WORDS = st.lists(
    st.sampled_from(
        ["word", "Un mot.", "\n", "\n\n", " ", " ", "😀", "👩‍👩‍👧", "e\u0301", "שלום", "\u202e", "\x07", "@all",
         "/stop", "[1]", "<b>", "*x*", "https://evil.example/", "“", "»", "\u00a0", "\u2028", "\r\n", "\ufeff",
         "x" * 300]
    ),
    max_size=40,
).map("".join)  # fmt: skip
NAMES = st.none() | WORDS
SEEN = WORDS.map(lambda text: f"Said{text}.")


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of anything."""
    return Article(
        id=f"{draw(st.integers(0, 3)):012x}",
        source="news",
        path=draw(SEEN),
        text=draw(st.lists(SEEN, min_size=1, max_size=8).map(" ".join)),
        title=draw(NAMES),
        outlet=draw(NAMES),
        author=draw(NAMES),
        published=draw(st.sampled_from([None, "2019", "2019-05", "2019-05-01"])),
        url=draw(st.none() | st.sampled_from(["https://courier.example/a", "http://localhost/", "javascript:x"])),
    )


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Outcome, dict[str, Article]]:
    """An answer or a refusal, and the articles it is of."""
    by_id = {article.id: article for article in draw(st.lists(articles(), min_size=1, max_size=3))}
    citations = []
    for n in range(1, draw(st.integers(1, 24)) + 1):
        article = draw(st.sampled_from(sorted(by_id.values(), key=lambda one: one.id)))
        start = article.text.index("Said", draw(st.integers(0, article.text.rindex("Said"))))
        end = draw(st.integers(start + 4, len(article.text)))
        citations.append(Citation(n, article, start, end, Span(0, len(article.text))))
    question = draw(SEEN)
    if draw(st.booleans()):
        refusal = declined(*citations[:3], question=question, language=draw(st.sampled_from(["en", "fr"])))
        return replace(refusal, trace=replace(refusal.trace, missing=tuple(draw(st.lists(SEEN, max_size=3))))), by_id
    answer = answered(*citations, question=question, notices=tuple(draw(st.lists(SEEN, max_size=2))))
    if draw(st.booleans()):
        claims = tuple(Claim(draw(SEEN), (citation,)) for citation in citations)
        answer = replace(answer, mode="generated", claims=claims)
    hits = tuple(hit(article, rank) for rank, article in enumerate(by_id.values(), start=1))
    return replace(answer, question=Question(question), trace=replace(answer.trace, hits=hits)), by_id


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(outcomes(), st.lists(SEEN, max_size=2), st.sampled_from(["en", "fr"]))
def test_every_view_of_any_answer_can_be_sent(
    made: tuple[Outcome, dict[str, Article]], suggested: list[str], language: str
) -> None:
    outcome, by_id = made
    kept, words = keep(outcome, *suggested), texts(language)
    parts = answer_messages(kept, words)
    assert 1 <= len(parts) <= 3
    for message in [*parts, *archive_messages(by_id.values(), words)]:
        checked(message)
    checked(sources_message(kept, words))
    checked(why_message(kept, words, by_id.get))
    for at in range(len(kept.claims)):
        checked(evidence_message(kept, at, by_id.get, words))
    for cited in kept.shown:
        checked(source_message(kept, cited.n, None, words))
        panel = checked(source_message(kept, cited.n, by_id[cited.article], words))
        _marks_the_quote(kept, cited.n, panel)


def _marks_the_quote(kept: Kept, n: int, panel: Message) -> None:
    """In bold, but for addresses in it, which are set as code."""
    cited = kept.cited(n)
    assert cited is not None
    [block] = [entity for entity in panel.entities if entity.style == "blockquote"]
    bold = [one for one in panel.entities if one.style == "bold" and one.offset >= block.offset]
    marked = "".join(stretch(panel.text, one.offset, one.length) for one in bold)
    quote = TAPPED.sub("", visible(cited.quote))
    if len(cited.quote) <= 1500:
        assert "".join(marked.split()) == "".join(quote.split())  # white space between two codes is not bold
    else:
        assert quote.startswith(marked.removesuffix(" […]"))
