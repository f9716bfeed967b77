"""A console with a clock that the test turns, people that it names, and a Slack that it bends."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.advisor import Advisor
from bot.console.app import Console, Entering, Person, build_console
from bot.console.entry.access import COOKIE, Address, require
from bot.console.entry.rates import Rates
from bot.console.entry.roles import Roles
from bot.console.entry.sessions import Sessions
from bot.console.entry.signing_in import SlackSignIn
from bot.console.entry.tickets import Tickets
from bot.console.viewer import Role
from bot.editions.held import Editions
from bot.record.log import logged
from bot.reviews.reviewing import Reviewing
from bot.schema import log
from bot.store import Store
from tests.console import axe
from tests.console.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.console.talking import WHEN, Desk
from tests.dialogue.talking import LIMIT, WordSearch
from tests.exporting.conftest import memos
from tests.npm_package import NotFetched
from tests.store.conftest import store
from tests.store.migrated import sqlite_at

__all__ = ["memos", "store"]

BASE = "https://advisor.example.com"
NEAR = "http://127.0.0.1:8080"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    """One clock for all parts; `pass_` turns it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Slack:
    """Who is of which workspace and in which group; None of either: Slack is away."""

    people: dict[str, set[str]] = field(default_factory=lambda: {
        "T1": {"U1", "U-rev", "U-adm", "U-grp"}, "T2": {"U9"}})
    groups: dict[tuple[str, str], set[str]] = field(default_factory=lambda: {
        ("T1", "S-rev"): {"U-grp"}, ("T1", "S-adm"): set()})
    away: bool = False
    asked: int = 0

    def belongs(self, workspace: str, user: str) -> bool | None:
        self.asked += 1
        return None if self.away else user in self.people.get(workspace, set())

    def members(self, workspace: str, group: str) -> frozenset[str] | None:
        self.asked += 1
        return None if self.away else frozenset(self.groups.get((workspace, group), set()))


@require(Role.REVIEWER)
async def _review(request: Request) -> JSONResponse:
    form = await request.form() if request.method == "POST" else {}
    return JSONResponse({"user": request.state.viewer.user, "said": form.get("said")})


@require(Role.ADMIN)
def _keep(request: Request) -> JSONResponse:
    return JSONResponse({"workspace": request.state.viewer.workspace})


@require(Role.ASKER)
def _fail(request: Request) -> JSONResponse:
    raise RuntimeError("boom")


PAGES = (
    Route("/review", _review, methods=["GET", "POST"]),
    Route("/keep/{thing}", _keep, methods=["POST"]),
    Route("/fail", _fail, methods=["GET", "POST"]),
)


@dataclass
class House:
    """A console, as it is served."""

    console: Console
    clock: Clock
    slack: Slack
    provider: Provider
    told: list[str]
    base: str
    app: Any

    def browser(self, **more: Any) -> TestClient:
        return TestClient(self.app, base_url=self.base, follow_redirects=False,
                          raise_server_exceptions=False, **more)

    def signed_in(self, user: str = "U1", team: str = "T1", name: str = "Ada") -> TestClient:
        """A browser in which *user* has a session."""
        browser = self.browser()
        opened = self.open(user, team, name)
        browser.cookies.set(COOKIE, opened.secret, path="/console",
                            domain=self.base.partition("://")[2].partition(":")[0])
        browser.headers["x-test-token"] = opened.session.token
        return browser

    def open(self, user: str = "U1", team: str = "T1", name: str = "Ada"):
        role = self.console.roles.of(team, user).role
        return self.console.sessions.open(team, user, name, role, by="test")

    def rows(self, workspace: str = "T1") -> list[Any]:
        with self.console.store.reading() as connection:
            query = select(log).where(log.c.workspace == workspace).order_by(log.c.seq)
            return [logged(row._mapping) for row in connection.execute(query)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Store]:
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    yield store
    store.close()


@pytest.fixture
def build(database: Store, clock: Clock) -> Callable[..., House]:
    """Makes a console; *local* for that of the local workspace."""

    def make(*, local: bool = False, pages: Any = PAGES, **overrides: Any) -> House:
        slack, provider, told = Slack(), Provider(), []
        base = NEAR if local else BASE
        address = Address(base)
        parts: dict[str, Any] = {
            "store": database,
            "sessions": Sessions(database, clock),
            "roles": Roles(slack, reviewers=frozenset({"U-rev"}), admins=frozenset({"U-adm"}),
                           reviewer_group="S-rev", admin_group="S-adm", clock=clock.seconds),
            "address": address,
            "by_address": Rates(20, 60, clock.seconds),
            "by_workspace": Rates(60, 60, clock.seconds),
            "refusals": Rates(60, 3600, clock.seconds),
            "now": clock,
        }
        if local:
            parts["entering"] = Entering(
                "T1", lambda: [Person("U1", "Ada Lovelace", "Sales"),
                               Person("U-rev", "Kim <b>Adler</b>")],
                told.append, Tickets(clock.seconds))
        else:
            parts["sign_in"] = SlackSignIn(CLIENT_ID, CLIENT_SECRET, address,
                                           provider.transport, clock.seconds)
        console = Console(**parts | overrides)
        return House(console, clock, slack, provider, told, base,
                     Starlette(routes=build_console(console, pages)))

    return make


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build()


@pytest.fixture
def home(build: Callable[..., House]) -> House:
    """The console of the local workspace."""
    return build(local=True)


@pytest.fixture(scope="session")
def axe_core() -> str:
    """The script of axe-core; without it these tests are skipped, and the run says so."""
    try:
        return axe.AXE_CORE.read().decode()
    except NotFetched as problem:
        warnings.warn(f"pages were NOT looked at for accessibility: {problem}", stacklevel=1)
        pytest.skip(str(problem))


@pytest.fixture
def desk(url, guidance, content, reader, sentences, tmp_path):
    """People who talk to a bot, and a console that shows it, on both databases."""
    made = Store(url)
    made.upgrade()
    made.keep_release(guidance.release, content)
    made.activate(guidance.release)
    reviewing = Reviewing(made, Editions(made, guidance).of, four_eyes=False)
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=made, question_limit=LIMIT, message_limit=8000,
                      settle=reviewing.settle, now=lambda: WHEN)
    yield Desk(made, advisor, reviewing, tmp_path)
    made.close()
