"""What is away and passes, told from what fails however often it is tried."""

import pytest
from sqlalchemy.exc import OperationalError

from bot.outages import SENTENCES, outage


class Told(Exception):
    """An error of PostgreSQL's driver."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "said"), [
    ("54000", None),  # program_limit_exceeded: the row is too large for an index
    ("54001", None),  # statement_too_complex
    ("53100", "the disk is full; free some space, nothing has to be started again"),
    ("57P01", "the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and "
              "nothing else has to be done"),
    (None, "the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and "
           "nothing else has to be done"),
])
def test_what_postgresql_says_is_told_for_what_it_is(sqlstate: str | None, said: str | None):
    """A message that no database takes held up its conversation for ever, as if all were away."""
    found = outage(OperationalError("INSERT", {}, Told(sqlstate)))

    assert found == said
    assert found is None or found in SENTENCES
