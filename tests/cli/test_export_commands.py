"""`advisor log export` and `verify --export`: what is written, what is refused, what it proves."""

import json
import sqlite3

import pytest

from bot.commands.exporting import _file_name, _write
from bot.errors import AdvisorError
from bot.ledger import GENESIS
from bot.record.merkle import Edge


def test_all_is_exported_though_a_log_is_empty(spoken, tmp_path):
    with sqlite3.connect(tmp_path / "log.sqlite3") as database:
        database.execute("INSERT INTO log_heads (workspace, count, digest, edge) "
                         "VALUES ('T1', 0, ?, ?)", (GENESIS, Edge().dump()))
    done = spoken("export", "--all", "--as", "csv", "--by", "kim", "--reason", "audit",
                  "--out", str(tmp_path / "all.csv"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "The log of T1 is empty, and not in it."
    assert (tmp_path / "all.csv").is_file()


@pytest.mark.long
def test_an_export_proves_itself_without_the_database(spoken, run, tmp_path):
    why = ("--by", "lead", "--reason", "asked for")
    case, table, memo = tmp_path / "c1.zip", tmp_path / "all.jsonl", tmp_path / "c1.docx"
    nowhere = {"ADVISOR_DATABASE_URL": "sqlite:////nowhere/at/all"}

    made = [
        spoken("export", "c1", "--as", "zip", "--out", str(case), *why),
        spoken("export", "c1", "--as", "docx", "--redact", "all", "--out", str(memo), *why),
        spoken("export", "--all", "--as", "jsonl", "--since", "2020-01-01", "--out", str(table),
               *why),
    ]
    assert [one.returncode for one in made] == [0, 0, 0], [one.stderr for one in made]
    assert "Names of people" in made[1].stdout
    key = spoken("key").stdout.strip()
    for file in (case, table, memo):
        done = run("log", "verify", "--export", str(file), "--key", key, env=nowhere)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All fits."), done.stderr
    assert spoken("verify").stdout.startswith("local: 7 rows, whole.")

    again = spoken("export", "c1", "--as", "zip", "--out", str(case), *why)
    assert again.returncode == 1
    assert "there already" in again.stderr
    assert spoken("export", "c1", "--as", "csv", *why).returncode == 2
    assert spoken("export", "c1", "--all", "--as", "zip", *why).returncode == 2
    assert spoken("export", "--all", "--as", "zip", *why).returncode == 2
    table.write_bytes(table.read_bytes().replace(b"Wolpertinger", b"Wolpertingor"))
    broken = run("log", "verify", "--export", str(table), env=nowhere)
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr


@pytest.mark.parametrize("name", ["n" * 255, "北" * 255])
def test_the_longest_name_of_a_conversation_names_a_file(tmp_path, name):
    """The command ended with "File name too long", and told to use what nobody had named."""
    file = tmp_path / f"{_file_name(name)}.docx.manifest.json"

    file.write_text("{}")

    assert file.name.startswith(name[:60])
    assert _file_name("北京 c/1") == "北京-c-1"


def test_an_export_is_written_whole_or_not_at_all(spoken, tmp_path):
    """Half a sealed case was left on a full disk, and stood in the way of the next try."""
    first, second = tmp_path / "case.pdf", tmp_path / "case.pdf.manifest.json"
    second.write_text("somebody else's")
    with pytest.raises(AdvisorError) as told:
        _write({first: b"pdf", second: b"manifest"})
    assert str(told.value) == (
        f"{second} can't be written: File exists. Nothing was left there, and the log says that an "
        "export was taken; make room, or give another place with --out.")
    assert [one.name for one in tmp_path.glob("case*")] == [second.name]
    assert second.read_text() == "somebody else's"

    table = spoken("export", "--all", "--as", "csv", "--by", "lead", "--reason", "r",
                   "--out", "/proc/log.csv")
    assert (table.returncode, table.stderr) == (
        1, "/proc/log.csv can't be written: No such file or directory. Nothing was left there; "
        "make room, or give another place with --out.\n")

    unknown = spoken("export", "nope", "--as", "pdf", "--by", "lead", "--reason", "r",
                     "--out", str(tmp_path / "new" / "x.pdf"))
    assert unknown.returncode == 1
    assert not (tmp_path / "new").exists()


def test_the_check_of_an_export_is_one_document_for_a_program(spoken, tmp_path):
    """With --json it printed lines for people, and nothing at all of what didn't fit."""
    case = tmp_path / "case.zip"
    spoken("export", "c1", "--as", "zip", "--out", str(case), "--by", "lead", "--reason", "asked")
    whole = spoken("verify", "--export", str(case), "--json")
    said = json.loads(whole.stdout)
    assert (whole.returncode, said["export"], said["fault"]) == (0, str(case), None)
    assert "row 4: digest, words and place fit" in said["checked"]

    data = bytearray(case.read_bytes())
    data[len(data) // 2] ^= 1
    case.write_bytes(data)
    broken = spoken("verify", "--export", str(case), "--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["fault"].startswith("It ")
    assert broken.stderr == ""


@pytest.mark.parametrize("words", [
    ["--export", "case.zip", "--checkpoint", "kept.txt"],
    ["--export", "case.zip", "--workspace", "T1"], ["--key", "advisor-log+1"]], ids=" ".join)
def test_what_a_check_would_pass_over_is_refused(run, words):
    done = run("log", "verify", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--export" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("words", "told"), [
    (["chat", "--jsonl", "--conversation", "c1"], "With --jsonl each line names its conversation"),
    (["chat", "--conversation", "c1", "--resume"], "give --conversation or --resume"),
    (["corpus", "register", "--reason", "no longer relied on"], "--reason goes with --retire"),
    (["corpus", "correct", "sg-c1-1", "--reason", "a slip"], "Say what to correct: --text"),
    (["db", "verify-backup", "b.zip", "--checkpoint", "c.txt"], "goes with --rehearse"),
    (["db", "backup", "b.zip", "--keep", "3"], "--keep goes with a folder"),
], ids=str)
def test_an_option_that_would_count_for_nothing_is_refused(run, words, told):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("words", "status", "told"), [
    (["--all", "--since", "9999-12-31T23:59:59-12:00"], 2,
     "'9999-12-31T23:59:59-12:00' is no day or moment; write it like 2026-11-25 or "
     "2026-11-25T17:00."),
    (["--all", "--since", "2026-02-01", "--until", "2026-01-01"], 2,
     "--until 2026-01-01 is not after --since 2026-02-01, so no row lies between them."),
    (["--all", "--workspace", "T9"], 1,
     "Nothing of workspace 'T9' is on record, so nothing was done. There is a log of local."),
    (["--all", "--out", "/proc/none/x.csv"], 1,
     "There is no folder /proc/none, so nothing was exported. Make it, or give another place with "
     "--out."),
    (["--all", "--out", f"{'x' * 300}/x.csv"], 1,
     f"The folder {'x' * 300} can't be looked at: File name too long. Nothing was exported; give "
     "another place with --out."),
], ids=str)
def test_an_export_that_can_not_be_is_told_before_the_log_says_that_it_was(
        spoken, tmp_path, words, status, told):
    out = [] if "--out" in words else ["--out", str(tmp_path / "x.csv")]
    done = spoken("export", *words, *out, "--as", "csv", "--by", "lead", "--reason", "asked for")
    assert (done.returncode, done.stderr) == (status, f"{told}\n")
    # Two turns, and the release and the settings that they rest on.
    assert spoken("verify").stdout.startswith("local: 4 rows, whole.")
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(("form", "name"), [("md", "c1"), ("csv", "--all")])
def test_a_folder_that_is_not_there_is_refused_and_not_made(spoken, tmp_path, form, name):
    """A folder that was mistyped was made, and the export lay where nobody looks for it."""
    file = tmp_path / "exprots" / f"x.{form}"
    done = spoken("export", name, "--as", form, "--out", str(file), "--by", "lead",
                  "--reason", "asked for")
    assert (done.returncode, done.stderr) == (
        1, f"There is no folder {file.parent}, so nothing was exported. Make it, or give another "
        "place with --out.\n")
    assert not file.parent.exists()
    assert spoken("verify").stdout.startswith("local: 4 rows, whole.")
