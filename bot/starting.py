"""Where the `advisor` command starts: a server takes messages in before the rest is imported."""

import gc
import os
import signal
import sys
import threading

AGAIN_SECONDS = 0.05
"""How long after an interrupt that was lost it comes again: once what lost it has ended."""


def main() -> None:
    """Run the command; ended by Ctrl-C at any moment, it says so in a word and exits with 130."""
    sys.unraisablehook = _interrupt_again
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)  # as a shell counts it


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """Interrupt once more where a Ctrl-C came in a place that Python passes exceptions over in.

    The end of each import is such a place, and a command begins with hundreds.
    """
    if issubclass(lost.exc_type, KeyboardInterrupt):
        again = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), signal.SIGINT))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(lost)


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
    gc.disable()
    from bot import cli  # noqa: PLC0415

    gc.freeze()  # what was imported stays: looking through it takes an eighth of the time again
    gc.enable()
    cli.main()
