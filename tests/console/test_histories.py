"""In which of the kept releases a provision came, changed and went."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.console.guidance import histories
from bot.console.guidance.histories import Histories
from retrieval.guidance import ProvisionId, ReleaseId
from retrieval.releases import content_of
from tests.console import editions

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def keep(database):
    """Keeps a release, a day after the one before."""
    days = iter(range(400))

    def keep(guidance, release=None):
        name = ReleaseId(release or guidance.release)
        database.keep_release(
            name, guidance if isinstance(guidance, str) else content_of(guidance),
            AT + timedelta(days=next(days)))
        return name

    return keep


def told(found):
    return [(one.release, one.provision is not None, one.aside) for one in found]


def test_a_provision_is_told_of_where_it_came_changed_was_set_aside_and_went(
        database, keep, guidance):
    first, later = editions.first(guidance), editions.later(guidance)
    keep(first)
    found = Histories(database)
    assert told(found.of(editions.EDITED)) == [(editions.FIRST, True, False)]
    keep(later)
    keep(replace(later, set_aside={}), "ccc")
    assert told(found.of(editions.EDITED)) == [
        (editions.FIRST, True, False), (editions.LATER, True, False)]
    assert [one.provision.text for one in found.of(editions.EDITED)] == [
        first.provisions[editions.EDITED].text, later.provisions[editions.EDITED].text]
    assert told(found.of(editions.RETIRED)) == [
        (editions.FIRST, True, False), (editions.LATER, True, True), ("ccc", False, False)]
    assert told(found.of(editions.GONE)) == [
        (editions.FIRST, True, False), (editions.LATER, False, False)]
    assert told(found.of(editions.PASSAGE)) == [(editions.LATER, True, False)]
    assert found.of(ProvisionId("never")) == ()
    assert [found.last_release_with(name) for name in (
        editions.EDITED, editions.RETIRED, editions.GONE, ProvisionId("never"))] == [
        "ccc", editions.LATER, editions.FIRST, None]


def test_it_may_come_back(database, keep, guidance):
    first, later = editions.first(guidance), editions.later(guidance)
    for release, name in ((first, "a"), (later, "b"), (first, "c")):
        keep(release, name)
    assert told(Histories(database).of(editions.GONE)) == [
        ("a", True, False), ("b", False, False), ("c", True, False)]
    assert Histories(database).last_release_with(editions.GONE) == "c"


def test_a_release_that_cannot_be_read_is_left_out_and_named(database, keep, guidance):
    keep(editions.first(guidance))
    keep("[]", "odd")
    keep('{"provisions": {"x": {"id": 1}}}', "older")
    keep(editions.later(guidance))
    found = Histories(database)
    assert told(found.of(editions.EDITED)) == [
        (editions.FIRST, True, False), (editions.LATER, True, False)]
    assert found.unread == {"odd", "older"}
    assert told(found.of(editions.EDITED)) == [
        (editions.FIRST, True, False), (editions.LATER, True, False)]


def test_a_release_kept_with_fewer_fields_is_the_same_provision(database, keep, guidance):
    import json

    content = json.loads(content_of(guidance))
    for one in content["provisions"].values():
        for name in ("url", "page", "confirmed", "retired", "same_as"):
            del one[name]
    del content["set_aside"]
    keep(json.dumps(content), "before")
    keep(editions.first(guidance))
    assert told(Histories(database).of(editions.EDITED)) == [("before", True, False)]


def test_one_that_was_put_before_others_is_told_in_its_place(database, keep, guidance):
    keep(editions.later(guidance))
    found = Histories(database)
    assert told(found.of(editions.PASSAGE)) == [(editions.LATER, True, False)]
    database.keep_release(ReleaseId("earlier"), content_of(guidance), AT - timedelta(days=9))
    assert told(found.of(editions.GONE)) == [("earlier", True, False),
                                             (editions.LATER, False, False)]


def test_no_more_than_the_newest_are_read(database, keep, guidance, monkeypatch):
    monkeypatch.setattr(histories, "MOST_RELEASES", 2)
    found = Histories(database)
    for n in range(4):
        keep(guidance, f"r{n}")
        assert told(found.of(editions.EDITED)) == [(f"r{max(0, n - 1)}", True, False)]
