"""`python -m tests.publishing.kill_loop`: an admin who publishes without end is killed at random.

After each kill the release in force must be one that was published whole: in the history, with the
very content that its name is a digest of, found by its own words, the log unbroken, and no release
kept that was never in force.  In the end nothing half-built may be left.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL

from sqlalchemy import select

from bot.dialogue.conversation import Conversation, ConversationId
from bot.errors import AdvisorError
from bot.publishing.preparing import SILENT_SECONDS, State
from bot.publishing.tidying import needed
from bot.schema import releases
from bot.store import Store
from retrieval import corpus
from retrieval.editing.edits import Correct, state_of
from retrieval.guidance import ProvisionId
from retrieval.index import tidy
from retrieval.matches import Query
from retrieval.reading.register import register
from retrieval.releases import digest_of, index_digest_of
from tests.publishing.conftest import LABELLED
from tests.publishing.house import WORDS, House
from tests.retrieval.indexed import indexes
from tests.retrieval.small_corpus import FILES
from tests.store.small import step

SUBJECT = ProvisionId("ungp-19")
LIVES = 3.0
"""How many publications fit into the longest life, as fast as the machine is right now."""
POLL_SECONDS = 0.05
"""How often is looked whether the first life has published."""
LONGEST_SECONDS = 120.0
"""How long is waited for that."""
WHY = "to see whether it holds"


@dataclass
class Outcome:
    """What came of a run."""

    kills: int = 0
    published: int = 0
    """Releases that were put in force by those who were killed."""
    interrupted: dict[str, int] = field(default_factory=dict)
    """In which state the kills found a preparation."""
    faults: list[str] = field(default_factory=list)


def run(kills: int, database: str, folder: Path, seed: int = 1) -> Outcome:
    """Kill *kills* times.

    Args:
        kills: How often.
        database: URL of an empty database.
        folder: Holds corpus and index.
        seed: For the moments of the kills.
    """
    chance, outcome = random.Random(seed), Outcome()
    house = made(database, folder, 0)
    house.store.upgrade()
    house.begin()
    _record_a_turn(house)
    _publish_once(house, "The first words that are published.")
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.publishing.kill_loop", "--nursery", database, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    assert nursery.stdout.readline() == "ready\n"

    def born(number: int) -> int:
        nursery.stdin.write(f"{number}\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())

    def killed(pid: int) -> None:
        os.kill(pid, SIGKILL)
        assert nursery.stdout.readline() == "gone\n"

    # What a life of its own takes to publish once: a new process does it slower than this one.
    began, before = time.perf_counter(), len(house.publishing.history())
    pid = born(1)
    while len(house.publishing.history()) == before:
        assert time.perf_counter() - began < LONGEST_SECONDS, "the first life publishes nothing"
        time.sleep(POLL_SECONDS)
    longest = LIVES * (time.perf_counter() - began)
    killed(pid)
    before = len(house.publishing.history())
    for number in range(2, kills + 2):
        pid = born(number)
        time.sleep(chance.uniform(0, longest))
        killed(pid)
        outcome.kills += 1
        standing = house.preparing.standing()
        where = "nothing prepared" if standing is None else (
            standing.step if standing.state is State.PREPARING else standing.state.value)
        outcome.interrupted[where] = outcome.interrupted.get(where, 0) + 1
        outcome.faults += [f"kill {number}: {fault}" for fault in faults_of(house)]
    nursery.stdin.close()
    nursery.wait()
    outcome.published = len(house.publishing.history()) - before
    house.time = datetime.now(UTC) + timedelta(days=kills + 2)
    _publish_once(house, "The last words of all.")
    outcome.faults += faults_of(house)
    keep = {index_digest_of(house.guidance_of(one), WORDS.recipe) for one in needed(house.store)}
    tidy(keep, house.data_dir)
    left = {path.name.removesuffix(".lock") for path in (house.data_dir / "index").iterdir()}
    wanted = {f"guidance-{one}" for one in indexes(house.data_dir)}
    outcome.faults += [f"left over: {name}" for name in sorted(left - wanted)]
    outcome.faults += [f"gone: the index {one}" for one in keep - set(indexes(house.data_dir))]
    house.store.close()
    return outcome


def faults_of(house: House) -> list[str]:
    """What is wrong with what a kill left."""
    faults = []
    release = house.store.active_release()
    history = house.publishing.history()
    if history[0].release != release:
        faults.append(f"{release} is in force, the history ends with {history[0].release}")
    opened = house.live()
    if digest_of(opened.guidance, WORDS.recipe) != release:
        faults.append(f"the content of {release} is another")
    text = opened.guidance.provisions[SUBJECT].text
    found = opened.search([Query(text)])[0].matches
    if not found or found[0].passage.text != text:
        faults.append(f"{release} does not find its own words {text!r}")
    broken = house.store.verify_log()
    if broken is not None:
        faults.append(f"the log is broken: {broken}")
    with house.store.reading() as connection:
        kept = set(connection.scalars(select(releases.c.id)))
    faults += [f"{id_} was kept and never in force"
               for id_ in kept - {one.release for one in history}]
    return faults


def made(database: str, folder: Path, number: int) -> House:
    """The house of whoever is number *number*: days apart, so that no beat holds the next one."""
    root = folder / "corpus"
    if not root.exists():
        for name, text in FILES.items():
            path = root / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text, encoding="utf-8")
        register(root, corpus.read_all(root)[0])
    return House(Store(database), root, folder / "data", list(LABELLED),
                 time=datetime.now(UTC) + timedelta(days=number))


def _record_a_turn(house: House) -> None:
    """So that publications are told in a log."""
    turn, after = step(Conversation(ConversationId("c1")), "m1")
    release = house.store.active_release()
    assert release is not None
    house.store.record(replace(turn, reply=replace(turn.reply, release=release)), after, 0)


def _publish_once(house: House, text: str) -> None:
    now = house.drafts.draft().guidance.provisions[SUBJECT]
    house.drafts.make(Correct(SUBJECT, {"text": text}, WHY, state_of(now)), "admin")
    prepared = house.preparing.prepare("admin")
    house.publishing.publish(prepared.token, "admin", WHY)


def _publish_without_end(database: str, folder: Path, number: int) -> None:
    assert timedelta(days=1).total_seconds() > SILENT_SECONDS
    house = made(database, folder, number)
    count = 0
    while True:
        count += 1
        try:
            _publish_once(house, f"Words number {count} of life {number}.")
        except AdvisorError as error:
            print(error, file=sys.stderr)


def _nursery(database: str, folder: Path) -> None:
    """Fork admins on demand: loading all this takes seconds, a fork takes none."""
    import chromadb.api.client  # noqa: F401
    import langchain_chroma  # noqa: F401

    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.close(0)
            os.dup2(2, 1)
            _publish_without_end(database, folder, int(line))
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("gone", flush=True)


def main() -> int:
    """Kill and say what was found."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--nursery", nargs=2)
    given = asked.parse_args()
    if given.nursery:
        _nursery(given.nursery[0], Path(given.nursery[1]))
        return 0
    with tempfile.TemporaryDirectory() as made_for_it:
        folder = Path(made_for_it)
        outcome = run(given.kills, f"sqlite:///{folder / 'advisor.sqlite3'}", folder)
    print(f"{outcome.kills} kills; {outcome.published} releases were put in force by those killed; "
          f"{len(outcome.faults)} faults")
    for where, count in sorted(outcome.interrupted.items(), key=lambda pair: -pair[1]):
        print(f"  {count:>4} found: {where}")
    for fault in outcome.faults:
        print(fault)
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
