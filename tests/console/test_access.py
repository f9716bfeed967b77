"""Every route, for everybody: who gets in, who is sent away, and with which words."""

from dataclasses import replace

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocketDisconnect

from bot.console.app import build_console
from bot.console.entry.access import COOKIE, HEADERS, Address, NoRule, require, rules, way_back
from bot.console.viewer import Role
from tests.console.conftest import BASE, PAGES

USERS = {None: None, "U1": Role.ASKER, "U-rev": Role.REVIEWER, "U-grp": Role.REVIEWER,
         "U-adm": Role.ADMIN}
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
          "form-action 'self'; frame-ancestors 'none'; base-uri 'none'")

EXPECTED = {
    ("/", "GET"): Role.ASKER,
    ("/sign-in", "GET"): None,
    ("/sign-in/slack", "GET"): None,
    ("/callback", "GET"): None,
    ("/sign-out", "POST"): Role.ASKER,
    ("/static", "GET"): None,
    ("/review", "GET"): Role.REVIEWER,
    ("/review", "POST"): Role.REVIEWER,
    ("/keep/{thing}", "POST"): Role.ADMIN,
    ("/fail", "GET"): Role.ASKER,
    ("/fail", "POST"): Role.ASKER,
}


def inside(house):
    """The routes of the console itself."""
    return house.app.routes[1].app.routes


def table(house):
    return {(rule.path, method): rule.role for rule in rules(inside(house))
            for method in rule.methods - {"HEAD"}}


def test_the_table_below_is_of_all_routes(house, home):
    assert table(house) == EXPECTED
    slack = {("/sign-in/slack", "GET"), ("/callback", "GET")}
    assert table(home) == {key: role for key, role in EXPECTED.items() if key not in slack} | {
        ("/enter", "GET"): None, ("/enter", "POST"): None}


def test_a_route_that_states_no_rule_is_never_served(build):
    def careless(_: Request) -> Response:
        return PlainTextResponse("everything")

    with pytest.raises(NoRule, match="/all states no rule"):
        build(pages=(Route("/all", careless),))
    with pytest.raises(NoRule):
        build(pages=(Route("/all", type("App", (), {})()),))


def ask(house, browser, path, method):
    path = path.replace("{thing}", "hold")
    if path == "/static":
        path = "/static/door.css"
    headers, data = {"Origin": BASE}, {"token": browser.headers.get("x-test-token", "")}
    return browser.request(method, f"/console{path}", headers=headers,
                           **({"data": data} if method == "POST" else {}))


@pytest.mark.parametrize("user", USERS, ids=str)
@pytest.mark.parametrize(("path", "method"), EXPECTED, ids=lambda part: part.strip("/") or "index")
def test_every_route_lets_in_who_has_the_role_and_nobody_else(house, path, method, user):
    browser = house.browser() if user is None else house.signed_in(user)
    answer = ask(house, browser, path, method)

    needed, has = EXPECTED[path, method], USERS[user]
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, name
    if needed is None:
        assert answer.status_code in {200, 302} or (path, answer.status_code) == ("/callback", 403)
    elif has is None and method == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/console/sign-in?next=/console")
    elif has is None:
        assert answer.status_code == 401
        assert "signed out" in answer.text
    elif not has.includes(needed):
        assert answer.status_code == 403
        assert f"Only somebody with the role “{needed}”" in answer.text
    elif path == "/fail":
        assert answer.status_code == 500
        assert "boom" not in answer.text
    else:
        assert answer.status_code in {200, 303}, answer.text


def test_the_headers_are_as_strict_as_was_agreed():
    assert HEADERS["Content-Security-Policy"] == POLICY
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    assert HEADERS["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/console", 308), ("GET", "/console/no/such/page", 404),
    ("DELETE", "/console/review", 405), ("GET", "/console/static/none.css", 404),
    ("GET", "/console/static/../app.py", 404), ("GET", "/console/fail", 500),
    ("POST", "/console/sign-in", 405), ("PUT", "/console/", 405)])
def test_errors_carry_the_headers_too_and_say_what_is_wrong(house, method, path, status):
    answer = house.signed_in().request(method, path, headers={"Origin": BASE})

    assert answer.status_code == status
    assert HEADERS.items() <= {name: answer.headers.get(name) for name in HEADERS}.items()
    if status >= 400:
        assert "<h1>" in answer.text
        assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(("user", "path", "way"), [
    ("U-rev", "/corpus/no/such", ("/corpus", "the guidance")),
    ("U-rev", "/exports/", ("/exports", "exporting")),
    ("U-rev", "/no/such/page", ("/", "the conversations")),
    ("U1", "/corpus/no/such", ("/", "the conversations")),
    ("U1", "/sessions/no/such", ("/sessions", "the sessions")),
    (None, "/corpus/no/such", ("/", "the conversations")),
])
def test_an_address_of_no_page_leads_to_what_it_would_stand_under(house, user, path, way):
    """A provision's address with a slip in it led to the conversations, from wherever it was."""
    browser = house.browser() if user is None else house.signed_in(user)
    there, called = way
    assert (f'href="/console{there}">To {called}</a>' in
            browser.get(f"/console{path}").text)


def test_a_page_for_others_leads_to_what_it_stands_under_where_that_may_be_seen(build):
    keep = require(Role.ADMIN)(lambda _: PlainTextResponse(""))
    house = build(pages=[Route("/corpus/keep", keep)])
    for user, way in (("U-rev", 'href="/console/corpus">To the guidance</a>'),
                      ("U1", 'href="/console/">To the conversations</a>')):
        answer = house.signed_in(user).get("/console/corpus/keep")
        assert answer.status_code == 403
        assert way in answer.text


def test_a_page_that_breaks_gives_back_what_was_typed_and_does_not_say_that_nothing_was_done(house):
    """A reason of a page was gone, and whether it had been kept nobody could tell."""
    browser = house.signed_in()
    token = browser.headers.pop("x-test-token")
    answer = browser.post("/console/fail", headers={"Origin": BASE}, data={
        "token": token, "conversation": "a/b", "reason": "Counsel asked.\nTwice."})
    assert answer.status_code == 500
    assert ">\nCounsel asked.\nTwice.</textarea>" in answer.text and token not in answer.text
    assert "Whether what you did was done can&#39;t be told here" in answer.text
    assert 'href="/console/conversations/a%2Fb">To the conversation</a>' in answer.text
    assert "Whether what" not in browser.get("/console/fail").text


def test_whoever_loads_the_address_of_a_form_is_told_what_to_do(house):
    """It said only that it can't be done there."""
    answer = house.signed_in().get("/console/keep/thing")
    assert answer.status_code == 405
    assert ("Go to the page that you were on, and press there again if what you did doesn&#39;t "
            "show yet.") in answer.text
    assert 'href="/console/"' in answer.text


def test_a_page_that_cannot_be_made_carries_the_headers_when_asked_of_from_elsewhere(house):
    answer = house.browser().post("/console/sign-out", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"] == POLICY


# --- sessions -------------------------------------------------------------------------------


def get(browser, path="/console/review"):
    return browser.get(path).status_code


def test_a_session_that_is_idle_or_old_is_asked_to_sign_in(house, clock):
    browser = house.signed_in("U-rev")
    assert get(browser) == 200
    clock.pass_(minutes=61)
    assert get(browser) == 303


def test_a_session_that_was_revoked_ends_at_once(house):
    browser = house.signed_in("U-rev")
    house.console.sessions.revoke_all("T1", "U-rev", by="U-adm", reason="left")
    assert get(browser) == 303


@pytest.mark.parametrize("forged", [
    "x", "admin", "0" * 64, '{"role":"admin"}', "a.b.c", "'; DROP TABLE sessions; --", "A" * 5000])
def test_a_forged_cookie_is_no_session(house, forged):
    browser = house.browser()
    browser.cookies.set(COOKIE, forged.replace(" ", ""), path="/console",
                        domain="advisor.example.com")
    assert get(browser) == 303


def test_the_digest_in_the_database_is_no_cookie(house):
    session = house.open("U-adm").session
    browser = house.browser()
    browser.cookies.set(COOKIE, session.id, path="/console", domain="advisor.example.com")
    assert get(browser) == 303


def test_a_cookie_that_was_signed_out_can_not_be_replayed(house):
    browser = house.signed_in("U-rev")
    stolen = browser.cookies[COOKIE]
    gone = browser.post("/console/sign-out", headers={"Origin": BASE},
                        data={"token": browser.headers["x-test-token"]})
    assert gone.status_code == 303
    assert COOKIE not in browser.cookies

    thief = house.browser()
    thief.cookies.set(COOKIE, stolen, path="/console", domain="advisor.example.com")
    assert get(thief) == 303
    assert [(row.kind, row.actor) for row in house.rows()] == [
        ("signed_in", "U-rev"), ("signed_out", "U-rev")]


def test_who_is_no_reviewer_any_more_loses_access_within_a_minute(house, clock):
    browser = house.signed_in("U-grp")
    assert get(browser) == 200
    house.slack.groups["T1", "S-rev"].clear()
    clock.pass_(seconds=61)
    assert get(browser) == 403
    assert get(browser, "/console/") == 200


def test_who_becomes_a_reviewer_signs_in_anew_for_it(house, clock):
    browser = house.signed_in("U1")
    house.slack.groups["T1", "S-rev"].add("U1")
    clock.pass_(seconds=61)
    assert get(browser) == 403
    assert get(house.signed_in("U1")) == 200


def test_while_slack_is_away_a_session_goes_on_without_what_a_group_gave(house, clock):
    by_group, by_list = house.signed_in("U-grp"), house.signed_in("U-rev")
    house.slack.away = True
    clock.pass_(seconds=61)
    assert (get(by_group), get(by_group, "/console/"), get(by_list)) == (403, 200, 200)
    house.slack.away = False
    clock.pass_(seconds=61)
    assert get(by_group) == 200


def test_who_leaves_the_workspace_is_signed_out(house, clock):
    browser = house.signed_in("U-rev")
    house.slack.people["T1"].remove("U-rev")
    clock.pass_(seconds=61)
    assert get(browser) == 303
    house.slack.people["T1"].add("U-rev")
    clock.pass_(seconds=61)
    assert get(browser) == 303
    (_, row) = house.rows()
    assert (row.kind, row.actor, row.detail["reason"]) == (
        "revoked", None, "no longer of the workspace")


def test_a_viewer_of_one_workspace_is_one_of_no_other(house):
    house.slack.people["T2"].add("U-adm")
    browser = house.signed_in("U-adm", "T2")
    answer = ask(house, browser, "/keep/{thing}", "POST")
    assert answer.json() == {"workspace": "T2"}


# --- changes that others make a browser send ------------------------------------------------


@pytest.mark.parametrize(("headers", "token", "status"), [
    ({"Origin": BASE}, "right", 200),
    ({"Origin": BASE, "Sec-Fetch-Site": "same-origin"}, "right", 200),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, "right", 200),
    ({"Sec-Fetch-Site": "same-origin"}, "right", 200),
    ({"Origin": BASE}, "wrong", 403),
    ({"Origin": BASE}, "", 403),
    ({"Origin": BASE}, None, 403),
    ({"Origin": BASE}, "another's", 403),
    ({}, "right", 403),
    ({"Origin": "null"}, "right", 403),
    ({"Origin": "https://evil.example"}, "right", 403),
    ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, "right", 403),
    ({"Origin": f"{BASE}.evil.example"}, "right", 403),
    ({"Origin": BASE.replace("https", "http")}, "right", 403),
    ({"Origin": f"{BASE}:8443"}, "right", 403),
    ({"Origin": BASE, "Sec-Fetch-Site": "cross-site"}, "right", 403),
    ({"Origin": BASE, "Sec-Fetch-Site": "same-site"}, "right", 403),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, "right", 403),
    ({"Origin": BASE, "Sec-Fetch-Site": "none"}, "right", 403),
    ({"Origin": "http://[bad"}, "right", 403),
])
def test_a_change_needs_our_origin_and_the_sessions_token(house, headers, token, status):
    browser = house.signed_in("U-rev")
    given = {"right": browser.headers["x-test-token"],
             "another's": house.open("U-rev").session.token}.get(token, token)
    data = {"said": "yes"} | ({} if given is None else {"token": given})

    answer = browser.post("/console/review", headers=headers, data=data)

    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"user": "U-rev", "said": "yes"}
    else:
        assert "Nothing was changed" in answer.text


def test_the_token_may_come_in_a_header(house):
    browser = house.signed_in("U-rev")
    for given, status in ((browser.headers["x-test-token"], 200), ("wrong", 403)):
        headers = {"Origin": BASE, "X-Advisor-Token": given}
        assert browser.post("/console/review", headers=headers,
                            data={"said": "yes"}).status_code == status


def test_a_token_in_the_address_or_a_file_is_none(house):
    browser = house.signed_in("U-rev")
    token = browser.headers["x-test-token"]
    assert browser.post(f"/console/review?token={token}",
                        headers={"Origin": BASE}).status_code == 403
    assert browser.post("/console/review", headers={"Origin": BASE},
                        files={"token": ("token", token)}).status_code == 403


def test_a_body_over_the_limit_is_not_read(house):
    browser = house.signed_in("U-rev")
    answer = browser.post("/console/review", headers={"Origin": BASE},
                          data={"said": "x" * 1_100_000, "token": browser.headers["x-test-token"]})
    assert answer.status_code == 413 and "so nothing was changed. Go back" in answer.text


@pytest.mark.parametrize(("there", "leads"), [
    ("/console/deals?page=2", "/console/deals?page=2"), (None, "/console/"),
    ("https://evil.example/console/", "/console/"), ("//evil.example/console/", "/console/"),
    ("/console/../workspace/", "/console/"), ("/console/%2e%2e/slack/install", "/console/"),
    ("/console\\@evil.example", "/console/"),
    ("/console/\\\\evil.example", "/console/"), ("/console/a\nSet-Cookie: x", "/console/"),
    ("/consolex/", "/console/"), ("javascript:alert(1)", "/console/"),
    ("/console/sign-in?next=/console/sign-in", "/console/"), ("", "/console/"),
])
def test_the_way_back_never_leads_out_of_the_console(there, leads):
    assert way_back(there) == leads


def test_a_sync_and_an_async_page_both_get_their_viewer(house):
    assert house.signed_in("U-rev").get("/console/review").json()["user"] == "U-rev"
    assert ask(house, house.signed_in("U-adm"), "/keep/{thing}", "POST").status_code == 200


def test_both_ways_in_at_once_are_refused(house, home):
    mixed = replace(house.console, entering=home.console.entering)
    with pytest.raises(ValueError, match="by Slack alone"):
        build_console(mixed, PAGES)
    with pytest.raises(ValueError, match="on this machine alone"):
        build_console(replace(mixed, sign_in=None), PAGES)


def test_there_are_no_web_sockets(house):
    with pytest.raises(WebSocketDisconnect), house.browser().websocket_connect("/console/live"):
        pass


@pytest.mark.parametrize(("base", "origin", "ours"), [
    ("https://advisor.example.com", "https://advisor.example.com", True),
    ("https://advisor.example.com", "http://advisor.example.com", False),
    ("https://advisor.example.com", "https://advisor.example.com:8443", False),
    ("https://advisor.example.com", "https://advisor.example.com.evil.example", False),
    ("https://advisor.example.com", "https://localhost", False),
    # This machine goes by several names, and each port of it is another site.
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080", True),
    ("http://127.0.0.1:8080", "http://localhost:8080", True),
    ("http://127.0.0.1:8080", "http://[::1]:8080", True),
    ("http://127.0.0.1:8080", "http://localhost:8081", False),
    ("http://127.0.0.1:8080", "https://localhost:8080", False),
    ("http://127.0.0.1:8080", "http://localhost:8080/there", False),
    ("http://127.0.0.1:8080", "http://localhost.example:8080", False),
    ("http://127.0.0.1:8080", "http://[::1:8080", False),
    ("http://127.0.0.1:8080", "http://localhost:port", False),
])
def test_an_origin_is_ours_by_scheme_name_and_port(base, origin, ours):
    assert Address(base).is_ours(origin) is ours
