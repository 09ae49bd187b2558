"""A small real model behind a real server writes, badly: nothing of it gets past the grounding that no article says.

Runs where FOOTNOTE_TEST_LLAMA names a Python that has the model (`make test-model`); a few minutes on two cores.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot import assembly
from bot.evidence import pack
from bot.locating import normalised
from bot.model_errors import ModelError
from bot.models import Message, Shape
from bot.settings import Settings
from bot.support.check import check
from bot.types import Answered, Claim, Outcome, Pointed, Question, Statement
from bot.verifying import Verifier
from retrieval.types import Hit
from tests.support.likeness import Lenient

PYTHON = os.environ.get("FOOTNOTE_TEST_LLAMA")
SERVER = Path(__file__).parents[1] / "support" / "small_model.py"
QUESTIONS = ["How many Marines are in Sicily?", "Combien de combattants le groupe a-t-il à Syrte ?"]
PASSAGES = 14
ONE_CLAIM = Shape(
    "claim",
    "One sentence about the passage, and the words of it that it rests on.",
    {
        "type": "object",
        "properties": {"quote": {"type": "string"}, "text": {"type": "string"}},
        "required": ["quote", "text"],
        "additionalProperties": False,
    },
)

pytestmark = pytest.mark.skipif(PYTHON is None, reason="no small model here: make test-model")


@pytest.fixture(scope="module")
def settings(bundled_home: Path) -> Iterator[Settings]:
    """The bundled archive, and the small model's server."""
    assert PYTHON is not None
    with subprocess.Popen(
        [PYTHON, str(SERVER)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        address = next(line.strip() for line in server.stdout if line.startswith("http"))
        try:
            yield Settings(
                home=bundled_home,
                openai_base_url=f"{address}/v1",
                model="smollm2",
                model_window=4096,
                first_token_seconds=180,
                answer_seconds=300,
            )
        finally:
            server.kill()


@pytest.fixture(scope="module")
def outcomes(settings: Settings) -> list[Outcome]:
    """What came of the questions, asked once."""
    with closing(assembly.open_assistant(settings)) as assistant:
        return [assistant.answer(Question(question)) for question in QUESTIONS]


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
def test_what_it_says_of_single_passages_is_shown_only_where_the_passage_says_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    found: Counter[str] = Counter()
    with closing(assembly.open_retriever(settings).index) as index, closing(assembly.open_model(settings)) as model:
        catalogue = index.catalogue
        passages = [one for article in catalogue.articles() for one in catalogue.passages_of(article.id)][:PASSAGES]
        hits = [Hit(passage, 1.0, rank, ("words",)) for rank, passage in enumerate(passages, 1)]
        for evidence in pack(hits, catalogue.article, "f" * 16, model.count, 10**6):
            asked = f"{evidence.text}\n\nCopy one sentence of this text as `quote`, and say it in your words as `text`."
            try:
                said = model.ask([Message("user", asked)], ONE_CLAIM, max_tokens=250, seconds=120).value
            except ModelError as error:
                found[error.code] += 1
                continue
            statement = Statement(str(said.get("text")), (Pointed(evidence.label, str(said.get("quote"))),))
            supported = partial(check, likeness=Lenient())
            claim, examined = Verifier([evidence], catalogue.article, evidence.article.language, supported).verify(
                statement
            )
            found[", ".join((*examined.outcomes, *(fault.kind for fault in examined.faults)))] += 1
            if claim is not None:
                holds(claim)
    with capsys.disabled():
        print(f"\nsingle claims: {dict(found)}")
    assert sum(found.values()) == PASSAGES


def holds(claim: Claim) -> None:
    """Fail where a quote is not its article's, or a figure of the claim stands in none of its quotes."""
    for citation in claim.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end]
    text = claim.text.rpartition(" (")[0] or claim.text
    held = normalised(" ".join(citation.quote for citation in claim.citations)).text.replace(",", "")
    figures = [word.strip(".,;:!?\"'“”«»()") for word in text.split() if any(map(str.isdigit, word))]
    assert all(figure.replace(",", "") in held for figure in figures), claim.text


@pytest.mark.timeout(1800)
def test_of_whole_answers_every_quote_is_its_articles(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        for citation in outcome.citations if isinstance(outcome, Answered) else outcome.nearest:
            assert citation.quote == citation.article.text[citation.start : citation.end]
        if isinstance(outcome, Answered) and outcome.mode == "generated":
            for claim in outcome.claims:
                holds(claim)
