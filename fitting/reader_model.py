"""The reader in torch, to be fitted: the frozen encoder, a low-rank change to its upper layers, a head over its states.

The same computation as the graph of `bot/reader.py`, with many pairs at once and in bfloat16, which processors with
matrix instructions multiply ten times as fast as float32.
"""

# torch is no requirement of Footnote's, so types are checked without it.
# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-calls

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.e5_weights import Weights, unpack

RANK = 16
"""Of the change to a matrix: 0.9 million numbers in all, 1.8 MB in float16."""
FIRST_LAYER = 4
"""Layers below stay as they are: they find words, which the task doesn't change, and cost no backward pass."""
SCALE = 2.0
"""Of the change, as usual for such adapters (twice the rank over the rank)."""
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
HALF = torch.bfloat16


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence as token ids; the sentence stands at `start` to `end`. `answer`: for each token of the
    sentence whether it belongs to the answer, None when that isn't known."""

    ids: list[int]
    start: int
    end: int
    label: bool
    answer: list[bool] | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs side by side: embedded tokens (n, tokens, width); masks and answer tokens (n, tokens); labels (n,)."""

    embedded: Tensor
    there: Tensor
    sentence: Tensor
    answer: Tensor
    known: Tensor
    labels: Tensor


def batch(pairs: Sequence[Pair], weights: Weights) -> Batch:
    """Pad pairs to the longest; each distinct token is unpacked once."""
    longest = max(len(pair.ids) for pair in pairs)
    ids = np.ones((len(pairs), longest), np.int64)
    there = torch.zeros(len(pairs), longest, dtype=torch.bool)
    sentence, answer = there.clone(), torch.zeros(len(pairs), longest)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        there[row, : len(pair.ids)] = True
        sentence[row, pair.start : pair.end] = True
        if pair.answer:
            answer[row, pair.start : pair.end] = torch.tensor(pair.answer, dtype=torch.float32)
    distinct, places = np.unique(ids, return_inverse=True)
    words = unpack(weights.blocks("emb.word", weights.width)[distinct])[places.reshape(ids.shape)]
    positions = weights.floats("emb.pos").reshape(-1, weights.width)[:longest]
    embedded = torch.from_numpy(words + positions + weights.floats("emb.type")[: weights.width])
    known = torch.tensor([pair.answer is not None for pair in pairs])
    return Batch(embedded, there, sentence, answer, known, torch.tensor([float(pair.label) for pair in pairs]))


class _Linear(nn.Module):
    """A linear map of the encoder; the change is added to the matrix, as it will be when the graph is built."""

    def __init__(self, matrix: Tensor, bias: Tensor, changed: bool) -> None:
        super().__init__()
        self.changed = changed
        self.register_buffer("matrix", matrix if changed else matrix.to(HALF), persistent=False)
        self.register_buffer("bias", bias.to(HALF), persistent=False)
        if changed:
            self.down = nn.Parameter(torch.randn(RANK, matrix.shape[1]) / math.sqrt(matrix.shape[1]))
            self.up = nn.Parameter(torch.zeros(matrix.shape[0], RANK))

    def forward(self, state: Tensor) -> Tensor:
        matrix = self.matrix
        if self.changed:
            matrix = torch.addmm(matrix, self.up, self.down, alpha=SCALE).to(HALF)
        return functional.linear(state, matrix, self.bias)


class ReaderModel(nn.Module):
    """Scores pairs: `forward` gives (n,) log-odds that the sentence answers, (n, tokens) that a token is of the answer.

    The log-odds are a reading of the first token plus the log of the summed odds of the sentence's tokens, so that what
    is learnt from marked answers (SQuAD, PIAF) serves where only the sentence is known.
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.heads, self.layers, self.epsilon = weights.heads, weights.layers, weights.epsilon
        self.maps = nn.ModuleDict()
        for layer in range(weights.layers):
            for part in MATRICES:
                name = f"l{layer}.{part}"
                matrix = torch.from_numpy(weights.matrix(name))
                bias = torch.from_numpy(weights.floats(f"{name}.b").copy())
                self.maps[name.replace(".", "_")] = _Linear(matrix, bias, layer >= FIRST_LAYER)
        names = ["emb.ln", *(f"l{layer}.{part}" for layer in range(weights.layers) for part in ("aln", "oln"))]
        self.norms = {
            name: [torch.from_numpy(weights.floats(f"{name}.{part}").copy()) for part in "wb"] for name in names
        }
        self.pair = nn.Linear(weights.width, 1)
        self.token = nn.Linear(weights.width, 1)
        for head, start in ((self.pair, 0.0), (self.token, -3.0)):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.constant_(head.bias, start)

    def forward(self, given: Batch) -> tuple[Tensor, Tensor]:
        hidden = torch.zeros(given.there.shape).masked_fill(~given.there, -1e4)[:, None, None, :]
        with torch.no_grad():
            state = self._normalised(given.embedded, "emb.ln")
            for layer in range(FIRST_LAYER):
                state = self._layer(layer, state, hidden)
        for layer in range(FIRST_LAYER, self.layers):
            state = self._layer(layer, state, hidden)
        states = state.float()
        tokens = self.token(states).squeeze(-1)
        found = torch.logsumexp(tokens.masked_fill(~given.sentence, -1e4), -1)
        return self.pair(states[:, 0]).squeeze(-1) + found, tokens

    def _layer(self, layer: int, state: Tensor, hidden: Tensor) -> Tensor:
        count, tokens, width = state.shape

        def mapped(part: str, given: Tensor) -> Tensor:
            out: Tensor = self.maps[f"l{layer}_{part}"](given)
            return out

        query, key, value = (
            mapped(part, state).view(count, tokens, self.heads, -1).transpose(1, 2) for part in ("q", "k", "v")
        )
        likeness = (query @ key.transpose(-1, -2)).float() / math.sqrt(width // self.heads) + hidden
        context = (torch.softmax(likeness, -1).to(HALF) @ value).transpose(1, 2).reshape(count, tokens, width)
        state = self._normalised(state + mapped("ao", context), f"l{layer}.aln")
        inner = functional.gelu(mapped("fi", state))
        return self._normalised(state + mapped("fo", inner), f"l{layer}.oln")

    def _normalised(self, state: Tensor, name: str) -> Tensor:
        scale, shift = self.norms[name]
        return functional.layer_norm(state.float(), (state.shape[-1],), scale, shift, self.epsilon).to(HALF)

    def save(self, path: Path) -> None:
        """Write what was fitted, in the form `bot/reader.py` reads: changes in float16, head and bias in float32."""
        arrays: dict[str, np.ndarray] = {}
        for name, one in self.maps.items():
            if isinstance(one, _Linear) and one.changed:
                arrays[f"{name.replace('_', '.')}.up"] = (SCALE * one.up.detach()).numpy().astype(np.float16)
                arrays[f"{name.replace('_', '.')}.down"] = one.down.detach().numpy().astype(np.float16)
        arrays["head"] = torch.stack([self.pair.weight[0], self.token.weight[0]], 1).detach().numpy()
        arrays["bias"] = torch.cat([self.pair.bias, self.token.bias]).detach().numpy()
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]

    def restore(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays, torch.no_grad():
            for name, one in self.maps.items():
                if isinstance(one, _Linear) and one.changed:
                    one.up.copy_(torch.from_numpy(arrays[f"{name.replace('_', '.')}.up"].astype(np.float32)) / SCALE)
                    one.down.copy_(torch.from_numpy(arrays[f"{name.replace('_', '.')}.down"].astype(np.float32)))
            head = torch.from_numpy(arrays["head"])
            self.pair.weight.copy_(head[None, :, 0])
            self.token.weight.copy_(head[None, :, 1])
            self.pair.bias.copy_(torch.from_numpy(arrays["bias"][:1]))
            self.token.bias.copy_(torch.from_numpy(arrays["bias"][1:]))
