"""Numbers and names of a record -> the words a reader sees. What is not known is a dash.

Pure, plain text: nothing here knows of HTML, and nothing is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bot.render.phrases import phrases

DASH: Final = "–"
_MINUS: Final = "−"
_LANGUAGES: Final = {"en": "English", "fr": "French"}
_STATED: Final = {
    "right": ("✓", "right"),
    "partly": ("◐", "partly right"),
    "wrong": ("✗", "wrong"),
    "declined": ("○", "declined"),
    "failed": ("!", "failed"),
    "unscored": ("?", "not scored"),
}
VERDICTS: Final = tuple(_STATED)
"""From the best to what nobody knows; the order of every list and bar."""
MEANINGS: Final = {
    "right": "answered rightly, or declined where the articles don’t answer",
    "partly": "some of what was needed",
    "wrong": "an answer that is not borne out, or one where there is none",
    "declined": "declined, though the articles answer",
    "failed": "no answer, because of an error",
    "unscored": "nobody has said what is right",
}


def percent(share: float | None, digits: int = 0) -> str:
    """A share in percent. One that is not quite none or all never rounds to it: "<1%", ">99%"."""
    if share is None:
        return DASH
    text, least = f"{share:.{digits}%}", 10.0**-digits
    if share > 0 and text == f"{0:.{digits}%}":
        return f"<{least:.{digits}f}%"
    if share < 1 and text == f"{1:.{digits}%}":
        return f">{100 - least:.{digits}f}%"
    return text


def amount(value: float | None, unit: str, digits: int = 1) -> str:
    """A metric's value in its unit; `digits` are those of a percentage."""
    if value is None:
        return DASH
    match unit:
        case "share":
            return percent(value, digits)
        case "ms":
            return milliseconds(value)
        case "usd":
            return f"${value:.2f}" if value >= 1 or value == 0 else f"${value:.4f}"
        case "tokens":
            return f"{value:,.0f}"
        case _:
            return f"{value:,.4g}"


def milliseconds(value: float | None) -> str:
    """A time: "3.2 ms", "88 ms", "12.3 s"."""
    if value is None:
        return DASH
    if value >= 10_000:
        return f"{value / 1000:,.1f} s"
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"


def interval(low: float | None, high: float | None, unit: str = "share", digits: int = 1) -> str:
    """The two ends of an interval, "76.0% to 86.1%"."""
    if low is None or high is None:
        return DASH
    return f"{amount(low, unit, digits)} to {amount(high, unit, digits)}"


def change(difference: float | None, unit: str) -> str:
    """A difference with its sign; of shares, in percentage points."""
    if difference is None:
        return DASH
    size = f"{abs(difference) * 100:.1f} points" if unit == "share" else amount(abs(difference), unit)
    zero = "0.0 points" if unit == "share" else amount(0.0, unit)
    if size == zero:
        return size
    return ("+" if difference > 0 else _MINUS) + size


def changes(low: float | None, high: float | None, unit: str) -> str:
    """The interval of a difference."""
    if low is None or high is None:
        return DASH
    return f"{change(low, unit)} to {change(high, unit)}".replace(" points to", " to")


def score(value: float) -> str:
    """What one question got: "1", "0.5", "0.333"."""
    return f"{value:.3g}"


def probability(p: float | None) -> str:
    """A p value: "0.04", "<0.001"."""
    if p is None:
        return DASH
    return "<0.001" if p < 0.001 else f"{p:.2g}"


def compared(outcome: str) -> str:
    """What a comparison with a baseline says, in words."""
    return {"better": "✓ better, more than chance", "worse": "✗ worse, more than chance"}.get(
        outcome, "no more than chance"
    )


def heading(group: str) -> str:
    """A group of figures."""
    return {
        "headline": "All in all",
        "retrieval": "Finding passages",
        "citations": "Quotes",
        "answers": "Answers",
        "declining": "Declining",
        "cost": "Time and cost",
    }.get(group, named(group))


def split(metrics: Sequence[Mapping[str, Any]], dimension: str) -> list[Mapping[str, Any]]:
    """The metrics that are broken down by this dimension."""
    return [metric for metric in metrics if metric["by"].get(dimension)]


def columns(metrics: Sequence[Mapping[str, Any]], dimension: str) -> list[str]:
    """The values of a dimension that any of the metrics is broken down by, in the order of the record."""
    return list(dict.fromkeys(name for metric in metrics for name in metric["by"][dimension]))


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: "1 question", "1,280 questions"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def named(name: str | None) -> str:
    """A name of the record as words: "same_language" -> "same language"."""
    return DASH if not name else name.replace("_", " ")


def language(code: str | None) -> str:
    """English, French, or the code of another language."""
    return DASH if not code else _LANGUAGES.get(code, code)


def pair(codes: str | None) -> str:
    """The languages of a question and its evidence: "en→fr+en" -> "English → French, English"; "en→–" -> "English"."""
    if not codes:
        return DASH
    asked, _, evidence = codes.partition("→")
    found = ", ".join(map(language, evidence.split("+")))
    return language(asked) if evidence in ("", DASH) else f"{language(asked)} → {found}"


def group(dimension: str, name: str) -> str:
    """A value of what figures are broken down by."""
    match dimension:
        case "lang":
            return language(name)
        case "pair":
            return pair(name)
        case _:
            return named(name)


def sign(verdict: str) -> str:
    """A sign for a verdict, never alone: the word stands beside it."""
    return _STATED.get(verdict, ("", ""))[0]


def verdict(name: str, status: str | None = None) -> str:
    """A verdict in words; a right one that is a refusal says so."""
    said = _STATED.get(name, ("", named(name)))[1]
    return f"{said}, declined" if name == "right" and status == "declined" else said


def day(iso: str | None) -> str:
    """A date in full, as far as it is known; "date unknown" for none."""
    return phrases("en").date(iso)


def moment(iso: str | None) -> str:
    """A time of the clock, in UTC: "26 November 2026, 04:10 UTC"; what is no ISO 8601 stays as it is."""
    if not iso:
        return DASH
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    at = at.astimezone(UTC) if at.tzinfo else at
    return f"{day(at.date().isoformat())}, {at:%H:%M}" + (" UTC" if at.tzinfo else "")


def commit(of: Mapping[str, Any]) -> str:
    """A commit's short name, and whether what ran was exactly that."""
    if not of.get("commit"):
        return "an unknown commit"
    return f"commit {of['commit'][:7]}" + (" with uncommitted changes" if of.get("dirty") else "")


def origin(citation: Mapping[str, Any]) -> str:
    """Who published an article, where that is known, and when: "HuffPost Québec · 20 May 2014"; and who else did."""
    others = [str(one["outlet"] or one["title"] or one["path"]) for one in citation.get("also", ())]
    also = f"the same in {', '.join(others)}" if others else ""
    return " · ".join(field for field in (citation["outlet"], day(citation["published"]), also) if field)
