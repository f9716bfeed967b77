"""Preparing beside the requests of a server, and the draft opened to be tried."""

import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.publishing.beside import Beside, Pace
from bot.publishing.preparing import SILENT_SECONDS, Busy, State
from bot.publishing.trying import NotTried, Trying
from bot.publishing.waiting import Waiting
from retrieval.guidance import ProvisionId
from tests.publishing.conftest import House
from tests.publishing.house import DILIGENCE, WHY, correct
from tests.store.migrated import sqlite_at

Work = Callable[[], None]


@pytest.fixture
def url(tmp_path: Any) -> str:
    return sqlite_at(tmp_path / "advisor.sqlite3")


def test_who_comes_second_is_told_in_the_request_and_the_first_goes_on(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    waiting: list[Work] = []
    beside = Beside(lambda: house.preparing, waiting.append)
    token = beside.begin("U1")
    with pytest.raises(Busy, match="U1 has been preparing"):
        beside.begin("U2")
    standing = house.preparing.standing()
    assert standing is not None and standing.state is State.PREPARING and len(waiting) == 1
    waiting[0]()
    done = house.preparing.standing()
    assert done is not None and (done.token, done.state) == (token, State.READY)
    assert beside.pace(token) == Pace("done", 1, 1)
    assert beside.pace("another") is None


def test_what_goes_wrong_beside_is_told_in_its_sentence(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    house.full = True
    Beside(lambda: house.preparing, lambda work: work()).begin("U1")
    failed = house.preparing.standing()
    assert failed is not None and failed.state is State.FAILED
    assert failed.report["problems"] == ["[Errno 28] No space left on device"]


def test_a_process_that_ends_in_the_midst_leaves_only_a_beat_that_stops(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    killed = Beside(lambda: house.preparing, lambda _: None)
    first = killed.begin("U1")
    house.time += timedelta(seconds=SILENT_SECONDS + 1)
    left = house.preparing.standing()
    assert left is not None and not left.alive(house.time)
    second = Beside(lambda: house.preparing, lambda work: work()).begin("U2")
    done = house.preparing.standing()
    assert done is not None and (done.token, done.state) == (second, State.READY)
    assert second != first


def test_a_beat_of_before_the_clock_was_put_back_holds_nobody_up(house: House) -> None:
    """Nobody could publish for as long as it went back."""
    house.drafts.make(correct(house), "U1")
    Beside(lambda: house.preparing, lambda _: None).begin("U1")
    house.time -= timedelta(hours=3)
    Beside(lambda: house.preparing, lambda work: work()).begin("U2")
    done = house.preparing.standing()
    assert done is not None and (done.by, done.state) == ("U2", State.READY)


def test_what_waits_is_read_once_and_only_for_who_has_its_token(house: House) -> None:
    house.drafts.make(correct(house), "U1")
    prepared = house.preparing.prepare("U1")
    waiting = Waiting(house.store)
    found = waiting.of(prepared)
    assert found is not None and found.release == prepared.release
    assert found.provisions[DILIGENCE].text == "Look twice before you sell."
    assert waiting.of(prepared) is found
    house.publishing.publish(prepared.token, "U1", WHY)
    assert Waiting(house.store).of(prepared) is None


class Opens:
    """Opens drafts, and counts."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.fault = ""

    def __call__(self, draft: Any, progress: Callable[[int, int], None]) -> Any:
        progress(3, 12)
        assert self.go.wait(10)
        if self.fault:
            raise OSError(self.fault)
        self.opened.append(draft.stamp)
        return SimpleNamespace(guidance=draft.guidance)


def test_the_draft_is_opened_once_for_each_state_of_it(house: House) -> None:
    opens = Opens()
    trying = Trying(house.drafts.draft, opens)
    assert trying.edition() is trying.edition()
    house.drafts.make(correct(house), "U1")
    assert trying.edition().guidance.provisions[DILIGENCE].text == "Look twice before you sell."
    assert len(opens.opened) == 2
    trying.forget()
    trying.edition()
    assert len(opens.opened) == 3


def test_a_draft_that_takes_long_says_so_and_is_there_the_next_time(house: House) -> None:
    opens = Opens()
    opens.go.clear()
    trying = Trying(house.drafts.draft, opens, waiting=0.5)
    with pytest.raises(NotTried, match="3 of 12 texts are embedded"):
        trying.edition()
    opens.go.set()
    waited = Trying(house.drafts.draft, opens)
    assert waited.edition() and trying._last is not None and trying._last.ended.wait(10)
    trying.edition()
    assert len(opens.opened) == 2, "one each"


def test_a_draft_that_cannot_be_asked_says_why(house: House) -> None:
    opens = Opens()
    opens.fault = "the disk is full"
    trying = Trying(house.drafts.draft, opens)
    with pytest.raises(NotTried, match="could not be opened: the disk is full"):
        trying.edition()
    opens.fault = ""
    assert trying.edition()
    flags = house.folder / "red_flags.yaml"
    flags.write_text(flags.read_text().replace("[sg-c1-rf1, ungp-17]", "[sg-c1-rf1, ungp-18]"))
    with pytest.raises(NotTried, match=r"The draft has 1 problem and can't be asked: .*ungp-18"):
        trying.edition()
    assert ProvisionId("ungp-18") not in house.drafts.draft().guidance.provisions
