"""How long work still takes is told by how fast it went lately."""

from __future__ import annotations

import pytest

from bot.cli.terminal import Pace, Progress


def told(*noted: tuple[float, int], total: int = 1000) -> str:
    pace = Pace()
    for now, done in noted:
        pace.note(now, done)
    return pace.told(noted[-1][1], total)


@pytest.mark.parametrize(
    ("noted", "text"),
    [
        ([(0.0, 0), (10.0, 200)], "20.0/s, about 40 s left"),
        ([(0.0, 700), (10.0, 720)], "2.0/s, about 2 min left"),  # what a run before did is no merit of this one
        ([(0.0, 0), (10.0, 900), (75.0, 901), (135.0, 905)], "0.04/s, about 40 min left"),  # it has become slow
        ([(0.0, 0), (1000.0, 10)], "0.01/s, about 27.5 h left"),
        ([(0.0, 0), (10.0, 1000)], "100.0/s"),
        ([(0.0, 500), (5.0, 600), (6.0, 0), (16.0, 10)], "1.0/s, about 16 min left"),  # begun anew
        ([(0.0, 5)], ""),
        ([(0.0, 5), (9.0, 5)], ""),
    ],
)
def test_the_rate_is_that_of_the_last_minute(noted: list[tuple[float, int]], text: str) -> None:
    assert told(*noted) == text


def test_without_a_total_nothing_is_told() -> None:
    assert told((0.0, 0), (10.0, 200), total=0) == ""


def test_without_a_terminal_a_line_now_and_then_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("bot.cli.terminal.time.monotonic", lambda: now)
    lines: list[str] = []
    report = Progress(tell=lines.append)
    for _ in range(4):
        now += 3
        report("embedding", int(now - 100) * 10, 1000)
    assert lines == ["embedding: 30 of 1000", "embedding: 90 of 1000 (10.0/s, about 91 s left)"]
