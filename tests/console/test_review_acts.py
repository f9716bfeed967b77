"""What reviewers do on the page of a conversation: who may, what is recorded, what is refused."""

import re
from dataclasses import replace
from html import unescape

import pytest

from bot.casebook.standing import KINDS, Standing
from bot.reviews.review import Opinion, VerdictKind
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of
from tests.console.reviewed import Office, sent
from tests.console.seen import words
from tests.console.talking import DEAL

NOW = "Give me the advice now."
CORRECTION = "Correction: they will not watch crowds, it is for search and rescue."
EVIL = "<script>alert(1)</script>{{7*7}}{% raw %}<!channel> *bold* </textarea><img src=x>\"'"
ACTS = ("take", "leave", "assign", "comment", "ask", "drop-question", "marks", "verdict",
        "sign-off", "withdraw")


@pytest.fixture
def office(desk, clock):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    return Office(desk, clock)


def review_rows(office):
    return office.rows(*sorted(KINDS))


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
def test_whoever_asked_and_strangers_can_do_nothing(office, act):
    asker, other = office.browser("U1"), office.browser("U2")
    away = office.browser("U9", team="T2")
    nobody = office.browser("U-rev")
    nobody.client.cookies.clear()
    told = {"text": "x", "kind": "fine", "turn": "1", "number": "1", "to": "U-rev"}
    assert [sent(one, act, **told).status_code for one in (asker, other, away)] == [403, 403, 404]
    assert nobody.sends(act, {"conversation": "c1", **told}).status_code == 401
    assert review_rows(office) == []


@pytest.mark.parametrize("act", ACTS)
def test_no_act_is_done_without_the_token_of_the_page(office, act):
    kim, ada = office.browser(), office.browser("U-rev2")
    fields = kim.form(kim.reads("/conversations/c1"), "comment")
    del fields["token"]
    assert kim.sends(act, {**fields, "text": "x"}).status_code == 403
    theirs = ada.form(ada.reads("/conversations/c1"), "comment")["token"]
    assert kim.sends(act, {**fields, "token": theirs, "text": "x"}).status_code == 403
    assert kim.client.get(f"/console/reviews/{act}").status_code == 405
    assert review_rows(office) == []


@pytest.mark.parametrize("user", ["U-rev", "U-adm"])
def test_a_reviewer_and_an_admin_go_through_a_whole_review(office, user):
    kim = office.browser(user)
    assert kim.does("take").headers["location"] == "/console/conversations/c1#review"
    assert kim.does("assign", to="U-rev2").status_code == 303
    assert kim.does("comment", text="One.\r\nTwo.").status_code == 303
    assert kim.does("ask", text="Who is the reseller?").status_code == 303
    assert kim.does("drop-question", holding={"number": "1"},
                    text="They called.").status_code == 303
    assert kim.agrees_to_all().status_code == 303
    assert kim.does("verdict", holding={"turn": "2"}, kind="fine").headers["location"].endswith(
        "c1?turn=2#turn-2")
    assert kim.does("sign-off", text="All looked at.").status_code == 303
    review = office.review()
    assert (review.standing, review.assigned_to) == (Standing.SIGNED, "U-rev2")
    assert [one.text for one in review.comments] == ["One.\nTwo."]
    assert [(one.text, one.to, one.dropped) for one in review.questions] == [
        ("Who is the reseller?", "U1", True)]
    assert [one.text for one in office.asked] == ["Who is the reseller?"]
    assert {mark.opinion for mark in review.marks.values()} == {Opinion.AGREED}
    assert [(one.kind, one.turn, one.about) for one in review.verdicts] == [
        (VerdictKind.FINE, 2, {})]
    assert [(one.by, one.reason) for one in review.sign_offs] == [(user, "All looked at.")]
    assert kim.does("withdraw", text="Too early.").status_code == 303
    assert office.review().standing is Standing.UNDER_REVIEW
    assert kim.does("take").status_code == 303
    assert kim.does("leave").status_code == 303
    assert office.desk.store.verify_log() is None


def test_a_reviewer_of_another_workspace_finds_nothing(office):
    away = office.browser("U9", team="T2")
    page = sent(away, "comment", text="I was here")
    assert page.status_code == 404
    assert "I was here" not in page.text
    assert page.text == away.reads("/conversations/none").text


def test_nobody_reviews_their_own_deal(office):
    office.desk.say("c2", DEAL, user="U-rev")
    office.desk.say("c2", NOW, user="U-rev")
    kim = office.browser()
    page = kim.reads("/conversations/c2")
    assert "This is your own deal" in words(page)
    assert {act for act in ACTS if kim.form(page, act)} == {"assign", "comment", "verdict"}
    for act, told in (("take", {}), ("ask", {"text": "x"}), ("sign-off", {"text": "x"})):
        refused = sent(kim, act, conversation="c2", **told)
        assert refused.status_code == 403
        assert "nobody reviews their own" in words(refused)
    office.desk.say("c2", "It is sold through a reseller.", user="U-rev2")
    assert "This is your own deal" in words(office.browser("U-rev2").reads("/conversations/c2"))


def test_a_conversation_is_given_to_reviewers_alone_oneself_first(office):
    kim = office.browser()
    office.browser("U-rev2", name="Ada <b>Lovelace</b>")
    page = kim.reads("/conversations/c1")
    select = re.search(r'<select name="to">(.*?)</select>', page.text, re.S)[1]
    assert re.findall(r'<option value="([^"]*)"', select) == ["U-rev", "U-rev2", "U-adm", "U9", ""]
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt; (U-rev2)" in select
    # Somebody of another workspace whom the settings name is found out when they are chosen.
    for user in ("U9", "U1", "U2", "nobody", "<b>"):
        refused = kim.does("assign", to=user)
        assert (refused.status_code, "does not review" in words(refused)) == (400, True)
    assert "U9" not in re.search(r'<select name="to">(.*?)</select>',
                                 kim.reads("/conversations/c1").text, re.S)[1]
    assert kim.does("assign", to="U-rev").status_code == 303
    assert office.review().assigned_to == "U-rev"
    assert kim.does("assign", to="").status_code == 303
    assert office.review().assigned_to is None


# --- what comes between --------------------------------------------------------------------------


def test_while_one_reviews_the_others_read_and_what_they_send_is_refused_and_kept(office):
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2", name="Ada")
    before = ada.form(ada.reads("/conversations/c1"), "comment")
    kim.does("take")
    page = ada.reads("/conversations/c1")
    assert page.status_code == 200
    assert "Kim is reviewing this until 09:30 UTC" in words(page)
    assert [act for act in ACTS if ada.form(page, act)] == []
    refused = ada.sends("comment", {**before, "text": "My long thought"})
    assert refused.status_code == 409
    assert "Kim has been reviewing this since 09:00 UTC" in words(refused)
    assert "it is free again at 09:30 UTC" in words(refused)
    assert "My long thought" in refused.text
    office.clock.pass_(minutes=31)
    assert ada.sends("comment", {**before, "text": "My long thought"}).status_code == 303
    assert [one.text for one in office.review().comments] == ["My long thought"]


def test_what_has_changed_since_the_page_was_drawn_is_not_signed(office):
    kim = office.browser()
    kim.agrees_to_all()
    form = kim.form(kim.reads("/conversations/c1"), "sign-off")
    office.desk.say("c1", CORRECTION)
    refused = kim.sends("sign-off", {**form, "text": "All fine"})
    assert refused.status_code == 409
    assert "have changed since that page was drawn" in words(refused)
    assert office.review().sign_offs == ()


def test_marks_of_an_advice_that_has_changed_since_are_not_kept_and_not_lost(office):
    kim = office.browser()
    page = kim.reads("/conversations/c1")
    form = kim.form(page, "marks")
    name = re.search(r'name="opinion:([^"]+)"[^>]*>\s*Agreed[^$]*?Note', page.text)[1]
    last = re.findall(r'name="opinion:([^"]+)"', page.text)[-1]
    office.desk.say("c1", CORRECTION)
    refused = kim.sends("marks", {**form, f"opinion:{last}": "wrong", f"note:{last}": "See turn 1",
                                  f"opinion:{name}": "agreed"})
    assert refused.status_code == 409
    assert "The advice or the deal has changed since you loaded the page" in words(refused)
    assert "See turn 1" in refused.text
    assert re.search(rf'name="opinion:{last}" value="wrong" checked', refused.text)
    assert office.rows("marked") == []


def test_a_correction_lets_the_sign_off_lapse_and_the_page_says_why(office):
    kim = office.browser(name="Kim")
    kim.agrees_to_all()
    kim.does("sign-off", text="All looked at")
    page = words(kim.reads("/conversations/c1"))
    assert "Signed off by Kim on 01 Mar 2026, 09:00 UTC : the review is complete." in page
    assert "no statement that the deal is lawful" in page
    office.desk.say("c1", CORRECTION)
    page = words(kim.reads("/conversations/c1"))
    assert "The advice is no longer what Kim signed off." in page
    assert "Red flag no longer applies: Watching crowds or protests" in page
    assert "end use: Watching crowds, protests or events →" in page
    assert "of an advice that has changed since : it counts no more" in page
    assert "has to be marked as agreed to, for the advice as it is now; one is not." in page
    assert kim.agrees_to_all().status_code == 303
    assert kim.does("sign-off", text="Again").status_code == 303
    assert office.review().standing is Standing.SIGNED


def test_where_only_a_text_reads_otherwise_the_page_does_not_call_the_advice_another(office):
    """Reviewer and asker were told of another advice, and looked for what had become of it."""
    kim = office.browser(name="Kim")
    kim.agrees_to_all()
    kim.does("sign-off", text="All looked at")
    guidance, store = office.desk.advisor.guidance, office.desk.store
    name = next(iter(office.review().sign_offs[0].advised.provisions))
    after = replace(guidance, release=ReleaseId("r2"), provisions={
        **guidance.provisions, name: replace(guidance.provisions[name], text="It reads so now.")})
    store.keep_release(after.release, content_of(after))
    store.activate(after.release)

    assert office.reviewing.sweep() == 1

    page = words(kim.reads("/conversations/c1"))
    assert "What is advised is the same; what it rests on reads otherwise than when Kim signed " \
        "it off. Changed since: Reads otherwise" in page
    assert "The advice is no longer" not in page and "the advice is no longer" not in page


def test_a_sign_off_of_another_deal_lapses_and_the_page_says_which_fact_is_another(desk, clock):
    """The page was titled "Belarus" and read "Signed off", signed for Denmark."""
    desk.say("c1", "Licence plate readers for the city police in Denmark, direct sale, for "
                   "traffic tolls")
    desk.say("c1", NOW)
    office = Office(desk, clock)
    kim = office.browser(name="Kim")
    kim.does("sign-off", text="Agreed as advised")
    assert office.review().standing is Standing.SIGNED

    desk.say("c1", "correction: the country is Belarus, not Denmark")

    assert office.review().standing is Standing.LAPSED
    page = words(kim.reads("/conversations/c1"))
    assert "The deal is no longer what Kim signed off. Changed since:" in page
    assert "country of use: Denmark → Belarus" in page
    assert "Because of facts that were told since" not in page


def test_what_was_done_since_the_sign_off_stands_with_it(office):
    """Who did what the advice asks for let the sign-off lapse."""
    kim = office.browser(name="Kim")
    kim.agrees_to_all()
    kim.does("sign-off", text="All looked at")
    assert "Done since" not in words(kim.reads("/conversations/c1"))

    office.desk.say("c1", "the export review is done")

    assert office.review().standing is Standing.SIGNED
    page = words(kim.reads("/conversations/c1"))
    assert ("All looked at Done since, by what was told: Have export and sanctions counsel look at "
            "it (export and sanctions review: Yes, done) What was signed") in page
    assert "lapsed" not in page.lower()
    # Whoever asked is told no more of it than before.
    assert "Done since" not in words(office.browser("U1").reads("/conversations/c1"))


def test_marks_of_another_deal_are_asked_for_again_and_shown_as_of_then(office):
    kim = office.browser(name="Kim")
    form = kim.form(kim.reads("/conversations/c1"), "marks")
    kim.agrees_to_all()
    many = len(office.rows("marked"))
    office.desk.say("c1", "correction: the country is Uganda, not Kenya")
    page = kim.reads("/conversations/c1")
    assert words(page).count("Agreed by Kim on 01 Mar 2026, 09:00 UTC, of another deal : it "
                             "counts no more country of use: Kenya → Uganda") == many
    assert "of an advice that has changed since" not in words(page)
    assert "Marks of an earlier advice, or of another deal, no longer count." in words(page)
    assert kim.form(page, "sign-off") is None
    # A page of before is of the other deal.
    name = re.search(r'name="(opinion:[^"]+)"', page.text)[1]
    assert kim.sends("marks", {**form, name: "agreed"}).status_code == 409
    assert len(office.rows("marked")) == many

    kim.agrees_to_all()

    assert len(office.rows("marked")) == 2 * many
    assert kim.does("sign-off", text="Of Uganda").status_code == 303
    assert office.review().standing is Standing.SIGNED


def test_four_eyes_take_two_people(desk, clock):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    office = Office(desk, clock, four_eyes=True)
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2", name="Ada")
    kim.agrees_to_all()
    assert "Two different people have to sign" in words(kim.reads("/conversations/c1"))
    kim.does("sign-off", text="First")
    page = kim.reads("/conversations/c1")
    assert "a second reviewer has to sign off before the review is complete" in words(page)
    assert "You have signed off already; a second person has to." in words(page)
    assert kim.form(page, "sign-off") is None
    assert ada.does("sign-off", text="Second").status_code == 303
    assert office.review().standing is Standing.SIGNED
    assert re.search(r"Signed off by Kim on .* and Ada on .* : the review is complete",
                     words(kim.reads("/conversations/c1")))


def test_the_second_of_two_is_told_which_outcome_the_first_signed(desk, clock):
    """The form began with "agreed as advised", and said after the press that it is another."""
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    office = Office(desk, clock, four_eyes=True)
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2", name="Ada")
    kim.agrees_to_all()

    def checked():
        return re.findall(r'name="outcome" value="(\w+)" required checked',
                          ada.reads("/conversations/c1").text)

    assert checked() == ["agreed"]
    kim.does("sign-off", text="An audit each year", outcome="with_conditions")
    assert checked() == ["with_conditions"]
    assert "Kim signed “agreed with conditions”." in words(ada.reads("/conversations/c1"))
    kim.does("withdraw", text="Not vetted")
    kim.does("conclude", text="No", outcome="not_agreed")
    assert checked() == ["not_agreed"]


def test_nobody_withdraws_a_sign_off_that_they_have_not_seen(office):
    """Kim withdrew and signed another outcome, and Ada's page of before took that back unread."""
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2", name="Ada")
    kim.agrees_to_all()
    kim.does("sign-off", text="Fine")
    seen_before = ada.form(ada.reads("/conversations/c1"), "withdraw")
    kim.does("withdraw", text="The reseller isn't vetted")
    kim.does("conclude", text="Not with that reseller", outcome="not_agreed")

    refused = ada.sends("withdraw", {**seen_before, "text": "We can't agree to that"})
    assert refused.status_code == 409
    assert "Somebody has signed off since you loaded the page" in words(refused)
    assert "We can't agree to that" in words(refused)
    assert "Not with that reseller" in words(refused)
    assert office.review().standing is Standing.SIGNED
    assert ada.does("withdraw", text="Nor so").status_code == 303
    assert office.review().sign_offs == ()


def test_the_title_of_a_page_says_that_an_act_was_refused(office):
    """Whoever listens to a page hears its title first, and then the bottom of a long page."""
    kim = office.browser(name="Kim")
    title = re.search(r"<title>(.*?)</title>", kim.reads("/conversations/c1").text)[1]
    refused = kim.does("comment", text=" ")
    assert re.search(r"<title>(.*?)</title>", refused.text)[1] == f"Not done: {title}"


@pytest.mark.parametrize(("outcome", "told"), [
    ("with_conditions", "Agreed with conditions"), ("not_agreed", "Not agreed, escalated"),
    ("returned", "Returned to sales with questions")])
def test_what_a_review_comes_to_is_said_on_the_page_in_the_list_and_to_whoever_asked(
    office, outcome, told
):
    kim = office.browser()
    act = "conclude"
    if outcome == "with_conditions":
        kim.agrees_to_all()
        act = "sign-off"
    assert kim.does(act, text="So it is.", outcome=outcome).status_code == 303
    assert f"{told}. This is no statement that the deal is lawful" in words(
        kim.reads("/conversations/c1"))
    assert f"{told}. Compliance signed off on" in words(
        office.browser("U1").reads("/conversations/c1"))
    assert f"signed off: {told.lower()}" in words(kim.reads("/"))


def test_another_outcome_has_to_be_chosen(office):
    refused = office.browser().does("conclude", text="So it is.")
    assert refused.status_code == 400
    assert "Choose what the review comes to." in words(refused)


def test_what_was_said_after_a_question_may_be_called_its_answer(office):
    kim = office.browser()
    kim.does("ask", text="Do you know what audits are?")
    office.desk.say("c1", "What does the guidance say about audits?")
    refused = sent(kim, "answered", number="1", turn="9")
    assert refused.status_code == 400
    assert "Turn 9 was not said after that question." in words(refused)
    page = kim.reads("/conversations/c1")
    assert "Said after: turn 3 ; none of them is taken for the answer" in words(page)
    assert kim.does("answered", holding={"turn": "3"}).status_code == 303
    (asked,) = office.review().questions
    assert (asked.answered, asked.turn) == (True, 3)
    # Beside the turns it read as the opposite.
    page = words(kim.reads("/conversations/c1"))
    assert "Taken for the answer by a reviewer" in page
    assert "Answer no longer waited for" not in page


def test_an_answer_that_is_no_longer_waited_for_is_told_so(office):
    kim = office.browser()
    kim.does("ask", text="Who pays?")
    kim.does("drop-question", text="They left")
    page = words(kim.reads("/conversations/c1"))
    assert "Answer no longer waited for" in page
    assert "Taken for the answer" not in page


def test_of_marks_that_are_refused_none_is_kept_and_the_note_that_is_missing_is_named(office):
    kim = office.browser()
    page = kim.reads("/conversations/c1")
    names = sorted(set(re.findall(r'name="opinion:([^"]+)"', page.text)))
    titles = {name: unescape(title) for title, name in re.findall(
        r'<legend>([^<]+)</legend>.*?name="opinion:([^"]+)"', page.text, re.S)}
    refused = kim.sends("marks", {**kim.form(page, "marks"), f"opinion:{names[0]}": "agreed",
                                  f"opinion:{names[1]}": "wrong"})
    assert refused.status_code == 400
    assert f"Under “{titles[names[1]]}”: The note is empty." in words(refused)
    assert office.review().marks == {}
    invalid = re.findall(r'name="note:([^"]+)"[^>]* aria-invalid="true" '
                         r'aria-describedby="([^"]+)"', refused.text)
    assert invalid == [(names[1], f"lacks-{names[1]}")]
    assert refused.text.count(f'id="lacks-{names[1]}"') == 1


@pytest.mark.parametrize(("act", "kind"), [("comment", "review_comment"), ("ask", "asked_person")])
def test_what_is_sent_again_from_the_page_that_a_browser_went_back_to_counts_once(
        office, act, kind):
    kim = office.browser()
    for _ in range(2):
        assert kim.does(act, text="Which unit will use it?").status_code == 303
    assert len([row for row in review_rows(office) if row.kind == kind]) == 1
    assert len(office.asked) == (act == "ask")
    assert kim.does(act, text="And who trains them?").status_code == 303
    assert len([row for row in review_rows(office) if row.kind == kind]) == 2
