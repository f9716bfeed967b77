"""Handle whatever arrives: one method for each act, and a word where handling fails."""

import logging
from collections.abc import Callable, Mapping

from bot.dialogue.phrasing import Wording
from bot.queue.outbox import NOT_THERE
from bot.slack.deleting import Deleting
from bot.slack.handing_over import HandingOver, told_apart
from bot.slack.notes import note
from bot.slack.noting import Noting
from bot.slack.parts import Parts
from bot.slack.posts import EPHEMERAL, FILES, MESSAGE, NEEDED, OUTSIDE, TELLS, UNASKED
from bot.slack.replying import Replying
from bot.turns.delivery import REMOVE, REPLACE, UPDATE, Act, Case, Outgoing, Queued, Taken

_QUIET = frozenset({UPDATE, REPLACE, REMOVE})
"""Kinds of post whose failing costs nobody anything: what stands is as good."""
_TAPPED = frozenset({Act.STEER, Act.BRIEF, Act.FEEDBACK, Act.LISTENING, Act.UNCHANGED})
"""Acts that can be done again on purpose, but not twice by one tap too many."""
_WRITTEN = frozenset({Act.MESSAGE, Act.EDIT})
"""Acts that are done by writing, not by a button or a form."""

_log = logging.getLogger("advisor.slack")


class Handler:
    """The desk's handler."""

    def __init__(
        self, parts: Parts, replying: Replying, handing_over: HandingOver, noting: Noting
    ) -> None:
        self._parts = parts
        self._say: Wording = parts.say
        self._deleting = Deleting(parts)
        self._edit = replying.edit
        self._turned_away = replying.addressing.turned_away
        self._acts: Mapping[Act, Callable[[Taken], None]] = {
            Act.MESSAGE: replying.message,
            Act.EDIT: self.edit,
            Act.ANSWER: replying.answer,
            Act.STEER: replying.steer,
            Act.FORM: replying.form,
            Act.CORRECTION: replying.form,
            Act.FEEDBACK: noting.feedback,
            Act.COMMENT: noting.comment,
            Act.COMPLIANCE: handing_over.compliance,
            Act.BRIEF: handing_over.brief,
            Act.LISTENING: noting.listening,
            Act.WATCH: noting.watch,
            Act.REMINDER: noting.reminder,
            Act.UNCHANGED: noting.unchanged,
        }

    def handle(self, taken: Taken) -> None:
        """Handle one delivery and settle it; see `bot.queue.door.Handler`."""
        if taken.delivery.act in _TAPPED and self._parts.cases.is_second_tap(taken):
            self._parts.deliveries.close(taken, state="aside")
            return
        if self._is_anothers(taken):
            _log.warning("what somebody did with another person's direct message was set aside")
            self._parts.deliveries.close(taken, state="aside")
            return
        if taken.delivery.act not in _WRITTEN and self._turned_away(taken):
            return
        self._acts[taken.delivery.act](taken)

    def _is_anothers(self, taken: Taken) -> bool:
        """Whether it is done to a deal that is told in somebody else's direct message.

        Its conversation is named by whatever was sent, and nobody but its person has its buttons
        and forms.  What is written there is from whoever Slack lets write.
        """
        if taken.delivery.act in _WRITTEN:
            return False
        return not self._parts.cases.here(taken).is_theirs(taken.delivery.author)

    def edit(self, taken: Taken) -> None:
        """A message was changed, or is gone."""
        gone = taken.delivery.body.get("deleted")
        (self._deleting.deletion if gone else self._edit)(taken)

    def apologise(self, taken: Taken, reference: str, *, last: bool) -> Outgoing | None:
        """What the person is told, nothing of a deletion; see `bot.queue.door.Handler`."""
        if taken.delivery.deletes:
            return None
        sentence = self._say.say("acts.sorry_last" if last else "acts.sorry",
                                 reference=reference)
        key = f"{taken.delivery.key}:sorry:{'last' if last else 'first'}"
        return Outgoing(key, MESSAGE, note(sentence))

    def undelivered(self, queued: Queued, reason: str) -> Outgoing | None:
        """A direct message to the asker, or to whom alone it was a word; None where that failed.

        And where they were told, or nobody knows any more who asked: Slack would refuse what is to
        nobody, and of that nobody could be told either.
        """
        case = self._parts.cases.case(queued.team, queued.conversation)
        post = queued.outgoing
        untold = (post.method in _QUIET or post.body.get(UNASKED) or reason == NEEDED
                  or (post.target or {}).get("user"))
        if case is None or untold:
            return None
        if TELLS in post.body:
            return self._not_sent_on(case, post, reason)
        to = post.body["user"] if post.method == EPHEMERAL else case.asker
        if not to:
            return None
        remedy = "acts.remedy_join" if reason in NOT_THERE else "acts.remedy_other"
        sentence = self._say.say("acts.undelivered", reason=reason.replace("_", " "),
                                 remedy=self._say.say(remedy))
        return Outgoing(f"{post.key}:undelivered", MESSAGE, note(sentence),
                        target={"user": to})

    def _not_sent_on(self, case: Case, post: Outgoing, reason: str) -> Outgoing:
        """What whoever sent a deal to compliance is told where it could not be posted there."""
        if post.method == FILES:
            sentence = self._say.say("acts.brief_not_sent", reason=reason.replace("_", " "))
        else:
            sentence = self._say.say(
                "acts.unsafe_channel" if reason == OUTSIDE else "acts.unreachable_channel")
        return Outgoing(f"{post.key}:undelivered", MESSAGE, note(sentence),
                        target=told_apart(case, str(post.body[TELLS])))
