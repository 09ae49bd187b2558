"""Write an ONNX model file: constants, nodes, inputs and outputs, in the protocol-buffer form onnxruntime reads.

So that the `onnx` package is not needed on a user's machine for one graph. Only the fields that graph uses are known;
nothing is read back or checked: onnxruntime does that when it loads the file.
Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CONTRIB: Final = "com.microsoft"
"""The domain of onnxruntime's own operators."""
IR_VERSION: Final = 9
OPSET: Final = 17
CONTRIB_OPSET: Final = 1

_ELEMENT_TYPES: Final = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}
_FLOAT, _INT = 1, 2  # AttributeProto.AttributeType


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # negative numbers are written in two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode("utf-8") if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


class GraphWriter:
    """A graph in the making: add constants and nodes in the order they are computed, then `model()`."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A constant tensor; returns its name. Raises KeyError for an element type outside the few known here."""
        shape = b"".join(_number(1, size) for size in values.shape)
        kind = _number(2, _ELEMENT_TYPES[values.dtype.name])
        self._constants.append(
            _bytes(5, shape + kind + _bytes(8, name) + _bytes(9, np.ascontiguousarray(values).data.tobytes()))
        )
        return name

    def node(
        self, operator: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attributes: int | float
    ) -> str:
        """A node; returns the name of its first output. An empty input name leaves an optional input out."""
        body = b"".join(_bytes(1, name) for name in inputs) + b"".join(_bytes(2, name) for name in outputs)
        body += _bytes(3, f"{operator}:{outputs[0]}") + _bytes(4, operator)
        for name, value in attributes.items():
            if isinstance(value, float):
                typed = _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, _FLOAT)
            else:
                typed = _number(3, value) + _number(20, _INT)
            body += _bytes(5, _bytes(1, name) + typed)
        self._nodes.append(_bytes(1, body + _bytes(7, domain)))
        return outputs[0]

    def model(self, inputs: dict[str, Sequence[int | str]], outputs: dict[str, Sequence[int | str]]) -> bytes:
        """The finished file. Inputs and outputs are float32; a dimension given as a word is free."""
        graph = b"".join(self._nodes) + _bytes(2, "footnote") + b"".join(self._constants)
        graph += b"".join(_bytes(11, _value(name, shape)) for name, shape in inputs.items())
        graph += b"".join(_bytes(12, _value(name, shape)) for name, shape in outputs.items())
        opsets = _bytes(8, _bytes(1, "") + _number(2, OPSET)) + _bytes(
            8, _bytes(1, CONTRIB) + _number(2, CONTRIB_OPSET)
        )
        return _number(1, IR_VERSION) + _bytes(2, "footnote") + _bytes(7, graph) + opsets


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    sizes = b"".join(_bytes(1, _number(1, size) if isinstance(size, int) else _bytes(2, size)) for size in shape)
    tensor = _number(1, _ELEMENT_TYPES["float32"]) + _bytes(2, sizes)
    return _bytes(1, name) + _bytes(2, _bytes(1, tensor))
