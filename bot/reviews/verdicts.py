"""What reviewers say of single answers: verdicts, and what becomes of them.

A review is about a deal, and a verdict about the bot: an approved one becomes a labelled case.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.casebook.standing import APPROVED, REFUSED, VERDICT
from bot.dialogue.conversation import ConversationId
from bot.ledger import canonical
from bot.reviews.acting import (
    ID,
    LONGEST_ABOUT,
    Acting,
    NotReviewed,
    Reviewer,
    optional_text,
    text_of,
)
from bot.reviews.review import Review, Verdict, VerdictKind, VerdictState

Act = Callable[[Reviewer, ConversationId, str | None, Callable[[Acting], None]], Review]
"""Does the work of one act on a conversation, in the row that a key names, in one transaction."""


class Verdicts:
    """Verdicts, each said, approved or refused as `bot.reviews.reviewing.Reviewing` has its acts.

    Args:
        act: Does one act.
    """

    def __init__(self, act: Act) -> None:
        self._act = act

    def say(
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
        said = (optional_text if kind is VerdictKind.FINE else text_of)(note, "The note")
        if not _only_ids(about) or len(canonical(about)) > LONGEST_ABOUT:
            raise NotReviewed("bad_about", "A verdict names what it speaks of by ids. Choose from "
                              "what the page offers, and say the rest in the note.")

        def work(acting: Acting) -> None:
            if not 1 <= turn <= acting.review.turns:
                raise NotReviewed("unknown_turn", f"There is no turn {turn} in this conversation.")
            acting.write(VERDICT, {
                "number": len(acting.review.verdicts) + 1, "verdict": kind.value, "turn": turn,
                "about": about}, said)

        return self._act(by, conversation, key, work)

    def approve(
        self, by: Reviewer, conversation: ConversationId, number: int, case: str,
        content: Mapping[str, Any], *, key: str | None = None,
    ) -> Review:
        """Note that verdict *number* has become the labelled case *case*, which *content* is.

        Who may approve is the caller's rule.
        """
        return self._act(by, conversation, key, lambda acting: _settle_verdict(
            acting, number, APPROVED, {"case": case, "content": content}, None))

    def refuse(
        self, by: Reviewer, conversation: ConversationId, number: int, reason: str, *,
        key: str | None = None,
    ) -> Review:
        """Note that verdict *number* becomes no case, and why."""
        said = text_of(reason, "The reason")
        return self._act(by, conversation, key, lambda acting: _settle_verdict(
            acting, number, REFUSED, {}, said))


def _settle_verdict(
    acting: Acting, number: int, kind: str, body: Mapping[str, Any], text: str | None
) -> None:
    found: Verdict | None = next(
        (one for one in acting.review.verdicts if one.number == number), None)
    if found is None:
        raise NotReviewed("unknown_verdict", f"There is no verdict {number} here.")
    if found.state is not VerdictState.PROPOSED:
        raise NotReviewed("settled", f"That verdict was {found.state.value} already.")
    acting.write(kind, {"number": number, **body}, text)


def _only_ids(value: object) -> bool:
    """Whether *value* holds ids and nothing that anybody typed."""
    if value is None or isinstance(value, (bool, int)):
        return True
    if isinstance(value, str):
        return ID.fullmatch(value) is not None
    if isinstance(value, (list, tuple)):
        return all(map(_only_ids, value))
    if isinstance(value, Mapping):
        return all(isinstance(k, str) and _only_ids(k) and _only_ids(v) for k, v in value.items())
    return False
