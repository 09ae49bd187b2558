"""What a run was made from: code, packages, machine, settings; for its record, and to tell whether two are alike."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from bot.settings import VARIABLES, Settings

_ROOT: Final = Path(__file__).parents[2]
_TELLING: Final = (
    "FOOTNOTE_EMBEDDINGS", "FOOTNOTE_SEARCH", "FOOTNOTE_CENTRING", "FOOTNOTE_NAMES", "FOOTNOTE_PASSAGES",
)  # fmt: skip
"""Settings that answers hang on, whoever writes them."""
_TELLING_OF_MODELS: Final = (
    "FOOTNOTE_MODEL", "FOOTNOTE_MODEL_WINDOW", "FOOTNOTE_FIRST_TOKEN_SECONDS", "FOOTNOTE_ANSWER_SECONDS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """The commit that runs, and whether files differ from it; None outside a checkout. `digest`: of the difference."""

    commit: str | None = None
    dirty: bool | None = None
    digest: str = ""


@lru_cache(maxsize=1)
def code() -> Code:
    """The code of this checkout; of an installed package nothing but its version is known."""
    if not (_ROOT / ".git").exists():
        return Code()
    commit, changes = _git("rev-parse", "HEAD"), _git("diff", "HEAD", "--", "bot", "retrieval", "prompts")
    if commit is None or changes is None:
        return Code()
    return Code(commit.strip(), bool(changes), hashlib.sha256(changes.encode()).hexdigest()[:12] if changes else "")


def _git(*arguments: str) -> str | None:
    try:
        ran = subprocess.run(
            ["git", "-C", str(_ROOT), *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ran.stdout


def packages() -> dict[str, str]:
    """The versions of what Footnote depends on directly, by name."""
    names = sorted({re.split(r"[^\w.-]", wanted, maxsplit=1)[0] for wanted in requires("footnote") or ()})
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """What it ran on."""
    many = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processors": many,
    }


def telling(settings: Settings) -> dict[str, str]:
    """The settings that answers hang on, as they are written; no key and no address is among them."""
    names = (*_TELLING, *(_TELLING_OF_MODELS if settings.writes else ()))
    return {name: _written(getattr(settings, VARIABLES[name])) for name in names}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def prompts() -> str:
    """The digest of what a model that writes answers is told."""
    digest = hashlib.sha256()
    for name in ("answer", "repair", "rewrite"):
        digest.update((files("prompts") / f"{name}.md").read_bytes())
    return digest.hexdigest()[:12]
