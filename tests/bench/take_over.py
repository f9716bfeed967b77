"""`python -m tests.bench.take_over`: how long people wait when the replica that answers is killed.

Replicas share one PostgreSQL behind a balancer.  Somebody writes; the replica that holds the
conversation is killed with SIGKILL while it handles the message, or while Slack takes the reply.
The time runs from the kill until the answer stands and is noted as sent, by another replica.

    handling    killed between the claim and the turn's commit, or just after it
    posted      killed when Slack has taken the post, and before it has said so
    not posted  killed when the post is under way and Slack never gets it

In both of the latter another replica can't know whether Slack will still take it, so that it looks
at once and again and again, and posts anew only once the grace time is over.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass

from tests.faults.replicas import Replicas, replicas
from tests.faults.verdict import Verdict

PHASES = ("handling", "posted", "not posted")
SPEECH = "We want to sell drones with facial recognition to the police in Kenya."


@dataclass(frozen=True)
class TakeOver:
    """Times of one phase."""

    count: int
    """Replicas."""
    phase: str
    seconds: tuple[float, ...]
    verdict: Verdict

    @property
    def row(self) -> str:
        """A row of the table."""
        p50, p95 = (_percentile(self.seconds, share) for share in (50, 95))
        return (f"| {self.count} | {self.phase} | {len(self.seconds)} | {p50:.2f} | {p95:.2f} | "
                f"{max(self.seconds):.2f} | {len(self.verdict.lost)} | "
                f"{len(self.verdict.doubled)} | {len(self.verdict.misordered)} |")


HEAD = ("| Replicas | Killed | Kills | p50 s | p95 s | Longest s | Lost | Doubled | Misordered |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")


def measure(count: int, phase: str, kills: int, grace_seconds: float) -> TakeOver:
    """Kill so often and measure."""
    with replicas(count, grace_seconds=grace_seconds) as scene:
        found = [_once(scene, phase) for _ in range(kills)]
        return TakeOver(count, phase, tuple(found), scene.verdict())


def _once(scene: Replicas, phase: str) -> float:
    if phase == "handling":
        return _killed(scene, scene.caught("handling", SPEECH))
    with scene.post_held(taken=phase == "posted") as reached:
        scene.say(SPEECH)
        return _killed(scene, reached())


def _killed(scene: Replicas, number: int) -> float:
    began = time.monotonic()
    scene.kill(number)
    scene.settled()
    took = time.monotonic() - began
    scene.start(number)
    return took


def _percentile(times: tuple[float, ...], share: int) -> float:
    if len(times) == 1:
        return times[0]
    return statistics.quantiles(times, n=100, method="inclusive")[share - 1]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table; 1 if anything was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.take_over", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="of each phase")
    parser.add_argument("--replicas", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--phases", choices=PHASES, nargs="+", default=list(PHASES))
    parser.add_argument("--grace", type=float, default=12.0, help="seconds; 12 is the default")
    chosen = parser.parse_args(arguments)
    clean = True
    _tell(HEAD)
    for count in chosen.replicas:
        for phase in chosen.phases:
            found = measure(count, phase, chosen.kills, chosen.grace)
            clean = clean and found.verdict.clean
            _tell(found.row)
    return 0 if clean else 1


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
