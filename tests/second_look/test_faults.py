"""Whatever fails in between: nothing is lost, nothing is done twice, and the log holds."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.answering.stepping import Outcome
from bot.chat.calls import Ended, Use
from bot.erasure.erasing import Erasing
from bot.record.model_calls import calls_in
from bot.second_look.looked import AnsweredMeanwhile, Dropped
from bot.second_look.looking import Looking
from tests.second_look.conftest import C, World, looks_left
from tests.second_look.scripted import Script, faithful

DEAL = "we want to sell 12 stingrays to the police in Kenya via a reseller in Dubai"


def ask(world: World, words: str = DEAL) -> int:
    turn = world.say(words).number
    with world.store.writing() as connection:
        world.looks.ask(connection, C, turn, "local")
    return turn


def uses_kept(world: World) -> list[str]:
    with world.store.reading() as connection:
        return [one.use for one in calls_in(connection, C)]


def versions(world: World) -> list[int | None]:
    return [turn.retakes for turn in world.store.turns(C)]


class Killed(BaseException):
    """The process ends here."""


def test_a_process_that_dies_while_the_model_thinks_leaves_the_look_to_another(world: World):
    ask(world)

    def die(_: Use) -> None:
        raise Killed

    with pytest.raises(Killed):
        Looking(world.looks, world.looking_by(Script(meanwhile=die)), None, workers=1).work()

    world.script = Script(says=faithful)
    other = Looking(world.looks, world.second_look, None, workers=1)
    assert not other.work()
    world.clock.on(26)
    assert other.work()
    assert versions(world) == [None, 1]
    assert uses_kept(world) == ["reading", "wording"]
    assert looks_left(world.store) == 0
    assert world.store.verify_log() is None


def test_a_process_that_dies_while_it_records_has_recorded_nothing(world: World):
    ask(world)
    world.script = Script(says=faithful)

    def die(*_: object) -> None:
        raise Killed

    with pytest.raises(Killed):
        world.second_look.look(C, 1, die)
    assert versions(world) == [None]
    assert uses_kept(world) == []
    assert world.usage.spent("local") == 0
    assert looks_left(world.store) == 1

    assert world.look(1).outcome is not None
    assert versions(world) == [None, 1]
    assert world.store.verify_log() is None


def test_a_fault_of_ours_keeps_the_calls_and_is_not_tried_again(world: World):
    ask(world)
    world.script = Script(says=faithful)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        world.second_look.look(C, 1, fail)
    assert versions(world) == [None]
    assert uses_kept(world) == ["reading", "wording"]
    assert looks_left(world.store) == 0
    assert world.store.verify_log() is None


def test_where_the_posts_say_that_somebody_acted_the_answer_stands(world: World):
    ask(world)
    world.script = Script(says=faithful)

    def acted(*_: object) -> None:
        raise AnsweredMeanwhile

    looked = world.second_look.look(C, 1, acted)
    assert (looked.outcome, looked.dropped) == (None, Dropped.NEWER)
    assert versions(world) == [None]
    assert uses_kept(world) == ["reading", "wording"]


def test_two_replicas_with_the_same_look_answer_once_and_both_calls_are_on_record(
    over: Callable[[str], World], url: str
):
    one, other = over(url), over(url)
    ask(one)
    both = threading.Barrier(2)
    outcomes: list[tuple[bool, Dropped | None]] = []

    def look(world: World) -> None:
        world.script = Script(
            says=faithful, meanwhile=lambda use: both.wait(60) if use is Use.WORDING else None)
        looked = world.look(1)
        outcomes.append((looked.outcome is not None, looked.dropped))

    threads = [threading.Thread(target=look, args=(world,)) for world in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes, key=str) == [(False, Dropped.NEWER), (True, None)]
    assert versions(one) == [None, 1]
    assert sorted(uses_kept(one)) == ["reading"] * 2 + ["wording"] * 2
    assert one.usage.spent("local") == 48
    assert one.store.verify_log() is None


def test_a_message_and_a_second_look_at_once_end_in_one_order_or_the_other(world: World):
    ask(world)
    both = threading.Barrier(2)
    world.script = Script(
        says=faithful, meanwhile=lambda use: both.wait(60) if use is Use.WORDING else None)

    def write() -> None:
        both.wait(60)
        world.say("tracking suspects in criminal cases")

    writer = threading.Thread(target=write)
    writer.start()
    looked = world.look(1)
    writer.join()

    if looked.outcome is None:
        assert looked.dropped is Dropped.NEWER
        assert versions(world) == [None, None]
    else:
        assert versions(world) == [None, 1, None]
    assert uses_kept(world) == ["reading", "wording"]
    assert [one.fault for one in world.replaying.replay(C)] == [None] * len(versions(world))
    assert world.store.verify_log() is None


def test_a_database_that_goes_away_meanwhile_leaves_the_look_due(world: World):
    ask(world)

    def away(use: Use) -> None:
        if use is Use.WORDING:
            with world.store.writing() as connection:
                connection.execute(text("ALTER TABLE log RENAME TO log_away"))

    with pytest.raises(Exception, match="log"):
        Looking(world.looks, world.looking_by(Script(says=faithful, meanwhile=away)), None,
                workers=1).work()
    with world.store.writing() as connection:
        connection.execute(text("ALTER TABLE log_away RENAME TO log"))

    assert looks_left(world.store) == 1
    world.clock.on(26)
    world.script = Script(says=faithful)
    assert Looking(world.looks, world.second_look, None, workers=1).work()
    assert versions(world) == [None, 1]
    assert world.store.verify_log() is None


def test_words_that_are_erased_while_the_model_thinks_come_back_in_nothing(world: World):
    ask(world)
    world.say("hello", author="b")
    ask(world, "we sell stingrays to the police in Kenya, Jane Doe looks after it")

    def erase(_: Use) -> None:
        Erasing(world.store, now=world.clock).person("local", "a", by="U1", reason="they asked")

    world.script = Script(says=faithful, meanwhile=erase)
    looked = world.look(3)

    assert (looked.outcome, looked.dropped) == (None, Dropped.UNKNOWN)
    with world.store.reading() as connection:
        assert [call.sent for call in calls_in(connection, C)] == [None]
        held = connection.execute(text("SELECT words, body FROM log")).all()
    assert "Jane Doe" not in str(held)
    assert world.store.verify_log() is None


# Workers -------------------------------------------------------------------------------------


def wait_until(done: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_workers_take_up_what_is_due_and_a_failing_look_stops_none(here: World):
    done: list[Outcome | None] = []
    asked: list[Use] = []

    def fail_once(use: Use) -> None:
        asked.append(use)
        if len(asked) == 1:
            raise ZeroDivisionError

    here.script = Script(says=faithful, meanwhile=fail_once)
    looking = Looking(here.looks, here.second_look, None, workers=1,
                      looked=lambda looked: done.append(looked.outcome))
    ask(here)
    looking.start()
    wait_until(lambda: len(asked) == 1 and looks_left(here.store) == 0)
    ask(here, "advise now")
    looking.wake()
    wait_until(lambda: len(done) == 1)
    looking.stop(60)
    assert versions(here) == [None, None, 2]


def test_stopping_abandons_a_call_under_way_and_its_look_stays_due(here: World):
    ask(here)
    thinks, goes_on = threading.Event(), threading.Event()

    def think(_: Use) -> None:
        thinks.set()
        goes_on.wait(60)

    here.script = Script(says=faithful, meanwhile=think)
    looking = Looking(here.looks, here.second_look, None, workers=1)
    looking.start()
    assert thinks.wait(60)
    looking.stop(0.05)
    assert looks_left(here.store) == 1

    other = Looking(here.looks, here.looking_by(Script(says=faithful)), None, workers=1)
    assert other.work()
    goes_on.set()
    looking.stop(60)
    assert versions(here) == [None, 1]
    # What was asked before the stop is on record as well.
    assert sorted(uses_kept(here)) == ["reading", "reading", "wording"]
    assert here.store.verify_log() is None


def test_looking_ends_while_the_database_is_away(here: World, monkeypatch):
    """The process ends its other workers after these."""
    ask(here)
    thinks, goes_on = threading.Event(), threading.Event()

    def think(_: Use) -> None:
        thinks.set()
        goes_on.wait(60)

    def away(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    here.script = Script(says=faithful, meanwhile=think)
    looking = Looking(here.looks, here.second_look, None, workers=1)
    looking.start()
    assert thinks.wait(60)
    with monkeypatch.context() as gone:
        gone.setattr(here.looks, "delay", away)
        looking.stop(0.05)
    goes_on.set()
    looking.stop(60)


def test_a_model_that_has_no_time_is_asked_again_within_the_budget(here: World):
    ask(here)
    here.script = Script(ended=Ended.BUSY)
    looking = Looking(here.looks, here.second_look, None, workers=1)
    assert looking.work()
    assert not looking.work()
    here.clock.on(2)
    here.script.ended, here.script.says = Ended.ANSWERED, faithful
    assert looking.work()
    assert versions(here) == [None, 1]


def test_a_worker_whose_look_was_taken_over_asks_nothing_more(here: World):
    ask(here)
    asked: list[Use] = []

    def slow(use: Use) -> None:
        asked.append(use)
        here.clock.on(26)
        assert here.looks.take() is not None

    here.script = Script(says=faithful, meanwhile=slow)
    Looking(here.looks, here.second_look, None, workers=1).work()
    assert asked == [Use.READING]


def test_a_database_that_is_away_is_waited_for(
    here: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Each worker wrote a traceback a second, as long as it was away."""
    taken: list[int] = []
    real = here.looks.take

    def away() -> object:
        taken.append(1)
        if len(taken) < 3:
            raise OperationalError("select", {}, Exception("away"))
        return real()

    monkeypatch.setattr(here.looks, "take", away)
    monkeypatch.setattr("bot.second_look.looking.POLL_SECONDS", 0.01)
    here.script = Script(says=faithful)
    ask(here)
    looking = Looking(here.looks, here.second_look, None, workers=1)
    looking.start()
    wait_until(lambda: versions(here) == [None, 1])
    looking.stop(60)
    assert [(one.getMessage(), one.exc_info) for one in caplog.records
            if one.name == "advisor.looking"] == [("second looks wait until it is back", None)]
