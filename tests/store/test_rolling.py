"""Upgrading while others work: what a migration may do, and that they don't notice it."""

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import event, text

from bot.errors import AdvisorError
from bot.migrations import upgrading
from bot.queue.deliveries import Deliveries
from bot.store import Store
from bot.turns.delivery import Place
from tests.store.additive import objections
from tests.store.boxes import TEAM, said
from tests.store.rolled import ADDS, TAKES_AWAY, scripts_with
from tests.store.small import Clock, begin, step
from tests.store.test_migrations import first_schema

FROM = "0014"
"""Migrations up to here are older than the rule."""


@pytest.fixture
def postgresql(store: Store) -> Store:
    """The store on PostgreSQL alone: on SQLite nobody else is at work."""
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite serves one process")
    return store


@pytest.mark.parametrize("statement", [
    "DROP TABLE cases",
    "ALTER TABLE cases DROP COLUMN team",
    "ALTER TABLE cases RENAME COLUMN team TO workspace",
    "ALTER TABLE cases RENAME TO chats",
    "ALTER TABLE cases ALTER COLUMN team TYPE INTEGER",
    "ALTER TABLE cases ALTER COLUMN channel SET NOT NULL",
    "ALTER TABLE cases ADD COLUMN colour TEXT NOT NULL",
    "ALTER TABLE cases ADD CONSTRAINT few CHECK (team <> '')",
    "CREATE UNIQUE INDEX one_each ON cases (team)",
    "DROP INDEX ix_cases_team_asker",
    "UPDATE cases SET team = ''",
    "DELETE FROM case_lines",
    "TRUNCATE cases",
])
def test_the_rule_objects_to_what_an_older_program_would_not_survive(statement):
    assert objections([statement]) == [statement]


def test_the_rule_lets_pass_what_only_adds():
    assert objections([
        "CREATE TABLE colours (id INTEGER NOT NULL)",
        "CREATE UNIQUE INDEX one_colour ON colours (id)",
        "ALTER TABLE colours ADD CONSTRAINT few CHECK (id < 9)",
        "INSERT INTO colours (id) VALUES (1)",
        "ALTER TABLE cases ADD COLUMN colour TEXT",
        "ALTER TABLE cases ADD COLUMN shade TEXT DEFAULT '' NOT NULL",
        "CREATE INDEX ix_cases_colour ON cases (colour)",
        "UPDATE alembic_version SET version_num='0015' WHERE version_num = '0014'",
        "SELECT * FROM cases",
    ]) == []


def test_migrations_only_add_or_raise_the_floor(postgres, empty_url):
    """Whoever writes a migration that takes away reads here what it has to say of itself."""
    if not empty_url.startswith("postgresql"):
        pytest.skip("SQLite makes tables anew for each change")
    store = first_schema(empty_url, FROM)
    done: list[str] = []

    def note(_connection, _cursor, statement, *_):
        done.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    upgrading.upgrade(store.engine)
    with store.engine.connect() as connection:
        floor = connection.scalar(text("SELECT revision FROM schema_floor"))
    store.close()
    statements = [one for one in done if not one.startswith(("SELECT pg_", "SET LOCAL"))]
    assert objections(statements) == [] or floor == upgrading.newest(), (
        "Add only (nullable or defaulted columns, tables, indexes), and take away a version "
        "later, in a migration that sets schema_floor.revision to itself.")


def test_a_program_starts_on_the_schema_of_the_next_if_that_only_added(postgresql, tmp_path):
    upgrading.upgrade(postgresql.engine, scripts_with(tmp_path, ADDS))

    postgresql.upgrade()  # as this version of the program does when it starts

    turn, after = step(begin("c"), "k")
    postgresql.record(turn, after, 0)
    assert postgresql.verify_log() is None


def test_a_program_does_not_start_on_the_schema_of_one_that_took_away_what_it_needs(
    postgresql, tmp_path
):
    upgrading.upgrade(postgresql.engine, scripts_with(tmp_path, TAKES_AWAY))

    with pytest.raises(AdvisorError, match="is at schema 9001, and this version knows") as error:
        postgresql.upgrade()

    assert error.value.code == "newer_database"


@pytest.fixture
def writing(postgresql: Store) -> Iterator[list[str]]:
    """Somebody takes one turn after another meanwhile; what went wrong."""
    failed: list[str] = []
    stopping, recorded = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        conversation, n = begin("busy"), 0
        while not stopping.is_set():
            n += 1
            turn, after = step(conversation, f"busy:{n}")
            try:
                postgresql.record(turn, after, conversation.version)
            except Exception as error:
                failed.append(repr(error))
            conversation = after
            recorded.release()
            stopping.wait(0.03)  # as long as the rest of a turn takes, without the database

    thread = threading.Thread(target=write)
    thread.start()
    # A migration may be over before the first turn is; work goes on before, in and after it.
    assert recorded.acquire(timeout=30)
    yield failed
    assert recorded.acquire(timeout=30)
    stopping.set()
    thread.join(30)
    assert len(postgresql.turns("busy")) > 1  # type: ignore[arg-type]


def test_who_is_at_work_does_not_notice_a_migration(postgresql, writing, tmp_path):
    upgrading.upgrade(postgresql.engine, scripts_with(tmp_path, ADDS))

    assert writing == []
    with postgresql.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9001"


def test_a_migration_gives_way_to_who_holds_a_table_and_begins_anew(postgresql, tmp_path):
    scripts = scripts_with(tmp_path, ADDS)
    holding = postgresql.engine.connect()
    holding.execute(text("SELECT * FROM turns"))
    upgrade = threading.Thread(target=upgrading.upgrade, args=(postgresql.engine, scripts))
    upgrade.start()
    time.sleep(1.5 * upgrading.LOCK_MS / 1000)

    # It stands in nobody's way for long, and its transaction has left nothing.
    turn, after = step(begin("c"), "k")
    postgresql.record(turn, after, 0)
    assert upgrade.is_alive()

    holding.close()
    upgrade.join(60)
    with postgresql.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9001"


@pytest.fixture
def crossing(postgresql: Store) -> Iterator[None]:
    """Somebody works without any pause, and takes the tables in another order than a migration."""
    stopping, begun = threading.Event(), threading.Event()

    def work() -> None:
        while not stopping.is_set():
            with postgresql.engine.begin() as connection:
                connection.execute(text("SELECT id FROM conversations"))
                begun.set()
                time.sleep(0.02)
                connection.execute(text("SELECT key FROM turns"))

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(30)
    yield
    stopping.set()
    thread.join(30)


def test_a_migration_comes_to_its_end_beside_work_without_any_pause(
    postgresql, crossing, tmp_path, monkeypatch
):
    """It once took up to 151 s: either had what the other waited for, time and again."""
    monkeypatch.setattr(upgrading, "TRIES", 6)

    upgrading.upgrade(postgresql.engine, scripts_with(tmp_path, ADDS))

    with postgresql.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9001"


@pytest.fixture
def claiming(postgresql: Store, clock: Clock) -> Iterator[list[str]]:
    """Two work on one conversation after the other, and owe posts meanwhile; whose claims."""
    box = Deliveries(postgresql, clock)
    for n in range(9):
        box.receive(said(n, place=Place(TEAM, "C1", f"{n}.000001")))
    stopping, taken = threading.Event(), threading.Semaphore(0)
    names: list[str] = []

    def work() -> None:
        while not stopping.is_set():
            with box.claims.claim() as conversation:
                if conversation is None:
                    stopping.wait(0.01)
                    continue
                names.append(conversation)
                taken.release()
                time.sleep(0.1)
                with postgresql.writing() as connection:
                    box.claims.allow(connection, conversation)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert taken.acquire(timeout=30)
    assert taken.acquire(timeout=30)
    yield names
    stopping.set()
    for thread in threads:
        thread.join(30)


def test_a_migration_of_the_table_of_claims_has_those_who_work_come_to_an_end(
    postgresql, claiming, tmp_path, monkeypatch
):
    """They wait for nobody in the database while they hold a row, but for the table by and by."""
    monkeypatch.setattr(upgrading, "TRIES", 3)

    upgrading.upgrade(postgresql.engine, scripts_with(
        tmp_path, '    op.add_column("claims", sa.Column("to_come", sa.Text))'))

    with postgresql.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9001"
    before = len(claiming)
    until = time.monotonic() + 30
    while len(claiming) == before and time.monotonic() < until:
        time.sleep(0.01)
    assert len(claiming) > before  # they are free to be taken again


@pytest.mark.parametrize(("statement", "tables"), [
    ("ALTER TABLE turns ADD COLUMN shade TEXT", {"turns"}),
    ('ALTER TABLE "turns" ADD COLUMN shade TEXT', {"turns"}),
    ("LOCK TABLE turns IN ACCESS EXCLUSIVE MODE", {"turns"}),
    ("CREATE UNIQUE INDEX shades ON turns (shade)", {"turns"}),
    ("DROP INDEX ix_deliveries_waiting", {"deliveries"}),
    ("CREATE TABLE shades (turn TEXT REFERENCES turns (key) ON DELETE CASCADE, "
     "of TEXT, FOREIGN KEY(of) REFERENCES conversations (id))", {"turns", "conversations"}),
    ("UPDATE turns SET posted_ref = ''", {"turns"}),
    ("SELECT 1", set()),
])
def test_what_a_statement_waits_for_is_told_by_what_it_names(postgresql, statement, tables):
    with postgresql.engine.connect() as connection:
        assert set(upgrading.waited_for(connection, statement)) == tables
