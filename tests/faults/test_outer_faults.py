"""The faults of Slack, of people and of payloads in short; `make faults` plays their long form."""

import pytest

from tests.faults import of_payloads, of_people, of_slack
from tests.faults.row import Fault

pytestmark = pytest.mark.long

MOST_BEFORE = 12
"""Turns before that of somebody who asks once: those under way, and a round or two."""


@pytest.mark.parametrize(("fault", "size"), [
    (of_people.at_once_two_hundred, 30),
    (of_people.flood_of_threads, 24),
    (of_slack.connections, 9),
    (of_slack.rate_limited, 9),
    (of_slack.deliveries, 9),
    (of_slack.sockets, 6),
    (of_slack.uploads, 6),
    (of_payloads.over_http, 300),
    (of_payloads.over_a_socket, 100),
], ids=lambda one: getattr(one, "__name__", ""))
def test_nothing_is_lost_doubled_or_left_unhandled(fault: Fault, size: int) -> None:
    row = fault(size)

    assert row.clean, row
    assert row.messages > 0


def test_who_asks_during_a_flood_is_answered_before_it_is_over() -> None:
    row = of_people.flood_of_one_thread(80)

    assert row.clean, row
    still = int(row.note.split("); ")[1].split()[0])
    assert still > 0, row.note


def test_who_asks_beside_a_loud_workspace_waits_for_a_round_and_not_for_its_backlog() -> None:
    row = of_people.loud_workspace(8)

    assert row.clean, row
    before = int(row.note.split("at most ")[1].split()[0])
    waited = int(row.note.split("theirs, and ")[1].split()[0])
    assert before <= MOST_BEFORE, row.note
    assert waited > 2 * MOST_BEFORE, row.note


def test_a_post_that_slack_refuses_for_good_is_told_by_direct_message() -> None:
    row = of_slack.final_codes(4)

    assert row.clean, row
    assert row.told.startswith("I could not post my answer in the channel: channel not found."), row
