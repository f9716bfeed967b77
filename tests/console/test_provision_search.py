"""Looking provisions up: what is asked for by name comes first, and every filter holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.guidance.provision_search import A_PAGE, Shelf, Standing, UsedBy, Wanted, Why
from retrieval.editing.uses import User
from retrieval.guidance import Checked
from retrieval.matches import Found, Match
from retrieval.matches import Why as Matched
from retrieval.passages import passage
from tests.console import editions


@pytest.fixture(scope="module")
def shelf(guidance):
    return Shelf(editions.later(guidance))


def ids(results):
    return [row.provision.id for row in results.rows]


def every(shelf, wanted):
    """All that *wanted* finds, page after page."""
    found, page = [], 1
    while True:
        results = shelf.find(Wanted.parse(wanted.query(page)))
        found += ids(results)
        if page == results.pages:
            assert len(found) == results.total
            return found
        page += 1


def test_without_words_all_stand_there_in_the_order_of_their_sources_page_by_page(shelf):
    assert every(shelf, Wanted()) == [*shelf.guidance.provisions, *shelf.guidance.set_aside]
    first = shelf.find(Wanted())
    assert (len(first.rows), first.page, first.pages) == (A_PAGE, 1, 8)
    assert shelf.find(Wanted(page=999)).page == 8


@pytest.mark.parametrize(("said", "why"), [
    ("sg-c2-rf3", Why.ID), ("  SG-C2-RF3 ", Why.ID), ("UNGP 17", Why.NAMED),
    ("what does ungp 17 say of it?", Why.NAMED), ("Invented guidance, p. 8", Why.NAMED)])
def test_what_is_asked_for_by_id_or_pinpoint_stands_first(shelf, said, why):
    first = shelf.find(Wanted(q=said)).rows[0]
    assert (first.provision.id, first.why) == ({
        Why.ID: "sg-c2-rf3"}.get(why, "invented-2020-p8" if "p. 8" in said else "ungp-17"), why)


def test_words_find_without_a_model_and_it_is_said_that_none_took_part(shelf):
    results = shelf.find(Wanted(q="reporters court allowed"))
    assert ids(results)[0] in {editions.CONFIRMED, editions.PASSAGE, editions.QUOTED}
    assert {row.why for row in results.rows} == {Why.WORDS}
    assert not results.by_meaning and not results.silent
    assert ids(shelf.find(Wanted(q="wolpertinger"))) == []


def test_with_the_model_what_it_finds_comes_before_what_only_shares_words(shelf):
    far = [one for one in shelf.guidance.provisions.values() if one.id.startswith("iccpr")][:2]
    asked = []

    def search(queries):
        asked.extend(queries)
        return [Found(query, tuple(Match(passage(one), 0.7, Matched.SIMILAR) for one in far))
                for query in queries]

    results = shelf.find(Wanted(q="reporters court allowed"), search)
    assert [query.text for query in asked] == ["reporters court allowed"]
    assert results.by_meaning
    assert [(row.provision.id, row.why) for row in results.rows[:3]] == [
        (far[0].id, Why.MEANING), (far[1].id, Why.MEANING),
        (results.rows[2].provision.id, Why.WORDS)]


def test_a_search_that_finds_nothing_near_is_told_and_words_are_shown_all_the_same(shelf):
    results = shelf.find(Wanted(q="reporters court allowed"),
                         lambda queries: [Found(q, (), abstained=True) for q in queries])
    assert results.silent and results.rows


def test_every_filter_lets_pass_what_it_says(shelf):
    guidance = shelf.guidance
    one = guidance.provisions
    assert every(shelf, Wanted(source="ungp")) == [
        *(p.id for p in one.values() if p.source == "ungp"), editions.RETIRED]
    assert set(every(shelf, Wanted(checked=Checked.OFFICIAL))) == {
        editions.CONFIRMED, editions.PASSAGE, editions.QUOTED}
    assert every(shelf, Wanted(kind="passage")) == [editions.PASSAGE, editions.QUOTED]
    assert every(shelf, Wanted(consideration="sg-c2", kind="red flag")) == [
        p.id for p in one.values() if p.consideration == "sg-c2" and p.kind == "red flag"]
    assert set(every(shelf, Wanted(used=UsedBy.FLAG))) == {
        id_ for id_, uses in shelf.uses.items() if any(use.user is User.FLAG for use in uses)
        and id_ in shelf.every}
    nothing, anything = every(shelf, Wanted(used=UsedBy.NOTHING)), every(
        shelf, Wanted(used=UsedBy.ANYTHING))
    assert nothing and not set(nothing) & set(anything)
    assert {*nothing, *anything} == set(shelf.every)
    assert every(shelf, Wanted(standing=Standing.RETIRED)) == [editions.RETIRED]
    assert every(shelf, Wanted(standing=Standing.QUOTED)) == [editions.QUOTED]
    assert ids(shelf.find(Wanted(q="invented sentence", kind="passage"))) == [
        editions.PASSAGE, editions.QUOTED]


@given(st.text(max_size=60))
def test_no_query_string_is_too_odd_to_be_read(query):
    assert isinstance(Wanted.parse(query), Wanted)


@given(st.builds(
    Wanted, q=st.text(max_size=40).map(str.strip), source=st.text(max_size=20).map(str.strip),
    checked=st.none() | st.sampled_from(Checked), kind=st.text(max_size=9).map(str.strip),
    consideration=st.text(max_size=9).map(str.strip), used=st.none() | st.sampled_from(UsedBy),
    standing=st.none() | st.sampled_from(Standing), page=st.just(1)))
def test_a_filter_reads_back_from_its_own_query_string(wanted):
    assert Wanted.parse(wanted.query()) == wanted


@pytest.mark.parametrize(("page", "read"), [
    ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("99999999999999", 1), ("", 1), ("٣", 1)])
def test_a_page_that_makes_no_sense_is_the_first(page, read):
    assert Wanted.parse(f"page={page}").page == read
