"""Posts that fail: looked for, put off, refused, and never made twice."""

from collections.abc import Callable

import pytest

from bot.queue.door import POSTING_WAITS, Posted, PostUnclear
from bot.turns.delivery import Queued
from tests.faults.small import LATER_SECONDS, Killed
from tests.slack.office import (
    GRACE,
    Office,
    said,
)
from tests.store.conftest import store  # noqa: F401  a fixture
from tests.store.small import Clock


def test_after_an_unclear_end_it_waits_the_grace_then_looks_and_posts_nothing_twice(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("breaks after")
    office.work()
    clock.pass_by(GRACE - 0.001)
    office.work()
    assert office.slack.looked == 0
    clock.pass_by(0.001)
    office.work()
    assert office.slack.looked == 1
    assert office.slack.keys == ["a:0"]
    assert office.states() == {"a:0": "sent"}


@pytest.mark.parametrize("how", ["killed after", "stream killed"])
def test_what_a_killed_process_left_is_found_without_waiting_for_the_grace(
    office: Office, clock: Clock, how: str
) -> None:
    """Whoever takes over need not make people wait for what is there already."""
    office.bot.posts = 2
    office.box.receive(said("a"))
    office.slack.coming.append(how)
    with pytest.raises(Killed):
        office.work()
    office.open()
    clock.pass_by(0.1)
    office.work()
    assert office.slack.keys == ["a:0", "a:1"]
    assert (office.slack.looked, office.slack.streaming) == (1, set())


def test_what_is_not_there_yet_is_looked_for_early_and_again_after_the_grace(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("killed before")
    with pytest.raises(Killed):
        office.work()
    office.open()
    looks = []
    for tenth in range(1, 10 * int(GRACE) + 1):
        clock.pass_by(0.1)
        before = office.slack.looked
        office.work()
        if office.slack.looked > before:
            looks.append(tenth / 10)
    assert looks == [0.1, 1.1, 2.2, 4.4, 8.8, 12.0]
    assert office.slack.keys == ["a:0"]


def test_the_grace_counts_from_the_call_and_not_from_what_is_looked_up_before(
    office: Office, clock: Clock
) -> None:
    """Where that took longer, whoever took over posted again what Slack was still taking."""
    post = office.slack.post

    def slow(queued: Queued, _: object, insist: Callable[[], None]) -> Posted:
        clock.pass_by(GRACE + 1)  # who reads along, and where they are, is asked first
        insist()
        raise Killed

    office.slack.post = slow  # type: ignore[method-assign]
    office.box.receive(said("a"))
    with pytest.raises(Killed):
        office.work()
    office.slack.post = post  # type: ignore[method-assign]
    office.open()
    clock.pass_by(GRACE - 1)
    office.work()
    assert (office.slack.looked, office.slack.keys) == (1, [])
    clock.pass_by(1)
    office.work()
    assert (office.slack.looked, office.slack.keys) == (2, ["a:0"])


def test_an_early_look_that_fails_costs_nothing(office: Office, clock: Clock) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("killed after")
    with pytest.raises(Killed):
        office.work()
    office.open()
    find = office.slack.find

    def away(_: Queued) -> Posted | None:
        raise PostUnclear("reset")

    office.slack.find = away  # type: ignore[method-assign]
    office.work()
    office.slack.find = find  # type: ignore[method-assign]
    clock.pass_by(GRACE)
    office.work()
    assert office.slack.keys == ["a:0"]
    assert office.states() == {"a:0": "sent"}


@pytest.mark.parametrize("how", ["breaks before", "killed before", "bug"])
def test_what_is_not_found_after_an_unclear_end_is_posted(
    office: Office, clock: Clock, how: str
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append(how)
    if how == "killed before":
        with pytest.raises(Killed):
            office.work()
        office.open()
    else:
        office.work()
    clock.pass_by(GRACE)
    office.work()
    assert (office.slack.looked, office.slack.keys) == (1, ["a:0"])


def test_a_post_that_keeps_failing_is_tried_ever_more_seldom_and_never_dropped(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.extend(["breaks before"] * 8)
    office.work()
    for tries in range(1, 9):
        wait = max(GRACE, POSTING_WAITS[min(tries - 1, len(POSTING_WAITS) - 1)])
        clock.pass_by(wait - 0.001)
        office.work()
        assert office.slack.looked == tries - 1
        clock.pass_by(0.001)
        office.work()
        assert office.slack.looked == tries
    assert office.slack.keys == ["a:0"]


def test_what_slack_wants_later_comes_exactly_then_without_a_look(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("later")
    office.work()
    clock.pass_by(LATER_SECONDS - 0.001)
    office.work()
    assert office.slack.keys == []
    clock.pass_by(0.001)
    office.work()
    assert (office.slack.looked, office.slack.keys) == (0, ["a:0"])


def test_a_stream_that_slack_put_off_is_ended_and_not_begun_anew(
    office: Office, clock: Clock
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("stream later")
    office.work()
    clock.pass_by(GRACE)
    office.work()
    assert office.slack.keys == ["a:0"]
    assert office.slack.streaming == set()


def test_a_refused_post_is_told_to_the_asker_and_the_next_goes_out(office: Office) -> None:
    office.box.receive(said("a"))
    office.slack.coming.append("refuses")
    office.work()
    office.box.receive(said("b", 1))
    office.work()
    assert office.slack.keys == ["a:0:undelivered", "b:0"]
    assert office.text_of("a:0:undelivered") == "is_archived"
    assert office.states()["a:0"] == "refused"


def test_if_the_word_about_a_refused_post_is_refused_too_that_is_the_end(
    office: Office,
) -> None:
    office.box.receive(said("a"))
    office.slack.coming.extend(["refuses", "refuses"])
    office.work()
    assert office.states() == {"a:0": "refused", "a:0:undelivered": "refused"}
    assert office.desk.work() is False


def test_a_post_that_fails_holds_up_its_own_conversation_only(office: Office) -> None:
    office.slack.coming.append("bug")
    office.box.receive(said("a"))
    office.work()
    office.box.receive(said("b", 1, thread="2.0"))
    office.work()
    assert office.slack.keys == ["b:0"]
