"""What the guidance is with an installation's own edits.

Pure.  An edit that no longer fits what it was made for is never applied by guesswork: it is told
as a conflict, and the provision stays as it was shipped.  A digest that was ticked shows the
document's own words and links to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.editing.edits import (
    CORRECTABLE,
    AddDocument,
    Confirm,
    Correct,
    Edit,
    Made,
    Renumber,
    Retire,
    state_of,
)
from retrieval.editing.retiring import without_retired
from retrieval.guidance import (
    Checked,
    Confirmation,
    Consideration,
    Guidance,
    Provision,
    ProvisionId,
    Retirement,
    Source,
    SourceId,
    sha256_of,
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An edit that can't be applied, and what to do about it."""

    made: Made
    text: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The guidance with the edits, and which of them don't fit it."""

    guidance: Guidance
    conflicts: tuple[Conflict, ...] = ()
    went_along: tuple[str, ...] = field(default=())
    """Ids of flags, safeguards and glossary entries that rested on nothing but what was retired."""


def apply(base: Guidance, edits: Sequence[Made]) -> Applied:
    """*base* with *edits*, in the order in which they were made, documents first.

    The last tick or correction of a provision counts; one retired stays retired, whatever else was
    done to it.  The result is not checked: `retrieval.checks` does that.
    """
    conflicts: list[Conflict] = []
    sources, provisions = dict(base.sources), dict(base.provisions)
    considerations = list(base.considerations)
    files: dict[SourceId, str] = {}
    for made in edits:
        if isinstance(made.edit, AddDocument):
            conflicts += _add(made, made.edit, base, sources, provisions)
            files[made.edit.source.id] = made.edit.document_sha256
    retired: dict[ProvisionId, Retirement] = {}
    for made in edits:
        edit = made.edit
        if isinstance(edit, Confirm):
            conflicts += _confirm(made, edit, base, provisions, files)
        elif isinstance(edit, Correct):
            conflicts += _correct(made, edit, base, provisions)
        elif isinstance(edit, Renumber):
            conflicts += _renumber(made, edit, considerations)
        elif isinstance(edit, Retire):
            if edit.provision in provisions:
                found = _other_since(made, edit, base, provisions)
                conflicts += found
                if not found:
                    retired[edit.provision] = Retirement(
                        made.by, made.at, edit.reason, edit.instead)
            elif edit.provision not in base.set_aside:
                conflicts.append(_gone(made, edit.provision))
    relied_on = {i: p for i, p in provisions.items() if i not in retired}
    set_aside = _quoted_in_full(edits, relied_on) | {
        id_: replace(provisions[id_], retired=retirement) for id_, retirement in retired.items()}
    guidance = replace(base, sources=sources,
                       provisions={i: p for i, p in provisions.items() if i not in set_aside},
                       set_aside={**base.set_aside, **set_aside},
                       considerations=tuple(sorted(considerations, key=lambda c: c.number)))
    without, went = without_retired(guidance)
    left = tuple(one for one in conflicts if not _settled(one.made, edits, conflicts))
    return Applied(without, left, went)


def _settled(made: Made, edits: Sequence[Made], conflicts: Sequence[Conflict]) -> bool:
    """Whether somebody has since done again, in view of what stands there now, what *made* did."""
    place = next(n for n, one in enumerate(edits) if one is made)
    return any(_stands_for(one.edit, made.edit) and all(c.made is not one for c in conflicts)
               for one in edits[place + 1:])


def _stands_for(later: Edit, earlier: Edit) -> bool:
    """Whether nothing of *earlier* is lost where *later* was made after it."""
    if isinstance(earlier, (AddDocument, Renumber)) or later.subject != earlier.subject:
        return False
    if isinstance(later, Correct) and isinstance(earlier, Correct):
        return later.fields.keys() >= earlier.fields.keys()
    return isinstance(later, Retire) or (
        isinstance(later, Confirm) and isinstance(earlier, Confirm))


def _quoted_in_full(
    edits: Sequence[Made], provisions: Mapping[ProvisionId, Provision]
) -> dict[ProvisionId, Provision]:
    """The official passages all of whose words a digest shows now, each beside that digest.

    One that was ticked against another passage since shows the words of that one alone, and one
    that was retired shows nobody any: what it quoted has to be found by itself again.
    """
    found: dict[ProvisionId, Provision] = {}
    for digest in (provisions.get(made.edit.provision) for made in edits
                   if isinstance(made.edit, Confirm)):
        if digest is None or digest.confirmed is None:
            continue
        passage = provisions.get(digest.confirmed.passage)
        if passage is not None and passage.text == digest.text and passage.id not in found:
            found[passage.id] = replace(passage, same_as=digest.id)
    return found


def _gone(made: Made, provision: str) -> Conflict:
    return Conflict(made, f"There is no provision {provision!r} any more. Withdraw this edit.")


def _add(
    made: Made,
    edit: AddDocument,
    base: Guidance,
    sources: dict[SourceId, Source],
    provisions: dict[ProvisionId, Provision],
) -> list[Conflict]:
    if edit.source.id in base.sources:
        return [Conflict(made, f"The shipped corpus has a source {edit.source.id!r} of its own. "
                         "Withdraw this document and add it under another id.")]
    taken = [p.id for p in edit.provisions if p.id in {**base.provisions, **base.set_aside}]
    if taken:
        return [Conflict(made, f"The shipped corpus has provisions {', '.join(taken[:5])} of its "
                         "own. Withdraw this document and add it under another id.")]
    # "un" with a part "gp-1" and "un-gp" with a first article make the same ids.
    theirs = [p for p in edit.provisions
              if p.id in provisions and provisions[p.id].source != edit.source.id]
    if theirs:
        holder = str(provisions[theirs[0].id].source)
        return [Conflict(made, f"The document {holder!r} of the draft has provisions "
                         f"{', '.join(p.id for p in theirs[:5])} too. Withdraw this document and "
                         "add it under another id.")]
    for id_ in [p.id for p in provisions.values() if p.source == edit.source.id]:
        del provisions[id_]
    sources[edit.source.id] = edit.source
    provisions.update({p.id: p for p in edit.provisions})
    return []


def _confirm(
    made: Made,
    edit: Confirm,
    base: Guidance,
    provisions: dict[ProvisionId, Provision],
    files: Mapping[SourceId, str],
) -> list[Conflict]:
    digest = base.provisions.get(edit.provision)
    passage = provisions.get(edit.passage)
    if digest is None or edit.provision not in provisions:
        return [_gone(made, edit.provision)]
    if passage is None or passage.checked is not Checked.OFFICIAL:
        return [Conflict(made, f"The official passage {edit.passage!r} that {edit.provision} was "
                         "ticked against is not in the corpus any more. Tick it again, or "
                         "withdraw the tick.")]
    words = passage.text[edit.start : edit.end]
    if not words.strip() or sha256_of(words) != edit.words_sha256:
        return [Conflict(made, f"The words that {edit.provision} was ticked against are not in "
                         f"{edit.passage!r} any more: the document is another. Tick it again.")]
    now = provisions[edit.provision]
    restated = now.confirmed.restated if now.confirmed is not None else now.text
    if edit.was not in {state_of(digest), state_of(now)}:
        return [Conflict(made, f"{edit.provision} has been reworded since it was ticked. Hold the "
                         "new words against the document and tick it again.")]
    provisions[edit.provision] = replace(
        now,
        text=words,
        checked=Checked.OFFICIAL,
        basis=passage.basis,
        page=passage.page,
        url=passage.url,
        confirmed=Confirmation(made.by, made.at, edit.passage, edit.start, edit.end,
                               files.get(passage.source, ""), restated),
    )
    return []


def _correct(
    made: Made, edit: Correct, base: Guidance, provisions: dict[ProvisionId, Provision]
) -> list[Conflict]:
    now, shipped = provisions.get(edit.provision), base.provisions.get(edit.provision)
    if now is None:
        return [_gone(made, edit.provision)]
    unknown = sorted(edit.fields.keys() - set(CORRECTABLE))
    if unknown:
        return [Conflict(made, f"{', '.join(unknown)} of a provision can't be corrected; "
                         f"{', '.join(CORRECTABLE)} can.")]
    if "text" in edit.fields and now.checked is Checked.OFFICIAL:
        return [Conflict(made, f"The text of {edit.provision} is the document's own. It can be "
                         "retired, or the document cut otherwise, but not reworded.")]
    if edit.was not in {state_of(now), state_of(shipped or now)}:
        return [Conflict(made, f"{edit.provision} has been reworded since it was corrected. Look "
                         "at its new words and correct them again, or withdraw the correction.")]
    # A number that is taken away is none: an empty one would be looked for in every text.
    fields = {name: value if value or name != "number" else None
              for name, value in edit.fields.items()}
    if "text" in fields:
        # Whoever rewords a digest vouches for it; that it was seen was said of other words.
        provisions[edit.provision] = replace(
            now, **fields, checked=Checked.UNCHECKED,  # type: ignore[arg-type]  # texts alone
            basis=f"corrected by {made.by}")
    else:
        provisions[edit.provision] = replace(now, **fields)  # type: ignore[arg-type]  # as above
    return []


def _other_since(
    made: Made, edit: Retire, base: Guidance, provisions: Mapping[ProvisionId, Provision]
) -> list[Conflict]:
    """That what was retired reads otherwise now.

    In the next edition of a document article 12 may be what was article 11, and nobody has said
    anything of that.
    """
    now = provisions[edit.provision]
    shipped = base.provisions.get(edit.provision, now)
    if not edit.was or edit.was in {state_of(now), state_of(shipped)}:
        return []
    return [Conflict(made, f"{edit.provision} reads otherwise since it was retired. Look at its "
                     "new words: withdraw this edit, and retire it again if they have to go too.")]


def _renumber(made: Made, edit: Renumber, considerations: list[Consideration]) -> list[Conflict]:
    places = [i for i, c in enumerate(considerations) if c.id == edit.consideration]
    if not places:
        return [Conflict(made, f"There is no consideration {edit.consideration!r} any more.")]
    place, number = places[0], considerations[places[0]].number
    for i, other in enumerate(considerations):
        if other.number == edit.number and i != place:
            # The two change places: numbers run without a gap.
            considerations[i] = replace(other, number=number)
    considerations[place] = replace(
        considerations[place], number=edit.number, number_checked=Checked.OFFICIAL)
    return []
