"""Verdicts that become labelled cases: what is proposed, who may approve it, where it is written.

The row of the log comes first and holds the case; the file follows.  Where the file can't be
written, in an image that is only read, the approval stands all the same and
`advisor cases write` brings the file up to date.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.casebook.standing import APPROVED, REFUSED, VERDICT
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import Deal
from bot.dialogue.intents import Intent
from bot.errors import UnknownRelease
from bot.record.log import Logged, logged
from bot.reviews.acting import NotReviewed, insist_on_storable
from bot.reviews.folding import folded
from bot.reviews.labelling import Labelled, Spoken, proposed, slips
from bot.reviews.review import Verdict, VerdictState
from bot.reviews.reviewing import Reviewer, Reviewing
from bot.schema import log
from bot.store import Store
from bot.turns.turn import Turn
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.labelled.adding import NotWritten, add, missing
from retrieval.labelled.cases import BadGold

Clean = Callable[[str], str]
LONGEST = 20_000
"""Characters of all the words of a case; a conversation of that length tests nothing more."""
MOST_SETTLED = 200
"""How many settled verdicts are listed."""
_log = logging.getLogger("advisor.reviews")


@dataclass(frozen=True, slots=True)
class Item:
    """A verdict of a conversation."""

    conversation: ConversationId
    verdict: Verdict
    reason: str | None = None
    """Why it was refused; None once erased."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The verdicts of a workspace, the latest first."""

    waiting: tuple[Item, ...]
    approved: tuple[Item, ...]
    refused: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict, and the case that it would become."""

    verdict: Verdict
    case: Labelled | None
    """None where the words are erased."""
    before: tuple[str, ...]
    """The words as they were said, to compare."""


class Approving:
    """What becomes of verdicts.

    Args:
        store: The database.
        reviewing: Writes the rows.
        editions: Gives the guidance of a release.
        cleaner: Gives for a guidance what takes out of words which deal it is.
        file: Where labelled cases lie.
        name: Gives ids that were never given before.
    """

    def __init__(
        self,
        store: Store,
        reviewing: Reviewing,
        editions: Callable[[ReleaseId], Guidance],
        cleaner: Callable[[Guidance], Clean],
        file: Path,
        name: Callable[[], str] = lambda: f"v-{secrets.token_hex(4)}",
    ) -> None:
        self.file = file
        self._store = store
        self._reviewing = reviewing
        self._editions = editions
        # Compiled from a whole vocabulary; there is one guidance at a time.
        self._cleaner = cache(lambda release: cleaner(editions(release)))
        self._name = name

    # --- what there is ----------------------------------------------------------------------

    def listed(self, connection: Connection, workspace: str) -> Listed:
        """The verdicts of *workspace*."""
        found = [item for name, rows in _by_conversation(connection, workspace).items()
                 for item in _items(name, rows)]
        found.sort(key=lambda item: item.verdict.at, reverse=True)

        def of(state: VerdictState) -> tuple[Item, ...]:
            return tuple(item for item in found if item.verdict.state is state)

        return Listed(of(VerdictState.PROPOSED), of(VerdictState.APPROVED)[:MOST_SETTLED],
                      of(VerdictState.REFUSED)[:MOST_SETTLED])

    def proposal(
        self, rows: Iterable[Logged], turns: Iterable[Turn], number: int
    ) -> Proposal | None:
        """What verdict *number* would become; None if there is none that waits.

        Args:
            rows: Those of the conversation.
            turns: Its turns, in order.
            number: The verdict's.
        """
        found = next((one for one in folded(rows).verdicts if one.number == number), None)
        if found is None or found.state is not VerdictState.PROPOSED:
            return None
        spoken = _spoken(turns, found.turn)
        guidance = self._guidance()
        case = proposed(found, spoken, self._cleaner(guidance.release))
        return Proposal(found, case, tuple(one.text for one in spoken if one.text))

    def guidance(self) -> Guidance | None:
        """The guidance in force; None where it can't be read here."""
        release = self._store.active_release()
        try:
            return None if release is None else self._editions(release)
        except (UnknownRelease, ReleaseNotReady):
            return None

    def _guidance(self) -> Guidance:
        found = self.guidance()
        if found is None:
            raise NotReviewed("no_release", "The guidance in force can't be read here, so no case "
                              "can be held against it. Tell whoever keeps this installation.")
        return found

    # --- what is done -----------------------------------------------------------------------

    def approve(
        self, by: Reviewer, conversation: ConversationId, number: int, case: Labelled, *,
        admin: bool, confirmed: bool, key: str | None = None,
    ) -> str:
        """Let verdict *number* become *case*; gives the case's id.

        Where the file can't be written, `unwritten` has the case until it can.

        Args:
            by: Who approves.
            conversation: The verdict's.
            number: The verdict's.
            case: The case, as whoever approves has left it.
            admin: Whether they are an admin, who may approve what they said themselves.
            confirmed: Whether they say that nothing in it tells which deal it is.
            key: Names the row.

        Raises:
            NotReviewed: It can't be approved; nothing was written.
        """
        self._insist_on_another(by, conversation, number, admin)
        if found := slips(case, self._guidance()):
            raise NotReviewed("bad_case", " ".join(found))
        _insist_on_words((*case.says, case.note))
        if not confirmed:
            raise NotReviewed("not_confirmed", "Read the words once more, and tick that nothing "
                              "in them tells which deal it is: the file is shared.")
        id_ = self._name()
        record = case.record(id_)
        review = self._reviewing.verdicts.approve(by, conversation, number, id_, record, key=key)
        became = next(one.case for one in review.verdicts if one.number == number)
        if became is None:
            raise NotReviewed("changed_meanwhile", "That form has settled another verdict already, "
                              "so nothing was written. Load the page of this one again.")
        # Sent twice, the case of the first time stands.
        if became != id_:
            return became
        try:
            add(self.file, [record])
        except NotWritten as error:
            _log.warning("Case %s is approved, and not in its file yet: %s", id_, error)
        return id_

    def refuse(
        self, by: Reviewer, conversation: ConversationId, number: int, reason: str, *,
        key: str | None = None,
    ) -> None:
        """Let verdict *number* become no case; whoever said it may take it back so."""
        self._reviewing.verdicts.refuse(by, conversation, number, reason, key=key)

    def _insist_on_another(
        self, by: Reviewer, conversation: ConversationId, number: int, admin: bool
    ) -> None:
        with self._store.reading() as connection:
            rows = _by_conversation(connection, by.workspace, conversation).get(conversation, [])
        said = next((one for one in folded(rows).verdicts if one.number == number), None)
        if said is None:
            raise NotReviewed("unknown_verdict", f"There is no verdict {number} here.")
        if said.by == by.user and not admin:
            raise NotReviewed("own_verdict", "You said this yourself, so another reviewer or an "
                              "admin has to approve it. Nothing was written.")

    # --- the file ---------------------------------------------------------------------------

    def unwritten(self, file: Path | None = None) -> tuple[Mapping[str, Any], ...]:
        """The approved cases of all workspaces that the file lacks, oldest first.

        Raises:
            BadGold: The file can't be read.
        """
        query = select(log).where(log.c.kind == APPROVED).order_by(log.c.at, log.c.seq)
        with self._store.reading() as connection:
            rows = [logged(row._mapping) for row in connection.execute(query)]
        cases = [row.detail["content"] for row in rows if row.detail.get("content")]
        return missing(file or self.file, cases)

    def write(self, file: Path | None = None) -> tuple[str, ...]:
        """Write the approved cases that the file lacks; gives their ids.

        Raises:
            NotWritten: The file can't be written.
        """
        try:
            return add(file or self.file, self.unwritten(file))
        except BadGold as error:
            raise NotWritten(f"Nothing was written. {error}") from error


def _insist_on_words(words: Iterable[str]) -> None:
    text = "\n".join(words)
    if len(text) > LONGEST:
        raise NotReviewed("too_long", f"The case has {len(text):,} characters; {LONGEST:,} are "
                          "kept at most. Shorten what the verdict doesn't need.")
    insist_on_storable(text, "The case")


def _by_conversation(
    connection: Connection, workspace: str, conversation: ConversationId | None = None
) -> dict[ConversationId, list[Logged]]:
    query = (select(log).where(log.c.workspace == workspace,
                               log.c.kind.in_((VERDICT, APPROVED, REFUSED)))
             .order_by(log.c.seq))
    if conversation is not None:
        query = query.where(log.c.conversation == conversation)
    found: dict[ConversationId, list[Logged]] = {}
    for row in connection.execute(query):
        one = logged(row._mapping)
        if one.conversation is not None:
            found.setdefault(one.conversation, []).append(one)
    return found


def _items(name: ConversationId, rows: list[Logged]) -> list[Item]:
    reasons = {row.detail["number"]: (row.words or {}).get("text")
               for row in rows if row.kind == REFUSED}
    return [Item(name, verdict, reasons.get(verdict.number)) for verdict in folded(rows).verdicts]


def _spoken(turns: Iterable[Turn], last: int) -> list[Spoken]:
    """The turns up to number *last*, without what came before the person started over."""
    found: list[Spoken] = []
    deal = Deal()
    for turn in turns:
        if turn.version > last:
            break
        message = turn.message
        if message.intent is Intent.START_OVER:
            found, deal = [], Deal()
        if message.intent is not Intent.START_OVER or message.heard:
            deal = deal.without(message.retracted).with_answers(message.heard)
        plain = message.intent is Intent.ASK and not turn.reply.coverage and bool(turn.found)
        found.append(Spoken(
            turn.version, turn.text, turn.found[0].query.text if plain else "",
            {str(fact): None if answer.values is None else tuple(sorted(answer.values))
             for fact, answer in deal.answers.items()},
            turn.reply))
    return found
