"""A sealed case proves itself to a stranger, and is given to those alone who may have it."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Form
from bot.exporting.checking import Unproved, check
from bot.exporting.exports import Exporting, verifier
from bot.exporting.rows import NotExported
from bot.ledger import chained
from bot.log_order import LOCAL
from bot.record.log import Happening, rows
from bot.record.signed_notes import Signer
from bot.schema import log
from retrieval.releases import guidance_of
from tests.exporting.conftest import SEED
from tests.exporting.sealed import ALL, ASKED, NAMES, case, program, run, unpacked
from tests.store.small import START

pytestmark = pytest.mark.long


def test_a_case_proves_itself_with_plain_python_alone(spoken, exporting, checkpoints, tmp_path):
    folder = unpacked(case(exporting), tmp_path / "case")

    assert sorted(p.name for p in folder.iterdir()) == NAMES
    done = run(folder, "--key", checkpoints.key)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest, words and place fit") == 3
    assert "3 of 4 rows" in done.stdout
    assert "the key you gave" in done.stdout
    assert "came along" in run(folder).stdout


def test_the_zip_itself_is_checked_and_packing_it_anew_is_noticed(spoken, exporting, tmp_path):
    data = case(exporting)
    (tmp_path / "case.zip").write_bytes(data)
    clean = program(tmp_path)
    assert run(tmp_path / "case.zip", program=clean).returncode == 0

    anew = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as box, zipfile.ZipFile(anew, "w") as other:
        for name in box.namelist():
            other.writestr(name, box.read(name))
    (tmp_path / "case.zip").write_bytes(anew.getvalue())
    assert "packed it anew" in run(tmp_path / "case.zip", program=clean).stdout


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("forged_last", [False, True])
def test_a_second_file_of_a_name_is_noticed_in_the_zip(
    spoken, exporting, tmp_path, forged_last
):
    """What was unpacked last is all that a folder shows; other programs show what comes first."""
    with zipfile.ZipFile(io.BytesIO(case(exporting))) as box:
        files = [(name, box.read(name)) for name in box.namelist()]
    forged = ("memo.md", dict(files)["memo.md"] + b"Compliance said yes.")
    doubled = tmp_path / "doubled.zip"
    with zipfile.ZipFile(doubled, "w") as other:
        for name, data in [*files, forged] if forged_last else [forged, *files]:
            other.writestr(name, data)

    done = run(doubled, program=program(tmp_path))
    assert (done.returncode, "DOES NOT FIT" in done.stdout) == (1, True)
    with pytest.raises(Unproved):
        check(doubled, None, lambda _: None)


def test_the_same_case_gives_the_same_bytes(spoken, exporting, store, clock):
    first = exporting.one(LOCAL, "c2", Form.ZIP, ASKED)
    # The first export is a row, so the log is longer; all else is the same.
    clock.now += timedelta(0)
    with zipfile.ZipFile(io.BytesIO(first.data)) as box:
        assert {info.date_time for info in box.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert box.namelist() == sorted(box.namelist())
        files = {name: box.read(name) for name in box.namelist()}
    from bot.exporting.verify import sealed_zip
    assert sealed_zip(dict(reversed(files.items()))) == first.data


def test_an_export_is_a_row_of_the_log_that_names_its_manifest(spoken, exporting, store):
    made = exporting.one(LOCAL, "c1", Form.ZIP, ASKED)

    with store.reading() as connection:
        *_, last = rows(connection, "c1")
    assert (last.kind, last.actor) == ("exported", "U-lead")
    assert last.detail == {"form": "zip", "reason": ASKED.reason, "redacted": [],
                           "manifest_sha256": hashlib.sha256(made.manifest).hexdigest()}
    assert store.verify_log() is None


def test_nothing_goes_out_if_the_row_can_not_be_written(spoken, exporting, monkeypatch):
    def broken(*_):
        raise RuntimeError("disk")

    monkeypatch.setattr("bot.exporting.asked.append", broken)
    with pytest.raises(RuntimeError):
        exporting.one(LOCAL, "c1", Form.MD, ASKED)


def test_a_key_that_is_not_the_one_known_from_elsewhere_is_refused(spoken, exporting, tmp_path):
    folder = unpacked(case(exporting), tmp_path / "case")
    other = Signer(b"x" * 32).verifier.key

    done = run(folder, "--key", other)

    assert done.returncode == 1
    assert "another one sealed this" in done.stdout


@pytest.mark.parametrize("form", [Form.ZIP, Form.MD])
def test_a_log_in_which_nothing_has_happened_since_the_key_was_changed_is_exported(
    spoken, exporting, checkpoints, store, memos, clock, form
):
    checkpoints.take(LOCAL)
    anew = Checkpoints(store, Signer(bytes(32)), clock, former=[Signer(SEED).verifier])
    sealing = Exporting(
        store, anew, memos, lambda r: guidance_of(store.release_content(r), r), clock)

    made = sealing.one(LOCAL, ConversationId("c1"), form, ASKED)

    assert json.loads(made.manifest)["key"] == anew.key


def test_without_the_key_that_signed_the_end_nothing_is_exported_and_it_is_said_why(
    spoken, checkpoints, store, memos, clock
):
    checkpoints.take(LOCAL)
    sealing = Exporting(store, Checkpoints(store, Signer(bytes(32)), clock), memos,
                        lambda r: guidance_of(store.release_content(r), r), clock)

    with pytest.raises(NotExported, match="ADVISOR_LOG_KEYS_BEFORE"):
        sealing.one(LOCAL, ConversationId("c1"), Form.MD, ASKED)


def test_a_case_that_somebody_sealed_anew_with_their_own_key_fails_the_known_key(
    spoken, exporting, checkpoints, tmp_path, store, memos
):
    from bot.checkpoints import Checkpoints
    from bot.exporting.exports import Exporting
    forger = Exporting(store, Checkpoints(store, Signer(b"f" * 32)), memos, exporting._guidance_of)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM checkpoints")
    folder = unpacked(case(forger), tmp_path / "case")

    assert run(folder).returncode == 0
    assert run(folder, "--key", checkpoints.key).returncode == 1


def test_erased_words_are_said_to_be_and_the_rest_still_fits(
    spoken, exporting, store, clock, tmp_path
):
    Erasing(store, clock).conversation(LOCAL, "c1", by="U-lead", reason="asked")

    folder = unpacked(case(exporting), tmp_path / "case")

    done = run(folder)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("words erased, not proved") == 3
    assert "digest, words and place fit" in done.stdout  # who erased stays on record
    assert "IMSI" not in (folder / "case.json").read_text()
    assert "Words of 3 rows were erased" in (folder / "memo.md").read_text()


def test_redacted_words_are_nowhere_and_the_bodies_still_fit(say, exporting, tmp_path, store):
    say("Drones for the police in Chad, mail dana.ortiz@example.com or call +49 170 1234567")
    say("from 10.20.30.40 see https://x.example/a?token=abc123 and <@U024BE7LH> or U0ABCDEF12")
    store.note(LOCAL, Happening("shared", "s", START, "slack:T1:U024BE7LH", "c1",
                                {"note": "for dana.ortiz@example.com"}))

    folder = unpacked(case(exporting, asked=ALL), tmp_path / "case")

    done = run(folder)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("words redacted, not proved") == 2
    assert done.stdout.count("its body was kept back") == 1
    whole = "".join(p.read_bytes().decode("latin-1") for p in folder.iterdir())
    for gone in ("dana.ortiz", "1234567", "10.20.30.40", "abc123", "U024BE7LH", "U0ABCDEF12"):
        assert gone not in whole, gone
    assert "redacted: e-mail address" in (folder / "memo.md").read_text()
    assert "Chad" in (folder / "memo.md").read_text()
    told = json.loads((folder / "manifest.json").read_text())["redactions"]
    assert (told["rows_redacted"], told["rows_withheld"]) == (2, 1)
    assert "Names of people" in told["stays"][0]


def test_a_log_that_is_not_what_its_checkpoint_says_gives_no_case(spoken, exporting, store):
    exporting.one(LOCAL, "c1", Form.MD, ASKED)
    with store.writing() as connection:
        row = connection.execute(log.select().where(log.c.seq == 2)).one()
        body = row.body.replace("hello", "x").replace('"took_ms":', '"took_ms":9')
        connection.execute(update(log).where(log.c.seq == 2).values(
            body=body, digest=chained(row.previous, body)))

    with pytest.raises(NotExported, match="not what its checkpoint"):
        exporting.one(LOCAL, "c1", Form.MD, ASKED)


@pytest.mark.parametrize(("workspace", "name"), [("T2", "c1"), (LOCAL, "nobody")])
def test_another_workspace_and_an_unknown_name_give_nothing(spoken, exporting, workspace, name):
    with pytest.raises(NotExported, match="There is no conversation"):
        exporting.one(workspace, name, Form.ZIP, ASKED)


@pytest.mark.parametrize("asked", [("", "why"), ("U", " ")])
def test_who_and_why_have_to_be_said(spoken, exporting, asked):
    from bot.exporting.asked import Asked
    with pytest.raises(NotExported, match="on record"):
        exporting.one(LOCAL, "c1", Form.ZIP, Asked(*asked))


def test_a_conversation_of_another_workspace_has_a_log_of_its_own(say, exporting, tmp_path):
    say("drones for Chad", "c9", workspace="T1")
    folder = unpacked(case(exporting, "c9", workspace="T1"), tmp_path / "case")

    assert (folder / "checkpoint.txt").read_text().startswith("advisor-log/T1\n1\n")
    assert run(folder).returncode == 0



def test_the_verifier_is_short_and_needs_only_what_python_brings():
    text = verifier().decode()
    assert text.count("\n") <= 150
    assert "import base64, hashlib, io, json, pathlib, sys, zipfile\n" in text
    assert "socket" not in text
    assert text.count("import ") == 1


def test_a_key_that_was_typed_otherwise_is_not_passed_over(
    spoken, exporting, checkpoints, tmp_path
):
    folder, key = unpacked(case(exporting), tmp_path / "case"), Signer(b"x" * 32).verifier.key
    assert run(folder, "--key", checkpoints.key).returncode == 0

    for words in ([f"--key={key}"], ["--kye", key], [key], ["--key"],
                  ["--key", checkpoints.key, "--key", key]):
        done = run(folder, *words)
        assert (done.returncode, done.stdout, done.stderr) == (
            2, "NOT CHECKED, so nothing is proved: give one case, and --key KEY apart\n", "")


def test_a_folder_without_a_case_is_none_that_does_not_fit(tmp_path):
    verifier = program(tmp_path)
    for words in ((), (tmp_path,)):
        done = subprocess.run([sys.executable, "-I", "-S", verifier, *words],
                              capture_output=True, text=True, timeout=60, check=False, cwd="/")
        assert (done.returncode, done.stdout) == (2, (
            f"NOT CHECKED, so nothing is proved: {tmp_path} is no sealed case: it holds no "
            "case.json\n"))
