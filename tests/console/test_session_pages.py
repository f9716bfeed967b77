"""Where somebody is signed in, as they and their admin see it, and how it ends."""

import re
from html import unescape

import pytest

from tests.console.seen import words
from tests.console.whole import whole

__all__ = ["whole"]


def listed(page):
    return re.findall(r'name="session" value="(\w+)"', page.text)


def kinds(whole, workspace="T1"):
    return [(row.kind, row.actor, row.detail["session"], row.detail["reason"])
            for row in whole.desk.rows("revoked") if row.workspace == workspace]


def live(whole, workspace="T1"):
    return {one.id for one in whole.sessions.live(workspace)}


def test_everybody_sees_their_own_sessions_and_which_one_this_is(whole):
    first = whole.as_("U1")
    whole.clock.pass_(minutes=5)
    second, other = whole.as_("U1"), whole.as_("U2")
    page = second.see("/sessions")
    assert listed(page) == [second.session, first.session]
    assert words(page).count("this one") == 1
    mine = next(row for row in re.findall(r"<tr>.*?</tr>", page.text, re.S)
                if second.session in row)
    assert "this one" in mine and "01 Mar 2026, 09:05 UTC" in mine
    assert other.session not in page.text and "Everybody else" not in page.text
    assert first.secret not in page.text and second.secret not in page.text


def test_one_is_ended_and_the_other_goes_on(whole):
    first, second = whole.as_("U1"), whole.as_("U1")
    answer = second.press("/sessions/end", session=first.session)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sessions")
    assert first.see("/sessions").status_code == 303
    assert second.see("/sessions").status_code == 200
    assert kinds(whole) == [("revoked", "U1", first.session, "ended by its person")]
    assert second.press("/sessions/end", session=first.session).status_code == 404


def test_ending_this_one_leads_to_the_door_without_a_cookie(whole):
    browser = whole.as_("U1")
    answer = browser.press("/sessions/end", session=browser.session)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    assert 'advisor_session=""' in answer.headers["set-cookie"]
    assert live(whole) == set()


def test_all_others_of_ones_own_are_ended_and_nobody_elses(whole):
    mine = [whole.as_("U1") for _ in range(3)]
    other, away = whole.as_("U2"), whole.as_("U1", "T2")
    assert mine[2].press("/sessions/end-others").status_code == 303
    assert live(whole) == {mine[2].session, other.session}
    assert live(whole, "T2") == {away.session}
    assert sorted(row[2] for row in kinds(whole)) == sorted(one.session for one in mine[:2])


@pytest.mark.parametrize("user", ["U1", "U-rev"])
def test_nobody_but_an_admin_ends_what_is_anothers(whole, user):
    browser, other = whole.as_(user), whole.as_("U2")
    assert browser.press("/sessions/end", session=other.session).status_code == 404
    assert browser.press("/sessions/end-person", user="U2").status_code == 403
    assert other.session in live(whole)
    assert kinds(whole) == []


def test_an_admin_sees_and_ends_those_of_their_workspace_alone(whole):
    admin, one, two, away = (whole.as_("U-adm"), whole.as_("U1", name="Ada <b>"), whole.as_("U1"),
                             whole.as_("U9", "T2"))
    page = admin.see("/sessions")
    assert set(listed(page)) == {admin.session, one.session, two.session}
    assert away.session not in page.text
    assert "Ada <b>" in unescape(page.text) and "Ada <b>" not in page.text
    assert admin.press("/sessions/end", session=away.session).status_code == 404
    assert admin.press("/sessions/end-person", user="U9").status_code == 404
    assert admin.press("/sessions/end", session=one.session).status_code == 303
    assert admin.press("/sessions/end-person", user="U1").status_code == 303
    assert live(whole) == {admin.session}
    assert away.see("/sessions").status_code == 200
    assert kinds(whole) == [("revoked", "U-adm", one.session, "ended by an admin"),
                            ("revoked", "U-adm", two.session, "ended by an admin")]
    assert kinds(whole, "T2") == []
    assert whole.desk.store.verify_log() is None


def test_an_admin_who_ends_all_of_themselves_stays_where_they_are(whole):
    admin, second = whole.as_("U-adm"), whole.as_("U-adm")
    assert admin.press("/sessions/end-person", user="U-adm").status_code == 303
    assert live(whole) == {admin.session}
    assert second.see("/").status_code == 303


def test_what_has_ended_by_itself_is_not_listed(whole):
    first = whole.as_("U1")
    whole.clock.pass_(minutes=59)
    second = whole.as_("U1")
    whole.clock.pass_(minutes=2)
    assert listed(second.see("/sessions")) == [second.session]
    assert second.press("/sessions/end", session=first.session).status_code == 404


@pytest.mark.parametrize("path", ["/sessions/end", "/sessions/end-others", "/sessions/end-person"])
def test_every_ending_needs_the_token(whole, path):
    browser, other = whole.as_("U-adm"), whole.as_("U-adm")
    data = {"session": other.session, "user": "U-adm"}
    for token in ("", other.token):
        answer = browser.press(path, **data | {"token": token})
        assert answer.status_code == 403
    assert live(whole) == {browser.session, other.session}


def test_the_pages_work_for_a_name_from_slack(whole):
    admin = whole.as_("U-adm")
    whole.as_("U1", name="as signed in")
    whole.people.learn("T1", "U1", "Ada Lovelace")
    assert "Ada Lovelace (U1)" in " ".join(words(admin.see("/sessions")).split())
