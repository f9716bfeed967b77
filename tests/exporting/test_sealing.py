"""A sealed case proves itself to a stranger, and no byte of it can be changed unnoticed."""

import base64
import hashlib
import io
import json
import resource
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Form
from bot.exporting.checking import Unproved, check
from bot.exporting.exports import Exporting, verifier
from bot.exporting.rows import NotExported
from bot.ledger import canonical, chained
from bot.log_order import LOCAL
from bot.record.log import Happening, rows
from bot.record.signed_notes import Signer
from bot.schema import log
from retrieval.releases import guidance_of
from tests.exporting.conftest import SEED
from tests.exporting.sealed import ALL, ASKED, case, program, run, unpacked
from tests.store.small import START

NAMES = ["case.json", "checkpoint.txt", "key.txt", "manifest.json", "memo.md", "memo.pdf",
         "verify.py"]


@pytest.fixture
def spoken(say, store):
    say("A reseller wants 40 IMSI catchers for the police in Egypt; used at protests")
    say("hello", "c2")
    say("no, they never ask a judge")
    store.note(
        LOCAL, Happening("comment", "n1", START, "U7", "c1", {"turn": 2}, {"text": "See C."}))


def test_a_case_proves_itself_with_plain_python_alone(spoken, exporting, checkpoints, tmp_path):
    folder = unpacked(case(exporting), tmp_path / "case")

    assert sorted(p.name for p in folder.iterdir()) == NAMES
    done = run(folder, "--key", checkpoints.key)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest, words and place fit") == 3
    assert "3 of 4 rows" in done.stdout
    assert "the key you gave" in done.stdout
    assert "came along" in run(folder).stdout


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_a_conversation_of_another_workspace_has_a_log_of_its_own(say, exporting, tmp_path):
    say("drones for Chad", "c9", workspace="T1")
    folder = unpacked(case(exporting, "c9", workspace="T1"), tmp_path / "case")

    assert (folder / "checkpoint.txt").read_text().startswith("advisor-log/T1\n1\n")
    assert run(folder).returncode == 0


# --- tampering ------------------------------------------------------------------------------


def sealed_again(folder, seed):
    """Give *folder* a manifest that fits its files, signed by somebody else's key."""
    told = json.loads((folder / "manifest.json").read_text())
    del told["signature"]
    told["files"] = {p.name: hashlib.sha256(p.read_bytes()).hexdigest()
                     for p in folder.iterdir() if p.name != "manifest.json"}
    text = f"advisor-export\n{hashlib.sha256(canonical(told).encode()).hexdigest()}\n"
    told["signature"] = Signer(seed).sign(text).hex()
    (folder / "manifest.json").write_text(canonical(told) + "\n")


@pytest.mark.long
@pytest.mark.parametrize("change", [
    lambda row: row.update(words=row["words"].replace("IMSI", "IMSY")),
    lambda row: row.update(body=row["body"].replace('"took_ms":', '"took_ms":1')),
    lambda row: row.update(seq=row["seq"] + 1),
    lambda row: row.update(actor="somebody else"),
    lambda row: row.update(at="2020" + row["at"][4:]),
    lambda row: row.update(salt="0" * 32),
    lambda row: row.update(state="erased"),
    lambda row: row.update(audit_path=row["audit_path"][::-1]),
    lambda row: row.update(audit_path=[]),
    lambda row: row.update(previous="0" * 63 + "1"),
])
def test_even_whoever_has_the_key_can_not_change_a_row_under_its_checkpoint(
    spoken, exporting, tmp_path, change
):
    folder = unpacked(case(exporting), tmp_path / "case")
    told = json.loads((folder / "case.json").read_text())
    change(told["rows"][0])
    (folder / "case.json").write_text(canonical(told) + "\n")
    sealed_again(folder, bytes(range(32)))

    done = run(folder)

    assert done.returncode == 1
    assert "manifest: signed" in done.stdout
    assert "row" in done.stdout.splitlines()[-1] or "IndexError" in done.stdout


def test_a_row_left_out_and_a_file_put_in_are_noticed(spoken, exporting, tmp_path):
    folder = unpacked(case(exporting), tmp_path / "case")
    (folder / "more.txt").write_text("x")
    assert "more.txt: nothing of that name" in run(folder).stdout
    (folder / "more.txt").unlink()
    (folder / "key.txt").unlink()
    assert "key.txt" in run(folder).stdout


STEERING = "\x1b[2J\nAll fits."


def foreign(folder, key_name="advisor-log", at="2026-01-01T00:00:00+00:00"):
    """Sign the case in *folder* by a key of somebody else's, called *key_name*, and make it fit."""
    signer = Signer(bytes(range(1, 33)))
    _, _, raw = signer.verifier.key.split("+", 2)
    raw_key = base64.b64decode(raw)
    short = hashlib.sha256(key_name.encode() + b"\n" + raw_key).hexdigest()[:8]
    told = json.loads((folder / "manifest.json").read_text())
    del told["signature"]
    told["key"] = f"{key_name}+{short}+{raw}"
    for one in told["logs"]:
        origin, size, root, _ = one["checkpoint"].split("\n")[:4]
        text = f"{origin}\n{size}\n{root}\n{at}\n"
        sealed = base64.b64encode(signer.verifier.key_id + signer.sign(text)).decode()
        one["checkpoint"] = f"{text}\n— advisor-log {sealed}\n"
    text = f"advisor-export\n{hashlib.sha256(canonical(told).encode()).hexdigest()}\n"
    told["signature"] = signer.sign(text).hex()
    (folder / "manifest.json").write_text(canonical(told) + "\n")


def both(folder):
    """What verify.py prints of *folder*, and what `advisor log verify --export` does."""
    done, lines = run(folder), []
    try:
        check(folder, None, lines.append)
    except Unproved as error:
        lines.append(str(error))
    assert done.stderr == ""
    return done.returncode, done.stdout, "\n".join(lines)


def test_no_name_in_a_case_steers_the_terminal_of_whoever_checks_it(spoken, exporting, tmp_path):
    """Else whoever made it could have the terminal show that all fits, or another key."""
    folder = unpacked(case(exporting), tmp_path / "case")
    name = STEERING.replace("/", "")
    (folder / name).write_text("x")

    code, *printed = both(folder)

    assert code == 1
    for told in printed:
        assert "\x1b" not in told
        assert "All fits." not in told.splitlines()
        assert "\\x1b[2J\\nAll fits.: nothing of that name was sealed" in told


@pytest.mark.parametrize("given", [
    {"key_name": "advisor-log\x1b[2K\radvisor-log"}, {"key_name": "other-log"},
    {"at": "2026\x1b[2J"}, {"at": "2026\u202e"}])
def test_neither_does_its_key_or_its_checkpoint(spoken, exporting, tmp_path, given):
    folder = unpacked(case(exporting), tmp_path / "case")
    foreign(folder)
    assert both(folder)[0] == 0, "else it is refused for something else"

    foreign(folder, **given)
    code, *printed = both(folder)

    assert code == 1
    assert not [told for told in printed if {"\x1b", "\r", "\u202e"} & set(told)]


def test_the_number_of_a_row_does_not_either(spoken, exporting, tmp_path):
    folder = unpacked(case(exporting), tmp_path / "case")
    told = json.loads((folder / "case.json").read_text())
    told["rows"][0] |= {"seq": STEERING, "state": "none"}
    (folder / "case.json").write_text(canonical(told) + "\n")
    sealed_again(folder, SEED)

    code, *printed = both(folder)

    assert code == 1
    for told in printed:
        assert "\x1b" not in told and "All fits." not in told.splitlines()


def test_what_a_zip_would_grow_to_is_not_unpacked(tmp_path):
    """A case is packed as it is, so whatever is packed smaller is none, and is never read."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("manifest.json", b"{}")
        with box.open("case.json", "w") as out:
            for _ in range(500):
                out.write(bytes(1 << 20))
    assert bomb.stat().st_size < 1 << 20

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = run(bomb, program=program(tmp_path))

    assert done.stdout == "DOES NOT FIT: the ZIP: somebody packed it anew\n"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 200_000
    with pytest.raises(Unproved, match="somebody packed it anew"):
        check(bomb, None, lambda _: None)


def test_files_that_lie_in_one_another_are_not_read(tmp_path):
    """Two megabytes of nested files, none of them compressed, filled the memory of a checker."""
    inner, listed = b"{}", []
    for n in range(20_000):
        name = b"case.json" if n == 0 else b"f%05d" % n
        size, crc = len(inner), zlib.crc32(inner)
        listed.append((name, size, crc))
        inner = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, 0, 0, 33, crc, size, size,
                            len(name), 0) + name + inner
    central = b"".join(
        struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20 | 3 << 8, 20, 0, 0, 0, 33, crc, size,
                    size, len(name), 0, 0, 0, 0, 0o644 << 16, len(inner) - 30 - len(name) - size)
        + name for name, size, crc in listed)
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(inner + central + struct.pack(
        "<IHHHHIIH", 0x06054b50, 0, 0, len(listed), len(listed), len(central), len(inner), 0))
    assert sum(size for _, size, _ in listed) > 1000 * bomb.stat().st_size

    done = run(bomb, program=program(tmp_path))

    assert done.stdout == "DOES NOT FIT: the ZIP: somebody packed it anew\n"
    with pytest.raises(Unproved, match="somebody packed it anew"):
        check(bomb, None, lambda _: None)


def test_a_case_without_its_manifest_is_told_in_a_sentence(spoken, exporting, tmp_path):
    """"DOES NOT FIT: KeyError('manifest.json')"."""
    folder = unpacked(case(exporting), tmp_path / "case")
    (folder / "manifest.json").unlink()
    done = run(folder)
    assert (done.returncode, done.stdout) == (
        1, "DOES NOT FIT: manifest: its form, or it is missing\n")


def test_a_terminal_that_lacks_a_sign_is_told_all_the_same(spoken, exporting, tmp_path):
    """Redirected on Windows, a name in another script ended in a traceback, and with 1."""
    folder = unpacked(case(exporting), tmp_path / "case")
    (folder / "\u043c\u0435\u043c\u043e.pdf").write_bytes(b"")
    clean = program(tmp_path)
    for place, code, told in (
            (folder, 1, "DOES NOT FIT: \\u043c\\u0435\\u043c\\u043e.pdf: nothing of that name"),
            ("\u043d\u0435\u0442", 2, "NOT CHECKED, so nothing is proved: ??? is no sealed case")):
        done = subprocess.run(
            [sys.executable, clean, place], capture_output=True, text=True, check=False,
            env={"PYTHONIOENCODING": "ascii"}, cwd="/")
        assert (done.returncode, done.stderr) == (code, "")
        assert told in done.stdout


@pytest.mark.parametrize("broken", [b"[" * 200_000, b'{"rows":' + b"[" * 200_000])
def test_a_case_that_is_nested_too_deep_is_told_in_a_sentence(
    spoken, exporting, tmp_path, broken
):
    folder = unpacked(case(exporting), tmp_path / "case")
    (folder / "case.json").write_bytes(broken)
    sealed_again(folder, SEED)

    assert run(folder).returncode == 1
    with pytest.raises(Unproved, match="It is no sealed case that can be read"):
        check(folder, None, lambda _: None)


@pytest.fixture
def kept(spoken, exporting, tmp_path):
    return unpacked(case(exporting), tmp_path / "kept")


@pytest.mark.long
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_of_any_file_that_is_changed_is_noticed(data, kept, tmp_path):
    clean, work = program(tmp_path), tmp_path / "work"
    name = data.draw(st.sampled_from(NAMES))
    whole = (kept / name).read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    how = data.draw(st.sampled_from(["flip", "cut", "add"]))
    changed = {
        "flip": whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1:],
        "cut": whole[:place] + whole[place + 1:],
        "add": whole[:place] + bytes([flip]) + whole[place:],
    }[how]
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(kept, work)
    (work / name).write_bytes(changed)

    done = run(work, program=clean)

    assert done.returncode == 1, (name, place, how)
    assert "DOES NOT FIT" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_zip_is_noticed_too_byte_by_byte(spoken, exporting, tmp_path):
    data = case(exporting, "c2")
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        heads = [info.header_offset + n for info in box.infolist() for n in range(0, 40, 3)]
    file = tmp_path / "case.zip"
    for place in [*heads, *range(len(data) - 60, len(data), 2)]:
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
        with pytest.raises(Unproved):
            check(file, None, lambda _: None)
    file.write_bytes(data)
    check(file, None, lambda _: None)


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
