"""Make `retrieval/lexicon/stems.tsv` anew from the tables beside it: python -m fitting.lexicon

To be run after an edit of the tables or of `retrieval/analysis.py`; a test tells when it was forgotten.
"""

from __future__ import annotations

from pathlib import Path

import retrieval
from retrieval.analysis import content_stems
from retrieval.lexicon import sources, stemmed

TARGET = Path(retrieval.__file__).parent / "lexicon" / "stems.tsv"


def main() -> None:
    """Write the file."""
    TARGET.write_text("\n".join(stemmed(sources(), content_stems)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
