"""How replies are drawn as posts: at first, anew where they stand, late where they never stood."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.advisor import Outcome
from bot.dialogue.conversation import ConversationId
from bot.dialogue.intents import Intent
from bot.dialogue.replies.showing import SHOWN
from bot.dialogue.reply import Reply
from bot.queue.cases import Case
from bot.slack.blocks import Post, to_posts
from bot.slack.chosen import Answers, Chosen
from bot.slack.parts import Parts
from bot.slack.posts import MESSAGE
from bot.slack.shown import Shown
from bot.slack.versions import Versions, reply_key
from bot.turns.delivery import REPLACE, UPDATE, Outgoing, Taken, Unshown

_STANDS_ALONE = frozenset({
    Intent.ASK, Intent.DEFINE, Intent.WHY, Intent.VERDICT, Intent.MORE_SAFEGUARDS,
    Intent.SHOW_SOURCES, Intent.WHAT_IF, Intent.COMPARE, *SHOWN,
})
"""Intents whose reply is not made stale by a later one: it goes out with it."""


class Drawing:
    """Draws replies as they should read now, by what was done with them since."""

    def __init__(self, parts: Parts, versions: Versions) -> None:
        self._parts = parts
        self._say = parts.say
        self._versions = versions
        self._chosen = Chosen(parts, versions)

    def posts(
        self, taken: Taken, case: Case, outcome: Outcome, carried: Sequence[Post]
    ) -> list[Outgoing]:
        """The reply to *taken*, behind what is *carried* along."""
        shown = self.shown(case, outcome.number, handed_over=outcome.handed_over)
        posts = to_posts([(outcome.reply, shown)], outcome.guidance, self._say)
        key = taken.delivery.key
        keyed = [(f"{key}:carried:{n}", post) for n, post in enumerate(carried)]
        keyed += [(reply_key(key, n), post) for n, post in enumerate(posts)]
        return [
            Outgoing(name, MESSAGE, self._body(post, case, outcome.reply), turn=outcome.number)
            for name, post in keyed
        ]

    def _body(self, post: Post, case: Case, reply: Reply) -> dict[str, Any]:
        body: dict[str, Any] = {"text": post.text, "blocks": list(post.blocks)}
        if case.direct and post.lead and reply.shape != "step":
            body |= {"stream": post.lead, "streamed": post.lead_blocks}
        return body

    def shown(
        self,
        case: Case,
        turn: int,
        answered: Mapping[str, str] | None = None,
        handed_by: str | None = None,
        *,
        handed_over: bool = True,
    ) -> Shown:
        """How a reply of *case* is drawn; *handed_by* is who is sending it to compliance.

        Unless it is known not to be, whether it was *handed_over* before is looked up.
        """
        by = handed_by or (self.handed_by(case, turn) if handed_over else None)
        who = None if by is None else f"<@{by}>"
        return Shown(
            case.conversation,
            turn,
            answered=answered,
            listening=None if case.direct else case.listening,
            handed_over=None if who is None else self._say.say("acts.handed_over", who=who),
            watch_on=case.watch_on,
        )

    def handed_by(self, case: Case, turn: int) -> str | None:
        """Who has sent the advice of a turn to compliance; None if nobody has."""
        handed = self._parts.cases.happened(case.conversation, "handed_over")
        turns = self.numbers(case, turn) if handed else ()
        return next((one.actor for one in handed if one.detail.get("turn") in turns), None)

    def numbers(self, case: Case, turn: int) -> Collection[int]:
        """The turns whose replies have stood in the place of that of *turn*."""
        return self._versions.numbers(case.conversation, turn)

    def update(
        self,
        taken: Taken,
        case: Case,
        turn: int,
        answered: Mapping[str, str] | None = None,
        handed_by: str | None = None,
    ) -> list[Outgoing]:
        """The update of the message that was pressed on, as it should read now.

        A second reply that has taken its place meanwhile is what is drawn anew, where it stands.
        What was answered there before stays so.
        """
        body = taken.delivery.body
        recorded = self._versions.standing(case.conversation, turn) if body.get("ts") else None
        if recorded is None:
            return []
        guidance = self._parts.editions.of(recorded.release)
        answered = answered or self._chosen.before(case, turn, recorded) or None
        shown = replace(self.shown(case, recorded.version, answered, handed_by),
                        retakes=recorded.retakes)
        posts = to_posts([(recorded.reply, shown)], guidance, self._say)
        content = {"text": posts[-1].text, "blocks": list(posts[-1].blocks)}
        key = f"{taken.delivery.key}:update"
        if recorded.version == turn:
            where = {"channel": body["channel"], "ts": body["ts"]}
            return [Outgoing(key, UPDATE, {**where, **content})]
        last = reply_key(recorded.key, len(posts) - 1)
        return [Outgoing(key, REPLACE, {"replaces": last, **content})]

    def answered(self, taken: Taken, answers: Answers) -> list[Outgoing]:
        """The update of the message that asked, which shows the *answers*."""
        turn = int(taken.delivery.body["turn"])
        recorded = self._versions.standing(taken.conversation, turn)
        labels = {} if recorded is None else self._chosen.labels(
            taken.conversation, recorded, answers)
        return self.update(taken, self._parts.cases.here(taken), turn, labels) if labels else []

    def carried(self, conversation: ConversationId, unshown: Unshown | None) -> list[Post]:
        """Replies never shown that a later one does not make stale, to go out before it.

        Each is drawn with the release that it names, which need not answer any more.  Those that
        were to go out with one that is not shown either are among them.
        """
        never = () if unshown is None else range(unshown.shown.version + 1, unshown.turns[-1] + 1)
        found = [self._parts.store.turn_if(conversation, n, _goes_out_late) for n in never]
        return [
            post for turn in found if turn is not None
            for post in to_posts([(turn.reply, Shown(conversation, turn.version))],
                                 self._parts.editions.of(turn.release), self._say,
                                 pressable=False)
        ]


def _goes_out_late(turn: Mapping[str, Any]) -> bool:
    """Whether a reply that was never shown is still worth showing before the next one.

    Not one that was to take the place of another: that other one was shown.

    Args:
        turn: The body of its turn.
    """
    return turn["intent"] in _STANDS_ALONE and turn.get("retakes") is None
