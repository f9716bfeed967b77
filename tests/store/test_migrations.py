from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, UniqueConstraint, event, inspect, text

from bot.errors import AdvisorError
from bot.schema import metadata
from bot.store import Store


def differences(store):
    with store.engine.begin() as connection:
        return compare_metadata(MigrationContext.configure(connection), metadata)


def test_the_migrations_make_the_schema_that_the_code_uses(url):
    store = Store(url)
    store.upgrade()

    assert differences(store) == []
    seen = inspect(store.engine)
    named = store.engine.dialect.identifier_preparer.format_constraint
    for table in metadata.sorted_tables:
        assert {c["name"] for c in seen.get_check_constraints(table.name)} == {
            named(c) for c in table.constraints if isinstance(c, CheckConstraint)
        }
        assert {c["name"] for c in seen.get_unique_constraints(table.name)} == {
            named(c) for c in table.constraints if isinstance(c, UniqueConstraint)
        }
    store.close()


def test_upgrading_again_changes_nothing(store):
    before = store.head()

    store.upgrade()

    assert store.head() == before
    assert differences(store) == []


def test_programs_that_start_at_once_on_an_empty_database_all_start(url):
    stores = [Store(url) for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda store: store.upgrade(), stores))

    assert differences(stores[0]) == []
    for store in stores:
        store.close()


def test_an_upgrade_that_is_cut_off_leaves_nothing(url):
    store = Store(url)

    def fail(_connection, _cursor, statement, *_):
        if "CREATE TABLE turns" in statement:
            raise OSError("the disk is full")

    event.listen(store.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="full"):
        store.upgrade()
    assert inspect(store.engine).get_table_names() == []

    event.remove(store.engine, "before_cursor_execute", fail)
    store.upgrade()
    assert differences(store) == []
    store.close()


def test_a_database_of_a_newer_program_is_left_alone(store):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(AdvisorError, match="schema 9999") as error:
        store.upgrade()

    assert error.value.code == "newer_database"
