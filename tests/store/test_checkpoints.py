"""Signed heads of a log: what they prove, and that nothing but the key makes one."""

import base64
import pkgutil
import shutil
import subprocess
import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bot import schema
from bot.checkpoints import EVERY_ROWS, Checkpoints
from bot.console.conversations.integrity import Integrity
from bot.errors import BadSetting
from bot.ledger import GENESIS, Wrong, chained
from bot.record.log import Happening
from bot.record.merkle import Edge, root_of
from bot.record.signed_notes import BadCheckpoint, Checkpoint, Signer, Verifier, signer_of
from tests.store.migrated import sqlite_at
from tests.store.small import SEED, START

WORKSPACE = "T1"


def fill(store, rows, workspace=WORKSPACE, first=0):
    for n in range(first, first + rows):
        store.note(workspace, Happening(
            "viewed", f"{workspace}:{n}", START, "U1", None, {"n": n}, {"text": f"word {n}"}))


def test_a_checkpoint_holds_the_root_over_the_digests(store, points):
    fill(store, 5)

    note = points.take(WORKSPACE)

    with store.reading() as connection:
        digests = connection.scalars(
            select(schema.log.c.digest).where(schema.log.c.workspace == WORKSPACE)
            .order_by(schema.log.c.seq)).all()
    point = Signer(SEED).verifier.read(note)
    assert (point.workspace, point.size, point.at) == (WORKSPACE, 5, START)
    assert point.root == root_of(map(bytes.fromhex, digests))
    assert note.split("\n")[:3] == [
        "advisor-log/T1", "5", base64.b64encode(point.root).decode()]


def test_openssl_finds_the_signature_good(store, points, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed here")
    fill(store, 3)
    text_, _, signed = points.take(WORKSPACE).rpartition("\n\n")
    raw = base64.b64decode(signed.split()[-1])
    public = base64.b64decode(Signer(SEED).verifier.key.split("+", 2)[2])[1:]
    (tmp_path / "key.pem").write_bytes(Ed25519PublicKey.from_public_bytes(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "text").write_text(text_ + "\n")
    (tmp_path / "signature").write_bytes(raw[4:])

    ran = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem",
         "-in", "text", "-sigfile", "signature"],
        cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "Signature Verified Successfully" in ran.stdout + ran.stderr


def test_a_checkpoint_is_due_after_so_many_rows_or_so_much_time(store, points, clock):
    assert points.take_due() == ()
    fill(store, 1)
    assert len(points.take_due()) == 1
    assert points.take_due() == ()
    fill(store, 1, first=1)
    assert points.take_due() == ()
    clock.now += timedelta(minutes=59)
    assert points.take_due() == ()
    clock.now += timedelta(minutes=1)
    assert len(points.take_due()) == 1
    clock.now += timedelta(hours=5)
    assert points.take_due() == ()
    fill(store, EVERY_ROWS, first=2)
    assert len(points.take_due()) == 1
    assert len(points.of(WORKSPACE)) == 3


def test_one_of_before_the_clock_was_put_back_keeps_no_later_one_away(store, points, clock):
    """Nothing was proved for as long as the clock went back, but for each hundred rows."""
    clock.now = START + timedelta(days=30)
    fill(store, 1)
    assert len(points.take_due()) == 1
    clock.now = START
    fill(store, 1, first=1)
    assert len(points.take_due()) == 1
    fill(store, 1, first=2)
    assert points.take_due() == ()


def test_a_finding_of_before_the_clock_was_put_back_is_renewed(store, points, clock):
    """The page went on saying that the log is whole, for as long as the clock went back."""
    fill(store, 2)
    points.take_due()
    integrity = Integrity(points, clock, start=lambda work: work())
    clock.now = START + timedelta(days=30)
    integrity.of(WORKSPACE)
    clock.now = START
    integrity.of(WORKSPACE)
    found = integrity.of(WORKSPACE)
    assert (found.at, found.all_at, found.whole) == (START, START, True)


def test_a_pass_while_the_database_is_away_ends_no_thread_and_is_begun_again(
        store, points, clock, monkeypatch, caplog):
    fill(store, 2)
    points.take_due()
    integrity = Integrity(points, clock, start=lambda work: work())
    with monkeypatch.context() as away:
        away.setattr(points, "go_on", _raise_gone)
        assert integrity.of(WORKSPACE) is None
    (line,) = caplog.records
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    integrity.of(WORKSPACE)
    assert integrity.of(WORKSPACE).whole


def _raise_gone(*_):
    raise OperationalError("select", {}, Exception("gone"))


def test_taken_twice_at_the_same_end_it_is_the_same(store, points, clock):
    fill(store, 2)
    first = points.take(WORKSPACE)
    clock.now += timedelta(days=1)
    assert points.take(WORKSPACE) == first
    assert points.take("T9") is None


def test_under_a_new_key_the_end_is_signed_anew_and_what_the_old_one_signed_holds(
    store, points, clock
):
    fill(store, 3)
    old = points.take(WORKSPACE)
    clock.now = START + timedelta(hours=1)
    new = Checkpoints(store, Signer(bytes(32)), clock, former=[Signer(SEED).verifier])

    note = new.take(WORKSPACE)

    assert Signer(bytes(32)).verifier.read(note).size == 3
    assert new.take(WORKSPACE) == note
    assert new.of(WORKSPACE) == (note,)
    (verdict,) = new.verify([old, note], WORKSPACE)
    assert (verdict.broken, verdict.given) == (None, 3)


@pytest.mark.parametrize("spoil", [
    lambda note: note.replace("\n2\n", "\n3\n"),
    lambda note: note.replace("advisor-log/T1", "advisor-log/T2"),
    lambda note: note.rpartition("\n\n")[0],
    lambda note: note[:0],
    lambda note: note.replace("— advisor-log", "— other-log"),
    lambda note: note[:-8] + "AAAAAA=\n",
])
def test_a_changed_note_is_refused(store, points, spoil):
    fill(store, 2)
    with pytest.raises(BadCheckpoint):
        points.verify([spoil(points.take(WORKSPACE))])


def test_a_note_of_another_key_is_refused(store, points):
    fill(store, 2)
    other = Signer(b"x" * 32)
    with pytest.raises(BadCheckpoint, match="has not signed"):
        points.verify([other.note(Checkpoint(WORKSPACE, 2, b"r" * 32, START))])


def test_a_key_is_read_as_it_is_printed():
    signer = Signer(SEED)
    note = signer.note(Checkpoint("T1", 2, b"r" * 32, START))
    assert Verifier.of(signer.verifier.key).read(note).size == 2
    for broken in ("", "a+b", signer.verifier.key.replace("advisor-log", "x"),
                   signer.verifier.key[:-4]):
        with pytest.raises(BadCheckpoint):
            Verifier.of(broken)


def forge(store, change, workspace=WORKSPACE):
    """Change the log as somebody does who may write everything, and make all digests anew."""
    with store.writing() as connection:
        rows = [dict(row._mapping) for row in connection.execute(
            select(schema.log).where(schema.log.c.workspace == workspace)
            .order_by(schema.log.c.seq))]
        connection.execute(schema.log.delete().where(schema.log.c.workspace == workspace))
        rows = change(rows)
        previous, edge = GENESIS, Edge()
        for seq, row in enumerate(rows, start=1):
            body = row["body"].replace(f'"seq":{row["seq"]}', f'"seq":{seq}')
            digest = chained(previous, body)
            connection.execute(schema.log.insert().values({
                **row, "seq": seq, "body": body, "previous": previous, "digest": digest}))
            previous, edge = digest, edge.with_row(bytes.fromhex(digest))
        connection.execute(schema.log_heads.update()
                           .where(schema.log_heads.c.workspace == workspace)
                           .values(count=len(rows), digest=previous, edge=edge.dump()))


FORGERIES = {
    "edited": (lambda rows: [{**r, "body": r["body"].replace('"n":3', '"n":9')} for r in rows]),
    "dropped": (lambda rows: rows[:3] + rows[4:]),
    "cut off": (lambda rows: rows[:6]),
    "swapped": (lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]]),
    "put in": (lambda rows: [*rows[:2], {**rows[2], "key": "new", "body": rows[2]["body"].replace(
        '"T1:2"', '"new"')}, *rows[2:]]),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_log_made_anew_by_its_keeper_fits_itself_and_not_what_left_the_house(
    store, points, name
):
    fill(store, 4)
    first = points.take(WORKSPACE)
    fill(store, 4, first=4)
    second = points.take(WORKSPACE)
    with store.writing() as connection:
        connection.execute(schema.checkpoints.delete())

    forge(store, FORGERIES[name])

    assert store.verify_log() is None
    assert [v.broken for v in points.verify()] == [None, None]
    verdict = points.verify([first, second], only=WORKSPACE)[0]
    assert verdict.broken is not None
    if name == "cut off":
        assert (verdict.broken.seq, verdict.broken.wrong) == (7, Wrong.REMOVED)
    else:
        assert (verdict.broken.seq, verdict.broken.until) == (1, 4)
        assert str(verdict.broken).startswith("Rows 1 to 4 of the log fit one another, and not")


def test_the_rows_before_a_good_checkpoint_are_said_to_be_whole(store, points):
    fill(store, 4)
    points.take(WORKSPACE)
    fill(store, 4, first=4)
    points.take(WORKSPACE)

    forge(store, lambda rows: [{**r, "body": r["body"].replace('"n":5', '"n":9')} for r in rows])

    broken = points.verify(only=WORKSPACE)[0].broken
    assert (broken.seq, broken.until) == (5, 8)


def test_a_checkpoint_changed_in_the_database_proves_nothing(store, points):
    fill(store, 4)
    points.take(WORKSPACE)
    with store.writing() as connection:
        connection.execute(text("UPDATE checkpoints SET note = replace(note, 'T1', 'T2')"))

    assert points.verify(only=WORKSPACE)[0].broken is not None


def test_a_log_whose_checkpoint_another_key_signed_is_not_said_to_be_altered(store, points, clock):
    """It said "at least one was altered and all digests made anew" beside a second replica's key.

    It still doesn't hold: whoever could write the database could have signed with any key.
    """
    fill(store, 3)
    points.take(WORKSPACE)
    other = Checkpoints(store, Signer(bytes(32)), clock)

    (found,) = other.verify((), WORKSPACE)

    assert (found.broken.seq, found.broken.wrong, found.broken.until) == (1, Wrong.ALTERED, 3)
    said = str(found.broken)
    assert "no key that is here has signed the checkpoint of row 3 that the database keeps" in said
    assert "ADVISOR_LOG_KEYS_BEFORE" in said
    assert "altered" not in said
    former = Checkpoints(store, Signer(bytes(32)), clock, (Signer(SEED).verifier,))
    assert [one.broken for one in former.verify((), WORKSPACE)] == [None]


def test_a_checkpoint_that_is_another_than_the_one_that_left_the_house_is_noticed(store, points):
    fill(store, 4)
    left = points.take(WORKSPACE)
    with store.writing() as connection:
        connection.execute(schema.checkpoints.update().values(
            note=Signer(SEED).note(Checkpoint(WORKSPACE, 4, bytes(32), START))))

    assert points.verify([left], only=WORKSPACE)[0].broken is not None


def test_what_is_newer_than_the_last_checkpoint_is_said(store, points):
    fill(store, 4)
    points.take(WORKSPACE)
    fill(store, 3, first=4)

    (verdict,) = points.verify(only=WORKSPACE)

    assert (verdict.rows, verdict.proven, verdict.broken) == (7, 4, None)


@pytest.mark.long
@given(st.integers(1, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_any_single_forgery_before_a_checkpoint_is_noticed(tmp_path_factory, rows, data):
    from bot.store import Store

    store = Store(sqlite_at(tmp_path_factory.mktemp("forged") / "db.sqlite3"))
    points = Checkpoints(store, Signer(SEED), lambda: START)
    fill(store, rows)
    note = points.take(WORKSPACE)
    at = data.draw(st.integers(0, rows - 1))
    kind = data.draw(st.sampled_from(["edit", "drop", "double", "move", "cut"]))

    def change(made):
        if kind == "edit":
            made[at] = {**made[at], "body": made[at]["body"].replace('"viewed"', '"exported"'),
                        "kind": "exported"}
        elif kind == "drop":
            del made[at]
        elif kind == "double":
            body = made[at]["body"].replace(f'"key":"T1:{at}"', '"key":"x"')
            made.insert(at, {**made[at], "key": "x", "body": body})
        elif kind == "move":
            made.append(made.pop(at))
        else:
            del made[at:]
        return made

    moved_nothing = kind == "move" and at == rows - 1
    forge(store, change)

    assert store.verify_log() is None
    assert (points.verify([note], only=WORKSPACE)[0].broken is None) is moved_nothing
    store.close()


def test_a_key_that_a_crash_or_a_full_disk_left_empty_is_made_anew(tmp_path):
    file = tmp_path / "log.key"
    file.touch()
    made = signer_of(None, file)

    assert signer_of(None, file).verifier.key == made.verifier.key
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("step", ["os.urandom", "os.link", "pathlib.Path.unlink",
                                  "pathlib.Path.replace", "fcntl.flock"])
@pytest.mark.parametrize("left", [True, False], ids=["left empty", "none"])
def test_of_processes_that_make_a_key_at_once_all_sign_with_the_same(
    tmp_path, monkeypatch, left, step
):
    """One that had seen the empty file took away the key that another had just put there."""
    file = tmp_path / "log.key"
    if left:
        file.touch()
    made, begun = [], []
    does = pkgutil.resolve_name(step)

    def make():
        made.append(signer_of(None, file).verifier.key)

    def held_up(*given, **more):
        # The first to get there waits until the other is done, or waits for the first.
        if not begun:
            begun.append(second)
            second.start()
            second.join(0.2)
        return does(*given, **more)

    second = threading.Thread(target=make)
    monkeypatch.setattr(step, held_up)
    make()
    if begun:
        second.join()

    assert made == [signer_of(None, file).verifier.key] * (1 + len(begun))
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_none_is_never_replaced(tmp_path):
    file = tmp_path / "log.key"
    file.write_text("half a k")
    with pytest.raises(BadSetting, match=f"{file} is not 32 bytes"):
        signer_of(None, file)
    assert file.read_text() == "half a k"
