"""A reader that reads no sentence twice for one question.

Reading is nearly all the work of an answer in quotes, and some questions are asked again and again: the examples a chat
begins with, what is offered beside a refusal. A score never depends on anything but its question and its sentence.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from bot.quoting import Read, Reader

_REMEMBERED: Final = 20_000
"""Scores that are kept: those of some 2,000 questions, 10 MB."""


class Remembering:
    """Scores of another reader, kept. Safe to share between threads, as that is."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Read], float] = OrderedDict()

    def scores(self, question: str, sentences: Sequence[Read]) -> list[float]:
        """As the reader that is wrapped."""
        with self._lock:
            known = {each: self._kept[question, each] for each in sentences if (question, each) in self._kept}
        new = [each for each in dict.fromkeys(sentences) if each not in known]
        known.update(zip(new, self._reader.scores(question, new), strict=True))
        with self._lock:
            for each in sentences:
                self._kept[question, each] = known[each]
                self._kept.move_to_end((question, each))
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        return [known[each] for each in sentences]
