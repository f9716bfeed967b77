"""The data folder held and the port bound: what a server has to itself before it starts."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from filelock import FileLock, Timeout

from bot.assembly import Assembly
from bot.database.url import database_url, file_of, make_folder_of
from bot.errors import AdvisorError


class CannotServe(AdvisorError):
    """The server can't start; the message says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("cannot_serve", message)


@contextmanager
def alone(parts: Assembly) -> Iterator[None]:
    """Hold the data folder, and a database in a file elsewhere: SQLite serves one process.

    Raises:
        CannotServe: Another process has it.
    """
    with ExitStack() as holds:
        if parts.settings.database.startswith("sqlite"):
            _hold(holds, parts)
        yield


def _hold(holds: ExitStack, parts: Assembly) -> None:
    try:
        holds.enter_context(FileLock(parts.data_dir / "serve.lock", timeout=0))
    except Timeout:
        raise CannotServe(
            f"Another 'advisor serve' uses the data folder {parts.data_dir}. Stop it, or set "
            "ADVISOR_DATA_DIR; several processes need PostgreSQL (ADVISOR_DATABASE_URL)."
        ) from None
    url = database_url(parts.settings.database)
    file = file_of(url)
    if file is None or file.resolve().parent == parts.data_dir.resolve():
        return
    make_folder_of(url)
    try:
        # Claims are kept in memory: a second process would answer the same messages.
        holds.enter_context(FileLock(f"{file.resolve()}.serve.lock", timeout=0))
    except Timeout:
        raise CannotServe(
            f"Another 'advisor serve' uses the database {file}. Stop it; several processes need "
            "PostgreSQL (ADVISOR_DATABASE_URL)."
        ) from None


@contextmanager
def listening(parts: Assembly) -> Iterator[socket.socket]:
    """Bind the port that the settings name.

    Raises:
        CannotServe: It is taken, or the address is none of this machine.
    """
    host, port = parts.settings.host, parts.settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is the name of no machine"
            raise CannotServe(f"Can't listen on {host}:{port}: {why}. Set "
                              "ADVISOR_PORT or ADVISOR_HOST to another.") from None
        yield listener


def site_of(listener: socket.socket) -> str:
    """Where *listener* is reached, as the start of a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
