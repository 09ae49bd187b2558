"""`footnote eval`: test questions asked, answers scored, compared and shown.

Results go to standard output, progress to standard error. Does not score or compare itself: `bot.evaluation` does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import terminal
from bot.cli.options import Run, common, pass_run
from bot.errors import WrongUse

if TYPE_CHECKING:
    from bot.evaluation.archives import Opened
    from bot.evaluation.cases import Questions
    from bot.evaluation.evaluate import Evaluated
    from bot.settings import Settings

_PATH = click.Path(path_type=Path)


@dataclass(frozen=True)
class _Wanted:
    """The options as they were given."""

    archive: Path | None
    questions: Path | None
    part: str | None
    sample: int | None
    baseline: Path | None
    fail_under: tuple[str, ...]
    fail_if_worse: bool
    html: Path | None
    json: str | None
    junit: Path | None
    judge: bool
    compare: tuple[str, ...]
    make_questions: str | None
    most: int
    fresh: bool


@click.command(name="eval")
@common
@click.option("--archive", type=_PATH, metavar="FOLDER", help="The articles to ask, instead of the bundled ones.")
@click.option(
    "--questions",
    type=_PATH,
    metavar="FILE",
    help="Test questions: JSON Lines, SQuAD-style JSON, a BEIR-style folder. Alone they are asked of the home's index.",
)
@click.option("--part", metavar="NAME", help="Only the questions of this part; of the bundled ones: build or held.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="So many of the questions, always the same ones.")
@click.option("--baseline", type=_PATH, metavar="FILE", help="The record of an earlier run to compare with (--json).")
@click.option("--fail-under", multiple=True, metavar="METRIC=VALUE", help="Exit with 3 where a metric is not as good.")
@click.option("--fail-if-worse", is_flag=True, help="Exit with 3 where a metric is worse than the baseline's.")
@click.option("--html", type=_PATH, metavar="FILE", help="Write a page with all figures, questions and answers.")
@click.option("--json", metavar="FILE", help="Write the record of the run; - prints it instead of the summary.")
@click.option("--junit", type=_PATH, metavar="FILE", help="Write JUnit XML for a CI server.")
@click.option("--judge", is_flag=True, help="Ask the language model for its opinion too; it is reported apart.")
@click.option(
    "--compare", multiple=True, metavar="SETTINGS", help='Run once more with "NAME=VALUE …", side by side; repeatable.'
)
@click.option("--make-questions", metavar="FILE", help="Draft questions from the articles, for you to edit; asks none.")
@click.option("--most", type=click.IntRange(1), default=40, show_default=True, help="How many drafts.")
@click.option("--fresh", is_flag=True, help="Use nothing of a run that was interrupted.")
@pass_run
def evaluation(run: Run, /, **given: Any) -> None:
    """Ask test questions and say how good the answers are.

    Without options: the bundled questions, of the bundled articles. Exit codes: 0 done, 1 failed, 2 wrong use, 3 not
    good enough, 4 the baseline is of other articles or questions.
    """
    wanted = _Wanted(**given)
    _check(wanted)
    settings = run.start()
    if wanted.make_questions is not None:
        _draft(wanted, settings)
    elif wanted.compare:
        _compare(wanted, settings, run)
    else:
        _evaluate(wanted, settings)


def _check(wanted: _Wanted) -> None:
    """Raise WrongUse for options that don't go together, before anything is done for them."""
    from bot.evaluation import gate, variants

    if wanted.fail_if_worse and wanted.baseline is None:
        raise WrongUse("--fail-if-worse needs a run to compare with.", "Name its record: --baseline FILE.")
    if wanted.compare and (wanted.baseline or wanted.html or wanted.junit or wanted.judge or wanted.fail_under):
        raise WrongUse(
            "--compare goes with --archive, --questions, --part, --sample and --json alone.",
            "Run the evaluation once with the settings you choose for the rest.",
        )
    others = replace(wanted, archive=None, most=0, make_questions=None)
    if wanted.make_questions is not None and any(vars(others).values()):
        raise WrongUse(
            "--make-questions goes with --archive and --most alone.", "Ask the questions once you have them."
        )
    for written in wanted.fail_under:
        gate.bound(written)
    for written in wanted.compare:
        variants.variant(written)
    _check_files(wanted)


def _check_files(wanted: _Wanted) -> None:
    """Raise WrongUse where something could not be written once all is asked, or would replace something else."""
    read = {
        "--questions": wanted.questions,
        "--baseline": wanted.baseline,
    }  # a worse run is not to be the next baseline
    files = {path.resolve(): option for option, path in read.items() if path is not None}
    for option, path in (
        ("--json", _file(wanted.json)),
        ("--html", wanted.html),
        ("--junit", wanted.junit),
        ("--make-questions", _file(wanted.make_questions)),
    ):
        if path is None:
            continue
        if str(path) == "-":
            raise WrongUse(f"{option} writes a file; it prints nothing.", f"Name it: {option} FILE.")
        if path.is_dir():
            raise WrongUse(f"{path} is a folder.", f"Name a file: {option} FILE.")
        if not path.absolute().parent.is_dir():
            raise WrongUse(f"There is no folder {path.absolute().parent} to write {path.name} to.", "Make it first.")
        if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
            raise WrongUse(f"{path} may not be written.", f"Name another file: {option} FILE.")
        if path.exists() and not path.is_file():
            continue  # a pipe or a device takes what comes
        other = files.setdefault(path.resolve(), option)
        if other != option:
            raise WrongUse(f"{other} and {option} name the same file, {path}.", f"Name another: {option} FILE.")


def _file(name: str | None) -> Path | None:
    """The file of an option that may also print."""
    return None if name in (None, "-") else Path(name)


def _evaluate(wanted: _Wanted, settings: Settings) -> None:
    from bot.evaluation import comparing, evaluate, gate, junit, record, text
    from bot.evaluation.errors import EvaluationFailed, GateBroken

    baseline = record.read(wanted.baseline) if wanted.baseline is not None else None
    with terminal.progress() as report:
        questions, opened = _prepared(wanted, settings, report)
        if baseline is not None:
            digests = {case.id: case.digest for case in questions.cases}
            parts = sorted({case.part for case in questions.cases}) if wanted.sample is None else ()
            comparing.check(baseline, opened.archive.fingerprint, digests, parts)
        _reach(settings, judge=wanted.judge)
        done = evaluate.evaluate(questions, opened, _kept(settings), report, fresh=wanted.fresh)
        found = done.record
        if wanted.judge:
            found["judge"] = _judged(done, settings, report)
    if baseline is not None:
        found["baseline"] = comparing.compared(baseline, found)
    bounds = [gate.bound(written) for written in wanted.fail_under]
    found["gate"] = gate.gated(found, bounds, none_worse=wanted.fail_if_worse)
    _write_json(wanted.json, found)
    if wanted.junit is not None:
        record.write(wanted.junit, junit.junit(found))
    if wanted.html is not None:
        record.write(wanted.html, evaluate.page_of(found, opened))
    if wanted.json != "-":
        terminal.show(text.summary(found))
    failed = evaluate.failures(done.rows)
    if not failed:
        done.journal.unlink(missing_ok=True)
    if failed:
        raise EvaluationFailed(
            f"{len(failed)} of {len(done.rows)} questions failed; the first: {failed[0].scored.why}",
            "The record says why each did (--json FILE). The same command asks them again, and uses the other answers.",
        )
    if not found["gate"]["passed"]:
        broken = [rule["rule"] for rule in found["gate"]["rules"] if not rule["passed"]]
        raise GateBroken(f"Not good enough: {'; '.join(broken)}.", "--html FILE shows which questions it hangs on.")


def _prepared(wanted: _Wanted, settings: Settings, progress: terminal.Progress) -> tuple[Questions, Opened]:
    """The questions, and the archive to ask: the one named, else the one they bring along, else the home's own index
    for questions of one's own, else the bundled articles.
    """
    import seeds
    from bot.evaluation import archives, evaluate, formats

    kept = _kept(settings)
    file = wanted.questions or seeds.folder() / "questions.jsonl"
    questions, brought = formats.load(file, kept)
    if brought is not None and wanted.archive is not None:
        raise WrongUse(f"{file.name} brings its own articles along.", "Leave --archive out.")
    questions = evaluate.chosen(questions, wanted.part, wanted.sample)
    folder = wanted.archive or brought or (seeds.folder() if wanted.questions is None else None)
    name = (folder if folder is not None else settings.home).resolve().name
    return questions, archives.opened(name, _indexed(folder, settings, progress))


def _kept(settings: Settings) -> Path:
    from bot.home import EVALUATION

    return settings.home / EVALUATION


def _reach(settings: Settings, *, judge: bool) -> None:
    """Raise ModelError now rather than quote in the model's place for the whole run."""
    from bot import assembly

    if settings.writes:
        assembly.replying(settings)
    elif judge:
        raise WrongUse(
            "No language model is set that could judge.", "Set OPENAI_API_KEY or OPENAI_BASE_URL, without --no-model."
        )


def _judged(done: Evaluated, settings: Settings, progress: terminal.Progress) -> dict[str, Any]:
    from bot import assembly
    from bot.evaluation import judges

    with closing(assembly.open_model(settings)) as model:
        return judges.judged(done.rows, model, settings.answer_seconds, progress)


def _write_json(name: str | None, record: Mapping[str, Any]) -> None:
    from bot.evaluation.record import dump, write

    if name == "-":
        terminal.write(dump(record))
    elif name is not None:
        write(Path(name), dump(record))


def _compare(wanted: _Wanted, settings: Settings, run: Run) -> None:
    from bot.evaluation import comparing, evaluate, variants
    from bot.render.text import visible
    from bot.settings import load

    ways = [("the settings as they are", settings)]
    for written in wanted.compare:
        one = variants.variant(written)
        changed = load(home=settings.home, no_model=run.no_model or one.no_model, over=one.changes)
        ways.append((one.name, changed))
    records: list[tuple[str, dict[str, Any]]] = []
    for name, changed in ways:
        terminal.say(f"Asking with {name}…")
        with terminal.progress() as report:
            questions, opened = _prepared(wanted, changed, report)
            _reach(changed, judge=False)
            done = evaluate.evaluate(questions, opened, _kept(changed), report, fresh=wanted.fresh)
        done.journal.unlink(missing_ok=True)  # settings that are the same under another name are asked all the same
        found = done.record
        if records:
            found["baseline"] = comparing.compared(records[0][1], found)
        records.append((name, found))
    if wanted.json is not None:
        import json

        rows = [{"settings": name, "record": found} for name, found in records]
        whole = json.dumps({"variants": rows}, ensure_ascii=False, allow_nan=False) + "\n"
        if wanted.json == "-":
            terminal.write(whole)
            return
        from bot.evaluation.record import write

        write(Path(wanted.json), whole)
    terminal.show(visible(variants.side_by_side(records)))


def _draft(wanted: _Wanted, settings: Settings) -> None:
    from bot.evaluation.errors import EvaluationFailed
    from bot.evaluation.record import write
    from bot.render import json

    assert wanted.make_questions is not None
    file = None if wanted.make_questions == "-" else Path(wanted.make_questions)
    if file is not None and file.exists():
        raise WrongUse(f"{file} is there already.", "Name a new file, so that nothing you edited is lost.")
    with terminal.progress() as report:
        own = _indexed(wanted.archive, settings, report)
        rows = _drafts(own, wanted.most)
    if not rows:
        raise EvaluationFailed(
            "No question could be drafted from these articles.",
            "Write some yourself; docs/evaluation.md has the format.",
        )
    lines = "".join(json.line(row) + "\n" for row in rows)
    if file is None:
        terminal.write(lines)
    else:
        write(file, lines)
        terminal.say(f"Wrote {len(rows)} drafts to {file}. Correct them, drop what is no use, and take “draft” out.")


def _indexed(folder: Path | None, settings: Settings, progress: terminal.Progress) -> Settings:
    """Settings whose home holds the index of this folder; None: those of the home itself."""
    from bot.evaluation import archives

    if folder is not None and not folder.exists():
        raise WrongUse(f"There is no folder {folder}.", "Name the folder of the articles: --archive FOLDER.")
    return archives.made_for(folder, settings, progress) if folder is not None else settings


def _drafts(settings: Settings, most: int) -> list[dict[str, Any]]:
    """Drafts by the model where one is set, else by rules; it is told how many of the model's were no use."""
    from bot import assembly
    from bot.evaluation import drafting

    with closing(assembly.open_assistant(settings)) as assistant:
        if not settings.writes:
            return list(drafting.by_rules(assistant, most))
        tally = drafting.Tally()
        with closing(assembly.open_model(settings)) as model:
            rows = list(drafting.by_model(assistant, model, most, tally))
    if tally.dropped:
        dropped = ", ".join(f"{count} × {reason}" for reason, count in tally.dropped.most_common())
        terminal.say(f"Dropped of what the model drafted: {dropped}.")
    return rows
