"""Puts a prepared release in force, or an earlier one again; each in one transaction.

Either the release, its row in the history, the rows in the logs and the word on what is in force
are all there, or none of it is.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, literal, select

from bot.database.upserting import inserting
from bot.errors import AdvisorError
from bot.ledger import timestamp
from bot.log_order import LOCAL
from bot.publishing.drafts import SHORTEST_REASON, Drafts, edits_in, stamp_of
from bot.publishing.gate import Gate
from bot.publishing.preparing import Prepared, Preparing, State, base_in, prepared_in
from bot.record import log as log_
from bot.record.history import PUBLISH, ROLL_BACK, Publication, enter, history_in, was_in_force
from bot.record.published import put_in_force
from bot.schema import preparation, releases
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId

PREPARATION = "preparation"
"""What of the report names the preparation that was published; of older publications nothing does.
"""

REASON, OVERRIDE = "reason", "override"
"""What is written for the history: why it is published, and why although the gate refuses."""
_WHY_NOT = {
    State.UNSOUND: "the draft is unsound; mend what the checks say and prepare it again",
    State.UNCHANGED: "the draft is what is in force",
    State.FAILED: "preparing it broke off; prepare it again",
}


class NotPublished(AdvisorError):
    """Nothing was put in force; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("not_published", message)


class Unexplained(NotPublished):
    """Nobody who reads the history would learn why.

    Attributes:
        lacks: What it is that says nothing: `REASON` or `OVERRIDE`.
    """

    def __init__(self, message: str, lacks: str) -> None:
        super().__init__(message)
        self.lacks = lacks


class Overtaken(NotPublished):
    """Another publication came first; of whoever made it, this press was their second one.

    Attributes:
        first: What was done by then: the same, or what stands in the way.
    """

    def __init__(self, message: str, first: Publication) -> None:
        super().__init__(message)
        self.first = first


class Publishing:
    """Publishes for one database.

    Args:
        store: The database.
        drafts: Its drafts.
        preparing: Prepares them.
        ready: Makes sure that a release can be answered from, before it is put in force again.
        now: The time.
    """

    def __init__(
        self,
        store: Store,
        drafts: Drafts,
        preparing: Preparing,
        ready: Callable[[ReleaseId], Guidance],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.drafts = drafts
        self.preparing = preparing
        self._store = store
        self._ready = ready
        self._now = now

    def publish(
        self, token: str, by: str, reason: str, *, override: str | None = None
    ) -> Publication:
        """Put in force what was prepared.

        Args:
            token: Of the preparation, as whoever publishes has seen it.
            by: Who publishes.
            reason: Why; kept in the history.
            override: Why although the gate refuses; None to publish only what passed.

        Raises:
            Overtaken: It was published already.
            NotPublished: It can't be, or what was seen is no longer what would be published.
        """
        insist_on_reason(reason)
        # Read before the transaction: no lock is held while files are.
        folder = self.drafts.draft().folder_sha256
        with self._store.writing() as connection:
            log_.lock(connection, LOCAL)
            prepared = self._insist_on(connection, token, folder)
            if prepared.state is State.REFUSED:
                if override is None:
                    why = " ".join(Gate.from_json(prepared.report["gate"]).reasons)
                    raise Unexplained(f"The gate refuses this release. {why} Mend the draft, or "
                                      "publish it with a written reason, which is kept.",
                                      OVERRIDE)
                insist_on_reason(override, OVERRIDE)
            at = self._now()
            release = _kept(connection, prepared.token, at)
            published = enter(connection, Publication(
                0, PUBLISH, release, prepared.base, timestamp(at), by, reason.strip(),
                override.strip() if override and prepared.state is State.REFUSED else None,
                folder, {**prepared.report, PREPARATION: prepared.token}))
            put_in_force(connection, release, at, by, _details(published))
            connection.execute(preparation.delete())
            return published

    def roll_back(
        self, release: ReleaseId, by: str, reason: str, *, seen: ReleaseId | None = None
    ) -> Publication:
        """Put an earlier release in force again, as it was.

        Edits and folder stay as they are: what is published next is the draft as it then stands.

        Args:
            release: One that was in force before.
            by: Who does it.
            reason: Why; kept in the history.
            seen: The release in force that they saw; None to go without.

        Raises:
            Overtaken: Another one is in force by now than they saw.
            NotPublished: It is unknown, was never in force, or is in force.
        """
        insist_on_reason(reason)
        self._insist_on_earlier(release)
        # "At once" holds because this finds its index where it was left.
        self._ready(release)
        at = self._now()
        with self._store.writing() as connection:
            log_.lock(connection, LOCAL)
            before = base_in(connection)
            if seen is not None and before != seen:
                first = history_in(connection)[0]
                raise Overtaken(
                    f"Release {before} has been put in force meanwhile by {first.by}, where you "
                    f"saw {seen}. Nothing was changed: look at the history again.", first)
            if before == release:
                raise NotPublished(f"Release {release} is in force already.")
            published = enter(connection, Publication(
                0, ROLL_BACK, release, before, timestamp(at), by, reason.strip(), None, None, {}))
            put_in_force(connection, release, at, by, _details(published))
            return published

    def history(self) -> tuple[Publication, ...]:
        """Every publication, the last first."""
        with self._store.reading() as connection:
            return history_in(connection)

    def _insist_on(self, connection: Connection, token: str, folder: str) -> Prepared:
        prepared = prepared_in(connection)
        if prepared is None or prepared.token != token:
            first = next((one for one in history_in(connection)
                          if one.report.get(PREPARATION) == token), None)
            if first is not None:
                raise Overtaken(
                    f"What you saw is no longer there: it was published meanwhile by {first.by}, "
                    f"as {first.release}. Nothing else was changed; look at the draft again.",
                    first)
            who = f"{prepared.by} has prepared another one" if prepared else "it was published"
            raise NotPublished(f"What you saw is no longer there: {who} meanwhile. Nothing was "
                               "changed; look at the draft again.")
        if prepared.state is State.PREPARING:
            raise NotPublished("It is still being prepared. Wait until the gate has looked at it.")
        if prepared.state not in {State.READY, State.REFUSED}:
            raise NotPublished(f"There is nothing to publish: {_WHY_NOT[prepared.state]}.")
        base = base_in(connection)
        if base != prepared.base:
            raise NotPublished(f"Release {base} was put in force after this one had been held "
                               f"against {prepared.base}. Prepare it again.")
        edits = tuple(row.made for row in edits_in(connection) if row.holds)
        if stamp_of(folder, edits) != prepared.stamp:
            raise NotPublished("The draft has been edited since it was prepared. Prepare it "
                               "again, so that the gate sees what would be published.")
        return prepared

    def _insist_on_earlier(self, release: ReleaseId) -> None:
        with self._store.reading() as connection:
            known = was_in_force(connection, release)
            kept = connection.scalar(select(releases.c.id).where(releases.c.id == release))
        if kept is None:
            raise NotPublished(f"There is no release {release!r}. 'advisor corpus releases' prints "
                               "those that were in force.")
        if not known:
            raise NotPublished(f"Release {release} was never in force, so there is no way back to "
                               "it. 'advisor corpus releases' prints those that were.")


def _kept(connection: Connection, token: str, at: datetime) -> ReleaseId:
    """Keep the release that was prepared as *token*, unless it is kept already.

    Within the database: whoever is frozen while it sends some megabytes keeps what it has locked.
    """
    name = connection.dialect.name
    connection.execute(
        inserting(releases, name).from_select(["id", "content", "created_at"], select(
            preparation.c.release, preparation.c.content, literal(timestamp(at)))
            .where(preparation.c.token == token)).on_conflict_do_nothing())
    return ReleaseId(connection.execute(
        select(preparation.c.release).where(preparation.c.token == token)).scalar_one())


def insist_on_reason(reason: str, what: str = REASON) -> None:
    """Refuse a reason that tells nobody anything; *what* it is a reason of.

    Raises:
        Unexplained: See there.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Unexplained(f"Say why, in a few words, of {SHORTEST_REASON} letters at least: it is "
                          "kept with the release, and whoever "
                          "reads the history in years to come has nothing else to go by.", what)


def _details(published: Publication) -> dict[str, Any]:
    """What of a publication goes into the log of each workspace."""
    gate = published.report.get("gate") or {}
    return {
        "kind": published.kind,
        "why": published.reason,
        "override": published.override,
        "gate": {name: gate[name] for name in ("passes", "figures") if name in gate} or None,
        "edits": published.report.get("edits", []),
    }

