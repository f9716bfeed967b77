"""Ends transactions that nobody else would end, and that hold up all: of the frozen, of the stuck.

PostgreSQL ends by itself a transaction whose process is silent between two statements
(`idle_in_transaction_session_timeout`).  One that is frozen while it sends a statement, or while it
reads what came of one, counts as active: it would hold what it has locked for as long as it is
frozen, and all others would wait.  On TCP the server notices the second in some seconds, on the
socket of its own machine never.

And a process may wait for itself, which PostgreSQL can't see.  It holds a conversation by one
connection while another records the turn: where somebody wants a table whole between the two
(`VACUUM FULL`, `REINDEX`, `CLUSTER`), they wait for the first, the second waits behind them, and
the first goes on once the second is through.
"""

import logging
from collections.abc import Sequence
from contextlib import closing
from threading import Event

from sqlalchemy import text

from bot.database.transactions import Database
from bot.outages import in_log

EACH_SECONDS = 5.0
"""How often others' transactions are looked at."""

# Only whoever holds up somebody else who writes.  A restore, beside which nothing may run, waits
# for its own process all the time; who waits for a table is a migration, and gives way by itself.
# They are found first, or the database might end some before it has looked at all of this.
_END = text("""
    WITH still AS MATERIALIZED (
        SELECT holder.pid, holder.application_name FROM pg_stat_activity AS holder
        WHERE holder.datname = current_database() AND holder.usename = current_user
          AND holder.application_name LIKE 'advisor %' AND holder.backend_xid IS NOT NULL
          AND holder.state = 'active' AND holder.wait_event_type = 'Client'
          AND current_setting('idle_in_transaction_session_timeout')::interval > interval '0'
          AND holder.state_change < clock_timestamp()
              - current_setting('idle_in_transaction_session_timeout')::interval
          AND holder.pid IN (
              SELECT unnest(pg_blocking_pids(waiting.pid)) FROM pg_locks AS waiting
              WHERE NOT waiting.granted AND waiting.locktype IN ('transactionid', 'advisory')))
    SELECT application_name FROM still WHERE pg_terminate_backend(pid)
""")

STUCK_SECONDS = 3
"""How long a process waits in such a circle before it is broken: longer than a migration of ours
waits for a table before it gives way (`bot.migrations.upgrading.LOCK_MS`)."""

# Only where the circle is closed over somebody who is none of ours and wants a table: a migration
# gives way by itself, and who computes between two statements goes on by itself.  What is ended is
# a claim, in which nothing was written, as it is when a process was silent for too long: what has
# been recorded stands, and what is left another worker goes on with.
_BREAK = text("""
    WITH RECURSIVE waiting (process, waiter, pid) AS (
        SELECT application_name, pid, unnest(pg_blocking_pids(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user
          AND application_name LIKE 'advisor %' AND state = 'active'
          AND wait_event_type = 'Lock'
          AND query_start < clock_timestamp() - make_interval(secs => :seconds)
        UNION
        SELECT process, pid, unnest(pg_blocking_pids(pid)) FROM waiting
    ), stuck AS MATERIALIZED (
        SELECT DISTINCT holder.pid, holder.application_name FROM pg_stat_activity AS holder
        JOIN waiting ON waiting.pid = holder.pid AND waiting.process = holder.application_name
        JOIN pg_locks AS wanted ON wanted.pid = waiting.waiter
          AND NOT wanted.granted AND wanted.locktype = 'relation'
        JOIN pg_stat_activity AS other ON other.pid = waiting.waiter
          AND other.application_name NOT LIKE 'advisor %'
        WHERE holder.datname = current_database() AND holder.usename = current_user
          AND holder.state = 'idle in transaction'
          AND holder.state_change < clock_timestamp() - make_interval(secs => :seconds)
          AND NOT EXISTS (
              SELECT FROM pg_locks AS written WHERE written.pid = holder.pid
                AND written.granted AND written.mode = 'RowExclusiveLock'))
    SELECT application_name FROM stuck WHERE pg_terminate_backend(pid)
""")

_log = logging.getLogger("advisor.database")


def end(database: Database) -> Sequence[str]:
    """End those that have stood still for as long as PostgreSQL lets one be silent.

    Returns:
        What they call themselves, as `pg_stat_activity` has it.
    """
    if database.engine.dialect.name != "postgresql":
        return ()
    with database.looking() as connection:
        return connection.scalars(_END).all()


def end_circles(database: Database) -> Sequence[str]:
    """End the transactions of processes that wait for themselves, over somebody else.

    Returns:
        What they call themselves, as for `end`.
    """
    if database.engine.dialect.name != "postgresql":
        return ()
    with database.looking() as connection:
        return connection.scalars(_BREAK, {"seconds": STUCK_SECONDS}).all()


def watch(database: Database, ended: Event) -> None:
    """End both kinds again and again until *ended*, by a connection of its own.

    All those of *database* may wait for what somebody holds who stands still, and none of them
    comes free before that is ended.
    """
    if database.engine.dialect.name != "postgresql":
        return
    with closing(database.beside()) as own:
        _watch(own, ended)


def _watch(database: Database, ended: Event) -> None:
    while not ended.wait(EACH_SECONDS):
        try:
            if found := end(database):
                _log.warning("a process stood still in the middle of a statement and held up "
                             "others; its transaction was ended", extra={"count": len(found)})
            if stuck := end_circles(database):
                _log.warning("a process waited for itself behind somebody who wants a table; the "
                             "claim that it held was ended", extra={"count": len(stuck)})
        except Exception as error:
            # Where the database is away, whoever has something to do there says so.
            if in_log(error) is None:
                _log.exception("could not look for processes that stand still")
