"""Whoever publishes may be killed at any moment: what is in force is always a whole release."""

from pathlib import Path

import pytest

from tests.publishing.kill_loop import run

pytestmark = pytest.mark.long


def test_kills_leave_a_whole_release_in_force(url: str, tmp_path: Path) -> None:
    outcome = run(6, url, tmp_path)
    assert outcome.faults == []
    assert outcome.kills == 6
    assert outcome.published > 0
