"""Kills at random moments, and SIGTERM in the middle of work."""

import tempfile
import time
from pathlib import Path

from tests.faults.kill_loop import Run, database_of, run, show
from tests.faults.row import Fault, Row, row_of
from tests.faults.talking_stage import staged
from tests.faults.uncaught import uncaught


def killed(times: int) -> Row:
    """Kill the one bot on SQLite."""
    return _killed("sqlite", 1, times)


def killed_replicas(times: int) -> Row:
    """Kill one of two bots on PostgreSQL."""
    return _killed("postgresql", 2, times)


def _killed(database: str, replicas: int, times: int) -> Row:
    with database_of(database) as url, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        report = run(Run(times, url, replicas), folder, print)
        print(show(report), flush=True)
        written = (folder / "bots.log").read_text(encoding="utf-8")
    where = "SQLite" if database == "sqlite" else f"PostgreSQL, {replicas} replicas"
    return row_of(
        report.verdict, f"kill -9, {where}",
        "SIGKILL at random moments, right after the workspace took a post, and while its answer "
        "to one is held back", times,
        unhandled=uncaught(written),
        note=f"{report.killed_after_post} kills right after a post, {report.killed_in_post} of "
             f"them before the bot could hear that it stands; {report.seconds:.0f} s; "
             f"{report.slow_posts} posts that Slack took longer over than the grace of "
             f"{Run.grace_seconds:g} s")


def told_to_end(times: int) -> Row:
    """SIGTERM while everybody talks; the bot ends by itself and is started again."""
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder)) as stage:
        longest, statuses, back = 0.0, set(), 0.0
        for _ in range(times):
            time.sleep(1)
            began = time.monotonic()
            statuses.add(stage.ask_to_end())
            longest = max(longest, time.monotonic() - began)
            stage.start()
            back = max(back, stage.back(time.monotonic()))
        return stage.row(
            "SIGTERM under load", "kill -TERM, then started again", times, back_seconds=back,
            note=f"ended with {sorted(statuses)}, at most {longest:.1f} s after the signal")


FAULTS: tuple[Fault, ...] = (killed, killed_replicas, told_to_end)
