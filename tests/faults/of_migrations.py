"""Faults of migrations: killed half-way, and made by two processes at once."""

import os
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from bot.store import Store
from tests.faults.of_database import postgresql
from tests.faults.row import Fault, Row
from tests.store.test_migrations import with_one_turn

KILLS = 10
"""How often one is killed for each time that the fault is injected."""
State = tuple[str, tuple[str, ...], int]


@contextmanager
def _old_on_sqlite() -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a database of long ago, and what puts it there anew."""
    with tempfile.TemporaryDirectory() as place:
        old, url = Path(place) / "old.sqlite3", f"sqlite:///{place}/advisor.sqlite3"
        with_one_turn(f"sqlite:///{old}")

        def anew() -> None:
            for file in Path(place).glob("advisor.sqlite3*"):
                file.unlink()
            shutil.copy(old, Path(place) / "advisor.sqlite3")

        yield url, anew


@contextmanager
def _old_on_postgresql() -> Iterator[tuple[str, Callable[[], None]]]:
    """The same on PostgreSQL."""
    with postgresql() as (server, given):
        url = make_url(given)
        server.psql("CREATE DATABASE old")
        with_one_turn(url.set(database="old").render_as_string(hide_password=False))

        def anew() -> None:
            server.psql("DROP DATABASE IF EXISTS work WITH (FORCE)")
            server.psql("CREATE DATABASE work TEMPLATE old")

        yield url.set(database="work").render_as_string(hide_password=False), anew


def _upgrading(url: str) -> int:
    """A process that brings the database up to date; its id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        Store(url).upgrade()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _state(url: str) -> State:
    """Revision, tables and turns, whatever version left them."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        found = (str(connection.scalar(text("SELECT version_num FROM alembic_version"))),
                 tuple(sorted(inspect(connection).get_table_names())),
                 int(connection.scalar(text("SELECT count(*) FROM turns")) or 0))
    engine.dispose()
    return found


def _ends(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _is_whole(url: str) -> bool:
    store = Store(url)
    broken = store.verify_log()
    store.close()
    return broken is None


def killed(times: int) -> Row:
    """A migration over all versions is killed at a random moment, and made again."""
    chance = random.Random(1)
    lost, half, chain = 0, 0, True
    for old in (_old_on_sqlite, _old_on_postgresql):
        with old() as (url, anew):
            anew()
            before, began = _state(url), time.monotonic()
            lost += _ends(_upgrading(url)) != 0
            lasts, after = time.monotonic() - began, _state(url)
            for _ in range(KILLS * times):
                anew()
                pid = _upgrading(url)
                time.sleep(chance.uniform(0, lasts))
                os.kill(pid, SIGKILL)
                _ends(pid)
                lost += _state(url) not in {before, after}
                half += _state(url) == before
                lost += _ends(_upgrading(url)) != 0 or _state(url) != after
                chain = chain and _is_whole(url)
    return Row("A migration is killed", "SIGKILL at a random moment while a database of schema "
               "0002 is brought to today's, on SQLite and on PostgreSQL; then again",
               2 * KILLS * times, 2 * KILLS * times, 2 * KILLS * times, lost=lost, chain=chain,
               note=f"a lost message is a database that is neither as before nor up to date, or "
                    f"can't be brought there; {half} were as before, the others up to date")


def at_once(times: int) -> Row:
    """Two processes bring a database up to date at once; every second time one is killed."""
    chance = random.Random(2)
    lost, chain, runs = 0, True, 0
    for old in (_old_on_sqlite, _old_on_postgresql):
        with old() as (url, anew):
            anew()
            began = time.monotonic()
            lost += _ends(_upgrading(url)) != 0
            lasts, after = time.monotonic() - began, _state(url)
            for n in range(4 * times):
                anew()
                one, other = _upgrading(url), _upgrading(url)
                if n % 2:
                    time.sleep(chance.uniform(0, lasts))
                    os.kill(one, SIGKILL)
                lost += _ends(one) not in ({0, -SIGKILL} if n % 2 else {0})
                lost += _ends(other) != 0 or _state(url) != after
                chain = chain and _is_whole(url)
                runs += 1
    return Row("Two processes migrate at once", "on SQLite and on PostgreSQL, from schema 0002; "
               "every second time one of them is killed", runs, runs, runs, lost=lost, chain=chain,
               note="a lost message is a process that ends by an error, or leaves anything but a "
                    "database that is up to date")


FAULTS: tuple[Fault, ...] = (killed, at_once)
