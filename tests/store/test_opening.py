"""Connections to databases: to a file that is not there yet, to one that is set up oddly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from bot.assembly import Assembly
from bot.database.engines import engine_of
from bot.database.shared_clock import SharedClock
from bot.database.url import file_of, make_folder_of
from bot.errors import BadSetting
from bot.settings import Settings
from tests.store.migrated import postgresql_on

AT_ONCE = 3
FILES = 50  # one file in fifteen met the error when this was written


def written(engine: Engine, together: Barrier, at: int) -> str:
    """Write through *engine* with the others; how its file is written to."""
    together.wait()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE made_{at} (a)")
        return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())


def test_programs_that_open_a_new_file_at_once_all_write_to_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for number in range(FILES):
            url = make_url(f"sqlite:///{tmp_path / f'{number}.sqlite3'}")
            engines = [engine_of(url) for _ in range(AT_ONCE)]
            together = Barrier(AT_ONCE)

            modes = threads.map(written, engines, [together] * AT_ONCE, range(AT_ONCE))
            assert list(modes) == ["wal"] * AT_ONCE
            for engine in engines:
                engine.dispose()


def test_a_new_file_is_for_its_owner_alone_and_so_is_what_stands_beside_it(tmp_path: Path) -> None:
    """Everybody with an account on the machine could read what people had said."""
    file, there = tmp_path / "new.sqlite3", tmp_path / "there.sqlite3"
    there.touch()
    there.chmod(0o640)
    for one in (file, there):
        engine = engine_of(make_url(f"sqlite:///{one}"))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE made (a)")
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()
                     if path.name.startswith(one.name)}
        engine.dispose()
        # One that somebody made before keeps the rights that they gave it.
        mine = 0o600 if one == file else 0o640
        assert modes == dict.fromkeys([one.name, f"{one.name}-wal", f"{one.name}-shm"], mine)


def test_a_file_that_is_only_to_be_read_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite3"
    engine = engine_of(make_url(f"sqlite:///file:{file}?mode=ro&uri=true"))
    with pytest.raises(OperationalError):
        engine.connect()
    assert not file.exists()


@pytest.mark.parametrize("name", ["what?", "a%20b", "100%", "Größe & #1"])
def test_a_database_lies_in_its_data_folder_whatever_that_is_called(
    tmp_path: Path, name: str
) -> None:
    """It lay in another folder, which no back-up of the data folder knew of."""
    url = make_url(Settings(data_dir=tmp_path / name).database)
    assert file_of(url) == tmp_path / name / "advisor.sqlite3"
    make_folder_of(url)
    engine = engine_of(url)
    engine.connect().close()
    engine.dispose()
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "advisor.sqlite3").is_file()


def test_a_data_folder_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    parts = Assembly(Settings(data_dir=tmp_path / "all" / "data"))
    assert parts.data_dir.stat().st_mode & 0o777 == 0o700
    # What somebody made beforehand keeps the rights that they gave it.
    parts.data_dir.chmod(0o750)
    assert parts.data_dir.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_word_is_named_by_its_encoding(
        postgres: URL, encoding: str) -> None:
    """A server set up under the locale C makes such ones; it was told as a fault of the program."""
    template = f"template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
    with postgresql_on(postgres, empty=True, template=template) as made:
        engine = engine_of(make_url(made))
        with pytest.raises(BadSetting) as refused:
            engine.connect()
        engine.dispose()
    assert str(refused.value) == (
        f"ADVISOR_DATABASE_URL names a database in the encoding {encoding}, which can't hold "
        "whatever people write. Make one by CREATE DATABASE advisor ENCODING 'UTF8' TEMPLATE "
        "template0, and name that.")


@pytest.mark.parametrize("setting", [
    "DateStyle = 'German, DMY'", "client_encoding = 'LATIN1'", "client_encoding = 'SQL_ASCII'",
    "default_transaction_isolation = 'serializable'", "TimeZone = 'Asia/Kathmandu'",
])
def test_what_a_database_is_set_to_changes_nothing_of_how_it_is_spoken_with(
        postgres: URL, setting: str) -> None:
    """Under another DateStyle nobody was answered, and under serializable no two replicas began."""
    with postgresql_on(postgres, empty=True) as made:
        url = make_url(made)
        told = create_engine(url)
        with told.begin() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {url.database} SET {setting}")
        told.dispose()
        engine = engine_of(url)
        with engine.begin() as connection:
            at = SharedClock().at(connection)
            words = connection.scalar(text("SELECT CAST(:words AS text)"), {"words": "Ж – 監視"})
            isolation = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()
        engine.dispose()
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
    assert (words, isolation) == ("Ж – 監視", "read committed")


def test_an_address_has_the_last_word_on_what_a_session_is_set_to(postgres: URL) -> None:
    chosen = "-c default_transaction_isolation=serializable"
    engine = engine_of(postgres.update_query_dict({"options": chosen}))
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "serializable"
    engine.dispose()


@pytest.mark.parametrize(("address", "said"), [
    ("postgresql+psycopg://advisor:secret@127.0.0.1:9/advisor?sslmod=require",
     'invalid connection option "sslmod"'),
    ("postgresql+psycopg://advisor:secret@127.0.0.1:9/advisor?connect_timeout=soon",
     "bad value for connect_timeout: 'soon'"),
    ("sqlite:///advisor.sqlite3?timeout=soon", "could not convert string to float: 'soon'"),
    ("sqlite:///advisor.sqlite3?plugin=odd",
     "Can't load plugin: sqlalchemy.plugins:odd"),
])
def test_what_an_address_adds_and_no_driver_knows_is_told(
        address: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was told as a fault of the program, and that nothing that was given had to be wrong."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSetting) as refused:
        engine_of(make_url(address)).connect()
    assert str(refused.value) == (
        f"ADVISOR_DATABASE_URL can't be used: what stands behind its ? is not understood ({said}). "
        "Give an address such as postgresql+psycopg://name:password@host/database, or leave it "
        "empty for SQLite in the data folder.")
