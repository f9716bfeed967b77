"""The commands, on an installation that is destroyed, and on an empty machine."""

import base64
import json
import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from bot.assembly import Assembly
from bot.backing_up.noting import last_made
from bot.cli import app
from bot.dialogue.conversation import ConversationId
from bot.errors import AdvisorError
from bot.ledger import canonical
from bot.machine.exchange import take
from bot.schema import conversations
from bot.settings import Settings
from bot.store import Store
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings

pytestmark = pytest.mark.long

DEAL = "We want to sell drones to the police in Kenya."
NAME = ConversationId("deal")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Sets up a machine with an empty data folder; gives the folder."""
    for name in [name for name in os.environ if name.startswith(("ADVISOR_", "SLACK_"))]:
        if not name.startswith("ADVISOR_CHAT_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    monkeypatch.chdir(tmp_path)  # no `.env` of the developer

    def empty(name: str) -> Path:
        folder = tmp_path / name
        monkeypatch.setenv("ADVISOR_DATA_DIR", str(folder))
        return folder

    return empty


def run(*words: object) -> str:
    """The output of `advisor` with *words*, which must end well."""
    done = CliRunner().invoke(app, ["db", *map(str, words)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def fails(*words: object, status: int = 1) -> str:
    """What `advisor` says where it fails."""
    done = CliRunner().invoke(app, ["db", *map(str, words)])
    assert done.exit_code == status
    return str(done.exception) if isinstance(done.exception, AdvisorError) else done.output


def test_on_an_empty_machine_the_bot_goes_on_where_it_was(machine, worded, tmp_path, monkeypatch):
    old = machine("old")
    old.mkdir()
    begin_with(worded, old)
    parts = Assembly(Settings(_env_file=None))
    asked = take(parts.advisor, NAME, "U1", DEAL)
    parts.checkpoints.take("local")
    turns = [(one.digest, one.text) for one in parts.store.turns(NAME)]
    parts.store.close()
    (tmp_path / "kept").mkdir()

    said = run("backup", tmp_path / "kept")

    (file,) = (tmp_path / "kept").iterdir()
    assert "1 turn in 1 conversation" in said
    assert "log.key in the data folder" in said
    key = (old / "log.key").read_text()
    assert key.strip() not in file.read_bytes().decode("latin-1")
    shutil.rmtree(old)

    new = machine("new")
    assert "key that is not here" in fails("restore", file)
    assert not (new / "advisor.sqlite3").exists()
    monkeypatch.setenv("ADVISOR_LOG_KEY", key.strip())
    said = run("restore", file)
    assert "the first 3 as a checkpoint has them" in said
    assert "No list of erasures was found" in said
    assert "is there already" not in said

    again = Assembly(Settings(_env_file=None))
    assert [(one.digest, one.text) for one in again.store.turns(NAME)] == turns
    assert all(one.broken is None for one in again.checkpoints.verify())
    assert all(one.fault is None for one in again.replaying.replay(NAME))
    # The index is made of what the database holds; the answer goes on from the deal as it was.
    assert not (new / "index").exists()
    outcome = take(again.advisor, NAME, "U1", "It is for border control.")
    assert (new / "index").is_dir()
    assert outcome.number == 2
    assert outcome.reply.release == asked.reply.release
    assert again.store.load(NAME).deal.answers.keys() >= asked.conversation.deal.answers.keys()
    assert again.store.verify_log() is None
    again.store.close()
    assert "There is a database at" in fails("restore", file)


def test_a_back_up_is_listed_verified_and_rehearsed(machine, plain, tmp_path):
    machine("any")
    folder = tmp_path / "kept"
    folder.mkdir()
    assert "There are no back-ups" in run("backups", folder)
    good = folder / "advisor-20260301T090000Z.backup.zip"
    shutil.copy(plain, good)

    assert "T1 5 rows, T2 1 row" in run("backups", folder)
    assert json.loads(run("backups", folder, "--json"))[0]["tables"]["turns"] == 5
    said = run("verify-backup", good, "--rehearse")
    assert "is whole: made 2026-03-01T09:00:00" in said
    assert "T1: 5 rows, whole, the first 5 as a checkpoint has them." in said
    assert not (tmp_path / "any" / "advisor.sqlite3").exists()

    # It was told whole, and the checkpoint never looked at.
    assert fails("verify-backup", good, "--checkpoint", tmp_path / "none", status=2) == (
        "--checkpoint goes with --rehearse: only a log that is restored can be held against one.\n")

    data = bytearray(good.read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "advisor-20260301T100000Z.backup.zip").write_bytes(data)
    assert "it is damaged" in fails("backups", folder)
    assert "it is damaged" in fails("verify-backup", folder / "advisor-20260301T100000Z.backup.zip")


def test_a_damaged_back_up_of_another_name_and_a_folder_that_is_not_there_are_told(
    machine, plain, tmp_path
):
    machine("any")
    folder = tmp_path / "kept"
    assert fails("backups", folder) == f"There is no folder {folder}.\n"
    folder.mkdir()
    (folder / "x.zip").write_bytes(plain.read_bytes()[:-100])
    assert fails("backups", folder).startswith("x.zip  ")
    shutil.copy(plain, folder / "x.zip")
    assert "x.zip  made 2026-03-01T09:00:00" in run("backups", folder)


def test_zips_of_something_else_are_listed_and_are_no_fault(machine, plain, tmp_path):
    """Whoever kept another zip there was told by the status, day by day, that one can't be used."""
    machine("any")
    folder = tmp_path / "kept"
    folder.mkdir()
    shutil.copy(plain, folder / "advisor-20260301T090000Z.backup.zip")
    for name, content in (("case.zip", '{"files": {}}'), ("odd.zip", "{"), ("photos.zip", None)):
        with zipfile.ZipFile(folder / name, "w") as packed:
            packed.writestr("1.jpg" if content is None else "manifest.json", content or "x")

    said = run("backups", folder)

    assert said.splitlines()[1:] == [
        "case.zip  no back-up", "odd.zip  no back-up", "photos.zip  no back-up"]
    assert [one["fault"] for one in json.loads(run("backups", folder, "--json"))] == [
        None, "no back-up", "no back-up", "no back-up"]


@pytest.mark.parametrize("how", ["named", "repacked", "cut"])
def test_what_may_have_been_a_back_up_is_a_fault(machine, plain, tmp_path, how):
    machine("any")
    folder = tmp_path / "kept"
    folder.mkdir()
    file = folder / ("advisor-20260301T090000Z.backup.zip" if how == "named" else "x.zip")
    with zipfile.ZipFile(plain) as ours, zipfile.ZipFile(file, "w") as packed:
        for name in ["manifest.json"] if how == "repacked" else []:
            packed.writestr(name, ours.read(name))
        packed.writestr("1.jpg", "x")
    if how == "cut":
        file.write_bytes(file.read_bytes()[:-5])

    assert "can't be used" in fails("backups", folder)


def test_a_new_folder_is_made_for_back_ups_and_what_is_not_in_one_is_said(
    machine, worded, tmp_path
):
    shutil.copytree(worded, machine("old"))
    run("upgrade")
    folder = tmp_path / "new" / "kept"

    said = run("backup", folder, "--keep", "14")

    (made,) = folder.iterdir()
    assert made.name.endswith(".backup.zip")
    assert "the settings, and erasures.jsonl (or ADVISOR_ERASURE_LIST): without" in said
    assert fails("backup", made, "--keep", "14", status=2) == (
        f"--keep goes with a folder, and {made} is a file.\n")


def test_that_a_back_up_was_made_stands_in_the_database_where_it_takes_a_note(machine, worded):
    """Whether cron still makes any, nothing that is watched could tell."""
    folder = machine("old")
    shutil.copytree(worded, folder)
    run("upgrade")
    store = Store(Settings(_env_file=None).database)
    assert last_made(store) is None

    assert "took no note" not in run("backup", folder / "one.zip")
    made = last_made(store)
    assert made is not None and abs((datetime.now(UTC) - made).total_seconds()) < 60

    with store.writing() as connection:
        connection.execute(text("DROP TABLE last_backup"))
    store.close()
    said = run("backup", folder / "two.zip")
    assert "The back-up is whole, but the database took no note of it" in said
    assert (folder / "two.zip").is_file()


def test_what_was_erased_is_overwritten_once_nobody_reads(machine, plain, monkeypatch):
    folder = machine("new")
    monkeypatch.setenv("ADVISOR_LOG_KEY", base64.b64encode(bytes(32)).decode())
    run("restore", plain)
    store = Store(f"sqlite:///{folder / 'advisor.sqlite3'}")
    with store.snapshot() as connection:
        name = connection.scalars(select(conversations.c.id).where(
            conversations.c.workspace == "T1")).first()
        erased = CliRunner().invoke(app, [
            "log", "erase", "--conversation", name, "--workspace", "T1", "--by", "U-lead",
            "--reason", "asked for"])
        assert erased.exit_code == 0
        assert "not yet overwritten in the database's write-ahead file" in erased.output
        assert "Something reads the database" in fails("rewrite")
    store.close()

    assert run("rewrite") == "What was erased is in no file of the database any more.\n"


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_what_postgresqls_own_log_keeps_is_not_said_to_be_gone(machine, url, monkeypatch):
    machine("new")
    monkeypatch.setenv("ADVISOR_DATABASE_URL", url)

    assert run("rewrite") == (
        "What was erased is in no table or index any more. PostgreSQL's own write-ahead log, its "
        "archives and the logs of replicas have it until they are recycled or deleted, as you "
        "have set.\n")


def test_replacing_asks_and_keeps_what_was_there(machine, plain, tmp_path, monkeypatch):
    folder = machine("new")
    monkeypatch.setenv("ADVISOR_LOG_KEY", base64.b64encode(bytes(32)).decode())
    run("restore", plain)
    parts = Assembly(Settings(_env_file=None))
    parts.erasing.conversation("T1", ConversationId("c1"), by="U", reason="asked")
    parts.database.close()
    assert (folder / "erasures.jsonl").stat().st_mode & 0o777 == 0o600

    asked = CliRunner().invoke(app, ["db", "restore", str(plain), "--replace"], input="n\n")
    assert asked.exit_code == 1
    assert "Move the database" in asked.output
    said = run("restore", plain, "--replace", "--yes")

    assert "Erased again: the words of 4 rows, by 1 erasures" in said
    (aside,) = folder.glob("advisor.sqlite3.before-*")
    assert f"is kept as {aside}, with all its words: no erasure reaches it" in said
    assert "keep goes with a folder" in fails(
        "backup", tmp_path / "x.zip", "--keep", "3", status=2)


def test_an_export_tells_what_was_erased_whatever_people_wrote(
    machine, plain, tmp_path, monkeypatch
):
    """Some words have characters in them that end a line elsewhere, but not one of JSON lines."""
    machine("new")
    monkeypatch.setenv("ADVISOR_LOG_KEY", base64.b64encode(bytes(32)).decode())
    export = tmp_path / "all.jsonl"
    export.write_text(canonical({
        "kind": "turn", "body": {}, "words": {"text": "Drones\u2028for Kenya\x85"}}) + "\n")

    said = run("restore", plain, "--erasures", export)

    assert "Erased again" not in said


def test_lists_of_erasures_are_taken_from_files(machine, plain, tmp_path, monkeypatch):
    machine("new")
    monkeypatch.setenv("ADVISOR_LOG_KEY", base64.b64encode(bytes(32)).decode())
    (tmp_path / "notes.txt").write_text("hello\n")
    assert "Line 1 of" in fails("restore", plain, "--erasures", tmp_path / "notes.txt")
    assert "There is no file" in fails("restore", plain, "--erasures", tmp_path / "none")
    assert "There is no file" in fails("restore", plain, "--checkpoint", tmp_path / "none")
    (tmp_path / "no note").write_text("of something else")
    assert fails("restore", plain, "--checkpoint", tmp_path / "no note").startswith(
        f"{tmp_path / 'no note'}: That is no checkpoint of this log: ")
    said = run("restore", plain, "--erasures", plain)
    assert "Erased again" not in said
