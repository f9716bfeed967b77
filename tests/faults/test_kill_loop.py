"""The kill loop in short; `python -m tests.faults.kill_loop` is its long form."""

from pathlib import Path

import pytest

from tests.faults.kill_loop import Run, database_of, run, show

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("database", "replicas", "kills"),
                         [("sqlite", 1, 25), ("postgresql", 2, 10)])
def test_a_bot_that_is_killed_again_and_again_loses_doubles_and_mixes_up_nothing(
    tmp_path: Path, database: str, replicas: int, kills: int
) -> None:
    with database_of(database) as url:
        report = run(Run(kills, url, replicas, grace_seconds=0.7, life_seconds=0.6), tmp_path)
    assert report.verdict.clean, show(report)
    assert report.verdict.messages > 0
    assert report.killed_in_post > 0  # so bots lived long enough to answer
    assert report.verdict.turns == report.verdict.messages
    # Where writing has waited for more than a second Slack is asked to send again, and does.
    assert report.not_acknowledged.keys() <= {503}


def test_without_the_look_posts_are_doubled_so_the_loop_can_fail(tmp_path: Path) -> None:
    report = run(Run(8, "", grace_seconds=0.3, life_seconds=0.6, breaks=1.0, blind=True),
                 tmp_path)
    assert report.verdict.doubled, show(report)
    assert not report.verdict.lost, show(report)
