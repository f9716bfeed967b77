"""Bring a database to the newest schema, without an ini file."""

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bot.engines import WAIT_SECONDS
from bot.errors import AdvisorError

# Any number that nothing else in the database locks by.
_LOCK = 7_203_144_871

_HERE = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Apply what is missing in one transaction; killed half-way, nothing has happened.

    Raises:
        AdvisorError: The database was written by a newer version of the program.
    """
    with engine.connect() as connection:
        if _is_newest(connection):
            return
    # Alembic and its scripts take longer to load than all the rest, and are rarely needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    with engine.execution_options(advisor_writes=WAIT_SECONDS).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start at once would otherwise make the same table twice.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(connection, {
            script.revision for script in ScriptDirectory.from_config(config).walk_revisions()})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest() -> str:
    """The revision that this version of the program brings a database to, told by file names."""
    names = (re.match(r"m(\d+)_", script.name) for script in (_HERE / "versions").iterdir())
    return max(name[1] for name in names if name)


def _revisions(connection: Connection) -> set[str]:
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _is_newest(connection: Connection) -> bool:
    return _revisions(connection) == {newest()}


def _refuse_newer(connection: Connection, ours: set[str]) -> None:
    theirs = _revisions(connection)
    if not theirs <= ours:
        raise AdvisorError(
            "newer_database",
            f"The database is at schema {', '.join(sorted(theirs))}, which this version doesn't "
            "know: a newer version has written it. Start that version, or restore a backup from "
            "before it. Nothing was changed.",
        )
