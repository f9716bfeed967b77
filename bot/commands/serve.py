"""`advisor serve`, apart from the other commands: it imports nothing that only they need."""

import logging
import os
import sys

import typer

from bot import setting_sources
from bot.commands.launching import assembled, err


def serve() -> None:
    """Serve the bot: in Slack with tokens set, otherwise in a local workspace in the browser."""
    # It imports what no other command needs, and that takes a second.
    from bot.serving import service as serving  # noqa: PLC0415

    slack = setting_sources.load_slack()
    with assembled(tells_names=True) as parts:
        # What is told is no markup: ".[otel]" would lose its end, and a path in brackets fail.
        status = serving.serve(parts, slack, lambda line: err.print(
            line, highlight=False, soft_wrap=True, markup=False, emoji=False))
    if serving.loads():
        _leave(status)
    if status:
        raise typer.Exit(status)


def _leave(status: int) -> None:
    """End with *status* at once, while something is still being loaded.

    The threads of a library that opens the model would have the process aborted (134) where it
    ends in the ordinary way.  All that is written is whole at any moment, as after a kill.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
