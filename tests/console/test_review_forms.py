"""Forms of a review: sent twice, by a browser that went back, with hostile or endless words."""

import re
from html import escape, unescape

import pytest

from bot.console.entry.access import COOKIE
from bot.dialogue.conversation import ConversationId
from bot.plain import to_numbered_text
from tests.console.reviewed import Office
from tests.console.seen import words
from tests.console.talking import DEAL
from tests.console.test_review_acts import EVIL, NOW, review_rows


@pytest.fixture
def office(desk, clock):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    return Office(desk, clock)


# --- twice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "told"), [
    ("take", {}), ("assign", {"to": "U-rev2"}), ("comment", {"text": "Once"}),
    ("ask", {"text": "Once?"}), ("verdict", {"kind": "fine", "turn": "1"})])
def test_a_form_that_is_pressed_twice_counts_once(office, act, told):
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), act)
    first, second = (kim.sends(act, {**form, **told}) for _ in range(2))
    assert [first.status_code, second.status_code] == [303, 303]
    assert first.headers["location"] == second.headers["location"]
    assert len(review_rows(office)) == 1
    assert len(office.asked) == (act == "ask")


def test_signing_marking_and_withdrawing_twice_count_once(office):
    kim = office.browser()
    page = kim.reads("/conversations/c1")
    marks = {**kim.form(page, "marks"), **dict.fromkeys(
        set(re.findall(r'name="(opinion:[^"]+)"', page.text)), "agreed")}
    assert [kim.sends("marks", marks).status_code for _ in range(2)] == [303, 303]
    sign = {**kim.form(kim.reads("/conversations/c1"), "sign-off"), "text": "Done"}
    assert [kim.sends("sign-off", sign).status_code for _ in range(2)] == [303, 303]
    withdraw = {**kim.form(kim.reads("/conversations/c1"), "withdraw"), "text": "Not done"}
    assert [kim.sends("withdraw", withdraw).status_code for _ in range(2)] == [303, 303]
    assert [row.kind for row in office.rows("marked", "signed_off", "sign_off_withdrawn")] == [
        "marked", "marked", "signed_off", "sign_off_withdrawn"]


def test_going_back_and_writing_something_else_is_not_the_same_act(office):
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    for text in ("First", "Second", "First"):
        assert kim.sends("comment", {**form, "text": text}).status_code == 303
    assert [one.text for one in office.review().comments] == ["First", "Second"]
    # The same words from a page that was drawn anew are said anew.
    assert kim.does("comment", text="First").status_code == 303
    assert [one.text for one in office.review().comments] == ["First", "Second", "First"]


def test_no_row_tells_the_key_of_its_form_or_the_words(office):
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    kim.sends("comment", {**form, "text": "canary-words"})
    (row,) = office.rows("review_comment")
    assert form["key"] not in str(row.body) + row.key
    assert "canary-words" not in str(row.body) + row.key
    assert row.words == {"text": "canary-words"}


# --- what is typed -------------------------------------------------------------------------------


def test_hostile_words_are_words_wherever_they_are_shown(office):
    kim = office.browser(name=EVIL)
    kim.does("comment", text=EVIL)
    kim.does("ask", text=EVIL)
    kim.does("drop-question", holding={"number": "1"}, text=EVIL)
    for kind in ("fine", "corrected_answer"):
        kim.does("verdict", holding={"turn": "1"}, kind=kind, text=EVIL)
    page = kim.reads("/conversations/c1")
    names = set(re.findall(r'name="opinion:([^"]+)"', page.text))
    kim.sends("marks", {**kim.form(page, "marks"), **{f"opinion:{n}": "agreed" for n in names},
                        **{f"note:{n}": EVIL for n in names}})
    kim.does("sign-off", text=EVIL)
    page = kim.reads("/conversations/c1")
    assert "<script>alert" not in page.text and "<img src=x>" not in page.text
    assert "alert(1)&lt;/script&gt;49" not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}") >= 8
    assert "<script>alert" not in kim.reads("/").text
    refused = kim.does("withdraw", text=f"{EVIL}{'x' * 4001}")
    assert refused.status_code == 400
    assert "<script>alert" not in refused.text
    assert "&lt;/textarea&gt;&lt;img" in refused.text
    assert office.review().sign_offs[0].reason == EVIL


@pytest.mark.parametrize(("text", "says"), [
    ("", "The comment is empty"), (" \r\n ", "The comment is empty"),
    ("x" * 4001, "has 4,001 characters; 4,000 are kept at most"),
    ("a\0b", "characters that can't be kept")])
def test_what_can_t_be_kept_is_refused_in_words_and_stays_in_the_form(office, text, says):
    refused = office.browser().does("comment", text=text)
    assert (refused.status_code, says in words(refused)) == (400, True)
    assert f"{text.strip()}</textarea>" in refused.text
    assert office.rows("review_comment") == []


def test_four_thousand_characters_are_kept_however_lines_end(office):
    text = "\n".join(["x" * 99] * 40)
    assert office.browser().does("comment", text=text.replace("\n", "\r\n")).status_code == 303
    assert office.review().comments[0].text == text


@pytest.mark.long
@pytest.mark.parametrize(("told", "says"), [
    ({}, "Choose what you say of the answer"),
    ({"kind": "fraud"}, "Choose what you say of the answer"),
    ({"kind": "wrong_citation", "text": "x"}, "Choose which citation is wrong"),
    ({"kind": "wrong_citation", "provision": "none", "text": "x"}, "Choose which citation"),
    ({"kind": "wrong_safeguard", "safeguard": "none", "text": "x"}, "Choose which safeguard"),
    ({"kind": "missing_consideration", "consideration": "sg-c2", "text": "x"},
     "Choose which consideration"),
    ({"kind": "corrected_answer"}, "The note is empty"),
    ({"kind": "fine", "turn": "99"}, "There is no such turn"),
    ({"kind": "fine", "turn": "-1"}, "There is no such turn"),
    ({"kind": "fine", "turn": "²"}, "There is no such turn")])
def test_a_verdict_that_makes_no_sense_is_refused(office, told, says):
    refused = office.browser().does("verdict", **{"holding": {"turn": "1"}, **told})
    assert (refused.status_code, says in words(refused)) == (400, True)
    assert office.rows("verdict") == []


def test_a_verdict_speaks_of_what_the_answer_holds(office):
    kim = office.browser()
    page = kim.reads("/conversations/c1").text
    form = page[page.index('id="verdict-1"'):page.index('id="turn-2"')]
    offered = {name: re.findall(r'<option value="([^"]+)"', re.search(
        rf'<select name="{name}">(.*?)</select>', form, re.S)[1])
        for name in ("provision", "safeguard", "consideration")}
    # Those that the person was shown, by the numbers that they had there, each once.
    turn = office.desk.store.turns(ConversationId("c1"))[0]
    _, numbered = to_numbered_text(turn.reply, office.desk.advisor.guidance)
    assert offered["provision"] == list(dict.fromkeys(
        one.provision for shown in numbered for one in shown))
    first = office.desk.advisor.guidance.provisions[offered["provision"][0]]
    assert f">[1] {escape(first.heading)} (" in form
    read = re.findall(r'<option value="[^"]+">([^<]+)<', re.search(
        r'<select name="provision">(.*?)</select>', form, re.S)[1])
    assert len(read) == len(set(read))
    assert len(offered["consideration"]) == 6  # all eight but the two with a flag raised
    for kind, name in (("wrong_citation", "provision"), ("wrong_safeguard", "safeguard"),
                       ("missing_consideration", "consideration")):
        assert kim.does("verdict", holding={"turn": "1"}, kind=kind, text="Because",
                        **{name: offered[name][0]}).status_code == 303
    assert [(one.kind.value, one.about, one.note) for one in office.review().verdicts] == [
        (kind, {name: offered[name][0]}, "Because")
        for kind, name in (("wrong_citation", "provision"), ("wrong_safeguard", "safeguard"),
                           ("missing_consideration", "consideration"))]


def test_without_a_thread_the_question_is_kept_in_the_form_and_the_page_says_what_to_do(office):
    office.thread = False
    refused = office.browser().does("ask", text="Who is it?")
    assert refused.status_code == 409
    assert "There is no thread in Slack" in words(refused)
    assert "Who is it?</textarea>" in refused.text
    assert office.review().questions == ()


def test_a_conversation_whose_name_has_slashes_is_reviewed_too(office):
    office.desk.say("a/b?c#d", DEAL)
    kim = office.browser()
    page = kim.client.get("/console/conversations/a%2Fb%3Fc%23d")
    done = kim.sends("comment", {**kim.form(page, "comment"), "text": "Seen"})
    assert done.headers["location"] == "/console/conversations/a%2Fb%3Fc%23d#review-comments"
    assert [one.text for one in office.review("a/b?c#d").comments] == ["Seen"]


def test_a_session_that_has_ended_says_so_and_records_nothing(office):
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    office.clock.pass_(hours=2)
    late = kim.sends("comment", {**form, "text": "Too late"})
    assert (late.status_code, COOKIE in kim.client.cookies) == (401, True)
    assert "nothing was changed" in words(late)
    assert review_rows(office) == []

LONG_NOTE = ("The reseller's contract lacks audits.\n\u05d0\u05d1 \U0001f600 "
             "<b>Ask</b> for it & sign.")


def test_what_was_typed_is_given_back_where_the_session_has_ended_meanwhile(office):
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    kim.client.cookies.clear()
    refused = kim.sends("comment", {**form, "text": LONG_NOTE})
    assert refused.status_code == 401
    given_back = re.findall(r"<textarea readonly[^>]*>\n(.*?)</textarea>", refused.text, re.S)
    assert list(map(unescape, given_back)) == [LONG_NOTE]
    assert "<b>" not in refused.text
    assert 'href="/console/sign-in?next=/console/conversations/c1"' in refused.text
    for secret in (form["token"], form["key"]):
        assert secret not in refused.text
    assert review_rows(office) == []


def test_what_was_typed_is_given_back_where_the_page_was_of_another_session(office):
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    again = office.browser()
    refused = again.sends("comment", {**form, "text": LONG_NOTE})
    assert refused.status_code == 403
    assert LONG_NOTE in unescape(refused.text)
    assert review_rows(office) == []


def test_another_site_makes_no_page_of_ours_show_its_words(office):
    kim = office.browser()
    kim.client.cookies.clear()
    kim.client.headers["Origin"] = "https://evil.example"
    refused = kim.sends("comment", {"conversation": "c1", "text": LONG_NOTE})
    assert (refused.status_code, "reseller" in refused.text) == (403, False)
