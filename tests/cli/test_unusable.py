"""What an admin got wrong ends every command in one line: what, where, and what to do about it."""

import shutil
import signal
import socket
import subprocess
import sys

import pytest

from tests.cli.conftest import PATIENCE_SECONDS, PROJECT, environment

pytestmark = pytest.mark.long

OF_THE_DATABASE = [
    ["log", "list"], ["log", "verify"], ["cases", "list"], ["db", "upgrade"],
    ["chat", "--jsonl"], ["search", "x"], ["serve"], ["corpus", "releases"],
]


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("command", OF_THE_DATABASE, ids=" ".join)
def test_a_database_that_nobody_speaks_with_is_named_by_its_setting(run, command):
    done = run(*command, env={"ADVISOR_DATABASE_URL": "mongodb://u:hush@h/x"})
    assert only_line(done) == (
        "ADVISOR_DATABASE_URL can't be used: databases of the kind 'mongodb' are not known here. "
        "Give an address such as postgresql+psycopg://name:password@host/database, or leave it "
        "empty for SQLite in the data folder.")


@pytest.mark.parametrize(("url", "why"), [
    ("nonsense", "it is no address of a database"),
    ("postgres://u:hush@127.0.0.1/x", "databases of the kind 'postgres' are not known here"),
    ("postgresql+psycopg://u:hush@127.0.0.1:port/x", "it is no address of a database"),
    ("mysql://u:hush@h/x", "databases of the kind 'mysql' are not known here"),
    ("postgresql+psycopg2://u:hush@h/x", "the Python package 'psycopg2' is not installed"),
    ("postgresql+nobody://u:hush@h/x", "there is no driver of the name 'postgresql+nobody'"),
])
def test_an_address_of_a_database_says_what_is_wrong_with_it_and_no_password(run, url, why):
    line = only_line(run("log", "list", env={"ADVISOR_DATABASE_URL": url}))
    assert line.startswith(f"ADVISOR_DATABASE_URL can't be used: {why}.")
    assert "postgresql+psycopg://name:password@host/database" in line
    assert "hush" not in line


def test_of_a_database_that_is_away_the_driver_is_quoted(run):
    line = only_line(run("log", "list", env={
        "ADVISOR_DATABASE_URL": "postgresql+psycopg://u:hush@127.0.0.1:1/x"}))
    assert line.startswith("This can't go on: the database can't be reached; ")
    assert "The driver says: " in line
    assert "port 1 failed" in line
    assert "hush" not in line


@pytest.mark.parametrize("command", OF_THE_DATABASE, ids=" ".join)
def test_a_file_in_the_place_of_the_data_folder_is_named(run, tmp_path, command):
    file = tmp_path / "data"
    file.write_text("")
    line = only_line(run(*command, env={"ADVISOR_DATA_DIR": str(file)}))
    assert line == (
        f"The data folder {file} can't be used: File exists, and it is no folder. Set "
        "ADVISOR_DATA_DIR to a folder that the account which runs this may write to.")


@pytest.mark.parametrize("command", [["db", "upgrade"], ["serve"]], ids=" ".join)
def test_a_data_folder_that_cannot_be_made_is_named(run, command):
    line = only_line(run(*command, env={"ADVISOR_DATA_DIR": "/proc/advisor"}))
    assert line.startswith("The data folder /proc/advisor can't be used: ")
    assert line.endswith("Set ADVISOR_DATA_DIR to a folder that the account which runs this may "
                         "write to.")


def test_a_folder_of_a_database_that_cannot_be_made_is_named(run):
    line = only_line(run("db", "upgrade", env={
        "ADVISOR_DATABASE_URL": "sqlite:////proc/advisor/x.sqlite3"}))
    assert line.startswith("ADVISOR_DATABASE_URL can't be used: the folder /proc/advisor can't be "
                           "made: ")


@pytest.mark.parametrize("command", [
    ["log", "list"], ["log", "show", "c1"], ["log", "verify"], ["log", "checkpoint"],
    ["log", "key"], ["log", "replay", "c1"], ["log", "retention"], ["cases", "list"],
    ["log", "retention", "--days", "3", "--by", "kim", "--reason", "audit"], ["db", "rewrite"],
    ["log", "export", "--all", "--as", "csv", "--by", "kim", "--reason", "audit"],
    ["log", "hold", "c1", "--by", "kim", "--reason", "audit"],
    ["corpus", "documents"], ["corpus", "cut", "1"], ["corpus", "edits"],
    ["corpus", "withdraw", "1"], ["corpus", "releases"], ["corpus", "rollback"],
    ["corpus", "rebuild"], ["corpus", "tidy"], ["corpus", "gaps"],
    ["corpus", "impact", "draft"]], ids=" ".join)
def test_what_only_reads_makes_no_database_where_none_is(run, tmp_path, command):
    place = tmp_path / "mistyped"
    line = only_line(run(*command, env={"ADVISOR_DATA_DIR": str(place)}))
    assert line.startswith(f"There is no database {place / 'advisor.sqlite3'}, so there is nothing")
    assert line.endswith("ADVISOR_DATA_DIR and ADVISOR_DATABASE_URL say where it is.")
    assert not place.exists()


def test_a_data_folder_that_cannot_be_written_keeps_a_server_from_starting(run):
    # Nobody may write there, whoever runs this.
    line = only_line(run("serve", env={"ADVISOR_DATA_DIR": "/proc/self"}))
    assert "/proc/self" in line


@pytest.fixture
def interruptible():
    """Programs that are started get to hear a Ctrl-C; behind a shell's `&` they would not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


AT_AN_IMPORT = """
import os, runpy, signal, sys

class Interrupts:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == {imported!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts)
sys.argv = ["advisor", "corpus", "publish", "--check-only"]
runpy.run_module("bot", run_name="__main__")
"""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("imported", ["typer", "sqlalchemy", "bot.cli"])
def test_ctrl_c_while_a_command_starts_shows_no_traceback(data_dir, imported):
    # It comes from within: who waits to be told of an import may hear of it when all is over.
    done = subprocess.run(
        [sys.executable, "-c", AT_AN_IMPORT.format(imported=imported)], cwd=PROJECT, text=True,
        env=environment(data_dir, None), capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.stderr == "Interrupted.\n"
    assert done.returncode == 130


LOST = """
import time, weakref
from bot import starting

class Thing: pass

def interrupted(_):
    raise {error}

def run():
    thing = Thing()
    watched = weakref.ref(thing, interrupted)
    del thing
    time.sleep({seconds})

starting._run = run
starting.main()
"""


def lost(error: str, seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOST.format(error=error, seconds=seconds)], cwd=PROJECT, text=True,
        capture_output=True, timeout=PATIENCE_SECONDS, check=False)


@pytest.mark.usefixtures("interruptible")
def test_a_ctrl_c_that_python_passes_over_ends_the_command_nevertheless():
    ended = lost("KeyboardInterrupt", PATIENCE_SECONDS)
    assert (ended.returncode, ended.stderr) == (130, "Interrupted.\n")


def test_what_else_python_passes_over_is_told_and_ends_nothing():
    ended = lost("ValueError('odd')", 0)
    assert ended.returncode == 0
    assert "ValueError: odd" in ended.stderr


def test_a_port_in_use_is_named(cold):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = only_line(cold("serve", env={"ADVISOR_PORT": str(port)}))
    assert line == (f"Can't listen on 127.0.0.1:{port}: Address already in use. Set ADVISOR_PORT "
                    "or ADVISOR_HOST to another.")


def test_a_host_that_is_no_name_is_named(run):
    line = only_line(run("serve", env={"ADVISOR_HOST": "a..b"}))
    assert line == ("The local workspace listens on this machine only. Leave ADVISOR_HOST at "
                    "127.0.0.1, or set the SLACK_ variables.")


@pytest.mark.parametrize("name", ["red_flags.yaml", "register.tsv", "sources/ungp.yaml"])
@pytest.mark.parametrize("command", [["corpus", "check"], ["corpus", "diff"]], ids=" ".join)
def test_a_corpus_file_that_is_not_utf_8_is_named_with_its_line(run, tmp_path, name, command):
    corpus = tmp_path / "corpus"
    shutil.copytree(PROJECT / "guidance_corpus", corpus)
    file = corpus / name
    lines = file.read_bytes().count(b"\n")
    file.write_bytes(file.read_bytes() + b"# caf\xe9\n")
    done = run(*command, env={"ADVISOR_CORPUS_DIR": str(corpus)})
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert (f"{name}:{lines + 1}: not UTF-8 (byte 0xe9 at character 6); save the file as UTF-8"
            in done.stdout + done.stderr)


def _beside_env(tmp_path, data_dir, *command, **env):
    return subprocess.run(
        [sys.executable, "-m", "bot", *command], capture_output=True, text=True, cwd=tmp_path,
        stdin=subprocess.DEVNULL, timeout=PATIENCE_SECONDS, check=False,
        env={**environment(data_dir, env), "PYTHONPATH": str(PROJECT)})


def test_an_env_file_that_is_not_utf_8_is_named_with_its_line(tmp_path, data_dir):
    (tmp_path / ".env").write_bytes(b"ADVISOR_PORT=1\nADVISOR_CONTACT=Andr\xe9\n")
    line = only_line(_beside_env(tmp_path, data_dir, "log", "list"))
    assert line == (f"{tmp_path / '.env'}:2: not UTF-8 (byte 0xe9 at character 21); "
                    "save the file as UTF-8.")


def test_a_secret_that_is_not_utf_8_is_named_without_its_words(tmp_path, data_dir):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "advisor_log_key").write_bytes(b"hush\xe9")
    line = only_line(_beside_env(tmp_path, data_dir, "log", "list",
                                 ADVISOR_SECRETS_DIR=str(secrets)))
    assert line == (f"{secrets / 'advisor_log_key'}:1: not UTF-8 (byte 0xe9 at character 5); save "
                    "the file as UTF-8.")


def test_a_key_of_the_log_that_is_no_text_is_named(run, tmp_path):
    (tmp_path / "log.key").write_bytes(b"\xe9" * 44)
    line = only_line(run("log", "key", env={"ADVISOR_DATA_DIR": str(tmp_path)}))
    assert line.startswith(f"{tmp_path / 'log.key'} is not 32 bytes in Base64.")


def test_sentences_that_are_not_utf_8_are_named(run, tmp_path):
    prompts = tmp_path / "prompts"
    shutil.copytree(PROJECT / "prompts", prompts)
    with (prompts / "clauses.yaml").open("ab") as file:
        file.write(b"# caf\xe9\n")
    line = only_line(run("chat", "--jsonl", stdin='{"conversation": "u1", "text": "hello"}',
                         env={"ADVISOR_PROMPTS_DIR": str(prompts)}))
    assert str(prompts / "clauses.yaml") in line


@pytest.mark.parametrize("command", [
    ["corpus", "list", "--json"], ["corpus", "list"], ["corpus", "--help"]], ids=" ".join)
def test_who_reads_the_first_line_only_is_no_failure(data_dir, command):
    """`advisor corpus list | head -1` under `set -o pipefail`."""
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", *command], cwd=PROJECT, env=environment(data_dir, None),
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1)
    started.stdout.close()
    said = started.stderr.read()
    assert (started.wait(PATIENCE_SECONDS), said) == (0, "")


def test_output_that_finds_no_room_is_told(data_dir):
    with open("/dev/full", "w") as full:  # noqa: PTH123  a device
        done = subprocess.run(
            [sys.executable, "-m", "bot", "corpus", "show", "ungp-17"], cwd=PROJECT, check=False,
            env=environment(data_dir, None), text=True, stdout=full, stderr=subprocess.PIPE,
            timeout=PATIENCE_SECONDS)
    assert only_line(done) == ("This can't go on: the disk is full; free some space, nothing has "
                               "to be started again.")
