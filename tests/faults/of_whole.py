"""The grown installation, whole: real servers on one PostgreSQL and one Chroma server.

Each replica is a process of its own that was started as `advisor serve`, with a data folder of its
own that was empty; a relay stands where the balancer does.
"""

import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bot.store import Store
from tests.faults.kill_loop import People, Slack, beside, database_of, finish
from tests.faults.of_index import ChromaServer
from tests.faults.relay import Relay
from tests.faults.row import Fault, Row, row_of
from tests.faults.started import Serving
from tests.faults.uncaught import uncaught
from tests.faults.verdict import judge
from tests.workspace.running import BOT_TOKEN, SECRET, serving

TALK_SECONDS = 3.0


def one_killed_one_new(times: int) -> Row:
    """Of two replicas one is killed again and again; each time another begins with nothing.

    What begins has neither model nor index of its own, and every second time not even a Chroma
    server that has the release: it builds that from the database.
    """
    with ExitStack() as stack:
        place = Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        url = stack.enter_context(database_of("postgresql"))
        servers = [ChromaServer(place / f"chroma{n}") for n in range(2)]
        for server in servers:
            server.start()
            stack.callback(server.stop)
        relay = Relay(SECRET, [], random.Random(1))
        slack = Slack(stack.enter_context(serving(relay.app())), place / "workspace.jsonl")
        stack.callback(slack.close)
        begun: list[Serving] = []

        def begin() -> Serving:
            one = Serving(
                place / f"data{len(begun)}", ADVISOR_DATABASE_URL=url,
                ADVISOR_CHROMA_URL=servers[len(begun) // 2 % 2].url,
                ADVISOR_LOG_KEY="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN=BOT_TOKEN,
                SLACK_API_URL=f"{slack.url}api/")
            begun.append(one)
            if not one.ready():
                raise AssertionError(f"not ready: {one.faults()} {one.last_words()}")
            return one

        alive = [begin(), begin()]
        stack.callback(lambda: [one.close() for one in alive])
        relay.bots = [one.events for one in alive]
        store = Store(url)
        stack.callback(store.close)
        people = People(slack, relay, random.Random(2))
        back = 0.0
        with beside(people):
            for n in range(times):
                time.sleep(TALK_SECONDS)
                victim = alive.pop(n % 2)
                relay.bots = [one.events for one in alive]
                victim.kill()
                began = time.monotonic()
                alive.append(begin())
                back = max(back, time.monotonic() - began)
                relay.bots = [one.events for one in alive]
            time.sleep(TALK_SECONDS)
        finish(store, relay)
        verdict = judge(store, place / "workspace.jsonl", relay.acknowledged)
        return row_of(
            verdict, "A real replica killed, a new one begun with nothing",
            "three processes of 'advisor serve' on PostgreSQL and Chroma servers; kill -9, then "
            "another on an empty folder and, every second time, an empty Chroma server", times,
            unhandled=sum(uncaught(one.written()) for one in begun),
            note=f"the slowest new replica was ready after {back:.0f} s; the other answered "
                 "meanwhile")


FAULTS: tuple[Fault, ...] = (one_killed_one_new,)
