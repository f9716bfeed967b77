"""A connection breaks in a COMMIT that the server has carried out, so nobody knows its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.schema import deliveries
from bot.store import Store
from bot.turns.delivery import Overtaken
from tests.slack.office import GRACE, Office, said
from tests.store.conftest import store  # noqa: F401  a fixture
from tests.store.small import Clock


@contextmanager
def breaking(kept: Store, statement: str) -> Iterator[None]:
    """Have it break in the first commit of a transaction with a *statement* that begins so."""
    broken: list[str] = []
    here: set[Any] = set()

    def look(connection: Any, _cursor: object, said: str, *_: object) -> None:
        if said.startswith(statement):
            here.add(connection.connection.driver_connection)

    def carry_out(connection: Any) -> None:
        driver = connection.connection.driver_connection
        if driver in here and not broken:
            broken.append(statement)
            driver.pgconn.exec_(b"COMMIT")
            driver.pgconn.finish()

    event.listen(kept.engine, "before_cursor_execute", look)
    event.listen(kept.engine, "commit", carry_out)
    yield
    assert broken == [statement]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("statement", "told", "looked"), [
    ("INSERT INTO deliveries", OperationalError, 0),
    ("INSERT INTO turns", Overtaken, 0),
    ("UPDATE outgoing SET tries=", None, 1),
    ("UPDATE turns SET posted_ref=", OperationalError, 0),
])
def test_what_was_done_all_the_same_is_not_done_again(
    office: Office, clock: Clock, statement: str, told: type[Exception] | None, looked: int
) -> None:
    """Arriving, recording, beginning to post, and having posted."""
    broke = []
    with breaking(office.store, statement):
        for _ in range(4):
            try:
                office.box.receive(said("a"))  # as Slack does until it hears that it arrived
                office.work()
            except (OperationalError, Overtaken) as error:
                broke.append(type(error))
            clock.pass_by(GRACE + 1)

    assert broke == ([] if told is None else [told])
    assert (office.slack.keys, office.slack.looked) == (["a:0"], looked)
    assert (office.states(deliveries), office.states()) == ({"a": "done"}, {"a:0": "sent"})
    assert office.store.verify_log() is None
