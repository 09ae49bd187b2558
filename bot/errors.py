"""Everything that can stop a command, in one tree; each error is a sentence, a next step and an exit code.

    FootnoteError                          exit code 1 unless said otherwise
    ├── WrongUse            2              the command could not have worked as it was typed
    │   ├── BadSettings     2              a setting is not what it should be (every one of them is named)
    │   ├── BadQuestion     2              an empty question, or one too long
    │   ├── BadFilter       2              a filter that cannot be read, or names no article
    │   └── BadRow          2              a row of a batch that holds no question
    ├── RetrievalFailed     1              what `retrieval.errors` says, with its own code and next step
    ├── UnreadableBatch     1              a file of questions that cannot be opened or is not UTF-8
    ├── DamagedInstallation 1              a file that came with Footnote is missing or damaged
    ├── UnreadableConversations 1          the conversations kept are damaged, or of a newer version
    ├── UnreadableStore     1              what the Telegram bot keeps is damaged, or of a newer version
    ├── AlreadyRunning      1              a bot runs already, in this home or with this token
    ├── Interrupted       130              Ctrl-C
    ├── Stopped           130              whoever asked wants no answer any more
    └── Unexpected          1              a fault of ours: the person gets a sentence, the log the traceback

What goes wrong while finding passages is named in `retrieval.errors` and only given an exit code here; what goes wrong
with a language model, in `model_errors.py`; in an evaluation, in `evaluation/errors.py`. Declining to answer is no
error. Does not print and does not log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.types import Usage

DONE, FAILED, WRONG_USE, BELOW, CHANGED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""The exit codes; 3 and 4 are an evaluation's, 130 the shells' own for a process ended by Ctrl-C (128 + SIGINT)."""


class FootnoteError(Exception):
    """A failure a person can act on: `message` says what happened, `next_step` what to do about it.

    `code` is a stable snake_case name for programs; `retry_helps`: the same call may succeed later, unchanged.
    """

    code: str = "failed"
    exit_code: ClassVar[int] = FAILED
    retry_helps: bool = False

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"


class WrongUse(FootnoteError):
    """The command could not have worked as it was typed, whatever the state of the index."""

    code = "wrong_use"
    exit_code = WRONG_USE


class BadSettings(WrongUse):
    """One or more settings are not what they should be; `problems` holds a sentence for each."""

    code = "bad_settings"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(
            "\n".join(problems), "Correct it in the environment or in .env; .env.example shows every setting."
        )
        self.problems = tuple(problems)


class BadQuestion(WrongUse):
    """A question that is empty or too long to be one."""

    code = "bad_question"


class BadFilter(WrongUse):
    """A filter that cannot be read, or whose article is not there, or is several."""

    code = "bad_filter"


class BadRow(WrongUse):
    """A row of a batch that is not a JSON object with a question."""

    code = "bad_row"


class RetrievalFailed(FootnoteError):
    """What stopped the search or the indexing: message, next step and code are those of the error it wraps."""

    def __init__(self, cause: RetrievalError) -> None:
        super().__init__(cause.message, cause.next_step)
        self.code = cause.code
        self.retry_helps = cause.retry_helps
        self.__cause__ = cause


class UnreadableBatch(FootnoteError):
    """A file of questions that cannot be opened, or is not UTF-8."""

    code = "unreadable_batch"


class DamagedInstallation(FootnoteError):
    """A file that came with Footnote is missing, or isn't what was installed."""

    code = "damaged_installation"

    def __init__(self, file: str) -> None:
        super().__init__(f"{file}, which came with Footnote, is missing or damaged.", "Install Footnote again.")


class UnreadableConversations(FootnoteError):
    """The file of the conversations is damaged, or was made by a newer version."""

    code = "unreadable_conversations"


class UnreadableStore(FootnoteError):
    """The file of what the Telegram bot keeps is damaged, or was made by a newer version."""

    code = "unreadable_store"


class AlreadyRunning(FootnoteError):
    """Another bot runs on this machine, in the same home or with the same token."""

    code = "already_running"
    retry_helps = True


class Interrupted(FootnoteError):
    """Ctrl-C."""

    code = "interrupted"
    exit_code = INTERRUPTED

    def __init__(self) -> None:
        super().__init__("Interrupted.", "What was finished is kept; run the command again to go on.")


class Stopped(FootnoteError):
    """An answer was stopped on its way (see `stopping.py`). `usage`: what it had used by then, as far as is known."""

    code = "stopped"
    exit_code = INTERRUPTED

    def __init__(self, usage: Usage) -> None:
        super().__init__("The answer was stopped.", "Ask again whenever you like.")
        self.usage = usage


class Unexpected(FootnoteError):
    """A fault in Footnote itself; the traceback is in the log, not on the screen."""

    code = "unexpected"


def named(error: FootnoteError | RetrievalError) -> FootnoteError:
    """The error as this tree names it."""
    return RetrievalFailed(error) if isinstance(error, RetrievalError) else error
