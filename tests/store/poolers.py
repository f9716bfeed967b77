"""PgBouncer before a PostgreSQL server, where it is installed (`apt install pgbouncer`)."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy.engine import URL, make_url

from tests.faults.kill_loop import free_ports

PROGRAM = shutil.which("pgbouncer", path=f"{os.defpath}:/usr/sbin")
PATIENCE_SECONDS = 60.0


class Pooled:
    """A pooler before a database, for as long as the block runs.

    Args:
        url: The address of the database, on a socket of this machine.
        mode: `session`, `transaction` or `statement`.
        lines: More of its settings.
    """

    def __init__(self, url: str, mode: str, *lines: str) -> None:
        if PROGRAM is None:
            pytest.skip("PgBouncer is not installed")
        self._program = PROGRAM
        address, (self._port,) = make_url(url), free_ports(1)
        place = str(address.query["host"])
        self._owner = Path(place).stat()  # whom the server lets in, by its socket
        # Not below pytest's folder, which is private to whoever runs the tests.
        self._folder = tempfile.TemporaryDirectory(prefix="advisor-pooler-")
        self._settings = Path(self._folder.name) / "pgbouncer.ini"
        self._settings.write_text("\n".join([
            "[databases]", f"* = host={place} port={address.port or 5432} user={address.username}",
            "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {self._port}",
            "unix_socket_dir =", "auth_type = any", f"pool_mode = {mode}", *lines, ""]),
            encoding="utf-8")
        for one in (self._folder.name, self._settings):
            os.chown(one, self._owner.st_uid, self._owner.st_gid)
        self.url = URL.create(
            "postgresql+psycopg", "postgres", host="127.0.0.1", port=self._port,
            database=address.database).render_as_string(hide_password=False)
        """The address of the database by way of it."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self._process = subprocess.Popen(
            [self._program, "-q", str(self._settings)], stderr=subprocess.DEVNULL,
            user=self._owner.st_uid, group=self._owner.st_gid, cwd="/")
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 5).close()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Kill it, with all connections by way of it."""
        self._process.kill()
        self._process.wait(20)
