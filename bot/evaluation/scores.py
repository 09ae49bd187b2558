"""How good one answer is: each score with what it was made from and why, or why there is none. Pure.

A score is a value from 0 to 1; None means that the question says nothing about it, which differs from wrong. What is
cited is compared by place, not by words: a quote counts as evidence where it covers it, white space aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.evaluation.cases import Case, Fact
from bot.evaluation.measures import ndcg, recall, reciprocal_rank
from bot.evaluation.observing import Found, Observation, Quoted
from bot.evaluation.places import Key, Spot
from retrieval.types import Span

Verdict = Literal["right", "partly", "wrong", "declined", "failed", "unscored"]
"""declined: though the articles answer. Where they don't, to decline is right."""

CUTS: Final = (1, 4, 10)
_HELD: Final = 0.5
"""The share of a quote's characters that a passage must hold to count as one that holds it."""


@dataclass(frozen=True, slots=True)
class Score:
    """From 0 to 1, or None where it can't be scored; `why` is a sentence, `extracted` what it was made from."""

    value: float | None
    why: str
    extracted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """All scores of one answer by name.

    `cited`: for each spot of the key whether the quotes cover it. `valid`, `bears`: for each citation, in order;
    `bears` is None where it can't be told; `nearest_valid`: for each quote shown beside a refusal. `relevant`: for each
    passage found. `facts`, `forbidden`: the words that say each, or None.
    """

    verdict: Verdict
    why: str
    scores: Mapping[str, Score]
    cited: tuple[tuple[bool, ...], ...]
    valid: tuple[bool, ...]
    nearest_valid: tuple[bool, ...]
    bears: tuple[bool | None, ...]
    relevant: tuple[bool, ...]
    facts: tuple[str | None, ...]
    forbidden: tuple[str | None, ...]


def score(case: Case, key: Key, seen: Observation, texts: Mapping[str, str]) -> Scored:
    """The scores of what came back for a question.

    `texts`: by article id the text as it stands in its file, which quotes are checked against once more.
    """
    said = " ".join(claim.text for claim in seen.claims)
    valid = tuple(_is_valid(one, texts) for one in seen.citations)
    held = [one for one, ok in zip(seen.citations, valid, strict=True) if ok]
    cited = tuple(tuple(_covers(held, spot, texts) for spot in group) for group in key.groups)
    facts, forbidden = (tuple(fact.find(said) for fact in wanted) for wanted in (case.facts, case.forbidden))
    bears = tuple(
        None if (each := _bears(one, case, key)) is None else ok and each
        for one, ok in zip(seen.citations, valid, strict=True)
    )
    scores = {
        **_retrieval(key, seen.hits),
        "quote_validity": _quote_validity(seen, texts),
        "evidence_cited": _evidence_cited(case, key, seen, held, cited),
        "citation_precision": _precision(seen, bears),
        "wrong_article": _wrong_article(key, seen),
        "facts_present": _facts_present(case, seen, facts),
        "forbidden_absent": _forbidden_absent(case, forbidden),
        "hallucination": _hallucination(case, seen),
        "error_rate": _error_rate(case, seen),
    }
    if seen.status == "failed":
        lost = Score(None, "The question failed.")
        scores = dict.fromkeys(scores, lost)
    verdict, why = _verdict(case, seen, scores)
    scores = {"right": _right(case, key, verdict, why), **scores}
    relevant = tuple(
        any(_holds(hit, spot) for group in key.groups for spot in group)
        or (not key.groups and hit.article in key.articles)
        for hit in seen.hits
    )
    nearest_valid = tuple(_is_valid(one, texts) for one in seen.nearest)
    return Scored(verdict, why, scores, cited, valid, nearest_valid, bears, relevant, facts, forbidden)


# What is found


def _retrieval(key: Key, hits: Sequence[Found]) -> dict[str, Score]:
    names = [f"{name}_{k}" for name in ("recall", "ndcg") for k in CUTS] + ["rr_10"]
    if not key.groups and not key.relevant:
        return dict.fromkeys(names, Score(None, "No evidence is known."))
    ranking, relevant = _passages(key.groups, hits) if key.groups else _articles(key, hits)
    at = [str(rank) for rank, one in enumerate(ranking, 1) if one in relevant]
    why = f"Of {len(relevant)} wanted, at rank {', '.join(at)}." if at else "What is wanted was not found."
    values = {f"{name}_{k}": measure(ranking, relevant, k) for name, measure in _MEASURES for k in CUTS}
    values["rr_10"] = reciprocal_rank(ranking, relevant, 10)
    return {name: Score(values[name], why) for name in names}


_MEASURES: Final = (("recall", recall), ("ndcg", ndcg))


def _passages(groups: Sequence[Sequence[Spot]], hits: Sequence[Found]) -> tuple[list[str], dict[str, float]]:
    """The passages found, and those wanted: for each group the first that holds one of its places.

    A passage that holds places of two groups is wanted once; a group that no passage holds wants one that isn't there.
    """
    ranking = [str(hit.rank) for hit in hits]
    wanted = [
        next((str(hit.rank) for hit in hits if any(_holds(hit, spot) for spot in group)), f"missing {n}")
        for n, group in enumerate(groups)
    ]
    return ranking, dict.fromkeys(wanted, 1.0)


def _articles(key: Key, hits: Sequence[Found]) -> tuple[list[str], dict[str, float]]:
    """The articles of the passages found, each once, and those wanted."""
    return list(dict.fromkeys(hit.article for hit in hits)), dict(key.relevant)


def _holds(hit: Found, spot: Spot) -> bool:
    """Whether a passage holds half of a place or more."""
    return hit.article == spot.article and any(
        min(hit.end, span.end) - max(hit.start, span.start) >= _HELD * (span.end - span.start) for span in spot.spans
    )


# What is cited


def _is_valid(one: Quoted, texts: Mapping[str, str]) -> bool:
    """Whether the quote stands at its offsets. Its length is compared too: slices forgive an end beyond the text."""
    held = 0 <= one.start < one.end == one.start + len(one.quote)
    return held and texts.get(one.article, "")[one.start : one.end] == one.quote


def _quote_validity(seen: Observation, texts: Mapping[str, str]) -> Score:
    shown = (*seen.citations, *seen.nearest)
    if not shown:
        return Score(None, "No quote was shown.")
    wrong = tuple(one.quote for one in shown if not _is_valid(one, texts))
    why = f"{len(wrong)} of {len(shown)} quotes" if wrong else f"All {len(shown)} quotes"
    return Score(1 - len(wrong) / len(shown), f"{why} {'do not ' if wrong else ''}stand there word for word.", wrong)


def _covers(citations: Sequence[Quoted], spot: Spot, texts: Mapping[str, str]) -> bool:
    """Whether the sentences cited hold all characters of the place that are no white space."""
    spans = [one.sentence for one in citations if one.article == spot.article]
    return any(_covered(span, spans, texts.get(spot.article, "")) for span in spot.spans)


def _covered(span: Span, by: Sequence[tuple[int, int]], text: str) -> bool:
    return all(
        any(start <= at < end for start, end in by)
        for at in range(span.start, span.end)
        if not text[at : at + 1].isspace()
    )


def _evidence_cited(
    case: Case, key: Key, seen: Observation, held: Sequence[Quoted], cited: Sequence[Sequence[bool]]
) -> Score:
    if not key.articles:
        return Score(None, "No evidence is known.")
    if case.expects == "either" and seen.status == "declined":
        return Score(None, "To decline is right too.")
    if key.groups:
        found = [any(group) for group in cited]
        missed = tuple(
            " or ".join(f"“{spot.quote}”" for spot in group)
            for group, ok in zip(key.groups, found, strict=True)
            if not ok
        )
        return Score(sum(found) / len(found), f"{sum(found)} of {len(found)} needed places cited.", missed)
    right = sorted({one.path for one in held if one.article in key.articles})
    why = f"Cited of the right articles: {', '.join(right)}." if right else "None of the right articles is cited."
    return Score(float(bool(right)), why, tuple(right))


def _bears(one: Quoted, case: Case, key: Key) -> bool | None:
    """Whether it bears on the question: its sentences touch evidence; or it is of a right article; or says a fact."""
    if key.groups:
        start, end = one.sentence
        return any(
            one.article == spot.article and span.start < end and start < span.end
            for group in key.groups
            for spot in group
            for span in spot.spans
        )
    if key.relevant:
        return one.article in key.articles
    return any(fact.find(one.quote) is not None for fact in case.facts) if case.facts else None


def _precision(seen: Observation, bears: Sequence[bool | None]) -> Score:
    known = [each for each in bears if each is not None]
    if not known:
        return Score(None, "Nothing was cited." if not bears else "What bears on the question is not known.")
    idle = tuple(f"[{one.n}]" for one, each in zip(seen.citations, bears, strict=True) if each is False)
    return Score(sum(known) / len(known), f"{sum(known)} of {len(known)} citations bear on the question.", idle)


def _wrong_article(key: Key, seen: Observation) -> Score:
    if not key.articles or not seen.citations:
        return Score(None, "Nothing was cited." if key.articles else "The right articles are not known.")
    wrong = [one.path for one in seen.citations if one.article not in key.articles]
    why = f"{len(wrong)} of {len(seen.citations)} citations are of an article without evidence."
    return Score(len(wrong) / len(seen.citations), why, tuple(dict.fromkeys(wrong)))


# What is said


def _facts_present(case: Case, seen: Observation, facts: Sequence[str | None]) -> Score:
    if not case.facts:
        return Score(None, "No fact is asked for.")
    if case.expects == "either" and seen.status == "declined":
        return Score(None, "To decline is right too.")
    missing = tuple(_pattern(fact) for fact, words in zip(case.facts, facts, strict=True) if words is None)
    said = len(facts) - len(missing)
    return Score(said / len(facts), f"{said} of {len(facts)} facts said.", missing)


def _forbidden_absent(case: Case, forbidden: Sequence[str | None]) -> Score:
    if not case.forbidden:
        return Score(None, "Nothing is forbidden.")
    words = tuple(each for each in forbidden if each is not None)
    why = f"Says what it must not: {', '.join(words)}." if words else "Nothing forbidden is said."
    return Score(float(not words), why, words)


def _pattern(fact: Fact) -> str:
    return " / ".join(dict.fromkeys(fact.shown.values()))


# Answering and declining, as NoMIRACL counts (Thakur et al., 2024)


def _hallucination(case: Case, seen: Observation) -> Score:
    """1 where something is answered that the articles don't answer."""
    if case.expects != "decline":
        return Score(None, "The articles answer it, or nobody knows.")
    answered = seen.status == "answered"
    return Score(float(answered), "Answered, though the articles don't say." if answered else "Rightly declined.")


def _error_rate(case: Case, seen: Observation) -> Score:
    """1 where something is declined that the articles answer."""
    if case.expects != "answer":
        return Score(None, "The articles need not answer it.")
    declined = seen.status == "declined"
    return Score(float(declined), f"Declined ({seen.reason})." if declined else "Answered.")


def _right(case: Case, key: Key, verdict: Verdict, why: str) -> Score:
    """None also where an answer could not be judged: to count only what is declined there would tilt the mean."""
    told = case.expects == "decline" or (case.expects != "unknown" and bool(key.articles or case.facts))
    if verdict in ("unscored", "failed"):
        return Score(None, why)
    return Score(float(verdict == "right"), why) if told else Score(None, "What answer would be right is not known.")


def _verdict(case: Case, seen: Observation, scores: Mapping[str, Score]) -> tuple[Verdict, str]:
    if seen.status == "failed":
        return "failed", f"It failed: {seen.error[1] if seen.error else 'for no known reason'}"
    if scores["quote_validity"].value not in (None, 1.0):
        return "wrong", scores["quote_validity"].why
    if scores["forbidden_absent"].value == 0.0:
        return "wrong", scores["forbidden_absent"].why
    if case.expects == "unknown":
        return "unscored", "What is right is not known yet."
    if seen.status == "declined":
        if case.expects == "answer":
            return "declined", "Declined, though the articles answer it."
        return "right", "Rightly declined."
    if case.expects == "decline":
        return "wrong", "Answered, though the articles don't say."
    known = [scores[name] for name in ("evidence_cited", "facts_present") if scores[name].value is not None]
    if not known:
        return "unscored", "Neither evidence nor facts are known."
    why = " ".join(each.why for each in known)
    if all(each.value == 1.0 for each in known):
        return "right", why
    return ("wrong" if all(each.value == 0.0 for each in known) else "partly"), why
