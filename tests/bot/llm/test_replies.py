"""The object in what a model wrote: whole, or as far as it has come."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.replies import partial, whole

NAMES = ("rain", "winds")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"rain": true}', {"rain": True}),
        (' \n{"rain": true}\n', {"rain": True}),
        ('```json\n{"rain": true}\n```', {"rain": True}),
        ('Here: {"rain": true} – and no more.', {"rain": True}),
        ('[{"rain": true}]', {"rain": True}),
        ('{"rain": true, "winds": ["a", "b",],}', {"rain": True, "winds": ["a", "b"]}),
        ('{"winds": ["a, ]", "b, }"], }', {"winds": ["a, ]", "b, }"]}),
        ('{"winds": ["two\nlines"]}', {"winds": ["two\nlines"]}),
        ('<think>{"rain": false}</think>{"rain": true}', {"rain": True}),
        ('<thinking>\nHm.\n</thinking>\n{"rain": true}', {"rain": True}),
        ('{"winds": ["</think>"]}', {"winds": ["</think>"]}),
        ('{"rain": false} No, wait: {"rain": true}', {"rain": True}),
        ('{"rain": true, "winds": []} as {"rain": false} asks', {"rain": True, "winds": []}),
        ('Of the form {"type": "object"}: {"rain": true}', {"rain": True}),
        ('{ so to say } {"rain": true}', {"rain": True}),
        ('{"answer": {"rain": true}}', None),
        ("", None),
        ("It rains.", None),
        ("[true]", None),
        ('{"rain": tru', None),
        ('{"weather": "fine"}', None),
        ("<think>Let me see", None),
        ('{"winds": ["\\ud83d\\ude00"]}', {"winds": ["😀"]}),
        ('{"winds": ["\\ud83d"]}', {"winds": ["\N{REPLACEMENT CHARACTER}"]}),
    ],
)
def test_the_object_is_found(text: str, value: object) -> None:
    assert whole(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("{", None),
        ('{"ra', None),
        ('{"rain"', None),
        ('{"rain": tr', None),
        ('{"rain": true', None),
        ('{"rain": true,', {"rain": True}),
        ('{"rain": 12', None),
        ('{"rain": 12.5}', {"rain": 12.5}),
        ('{"winds": [', {"winds": []}),
        ('{"winds": ["a', {"winds": ["a"]}),
        ('{"winds": ["a\\', {"winds": ["a"]}),
        ('{"winds": ["a\\u00', {"winds": ["a"]}),
        ('{"winds": ["a\\ud83d', {"winds": ["a"]}),
        ('{"winds": ["a\\ud83d\\ude0', {"winds": ["a"]}),
        ('{"winds": ["a\\ud83d\\ude00', {"winds": ["a😀"]}),
        ('{"winds": ["a", ', {"winds": ["a"]}),
        ('{"winds": ["a",], "rain": true, ', {"winds": ["a"], "rain": True}),
        ('{"winds": ["a"]} and so on', {"winds": ["a"]}),
        ('{"winds": ["a"]]', None),
        ('{"winds": ["a"}', None),
        ('{"winds": [{"from": "west", "to', {"winds": [{"from": "west"}]}),
        ('<think>{"rain": true,', None),
    ],
)
def test_an_object_is_told_as_far_as_it_has_come(text: str, value: object) -> None:
    assert partial(text, NAMES) == value


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"rain": VALUES, "winds": VALUES}), st.booleans(), st.data())
def test_every_beginning_of_an_object_is_a_part_of_it(
    value: dict[str, object], ascii: bool, data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=ascii)
    assert whole(text, NAMES) == partial(text, NAMES) == value
    part = partial(text[: data.draw(st.integers(0, len(text)))], NAMES)
    assert part is None or is_part(part, value)


def is_part(part: object, of: object) -> bool:
    if isinstance(part, dict) and isinstance(of, dict):
        return all(name in of and is_part(inner, of[name]) for name, inner in part.items())
    if isinstance(part, list) and isinstance(of, list):
        return len(part) <= len(of) and all(map(is_part, part, of))
    if isinstance(part, str) and isinstance(of, str):
        return of.startswith(part)
    return part == of


@pytest.mark.parametrize("text", ["{" * 50_000, '{"rain":[' * 50_000, '[{"a":' * 50_000, '{"rain": "' + "\\" * 50_001])
def test_a_reply_made_to_be_hard_to_read_is_no_object(text: str) -> None:
    assert whole(text, NAMES) is None
    partial(text, NAMES)
