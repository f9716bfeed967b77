"""The log says from when which release and which settings answer, in each workspace's own chain."""

import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from bot.errors import UnknownRelease
from bot.exporting.asked import Asked, Form
from bot.ledger import canonical
from bot.log_order import LOCAL
from bot.machine.exchange import MOST_OF_A_NAME
from bot.record.in_force import InForce
from bot.record.log import Happening, lock, logged
from bot.record.published import compared, put_in_force
from bot.schema import log, releases
from bot.store import Store
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of
from tests.store.small import RELEASE, START, begin, step

NEXT = ReleaseId("fedcba987654")
LATER = START + timedelta(hours=1)


def rows(store, workspace):
    query = select(log).where(log.c.workspace == workspace).order_by(log.c.seq)
    with store.reading() as connection:
        return [logged(row._mapping) for row in connection.execute(query)]


def spoken(store, workspace, name="c1", release=RELEASE, in_force=None):
    turn, after = step(begin(name), f"{name}:1")
    turn = replace(turn, reply=replace(turn.reply, release=release))
    before = None if in_force is None else (
        lambda connection: in_force.note(connection, workspace, release, START))
    return store.record(turn, after, 0, workspace=workspace, before=before)


def test_who_publishes_and_who_exports_all_at_once_never_wait_for_each_other(store):
    """Whoever publishes held the log of `LOCAL`, and then waited for those before it by name."""
    spoken(store, "T1", "c1")
    spoken(store, LOCAL, "c2")
    store.keep_release(NEXT, '{"b":2}')
    publishes = threading.Event()

    def publish():
        with store.writing() as connection:
            lock(connection, LOCAL)
            publishes.set()
            time.sleep(0.3)
            return put_in_force(connection, NEXT, LATER, "ops@host")

    def export():
        publishes.wait(10)
        Asked("U1", "asked for").note(store, ["T1", LOCAL], None, Form.CSV, digest="0" * 64,
                                  at=LATER, since={}, given={})

    with ThreadPoolExecutor(2) as pool:
        told, _ = [one.result(30) for one in (pool.submit(publish), pool.submit(export))]

    assert told == ("T1", LOCAL)
    assert [row.kind for row in rows(store, "T1")] == ["turn", "published", "exported"]
    assert [row.kind for row in rows(store, LOCAL)] == ["turn", "published", "exported"]


def test_the_longest_name_with_the_longest_key_finds_place_in_every_index(store):
    name = "".join(chr(0x4E00 + n) for n in range(MOST_OF_A_NAME))
    key = f"api:{name}:" + "".join(chr(0x100 + n) for n in range(MOST_OF_A_NAME))
    turn, after = step(begin(name), key)
    store.record(turn, after, 0, workspace="T1")
    assert [row.key for row in rows(store, "T1")] == [key]


def test_a_publication_stands_in_the_log_of_every_workspace_that_has_one(store):
    spoken(store, "T1", "c1")
    spoken(store, LOCAL, "c2")
    store.keep_release(NEXT, '{"b":2}')

    store.activate(NEXT, LATER, "ops@host")

    for workspace in ("T1", LOCAL):
        turn, row = rows(store, workspace)
        assert (turn.kind, row.kind, row.actor, row.at) == ("turn", "published", "ops@host", LATER)
        assert row.detail == {
            "from": None, "to": NEXT, "parts": {"b": {"differs": True}},
            "content_sha256": hashlib.sha256(b'{"b":2}').hexdigest()}
    assert rows(store, "T2") == []
    assert store.active_release() == NEXT
    assert store.verify_log() is None


def test_releases_are_compared_once_for_all_workspaces_and_before_any_log_is_held(store):
    """Each of them was compared by itself while all were held: nobody was answered meanwhile."""
    for number in range(5):
        spoken(store, f"T{number}", f"c{number}")
    store.activate(RELEASE, START)
    store.keep_release(NEXT, '{"b":2}')
    reads, seen = [], []

    def look(_c, _k, statement, *_):
        seen.append("hold" if "log_heads" in statement and "FOR UPDATE" in statement else "other")
        if "SELECT releases.content" in statement:
            reads.append(seen.count("hold"))

    event.listen(store.engine, "before_cursor_execute", look)
    store.activate(NEXT, LATER)

    assert [row.body["to"] for number in range(5) for row in rows(store, f"T{number}")
            if row.kind == "published"] == [RELEASE, NEXT] * 5
    assert reads == [0, 0]


def test_activating_the_same_again_says_nothing_and_going_back_does(store):
    spoken(store, "T1")
    store.keep_release(NEXT, '{"b":2}')
    for release in (NEXT, NEXT, RELEASE):
        store.activate(release, LATER)

    told = [(r.detail["from"], r.detail["to"]) for r in rows(store, "T1")[1:]]
    assert told == [(None, NEXT), (NEXT, RELEASE)]


def test_a_release_that_was_never_kept_is_not_published(store):
    spoken(store, "T1")

    with pytest.raises(UnknownRelease):
        store.activate(ReleaseId("000000000000"))

    assert [r.kind for r in rows(store, "T1")] == ["turn"]
    assert store.active_release() == RELEASE


def test_a_workspace_that_comes_later_is_told_before_its_first_turn(store):
    in_force = InForce({"contact": "Kim"}, {"reviewers": "U1"}, "ops@host")

    spoken(store, "T9", in_force=in_force)

    assert [r.kind for r in rows(store, "T9")] == ["published", "configured", "turn"]


def test_a_turn_that_fails_leaves_no_row_of_what_is_in_force(store):
    in_force = InForce({"contact": "Kim"})

    with pytest.raises(UnknownRelease):
        spoken(store, "T9", release=ReleaseId("000000000000"), in_force=in_force)

    assert rows(store, "T9") == []


def test_settings_are_told_once_and_again_when_they_or_who_reviews_change(store):
    first = InForce({"contact": "Kim", "limit": 12}, {"reviewers": "U1"}, "ops@host")
    for n, in_force in enumerate((
        first, first, replace(first, settings={"contact": "Kim", "limit": 9}),
        replace(first, settings={"contact": "Kim", "limit": 9}, people={"reviewers": "U1,U2"}),
    )):
        spoken(store, "T1", f"c{n}", in_force=in_force)

    told = [r for r in rows(store, "T1") if r.kind == "configured"]
    assert [(r.detail["changed"], r.detail["settings"]["limit"], r.words["reviewers"])
            for r in told] == [([], 12, "U1"), (["limit"], 9, "U1"), (["reviewers"], 9, "U1,U2")]
    assert all(r.detail["settings_sha256"] == hashlib.sha256(
        canonical(r.detail["settings"]).encode()).hexdigest() for r in told)
    assert "U1,U2" not in json.dumps([r.body for r in rows(store, "T1")])
    assert store.verify_log() is None


def test_a_reason_that_somebody_typed_lies_with_the_words_and_reads_as_before(store):
    row = store.note("T1", Happening("held", "h1", START, "U1", None,
                                     {"reason": "asked for by Dana Ortiz", "days": 3}))

    assert row.detail == {"days": 3, "reason": "asked for by Dana Ortiz"}
    assert "Ortiz" not in canonical(row.body)
    assert row.words == {"reason": "asked for by Dana Ortiz"}
    assert store.verify_log() is None


# --- what differs ----------------------------------------------------------------------------


def test_of_the_guidance_each_part_tells_what_came_what_changed_and_what_went(guidance):
    provisions = dict(guidance.provisions)
    gone, changed, *_ = provisions
    del provisions[gone]
    provisions[changed] = replace(provisions[changed], text="Otherwise.")
    new = replace(provisions[changed], id="brand-new")
    provisions["brand-new"] = new
    after = replace(guidance, provisions=provisions, red_flags=guidance.red_flags[1:])

    parts = compared(content_of(guidance), content_of(after))

    assert parts["provisions"] == {
        "now": len(guidance.provisions), "added": ["brand-new"], "changed": [changed],
        "removed": [gone]}
    assert parts["red_flags"] == {
        "now": len(guidance.red_flags) - 1, "added": [], "changed": [],
        "removed": [guidance.red_flags[0].id]}
    assert parts["safeguards"] == {
        "now": len(guidance.safeguards), "added": [], "changed": [], "removed": []}
    assert "vocabulary" not in parts


PARTS = st.dictionaries(st.sampled_from("abcd"), st.fixed_dictionaries({"text": st.text(
    max_size=3)}), max_size=4)


@given(PARTS, PARTS)
def test_what_differs_adds_up(before, after):
    (told,) = compared(json.dumps({"p": before}), json.dumps({"p": after})).values()

    assert told["now"] == len(after)
    assert {*told["added"]} == after.keys() - before.keys()
    assert {*told["removed"]} == before.keys() - after.keys()
    assert {*told["changed"]} == {k for k in before.keys() & after.keys() if before[k] != after[k]}


@pytest.mark.parametrize("before", ["", "not json", "[1]", "null"])
def test_content_that_cannot_be_read_counts_as_nothing(before):
    assert compared(before, '{"p":{"a":{"x":1}}}') == {
        "p": {"now": 1, "added": ["a"], "changed": [], "removed": []}}


# --- a process that lags behind a publication ------------------------------------------------


def told(store, workspace):
    return [(r.detail["from"], r.detail["to"]) for r in rows(store, workspace)
            if r.kind == "published"]


def test_turns_of_two_releases_that_alternate_tell_each_publication_once(store):
    in_force = InForce({"contact": "Kim"})
    spoken(store, "T1", "c0", in_force=in_force)
    store.keep_release(NEXT, '{"b":2}')
    store.activate(NEXT, LATER)

    for n in range(1, 7):
        spoken(store, "T1", f"c{n}", (RELEASE, NEXT)[n % 2], in_force)

    assert told(store, "T1") == [(None, RELEASE), (RELEASE, NEXT)]
    assert store.verify_log() is None


def test_where_nobody_had_spoken_the_last_row_names_what_is_in_force(store):
    in_force = InForce({"contact": "Kim"})
    store.keep_release(NEXT, '{"b":2}')
    store.activate(NEXT, LATER)

    for workspace, order in (("T1", (RELEASE, NEXT, RELEASE)), ("T2", (NEXT, RELEASE, NEXT))):
        for n, release in enumerate(order):
            spoken(store, workspace, f"{workspace}{n}", release, in_force)

    assert told(store, "T1") == [(None, RELEASE), (RELEASE, NEXT)]
    assert told(store, "T2") == [(None, NEXT), (NEXT, RELEASE), (RELEASE, NEXT)]


def test_going_back_is_told_and_a_turn_after_it_tells_nothing_more(store):
    in_force = InForce({"contact": "Kim"})
    store.keep_release(NEXT, '{"b":2}')
    spoken(store, "T1", "c0", in_force=in_force)
    for release in (NEXT, RELEASE):
        store.activate(release, LATER)
        spoken(store, "T1", f"after {release}", release, in_force)

    assert told(store, "T1") == [(None, RELEASE), (RELEASE, NEXT), (NEXT, RELEASE)]


# --- the first release -----------------------------------------------------------------------


def test_of_processes_that_start_at_once_one_begins_and_the_others_use_what_it_began_with(url):
    stores = [Store(url) for _ in range(4)]
    for one in stores:
        one.upgrade()
    named = [ReleaseId(f"{n:012x}") for n in range(8)]

    def begin(n):
        return stores[n % 4].begin_with(named[n // 2], json.dumps({"n": n // 2}), LATER, "ops")

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(begin, range(8)))

    assert len(set(begun)) == 1
    assert {one.active_release() for one in stores} == set(begun)
    assert stores[0].active_since() == LATER
    with stores[0].reading() as connection:
        assert connection.scalars(select(releases.c.id)).all() == [begun[0]]
    for one in stores:
        one.close()


def test_what_is_in_force_is_not_begun_again(store):
    assert store.begin_with(NEXT, '{"b":2}') == RELEASE
    assert store.active_release() == RELEASE


def test_begin_with_tells_logs_that_have_begun(url):
    made = Store(url)
    made.upgrade()
    made.note("T1", Happening("held", "h1", START, "U1"))
    made.begin_with(NEXT, '{"b":2}', LATER, "ops@host")

    assert told(made, "T1") == [(None, NEXT)]
    made.close()
