"""The README's pictures show what the bot says, whole and readable."""

from __future__ import annotations

import re
import shutil
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.telegram.texts import texts as texts_of
from tests.support.pictures import FOLDER, Scene, Shown, drawn, scenes
from tests.support.pictures.drawing import WIDTH
from tests.support.pictures.layout import blocks
from tests.support.telegram import Message
from tests.support.telegram.texts import units
from tests.support.telegram.world import World

SVG = "{http://www.w3.org/2000/svg}"
KEPT = sorted(FOLDER.glob("*.svg"))
QUOTED = "The first line.\nThe second line.\nThe third line.\nThe fourth line."


def said(text: str, *styled: tuple[str, str], labels: tuple[str, ...] = ()) -> Message:
    """What the bot says, with stretches of it styled, and a row of buttons."""
    world = World()
    entities: list[dict[str, Any]] = [
        {"type": style, "offset": units(text[: text.index(part)]), "length": units(part)} for style, part in styled
    ]
    row = [{"text": label, "callback_data": "x:1"} for label in labels]
    markup = {"inline_keyboard": [row]} if row else None
    return world.private(world.user(7)).add(world.me, text, entities=entities, markup=markup)


def texts(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))


def shown(svg: str) -> list[str]:
    return [element.text or "" for element in texts(svg)]


def test_the_pictures_are_drawn_from_what_the_bot_says_now(bundled_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(bundled_home, home, symlinks=True)
    kept = {path.name: path.read_text("utf-8") for path in KEPT}
    now = {name: drawn(scene) for name, scene in scenes(home).items()}
    for pictures in (kept, now):  # which questions are offered hangs on sums that processors round differently
        without_buttons = told(pictures["declined.svg"]).partition("\nButtons: ")[0]
        pictures["declined.svg"] = without_buttons.partition(texts_of("fr")("answer.ask"))[0].rstrip()
    assert now == kept, "`make pictures` draws them anew"


def told(svg: str) -> str:
    return ElementTree.fromstring(svg).findtext(f"{SVG}desc") or ""


def test_the_readme_shows_every_picture() -> None:
    readme = (FOLDER.parents[1] / "README.md").read_text("utf-8")
    assert re.findall(r'<img src="docs/pictures/([^"]+)"[^>]* alt="[^"]{40,}">', readme) == [
        "answer.svg",
        "source.svg",
        "declined.svg",
    ]
    assert len(KEPT) == 3


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_no_text_of_a_picture_lies_over_another_or_sticks_out(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text("utf-8"))
    boxes = []
    for element in texts(path.read_text("utf-8")):
        size, x, y = (float(element.attrib[name]) for name in ("font-size", "x", "y"))
        if element.get("class") != "key":
            boxes.append((x, y - 0.75 * size, x + float(element.get("textLength", size)), y + 0.2 * size))
    assert boxes
    assert all(
        left >= 0 and right <= WIDTH and bottom <= float(root.attrib["height"]) for left, _, right, bottom in boxes
    )
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] + 0.2 or other[2] <= one[0] + 0.2 or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_picture_tells_its_text_and_nothing_that_changes_from_run_to_run(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text("utf-8"))
    about = root.findtext(f"{SVG}desc") or ""
    assert root.findtext(f"{SVG}title") and len(about) > 100
    whole = [text for text in shown(path.read_text("utf-8"))[3:] if not text.endswith("…")]
    assert whole and all(text in about.replace("\n", " ") for text in whole)
    assert not re.search(r"\b\d\d:\d\d\b|\b[0-9a-f]{12}\b", path.read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "Where did the ministers of the twelve countries meet on the third of May?",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen, then words",
        "« Une journée d’avril, à la mi-avril », dit-il ; pourquoi donc ?",
        "A thumb 👍 and an e\u0301, then a line\n\nafter an empty one, and a-compound-of-many-words.",
    ],
)
@pytest.mark.parametrize("room", [40, 120, 300])
def test_lines_fit_and_hold_the_whole_text_in_order(text: str, room: int) -> None:
    [block] = blocks(text, [], size=15, room=room, quote_size=14, quote_room=room)
    assert block.width <= room
    read = "".join(piece.text for line in block.lines for piece in line)
    assert re.sub("[ \n]", "", read) == re.sub("[ \n]", "", text)


def test_a_space_that_does_not_break_holds_the_line_together() -> None:
    [block] = blocks("Pourquoi donc\u00a0?", [], size=15, room=90, quote_size=14, quote_room=90)
    assert [piece.text for line in block.lines for piece in line] == ["Pourquoi", "donc\u00a0?"]


def test_a_folded_quote_shows_three_lines_and_an_unfolded_one_all() -> None:
    message = said(f"Sources:\n{QUOTED}\n\nThe end.", ("expandable_blockquote", QUOTED))
    folded, unfolded = (shown(drawn(Scene("A quote", (Shown(message, each),)))) for each in (False, True))
    assert [line for line in QUOTED.split("\n") if line in folded] == QUOTED.split("\n")[:3]
    assert [line for line in QUOTED.split("\n") if line in unfolded] == QUOTED.split("\n")
    assert "The end." in folded


def test_bold_is_drawn_bold_behind_a_character_of_two_units() -> None:
    svg = drawn(Scene("Bold", (Shown(said("👍 They met in Paris.", ("bold", "Paris"))),)))
    assert [element.text for element in texts(svg) if "bold" in element.get("class", "")] == ["Footnote", "Paris"]


def test_signs_of_markup_are_only_text() -> None:
    svg = drawn(Scene("5 < 7 & more", (Shown(said("</text> & <b>", labels=("<1>",))),)))
    assert shown(svg)[-2:] == ["</text> & <b>", "<1>"]


def test_a_label_that_is_too_long_for_its_button_ends_in_dots() -> None:
    label = "What is said about the harbour of Port Elsin in all of these articles?"
    *_, drawn_label = shown(svg := drawn(Scene("Buttons", (Shown(said("Ask:", labels=(label,))),))))
    assert label.startswith(drawn_label.removesuffix("…")) and drawn_label.endswith("…")
    assert label in (ElementTree.fromstring(svg).findtext(f"{SVG}desc") or "")
