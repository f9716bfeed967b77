"""`advisor db`: the database, its back-ups, and a database from a back-up."""

import dataclasses
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.assembly import Assembly
from bot.backing_up.archive import Archive, BadBackup, Manifest, is_of_others, opened
from bot.backing_up.erased_again import listed_by
from bot.backing_up.making import (
    archives_in,
    back_up,
    file_in,
    insist_on_database,
    is_named,
    keep,
)
from bot.backing_up.noting import note_made
from bot.backing_up.places import InFile, place_of
from bot.backing_up.restoring import SLACK_TABLES, Restored, Restoring
from bot.commands.erasing import LOGGED
from bot.commands.given_files import CHECKPOINT, ERASURES, bytes_of, text_of
from bot.commands.launching import (
    AsJson,
    assembled,
    counted,
    err,
    fail,
    misused,
    print_json,
    reading,
)
from bot.commands.proving import naming
from bot.database.url import database_url, make_folder_of
from bot.erasure.overwriting import InUse, Remains, rewrite
from bot.record.erasure_list import Listed, read
from bot.record.signed_notes import Verifier, former_keys, read_note, signer_of
from bot.store import Store

db_app = typer.Typer(help="The database: upgrade, back up, restore.", no_args_is_help=True)

Backup = Annotated[Path, typer.Argument(help="The file of a back-up.")]


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema."""
    with assembled() as parts:
        parts.store.upgrade()
    print("The database is up to date.")


@db_app.command("rewrite")
def db_rewrite() -> None:
    """Write anew what holds words, so that no table of the database has what was erased.

    On PostgreSQL its own log has it until that is recycled, and nobody uses a table while it is
    written; exit 1 where one is in use.
    """
    with reading() as parts:
        try:
            remains = rewrite(parts.database)
            logged = parts.database.engine.dialect.name == "postgresql"
        except InUse as table:
            fail(f"The table {table} is in use, so that others would have to wait. Call this "
                 "again when no back-up and no export is under way.")
    if remains is Remains.AHEAD:
        fail("Something reads the database, such as an export or a back-up. Call this again once "
             "it has ended.")
    print(f"What was erased is in no table or index any more. {LOGGED}" if logged
          else "What was erased is in no file of the database any more.")


@db_app.command("backup")
def db_backup(
    to: Annotated[Path, typer.Argument(
        help="The file to write, or a folder: then it is named by the time.")],
    most: Annotated[int | None, typer.Option(
        "--keep", min=1, help="In a folder: delete all but the last so many, once this one is "
        "whole.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole database to one file, also while the bot is at work."""
    now = datetime.now(UTC)
    # A folder that isn't there yet is made; nobody calls one x.zip.
    if most is not None and not to.is_dir() and (to.exists() or to.suffix == ".zip"):
        misused(f"--keep goes with a folder, and {to} is a file.")
    is_folder = most is not None or to.is_dir()
    with assembled() as parts:
        url = database_url(parts.settings.database)
        insist_on_database(url)
        own = _own_key(parts)
        store = Store(parts.settings.database)
        if is_folder:
            _make(to)
        file = file_in(to, now) if is_folder else to
        try:
            began = time.monotonic()
            manifest = back_up(store, file, None if own is None else own.key, now)
            noted = note_made(store, manifest.schema, time.monotonic() - began)
        finally:
            store.close()
    gone = keep(to, most, file) if most is not None else []
    if not noted:
        err.print("The back-up is whole, but the database took no note of it: "
                  "advisor_backup_age_seconds goes on telling of the one before.",
                  highlight=False, soft_wrap=True)
    if as_json:
        print_json({"file": str(file), "bytes": file.stat().st_size, "deleted": len(gone),
                    **_json(manifest)})
        return
    print(f"{file}: {_told(manifest)}, {file.stat().st_size / 1e6:.1f} MB.")
    if gone:
        print(f"Deleted: {', '.join(one.name for one in gone)}.")
    print(f"Not in it, and to be kept elsewhere: {_keys_of(manifest)}.")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fail(f"The folder {folder} can't be made: {error.strerror}.")


def _keys_of(manifest: Manifest) -> str:
    sealed = any(manifest.rows_of(name) for name in SLACK_TABLES)
    return ("the key of the log (ADVISOR_LOG_KEY, or log.key in the data folder), "
            + ("ADVISOR_TOKEN_KEY, which the tokens in it are sealed with, " if sealed else "")
            + "the settings, and erasures.jsonl (or ADVISOR_ERASURE_LIST): without the newest of "
            "it, restoring brings erased words back")


@db_app.command("backups")
def db_backups(
    folder: Annotated[Path, typer.Argument(help="Where back-ups are.")], as_json: AsJson = False
) -> None:
    """List the back-ups in a folder, oldest first; exit 1 if one can't be used.

    Zips of something else are listed as no back-ups.
    """
    lines, broken = [], False
    if not folder.is_dir():
        fail(f"There is no folder {folder}.")
    for file in archives_in(folder):
        try:
            with opened(file) as archive:
                lines.append({"file": str(file), "fault": None, **_json(archive.manifest),
                              "text": _told(archive.manifest)})
        except BadBackup as error:
            other = not is_named(file) and is_of_others(file)
            broken = broken or not other
            fault = "no back-up" if other else str(error)
            lines.append({"file": str(file), "fault": fault, "text": fault})
    if as_json:
        print_json(lines)
    else:
        for line in lines:
            print(f"{Path(str(line['file'])).name}  {line['text']}")
        if not lines:
            print(f"There are no back-ups in {folder}.")
    if broken:
        raise typer.Exit(1)


@db_app.command("verify-backup")
def db_verify_backup(
    file: Backup,
    rehearse: Annotated[bool, typer.Option(
        "--rehearse", help="Restore it into a folder that goes again, and verify the log there."
    )] = False,
    checkpoint: Annotated[list[Path] | None, typer.Option(
        help="With --rehearse: a checkpoint that was kept elsewhere; may be given several times."
    )] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a back-up against its digests; exit 1 if it can't be used."""
    if checkpoint and not rehearse:
        # What it says of the file alone would read as if it had been held against them.
        misused("--checkpoint goes with --rehearse: only a log that is restored can be held "
                "against one.")
    with assembled() as parts, opened(file) as archive:
        archive.check()
        restored = None
        if rehearse:
            notes = [text_of(one, CHECKPOINT) for one in checkpoint or ()]
            keys = [*_verifiers(parts), *_key_in(archive)]
            with (naming(checkpoint or [], lambda note: read_note(note, keys)),
                  tempfile.TemporaryDirectory(prefix="advisor-rehearsal-") as folder):
                trial = Restoring(
                    InFile(Path(folder) / "trial.sqlite3", Path(folder) / "lock"), keys)
                restored = trial.restore(archive, notes=notes)
        if as_json:
            print_json({"file": str(file), "sha256": archive.sha256, **_json(archive.manifest),
                        "rehearsed": rehearse})
            return
        print(f"{file} is whole: {_told(archive.manifest)}.")
        if restored is not None:
            _show_log(restored)


@db_app.command("restore")
def db_restore(
    file: Backup,
    replace: Annotated[bool, typer.Option(
        "--replace", help="Move what is there aside first; nothing of it is deleted.")] = False,
    yes: Annotated[bool, typer.Option(
        "--yes", help="With --replace: don't ask.")] = False,
    checkpoint: Annotated[list[Path] | None, typer.Option(
        help="A checkpoint that was kept elsewhere; may be given several times.")] = None,
    erasures: Annotated[list[Path] | None, typer.Option(
        help="What was erased since: a list of erasures, an export of all rows as jsonl, or a "
        "later back-up; may be given several times.")] = None,
) -> None:
    """Make the database anew from a back-up: all of it or, if anything is wrong, nothing."""
    with assembled() as parts, opened(file) as archive:
        # The data folder first, by which the database's is made for our account alone.
        lock, url = parts.data_dir / "serve.lock", database_url(parts.settings.database)
        make_folder_of(url)
        place = place_of(url, lock)
        print(f"{file}: {_told(archive.manifest)}.")
        if replace and place.taken() and not yes:
            typer.confirm(f"Move the database {place.name} aside, and put this in its place?",
                          abort=True)
        listed, keys = _listed(parts, erasures or ()), _verifiers(parts)
        with naming(checkpoint or [], lambda note: read_note(note, keys)):
            notes = [text_of(one, CHECKPOINT) for one in checkpoint or ()]
            restored = Restoring(place, keys).restore(
                archive, notes=notes, listed=listed, replace=replace)
    print(f"Restored to {place.name}.")
    _show_log(restored)
    if restored.aside is not None:
        print(f"What was there before is kept as {restored.aside}, with all its words: no erasure "
              "reaches it. Delete it once nobody needs to look into it.")
    if restored.erasures:
        print(f"Erased again: the words of {restored.rows_erased} rows, by {restored.erasures} "
              "erasures that are newer than the back-up.")
    elif not listed:
        print("No list of erasures was found. If words were erased after "
              f"{archive.manifest.made_at[:16]}, they are here again: restore anew with "
              "--erasures, or erase them now.")
    if restored.in_doubt:
        print(f"{restored.in_doubt} posts waited; they are looked for in Slack before they are "
              "made.")
    if any(archive.manifest.rows_of(name) for name in SLACK_TABLES) and (
            parts.settings.token_key is None):
        print("The workspaces' tokens in it are sealed: set ADVISOR_TOKEN_KEY to the key of before "
              "before you start, or install the app anew in each workspace.")
    for remark in restored.remarks:
        print(remark)
    print("All console sign-ins have ended. The index is built when 'advisor serve' starts.")


def _show_log(restored: Restored) -> None:
    for verdict in restored.verdicts:
        proved = (f"the first {verdict.proven} as a checkpoint has them" if verdict.proven else
                  "and no checkpoint covers any of them")
        print(f"  {verdict.workspace or 'before workspaces'}: "
              f"{counted(verdict.rows, 'row')}, whole, {proved}.")
    for one in restored.behind:
        err.print(f"[yellow]{one.workspace} had {one.size} rows when the checkpoint was taken, "
                  f"and this back-up has {one.rows}: the {one.size - one.rows} after them are "
                  "lost, and 'advisor log verify --checkpoint' will say so from here on. Is there "
                  "a later back-up?[/yellow]", highlight=False, soft_wrap=True)


def _listed(parts: Assembly, files: Iterable[Path]) -> list[Listed]:
    """What the lists tell: the installation's own, where there is one, and *files*."""
    own = parts.settings.erasures
    found = read(str(own), _lines(own)) if own.is_file() else []
    for file in files:
        if bytes_of(file, ERASURES, 2) == b"PK":  # as any zip begins
            with opened(file) as later:
                found += listed_by(later)
        else:
            found += read(str(file), _lines(file))
    return found


def _lines(file: Path) -> Sequence[str]:
    """The lines of *file*, JSON lines: people write characters that end a line elsewhere."""
    return text_of(file, ERASURES).split("\n")


def _own_key(parts: Assembly) -> Verifier | None:
    """The key that this installation signs with; None where there is none yet."""
    given, file = parts.settings.log_key, parts.settings.data_dir / "log.key"
    if given is None and not file.is_file():
        return None
    return signer_of(given.get_secret_value() if given else None, file).verifier


def _verifiers(parts: Assembly) -> list[Verifier]:
    own = _own_key(parts)
    return [*([] if own is None else [own]), *former_keys(parts.settings.log_keys_before)]


def _key_in(archive: Archive) -> list[Verifier]:
    """The key that a back-up names: enough to rehearse with, since it proves nothing."""
    key = archive.manifest.key
    return [] if key is None else [Verifier.of(key)]


def _told(manifest: Manifest) -> str:
    logs = ", ".join(f"{one.workspace or 'before workspaces'} "
                     f"{counted(one.rows, 'row')}" for one in manifest.logs)
    return (f"made {manifest.made_at[:19]} by {manifest.by} from {manifest.dialect}, schema "
            f"{manifest.schema}, {counted(manifest.rows_of('turns'), 'turn')} in "
            f"{counted(manifest.rows_of('conversations'), 'conversation')}; log: {logs or 'empty'}")


def _json(manifest: Manifest) -> dict[str, object]:
    told = dataclasses.asdict(manifest)
    return {name: told[name] for name in (
        "made_at", "by", "program", "dialect", "schema", "release", "key", "logs")} | {
        "tables": {part.table: part.rows for part in manifest.parts}}
