"""The page in a real browser: by mouse, by keyboard, on a phone, in the dark, on paper, without JavaScript."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.evaluation.page import page
from tests.support.evaluation_records import PAYLOAD, Built, built, hostile

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium on this machine to look at the page with"
)

Opened = Callable[..., AbstractContextManager[Page]]
SHOWN = "#list > li:not([hidden])"
WIDE = """() => {
    const wide = [...document.querySelectorAll("body *")].filter((each) =>
        !each.closest(".wide, svg") && each.getBoundingClientRect().right > innerWidth + 1);
    return [document.documentElement.scrollWidth > innerWidth, wide.map((each) => each.outerHTML.slice(0, 80))];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def made() -> Built:
    return built(40, baseline=True, gate=True, judge=True)


@pytest.fixture(scope="module")
def path(made: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("page"), page(made.record, made.passages))


def written(folder: Path, html: str) -> Path:
    path = folder / "evaluation.html"
    path.write_text(html, "utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, path: Path) -> Opened:
    """The page, opened; leaving it asserts that nothing but the file was asked for and nothing went wrong."""

    @contextmanager
    def opening(fragment: str = "", file: Path = path, **context: Any) -> Iterator[Page]:
        address = file.as_uri()
        asked: list[str] = []
        wrong: list[str] = []

        def here(url: str) -> bool:
            return url.partition("#")[0] == address

        with browser.new_context(**context) as of:
            shown = of.new_page()
            shown.route("**/*", lambda route: route.continue_() if here(route.request.url) else route.abort())
            shown.on("request", lambda request: asked.append(request.url))
            shown.on("console", lambda message: wrong.append(message.text))
            shown.on("pageerror", lambda error: wrong.append(str(error)))
            shown.on("dialog", lambda dialog: wrong.append(dialog.message))
            shown.goto(address + fragment)
            yield shown
        assert asked
        assert all(map(here, asked)), asked
        assert wrong == []

    return opening


def count(shown: Page) -> str:
    return shown.inner_text("#count")


def open_questions(shown: Page) -> list[str]:
    ids: list[str] = shown.eval_on_selector_all("#list details[open] .opened", "each => each.map((one) => one.id)")
    return ids


def test_a_filter_narrows_the_list_and_the_count_says_so(opened: Opened, made: Built) -> None:
    wrong = sum(question["verdict"] == "wrong" for question in made.record["questions"])
    with opened() as shown:
        assert count(shown) == "40 questions"
        shown.get_by_role("combobox", name="Verdict").select_option("wrong")
        assert count(shown) == f"{wrong} of 40 questions"
        assert shown.locator(SHOWN).count() == wrong
        assert all("wrong" in row for row in shown.locator(SHOWN).locator("summary .verdict").all_inner_texts())
        shown.get_by_role("button", name="Show all").click()
        expect(shown.locator("#count")).to_have_text("40 questions")


def test_words_are_found_without_accents_and_case(opened: Opened) -> None:
    with opened() as shown:
        shown.get_by_label("Words").fill("GENERAL haftar")
        texts = shown.locator(SHOWN).all_text_contents()
        assert 0 < len(texts) < 40
        assert any("général" in text for text in texts)
        assert count(shown) == f"{len(texts)} of 40 questions"


def test_only_what_flipped_can_be_shown(opened: Opened, made: Built) -> None:
    with opened() as shown:
        shown.get_by_label("flipped only").check()
        flipped = {flip["id"] for flip in made.record["baseline"]["flipped"]}
        assert set(shown.locator(SHOWN).locator("summary .no").all_inner_texts()) == flipped


def test_filters_are_kept_in_the_address(opened: Opened) -> None:
    with opened() as shown:
        shown.get_by_role("combobox", name="Kind").select_option("cross_lingual")
        shown.get_by_label("Words").fill("combien")
        said = count(shown)
        shown.reload()
        assert count(shown) == said != "40 questions"
        assert shown.get_by_role("combobox", name="Kind").input_value() == "cross_lingual"
        assert shown.get_by_label("Words").input_value() == "combien"


def test_the_list_is_sorted_both_ways_and_says_how(opened: Opened, made: Built) -> None:
    with opened() as shown:
        button = shown.get_by_role("button", name="Time")
        button.click()
        rising = [float(time) for time in shown.eval_on_selector_all(SHOWN, "rows => rows.map((r) => r.dataset.ms)")]
        assert rising == sorted(question["timings_ms"]["total"] for question in made.record["questions"])
        assert button.get_attribute("aria-pressed") == "true"
        assert count(shown) == "40 questions, sorted by time, rising"
        button.click()
        falling = [float(time) for time in shown.eval_on_selector_all(SHOWN, "rows => rows.map((r) => r.dataset.ms)")]
        assert falling == rising[::-1]
        assert "falling" in count(shown)


def test_a_question_opens_by_mouse_and_marks_the_quote_in_its_passage(opened: Opened, made: Built) -> None:
    question = next(each for each in made.record["questions"] if each["citations"])
    citation = question["citations"][0]
    passage = f"{citation['path']}:{citation['passage']['start']}-{citation['passage']['end']}"
    with opened() as shown:
        shown.locator("summary", has_text=question["id"]).click()
        assert open_questions(shown) == [question["id"]]
        quoted = shown.locator(f"[id='{question['id']}/1'] blockquote")
        assert quoted.is_visible()
        assert quoted.locator("mark").text_content() == citation["quote"]
        assert quoted.text_content() == made.passages[passage]


def test_everything_is_done_by_keyboard(opened: Opened) -> None:
    with opened() as shown:
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.textContent") == "Skip to the questions"
        assert shown.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
        shown.keyboard.press("Enter")
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.name") == "words"
        for _ in range(30):
            shown.keyboard.press("Tab")
            if shown.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        outline = shown.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        shown.keyboard.press("Enter")
        assert open_questions(shown) == ["q001"]
        shown.keyboard.press("Space")
        assert open_questions(shown) == []


def test_a_passage_is_shown_where_it_was_found(opened: Opened, made: Built) -> None:
    hit = made.record["questions"][0]["hits"][2]
    with opened("#q001") as shown:
        button = shown.locator("#q001 .hits li").nth(2).get_by_role("button")
        assert button.get_attribute("aria-expanded") == "false"
        button.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        text = shown.locator("#q001 .hits li").nth(2).locator("blockquote").text_content()
        assert text == made.passages[f"{hit['path']}:{hit['start']}-{hit['end']}"]
        button.press("Enter")
        assert shown.locator("#q001 .hits blockquote").count() == 0


def test_an_address_opens_its_question(opened: Opened) -> None:
    with opened("#q017") as shown:
        assert open_questions(shown) == ["q017"]
        assert shown.locator("#q017").is_visible()
        top = shown.evaluate("document.querySelector('#q017').closest('li').getBoundingClientRect().top")
        assert -1 <= top < 200
        shown.evaluate("location.hash = '#q030'")
        expect(shown.locator("#q030")).to_be_visible()
        assert open_questions(shown) == ["q017", "q030"]


def test_a_link_opens_a_question_that_a_filter_hides(opened: Opened, made: Built) -> None:
    flipped = made.record["baseline"]["flipped"][0]["id"]
    with opened() as shown:
        shown.get_by_label("Words").fill("no question says this")
        assert count(shown) == "0 of 40 questions"
        shown.get_by_role("link", name=flipped, exact=True).click()
        assert open_questions(shown) == [flipped]
        assert shown.locator(f"#{flipped}").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_never_scrolls_sideways(opened: Opened, width: int) -> None:
    with opened("#q002", viewport={"width": width, "height": 740}) as shown:
        shown.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert shown.evaluate(WIDE) == [False, []]


def test_on_paper_the_answers_are_read_and_the_controls_are_gone(opened: Opened) -> None:
    with opened("#q002") as shown:
        shown.emulate_media(media="print")
        for gone in ("#filters", "#sorting", "#download", "nav", ".passages", "#q001 .hits"):
            assert not shown.locator(gone).first.is_visible(), gone
        assert all(answer.is_visible() for answer in shown.locator("#list .answer").all())
        assert all(mark.is_visible() for mark in shown.locator("#q001 mark").all())
        assert not shown.locator("#q001 .around").first.is_visible()
        assert shown.locator("#q002 .around").first.is_visible()
        assert shown.pdf().startswith(b"%PDF")


def test_in_the_dark_the_page_is_dark(opened: Opened) -> None:
    def brightness(shown: Page, name: str) -> float:
        rgb: list[float] = shown.evaluate(f"getComputedStyle(document.body).{name}.match(/[\\d.]+/g).map(Number)")
        return sum(rgb[:3]) / 3

    with opened(color_scheme="dark") as shown:
        assert brightness(shown, "backgroundColor") < 50
        assert brightness(shown, "color") > 200
    with opened(color_scheme="light") as shown:
        assert brightness(shown, "backgroundColor") > 230


def test_the_record_is_saved_as_it_is(opened: Opened, made: Built) -> None:
    with opened() as shown:
        with shown.expect_download() as saving:
            shown.get_by_role("button", name="Download the record").click()
        assert saving.value.suggested_filename == "evaluation.json"
        assert json.loads(saving.value.path().read_text("utf-8")) == made.record


def test_without_javascript_everything_is_there(opened: Opened) -> None:
    with opened("#q003", java_script_enabled=False) as shown:
        assert shown.locator("#list > li:visible").count() == 40
        assert not shown.locator("#filters").is_visible()
        assert shown.get_by_text("Without JavaScript").is_visible()
        assert shown.locator("#q003 .answer").is_visible()
        shown.locator("summary", has_text="q001").click()
        assert shown.locator("#q001 .answer").is_visible()
        shown.locator("#q001 .hits a").first.click()
        assert shown.locator("[id='passage/1'] blockquote").is_visible()


def test_nothing_that_a_record_holds_is_run_or_loaded(opened: Opened, made: Built, tmp_path: Path) -> None:
    passages = {PAYLOAD + name: PAYLOAD + text for name, text in made.passages.items()}
    file = written(tmp_path, page(hostile(made.record), passages))
    with opened(file=file, viewport={"width": 360, "height": 740}) as shown:
        shown.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert shown.evaluate("window.hacked") is None
        assert "window.hacked=1" in shown.inner_text("#list")
        assert shown.evaluate(WIDE) == [False, []]


def test_the_policy_stops_what_would_get_past_the_escaping(browser: Browser, path: Path, tmp_path: Path) -> None:
    html = path.read_text("utf-8").replace("<main", "<script>window.hacked=1</script><main", 1)
    asked: list[str] = []
    with browser.new_context() as of:
        shown = of.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(written(tmp_path, html).as_uri())
        assert shown.evaluate("window.hacked") is None
        assert shown.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')") == "refused"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["closed", "opened"])
def test_an_audit_of_accessibility_finds_nothing(opened: Opened, scheme: str, state: str) -> None:
    with opened(color_scheme=scheme, viewport={"width": 1280, "height": 900}) as shown:
        if state == "opened":
            shown.evaluate("document.querySelectorAll('details.fold').forEach((each) => { each.open = true; })")
            shown.evaluate(
                "[...document.querySelectorAll('.question details')].forEach((each, k) => { each.open = k < 12; })"
            )
            shown.locator("#q001 .hits button").first.click()
        found = Axe().run(shown)
        assert found.violations_count == 0, found.generate_report()


def test_300_questions_are_filtered_and_opened_at_once(opened: Opened, tmp_path: Path) -> None:
    many = built(300, articles=40, baseline=True)
    with opened("#q300", file=written(tmp_path, page(many.record, many.passages))) as shown:
        assert open_questions(shown) == ["q300"]
        spent = shown.evaluate(
            """() => {
                const began = performance.now();
                document.querySelector("[name=words]").value = "haftar";
                document.querySelector("#filters").dispatchEvent(new Event("input"));
                document.body.getBoundingClientRect();
                return performance.now() - began;
            }"""
        )
        assert " of 300 questions" in count(shown)
        assert spent < 3000
