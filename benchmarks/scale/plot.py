"""The growth of an archive as a picture: one panel a figure, over the number of passages, as SVG. Pure."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

_WIDE, _HIGH, _LEFT, _TOP, _GAP = 230.0, 130.0, 46.0, 44.0, 34.0
_COLUMNS = 3
_OURS: Final = ("#0b57d0", "")
_FILTERED: Final = ("#0b57d0", "4 3")
_THEIRS: Final = ("#b3261e", "")
_THEIRS_FILTERED: Final = ("#b3261e", "4 3")
_LEGEND: Final = (
    ("Footnote", _OURS),
    ("Footnote, a month's articles", _FILTERED),
    ("LangChain and Chroma", _THEIRS),
    ("LangChain and Chroma, a month's", _THEIRS_FILTERED),
)


class Curve(NamedTuple):
    """Points (passages, value) and a (colour, dashes)."""

    style: tuple[str, str]
    points: Sequence[tuple[float, float]]


def drawn(sizes: Sequence[Mapping[str, Any]]) -> str:
    """The figures of `python -m benchmarks.scale --json` for each size, as SVG."""

    def ours(name: str, at: int | None = None) -> list[tuple[float, float]]:
        return [(one["passages"], one[name] if at is None else one[name][at]) for one in sizes]

    def theirs(name: str, at: int | None = None) -> list[tuple[float, float]]:
        found = {one["langchain"]["pieces"]: one["langchain"][name] for one in sizes}
        return [(pieces, value if at is None else value[at]) for pieces, value in found.items()]

    panels = [
        ("Search, median, ms", [
            Curve(_OURS, ours("search_ms, everything", 0)), Curve(_FILTERED, ours("search_ms, a month", 0)),
            Curve(_THEIRS, theirs("search_ms, everything", 0)),
            Curve(_THEIRS_FILTERED, theirs("search_ms, a month", 0)),
        ]),
        ("Answer, median, ms", [Curve(_OURS, ours("answer_ms", 0))]),
        ("Making it, without embedding, s", [Curve(_OURS, ours("seconds")), Curve(_THEIRS, theirs("seconds"))]),
        ("A run with nothing changed, s", [Curve(_OURS, ours("unchanged_s"))]),
        ("Memory of a reader, MB", [Curve(_OURS, ours("reader_peak_mb")), Curve(_THEIRS, theirs("peak_mb"))]),
        ("On the disk, MB", [Curve(_OURS, ours("disk_mb")), Curve(_THEIRS, theirs("disk_mb"))]),
    ]  # fmt: skip
    rows = math.ceil(len(panels) / _COLUMNS)
    wide, high = _COLUMNS * (_WIDE + _LEFT) + 20, rows * (_HIGH + _TOP + _GAP) + 46
    told = [f'<rect width="{_n(wide)}" height="{_n(high)}" fill="#fff"/>']
    for number, (title, curves) in enumerate(panels):
        x = _LEFT + (number % _COLUMNS) * (_WIDE + _LEFT)
        y = _TOP + (number // _COLUMNS) * (_HIGH + _TOP + _GAP)
        told += _panel(x, y, title, curves)
    for number, (name, style) in enumerate(_LEGEND):
        x, y = _LEFT + (number % 2) * 300, high - 30 + (number // 2) * 18
        told += [_path([(x, y - 4), (x + 26, y - 4)], style), _text(x + 32, y, name)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(wide)} {_n(high)}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11">\n<title>How an archive grows</title>\n'
        + "\n".join(told)
        + "\n</svg>\n"
    )


def _panel(left: float, top: float, title: str, curves: Sequence[Curve]) -> list[str]:
    xs = [x for curve in curves for x, _ in curve.points]
    low, high = math.log10(min(xs)), math.log10(max(xs))
    most, step = _round(max(y for curve in curves for _, y in curve.points))

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (math.log10(x) - low) / max(high - low, 0.01) * (_WIDE - 20), top + _HIGH * (1 - y / most)

    told = [_text(left, top - 12, title, 'font-weight="600"')]
    for at in range(round(most / step) + 1):
        y = place(min(xs), at * step)[1]
        told += [_path([(left, y), (left + _WIDE - 20, y)], ("#ddd", "")), _text(left - 6, y + 4, _n(at * step), _END)]
    for x, _ in curves[0].points:  # the others' are near
        told.append(_text(place(x, 0)[0], top + _HIGH + 16, _short(x), 'text-anchor="middle"'))
    for style, points in curves:
        places = [place(*point) for point in points]
        told.append(_path(places, style))
        told += [f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.5" fill="{style[0]}"/>' for x, y in places]
    return told


_END: Final = 'text-anchor="end"'


def _round(most: float) -> tuple[float, float]:
    """An end of a scale that holds `most`, and the step of its lines: 1, 2 or 5 times a power of ten."""
    step = 10 ** math.floor(math.log10(max(most, 1e-3) / 2))
    step = next(step * times for times in (1, 2, 5, 10) if most / (step * times) <= 5)
    return step * math.ceil(most / step), step


def _short(count: float) -> str:
    return f"{count / 1000:.0f}k" if count >= 10_000 else f"{count / 1000:.1f}k" if count >= 1000 else f"{count:.0f}"


def _path(points: Sequence[tuple[float, float]], style: tuple[str, str]) -> str:
    colour, dashes = style
    line = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"{dashed}/>'


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="#222" {more}>{html.escape(text)}</text>'


def _n(value: float) -> str:
    return f"{value:.4g}"
