"""What is shown of reviews: to whoever asked, in the queue, once words are erased, beside turns."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot import console
from bot.casebook.standing import Standing
from bot.console.wording import wording
from bot.console.wording.review_wording import Titles, clock, for_asker
from bot.dialogue.conversation import ConversationId
from bot.errors import UnknownRelease
from bot.record.log import rows
from bot.reviews.advised import Change, ChangeKind
from bot.schema import case_lines, case_tags, day_counts
from retrieval.guidance import ProvisionId, ReleaseId
from retrieval.releases import content_of
from tests.console.conftest import START
from tests.console.reviewed import Office
from tests.console.seen import links, words
from tests.console.talking import DEAL
from tests.console.test_review_acts import ACTS, CORRECTION, NOW

STYLES = Path(console.__file__).parent / "static"


@pytest.fixture
def office(desk, clock):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    return Office(desk, clock)


def plain(page):
    return " ".join(words(page).split())


def test_whoever_asked_sees_where_it_stands_and_what_they_were_asked_and_no_more(office):
    kim, sam = office.browser(name="Kim"), office.browser("U1")
    assert "has not begun to review" in plain(sam.reads("/conversations/c1"))
    kim.does("take")
    kim.does("comment", text="canary among reviewers")
    kim.does("ask", text="Who is the reseller?\nAnd where?")
    kim.does("verdict", holding={"turn": "1"}, kind="corrected_answer", text="canary verdict")
    page = sam.reads("/conversations/c1")
    assert "put a question to you that waits for your answer" in plain(page)
    assert "Who is the reseller?\nAnd where?" in page.text
    office.desk.say("c1", "The reseller sits in Kenya.")
    page = sam.reads("/conversations/c1")
    assert "Answered in turn 3" in plain(page)
    assert "#turn-3" in links(page)
    kim.agrees_to_all()
    kim.does("sign-off", text="canary reason")
    page = sam.reads("/conversations/c1")
    assert ("Compliance signed off on 01 Mar 2026, 09:00 UTC: the review is complete. "
            "This is no statement that the deal is lawful or may go ahead.") in plain(page)
    office.desk.say("c1", CORRECTION)
    page = sam.reads("/conversations/c1")
    assert "it has to be reviewed again" in plain(page)
    assert "canary" not in page.text and "Kim" not in page.text
    assert [act for act in ACTS if sam.form(page, act)] == []
    assert "/reviews/" not in page.text


def test_a_colleague_s_question_is_not_shown_to_another_asker(office):
    office.desk.say("c2", DEAL, user="U2")
    office.browser().does("ask", "c2", text="for U2 alone")
    assert office.browser("U1").reads("/conversations/c2").status_code == 404
    assert "for U2 alone" in office.browser("U2").reads("/conversations/c2").text


@pytest.mark.long
def test_the_queue_counts_open_reviews_and_leads_to_exactly_those(office):
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2", name="Ada")
    for n in range(2, 7):
        office.desk.say(f"c{n}", DEAL, user="U2")
        office.desk.say(f"c{n}", NOW, user="U2")
    kim.does("take", "c1")
    kim.does("assign", "c1", to="U-rev2")
    kim.does("assign", "c2", to="U-rev")
    kim.does("assign", "c3", to="U-rev")
    kim.agrees_to_all("c3")
    kim.does("sign-off", "c3", text="Done")
    kim.does("ask", "c4", text="Who?")
    kim.agrees_to_all("c5")
    kim.does("sign-off", "c5", text="Done")
    office.desk.say("c5", CORRECTION, user="U2")
    page = kim.reads("/")
    assert "4 open reviews" in plain(page)
    for link, label, found in (
            ("?assigned=me&reviewed=no", "Mine (1)", ["c2"]),
            ("?standing=assigned", "Assigned (1)", ["c2"]),
            ("?standing=under_review", "Under review (1)", ["c1"]),
            ("?standing=waiting", "Waits for an answer (1)", ["c4"]),
            ("?standing=lapsed", "Sign-off lapsed (1)", ["c5"])):
        assert f"/console/{link}" in links(page)
        assert label in plain(page)
        listed = kim.reads(f"/{link}")
        assert re.findall(r'href="/console/conversations/(\w+)"', listed.text) == found
        assert 'aria-current="page"' in listed.text.split('aria-label="Reviews"')[1]
    assert "for Ada" in plain(kim.reads("/?standing=under_review"))
    assert "for me" in plain(kim.reads("/?standing=assigned"))
    assert "Mine (1)" in plain(ada.reads("/"))
    assert 'value="signed" selected' in kim.reads("/?standing=signed").text
    asker = office.browser("U2").reads("/")
    assert "open review" not in asker.text and "for me" not in plain(asker)
    away = office.browser("U9", team="T2").reads("/")
    assert "0 open reviews" in plain(away) and "Mine (0)" in plain(away)


def test_a_deal_that_was_sent_to_compliance_is_an_open_review_before_anybody_begins(office):
    kim = office.browser(name="Kim")
    office.desk.say("c2", DEAL, user="U2")
    assert "0 open reviews" in plain(kim.reads("/"))
    office.desk.note("c2", "handed_over", user="U2", body={"turn": 1})

    page = kim.reads("/")
    assert "1 open review " in plain(page) and "not begun (1)" in plain(page)
    listed = kim.reads(next(link for link in links(page) if "reason=sent" in link)
                       .removeprefix("/console"))
    assert re.findall(r'href="/console/conversations/(\w+)"', listed.text) == ["c2"]
    assert 'aria-current="page"' in listed.text.split('aria-label="Reviews"')[1].split("</nav>")[0]

    kim.does("take", "c2")
    page = plain(kim.reads("/"))
    assert "1 open review " in page and "Under review (1)" in page and "not begun" not in page


def test_who_sent_a_deal_to_compliance_and_when_stands_in_the_queue_and_on_its_page(office):
    office.desk.note("c1", "handed_over", user="U1", body={"turn": 2})
    kim = office.browser(name="Kim")

    queue, page = plain(kim.reads("/")), plain(kim.reads("/conversations/c1"))

    at = wording.when(sent_at(office, "c1"))
    assert f"→ Sent to compliance Sent by U1, {at}" in queue
    assert f"Sent to compliance by U1 on {at} ; nobody has begun to review it" in page
    assert "Nobody has been asked" not in page
    assert "/console/conversations/c1" in links(kim.reads("/?reason=sent"))


def test_a_line_of_before_sending_was_a_reason_gets_it_when_the_database_is_opened(office):
    office.desk.note("c1", "handed_over", user="U1", body={"turn": 2})
    with office.desk.store.writing() as connection:
        connection.execute(update(case_lines).values(reasons="[]", urgency=0))
        connection.execute(delete(case_tags).where(case_tags.c.kind == "reason"))
        connection.execute(delete(day_counts).where(day_counts.c.kind == "reason"))

    office.desk.store.upgrade()

    with office.desk.store.reading() as connection:
        assert '["sent",1]' in connection.scalar(select(case_lines.c.reasons))
        assert connection.scalar(select(day_counts.c.number).where(
            day_counts.c.kind == "reason", day_counts.c.value == "sent")) == 1


def sent_at(office, name):
    with office.desk.store.reading() as connection:
        return next(row.at for row in rows(connection, ConversationId(name))
                    if row.kind == "handed_over")


def test_what_reviewers_wrote_is_gone_once_it_is_erased_and_the_page_says_so(office):
    kim = office.browser(name="Kim")
    for act, told in (("comment", {}), ("ask", {})):
        kim.does(act, text=f"Wolpertinger {act}", **told)
    kim.does("drop-question", holding={"number": "1"}, text="Wolpertinger dropped")
    kim.does("verdict", holding={"turn": "1"}, kind="fine", text="Wolpertinger verdict")
    kim.agrees_to_all()
    kim.does("sign-off", text="Wolpertinger signed")
    assert kim.reads("/conversations/c1").text.count("Wolpertinger") >= 5
    office.desk.erasing.conversation("T1", ConversationId("c1"), by="U-lead", reason="asked for")
    page = kim.reads("/conversations/c1")
    assert page.status_code == 200
    assert "Wolpertinger" not in page.text
    shown = plain(page)
    assert "The words were erased." in shown and "The reason was erased." in shown
    assert "Kim" in shown


def test_a_reviewer_who_was_erased_is_shown_by_id_though_they_sign_in_again(office):
    kim = office.browser(name="Kim")
    office.desk.say("c2", DEAL, user="U-rev2")
    office.browser("U-rev2", name="Ada Lovelace")
    assert "Ada Lovelace (U-rev2)" in plain(kim.reads("/conversations/c1"))
    office.desk.erasing.person("T1", "U-rev2", by="U-adm", reason="asked to")
    office.browser("U-rev2", name="Ada Lovelace")
    page = plain(kim.reads("/conversations/c1"))
    assert "U-rev2" in page and "Ada" not in page


def test_beside_the_turns_a_review_is_told_in_short(office):
    kim = office.browser()
    kim.agrees_to_all()
    kim.does("verdict", holding={"turn": "1"}, kind="fine")
    kim.does("sign-off", text="All looked at")
    page = kim.reads("/conversations/c1")
    beside = page.text[page.text.index("<aside"):]
    assert "Signed off" in beside and "All looked at" in beside
    assert "Agreed as advised" in beside and "✓ Agreed" in beside and "Fine as it is" in beside
    for code in ("advised:", "provisions", "number:", "opinion:", "verdict:", "outcome"):
        assert code not in beside
    assert "<blockquote class=\"remark\"></blockquote>" not in beside


def test_beside_the_turns_it_is_said_what_a_sign_off_came_to_and_what_was_taken_away(office):
    kim = office.browser()
    kim.does("assign", to="U-rev2")
    kim.does("assign", to="")
    kim.does("ask", text="Which unit?")
    kim.does("conclude", text="Not to them", outcome="not_agreed")
    office.desk.note("c1", "handed_over", body={"turn": 1, "channel": "C0COMPLI", "summary": "k"})
    for body in ({"on": True}, {"on": False}):
        office.desk.note("c1", "listening", body=body)
    for body in ({"on": "2026-12-05"}, {"on": None}):
        office.desk.note("c1", "watch", body=body)
    page = kim.reads("/conversations/c1").text
    beside = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<aside"):]).split())
    assert "Not agreed, escalated" in beside and "question 1" in beside
    assert "to nobody" in beside and "resumed" in beside and "paused" in beside
    assert "for 5 December 2026" in beside and "not wanted any more" in beside
    for code in ("C0COMPLI", "True", "False", "on:", "not_agreed", "channel"):
        assert code not in beside


def test_a_conversation_without_reviews_is_read_as_before(desk):
    desk.say("c1", DEAL)
    page = desk.reads("/conversations/c1")
    assert page.status_code == 200
    assert 'id="review"' not in page.text


def test_the_contents_of_a_sign_off_are_told_by_name(office):
    kim = office.browser()
    kim.agrees_to_all()
    page = kim.reads("/conversations/c1")
    with office.desk.store.reading() as connection:
        now = office.reviewing.of(connection, "T1", ConversationId("c1")).advised
    signing = plain(page).partition("You sign that")[2]
    for said in ("End-user: Police", "Country of use: Kenya", "Watching crowds or protests",
                 f"{len(now.provisions)} provisions of release {now.release}", now.digest[:12]):
        assert said in signing, said
    guidance = office.desk.advisor.guidance
    for safeguard in now.safeguards:
        assert guidance.safeguards[safeguard].title in signing
    assert f'name="seen" value="{now.digest}"' in page.text


def test_what_was_told_with_doubt_is_signed_as_such_and_stays_so_marked(office):
    """The list of facts gave what is doubted as one gives what is known."""
    office.desk.say("c1", "Maybe we host it, I am not sure")
    office.desk.say("c1", NOW)
    kim = office.browser()
    kim.agrees_to_all()
    form = plain(kim.reads("/conversations/c1")).partition("You sign that")[2]
    kim.does("sign-off", text="Weighed as hosted by us.")
    signed = plain(kim.reads("/conversations/c1")).partition("Signed off by")[2]
    for page in (form, signed):
        assert "Hosting: We host it not certain" in page
        assert "End-user: Police not certain" not in page


def test_who_signs_sees_what_was_told_beside_the_guidance_before_and_after(office):
    """The form said no word of it, and once it was signed the page gave no reason to look."""
    office.desk.say("c1", "They pay in cash. My boss wants to send it via Dubai so nobody asks.")
    office.desk.say("c1", NOW)
    kim, sam = office.browser(), office.browser("U1")
    for signed in (False, True):
        page = kim.reads("/conversations/c1")
        told = plain(page).partition("Told beside the guidance:")[2]
        assert "Getting round the rules turn 3" in told
        assert "Cash, or money that comes from elsewhere turn 3" in told
        assert "#turn-3" in links(page)
        assert ("Signed off by" in plain(page)) == signed
        if not signed:
            kim.agrees_to_all()
            kim.does("sign-off", text="Asked the boss: it goes straight to Kenya")
    assert "Told beside the guidance:" not in plain(sam.reads("/conversations/c1"))


def test_what_is_told_beside_the_guidance_once_it_is_signed_comes_to_the_queue(office):
    """It changes neither deal nor advice, so the sign-off stood, and nobody was told of it."""
    kim = office.browser()
    kim.agrees_to_all()
    kim.does("sign-off", text="All looked at")
    assert "told since that" not in plain(kim.reads("/"))
    office.desk.say("c1", "My boss wants to send it via Dubai so nobody asks.")
    assert ("Signed off, and 1 matter told since that the guidance is silent on"
            in plain(kim.reads("/")))
    kim.does("withdraw", text="Told of another route since")
    kim.agrees_to_all()
    kim.does("sign-off", text="Goes straight to Kenya, says the boss")
    assert "told since that" not in plain(kim.reads("/"))


@pytest.mark.parametrize(("change", "told"), [
    (Change(ChangeKind.FLAG_RAISED, "monitoring-of-assemblies", "open", "raised"),
     "Red flag raised: Watching crowds or protests"),
    (Change(ChangeKind.FLAG_CHANGED, "monitoring-of-assemblies", "raised", "tentative"),
     "Red flag raised before, raised on something only supposed now: Watching crowds or protests"),
    (Change(ChangeKind.FLAG_GONE, "gone-flag", "open"), "Red flag no longer applies: gone-flag"),
    (Change(ChangeKind.SAFEGUARD_ADDED, "none"), "Safeguard added: none"),
    (Change(ChangeKind.SAFEGUARD_GONE, "none"), "Safeguard no longer suggested: none"),
    (Change(ChangeKind.PROVISION_CHANGED, "none"),
     "Reads otherwise, or is checked otherwise: none"),
    (Change(ChangeKind.PROVISION_ADDED, "none"), "Relied on since: none"),
    (Change(ChangeKind.PROVISION_GONE, "none"), "No longer relied on: none"),
    (Change(ChangeKind.FACT_TOLD, "end_user", None, "police"), "end-user: Police, told since"),
    (Change(ChangeKind.FACT_TOLD, "end_user", None, ""), "end-user: doesn’t know, told since"),
    (Change(ChangeKind.FACT_CHANGED, "end_user", "police", ""),
     "end-user: Police → doesn’t know"),
    (Change(ChangeKind.FACT_GONE, "end_user", "police"), "end-user: Police → taken back"),
])
def test_every_change_is_told_by_title(guidance, change, told):
    assert Titles(None, guidance).change(change) == told


def test_every_kind_of_change_and_standing_has_words(guidance):
    for kind in ChangeKind:
        assert Titles(guidance).change(Change(kind, "x", "raised", "open"))
    for standing in Standing:
        assert for_asker(standing, START).endswith((".", "again."))


def test_a_time_of_today_is_told_without_its_day():
    assert clock(START, START) == "09:00 UTC"
    assert clock(START, START.replace(day=2)) == "01 Mar 2026, 09:00 UTC"


def test_red_flags_are_counted_in_all_only_beside_the_grave_ones():
    assert wording.reason("raised", 4, [("raised", 4), ("skipped", 1)]) == "4 red flags raised"
    assert wording.reason("raised", 9, [("grave", 3), ("raised", 9)]) == "9 red flags raised in all"


@pytest.mark.parametrize("code", sorted(wording.REASONS))
def test_no_part_of_a_page_lends_its_style_to_a_reason(code):
    """What was told beside the guidance stood lower: the column beside turns is padded."""
    styles = "".join(sheet.read_text(encoding="utf-8") for sheet in STYLES.glob("*.css"))
    assert not re.search(rf"(?m)(?:^|[,{{}}])\s*\.{code}(?![\w-])", styles)


def test_what_no_longer_holds_is_never_shown_as_signed(office, guidance):
    """For some seconds after a publication, until the sweep had come to it, it was."""
    kim = office.browser(name="Kim")
    kim.does("take")
    kim.agrees_to_all()
    kim.does("sign-off", text="so be it")
    relied = ProvisionId(next(iter(office.review().sign_offs[0].advised.provisions)))
    now = replace(guidance, release=ReleaseId("r2"), provisions={
        **guidance.provisions, relied: replace(guidance.provisions[relied], text="Otherwise.")})
    office.desk.store.keep_release(now.release, content_of(now))
    office.desk.store.activate(now.release)

    assert "sign-offs are being held against it" in plain(kim.reads("/"))
    page = plain(kim.reads("/conversations/c1"))
    assert "Sign-off lapsed" in page and "the review is complete" not in page
    office.reviewing.sweep()
    assert "sign-offs are being held against it" not in plain(kim.reads("/"))
    assert len(office.rows("lapsed")) == 1


def test_of_a_sign_off_that_nothing_can_be_held_against_the_page_says_so(
    office, guidance, monkeypatch
):
    """A release that only a newer version reads may have ended it; it stood as complete."""
    kim = office.browser(name="Kim")
    kim.does("take")
    kim.agrees_to_all()
    kim.does("sign-off", text="so be it")
    assert "nobody can tell here" not in plain(kim.reads("/conversations/c1"))
    now = replace(guidance, release=ReleaseId("r2"))
    office.desk.store.keep_release(now.release, content_of(now))
    office.desk.store.activate(now.release)
    read = office.desk.editions.of

    def readable(release):
        if release == now.release:
            raise UnknownRelease(release)
        return read(release)

    monkeypatch.setattr(office.desk.editions, "of", readable)
    assert "Whether that still holds nobody can tell here" in plain(
        kim.reads("/conversations/c1"))


def test_what_was_told_beside_the_guidance_is_named_as_it_was_when_it_was_told(office, guidance):
    """Of a matter that the release in force has no more, nothing stood above the sign-off."""
    office.desk.say("c1", "They pay in cash.")
    (matter,) = (one for one in guidance.other_matters if one.id in
                 office.desk.rows("turn")[-1].body["other_matters"])
    now = replace(guidance, release=ReleaseId("r2"), other_matters=())
    office.desk.store.keep_release(now.release, content_of(now))
    office.desk.store.activate(now.release)
    assert f"{matter.title} turn 3" in plain(office.browser().reads("/conversations/c1"))
