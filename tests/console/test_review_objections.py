"""Objections and marks of a review: what keeps from signing, and who takes what back."""

import re

import pytest

from bot.casebook.standing import Standing
from bot.reviews.review import Opinion
from tests.console.reviewed import Office, sent
from tests.console.seen import words
from tests.console.talking import DEAL

NOW = "Give me the advice now."


@pytest.fixture
def office(desk, clock):
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    return Office(desk, clock)


def test_a_flag_that_is_not_agreed_to_keeps_from_signing(office):
    kim = office.browser()
    page = kim.reads("/conversations/c1")
    assert "for the advice as it is now; 2 are not." in words(page)
    assert kim.form(page, "sign-off") is None
    form = kim.form(page, "marks")
    names = sorted(set(re.findall(r'name="opinion:([^"]+)"', page.text)))
    refused = kim.sends("marks", {**form, f"opinion:{names[0]}": "agreed",
                                  f"opinion:{names[1]}": "wrong"})
    assert (refused.status_code, "The note is empty" in words(refused)) == (400, True)
    assert kim.sends("marks", {**form, f"opinion:{names[0]}": "agreed",
                               f"opinion:{names[1]}": "wrong",
                               f"note:{names[1]}": "Nobody was arrested"}).status_code == 303
    marks = office.review().marks
    assert {name: (mark.opinion, mark.note) for name, mark in marks.items()} == {
        names[0]: (Opinion.AGREED, ""), names[1]: (Opinion.WRONG, "Nobody was arrested")}
    refused = sent(kim, "sign-off", seen=re.findall(
        r"<dt>Digest</dt><dd><code title=\"([0-9a-f]{64})\">",
        kim.reads("/conversations/c1").text)[0], text="I sign anyway")
    assert refused.status_code == 409
    assert "for the advice as it is now; one is not." in words(refused)


def test_an_objection_is_shown_and_decided_upon_before_anybody_agrees(office):
    kim, ada = office.browser(), office.browser("U-rev2", name="Ada")
    ada.does("comment", text="I don't agree with this memo.", objects="yes")
    kim.agrees_to_all()
    page = kim.reads("/conversations/c1")
    assert "An objection stands." in words(page)
    assert "1 objection not decided upon" in words(page)
    refused = kim.does("sign-off", text="All fine")
    assert refused.status_code == 409
    assert "A reviewer has objected." in words(refused)
    key = re.search(r'name="(over:[^"]+)"', page.text)[1]
    assert kim.does("sign-off", text="Weighed", **{key: "yes"}).status_code == 303
    page = words(kim.reads("/conversations/c1"))
    assert "In spite of 1 objection, which was weighed." in page
    assert "An objection stands" not in page


def test_whoever_signs_second_is_asked_of_an_objection_that_the_first_weighed(desk, clock):
    """The page said that there was one, and asked nothing of the second."""
    desk.say("c1", DEAL)
    desk.say("c1", NOW)
    office = Office(desk, clock, four_eyes=True)
    kim, ada, clo = (office.browser(user, name=name) for user, name in (
        ("U-rev", "Kim"), ("U-rev2", "Ada"), ("U-adm", "Clo")))
    ada.does("comment", text="The reseller isn't vetted.", objects="yes")
    kim.agrees_to_all()
    key = re.search(r'name="(over:[^"]+)"', kim.reads("/conversations/c1").text)[1]
    assert kim.does("sign-off", text="Weighed", **{key: "yes"}).status_code == 303

    page = clo.reads("/conversations/c1")
    assert "Kim signed in spite of it. Whoever signs second decides upon it too." in words(page)
    assert f'name="{key}"' in page.text
    assert "A reviewer has objected." in words(clo.does("sign-off", text="So do I"))
    assert clo.does("sign-off", text="So do I", **{key: "yes"}).status_code == 303
    page = words(clo.reads("/conversations/c1"))
    assert page.count("In spite of 1 objection, which was weighed.") == 2
    assert "An objection stands" not in page


def test_an_objection_is_taken_back_by_whoever_made_it(office):
    kim, ada = office.browser(), office.browser("U-rev2")
    ada.does("comment", text="No.", objects="yes")
    assert kim.form(kim.reads("/conversations/c1"), "withdraw-objection") is None
    assert ada.does("withdraw-objection").status_code == 303
    page = words(ada.reads("/conversations/c1"))
    assert "objection stands" not in page
    # Beside the turns it was a comment without a word.
    beside = page[page.index("Beside the turns"):]
    assert beside.index("Objection of a reviewer") < beside.index("Objection taken back")
    assert "Comment of a reviewer" not in beside


def test_whoever_did_not_agree_takes_it_back_though_another_has_agreed_since(office):
    """Who chose what the other had kept wrote nothing, and their objection stood for ever."""
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2", name="Ada")
    page = kim.reads("/conversations/c1")
    name = sorted(set(re.findall(r'name="opinion:([^"]+)"', page.text)))[0]
    kim.sends("marks", {**kim.form(page, "marks"), f"opinion:{name}": "wrong",
                        f"note:{name}": "Nobody was arrested"})
    ada.agrees_to_all()
    many = len(office.rows("marked"))

    # The form begins with what they hold themselves; keeping that as it is says nothing new.
    page = kim.reads("/conversations/c1")
    assert re.search(rf'name="opinion:{name}" value="wrong" checked', page.text)
    assert "Agreed , Ada on 01 Mar 2026, 09:00 UTC; you: ✗ Wrong" in words(page).replace("✓ ", "")
    assert re.search(rf'name="opinion:{name}" value="agreed" checked',
                     ada.reads("/conversations/c1").text)
    kept = {**kim.form(page, "marks"), f"opinion:{name}": "wrong",
            f"note:{name}": "Nobody was arrested"}
    assert kim.sends("marks", kept).status_code == 303
    assert len(office.rows("marked")) == many
    assert "An objection stands." in words(kim.reads("/conversations/c1"))

    kim.sends("marks", {**kept, f"opinion:{name}": "agreed", f"note:{name}": ""})

    assert len(office.rows("marked")) == many + 1
    assert "An objection stands" not in words(kim.reads("/conversations/c1"))
    assert kim.does("sign-off", text="I see it now").status_code == 303
    assert office.review().standing is Standing.SIGNED


def test_what_was_marked_by_somebody_who_told_facts_since_is_marked_by_another(office):
    """It counts no more; who chose the same wrote nothing, and nobody could sign."""
    kim, ada = office.browser(name="Kim"), office.browser("U-rev2")
    kim.agrees_to_all()
    many = len(office.rows("marked"))
    office.desk.say("c1", "correction: the country is Uganda, not Kenya", user="U-rev")
    office.desk.say("c1", "correction: the country is Kenya, not Uganda", user="U-rev")
    page = words(ada.reads("/conversations/c1"))
    assert f"now; {many} are not." in page
    assert page.count("Agreed by Kim on 01 Mar 2026, 09:00 UTC, who told facts of the deal since "
                      ": it counts no more") == many

    ada.agrees_to_all()

    assert len(office.rows("marked")) == 2 * many
    assert ada.does("sign-off", text="All looked at").status_code == 303
