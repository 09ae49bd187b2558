"""What Footnote keeps in a home, by name, and how to forget it all.

Only what bears one of these names is ever deleted: a home may be a folder that holds other things, a `.env` among them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.conversations import FILE as CONVERSATIONS
from bot.database import BESIDE
from bot.spending import FILE as SPENDING
from bot.telegram.locking import FILE as BOT_LOCK
from bot.telegram.locking import alone_in
from bot.telegram.store import FILE as TELEGRAM
from retrieval import builds
from retrieval.disk import disk_errors
from retrieval.locking import writing

MODEL = "model"
"""The folder of the bundled embedder's files."""
HISTORY = "history"
"""The questions typed into the chat."""
LOG = "footnote.log"
"""The log; `footnote.log.1` is the one before it."""
UPLOADS = "uploads"
"""The folder with the articles that came through a chat."""
EVALUATION = "evaluation"
"""The folder of the indexes that questions are evaluated on, and of runs that were interrupted."""
SHARED = "shared"
"""The folder of the replicas of archives on Chroma servers."""
_DATABASES = (CONVERSATIONS, SPENDING, TELEGRAM)
_KEPT = (
    MODEL,
    UPLOADS,
    EVALUATION,
    SHARED,
    HISTORY,
    LOG,
    f"{LOG}.1",
    BOT_LOCK,
    *(name + end for name in _DATABASES for end in BESIDE),
)


def only_copies(home: Path) -> int:
    """How many articles came through a chat: the home holds their files, and `forget` deletes these too."""
    return sum(path.is_file() for path in (home / UPLOADS).glob("[!.]*"))


def forget(home: Path) -> bool:
    """Delete everything Footnote keeps in a home, and the home itself if that leaves it empty; tells if there was any.

    Raises IndexBusy while another process writes, AlreadyRunning while a bot runs there, HomeNotWritable when something
    cannot be deleted.
    """
    index = builds.index_folder(home)
    kept = [path for path in (index, *(home / name for name in _KEPT)) if path.exists()]
    if not kept:
        return False
    with alone_in(home), disk_errors(home):
        if index in kept:
            with writing(index):  # nobody writes while it goes
                shutil.rmtree(index)
        for path in (*kept, home / BOT_LOCK):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if not any(home.iterdir()):
            home.rmdir()
    return True
