"""Whatever is refused is said on the page, once, and what was typed stands there still."""

import re
from html import unescape

import pytest

from tests.console.reviewed import Office
from tests.console.seen import refusal_at
from tests.console.talking import DEAL

pytestmark = pytest.mark.long

NOW = "Give me the advice now."
WORDS = "My thought of half an hour"
ANOTHER_DEAL = "Start over. Body-worn cameras for a bank in Canada."
SENT = {
    "comment": {"text": WORDS},
    "ask": {"text": WORDS},
    "drop-question": {"number": "1", "text": WORDS},
    "marks": {},
    "verdict": {"turn": "1", "kind": "corrected_answer", "text": WORDS},
    "sign-off": {"text": WORDS},
    "conclude": {"outcome": "not_agreed", "text": WORDS},
    "withdraw": {"text": WORDS},
}


@pytest.fixture
def office(desk, clock):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    return Office(desk, clock)


def another_takes_it(office):
    office.browser("U-rev2", name="Ada").does("take")


def another_signs(office):
    ada = office.browser("U-rev2", name="Ada")
    if office.review().sign_offs:
        ada.does("withdraw", text="Once more")
    if office.review().waiting:
        ada.does("drop-question", holding={"number": "1"}, text="They called")
    ada.agrees_to_all()
    assert ada.does("sign-off", text="Read in full").status_code == 303


def another_signs_and_takes_it(office):
    another_signs(office)
    another_takes_it(office)


def the_deal_becomes_another(office):
    office.desk.say("c1", ANOTHER_DEAL)


def it_becomes_their_own(office):
    office.desk.say("c1", "The customer refuses an audit.", user="U-rev")


def alerts(page):
    found = re.findall(r'role="alert">(.*?)</div>', page.text, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]


@pytest.mark.parametrize("meanwhile", [
    another_takes_it, another_signs, another_signs_and_takes_it, the_deal_becomes_another,
    it_becomes_their_own])
@pytest.mark.parametrize("act", SENT)
def test_what_is_refused_for_what_happened_meanwhile_is_said_and_kept(office, act, meanwhile):
    """Somebody else signed, and the reviewer's “not agreed” was gone without a word."""
    kim = office.browser(name="Kim")
    if act == "drop-question":
        kim.does("ask", text="Who is the reseller?")
    if act == "withdraw":
        another_signs(office)
    page = kim.reads("/conversations/c1")
    held = re.findall(r'name="opinion:([^"]+)"', page.text)
    typed = SENT[act] if act != "marks" else {
        f"opinion:{held[0]}": "wrong", f"note:{held[0]}": WORDS}
    if act == "sign-off":
        kim.agrees_to_all()
        page = kim.reads("/conversations/c1")
    form = kim.form(page, act, **{name: typed[name] for name in ("turn", "number")
                                  if name in typed})
    assert form is not None, act
    meanwhile(office)
    answer = kim.sends(act, {**form, **typed})
    if answer.status_code == 303:
        return  # it was done all the same
    [alert] = alerts(answer)
    assert alert.startswith("Not done.")
    assert WORDS in unescape(answer.text)
    shown = re.sub(r"<details(?![^>]* open)[^>]*>.*?</details>", "", answer.text, flags=re.S)
    assert WORDS in unescape(shown), "what was typed is folded away"
    # The focus was at the top of the page, far from what was refused.
    place = re.search(rf'/reviews/{act}#([^"]+)"', page.text)[1]
    if f'id="{place}"' in answer.text:
        assert re.search(rf'id="{place}"[^>]* tabindex="-1"', answer.text)
    assert answer.text.count('tabindex="-1"') == page.text.count('tabindex="-1"') + 1


@pytest.mark.parametrize(("text", "why"), [
    (" ", "is empty"), ("x" * 5_000, "5,000 characters"), ("a\0b", "can't be kept")])
@pytest.mark.parametrize("act", sorted(SENT.keys() - {"marks"}))
def test_the_field_for_words_that_were_refused_names_why_for_whoever_hears_it(
        office, act, text, why):
    """A screen reader read the field as if nothing were wrong with it."""
    kim = office.browser(name="Kim")
    if act == "drop-question":
        kim.does("ask", text="Who is the reseller?")
        kim.does("ask", text="Which unit will use it?")
    if act == "sign-off":
        kim.agrees_to_all()
    if act == "withdraw":
        another_signs(office)
    page = kim.reads("/conversations/c1")
    typed = {**SENT[act], "text": text}
    form = kim.form(page, act, **{name: typed[name] for name in ("turn", "number")
                                  if name in typed})
    refused = kim.sends(act, {**form, **typed})
    assert refused.status_code == 400
    assert why in refusal_at(refused, "text")
    assert refused.text.count('aria-invalid="true"') == 1


def test_a_field_that_is_not_at_fault_is_not_said_to_be(office):
    kim = office.browser(name="Kim")
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    another_takes_it(office)
    refused = kim.sends("comment", {**form, "text": WORDS})
    assert refused.status_code == 409 and 'aria-invalid="true"' not in refused.text


@pytest.mark.parametrize("typed", [
    {"text": "Declined."}, {"text": "この販売代理店の契約には監査条項がありません。"},
    {"text": "ผู้ขายไม่มีข้อตกลง"}, {"opinion:c": "wrong", "note:c": "Sanctions!", "text": ""}])
@pytest.mark.parametrize("how", ["ended", "another", "role"])
def test_what_has_no_blank_in_it_is_given_back_too(office, typed, how):
    """A reason in Japanese, or of one word, was gone once the session had ended."""
    kim = office.browser()
    form = kim.form(kim.reads("/conversations/c1"), "comment")
    sender = kim if how == "ended" else office.browser("U2" if how == "role" else "U-rev")
    if how == "ended":
        kim.client.cookies.clear()
    refused = sender.sends("comment", {**form, **typed})
    assert refused.status_code == (401 if how == "ended" else 403)
    given_back = re.findall(r"<textarea readonly[^>]*>\n(.*?)</textarea>", refused.text, re.S)
    [wanted] = [value for name, value in typed.items() if not name.startswith("opinion") and value]
    assert list(map(unescape, given_back)) == [wanted]
    for secret in (form["token"], form["key"]):
        assert secret not in refused.text
