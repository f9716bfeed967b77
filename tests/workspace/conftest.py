from collections.abc import Iterator

import pytest

from tests.workspace.running import Clock, Workspace, running


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
