"""A small real model behind a real server writes, badly: nothing of it gets past the grounding that no article says.

Runs where FOOTNOTE_TEST_LLAMA names a Python that has the model (`make test-model`); a few minutes on two cores.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import assembly
from bot.locating import normalised
from bot.settings import Settings
from bot.types import Answered, Outcome, Question

PYTHON = os.environ.get("FOOTNOTE_TEST_LLAMA")
SERVER = Path(__file__).parents[1] / "support" / "small_model.py"
QUESTIONS = [
    "How many Marines are in Sicily?",
    "Who commands the troops stationed at Benina?",
    "What did Matteo Renzi say about sending 5,000 men?",
    "Combien de combattants le groupe a-t-il à Syrte ?",
    "Who won the chess championship in Reykjavik in 1972?",
    "Que dit le Pentagone de la Sicile ?",
]

pytestmark = pytest.mark.skipif(PYTHON is None, reason="no small model here: make test-model")


@pytest.fixture(scope="module")
def outcomes(bundled_home: Path) -> Iterator[list[Outcome]]:
    """What came of the questions, asked once."""
    assert PYTHON is not None
    with subprocess.Popen(
        [PYTHON, str(SERVER)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        address = next(line.strip() for line in server.stdout if line.startswith("http"))
        settings = Settings(
            home=bundled_home,
            openai_base_url=f"{address}/v1",
            model="smollm2",
            model_window=4096,
            first_token_seconds=180,
            answer_seconds=300,
        )
        try:
            with closing(assembly.open_assistant(settings)) as assistant:
                yield [assistant.answer(Question(question)) for question in QUESTIONS]
        finally:
            server.kill()


@pytest.mark.timeout(1800)
def test_the_real_model_was_asked_and_drafted(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    drafted = [outcome.trace.drafting for outcome in outcomes if outcome.trace.drafting is not None]
    assert len(drafted) == len(QUESTIONS)
    assert sum(outcome.usage.output_tokens for outcome in outcomes) > 0
    found = Counter(
        "shown" if one.shown else ", ".join((*one.outcomes, *(fault.kind for fault in one.faults))) or "no quote"
        for drafting in drafted
        for one in drafting.examined
    )
    failures = Counter(drafting.failure for drafting in drafted if drafting.failure)
    with capsys.disabled():
        print(f"\nstatements: {dict(found)}; failures: {dict(failures)}")
    assert found or failures


@pytest.mark.timeout(1800)
def test_every_quote_shown_is_its_articles_and_no_claim_holds_a_number_that_its_quotes_lack(
    outcomes: list[Outcome],
) -> None:
    for outcome in outcomes:
        shown = outcome.citations if isinstance(outcome, Answered) else outcome.nearest
        for citation in shown:
            assert citation.quote == citation.article.text[citation.start : citation.end]
        if isinstance(outcome, Answered) and outcome.mode == "generated":
            for claim in outcome.claims:
                text = claim.text.rpartition(" (")[0] or claim.text
                held = normalised(" ".join(citation.quote for citation in claim.citations)).text
                figures = [word.strip(".,;:!?\"'“”«»()") for word in text.split() if any(map(str.isdigit, word))]
                assert all(figure.replace(",", "") in held.replace(",", "") for figure in figures), claim.text
