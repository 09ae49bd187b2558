"""Printable: what is compared is what a person sees."""

from __future__ import annotations

import pytest

from bot.printable import printable


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("1\u200b2 soldiers", "12 soldiers"),
        ("did n\u2060ot", "did not"),
        ("de\u034fnied", "denied"),
        ("a\u202eb\u2066c", "abc"),
        ("x\U000e0041\U000e0042", "x"),
        ("a\x1b[2Jb\x07", "a[2Jb"),
        ("  two\n\tlines\u2028here ", "two lines here"),
        ("cafe\u0301", "café"),
        ("«\u00a0oui\u00a0»", "«\u00a0oui\u00a0»"),
        ("\ud800", ""),
    ],
)
def test_what_nobody_sees_is_gone(text: str, seen: str) -> None:
    assert printable(text) == seen
