"""Databases for tests, copied from one that was migrated: some 30 times cheaper than migrating.

Each process migrates one of each kind and copies it; `tests/store/test_migrations.py` and what
else is about migrations begins with an empty one.  A copy is a database of its own.
"""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine

from bot.store import Store
from retrieval.guidance import ReleaseId

_templates: dict[URL, str] = {}
_engines: dict[URL, Engine] = {}


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory(prefix="advisor-migrated-") as folder:
        file = Path(folder) / "advisor.sqlite3"
        made = Store(f"sqlite:///{file}")
        made.upgrade()
        made.close()
        # Closed, it has no write-ahead file any more, so the one file is all of it.
        assert [one.name for one in Path(folder).iterdir()] == [file.name]
        return file.read_bytes()


def sqlite_at(path: Path) -> str:
    """The address of a migrated database that is the new file *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(_file())
    return f"sqlite:///{path}"


@contextmanager
def holding(release: ReleaseId, content: str, folder: Path) -> Iterator[Store]:
    """A migrated database in *folder* in which *release*, of that *content*, is in force."""
    made = Store(sqlite_at(folder / "advisor.sqlite3"))
    made.keep_release(release, content)
    made.activate(release)
    yield made
    made.close()


@contextmanager
def postgresql_on(
    server: URL, *, empty: bool = False, template: str = "template1"
) -> Iterator[str]:
    """The address of a migrated database on *server*, which goes afterwards.

    Where *empty* is true it is one made of *template*, as a statement names that.
    """
    name = _create(server, template if empty else _template(server))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _drop(server, name)


def forget(server: URL) -> None:
    """Drop what other databases on *server* were copied from, and let go of the server."""
    if server in _templates:
        _drop(server, _templates.pop(server))
    if server in _engines:
        _engines.pop(server).dispose()


def _template(server: URL) -> str:
    if server not in _templates:
        name = _create(server, "template1")
        made = Store(server.set(database=name).render_as_string(hide_password=False))
        made.upgrade()
        made.close()
        _templates[server] = name
    return _templates[server]


def _create(server: URL, template: str) -> str:
    name = f"advisor_{uuid.uuid4().hex}"
    # Copied as files, not page by page through the write-ahead log.
    _tell(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


def _drop(server: URL, name: str) -> None:
    _tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def _tell(server: URL, command: str) -> None:
    if server not in _engines:
        _engines[server] = create_engine(server, isolation_level="AUTOCOMMIT")
    with _engines[server].connect() as connection:
        connection.execute(text(command))
