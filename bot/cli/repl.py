"""The loop: a question or a /command at a time, from a person at a terminal or from a pipe.

Both speak to the same Session; only the reading and the decoration differ. Does not find or answer anything itself.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from bot.cli import asking, terminal
from bot.errors import FootnoteError, WrongUse, named
from bot.home import HISTORY
from bot.render import text
from bot.render.phrases import Phrases, phrases
from bot.types import Abstained, Answered, Citation, Outcome
from retrieval.errors import RetrievalError
from retrieval.types import LANGUAGES, Span

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

EARLIER = 6
"""Questions before this one that go with it: a follow-up rarely leans on more."""
AROUND = 500
"""Characters of an article that /source shows on each side of the quote."""


class Leave(Exception):
    """The person is done; not a failure."""


@dataclass
class Session:
    """One conversation: what was asked and what came of it. `language` None: each answer in its question's language."""

    assistant: asking.Assistant
    language: str | None = None
    last: Outcome | None = None
    asked: tuple[str, ...] = ()

    @property
    def words(self) -> Phrases:
        """The sentences of the language the conversation is in."""
        return phrases(self.language or (self.last.language if self.last is not None else "en"))

    def respond(self, line: str) -> str:
        """The block that answers a question or a /command. Raises Leave on /quit, else what asking raises."""
        line = line.strip()
        if not line.startswith("/"):
            return self._answer(line)
        name, _, argument = line.partition(" ")
        command = COMMANDS.get(name.lower())
        if command is None:
            known = ", ".join(COMMANDS)
            raise WrongUse(f"There is no command {name}.", f"There are {known}; a question starts without a slash.")
        return command(self, argument.strip())

    def _answer(self, question: str) -> str:
        outcome = asking.ask(self.assistant, question, language=self.language, history=self.asked)
        self.last = outcome
        self.asked = (*self.asked, outcome.question.text)[-EARLIER:]
        return text.outcome_text(outcome)

    def _shown(self) -> tuple[Citation, ...]:
        match self.last:
            case Answered(citations=citations):
                return citations
            case Abstained(nearest=nearest):
                return nearest
            case None:
                return ()

    def source(self, argument: str) -> str:
        """The passage behind [n], in its article, the quote marked."""
        if self.last is None:
            return self.words.no_answer_yet
        shown = self._shown()
        wanted = argument.strip("[]") or "1"
        for citation in shown:
            if str(citation.n) == wanted:
                span = Span(citation.start, citation.end)
                return text.article_text(citation.article, self.words.language, span, around=AROUND)
        known = ", ".join(f"[{citation.n}]" for citation in shown) or "–"
        return self.words.no_source.format(n=f"[{text.one_line(wanted)}]", known=known)

    def articles(self, _argument: str) -> str:
        """What is indexed."""
        return text.articles_text(self.assistant.articles(), self.words.language)

    def why(self, _argument: str) -> str:
        """How the last answer was found."""
        if self.last is None:
            return self.words.no_answer_yet
        return text.why_text(self.last, asking.paths(self.assistant, self.last.trace.hits))

    def choose_language(self, argument: str) -> str:
        """Fix the language of the answers, or leave it to each question."""
        wanted = argument.lower()
        if wanted not in (*LANGUAGES, "auto"):
            return self.words.language_wrong
        self.language = None if wanted == "auto" else wanted
        return self.words.language_auto if self.language is None else self.words.language_now

    def help(self, _argument: str) -> str:
        """The commands."""
        return self.words.help

    def leave(self, _argument: str) -> str:
        """Leave."""
        raise Leave


COMMANDS: dict[str, Callable[[Session, str], str]] = {
    "/source": Session.source,
    "/articles": Session.articles,
    "/why": Session.why,
    "/lang": Session.choose_language,
    "/help": Session.help,
    "/quit": Session.leave,
}


def read_lines(assistant: asking.Assistant, lines: Iterable[bytes]) -> None:
    """Answer a question or a /command a line, a blank line between two answers; complaints go to standard error."""
    session = Session(assistant)
    separator = ""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            block = session.respond(_decoded(line, number))
        except Leave:
            return
        except (FootnoteError, RetrievalError) as error:
            terminal.complain(named(error))
            continue
        terminal.write(f"{separator}{text.without_blank_lines(block)}\n")
        separator = "\n"


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse(f"Line {number} is not UTF-8 text.", "Save the questions as UTF-8.") from error


def talk(assistant: asking.Assistant, home: Path) -> None:
    """Talk with a person at a terminal: history and editing; Ctrl-C stops an answer, Ctrl-D leaves."""
    session = Session(assistant)
    prompt = _prompt(home)
    signal.signal(signal.SIGINT, _unmoved)
    terminal.show(session.words.welcome.format(count=len(assistant.articles())))
    while True:
        try:
            line = prompt.prompt("> ")
        except KeyboardInterrupt:  # a line given up; nothing was running
            continue
        except EOFError:
            return
        if not line.strip():
            continue
        try:
            with _interruptible():
                block = session.respond(line)
            terminal.show(block + "\n")
        except KeyboardInterrupt:
            terminal.say(session.words.interrupted)
        except Leave:
            return
        except (FootnoteError, RetrievalError) as error:
            terminal.complain(named(error))


def _unmoved(_signal: int, _frame: FrameType | None) -> None:
    """Ctrl-C between an answer and the next prompt: too late to stop the one, and no reason to break the other."""


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt inside, as Python does by default, and only there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prompt(home: Path) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    file = home / HISTORY
    history: History
    try:
        file.touch(mode=0o600)
        with file.open("a+b"):  # found out here: prompt_toolkit would print a traceback later
            history = FileHistory(str(file))
    except OSError:  # it cannot be read or written: the questions of this run are remembered, no others
        history = InMemoryHistory()
    completer = WordCompleter(list(COMMANDS), sentence=True)
    return PromptSession(history=history, completer=completer, complete_while_typing=False, enable_history_search=True)
