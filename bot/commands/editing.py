"""`advisor corpus edits|withdraw|confirm|correct|retire|ticks`: the installation's own edits."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape

from bot.commands.administering import HIGHEST_NUMBER, Command, administering
from bot.commands.launching import AsJson, fail, misused, print_json, terminal
from bot.corpus_parts import CorpusParts
from bot.documents.values import ListedCut
from bot.program import account
from bot.publishing.drafts import Row
from bot.publishing.ticking import Line, Standing
from bot.publishing.ticking import progress as ticked
from retrieval.editing.edits import AddDocument, Correct, Edit, Retire, state_of
from retrieval.guidance import ProvisionId

_LACKS = ("The draft has no provision {!r}. 'advisor corpus list --draft' prints those that it "
          "has, 'advisor corpus check' what of it can't be read.")


Provision = Annotated[str, typer.Argument(
    help="Its id, as 'advisor corpus list --draft' prints it.")]


def edits(
    every: Annotated[bool, typer.Option("--all", help="Those taken back, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The installation's own edits: documents added, ticks, corrections, retirements."""
    with administering(kept=True) as parts:
        rows = [row for row in parts.drafts.rows() if every or row.holds]
    if as_json:
        print_json([_edit_json(row) for row in rows])
        return
    for row in rows:
        back = f"  (taken back by {row.withdrawn_by})" if row.withdrawn_by else ""
        print(f"{row.made.id:>5}  {row.made.at[:16]}  {row.made.edit.kind:<12} "
              f"{row.made.edit.subject}  by {row.made.by}{back}")
    if not rows:
        print("Nothing was edited here.")


def withdraw(
    edit: Annotated[int, typer.Argument(
        min=1, max=HIGHEST_NUMBER, help="Its number, see 'edits'.")],
) -> None:
    """Take an edit back; answers change at the next release."""
    with administering(kept=True) as parts:
        made = parts.drafts.withdraw(edit, account())
    did = made.edit.kind.replace("_", " ")
    print(f"Edit {made.id} ({did}) of {made.edit.subject} was taken back. "
          "'advisor corpus publish' puts the draft in force.")


def confirm(
    provision: Provision,
    against: Annotated[str, typer.Option(help="The official provision that says it.")],
    words: Annotated[str, typer.Option(
        help="The very words of it; without them, all of its text.")] = "",
) -> None:
    """Tick a digest: these official words say it, and are shown from the next release on."""
    with administering() as parts:
        parts.ticking.confirm(parts.drafts.draft(), ProvisionId(provision), ProvisionId(against),
                              words, account())
    print(f"{provision} is ticked against {against}. 'advisor corpus publish' puts it in force.")


def correct(
    provision: Provision,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    text: Annotated[str | None, typer.Option(help="Other words, of a digest.")] = None,
    heading: Annotated[str | None, typer.Option(help="Another heading.")] = None,
    pinpoint: Annotated[str | None, typer.Option(help="Where it stands in its source.")] = None,
    number: Annotated[str | None, typer.Option(help="Its number in its source.")] = None,
    note: Annotated[str | None, typer.Option(help="A caution for whoever relies on it.")] = None,
) -> None:
    """Correct a provision; answers change at the next release."""
    given = {"text": text, "heading": heading, "pinpoint": pinpoint, "number": number,
             "note": note}
    fields = {name: value for name, value in given.items() if value is not None}
    if not fields:
        misused("Say what to correct: --text, --heading, --pinpoint, --number or --note.")
    with administering() as parts:
        now = parts.drafts.draft().provision(ProvisionId(provision))
        if now is None:
            fail(_LACKS.format(provision))
        _make(parts, Correct(now.id, fields, reason, state_of(now)))


def retire(
    provision: Provision,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    instead: Annotated[str | None, typer.Option(help="What to rely on instead.")] = None,
) -> None:
    """Retire a provision: it can still be read, and nobody relies on it any more."""
    with administering() as parts:
        draft = parts.drafts.draft()
        for id_ in filter(None, (provision, instead)):
            if draft.provision(ProvisionId(id_)) is None:
                fail(_LACKS.format(id_))
        _make(parts, Retire(ProvisionId(provision), reason,
                            ProvisionId(instead) if instead else None))
        now = parts.drafts.draft()
        went = set(now.went_along) - set(draft.went_along)
    if went:
        print(f"Nothing else stands behind {', '.join(sorted(went))}: they go with it.")
    problems = [one for one in now.problems if one not in draft.problems]
    for problem in problems:
        print(f"It can't be published so: {problem}")
    if problems:
        print("Retire it again with --instead, take the edit back, or mend that in the corpus "
              "folder.")


def _make(parts: CorpusParts, edit: Edit) -> None:
    made = parts.drafts.make(edit, account())
    print(f"Edit {made.id} is in the draft. 'advisor corpus diff' shows it, 'advisor corpus "
          "publish' puts it in force.")


def ticks(
    provision: Annotated[str | None, typer.Argument(
        help="A digest, to see the official passages nearest to it."
    )] = None,
    as_json: AsJson = False,
) -> None:
    """The tick list: which digests were held against the official words."""
    with administering() as parts:
        draft = parts.drafts.draft()
        lines = parts.ticking.lines(draft)
        if provision is not None:
            _show_offered(parts, provision, as_json=as_json)
            return
        of_none = parts.ticking.of_no_source(draft)
        cuts = parts.parts.documents.listed_cuts() if of_none else ()
    if as_json:
        print_json([_line_json(line) for line in lines])
        return
    counts = ticked(lines)
    for line in lines:
        if line.standing is Standing.OPEN and line.coverable:
            print(f"open  {line.provision.id:<16} {line.provision.pinpoint}")
    print(", ".join(f"{n} {standing.value}" for standing, n in counts.items()) + ". "
          "'advisor corpus ticks PROVISION' lays the official words beside one.")
    for one in of_none:
        print(_beside_none(one, cuts))


def _beside_none(document: AddDocument, cuts: Sequence[ListedCut]) -> str:
    """That no digest is held against *document*, and what to do if one should be."""
    number = next((cut.id for cut in cuts if cut.source.id == document.source.id
                   and cut.document == document.document_sha256), None)
    says = "" if number is None else (
        f" If it has those of one, 'advisor corpus cut {number} --take --of SOURCE' says so.")
    return (f"No digest is held against {document.source.id} ({document.source.title}): nobody has "
            f"said of which source it has the official words.{says}")


def _show_offered(parts: CorpusParts, provision: str, *, as_json: bool) -> None:
    draft = parts.drafts.draft()
    digest = draft.provision(ProvisionId(provision))
    if digest is None:
        fail(_LACKS.format(provision))
    offered = parts.ticking.offered(draft, digest.id)
    if as_json:
        print_json({"id": digest.id, "text": digest.text, "checked": digest.checked.value,
                    "offered": [{"id": o.provision.id, "pinpoint": o.provision.pinpoint,
                                 "why": o.why.value, "similarity": o.similarity,
                                 "text": o.provision.text} for o in offered]})
        return
    console = terminal()
    console.print(f"[bold]{digest.id}[/bold] {escape(digest.pinpoint)}\n  {escape(digest.text)}\n")
    for one in offered:
        # Lines are for the terminal to break: words that are copied for --words stand as they do.
        console.print(f"[bold]{one.provision.id}[/bold] {escape(one.provision.pinpoint)} "
                      f"[dim]({one.why.value}, {one.similarity:.2f})[/dim]\n"
                      f"  {escape(one.provision.text)}", soft_wrap=True)
    if not offered:
        console.print("No official text of its source is in the draft. 'advisor corpus fetch' "
                      "gets those that are known; 'advisor corpus add' takes any other, and its "
                      f"--of {digest.source} says that it has those words.")


COMMANDS: Mapping[str, Command] = {
    "edits": edits, "withdraw": withdraw, "confirm": confirm, "correct": correct,
    "retire": retire, "ticks": ticks,
}


def _edit_json(row: Row) -> dict[str, Any]:
    edit = row.made.edit
    about: dict[str, Any] = {}
    if isinstance(edit, AddDocument):
        about = {"document_sha256": edit.document_sha256, "provisions": len(edit.provisions)}
    return {"id": row.made.id, "at": row.made.at, "by": row.made.by, "kind": edit.kind,
            "subject": edit.subject, "withdrawn_by": row.withdrawn_by,
            "withdrawn_at": row.withdrawn_at, **about}


def _line_json(line: Line) -> dict[str, Any]:
    return {"id": line.provision.id, "pinpoint": line.provision.pinpoint,
            "standing": line.standing.value, "coverable": line.coverable,
            "by": line.last.by if line.last else None, "at": line.last.at if line.last else None}

