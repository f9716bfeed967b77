from collections.abc import Iterator

import pytest

from tests.workspace.receiving import Receiver, receiving
from tests.workspace.running import PATIENCE_SECONDS, Clock, Workspace, running


@pytest.fixture(scope="module")
def shared() -> Iterator[Workspace]:
    """One workspace for a module whose tests leave nothing behind that others would trip over."""
    with running() as workspace:
        yield workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Iterator[Workspace]:
    """A workspace of one's own, whose clock is moved by hand."""
    with running(clock=clock) as own:
        yield own


@pytest.fixture
def app() -> Iterator[Receiver]:
    """The bot's side, which keeps all that it is sent."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def told(
    app: Receiver, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Workspace]:
    """A workspace of one's own that tells *app*; a parameter says how long it waits for it."""
    seconds = getattr(request, "param", PATIENCE_SECONDS)
    with running(bot_url=app.url, clock=clock, ack_seconds=seconds) as own:
        yield own
