"""What can go wrong while finding passages, by name: each error is a sentence and a next step.

    RetrievalError
    ├── NoIndex                nothing has been indexed in this home yet
    ├── OutdatedIndex          the index was made with other settings, or by another version of Footnote
    ├── DamagedIndex           the index is there, but part of it is missing or contradicts the rest
    ├── IndexBusy              another process is writing (a retry helps)
    ├── ServerUnreachable      the Chroma server of a shared archive does not answer (a retry helps)
    ├── BadServer              a Chroma server that refuses us, or holds something else
    ├── AlreadyThere           an index where another was to be put
    ├── BadBackup              a file that is no backup of an index, or a damaged one
    ├── HomeNotWritable        the home folder cannot be made or written
    ├── DiskFull               no space left where the index lives
    ├── SourceNotFound         a path to ingest, or a source to remove, that isn't there
    ├── EmptySource            a source without any article we can read
    ├── UnknownArticle         no article, or more than one, answers to the name given
    ├── BadSidecar             an articles.yaml that does not say what it should
    ├── BadEmbedderSetting     the setting names no embedder
    └── EmbedderUnavailable    the embedder cannot be built or does not answer

Does not decide on exit codes or wording for a terminal: the doors do, from `code`.
"""

from __future__ import annotations

from typing import ClassVar


class RetrievalError(Exception):
    """A failure a person can act on.

    `message` is one sentence without a full traceback or path of ours; `next_step` says what to do about it.
    `code` is a stable name for programs; `retry_helps` is True when the same call may succeed later unchanged.
    """

    code: ClassVar[str] = "retrieval_failed"
    retry_helps: ClassVar[bool] = False
    default_next_step: ClassVar[str] = "Run `footnote doctor` to see what is in order and what is not."

    def __init__(self, message: str, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step if next_step is not None else self.default_next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"

    def __reduce__(self) -> tuple[type[RetrievalError], tuple[str, str]]:
        return type(self), (self.message, self.next_step)


class NoIndex(RetrievalError):
    """Nothing has been indexed in this home yet."""

    code = "no_index"
    default_next_step = "Build it: footnote ingest FOLDER"


class OutdatedIndex(RetrievalError):
    """The index was made with other settings or by another version of Footnote; the next ingest makes it anew."""

    code = "outdated_index"
    default_next_step = "Make it anew from your articles: footnote ingest FOLDER"


class DamagedIndex(RetrievalError):
    """Part of the index is missing, unreadable, or contradicts the rest."""

    code = "damaged_index"
    default_next_step = "Rebuild it from your articles: footnote ingest FOLDER"


class IndexBusy(RetrievalError):
    """Another process is writing to the index."""

    code = "index_busy"
    retry_helps = True
    default_next_step = "Wait until it has finished, then run the command again."


class ServerUnreachable(RetrievalError):
    """The Chroma server of a shared archive does not answer."""

    code = "server_unreachable"
    retry_helps = True
    default_next_step = "Start it (chroma run), or check CHROMA_URL and the network; then run the command again."


class BadServer(RetrievalError):
    """A Chroma server that refuses us, holds something else, or is none."""

    code = "bad_server"
    default_next_step = "Check CHROMA_URL, and CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE where the server asks."


class AlreadyThere(RetrievalError):
    """There is an index where another was to be put."""

    code = "already_there"
    default_next_step = "To put the other in its place, say --over."


class BadBackup(RetrievalError):
    """A file that is no backup of an index, or a damaged one."""

    code = "bad_backup"
    default_next_step = "Take another copy of it, or make the index from your articles: footnote ingest FOLDER"


class HomeNotWritable(RetrievalError):
    """The home folder cannot be made or written."""

    code = "home_not_writable"
    default_next_step = (
        "Give yourself write permission there, or choose another folder with --home DIR or FOOTNOTE_HOME."
    )


class DiskFull(RetrievalError):
    """No space is left on the disk that holds the index."""

    code = "disk_full"
    retry_helps = True
    default_next_step = "Free some space and run the command again: what was finished is kept."


class SourceNotFound(RetrievalError):
    """A path to ingest, or the name of a source, that isn't there."""

    code = "source_not_found"
    default_next_step = "Check the spelling of the path; `footnote articles` lists the sources that are indexed."


class EmptySource(RetrievalError):
    """A source that holds no article we can read."""

    code = "empty_source"
    default_next_step = (
        "Put articles into it (text, web pages, PDF, documents, mail, feeds, exports), then ingest it again."
    )


class UnknownArticle(RetrievalError):
    """No article, or more than one, answers to the name given."""

    code = "unknown_article"
    default_next_step = "`footnote articles` lists what is indexed."


class BadSidecar(RetrievalError):
    """An articles.yaml that does not say what it should."""

    code = "bad_sidecar"
    default_next_step = "Correct that line of articles.yaml and ingest again."


class BadEmbedderSetting(RetrievalError):
    """A setting that names no embedder."""

    code = "bad_embedder_setting"
    default_next_step = "Leave FOOTNOTE_EMBEDDINGS unset, or set it to openai:MODEL or package.module:Class."


class EmbedderUnavailable(RetrievalError):
    """The embedder cannot be built, or does not answer."""

    code = "embedder_unavailable"
    default_next_step = "Run `footnote doctor`; leaving FOOTNOTE_EMBEDDINGS unset uses the bundled embedder."
