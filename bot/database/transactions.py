"""A database: how it is opened, and the transactions that it is read and written in."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, text

from bot.database import rights
from bot.database.engines import (
    CONNECTIONS,
    IN_PLACE,
    WAIT_SECONDS,
    WRITES,
    engine_of,
    looking,
    turn_to_write,
)
from bot.database.upserting import put_once
from bot.database.url import database_url, make_folder_of
from bot.outages import LacksRight, TakesNoWriting

_READS_ONLY = text("SELECT current_setting('transaction_read_only')::bool")


class Database:
    """The database behind a SQLAlchemy URL; safe to share between threads.

    Args:
        url: SQLAlchemy's of the database.
        connections: How many connections there are at most, of PostgreSQL.

    Raises:
        BadSetting: *url* is no address of a database that can be opened here.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS) -> None:
        address = database_url(url)
        make_folder_of(address)
        self.engine = engine_of(address, connections)
        self._looking = looking(self.engine)
        self._writing: dict[float, Engine] = {}

    def beside(self) -> "Database":
        """The same database, with connections of its own."""
        return Database(self.engine.url.render_as_string(hide_password=False))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def insist_on_writing(self) -> Sequence[str]:
        """Insist that the database answers and takes messages, as far as it tells beforehand.

        After a failover an address may lead to a copy: it answers whoever reads, so that all would
        seem well while no message can be stored.

        Returns:
            What else our role may not do there, such as "INSERT on turns".

        Raises:
            TakesNoWriting: It answers and can't be written to.
            LacksRight: Our role may not store messages there.
            FileReplaced: It lies in a file that is no longer where it was opened.
            DBAPIError: It does not answer.
        """
        with self._looking.execution_options(**{IN_PLACE: True}).connect() as connection:
            if connection.dialect.name != "postgresql":
                connection.execute(text("SELECT 1"))
            elif connection.scalar(_READS_ONLY):
                raise TakesNoWriting
            lacks = rights.lacking(connection)
        if not rights.TO_STORE.isdisjoint(lacks):
            raise LacksRight(", ".join(rights.named(lacks)))
        return rights.named(lacks)

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection for one statement that only reads, without a transaction around it."""
        with self._looking.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, patience: float = WAIT_SECONDS) -> Iterator[Connection]:
        """A transaction that writes: all of it commits or nothing does.

        On SQLite it waits *patience* seconds for other threads, and as long for other programs.
        """
        engine = self._writing.get(patience)
        if engine is None:
            engine = self.engine.execution_options(**{WRITES: patience})
            self._writing[patience] = engine
        with turn_to_write(self.engine, patience), engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that reads one state of the database, whatever is written meanwhile."""
        engine = self.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.begin() as connection:
            yield connection

    def insert(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert *row*; False if one with its key is there, which then stays as it is."""
        return put_once(connection, table, row)
