"""What stands between us and PostgreSQL: poolers that keep something back, or mix sessions."""

from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from bot.database import pooler
from bot.database.engines import IDLE_TRANSACTION_MS, engine_of
from bot.database.pooler import Pooler, settings_of
from bot.errors import BadSetting
from bot.outages import outage
from tests.store.poolers import Pooled

OPTIONS = r"-c idle_in_transaction_session_timeout=60000 -c default_transaction_isolation=read\ co"
REFUSED = "FATAL:  unsupported startup parameter in options: default_transaction_isolation"
SHOWN = "SELECT current_setting('idle_in_transaction_session_timeout')"
HELD = f"{IDLE_TRANSACTION_MS // 60_000}min"


def address_of(server: URL) -> str:
    return server.render_as_string(hide_password=False)


class Through:
    """A connection by way of a pooler: whose session it has it can't have known beforehand."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.info = SimpleNamespace(backend_pid=1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class Behind:
    """What connects to *server* by way of a pooler that refuses options."""

    loaded_dbapi = psycopg

    def __init__(self, server: URL, open_ones: ExitStack, *, mixes: bool) -> None:
        self._address = address_of(server.set(drivername="postgresql"))
        self._open, self._mixes = open_ones, mixes
        self._first: Any = None
        self.refused = 0

    def connect(self, **named: Any) -> Any:
        if "options" in named:
            self.refused += 1
            raise psycopg.OperationalError(REFUSED)
        if self._first is None or not self._mixes:
            self._first = self._open.enter_context(psycopg.connect(self._address))
            return Through(self._first)
        mixed = Through(self._first)
        mixed.close = lambda: None  # type: ignore[attr-defined]
        return mixed


def test_what_a_pooler_refuses_is_said_to_the_session(postgres: URL) -> None:
    """PgBouncer's refusal of our options was told as "the database can't be reached; start it"."""
    with ExitStack() as open_ones:
        behind: Any = Behind(postgres, open_ones, mixes=False)
        way = Pooler()
        held = [way.connect(behind, (), {"options": OPTIONS.replace("co", "committed")})
                for _ in range(2)]
        assert [one.execute(SHOWN).fetchone()[0] for one in held] == ["1min", "1min"]
    assert behind.refused == 1  # it isn't asked with each connection


def test_sessions_that_are_mixed_are_refused(postgres: URL) -> None:
    with ExitStack() as open_ones:
        behind: Any = Behind(postgres, open_ones, mixes=True)
        with pytest.raises(BadSetting, match="pool_mode = session"):
            Pooler().connect(behind, (), {"options": OPTIONS})


def test_a_refusal_of_something_else_stays_what_it_is() -> None:
    def connect(**_: Any) -> Any:
        raise psycopg.OperationalError("FATAL:  no such user: advisor")

    nobody: Any = SimpleNamespace(loaded_dbapi=psycopg, connect=connect)
    with pytest.raises(psycopg.OperationalError, match="no such user"):
        Pooler().connect(nobody, (), {"options": OPTIONS})


@pytest.mark.parametrize(("options", "said"), [
    ("", {}),
    (r"-c a=b --lock_timeout=7s -cc=d\ e", {"a": "b", "lock_timeout": "7s", "c": "d e"}),
    ("-c a=1 -c a=2", {"a": "2"}),
])
def test_options_are_read_as_the_server_reads_them(options: str, said: dict[str, str]) -> None:
    assert settings_of(options) == said


@pytest.mark.parametrize("lines", [(), ("ignore_startup_parameters = options",)])
def test_a_pooler_in_session_mode_does(postgres: URL, lines: tuple[str]) -> None:
    """With `ignore_startup_parameters` a frozen process would have held what it had for ever."""
    with Pooled(address_of(postgres), "session", *lines) as pooled:
        own = {"options": "-c lock_timeout=7s"}
        engine = engine_of(make_url(pooled.url).update_query_dict(own))
        with engine.connect() as one, engine.connect() as other:
            assert [each.exec_driver_sql(SHOWN).scalar() for each in (one, other)] == [HELD, HELD]
            assert one.exec_driver_sql("SHOW lock_timeout").scalar() == "7s"
        engine.dispose()


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("lines", [(), ("ignore_startup_parameters = options",)])
def test_a_pooler_in_another_mode_is_refused(
        postgres: URL, mode: str, lines: tuple[str]) -> None:
    """All seemed well, until a process was frozen or its machine lost."""
    with Pooled(address_of(postgres), mode, *lines) as pooled:
        engine = engine_of(make_url(pooled.url))
        with pytest.raises(BadSetting, match="pool_mode = session"):
            engine.connect()
        engine.dispose()


def test_of_a_pooler_that_has_no_session_left_it_is_said_so(
        postgres: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one is given; whoever asks for another was told that the database is away."""
    monkeypatch.setattr(pooler, "LOOK_SECONDS", 0.1)
    lines = "default_pool_size = 1", "query_wait_timeout = 1"
    with Pooled(address_of(postgres), "session", *lines) as pooled:
        engine = engine_of(make_url(pooled.url))
        with engine.connect() as one:
            assert one.exec_driver_sql(SHOWN).scalar() == HELD
            with pytest.raises(OperationalError) as refused:
                engine.connect()
        engine.dispose()
    assert str(outage(refused.value)).startswith("the database takes no further connection; ")
