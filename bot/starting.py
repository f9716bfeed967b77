"""Where the `advisor` command starts: a server takes messages in before the rest is imported."""

import gc
import sys


def main() -> None:
    """Run the command; ended by Ctrl-C at any moment, it says so in a word and exits with 130."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)  # as a shell counts it


def _run() -> None:
    """Import and run it; `serve` alone, which a supervisor starts, spares what others import."""
    # Half a second less until Slack's messages are taken in.
    if sys.argv[1:] == ["serve"]:
        # Of what is imported nothing is garbage; `bot.serving.service` looks for some again once it
        # has loaded.
        gc.disable()
        import typer  # noqa: PLC0415

        from bot.commands.launching import ending  # noqa: PLC0415
        from bot.commands.serve import serve  # noqa: PLC0415

        app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
        app.command()(serve)
        ending(lambda: app([]))
        return
    from bot import cli  # noqa: PLC0415

    cli.main()
