"""Impact as it is asked for by name: of a provision, or of a release, as values and as JSON."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.casebook import cites as case_cites
from bot.casebook.cites import Cite, Usage
from bot.casebook.standing import SIGNED_STANDINGS, Standing
from bot.dialogue.phrasing import Wording
from bot.errors import AdvisorError, UnknownRelease
from bot.impact.survey import Affected, Survey, surveyed
from bot.impact.telling import Publication
from bot.impact.words import Words, place_of
from bot.ledger import timestamp
from bot.record.log import logged
from bot.record.published import PUBLISHED
from bot.reviews.reading import Editions
from bot.schema import active_release, case_lines, log, releases, turns
from bot.store import Store
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ProvisionId, ReleaseId, sha256_of


class NothingToCompare(AdvisorError):
    """There is no impact to be told of; the message says why.

    Codes: `unknown` (neither provision nor release), `unreadable`, `no_release`, `first`.
    """


@dataclass(frozen=True, slots=True)
class Relied:
    """A conversation whose answers cite a provision."""

    cite: Cite
    asker: str
    standing: Standing
    same: bool
    """Whether the words that it cited stand in the release in force."""

    @property
    def open(self) -> bool:
        """Whether the deal goes on: nobody has signed it off."""
        return self.standing not in SIGNED_STANDINGS


@dataclass(frozen=True, slots=True)
class ProvisionImpact:
    """Who relied on a provision."""

    provision: ProvisionId
    place: str
    """Where it stands, in words."""
    retired: str
    """Why nobody is advised by it any more; empty where it is in force."""
    usage: Usage
    relied: tuple[Relied, ...]
    """The latest first."""
    after: tuple[str, str] | None
    """Where the next page begins; None at the end."""


def publication_of(store: Store, release: ReleaseId) -> Publication:
    """*release* and the one that answered before it.

    Of one that was never put in force, the one before is the one in force.

    Raises:
        UnknownRelease: It was never kept.
        NothingToCompare: Nothing answered before it.
    """
    with store.reading() as connection:
        if connection.scalar(select(releases.c.id).where(releases.c.id == release)) is None:
            raise UnknownRelease(release)
        before = _before(connection, release)
    if before is None:
        raise NothingToCompare(
            "first", f"No release answered before {release}, so it changed nobody's advice.")
    return Publication(before, release)


def impact_of_release(
    store: Store, editions: Editions, say: Wording, release: ReleaseId,
    workspace: str | None = None,
) -> tuple[Survey, Words]:
    """Whose advice *release* changes, held against the release before it.

    *say* holds the sentences on it.

    Raises:
        UnknownRelease: It was never kept.
        NothingToCompare: There is none before it, or one of them can't be read.
    """
    publication = publication_of(store, release)
    before, after = _read(editions, publication.before), _read(editions, publication.after)
    survey = surveyed(before, after, store, workspace)
    return survey, Words(before, after, survey.altered, say)


def impact_of_provision(
    store: Store, editions: Editions, say: Wording, provision: ProvisionId,
    workspace: str | None = None,
    after: tuple[str, str] | None = None, limit: int = case_cites.MOST,
) -> ProvisionImpact:
    """Whose answers cite *provision*, and whether they were told what stands there now.

    *say* holds the sentences on it.

    Raises:
        NothingToCompare: Nobody cites it, and the release in force has no such provision.
    """
    with store.snapshot() as connection:
        release = connection.scalar(select(active_release.c.release))
        found = case_cites.citing(connection, workspace, provision, after, limit + 1)
        usage = case_cites.usage(connection, workspace, [provision])[provision]
        page = found[:limit]
        goes_on = case_cites.place(connection, page[-1]) if len(found) > limit else None
        lines: dict[str, Any] = {}
        for start in range(0, len(page), case_cites.ASKED_AT_ONCE):
            some = [one.conversation for one in page[start:start + case_cites.ASKED_AT_ONCE]]
            lines |= {row.conversation: row for row in connection.execute(select(
                case_lines.c.conversation, case_lines.c.asker, case_lines.c.standing).where(
                case_lines.c.conversation.in_(some)))}
    if release is None:
        raise NothingToCompare("no_release", "No guidance has been put in force here yet.")
    guidance = _read(editions, ReleaseId(release))
    held = guidance.provisions.get(provision) or guidance.set_aside.get(provision)
    if held is None and not usage.conversations:
        raise NothingToCompare(
            "unknown", f"There is no provision or release {provision!r}, and no answer cites one.")
    retired = "" if held is None or held.retired is None else held.retired.reason
    if provision not in guidance.provisions and not retired:
        retired = say.say("out.gone" if held is None else "out.quoted")
    now = guidance.provisions.get(provision)
    cited_by = [ReleaseId(page[0].release)] if held is None and page else []
    return ProvisionImpact(
        provision, place_of(provision, guidance, *_readable(editions, cited_by)), retired, usage,
        tuple(Relied(
            one, lines[one.conversation].asker, Standing(lines[one.conversation].standing),
            now is not None and now.checked is one.checked
            and sha256_of(now.text[one.start:one.end]) == one.sha256) for one in page),
        goes_on)


def is_release(store: Store, name: str) -> bool:
    """Whether *name* is that of a release that was kept."""
    with store.reading() as connection:
        return connection.scalar(select(releases.c.id).where(releases.c.id == name)) is not None


def survey_json(survey: Survey, words: Words) -> dict[str, Any]:
    """A survey as JSON types."""
    return {
        "release": survey.after,
        "before": survey.before,
        "conversations": survey.looked_at,
        "deals": survey.deals,
        "counts": {kind.value: number for kind, number in survey.counts.items()},
        "altered": [{"id": name, "place": words.place(name), "how": one.how.value,
                     "said": words.became(one.how)} for name, one in survey.altered.items()],
        "affected": [_affected_json(one, words) for one in survey.affected],
    }


def provision_json(impact: ProvisionImpact) -> dict[str, Any]:
    """Who relied on a provision, as JSON types."""
    return {
        "provision": impact.provision,
        "place": impact.place,
        "retired": impact.retired or None,
        "conversations": impact.usage.conversations,
        "shown": impact.usage.shown,
        "turns": impact.usage.turns,
        "last": None if impact.usage.last is None else timestamp(impact.usage.last),
        "relied": [
            {"conversation": one.cite.conversation, "workspace": one.cite.workspace,
             "asker": one.asker or None, "turn": one.cite.turn, "turns": one.cite.turns,
             "shown_in": one.cite.shown or None, "at": timestamp(one.cite.at),
             "release": one.cite.release, "sha256": one.cite.sha256,
             "checked": one.cite.checked.value, "standing": one.standing.value,
             "open": one.open, "reads_the_same": one.same}
            for one in impact.relied],
    }


def _affected_json(one: Affected, words: Words) -> dict[str, Any]:
    said = [words.said(change) for change in one.changes]
    return {
        "conversation": one.conversation, "workspace": one.workspace, "asker": one.asker or None,
        "updated_at": timestamp(one.updated_at), "turns": one.turns, "release": one.release,
        "standing": one.standing.value, "open": one.open, "kind": one.kind.value,
        "changes": [{**change.as_json(), "what": line.what, "was": line.before, "is": line.now}
                    for change, line in zip(one.changes, said, strict=True)],
        "cites": list(one.cites),
    }


def _before(connection: Connection, release: ReleaseId) -> ReleaseId | None:
    """What answered before *release* was put in force last; what is in force if it never was."""
    rows = [logged(row._mapping) for row in connection.execute(
        select(log).where(log.c.kind == PUBLISHED).order_by(log.c.at.desc(), log.c.seq.desc()))]
    mine = [row for row in rows if row.body["to"] == release]
    said = [row.body["from"] for row in mine if row.body["from"] is not None]
    if said:
        return ReleaseId(said[0])
    if mine:
        # A log that begins with it tells nothing: what was the last answer before it drawn from?
        before = connection.scalar(
            select(turns.c.release)
            .join(log, (log.c.workspace == turns.c.workspace) & (log.c.seq == turns.c.seq))
            .where(log.c.at < timestamp(mine[0].at), turns.c.release != release)
            .order_by(log.c.at.desc()).limit(1))
        return None if before is None else ReleaseId(before)
    active = connection.scalar(select(active_release.c.release))
    return None if active is None or active == release else ReleaseId(active)


def _readable(editions: Editions, names: Iterable[ReleaseId]) -> Iterator[Guidance]:
    """Those of *names* that can be read."""
    for name in names:
        with suppress(NothingToCompare):
            yield _read(editions, name)


def _read(editions: Editions, release: ReleaseId) -> Guidance:
    try:
        return editions(release)
    except (UnknownRelease, ReleaseNotReady):
        raise NothingToCompare(
            "unreadable", f"The release {release} can't be read here: another version of the "
            "program wrote it, or it was never kept.") from None
