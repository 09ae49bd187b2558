"""`footnote` as it must never be built: without the checks that its answers rest on. For the evaluation to notice.

    python -m tests.support.ungrounded statements|quotes eval …

"statements": whatever a model writes is shown, with the first sentence of the first passage as its source. "quotes":
quotes are not the article's own characters, but tidied up.
"""

from __future__ import annotations

import sys

from bot.cli.main import main
from bot.types import Citation, Claim, Examined, Statement
from bot.verifying import Verifier
from retrieval.types import Span


def _believing(self: Verifier, statement: Statement, attempt: int = 1) -> tuple[Claim | None, Examined]:
    evidence = self.evidence[0]
    passage = evidence.hit.passage
    sentence = passage.sentences[0]
    citation = Citation(1, evidence.article, sentence.start, sentence.end, Span(passage.start, passage.end))
    return Claim(statement.text, (self._cite(citation),)), Examined(statement, ("exact",), attempt=attempt, shown=True)


def _tidied(self: Citation) -> str:
    return self.article.text[self.start : self.end].replace(" the ", " that ").replace(" les ", " ces ")


if __name__ == "__main__":
    build = sys.argv.pop(1)
    if build == "statements":
        Verifier.verify = _believing  # type: ignore[method-assign]
    else:
        Citation.quote = property(_tidied)  # type: ignore[assignment, method-assign]
    main()
