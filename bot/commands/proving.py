"""What proves the record: its digests, its checkpoints, and its answers computed again."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.checkpoints import Verdict
from bot.commands.administering import Command
from bot.commands.erasing import Workspace
from bot.commands.given_files import CHECKPOINT, text_of
from bot.commands.launching import (
    AsJson,
    ConversationName,
    assembled,
    counted,
    fail,
    misused,
    print_json,
    reading,
)
from bot.database.url import database_url, insist_on_file
from bot.dialogue.conversation import ConversationId
from bot.erasure.whereabouts import workspace_on_record
from bot.errors import AdvisorError, UnknownConversation
from bot.exporting.checking import Unproved, check
from bot.record.log import BEFORE_WORKSPACES
from bot.record.signed_notes import BadCheckpoint, Verifier

_ROW_FITS = re.compile(r"row \d+: digest, words and place fit")
"""What is said of each row of a sealed case that is whole: fifty such lines hide the others."""


def verify(
    checkpoint: Annotated[list[Path] | None, typer.Option(
        help="A checkpoint that was kept elsewhere; may be given several times."
    )] = None,
    workspace: Annotated[str | None, typer.Option(help="One workspace; all without it.")] = None,
    export: Annotated[Path | None, typer.Option(
        help="An export instead: a sealed case, the folder it was unpacked into, or a file with "
        "its manifest beside it. Needs no database."
    )] = None,
    key: Annotated[str | None, typer.Option(
        help="With --export: the public key of the log as you know it; else that in the export."
    )] = None,
    as_json: AsJson = False,
) -> None:
    """Derive every digest again and hold the log against its checkpoints; exit 1 if it differs."""
    if export is not None:
        if checkpoint or workspace is not None:
            misused("--checkpoint and --workspace are of the log in the database, and --export is "
                    "of a file: give one or the other.")
        _verify_export(export, key, as_json=as_json)
        return
    if key is not None:
        misused("--key goes with --export: the log in the database is held against the key in "
                "force.")
    kept = checkpoint or []
    notes = [text_of(file, CHECKPOINT) for file in kept]
    with reading() as parts, naming(kept, parts.checkpoints.read):
        verdicts = parts.checkpoints.verify(notes, workspace)
    if as_json:
        print_json([{"workspace": v.workspace, "rows": v.rows, "proven": v.proven,
                     "given": v.given, "broken": None if v.broken is None else {
                         "row": v.broken.seq, "until": v.broken.until, "wrong": v.broken.wrong,
                         "release": v.broken.release,
                         "text": str(v.broken)}} for v in verdicts])
    else:
        for verdict in verdicts:
            print(_said(verdict, bool(notes)))
        if not verdicts:
            print("The log is empty.")
    if any(v.broken for v in verdicts):
        raise typer.Exit(1)


def _verify_export(export: Path, key: str | None, *, as_json: bool) -> None:
    """Check *export* and say what was; exit 1 if something of it doesn't fit."""
    told: list[str] = []
    _insist_on_key(key)
    try:
        check(export, key, told.append)
    except Unproved as error:
        if not as_json:
            raise
        print_json({"export": str(export), "fault": str(error), "checked": told})
        raise typer.Exit(1) from None
    if as_json:
        print_json({"export": str(export), "fault": None, "checked": told})
        return
    fitting = [one for one in told if _ROW_FITS.fullmatch(one)]
    for one in told:
        if one not in fitting:
            print(one)
    if fitting:
        print(f"{counted(len(fitting), 'row')}, each held against its own digest and place.")
    print("All fits.")


def _insist_on_key(key: str | None) -> None:
    """Insist that *key* is one: a slip of the hand would else read as another's seal."""
    try:
        _ = None if key is None else Verifier.of(key)
    except BadCheckpoint:
        raise AdvisorError("no_key", (
            f"{key!r} is no public key of a log. 'advisor log key' prints it where the log is; "
            "copy the whole line.")) from None


def _said(verdict: Verdict, given: bool) -> str:
    """How a log stands, and what proves it; *given* tells whether any checkpoint was handed in."""
    name = "before workspaces" if verdict.workspace == BEFORE_WORKSPACES else verdict.workspace
    if verdict.broken is not None:
        return f"{name}: {verdict.broken}"
    rows, newer = counted(verdict.rows, "row"), verdict.rows - verdict.proven
    rest = "fit one another, which proves nothing against somebody who could write the database"
    if verdict.given == verdict.rows:
        return f"{name}: {rows}, whole, and as the last checkpoint has them."
    if not given and not newer:
        return (f"{name}: {rows}, whole, and as the last checkpoint has them that the "
                "database keeps itself.")
    if not given and not verdict.proven:
        return (f"{name}: {rows}, whole. No checkpoint covers any of them yet; they "
                f"{rest}. 'advisor log checkpoint' takes one.")
    if not given:
        return (f"{name}: {rows}, whole. Those up to {verdict.proven} are as a "
                f"checkpoint has them that the database keeps itself; the {newer} after it {rest}.")
    if verdict.given is None:
        return (f"{name}: {rows}, whole; no checkpoint that you gave is of this log, "
                "so none proves anything of it.")
    after = verdict.rows - verdict.given
    own = (f" The database's own checkpoints fit too, up to row {verdict.proven}; who has its key "
           "could have made those anew." if verdict.proven > verdict.given else "")
    return (f"{name}: {rows}, whole. Your checkpoint proves those up to "
            f"{verdict.given}, and none of the {after} after it: these {rest}.{own}")


@contextmanager
def naming(files: Sequence[Path], read: Callable[[str], object]) -> Iterator[None]:
    """Tell which of *files* is no checkpoint, where one is found to be none: several may be given.

    Args:
        files: Checkpoints that were kept elsewhere.
        read: Raises `BadCheckpoint` where a text is none.
    """
    try:
        yield
    except BadCheckpoint:
        for file in files:
            try:
                read(text_of(file, CHECKPOINT))
            except BadCheckpoint as error:
                raise AdvisorError(error.code, f"{file}: {error}") from None
        raise


def checkpoint(workspace: Workspace = None) -> None:
    """Print a signed checkpoint of where the log ends now; keep it elsewhere."""
    with reading() as parts:
        named = workspace_on_record(parts.store, workspace)
        note = parts.checkpoints.take(named)
    if note is None:
        fail(f"The log of {named!r} is empty, so there is nothing to sign.")
    print(note, end="")


def key() -> None:
    """Print the public key that checkpoints are checked with, as tools for signed notes read it."""
    with assembled() as parts:
        s = parts.settings
        if s.log_key is None and not (s.data_dir / "log.key").is_file():
            insist_on_file(database_url(s.database), "print a key of")
        print(parts.checkpoints.key)


def replay(conversation: ConversationName, as_json: AsJson = False) -> None:
    """Compute each answer again from the record and its release; exit 1 if one differs.

    So it is where the conversation remembers facts that its turns don't make of what was told.
    """
    with reading() as parts:
        replayed = list(parts.replaying.replay(ConversationId(conversation)))
        if not replayed:
            raise UnknownConversation(conversation)
        otherwise = parts.replaying.remembered_otherwise(ConversationId(conversation))
    rows: list[dict[str, object]] = [
        {"turn": one.turn.version, "same": one.fault is None, "erased": one.erased,
         "fault": one.fault, "worded": None if one.worded is None else one.worded.said}
        for one in replayed]
    rows[-1]["remembered_otherwise"] = list(otherwise)
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            said = "comes out again, to the byte" if row["same"] else row["fault"]
            worded = f"; {row['worded']}" if row["worded"] else ""
            print(f"turn {row['turn']}: {said}{worded}{' (words erased)' if row['erased'] else ''}")
        if any(one.fault and not one.erased for one in replayed):
            print("Either this program makes an answer otherwise than the one that recorded it, or "
                  "somebody changed the database: 'advisor log verify' tells the latter.")
        if otherwise:
            print(f"What the conversation remembers of {', '.join(otherwise)} is not what its "
                  "turns make of it, and the next answer would rest on that: somebody changed the "
                  "database, or this program takes a turn otherwise than the one that recorded it.")
    if otherwise or any(one.fault and not one.erased for one in replayed):
        raise typer.Exit(1)


COMMANDS: Mapping[str, Command] = {
    "verify": verify, "checkpoint": checkpoint, "key": key, "replay": replay}
