"""What was destroyed is there again, on either kind of database and from one to the other."""

import shutil
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from bot.backing_up.archive import NotBackedUp, opened
from bot.backing_up.making import file_in, in_folder, insist_on_database, keep
from bot.backing_up.moved_aside import moved_aside
from bot.backing_up.places import NotRestored
from bot.casebook.words import holding, words_of
from bot.commands import doctor
from bot.dialogue.conversation import ConversationId
from bot.erasure.silencing import RESTORED
from bot.errors import AdvisorError
from bot.record import intact, log
from bot.record.log import rows
from bot.schema import corpus_edits, log_heads, sessions
from bot.store import Store
from tests.backing_up import house
from tests.backing_up.house import AFTER, TEAM, held, made, points, restored, talk
from tests.store.small import START
from tests.store.test_migrations import differences, first_schema


def destroy(store: Store) -> None:
    """Take the database away, with its folder or with all its tables."""
    url = make_url(store.engine.url)
    if url.get_backend_name() == "sqlite":
        store.close()
        shutil.rmtree(Path(str(url.database)).parent)
        return
    with store.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    store.close()


def test_a_database_that_was_destroyed_is_there_again(store, url, file, tmp_path):
    before, heads = held(store, AFTER), {w: store.head(w) for w in store.workspaces()}
    destroy(store)

    found = restored(file, url, tmp_path)

    after = Store(url)
    assert held(after, AFTER) == before
    assert after.verify_log() is None
    assert {one.workspace: (one.rows, one.proven, one.broken) for one in found.verdicts} == {
        TEAM: (5, 5, None), "T2": (1, 0, None), "local": (0, 0, None)}
    for workspace, head in heads.items():
        assert after.head(workspace).count == head.count + (head.count > 0)
        with after.reading() as connection:
            assert intact._digest_at(connection, workspace, head.count) in {head.digest, None}
    after.close()


def test_one_kind_becomes_the_other(store, file, other_kind, tmp_path):
    before = held(store, AFTER)

    restored(file, other_kind, tmp_path / "there")

    after = Store(other_kind)
    assert held(after, AFTER) == before
    assert differences(after) == []
    assert all(one.broken is None for one in points(after).verify())
    with after.reading() as connection:
        found = connection.scalars(holding(connection, words_of("東京 kits")))
        assert len(list(found)) == 1
        assert connection.scalar(select(func.count()).select_from(sessions)) == 0
    # New rows get numbers after those that were put in.
    talk(after, "c9", "new words")
    assert house.numbers(after) == [1, 2, 3, 4]
    with after.writing() as connection:
        connection.execute(corpus_edits.insert().values(
            at="", by="", kind="", subject="", body=""))
    assert after.verify_log() is None
    after.close()


def test_the_log_says_that_it_goes_on_from_a_back_up(store, file, there, tmp_path):
    end = store.head(TEAM)
    later = START + timedelta(days=2)

    restored(file, there, tmp_path / "there", now=later)

    after = Store(there)
    with after.reading() as connection, opened(file) as archive:
        row = connection.execute(select(log.log).where(
            log.log.c.workspace == TEAM, log.log.c.kind == RESTORED)).mappings().one()
        detail = log.logged(row).detail
    assert detail == {"made_at": START.isoformat(timespec="microseconds"), "rows": end.count,
                      "head": end.digest, "sha256": archive.sha256, "log_key": house.KEY}
    after.close()


@pytest.mark.long
def test_a_back_up_under_load_is_one_state(store, url, there, tmp_path):
    stop, done = threading.Event(), []

    def go_on(n):
        number = 0
        while not stop.is_set():
            number += 1
            talk(store, f"busy{n}", f"message {number}", f"slack:T1:B{n}")
            done.append(1)

    threads = [threading.Thread(target=go_on, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    while len(done) < 6:
        pass
    manifests = [made(store, tmp_path / f"{n}.zip") for n in range(4)]
    stop.set()
    for thread in threads:
        thread.join()

    sizes = [one.rows_of("log") for one in manifests]
    assert sizes == sorted(sizes)
    assert sizes[0] < store.head(TEAM).count + store.head("T2").count
    restored(tmp_path / "3.zip", there, tmp_path / "there")
    after = Store(there)
    assert after.verify_log() is None
    with after.reading() as connection:
        for end in manifests[3].logs:
            assert log.head(connection, end.workspace).count == end.rows + (end.rows > 0)
            if end.rows:
                assert intact._digest_at(connection, end.workspace, end.rows) == end.digest
        for n in range(3):
            name = ConversationId(f"busy{n}")
            told = [one for one in rows(connection, name) if one.kind == "turn"]
            assert len(told) == after.load(name).version
    after.close()


def test_nothing_is_restored_over_a_database(store, url, file, tmp_path):
    before = held(store)

    with pytest.raises(NotRestored, match=r"There is a database at .* already"):
        restored(file, url, tmp_path)

    assert held(store) == before


def test_a_database_that_is_replaced_is_kept_aside(store, url, file, tmp_path):
    wanted = held(store, AFTER)
    talk(store, "c9", "said later")
    kept = held(store)
    assert moved_aside(store) == [] and doctor._aside(store) == ""
    store.close()

    found = restored(file, url, tmp_path, replace=True)

    after = Store(url)
    assert held(after, AFTER) == wanted
    (beside,) = moved_aside(after)
    assert beside in str(found.aside)
    assert f"Moved aside by 'advisor db restore --replace': {beside}. " in doctor._aside(after)
    assert after.verify_log() is None
    after.close()
    if url.startswith("sqlite"):
        aside = Store(f"sqlite:///{found.aside}")
        assert held(aside) == kept
        aside.close()
    else:
        name = found.aside.split()[2]
        with after.engine.connect() as connection:
            assert connection.scalar(
                select(log_heads.c.count).where(log_heads.c.workspace == TEAM),
                execution_options={"schema_translate_map": {None: name}}) == 6
        after.close()


def test_nothing_is_replaced_under_whoever_has_it_open(plain, tmp_path):
    """They went on in what was moved aside, and what they were told was in no database of use."""
    url = f"sqlite:///{tmp_path / 'advisor.sqlite3'}"
    restored(plain, url, tmp_path)
    chatting = Store(url)
    talk(chatting, "c9", "said meanwhile")

    with pytest.raises(NotRestored, match=r"Something else has .* open, such as 'advisor chat'"):
        restored(plain, url, tmp_path, replace=True)

    assert chatting.turns(ConversationId("c9"))[0].text == "said meanwhile"
    assert [one.name for one in tmp_path.iterdir() if "before" in one.name] == []
    chatting.close()
    assert restored(plain, url, tmp_path, replace=True).aside is not None


def test_what_is_no_database_is_replaced_and_kept(plain, tmp_path):
    file = tmp_path / "advisor.sqlite3"
    file.write_bytes(b"no database " * 500)

    found = restored(plain, f"sqlite:///{file}", tmp_path, replace=True)

    assert found.remarks == ("The database that was there can't be read, so nobody knows from it "
                             "what was erased since the back-up.",)
    assert Path(found.aside).read_bytes() == b"no database " * 500
    with closing(Store(f"sqlite:///{file}")) as store:
        assert store.verify_log() is None


def test_what_a_database_that_is_gone_has_left_is_not_taken_for_the_new_ones(plain, tmp_path):
    """SQLite put what was written ahead for the old one into the one that was restored."""
    file = tmp_path / "advisor.sqlite3"
    ahead, url = file.with_name(f"{file.name}-wal"), f"sqlite:///{file}"
    restored(plain, url, tmp_path)
    with closing(Store(url)) as first:
        talk(first, "c9", "said later")
        left = ahead.read_bytes()
    file.unlink()
    ahead.write_bytes(left)

    restored(plain, url, tmp_path)

    with closing(Store(url)) as store:
        assert store.turns(ConversationId("c9")) == []
        assert store.verify_log() is None
        assert "said later" not in repr(held(store))
    (kept,) = tmp_path.glob("advisor.sqlite3.before-*-wal")
    assert kept.read_bytes() == left


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_nothing_is_restored_to_memory(plain, tmp_path, monkeypatch, url):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NotRestored, match="a database in memory, which is gone when this ends"):
        restored(plain, url, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_while_it_is_served(store, url, file, tmp_path):
    if url.startswith("sqlite"):
        with FileLock(tmp_path / "serve.lock"), pytest.raises(NotRestored, match="Stop it first"):
            restored(file, url, tmp_path, replace=True)
    else:
        with store.reading(), pytest.raises(NotRestored, match="other connections"):
            restored(file, url, tmp_path, replace=True)
    assert store.head(TEAM).count == 5


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_nothing_is_restored_under_whoever_still_serves_on_an_empty_place(file, there, tmp_path):
    """They would post a second time what was posted after the back-up."""
    serving = Store(there)
    with serving.reading(), pytest.raises(NotRestored, match="1 other connections"):
        restored(file, there, tmp_path)
    serving.close()

    assert restored(file, there, tmp_path).aside is None


def test_an_older_schema_is_copied_as_it_is_and_brought_up_when_restored(empty_url, tmp_path):
    old = first_schema(empty_url, "0002")
    with old.engine.begin() as connection:
        connection.execute(text("INSERT INTO releases VALUES ('r', '{}', '2026')"))
        connection.execute(text(
            "INSERT INTO case_events (id, key, conversation, team, kind, author, at, body) VALUES "
            "(1, 'k2', 'slack:T1:C:1', 'T1', 'comment', 'U1', "
            "'2026-03-01T09:02:00.000000+00:00', :event)"), {"event": '{"text":"good","turn":1}'})
    manifest = made(old, tmp_path / "old.zip")
    assert manifest.schema == "0002"
    destroy(old)

    restored(tmp_path / "old.zip", empty_url, tmp_path)

    after = Store(empty_url)
    assert differences(after) == []
    with after.reading() as connection:
        (row,) = rows(connection, ConversationId("slack:T1:C:1"))
    assert (row.kind, row.words) == ("comment", {"text": "good"})
    assert after.verify_log() is None
    after.close()


def test_a_database_of_a_newer_program_is_not_backed_up(store, tmp_path):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(AdvisorError, match="schema 9999"):
        made(store, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_only_its_owner_reads_it_and_nothing_is_written_over(store, file):
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()

    with pytest.raises(NotBackedUp, match="is there already"):
        made(store, file)

    assert file.read_bytes() == before


def test_the_last_of_a_folder_are_kept(store, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "advisor-notes.txt").write_text("mine")
    files = [file_in(folder, START + timedelta(hours=n)) for n in range(4)]
    for one in files:
        made(store, one)

    assert keep(folder, 3, files[3]) == files[:1]
    assert in_folder(folder) == files[1:]
    assert keep(folder, 4, files[3]) == []
    # A clock that was wrong has named two later than the one just made, which was deleted at once.
    assert keep(folder, 2, files[1]) == files[2:3]
    assert keep(folder, 1, files[1]) == files[3:]
    assert in_folder(folder) == files[1:2]
    assert (folder / "advisor-notes.txt").exists()
    assert files[0].name == "advisor-20260301T090000Z.backup.zip"


def test_no_database_is_made_by_backing_up_none(empty_url, tmp_path):
    if empty_url.startswith("sqlite"):
        with pytest.raises(NotBackedUp, match="There is no database"):
            insist_on_database(make_url(empty_url))
        assert not (tmp_path / "new").exists()
        return
    store = Store(empty_url)
    with pytest.raises(NotBackedUp, match="no tables of Advisor"):
        made(store, tmp_path / "a.zip")
    store.close()


def test_a_log_that_was_tampered_with_is_not_restored(store, there, tmp_path):
    with store.writing() as connection:
        connection.execute(text("UPDATE log SET words = '{\"text\":\"other\"}' WHERE key = 'c1:2'"))
    made(store, tmp_path / "bad.zip")

    with pytest.raises(NotRestored, match=r"Row 2 of the log was altered.*Nothing was restored"):
        restored(tmp_path / "bad.zip", there, tmp_path / "there")

    if there.startswith("sqlite"):
        assert not Path(make_url(there).database).exists()
    else:
        empty = Store(there)
        with empty.reading() as connection:
            assert connection.scalar(text(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
        empty.close()


def test_a_back_up_whose_log_ends_elsewhere_is_not_restored(file, there, tmp_path):
    with opened(file) as archive:
        logs = archive.manifest.logs
    other = house.rewritten(file, tmp_path / "o.zip", logs=(replace(logs[0], rows=9), *logs[1:]))
    with pytest.raises(AdvisorError, match="doesn't end where the manifest says"):
        restored(other, there, tmp_path / "there")
