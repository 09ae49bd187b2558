"""The two catalogues of the bot's sentences: equal, used, and set as each language is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from telegram.constants import BotDescriptionLimit, CallbackQueryLimit

from bot.telegram.quotas import left
from bot.telegram.texts import texts
from retrieval.types import LANGUAGES

ROOT = Path(__file__).resolve().parents[3]
SOURCES = sorted(path for folder in ("bot/telegram", "bot/render") for path in (ROOT / folder).rglob("*.py"))
ENGLISH, FRENCH = texts("en").sentences, texts("fr").sentences
SECTIONS = {key.partition(".")[0] for key in ENGLISH}
COUNTED = {key.removesuffix(".one") for key in ENGLISH if key.endswith(".one")}
NAMED = re.compile(rf"(?:{'|'.join(sorted(SECTIONS))})(?:\.[a-z_0-9]+)+")


@dataclass(frozen=True)
class Use:
    """A key in the code. `pattern`: of the keys it may stand for; `values`: those given by name, where it is a call."""

    where: str
    written: str
    pattern: re.Pattern[str]
    counted: bool = False
    values: frozenset[str] | None = None


def _written(node: ast.expr) -> tuple[str, re.Pattern[str]] | None:
    """A key as it is written, and what it matches: a string, or an f-string that begins with its section."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value, re.compile(re.escape(node.value))) if NAMED.fullmatch(node.value) else None
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
        if str(parts[0]).partition(".")[0] in SECTIONS and "." in str(parts[0]):
            found = "".join("[a-z_0-9]+" if part is None else re.escape(part) for part in parts)
            return "".join(part if part is not None else "{}" for part in parts), re.compile(found)
    return None


def _uses(path: Path) -> Iterator[Use]:
    seen: set[int] = set()  # of a call its key, of an f-string its parts: they come after what they belong to
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and node.args and (key := _written(node.args[0])) is not None:
            seen |= {id(node.args[0]), *map(id, ast.iter_child_nodes(node.args[0]))}
            names = [keyword.arg for keyword in node.keywords]
            values = None if None in names else frozenset(name for name in names if name is not None)
            yield Use(where, *key, isinstance(node.func, ast.Attribute) and node.func.attr == "count", values)
        elif isinstance(node, ast.expr) and id(node) not in seen and (key := _written(node)) is not None:
            seen |= set(map(id, ast.iter_child_nodes(node)))
            yield Use(where, *key)


@cache
def uses() -> tuple[Use, ...]:
    """Every key written anywhere in the bot's code or in what renders for it."""
    return tuple(use for path in SOURCES for use in _uses(path))


def fields(sentence: str) -> set[str]:
    """The names of its placeholders."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    assert set(ENGLISH) == set(FRENCH)


def test_both_languages_fill_in_the_same_values() -> None:
    assert [key for key in ENGLISH if fields(ENGLISH[key]) != fields(FRENCH.get(key, ""))] == []
    assert [key for key in ENGLISH if not all(name.isidentifier() for name in fields(ENGLISH[key]))] == []


def test_what_depends_on_a_number_has_two_sentences() -> None:
    ends = {key.rpartition(".")[0] for key in ENGLISH if key.endswith((".one", ".many"))}
    assert ends == COUNTED
    assert all(f"{key}.many" in ENGLISH for key in COUNTED)


def test_every_key_that_the_code_names_is_there() -> None:
    assert uses()
    known = set(ENGLISH) | COUNTED
    assert [
        f"{use.where}: {use.written}" for use in uses() if not any(use.pattern.fullmatch(key) for key in known)
    ] == []


def test_every_key_is_used() -> None:
    named = {key for key in ENGLISH if any(use.pattern.fullmatch(key) for use in uses())}
    counted = {key for key in COUNTED if any(use.pattern.fullmatch(key) for use in uses())}
    assert sorted(key for key in ENGLISH if key not in named and key.rpartition(".")[0] not in counted) == []


def test_every_call_gives_the_values_of_its_sentence() -> None:
    wrong = []
    for use in uses():
        if use.values is None or use.written not in (COUNTED if use.counted else set(ENGLISH)):
            continue  # not a call, or a key made up as it goes
        wanted = fields(ENGLISH[f"{use.written}.many" if use.counted else use.written]) - (
            {"count"} if use.counted else set()
        )
        if use.values < wanted or use.values - wanted:
            wrong.append(f"{use.where}: {use.written} wants {sorted(wanted)}, is given {sorted(use.values)}")
    assert wrong == []


def badly_set(sentence: str) -> bool:
    """Whether French would set this otherwise: a space that a line can break at, or none, beside a mark."""
    plain = re.sub(r"https?://\S+|\d+:\d+", "", sentence)
    breaking = re.search(r"[ \t][:;?!»%]|«[ \t]", plain)
    missing = re.search(r"[^\s\u00a0\u202f?!:.…][:;?!»](?=\s|$)|«(?![\u00a0\u202f])", plain)
    return breaking is not None or missing is not None or '"' in plain


def test_french_is_set_with_no_break_spaces() -> None:
    assert [key for key in FRENCH if badly_set(FRENCH[key])] == []


@pytest.mark.parametrize("sentence", ["Pourquoi ?", "Pourquoi?", "Ceci: cela", "« oui »", "«oui\u00a0»", "50 %"])
def test_what_french_sets_otherwise_is_noticed(sentence: str) -> None:
    assert badly_set(sentence)


def test_no_sentence_begins_or_ends_with_space_or_says_nothing() -> None:
    for sentences in (ENGLISH, FRENCH):
        assert [key for key, sentence in sentences.items() if sentence != sentence.strip() or not sentence] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_of_the_bot_is_as_short_as_it_must_be(language: str) -> None:
    assert len(texts(language)("start.short")) <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    assert len(texts(language)("access.not_listed")) <= CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    longest = texts(language)("inline.limited", left=left(23 * 3600 + 59 * 60, texts(language)))
    assert len(longest) <= 64, "what stands above the results of an inline query"


def test_english_and_french_count_zero_differently() -> None:
    assert texts("en").count("limits.seconds", 0) == "0 seconds"
    assert texts("fr").count("limits.seconds", 0) == "0 seconde"
    assert texts("de").language == "en"
