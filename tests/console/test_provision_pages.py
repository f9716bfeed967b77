"""What the page of a provision says: whose words they are, what rests on them, how they changed."""

import re
from dataclasses import replace
from html import unescape

import pytest

from bot.console.guidance import provision_words
from bot.console.guidance.labelled_questions import LabelledQuestions
from bot.console.viewer import Role
from bot.editions.held import Editions
from bot.plain import MARKS
from bot.store import Store
from retrieval.releases import content_of
from tests.console import editions
from tests.console.seen import links
from tests.console.talking import Desk, viewer
from tests.dialogue.talking import WordSearch

pytestmark = pytest.mark.long

ADMIN = viewer("U-adm", Role.ADMIN)
ASKER = viewer("U1", Role.ASKER)
EVIL = "<script>alert(1)</script>\"'{{7919*7907}}"


def words(response):
    return re.sub(r" (?=[,;.])", "", " ".join(
        unescape(re.sub(r"<[^>]+>", " ", response.text)).split()))


class NoAdvisor:
    """The pages need the guidance alone."""

    def __init__(self, guidance):
        self.guidance = guidance


@pytest.fixture(scope="module")
def both(guidance):
    return editions.first(guidance), editions.later(guidance)


@pytest.fixture(scope="module")
def contents(both):
    return [content_of(one) for one in both]


@pytest.fixture
def house(database, both, contents):
    """A console with both releases, of which the later is in force."""
    made = Desk(database, NoAdvisor(both[1]))
    made.note("c1", "viewed")  # with a log, in which publications are told
    for one, content in zip(both, contents, strict=True):
        database.keep_release(one.release, content)
        database.activate(one.release, by="publisher")
    made.editions = Editions(database, both[1])
    return made


def test_a_digest_is_said_to_be_ours_and_is_never_drawn_as_a_quotation(house, both):
    page = house.reads(f"/corpus/provisions/{editions.EDITED}")
    said = words(page)
    assert page.status_code == 200
    assert "not yet checked against the official text" in said
    assert "In our own words; not a quotation." in said
    assert "<blockquote" not in page.text
    assert both[1].provisions[editions.EDITED].text in unescape(page.text)
    source = both[1].sources[both[1].provisions[editions.EDITED].source]
    for told in (source.title, source.issuer, source.edition, source.licence, "Mind the invented"):
        assert told in said, told
    assert source.url in links(page)


def test_whoever_reads_a_digest_that_is_wrong_is_led_to_where_it_is_corrected(house, both):
    """Nothing of the page led there: the same digest had to be looked for in the tick list."""
    to = f"/console/corpus/ticks/{editions.EDITED}"
    assert to in links(house.reads(f"/corpus/provisions/{editions.EDITED}"))
    there = f"/console/corpus/ticks/{editions.CONFIRMED}"
    assert there in links(house.reads(f"/corpus/provisions/{editions.CONFIRMED}"))
    # A document's own words are nobody's to correct, and neither is what a release was.
    for path in (f"/corpus/provisions/{editions.PASSAGE}",
                 f"/corpus/releases/{both[1].release}/provisions/{editions.EDITED}"):
        assert not [one for one in links(house.reads(path)) if "/corpus/ticks/" in one], path


def test_what_stands_beside_it_says_how_far_it_is_checked_and_so_does_the_title(house, both):
    """The words of the neighbours stood there without, be the page one of official words."""
    page = house.reads(f"/corpus/provisions/{editions.CONFIRMED}")
    beside = page.text[page.text.index('id="around"'):]
    states = re.findall(r'<p class="checked (\w+)">. ([^<]+)</p>', beside)
    every = [one for one in both[1].provisions.values()
             if one.source == both[1].provisions[editions.CONFIRMED].source]
    place = [one.id for one in every].index(editions.CONFIRMED)
    assert states == [(one.checked.value, MARKS[one.checked].capitalize())
                      for one in (every[place - 1], every[place + 1])]
    assert "unchecked" in dict(states)
    assert "(official text)" in re.search(r"<title>(.*?)</title>", page.text)[1]
    digest = house.reads(f"/corpus/provisions/{every[place + 1].id}")
    assert "(our digest, not checked)" in re.search(r"<title>(.*?)</title>", digest.text)[1]


def test_official_words_are_quoted_with_page_place_and_link(house):
    page = house.reads(f"/corpus/provisions/{editions.PASSAGE}")
    quoted = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", page.text, re.S)[1]
    assert unescape(quoted) == editions.WORDS
    said = words(page)
    assert "The official document’s own words: Invented guidance (2020)" in said
    assert "page 8 as printed, page 12 of the file" in said
    assert "In our own words" not in said
    assert "https://example.org/invented.pdf#page=12" in links(page)
    assert "Retrieved 19 November 2026" in said


def test_a_confirmed_one_shows_the_official_words_beside_our_digest_and_who_ticked_them(
        house, both):
    digest = both[0].provisions[editions.CONFIRMED].text
    page = house.reads(f"/corpus/provisions/{editions.CONFIRMED}")
    said = words(page)
    assert "Confirmed against the official text By U-lead on 20 Nov 2026, 10:00 UTC" in said
    away = words(house.reads(f"/corpus/provisions/{editions.CONFIRMED}",
                             viewer("U9", workspace="T2")))
    assert ("By somebody of another workspace on 20 Nov 2026" in away, "U-lead" in away) == (
        True, False)
    assert f"The official words {both[1].provisions[editions.CONFIRMED].text}" in said
    assert f"Our digest {digest}" in said
    tick = both[1].provisions[editions.CONFIRMED].confirmed
    assert (f"/console/corpus/provisions/{editions.PASSAGE}?from={tick.start}&to={tick.end}"
            "#passage") in links(page)
    passage = house.reads(
        f"/corpus/provisions/{editions.PASSAGE}?from={tick.start}&to={tick.end}")
    assert re.search(r"<mark[^>]*>(.*?)</mark>", passage.text)[1] == both[1].provisions[
        editions.CONFIRMED].text


def test_a_retired_one_says_first_why_and_what_to_use_instead(house):
    page = house.reads(f"/corpus/provisions/{editions.RETIRED}")
    said = words(page)
    assert "Retired: nobody relies on it any more. It repeats what another says." in said
    assert said.index("Retired: nobody") < said.index("In our own words")
    assert f"/console/corpus/provisions/{editions.INSTEAD}" in links(page)


def test_one_that_another_quotes_in_full_leads_to_that_one(house):
    page = house.reads(f"/corpus/provisions/{editions.QUOTED}")
    assert "another provision quotes it in full" in words(page)
    assert f"/console/corpus/provisions/{editions.CONFIRMED}" in links(page)


def test_it_names_the_flags_that_rest_on_it_and_when_they_are_raised(house, both):
    said = words(house.reads(f"/corpus/provisions/{editions.CONFIRMED}"))
    flag = both[1].flag_by_id[editions.FLAG]
    ((fact, values),) = flag.when.items()
    question = both[1].questions[fact]
    (value,) = values
    assert (f"1 red flag ▲▲▲ grave {flag.title} Raised when {question.label} is "
            f"{question.label_of(value)}") in said
    assert "1 question of the interview" in said


def test_one_that_nothing_rests_on_says_so(house):
    assert "No red flag, safeguard, question or other entry rests on it" in words(
        house.reads(f"/corpus/provisions/{editions.PASSAGE}"))


def test_its_past_is_told_word_by_word_the_newest_first(house):
    page = house.reads(f"/corpus/provisions/{editions.EDITED}")
    past = page.text[page.text.index('id="history"'):]
    assert past.index("Its text changed") < past.index("The first that has it")
    assert re.search(r"<ins><span[^>]*>\[new: </span> with care<span", past)
    assert "in force from" in past
    assert f"/console/corpus/releases/{editions.FIRST}/provisions/{editions.EDITED}" in links(page)
    same = words(house.reads("/corpus/provisions/ungp-13"))
    assert "It reads the same in every release that has it" in same


def test_a_digest_that_became_official_is_shown_whole_before_and_after(house, both):
    page = house.reads(f"/corpus/provisions/{editions.CONFIRMED}")
    past = page.text[page.text.index('id="history"'):]
    assert "Confirmed against the official text" in past
    gone = re.search(r"<del><span[^>]*>\[gone: </span>(.*?)<span", past)[1]
    assert unescape(gone) == both[0].provisions[editions.CONFIRMED].text


def test_how_often_it_is_cited_leads_to_the_conversations_of_the_own_workspace(house):
    house.more = {"citing": editions.Counts(ungp_17=1, sg_c2_rf3=1234)}
    page = house.reads(f"/corpus/provisions/{editions.CONFIRMED}")
    assert "Cited in 1,234 conversations, 2,468 answers, the last on 24 Nov 2026" in words(page)
    assert "/console/?provision=sg-c2-rf3" in links(page)
    assert "No answer in your workspace has cited it." in words(
        house.reads(f"/corpus/provisions/{editions.INSTEAD}"))
    away = house.reads(f"/corpus/provisions/{editions.CONFIRMED}",
                       viewer("U9", Role.REVIEWER, workspace="T2"))
    assert "1,234" not in away.text
    assert re.findall(r'href="/console/\?provision=([^"]*)"', house.reads(
        "/corpus/provisions?source=ungp").text) == ["ungp-17"]


def test_who_may_not_count_is_told_nothing_of_counts(house):
    assert "In answers" not in words(house.reads(f"/corpus/provisions/{editions.CONFIRMED}"))


def test_labelled_questions_name_it_and_a_broken_file_is_told(house, tmp_path):
    file = tmp_path / "evaluation.yaml"
    file.write_text("- {id: q1, query: who watches reporters, relevant: [sg-c2-rf3]}\n"
                    "- {id: q2, query: the weather, relevant: [], wrong: [sg-c2-rf3]}\n")
    house.more = {"labelled": LabelledQuestions(file)}
    path = f"/corpus/provisions/{editions.CONFIRMED}"
    said = words(house.reads(path))
    assert "Labelled questions that hold its quality: 2 who watches reporters q1" in said
    assert "the weather q2 · must not be shown for it" in said
    assert "No labelled question names it" in words(house.reads("/corpus/provisions/ungp-13"))
    file.write_text("- {id: q1, query: 7}\n\n")
    assert "The labelled questions can’t be read" in words(house.reads(path))
    file.unlink()
    assert "No labelled question names it" in words(house.reads(path))


def test_an_id_that_never_was_suggests_the_nearest_and_one_that_is_gone_leads_to_its_last(house):
    page = house.reads("/corpus/provisions/ungp-177")
    assert page.status_code == 404
    assert "Neither the release in force nor one before it" in words(page)
    assert "/console/corpus/provisions/ungp-17" in links(page)
    gone = house.reads(f"/corpus/provisions/{editions.GONE}")
    assert gone.status_code == 404
    assert "It was there once: “Be open about how harm is dealt with” (UNGP 21)" in words(gone)
    last = f"/corpus/releases/{editions.FIRST}/provisions/{editions.GONE}"
    assert f"/console{last}" in links(gone)
    assert "It is no longer in the release in force" in words(house.reads(last))


def test_as_it_read_in_a_release_says_in_what_words_todays_differs(house, both):
    page = house.reads(f"/corpus/releases/{editions.FIRST}/provisions/{editions.EDITED}")
    said = words(page)
    assert both[0].provisions[editions.EDITED].text in unescape(page.text)
    assert f"As it reads in release {editions.FIRST}, which is not the one in force" in said
    assert "It reads otherwise today" in said
    assert re.search(r"<ins><span[^>]*>\[new: </span> with care<span", page.text)
    same = words(house.reads(f"/corpus/releases/{editions.FIRST}/provisions/ungp-13"))
    assert "It reads the same in the release in force" in same
    now = words(house.reads(f"/corpus/releases/{editions.LATER}/provisions/{editions.EDITED}"))
    assert "which is in force" in now and "otherwise today" not in now
    aside = words(house.reads(f"/corpus/releases/{editions.FIRST}/provisions/{editions.RETIRED}"))
    assert "In the release in force it is no longer relied on" in aside


def test_whoever_asked_reads_what_was_cited_and_nothing_of_others(house):
    house.more = {"citing": editions.Counts(ungp_17=4321)}
    path = f"/corpus/releases/{editions.FIRST}/provisions/{editions.EDITED}"
    mine, theirs = house.reads(path, ASKER), house.reads(path)
    for kept in ("4,321", "How it read before", "How people ask for it", "publisher"):
        assert kept not in words(mine), kept
    assert "4,321" in words(theirs) and "How it read before" in words(theirs)
    assert "It reads otherwise today" in words(mine)
    for link in links(mine):
        if "/corpus" in link:
            assert re.fullmatch(r"/console/corpus/releases/\w+/provisions/[\w-]+", link) or (
                "/static/" in link), link
    ticked = house.reads(
        f"/corpus/releases/{editions.LATER}/provisions/{editions.CONFIRMED}", ASKER)
    assert "On 20 Nov 2026, 10:00 UTC, against" in words(ticked)
    assert "U-lead" not in ticked.text
    edited = house.reads(f"/corpus/releases/{editions.LATER}/provisions/{editions.EDITED}", ASKER)
    assert "(corrected here)" in words(edited) and "U-lead" not in edited.text


def test_where_provisions_stood_before_leads_on_with_the_passage(house):
    old = house.client().get(
        f"/console/provisions/{editions.FIRST}/{editions.EDITED}?from=1&to=5")
    assert (old.status_code, old.headers["location"]) == (
        308, f"/console/corpus/releases/{editions.FIRST}/provisions/{editions.EDITED}?from=1&to=5")


def test_the_list_says_how_it_searched_and_what_to_do_when_nothing_fits(house, both):
    said = words(house.reads("/corpus/provisions?q=reporters"))
    assert "Found by words, numbers and ids only" in said
    house.more = {"searching": lambda release: WordSearch(both[1])
                  if release == editions.LATER else None}
    page = house.reads("/corpus/provisions?q=reporters+watched")
    assert "Found by words, numbers" not in words(page) and "Found by meaning" in words(page)
    none = house.reads("/corpus/provisions?q=wolpertinger")
    assert none.status_code == 200 and "Nothing fits" in words(none)
    silent = words(house.reads("/corpus/provisions?q=law"))
    assert "By meaning nothing in the guidance is near to this" in silent


def test_the_list_goes_on_page_by_page_with_what_was_asked_for(house, both):
    page = house.reads("/corpus/provisions?source=sg")
    total = sum(one.source == "sg" for one in both[1].provisions.values())
    assert f"{total} provisions that fit" in words(page)
    (following,) = re.findall(r'rel="next"[^>]*href="([^"]*)"', page.text)
    assert unescape(following) == "/console/corpus/provisions?source=sg&page=2"
    second = house.reads("/corpus/provisions?source=sg&page=2")
    shown = re.findall(r'data-step href="/console/corpus/provisions/([^"]*)"', page.text)
    assert not set(shown) & set(
        re.findall(r'data-step href="/console/corpus/provisions/([^"]*)"', second.text))
    assert len(shown) == 30


def test_the_retired_are_marked_in_the_list(house):
    row = re.search(rf'<tr class="done">(?:(?!</tr>).)*{editions.RETIRED}.*?</tr>', house.reads(
        "/corpus/provisions?standing=retired").text, re.S)[0]
    assert '<span class="tag">Retired</span>' in row


def test_whatever_stands_in_texts_and_addresses_stays_text(house, both, database):
    odd = replace(both[1], release="ccc333ccc333", provisions={
        editions.EDITED: replace(both[1].provisions[editions.EDITED], text=EVIL, heading=EVIL,
                                 note=EVIL, url="javascript:alert(1)", asks=(EVIL,))})
    database.keep_release(odd.release, content_of(odd))
    database.activate(odd.release)
    house.editions = Editions(database, odd)
    for path in (f"/corpus/provisions/{editions.EDITED}", "/corpus/provisions", "/corpus",
                 f"/corpus/provisions?q={EVIL}&source={EVIL}&kind={EVIL}&consideration={EVIL}",
                 f"/corpus/provisions/{EVIL.replace('/', '')}",
                 f"/corpus/releases/{odd.release}?against={editions.FIRST}",
                 f"/corpus/releases/{odd.release}?against={EVIL}"):
        page = house.reads(path)
        assert page.status_code in {200, 404}, path
        assert "<script>" not in page.text and "62615533" not in page.text, path
        assert 'href="javascript:' not in page.text, path


def test_before_the_first_release_every_page_says_that_there_is_none(guidance, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    store.upgrade()
    house = Desk(store, NoAdvisor(guidance))
    for path, status in (("/corpus", 200), ("/corpus/provisions", 404),
                         ("/corpus/provisions/ungp-17", 404), ("/corpus/releases/x", 404)):
        assert house.reads(path).status_code == status, path
    assert "Nothing is in force yet" in words(house.reads("/corpus"))
    store.close()


@pytest.mark.parametrize(("mark", "said"), [
    ("[K]", "our own knowledge"),
    ("[K heading]", "our own knowledge: heading"),
    ("[S mondaq]", "seen in mondaq"),
    ("[S tradelawdaily for the fact; K]", "seen in tradelawdaily for the fact; our own knowledge"),
    ("[S-draft strtrade; K for a softer final form]",
     "a draft as told by strtrade; our own knowledge for a softer final form"),
    ("[K; existence S state.gov landing page]",
     "our own knowledge; existence: seen in state.gov landing page"),
    ("[S vdocuments] that it exists; [K] the paragraphs",
     "seen in vdocuments that it exists; our own knowledge the paragraphs"),
    ("[S-draft arentfox, strtrade; ?]", "a draft as told by arentfox, strtrade; not sure"),
    ("[S seed; article numbers are ours]", "seen in seed; article numbers are ours"),
    ("document 1234567890ab", "document 1234567890ab"),
    ("corrected by slack:T1:U9", "corrected here")])
def test_what_a_digest_rests_on_is_said_in_words(mark, said):
    """The page said "basis: [K]", which only who writes the corpus can read."""
    assert provision_words.basis(mark) == said
