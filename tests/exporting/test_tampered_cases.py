"""No byte of a sealed case can be changed unnoticed, nor does it harm whoever checks it."""

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

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.exporting.checking import Unproved, check
from bot.ledger import canonical
from bot.record.signed_notes import Signer
from tests.exporting.conftest import SEED
from tests.exporting.sealed import NAMES, case, program, run, unpacked

pytestmark = pytest.mark.long


def sealed_again(folder, seed):
    """Give *folder* a manifest that fits its files, signed by somebody else's key."""
    told = json.loads((folder / "manifest.json").read_text())
    del told["signature"]
    told["files"] = {p.name: hashlib.sha256(p.read_bytes()).hexdigest()
                     for p in folder.iterdir() if p.name != "manifest.json"}
    text = f"advisor-export\n{hashlib.sha256(canonical(told).encode()).hexdigest()}\n"
    told["signature"] = Signer(seed).sign(text).hex()
    (folder / "manifest.json").write_text(canonical(told) + "\n")


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
