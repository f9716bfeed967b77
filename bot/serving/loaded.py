"""What answers in a serving process, all of it joined.

A server takes messages in before it imports this.
"""

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.brief import sentences as brief_sentences
from bot.connecting.entrance import reviewers
from bot.connecting.local_people import LOCAL_COMPLIANCE
from bot.dialogue.phrasing import Wording
from bot.editions.edition import Edition
from bot.following import Following
from bot.queue.cases import Cases
from bot.queue.deliveries import Deliveries
from bot.queue.desk import Desk
from bot.second_look.looked import Looked
from bot.second_look.looking import Looking
from bot.serving.upkeep import Upkeep
from bot.serving.watching import Watching
from bot.slack.audience import Audiences
from bot.slack.catching_up import CatchingUp
from bot.slack.clients import Clients
from bot.slack.handing_over import HandingOver
from bot.slack.handler import Handler
from bot.slack.home_tab import HomeTab
from bot.slack.noting import Noting
from bot.slack.parts import Parts
from bot.slack.posting import Posting
from bot.slack.proving import Proving
from bot.slack.replying import Replying
from bot.slack.second_replies import SecondReplies
from bot.slack.surfaces import Surfaces


@dataclass(frozen=True, slots=True)
class Loaded:
    """What answers, all of it joined."""

    advisor: Advisor
    desk: Desk
    surfaces: Surfaces
    following: Following
    looking: Looking | None = None
    """None without a language model."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Joins what answers over the parts of a process.

    Attributes:
        parts: The parts of this process.
        cases: Conversations as Slack sees them.
        deliveries: What was taken in, and what is owed.
        clients: Slack's web API, by workspace.
        say: The bot's sentences in Slack.
        watching: Counts and traces what the parts do.
        upkeep: What is done beside the messages; gets what takes and sends checkpoints.
        tell: Says something to whoever started the server.
        now: The clock of inbox and outbox.
        local: Whether the local workspace stands where Slack stands.
        page_of: The address of a conversation's page in the console; None where there is none.
    """

    parts: Assembly
    cases: Cases
    deliveries: Deliveries
    clients: Clients
    say: Wording
    watching: Watching
    upkeep: Upkeep
    tell: Callable[[str], None]
    now: Callable[[], datetime]
    local: bool
    page_of: Callable[[str], str] | None = None

    def loaded(self) -> Loaded:
        """All that answers; loads what is not there yet, which takes seconds.

        Raises:
            EmbeddingsAway: The model stands elsewhere and does not answer.
            IndexServerAway: The index stands elsewhere and does not answer.
        """
        advisor = self.parts.advisor
        self.watching.step(advisor.stepping)
        parts = Parts(
            advisor=advisor, store=self.parts.database, deliveries=self.deliveries,
            cases=self.cases, editions=advisor.editions, audiences=Audiences(self.clients),
            catching_up=CatchingUp(self.deliveries, self.clients), say=self.say,
            looks=self.parts.looks)
        replying = Replying(parts)
        settings = self.parts.settings
        channel = settings.compliance_channel or (LOCAL_COMPLIANCE if self.local else "")
        self.upkeep.proving = Proving(
            self.parts.database, self.parts.checkpoints, self.deliveries.outbox, self.say, channel)
        handing_over = HandingOver(
            parts, replying, self.clients,
            brief_sentences.load(settings.prompts_dir, self.parts.wording), channel,
            page_of=self.page_of)
        surfaces = Surfaces(parts, handing_over, reviewers(settings, local=self.local),
                            lambda: datetime.now(UTC))
        desk = Desk(
            self.deliveries,
            Handler(parts, replying, handing_over, Noting(parts, replying)),
            Posting(self.clients, self.cases, self.deliveries.outbox.posts.ref_of,
                    audiences=parts.audiences, waits=self.deliveries.outbox.posts.waits),
            workers=settings.workers, grace_seconds=settings.post_grace_seconds,
            at_once=max(1, (os.cpu_count() or 1) - 1), now=self.now,
            metrics=self.watching.metrics, tracing=self.watching.tracing,
            begun=HomeTab(self.clients, self.cases, surfaces.home).begun)
        return Loaded(advisor, desk, surfaces, self.parts.following(self._took),
                      self._looking(SecondReplies(parts, replying), desk))

    def _looking(self, replies: SecondReplies, desk: Desk) -> Looking | None:
        """The workers of second looks; None without a language model."""
        looks, second_look = self.parts.looks, self.parts.second_look
        if looks is None or second_look is None:
            return None

        def looked(looked: Looked) -> None:
            self.watching.looked(looked)
            if looked.outcome is not None:
                desk.wake()

        return Looking(looks, second_look, replies.along,
                       workers=self.parts.settings.chat_parallel, looked=looked)

    def _took(self, edition: Edition) -> None:
        """Another release answers: sign-offs are held against it at once, not in a minute."""
        # What was read stays, as at the start.
        gc.freeze()
        self.tell(f"The release in force has changed: {edition.release} answers from now on.")
        self.upkeep.released()
