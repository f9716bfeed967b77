"""Signing in with Slack, and every way of it that has to fail."""

from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from bot.console.entry.access import COOKIE, HEADERS
from bot.console.entry.signing_in import COOKIE as SIGNING_IN
from bot.console.entry.signing_in import TEAM_CLAIM, USER_CLAIM
from bot.log_order import LOCAL

CLIENT_ID = "10.20"


def begin(browser, after=""):
    answer = browser.get(f"/console/sign-in/slack{after}")
    assert answer.status_code == 302
    return answer.headers["location"]


def come_back(browser, url):
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in(house, browser, **who):
    return come_back(browser, house.provider.approve(begin(browser), **who))


def refused(house, reason, workspace=LOCAL):
    *_, row = house.rows(workspace)
    return (row.kind, row.actor, row.detail) == ("refused", None, {"reason": reason})


def cookies(answer):
    return {one.partition("=")[0]: one for one in answer.headers.get_list("set-cookie")}


def test_who_comes_back_from_slack_is_signed_in_and_led_to_where_they_wanted(house):
    browser = house.browser()
    asked = browser.get("/console/review?page=2")
    page = browser.get(asked.headers["location"])
    assert "Sign in with Slack" in page.text
    assert 'href="/console/sign-in/slack?next=/console/review%3Fpage%3D2"' in page.text

    location = begin(browser, "?next=/console/review%3Fpage%3D2")
    answer = come_back(browser, house.provider.approve(location, user="U-rev", name="Kim <Adler>"))

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/review?page=2")
    given = cookies(answer)[COOKIE]
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/console"):
        assert part in given.split("; "), part
    assert "Max-Age" not in given
    assert browser.get("/console/review").json()["user"] == "U-rev"
    assert "Kim &lt;Adler&gt;" in browser.get("/console/").text
    (row,) = house.rows("T1")
    assert (row.kind, row.actor, row.detail["role"], row.detail["by"]) == (
        "signed_in", "U-rev", "reviewer", "slack")
    assert SIGNING_IN not in browser.cookies


def test_what_slack_is_asked_for_is_little_and_bound_to_this_browser(house):
    first = parse_qs(urlsplit(begin(house.browser())).query)
    second = parse_qs(urlsplit(begin(house.browser())).query)

    assert first["client_id"] == [CLIENT_ID]
    assert first["scope"] == ["openid profile"]
    assert first["redirect_uri"] == ["https://advisor.example.com/console/callback"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 20
        assert first[name] != second[name]


def test_what_is_remembered_meanwhile_can_be_read_by_nobody(house):
    browser = house.browser()
    location = begin(browser)
    sealed = browser.cookies[SIGNING_IN]
    asked = parse_qs(urlsplit(location).query)
    assert asked["nonce"][0] not in sealed
    assert asked["state"][0] not in sealed
    assert len(sealed) < 4000


@pytest.mark.parametrize(("altered", "reason"), [
    ({"claims": {"nonce": "another"}}, "invalid_claim"),
    ({"claims": {"nonce": None}}, "missing_claim"),
    ({"claims": {"nonce": ""}}, "invalid_claim"),
    ({"claims": {"aud": "99.99"}}, "invalid_claim"),
    ({"claims": {"aud": "99.99", "azp": CLIENT_ID}}, "invalid_claim"),
    ({"claims": {"aud": None}}, "missing_claim"),
    ({"claims": {"aud": [CLIENT_ID], "azp": "99.99"}}, "invalid_claim"),
    ({"claims": {"iss": "https://evil.example"}}, "invalid_claim"),
    ({"claims": {"iss": "https://slack.com.evil.example"}}, "invalid_claim"),
    ({"claims": {"iss": None}}, "missing_claim"),
    ({"claims": {"exp": 1_000_000_000}}, "expired_token"),
    ({"claims": {"exp": None}}, "missing_claim"),
    ({"claims": {"iat": 9_000_000_000}}, "invalid_claim"),
    ({"claims": {"nbf": 9_000_000_000}}, "invalid_claim"),
    ({"claims": {TEAM_CLAIM: None}}, "missing_claim"),
    ({"claims": {USER_CLAIM: None}}, "missing_claim"),
    ({"claims": {USER_CLAIM: ["U-adm"]}}, "no_identity"),
    ({"algorithm": "none"}, "unsupported_algorithm"),
    ({"algorithm": "HS256", "key": OctKey.import_key("k" * 32)}, "unsupported_algorithm"),
    ({"key": RSAKey.generate_key(2048, parameters={"kid": "k1"})}, "bad_signature"),
    ({"token": {"id_token": None}}, "no_id_token"),
    ({"token": {"id_token": "not.a.token"}}, "decode_error"),
    ({"token": {"id_token": 5}}, "decode_error"),
    ({"token": {"error": "invalid_code", "ok": False}}, "invalid_code"),
])
def test_an_answer_that_is_not_as_slack_gives_it_signs_nobody_in(house, altered, reason):
    for name, value in altered.items():
        setattr(house.provider, name, value)
    browser = house.browser()

    answer = sign_in(house, browser, user="U-adm")

    assert answer.status_code == 403
    assert COOKIE not in browser.cookies
    assert browser.get("/console/").status_code == 303
    *_, row = house.rows(LOCAL)
    assert row.kind == "refused"
    assert row.detail == {"reason": reason}
    assert house.rows("T1") == []
    assert "Not signed in" in answer.text


@pytest.mark.parametrize("metadata", [
    {"issuer": "https://evil.example"},
    {"issuer": None},
])
def test_a_provider_that_names_another_issuer_is_not_gone_to(house, metadata):
    house.provider.metadata |= metadata
    assert house.browser().get("/console/sign-in/slack").status_code == 503


@pytest.mark.parametrize("listed", [["none", "RS256"], ["none", "HS256"], None])
def test_metadata_can_not_bring_in_a_weaker_algorithm(house, listed):
    house.provider.metadata["id_token_signing_alg_values_supported"] = listed
    house.provider.algorithm = "none"
    assert sign_in(house, house.browser()).status_code == 403


def test_a_state_that_is_not_this_browsers_is_refused(house):
    victim, attacker = house.browser(), house.browser()
    begin(victim)
    url = house.provider.approve(begin(attacker), user="U9")

    assert come_back(victim, url).status_code == 403
    assert refused(house, "mismatching_state")
    assert COOKIE not in victim.cookies


@pytest.mark.parametrize("change", [
    lambda url: url.replace("state=", "state=x"), lambda url: url.partition("&state")[0],
    lambda url: url.partition("?")[0]])
def test_a_state_that_is_wrong_or_missing_is_refused(house, change):
    browser = house.browser()
    assert come_back(browser, change(house.provider.approve(begin(browser)))).status_code == 403
    assert refused(house, "mismatching_state")


def test_a_browser_that_never_began_is_refused(house):
    url = house.provider.approve(begin(house.browser()))
    assert come_back(house.browser(), url).status_code == 403
    assert refused(house, "not_begun_here")


def test_an_answer_counts_once(house):
    browser = house.browser()
    url = house.provider.approve(begin(browser))
    sealed = browser.cookies[SIGNING_IN]
    assert come_back(browser, url).status_code == 303

    thief = house.browser()
    thief.cookies.set(SIGNING_IN, sealed, path="/console", domain="advisor.example.com")
    assert come_back(thief, url).status_code == 403
    assert refused(house, "replayed")


def test_whoever_takes_too_long_begins_again(house, clock):
    browser = house.browser()
    url = house.provider.approve(begin(browser))
    clock.pass_(minutes=11)
    assert come_back(browser, url).status_code == 403


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAABkAAAA" + "A" * 80])
def test_what_was_remembered_can_not_be_forged(house, sealed):
    browser = house.browser()
    url = house.provider.approve(begin(browser))
    browser.cookies.clear()
    browser.cookies.set(SIGNING_IN, sealed, path="/console", domain="advisor.example.com")
    assert come_back(browser, url).status_code == 403


def test_a_session_can_not_be_fixed_from_outside(house):
    browser = house.browser()
    browser.cookies.set(COOKIE, "chosen-by-an-attacker", path="/console",
                        domain="advisor.example.com")
    answer = sign_in(house, browser)
    given = cookies(answer)[COOKIE].partition(";")[0].partition("=")[2]

    assert given != "chosen-by-an-attacker"
    assert house.console.sessions.find("chosen-by-an-attacker") is None
    assert house.console.sessions.find(given).user == "U1"


def test_signing_in_again_gives_a_new_session_and_ends_the_old(house):
    browser = house.browser()
    sign_in(house, browser)
    first = browser.cookies[COOKIE]
    sign_in(house, browser)

    assert browser.cookies[COOKIE] != first
    assert house.console.sessions.find(first) is None
    assert [row.kind for row in house.rows()] == ["signed_in", "signed_out", "signed_in"]


def test_who_is_of_a_workspace_without_the_app_is_refused(house):
    browser = house.browser()
    answer = sign_in(house, browser, team="T-foreign", user="U1")
    assert answer.status_code == 403
    assert "not installed in your workspace" in answer.text
    assert refused(house, "other_workspace")
    assert house.rows("T-foreign") == []


def test_an_id_of_another_workspace_gives_no_role_here(house):
    """Ids are unique within a workspace alone."""
    assert sign_in(house, house.browser(), team="T2", user="U-adm").status_code == 403


def test_who_declines_at_slack_is_told_so(house):
    browser = house.browser()
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    answer = browser.get(f"/console/callback?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "did not allow" in answer.text
    assert refused(house, "access_denied")


@pytest.mark.parametrize("error", [
    "other_workspace", "bad_ticket", "replayed", "Ada wrote this into your log", "x" * 5_000,
    "access_denied ", "%00", "%F0%9F%92%A3"])
def test_nobody_writes_into_the_log_by_what_they_come_back_with(house, error):
    """Whoever begins to sign in, of whatever workspace, wrote words there that nothing erases."""
    browser = house.browser()
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    answer = browser.get(f"/console/callback?error={error}&state={state}")
    assert answer.status_code == 403
    assert "does not prove who you are" in answer.text
    assert refused(house, "refused")


def test_what_slack_sends_is_never_shown_as_markup(house):
    browser = house.browser()
    begin(browser)
    answer = browser.get("/console/callback?error=<script>alert(1)</script>")
    assert answer.status_code == 403
    assert "<script>" not in answer.text


def test_while_slack_is_away_nobody_is_signed_in_and_it_is_said(house):
    browser = house.browser()
    url = house.provider.approve(begin(browser))
    house.provider.gone = True
    answer = come_back(browser, url)
    assert answer.status_code == 503
    assert "Slack does not answer" in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_while_slack_can_not_say_whether_somebody_belongs_nobody_is_signed_in(house):
    house.slack.away = True
    browser = house.browser()
    assert sign_in(house, browser, user="U-rev").status_code == 503
    assert COOKIE not in browser.cookies


def test_the_wrong_secret_signs_nobody_in(build, house):
    from bot.console.entry.signing_in import SlackSignIn

    other = build(sign_in=SlackSignIn(CLIENT_ID, "wrong", house.console.address,
                                      house.provider.transport, house.clock.seconds))
    browser = other.browser()
    answer = come_back(browser, house.provider.approve(begin(browser)))
    assert answer.status_code == 403
    assert refused(other, "bad_client_secret")


def test_a_key_that_slack_has_renewed_is_fetched(house):
    sign_in(house, house.browser())
    house.provider.own = house.provider.key = RSAKey.generate_key(2048, parameters={"kid": "k2"})
    house.provider.kid = "k2"
    assert sign_in(house, house.browser()).status_code == 303


def test_a_key_that_slack_does_not_list_signs_nobody_in(house):
    house.provider.key = RSAKey.generate_key(2048, parameters={"kid": "k2"})
    house.provider.kid = "k2"
    assert sign_in(house, house.browser()).status_code == 403


# --- rates ----------------------------------------------------------------------------------


def test_one_address_can_not_try_for_ever(house, clock):
    browser = house.browser(client=("203.0.113.7", 1))
    for _ in range(20):
        assert browser.get("/console/callback").status_code == 403
    answer = browser.get("/console/callback")

    assert answer.status_code == 429
    assert "too many tries" in answer.text
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    assert browser.get("/console/sign-in/slack").status_code == 429
    assert browser.get("/console/sign-in").status_code == 200
    other = house.browser(client=("203.0.113.8", 1))
    assert other.get("/console/sign-in/slack").status_code == 302
    clock.pass_(seconds=61)
    assert browser.get("/console/sign-in/slack").status_code == 302


def test_one_workspace_can_not_be_tried_for_ever_from_many_addresses(house):
    answers = []
    for n in range(61):
        browser = house.browser(client=(f"203.0.113.{n}", 1))
        answers.append(sign_in(house, browser).status_code)
    assert answers == [303] * 60 + [429]


def test_refusals_can_not_fill_the_log(house):
    for n in range(70):
        house.browser(client=(f"203.0.113.{n}", 1)).get("/console/callback")
    assert len(house.rows(LOCAL)) == 60


def test_where_it_is_not_set_up_that_is_said_and_there_is_no_way_in(build):
    house = build(sign_in=None)
    browser = house.browser()
    page = browser.get("/console/sign-in")
    assert "ADVISOR_BASE_URL" in page.text
    for path in ("sign-in/slack", "callback", "enter"):
        assert browser.get(f"/console/{path}").status_code == 404
