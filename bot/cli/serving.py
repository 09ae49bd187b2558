"""The command that runs the Telegram bot. Does not speak to Telegram itself: `bot.telegram` does."""

from __future__ import annotations

import sys

import click

from bot.cli import terminal
from bot.cli.options import Run, common, pass_run
from bot.errors import WrongUse


@click.command()
@common
@pass_run
def telegram(run: Run) -> None:
    """Run the Telegram bot until it is stopped. TELEGRAM_BOT_TOKEN is needed."""
    settings = run.start(journal=True)
    if settings.telegram_bot_token is None:
        raise WrongUse(
            "TELEGRAM_BOT_TOKEN is not set.",
            "Send /newbot to @BotFather in Telegram, and put the token it gives you into the environment or .env.",
        )
    from bot import assembly
    from bot.telegram import app
    from bot.telegram.journal import event

    # The index is built where there is none, and what is wrong with it is said, before anybody can ask.
    with terminal.progress(lambda stage: event("preparing", stage=stage)) as report:
        pool = assembly.open_pool(
            settings,
            settings.worker_count,
            build_if_missing=True,
            progress=report,
            say=lambda notice: event("preparing", notice=notice),
        )
    sys.exit(app.run(settings, pool))
