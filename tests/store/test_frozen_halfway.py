"""Whoever stands still in the middle of retention holds nobody up, and doubles nothing after."""

import json
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
from tests.store.frozen import frozen_at
from tests.store.small import START, begin, step

NAMES = ["c1", "c2", "c3"]
LATER = START + timedelta(days=31)


@pytest.mark.parametrize(("number", "left"), [(7, 3), (43, 3), (73, 1)])
def test_what_it_left_another_erases_and_nothing_twice(
    postgresql, url, tmp_path, monkeypatch, number, left
):
    monkeypatch.setattr("bot.erasure.overdue.AT_ONCE", 2)
    listing = ErasureList(tmp_path / "erasures.jsonl")
    Erasing(postgresql).retain(LOCAL, 30, by="U-admin", reason="policy")
    for name in NAMES:
        turn, after = step(begin(name), f"{name}:1", "U1", f"kits for {name}")
        postgresql.record(turn, after, 0)

    def erase(store: Store) -> int:
        return sum(len(done.conversations) for done in Erasing(
            store, lambda: LATER, listing.add).overdue())

    with frozen_at(number, url, erase) as frozen:
        assert frozen.stopped
        assert erase(postgresql) == left
        frozen.go_on()

    assert frozen.status == 1  # its transaction was ended
    assert [postgresql.turns(ConversationId(name))[0].text for name in NAMES] == [""] * 3
    assert postgresql.verify_log() is None
    with postgresql.reading() as connection:
        erased = [json.loads(body) for body in connection.scalars(
            select(log.c.body).where(log.c.kind == "erased"))]
    assert Counter(name for one in erased for name in one["conversations"]) == dict.fromkeys(
        NAMES, 1)
    lines = (tmp_path / "erasures.jsonl").read_text().splitlines()
    assert {one["key"] for one in erased} <= {one.key for one in read("list", lines)}
