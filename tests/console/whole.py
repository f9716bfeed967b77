"""The console with all its pages behind its real doors, over conversations that were really had."""

from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.console.app import Console, build_console
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading, pages
from bot.console.entry.access import COOKIE, Address, require
from bot.console.entry.roles import Roles
from bot.console.entry.sessions import Sessions
from bot.console.exporting.export_pages import Exports, export_pages
from bot.console.guidance.corpus import Corpus
from bot.console.guidance.corpus_pages import corpus_pages
from bot.console.guidance.histories import Histories
from bot.console.guidance.provision_pages import provision_pages
from bot.console.session_pages import session_pages
from bot.exporting.exports import Exporting
from bot.exporting.memo import Memos
from bot.people import People
from tests.console.conftest import BASE, Clock, Slack
from tests.console.talking import Desk

HOST = "advisor.example.com"


class Browser(TestClient):
    """A browser in which somebody is signed in."""

    secret: str = ""
    token: str = ""
    session: str = ""

    def press(self, path: str, **data: Any):
        """Press a button of a form."""
        return self.post(f"/console{path}", headers={"Origin": BASE},
                         data={"token": self.token, **data})

    def see(self, path: str):
        return self.get(f"/console{path}")


@dataclass
class Whole:
    desk: Desk
    clock: Clock
    slack: Slack
    sessions: Sessions
    roles: Roles
    people: People
    exports: Exports
    app: Any

    def browser(self) -> Browser:
        return Browser(self.app, base_url=BASE, follow_redirects=False,
                       raise_server_exceptions=False)

    def as_(self, user: str = "U-rev", team: str = "T1", name: str = "") -> Browser:
        browser = self.browser()
        opened = self.sessions.open(team, user, name or f"Name of {user}",
                                    self.roles.of(team, user).role, by="test")
        browser.cookies.set(COOKIE, opened.secret, path="/console", domain=HOST)
        browser.secret, browser.token = opened.secret, opened.session.token
        browser.session = opened.session.id
        return browser


def whole_of(desk: Desk, memos: Memos, clock: Clock) -> Whole:
    slack = Slack(people={"T1": {"U1", "U2", "U-rev", "U-adm", "U-grp"}, "T2": {"U9", "U1"}})
    exporting = Exporting(desk.store, desk.checkpoints, memos, desk.editions.of, clock)
    sessions, people = Sessions(desk.store, clock), People(desk.store, clock)
    roles = Roles(slack, reviewers=frozenset({"U-rev", "U9"}), admins=frozenset({"U-adm"}),
                  reviewer_group="S-rev", clock=clock.seconds)
    reading = Reading(desk.store, desk.editions.of,
                      Integrity(desk.checkpoints, start=lambda work: work()), clock, people=people)
    exports = Exports(reading, lambda: exporting, most_rows=200)
    console = Console(desk.store, sessions, roles, Address(BASE), now=clock)
    corpus = Corpus(reading, Histories(desk.store))
    behind = [*pages(reading, require), *corpus_pages(corpus, require),
              *provision_pages(corpus, require), *session_pages(
                  sessions, desk.store, people, require),
              *export_pages(exports, require)]
    return Whole(desk, clock, slack, sessions, roles, people, exports,
                 Starlette(routes=build_console(console, behind)))


@pytest.fixture
def whole(desk, memos, clock):
    return whole_of(desk, memos, clock)
