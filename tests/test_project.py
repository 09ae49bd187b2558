"""Promises of the project as a whole: what is documented is what is there, and nothing is there that should not be."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from importlib.metadata import metadata
from pathlib import Path

import pytest

from bot import __version__
from bot.cli.main import cli
from bot.settings import DEFAULT_MODEL, VARIABLES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
LOCKS = ("requirements.lock", "requirements-dev.lock")
SEEDS = {
    "000_b46a59c87ed48ed5.txt": "3b7f4caf266363e44e235623bec2e5d8443a024cea77cbae9410fc17b6f2e236",
    "001_685518e8b4fb9881.txt": "75f5bc06288c89bb8d1bd694858594a1a8830980555756c1caf2188ad1eb8564",
    "002_ddc4e47bdc5ceff6.txt": "1d7b61907d57c526ec48e7e1105ad0aaa1ef298b18b4e3df787836af1f80cc0a",
    "003_26ba93706a2e4b21.txt": "3bc7c88a70378df656026db27ecb017e95012796cc525b419ae40cb079388d41",
    "004_a8181cf54bcf784f.txt": "191dc940e5a1040f86698a193dff7dae722b4e9b4aaf280dcd76ba292ba5f346",
}


def _tracked() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_bundled_articles_are_as_they_were_supplied() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "seeds").glob("*.txt")}
    assert found == SEEDS


def test_env_example_readme_and_settings_name_the_same_variables() -> None:
    example = re.findall(r"^([A-Z_]+)=$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    table = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert sorted(example) == sorted(table) == sorted(VARIABLES)


def test_every_variable_of_env_example_has_a_sentence_before_it() -> None:
    for block in (ROOT / ".env.example").read_text("utf-8").split("\n\n")[1:]:
        sentence, variable = block.strip().splitlines()
        assert re.fullmatch(r"# [A-Z].+\.", sentence), variable


def test_the_default_model_is_named_in_the_documents() -> None:
    assert f"`{DEFAULT_MODEL}`" in README
    assert DEFAULT_MODEL in (ROOT / ".env.example").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`footnote {command}" in README


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"footnote ([a-z]+)", README)) - {"is"}
    assert named <= set(cli.commands)


def test_every_folder_and_make_target_the_readme_names_is_there() -> None:
    block = README.partition("## Where things are")[2].partition("## Limits")[0]
    for folder in re.findall(r"(?:^    |\s{2,})([a-z/]+)/ ", block):
        assert (ROOT / folder).is_dir(), folder
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^    make ([a-z]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_changelog_speaks_of_this_version() -> None:
    assert f"## {__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_installed_package_is_this_version_and_this_licence() -> None:
    installed = metadata("footnote")
    assert installed["Version"] == __version__
    assert installed["License-Expression"] == "Apache-2.0"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_with_hashes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pins = re.findall(r"^([A-Za-z0-9._-]+)(\[[^\]]*\])?==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    requirements = re.findall(r"^(?![#\s])\S+", text, re.MULTILINE)
    assert len(pins) == len(requirements) > 10
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b", text, re.MULTILINE)


def test_the_locks_agree_and_hold_the_build_backend() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        for lock in LOCKS
    ]
    backend = re.search(r'requires = \["hatchling==([\d.]+)"\]', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert backend is not None
    assert pins[0]["hatchling"] == backend[1]
    assert {name: version for name, version in pins[1].items() if pins[0].get(name, version) != version} == {}


def test_every_declared_dependency_is_locked() -> None:
    declared = [
        re.split(r"[<>=!~;\[ ]", each)[0].lower() for each in metadata("footnote").get_all("Requires-Dist") or []
    ]
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    assert declared
    assert [name for name in declared if not re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE)] == []


def test_no_file_is_past_500_lines() -> None:
    long = {
        path.name for path in _tracked() if path.suffix == ".py" and len(path.read_text("utf-8").splitlines()) > 500
    }
    assert long == set()


def test_no_tracked_file_is_large() -> None:
    assert [path.name for path in _tracked() if path.stat().st_size > 2_000_000] == []


def test_no_path_of_a_machine_stands_in_a_file() -> None:
    # Written apart, so that this file passes its own test.
    paths = re.compile(
        "|".join(["/ro" + "ot/", "/ho" + "me/[a-z]", "/Us" + "ers/", "/tmp" + "/lab", "/wo" + "rk/(main|shared)"])
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _tracked()
        if path.suffix in {".py", ".md", ".toml", ".lock", ".yaml", ".yml", ".sh", ".example", ""}
        for match in [paths.search(path.read_text("utf-8", "replace"))]
        if match
    ]
    assert found == []


def test_only_bot_settings_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("bot", "retrieval", "prompts", "seeds")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.(environ|getenv)|from os import .*(environ|getenv)", path.read_text("utf-8"))
    }
    # tiktoken takes its folder from the environment only: tokens.py sets it there for the time of one call; onnxruntime
    # is told only there, and before it is imported, to report to nobody: e5.py sets that. python-telegram-bot is told
    # only there not to warn of what it will change: pacing.py sets that.
    assert readers == {"bot/settings.py", "bot/telegram/pacing.py", "retrieval/e5.py", "retrieval/tokens.py"}


def test_retrieval_knows_nothing_of_bot() -> None:
    for path in (ROOT / "retrieval").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) bot\b", path.read_text("utf-8"), re.MULTILINE), path.name
