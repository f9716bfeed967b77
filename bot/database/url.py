"""The address of the database, held against what this program can open."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bot.errors import BadSetting, NoDatabase

_SPOKEN = frozenset({"sqlite", "postgresql"})
"""The kinds of database that the store and its migrations know."""
_YES = frozenset({"true", "yes", "on", "y", "t", "1"})
"""What SQLAlchemy takes for a yes in an address."""
_INSTEAD = ("Give an address such as postgresql+psycopg://name:password@host/database, or leave "
            "it empty for SQLite in the data folder.")


def database_url(given: str) -> URL:
    """*given* as an address that a database can be opened at; nothing is opened.

    Raises:
        BadSetting: It is none, or nothing here speaks with its kind of database; neither it nor
            its password is repeated.
    """
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise unusable("it is no address of a database") from None
    # What stands behind the first would be taken for the host, and repeated by the driver.
    if any("@" in (part or "") for part in (url.host, url.database if url.host else None)):
        raise unusable("it holds more than one @; in a name or a password an @ is written %40, "
                        "and a / %2F")
    if url.get_backend_name() not in _SPOKEN:
        raise unusable(f"databases of the kind {url.get_backend_name()!r} are not known here")
    try:
        url.get_dialect().import_dbapi()
    except NoSuchModuleError:
        raise unusable(f"there is no driver of the name {url.drivername!r}") from None
    except ImportError as error:
        raise unusable(f"the Python package {error.name!r} is not installed") from None
    return url


def address_of(file: Path) -> str:
    """The address of SQLite's database in *file*, whatever stands in its path."""
    # A ? would begin the options, and what stands behind a % be read as a sign.
    return "sqlite:///" + str(file).replace("%", "%25").replace("?", "%3F")


def file_of(url: URL) -> Path | None:
    """The file that the database at *url* lies in; None where it lies in none.

    SQLite takes its file as an address too, as in `sqlite:///file:/srv/advisor.sqlite3?uri=true`.
    """
    name = url.database
    if url.get_backend_name() != "sqlite" or name in {None, "", ":memory:"}:
        return None
    if not str(name).startswith("file:") or str(url.query.get("uri", "")).lower() not in _YES:
        return Path(str(name))
    path = unquote(urlsplit(str(name)).path)
    is_kept = path not in {"", ":memory:"} and url.query.get("mode") != "memory"
    return Path(path) if is_kept else None


def make_folder_of(url: URL) -> None:
    """Make the folder that a database in a file lies in, where it is missing.

    Raises:
        BadSetting: It can't be made.
    """
    file = file_of(url)
    if file is None:
        return
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(f"the folder {folder} can't be made: {error.strerror}") from None


def insist_on_file(url: URL, to: str) -> None:
    """Insist that the file of *url* is there, where it is of one: opening it would make it.

    Args:
        url: The address of the database.
        to: What is to be done with it, to complete "there is nothing to …".

    Raises:
        NoDatabase: There is no such file.
    """
    file = file_of(url)
    if file is not None and not file.is_file():
        raise NoDatabase(f"There is no database {file}, so there is nothing to {to}. "
                         "ADVISOR_DATA_DIR and ADVISOR_DATABASE_URL say where it is.")


def unusable(why: str) -> BadSetting:
    """That the address can't be used, and *why*; nothing of it is repeated."""
    return BadSetting(f"ADVISOR_DATABASE_URL can't be used: {why}. {_INSTEAD}")
