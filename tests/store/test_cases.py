"""Cases: where a conversation is going on, whose it is, and that no workspace sees another's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.queue.cases import Cases, Listed
from bot.queue.deliveries import Deliveries, Received
from bot.record.log import Happening, append
from bot.store import Store
from bot.turns.delivery import Act, CaseEvent, Delivery, Place, Taken
from tests.store.small import START, begin, step

PLACE = Place("T1", "C1", "1.0")
HOME = ConversationId("slack:T1:C1:1.0")


@pytest.fixture
def box(store: Store) -> Deliveries:
    return Deliveries(store, lambda: START)


@pytest.fixture
def known(store: Store) -> Cases:
    return Cases(store)


def said(n: int, place: Place = PLACE, author: str = "U1") -> Delivery:
    return Delivery(
        key=MessageKey(f"{place.team}:{place.thread}:{n}"), act=Act.MESSAGE, team=place.team,
        author=author, sent_at=START + timedelta(seconds=n), body={"text": "said"},
        place=place, opens=True)


def open_case(box: Deliveries, place: Place = PLACE, author: str = "U1") -> ConversationId:
    box.receive(said(0, place, author))
    return ConversationId(f"slack:{place.team}:{place.channel}:{place.thread}")


def handle(
    store: Store, box: Deliveries, conversation: ConversationId, state: str = "done",
    *events: CaseEvent,
) -> None:
    taken = box.next_delivery(conversation)
    assert taken is not None
    with store.writing() as connection:
        box.settle(connection, taken, state=state, events=events)


def pressed(box: Deliveries) -> list[Taken]:
    """The presses that wait, once the message before them is handled."""
    found = []
    while (taken := box.next_delivery(HOME)) is not None:
        if taken.delivery.act is Act.STEER:
            found.append(taken)
        box.give_up(taken, "")
    return found


def speak(store: Store, conversation: ConversationId, key: str) -> None:
    """A turn, so that the conversation has been spoken in."""
    before = store.load(conversation)
    turn, after = step(before if before.version else begin(conversation), key)
    store.record(turn, after, before.version)


def named(listed: list[Listed]) -> list[ConversationId]:
    return [one.case.conversation for one in listed]


def test_a_case_knows_whose_it_is_and_where(box: Deliveries, known: Cases) -> None:
    open_case(box)
    case = known.case("T1", HOME)
    assert case is not None
    assert (case.asker, case.channel, case.thread) == ("U1", "C1", "1.0")
    assert (case.private, case.listening, case.link, case.watch_on) == (False, True, None, None)
    assert case.opened_at == START
    assert known.at("T1", "C1", "1.0") == case


def test_another_workspace_does_not_see_it(box: Deliveries, known: Cases) -> None:
    open_case(box)
    assert known.case("T2", HOME) is None
    assert known.at("T2", "C1", "1.0") is None
    assert known.of("T2", "U1", 10) == []


def test_a_thread_where_nothing_goes_on_has_no_case(box: Deliveries, known: Cases) -> None:
    open_case(box)
    assert known.at("T1", "C1", "2.0") is None
    assert known.at("T1", "C2", "1.0") is None


def test_a_persons_cases_come_with_the_one_spoken_in_last_first(
    store: Store, box: Deliveries, known: Cases
) -> None:
    names = [open_case(box, replace(PLACE, thread=f"{n}.0")) for n in range(3)]
    open_case(box, replace(PLACE, thread="9.0"), author="U2")
    for n, at in enumerate([2, 0, 1, 0]):
        speak(store, names[at], f"m{n}")
    assert named(known.of("T1", "U1", 10)) == [names[0], names[1], names[2]]
    assert named(known.of("T1", "U1", 2)) == [names[0], names[1]]


def test_a_case_handed_over_twice_is_listed_once_where_it_was_last(
    store: Store, box: Deliveries, known: Cases
) -> None:
    names = [open_case(box, replace(PLACE, thread=f"{n}.0")) for n in range(2)]
    for n, name in enumerate([names[0], names[1], names[0]]):
        if n:
            box.receive(said(n, replace(PLACE, thread=name.rpartition(":")[2])))
        while (taken := box.next_delivery(name)) is not None:
            with store.writing() as connection:
                box.settle(connection, taken, events=[CaseEvent("handed_over", "U1", {"n": n})])
    assert named(known.handed_over("T1", 10)) == [names[0], names[1]]
    assert known.handed_over("T2", 10) == []


def test_a_case_handed_over_over_and_over_leaves_room_for_others(
    store: Store, box: Deliveries, known: Cases
) -> None:
    names = [open_case(box, replace(PLACE, thread=f"{n}.0")) for n in range(3)]
    for n, name in enumerate([names[0], names[1], *[names[2]] * 6, names[1]]):
        with store.writing() as connection:
            append(connection, "T1", Happening("handed_over", f"h{n}", START, "U1", name))
    assert named(known.handed_over("T1", 3)) == [names[1], names[2], names[0]]
    assert named(known.handed_over("T1", 2)) == [names[1], names[2]]


def test_a_listed_case_tells_how_it_stands(store: Store, box: Deliveries, known: Cases) -> None:
    names = [open_case(box, replace(PLACE, thread=f"{n}.0")) for n in range(3)]
    for n, name in enumerate(names[:2]):
        speak(store, name, f"m{n}")
    with store.writing() as connection:
        for n, name in enumerate([names[1], names[2], names[1]]):
            append(connection, "T1", Happening("handed_over", f"h{n}", START, "U1", name))

    assert known.of("T1", "U1", 10) == [
        Listed(known.case("T1", name), store.load(name), store.turns(name)[-1].recorded_at, handed)
        for name, handed in ((names[1], True), (names[0], False))]
    assert known.handed_over("T1", 10)[1] == Listed(
        known.case("T1", names[2]), Conversation(names[2]), None, True)


def test_links_are_kept_together(box: Deliveries, known: Cases) -> None:
    names = [open_case(box, replace(PLACE, thread=f"{n}.0")) for n in range(3)]

    known.keep_links("T1", {names[0]: "https://a", names[2]: "https://c"})

    assert [known.case("T1", name).link for name in names] == ["https://a", None, "https://c"]


def test_what_happened_in_several_is_told_of_each_in_order(
    store: Store, box: Deliveries, known: Cases
) -> None:
    names = [open_case(box, replace(PLACE, thread=f"{n}.0")) for n in range(3)]
    with store.writing() as connection:
        for n, (kind, name) in enumerate([("comment", names[1]), ("watch", names[0]),
                                          ("comment", names[0]), ("comment", names[1])]):
            append(connection, "T1", Happening(kind, f"h{n}", START, "U1", name))

    found = known.happened_in([names[2], names[1]], "comment")

    assert {name: [one.key for one in times] for name, times in found.items()} == {
        names[2]: [], names[1]: ["h0", "h3"]}


def test_what_happened_is_told_in_order(store: Store, box: Deliveries, known: Cases) -> None:
    open_case(box)
    handle(store, box, HOME, "done", CaseEvent("comment", "U1", {"turn": 1}, {"text": "a"}),
           CaseEvent("comment", "U2", {"turn": 2}, {"text": "b"}), CaseEvent("feedback", "U1"))
    comments = known.happened(HOME, "comment")
    assert [(one.actor, one.detail, one.words) for one in comments] == [
        ("U1", {"turn": 1}, {"text": "a"}), ("U2", {"turn": 2}, {"text": "b"})]
    assert known.happened(HOME, "watch") == []


def test_a_watch_date_calls_for_one_reminder_from_its_day_on(
    store: Store, box: Deliveries, known: Cases
) -> None:
    open_case(box)
    handle(store, box, HOME)
    on = date(2026, 12, 1)
    with store.writing() as connection:
        known.change(connection, HOME, watch_on=on.isoformat(), listening=0)
    assert known.reminders(on - timedelta(days=1), START) == []
    (reminder,) = known.reminders(on, START)
    assert (reminder.act, reminder.team, reminder.author) == (Act.REMINDER, "T1", "U1")
    assert (reminder.conversation, reminder.sent_at, reminder.body) == (
        HOME, START, {"on": "2026-12-01"})
    # It is asked for again until somebody handles it, and is one deed all the while.
    assert box.receive(reminder) is Received.NEW
    (again,) = known.reminders(on + timedelta(days=9), START + timedelta(days=9))
    assert box.receive(again) is Received.REPEAT
    with store.writing() as connection:
        known.change(connection, HOME, watch_on=None)
    assert known.reminders(on, START) == []


@pytest.mark.parametrize(("seconds", "by", "second"), [
    (3.0, "U1", True), (3.001, "U1", False), (1.0, "U2", False)])
def test_a_second_tap_is_the_same_press_by_the_same_person_just_after(
    box: Deliveries, known: Cases, seconds: float, by: str, second: bool
) -> None:
    open_case(box)
    for at, author in ((0.0, "U1"), (seconds, by)):
        box.receive(Delivery(
            key=MessageKey(f"slack:T1:{HOME}:1:steer:{at}"), act=Act.STEER, team="T1",
            author=author, sent_at=START + timedelta(seconds=at), body={"intent": "why"},
            conversation=HOME))
    assert [known.is_second_tap(taken) for taken in pressed(box)] == [False, second]


def test_the_last_partner_is_who_was_answered_last(
    store: Store, box: Deliveries, known: Cases
) -> None:
    open_case(box)
    assert known.last_partner(HOME) is None
    for n, (author, state) in enumerate([("U1", "done"), ("U2", "done"), ("U3", "aside")]):
        box.receive(said(n, author=author))
        handle(store, box, HOME, state)
    assert known.last_partner(HOME) == "U2"


def test_whether_the_message_before_was_aside(
    store: Store, box: Deliveries, known: Cases
) -> None:
    for n in range(3):
        box.receive(said(n))
    handle(store, box, HOME, "aside")
    first, second, third = 1, 2, 3
    assert known.last_aside(HOME, first) is False
    assert known.last_aside(HOME, second) is True
    assert known.last_aside(HOME, third) is False


def test_a_message_that_was_deleted_before_it_was_handled_is_passed_over_as_side_talk(
    store: Store, box: Deliveries, known: Cases
) -> None:
    for n, state in enumerate(["done", "gone", "aside", "gone"]):
        box.receive(said(n))
        handle(store, box, HOME, state)
    assert [known.last_aside(HOME, before) for before in (2, 3, 4, 5)] == [
        False, False, True, True]


TEAMS = st.sampled_from(["T1", "T2", "T3"])


@settings(max_examples=20, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEAMS, st.sampled_from(["1.0", "2.0"])), max_size=6), TEAMS)
def test_every_look_up_stays_within_its_workspace(
    store: Store, box: Deliveries, known: Cases, opened: list[tuple[str, str]], asks: str
) -> None:
    for team, thread in opened:
        name = open_case(box, Place(team, "C1", thread))
        if not store.load(name).version:
            speak(store, name, f"{name}:m")
    for team, thread in opened:
        name = ConversationId(f"slack:{team}:C1:{thread}")
        found = known.case(asks, name)
        assert (found is not None) == (team == asks)
    assert {one.case.team for one in known.of(asks, "U1", 50)} <= {asks}
    for thread in ("1.0", "2.0"):
        at = known.at(asks, "C1", thread)
        assert at is None or at.team == asks
