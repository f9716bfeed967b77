"""`advisor log`: the record, its proof, and what is done with it on request."""

import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.answering.replaying import PLAIN
from bot.checkpoints import Verdict
from bot.commands import erasing
from bot.commands.erasing import By, Reason, Workspace, home
from bot.commands.launching import (
    AsJson,
    ConversationName,
    assembled,
    counted,
    fail,
    pasted,
    print_json,
    reading,
)
from bot.database.url import database_url, insist_on_file
from bot.dialogue.conversation import ConversationId
from bot.erasure.whereabouts import workspace_on_record
from bot.errors import AdvisorError, UnknownConversation
from bot.exporting.asked import Asked, Form
from bot.exporting.checking import Unproved, check
from bot.exporting.manifest import MANIFEST_SUFFIX
from bot.exporting.many import Chosen
from bot.exporting.redacting import NAMES_STAY, PLACES_STAY, Redaction
from bot.ledger import plain
from bot.record import spoken
from bot.record.deletions import Deletion, What, deleted_in
from bot.record.log import BEFORE_WORKSPACES
from bot.record.model_calls import ModelCall, calls_in
from bot.record.signed_notes import BadCheckpoint, Verifier
from bot.review import retell
from bot.terminal.legible import legible
from bot.turns.delivery import edited
from bot.turns.turn import Turn

LONGEST_NAME = 200
"""Bytes of a conversation's name that the name of its file begins with: most systems take 255."""
_ROW_FITS = re.compile(r"row \d+: digest, words and place fit")
"""What is said of each row of a sealed case that is whole: fifty such lines hide the others."""

log_app = typer.Typer(help="The record of what was said: show, prove, erase.",
                      no_args_is_help=True)


@log_app.command("list")
def log_list(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20, as_json: AsJson = False
) -> None:
    """List conversations, newest first."""
    with reading() as parts:
        lines = spoken.lines(parts.store, limit)
        there = spoken.count(parts.store)
    for line in lines:
        row = {"conversation": line.id, "turns": line.version, "updated_at": line.updated_at}
        print(json.dumps(row) if as_json else
              legible(f"{line.updated_at}  {counted(line.version, 'turn'):>9}  {line.id}"))
    if there > len(lines):
        print(f"These are the newest {len(lines)} of {there:,} conversations; --limit shows more.",
              file=sys.stderr)


@log_app.command("show")
def log_show(conversation: ConversationName, as_json: AsJson = False) -> None:
    """Show one conversation, rendered again from its record and the releases it was drawn from."""
    with reading() as parts:
        retold = list(retell(parts.store, ConversationId(conversation)))
        with parts.store.reading() as connection:
            calls = calls_in(connection, ConversationId(conversation))
            gone = deleted_in(connection, ConversationId(conversation))
    if not retold:
        raise UnknownConversation(conversation)
    numbers = {one.turn.key: one.turn.version for one in retold}
    for one in retold:
        turn = one.turn
        first = numbers.get(edited(turn.key) or turn.key)
        deleted = [it for n in sorted({first or turn.version, turn.version})
                   for it in gone.get(n, ()) if n == turn.version or it.what is What.MESSAGE]
        if as_json:
            row = {"text": turn.text, "digest": turn.digest, "shown": one.text,
                   "fault": one.fault, **turn.body(),
                   "deleted_in_slack": [plain(it) for it in deleted],
                   "model_calls": [plain(call) for call in calls if call.turn == turn.version]}
            print(json.dumps(row, ensure_ascii=False))
        else:
            said = "(the words were erased)" if turn.erased else turn.text
            print(legible(f"--- turn {turn.version}, {turn.body()['recorded_at']}, "
                          f"release {turn.release}{_by(turn, first)}\n> {said}\n\n{one.text}\n"))
            for it in deleted:
                print(f"{_gone(it)}\n")
            for call in calls:
                if call.turn == turn.version:
                    print(legible(f"{_told(call)}\n"))
    if any(one.fault for one in retold):
        fail("\n".join(f"turn {one.turn.version}: {one.fault}" for one in retold if one.fault))


def _by(turn: Turn, first: int | None) -> str:
    """What is to be said of a turn that a language model had to do with, or of an edited message.

    *first* is the turn that its message was said in first.
    """
    again = ""
    if turn.retakes is not None:
        again = f", turn {turn.retakes} looked at again"
    elif first not in {None, turn.version}:
        again = f", the new wording of the message of turn {first}"
    worded = "" if turn.composer == PLAIN else f", worded by {turn.composer}"
    refused = "" if turn.refused is None else f", a model's wording not shown: {turn.refused}"
    return f"{again}{worded}{refused}"


def _gone(deletion: Deletion) -> str:
    what = ("the message" if deletion.what is What.MESSAGE else "the reply" if deletion.parts == 1
            else f"message {deletion.part} of {deletion.parts} of the reply")
    return (f"... {what} was deleted in Slack at {deletion.at.isoformat()}; "
            "Slack doesn't tell by whom")


def _told(call: ModelCall) -> str:
    """A call of a language model, with exactly what was sent and what came back."""
    lines = [f"... {call.model} asked for {call.use}, prompt {call.prompt}: {call.outcome}, "
             f"{call.tokens_in} + {call.tokens_out} tokens, {call.took_ms} ms"]
    lines += [call.why] if call.why else []
    if call.sent is None:
        return "\n".join([*lines, "(what was sent and came back is erased)"])
    lines += [f"sent as {one['role']}: {one['content']}" for one in call.sent]
    lines += [f"received: {call.received}"]
    lines += [f"refused for: {call.detail}"] if call.detail else []
    lines += [f"not taken, {one['why']}: {one['fact']} {one['value']}, of “{one['words']}”"
              for one in call.dropped]
    return "\n".join(lines)


@log_app.command("verify")
def log_verify(
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
            fail("--checkpoint and --workspace are of the log in the database, and --export is of "
                 "a file: give one or the other.")
        _verify_export(export, key, as_json=as_json)
        return
    if key is not None:
        fail("--key goes with --export: the log in the database is held against the key in force.")
    notes = [_read(file) for file in checkpoint or ()]
    with reading() as parts:
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
    newer = verdict.rows - verdict.proven
    rest = "fit one another, which proves nothing against somebody who could write the database"
    if verdict.given == verdict.rows:
        return f"{name}: {verdict.rows} rows, whole, and as the last checkpoint has them."
    if not given and not newer:
        return (f"{name}: {verdict.rows} rows, whole, and as the last checkpoint has them that the "
                "database keeps itself.")
    if not given and not verdict.proven:
        return (f"{name}: {verdict.rows} rows, whole. No checkpoint covers any of them yet; they "
                f"{rest}. 'advisor log checkpoint' takes one.")
    if not given:
        return (f"{name}: {verdict.rows} rows, whole. Those up to {verdict.proven} are as a "
                f"checkpoint has them that the database keeps itself; the {newer} after it {rest}.")
    if verdict.given is None:
        return (f"{name}: {verdict.rows} rows, whole; no checkpoint that you gave is of this log, "
                "so none proves anything of it.")
    after = verdict.rows - verdict.given
    own = (f" The database's own checkpoints fit too, up to row {verdict.proven}; who has its key "
           "could have made those anew." if verdict.proven > verdict.given else "")
    return (f"{name}: {verdict.rows} rows, whole. Your checkpoint proves those up to "
            f"{verdict.given}, and none of the {after} after it: these {rest}.{own}")


@log_app.command("checkpoint")
def log_checkpoint(workspace: Workspace = None) -> None:
    """Print a signed checkpoint of where the log ends now; keep it elsewhere."""
    with reading() as parts:
        named = workspace_on_record(parts.store, workspace)
        note = parts.checkpoints.take(named)
    if note is None:
        fail(f"The log of {named!r} is empty, so there is nothing to sign.")
    print(note, end="")


@log_app.command("key")
def log_key() -> None:
    """Print the public key that checkpoints are checked with, as tools for signed notes read it."""
    with assembled() as parts:
        s = parts.settings
        if s.log_key is None and not (s.data_dir / "log.key").is_file():
            insist_on_file(database_url(s.database), "print a key of")
        print(parts.checkpoints.key)


@log_app.command("replay")
def log_replay(conversation: ConversationName, as_json: AsJson = False) -> None:
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


class Redact(StrEnum):
    """What `--redact` takes."""

    ALL = "all"
    EMAIL = "email"
    PHONE = "phone"
    IP = "ip"
    SLACK = "slack"
    URL = "url"


@log_app.command("export")
def log_export(
    by: By,
    reason: Reason,
    form: Annotated[Form, typer.Option(
        "--as", help="One conversation as zip, pdf, docx or md; all as csv or jsonl.")],
    conversation: Annotated[str | None, typer.Argument(
        help="One conversation.", parser=pasted, metavar="CONVERSATION")] = None,
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
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
) -> None:
    """Export with a signed manifest: a row of the log says so first, then the file is written."""
    if everything == (conversation is not None):
        fail("Give the name of a conversation, or --all.")
    if conversation is not None and (since or until):
        fail("--since and --until go with --all.")
    first, last = _moment(since), _moment(until)
    if first is not None and last is not None and first >= last:
        fail(f"--until {until} is not after --since {since}, so no row lies between them.")
    kinds = frozenset(Redaction if Redact.ALL in (redact or ()) else map(Redaction, redact or ()))
    asked = Asked(by, reason, kinds)
    file = out or Path(f"{_file_name(conversation or 'log')}.{form.value}")
    with reading() as parts:
        if everything:
            if workspace is not None:
                workspace = workspace_on_record(parts.store, workspace)
            _make_folder_of(file)
            written = parts.exporting.many(file, form, Chosen(workspace, first, last), asked)
            print(f"{counted(written.rows, 'row')} in {written.file}, manifest in "
                  f"{written.manifest}.")
            for name in written.empty:
                print(f"The log of {name or 'before workspaces'} is empty, and not in it.")
        else:
            beside = file.with_name(file.name + MANIFEST_SUFFIX)
            places = [file] if form is Form.ZIP else [file, beside]
            for place in places:
                if place.exists():
                    fail(f"{place} is there already; nothing is written over it.")
            there = home(parts, conversation or "", workspace)
            # Before the log says that an export was taken.
            _make_folder_of(file)
            made = parts.exporting.one(there, ConversationId(conversation or ""), form, asked)
            _write(dict(zip(places, (made.data, made.manifest), strict=False)))
            print(f"{counted(made.rows, 'row')} in {' and '.join(map(str, places))}.")
    if kinds:
        print(f"{NAMES_STAY} {PLACES_STAY}")


def _file_name(name: str) -> str:
    """*name* as one that a file system takes, with the ending of a manifest behind it."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).lstrip(".") or "export"
    return safe.encode()[:LONGEST_NAME].decode(errors="ignore")


def _make_folder_of(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"The folder {file.parent} can't be made: {error.strerror}. Nothing was exported; "
             "give another place with --out.")


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


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        fail(f"{text!r} is no day or moment; write it like 2026-11-25 or 2026-11-25T17:00.")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise AdvisorError("no_such_file", f"{file} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise AdvisorError("no_such_file", f"{file} is no checkpoint: it is no text in UTF-8."
                           ) from None


for name, command in erasing.COMMANDS.items():
    log_app.command(name)(command)
