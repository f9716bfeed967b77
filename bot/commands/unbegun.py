"""An installation that has not begun, tried in a folder that goes again.

Whoever looks at one must not begin it: `advisor db restore` fills an empty place, and takes one
that holds a database for somebody's.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.assembly import Assembly
from bot.database.url import database_url, file_of
from bot.errors import AdvisorError
from bot.migrations.upgrading import standing
from bot.store import Store

_TRY = text("CREATE TABLE advisor_doctor_tries (x INTEGER)")


def has_begun(parts: Assembly) -> bool:
    """Whether there is a database with tables of ours, or one of which nobody can tell."""
    try:
        url = database_url(parts.settings.database)
        file = file_of(url)
        if file is not None and not file.exists():
            return False
        store = Store(parts.settings.database)
        try:
            with store.reading() as connection:
                return standing(connection) is not None
        finally:
            store.close()
    except (AdvisorError, SQLAlchemyError, OSError):
        return True  # what is wrong is told by whoever looks at the database


@contextmanager
def tried(parts: Assembly) -> Iterator[Assembly]:
    """Parts as of *parts*, which answer from the corpus folder and make all they need elsewhere.

    The model is taken from where it is exported already, or exported to go again.
    """
    settings = parts.settings
    with tempfile.TemporaryDirectory(prefix="advisor-doctor-") as folder:
        models = settings.data_dir / "models"
        elsewhere = {"data_dir": Path(folder), "database_url": None, "chroma_url": None,
                     "model_dir": settings.model_dir or (models if _is_exported(models) else None)}
        yield Assembly(settings.model_copy(update=elsewhere), parts.progress, draft=True)


def corpus(parts: Assembly) -> str:
    """What would be in force of *parts*, of the corpus folder."""
    g = parts.guidance
    return (f"none in force yet; the first start takes the corpus folder: {len(g.provisions)} "
            f"provisions, {len(g.red_flags)} red flags, {len(g.safeguards)} safeguards")


def database(parts: Assembly) -> str:
    """That there is none in the place of *parts*; on a server, that tables can be made there.

    Raises:
        DBAPIError: They can't.
    """
    if database_url(parts.settings.database).get_backend_name() != "sqlite":
        store = Store(parts.settings.database)
        try:
            with store.engine.connect() as connection:
                connection.execute(_TRY)
                connection.rollback()
        finally:
            store.close()
    return "none yet; the first start makes it, or 'advisor db restore FILE' of a back-up"


def insist_on_server(parts: Assembly) -> None:
    """Insist that the Chroma server answers that *parts* are set to, if one is; nothing is built.

    Raises:
        ReleaseNotReady: It doesn't, or is none.
    """
    if parts.settings.chroma_url:
        from retrieval.indexes.stored import connect  # noqa: PLC0415  it takes two seconds

        connect(parts.settings.chroma_url)


def insist_on_room(folder: Path) -> None:
    """Insist that the data *folder*, which isn't there, can be made.

    Raises:
        PermissionError: The folder above may not be written.
        NotADirectoryError: A file is in the place of one above.
    """
    above = next(one for one in folder.absolute().parents if one.exists())
    if not above.is_dir():
        raise NotADirectoryError(20, os.strerror(20))
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(13, os.strerror(13))


def _is_exported(folder: Path) -> bool:
    from retrieval.model.exported import EXPORT_NAME, is_sound  # noqa: PLC0415  as in `Assembly`

    return is_sound(folder / EXPORT_NAME)
