"""How well copies of a story are told from other articles: precision and recall over real articles and edits of them.

    python -m benchmarks.likeness --data DIR [--articles 600] [--skip 0]

DIR/realtimeqa_2022/documents.jsonl holds {id, title, source, date, text}. Of a seeded sample each article gets one
edited copy at another outlet, and the archive of all articles and copies is grouped as an update groups it. Recall: of
a kind of edit, the copies that are in one story with their original. Precision: of the pairs with a copy in them that
are in one story, those of copies and originals of one article; where two articles of the set are in one story, pairs
with their copies are left out, and the two are counted apart, for they may be copies. "number": one figure is
changed, which must group and must not fold: the changed sentence has to stay among the passages beside the original's.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Final

from retrieval import repeated
from retrieval.copies import each_once
from retrieval.furniture import furniture
from retrieval.fusion import Fused
from retrieval.likeness import Known, Likeness
from retrieval.passages import cut
from retrieval.stories import LEAST, shingles, signature, stories
from retrieval.types import Article

SEED: Final = 7
Edit = Callable[[list[str], list[str], random.Random], list[str]]
"""(paragraphs, those of another article) -> the paragraphs of the copy."""


def _cut(share: float) -> Edit:
    return lambda own, _other, _rng: own[: max(1, round(len(own) * (1 - share)))]


def _number(own: list[str], _other: list[str], rng: random.Random) -> list[str]:
    places = [n for n, one in enumerate(own) if re.search(r"\b\d{2,}\b", one)]
    if not places:
        return own
    at = rng.choice(places)
    changed = re.sub(r"\b\d{2,}\b", lambda match: str(int(match.group()[:9]) + 7), own[at], count=1)
    return [*own[:at], changed, *own[at + 1 :]]


def _inserted(own: list[str], other: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(own) + 1)
    return [*own[:at], *other[: max(1, len(own) // 4)], *own[at:]]


def _turned(own: list[str], _other: list[str], rng: random.Random) -> list[str]:
    return rng.sample(own, len(own))


def _worded(own: list[str], _other: list[str], rng: random.Random) -> list[str]:
    """One word in forty left out."""
    return [" ".join(word for word in one.split(" ") if rng.random() > 1 / 40) for one in own]


EDITS: Final[dict[str, Edit]] = {
    "headline only": lambda own, _other, _rng: own,
    "cut by 10%": _cut(0.1),
    "cut by 30%": _cut(0.3),
    "cut by 50%": _cut(0.5),
    "a fifth added": _inserted,
    "paragraphs turned round": _turned,
    "one word in 40 gone": _worded,
    "number": _number,
}


def known(article: Article) -> Known:
    """What an update keeps of it."""
    likeness = Likeness(
        signature(article.text, article.furniture), repeated.digests(article.text, article.furniture), article.furniture
    )
    facts = (article.title, article.outlet, article.url, article.published, article.language)
    return Known(article.id, article.source, article.path, *facts, likeness)


def folds(one: Article, other: Article) -> bool:
    """Whether a passage of one with another figure takes no place of its own beside the other's."""
    both = {
        passage.id: passage
        for article in (one, other)
        for passage in cut(article, budget=200, count=lambda text: len(text.split()), limit=500, limit_count=len)
    }
    ranked = [Fused(name, 1.0, ()) for name in both]
    left = {one.id for one in each_once(ranked, both, lambda ids: {article: (1, n) for n, article in enumerate(ids)})}
    said = {
        article.id: {
            article.text[span.start : span.end]
            for passage in both.values()
            if passage.article_id == article.id
            for span in passage.sentences
        }
        for article in (one, other)
    }
    news = said[other.id] - said[one.id]
    shown = {
        both[name].text[span.start - both[name].start : span.end - both[name].start]
        for name in left
        for span in both[name].sentences
    }
    return not news <= shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--skip", type=int, default=0, help="leave out so many first: the thresholds were set on 1,600")
    args = parser.parse_args()
    path = args.data / "realtimeqa_2022" / "documents.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error.strerror}. Check --data.") from error
    rng = random.Random(SEED)
    chosen = [row for row in rng.sample(rows, len(rows)) if len(shingles(row["text"])) > 3 * LEAST]
    chosen = chosen[args.skip : args.skip + args.articles]
    originals = [
        Article(
            row["id"], "set", row["id"], row["text"], row["title"], row["source"],
            published=row["date"], language="en", furniture=furniture(row["text"]),
        )
        for row in chosen
    ]  # fmt: skip
    copies: dict[str, tuple[str, Article]] = {}
    for n, original in enumerate(originals):
        kind = list(EDITS)[n % len(EDITS)]
        other = originals[(n + 1) % len(originals)].text.split("\n\n")
        text = "\n\n".join(["Another headline", *EDITS[kind](original.text.split("\n\n")[1:], other, rng)])
        copy = Article(
            f"copy-{n}", "copies", f"{n}", text, "Another headline", "Copy News",
            published=original.published, language="en", furniture=furniture(text),
        )  # fmt: skip
        copies[original.id] = kind, copy
    everything = {article.id: article for article in [*originals, *(copy for _, copy in copies.values())]}
    began = time.perf_counter()
    facts = [known(article) for article in everything.values()]
    read = time.perf_counter()
    found = stories(facts, everything.__getitem__)
    done = time.perf_counter()
    together = {frozenset(pair) for told in found.told for pair in combinations(told, 2)}
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    folded = 0
    for original in originals:
        kind, copy = copies[original.id]
        asked[kind] += 1
        same = frozenset((original.id, copy.id)) in together
        right[kind] += same
        folded += kind == "number" and same and folds(original, copy)
    of = {copy.id: name for name, (_, copy) in copies.items()}
    mixed = [frozenset(of.get(name, name) for name in pair) for pair in together if not of.keys().isdisjoint(pair)]
    mixed = [pair for pair in mixed if pair not in together]
    wrong = [pair for pair in mixed if len(pair) > 1]
    own = sum(of.keys().isdisjoint(pair) for pair in together)
    print(f"{len(originals)} articles and a copy of each; read in {read - began:.1f} s, grouped in {done - read:.1f} s")
    for kind in EDITS:
        print(f"{kind:26} recall {right[kind] / asked[kind]:.3f} (n={asked[kind]})")
    print(f"{'all':26} recall {right.total() / asked.total():.3f} (n={asked.total()})")
    print(f"precision {(len(mixed) - len(wrong)) / max(1, len(mixed)):.3f} ({len(mixed)} pairs, {len(wrong)} wrong)")
    print(f"pairs of two articles of the set in one story: {own}; replaced: {len(found.replaced)}")
    print(f"changed figures that were folded away: {folded} of {right['number']}")


if __name__ == "__main__":
    main()
