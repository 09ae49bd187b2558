"""Real values for the doors to show: invented articles, answers over them, and an assistant that holds both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.narrowing import described
from bot.progress import Checking, Reading, Searching, Tell, Verified, silent
from bot.render.phrases import phrases
from bot.types import (
    Abstained,
    Answered,
    Archive,
    Candidate,
    Citation,
    Claim,
    Decision,
    Drafting,
    Outcome,
    Question,
    Reason,
    Trace,
)
from retrieval.errors import UnknownArticle
from retrieval.types import Article, Filter, Hit, Passage, Span

HARBOUR = Article(
    id="a1b2c3d4e5f6",
    source="news",
    path="harbour.txt",
    text=(
        "The harbour of Port Elsin\n\nThe new pier opened on Monday.\n\nMayor Ilse Brandt said that “it took\n\n"
        "eleven years” to build. Fishing boats may use it from May."
    ),
    title="The harbour of Port Elsin",
    outlet="Elsin Courier",
    author="Jon Vale",
    published="2019-05-01",
    language="en",
    url="https://courier.example/harbour",
)
FERRY = Article(
    id="0f9e8d7c6b5a",
    source="news",
    path="2019/ferry.txt",
    text="Le bac de Port Elsin ne circule plus. La compagnie parle d'une panne. Le maire attend des excuses.",
    language="fr",
)
BUILT = "Mayor Ilse Brandt said that “it took\n\neleven years” to build."
ARCHIVE = Archive(articles=2, newest="2019-05-01", fingerprint="0123456789abcdef")
SURE = Decision(0.9, 0.5, (("reader", 1.5), ("lacking_names", -0.4)))


def cite(article: Article, quote: str, n: int = 1) -> Citation:
    """A citation of these words, in a passage that is the whole article."""
    start = article.text.index(quote)
    return Citation(n, article, start, start + len(quote), Span(0, len(article.text)))


def hit(article: Article, rank: int = 1, score: float = 0.5) -> Hit:
    """The whole article as a passage that was found."""
    passage = Passage(f"p-{article.id}", article.id, 0, len(article.text), article.language, article.text, ())
    return Hit(passage, score, rank, ("words", "vectors"))


def answered(
    *citations: Citation, question: str = "How long did it take?", language: str = "en", notices: tuple[str, ...] = ()
) -> Answered:
    """An answer of quotes."""
    candidates = tuple(
        Candidate(c.article, Span(c.start, c.end), c.passage, 0.9, {"overlap": 1.0}, "chosen") for c in citations
    )
    return Answered(
        question=Question(question),
        id="q-1",
        language=language,
        mode="quotes",
        archive=ARCHIVE,
        notices=notices,
        timings_ms={"total": 12.3456},
        trace=Trace(
            hits=(hit(HARBOUR), hit(FERRY, 2, 0.25)),
            candidates=candidates,
            decision=SURE,
        ),
        claims=tuple(Claim(citation.quote, (citation,)) for citation in citations),
    )


def declined(
    *nearest: Citation,
    question: str = "How long did it take?",
    language: str = "en",
    reason: Reason = "not_in_evidence",
    missing: tuple[str, ...] = (),
) -> Abstained:
    """A refusal."""
    return Abstained(
        question=Question(question),
        id="q-2",
        language=language,
        mode="quotes",
        archive=ARCHIVE,
        trace=Trace(missing=missing),
        reason=reason,
        nearest=nearest,
    )


def written(tell: Tell, question: str) -> Answered:
    """An answer in two claims, told as a model's draft comes in."""
    tell(Searching())
    tell(Reading(2))
    claims = []
    for n, quote in enumerate(("The new pier opened on Monday.", BUILT), 1):
        tell(Checking(n))
        claims.append(Claim(f"Claim number {n}.", (cite(HARBOUR, quote, n),)))
        tell(Verified(claims[-1]))
    trace = Trace(drafting=Drafting("some-model", "0123456789ab"))
    return replace(
        answered(*claims[0].citations, question=question), claims=tuple(claims), mode="generated", trace=trace
    )


class MemoryAssistant:
    """Knows two things in each language, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def answer(self, question: Question, tell: Tell = silent) -> Outcome:
        """An answer about the pier, a French one about the bac, a written one for "model", else a refusal; "interrupt"
        presses Ctrl-C.
        """
        self.asked.append(question)
        return replace(self._answer(question, tell), id=f"q-{len(self.asked)}")

    def _answer(self, question: Question, tell: Tell) -> Outcome:
        language = question.language or ("fr" if "bac" in question.text else "en")
        if "model" in question.text:
            return written(tell, question.text)
        if "pier" in question.text:
            quotes = (cite(HARBOUR, "The new pier opened on Monday."), cite(HARBOUR, BUILT, 2))
            return answered(*quotes, question=question.text, language=language)
        if "bac" in question.text:
            return answered(cite(FERRY, "La compagnie parle d'une panne."), question=question.text, language=language)
        if "interrupt" in question.text:
            raise KeyboardInterrupt
        return declined(
            cite(HARBOUR, "Fishing boats may use it from May."),
            question=question.text,
            language=language,
            missing=("submarines",),
        )

    def settled(self, wanted: Filter) -> Filter:
        """The same filter: it knows no other names."""
        return wanted

    def told(self, wanted: Filter, language: str) -> list[str]:
        """Its parts alone."""
        return [described(wanted, phrases(language))]

    def search(self, question: str, k: int, language: str | None = None, wanted: Filter | None = None) -> list[Hit]:
        """Both articles, whatever is asked."""
        assert question
        assert language is None
        assert not wanted
        return [hit(HARBOUR), hit(FERRY, 2, 0.25)][:k]

    def article(self, article_id: str) -> Article:
        """One of the two."""
        for article in (HARBOUR, FERRY):
            if article.id == article_id:
                return article
        raise UnknownArticle(f"There is no article {article_id}.")

    def replaced(self) -> dict[str, str]:
        return {}

    def articles(self) -> Sequence[Article]:
        """Both."""
        return (HARBOUR, FERRY)

    def close(self) -> None:
        """Nothing to let go of."""
