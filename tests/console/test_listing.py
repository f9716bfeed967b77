"""The queue shows exactly what its filter says, to whoever may see it, page by page."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.casebook import lines as case_lines
from bot.casebook.lines import CONSIDERATION, FACT, FLAG
from bot.casebook.reasons import reasons
from bot.casebook.standing import Standing
from bot.casebook.words import words_of
from bot.console.lines import finding, listing, saved_filters
from bot.console.lines.filters import Feedback, Filter, Order
from bot.console.lines.saved_filters import Saving
from bot.console.viewer import Role
from bot.store import Store
from tests.console.many import (
    ASKERS,
    FACTS,
    FAINT,
    FLAGS,
    GAPS,
    START,
    WORDS,
    Made,
    conversations,
    put,
)
from tests.console.talking import viewer
from tests.store.migrated import postgresql_on, sqlite_at
from tests.store.queueing import until_waiting

MADE = list(conversations(random.Random(7), 150, ("T1", "T1", "T2")))
SEEN = [viewer(), viewer("U1", Role.ASKER), viewer("", Role.ASKER), viewer(workspace="T2"),
        viewer(role=Role.ADMIN), viewer(workspace="T3")]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request, tmp_path_factory):
    """A database with many conversations, which no test changes."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = sqlite_at(tmp_path_factory.mktemp("filled") / "advisor.sqlite3")
        else:
            url = stack.enter_context(postgresql_on(request.getfixturevalue("postgres")))
        store = Store(url)
        put(store, MADE)
        yield store
        store.close()


def fits(seen, wanted: Filter, one: Made):
    """What the filter means, said another way."""
    memory, votes = one.memory, list(one.memory.votes.values())
    known = {(fact, value) for fact, values in memory.facts.items() for value in values or ()}
    spoken = {word for said in one.said for word in words_of(said)}
    sought = words_of(wanted.text)
    return all([
        one.workspace == seen.workspace,
        seen.role is not Role.ASKER or (one.asker != "" and one.asker == seen.user),
        memory.turns > 0,
        not wanted.flag or wanted.flag in memory.flags,
        not wanted.consideration or wanted.consideration in {
            flag.consideration for flag in memory.flags.values()},
        all(pair in known for pair in wanted.facts.items()),
        not wanted.asker or one.asker == wanted.asker,
        wanted.since is None or date.fromisoformat(memory.updated_at[:10]) >= wanted.since,
        wanted.until is None or date.fromisoformat(memory.opened_at[:10]) <= wanted.until,
        not wanted.state or memory.state == wanted.state,
        wanted.feedback is None or {
            Feedback.DOWN: False in votes, Feedback.UP: True in votes,
            Feedback.NONE: not votes}[wanted.feedback],
        not wanted.unchecked or bool(memory.unchecked),
        wanted.handed_over is None or memory.handed_over is wanted.handed_over,
        wanted.reviewed is None or memory.reviewed is wanted.reviewed,
        not wanted.assigned or (seen.role is not Role.ASKER and memory.review.assigned_to == (
            seen.user if wanted.assigned == "me" else wanted.assigned)),
        wanted.standing is None or memory.review.standing is wanted.standing,
        wanted.opened is None or date.fromisoformat(memory.opened_at[:10]) >= wanted.opened,
        wanted.waiting is None or bool(reasons(memory)) is wanted.waiting,
        not wanted.reason or wanted.reason in {reason.code for reason in reasons(memory)},
        not wanted.gap or wanted.gap in memory.gaps,
        not wanted.faint or wanted.faint in memory.faint,
        not wanted.open or wanted.open in memory.open,
        wanted.erased is None or (memory.erased == memory.turns) is wanted.erased,
        not wanted.text or (bool(sought) and all(
            any(word.startswith(begin) for word in spoken) for begin in sought)),
    ])


days = st.none() | st.integers(-3, 45).map(lambda n: START.date() + timedelta(days=n))
filters = st.builds(
    Filter,
    flag=st.sampled_from(["", "", "", *FLAGS, "none'such"]),
    consideration=st.sampled_from(["", "", "", "c0", "c3"]),
    facts=st.fixed_dictionaries({}, optional={
        fact: st.sampled_from(values) for fact, values in FACTS.items()}),
    asker=st.sampled_from(["", "", *filter(None, ASKERS)]),
    since=days, until=days,
    state=st.sampled_from(["", "", "ask", "advice", "decline"]),
    feedback=st.none() | st.sampled_from(Feedback),
    unchecked=st.booleans(),
    handed_over=st.none() | st.booleans(),
    reviewed=st.none() | st.booleans(),
    assigned=st.sampled_from(["", "", "me", "U-rev", "U-two", "U-none"]),
    standing=st.none() | st.sampled_from(Standing),
    text=st.just("") | st.lists(st.sampled_from(
        [*WORDS, "caf", "CAFÉ", "pol", "d", "Übu", "' OR 1=1 --", '"*', "*", "_%"]),
        max_size=2).map(" ".join),
    order=st.sampled_from(Order),
    opened=days,
    waiting=st.none() | st.booleans(),
    reason=st.sampled_from(["", "", "grave", "down", "late", "unchecked", "none'such"]),
    gap=st.sampled_from(["", "", *GAPS]),
    faint=st.sampled_from(["", "", *FAINT]),
    open=st.sampled_from(["", "", *FACTS]),
    erased=st.none() | st.booleans(),
)
# Few conditions at once, else nothing fits and nothing is tried.
few = st.tuples(filters, st.sets(st.sampled_from(
    ["flag", "consideration", "facts", "asker", "since", "until", "state", "feedback",
     "unchecked", "handed_over", "reviewed", "text", "assigned", "standing",
     "opened", "waiting", "reason", "gap",
     "faint", "open", "erased"]), max_size=3)).map(
    lambda pair: Filter(order=pair[0].order, **{
        name: getattr(pair[0], name) for name in pair[1]}))


@pytest.mark.long
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wanted=few | filters, seen=st.sampled_from(SEEN), limit=st.integers(1, 100),
       rare=st.sampled_from([0, 3, 20, finding.FEW]))
def test_the_queue_holds_what_the_filter_says_and_nothing_else(
    filled, wanted, seen, limit, rare
):
    wanted = Filter.parse(wanted.query())
    found, after = [], ""
    with filled.reading() as connection, pytest.MonkeyPatch.context() as patch:
        # Whatever is looked up by itself and whatever is gone through in order.
        patch.setattr(finding, "FEW", rare)
        while after is not None:
            page = listing.page(connection, seen, wanted, after, limit)
            found += page.lines
            after = page.after
        total = listing.count(connection, seen, wanted)
        bounded = listing.count(connection, seen, wanted, 7)
    expected = [one for one in MADE if fits(seen, wanted, one)]
    key = {Order.NEWEST: lambda line: (line.opened_at, line.conversation),
           Order.EXCEPTION: lambda line: (line.urgency, line.opened_at, line.conversation)}
    assert sorted(line.conversation for line in found) == [one.conversation for one in expected]
    assert found == sorted(found, key=key[wanted.order], reverse=True)
    assert total == len(expected)
    assert bounded == min(total, 8)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("kind", [FLAG, CONSIDERATION, *(f"{FACT}{fact}" for fact in FACTS), "x"])
@pytest.mark.parametrize("few", [0, finding.FEW])
def test_what_can_be_filtered_by_is_what_a_line_has_that_may_be_seen(
    filled, seen, kind, few, monkeypatch
):
    monkeypatch.setattr(listing, "FEW", few)
    has = {value for one in MADE if fits(seen, Filter(), replace(one, memory=replace(
        one.memory, turns=1))) for tag, value in case_lines._tags(one.memory) if tag == kind}
    with filled.reading() as connection:
        assert listing.tags(connection, seen, kind) == sorted(has)


@given(wanted=filters)
def test_a_filter_survives_its_query_string(wanted):
    assert Filter.parse(wanted.query()) == Filter.parse(Filter.parse(wanted.query()).query())
    assert Filter.parse(wanted.query()).facts == wanted.facts


@given(query=st.text(max_size=80))
def test_any_query_string_makes_a_filter_that_is_written_down_alike(query):
    written = Filter.parse(query).query()

    assert Filter.parse(written).query() == written


def test_a_query_string_with_far_too_many_fields_looks_for_nothing():
    assert Filter.parse("flag=a&" * 200) == Filter()


@pytest.mark.parametrize("order", Order)
def test_pages_neither_miss_nor_repeat_anything_while_rows_are_added(store, order):
    made = list(conversations(random.Random(3), 90))
    fresh = [Made(f"z{one.conversation}", *list(vars(one).values())[1:4], ())
             for one in conversations(random.Random(4), 60)]
    put(store, [Made(*list(vars(one).values())[:4], ()) for one in made])
    seen, found, after = viewer(), [], ""
    while after is not None:
        with store.reading() as connection:
            page = listing.page(connection, seen, Filter(order=order), after, 7)
        assert len(page.lines) <= 7
        found += [line.conversation for line in page.lines]
        put(store, [fresh.pop() for _ in range(3) if fresh])
        after = page.after
    there = [one.conversation for one in made if one.memory.turns]
    assert len(found) == len(set(found))
    assert set(there) <= set(found)


def test_at_most_a_hundred_lines_are_on_a_page(store):
    put(store, [Made(*list(vars(one).values())[:4], ())
                for one in conversations(random.Random(3), 130) if one.memory.turns])
    with store.reading() as connection:
        page = listing.page(connection, viewer(), Filter(), limit=5000)
    assert len(page.lines) == 100
    assert page.after is not None


@pytest.mark.parametrize("after", ["nonsense", "[]", '["a"]', '[1,2,3]', "{}", "null", "[1e400]",
                                   f'[{9**40}, "2026", "c1"]', f'[-{9**40}, "2026", "c1"]',
                                   '[1, "\\ud800", "c1"]', '[1, "2026", "a\\u0000"]',
                                   "[" * 100_000])
def test_a_page_that_was_never_offered_is_the_first(filled, after):
    with filled.reading() as connection:
        assert (listing.page(connection, viewer(), Filter(), after, 5)
                == listing.page(connection, viewer(), Filter(), "", 5))


def test_each_person_keeps_filters_of_their_own(store):
    mine, other, away = viewer("U1"), viewer("U2"), viewer("U1", workspace="T2")
    with store.writing() as connection:
        kept = [saved_filters.save(connection, mine, name, Filter(flag=flag), instead=instead)
                for name, flag, instead in (
                    ("  grave   ones ", "f1", False), ("grave ones", "f1", False),
                    ("grave ones", "f3", False), ("grave ones", "f2", True), ("  ", "", True))]
        assert kept == [Saving.KEPT, Saving.KEPT, Saving.TAKEN, Saving.KEPT, Saving.NAMELESS]
        for n in range(40):
            saved_filters.save(connection, other, f"n{n}", Filter())
    with store.writing() as connection:
        assert saved_filters.saved(connection, mine) == [("grave ones", "flag=f2")]
        assert len(saved_filters.saved(connection, other)) == saved_filters.MOST_SAVED
        assert saved_filters.saved(connection, away) == []
        saved_filters.drop(connection, away, "grave ones")
        assert saved_filters.saved(connection, mine) != []
        saved_filters.drop(connection, mine, "grave ones")
        assert saved_filters.saved(connection, mine) == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_of_two_filters_that_are_kept_under_one_name_at_once_the_first_one_stands(url):
    """From two windows, perhaps by two replicas; the second took the place of the first unsaid."""
    mine, store = viewer(), Store(url)

    def save(wanted: Filter) -> Saving:
        with store.writing() as connection:
            return saved_filters.save(connection, mine, "grave", wanted)

    with ThreadPoolExecutor(1) as pool:
        with store.writing() as connection:
            assert saved_filters.save(
                connection, mine, "grave", Filter(flag="f1")) is Saving.KEPT
            second = pool.submit(save, Filter(flag="f2"))
            until_waiting(store, 1)
        assert second.result(30) is Saving.TAKEN
    with store.reading() as connection:
        assert saved_filters.saved(connection, mine) == [("grave", "flag=f1")]
    store.close()
