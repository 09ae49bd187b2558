"""Writes the pictures anew."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.pictures import FOLDER, drawn, scenes


def main() -> None:
    """In a home of their own, where the bot indexes the bundled articles first."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for name, scene in scenes(Path(home)).items():
            path = FOLDER / name
            path.write_text(drawn(scene), "utf-8")
            print(path)


if __name__ == "__main__":
    main()
