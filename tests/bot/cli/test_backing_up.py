"""A backup from one machine to another, and a damaged index mended, by the commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from bot.home import MODEL
from tests.support.command import footnote
from tests.support.indexing import write_articles

ASKED = "How much did the pier of Port Elsin cost?"
PIER = "A pier for Port Elsin\n\nThe pier of Port Elsin cost 40 million crowns, twice what the council had planned.\n"


def _home(folder: Path, model: Path) -> Path:
    folder.mkdir()
    (folder / MODEL).symlink_to(model)
    return folder


def test_a_backup_answers_on_another_machine(tmp_path: Path, model_folder: Path) -> None:
    here, there = _home(tmp_path / "a", model_folder), _home(tmp_path / "b", model_folder)
    footnote("ingest", str(write_articles(tmp_path / "news", {"pier.txt": PIER})), home=here)
    backup = str(tmp_path / "backup.zip")
    assert footnote("export", backup, home=there).code != 0  # there is nothing yet
    assert "1 articles with their vectors are in" in footnote("export", backup, home=here).out
    done = footnote("import", backup, home=there)
    assert done.code == 0 and done.out.startswith("The index holds ")
    assert "40 million" in footnote("ask", ASKED, home=there).out
    again = footnote("import", backup, home=there)
    assert again.code != 0 and "There is an index in" in again.err
    assert footnote("import", backup, "--over", home=there).code == 0
    wrong = footnote("import", str(tmp_path / "news" / "pier.txt"), "--over", home=there)
    assert wrong.code != 0 and "is no backup of Footnote" in wrong.err
    assert "40 million" in footnote("ask", ASKED, home=there).out
    shared = footnote("export", backup, home=here, CHROMA_URL="http://127.0.0.1:9")
    assert shared.code != 0 and "footnote move --back" in shared.err


def test_a_damaged_index_is_mended(tmp_path: Path, model_folder: Path) -> None:
    home = _home(tmp_path / "a", model_folder)
    footnote("ingest", str(write_articles(tmp_path / "news", {"pier.txt": PIER})), home=home)
    (words,) = home.glob("index/build-*/words")
    shutil.rmtree(words)
    shutil.rmtree(tmp_path / "news")
    assert footnote("ask", ASKED, home=home).code != 0
    assert footnote("doctor", home=home).code != 0
    found = footnote("doctor", "--json", home=home)
    said = json.loads(found.out)
    assert found.code != 0 and not said["ok"] and said["mended"] == []
    (wrong,) = (check for check in said["checks"] if check["ok"] is False)
    assert wrong["name"] == "words" and "footnote ingest" in wrong["next_step"]
    mended = footnote("doctor", "--repair", "--json", home=home)
    assert mended.code == 0 and "The index has been made anew." in mended.err
    said = json.loads(mended.out)
    assert said["ok"] and any("made anew" in done for done in said["mended"])
    assert "40 million" in footnote("ask", ASKED, home=home).out
    assert "made anew" not in footnote("doctor", "--repair", home=home).err
