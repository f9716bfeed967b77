"""The use case of reviews: each act is checked and written in one transaction, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from bot.dialogue.conversation import ConversationId
from bot.errors import AdvisorError
from bot.reviews.advised import Advised
from bot.reviews.locks import Lock
from bot.reviews.review import Opinion, Refusal, Review, VerdictKind, may_sign
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId

LONGEST_TEXT = 4_000
"""Characters of what a reviewer writes at once."""


class NotReviewed(AdvisorError):
    """Nothing was done; the message says what was in the way and what to do.

    Codes: `not_there`, `locked`, `own_deal`, `no_text`, `too_long`, `bad_characters`, `no_thread`,
    `unknown_consideration`, `unknown_turn`, `unknown_question`, `unknown_verdict`, `bad_about`,
    `settled` (a verdict), `not_taken`, `not_signed`, `no_release`, `changed_meanwhile`, and those
    of `Refusal`: `own_deal`, `erased`, `no_advice`, `unanswered`, `unmarked`, `second_person`,
    `signed`.
    """


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews."""

    workspace: str
    user: str
    """Slack's id."""
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the person whose deal it is."""

    key: str
    """Of its row in the log."""
    by: Reviewer
    conversation: ConversationId
    to: str
    """Slack's id of the person."""
    text: str


Ask = Callable[[Connection, Question], bool]
"""Owes a question to the person's thread in the transaction; False where there is none."""


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

    def refusal(self, user: str) -> Refusal | None:
        """Why *user* may not sign off now; None if they may."""
        if self.advised is None:
            return Refusal("no_release", "The guidance in force can't be read here, so nobody can "
                           "tell what would be signed. Tell whoever keeps this installation.")
        return may_sign(self.review, user, self.askers, self.raised, self.advised, self.four_eyes)


class Reviewing:
    """What reviewers do.

    Each act takes *key*, which names the row: sent twice, it is done once.  Each gives back the
    review after it and raises `NotReviewed` where it can't be done.

    Args:
        store: The database.
        editions: Gives the guidance of a release.
        four_eyes: Whether two people have to sign off.
        ask: Owes a question to the person's thread; None where there is no Slack.
        now: The time.
    """

    def __init__(
        self,
        store: Store,
        editions: Callable[[ReleaseId], Guidance],
        *,
        four_eyes: bool,
        ask: Ask | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._editions = editions
        self._four_eyes = four_eyes
        self._ask = ask
        self._now = now

    def of(
        self, connection: Connection, workspace: str, conversation: ConversationId
    ) -> Reviewed:
        """The review of *conversation*, and the advice by the release in force.

        Raises:
            NotReviewed: *workspace* has no such conversation.
        """
        raise NotImplementedError

    def take(
        self, by: Reviewer, conversation: ConversationId, *, key: str | None = None
    ) -> Review:
        """Begin to review: the others wait for 30 minutes after the last act."""
        raise NotImplementedError

    def leave(
        self, by: Reviewer, conversation: ConversationId, *, key: str | None = None
    ) -> Review:
        """Let others go on."""
        raise NotImplementedError

    def assign(
        self, by: Reviewer, conversation: ConversationId, to: str | None, *,
        key: str | None = None,
    ) -> Review:
        """Say who is to review it; None for nobody any more."""
        raise NotImplementedError

    def comment(
        self, by: Reviewer, conversation: ConversationId, text: str, *, key: str | None = None
    ) -> Review:
        """Say something to the other reviewers."""
        raise NotImplementedError

    def ask(
        self, by: Reviewer, conversation: ConversationId, text: str, *, key: str | None = None
    ) -> Review:
        """Put a question to the person whose deal it is, in their thread."""
        raise NotImplementedError

    def drop_question(
        self, by: Reviewer, conversation: ConversationId, number: int, reason: str, *,
        key: str | None = None,
    ) -> Review:
        """Wait no longer for the answer to question *number*."""
        raise NotImplementedError

    def mark(
        self, by: Reviewer, conversation: ConversationId, consideration: str, opinion: Opinion,
        note: str = "", *, key: str | None = None,
    ) -> Review:
        """Say what is held of what the advice says under *consideration*.

        The note may be empty where the opinion is that it is agreed to.
        """
        raise NotImplementedError

    def verdict(
        self, by: Reviewer, conversation: ConversationId, kind: VerdictKind, turn: int,
        about: Mapping[str, Any], note: str = "", *, key: str | None = None,
    ) -> Review:
        """Say what is wrong, or right, with the answer of turn number *turn*.

        Args:
            by: Who says so.
            conversation: Of which conversation.
            kind: What is said.
            turn: Number of the turn, from 1.
            about: Ids of what it speaks of, as strings and lists and mappings of them; no words.
            note: In words; may be empty where the answer is fine.
            key: Names the row.
        """
        raise NotImplementedError

    def approve(
        self, by: Reviewer, conversation: ConversationId, number: int, case: str,
        content: Mapping[str, Any], *, key: str | None = None,
    ) -> Review:
        """Note that verdict *number* has become the labelled case *case*, which *content* is.

        Who may approve is the caller's rule.
        """
        raise NotImplementedError

    def refuse(
        self, by: Reviewer, conversation: ConversationId, number: int, reason: str, *,
        key: str | None = None,
    ) -> Review:
        """Note that verdict *number* becomes no case, and why."""
        raise NotImplementedError

    def sign_off(
        self, by: Reviewer, conversation: ConversationId, digest_seen: str, reason: str, *,
        key: str | None = None,
    ) -> Review:
        """Say that the review is complete; of the advice, that it was looked at, nothing more.

        Args:
            by: Who says so.
            conversation: Of which conversation.
            digest_seen: `Advised.digest` of what was shown to them.
            reason: Why, in words.
            key: Names the row.
        """
        raise NotImplementedError

    def withdraw(
        self, by: Reviewer, conversation: ConversationId, reason: str, *, key: str | None = None
    ) -> Review:
        """Take back the sign-offs that stand."""
        raise NotImplementedError

    def settle(self, connection: Connection, conversation: ConversationId) -> None:
        """Let a sign-off lapse if the advice is no longer the one that was signed.

        For the transaction that records a turn.
        """
        raise NotImplementedError

    def sweep(self, workspace: str | None = None) -> int:
        """Hold every sign-off against the release in force; gives how many lapsed.

        Each conversation is a transaction of its own, so it can be cut off and run again.
        """
        raise NotImplementedError
