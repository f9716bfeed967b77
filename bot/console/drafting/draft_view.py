"""The draft as its page shows it: what is wrong, what differs, and the edits that it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from bot.console.guidance.differing import FieldChange, Sheet, sheet
from bot.console.guidance.provision_words import PARTS
from bot.console.wording.corrections import corrected
from bot.console.wording.keepers import Who
from bot.publishing.drafts import Draft
from bot.record.history import PUBLISH, ROLL_BACK, Publication
from retrieval.editing.differences import How, Part, compare
from retrieval.editing.edits import AddDocument, Confirm, Correct, Edit, Made, Renumber, Retire
from retrieval.guidance import FlagId, Guidance, ProvisionId, ReleaseId, SafeguardId


@dataclass(frozen=True, slots=True)
class EditShown:
    """An edit as a row."""

    id: int
    by: str
    at: datetime
    what: str
    """What was done, in a word or two."""
    subject: str
    """Id of what was edited."""
    title: str
    href: str
    """Where it can be looked at, below the console; empty where nowhere."""
    why: str
    in_force: bool
    """Whether the release in force was made with it."""
    conflict: str
    """Why it can't be applied and what to do; empty where it can."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """What `corpus_draft.html` draws.

    Attributes:
        problems: What keeps it from being published, edits that can't be applied apart.
        conflicts: Edits that can't be applied.
        edits: All of its edits, the last first.
        went_along: Kind and title of what rested on nothing but what was retired.
        differences: What is otherwise than in the release in force.
        folder: Whether the corpus folder is as it was when it was last taken, in words.
        rolled_back: The way back that the release in force came by; None where it was published.
        stamp: Names this state of the draft.
    """

    problems: tuple[str, ...]
    conflicts: tuple[EditShown, ...]
    edits: tuple[EditShown, ...]
    went_along: tuple[tuple[str, str], ...]
    differences: Sheet
    folder: str
    rolled_back: Publication | None
    stamp: str

    @property
    def sound(self) -> bool:
        """Whether it may be built."""
        return not self.problems and not self.conflicts

    @property
    def same(self) -> bool:
        """Whether it is what is in force."""
        return not self.differences.total and not self.differences.sections


def draft_view(
    draft: Draft, live: Guidance, history: Sequence[Publication], who: Who, page: int
) -> DraftView:
    """*draft* held against *live*.

    Args:
        draft: What would be published now.
        live: The release in force.
        history: Every publication, the last first.
        who: Names people.
        page: Which page of provisions.
    """
    made_with = _made_with(history, live.release)
    conflicts = {one.made.id: one.text for one in draft.conflicts}
    edits = tuple(
        _edit(made, draft, live, who, made.id in made_with, conflicts.get(made.id, ""))
        for made in reversed(draft.edits))
    shown = sheet(compare(live, draft.guidance), live, draft.guidance, page)
    readable = {*live.provisions, *live.set_aside}
    last = history[0] if history else None
    return DraftView(
        draft.problems, tuple(one for one in edits if one.conflict), edits,
        tuple(_title(live, id_) for id_ in draft.went_along),
        # A page of its own has only what is in force.
        replace(shown, provisions=tuple(
            replace(one, here=ProvisionId(one.id) in readable, fields=_named(one.fields, who))
            for one in shown.provisions)),
        _folder(draft, history, same=not shown.total and not shown.sections),
        last if last and last.kind == ROLL_BACK else None, draft.stamp)


def _named(fields: Sequence[FieldChange], who: Who) -> tuple[FieldChange, ...]:
    """*fields* with people in them by name: who corrected a text is part of what it rests on."""
    return tuple(replace(one, runs=tuple(
        replace(run, text=who.told(run.text)) for run in one.runs)) for one in fields)


def _made_with(history: Sequence[Publication], release: ReleaseId) -> frozenset[int]:
    """The edits that *release* was made with."""
    published = next((one for one in history
                      if one.release == release and one.kind == PUBLISH), None)
    return frozenset() if published is None else frozenset(
        int(one["id"]) for one in published.report.get("edits", ()))


def _edit(
    made: Made, draft: Draft, live: Guidance, who: Who, in_force: bool, conflict: str
) -> EditShown:
    edit = made.edit
    title, href = str(edit.subject), ""
    if isinstance(edit, AddDocument):
        title = edit.source.title
        if edit.source.id in live.sources:
            href = f"/corpus/provisions?source={quote(edit.source.id, safe='')}"
    elif isinstance(edit, Renumber):
        found = live.consideration_by_id.get(edit.consideration)
        title = title if found is None else found.title
    else:
        id_ = edit.provision
        provision = draft.provision(id_)
        if provision is not None:
            title = provision.heading or provision.pinpoint
        if id_ in live.provisions or id_ in live.set_aside:
            href = f"/corpus/provisions/{quote(id_, safe='')}"
    return EditShown(made.id, who.shown(made.by), datetime.fromisoformat(made.at), _what(edit),
                     str(edit.subject), title, href, str(getattr(edit, "reason", "")), in_force,
                     conflict)


def _what(edit: Edit) -> str:
    if isinstance(edit, AddDocument):
        return f"Document added, {len(edit.provisions):,} provisions"
    if isinstance(edit, Confirm):
        return f"Confirmed by words of {edit.passage}"
    if isinstance(edit, Correct):
        return corrected(edit)
    if isinstance(edit, Retire):
        return "Retired" + (f", {edit.instead} instead" if edit.instead else "")
    return f"Numbered {edit.number}"


def _title(live: Guidance, id_: str) -> tuple[str, str]:
    flag = live.flag_by_id.get(FlagId(id_))
    if flag is not None:
        return "red flag", flag.title
    safeguard = live.safeguards.get(SafeguardId(id_))
    if safeguard is not None:
        return "safeguard", safeguard.title
    return "word of the glossary", id_


def _folder(draft: Draft, history: Sequence[Publication], *, same: bool) -> str:
    taken = next((one for one in history if one.folder_sha256 is not None), None)
    if taken is None:
        return "It is not on record from which state of the corpus folder a release was taken."
    if taken.folder_sha256 == draft.folder_sha256:
        whence = "" if same else "; what differs comes from the edits below, or from a way back"
        return (f"The corpus folder is as it was when release {taken.release} was made from it"
                f"{whence}.")
    return (f"The corpus folder holds something else than when release {taken.release} was made "
            "from it. What it holds now is part of this draft.")


COUNTS: Mapping[str, str] = {
    How.CONFIRMED: "confirmed", How.SET_ASIDE: "quoted in full by another",
    How.RESTORED: "relied on again",
}
"""What became of entries, after a number, where its name says too little."""


def counted(counts: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    """What a report counts, part by part and provisions first: "Provisions: 2 added"."""
    named = {part.value: name for part, name in PARTS.items()}
    parts = sorted(counts, key=lambda part: (part != Part.PROVISION, list(named).index(part)
                                             if part in named else 0))
    return tuple(
        f"{named.get(part, 'Provisions' if part == Part.PROVISION else part)}: " + ", ".join(
            f"{number:,} {COUNTS.get(how, how)}" for how, number in counts[part].items())
        for part in parts)
