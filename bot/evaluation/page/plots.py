"""Numbers -> the page's plots, as SVG: pure functions, no colours (style.css has them) and no scripts.

A plot is 360 units wide, so that its letters can be read on a phone, where a unit is less than a pixel. Each has a
title and a description for those who don't see it; the page puts the same numbers into a table beside it. Every text
is escaped here, because the page inserts a plot as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from bot.evaluation.page.wording import VERDICTS, milliseconds, percent
from bot.render.text import clipped, one_line

WIDTH: Final = 360
_LINE: Final = 17
"""Height of a line of text."""
_BAR: Final = 16
_APART: Final = 22
"""The least between the middles of two numbers."""
_LABEL: Final = 48
"""Characters of a label that fit on a line."""
_HATCHES: Final = {
    "partly": (6, "M-1 7L7 -1M-1 1L1 -1M5 7L7 5"),
    "wrong": (4, "M-1 -1L5 5M-1 3L1 5M3 -1L5 1"),
    "declined": (5, "M2.5 1.5v2"),
    "failed": (6, "M0 3h6M3 0v6"),
}
"""The tile of each pattern: its side, and what is drawn on it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar: how often each verdict was given."""

    label: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share from 0 to 1 with the ends of its interval, where they are known."""

    label: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """Estimates that belong together, under a label."""

    label: str
    estimates: Sequence[Estimate]


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold, the share of questions answered with it, and the share of those that is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's milliseconds: of half of the questions at most, of 95% at most."""

    label: str
    p50: float
    p95: float


def patterns() -> str:
    """What bars are filled with over their colour, so that nobody needs to tell colours apart; once in a page."""
    made = "".join(
        f'<pattern id="fill-{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" class="hatch hatch-{name}"/></pattern>'
        for name, (size, path) in _HATCHES.items()
    )
    return f'<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>{made}</defs></svg>'


def swatch(verdict: str) -> str:
    """The sample of a verdict's filling, for the key."""
    shape = _filled(verdict, 0, 0, 20, 12)
    return f'<svg class="swatch" viewBox="0 0 20 12" width="20" height="12" aria-hidden="true">{shape}</svg>'


def stacked(rows: Sequence[Stack], *, name: str, title: str) -> str:
    """A bar for each row, all as wide as the plot, with the counts under its parts."""
    drawn: list[str] = []
    y = 0
    for row in rows:
        total = sum(row.counts.values())
        drawn.append(_text(0, y + 13, row.label, "label"))
        drawn.append(_text(WIDTH, y + 13, f"n = {total}", "end small"))
        x = 0.0
        middles: list[float] = []
        present = [(verdict, row.counts[verdict]) for verdict in VERDICTS if row.counts.get(verdict)]
        for verdict, count in present:
            wide = WIDTH * count / total
            drawn.append(_filled(verdict, x, y + _LINE + 2, wide, _BAR))
            middles.append(x + wide / 2)
            x += wide
        for (_, count), middle in zip(present, _spread(middles), strict=True):
            drawn.append(_text(middle, y + _LINE + _BAR + 16, str(count), "middle small"))
        y += _LINE + _BAR + 32
    told = "; ".join(
        f"{row.label}: {', '.join(f'{count} {verdict}' for verdict, count in row.counts.items() if count) or 'none'}"
        for row in rows
    )
    return _plot(drawn, y - 10, name, title, told)


def _spread(middles: Sequence[float]) -> list[float]:
    """The middles, moved as little as keeps numbers apart and inside the plot."""
    placed: list[float] = []
    for middle in middles:
        placed.append(max(middle, placed[-1] + _APART if placed else 8.0))
    limit = WIDTH - 8.0
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], limit)
        limit = placed[k] - _APART
    return placed


def intervals(groups: Sequence[Group], *, name: str, title: str) -> str:
    """A dot for each estimate with its interval as a line, on a scale from 0 to 100%."""
    left, right = 44.0, 310.0

    def at(share: float) -> float:
        return left + (right - left) * share

    drawn: list[str] = []
    y = 8
    for group in groups:
        drawn.append(_text(0, y + 10, group.label, "label"))
        y += 24
        for estimate in group.estimates:
            drawn.append(_text(0, y + 4, estimate.label, "small"))
            drawn.append(_line(left, y, right, y, "axis"))
            if estimate.value is not None:
                if estimate.low is not None and estimate.high is not None:
                    drawn.append(_line(at(estimate.low), y, at(estimate.high), y, "range"))
                drawn.append(f'<circle cx="{_n(at(estimate.value))}" cy="{y}" r="4.5" class="dot"/>')
            drawn.append(_text(WIDTH, y + 4, percent(estimate.value), "end small"))
            y += 19
        y += 8
    grid = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        grid.append(_line(at(share), 22, at(share), y - 6, "grid"))
        grid.append(_text(at(share), y + 10, percent(share), "middle small"))
    told = "; ".join(
        f"{group.label}: "
        + ", ".join(
            f"{each.label} {percent(each.value)}"
            + (f" ({percent(each.low)} to {percent(each.high)})" if each.low is not None else "")
            for each in group.estimates
        )
        for group in groups
    )
    return _plot(grid + drawn, y + 16, name, title, told)


def curve(points: Sequence[Point], chosen: Point | None, *, name: str, title: str) -> str:
    """Risk over coverage, with the operating point marked. At least one point is needed."""
    left, right, top, bottom = 40.0, 342.0, 14.0, 196.0
    most = max([point.risk for point in points] + [chosen.risk if chosen else 0.0])
    ceiling = max(1, math.ceil(most * 5)) / 5  # so that a quarter of it is a whole number of percent

    def x(coverage: float) -> float:
        return left + (right - left) * coverage

    def y(risk: float) -> float:
        return bottom - (bottom - top) * risk / ceiling

    drawn: list[str] = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        drawn.append(_text(x(share), bottom + 16, percent(share), "middle small"))
        height = ceiling * share
        drawn.append(_line(left, y(height), right, y(height), "grid"))
        drawn.append(_text(left - 6, y(height) + 4, percent(height), "end small"))
    ordered = sorted(points, key=lambda point: point.coverage)
    path = " ".join(f"{_n(x(point.coverage))},{_n(y(point.risk))}" for point in ordered)
    drawn.append(f'<polyline points="{path}" class="curve"/>')
    drawn.append(_text((left + right) / 2, bottom + 34, "questions answered", "middle small"))
    told = f"From {percent(ordered[0].coverage)} answered, {percent(ordered[0].risk)} of them wrong, "
    told += f"to {percent(ordered[-1].coverage)} answered, {percent(ordered[-1].risk)} wrong."
    if chosen:
        at, up = x(chosen.coverage), y(chosen.risk)
        drawn.append(_line(at, up, at, bottom, "guide"))
        drawn.append(_line(left, up, at, up, "guide"))
        drawn.append(f'<circle cx="{_n(at)}" cy="{_n(up)}" r="6" class="chosen"/>')
        side, ends = (-10, "end small strong") if at > WIDTH / 2 else (10, "small strong")
        label = f"as it runs: {percent(chosen.coverage)} answered, {percent(chosen.risk)} wrong"
        above = up - 12 if up > top + 26 else up + 22
        drawn.append(_text(at + side, above, label, ends + " halo"))
        told += f" As it runs: {percent(chosen.coverage)} answered, {percent(chosen.risk)} of them wrong."
    return _plot(drawn, bottom + 40, name, title, told)


def latency(stages: Sequence[Stage], *, name: str, title: str) -> str:
    """A bar to the median and a line on to the 95th percentile for each stage."""
    left, right = 0.0, 350.0
    most = max((stage.p95 for stage in stages), default=0.0) or 1.0
    drawn: list[str] = []
    y = 0
    for stage in stages:
        half, nearly = (left + (right - left) * value / most for value in (stage.p50, stage.p95))
        drawn.append(_text(0, y + 13, stage.label, "label"))
        drawn.append(_text(WIDTH, y + 13, f"{milliseconds(stage.p50)}, {milliseconds(stage.p95)}", "end small"))
        middle = y + _LINE + 8
        drawn.append(f'<rect x="0" y="{y + _LINE + 2}" width="{_n(max(half, 1))}" height="12" class="bar"/>')
        drawn.append(_line(half, middle, nearly, middle, "range"))
        drawn.append(_line(nearly, middle - 6, nearly, middle + 6, "range"))
        y += _LINE + 26
    told = "; ".join(
        f"{stage.label}: half within {milliseconds(stage.p50)}, 95% within {milliseconds(stage.p95)}"
        for stage in stages
    )
    return _plot(drawn, y - 4, name, title, told)


def small(value: float | None, low: float | None, high: float | None) -> str:
    """An estimate beside its numbers, which say the same: a stroke in its interval, on a scale from 0 to 1."""
    inside = [_line(2, 7, 98, 7, "axis")]
    if value is not None:
        if low is not None and high is not None:
            inside.append(
                f'<rect x="{_n(2 + 96 * low)}" y="4" width="{_n(96 * (high - low))}" height="6" class="bar"/>'
            )
        inside.append(_line(2 + 96 * value, 1, 2 + 96 * value, 13, "needed"))
    return _sketch(inside)


def sureness(confidence: float, threshold: float | None) -> str:
    """How sure, as a bar, and how sure is needed, as a line; the numbers stand beside it."""
    inside = [_line(2, 7, 98, 7, "axis")]
    inside.append(f'<rect x="2" y="4" width="{_n(96 * confidence)}" height="6" class="bar"/>')
    if threshold is not None:
        inside.append(_line(2 + 96 * threshold, 0, 2 + 96 * threshold, 14, "needed"))
    return _sketch(inside)


def _sketch(inside: Sequence[str]) -> str:
    shapes = "".join(inside)
    return f'<svg class="sketch" viewBox="0 0 100 14" width="100" height="14" aria-hidden="true">{shapes}</svg>'


def _plot(drawn: Sequence[str], height: float, name: str, title: str, told: str) -> str:
    shapes = "\n".join(drawn)
    labelled = quoteattr(f"{name}-title {name}-about")
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {_n(height)}" role="img" aria-labelledby={labelled}>\n'
        f"<title id={quoteattr(name + '-title')}>{_escaped(title)}</title>\n"
        f"<desc id={quoteattr(name + '-about')}>{_escaped(told)}</desc>\n{shapes}\n</svg>"
    )


def _filled(verdict: str, x: float, y: float, wide: float, high: float) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"'
    over = f'<rect {place} fill="url(#fill-{verdict})"/>' if verdict in _HATCHES else ""
    return f'<rect {place} class="part part-{verdict}"/>{over}'


def _text(x: float, y: float, text: str, styles: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{styles}">{_escaped(clipped(text, _LABEL))}</text>'


def _line(x: float, y: float, to_x: float, to_y: float, style: str) -> str:
    return f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" class="{style}"/>'


def _escaped(text: str) -> str:
    return escape(one_line(text))


def _n(units: float) -> str:
    """A number of units, as short as it can be written to a tenth."""
    return f"{round(units, 1):g}"
