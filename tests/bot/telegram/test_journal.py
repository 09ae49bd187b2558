"""The journal: a JSON object a line, and nothing in it, nor in the home's log, that must not be there."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.terminal import environment

TOKEN = "1234567:AAHsecret_part-of-it"
KEY = 'sk-key"with\\signs'
PASSWORD = "pa55word"
SECRET = "hook_secret-1"
SETTINGS = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "OPENAI_API_KEY": KEY,
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
    "TELEGRAM_API_BASE_URL": f"http://me:{PASSWORD}@127.0.0.1:8081/bot",
}
QUESTION = "Who paid for the pier?"


def journal(home: Path, program: str, *options: str) -> tuple[list[dict[str, Any]], str]:
    """The lines that this program leaves on standard error once the journal has begun, and the home's log."""
    begin = (
        "import logging, sys; from bot.cli.options import Run; from pathlib import Path\n"
        "from bot.telegram.journal import event, fault, warn\n"
        f"Run(home=Path({str(home)!r}), verbose={'verbose' in options}).start(journal=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", begin + program],
        env=environment(home, **SETTINGS),
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ""
    file = home / "footnote.log"
    return [json.loads(line) for line in done.stderr.splitlines()], file.read_text("utf-8") if file.exists() else ""


def test_an_event_is_a_line_with_its_time_its_level_and_its_fields(tmp_path: Path) -> None:
    program = "event('question accepted', job=3, private=True, wait=None)\nwarn('« line »\\nbroken', seconds=1.5)"
    (first, second), log = journal(tmp_path, program)
    assert list(first) == ["time", "level", "event", "job", "private", "wait"]
    assert first | {"time": ""} == {
        "time": "",
        "level": "info",
        "event": "question accepted",
        "job": 3,
        "private": True,
        "wait": None,
    }
    assert first["time"].endswith("Z")
    assert (second["level"], second["event"], second["seconds"]) == ("warning", "« line »\nbroken", 1.5)
    assert "seconds=1.5" in log
    assert "question accepted" not in log


def test_a_fault_is_named_in_the_journal_and_its_traceback_stands_in_the_log_alone(tmp_path: Path) -> None:
    program = f"""
try:
    raise KeyError({QUESTION!r})
except KeyError as error:
    fault('a worker failed', error, job=4)
"""
    (line,), log = journal(tmp_path, program)
    assert line | {"time": ""} == {
        "time": "",
        "level": "error",
        "event": "a worker failed",
        "job": 4,
        "error": "KeyError",
    }
    assert "Traceback (most recent call last)" in log


LEAKS = (
    TOKEN,
    f"POST https://api.telegram.org/bot{TOKEN}/getMe",
    f"https://api.telegram.org/bot{quote(TOKEN, safe='')}/getMe",
    f"half a token: {TOKEN.partition(':')[2]}",
    KEY,
    quote(KEY, safe=""),
    SECRET,
    f"http://me:{PASSWORD}@127.0.0.1:8081/bot",
    f"password {PASSWORD}",
)


@pytest.mark.parametrize(
    "way", ["warn({!r})", "warn('x', address={!r})", "logging.getLogger('bot').warning('went to %s', {!r})"]
)
def test_no_secret_is_in_the_journal_nor_in_the_log(tmp_path: Path, way: str) -> None:
    lines, log = journal(tmp_path, "\n".join(way.format(leak) for leak in LEAKS))
    secrets = (TOKEN, TOKEN.partition(":")[2], KEY, quote(KEY, safe=""), SECRET, PASSWORD)
    for line, logged in zip(lines, log.splitlines(), strict=True):
        assert "…" in "".join(line.values())
        assert not [secret for secret in secrets if secret in "".join(line.values()) + logged]


def test_a_traceback_of_the_log_names_its_errors_and_says_none_of_their_words(tmp_path: Path) -> None:
    program = f"""
def lookup():
    try:
        {{}}[{QUESTION!r}]
    except KeyError as error:
        raise RuntimeError("refused: https://api.telegram.org/bot" + {TOKEN!r}) from error
try:
    lookup()
except RuntimeError as error:
    fault('x', error)
    logging.getLogger('telegram.ext').exception("The token %s was refused", {TOKEN!r})
"""
    lines, log = journal(tmp_path, program)
    assert [line["error"] for line in lines] == ["RuntimeError", "RuntimeError"]
    assert log.count("in lookup") == 4
    assert log.index("builtins.KeyError") < log.index("and then:") < log.index("builtins.RuntimeError")
    assert not [word for word in (QUESTION, "refused: ", TOKEN.partition(":")[2]) if word in log]


@pytest.mark.parametrize("options", [(), ("verbose",)])
def test_what_a_library_logs_of_a_message_is_left_out(tmp_path: Path, options: tuple[str, ...]) -> None:
    payload = json.dumps({"ok": True, "result": [{"message": {"text": QUESTION}}]})[:-2]
    program = f"""
from telegram.error import TelegramError
from telegram.request import BaseRequest
try:
    BaseRequest.parse_json_payload({payload.encode()!r})
except TelegramError:
    pass
logging.getLogger("asyncio").error("Task exception was never retrieved\\nfuture: " + {QUESTION!r})
logging.getLogger("telegram.ext").warning("Failed run number %s of %s", 3, -1)
"""
    lines, log = journal(tmp_path, program, *options)
    assert [line["level"] for line in lines] == ["error", "error", "warning"]
    assert lines[0]["logger"].startswith("telegram")
    assert [line["event"] for line in lines[1:]] == ["Task exception was never retrieved", "Failed run number 3 of -1"]
    assert "pier" not in json.dumps(lines) + log


def test_libraries_that_log_addresses_are_quiet_even_when_asked_to_say_more(tmp_path: Path) -> None:
    program = "\n".join(
        f"logging.getLogger({name!r}).info('HTTP Request: POST')"
        for name in ("httpx", "httpx2", "telegram.ext.Application", "tornado.access")
    )
    lines, _ = journal(tmp_path, f"{program}\nlogging.getLogger('bot.llm').info('asked again')", "verbose")
    assert [line["event"] for line in lines] == ["asked again"]


def test_a_warning_of_python_is_a_line_too(tmp_path: Path) -> None:
    (line,), _ = journal(tmp_path, "import warnings; warnings.warn('old way', FutureWarning)")
    assert line["logger"] == "py.warnings"
    assert "old way" in line["event"]


def test_before_the_journal_has_begun_events_go_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    from bot.telegram.journal import event

    with caplog.at_level(logging.WARNING):
        event("question accepted", job=3)
    assert caplog.records == []
