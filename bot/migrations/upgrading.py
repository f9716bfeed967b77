"""Bring a database to the newest schema, without an ini file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.errors import AdvisorError

# Any number that nothing else in the database locks by.
_LOCK = 7_203_144_871


def upgrade(engine: Engine) -> None:
    """Apply what is missing in one transaction; killed half-way, nothing has happened.

    Raises:
        AdvisorError: The database was written by a newer version of the program.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.execution_options(advisor_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start at once would otherwise make the same table twice.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(connection, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    ours = {script.revision for script in scripts.walk_revisions()}
    theirs = set(MigrationContext.configure(connection).get_current_heads())
    if not theirs <= ours:
        raise AdvisorError(
            "newer_database",
            f"The database is at schema {', '.join(sorted(theirs))}, which this version doesn't "
            "know: a newer version has written it. Start that version, or restore a backup from "
            "before it. Nothing was changed.",
        )
