"""`advisor serve` serves the console, entered by a link where there is no Slack, else by Slack."""

import re
import socket
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from bot.assembly import Assembly
from bot.errors import BadSetting
from bot.serving import service as serving
from bot.serving import upkeep
from bot.settings import Settings, SlackSettings

TOKENS = {"bot_token": "xoxb-1", "signing_secret": "s3cret", "api_url": "http://127.0.0.1:9/api/"}


def settings(folder, **more):
    return Settings(_env_file=None, data_dir=folder, **more)


@pytest.fixture(autouse=True)
def _nothing_is_loaded(monkeypatch):
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "ADVISOR_BASE_URL", "ADVISOR_PRODUCTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(serving.Service, "_load", lambda _: None)


@contextmanager
def served(folder, slack=None, **more):
    told = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = serving.service_of(Assembly(settings(folder, **more)),
                                     slack or SlackSettings(_env_file=None), listener, told.append)
        thread = threading.Thread(target=service.run, daemon=True)
        thread.start()
        while not service.server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        with httpx.Client(base_url=service.intake.site, trust_env=False,
                          timeout=10) as client:
            yield client, told, service
        service.server.should_exit = True
        thread.join(10)


def test_the_local_workspace_prints_a_link_that_leads_in(tmp_path):
    with served(tmp_path) as (client, told, _):
        link = re.search(r"http\S+ticket=(\S+)", "\n".join(told))
        assert str(client.base_url).rstrip("/") in link.group(0)
        page = client.get(link.group(0)).text
        assert re.findall(r'value="(U0[A-Z0-9]+)"', page) == [
            "U0SAM00001", "U0KIM00001", "U0NOOR0001", "U0ALEX0001"]

        origin = {"Origin": str(client.base_url).rstrip("/")}
        entered = client.post("/console/enter", headers=origin,
                              data={"ticket": link.group(1), "user": "U0KIM00001"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/console/")
        assert ", admin</span>" in client.get("/console/").text
        assert client.get("/").status_code in {200, 303, 307}  # the local workspace is there too


def test_with_slack_there_is_no_link_and_the_people_sign_in_with_slack(tmp_path):
    slack = SlackSettings(_env_file=None, client_id="1.2", client_secret="x", **TOKENS)
    with served(tmp_path, slack, base_url="https://advisor.example.com/") as (client, told, _):
        assert "ticket" not in "\n".join(told)
        assert client.get("/console/enter?ticket=x").status_code == 404
        assert client.get("/console/").headers["location"].startswith("/console/sign-in")
        assert "Sign in with Slack" in client.get("/console/sign-in").text


def test_with_slack_and_no_client_the_page_says_what_is_missing(tmp_path):
    slack = SlackSettings(_env_file=None, **TOKENS)
    with served(tmp_path, slack, base_url="https://advisor.example.com") as (client, _, __):
        assert "SLACK_CLIENT_ID" in client.get("/console/sign-in").text
        assert client.get("/console/enter?ticket=x").status_code == 404


def test_with_slack_and_no_address_there_is_no_console(tmp_path):
    with served(tmp_path, SlackSettings(_env_file=None, **TOKENS)) as (client, told, _):
        assert client.get("/console/").status_code == 404
        assert "ticket" not in "\n".join(told)


def test_in_production_there_is_never_a_link(tmp_path):
    with pytest.raises(BadSetting, match="ADVISOR_PRODUCTION"):
        serving.serve(Assembly(settings(tmp_path, production=True)),
                      SlackSettings(_env_file=None), print)


def test_an_address_without_encryption_is_refused(tmp_path):
    with pytest.raises(BadSetting, match="https"), socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        serving.service_of(Assembly(settings(tmp_path, base_url="http://advisor.example.com")),
                           SlackSettings(_env_file=None, **TOKENS), listener, print)


def test_what_is_signed_is_held_against_the_release_in_force_while_it_serves(tmp_path, monkeypatch):
    swept = threading.Event()

    def sweep(_, ended=lambda: True):
        swept.set()
        raise OSError("the database is away")

    monkeypatch.setattr("bot.reviews.reviewing.Reviewing.sweep", sweep)
    monkeypatch.setattr(upkeep, "EACH_SECONDS", 0.01)
    with served(tmp_path, four_eyes=True) as (_, __, service):
        reviewing = service.intake.parts.reviewing
        assert reviewing._four_eyes and reviewing._ask is not None
        thread = threading.Thread(target=service.intake.upkeep._sweep)
        thread.start()
        for _ in range(2):  # it goes on after a fault
            assert swept.wait(10)
            swept.clear()
    thread.join(10)
    assert not thread.is_alive()
