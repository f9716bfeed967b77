"""Tests that share what is slow to set up run in one process."""

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_is_told_to_whoever_hands_tests_out(request: pytest.FixtureRequest):
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("not handed out by groups")

    # pytest-xdist writes the group behind the name; pytest 9.2 took no notice.
    assert request.node.nodeid.endswith("@together")
