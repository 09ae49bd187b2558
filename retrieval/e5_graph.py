"""The forward pass of multilingual-e5-small as an ONNX graph, its matrices in 8 bits.

In: the embedded tokens (word + position + type) of one text. Out: the pooled unit vector. One text at a time, so
there is no mask and no padding, and a vector does not depend on its neighbours: the activations are quantised by the
range of values seen in the run.
Does not run the graph (e5.py) nor read the weights file (e5_weights.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.e5_weights import Weights
from retrieval.onnx_writer import CONTRIB, GraphWriter

Precision = Literal["s8", "u8", "f32"]
"""How matrices are kept. s8: signed 8 bits, fastest where the processor has dot-product instructions. u8: the same
values moved by 128, for processors whose signed product saturates. f32: not quantised, the reference."""

INPUT: Final = "embedded"
VECTOR: Final = "vector"


def build_graph(weights: Weights, precision: Precision) -> bytes:
    """The model file: `embedded` (1, tokens, width) to `vector` (1, width)."""
    graph = GraphWriter()
    state = encode(graph, weights, precision)
    total = graph.node("ReduceSum", [state, graph.constant("tokens_axis", np.array([1]))], "total", keepdims=0)
    graph.node("LpNormalization", [total], VECTOR, axis=-1, p=2)  # of the sum as of the mean: the length goes
    return graph.model({INPUT: (1, "tokens", weights.width)}, {VECTOR: (1, weights.width)})


def encode(graph: GraphWriter, weights: Weights, precision: Precision, exact: Collection[str] = ()) -> str:
    """Write the layers, from `embedded`; returns the name of the final states, (1, tokens, width).

    `exact`: linear maps that stay unquantised whatever the precision, such as "l4.fo".
    """

    def linear(name: str, state: str) -> str:
        return _linear(graph, weights, name, state, "f32" if name in exact else precision)

    state = _normalised(graph, weights, "emb.ln", INPUT)
    for layer in range(weights.layers):
        name = f"l{layer}"
        query, key, value = (linear(f"{name}.{part}", state) for part in "qkv")
        context = graph.node(
            "MultiHeadAttention", [query, key, value], f"{name}.context", domain=CONTRIB, num_heads=weights.heads
        )
        attended = linear(f"{name}.ao", context)
        state = _normalised(graph, weights, f"{name}.aln", state, attended)
        inner = linear(f"{name}.fi", state)
        active = graph.node("Gelu", [inner], f"{name}.active", domain=CONTRIB)
        outer = linear(f"{name}.fo", active)
        state = _normalised(graph, weights, f"{name}.oln", state, outer)
    return state


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(inputs, outputs) matrix as int8, and (outputs,) the step of each column: the greatest value becomes 127."""
    steps = np.abs(matrix).max(axis=0) / 127
    return np.rint(matrix / steps).astype(np.int8), steps


def _linear(graph: GraphWriter, weights: Weights, name: str, state: str, precision: Precision) -> str:
    """state @ W + b, the activations quantised on the way by the range they have in this run."""
    bias = graph.constant(f"{name}.b", weights.floats(f"{name}.b"))
    matrix = weights.matrix(name).T
    if precision == "f32":
        product = graph.node("MatMul", [state, graph.constant(f"{name}.w", matrix)], f"{name}.product")
        return graph.node("Add", [product, bias], f"{name}.out")
    values, steps = quantise(matrix)
    stored = values if precision == "s8" else (values.astype(np.int16) + 128).astype(np.uint8)
    zero = np.full(len(steps), 0 if precision == "s8" else 128, stored.dtype)
    inputs = [
        state,
        graph.constant(f"{name}.w", stored),
        graph.constant(f"{name}.step", steps),
        graph.constant(f"{name}.zero", zero),
        bias,
    ]
    return graph.node("DynamicQuantizeMatMul", inputs, f"{name}.out", domain=CONTRIB)


def _normalised(graph: GraphWriter, weights: Weights, name: str, state: str, added: str | None = None) -> str:
    """Layer normalisation of state, or of state + added."""
    scale = graph.constant(f"{name}.w", weights.floats(f"{name}.w"))
    shift = graph.constant(f"{name}.b", weights.floats(f"{name}.b"))
    if added is not None:
        state = graph.node("Add", [state, added], f"{name}.sum")  # twice as fast as SkipLayerNormalization here
    return graph.node("LayerNormalization", [state, scale, shift], f"{name}.out", epsilon=weights.epsilon)
