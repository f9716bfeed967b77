"""What is due beside the messages is done however much there is to answer, and step by step."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from bot.erasure.overwriting import Remains
from bot.outages import outage
from bot.publishing.corpus_folder import FOLDER_DIFFERS
from bot.serving import upkeep as upkeep_
from bot.serving.upkeep import Upkeep
from tests.workspace.running import eventually

_GONE = OperationalError("select", {}, Exception("gone"))
STEPS = ["checkpoints", "names", "erasures", "overwriting", "reminders", "filing"]


class Household:
    """An upkeep over parts that write down what was asked of them, and fail where told to."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failing: dict[str, Exception] = {}
        self.received: list[str] = []
        self.upkeep = Upkeep(
            SimpleNamespace(erasing=SimpleNamespace(
                                time=lambda: datetime.now(UTC),
                                overdue=self.step("erasures"),
                                overwrite_owed=self.step("overwriting", Remains.NOTHING)),
                            folder_differs=lambda: False),
            SimpleNamespace(reminders=self.step("reminders", ["watch"])),
            SimpleNamespace(receive=self.received.append),
            SimpleNamespace(look=self.step("names")),
            SimpleNamespace(sweep=lambda **_: None), tell=lambda _: None,
            file=self.step("filing"))
        self.upkeep.proving = SimpleNamespace(look=self.step("checkpoints"))

    def step(self, name, found=None):
        def do(*_):
            self.done.append(name)
            if name in self.failing:
                raise self.failing[name]
            return found
        return do


@pytest.fixture
def household():
    made = Household()
    yield made
    made.upkeep.stop()
    made.upkeep.join(10)


def test_it_is_done_by_time_and_needs_no_worker_that_has_nothing_to_do(household, monkeypatch):
    monkeypatch.setattr(upkeep_, "EACH_SECONDS", 0.01)
    household.upkeep.start()
    eventually(lambda: len(household.done) >= 3 * len(STEPS))
    assert household.done[:2 * len(STEPS)] == STEPS * 2
    assert household.received[:2] == ["watch", "watch"]


def test_one_thread_does_it_once_a_period(household):
    household.upkeep.start()
    eventually(lambda: len(household.done) >= len(STEPS))
    assert household.done == STEPS


@pytest.mark.parametrize("failing", STEPS)
def test_a_step_that_fails_keeps_none_of_the_others_from_being_done(household, failing, caplog):
    household.failing = {failing: RuntimeError("out of order")}
    household.upkeep.look()
    assert household.done == STEPS
    assert household.received == ([] if failing == "reminders" else ["watch"])
    assert [r.getMessage() for r in caplog.records] == [
        "something that was due could not be done; it is tried again in a minute"]
    household.failing = {}
    household.upkeep.look()
    assert household.received[-1] == "watch"


def test_names_alone_wait_until_slack_has_said_whose_token_it_is(household):
    household.upkeep._introduced = lambda: False
    household.upkeep.look()
    assert household.done == [step for step in STEPS if step != "names"]


def test_while_the_database_is_away_the_log_says_so_once(household, caplog):
    away = OperationalError("select", {}, Exception("gone"))
    household.failing = dict.fromkeys(STEPS, away)
    household.upkeep.look()
    household.upkeep.look()
    assert household.done == STEPS * 2
    assert len(caplog.records) == 1
    household.failing = {}
    household.upkeep.look()
    household.failing = {"names": away}
    household.upkeep.look()
    assert len(caplog.records) == 2


def test_a_sweep_while_the_database_is_away_is_no_fault_of_ours(household, caplog):
    def away(**_):
        raise OperationalError("select", {}, Exception("gone"))

    household.upkeep._reviewing = SimpleNamespace(sweep=away)
    household.upkeep.start()
    (line,) = eventually(lambda: [r for r in caplog.records if "sign-offs" in r.getMessage()])
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    assert line.outage == outage(OperationalError("select", {}, Exception("gone")))


def test_the_folder_is_compared_once_the_database_takes_connections_again(
        household, caplog, monkeypatch):
    """Its thread was ended by an error where a new replica got no connection, and never looked."""
    monkeypatch.setattr(upkeep_, "EACH_SECONDS", 0.01)
    said, looks = [], iter([_GONE, _GONE, None])

    def differs():
        if error := next(looks):
            raise error
        return True

    household.upkeep._tell = said.append
    household.upkeep._parts.folder_differs = differs
    household.upkeep._compare_folder()
    assert said == [FOLDER_DIFFERS]
    (line,) = caplog.records
    assert (line.levelname, line.exc_info, line.outage) == ("WARNING", None, outage(_GONE))


def test_an_end_waits_for_what_is_under_way_and_begins_nothing_more(household):
    under_way, go_on = threading.Event(), threading.Event()

    def slow():
        under_way.set()
        assert go_on.wait(20)
        household.done.append("slow")

    household.upkeep.proving = SimpleNamespace(look=slow)
    household.upkeep.start()
    assert under_way.wait(20)
    household.upkeep.stop()
    household.upkeep.join(0.05)
    assert household.done == []
    go_on.set()
    household.upkeep.join(20)
    assert household.done == ["slow"]


def test_what_was_never_started_ends_at_once(household):
    household.upkeep.stop()
    household.upkeep.join(60)
    assert household.done == []
