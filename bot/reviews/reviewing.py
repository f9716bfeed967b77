"""The use case of reviews: each act is checked and written in one transaction, or not at all."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.casebook.standing import (
    ASKED,
    ASSIGNED,
    BEGUN,
    COMMENTED,
    DROPPED,
    LEFT,
    MARKED,
    SIGNED_OFF,
    WITHDRAWN,
)
from bot.dialogue.conversation import ConversationId
from bot.ledger import canonical
from bot.reviews import lapsing, locks
from bot.reviews.acting import (
    ID,
    Acting,
    NotReviewed,
    Reviewer,
    act,
    note_of,
    text_of,
)
from bot.reviews.asking import Ask, Question
from bot.reviews.marking import Basis
from bot.reviews.news import Event, News, Tell, untold
from bot.reviews.reading import Editions, Reviewed, asker_of, in_force, reviewed
from bot.reviews.review import Opinion, Outcome, Review, Standing
from bot.reviews.verdicts import Verdicts
from bot.store import Store
from retrieval.guidance import sha256_of

__all__ = ["NotReviewed", "Reviewed", "Reviewer", "Reviewing"]


class Reviewing:
    """What reviewers do.

    Each act takes a *key*, which names its row: sent twice, it is done once.  Each gives back the
    review after it, and raises `NotReviewed` where it can't be done.

    Args:
        store: The database.
        editions: Gives the guidance of a release.
        four_eyes: Whether two people have to sign off.
        ask: Owes a question to the person's thread; None where there is no Slack.
        tell: Owes news of a review to the person's thread.
        now: The time.

    Attributes:
        verdicts: What reviewers say of single answers.
    """

    def __init__(
        self,
        store: Store,
        editions: Editions,
        *,
        four_eyes: bool,
        ask: Ask | None = None,
        tell: Tell = untold,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._editions = editions
        self._four_eyes = four_eyes
        self._ask = ask
        self._tell = tell
        self._now = now
        self.verdicts = Verdicts(self._act)

    def speak(self, ask: Ask, tell: Tell) -> None:
        """Put questions and news to people's threads from now on."""
        self._ask, self._tell = ask, tell

    def of(
        self, connection: Connection, workspace: str, conversation: ConversationId
    ) -> Reviewed:
        """The review of *conversation*, and the advice by the release in force.

        Raises:
            NotReviewed: *workspace* has no such conversation.
        """
        found = reviewed(connection, workspace, conversation, self._editions, self._four_eyes,
                         self._now())
        if found is None:
            raise NotReviewed("not_there", "There is no such conversation in your workspace.")
        return found

    # --- who reviews ------------------------------------------------------------------------

    def take(
        self, by: Reviewer, conversation: ConversationId, *, key: str | None = None
    ) -> Review:
        """Begin to review: the others wait, for 30 minutes after the last act of *by*."""

        def work(acting: Acting) -> None:
            acting.refuse_own()
            if acting.mine and acting.review.under_review_by == by.user:
                return
            locks.take(acting.connection, by.workspace, conversation, by.user, by.name, acting.at)
            acting.write(BEGUN)

        return self._act(by, conversation, key, work)

    def leave(
        self, by: Reviewer, conversation: ConversationId, *, key: str | None = None
    ) -> Review:
        """Let others go on."""

        def work(acting: Acting) -> None:
            if not acting.mine and acting.review.under_review_by != by.user:
                raise NotReviewed("not_taken", "You are not reviewing this right now.")
            locks.release(acting.connection, conversation)
            acting.write(LEFT)

        return self._act(by, conversation, key, work)

    def assign(
        self, by: Reviewer, conversation: ConversationId, to: str | None, *,
        key: str | None = None,
    ) -> Review:
        """Say who is to review it; None for nobody in particular any more."""

        def work(acting: Acting) -> None:
            if to is not None and not ID.fullmatch(to):
                raise NotReviewed("nobody", "Nobody goes by that id. Choose a reviewer.")
            if to in acting.before.askers:
                raise NotReviewed("own_deal", "It is their own deal, or they told facts of it; "
                                  "nobody reviews their own. Choose another reviewer.")
            if to != acting.review.assigned_to:
                acting.write(ASSIGNED, {"to": to})

        return self._act(by, conversation, key, work)

    # --- what is said -----------------------------------------------------------------------

    def comment(
        self, by: Reviewer, conversation: ConversationId, text: str, *, objects: bool = False,
        key: str | None = None,
    ) -> Review:
        """Say something to the other reviewers; an objection has to be decided upon to sign off.

        What they said just before, in the same words, counts once: a browser that is sent back
        shows the page anew, with what was typed still in it.
        """
        said = text_of(text, "The comment")
        body = {"objects": True} if objects else {}

        def work(acting: Acting) -> None:
            last = acting.review.comments[-1] if acting.review.comments else None
            if last is None or last.settled or (
                    last.by, last.text, last.objects) != (by.user, said, objects):
                acting.write(COMMENTED, body, said)

        return self._act(by, conversation, key, work)

    def withdraw_objection(
        self, by: Reviewer, conversation: ConversationId, number: int, *, key: str | None = None
    ) -> Review:
        """Take back one's own objection, which is comment *number*."""

        def work(acting: Acting) -> None:
            if not any(one.number == number and one.by == by.user and one.objects
                       and not one.settled for one in acting.review.comments):
                raise NotReviewed("unknown_objection", "You have no such objection to take back.")
            acting.write(COMMENTED, {"withdraws": number}, "")

        return self._act(by, conversation, key, work)

    def ask(
        self, by: Reviewer, conversation: ConversationId, text: str, *, key: str | None = None
    ) -> Review:
        """Put a question to the person whose deal it is, in their thread.

        While an answer to it is waited for, the same question in the same words counts once.
        """
        said = text_of(text, "The question")

        def work(acting: Acting) -> None:
            acting.refuse_own()
            if any((one.by, one.text) == (by.user, said) for one in acting.review.waiting):
                return
            to = asker_of(acting.connection, by.workspace, conversation)
            question = Question(acting.key, by, conversation, to, said)
            if not to or self._ask is None or not self._ask(acting.connection, question):
                raise NotReviewed("no_thread", "There is no thread in Slack in which the person "
                                  "could be asked. Ask them in another way, and note the answer "
                                  "as a comment.")
            acting.write(ASKED, {"number": len(acting.review.questions) + 1}, said, to)

        return self._act(by, conversation, key, work)

    def drop_question(
        self, by: Reviewer, conversation: ConversationId, number: int, reason: str, *,
        key: str | None = None,
    ) -> Review:
        """Wait no longer for the answer to question *number*, unless it is theirs to give."""
        said = text_of(reason, "The reason")

        def work(acting: Acting) -> None:
            acting.refuse_own()
            if number not in {one.number for one in acting.review.waiting}:
                raise NotReviewed("unknown_question", "No answer to that question is waited for.")
            acting.write(DROPPED, {"number": number}, said)

        return self._act(by, conversation, key, work)

    def answered(
        self, by: Reviewer, conversation: ConversationId, number: int, turn: int, *,
        key: str | None = None,
    ) -> Review:
        """Say that turn number *turn*, which was said after question *number*, answers it."""

        def work(acting: Acting) -> None:
            acting.refuse_own()
            found = next((one for one in acting.review.waiting if one.number == number), None)
            if found is None:
                raise NotReviewed("unknown_question", "No answer to that question is waited for.")
            if turn not in found.after:
                raise NotReviewed("unknown_turn", f"Turn {turn} was not said after that question.")
            acting.write(DROPPED, {"number": number, "turn": turn}, "")

        return self._act(by, conversation, key, work)

    def mark(
        self, by: Reviewer, conversation: ConversationId, consideration: str, opinion: Opinion,
        note: str = "", *, seen: str | None = None, key: str | None = None,
    ) -> Review:
        """Say what is held of what the advice says under *consideration*.

        As `mark_all`, of one.
        """
        return self.mark_all(
            by, conversation, {consideration: (opinion, note)}, seen=seen, key=key)

    def mark_all(
        self, by: Reviewer, conversation: ConversationId,
        marks: Mapping[str, tuple[Opinion, str]], *, seen: str | None = None,
        key: str | None = None,
    ) -> Review:
        """Say what is held of what the advice says under each consideration of *marks*, or of none.

        Notes may be empty where it is agreed to.  *seen* is the token of what was looked at
        (`bot.reviews.marking.Present`); where that is another by now, nothing is kept.
        """
        said = {name: (opinion, note_of(opinion, note)) for name, (opinion, note) in marks.items()}

        def work(acting: Acting) -> None:
            acting.refuse_own()
            guidance = in_force(acting.connection, self._editions)
            present = acting.before.present
            if guidance is None or present is None:
                raise _no_release()
            if seen is not None and seen != present.token:
                raise NotReviewed("changed_meanwhile", "The advice or the deal has changed since "
                                  "you loaded the page, so nothing was kept. Look at it as it is "
                                  "now, then keep your marks.")
            for name, (opinion, note) in said.items():
                if name not in guidance.consideration_by_id:
                    raise NotReviewed("unknown_consideration", "The guidance in force has no such "
                                      "consideration. Load the page again.")
                acting.write(MARKED, {
                    "consideration": name, "opinion": opinion.value,
                    **Basis.of(present.advised).as_body()}, note)

        return self._act(by, conversation, key, work)

    # --- sign-off ---------------------------------------------------------------------------

    def sign_off(
        self, by: Reviewer, conversation: ConversationId, digest_seen: str, reason: str, *,
        outcome: Outcome = Outcome.AGREED, over: Collection[str] = (), key: str | None = None,
    ) -> Review:
        """Say that the review is complete and what it comes to: nothing of whether it is lawful.

        Args:
            by: Who says so.
            conversation: Of which conversation.
            digest_seen: `Advised.digest` of what was shown to them.
            reason: Why, in words.
            outcome: What the review comes to.
            over: Keys of the objections that were weighed, and in spite of which it is signed.
            key: Names the row.
        """
        said = text_of(reason, "The reason")

        def work(acting: Acting) -> None:
            acting.refuse_own()
            now = acting.before.advised
            if now is None:
                raise _no_release()
            if now.digest != digest_seen:
                raise NotReviewed("changed_meanwhile", "The facts, the advice or the release have "
                                  "changed since that page was drawn. Read it as it is now, and "
                                  "sign that.")
            before = acting.before
            if lapsing.settle(acting.connection, conversation, self._editions, acting.at,
                              self._tell):
                # Another release came in, and the sweep has not come by here yet.
                before = self.of(acting.connection, by.workspace, conversation)
            refusal = before.refusal(by.user, outcome, over)
            if refusal is not None:
                raise NotReviewed(refusal.code, refusal.sentence)
            first = not before.review.sign_offs
            needs_second = self._four_eyes and first
            acting.write(SIGNED_OFF, {
                "number": before.review.signed + 1,
                # Beside the actor, who is erased with the words: who signed stays on record.
                "by": by.user,
                "digest": now.digest,
                "advice": now.advice_digest,
                "facts": sha256_of(canonical(now.facts)),
                "release": now.release,
                "advised": now.as_json(),
                "second": not first,
                "needs_second": needs_second,
                "outcome": outcome.value,
                "over": [one.key for one in before.objections if one.key in over],
            }, said)
            locks.release(acting.connection, conversation)
            if not needs_second:
                self._tell(acting.connection, News(
                    acting.key, by.workspace, conversation, Event.COMPLETED, outcome))

        return self._act(by, conversation, key, work)

    def withdraw(
        self, by: Reviewer, conversation: ConversationId, reason: str, *, seen: int | None = None,
        key: str | None = None,
    ) -> Review:
        """Take back the sign-offs that stand, whosever they are.

        *seen* is how many were ever signed (`Review.signed`) on the page that was looked at; where
        somebody has signed since, nothing is taken back.
        """
        said = text_of(reason, "The reason")

        def work(acting: Acting) -> None:
            if not acting.review.sign_offs:
                raise NotReviewed("not_signed", "No sign-off stands that could be withdrawn.")
            if seen is not None and seen != acting.review.signed:
                raise NotReviewed("changed_meanwhile", "Somebody has signed off since you loaded "
                                  "the page, so nothing was withdrawn. What stands now is below: "
                                  "read it, then withdraw that if you still want to.")
            acting.write(WITHDRAWN, {"by": by.user}, said)
            if acting.review.standing is Standing.SIGNED:
                self._tell(acting.connection, News(
                    acting.key, by.workspace, conversation, Event.WITHDRAWN))

        return self._act(by, conversation, key, work)

    # --- lapses -----------------------------------------------------------------------------

    def settle(self, connection: Connection, conversation: ConversationId) -> None:
        """Let a sign-off lapse if the advice is no longer the one that was signed.

        For the transaction that records a turn.
        """
        lapsing.settle(connection, conversation, self._editions, self._now(), self._tell)

    def sweep(
        self, workspace: str | None = None, ended: Callable[[], bool] = lambda: False
    ) -> int:
        """Hold every sign-off against the release in force, once for each time it is put there.

        Args:
            workspace: Only this one, whatever was swept before; None for all.
            ended: Whether to stop; the next sweep goes on from there.

        Returns:
            How many lapsed.
        """
        return self.sweeping.run(workspace, ended)

    @property
    def sweeping(self) -> lapsing.Sweep:
        """Holds sign-offs against the release in force."""
        return lapsing.Sweep(self._store, self._editions, self._now, self._tell)

    def _act(
        self, by: Reviewer, conversation: ConversationId, key: str | None,
        work: Callable[[Acting], None],
    ) -> Review:
        return act(
            self._store, self._editions, four_eyes=self._four_eyes, by=by,
            conversation=conversation, key=key, at=self._now(), work=work)


def _no_release() -> NotReviewed:
    return NotReviewed("no_release", "The guidance in force can't be read here, so nobody can tell "
                       "what this would be said of. Tell whoever keeps this installation.")
