"""The page of an evaluation, read as HTML: nothing of a record is left out, and nothing of it becomes markup."""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.evaluation.page import page
from tests.support.evaluation_records import PAYLOAD, Built, built, hostile


class Read(HTMLParser):
    """The page's elements, ids, and the text that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.shown: list[str] = []
        self.marked: list[str] = []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", "".join(self.shown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.shown.append(data)
        if "mark" in self.open:
            self.marked.append(data)

    def attributes(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


def read(made: Built) -> Read:
    return Read(page(made.record, made.passages))


def embedded(html: str) -> Any:
    found = re.search(r'<script type="application/gzip\+base64" id="embedded">([^<]*)</script>', html)
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


@pytest.fixture(scope="module")
def whole() -> Built:
    return built(60, baseline=True, gate=True, judge=True)


def test_no_text_of_a_record_becomes_markup(whole: Built) -> None:
    passages = {PAYLOAD + name: PAYLOAD + text for name, text in whole.passages.items()}
    html = page(hostile(whole.record), passages)
    tags = Read(html).tags
    plain = read(whole).tags
    # Of what can act or load, there is what there was; ids and languages stay names.
    for tag in ("script", "style", "link", "meta", "base"):
        assert [name for name, _ in tags].count(tag) == [name for name, _ in plain].count(tag)
    assert {name for name, _ in tags} <= {name for name, _ in plain}
    assert not [attribute for _, attributes in tags for attribute in attributes if attribute.startswith("on")]
    assert all(re.fullmatch(r"[\w/.-]+", value) for value in Read(html).attributes("id"))
    assert set(Read(html).attributes("lang")) == {"en"}
    assert all(value.startswith(("#", "data:,")) for value in Read(html).attributes("href"))


def test_what_could_reorder_or_hide_text_is_left_out(whole: Built) -> None:
    html = page(hostile(whole.record), whole.passages)
    assert "\u202e" not in html
    assert "{{ 7*7 }}" in html


def test_half_a_character_can_be_written_and_read_back(whole: Built) -> None:
    record = copy.deepcopy(whole.record)
    record["questions"][0]["question"] = "half \ud83d"
    html = page(record, whole.passages)
    html.encode()
    assert embedded(html) == record


def test_the_record_is_in_the_page(whole: Built) -> None:
    assert embedded(page(whole.record, whole.passages)) == whole.record


def test_what_is_not_a_number_is_refused() -> None:
    made = built(1)
    made.record["metrics"][0]["value"] = float("nan")
    with pytest.raises(ValueError):
        page(made.record, made.passages)


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else(whole: Built) -> None:
    html = page(whole.record, whole.passages)
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in Read(html).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed.pop("default-src") == allowed.pop("base-uri") == allowed.pop("form-action") == "'none'"
    assert allowed.pop("img-src") == "data:"
    for name, opening, closing in (("style-src", "<style>", "</style>"), ("script-src", "<script>", "</script>")):
        text = html.split(opening)[1].split(closing)[0]
        assert allowed.pop(name) == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert not allowed
    assert "style" not in {attribute for _, attributes in Read(html).tags for attribute in attributes}


def test_every_id_is_there_once_and_every_link_leads_somewhere(whole: Built) -> None:
    seen = read(whole)
    ids = Counter(seen.attributes("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {link[1:] for link in seen.attributes("href") if link.startswith("#")} <= set(ids)
    for name in ("for", "aria-labelledby"):
        assert {each for value in seen.attributes(name) for each in value.split()} <= set(ids)


def test_a_question_that_is_named_like_a_part_of_the_page_gets_an_anchor_of_its_own() -> None:
    made = built(3)
    for question, name in zip(made.record["questions"], ("figures", "two words", "q 1/1"), strict=True):
        question["id"] = name
    ids = Counter(read(made).attributes("id"))
    assert max(ids.values()) == 1
    assert {"question/1", "question/2", "question/3"} <= set(ids)


def test_the_headline_says_the_figures_with_their_intervals(whole: Built) -> None:
    figures = {metric["name"]: metric for metric in whole.record["metrics"]}
    right = figures["right"]
    ends = f"95% interval {right['low']:.0%} to {right['high']:.0%}; {right['n']} questions"
    text = read(whole).text
    assert f"{right['value']:.0%} of the questions were answered rightly" in text
    assert ends in text
    assert "60 questions asked of 5 articles, the newest of 9 March 2016" in text
    assert "commit f19eb36 with uncommitted changes" in text


def test_every_quote_is_marked_in_its_passage(whole: Built) -> None:
    quotes = [
        citation["quote"]
        for question in whole.record["questions"]
        for citation in (*question["citations"], *question["nearest"])
    ]
    assert read(whole).marked == quotes


def test_a_quote_without_its_passage_is_shown_alone(whole: Built) -> None:
    seen = Read(page(whole.record, {}))
    assert len(seen.marked) == len(read(whole).marked)
    assert "passage/1" not in seen.attributes("id")


def test_a_passage_that_many_searches_found_is_there_once(whole: Built) -> None:
    hits = [
        f"{hit['path']}:{hit['start']}-{hit['end']}"
        for question in whole.record["questions"]
        for hit in question["hits"]
    ]
    numbered = [name for name in read(whole).attributes("id") if name.startswith("passage/")]
    assert len(numbered) == len(set(hits)) < len(hits)


def test_french_is_marked_as_french(whole: Built) -> None:
    asked = [question for question in whole.record["questions"] if question["lang"] == "fr"]
    spans = [attributes for tag, attributes in read(whole).tags if tag == "span" and attributes.get("class") == "asked"]
    assert [attributes["lang"] for attributes in spans].count("fr") == len(asked) > 0
    assert "fr" in [attributes.get("lang") for tag, attributes in read(whole).tags if tag == "blockquote"]


def test_a_question_shows_all_that_is_known_of_it() -> None:
    made = built(1)
    question = made.record["questions"][0]
    question |= {
        "history": ["Who is Haftar?"],
        "standalone": "Where was Haftar born?",
        "note": "Ajdabiya",
        "reason": "not_in_evidence",
        "confidence": 0.931,
        "threshold": 0.4653,
        "error": {"code": "timed_out", "message": "The model did not reply."},
        "notices": ["The newest dated article is of 9 March 2016."],
        "facts": [
            {"patterns": {"en": "born in"}, "found": "was born in"},
            {"patterns": {"fr": "né à"}, "found": None},
        ],
        "forbidden": [{"patterns": {"en": "Sirte"}, "found": "Sirte"}],
        "timings_ms": {"total": 90.1, "search": 20.0},
        "scores": {
            "right": {"value": 0.5, "why": "Half of it."},
            "recall_4": {"value": None, "why": "No place is known."},
        },
    }
    made.record["judge"] = built(1, judge=True).record["judge"]
    made.record["judge"]["questions"][question["id"]] = {"answers": False, "supported": None, "why": "Beside it."}
    text = read(made).text
    for said in (
        "Who is Haftar?",
        "Where was Haftar born?",
        "Note: Ajdabiya",
        "Declined: not in evidence.",
        "93% sure that the articles answer, where 47% is needed",
        "The model did not reply. timed_out",
        "The newest dated article is of 9 March 2016.",
        "✓ found “was born in”",
        "✗ missing French: né à",
        "✗ said “Sirte”",
        "total 90 ms · search 20 ms",
        "0.5 Half of it.",
        "– No place is known.",
        "It does not answer the question; whether its quotes bear it out is not known. Beside it.",
    ):
        assert said in text


def test_what_a_record_lacks_is_a_dash_with_its_reason() -> None:
    made = built(2)
    for metric in made.record["metrics"]:
        metric |= {"value": None, "low": None, "high": None, "n": 0, "unscored": 2, "by": {}}
    made.record["declining"] = {"reasons": {}, "kinds": [], "curve": None}
    made.record["latency"] = []
    made.record["run"] |= {"commit": None, "dirty": None, "mode": "generated", "model": "gpt-x", "cost_usd": None}
    made.record["run"]["archive"]["newest"] = None
    for question in made.record["questions"]:
        question |= {"lang": None, "pair": None, "confidence": None, "threshold": None, "mode": "generated"}
        question |= {"timings_ms": {}, "hits": [], "evidence": [], "answerable": None, "note": None}
    text = read(made).text
    for said in (
        "None of the questions could be scored.",
        "an unknown commit",
        "answered by gpt-x",
        "There is no curve: a language model decides",
        "– (a language model decided)",
        "cost– (no price is known)",
        "Nobody has said whether the articles answer.",
    ):
        assert said in text
    assert "None%" not in text and "nan" not in text.lower().split()


def test_a_sample_and_a_model_that_failed_are_told_of_at_the_top() -> None:
    made = built(3)
    made.record["run"] |= {"mode": "generated", "model": "gpt-x"}
    made.record["run"]["questions"]["of"] = 1200
    made.record["questions"][0]["model_failure"] = "model_slow"
    text = read(made).text
    assert "3 questions (of 1,200) asked of" in text
    assert "answered by gpt-x, which failed for 1 question: quotes had to do" in text


def test_without_baseline_gate_and_judge_nothing_is_said_of_them() -> None:
    text = read(built(1)).text
    assert "gate" not in text.lower()
    assert "Compared" not in text and "flipped" not in text and "opinion" not in text
    assert "1 question asked of 5 articles" in text


def test_an_evaluation_of_no_question_is_a_page_too() -> None:
    made = built(0)
    made.record["metrics"] = []
    assert "0 questions asked" in read(made).text


def test_the_gate_says_which_rule_is_not_met(whole: Built) -> None:
    text = read(whole).text
    assert "✗ The gate is not passed" in text
    assert "right ≥ 0.95 ✗ not met" in re.sub(r"(?<=0\.95)(?=✗)", " ", text)


def test_the_comparison_says_what_is_more_than_chance_and_links_what_flipped(whole: Built) -> None:
    seen = read(whole)
    assert "✗ worse, more than chance" in seen.text
    assert "no more than chance" in seen.text
    assert "−6.0 points" in seen.text
    assert "+12 ms" in seen.text
    for flip in whole.record["baseline"]["flipped"]:
        assert f"#{flip['id']}" in seen.attributes("href")


def test_what_became_of_each_kind_is_counted_whole(whole: Built) -> None:
    text = read(whole).text
    for kind in whole.record["declining"]["kinds"]:
        verdicts = ("right", "partly", "wrong", "declined", "failed", "unscored")
        row = "".join(str(kind[name]) for name in ("n", *verdicts))
        assert f"{kind['kind'].replace('_', ' ')}{row}" in text


def test_a_page_of_280_questions_is_less_than_3_megabytes() -> None:
    made = built(280, baseline=True, gate=True, judge=True)
    assert len(page(made.record, made.passages).encode()) < 3_000_000
