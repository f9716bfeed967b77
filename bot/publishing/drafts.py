"""The draft: the corpus folder with the installation's own edits, which the database keeps.

An edit is a row that is never changed, only taken back, so who ticked what against which words can
be told years later.  Whoever edits says which state of the provision they saw; if somebody else was
faster they are told, and both edits are kept or neither is lost.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, RowMapping, select, update

from bot.errors import AdvisorError, UnreadableEdit
from bot.ledger import canonical, timestamp
from bot.log_order import LOCAL
from bot.record import log as log_
from bot.schema import corpus_edits
from bot.store import Store
from retrieval import checks, corpus
from retrieval.content import lengths
from retrieval.editing.applying import Applied, Conflict, apply
from retrieval.editing.edits import AddDocument, Confirm, Correct, Edit, Made, Retire, state_of
from retrieval.guidance import Guidance, Provision, ProvisionId
from retrieval.reading.own_words import verdicts_in

SHORTEST_REASON = 8
"""Characters that a reason has at least: "ok" tells nobody anything years later."""

_NEVER_EMPTY = frozenset({"heading", "pinpoint", "text"})

RETRIES = 5
"""How often an edit is tried again because another one came between."""

_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)


class NotEdited(AdvisorError):
    """An edit can't be made; the message says why and what to do.

    Attributes:
        field: What was filled in wrongly, by the name that it has in the edit; empty where it is
            none of them by itself.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__("not_edited", message)
        self.field = field


class TakenBack(NotEdited):
    """An edit that is to be taken back was already; whoever did it pressed twice, most likely.

    Attributes:
        by: Who took it back.
    """

    def __init__(self, by: str, at: str) -> None:
        super().__init__(f"{by} took that edit back already, at {_to_the_minute(at)}.")
        self.by = by


@dataclass(frozen=True, slots=True)
class Row:
    """An edit as it is kept."""

    made: Made
    withdrawn_by: str | None = None
    withdrawn_at: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return self.withdrawn_at is None


@dataclass(frozen=True)
class Draft:
    """What would be published."""

    guidance: Guidance
    """Not named yet: which release it makes depends on how it is embedded."""
    edits: tuple[Made, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[str, ...]
    """What is wrong with it, each with its place; empty if it may be published."""
    went_along: tuple[str, ...]
    """Ids of flags and safeguards that rested on nothing but what was retired."""
    folder_sha256: str
    stamp: str
    """Names this state of folder and edits."""

    @property
    def sound(self) -> bool:
        """Whether it may be published as far as the checks go."""
        return not self.problems and not self.conflicts

    def provision(self, id_: ProvisionId) -> Provision | None:
        """The provision *id_*, set aside or not; None if there is none."""
        return self.guidance.provisions.get(id_) or self.guidance.set_aside.get(id_)


@lru_cache(maxsize=2)
def _read(folder: Path, state: str) -> tuple[Guidance, tuple[str, ...]]:  # noqa: ARG001  a key
    """What *folder* holds in the state that `reading_digest` names *state*, and its problems.

    Reading it takes a second, and nobody touches it from one page to the next.
    """
    guidance, problems = corpus.read_all(folder)
    return guidance, tuple(problems)


@lru_cache(maxsize=4)
def _problems_beside(
    folder: Path, state: str, added: frozenset[ProvisionId]  # noqa: ARG001  a key
) -> tuple[str, ...]:
    """What is wrong with *folder* in *state* where the provisions *added* stand beside it."""
    return tuple(corpus.read_all(folder, beside=added)[1])


class Drafts:
    """The edits of one database over one folder.

    Args:
        store: The database.
        folder: The corpus folder.
        now: The time.
    """

    def __init__(
        self, store: Store, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._folder = folder
        self._now = now
        self._last: tuple[str, Draft] | None = None

    def draft(self) -> Draft:
        """The draft as it stands now."""
        # Not by the digest of what makes a release: a slip may stand in what is read beside it.
        state = corpus.reading_digest(self._folder)
        edits = tuple(row.made for row in self.rows() if row.holds)
        last = self._last
        if last is not None and last[0] == state and last[1].edits == edits:
            return last[1]
        draft = self._made_of(state, edits)
        self._last = state, draft
        return draft

    def without(self, ids: Collection[int]) -> Draft:
        """The draft as it would be if the edits *ids* were taken back; nothing is."""
        left = tuple(made for made in self.draft().edits if made.id not in ids)
        return self._made_of(corpus.reading_digest(self._folder), left)

    def _made_of(self, state: str, edits: tuple[Made, ...]) -> Draft:
        """The draft of the folder in *state* with *edits*."""
        sha256 = corpus.folder_digest(self._folder)
        base, problems = _read(self._folder, state)
        applied: Applied = apply(base, edits)
        added = {*applied.guidance.provisions, *applied.guidance.set_aside}.difference(
            base.provisions, base.set_aside)
        if added:
            # The folder may rest on what a document brought, which only the edits know.
            problems = _problems_beside(self._folder, state, frozenset(added))
        # What is wrong with the folder itself is told with file and line already.
        told = {*checks.check(base), *verdicts_in(base)}
        problems += tuple(
            f"{problem.subject[0]} {problem.subject[1]!r}: {problem.text}"
            for problem in (*checks.check(applied.guidance), *verdicts_in(applied.guidance))
            if problem not in told)
        return Draft(applied.guidance, edits, applied.conflicts, problems, applied.went_along,
                     sha256, stamp_of(sha256, edits))

    def base(self) -> Guidance:
        """What the folder holds, without the edits."""
        return _read(self._folder, corpus.reading_digest(self._folder))[0]

    # --- edits --------------------------------------------------------------------------------

    def rows(self, subject: str | None = None) -> tuple[Row, ...]:
        """Every edit ever made, in order, those taken back among them; only of *subject*."""
        with self._store.reading() as connection:
            return edits_in(connection, subject)

    def make(self, edit: Edit, by: str, *, seen: str | None = None) -> Made:
        """Keep *edit*; where it is the last that *by* made of its subject, that one stands.

        Args:
            edit: What to change.
            by: Who does it.
            seen: `stamp` of the draft that it was made in view of; None to go without.

        Raises:
            NotEdited: It names nothing, gives no reason, doesn't fit, would change nothing, is
                longer than anybody reads, or the same subject has been edited by somebody else
                since *seen*.
        """
        insist_on_lengths(edit)
        if isinstance(edit, (Correct, Retire)) and len(edit.reason.strip()) < SHORTEST_REASON:
            raise NotEdited(f"Say why, in a few words, of {SHORTEST_REASON} letters at least: it "
                            "is kept, and whoever reads the history in "
                            "years to come has nothing else to go by.", "reason")
        for _ in range(RETRIES):
            draft = self.draft()
            if (standing := _made_before(edit, draft, by)) is not None:
                return standing
            if seen is not None and seen != draft.stamp:
                _insist_on_nobody_else(edit, draft, by)
            trial = Made(0, by, timestamp(self._now()), _in_view_of(draft, edit))
            _insist_on_effect(edit, draft)
            self._insist_on_fit(draft, trial)
            kept = self._keep(trial, draft)
            if kept is not None:
                return kept
        raise NotEdited("Others are editing the corpus so fast that your edit could not be held "
                        "against theirs. It was not kept; try again.")

    def insist_on_fit(self, edit: Edit, by: str) -> None:
        """Make sure that *edit* fits the draft as it stands now; nothing is kept.

        Raises:
            NotEdited: It doesn't.
        """
        self._insist_on_fit(self.draft(), Made(0, by, timestamp(self._now()), edit))

    def _insist_on_fit(self, draft: Draft, trial: Made) -> None:
        # That earlier ones no longer fit is told with the draft: the next edition of a document
        # has to be there before anybody can tick its words again.
        for conflict in apply(self.base(), (*draft.edits, trial)).conflicts:
            if conflict.made is trial:
                raise NotEdited(conflict.text)

    def _keep(self, trial: Made, draft: Draft) -> Made | None:
        """Keep *trial*; None if an edit has come or gone since *draft*."""
        with self._store.writing() as connection:
            # One after the other: the order of edits is that of their numbers.
            log_.lock(connection, LOCAL)
            now = [row.made.id for row in edits_in(connection) if row.holds]
            if now != [made.id for made in draft.edits]:
                return None
            key = connection.execute(corpus_edits.insert().values(
                at=trial.at, by=trial.by, kind=trial.edit.kind, subject=trial.edit.subject,
                body=canonical(trial.edit))).inserted_primary_key
        return replace(trial, id=int(key[0])) if key else None

    def withdraw(self, id_: int, by: str) -> Made:
        """Take the edit *id_* back; what was published with it changes at the next release.

        Raises:
            TakenBack: Somebody was faster.
            NotEdited: There is no such edit.
        """
        at = timestamp(self._now())
        with self._store.writing() as connection:
            log_.lock(connection, LOCAL)
            row = connection.execute(
                select(corpus_edits).where(corpus_edits.c.id == id_)).one_or_none()
            if row is None:
                raise NotEdited(f"There is no edit {id_}. Look at the list again.")
            if row.withdrawn_at is not None:
                raise TakenBack(row.withdrawn_by, row.withdrawn_at)
            connection.execute(update(corpus_edits).where(corpus_edits.c.id == id_).values(
                withdrawn_at=at, withdrawn_by=by))
            return _row(row._mapping).made


def insist_on_lengths(edit: Edit) -> None:
    """Make sure that no text of *edit* is missing, or so long that every answer would labour.

    Raises:
        NotEdited: One is; the message says which, and what to do.
    """
    if isinstance(edit, Correct):
        for name, given in edit.fields.items():
            if name in _NEVER_EMPTY and not given.strip():
                raise NotEdited(f"The {name} can't be empty: nothing could be cited by it.",
                                name)
            _insist_on_length(name, given, lengths.most_of(name))
    if isinstance(edit, AddDocument):
        for one in edit.provisions:
            if len(one.text) > lengths.LONGEST_OFFICIAL:
                raise NotEdited(
                    f"The piece {one.pinpoint!r} has {len(one.text):,} characters, and "
                    f"{lengths.LONGEST_OFFICIAL:,} is the most of one provision: nobody finds a "
                    "sentence in more. Split it on the page of the cut, or leave it out.")
    _insist_on_length("reason", str(getattr(edit, "reason", "")), lengths.LONGEST_PROSE)


def _insist_on_length(name: str, given: str, most: int) -> None:
    if len(given) > most:
        raise NotEdited(f"The {name} has {len(given):,} characters, and {most:,} is the most that "
                        "is kept. Shorten it.", name)


def edits_in(connection: Connection, subject: str | None = None) -> tuple[Row, ...]:
    """Every edit, in order."""
    query = select(corpus_edits).order_by(corpus_edits.c.id)
    if subject is not None:
        query = query.where(corpus_edits.c.subject == subject)
    return tuple(_row(row._mapping) for row in connection.execute(query))


def _made_before(edit: Edit, draft: Draft, by: str) -> Made | None:
    """*edit* as *by* has made it already, if nothing of its subject came after; else None.

    A button that is pressed twice would else leave two edits, and to take back the one that the
    page offers would change nothing.
    """
    last = next((made for made in reversed(draft.edits) if made.edit.subject == edit.subject), None)
    if last is None or last.by != by or last.edit != edit:
        return None
    # What no longer fits has to be made anew.
    return None if any(one.made == last for one in draft.conflicts) else last


def _to_the_minute(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC"


def _insist_on_nobody_else(edit: Edit, draft: Draft, by: str) -> None:
    """Tell if the last edit of the same subject is not in what *by* can have seen."""
    last = [made for made in draft.edits if made.edit.subject == edit.subject]
    was = getattr(edit, "was", None)
    now = draft.provision(ProvisionId(edit.subject))
    if last and last[-1].by != by and (was is None or now is None or was != state_of(now)):
        raise NotEdited(f"{last[-1].by} has edited {edit.subject} at "
                        f"{_to_the_minute(last[-1].at)}, while you had it open. Your edit was not "
                        "kept: load the page anew, look at what they did, and edit again.")


def _in_view_of(draft: Draft, edit: Edit) -> Edit:
    """*edit* with the state of what it retires, so that it holds for no other words."""
    now = draft.provision(edit.provision) if isinstance(edit, Retire) else None
    return replace(edit, was=state_of(now)) if isinstance(edit, Retire) and now else edit


def _insist_on_effect(edit: Edit, draft: Draft) -> None:
    """Tell where *edit* would be kept and nobody would ever see it."""
    if isinstance(edit, (Confirm, Correct)):
        now = draft.provision(edit.provision)
        if now is not None and now.retired is not None:
            raise NotEdited(f"{edit.provision} is retired ({now.retired.reason}), so nobody would "
                            "see this. Take its retirement back first.")
    if isinstance(edit, Retire) and edit.instead is not None:
        named = draft.provision(edit.instead)
        if named is None or named.retired is not None or edit.instead == edit.provision:
            why = ("the draft has no such provision" if named is None else
                   "it is what is retired" if named.retired is None else "it is retired itself")
            raise NotEdited(f"Nothing can rest on {edit.instead} instead of {edit.provision}: "
                            f"{why}. Name another, or none.")


def stamp_of(folder_sha256: str, edits: Sequence[Made]) -> str:
    """Names a state of folder and edits: hex SHA-256."""
    ids = ",".join(str(made.id) for made in edits)
    return hashlib.sha256(f"{folder_sha256}:{ids}".encode()).hexdigest()


def _row(row: RowMapping) -> Row:
    try:
        edit = _EDIT.validate_json(row["body"])
    except ValidationError as error:
        raise UnreadableEdit(row["id"], row["subject"]) from error
    return Row(Made(row["id"], row["by"], row["at"], edit), row["withdrawn_by"],
               row["withdrawn_at"])
