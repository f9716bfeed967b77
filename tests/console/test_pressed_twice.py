"""Two admins at the same draft, and one who presses twice: what each is told."""

import pytest

from tests.console.publishing_office import Office, prepared, token_of, words
from tests.publishing.conftest import folder, house, indexed, store
from tests.publishing.house import WHY, correct
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long

__all__ = ["folder", "house", "indexed", "store"]


@pytest.fixture
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def office(house):
    return Office(house)


def test_whoever_presses_twice_is_told_what_came_of_it_and_not_that_nothing_did(office, house):
    first = house.store.active_release()
    made = house.drafts.make(correct(house), "slack:T1:U-adm")
    admin, other = office.as_(), office.as_("U-adm2")
    office.idle = True
    for _ in range(2):
        there = admin.press("/corpus/draft/prepare").headers["location"]
        assert there.endswith("/gate"), "it is their own preparation that goes on"
    office.work.pop()()
    token = token_of(admin.see("/corpus/draft/gate"))
    presses = [admin.press("/corpus/draft/publish", preparation=token, reason=WHY)
               for _ in range(2)]
    second = house.store.active_release()
    assert [one.headers.get("location") for one in presses] == [
        f"/console/corpus/impact/{second}"] * 2
    late = other.press("/corpus/draft/publish", preparation=token, reason="Mine was longer.")
    assert late.status_code == 409
    assert f"published meanwhile by U-adm, as {second}" in words(late)
    assert "Mine was longer." in late.text, "what was typed stays on the page"

    back = {"release": first, "seen": second, "reason": "it reads wrongly"}
    presses = [admin.press("/corpus/releases/roll-back", **back) for _ in range(2)]
    assert [one.headers.get("location") for one in presses] == [
        "/console/corpus/releases?done=3"] * 2
    assert other.press("/corpus/releases/roll-back", **back).status_code == 409
    assert [one.kind for one in house.publishing.history()] == ["roll back", "publish", "first"]
    assert office.published == 2, "each is done once"

    presses = [admin.press("/corpus/draft/withdraw", edit=str(made.id)) for _ in range(2)]
    assert [one.status_code for one in presses] == [303, 303]
    late = other.press("/corpus/draft/withdraw", edit=str(made.id))
    assert late.status_code == 409 and "U-adm took that edit back already, at 2026-" in words(late)


def test_why_nothing_was_published_stays_while_somebody_else_prepares(office, house):
    """The page looked again after two seconds, and took the refusal and the reason with it."""
    house.drafts.make(correct(house), "slack:T1:U-adm")
    token = token_of(prepared(office))
    office.idle = True
    office.as_("U-adm2").press("/corpus/draft/prepare")
    late = office.as_().press("/corpus/draft/publish", preparation=token, reason="Counsel asked.")
    assert late.status_code == 409 and "refresh" not in late.headers
    assert "Nothing was published." in words(late) and "Counsel asked." in late.text
    assert "Look again every" in words(late)
