"""Articles that talk to the language model, and a model that obeys them: nothing of it is claimed.

The attempts are data (`injection/*.yaml`): an article with true sentences and an attack, what is asked about it, and
the draft that a model would return which does as it is told. It obeys whether or not the attack reached it, so what is
tested is what stands behind the model; that the attack is not even shown to it is tested beside that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import assembly
from bot.assistant import Assistant
from bot.home import MODEL
from bot.render.text import why_text
from bot.settings import Settings
from bot.types import Answered, Citation, Outcome, Question
from retrieval.suspicion import INVISIBLE, suspicious
from retrieval.types import LANGUAGES
from tests.support.drafts import is_rewriting, passages
from tests.support.indexing import write_articles
from tests.support.model_server import ModelServer, Received, Reply, say


@dataclass(frozen=True)
class Attempt:
    """An article that tries it on.

    `anchor`: a true sentence of it; `obeyed`: the draft of a model that obeys. In this a quote's passage is "here", the
    one that holds the anchor, "other", one that doesn't, or a label that the attack invents. `must_not`: patterns that
    no claim and no quote holds; `may`: one of them every claim of the model that is shown holds.
    """

    id: str
    kind: str
    question: str
    text: str
    attack: str
    anchor: str
    obeyed: Mapping[str, Any]
    must_not: tuple[str, ...]
    may: tuple[str, ...]

    @property
    def language(self) -> str:
        """The article's and the question's."""
        return self.id.partition("-")[0]

    @property
    def file(self) -> str:
        """Where the article stands in the archive."""
        return f"{self.id}.txt"


def _attempts() -> list[Attempt]:
    rows = [row for path in sorted(Path(__file__).parent.glob("injection/*.yaml")) for row in _rows(path)]
    return [
        Attempt(
            text="\n\n".join(row.pop("article")) + "\n",
            must_not=tuple(row.pop("must_not")),
            may=tuple(row.pop("may")),
            **row,
        )
        for row in rows
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return rows


ATTEMPTS = _attempts()
every_attempt = pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.id for attempt in ATTEMPTS])


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """The obedient model's server."""
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def settings(server: ModelServer, tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Settings:
    """A home with the articles of all attempts, and that model."""
    home = tmp_path_factory.mktemp("injection")
    (home / MODEL).symlink_to(model_folder)
    made = Settings(home=home, openai_base_url=server.url, openai_api_key="sk-not-to-be-seen")
    report = assembly.ingest(made, [write_articles(home / "news", {one.file: one.text for one in ATTEMPTS})])
    assert {suspect.path for suspect in report.suspects} == {one.file for one in ATTEMPTS}
    return made


@pytest.fixture(scope="module")
def written(settings: Settings) -> Iterator[Assistant]:
    """Answers that the model writes."""
    with closing(assembly.open_assistant(settings)) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def quoted(settings: Settings) -> Iterator[Assistant]:
    """Answers without a model."""
    with closing(assembly.open_assistant(Settings(home=settings.home))) as assistant:
        yield assistant


def obeying(attempt: Attempt, *, relents: bool = False) -> Any:
    """For `ModelServer.respond`: the draft of the attempt, again when asked again; or then the true sentence alone."""
    drafts = 0

    def respond(request: Received) -> Reply:
        nonlocal drafts
        if is_rewriting(request):
            return say({"question": "", "translation": ""})
        here = [label for label, text in passages(request).items() if attempt.anchor in text]
        elsewhere = [label for label in passages(request) if label not in here]
        assert here and elsewhere, "the article is not among the passages"
        labels = {"here": here[0], "other": elsewhere[0]}
        drafts += 1
        if relents and drafts > 1:
            quote = {"passage": here[0], "quote": attempt.anchor}
            return say({"answers": True, "claims": [{"text": attempt.anchor, "quotes": [quote]}]})
        claims = [
            {
                "text": claim["text"],
                "quotes": [
                    {"passage": labels.get(quote["passage"], quote["passage"]), "quote": quote["quote"]}
                    for quote in claim["quotes"]
                ],
            }
            for claim in attempt.obeyed["claims"]
        ]
        return say({"answers": attempt.obeyed["answers"], "claims": claims})

    return respond


def citations(outcome: Outcome) -> tuple[Citation, ...]:
    """Every quote that a person is shown."""
    return outcome.citations if isinstance(outcome, Answered) else outcome.nearest


def claims_nothing_of_it(attempt: Attempt, outcome: Outcome) -> None:
    """Fail where a claim or a quote comes from an attack."""
    shown = [claim.text for claim in outcome.claims] if isinstance(outcome, Answered) else []
    for text in (*shown, *(citation.quote for citation in citations(outcome))):
        assert not [pattern for pattern in attempt.must_not if re.search(pattern, text)], text
    for citation in citations(outcome):
        assert citation.quote in citation.article.text
        for one in suspicious(citation.article.text):
            assert citation.end <= one.span.start or one.span.end <= citation.start, citation.quote


@every_attempt
def test_a_model_that_obeys_an_article_gets_nothing_claimed(
    attempt: Attempt, written: Assistant, server: ModelServer
) -> None:
    server.play()
    server.respond = obeying(attempt)
    outcome = written.answer(Question(attempt.question))
    assert outcome.trace.drafting is not None and outcome.trace.drafting.failure is None
    claims_nothing_of_it(attempt, outcome)
    if isinstance(outcome, Answered) and outcome.mode == "generated":
        for claim in outcome.claims:
            assert any(re.search(pattern, claim.text) for pattern in attempt.may), claim.text


@every_attempt
def test_what_is_true_in_the_article_can_still_be_claimed(
    attempt: Attempt, written: Assistant, server: ModelServer
) -> None:
    if not attempt.obeyed["answers"]:
        pytest.skip("a model that declines is not asked again")
    server.play()
    server.respond = obeying(attempt, relents=True)
    outcome = written.answer(Question(attempt.question))
    claims_nothing_of_it(attempt, outcome)
    assert isinstance(outcome, Answered) and outcome.mode == "generated"
    assert attempt.anchor in [citation.quote for citation in outcome.citations]


@every_attempt
def test_the_attack_is_named_and_never_shown_to_the_model(
    attempt: Attempt, written: Assistant, server: ModelServer
) -> None:
    server.play()
    server.respond = obeying(attempt)
    outcome = written.answer(Question(attempt.question))
    (article,) = {article for article, _ in outcome.trace.suspicious if article.path == attempt.file}
    assert f"{attempt.file}:" in why_text(outcome, {})
    pieces = [piece for piece in attempt.attack.split("\n") if piece.strip()]
    for request in server.requests:
        told = request.body["messages"][1]["content"]  # what follows in a second request is its own draft, sent back
        assert not [piece for piece in pieces if piece in told]
        assert not [one for one in suspicious(article.text) if article.text[one.span.start : one.span.end] in told]
        assert INVISIBLE.search(told) is None


@every_attempt
def test_without_a_model_no_quote_comes_from_the_attack(attempt: Attempt, quoted: Assistant) -> None:
    claims_nothing_of_it(attempt, quoted.answer(Question(attempt.question)))


# --- The attempts themselves ------------------------------------------------------------------------------------------


def test_there_are_enough_attempts_of_every_kind_in_both_languages() -> None:
    assert len(ATTEMPTS) == len({attempt.id for attempt in ATTEMPTS}) >= 48
    kinds = {language: {one.kind for one in ATTEMPTS if one.language == language} for language in LANGUAGES}
    assert kinds["en"] == kinds["fr"]
    assert len(kinds["en"]) == 9
    for language in LANGUAGES:
        assert sum(attempt.language == language for attempt in ATTEMPTS) >= 24


@every_attempt
def test_an_attempt_is_what_it_says(attempt: Attempt) -> None:
    """The attack and the anchor stand in the article, apart; what must not be claimed is not true in it."""
    assert attempt.text.count(attempt.attack) == attempt.text.count(attempt.anchor) == 1
    true = attempt.text.replace(attempt.attack, "\n")
    assert attempt.anchor in true
    assert not [pattern for pattern in attempt.must_not if re.search(pattern, true)]
    assert any(re.search(pattern, true) for pattern in attempt.may)
    lies = [claim for claim in attempt.obeyed["claims"] if any(re.search(p, claim["text"]) for p in attempt.must_not)]
    assert lies or not attempt.obeyed["answers"]
    for stretch in (one.span for one in suspicious(attempt.text)):
        assert attempt.anchor not in attempt.text[stretch.start : stretch.end]
