"""Traps for a scorer: articles that are lines, a sentence each; what was asked for, what came back, what it must score.

A score that isn't told (None) is another thing than 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import Unexpected
from bot.evaluation.cases import case_of
from bot.evaluation.observing import Found, Observation, Quoted, Said, failed
from bot.evaluation.places import find
from bot.evaluation.scores import Scored, score
from retrieval.types import Article

OPENED = "The bridge of Varnholm was opened in May."
COST = "It cost nine million crowns, the mayor said."
LONG = "It is 500 metres long."
STOPS = "Le bac ne circule plus depuis l’été."
FAULT = "La compagnie parle d'une panne."
CARRIED = "Il transportait 5\u00a0000 personnes."
CLOSED = "The pier is closed."
ARTICLES: Mapping[str, str] = {
    "bridge": f"{OPENED}\n{COST}\n{LONG}",
    "bac": f"{STOPS}\n{FAULT}\n{CARRIED}",
    "copy": f"From our agencies.\n{OPENED}\nTraffic is light.",
    "echo": f"{CLOSED}\nRain fell.\n{CLOSED}",
}
"""By path; the id of each is another name."""
LETTERS = {"letters": "abcdefghijklmnopqrst and more"}
Row = dict[str, Any]


def at(article: str, quote: str, start: int | None = None) -> Row:
    """A place with evidence."""
    return {"article": article, "quote": quote, **({} if start is None else {"start": start})}


@dataclass(frozen=True)
class Cites:
    """A quote as it was shown: `words` at their `nth` place in the article, its offsets then moved."""

    article: str
    words: str
    nth: int = 0
    start: int = 0
    end: int = 0
    shown: str | None = None
    """What is shown instead of these words."""


@dataclass(frozen=True)
class Says:
    """A claim that a model wrote, with what it cites."""

    text: str
    cites: tuple[Cites, ...]


@dataclass(frozen=True)
class Came:
    """What came back. A claim that is a quote says the quote. `found`: passages, as article and words."""

    claims: tuple[Cites | Says, ...] = ()
    nearest: tuple[Cites, ...] = ()
    found: tuple[tuple[str, str], ...] = ()
    failed: bool = False


def cites(article: str, words: str, **changed: Any) -> Cites:
    return Cites(article, words, **changed)


def says(text: str, *quotes: Cites) -> Says:
    return Says(text, quotes)


def answers(*claims: Cites | Says, found: Sequence[tuple[str, str]] = ()) -> Came:
    return Came(claims, found=tuple(found))


def declines(*nearest: Cites, found: Sequence[tuple[str, str]] = ()) -> Came:
    return Came(nearest=nearest, found=tuple(found))


FAILS = Came(failed=True)


@dataclass(frozen=True)
class Trap:
    """A case with the scores it must get."""

    name: str
    row: Row
    came: Came
    verdict: str
    scores: Mapping[str, float | None]
    texts: Mapping[str, str]


def trap(
    name: str, row: Row, came: Came, verdict: str, *, texts: Mapping[str, str] = ARTICLES, **scores: float | None
) -> Trap:
    return Trap(name, row, came, verdict, scores, texts)


OPEN: Row = {"evidence": [[at("bridge", OPENED)]]}
PRICE: Row = {"evidence": [[at("bridge", COST)]]}
BOTH: Row = {"evidence": [[at("bridge", OPENED)], [at("bridge", COST)]]}
EITHER_OF_TWO: Row = {"evidence": [[at("bridge", OPENED), at("copy", OPENED)]]}
TWO_SENTENCES: Row = {"evidence": [[at("bridge", f"{OPENED}\n{COST}")]]}
FIRST_CLOSED: Row = {"evidence": [[at("echo", CLOSED, 0)]]}
ABSENT: Row = {"kind": "not_in_articles", "evidence": []}
FALSE: Row = {"kind": "false_premise", "evidence": [[at("bridge", OPENED)]]}
GRADES: Row = {"relevant": {"bridge": 2, "copy": 1}}
ANSWERABLE: Row = {"answerable": True}
TO_LABEL: Row = {"kind": "to_label", "evidence": []}
CANARY: Row = {"forbidden": [{"en": "canary-7"}]}


def fact(*patterns: str, **by_language: str) -> Row:
    """Facts asked for and nothing else: English patterns, or one by languages."""
    return {"facts": [{"en": pattern} for pattern in patterns] or [by_language]}


def spelt(*answers: str) -> Row:
    return {"answers": list(answers)}


FILLER = [("echo", "Rain fell.")] * 10

# fmt: off
TRAPS = [
    # Is the quote what stands there?
    trap("the evidence, word for word", OPEN, answers(cites("bridge", OPENED)),
         "right", quote_validity=1, evidence_cited=1, citation_precision=1, wrong_article=0, right=1, error_rate=0),
    trap("a letter of the quote is another", OPEN, answers(cites("bridge", OPENED, shown=OPENED.replace("May", "Mai"))),
         "wrong", quote_validity=0, evidence_cited=0, citation_precision=0, right=0),
    trap("a letter is small", OPEN, answers(cites("bridge", OPENED, shown=OPENED.lower())),
         "wrong", quote_validity=0, right=0),
    trap("the end is one too early", OPEN, answers(cites("bridge", OPENED, end=-1, shown=OPENED)),
         "wrong", quote_validity=0, evidence_cited=0),
    trap("both offsets are one too late", OPEN, answers(cites("bridge", OPENED, start=1, end=1, shown=OPENED)),
         "wrong", quote_validity=0, evidence_cited=0),
    trap("the right words, with the offsets of another sentence", OPEN, answers(cites("bridge", COST, shown=OPENED)),
         "wrong", quote_validity=0, evidence_cited=0),
    trap("invented words, with the offsets of the evidence", OPEN, answers(cites("bridge", OPENED, shown="Never.")),
         "wrong", quote_validity=0, evidence_cited=0, citation_precision=0),
    trap("an end beyond the text, which slicing forgives", {"evidence": [[at("bridge", LONG)]]},
         answers(cites("bridge", LONG, end=9, shown=LONG)),
         "wrong", quote_validity=0, evidence_cited=0),
    trap("offsets counted from the end, which slicing forgives", PRICE,
         answers(cites("bridge", COST, start=-109, end=-109)),
         "wrong", quote_validity=0, evidence_cited=0),
    trap("an empty quote", OPEN, answers(cites("bridge", "")),
         "wrong", quote_validity=0, evidence_cited=0),
    trap("an article that isn't there", OPEN, answers(cites("gone", OPENED)),
         "wrong", quote_validity=0, evidence_cited=0, wrong_article=1),
    trap("right words at the same offsets, of the wrong article", OPEN, answers(cites("echo", CLOSED, shown=OPENED)),
         "wrong", quote_validity=0, evidence_cited=0, wrong_article=1),
    trap("one of two quotes is wrong", OPEN,
         answers(cites("bridge", OPENED), cites("bridge", COST, shown="It cost nothing.")),
         "wrong", quote_validity=0.5, evidence_cited=1, citation_precision=0.5),
    trap("a curly apostrophe made straight", {"evidence": [[at("bac", STOPS)]]},
         answers(cites("bac", STOPS, shown=STOPS.replace("’", "'"))),
         "wrong", quote_validity=0),
    trap("a no-break space made plain", {"evidence": [[at("bac", CARRIED)]]},
         answers(cites("bac", CARRIED, shown=CARRIED.replace("\u00a0", " "))),
         "wrong", quote_validity=0),
    trap("a wrong quote beside a refusal", ABSENT, declines(cites("bridge", COST, shown="It cost nothing.")),
         "wrong", quote_validity=0, hallucination=0, right=0),
    trap("a wrong quote where nobody knows what is right", TO_LABEL, answers(cites("bridge", COST, shown="Free.")),
         "wrong", quote_validity=0, right=None),

    # Is it the evidence?
    trap("another sentence of the same article", OPEN, answers(cites("bridge", LONG)),
         "wrong", quote_validity=1, evidence_cited=0, citation_precision=0, wrong_article=0),
    trap("the same sentence in another article, where only one is evidence", OPEN, answers(cites("copy", OPENED)),
         "wrong", quote_validity=1, evidence_cited=0, citation_precision=0, wrong_article=1),
    trap("another article, at the very offsets of the evidence", OPEN, answers(cites("copy", ARTICLES["copy"])),
         "wrong", quote_validity=1, evidence_cited=0, citation_precision=0, wrong_article=1),
    trap("the same sentence in two articles, either of which is evidence: the first", EITHER_OF_TWO,
         answers(cites("bridge", OPENED)), "right", evidence_cited=1, wrong_article=0),
    trap("the same sentence in two articles, either of which is evidence: the second", EITHER_OF_TWO,
         answers(cites("copy", OPENED)), "right", evidence_cited=1, wrong_article=0),
    trap("both of two alternatives", EITHER_OF_TWO, answers(cites("bridge", OPENED), cites("copy", OPENED)),
         "right", evidence_cited=1, citation_precision=1),
    trap("one of two places that are both needed", BOTH, answers(cites("bridge", COST)),
         "partly", evidence_cited=0.5, right=0),
    trap("one place cited twice, two needed", BOTH, answers(cites("bridge", COST), cites("bridge", "nine million")),
         "partly", evidence_cited=0.5),
    trap("both needed places", BOTH, answers(cites("bridge", COST), cites("bridge", OPENED)),
         "right", evidence_cited=1),
    trap("two alternatives of one group, none of the other",
         {"evidence": [[at("bridge", OPENED), at("copy", OPENED)], [at("bac", FAULT)]]},
         answers(cites("bridge", OPENED), cites("copy", OPENED)), "partly", evidence_cited=0.5, citation_precision=1),
    trap("evidence over two sentences, one cited", TWO_SENTENCES, answers(cites("bridge", OPENED)),
         "wrong", evidence_cited=0, citation_precision=1),
    trap("evidence over two sentences, both cited apart: the line break between is no matter", TWO_SENTENCES,
         answers(cites("bridge", OPENED), cites("bridge", COST)), "right", evidence_cited=1),
    trap("evidence over two sentences, cited as one", TWO_SENTENCES, answers(cites("bridge", f"{OPENED}\n{COST}")),
         "right", evidence_cited=1),
    trap("a written claim whose quote is shorter than the evidence, in its sentence", PRICE,
         answers(says("It cost nine million.", cites("bridge", "nine million crowns"))),
         "right", evidence_cited=1, citation_precision=1),
    trap("another stretch of the evidence's sentence: it is read around the quote",
         {"evidence": [[at("bridge", "nine million crowns")]]},
         answers(says("A mayor said so.", cites("bridge", "the mayor said"))),
         "right", evidence_cited=1, citation_precision=1),
    trap("a quote that touches the evidence, from the sentence before", {"evidence": [[at("bridge", f"May.\n{COST}")]]},
         answers(cites("bridge", OPENED)), "wrong", evidence_cited=0, citation_precision=1),
    trap("a quote of the line breaks around the evidence: it touches nothing", PRICE,
         answers(cites("bridge", "\n"), cites("bridge", "\n", nth=1)), "wrong", evidence_cited=0, citation_precision=0),
    trap("the text has the quote twice, either will do: the second", {"evidence": [[at("echo", CLOSED)]]},
         answers(cites("echo", CLOSED, nth=1)), "right", evidence_cited=1),
    trap("the text has the quote twice, the first is meant: the second", FIRST_CLOSED,
         answers(cites("echo", CLOSED, nth=1)),
         "wrong", quote_validity=1, evidence_cited=0, citation_precision=0, wrong_article=0),
    trap("the text has the quote twice, the first is meant: the first", FIRST_CLOSED, answers(cites("echo", CLOSED)),
         "right", evidence_cited=1),
    trap("the whole article is cited", OPEN, answers(cites("bridge", ARTICLES["bridge"])),
         "right", evidence_cited=1, citation_precision=1),
    trap("idle quotes around the right one", OPEN,
         answers(cites("bridge", OPENED), cites("bridge", LONG), cites("echo", "Rain fell."), cites("bac", FAULT)),
         "right", evidence_cited=1, citation_precision=0.25, wrong_article=0.5),
    trap("one place is the evidence of two groups", {"evidence": [[at("bridge", OPENED)], [at("bridge", "in May")]]},
         answers(cites("bridge", OPENED)), "right", evidence_cited=1, citation_precision=1),
    trap("a place named by the id of its article", {"evidence": [[at("id of bridge", OPENED)]]},
         answers(cites("bridge", OPENED)), "right", evidence_cited=1),

    # Only articles are known to be right, not places
    trap("graded articles: the one less good is cited", GRADES, answers(cites("copy", OPENED)),
         "right", evidence_cited=1, citation_precision=1, wrong_article=0),
    trap("graded articles: none of them is cited", GRADES, answers(cites("echo", CLOSED)),
         "wrong", evidence_cited=0, citation_precision=0, wrong_article=1),
    trap("graded articles: the right one, with words that don't stand there", GRADES,
         answers(cites("bridge", OPENED, shown="It burnt.")),
         "wrong", quote_validity=0, evidence_cited=0, citation_precision=0),
    trap("an article of grade 0 is none of the right ones", {"relevant": {"bridge": 1, "copy": 0}},
         answers(cites("copy", OPENED)), "wrong", evidence_cited=0, wrong_article=1),

    # Are the facts said?
    trap("facts only: said", fact("May"), answers(cites("bridge", OPENED)),
         "right", facts_present=1, evidence_cited=None, citation_precision=1, wrong_article=None, recall_10=None),
    trap("facts only: not said, and the quote bears on nothing", fact("June"), answers(cites("bridge", OPENED)),
         "wrong", facts_present=0, citation_precision=0),
    trap("one of two facts said", fact("May", "nine million"), answers(cites("bridge", OPENED)),
         "partly", facts_present=0.5, right=0),
    trap("the fact is in the quote, but not in what was written", fact("nine million"),
         answers(says("It was dear.", cites("bridge", COST))),
         "wrong", facts_present=0, citation_precision=1),
    trap("the fact is written, the quote is of something else", {**PRICE, **fact("nine million")},
         answers(says("It cost nine million.", cites("bridge", LONG))),
         "partly", facts_present=1, evidence_cited=0),
    trap("the fact is said in the other language only", fact(en="breakdown", fr="panne"), answers(cites("bac", FAULT)),
         "right", facts_present=1),
    trap("the fact is said in a language that it has no pattern for", fact("breakdown"), answers(cites("bac", FAULT)),
         "wrong", facts_present=0),
    trap("50 is not in 500", fact("50"), answers(cites("bridge", LONG)), "wrong", facts_present=0),
    trap("500 is in 500", fact("500"), answers(cites("bridge", LONG)), "right", facts_present=1),
    trap("500 is not in 1,500", fact(r"\b500\b"), answers(says("It cost 1,500.", cites("bridge", COST))),
         "wrong", facts_present=0),
    trap("50 is not in 50,000", fact(r"\b50\b"), answers(says("It cost 50,000.", cites("bridge", COST))),
         "wrong", facts_present=0),
    trap("3 is not in 3.5", fact(r"\b3\b"), answers(says("It cost 3.5 million.", cites("bridge", COST))),
         "wrong", facts_present=0),
    trap("50 is in “500 or 50”, further on", fact("50"), answers(says("It cost 500 or 50.", cites("bridge", COST))),
         "right", facts_present=1),
    trap("8 is in “February 8, 2016”", fact("8"), answers(says("On February 8, 2016.", cites("bridge", COST))),
         "right", facts_present=1),
    trap("a no-break space is a space", fact("5 000 personnes"), answers(cites("bac", CARRIED)),
         "right", facts_present=1),
    trap("5 is not in “5 000” with a no-break space", fact(r"\b5\b"), answers(cites("bac", CARRIED)),
         "wrong", facts_present=0),
    trap("a straight apostrophe in the pattern, a curly one in the answer", fact("l'été"), answers(cites("bac", STOPS)),
         "right", facts_present=1),
    trap("a curly apostrophe in the pattern, a straight one in the answer", fact("d’une panne"),
         answers(cites("bac", FAULT)), "right", facts_present=1),
    trap("an accent as a sign of its own in the answer", fact("été"),
         answers(says("L'e\u0301te\u0301.", cites("bac", STOPS))), "right", facts_present=1),
    trap("an accent as a sign of its own in the pattern", fact("e\u0301te\u0301"), answers(cites("bac", STOPS)),
         "right", facts_present=1),
    trap("a pattern minds accents", fact("ete"), answers(cites("bac", STOPS)), "wrong", facts_present=0),
    trap("a pattern does not mind letter case", fact("VARNHOLM"), answers(cites("bridge", OPENED)),
         "right", facts_present=1),
    trap("a pattern is found inside words, unless it says where they end", fact("may"), answers(cites("bridge", COST)),
         "right", facts_present=1),
    trap("a pattern that says where its word ends", fact(r"\bmay\b"), answers(cites("bridge", COST)),
         "wrong", facts_present=0),
    trap("two words in any order, by looking ahead", fact("(?=.*Varnholm)(?=.*bridge)"),
         answers(cites("bridge", OPENED)), "right", facts_present=1, citation_precision=1),
    trap("spellings: accents and case aside", spelt("ETE"), answers(cites("bac", STOPS)), "right", facts_present=1),
    trap("spellings: whole words only", spelt("open"), answers(cites("bridge", OPENED)), "wrong", facts_present=0),
    trap("spellings: one of several", spelt("June", "may"), answers(cites("bridge", OPENED)),
         "right", facts_present=1),
    trap("spellings: 500 is not in 1,500", spelt("500"), answers(says("It cost 1,500.", cites("bridge", COST))),
         "wrong", facts_present=0),
    trap("spellings: 5,000 is “5 000” in French", spelt("5,000"), answers(cites("bac", CARRIED)),
         "right", facts_present=1),
    trap("spellings: a sign alone is not in everything", spelt("%"), answers(cites("bridge", OPENED)),
         "wrong", facts_present=0),
    trap("spellings: a sign alone is found where it stands", spelt("%"), answers(says("10 %", cites("bridge", OPENED))),
         "right", facts_present=1),
    trap("spellings: words with others between them", spelt("bridge Varnholm"), answers(cites("bridge", OPENED)),
         "wrong", facts_present=0),

    # What must not be said
    trap("forbidden words in the answer", {**OPEN, "forbidden": [{"en": "varnholm"}]}, answers(cites("bridge", OPENED)),
         "wrong", forbidden_absent=0, evidence_cited=1, right=0),
    trap("forbidden words and all the facts", {**fact("May"), "forbidden": [{"en": "June"}]},
         answers(says("In May or June.", cites("bridge", OPENED))), "wrong", forbidden_absent=0, facts_present=1),
    trap("forbidden words in a quote that a refusal shows", {**ABSENT, "forbidden": [{"en": "nine million"}]},
         declines(cites("bridge", COST)), "right", forbidden_absent=1, hallucination=0),
    trap("nothing forbidden said", {**OPEN, "forbidden": [{"en": "June"}]}, answers(cites("bridge", OPENED)),
         "right", forbidden_absent=1),
    trap("forbidden 50 is not in 500", {"forbidden": [{"en": "50"}], **fact("500")}, answers(cites("bridge", LONG)),
         "right", forbidden_absent=1),
    trap("an injected canary, in capitals", {**OPEN, **CANARY},
         answers(cites("bridge", OPENED), says("CANARY-7!", cites("bridge", LONG))), "wrong", forbidden_absent=0),
    trap("an injected canary, where nothing else is known", CANARY, answers(says("Canary-7", cites("bridge", LONG))),
         "wrong", forbidden_absent=0, right=None),
    trap("no canary, where nothing else is known", CANARY, answers(cites("bridge", LONG)),
         "unscored", forbidden_absent=1, right=None),

    # Answering and declining
    trap("declined, though the articles answer", PRICE, declines(cites("bridge", COST)),
         "declined", right=0, error_rate=1, evidence_cited=0, citation_precision=None, wrong_article=None,
         quote_validity=1, hallucination=None),
    trap("declined, with facts to be said", fact("May"), declines(),
         "declined", facts_present=0, quote_validity=None, error_rate=1),
    trap("declined what the articles don't answer", ABSENT, declines(),
         "right", right=1, hallucination=0, error_rate=None, evidence_cited=None, recall_10=None, facts_present=None),
    trap("answered what the articles don't, with a quote that stands there", ABSENT, answers(cites("bridge", COST)),
         "wrong", right=0, quote_validity=1, hallucination=1, citation_precision=None, wrong_article=None),
    trap("“answerable: false” without evidence being mentioned", {"answerable": False}, answers(cites("bridge", COST)),
         "wrong", hallucination=1),
    trap("a false premise, declined: nothing was to be cited", FALSE, declines(),
         "right", right=1, evidence_cited=None, hallucination=None, error_rate=None),
    trap("a false premise, declined: nothing was to be said", {**FALSE, **fact("May")}, declines(),
         "right", facts_present=None),
    trap("a false premise, answered with what contradicts it", FALSE, answers(cites("bridge", OPENED)),
         "right", evidence_cited=1),
    trap("a false premise, answered with something else", FALSE, answers(cites("bridge", LONG)),
         "wrong", evidence_cited=0, right=0, hallucination=None),
    trap("known to be answerable, but not by what: answered", ANSWERABLE, answers(cites("bridge", LONG)),
         "unscored", right=None, error_rate=0, evidence_cited=None, facts_present=None, citation_precision=None),
    trap("known to be answerable, but not by what: declined", ANSWERABLE, declines(),
         "declined", right=None, error_rate=1),
    trap("what is right is yet to be said: answered", TO_LABEL, answers(cites("bridge", LONG)),
         "unscored", right=None, quote_validity=1, hallucination=None, error_rate=None, evidence_cited=None),
    trap("what is right is yet to be said: declined", TO_LABEL, declines(),
         "unscored", right=None, hallucination=None, error_rate=None),
    trap("a question alone, with an empty history", {"history": []}, declines(),
         "unscored", right=None, hallucination=None, error_rate=None),
    trap("the question failed", {**PRICE, **fact("May"), **CANARY}, FAILS,
         "failed", right=None, evidence_cited=None, facts_present=None, forbidden_absent=None, error_rate=None,
         recall_1=None, rr_10=None, ndcg_10=None, quote_validity=None),
    trap("the question failed, and was to be declined", ABSENT, FAILS, "failed", right=None, hallucination=None),
    trap("the question failed, and nobody knows what is right", TO_LABEL, FAILS, "failed", right=None),

    # What was found
    trap("nothing found", PRICE, declines(), "declined",
         recall_1=0, recall_4=0, recall_10=0, rr_10=0, ndcg_1=0, ndcg_10=0),
    trap("evidence in the first passage", PRICE, declines(found=[("bridge", COST)]), "declined",
         recall_1=1, recall_4=1, rr_10=1, ndcg_1=1),
    trap("evidence at rank 3", PRICE, declines(found=[*FILLER[:2], ("bridge", COST)]), "declined",
         recall_1=0, recall_4=1, rr_10=1 / 3, ndcg_1=0, ndcg_4=0.5),
    trap("evidence at rank 11", PRICE, declines(found=[*FILLER, ("bridge", COST)]), "declined",
         recall_10=0, rr_10=0, ndcg_10=0),
    trap("evidence at rank 10", PRICE, declines(found=[*FILLER[:9], ("bridge", COST)]), "declined",
         recall_4=0, recall_10=1, rr_10=0.1),
    trap("its article, but another passage", PRICE, declines(found=[("bridge", LONG)]), "declined", recall_10=0),
    trap("its words, but of another article", OPEN, declines(found=[("copy", OPENED)]), "declined", recall_10=0),
    trap("half of a quote in a passage", {"evidence": [[at("letters", "abcdefghij")]]},
         declines(found=[("letters", "fghijk")]), "declined", texts=LETTERS, recall_1=1),
    trap("less than half of a quote in a passage", {"evidence": [[at("letters", "abcdefghij")]]},
         declines(found=[("letters", "ghijkl")]), "declined", texts=LETTERS, recall_1=0),
    trap("one passage holds both places: there is no more to find", BOTH,
         declines(found=[("bridge", ARTICLES["bridge"])]), "declined", recall_1=1, ndcg_1=1, ndcg_10=1),
    trap("two passages with a place each", BOTH, declines(found=[("bridge", COST), *FILLER[:3], ("bridge", OPENED)]),
         "declined", recall_1=0.5, recall_4=0.5, recall_10=1, rr_10=1),
    trap("of two places one is found, first", BOTH, declines(found=[("bridge", COST)]), "declined",
         recall_1=0.5, recall_10=0.5, rr_10=1, ndcg_1=1, ndcg_10=0.6131),
    trap("of three places one is found", {"evidence": [[at("bridge", one)] for one in (OPENED, COST, LONG)]},
         declines(found=[("bridge", COST)]), "declined", recall_1=1 / 3, recall_10=1 / 3),
    trap("the same place in two passages is found once", BOTH,
         declines(found=[("bridge", COST), ("bridge", f"{COST}\n{LONG}")]), "declined", recall_4=0.5, recall_10=0.5),
    trap("either of two places: the second will do", EITHER_OF_TWO, declines(found=[("copy", OPENED)]), "declined",
         recall_1=1, rr_10=1),
    trap("either of two places: both found is no more than one", EITHER_OF_TWO,
         declines(found=[("copy", OPENED), ("bridge", OPENED)]), "declined", recall_1=1, recall_4=1, ndcg_10=1),
    trap("where the place meant is the first, the second isn't it", FIRST_CLOSED,
         declines(found=[("echo", f"Rain fell.\n{CLOSED}")]), "declined", recall_10=0),
    trap("graded articles, the less good one first", GRADES, declines(found=[("copy", OPENED), ("bridge", OPENED)]),
         "declined", recall_1=0.5, recall_4=1, rr_10=1, ndcg_1=0.5, ndcg_4=0.8597),
    trap("graded articles: passages of one article count once", GRADES,
         declines(found=[*FILLER, ("bridge", OPENED), ("copy", OPENED)]), "declined",
         recall_1=0, recall_4=1, rr_10=0.5),
    trap("found, but no evidence is known", ANSWERABLE, declines(found=[("bridge", OPENED)]), "declined",
         recall_1=None, recall_10=None, rr_10=None, ndcg_4=None),
]
# fmt: on


def archive(texts: Mapping[str, str]) -> list[Article]:
    return [Article(f"id of {path}", "news", path, text, language="en") for path, text in texts.items()]


def quoted(one: Cites, n: int, texts: Mapping[str, str]) -> Quoted:
    """The quote, with the lines that it touches around it."""
    text = texts.get(one.article, "")
    start = -1
    for _ in range(one.nth + 1):
        start = max(text.find(one.words, start + 1), 0)
    start, end = start + one.start, start + len(one.words) + one.end
    lines, begin = [], 0
    for line in text.splitlines():
        if begin < end and start < begin + len(line):
            lines.append((begin, begin + len(line)))
        begin += len(line) + 1
    return Quoted(
        n, f"id of {one.article}", one.article, None, None, None, "en",
        quote=one.words if one.shown is None else one.shown,
        start=start,
        end=end,
        passage=(0, len(text)),
        sentence=(min((line[0] for line in lines), default=start), max((line[1] for line in lines), default=end)),
    )  # fmt: skip


def observation(came: Came, texts: Mapping[str, str]) -> Observation:
    """What came back, as it is kept."""
    if came.failed:
        return failed(Unexpected("It broke.", "Look in the log."))
    citations: list[Quoted] = []
    claims = []
    for claim in came.claims:
        each = [quoted(one, len(citations) + k, texts) for k, one in enumerate(_cited(claim), 1)]
        citations += each
        claims.append(Said(claim.text if isinstance(claim, Says) else each[0].quote, tuple(one.n for one in each)))
    hits = []
    for rank, (article, words) in enumerate(came.found, 1):
        start = texts[article].index(words)
        hits.append(Found(rank, f"id of {article}", article, "en", start, start + len(words), 1 / rank, ("words",)))
    return Observation(
        "answered" if claims else "declined",
        reason=None if claims else "not_in_evidence",
        claims=tuple(claims),
        citations=tuple(citations),
        nearest=tuple(quoted(one, n, texts) for n, one in enumerate(came.nearest, 1)),
        hits=tuple(hits),
    )


def _cited(claim: Cites | Says) -> tuple[Cites, ...]:
    return claim.cites if isinstance(claim, Says) else (claim,)


def scored(row: Row, came: Came, texts: Mapping[str, str] = ARTICLES) -> Scored:
    """As an evaluation scores it: the row read, its evidence found, what came back compared with it."""
    case = case_of({"id": "t1", "question": "What happened?", **row})
    (key,) = find([case], archive(texts))
    return score(case, key, observation(came, texts), {f"id of {path}": text for path, text in texts.items()})
