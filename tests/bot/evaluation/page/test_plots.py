"""The plots: well-formed, inside their frame, told in words; and the wording of numbers."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bot.evaluation.page import plots
from bot.evaluation.page.wording import amount, change, interval, moment, pair, percent

HOSTILE = "a<b>&\"'\u202e</svg><script>"


def numbers(svg: str) -> list[str]:
    """The texts of a plot, from top to bottom."""
    return [text.text or "" for text in ElementTree.fromstring(svg).iter("text")]


def drawings() -> list[str]:
    return [
        plots.stacked([plots.Stack(HOSTILE, {"right": 3, "wrong": 1})], name="a", title=HOSTILE),
        plots.intervals([plots.Group(HOSTILE, [plots.Estimate(HOSTILE, 0.5, 0.2, 0.8)])], name="b", title=HOSTILE),
        plots.curve([plots.Point(0.9, 0.1, 0.0), plots.Point(0.1, 1.0, 0.4)], None, name="c", title=HOSTILE),
        plots.latency([plots.Stage(HOSTILE, 20.0, 90.0)], name="d", title=HOSTILE),
    ]


@pytest.mark.parametrize("svg", drawings())
def test_any_text_leaves_a_plot_well_formed_and_told(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    ids = {element.attrib["id"]: element for element in root if "id" in element.attrib}
    assert all(ids[name].text for name in root.attrib["aria-labelledby"].split())
    assert "\u202e" not in svg
    assert not list(root.iter("script"))


def test_every_count_stands_under_its_part_and_none_upon_another() -> None:
    svg = plots.stacked(
        [plots.Stack("many", {"right": 500, "partly": 1, "wrong": 1, "declined": 1, "failed": 1, "unscored": 1})],
        name="a",
        title="t",
    )
    places = [
        float(text.attrib["x"]) for text in ElementTree.fromstring(svg).iter("text") if "middle" in text.attrib["class"]
    ]
    assert numbers(svg)[2:] == ["500", "1", "1", "1", "1", "1"]
    assert all(after - before >= 18 for before, after in pairwise(places))
    assert min(places) > 0 and max(places) < plots.WIDTH


def test_an_interval_is_drawn_where_it_is() -> None:
    svg = plots.intervals([plots.Group("g", [plots.Estimate("at 1", 0.5, 0.25, 0.75)])], name="a", title="t")
    root = ElementTree.fromstring(svg)
    (line,) = [each for each in root.iter("line") if each.attrib["class"] == "range"]
    (dot,) = root.iter("circle")
    grid = sorted({float(each.attrib["x1"]) for each in root.iter("line") if each.attrib["class"] == "grid"})
    assert [float(line.attrib["x1"]), float(dot.attrib["cx"]), float(line.attrib["x2"])] == grid[1:4]


def test_an_estimate_that_is_not_known_is_a_dash() -> None:
    svg = plots.intervals([plots.Group("g", [plots.Estimate("at 1", None, None, None)])], name="a", title="t")
    assert "–" in numbers(svg)
    assert "circle" not in svg


def test_the_operating_point_lies_on_the_curve() -> None:
    points = [plots.Point(0.9, 0.25, 0.0), plots.Point(0.5, 0.5, 0.1), plots.Point(0.1, 1.0, 0.35)]
    svg = plots.curve(points, points[1], name="a", title="t")
    root = ElementTree.fromstring(svg)
    (curve,) = root.iter("polyline")
    (dot,) = root.iter("circle")
    assert f"{dot.attrib['cx']},{dot.attrib['cy']}" == curve.attrib["points"].split()[1]
    assert "as it runs: 50% answered, 10% wrong" in numbers(svg)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_curve_of_one_point_is_drawn(share: float) -> None:
    point = plots.Point(0.5, 1.0, share)
    heights = re.findall(r'cy="([\d.-]+)"', plots.curve([point], point, name="a", title="t"))
    assert all(0 <= float(height) <= 200 for height in heights)


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [
        (None, 0, "–"),
        (0.0, 0, "0%"),
        (0.004, 0, "<1%"),
        (0.814, 0, "81%"),
        (0.9951, 0, ">99%"),
        (1.0, 0, "100%"),
        (0.9996, 1, ">99.9%"),
        (0.0004, 1, "<0.1%"),
    ],
)
def test_a_share_never_rounds_to_none_or_all(share: float | None, digits: int, said: str) -> None:
    assert percent(share, digits) == said


def test_numbers_have_their_units() -> None:
    assert amount(88.04, "ms") == "88 ms"
    assert amount(12_340, "ms") == "12.3 s"
    assert amount(0.00123, "usd") == "$0.0012"
    assert amount(12345.6, "tokens") == "12,346"
    assert interval(0.76, 0.861) == "76.0% to 86.1%"
    assert interval(80.0, 95.0, "ms") == "80 ms to 95 ms"
    assert interval(None, 0.5) == "–"


def test_a_difference_has_its_sign_unless_it_is_none() -> None:
    assert change(-0.03, "share") == "−3.0 points"
    assert change(0.03, "share") == "+3.0 points"
    assert change(-0.0001, "share") == "0.0 points"
    assert change(-4.0, "ms") == "−4.0 ms"


def test_languages_and_times_are_said_in_full() -> None:
    assert pair("en→fr+en") == "English → French, English"
    assert pair("de→en") == "de → English"
    assert pair("fr→–") == "French"
    assert moment("2026-11-26T04:10:00Z") == "26 November 2026, 04:10 UTC"
    assert moment("2026-11-26T06:10:00+02:00") == "26 November 2026, 04:10 UTC"
    assert moment("yesterday") == "yesterday"
