"""What is in deploy/: it can be read by what reads it, names what is there, and every line is explained."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import cli
from bot.settings import HEALTH, VARIABLES
from bot.telegram.app import DRAIN_SECONDS

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT, DOCKERFILE, COMPOSE = (
    (DEPLOY / name).read_text("utf-8") for name in ("footnote.service", "Dockerfile", "compose.yaml")
)
README = (DEPLOY / "README.md").read_text("utf-8")


def _unit() -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    for line in UNIT.splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            assert name not in section, f"{name} stands twice"
            section[name] = value
    return sections


def _instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, comments left out and lines joined."""
    bare = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", bare).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def _compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE)  # type: ignore[no-any-return]


def _unexplained(text: str, wants: str, exempt: str = r"$^") -> list[str]:
    """Lines that look like `wants` and have no comment before them."""
    before = ""
    found = []
    for line in text.splitlines():
        if re.match(wants, line) and not re.match(exempt, line) and not before.strip().startswith("#"):
            found.append(line)
        before = line
    return found


def test_every_line_of_the_unit_is_explained() -> None:
    assert _unexplained(UNIT, r"\w+=") == []


def test_every_instruction_of_the_dockerfile_is_explained() -> None:
    assert _unexplained(DOCKERFILE, r"[A-Z]+ ") == []


def test_every_line_of_the_compose_file_is_explained() -> None:
    # What only opens a block is explained by what stands in it.
    assert _unexplained(COMPOSE, r"\s*[\w-]+:|\s*- ", exempt=r"\s*(services|volumes|bot|chroma|logging):$") == []


def test_the_unit_is_what_systemd_can_read(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    unit = tmp_path / "footnote.service"
    unit.write_text(UNIT.replace("/opt/footnote/.venv/bin/footnote", shutil.which("true") or "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_runs_the_bot_in_the_folder_that_it_may_write() -> None:
    service = _unit()["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == "/opt/footnote/.venv/bin/footnote"
    assert arguments == ["telegram", "--home", f"%S/{service['StateDirectory']}"]
    assert service["ProtectSystem"] == "strict"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == "2"


def test_the_bot_is_given_the_time_it_takes_to_stop() -> None:
    assert int(_unit()["Service"]["TimeoutStopSec"]) > 2 * DRAIN_SECONDS
    assert float(_compose()["services"]["bot"]["stop_grace_period"].removesuffix("s")) > 2 * DRAIN_SECONDS


def test_what_the_image_copies_is_there_and_let_through() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8")
    let_through = set(re.findall(r"^!(\S+)$", ignored, re.MULTILINE))
    copied = {
        source
        for name, rest in _instructions()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert "*" in ignored.splitlines()
    assert copied == let_through
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_what_is_packaged_is_what_the_image_copies() -> None:
    packages = re.search(r"wheel\]\npackages = \[(.+)\]", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert packages is not None
    folders = re.findall(r'"(\w+)"', packages[1])
    assert {f"{folder} {folder}/" for folder in folders} <= {rest for name, rest in _instructions() if name == "COPY"}


def test_the_image_installs_from_the_lock_with_hashes_and_asks_no_other_index() -> None:
    installs = [rest for name, rest in _instructions() if name == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-index" in installs[1]
    assert all("--no-deps" in line for line in installs)
    assert "://" not in DOCKERFILE.replace(f"http://{HEALTH}", "")


def test_the_image_runs_the_bot_without_roots_rights() -> None:
    instructions = dict(_instructions())  # of several, the last
    assert instructions["USER"] == "footnote"
    assert instructions["ENTRYPOINT"] == '["footnote"]'
    command = yaml.safe_load(instructions["CMD"])
    assert command[0] in cli.commands
    assert command[1:] == ["--home", instructions["VOLUME"]]


def test_the_image_is_asked_for_its_health_where_the_bot_serves_it() -> None:
    assert f"http://{HEALTH}/health" in dict(_instructions())["HEALTHCHECK"]


def test_the_compose_file_starts_the_bot_alone() -> None:
    services = _compose()["services"]
    assert sorted(services) == ["bot", "chroma"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["bot"]
    build = services["bot"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert "home:/var/lib/footnote" in services["bot"]["volumes"]


def test_the_chroma_server_is_of_the_clients_version() -> None:
    pinned = re.search(r"^chromadb==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert pinned is not None
    assert _compose()["services"]["chroma"]["image"] == f"chromadb/chroma:{pinned[1]}"


def test_no_port_is_open_to_the_network() -> None:
    assert not [name for name, service in _compose()["services"].items() if "ports" in service]


def test_the_guide_names_settings_commands_and_files_that_are_there() -> None:
    assert set(re.findall(r"\b(?:FOOTNOTE|TELEGRAM|CHROMA|OPENAI)_[A-Z_]+", README)) <= set(VARIABLES)
    assert set(re.findall(r"footnote ([a-z]+)", README)) - {"footnote"} <= {*cli.commands}
    for file in re.findall(r"deploy/[\w.]+", README):
        assert (ROOT / file).is_file(), file
