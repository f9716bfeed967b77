"""Who may see what: of every route of the running server, for everybody who could ask."""

import io
import re
import zipfile
from html import unescape

import pytest
from sqlalchemy import func, select, update

from bot.console.entry.sessions import Sessions
from bot.console.viewer import Role
from bot.schema import log, saved_filters
from bot.schema import sessions as table
from tests.console.walking import (
    FILE,
    HELD,
    NOBODY,
    VISITORS,
    ask,
    console_routes,
    document,
    leaves,
    local,
    walk,
    with_slack,
)

pytestmark = pytest.mark.long

ROLES = dict(zip(VISITORS[1:], HELD, strict=True))
DOORS = {"/console", "/console/sign-in", "/console/sign-in/slack", "/console/callback",
         "/console/enter", "/console/static/"}
"""What whoever is signed out may reach."""


@pytest.fixture(scope="module")
def slack(guidance, reader, sentences):
    with with_slack(guidance, reader, sentences) as place:
        yield place


@pytest.fixture(scope="module")
def near(guidance, reader, sentences):
    with local(guidance, reader, sentences) as place:
        yield place


@pytest.fixture(scope="module")
def walked(slack):
    return walk(slack)


def posts(place):
    """Every change behind the doors."""
    return [path for method, path in leaves(place.routes)
            if method == "POST" and path.startswith("/console/") and path not in DOORS]


def reads(place):
    """Every page behind the doors."""
    return [path for method, path in leaves(place.routes)
            if method == "GET" and path.startswith("/console/") and path not in DOORS]


def test_the_table_in_the_documentation_is_what_the_server_answers(walked, near):
    assert FILE.read_text("utf-8") == document(walked, walk(near)), "run 'make access'"


def test_nobody_reaches_anything_behind_the_doors(walked):
    behind = [line for line in walked
              if line.path.startswith("/console") and line.path not in DOORS]
    assert len(behind) >= 15
    for line in behind:
        assert line.statuses[0] == (303 if line.method == "GET" else 401), line
        assert line.rule != "everybody", line


def test_who_lacks_the_role_is_refused_on_every_route_and_who_has_it_is_not(walked):
    for line in walked:
        if line.rule in {"–", "everybody"}:
            continue
        for visitor, status in zip(VISITORS[1:], line.statuses[1:], strict=True):
            if ROLES[visitor].includes(Role(line.rule)):
                assert status != 403, (line, visitor)
            else:
                assert status == 403, (line, visitor)


@pytest.mark.parametrize("visitor", ["another asker", "reviewer elsewhere"])
def test_no_page_and_no_file_holds_anything_of_the_conversation_of_others(slack, visitor):
    seen = 0
    for method in ("GET", "POST"):
        for path in (reads if method == "GET" else posts)(slack):
            asked_for = {"data": {"query": ""}} if method == "POST" else {}
            answer = ask(slack, method, path, visitor, **asked_for)
            text = " ".join(_texts(answer))
            if path == "/console/corpus/simulate":
                # Its field gives back the id that was sent with it, whatever that names.
                assert text.count('"c1"') == text.count('value="c1"') <= 1
                text = text.replace('value="c1"', "")
            for secret in ("conversations/c1", "U0ASKER01", "Name of asker", '"c1"', ",c1,"):
                assert secret not in text, (method, path, secret)
            seen += answer.status_code == 200
    assert seen >= 4


def test_the_same_pages_do_hold_it_for_who_may_see_it(slack):
    for visitor in ("asker", "reviewer", "admin"):
        assert "conversations/c1" in ask(slack, "GET", "/console/", visitor).text
    answer = ask(slack, "POST", "/console/exports", "reviewer")
    assert ",c1," in " ".join(_texts(answer))


def _texts(answer):
    if answer.headers.get("content-type") != "application/zip":
        yield unescape(answer.text)
        return
    with zipfile.ZipFile(io.BytesIO(answer.content)) as box:
        for name in box.namelist():
            yield box.read(name).decode("utf-8", "replace")


# --- cookies --------------------------------------------------------------------------------


def flipped(secret):
    return secret[:-1] + ("A" if secret[-1] != "A" else "B")


def ended(place, opened, how):
    sessions, session = Sessions(place.desk.store), opened.session
    if how == "signed out":
        assert sessions.sign_out(session.id)
    elif how == "revoked":
        assert sessions.revoke(session.workspace, session.id, by="x", reason="x")
    else:
        past = {"idle": "seen_at", "expired": "expires_at"}[how]
        altered(place, opened, **{past: "2020-01-01T00:00:00.000000+00:00"})


def altered(place, opened, **values):
    with place.desk.store.writing() as connection:
        connection.execute(
            update(table).where(table.c.id == opened.session.id).values(**values))


@pytest.mark.parametrize("how", ["signed out", "revoked", "idle", "expired"])
def test_a_cookie_whose_session_has_ended_opens_nothing(slack, how):
    opened = slack.open("admin")
    assert slack.send("GET", "/console/", opened).status_code == 200
    ended(slack, opened, how)
    for path in reads(slack):
        answer = slack.send("GET", path, opened)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/console/sign-in?next="), path
    for path in posts(slack):
        assert slack.send("POST", path, opened).status_code == 401, path


def test_a_forged_or_altered_cookie_opens_nothing(slack):
    opened = slack.open("admin")
    forged = ["", "x", flipped(opened.secret), opened.secret[:-1], opened.secret + "A",
              opened.secret.swapcase(), opened.session.id, opened.session.token,
              f'"{opened.secret} "', "A" * 5000, "%00", opened.secret + "%00"]
    for path in reads(slack):
        for cookie in forged:
            assert slack.send("GET", path, None, cookie=cookie).status_code == 303, (path, cookie)
    for path in posts(slack):
        for cookie in forged:
            answer = slack.send("POST", path, None, cookie=cookie, token=opened.session.token)
            assert answer.status_code == 401, (path, cookie)


def test_who_has_lost_a_role_loses_what_it_opened(slack):
    opened = slack.open("another asker")
    altered(slack, opened, role="admin")  # the settings don't say so any more
    assert slack.send("GET", "/console/conversations/c1", opened).status_code == 404
    assert slack.send("GET", "/console/exports", opened).status_code == 403
    assert slack.send("POST", "/console/sessions/end-person", opened,
                      data={"user": "U0ASKER01"}).status_code == 403


def test_a_role_that_the_settings_give_does_not_raise_a_session_of_before(slack):
    opened = slack.open("reviewer")
    altered(slack, opened, role="asker")
    assert slack.send("GET", "/console/exports", opened).status_code == 403


# --- changes that others make a browser send ------------------------------------------------


def happened(place):
    with place.desk.store.reading() as connection:
        return [connection.scalar(select(func.count()).select_from(one))
                for one in (log, saved_filters)]


def test_every_change_needs_the_token_of_its_own_session(slack):
    opened = slack.open("admin")
    another = slack.open("admin").session.token
    before = happened(slack)
    assert len(posts(slack)) >= 8
    for path in posts(slack):
        for token in ("", "x", another, flipped(opened.session.token), opened.session.id):
            answer = slack.send("POST", path, opened, token=token)
            assert answer.status_code == 403, (path, token)
            assert "Nothing was changed" in unescape(answer.text)
    assert happened(slack) == before


@pytest.mark.parametrize("origin", [
    "https://evil.example", "null", "https://advisor.example.com.evil.example",
    "http://advisor.example.com", "https://advisor.example.com:8443"])
def test_every_change_has_to_come_from_a_page_of_ours(slack, origin):
    opened = slack.open("admin")
    before = happened(slack)
    for path in posts(slack):
        answer = slack.send("POST", path, opened, origin=origin)
        assert answer.status_code == 403, path
        assert "another site" in answer.text
    assert happened(slack) == before
    assert slack.send("GET", "/console/", opened).status_code == 200


def test_no_page_changes_anything_by_being_read(slack):
    opened = slack.open("admin")
    before = happened(slack)
    for path in reads(slack):
        if "{" not in path:
            slack.send("GET", path, opened)
            slack.send("HEAD", path, opened)
    assert happened(slack) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_everywhere(slack, method):
    opened = slack.open("admin")
    for path in {*reads(slack), *posts(slack)}:
        assert slack.send(method, path, opened).status_code in {403, 405}, path


def test_every_form_on_every_page_carries_the_token(slack):
    forms = 0
    for visitor in VISITORS[1:]:
        opened = slack.open(visitor)
        for path in reads(slack):
            page = slack.send("GET", re.sub(r"{conversation.*", "c1", path), opened)
            for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page.text, re.S):
                assert f'name="token" value="{opened.session.token}"' in form, path
                forms += 1
    assert forms > 20
    assert NOBODY not in ROLES
    assert console_routes(slack)
