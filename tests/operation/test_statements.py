"""What the database refuses is told without the words that it was given."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.schema import deliveries
from bot.store import Store
from tests.store.migrated import sqlite_at


def test_an_error_of_the_database_holds_no_values(tmp_path):
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    with pytest.raises((IntegrityError, OperationalError)) as refused, store.writing() as writing:
        writing.execute(insert(deliveries).values(key="k", body="zyxcanary"))
    store.close()
    assert "zyxcanary" not in str(refused.value)
