"""The record of an evaluation -> one HTML file for people: figures, plots, and every question with its evidence.

    wording.py, summary.py    numbers and names in words; the sentences at the top
    figures.py, plots.py      the record's plots; how a plot is drawn, as SVG
    questions.py              a question's quotes marked in their passages, its anchors
    page.html, question.html, style.css, page.js    what it is made of

Everything is in the HTML as it stands, the details of every question too, each passage that was found once at the end:
so the page can be read, searched and printed without JavaScript, which only filters, sorts, opens and saves, and there
is one way to draw a question instead of two. A question costs some 9 kB; a browser lays out what is opened and nothing
else, so that 2,000 of them stay quick. The record itself is embedded compressed, for it would double that.

Nothing of a record is trusted: all of it is escaped, control and reordering characters are left out, and the page's
policy lets it load nothing and run only its own script. Asks nothing, writes no file, judges nothing.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from bot.evaluation.page import figures, plots, questions, summary, wording
from bot.render.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def page(record: Mapping[str, Any], passages: Mapping[str, str]) -> str:
    """The page, a whole HTML document that needs no other file.

    `record` is one of schema 1; `passages` holds article text[start:end] under "path:start-end". A passage that is
    missing is left out, its quote is shown alone. Raises ValueError where the record holds NaN or an infinity, which
    JSON has no word for.
    """
    style, script = _text("style.css"), _text("page.js")
    environment = _environment()
    from markupsafe import Markup

    asked = record["questions"]
    return environment.get_template("page.html").render(
        record=record,
        run=record["run"],
        passages=passages,
        metrics={metric["name"]: metric for metric in record["metrics"]},
        anchors=questions.anchors(asked),
        found=questions.found(asked, passages),
        languages=questions.languages(asked),
        flipped={flip["id"]: flip for flip in (record["baseline"] or {"flipped": ()})["flipped"]},
        opinions=(record["judge"] or {"questions": {}})["questions"],
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        embedded=_embedded(record),
    )


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _environment() -> Environment:
    """Jinja with every value escaped, without control characters, and a dash for what is null."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        if value is None:
            return wording.DASH
        return visible(value) if type(value) is str else value

    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"words": wording, "summary": summary, "rows": questions}
    environment.globals |= {"figures": figures, "plots": plots}
    environment.filters["drawn"] = Markup
    return environment


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style and this script (Content Security Policy Level 3, 2.3.1)."""

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _embedded(record: Mapping[str, Any]) -> str:
    """The record as JSON, gzipped and in base 64: a third of its size, and nothing in it can end a script element."""
    text = json.dumps(record, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("ascii"), mtime=0)).decode("ascii")
