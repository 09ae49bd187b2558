"""The loop: a question or a /command at a time, from a person at a terminal or from a pipe.

Both speak to the same Session; only the reading and the decoration differ. What a person asks at a terminal is kept in
the home; what comes through a pipe is not. Does not find or answer anything itself.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from bot import filters
from bot.cli import asking, terminal
from bot.conversations import FILE, IN_MEMORY, TERMINAL, Conversations, Key, Turn
from bot.errors import FootnoteError, WrongUse, named
from bot.home import HISTORY
from bot.progress import Tell, silent
from bot.render import text
from bot.render.json import outcome_object
from bot.render.phrases import Phrases, phrases
from bot.types import Abstained, Answered, Citation, Outcome
from retrieval.errors import RetrievalError
from retrieval.types import LANGUAGES, Filter, Span

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

KEY = Key(TERMINAL)
"""The conversation at the terminal: one a home."""
AROUND = 500
"""Characters of an article that /source shows on each side of the quote."""


class Leave(Exception):
    """The person is done; not a failure."""


@dataclass
class Session:
    """One conversation: what was asked and what came of it. `language` None: each answer in its question's language.
    `filter`: which articles are searched, until it is changed.

    `tell` hears how an answer comes about; what it has told of the answer is not in the block that `respond` gives.
    """

    assistant: asking.Assistant
    conversations: Conversations
    tell: Tell = silent
    language: str | None = None
    last: Outcome | None = None
    filter: Filter = field(default_factory=Filter)

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
        history = self.conversations.history(KEY)
        outcome = asking.ask(
            self.assistant, question, language=self.language, history=history, tell=self.tell, wanted=self.filter
        )
        self.last = outcome
        standalone = outcome.trace.standalone or outcome.question.text
        kept = outcome_object(outcome)
        self.conversations.add(KEY, Turn(outcome.id, outcome.question.text, standalone, outcome.language, kept))
        return text.outcome_text(outcome, told=self.tell is not silent)

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
        return text.articles_text(self.assistant.articles(), self.words.language, self.assistant.replaced())

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

    def choose_filter(self, argument: str) -> str:
        """Say which articles are searched; without an argument, show it."""
        if argument.lower() in filters.OFF:
            self.filter = Filter()
        elif argument:
            self.filter = self.assistant.settled(filters.read(argument))
        if not self.filter:
            return self.words.no_filter
        return "\n".join(self.assistant.told(self.filter, self.words.language))

    def reset(self, _argument: str) -> str:
        """Begin a new conversation."""
        self.conversations.reset(KEY)
        return self.words.begun_anew

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
    "/filter": Session.choose_filter,
    "/reset": Session.reset,
    "/help": Session.help,
    "/quit": Session.leave,
}


def read_lines(assistant: asking.Assistant, lines: Iterable[bytes]) -> None:
    """Answer a question or a /command a line, a blank line between two answers; complaints go to standard error."""
    with closing(Conversations(IN_MEMORY)) as conversations:
        _read_lines(Session(assistant, conversations), lines)


def _read_lines(session: Session, lines: Iterable[bytes]) -> None:
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


def talk(assistant: asking.Assistant, home: Path, *, go_on: bool = False) -> None:
    """Talk with a person at a terminal: history and editing; Ctrl-C stops an answer, Ctrl-D leaves.

    `go_on`: the conversation of last time is gone on with, instead of a new one begun.
    """
    with closing(_conversations(home)) as conversations:
        if not go_on:
            conversations.reset(KEY)
        _talk(Session(assistant, conversations), home)


def _conversations(home: Path) -> Conversations:
    """Those kept in the home; where they cannot be, those of this run."""
    try:
        return Conversations(home / FILE)
    except (FootnoteError, RetrievalError) as error:
        terminal.complain(named(error))
        return Conversations(IN_MEMORY)


def _talk(session: Session, home: Path) -> None:
    prompt = _prompt(home)
    signal.signal(signal.SIGINT, _unmoved)
    terminal.show(session.words.welcome.format(count=len(session.assistant.articles())))
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
            with _interruptible(), terminal.telling(session.words) as session.tell:
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
