"""The fault table in short: some faults of each family, and the page."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.serving.leaps import Leaps
from tests.faults import of_clock, of_database, of_disk, of_model
from tests.faults.mounted import NotHere
from tests.faults.row import Fault, Row
from tests.faults.table import faults, inject, keep, kept, page

DOCS = Path(__file__).parents[2] / "docs"

pytestmark = pytest.mark.xdist_group("fault table")


@pytest.mark.parametrize("fault", [
    of_database.no_database, of_database.newer,
    *(pytest.param(fault, marks=pytest.mark.long) for fault in (
        of_disk.full, of_database.locked, of_clock.far_off, of_clock.wrong_at_start,
        of_disk.call_fails, of_model.vendor_away)),
], ids=lambda fault: f"{fault.__module__.rpartition('.')[2]}.{fault.__name__}")
def test_a_fault_loses_doubles_and_mixes_up_nothing(fault: Fault) -> None:
    try:
        row = fault(1)
    except NotHere as error:
        pytest.skip(str(error))
    assert row.clean, row


def test_a_line_that_is_not_clean_is_shown_as_such() -> None:
    told = page([Row("Disk full", "filled", 1, 5, 4, lost=1, told="Nothing."),
                 Row("Clock", "moved", 1, 5, 5)], "Run today.", ["at 9, small", "at 9, large"])
    assert ("| **FAILED: Disk full** | filled | 1 | 5 | 1 | 0 | 0 | verifies | 0 |  | at 9, small |"
            in told)
    assert "| Clock | moved | 1 | 5 | 0 | 0 | 0 | verifies | 0 |  | at 9, large |" in told
    assert "> Nothing." in told


def test_the_last_run_of_each_fault_is_kept_with_when_it_was_run(tmp_path: Path) -> None:
    results = tmp_path / "faults.jsonl"
    assert kept(results) == {}
    disk, clock, again = (Row("Disk full", "filled", 1, 5, 0, told="Nothing. »"),
                          Row("Clock", "moved", 1, 5, 0), Row("Clock", "moved", 10, 5, 0))
    keep(results, "of_disk.full", disk, "at 8, small")
    keep(results, "of_clock.stepped", clock, "at 9, small")
    found = keep(results, "of_clock.stepped", again, "at 10, large")
    assert found == kept(results) == {"of_clock.stepped": (again, "at 10, large"),
                                      "of_disk.full": (disk, "at 8, small")}


def test_the_page_of_the_repository_shows_what_is_kept_beside_it() -> None:
    found = kept(DOCS / "faults.jsonl")
    lines = [found[name] for name in faults() if name in found]
    written = (DOCS / "faults.md").read_text(encoding="utf-8")
    machine = written.partition("Run on")[2].partition("\n\n")[0]
    assert page([row for row, _ in lines], f"Run on{machine}", [ran for _, ran in lines]) == written


def test_a_fault_that_cannot_be_injected_here_says_why() -> None:
    def fault(times: int) -> Row:
        raise NotHere("mounting needs root")

    assert inject("of_disk.full", fault, 3).note == "Not injected: mounting needs root."


@pytest.mark.parametrize(("moved", "trusted"), [
    (0, True), (3600, True), (-86_000, True), (86_400, False), (10 * 365 * 86_400, False),
    (-86_400, False),
])
def test_a_clock_that_leapt_by_a_day_is_not_trusted(moved: int, trusted: bool) -> None:
    shown = {"wall": 1_000_000.0, "steady": 50.0}
    leaps = Leaps(lambda: shown["wall"], lambda: shown["steady"])
    shown["steady"] += 3600
    shown["wall"] += 3600 + moved
    assert leaps.leapt() == timedelta(seconds=moved)
    assert leaps.is_trusted() is trusted
