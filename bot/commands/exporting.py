"""What goes out of the record: a conversation or all of them, with a signed manifest."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.assembly import Assembly
from bot.commands.erasing import By, Reason, home
from bot.commands.launching import counted, fail, misused, pasted, reading
from bot.dialogue.conversation import ConversationId
from bot.erasure.whereabouts import workspace_on_record
from bot.errors import AdvisorError
from bot.exporting.asked import Asked, Form
from bot.exporting.manifest import MANIFEST_SUFFIX
from bot.exporting.many import Chosen
from bot.exporting.redacting import NAMES_STAY, PLACES_STAY, Redaction

LONGEST_NAME = 200
"""Bytes of a conversation's name that the name of its file begins with: most systems take 255."""


class Redact(StrEnum):
    """What `--redact` takes."""

    ALL = "all"
    EMAIL = "email"
    PHONE = "phone"
    IP = "ip"
    SLACK = "slack"
    URL = "url"


def export(
    by: By,
    reason: Reason,
    form: Annotated[Form, typer.Option(
        "--as", help="One conversation as zip, pdf, docx or md; all as csv or jsonl.")],
    conversation: Annotated[str | None, typer.Argument(
        help="One conversation, as 'advisor log list' prints its name.", parser=pasted,
        metavar="CONVERSATION")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every row of the log.")] = False,
    since: Annotated[str | None, typer.Option(
        help="With --all: rows from this day or moment on, in UTC.")] = None,
    until: Annotated[str | None, typer.Option(
        help="With --all: rows before this day or moment, in UTC.")] = None,
    workspace: Annotated[str | None, typer.Option(
        help="Slack's id of the workspace; without it that of the conversation, or with --all "
        "all of them.")] = None,
    redact: Annotated[list[Redact] | None, typer.Option(
        help="Take this out of words; may be given several times.")] = None,
    out: Annotated[Path | None, typer.Option(
        help="The file to write, in a folder that is there.  [default: here, named for the "
        "conversation, or log]")] = None,
) -> None:
    """Export with a signed manifest: a row of the log says so first, then the file is written.

    For one conversation: advisor log export NAME --as pdf --by "Kim Osei" --reason "asked for by
    counsel".  For all since a day: advisor log export --all --as csv --since 2026-11-01 --by …
    --reason ….
    """
    if everything == (conversation is not None):
        misused("Give the name of a conversation, or --all.")
    if conversation is not None and (since or until):
        misused("--since and --until go with --all.")
    if form.holds_many is not everything:
        misused(f"{form.value} holds one conversation; --all is exported as csv or jsonl."
                if everything else
                f"{form.value} holds many conversations; one is exported as zip, pdf, docx or md.")
    first, last = _period(since, until)
    kinds = frozenset(Redaction if Redact.ALL in (redact or ()) else map(Redaction, redact or ()))
    asked = Asked(by, reason, kinds)
    file = out or Path(f"{_file_name(conversation or 'log')}.{form.value}")
    with reading() as parts:
        if conversation is None:
            _export_all(parts, file, form, Chosen(workspace, first, last), asked)
        else:
            _export_one(parts, file, form, asked, conversation=conversation,
                        workspace=workspace)
    if kinds:
        print(f"{NAMES_STAY} {PLACES_STAY}")


def _export_all(parts: Assembly, file: Path, form: Form, chosen: Chosen, asked: Asked) -> None:
    """Write the rows of *chosen* into *file*, with a manifest beside it."""
    if chosen.workspace is not None:
        chosen = replace(chosen, workspace=workspace_on_record(parts.store, chosen.workspace))
    _need_folder_of(file)
    try:
        written = parts.exporting.many(file, form, chosen, asked)
    except OSError as error:
        # What could not be written has a name of its own, which nobody has given.
        fail(f"{file} can't be written: {error.strerror}. Nothing was left there; make "
             "room, or give another place with --out.")
    print(f"{counted(written.rows, 'row')} in {written.file}, manifest in {written.manifest}.")
    for name in written.empty:
        print(f"The log of {name or 'before workspaces'} is empty, and not in it.")


def _export_one(
    parts: Assembly, file: Path, form: Form, asked: Asked, *, conversation: str,
    workspace: str | None,
) -> None:
    """Write *conversation* into *file*; its manifest stands beside it, or within a sealed case."""
    places = [file] if form is Form.ZIP else [file, file.with_name(file.name + MANIFEST_SUFFIX)]
    for place in places:
        if place.exists():
            fail(f"{place} is there already; nothing is written over it.")
    there = home(parts, conversation, workspace)
    # Before the log says that an export was taken.
    _need_folder_of(file)
    made = parts.exporting.one(there, ConversationId(conversation), form, asked)
    _write(dict(zip(places, (made.data, made.manifest), strict=False)))
    print(f"{counted(made.rows, 'row')} in {' and '.join(map(str, places))}.")


def _file_name(name: str) -> str:
    """*name* as one that a file system takes, with the ending of a manifest behind it."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).lstrip(".") or "export"
    return safe.encode()[:LONGEST_NAME].decode(errors="ignore")


def _need_folder_of(file: Path) -> None:
    """End unless the folder of *file* is there: one that was mistyped would else be made."""
    try:
        there = file.parent.is_dir()
    except OSError as error:
        fail(f"The folder {file.parent} can't be looked at: {error.strerror}. Nothing was "
             "exported; give another place with --out.")
    if not there:
        fail(f"There is no folder {file.parent}, so nothing was exported. Make it, or give another "
             "place with --out.")


def _write(files: Mapping[Path, bytes]) -> None:
    """Write all *files*, or leave none: half of one would stand in the way of the next try."""
    made: list[Path] = []
    try:
        for file, data in files.items():
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made.append(file)
            with os.fdopen(opened, "wb") as out:
                out.write(data)
    except OSError as error:
        for begun in made:
            begun.unlink(missing_ok=True)
        raise AdvisorError("not_written", (
            f"{file} can't be written: {error.strerror}. Nothing was left there, and the log says "
            "that an export was taken; make room, or give another place with --out.")) from None


def _period(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """From when and before when; None where that is left open."""
    first, last = _moment(since), _moment(until)
    if first is not None and last is not None and first >= last:
        misused(f"--until {until} is not after --since {since}, so no row lies between them.")
    return first, last


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        misused(f"{text!r} is no day or moment; write it like 2026-11-25 or 2026-11-25T17:00.")
