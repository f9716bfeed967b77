"""Each fault of replicas, once or twice; `tests.faults.of_replicas` says what each does."""

import pytest

from tests.faults.of_replicas import FAULTS, ended_in_turn
from tests.faults.row import Fault


@pytest.mark.parametrize("fault", FAULTS)
def test_replicas_lose_double_and_mix_up_nothing(fault: Fault) -> None:
    row = fault(2)
    assert row.clean, row
    assert row.messages > 0
    assert row.turns == row.messages
    if fault is ended_in_turn:
        assert row.note.startswith("exit status other than 0: none"), row
