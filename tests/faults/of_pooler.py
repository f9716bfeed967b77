"""Faults of a pooler before the database: PgBouncer in each of its modes, gone and back."""

import tempfile
import time
from pathlib import Path

from tests.faults.mounted import NotHere
from tests.faults.of_database import postgresql
from tests.faults.row import Fault, Row
from tests.faults.started import Serving
from tests.faults.talking_stage import staged
from tests.faults.uncaught import uncaught
from tests.store.poolers import PROGRAM, Pooled

GONE_SECONDS = 5
SILENT = "ignore_startup_parameters = options"


def behind_one(times: int) -> Row:
    """Two replicas behind a pooler in session mode; the server and the pooler go and come back."""
    _insist()
    with (postgresql() as (server, url), Pooled(url, "session", SILENT) as pooler,
          tempfile.TemporaryDirectory() as folder,
          staged(Path(folder), database=pooler.url, replicas=2) as stage):
        back = 0.0
        for _ in range(times):
            for stop, start in ((server.stop, server.start), (pooler.stop, pooler.start)):
                time.sleep(3)
                stop()
                time.sleep(GONE_SECONDS)
                start()
                back = max(back, stage.back(time.monotonic()))
        return stage.row(
            "PostgreSQL behind PgBouncer, and either gone and back", "pool_mode = session, two "
            f"replicas; the server stopped for {GONE_SECONDS} s, then the pooler", times,
            back_seconds=back, note=f"refused with {stage.relay.refused}")


def mixing(times: int) -> Row:
    """A pooler that gives each transaction, or each statement, another session."""
    _insist()
    served, unhandled, told = 0, 0, ""
    with postgresql() as (_, url), tempfile.TemporaryDirectory() as place:
        for _ in range(times):
            for mode, lines in (("transaction", ()), ("transaction", (SILENT,)),
                                ("statement", (SILENT,))):
                with Pooled(url, mode, *lines) as pooler:
                    serving = Serving(Path(place) / "data", ADVISOR_DATABASE_URL=pooler.url)
                    served += serving.ended() != 1
                    unhandled += uncaught(serving.written())
                    told = serving.last_words()
                    serving.close()
    return Row("PgBouncer that mixes sessions", "pool_mode = transaction, with and without "
               f"`{SILENT}`, and statement; then started", times, 0, 0, lost=served,
               unhandled=unhandled, told=told, note="it must not start")


def _insist() -> None:
    if PROGRAM is None:
        raise NotHere("PgBouncer is not installed")


FAULTS: tuple[Fault, ...] = (behind_one, mixing)
