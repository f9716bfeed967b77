"""The pages of the draft, the gate and the releases behind their real doors, and who is there."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from starlette.applications import Starlette

from bot.console.app import Console, build_console
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading
from bot.console.drafting.draft_pages import draft_pages
from bot.console.drafting.impact_pages import Impacts, impact_pages
from bot.console.drafting.keeping import Keeping
from bot.console.drafting.release_pages import release_pages
from bot.console.entry.access import COOKIE, Address, require
from bot.console.entry.roles import Roles
from bot.console.entry.sessions import Sessions
from bot.console.guidance.corpus import Corpus
from bot.console.guidance.corpus_pages import corpus_pages
from bot.console.guidance.histories import Histories
from bot.editions.held import Editions
from bot.impact import sentences
from bot.impact.surveys import Surveys
from bot.impact.telling import Telling
from bot.people import People
from bot.publishing.beside import Beside
from bot.publishing.waiting import Waiting
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery
from tests.conftest import PROJECT
from tests.console.conftest import BASE, Slack
from tests.console.whole import HOST, Browser
from tests.publishing.conftest import House
from tests.publishing.house import DILIGENCE, START


@dataclass
class Office:
    """The pages behind their real doors, over a small corpus that is really published."""

    house: House
    app: Any = None
    work: list[Any] = field(default_factory=list)
    """What was begun in the background, while nobody is at it."""
    idle: bool = False
    published: int = 0

    def __post_init__(self):
        house = self.house
        slack = Slack(people={"T1": {"U-rev", "U-adm", "U-adm2", "U1"}, "T2": {"U9"}})
        self.sessions = Sessions(house.store, lambda: house.time)
        self.roles = Roles(slack, reviewers=frozenset({"U-rev"}),
                           admins=frozenset({"U-adm", "U-adm2", "U9"}),
                           clock=self.seconds)
        people = People(house.store, lambda: house.time)
        editions = Editions(house.store).of
        reading = Reading(house.store, editions, Integrity(None), lambda: house.time,
                          people=people)
        say = sentences.load(PROJECT / "prompts", "your compliance lead")
        surveys = Surveys(house.store, editions, say)
        self.keeping = Keeping(
            reading, house, Beside(lambda: house.preparing, self.begin), Waiting(house.store),
            surveys, self.took, lambda: {one.id: one.query for one in house.queries})
        corpus = Corpus(reading, Histories(house.store))
        console = Console(house.store, self.sessions, self.roles, Address(BASE),
                          now=lambda: house.time)
        self.app = Starlette(routes=build_console(console, [
            *draft_pages(self.keeping, require), *release_pages(self.keeping, require),
            *corpus_pages(corpus, require),
            *impact_pages(
                Impacts(reading, surveys, Telling(house.store, editions, say)), require)]))

    def seconds(self):
        return (self.house.time - START).total_seconds()

    def begin(self, work):
        if self.idle:
            self.work.append(work)
        else:
            work()

    def took(self):
        self.published += 1

    def as_(self, user="U-adm", team="T1"):
        browser = Browser(self.app, base_url=BASE, follow_redirects=False,
                          raise_server_exceptions=False)
        opened = self.sessions.open(team, user, f"Name of {user}",
                                    self.roles.of(team, user).role, by="test")
        browser.cookies.set(COOKIE, opened.secret, path="/console", domain=HOST)
        browser.token = opened.session.token
        return browser


def words(page):
    content = page.text.split("<main")[1].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def token_of(page):
    """The preparation that a page would publish."""
    return re.search(r'name="preparation" value="(\w+)"', page.text)[1]


def refusing(house):
    """Make the draft find less than what is in force."""
    house.queries[:] = [LabelledQuery("q1", "act on what you find", (ProvisionId("ungp-19"),)),
                        LabelledQuery("q2", "look before you sell", (DILIGENCE,))]
    ungp = house.folder / "sources" / "ungp.yaml"
    ungp.write_text(ungp.read_text().replace("heading: Acting on it", "heading: Zzz").replace(
        "Act on what you find.", "Whistle quietly.").replace("checked: seen", "checked: unchecked"))


def prepared(office, by="U-adm"):
    """The page of the gate after *by* had the draft checked."""
    browser = office.as_(by)
    assert browser.press("/corpus/draft/prepare").headers["location"].endswith(
        "/console/corpus/draft/gate")
    page = browser.see("/corpus/draft/gate")
    assert page.status_code == 200
    return page
