"""Prompts: files a person can read, filled once and exactly."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import prompts
from bot.errors import DamagedInstallation
from bot.models import Message
from prompts import load, parse

PLAIN = """For people.

# System

Answer as {"text": "…"}, in {{language}}.

## Examples

None.

# User

{{question}}
"""
FOLDER = Path(prompts.__file__).parent


def test_what_is_sent_is_the_two_parts_without_the_note_for_people() -> None:
    assert parse(PLAIN).fill(language="French", question="Où est le port ?") == [
        Message("system", 'Answer as {"text": "…"}, in French.\n\n## Examples\n\nNone.'),
        Message("user", "Où est le port ?"),
    ]


@pytest.mark.parametrize("value", ["{{language}}", "{{unknown}}", "# System", "\\1 \\g<0>", "{", " padded\n"])
def test_a_value_goes_in_as_it_is(value: str) -> None:
    assert parse(PLAIN).fill(language="French", question=value)[1].text == value


@pytest.mark.parametrize(
    "values", [{"language": "French"}, {"language": "French", "question": "?", "colour": "red"}, {}]
)
def test_a_value_too_few_or_too_many_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="language"):
        parse(PLAIN).fill(**values)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# User\n\nHello\n",
        "# System\n\nHello\n",
        "# System\n\n# User\n\nHello\n",
        "# User\n\nHello\n\n# System\n\nHello\n",
        "# System\n\nHello\n\n# User\n\n{{ question }}\n",
        "# System\n\nHello\n\n# User\n\n{{question\n",
    ],
)
def test_a_file_that_is_no_prompt_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"System|\{\{"):
        parse(text)


def test_the_digest_is_of_the_whole_file() -> None:
    assert parse(PLAIN).digest == hashlib.sha256(PLAIN.encode()).hexdigest()[:12]
    assert parse(PLAIN).digest != parse(PLAIN.replace("For people", "For you")).digest


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.md")))
def test_every_prompt_that_comes_with_footnote_can_be_filled(file: str) -> None:
    text = (FOLDER / file).read_text("utf-8")
    prompt = parse(text)
    system, user = prompt.fill(**dict.fromkeys(prompt.placeholders, "value"))
    assert system.text and user.text
    assert load(file.removesuffix(".md"), *prompt.placeholders).digest == prompt.digest


def test_a_prompt_that_is_missing_or_has_other_placeholders_is_a_damaged_installation() -> None:
    with pytest.raises(DamagedInstallation, match=r"prompts/nowhere\.md"):
        load("nowhere")
    with pytest.raises(DamagedInstallation, match=r"prompts/rewrite\.md"):
        load("rewrite", "question", "moon")
