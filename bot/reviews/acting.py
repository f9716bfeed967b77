"""One act of a reviewer: checked against the lock, written once, and what it is checked by."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from bot.dialogue.conversation import ConversationId
from bot.errors import AdvisorError
from bot.record import log as log_
from bot.record.log import Happening, Logged, append
from bot.reviews import locks
from bot.reviews.folding import folded
from bot.reviews.reading import Editions, Reviewed, reviewed, rows_of
from bot.reviews.review import Opinion, Review
from bot.schema import log
from bot.store import Store
from bot.turns.echoes import naming
from bot.unseen import can_be_kept

LONGEST_TEXT = 4_000
"""Characters of what a reviewer writes at once."""
LONGEST_ABOUT = 4_000
"""Characters of the ids that a verdict speaks of, as JSON."""
ID = re.compile(r"[\w.:+-]{1,100}", re.ASCII)


class NotReviewed(AdvisorError):
    """Nothing was done; the message says what was in the way and what to do.

    Codes of acts: `not_there`, `locked`, `own_deal`, `no_text`, `too_long`, `bad_characters`,
    `no_thread`, `nobody` (is to review), `unknown_consideration`, `unknown_turn`,
    `unknown_question`, `not_taken`, `not_signed`, `no_release`, `unknown_objection`,
    `changed_meanwhile`; of verdicts: `unknown_verdict`, `own_verdict`, `bad_about`, `settled`,
    `bad_case`, `not_confirmed`; of forms: `not_chosen`, `not_a_reviewer`; of a sign-off, as
    `Refusal` has them: `own_deal`, `no_release`, `erased`, `no_advice`, `unanswered`, `signed`,
    `second_person`, `another_outcome`, `objection`, `unmarked`.
    """


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews."""

    workspace: str
    user: str
    """Slack's id."""
    name: str


@dataclass(frozen=True, slots=True)
class Acting:
    """An act under way, in its transaction."""

    connection: Connection
    by: Reviewer
    conversation: ConversationId
    key: str
    """Of the first row that the act writes."""
    at: datetime
    before: Reviewed
    written: list[Logged] = field(default_factory=list)

    @property
    def review(self) -> Review:
        """The review before it."""
        return self.before.review

    @property
    def mine(self) -> bool:
        """Whether who acts holds the lock."""
        return self.before.lock is not None and self.before.lock.by == self.by.user

    def write(
        self, kind: str, body: Mapping[str, Any] | None = None, text: str | None = None,
        to: str | None = None,
    ) -> None:
        """Append a row of the act; *to* names whom it speaks to, who may have that erased."""
        words: dict[str, Any] = {} if text is None else {"text": text}
        if to is not None:
            words |= naming(to, secrets.token_hex(16))
        # By the key of the first it is known whether the act was done.
        key = f"{self.key}:{len(self.written)}" if self.written else self.key
        row = append(self.connection, self.by.workspace, Happening(
            kind, key, self.at, self.by.user, self.conversation, body or {}, words))
        if row is not None:
            self.written.append(row)

    def refuse_own(self) -> None:
        """Refuse who acts, if it is their own deal."""
        if self.by.user in self.before.askers:
            raise NotReviewed("own_deal", "This is your own deal, or you told facts of it; nobody "
                              "reviews their own. Leave it to another reviewer.")


def act(
    store: Store,
    editions: Editions,
    *,
    four_eyes: bool,
    by: Reviewer,
    conversation: ConversationId,
    key: str | None,
    at: datetime,
    work: Callable[[Acting], None],
) -> Review:
    """Do *work* in one transaction; where the act of *key* was done before, nothing.

    Raises:
        NotReviewed: It can't be done; nothing was written.
    """
    with store.writing() as connection:
        # Whoever acts holds the head of the log, so that acts come one after the other.
        log_.lock(connection, by.workspace)
        before = reviewed(connection, by.workspace, conversation, editions, four_eyes, at)
        if before is None:
            raise NotReviewed("not_there", "There is no such conversation in your workspace.")
        name = _key(by, conversation, key)
        if connection.scalar(select(log.c.seq).where(log.c.key == name)) is not None:
            return before.review
        if before.lock is not None and before.lock.by != by.user:
            raise NotReviewed("locked", _locked(before.lock))
        acting = Acting(connection, by, conversation, name, at, before)
        work(acting)
        if acting.mine and locks.held(connection, conversation, at) is not None:
            locks.renew(connection, conversation, at)
        if not acting.written:
            return before.review
        return folded(rows_of(connection, by.workspace, conversation))


def text_of(given: str, what: str) -> str:
    """*given* as it is kept.

    Raises:
        NotReviewed: There is none, too much, or it can't be kept.
    """
    text = optional_text(given, what)
    if not text:
        raise NotReviewed("no_text", f"{what} is empty. Say it in a few words.")
    return text


def note_of(opinion: Opinion, given: str) -> str:
    """The note of a mark as it is kept: needed unless the reviewer agrees; else as `text_of`."""
    return (optional_text if opinion is Opinion.AGREED else text_of)(given, "The note")


def optional_text(given: str, what: str) -> str:
    """*given* as it is kept, which may be nothing; else as `text_of`."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not any(c.isprintable() and not c.isspace() for c in text):
        text = ""  # characters that nobody sees
    if len(text) > LONGEST_TEXT:
        raise NotReviewed("too_long", f"{what} has {len(text):,} characters; {LONGEST_TEXT:,} are "
                          "kept at most. Shorten it, or say it in two parts.")
    insist_on_storable(given, what)
    return text


def insist_on_storable(given: str, what: str) -> None:
    """Refuse *given* where no database takes it."""
    if not can_be_kept(given):
        raise NotReviewed("bad_characters", f"{what} holds characters that can't be kept (a null, "
                          "or half of a surrogate pair). Type it again, or paste it as plain text.")


def _key(by: Reviewer, conversation: ConversationId, key: str | None) -> str:
    if key is None:
        return f"review:{uuid4().hex}"
    # It came from a form: it may be long, and must not meet anybody else's.
    parts = "\0".join((by.workspace, by.user, conversation, key))
    return f"review:{sha256(parts.encode('utf-8', 'replace')).hexdigest()}"


def _locked(lock: locks.Lock) -> str:
    return (f"{lock.name} has been reviewing this since {lock.since:%H:%M} UTC; it is free again "
            f"at {lock.until:%H:%M} UTC, or when they leave it. Nothing of yours was recorded.")
