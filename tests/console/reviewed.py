"""A desk with a review: the console as it is served, behind its doors, with people who sign in."""

import re
from dataclasses import dataclass, field
from html import unescape

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.console.app import Console, build_console
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading, pages
from bot.console.conversations.review_panel import Reviews
from bot.console.conversations.reviewers import Reviewers
from bot.console.entry.access import COOKIE, Access, Address, require
from bot.console.entry.roles import Roles
from bot.console.entry.sessions import Sessions
from bot.dialogue.conversation import ConversationId
from bot.people import People
from bot.reviews.reviewing import Reviewing
from tests.console.conftest import NEAR, Clock, Slack

FORM = re.compile(r'<form[^>]* action="/console/reviews/([a-z-]+)#[^"]*"[^>]*>(.*?)</form>', re.S)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Browser:
    """Somebody who has signed in, and reads and sends as a browser would."""

    client: TestClient
    user: str

    def reads(self, path):
        return self.client.get(f"/console{path}")

    def form(self, page, act, **holding):
        """The hidden fields of the form for *act* on *page*; *holding* tells it from others."""
        for name, inner in FORM.findall(page.text):
            fields = {key: unescape(value) for key, value in FIELD.findall(inner)}
            if name == act and holding.items() <= fields.items():
                return fields
        return None

    def sends(self, act, fields):
        return self.client.post(f"/console/reviews/{act}", data=fields)

    def does(self, act, conversation="c1", holding=None, **typed):
        """Load the page, fill in the form for *act* and send it."""
        page = self.reads(f"/conversations/{conversation}")
        form = self.form(page, act, **(holding or {}))
        assert form is not None, f"{self.user} is offered no form to {act}"
        return self.sends(act, {**form, **typed})

    def agrees_to_all(self, conversation="c1"):
        page = self.reads(f"/conversations/{conversation}")
        names = set(re.findall(r'name="(opinion:[^"]+)"', page.text))
        return self.sends("marks", {**self.form(page, "marks"), **dict.fromkeys(names, "agreed")})


@dataclass
class Office:
    """The console over what was said at a desk."""

    desk: object
    clock: Clock
    slack: Slack = field(default_factory=Slack)
    asked: list = field(default_factory=list)
    four_eyes: bool = False
    thread: bool = True

    def __post_init__(self):
        self.slack.people["T1"] |= {"U-rev2", "U2"}
        store = self.desk.store
        self.reviewing = Reviewing(store, self.editions, four_eyes=self.four_eyes, ask=self._ask,
                                   now=self.clock)
        roles = Roles(self.slack, reviewers=frozenset({"U-rev", "U-rev2"}),
                      admins=frozenset({"U-adm", "U9"}), clock=self.clock.seconds)
        self.sessions = Sessions(store, self.clock)
        self.people = People(store, self.clock)
        self.roles = roles
        reading = Reading(
            store, self.editions, Integrity(self.desk.checkpoints, start=lambda work: work()),
            self.clock, Reviews(self.reviewing, Reviewers(roles), self.editions, self.clock),
            self.people)
        console = Console(store, self.sessions, roles, Address(NEAR), now=self.clock)
        self.access = Access(self.sessions, roles, Address(NEAR))
        self.app = Starlette(routes=build_console(console, pages(reading, require)))

    def editions(self, release):
        return self.desk.editions.of(release)

    def _ask(self, _connection, question):
        self.asked.append(question)
        return self.thread

    def browser(self, user="U-rev", team="T1", name=None):
        client = TestClient(self.app, base_url=NEAR, follow_redirects=False)
        client.headers["Origin"] = NEAR
        role = self.roles.of(team, user).role
        opened = self.sessions.open(team, user, name or f"Name of {user}", role, by="test")
        client.cookies.set(COOKIE, opened.secret, path="/console", domain="127.0.0.1")
        if name is not None:
            self.people.learn(team, user, name)
        return Browser(client, user)

    def review(self, name="c1"):
        with self.desk.store.reading() as connection:
            return self.reviewing.of(connection, "T1", ConversationId(name)).review

    def rows(self, *kinds):
        return [row for kind in kinds for row in self.desk.rows(kind)]


def sent(browser, act, **more):
    """A form for *act* as somebody makes it by hand, with a token of theirs that is valid."""
    token = re.search(r'name="token" value="([^"]+)"', browser.reads("/").text)[1]
    return browser.sends(act, {"token": token, "conversation": "c1", "key": "k", **more})
