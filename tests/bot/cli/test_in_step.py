"""`footnote ingest` before, while and after folders change, as a person at a terminal meets it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.command import footnote
from tests.support.terminal import environment


def _change(news: Path) -> None:
    (news / "harbour.txt").rename(news / "pier.txt")
    (news / "ferry.txt").unlink()
    (news / "third.txt").write_text("The market of Port Elsin is open on Sundays.\n", "utf-8")


def test_a_dry_run_names_what_would_happen_and_writes_nothing(own_home: Path) -> None:
    _change(own_home / "news")
    (own_home / "news" / "bad.txt").write_bytes(b"\0\1\2")
    before = footnote("articles", home=own_home).out
    ran = footnote("ingest", "news", "--dry-run", home=own_home)
    first, *named = ran.out.splitlines()
    assert "1 added, 1 moved, 1 removed; 1 could not be read. Nothing was written" in first
    assert named == ["added: news/third.txt", "moved: news/harbour.txt → news/pier.txt", "removed: news/ferry.txt"]
    assert (ran.code, "bad.txt" in ran.err) == (1, True)
    told = json.loads(footnote("ingest", "news", "--dry-run", "--json", home=own_home).out)
    assert told["dry_run"] and told["moved"] == [{"from": "news/harbour.txt", "to": "news/pier.txt"}]
    assert [one["path"] for one in told["unreadable"]] == ["bad.txt"]
    assert footnote("articles", home=own_home).out == before


def test_many_paths_are_counted_unless_asked_for(own_home: Path) -> None:
    for number in range(25):
        (own_home / "news" / f"n{number:02d}.txt").write_text(f"Number {number}\n\nThe text of it.\n", "utf-8")
    ran = footnote("ingest", "news", "--dry-run", home=own_home)
    assert ran.out.count("added: news/") == 20 and "added: and 5 more" in ran.out
    assert footnote("ingest", "news", "--dry-run", "--verbose", home=own_home).out.count("added: news/") == 25


def test_a_citation_of_an_article_that_moved_opens_it_where_it_is(own_home: Path) -> None:
    answer = json.loads(footnote("ask", "What did the pier cost?", "--json", home=own_home).out)
    cited = answer["citations"][0]["article"]
    _change(own_home / "news")
    assert "1 added, 1 moved, 1 removed" in footnote("ingest", "news", home=own_home).out
    assert "40 million crowns" in footnote("show", cited if isinstance(cited, str) else cited["id"], home=own_home).out


def test_watch_says_a_line_for_each_change_until_ctrl_c(own_home: Path) -> None:
    command = [sys.executable, "-m", "bot", "ingest", "news", "--watch"]
    variables = environment(own_home, FOOTNOTE_HOME=str(own_home))
    with subprocess.Popen(
        command, cwd=own_home, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watcher:
        assert watcher.stdout is not None and watcher.stderr is not None
        assert "2 unchanged" in watcher.stdout.readline()
        (own_home / "news" / "harbour.txt").rename(own_home / "news" / "pier.txt")
        assert "1 moved, 1 unchanged" in watcher.stdout.readline()
        assert footnote("remove", "news", home=own_home).code == 0  # another may write meanwhile
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(30) == 0
        assert "No longer following." in watcher.stderr.read()


def test_watch_with_a_dry_run_is_wrong_use(own_home: Path) -> None:
    ran = footnote("ingest", "news", "--watch", "--dry-run", home=own_home)
    assert (ran.code, "--help" in ran.err) == (2, True)
