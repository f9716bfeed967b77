"""Several workspaces install the app: the OAuth flow over the stand-in's oauth.v2.access."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
import yaml
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import column, event, inspect, select, text
from sqlalchemy import table as table_
from starlette.testclient import TestClient

from bot.connecting.slack import note_installed
from bot.errors import BadSetting
from bot.record import log as log_
from bot.schema import log
from bot.slack.clients import client as web_client
from bot.slack.installing import Installations
from bot.store import Store
from bot.web.app import Site, build_web
from bot.workspace.app import WorkspaceSettings, build_workspace
from tests.store.migrated import sqlite_at
from tests.store.queueing import until_waiting

MANIFEST = Path(__file__).parents[2] / "bot" / "slack" / "manifest.yaml"
TEAM = "T0ADVISOR1"


@contextmanager
def served(app):
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def slack():
    with served(build_workspace(WorkspaceSettings(
        bot_url=None, signing_secret="s", bot_token="xoxb-installed", app_token="xapp-1",
        manifest=MANIFEST, client_id="client", client_secret="secret",
    ))) as address:
        yield address


@pytest.fixture
def installations(slack, tmp_path):
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))

    def make(key):
        return Installations(
            store.engine, client_id="client", client_secret="secret", scopes=["chat:write"],
            key=key, web=web_client(None, f"{slack}/api/", []),
            tell=lambda made: note_installed(store, made))

    make.store = store
    yield make
    store.close()


@pytest.fixture
def installed(installations, slack):
    """The installations after a person has gone through Slack's page of consent."""
    key = Fernet.generate_key().decode()
    made = installations(key)
    app = build_web(Site(slack=object(), install=made.flow, advisor=lambda: None, faults=dict,
                         api_token=None))
    browser = TestClient(app, base_url="https://advisor.example", follow_redirects=False)
    page = browser.get("/slack/install")
    address = next(part for part in page.text.split('"') if "/oauth/v2/authorize" in part)
    state = parse_qs(urlsplit(address).query)["state"][0]
    code = httpx.post(f"{slack}/workspace/control/code", json={}).json()["code"]
    back = browser.get("/slack/oauth_redirect", params={"code": code, "state": state})
    assert back.status_code == 200
    made.key, made.browser = key, browser
    return made


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_replicas_that_start_at_once_make_its_tables_once(url):
    stores = [Store(url) for _ in range(2)]

    def start(store):
        Installations(store.engine, client_id="client", client_secret="secret",
                      scopes=["chat:write"], key=Fernet.generate_key().decode(),
                      web=web_client(None, "http://127.0.0.1:9/", []))

    with ThreadPoolExecutor(1) as pool:
        others = []

        def meanwhile(_):
            if not others:
                others.append(pool.submit(start, stores[1]))
                until_waiting(stores[1], 1)

        event.listen(stores[0].engine, "commit", meanwhile)
        start(stores[0])
        others[0].result(30)
    with stores[0].reading() as connection:
        assert {"slack_bots", "slack_installations", "slack_oauth_states"} <= {
            *inspect(connection).get_table_names()}
    for store in stores:
        store.close()


def test_a_workspace_that_installs_the_app_is_served_by_its_own_token(installed):
    assert installed(TEAM) == "xoxb-installed"
    with pytest.raises(LookupError):
        installed("T0OTHER")


def test_who_installed_it_and_what_it_may_is_on_record(installed, installations):
    with installations.store.reading() as connection:
        row = log_.logged(connection.execute(
            select(log).where(log.c.workspace == TEAM)).one()._mapping)

    assert (row.kind, row.actor, row.seq) == ("installed", "U0KIM00001", 1)
    assert row.detail == {"scopes": sorted(
        yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"])}
    assert "xoxb" not in str(row.body)
    assert installations.store.verify_log() is None


def test_tokens_lie_sealed_in_the_database(installed, installations):
    with installations.store.reading() as connection:
        for table in ("slack_bots", "slack_installations"):
            (token,) = connection.execute(
                select(column("bot_token")).select_from(table_(table))).one()
            assert "xoxb" not in token


def test_another_key_is_told_and_opens_nothing(installed, installations):
    other = installations(Fernet.generate_key().decode())

    with pytest.raises(BadSetting, match="ADVISOR_TOKEN_KEY is not the key"):
        other(TEAM)


def test_a_missing_key_is_told_with_how_to_make_one(installations):
    with pytest.raises(BadSetting, match=r"Fernet\.generate_key"):
        installations("")


def test_a_workspace_that_removed_the_app_is_served_no_more(installed):
    installed.removed(TEAM, None)

    with pytest.raises(LookupError):
        installed(TEAM)


@pytest.mark.parametrize("told", [None, "E0GRID"])
def test_a_workspace_of_an_organisation_that_removed_the_app_is_served_no_more(installed, told):
    """Word of it may not say of which organisation; and a workspace may have joined one since."""
    installed.flow.settings.installation_store.save(Installation(
        user_id="U0KIM00001", team_id=TEAM, enterprise_id="E0GRID", bot_token="xoxb-in-grid",
        bot_id="B0ADVISOR1", bot_user_id="U0ADVISORB", app_id="A0ADVISOR1"))
    installed.removed(TEAM, told)

    with pytest.raises(LookupError):
        installed(TEAM)


@pytest.mark.parametrize(("ago", "served"), [(60, True), (0, False), (-60, False)])
def test_word_of_a_removal_that_comes_late_takes_no_newer_token_away(installed, ago, served):
    """Slack sends it again for minutes, and an admin removes an app to install it anew."""
    installed.removed(TEAM, None, datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=ago))

    if served:
        assert installed(TEAM) == "xoxb-installed"
    else:
        with pytest.raises(LookupError):
            installed(TEAM)


def test_a_state_that_we_did_not_issue_installs_nothing(installed, slack):
    code = httpx.post(f"{slack}/workspace/control/code", json={}).json()["code"]
    installed.removed(TEAM, None)

    back = installed.browser.get("/slack/oauth_redirect", params={"code": code, "state": "forged"})

    assert back.status_code == 400
    with pytest.raises(LookupError):
        installed(TEAM)


def come_back(installed, code):
    """Return from Slack's page of consent with *code*."""
    page = installed.browser.get("/slack/install")
    address = next(part for part in page.text.split('"') if "/oauth/v2/authorize" in part)
    state = parse_qs(urlsplit(address).query)["state"][0]
    return installed.browser.get("/slack/oauth_redirect", params={"code": code, "state": state})


def test_a_code_that_slack_refuses_is_in_no_line_of_the_log(installed, caplog):
    caplog.set_level("DEBUG", "advisor")
    back = come_back(installed, "zyxcanary")

    assert back.status_code == 401
    said = [(one.name, one.levelname, one.getMessage()) for one in caplog.records]
    assert said == [("advisor.slack", "WARNING", "the app was not installed: Slack refused what "
                     "its page of consent gave")]


def test_whoever_looks_at_the_page_and_never_comes_back_is_forgotten(
    installed, installations, monkeypatch
):
    """Each look left a row for good, and anybody may look."""
    states = installed.flow.settings.state_store
    monkeypatch.setattr(states, "expiration_seconds", -1)
    for _ in range(3):
        installed.browser.get("/slack/install")
    monkeypatch.undo()
    installed.browser.get("/slack/install")

    with installations.store.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM slack_oauth_states")) == 1


def test_who_installs_it_is_told_where_slack_or_the_database_is_away(
    installed, installations, slack, caplog
):
    httpx.post(f"{slack}/workspace/control/faults", json={
        "method": "oauth.v2.access", "nth": 1, "kind": "reset_before"})
    gone = come_back(installed, "c-1")
    with installations.store.engine.begin() as connection:
        connection.execute(text("DROP TABLE slack_oauth_states"))
    broken = installed.browser.get("/slack/install")

    assert (gone.status_code, gone.json()["error"]["message"]) == (
        503, "The app is not installed: Slack can't be reached. Open /slack/install again.")
    assert (broken.status_code, broken.json()["error"]["code"]) == (500, "internal")
    assert [(r.levelname, bool(r.exc_info)) for r in caplog.records
            if r.getMessage() == "the app could not be installed"] == [
        ("WARNING", False), ("ERROR", True)]
