"""Loading guidance, model and index, and joining what answers over them.

It takes longer than Slack waits, so a server takes messages in before.
"""

import gc
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.brief import sentences as brief_sentences
from bot.cases import Cases
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.dialogue.phrasing import Wording
from bot.edition import Edition
from bot.entrance import reviewers
from bot.following import Following
from bot.local_people import LOCAL_COMPLIANCE
from bot.looked import Looked
from bot.looking import Looking
from bot.slack.audience import Audiences
from bot.slack.catching_up import CatchingUp
from bot.slack.clients import Clients
from bot.slack.handing_over import HandingOver
from bot.slack.handler import Handler
from bot.slack.noting import Noting
from bot.slack.parts import Parts
from bot.slack.posting import Posting
from bot.slack.proving import Proving
from bot.slack.replying import Replying
from bot.slack.second_replies import SecondReplies
from bot.slack.surfaces import Surfaces
from bot.upkeep import Upkeep
from bot.watching import Watching
from retrieval.errors import EmbeddingsAway, IndexServerAway

AGAIN_SECONDS = 2
"""How long until what could not be loaded is tried again."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What answers, all of it joined."""

    advisor: Advisor
    desk: Desk
    surfaces: Surfaces
    following: Following
    looking: Looking | None = None
    """None without a language model."""


class Loading:
    """Loads what takes long, and joins what answers over it.

    Args:
        parts: The parts of this process.
        cases: Conversations as Slack sees them.
        deliveries: What was taken in, and what is owed.
        clients: Slack's web API, by workspace.
        say: The bot's sentences in Slack.
        watching: Counts and traces what the parts do.
        upkeep: What the desk does beside the messages; gets what takes and sends checkpoints.
        tell: Says something to whoever started the server.
        local: Whether the local workspace stands where Slack stands.
    """

    def __init__(
        self, parts: Assembly, cases: Cases, deliveries: Deliveries, clients: Clients,
        say: Wording, watching: Watching, upkeep: Upkeep, tell: Callable[[str], None], *,
        local: bool,
    ) -> None:
        self._parts = parts
        self._store = parts.database
        self._cases = cases
        self._deliveries = deliveries
        self._clients = clients
        self._say = say
        self._watching = watching
        self._upkeep = upkeep
        self._tell = tell
        self._local = local
        self.waiting_for: str | None = None
        """What has to come up before anything can be loaded, and what to do."""

    def at_last(self, ended: threading.Event) -> Loaded | None:
        """All that is loaded, as soon as it can be; None where the process is to end before.

        What is taken in meanwhile waits in the database, so nobody's message is lost to a server
        that comes up later than this one.
        """
        told = None
        while not ended.is_set():
            try:
                return self._loaded()
            except (EmbeddingsAway, IndexServerAway) as error:
                self.waiting_for = str(error)
                if told != self.waiting_for:
                    told = self.waiting_for
                    self._tell(f"{told} Messages are taken in and answered after that.")
            ended.wait(AGAIN_SECONDS)
        return None

    def _loaded(self) -> Loaded:
        advisor = self._parts.advisor
        self._watching.step(advisor.stepping)
        parts = Parts(
            advisor=advisor, store=self._store, deliveries=self._deliveries, cases=self._cases,
            editions=advisor.editions, audiences=Audiences(self._clients),
            catching_up=CatchingUp(self._deliveries, self._clients), say=self._say,
            looks=self._parts.looks)
        replying = Replying(parts)
        settings = self._parts.settings
        channel = settings.compliance_channel or (LOCAL_COMPLIANCE if self._local else "")
        self._upkeep.proving = Proving(
            self._store, self._parts.checkpoints, self._deliveries.outbox, self._say, channel)
        handing_over = HandingOver(
            parts, replying, self._clients,
            brief_sentences.load(settings.prompts_dir, self._parts.wording), channel)
        desk = Desk(
            self._deliveries,
            Handler(parts, replying, handing_over, Noting(parts, replying)),
            Posting(self._clients, self._cases, self._deliveries.outbox.ref_of,
                    audiences=parts.audiences),
            workers=settings.workers, grace_seconds=settings.post_grace_seconds,
            at_once=max(1, (os.cpu_count() or 1) - 1), tick=self._upkeep.tick,
            metrics=self._watching.metrics, tracing=self._watching.tracing)
        surfaces = Surfaces(parts, handing_over, reviewers(settings, local=self._local),
                            lambda: datetime.now(UTC))
        return Loaded(advisor, desk, surfaces, self._parts.following(self._took),
                      self._looking(SecondReplies(parts, replying), desk))

    def _looking(self, replies: SecondReplies, desk: Desk) -> Looking | None:
        """The workers of second looks; None without a language model."""
        looks, second_look = self._parts.looks, self._parts.second_look
        if looks is None or second_look is None:
            return None

        def looked(looked: Looked) -> None:
            self._watching.looked(looked)
            if looked.outcome is not None:
                desk.wake()

        return Looking(looks, second_look, replies.along,
                       workers=self._parts.settings.chat_parallel, looked=looked)

    def _took(self, edition: Edition) -> None:
        """Another release answers: sign-offs are held against it at once, not in a minute."""
        # What was read stays, as at the start.
        gc.freeze()
        self._tell(f"The release in force has changed: {edition.release} answers from now on.")
        self._upkeep.released()
