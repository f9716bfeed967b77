"""The whole console as `advisor serve` puts it together, with people and conversations in it.

The pages are found by walking: whatever a page links to, and whatever route takes no parameter.
So a page that is added is looked at without being named here.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from starlette.routing import Mount

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.chat.calls import Use
from bot.console.entry.access import HOME, Rule, rules
from bot.console.lines import listing
from bot.corpus_parts import CorpusParts
from bot.dialogue.conversation import ConversationId
from bot.language_model.choices import ChatChoices
from bot.ledger import timestamp
from bot.log_order import LOCAL
from bot.publishing.drafts import Drafts
from bot.publishing.gate import Figure, Gate
from bot.record import log as log_
from bot.record.history import PUBLISH, ROLL_BACK, Publication, enter
from bot.record.published import put_in_force
from bot.serving import service as serving
from bot.store import Store
from bot.workspace.entities import TEAM_ID
from retrieval.editing.edits import Correct, state_of
from retrieval.guidance import ProvisionId, ReleaseId
from retrieval.releases import content_of
from tests.chromium import PATIENCE_MS
from tests.console.modelled import DIGEST, MODEL, call, used
from tests.console.talking import DEAL, Desk
from tests.console.test_serving import served, settings
from tests.dialogue.talking import LIMIT, WordSearch

SAM, KIM, NOOR, ALEX = "U0SAM00001", "U0KIM00001", "U0NOOR0001", "U0ALEX0001"
"""Sam and Noor sell, Kim is reviewer and admin."""
EDITED = ProvisionId("ungp-17")
TOLD, LONG, ERASED = (f"slack:{TEAM_ID}:C0DEALS001:1764061200.00000{n}" for n in (1, 2, 3))
MANY = "We think that the contract could be signed soon, and nobody else has offered. " * 6
TURNS = (
    "Spyware for the national police of Kenya, sold through a reseller.",
    "The police arrested journalists last year. " + MANY,
    "What does the guidance say about audits?",
    "We don't know who else will use it.",
    "Give me the advice now.",
    "Actually the end-user is the health ministry, not the police.",
    "They will watch crowds at demonstrations.",
    "What does the guidance say about training?",
    "No, it is the police after all.",
    "Give me the advice now.",
)
A_PAGE = 8
"""Lines of a page of the queue here, so that there are several pages."""
OF_A_KIND = 4
"""Pages of one route that are looked at with the same fields in their address."""


def fill(folder: Path, guidance: Any, reader: Any, sentences: Any) -> None:
    """Have people of the local workspace talk to the bot, in every way that a page may show."""
    store = Store(settings(folder).database)
    store.upgrade()
    drafts = Drafts(store, settings(folder).corpus_dir)
    store.begin_with(guidance.release, content_of(guidance), by="keeper@host",
                     folder_sha256=drafts.draft().folder_sha256)
    desk = Desk(store, Advisor(
        guidance=guidance, reader=reader, search=WordSearch(guidance), wording=sentences,
        store=store, question_limit=LIMIT, message_limit=8000))

    def say(name: str, words: str, user: str) -> None:
        desk.say(name, words, user=user, workspace=TEAM_ID)

    def note(name: str, kind: str, user: str, **more: Any) -> None:
        desk.note(name, kind, user=user, workspace=TEAM_ID, **more)

    for words in (DEAL, "What does the guidance say about audits?", "Give me the advice now.",
                  "Actually the end-user is the health ministry, not the police."):
        say(TOLD, words, SAM)
    note(TOLD, "feedback", SAM, body={"turn": 3, "good": False})
    note(TOLD, "comment", SAM, body={"turn": 3},
         words={"text": "This missed the point: they asked about the licence."})
    note(TOLD, "handed_over", SAM, body={"turn": 3})
    for words in TURNS:
        say(LONG, words, NOOR)
    say(ERASED, "Drones for the police in Chad", SAM)
    desk.erasing.conversation(TEAM_ID, ConversationId(ERASED), by=KIM, reason="asked for")
    others = ("Thermal cameras for frost research at a university in Canada",
              "What does the guidance say about audits?", DEAL,
              "Face recognition for the army of Chad, to find protesters", "Good morning",
              "Phone extraction devices for the customs of Brazil")
    for n in range(15):
        say(f"other{n:02}", others[n % len(others)], (SAM, NOOR, ALEX)[n % 3])
        if n % 4 == 0:
            note(f"other{n:02}", "reviewed", KIM)
        if n % 5 == 0:
            note(f"other{n:02}", "feedback", SAM, body={"turn": 1, "good": True})
    _model_was_asked(desk)
    _publish_and_go_back(store, guidance)
    now = drafts.draft().guidance.provisions[EDITED]
    drafts.make(Correct(EDITED, {"heading": "Diligence"}, "the official text says so",
                        state_of(now)), f"slack:{TEAM_ID}:{KIM}")
    store.close()
    parts = Assembly(settings(folder))
    parts.checkpoints.take(TEAM_ID)
    documents(parts)
    parts.database.close()


def _model_was_asked(desk: Desk) -> None:
    """Have a language model asked about two turns, in each way that a page may show."""
    draft = json.dumps({"sentences": [
        {"text": "Audit rights belong into the contract.", "points": ["S1"]},
        {"text": "The deal is lawful. \u202e" + MANY, "points": ["F1", "C2"]}]})
    read = json.dumps({"facts": [
        {"fact": "end_user", "value": "police", "words": "the police"},
        {"fact": "country", "value": "KE", "words": "Kenya"}]})
    whose: Any = {"workspace": TEAM_ID, "user": SAM}
    call(desk, TOLD, use="reading", outcome="answered", received=read, prompt=DIGEST[Use.READING],
         words={"dropped": [{"fact": "country", "value": "KE", "words": "Kenya",
                             "why": "answered"}]}, **whose)
    call(desk, TOLD, received=draft, outcome="verdict", sentence=1, words={"detail": "lawful"},
         **whose)
    call(desk, TOLD, turn=2, use="search", outcome="timed_out", why="no answer within 20 s",
         prompt=DIGEST[Use.SEARCH], **whose)
    call(desk, TOLD, turn=3, received=draft, **whose)
    for n in range(25):
        call(desk, "other00", received=draft, outcome="figure", sentence=0,
             words={"detail": f"{n} %"}, **whose)
    call(desk, ERASED, outcome="name", **whose)
    desk.erasing.conversation(TEAM_ID, ConversationId(ERASED), by=KIM, reason="asked for again")
    today = datetime.now(UTC).date()
    for back in range(0, 30, 3):
        day = (today - timedelta(days=back)).isoformat()
        for use, outcome in (("reading", "answered"), ("search", "timed_out"),
                             ("wording", "passed"), ("wording", "unsupported")):
            used(desk, day, use, outcome, calls=back + 1, workspace=TEAM_ID)
    ChatChoices(desk.store).choose(TEAM_ID, allow=False, by=KIM, reason="Counsel has to look.")
    ChatChoices(desk.store).choose(TEAM_ID, allow=True, by=KIM, reason="Counsel has looked.")


def _publish_and_go_back(store: Store, guidance: Any) -> None:
    """Put another release in force against the gate, and the first one again."""
    edited = replace(guidance.provisions[EDITED], text="Somebody has put this in other words.")
    after = replace(guidance, release=ReleaseId("abcdef012345"),
                    provisions={**guidance.provisions, EDITED: edited})
    store.keep_release(after.release, content_of(after))
    gate = Gate((Figure("recall@5", 0.86, 0.8), Figure("nDCG@10", 0.9, 0.85)), (), 0, (), 190)
    by, at = f"slack:{TEAM_ID}:{KIM}", datetime.now(UTC)
    for one in (
        Publication(0, PUBLISH, after.release, guidance.release, timestamp(at), by,
                    "Counsel asked for it.", "The questions are out of date.", None,
                    {"gate": gate.as_json(), "counts": {"provision": {"changed": 1}}}),
        Publication(0, ROLL_BACK, guidance.release, after.release, timestamp(at), by,
                    "It reads wrongly.", None, None, {}),
    ):
        with store.writing() as connection:
            log_.lock(connection, LOCAL)
            enter(connection, one)
            put_in_force(connection, one.release, at, by)


def documents(parts: Assembly) -> None:
    """Two editions of an official text, of which the later waits; the former is in the draft."""
    articles = [f"<h2>Article {n}</h2><p>Right number {n} is held by all.</p>"
                for n in range(1, 31)]
    for edition in ("", "<p>It is kept by law.</p>"):
        text = f"<title>Declaration</title><h1>Declaration</h1>{''.join(articles)}{edition}"
        got = parts.fetching.add_data(text.encode(), "udhr.html", KIM, "udhr-page")
        assert got.cut is not None
        if not edition:
            CorpusParts(parts).taking.take(got.cut, KIM)


@dataclass
class Found:
    """A page that was come by."""

    path: str
    route: str
    """The path of its route, as `/conversations/{conversation:path}`; empty if there is none."""
    status: int
    size: int = 0


@dataclass
class Inhabited:
    """A console that is served, and who is in it."""

    base: str
    routes: tuple[Rule, ...]
    told: list[str]
    cookies: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return f"{self.base}{HOME}/"

    def invitation(self) -> str:
        """A link that leads in, as the terminal shows it."""
        return re.findall(r"http\S+ticket=\S+", "\n".join(self.told))[-1]

    def context(self, browser: Any, user: str | None, **more: Any) -> Any:
        """A browser in which *user* has signed in, as people do; None for nobody."""
        context = browser.new_context(**more)
        context.set_default_timeout(PATIENCE_MS)
        if user is None:
            return context
        if user not in self.cookies:
            page = context.new_page()
            page.goto(f"{self.home}sign-in")
            page.goto(self.invitation())
            page.locator(f"input[value={user}]").check()
            page.get_by_role("button", name="Enter").click()
            page.wait_for_url(self.home)
            self.cookies[user] = context.cookies()
            page.close()
        context.add_cookies(self.cookies[user])
        return context

    def route_of(self, url: str) -> str:
        """The path of the route that answers *url* when it is read."""
        path = urlsplit(url).path.removeprefix(HOME) or "/"
        for one in self.routes:
            if "GET" in one.methods and _shape(one.path).fullmatch(path):
                return one.path
        return ""

    def walk(self, context: Any) -> Iterator[tuple[Any, Found]]:
        """Every kind of page that whoever has *context* can come to, each loaded."""
        page = context.new_page()
        waiting = [self.home, *(f"{self.base}{HOME}{one.path}" for one in self.routes
                                if "GET" in one.methods and "{" not in one.path)]
        met: set[str] = set()
        kinds: dict[Any, int] = {}
        while waiting:
            url = waiting.pop(0)
            kind = (self.route_of(url), tuple(sorted(
                name for name, _ in parse_qsl(urlsplit(url).query))))
            if url in met or kinds.get(kind, 0) >= OF_A_KIND:
                continue
            met.add(url)
            head = context.request.get(url, max_redirects=0)
            if not head.headers.get("content-type", "").startswith("text/html"):
                continue  # a redirect or a file
            kinds[kind] = kinds.get(kind, 0) + 1
            page.goto(url)
            links = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)")
            for link in links:
                link = urldefrag(urljoin(url, link)).url  # noqa: PLW2901
                if link.startswith(self.home) and link not in met:
                    waiting.append(link)
            yield page, Found(url.removeprefix(self.base), kind[0], head.status)
        page.close()


def _shape(path: str) -> re.Pattern[str]:
    pattern = re.sub(r"\\{\w+:path\\}", ".+", re.escape(path))
    return re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", pattern))


@contextmanager
def inhabited(
    folder: Path, guidance: Any = None, reader: Any = None, sentences: Any = None
) -> Iterator[Inhabited]:
    """Serve a console over *folder*; an empty one where nothing is given to talk about."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "ADVISOR_BASE_URL",
                     "ADVISOR_PRODUCTION"):
            patch.delenv(name, raising=False)
        patch.setattr(serving.Service, "_load", lambda _: None)
        patch.setattr(listing, "MOST_LINES", A_PAGE)
        if guidance is not None:
            fill(folder, guidance, reader, sentences)
        # A model that nobody reaches, nor asks; an empty console has none.
        set_ = {} if guidance is None else {
            "chat_model": MODEL, "chat_base_url": "http://127.0.0.1:9/v1"}
        with served(folder, **set_) as (client, told, service):
            console = next(one for one in service.console.make().routes
                           if isinstance(one, Mount) and one.path == HOME)
            yield Inhabited(str(client.base_url).rstrip("/"), tuple(rules(console.routes)), told)
