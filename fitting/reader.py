"""Fit the reader and write bot/reader.npz.

    python -m fitting.reader --data DIR [--rounds 9000] [--start bot/reader.npz]

Needs torch (2.13) beside Footnote's own requirements. DIR holds `squad2_en` and `piaf_fr` (see `reader_material.py`).
A round is one question with a sentence that answers it and some that don't, those first that the embedder takes for
nearest. Questions come from the material written here and from the public sets; the share of the former grows.
The seed fixes what is shown in which order and where the fitting starts. About 6 questions a second on one core.
"""

# torch is no requirement of Footnote's, so types are checked without it.
# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-calls

from __future__ import annotations

import argparse
import itertools
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from bot.reader import CHANGES, lay_out
from fitting.reader_material import PUBLIC, Asked, Set, Span, newsroom, public, written
from fitting.reader_model import Batch, Pair, ReaderModel, batch
from retrieval.e5 import E5, QUERY_PREFIX, load_e5
from retrieval.e5_tokens import Tokenizer
from retrieval.e5_weights import Weights, find_weights

ROUNDS_AT_ONCE = 8
LEARNING_RATE = 1e-3
LAST_SHARE = 0.15
"""The learning rate falls in a line to this share of the first."""
WARMING = 40
"""Steps until the learning rate is reached."""
LEFT_OUT = 0.4
"""How often the title, and how often the sentence before, is left out: the reader must do without either."""
SWITCHED = 0.25
"""Share of public questions in which words are put into the other language, word by word, as the public sets hold no
question that crosses languages (Qin et al., CoSDA-ML, 2020)."""
SWITCHED_WORDS = 0.6


class Material:
    """A set with vectors of its sentences and questions, to find near misses."""

    def __init__(self, known: Set, embedder: E5) -> None:
        self.known = known
        self.own = known.name not in PUBLIC
        self.sentences = embedder.embed_passages([one.text[:1500] for one in known.sentences])
        self.questions = np.stack([embedder.embed_query(one.question) for one in known.asked])

    def nearest(self, number: int, places: Sequence[int]) -> list[int]:
        """Sentences in the order of their similarity with a question."""
        likeness = self.sentences[list(places)] @ self.questions[number]
        return [places[place] for place in np.argsort(-likeness, kind="stable")]


class Maker:
    """Makes pairs of token ids, and chooses what a question is shown with."""

    def __init__(self, weights: Weights, tokenizer: Tokenizer, draw: random.Random) -> None:
        self._weights, self._draw = weights, draw
        self._ids = lru_cache(50_000)(tokenizer.ids)
        self._starts = lru_cache(50_000)(tokenizer.ids_and_starts)
        self._words = {language: _lexicon(language) for language in ("en", "fr")}

    def round(self, material: Material, number: int) -> list[Pair]:
        """The pairs of one question: an answering sentence (if any) first, then near misses."""
        known, draw = material.known, self._draw
        asked = known.asked[number]
        question = asked.question
        if not material.own and draw.random() < SWITCHED:
            question = self._switched(question, asked.language)
        pairs = []
        if asked.answers:
            place = draw.choice(list(asked.answers))
            pairs.append(self.pair(known, question, place, asked.answers[place], True))
        wrong = [place for place in asked.about if place not in asked.answers]
        near = material.nearest(number, wrong)[: 5 if material.own else 3]
        count = (2 if material.own else 1) + (not asked.answers)
        chosen = draw.sample(near, min(count, len(near)))
        if draw.random() < (0.3 if material.own else 0.12):
            chosen += self._elsewhere(material, number, asked)
        return pairs + [self.pair(known, question, place, (0, 0), False) for place in chosen]

    def pair(self, known: Set, question: str, place: int, answer: Span | None, label: bool) -> Pair:
        """One pair, its title and the sentence before left out at random."""
        one, draw = known.sentences[place], self._draw
        title = one.title if one.title and draw.random() > LEFT_OUT else ""
        previous = one.previous if one.previous and draw.random() > LEFT_OUT else ""
        sentence, starts = self._starts(one.text)
        asked = self._ids(QUERY_PREFIX) + self._ids(question)
        ids, start, end = lay_out(self._weights, asked, sentence, self._ids(title), self._ids(previous))
        marked = None if answer is None else [answer[0] <= begin < answer[1] for begin in starts[: end - start]]
        return Pair(ids, start, end, label, marked)

    def _elsewhere(self, material: Material, number: int, asked: Asked) -> list[int]:
        """The likest of a sample of sentences of other titles."""
        known = material.known
        titles = {known.sentences[place].title for place in asked.about}
        sample = self._draw.sample(range(len(known.sentences)), min(400, len(known.sentences)))
        other = [place for place in sample if known.sentences[place].title not in titles]
        return material.nearest(number, other)[:1] if other else []

    def _switched(self, question: str, language: str) -> str:
        words = self._words[language]

        def other(found: re.Match[str]) -> str:
            known = words.get(found[0].lower())
            return self._draw.choice(known) if known and self._draw.random() < SWITCHED_WORDS else found[0]

        return re.sub(r"[\w-]+", other, question)


def _lexicon(language: str) -> dict[str, list[str]]:
    """Headwords of Footnote's lexicon with their two most usual translations."""
    path = Path(__file__).parent.parent / "retrieval" / "lexicon" / f"{language}.tsv"
    words = {}
    for line in path.read_text("utf-8").splitlines():
        headword, tab, translations = line.partition("\t")
        if tab and not line.startswith("#"):
            words[headword.lower()] = translations.split("|")[:2]
    return words


def plan(
    sets: Sequence[Material], rounds: int, own: tuple[float, float], draw: random.Random
) -> Iterator[tuple[Material, int]]:
    """Which question comes when: our own with a share from own[0] to own[1]; a pool is used up, then filled again."""
    pools: dict[bool | str, list[tuple[Material, int]]] = {}

    def next_of(key: bool | str) -> tuple[Material, int]:
        if not pools.get(key):
            chosen = [one for one in sets if (one.own if key is True else one.known.name == key)]
            pools[key] = [(one, number) for one in chosen for number in range(len(one.known.asked))]
            draw.shuffle(pools[key])
        return pools[key].pop()

    for done in range(rounds):
        share = own[0] + (own[1] - own[0]) * done / rounds
        yield next_of(True if draw.random() < share else draw.choice(PUBLIC))


def loss(scores: torch.Tensor, tokens: torch.Tensor, given: Batch, sizes: Sequence[int]) -> torch.Tensor:
    """Is each pair right; which tokens are the answer; does the answering sentence of a question come first?"""
    total = functional.binary_cross_entropy_with_logits(scores, given.labels)
    if given.known.any():
        there = given.sentence[given.known].float()
        each = functional.binary_cross_entropy_with_logits(
            tokens[given.known], given.answer[given.known], reduction="none", pos_weight=torch.tensor(3.0)
        )
        total = total + 0.5 * (each * there).sum() / there.sum()
    first, orders = 0, []
    for size in sizes:
        if size > 1 and given.labels[first] == 1:
            orders.append(-functional.log_softmax(scores[first : first + size], 0)[0])
        first += size
    return total + 0.5 * torch.stack(orders).mean() if orders else total


def batches(planned: Iterator[tuple[Material, int]], maker: Maker, draw: random.Random) -> Iterator[list[list[Pair]]]:
    """Rounds of about the same length together, so that little is padded."""
    while True:
        drawn = itertools.islice(planned, 8 * ROUNDS_AT_ONCE)
        many = [made for material, number in drawn if (made := maker.round(material, number))]
        if not many:
            return
        many.sort(key=lambda made: max(len(pair.ids) for pair in made))
        together = [many[at : at + ROUNDS_AT_ONCE] for at in range(0, len(many), ROUNDS_AT_ONCE)]
        draw.shuffle(together)
        yield from together


def fit(
    model: ReaderModel, weights: Weights, coming: Iterator[list[list[Pair]]], rounds: int, out: Path, rate: float
) -> None:
    """Go through the rounds once, saving on the way."""
    fitted = [one for one in model.parameters() if one.requires_grad]
    head = {id(one) for one in (*model.pair.parameters(), *model.token.parameters())}
    optimiser = torch.optim.AdamW(
        [
            {"params": [one for one in fitted if id(one) not in head], "lr": rate},
            {"params": [one for one in fitted if id(one) in head], "lr": 2 * rate},
        ],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )
    rates = [group["lr"] for group in optimiser.param_groups]
    begun, done, losses = time.monotonic(), 0, []
    for step, together in enumerate(coming, 1):
        given = batch([pair for made in together for pair in made], weights)
        scores, tokens = model(given)
        wrong = loss(scores, tokens, given, [len(made) for made in together])
        share = min(1.0, step / WARMING) * (1 - (1 - LAST_SHARE) * min(1.0, done / rounds))
        for group, first in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = first * share
        optimiser.zero_grad()
        wrong.backward()
        torch.nn.utils.clip_grad_norm_(fitted, 1.0)
        optimiser.step()
        done += len(together)
        losses.append(wrong.item())
        if step % 50 == 0:
            print(f"{done} rounds, {time.monotonic() - begun:.0f} s, loss {np.mean(losses[-50:]):.3f}", flush=True)
        if step % 200 == 0:
            model.save(out)
    model.save(out)


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description="Fit the reader and write bot/reader.npz.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public question sets")
    parser.add_argument("--models", type=Path, default=Path(tempfile.gettempdir()) / "footnote-models")
    parser.add_argument("--rounds", type=int, default=9000)
    parser.add_argument(
        "--own", type=float, nargs=2, default=(0.3, 0.6), help="share of our own material, first and last"
    )
    parser.add_argument("--rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--start", type=Path, help="go on from this file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "bot" / CHANGES)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    draw = random.Random(given.seed)
    embedder = load_e5(given.models)
    weights = Weights(find_weights())
    sets = [newsroom(measured=False), *written(), *(public(given.data, name, held=False) for name in PUBLIC)]
    materials = [Material(one, embedder) for one in sets]
    model = ReaderModel(weights)
    if given.start:
        model.restore(given.start)
    tokenizer = Tokenizer(given.models / "pieces.marisa", given.models / "pieces.table", weights)
    maker = Maker(weights, tokenizer, draw)
    planned = plan(materials, given.rounds, tuple(given.own), draw)
    fit(model, weights, batches(planned, maker, draw), given.rounds, given.out, given.rate)


if __name__ == "__main__":
    main()
