"""A record as JUnit XML, which CI servers show: a test for each rule of the gate and for each question.

A rule that is broken is a failure; a question is one where it is answered wrongly or failed; compared with a baseline,
only where it failed or got worse, so that what was never right does not hide what broke. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def junit(record: Mapping[str, Any]) -> str:
    """The document, with its declaration."""
    suites = ElementTree.Element("testsuites", name="footnote eval")
    rules = record["gate"]["rules"] if record["gate"] else []
    gate = _suite(suites, "gate", [(rule["rule"], "gate", None, rule["passed"], rule["why"]) for rule in rules])
    gate.set("timestamp", record["run"]["began"].removesuffix("Z"))
    worse = None
    if record["baseline"]:
        worse = {one["id"]: one for one in record["baseline"]["flipped"] if one["direction"] == "worse"}
    cases = []
    for row in record["questions"]:
        passed = row["verdict"] != "wrong" if worse is None else row["id"] not in worse
        passed = passed and row["verdict"] != "failed"
        why = f"{row['question']} — {row['why']}"
        if worse and row["id"] in worse:
            why = f"{worse[row['id']]['before']} before, {row['verdict']} now. {why}"
        cases.append((row["id"], row["kind"], row["timings_ms"].get("total"), passed, why))
    _suite(suites, "questions", cases)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    suites: ElementTree.Element, name: str, cases: list[tuple[str, str, float | None, bool, str]]
) -> ElementTree.Element:
    failures = sum(not passed for _, _, _, passed, _ in cases)
    suite = ElementTree.SubElement(
        suites, "testsuite", name=name, tests=str(len(cases)), failures=str(failures), errors="0", skipped="0"
    )
    for called, kind, milliseconds, passed, why in cases:
        case = ElementTree.SubElement(
            suite, "testcase", name=_clean(called), classname=_clean(f"{name}.{kind}"),
            time=f"{(milliseconds or 0.0) / 1000:.3f}",
        )  # fmt: skip
        if not passed:
            ElementTree.SubElement(case, "failure", message=_clean(why))
    return suite


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
