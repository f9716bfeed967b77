"""What every command begins and ends with: settings and parts, and how it prints and fails."""

import io
import json
import logging
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn, TextIO

import typer
from rich.console import Console

from bot import setting_sources
from bot.assembly import Assembly
from bot.connecting.preconditions import not_taken
from bot.database.url import database_url, insist_on_file
from bot.errors import AdvisorError
from bot.settings import Settings
from bot.telemetry.log_lines import begin_logging, replica
from bot.terminal.legible import LegibleAlways
from retrieval.errors import CorpusError, RetrievalError

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


def pasted(name: str) -> str:
    """*name* without what nobody sees: a memo in Markdown breaks ids so that nothing links them."""
    return name.translate(_UNSEEN).strip()


ConversationName = Annotated[str, typer.Argument(
    metavar="CONVERSATION", parser=pasted, help="Its name, as 'advisor log list' prints it.")]
"""A conversation, as it is called or as it was copied from a memo."""
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]

err = Console(stderr=True)


def terminal() -> Console:
    """What words are shown on: as they stand, so that ":sos:" in an official text is no emoji.

    What would steer it, or turn the direction of writing, is written out.
    """
    shown = Console(highlight=False, emoji=False)
    shown.push_render_hook(LegibleAlways())
    return shown


@contextmanager
def assembled(*, tells_names: bool = False) -> Iterator[Assembly]:
    """The parts of this process, with a progress bar on standard error for a first build.

    Args:
        tells_names: Whether the command itself tells of settings that nobody reads.
    """
    settings = setting_sources.load()
    _log_by(settings)
    if not tells_names:
        _tell_of_names()
    logging.getLogger("authlib").setLevel(logging.WARNING)  # at DEBUG it tells what proves sign-ins
    with _bar() as advance:
        yield Assembly(settings, advance)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Draws how far a first build is; nothing where nobody looks on."""
    if not err.is_terminal:
        yield lambda _done, _total: None
        return
    from rich.progress import (  # noqa: PLC0415  only here
        BarColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(TextColumn("Preparing the index (first use only)"), BarColumn(),
                  TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn(),
                  console=err, transient=True) as bar:
        task = bar.add_task("index", total=None, visible=False)
        yield lambda done, total: bar.update(
            task, completed=done, total=total, visible=done < total)


@contextmanager
def reading() -> Iterator[Assembly]:
    """As `assembled`, for what reads what is there: no database is made for it.

    Raises:
        NoDatabase: There is none, as where the data folder is mistyped.
    """
    with assembled() as parts:
        if parts.settings.data_dir.exists():
            _ = parts.data_dir  # a file in its place is told as that
        insist_on_file(database_url(parts.settings.database), "read")
        yield parts


def _tell_of_names() -> None:
    """Say that a setting is misspelt: what it was meant for would else go by its default unseen."""
    for unread in not_taken():
        err.print(unread, highlight=False, soft_wrap=True, markup=False)


def _log_by(settings: Settings) -> None:
    """Write log lines to standard error, as *settings* say."""
    chosen = settings.log_format
    for_a_person = chosen == "text" or (
        not chosen and not settings.production and sys.stderr.isatty())
    always = {"replica": replica()}
    begin_logging(sys.stderr, settings.log_level, as_json=not for_a_person,
                  with_text=settings.log_text, always=lambda: always)


def input_lines() -> Iterator[str | None]:
    """Each line of standard input that holds something; None for one that is not UTF-8.

    As text, a locale's way of decoding would end the stream at the first such line, and lose those
    before it that are read ahead with it.
    """
    for number, line in enumerate(sys.stdin.buffer):
        # What Windows writes at the beginning of a file is no part of its first line.
        held = line if number else line.removeprefix(BOM_UTF8)
        try:
            text = held.decode("utf-8")
        except UnicodeDecodeError:
            yield None
        else:
            if text.strip():
                yield text


def print_json(value: Any) -> None:
    """Print *value* as one JSON document."""
    print(json.dumps(value, ensure_ascii=not _takes_all(sys.stdout), indent=2))


def print_line(value: Any) -> None:
    """Print *value* as JSON on a line of its own, and have it sent off."""
    print(json.dumps(value, ensure_ascii=not _takes_all(sys.stdout)), flush=True)


def _takes_all(stream: TextIO) -> bool:
    """Whether *stream* can write every sign: one that can't is of a locale such as Latin-1."""
    return (stream.encoding or "").lower().replace("-", "").replace("_", "").startswith("utf")


def counted(number: int, noun: str, more: str = "s") -> str:
    """*number* things called *noun*: "1 row", "2 rows", where *more* makes it several."""
    return f"{number:,} {noun}{'' if number == 1 else more}"


def fail(text: str) -> NoReturn:
    """End with *text* on standard error and exit status 1."""
    print(text, file=sys.stderr)
    raise typer.Exit(1)


def misused(text: str) -> NoReturn:
    """End with *text* on standard error and exit status 2: what was given doesn't go together."""
    print(text, file=sys.stderr)
    raise typer.Exit(2)


def ending(command: Callable[[], object]) -> None:
    """Run *command*; a known error ends as its sentence, never as a traceback.

    Whoever reads only the beginning of what it prints, as `head` does, is no fault of it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and not _takes_all(sys.stdout):
        # Else the first sign that a locale lacks, as the ’ in nearly every text, ends the command.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        _printed(command)
    except (AdvisorError, RetrievalError, CorpusError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # What is left would else be written, and fail, once more while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except Exception as error:
        # It asks SQLAlchemy's errors, which not every command has loaded.
        from bot.commands.mishaps import sentence  # noqa: PLC0415

        print(f"This can't go on{sentence(error)}", file=sys.stderr)
        sys.exit(1)


def _printed(command: Callable[[], object]) -> None:
    """Run *command*, and see all of its output out: Python does so only after it has ended."""
    out, file = sys.stdout, os.fstat(1)
    try:
        command()
    except SystemExit:
        # When a pipe breaks, Typer puts another stream in its place and Rich another file, and
        # both call that a failure.
        if sys.stdout is not out or not os.path.samestat(file, os.fstat(1)):
            raise BrokenPipeError from None
        out.flush()
        raise
    out.flush()
