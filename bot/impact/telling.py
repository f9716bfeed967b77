"""Telling the threads: whoever was advised otherwise hears of it, each once for a publication.

What is owed to Slack and the row of the log commit together, so a press that is cut off can be
pressed again, and two that press at once tell everybody once.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection, bindparam, exists, func, select

from bot.casebook import cites as case_cites
from bot.dialogue.citation import Citation
from bot.dialogue.conversation import ConversationId
from bot.dialogue.naming import deal_title
from bot.dialogue.phrasing import Wording
from bot.errors import AdvisorError, UnknownRelease
from bot.impact.differing import TEXTS, Change, Comparing, Difference, Kind, Part
from bot.impact.essence import Told, deal_of, told_in
from bot.impact.survey import Affected, still_so
from bot.impact.words import Words
from bot.people import NEVER_AGAIN
from bot.record import log as log_
from bot.record.log import Happening, logged
from bot.reviews.reading import Editions
from bot.schema import active_release, cases, conversations, log, people, turns
from bot.store import Store
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ProvisionId, ReleaseId

TOLD = "told"
"""The kind of row that says that somebody was told of a change."""
MOST_POINTS = 6
"""Changes that one message names; of more it says how many there are."""
MOST_AT_ONCE = 1_000
"""Conversations that one press tells."""


class NotTold(AdvisorError):
    """Nobody was told; the message says why.

    Codes: `not_in_force`, `no_release`, `too_many`.
    """


class Outcome(StrEnum):
    """What came of telling one conversation."""

    TOLD = "told"
    ALREADY = "already"
    """It was told of this publication before."""
    UP_TO_DATE = "up_to_date"
    """It was answered by the release in force since."""
    SAME = "same"
    """Nothing that it was told is another, as it stands now."""
    ERASED = "erased"
    """Whoever asked was erased."""
    NO_THREAD = "no_thread"
    """It has no thread to post to: it came from the terminal or the API."""
    NOT_THERE = "not_there"
    """The workspace has no such conversation."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who has it told."""

    workspace: str
    user: str
    """Slack's id."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is another, with where it stands in the release in force."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What one conversation is told."""

    key: str
    workspace: str
    conversation: ConversationId
    to: str
    """Slack's id of who asked."""
    kind: Kind
    title: str
    """What the deal is called; empty where nothing of it is known."""
    points: tuple[Point, ...]
    more: int
    """How many further things are another."""
    turn: int
    """Number of the last turn."""


Owe = Callable[[Connection, Notice], bool]
"""Owes a notice to its thread in the transaction; False where there is none."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A release that was put in force after another."""

    before: ReleaseId
    after: ReleaseId


class Telling:
    """Tells threads what a publication changed for them.

    Args:
        store: The database.
        editions: Gives the guidance of a release.
        say: The sentences on what a release changed.
        owe: Owes a notice to a thread; None where there is no Slack.
        now: The time.
    """

    def __init__(
        self, store: Store, editions: Editions, say: Wording, owe: Owe | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._editions = editions
        self._say = say
        self._owe = owe
        self._now = now

    def tell(
        self, by: Teller, publication: Publication, names: Collection[ConversationId]
    ) -> Mapping[ConversationId, Outcome]:
        """Tell the conversations *names* of *publication*; what came of each.

        Raises:
            NotTold: The later release isn't the one in force, or there are too many.
        """
        if len(names) > MOST_AT_ONCE:
            raise NotTold("too_many", f"{len(names):,} conversations are more than one press "
                          f"tells; choose {MOST_AT_ONCE:,} at most, then press again for the rest.")
        try:
            comparing = Comparing(*map(self._editions, (publication.before, publication.after)))
        except (UnknownRelease, ReleaseNotReady):
            raise NotTold("no_release", "One of the two releases can't be read here, so nobody "
                          "can tell what changed. Nobody was told.") from None
        made = {}
        for name in dict.fromkeys(names):
            with self._store.writing() as connection:
                log_.lock(connection, by.workspace)
                made[name] = self._tell(connection, by, publication, comparing, name)
        return made

    def told_of(
        self, workspace: str, publication: Publication, names: Collection[ConversationId]
    ) -> frozenset[ConversationId]:
        """Which of *names* were told of *publication* already."""
        with self._store.reading() as connection:
            since = _since(connection, publication)
            keys = {_key(workspace, publication, since, name): name for name in names}
            found = set[str]()
            for start in range(0, len(keys), case_cites.ASKED_AT_ONCE):
                some = list(keys)[start:start + case_cites.ASKED_AT_ONCE]
                found |= set(connection.scalars(select(log.c.key).where(log.c.key.in_(some))))
        return frozenset(keys[key] for key in found)

    def last_told(self, workspace: str) -> int:
        """The row of *workspace*'s log on whoever was told last, of any publication; 0 for none."""
        with self._store.reading() as connection:
            return connection.scalar(select(func.max(log.c.seq)).where(
                log.c.workspace == workspace, log.c.kind == TOLD)) or 0

    def told_since(
        self, workspace: str, publication: Publication, row: int
    ) -> Counter[str | None]:
        """How many were told of *publication* behind that *row* of the log, by who pressed."""
        with self._store.reading() as connection:
            rows = [logged(one._mapping) for one in connection.execute(select(log).where(
                log.c.workspace == workspace, log.c.kind == TOLD, log.c.seq > row))]
        return Counter(one.actor for one in rows if one.detail.get("to") == publication.after)

    def to_be_told(
        self, workspace: str, publication: Publication, affected: Sequence[Affected]
    ) -> Sequence[ConversationId]:
        """Which of *affected* can be told of *publication* and weren't, in their order.

        They have a thread in Slack whose asker was not erased, and were not answered by the later
        release since.
        """
        names = [one.conversation for one in affected
                 if not one.erased and one.release != publication.after]
        threads = set[str]()
        with self._store.reading() as connection:
            for start in range(0, len(names), case_cites.ASKED_AT_ONCE):
                some = names[start:start + case_cites.ASKED_AT_ONCE]
                threads |= set(connection.scalars(_THREADS, {"team": workspace, "names": some}))
        names = [one for one in names if one in threads]
        told = self.told_of(workspace, publication, names)
        return [one for one in names if one not in told]

    def _tell(
        self, connection: Connection, by: Teller, publication: Publication,
        comparing: Comparing, name: ConversationId,
    ) -> Outcome:
        since = _since(connection, publication)
        key = _key(by.workspace, publication, since, name)
        if connection.scalar(select(log.c.seq).where(log.c.key == key)) is not None:
            return Outcome.ALREADY
        row = connection.execute(
            select(conversations.c.state, conversations.c.version, turns.c.release)
            .join(turns, (turns.c.conversation == conversations.c.id)
                  & (turns.c.version == conversations.c.version))
            .where(conversations.c.id == name, conversations.c.workspace == by.workspace)
        ).one_or_none()
        if row is None:
            return Outcome.NOT_THERE
        if row.release == publication.after:
            return Outcome.UP_TO_DATE
        asker = connection.scalar(select(cases.c.asker).where(
            cases.c.conversation == name, cases.c.team == by.workspace))
        if asker is None:
            return Outcome.NO_THREAD
        if not asker or _forgotten(connection, by.workspace, asker):
            return Outcome.ERASED
        answers = list(told_in(json.loads(row.state)))
        difference = comparing.told(answers) if answers else None
        cites = [] if difference is not None else [
            one.provision for one in case_cites.cites_of(connection, [name], comparing.altered)
            if not still_so(one, comparing.altered)]
        if difference is None and not cites:
            return Outcome.SAME
        points = _points(
            Words(comparing.before, comparing.after, comparing.altered, self._say),
            difference, cites)
        notice = Notice(
            key, by.workspace, name, asker,
            Kind.ANSWER if difference is None else difference.kind,
            _title(comparing.after, answers), tuple(points[:MOST_POINTS]),
            max(0, len(points) - MOST_POINTS), row.version)
        if self._owe is None or not self._owe(connection, notice):
            return Outcome.NO_THREAD
        log_.append(connection, by.workspace, Happening(
            TOLD, key, self._now(), by.user, name, {
                "from": publication.before, "to": publication.after, "differs": notice.kind.value,
                "provisions": sorted(_provisions(comparing, difference, cites)),
                "changes": [] if difference is None else [
                    one.as_json() for one in difference.changes]}))
        return Outcome.TOLD


_GONE = people.alias()
_THREADS = select(cases.c.conversation).where(
    cases.c.team == bindparam("team"),
    cases.c.conversation.in_(bindparam("names", expanding=True)), cases.c.asker != "",
    ~exists().where(_GONE.c.workspace == cases.c.team, _GONE.c.user == cases.c.asker,
                    _GONE.c.seen_at == NEVER_AGAIN))
"""The threads of conversations, of people who were not erased."""


def _since(connection: Connection, publication: Publication) -> str:
    """When the later release was put in force.

    Raises:
        NotTold: It isn't, or not any more.
    """
    row = connection.execute(select(active_release)).one_or_none()
    if row is None or row.release != publication.after:
        raise NotTold("not_in_force", f"The release {publication.after} is not in force, so what "
                      "it changed can't be told. Look at the release that is.")
    return str(row.since)


def _key(
    workspace: str, publication: Publication, since: str, name: ConversationId
) -> str:
    # Put in force again after another, it is another publication.
    parts = "\0".join((workspace, publication.before, publication.after, since, name))
    return f"{TOLD}:{sha256(parts.encode()).hexdigest()}"


def _forgotten(connection: Connection, workspace: str, user: str) -> bool:
    return connection.scalar(select(people.c.user).where(
        people.c.workspace == workspace, people.c.user == user,
        people.c.seen_at == NEVER_AGAIN)) is not None


def _title(guidance: Guidance, answers: Sequence[Told]) -> str:
    return deal_title(guidance, deal_of(tuple(
        (fact, None if values is None else tuple(sorted(values)), sure, tuple(sorted(instead)))
        for fact, values, sure, instead in answers)))


def _points(
    words: Words, difference: Difference | None, cites: list[ProvisionId]
) -> list[Point]:
    """What a conversation is told: of the advice what differs, else what its answers cite."""
    if difference is None:
        return [Point(words.line(words.altered(one)), words.citations_of(one)) for one in cites]
    return [Point(words.line(words.said(one)), words.citations(one))
            for one in _worth_saying(difference.changes)]


def _worth_saying(changes: tuple[Change, ...]) -> list[Change]:
    """What is advised otherwise, then the texts that were altered.

    That a text is relied on since, or no longer, only follows from what is said before it.
    """
    follows = {Part.PROVISION_ADDED, Part.PROVISION_GONE}
    advice = [one for one in changes if one.part not in TEXTS]
    texts = [one for one in changes if one.part in TEXTS and one.part not in follows]
    return [*advice, *texts] or list(changes)


def _provisions(
    comparing: Comparing, difference: Difference | None, cites: list[ProvisionId]
) -> set[str]:
    """The provisions that changed for a conversation."""
    mine = set() if difference is None else {
        one.id for one in difference.changes if one.part in _OF_PROVISIONS}
    return {str(one) for one in (*mine, *cites) if ProvisionId(one) in comparing.altered}


_OF_PROVISIONS = frozenset({Part.PROVISION_CHANGED, Part.PROVISION_ADDED, Part.PROVISION_GONE})
