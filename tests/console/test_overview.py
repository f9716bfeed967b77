"""Each number of the overview is that of the conversations which its link shows, and no other."""

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casebook.memory import Memory
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading
from bot.console.entry.access import require
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.overview.overview import overview
from bot.console.overview.periods import MOST_MONTHS, Span, period
from bot.console.overview.plots import MOST_ROWS
from bot.console.overview.quality import quality
from bot.console.viewer import Role
from retrieval.guidance import QuestionKind
from tests.console.asked import asked
from tests.console.many import Made, put
from tests.console.seen import words
from tests.console.talking import DEAL, WHEN, reading, viewer

LINK = re.compile(r'<a href="/console/\?([^"]*)" aria-label="(\d+) ([^"]*)">([\d,]+)</a>')
AWAY = viewer("U-rev2", workspace="T2")


@pytest.fixture
def filled(desk, guidance):
    desk.made = list(asked(guidance, desk.now, 300))
    put(desk.store, desk.made)
    return desk


def shown(page):
    """The figures of a page, as the filter, the number and what it is of."""
    assert page.status_code == 200
    found = []
    for query, spoken, what, number in LINK.findall(page.text):
        assert spoken == number.replace(",", "")
        found.append((Filter.parse(unescape(query)), int(spoken), unescape(what)))
    return found


@pytest.mark.long
@pytest.mark.parametrize("seen", [viewer(), AWAY, viewer(role=Role.ADMIN)], ids=str)
@pytest.mark.parametrize("span", Span)
def test_every_number_is_that_of_the_conversations_it_leads_to(filled, span, seen):
    found = shown(filled.reads(f"/overview?period={span.value}", seen))
    assert len(found) > 60
    with reading(filled) as connection:
        for wanted, number, what in found:
            assert listing.count(connection, seen, wanted) == number, what


def test_the_link_opens_the_queue_with_that_many(filled):
    wanted, number, _ = next(one for one in shown(filled.reads("/overview")) if one[0].flag)
    queue = filled.reads(f"/?{wanted.query()}")
    assert f"<strong>{number}</strong> conversation" in queue.text


def brute(made, workspace, since):
    """The numbers of the overview, counted one by one."""
    found = Counter()
    for one in made:
        memory = one.memory
        if one.workspace != workspace or date.fromisoformat(memory.opened_at[:10]) < since:
            continue
        if memory.erased == memory.turns:
            found["erased"] += 1
            continue
        found["opened"] += 1
        found["up"] += True in memory.votes.values()
        found["down"] += False in memory.votes.values()
        found.update(("flag", flag) for flag in memory.flags)
        found.update(("gap", gap) for gap in memory.gaps)
        found.update(("open", fact) for fact in memory.open)
        found.update(("faint", provision) for provision in memory.faint)
        found.update(("country", value) for values in memory.facts.values() for value in values)
    return found


@pytest.mark.long
@pytest.mark.parametrize(("span", "days"), [("30", 30), ("90", 90), ("365", 365), ("all", 9999)])
def test_the_numbers_are_those_of_a_count_one_by_one(filled, guidance, span, days):
    since = filled.now.date() - timedelta(days=days - 1)
    expected = brute(filled.made, "T1", since)
    country = next(q.fact for q in guidance.questions.values() if q.kind is QuestionKind.COUNTRY)
    found = {}
    for wanted, number, what in shown(filled.reads(f"/overview?period={span}")):
        whole = wanted.until is None and wanted.waiting is None and wanted.opened == (
            None if span == "all" else since)
        if whole and what.startswith("conversations") and wanted.erased is False:
            found["opened" if what == "conversations opened" else
                  wanted.feedback.value if wanted.feedback else
                  ("flag", wanted.flag) if wanted.flag else
                  ("gap", wanted.gap) if wanted.gap else
                  ("open", wanted.open) if wanted.open else
                  ("faint", wanted.faint) if wanted.faint else
                  ("country", wanted.facts[country])] = number
    assert expected["opened"] == found["opened"] > 0
    small_talk = {gap.id for gap in guidance.gaps if gap.kind == "opening"}
    for what, number in expected.items():
        if what != "erased" and what[1] not in small_talk:
            assert found.get(what, 0) == number, what
    assert all(expected[what] == number for what, number in found.items())
    if expected["erased"]:
        assert f"{expected['erased']} whose words were erased count no more" in words(
            filled.reads(f"/overview?period={span}"))


def test_what_waits_is_told_by_its_age_and_adds_up(filled):
    found = shown(filled.reads("/overview"))
    whole = next(n for wanted, n, what in found if what == "conversations wait for a review")
    ages = {what: n for wanted, n, what in found if what.startswith("wait: ")}
    assert 2 * whole == sum(n for wanted, n, what in found if what.startswith("wait: "))
    assert list(ages)[:2] == ["wait: Today and yesterday", "wait: 2 to 7 days"]
    waits = [one for one in filled.made if one.workspace == "T1"
             and one.memory.erased < one.memory.turns
             and not one.memory.reviewed and (
                 one.memory.flags or one.memory.votes or one.memory.unchecked
                 or one.memory.corrected or one.memory.similarity == 380)]
    assert whole <= len(waits)


def test_a_fresh_installation_says_what_will_stand_there(desk):
    page = desk.reads("/overview")
    assert page.status_code == 200
    assert "Nothing to count yet" in words(page)
    assert "<svg" not in page.text and shown(page) == []


def test_a_time_in_which_nothing_happened_says_so(desk):
    desk.say("c1", DEAL)
    desk.now += timedelta(days=200)
    page = words(desk.reads("/overview?period=30"))
    assert "Nobody opened a conversation in this time" in page
    assert "25 November 2026" in page
    assert [n for _, n, what in shown(desk.reads("/overview?period=365"))
            if what == "conversations opened"] == [1]


@pytest.mark.parametrize("given", ["", "nonsense", "31", "<script>", "-1"])
def test_a_period_that_there_is_not_is_the_usual_one(desk, given):
    desk.say("c1", DEAL)
    page = desk.client().get("/console/overview", params={"period": given})
    assert page.status_code == 200
    assert re.search(r'period=90" aria-current="page"', page.text)
    assert "<script>" not in page.text.replace("<script src", "")


def test_a_real_deal_is_counted_by_flag_country_and_open_fact(desk, guidance):
    desk.say("c1", DEAL)
    page = desk.reads("/overview?period=30")
    assert "Kenya" in words(page)
    titles = {flag.id: flag.title for flag in guidance.red_flags}
    with reading(desk) as connection:
        raised = listing.line_of(connection, viewer(), "c1").memory.flags
    for flag in raised:
        assert titles[flag] in words(page)
    assert {n for wanted, n, _ in shown(page)} == {1}
    assert shown(desk.reads("/overview", AWAY)) == []


def test_what_is_many_is_drawn_by_eight_and_the_others_together(filled):
    page = filled.reads("/overview?period=all").text
    flags = page[page.index('id="flags"'):page.index('id="countries"')]
    assert len(re.findall(r"<li>", flags)) == MOST_ROWS
    others = int(re.search(r'>(\d+) others</a>', flags)[1])
    assert len(re.findall(r'<tr><th scope="row">', flags)) == MOST_ROWS + others


def test_pages_carry_no_style_and_no_script_of_their_own(filled):
    page = filled.reads("/overview").text
    assert " style=" not in page and "<style" not in page
    assert re.findall(r"<script[^>]*>", page) == [
        '<script src="/console/static/keys.js" defer>']
    titles = re.findall(r'<svg[^>]*aria-labelledby="([^"]+)"', page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert titles and all(set(one.split()) <= set(ids) for one in titles)


@given(today=st.dates(date(2021, 1, 1), date(2030, 12, 31)), span=st.sampled_from(Span),
       back=st.integers(-3, 3000))
def test_pieces_cover_each_day_of_a_period_once(today, span, back):
    made = period(span, today, today - timedelta(days=back))
    firsts = [piece.first for piece in made.pieces]
    assert firsts == sorted(set(firsts)) and firsts[-1] <= today
    assert made.pieces[-1].last is None
    for one, after in zip(made.pieces, made.pieces[1:], strict=False):
        assert one.last + timedelta(days=1) == after.first
    if span is not Span.ALL:
        assert firsts[0] == made.first == today - timedelta(days=int(span.value) - 1)
    else:
        assert firsts[0] <= today - timedelta(days=max(back, 0))
    assert len(firsts) <= max(MOST_MONTHS, 30)
    day = today - timedelta(days=max(0, min(back, (today - firsts[0]).days)))
    piece = made.pieces[made.place(day)]
    assert piece.first <= day and (piece.last is None or day <= piece.last)
    assert made.place(today + timedelta(days=9)) == len(firsts) - 1


@pytest.mark.long
def test_a_filter_of_the_overview_stays_when_the_form_is_sent_again(filled, guidance):
    filters = {one[0].query(): one for one in shown(filled.reads("/overview"))}
    assert filters
    for wanted, _, _ in filters.values():
        form = filled.reads(f"/?{wanted.query()}").text
        kept = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]+)"', form))
        kept |= {name: unescape(value) for name, options in re.findall(
            r'<select name="([^"]+)">(.*?)</select>', form, re.S)
            for value in re.findall(r'<option value="([^"]*)" selected', options)}
        again = Filter.parse("&".join(f"{quote(name)}={quote(unescape(value))}"
                                      for name, value in kept.items() if name != "token"))
        assert again == wanted
        assert "<details open>" in form


@pytest.mark.parametrize(("user", "status"), [("U1", 403), ("U-rev", 200), ("U-adm", 200)])
@pytest.mark.parametrize("path", ["/overview", "/quality"])
def test_both_pages_are_for_reviewers(build, database, tmp_path, guidance, path, user, status):
    reading_ = Reading(database, lambda _: guidance, Integrity(None), lambda: WHEN)
    house = build(pages=[*overview(reading_, require), *quality(reading_, require, tmp_path)])
    assert house.signed_in(user).get(f"/console{path}").status_code == status
    assert house.browser().get(f"/console{path}").headers["location"].startswith(
        "/console/sign-in")
    assert house.signed_in("U9", "T2").get(f"/console{path}").status_code == 403


def test_before_the_guidance_can_be_read_the_page_says_so(build, database, tmp_path):
    put(database, [Made("c1", "T1", "U1", Memory(
        turns=1, opened_at=WHEN.isoformat(timespec="microseconds"),
        updated_at=WHEN.isoformat(timespec="microseconds")), ())])
    reading_ = Reading(database, None, Integrity(None), lambda: WHEN)
    page = build(pages=overview(reading_, require)).signed_in("U-rev").get("/console/overview")
    assert page.status_code == 200
    assert "The release in force can’t be read" in words(page)
