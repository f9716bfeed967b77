"""One turn as Slack brings it: a signed request in, a reply in the outbox out.

Everything is as `advisor serve` joins it, apart from the two ends that are not ours: the request
does not come over a wire, and the reply is left in the outbox, until `shown` says that it stands.
"""

import itertools
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from slack_bolt import App, BoltRequest
from sqlalchemy import exists, func, select

from bot.assembly import Assembly
from bot.brief import sentences as brief_sentences
from bot.dialogue.conversation import ConversationId
from bot.queue.cases import Cases
from bot.queue.deliveries import Deliveries
from bot.schema import deliveries, outgoing
from bot.schema import turns as turns_
from bot.slack import sentences
from bot.slack.app import build_slack
from bot.slack.audience import Audiences
from bot.slack.catching_up import CatchingUp
from bot.slack.clients import Clients, client
from bot.slack.door import Door
from bot.slack.handing_over import HandingOver
from bot.slack.handler import Handler
from bot.slack.noting import Noting
from bot.slack.parts import Parts
from bot.slack.replying import Replying
from bot.workspace.deliveries import sign
from bot.workspace.world import APP_ID, BOT_USER, TEAM_ID
from tests.workspace.running import BOT_TOKEN, SAM, SAMS_DM, SECRET

PAUSE = 600
"""Seconds of Slack's clock between messages: who writes again at once goes on with what they said,
and that is another kind of turn."""

NOWHERE = "http://127.0.0.1:9/api/"
"""Nobody answers there: a turn in a direct message asks Slack nothing."""


class SlackTurns:
    """Takes turns, one after the other, over the parts of *assembly*."""

    def __init__(self, assembly: Assembly) -> None:
        settings, store = assembly.settings, assembly.store
        say = sentences.load(settings.prompts_dir, settings.contact)
        clients = Clients(lambda _: BOT_TOKEN, NOWHERE)
        self.deliveries = Deliveries(store)
        self._store = store
        parts = Parts(
            advisor=assembly.advisor, store=store, deliveries=self.deliveries,
            cases=Cases(store), editions=assembly.advisor.editions,
            audiences=Audiences(clients),
            catching_up=CatchingUp(self.deliveries, clients), say=say)
        replying = Replying(parts)
        self._handler = Handler(
            parts, replying,
            HandingOver(parts, replying, clients,
                        brief_sentences.load(settings.prompts_dir, assembly.wording), ""),
            Noting(parts, replying))
        self._app: App = build_slack(
            Door(store=store, deliveries=self.deliveries, clients=clients, say=say,
                 surfaces=lambda: None, wake=lambda: None, prompts=(),
                 removed=lambda *_: None, now=lambda: datetime.now(UTC)),
            signing_secret=SECRET, client=client(None, NOWHERE, []))
        self._numbers = itertools.count()
        self._latest: ConversationId | None = None
        self._base = int(time.time()) - 10_000 * PAUSE

    def opening(self, text: str) -> str:
        """*text* begins a conversation of its own; its thread."""
        ts = self._next_ts()
        self._take(text, ts, None)
        return ts

    def further(self, thread: str, text: str) -> None:
        """*text* is said in *thread*."""
        self._take(text, self._next_ts(), thread)

    def shown(self) -> None:
        """Note that all that is owed stands at Slack, as whoever posts does between two turns."""
        while self._latest is not None and (
                queued := self.deliveries.outbox.next_outgoing(self._latest)) is not None:
            self.deliveries.outbox.begin(queued)
            self.deliveries.outbox.sent(queued, queued.marker)
        self._latest = None

    def accepted(self, text: str) -> None:
        """Only the acceptance of *text*: until Slack would be told."""
        self._receive(text, self._next_ts(), None)

    def owed(self) -> int:
        """How many posts were owed until now."""
        with self._store.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(outgoing)) or 0)

    def unanswered(self) -> int:
        """How many of the messages that were taken up have no turn: refused, or set aside."""
        with self._store.reading() as connection:
            return int(connection.scalar(
                select(func.count()).select_from(deliveries).where(
                    deliveries.c.state != "new",
                    ~exists().where(turns_.c.key == deliveries.c.key))) or 0)

    def _next_ts(self) -> str:
        return f"{self._base + PAUSE * next(self._numbers)}.000001"

    def _take(self, text: str, ts: str, thread: str | None) -> None:
        self._receive(text, ts, thread)
        # By its name and not by a claim, which would begin with the posts that nobody fetches.
        self._latest = ConversationId(f"slack:{TEAM_ID}:{SAMS_DM}:{thread or ts}")
        taken = self.deliveries.next_delivery(self._latest)
        if taken is None:
            raise AssertionError("nothing is due")
        self._handler.handle(taken)

    def _receive(self, text: str, ts: str, thread: str | None) -> None:
        event = {"type": "message", "user": SAM, "channel": SAMS_DM, "channel_type": "im",
                 "ts": ts, "event_ts": ts, "text": text, "team": TEAM_ID,
                 **({} if thread is None else {"thread_ts": thread})}
        body = json.dumps({
            "token": "x", "team_id": TEAM_ID, "api_app_id": APP_ID, "type": "event_callback",
            "event_id": f"Ev{ts}", "event_time": self._base, "event": event,
            "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER,
                                "is_bot": True, "is_enterprise_install": False}]})
        stamp = str(int(time.time()))
        answer = self._app.dispatch(BoltRequest(body=body, headers={
            "content-type": ["application/json"], "x-slack-request-timestamp": [stamp],
            "x-slack-signature": [sign(SECRET, stamp, body.encode())]}))
        if answer.status != 200:
            raise AssertionError(f"not acknowledged: {answer.status} {answer.body}")


Take = Callable[[str], object]
