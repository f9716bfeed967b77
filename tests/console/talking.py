"""Conversations as Slack would bring them, and the pages as who has signed in sees them."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

import bot.console
from bot.advisor import Said
from bot.checkpoints import Checkpoints
from bot.console.conversations.declined import declined_page
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading, pages
from bot.console.guidance.corpus import Corpus
from bot.console.guidance.corpus_pages import corpus_pages
from bot.console.guidance.histories import Histories
from bot.console.guidance.provision_pages import provision_pages
from bot.console.overview.overview import overview
from bot.console.overview.quality import quality
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.editions.held import Editions
from bot.erasure.erasing import Erasing
from bot.record.log import Happening, logged
from bot.record.signed_notes import Signer
from bot.schema import cases, log

WHEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DEAL = ("Cell-site simulators for the police of Kenya, who will watch crowds at demonstrations. "
        "They have used it against journalists.")


def viewer(user="U-rev", role=Role.REVIEWER, workspace="T1"):
    return Viewer(workspace, user, f"Name of {user}", role, "s1", "token1")


class SignedIn:
    """Stands where the doors stand: whoever asks is *seen*."""

    def __init__(self, app, seen):
        self.app, self.seen = app, seen

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope["state"] = {**scope.get("state", {}), "viewer": self.seen}
        await self.app(scope, receive, send)


class Desk:
    def __init__(self, store, advisor, reviewing=None, folder=Path("nowhere")):
        self.store, self.advisor, self.reviewing = store, advisor, reviewing
        self.checkpoints = Checkpoints(store, Signer(bytes(32)))
        self.erasing = Erasing(store)
        self.editions = Editions(store, advisor.guidance)
        self._numbers = count()
        self.now = WHEN
        self.folder = folder
        self.people = None
        """What people are called."""
        self.more = {}
        """Further parts of the pages of the guidance."""

    def say(self, name, words, user="U1", workspace="T1"):
        with self.store.writing() as connection:
            self.store.insert(connection, cases, {
                "conversation": name, "team": workspace, "asker": user,
                "opened_at": WHEN.isoformat(), "private": 0, "listening": 1})
        n = next(self._numbers)
        return self.advisor.take_turn(Said(
            MessageKey(f"k{n}"), ConversationId(name), f"slack:{workspace}:{user}",
            WHEN + timedelta(minutes=n), words, workspace=workspace))

    def note(self, name, kind, user="U1", workspace="T1", body=None, words=None):
        n = next(self._numbers)
        self.store.note(workspace, Happening(
            kind, f"n{n}", WHEN + timedelta(minutes=n), user, ConversationId(name), body or {},
            words or {}))

    def app(self, seen=None):
        integrity = Integrity(self.checkpoints, start=lambda work: work())
        reading = Reading(self.store, self.editions.of, integrity, lambda: self.now,
                          people=self.people)
        corpus = Corpus(reading, Histories(self.store), **self.more)

        def rule(_):
            return lambda endpoint: endpoint
        routes = [*pages(reading, rule), *declined_page(reading, rule), *overview(reading, rule),
                  *quality(reading, rule, self.folder),
                  *corpus_pages(corpus, rule), *provision_pages(corpus, rule)]
        static = StaticFiles(directory=Path(bot.console.__file__).parent / "static")
        return Starlette(routes=[Mount("/console", routes=[
            *routes, Mount("/static", static)])],
            middleware=[Middleware(SignedIn, seen=seen or viewer())])

    def reads(self, path="/", seen=None):
        return self.client(seen).get(f"/console{path}")

    def client(self, seen=None):
        return TestClient(self.app(seen), follow_redirects=False)

    def rows(self, kind):
        with self.store.reading() as connection:
            return [logged(row._mapping) for row in connection.execute(
                select(log).where(log.c.kind == kind).order_by(log.c.seq))]


@contextmanager
def reading(desk):
    with desk.store.reading() as connection:
        yield connection
