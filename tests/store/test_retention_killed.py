"""Retention's run is killed in the middle: the next one finishes it, and nothing is done twice."""

import json
import os
import signal
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.log_order import LOCAL
from bot.record.erasure_list import ErasureList, read
from bot.schema import log
from bot.store import Store
from tests.store.small import START, begin, step

CANARY = "Wolpertinger"
NAMES = [f"c{n}" for n in range(7)]
HELD = "c3"
POLICY = {"by": "U-admin", "reason": "policy"}


def talk(store, name):
    conversation = begin(name)
    turn, after = step(conversation, f"{name}:1", "U1", f"kits for {CANARY} {name}")
    store.record(turn, after, 0, workspace=LOCAL)


def words(store):
    return {name: store.turns(ConversationId(name))[0].text for name in NAMES}


def killed_at(number, url, listing):
    """Retention in a process of its own that is killed when the row of that number is listed.

    By then it stands in the list of erasures, and its transaction has not committed.
    """
    pid = os.fork()
    if pid == 0:
        store, kept, left = Store(url), ErasureList(listing), [number]

        def tell(row):
            kept.add(row)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            Erasing(store, lambda: START + timedelta(days=31), tell).overdue()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize(("number", "gone"), [(1, 0), (2, 0), (3, 2), (6, 4)])
def test_what_a_kill_left_is_erased_by_the_next_run_and_nothing_twice(
    store, url, tmp_path, monkeypatch, number, gone
):
    monkeypatch.setattr("bot.erasure.overdue.AT_ONCE", 2)
    listing = tmp_path / "elsewhere" / "erasures.jsonl"
    for name in NAMES:
        talk(store, name)
    erasing = Erasing(store, lambda: START, ErasureList(listing).add)
    erasing.hold(LOCAL, ConversationId(HELD), by="U-lead", reason="suit")
    erasing.retain(LOCAL, 30, **POLICY)
    store.close()

    assert killed_at(number, url, listing) == -signal.SIGKILL

    after = Store(url)
    assert sum(CANARY not in text for text in words(after).values()) == gone
    assert after.verify_log() is None
    again = Erasing(after, lambda: START + timedelta(days=31), ErasureList(listing).add)
    (done,) = again.overdue()
    assert (len(done.conversations), done.held) == (6 - gone, (HELD,))
    assert again.overdue() == ()
    assert [name for name, text in words(after).items() if CANARY in text] == [HELD]
    with after.reading() as connection:
        erased = [json.loads(body) for body in connection.scalars(
            select(log.c.body).where(log.c.kind == "erased"))]
    assert Counter(name for one in erased for name in one["conversations"]) == {
        name: 1 for name in NAMES if name != HELD}
    # Whoever restores an older back-up finds every one of them on the list, and perhaps one twice.
    told = {one.key for one in read(str(listing), listing.read_text().splitlines())}
    assert {one["key"] for one in erased} <= told
    assert after.verify_log() is None
    after.close()
