"""The first page of the guidance and that of a release: what is in force, and what differs."""

import re
from dataclasses import replace

import pytest

from bot.console.guidance import differing
from bot.console.guidance.corpus_sections import SECTIONS, sections
from bot.console.guidance.differing import sheet
from bot.console.viewer import Role
from bot.editions.held import Editions
from retrieval.editing.differences import RunKind, compare
from retrieval.guidance import ProvisionId, ReleaseId
from retrieval.releases import content_of
from tests.console import editions
from tests.console.seen import links
from tests.console.talking import viewer
from tests.console.test_provision_pages import both, contents, house, words

pytestmark = pytest.mark.long

__all__ = ["both", "contents", "house"]


def test_the_first_page_says_what_is_in_force_since_when_and_who_published_it(house, both):
    third = replace(both[1], release=ReleaseId("ccc333ccc333"))
    house.store.keep_release(third.release, content_of(third))
    house.store.activate(third.release, by="Ada")
    house.editions = Editions(house.store, third)
    page = house.reads("/corpus")
    said = words(page)
    assert re.search(
        r"Release ccc333ccc333, since \d\d \w+ \d{4}, \d\d:\d\d UTC, put in force by Ada\.", said)
    for name, number in (("Provisions", len(third.provisions)), ("Questions", len(third.questions)),
                         ("Red flags", len(third.red_flags)), ("Sources", len(third.sources)),
                         ("Safeguards", len(third.safeguards))):
        assert f"{name} {number}" in said
    assert "2 more can be read and are not relied on" in said
    away = words(house.reads("/corpus", viewer("U9", workspace="T2")))
    assert "Ada" not in away and "not known here" in away


def test_who_published_in_another_workspace_is_told_by_neither_name_nor_id(house, both):
    """Its pages took the id out of what the log holds, whosever it was."""
    third = replace(both[1], release=ReleaseId("ccc333ccc333"))
    house.store.keep_release(third.release, content_of(third))
    house.store.activate(third.release, by="slack:T2:U9")
    house.editions = Editions(house.store, third)
    for path in ("/corpus", f"/corpus/releases/{third.release}"):
        said = words(house.reads(path))
        assert ("by somebody of another workspace" in said, "U9" in said) == (
            True, False), path


def test_how_far_it_was_checked_adds_up_in_words_and_leads_to_those(house, both):
    page = house.reads("/corpus")
    said = words(page)
    provisions = both[1].provisions.values()
    for state, told in (("official", "official text"), ("seen", "our digest, seen in a reliable"),
                        ("unchecked", "our digest, not checked")):
        number = sum(one.checked == state for one in provisions)
        assert f"{number} {told}" in said
        assert f"/console/corpus/provisions?checked={state}" in links(page)
    row = re.search(
        r'<tr><th scope="row"><a data-step[^>]*source=ungp".*?</tr>', page.text, re.S)[0]
    cells = [re.sub(r"<[^>]+>", " ", cell).split()[0]
             for cell in re.findall(r'<td class="number"[^>]*>(.*?)</td>', row, re.S)]
    mine = [one for one in provisions if one.source == "ungp"]
    seen = sum(one.checked == "seen" for one in mine)
    assert cells == [str(len(mine)), "–", str(seen), str(len(mine) - seen)]
    assert "and 1 set aside" in row


def test_the_ways_on_are_those_of_the_role(house):
    assert sections(Role.ADMIN) == SECTIONS
    assert sections(Role.ASKER) == ()
    page = house.reads("/corpus")
    assert {f"/console{one.path}" for one in sections(Role.REVIEWER)} <= set(links(page))


def test_a_release_says_what_it_holds_and_lists_it(house, both):
    page = house.reads(f"/corpus/releases/{editions.LATER}")
    said = words(page)
    assert "✓ in force" in said and f"Provisions {len(both[1].provisions)}" in said
    shown = re.findall(r'data-step href="/console/corpus/releases/\w+/provisions/([^"]*)"',
                       page.text)
    assert shown == [*both[1].provisions][:30]
    assert 'rel="next"' in page.text
    old = words(house.reads(f"/corpus/releases/{editions.FIRST}"))
    assert "in force" not in old.split("Compare with")[0].replace("came into force", "")


def test_against_another_it_says_what_is_new_gone_changed_retired_and_confirmed(house):
    page = house.reads(f"/corpus/releases/{editions.LATER}?against={editions.FIRST}")
    said = words(page)
    assert "Provisions: 6 differ" in said
    for told in ("1 confirmed against the official text", "1 changed", "2 added", "1 retired",
                 "1 removed"):
        assert told in said, told
    assert re.search(r"<ins><span[^>]*>\[new: </span> with care<span", page.text)
    assert "Red flags: 1 differs" in said and "(reworded)" in said
    assert "Sources: 1 differs" in said
    assert re.search(r"Report in public on your due diligence for such sales safeguard rests on "
                     r"Be open about how harm is dealt with \(removed\)", said)
    back = words(house.reads(f"/corpus/releases/{editions.FIRST}?against={editions.LATER}"))
    assert "1 relied on again" in back and "1 added" in back


def test_a_release_against_itself_holds_the_same(house):
    assert "They hold the same" in words(
        house.reads(f"/corpus/releases/{editions.LATER}?against={editions.LATER}"))


def test_what_is_not_kept_is_said(house):
    assert house.reads("/corpus/releases/none").status_code == 404
    page = house.reads(f"/corpus/releases/{editions.LATER}?against=none")
    assert page.status_code == 404
    assert "No release none is kept here that could be read." in words(page)
    house.store.keep_release(ReleaseId("odd"), "[]")
    assert "another version of the program" in words(house.reads("/corpus/releases/odd"))


def test_differences_are_read_page_by_page_and_the_rest_stands_on_the_first(guidance, monkeypatch):
    monkeypatch.setattr(differing, "A_PAGE", 4)
    one, two = editions.first(guidance), editions.later(guidance)
    found = compare(one, two)
    first, second = sheet(found, one, two), sheet(found, one, two, 2)
    assert (first.pages, len(first.provisions), len(second.provisions)) == (2, 4, 2)
    assert first.sections and first.affected
    assert not second.sections and not second.affected
    assert sheet(found, one, two, 99).page == 2
    assert {entry.id for entry in (*first.provisions, *second.provisions)} == {
        editions.EDITED, editions.CONFIRMED, editions.RETIRED, editions.GONE, editions.PASSAGE,
        editions.QUOTED}


def test_sayings_are_told_one_by_one_and_in_another_order_is_told_as_that(guidance):
    name = ProvisionId("ungp-17")
    it = guidance.provisions[name]
    asks = ("one", "two", "three")

    def edition(*said):
        return replace(guidance, provisions={name: replace(it, asks=said)})

    def runs(before, after):
        ((entry,),) = (sheet(compare(before, after), before, after).provisions,)
        (field,) = entry.fields
        return [(run.kind, run.text) for run in field.runs if run.text.strip()]

    assert runs(edition(*asks), edition("one", "three", "four")) == [
        (RunKind.GONE, "two"), (RunKind.NEW, "four")]
    assert runs(edition(*asks), edition(*reversed(asks))) == [
        (RunKind.SAME, "in another order")]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN])
def test_the_entry_of_the_section_is_marked_on_all_its_pages(house, role):
    for path in ("/corpus", "/corpus/provisions", "/corpus/provisions/ungp-17",
                 f"/corpus/releases/{editions.LATER}", "/corpus/provisions/none"):
        assert '<a href="/console/corpus" aria-current="page">Guidance</a>' in house.reads(
            path, viewer("U1", role)).text, path
