"""`advisor serve`, apart from the other commands: it imports nothing that only they need."""

import typer

from bot import settings as settings_
from bot.commands.launching import assembled, err


def serve() -> None:
    """Serve the bot: in Slack with tokens set, otherwise in a local workspace in the browser."""
    # It imports what no other command needs, and that takes a second.
    from bot.serving import service as serving  # noqa: PLC0415

    slack = settings_.load_slack()
    with assembled(tells_names=True) as parts:
        status = serving.serve(parts, slack, lambda line: err.print(
            line, highlight=False, soft_wrap=True))
    if status:
        raise typer.Exit(status)
