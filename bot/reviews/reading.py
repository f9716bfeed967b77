"""Reads a review from the log, and the advice that a deal gets by the release in force."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from bot.casebook.standing import KINDS, TURN
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.naming import deciding_which_deal
from bot.errors import UnknownRelease
from bot.record.log import BEFORE_WORKSPACES, Logged, logged
from bot.record.spoken import workspace_in
from bot.reviews import locks
from bot.reviews.advised import (
    Advised,
    Change,
    advised,
    changes,
    done_since_signed,
    raised_considerations,
)
from bot.reviews.folding import folded
from bot.reviews.locks import Lock
from bot.reviews.marking import Present
from bot.reviews.review import (
    Mark,
    Objection,
    Opinion,
    Outcome,
    Review,
    SignOff,
    objections,
)
from bot.reviews.signing import Refusal, may_sign
from bot.schema import active_release, cases, conversations, log
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Fact, Guidance, ReleaseId

Editions = Callable[[ReleaseId], Guidance]
"""Gives the guidance of a release."""

_CONVERSATION = TypeAdapter(Conversation)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with what it is held against now."""

    review: Review
    advised: Advised | None
    """The advice as it is now, by the release in force; None where that can't be read."""
    lock: Lock | None
    """Who is reviewing right now; None where nobody is."""
    raised: tuple[str, ...]
    """Considerations under which a flag is raised now: what a sign-off needs a mark for."""
    askers: frozenset[str]
    """Whose deal it is: who asked, and whoever told facts in it."""
    four_eyes: bool
    which: frozenset[Fact] = frozenset()
    """The facts by which one deal is told from another."""

    def refusal(
        self, user: str, outcome: Outcome = Outcome.AGREED, over: Collection[str] | None = None
    ) -> Refusal | None:
        """Why *user* may not sign off now; None if they may.  *over* is as in `may_sign`."""
        if self.present is None:
            return Refusal("no_release", "The guidance in force can't be read here, so nobody can "
                           "tell what would be signed. Tell whoever keeps this installation.")
        return may_sign(
            self.review, user, askers=self.askers, raised=self.raised, present=self.present,
            four_eyes=self.four_eyes, outcome=outcome, over=over)

    @property
    def present(self) -> Present | None:
        """What marks are held against; None where the release in force can't be read."""
        return None if self.advised is None else Present(self.advised, self.which)

    def holds(self, mark: Mark | None) -> bool:
        """Whether *mark* is there, and is of the advice and the deal as they are now."""
        return mark is not None and self.present is not None and self.present.holds(mark.of)

    def given(self, consideration: str, user: str) -> Mark | None:
        """The mark that *user* leaves as it is by saying the same again; None where none counts.

        Their own while they don't agree, since nobody else can take that back; else the last, by
        whomever, unless they have told facts of the deal since.
        """
        own = self.review.held.get((consideration, user))
        if own is not None and own.opinion is not Opinion.AGREED and self.holds(own):
            return own
        last = self.review.marks.get(consideration)
        return last if last is not None and self.holds(last) and last.by not in self.askers else (
            None)

    @property
    def objections(self) -> tuple[Objection, ...]:
        """What stands against signing off, and is not decided upon."""
        return () if self.present is None else objections(self.review, self.present)

    @property
    def changed(self) -> tuple[Change, ...]:
        """In what advice or deal is another than the one signed, where that has not lapsed yet.

        So it is for the moments between a new release and the sweep that follows it.
        """
        if self.advised is None:
            return ()
        found = (changes(one.advised, self.advised, self.which)
                 for one in reversed(self.review.sign_offs))
        return next(filter(None, found), ())

    def done_since(self, sign_off: SignOff) -> tuple[str, ...]:
        """Ids of the safeguards that *sign_off* is of and that were done since."""
        return () if self.advised is None else done_since_signed(sign_off.advised, self.advised)


def rows_of(
    connection: Connection, workspace: str, conversation: ConversationId
) -> list[Logged]:
    """The rows of *conversation* that a review is made of."""
    found = connection.execute(
        select(log)
        .where(log.c.workspace.in_([workspace, BEFORE_WORKSPACES]),
               log.c.conversation == conversation, log.c.kind.in_((TURN, *KINDS)))
        .order_by(log.c.workspace, log.c.seq))
    return [logged(row._mapping) for row in found]


def asker_of(connection: Connection, workspace: str, conversation: ConversationId) -> str:
    """Slack's id of who opened *conversation* there; empty where nobody did, or once erased."""
    return connection.scalar(select(cases.c.asker).where(
        cases.c.team == workspace, cases.c.conversation == conversation)) or ""


def in_force(connection: Connection, editions: Editions) -> Guidance | None:
    """The guidance in force; None where there is none, or none that can be read here."""
    release = connection.scalar(select(active_release.c.release))
    try:
        return None if release is None else editions(ReleaseId(release))
    except (UnknownRelease, ReleaseNotReady):
        return None


def advised_now(
    connection: Connection, conversation: ConversationId, guidance: Guidance
) -> Advised | None:
    """The advice on the deal of *conversation* by *guidance*; None if there is no such one."""
    state = connection.scalar(select(conversations.c.state).where(
        conversations.c.id == conversation))
    return None if state is None else advised(
        guidance, _CONVERSATION.validate_json(state).deal)


def reviewed(
    connection: Connection,
    workspace: str,
    conversation: ConversationId,
    editions: Editions,
    four_eyes: bool,
    now: datetime,
) -> Reviewed | None:
    """The review of *conversation*; None if *workspace* has no such conversation."""
    if workspace_in(connection, conversation) != workspace:
        return None
    review = folded(rows_of(connection, workspace, conversation))
    guidance = in_force(connection, editions)
    advice = None if guidance is None else advised_now(connection, conversation, guidance)
    raised = () if guidance is None or advice is None else raised_considerations(guidance, advice)
    asker = asker_of(connection, workspace, conversation)
    return Reviewed(
        review, advice, locks.held(connection, conversation, now), raised,
        review.told_by | ({asker} if asker else frozenset()), four_eyes,
        frozenset() if guidance is None else deciding_which_deal(guidance))
