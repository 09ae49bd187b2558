"""Drafts at random over the bundled articles, true ones and forged ones: what is shown is always what an article says.

FOOTNOTE_TEST_DRAFTS sets how many (2,000 unless set); `make test-long` draws 20,000. The support check gets the most
lenient likeness there is, so that nothing is refused for its meaning that should be refused for its words.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.evidence import pack
from bot.generating import read
from bot.locating import normalised
from bot.support.check import check
from bot.types import Claim, Evidence, Examined, Pointed, Statement
from bot.verifying import Verifier
from retrieval.analysis import number, stem, tokens
from retrieval.index import Index
from retrieval.lexicon import lexicon
from retrieval.names import fold, name_table, skeleton
from retrieval.types import LANGUAGES, Article, Hit
from tests.support.likeness import Lenient

DRAFTS = int(os.environ.get("FOOTNOTE_TEST_DRAFTS") or 2000)
SEED = 20161125


@pytest.fixture(scope="module")
def archive(bundled_home: Path) -> Iterator[tuple[list[Evidence], Callable[[str], Article]]]:
    """Every passage of the bundled articles as evidence, and the articles."""
    with closing(Index(bundled_home)) as index:
        catalogue = index.catalogue
        articles = {article.id: article for article in catalogue.articles()}
        passages = [passage for name in articles for passage in catalogue.passages_of(name)]
        hits = [Hit(passage, 1.0, rank, ("words",)) for rank, passage in enumerate(passages, 1)]
        yield list(pack(hits, articles.__getitem__, "f" * 16, len, 10**9)), articles.__getitem__


def _rare(word: str) -> bool:
    """Whether a word is no ordinary word of either language: a name, also where a sentence begins with it."""
    return not any(lexicon().knows(stem(word, language), language) for language in LANGUAGES)


def _entities(text: str) -> set[str]:
    return {label for _, _, label in name_table().find([token.surface for token in tokens(text)])}


class Forger:
    """Makes statements, and says what must not be shown of each."""

    def __init__(self, evidence: list[Evidence], seed: int) -> None:
        self.draw = random.Random(seed)
        self.evidence = evidence
        self.everything = "\n".join(one.article.text for one in evidence)
        # Without the year in which an article came out: a claim may always say it.
        years = {(one.article.published or "")[:4] for one in evidence}
        self.figures = sorted(
            {t.surface for t in tokens(self.everything) if number(t.surface) and len(t.surface) > 1} - years
        )
        capitals = {t.surface for t in tokens(self.everything) if t.surface[0].isupper() and len(t.surface) > 4}
        small = {fold(t.surface) for t in tokens(self.everything) if t.surface[0].islower()}
        self.names = sorted(name for name in capitals if fold(name) not in small and not name.isupper() and _rare(name))

    def sentence(self) -> tuple[Evidence, str]:
        """A passage and one of its sentences, of eight words or more."""
        while True:
            one = self.draw.choice(self.evidence)
            span = self.draw.choice(one.hit.passage.sentences)
            text = one.article.text[span.start : span.end]
            if len(text.split()) >= 8:
                return one, text

    def true(self) -> tuple[Statement, str]:
        """A sentence as its own claim."""
        one, text = self.sentence()
        return Statement(" ".join(text.split()), (Pointed(one.label, text),)), ""

    def cropped(self) -> tuple[Statement, str]:
        """A stretch of a sentence as quote and claim."""
        one, text = self.sentence()
        words = text.split()
        start = self.draw.randrange(len(words) - 5)
        piece = " ".join(words[start : start + self.draw.randrange(5, len(words) - start + 1)])
        return Statement(piece, (Pointed(one.label, piece),)), ""

    def restyled(self) -> tuple[Statement, str]:
        """Other quotation marks, dashes and white space than the article's."""
        one, text = self.sentence()
        table = {
            "“": '"',
            "”": '"',
            "’": "'",
            "'": "’",
            "–": "-",
            "-": "–",
            " ": self.draw.choice([" ", "\n", "\u00a0", "  "]),
        }
        return Statement(text, (Pointed(one.label, "".join(table.get(c, c) for c in text)),)), ""

    def one_character(self) -> tuple[Statement, str]:
        """One letter or figure of the quote altered, left out or put in."""
        one, text = self.sentence()
        places = [at for at, c in enumerate(text) if c.isalnum()]
        at = self.draw.choice(places)
        other = self.draw.choice([c for c in "abcdefghijklmnopqrstuvwxyz0123456789" if c != text[at].lower()])
        forged = self.draw.choice(
            [text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:]]
        )
        return Statement(forged, (Pointed(one.label, forged),)), "quote"

    def look_alike(self) -> tuple[Statement, str]:
        """A letter of another script in place of one that looks like it."""
        one, text = self.sentence()
        pairs = dict(zip("aeopcxyABEHKMOPCTX", "аеорсхуАВЕНКМОРСТХ", strict=True))
        places = [at for at, c in enumerate(text) if c in pairs]
        at = self.draw.choice(places)
        forged = text[:at] + pairs[text[at]] + text[at + 1 :]
        return Statement(forged, (Pointed(one.label, forged),)), "quote"

    def stitched(self) -> tuple[Statement, str]:
        """The beginning of one sentence and the end of another as one quote."""
        (one, first), (_, second) = self.sentence(), self.sentence()
        forged = " ".join([*first.split()[:5], *second.split()[-5:]])
        return Statement(forged, (Pointed(one.label, forged),)), "" if forged in self.everything else "quote"

    def ellipsis(self) -> tuple[Statement, str]:
        """A quote that leaves words out."""
        one, text = self.sentence()
        words = text.split()
        mark = self.draw.choice(["…", "...", "[…]", "(...)"])
        forged = " ".join([*words[:3], mark, *words[-3:]])
        return Statement(text, (Pointed(one.label, forged),)), "quote"

    def swapped_label(self) -> tuple[Statement, str]:
        """A true quote with another passage's label, or one that does not exist."""
        _, text = self.sentence()
        label = self.draw.choice([*(one.label for one in self.evidence), "aaaaa", "1", ""])
        return Statement(text, (Pointed(label, text),)), ""

    def other_number(self) -> tuple[Statement, str]:
        """One number of a true claim replaced by another one."""
        while True:
            one, text = self.sentence()
            found = [t for t in tokens(text) if t.surface[0].isdigit()]
            if found:
                break
        held = {number(t.surface) for t in tokens(text)}
        chosen = self.draw.choice(found)
        other = self.draw.choice(
            [figure for figure in self.figures if number(figure) not in held and figure[0].isdigit()]
        )
        claim = text[: chosen.start] + other + text[chosen.end :]
        return Statement(" ".join(claim.split()), (Pointed(one.label, text),)), "claim"

    def other_name(self) -> tuple[Statement, str]:
        """One name of a true claim replaced by another one."""
        while True:
            one, text = self.sentence()
            found = [t for t in tokens(text) if t.surface in self.names]
            if found:
                break
        held = {fold(t.surface)[:4] for t in tokens(text)}
        bones = {skeleton(t.surface) for t in tokens(text)}
        entities = _entities(text)
        chosen = self.draw.choice(found)
        # Another name that the sentence does not hold in another spelling, or as its people's: Hifter, American.
        others = [name for name in self.names if fold(name)[:4] not in held and skeleton(name) not in bones]
        other = self.draw.choice([name for name in others if not _entities(name) & entities])
        claim = text[: chosen.start] + other + text[chosen.end :]
        return Statement(" ".join(claim.split()), (Pointed(one.label, text),)), "claim"

    def unseen(self) -> tuple[Statement, str]:
        """A number of two figures where the article has them apart: a character nobody sees between them."""
        statement, _ = self.other_number()
        figure = next(t for t in tokens(statement.text) if t.surface[0].isdigit())
        at = figure.start + 1
        hidden = self.draw.choice(["\u200b", "\u2060", "\u200d", "\u034f", "\u00ad"])
        return Statement(statement.text[:at] + hidden + statement.text[at:], statement.quotes), "claim"

    def other_script(self) -> tuple[Statement, str]:
        """A name or a figure written in letters of another kind, small ones too."""
        one, text = self.sentence()
        name = self.draw.choice(["中川", "محمد", "Ｐｕｔｉｎ", "ⓙⓞⓝ ⓥⓐⓛⓔ", "ᴊᴏɴ", "٤٠", "－40", "Путин"])
        words = text.split()
        words[self.draw.randrange(1, len(words))] = name
        return Statement(" ".join(words), (Pointed(one.label, text),)), "claim"

    def everything_forged(self) -> tuple[Statement, str]:
        """Claim and quote altered alike."""
        statement, _ = self.other_number() if self.draw.random() < 0.5 else self.other_name()
        return Statement(statement.text, (Pointed(statement.quotes[0].label, statement.text),)), "quote"

    KINDS = (
        true, cropped, restyled, one_character, look_alike, stitched, ellipsis, swapped_label, other_number, other_name,
        unseen, other_script, everything_forged,
    )  # fmt: skip


def as_reply(statement: Statement) -> dict[str, object]:
    """The reply of a model that drafts this statement alone."""
    quotes = [{"passage": one.label, "quote": one.words} for one in statement.quotes]
    return {"answers": True, "claims": [{"text": statement.text, "quotes": quotes}]}


def _holds(claim: Claim | None, statement: Statement, forged: str, text: str) -> str | None:
    """What is wrong with a claim that is shown; None when nothing is."""
    if claim is None:
        return None
    if forged:
        return f"shown though its {forged} is forged"
    said = [normalised(pointed.words).text.strip(" '.,;:") for pointed in statement.quotes]
    for citation in claim.citations:
        if citation.quote != citation.article.text[citation.start : citation.end]:
            return "a quote that is not its article's"
        shown = normalised(citation.quote).text
        if not any(words in shown for words in said):
            return "a quote that nobody gave"
    return None if normalised(claim.text).text == normalised(text).text else "another text"


def test_of_drafts_at_random_nothing_forged_is_shown_and_every_quote_is_its_articles(
    archive: tuple[list[Evidence], Callable[[str], Article]], capsys: pytest.CaptureFixture[str]
) -> None:
    evidence, article = archive
    forger = Forger(evidence, SEED)
    supported = partial(check, likeness=Lenient())
    drawn: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    wrong: list[tuple[str, str, Statement]] = []
    for _ in range(DRAFTS):
        kind = forger.draw.choice(Forger.KINDS)
        statement, forged = kind(forger)
        named = next((one for one in evidence if one.label == statement.quotes[0].label), evidence[0])
        verifier = Verifier(evidence, article, named.article.language, supported)
        (read_again,) = read(as_reply(statement)).statements
        claim, examined = verifier.verify(read_again)
        assert isinstance(examined, Examined)
        drawn[kind.__name__] += 1
        shown[kind.__name__] += claim is not None
        fault = _holds(claim, statement, forged, statement.text)
        if fault is not None:
            wrong.append((kind.__name__, fault, statement))
    with capsys.disabled():
        print("\n" + ", ".join(f"{kind} {shown[kind]}/{count}" for kind, count in sorted(drawn.items())))
    assert wrong == []
    # A check that refuses everything would pass too.
    assert shown["true"] > 0.8 * drawn["true"] and shown["restyled"] > 0.8 * drawn["restyled"]


def test_a_name_within_a_quote_is_found_by_the_forger(archive: tuple[list[Evidence], Callable[[str], Article]]) -> None:
    forger = Forger(archive[0], SEED)
    assert {"Haftar", "Benghazi", "Kadhafi"} <= set(forger.names)
    assert any(re.fullmatch(r"5,000", figure) for figure in forger.figures)
