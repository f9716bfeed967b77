"""Each fault of replicas, once; `tests.faults.of_replicas` says what each does.

Killing them is the kill loop's, which does it on two replicas more often.
"""

import pytest

from tests.faults.of_replicas import FAULTS, ended_in_turn, killed_in_handling
from tests.faults.of_whole import one_killed_one_new
from tests.faults.row import Fault

# What uses all cores runs on the same worker, so it does not run beside them.
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("all cores")]


@pytest.mark.parametrize("fault", [one for one in FAULTS if one is not killed_in_handling])
def test_replicas_lose_double_and_mix_up_nothing(fault: Fault) -> None:
    row = fault(1)
    assert row.clean, row
    assert row.messages > 0
    assert row.turns == row.messages
    if fault is ended_in_turn:
        assert row.note.startswith("exit status other than 0: none"), row


def test_real_servers_on_postgresql_and_chroma_take_over_from_one_another() -> None:
    row = one_killed_one_new(1)
    assert row.clean, row
    assert row.turns == row.messages > 0
