"""`advisor corpus add|fetch|documents|cut`: documents of others, from a file or an address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from bot.commands.administering import HIGHEST_NUMBER, Command, administering
from bot.commands.launching import AsJson, counted, fail, misused, print_json, terminal
from bot.corpus_parts import CorpusParts
from bot.documents.fetched import Fetched, Outcome
from bot.documents.values import Cut, CutState, Kept, ListedCut
from bot.program import account
from bot.terminal.legible import legible
from retrieval.editing.edits import Made
from retrieval.guidance import SourceId
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, page_named, words_of

Of = Annotated[str | None, typer.Option(
    "--of", help="The source whose digests it has the official words of.")]
Issuer = Annotated[str | None, typer.Option(
    "--issuer", help="Who issued it; needed to take it in, since its words are shown as official "
    "text.")]
WORDS_SHOWN = 110
"""Characters of a piece that a list shows."""
LONGEST_ISSUER = 600
"""Characters, as many as the console takes."""


def add(
    where: Annotated[str, typer.Argument(help="A file, or an http or https address.")],
    official: Annotated[str | None, typer.Option(
        help="The official document that it is, of those that 'fetch --list' prints."
    )] = None,
    of: Of = None,
    issuer: Issuer = None,
    preview: Annotated[bool, typer.Option(
        "--preview", help="Show how it would be cut, and leave the draft as it is."
    )] = False,
    as_json: AsJson = False,
) -> None:
    """Add a document: PDF, Word, web page, Markdown or plain text, cut into provisions.

    Nothing of it is answered from before the draft is published.
    """
    with administering() as parts:
        words_of_source = _source_named(parts, of)
        got = parts.parts.fetching.add(where, account(), official)
        cut = got.cut
        if cut is None or got.document is None:
            fail("Nothing could be cut out of this document.")
        cut = _issued(parts, cut, issuer)
        extracted = parts.parts.documents.extracted(cut.document)
        made = None
        added = cut.state is CutState.ADDED and parts.taking.in_draft(cut, words_of_source)
        wanted = not preview and not added
        replaces = parts.taking.replaces(cut)
        moved: tuple[Made, ...] = ()
        if wanted and cut.source.issuer:
            made = parts.taking.take(cut, account(), words_of_source)
            moved = parts.taking.leave_former_ids(cut, account())
        doubles = parts.taking.doubles(cut)
    if as_json:
        print_json({**_added_json(got, cut, extracted, made), "replaces": replaces,
                    "taken_back": [one.id for one in moved],
                    "doubles": [one.id for one in doubles]})
    else:
        console = terminal()
        _show_cut(console, cut, extracted)
        if made is not None or not wanted:
            console.print(_what_next(cut, made, preview=preview))
        _tell_of_replaced(console, cut, made, replaces)
        _tell_of_doubles(console, moved, doubles, taken=added or made is not None)
    if wanted:
        _insist_on_issuer(cut)


def fetch(
    ids: Annotated[list[str] | None, typer.Argument(
        help="Official documents; without one, all that are known.")] = None,
    list_only: Annotated[bool, typer.Option(
        "--list", help="Print which are known, and fetch nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch official documents from their publishers, and say what has changed.

    A new one is cut and taken into the draft; one that changed waits for you to look at its cut.
    """
    with administering() as parts:
        fetching = parts.parts.fetching
        if list_only:
            _show_listed(parts, as_json=as_json)
            return
        results = fetching.fetch(account(), ids)
        refused = parts.taking.take_new(results, account())
        notes = {got.document.sha256: parts.parts.documents.extracted(got.document.sha256).notes
                 for got in results
                 if got.document is not None and got.outcome in {Outcome.FIRST, Outcome.CHANGED}}
    if as_json:
        print_json([_fetched_json(got, refused, notes) for got in results])
    else:
        for got in results:
            _show_fetched(terminal(), got, refused, notes)
    if refused or any(got.outcome is Outcome.FAILED for got in results):
        raise typer.Exit(1)


def documents(as_json: AsJson = False) -> None:
    """The documents that are kept, and how each was cut."""
    with administering(kept=True) as parts:
        store = parts.parts.documents
        listed = store.listed_cuts()
        taken = store.provisions_in([cut.id for cut in listed])
        rows = [(kept, [cut for cut in listed if cut.document == kept.sha256])
                for kept in store.kept()]
    if as_json:
        print_json([{**_kept_json(kept), "cuts": [_cut_json(cut, taken[cut.id]) for cut in cuts]}
                    for kept, cuts in rows])
        return
    for kept, cuts in rows:
        print(legible(
            f"{kept.sha256[:12]}  {kept.size / 1024:>7.0f} kB  {kept.kept_at:%Y-%m-%d}  "
            f"{kept.title or kept.name}"))
        for cut in cuts:
            print(f"    cut {cut.id}: source {cut.source.id}, "
                  f"{counted(taken[cut.id], 'provision')}, {cut.state.value}")
    if not rows:
        print("No document was added so far.")


def cut(
    number: Annotated[int, typer.Argument(
        min=1, max=HIGHEST_NUMBER, help="Of the cut; see 'documents'.")],
    take: Annotated[bool, typer.Option(
        "--take", help="Take it into the draft as it stands.")] = False,
    anew: Annotated[bool, typer.Option(
        "--anew", help="Cut the document anew; only where another version of the program wrote "
        "this cut and this one can't read it.")] = False,
    of: Of = None,
    issuer: Issuer = None,
    as_json: AsJson = False,
) -> None:
    """Show how a document is cut into provisions; the console's page can correct it."""
    if of is not None and not take:
        misused("--of goes with --take: it is said of what the draft takes in.")
    with administering(kept=True) as parts:
        named = _source_named(parts, of)
        found = (parts.parts.fetching.cut_anew(number, account()) if anew
                 else parts.parts.documents.cut(number))
        found = _issued(parts, found, issuer)
        extracted = parts.parts.documents.extracted(found.document)
        if take:
            _insist_on_issuer(found)
        replaces = parts.taking.replaces(found)
        # Who takes it in again and names no other source says nothing else of it.
        words_of_source = named or parts.taking.of_in_draft(found)
        made = None
        if take and not parts.taking.holds(found, words_of_source):
            made = parts.taking.take(found, account(), words_of_source)
        moved = parts.taking.leave_former_ids(found, account()) if take else ()
        doubles = parts.taking.doubles(found)
    if as_json:
        print_json({**_cut_json(found, _taken(found)), "pieces": _pieces_json(found, extracted)})
        return
    console = terminal()
    _show_cut(console, found, extracted)
    console.print(_what_next(found, made, preview=not take))
    _tell_of_replaced(console, found, made, replaces)
    _tell_of_doubles(console, moved, doubles, taken=take)


def _source_named(parts: CorpusParts, of: str | None) -> SourceId | None:
    """The source that is called *of*, which has to be one of the folder.

    One that came with a document has its words already.
    """
    if of is None:
        return None
    sources = parts.drafts.base().sources
    if SourceId(of) not in sources:
        fail(f"There is no source {of!r}; known are {', '.join(sorted(sources))}.")
    return SourceId(of)


def _issued(parts: CorpusParts, cut: Cut, issuer: str | None) -> Cut:
    """*cut*, saved as issued by *issuer* if one is named."""
    named = " ".join((issuer or "").split())
    if not named or named == cut.source.issuer:
        return cut
    if len(named) > LONGEST_ISSUER or not named.isprintable():
        fail(f"The issuer has at most {LONGEST_ISSUER} characters, and none that can't be seen.")
    return parts.parts.documents.save_cut(
        replace(cut, source=replace(cut.source, issuer=named), state=CutState.OPEN), cut.version,
        account())


def _insist_on_issuer(cut: Cut) -> None:
    if not cut.source.issuer:
        fail("Nothing was taken into the draft: nobody has said who issued the document, and its "
             f"words would be shown as official text. 'advisor corpus cut {cut.id} --take --issuer "
             "NAME' says so and takes it in.")


COMMANDS: Mapping[str, Command] = {
    "add": add, "fetch": fetch, "documents": documents, "cut": cut,
}


# How it is shown --------------------------------------------------------------------------


def _show_cut(console: Console, cut: Cut, extracted: Extracted) -> None:
    for note in extracted.notes:
        console.print(f"[yellow]note[/yellow] {escape(note)}")
    for piece in cut.pieces:
        words = escape(_start_of(words_of(piece, extracted)))
        if piece.left_out:
            console.print(f"[dim]left out ({escape(piece.why)}): {words}[/dim]")
        else:
            page = page_named(piece.page)
            console.print(f"[bold]{escape(piece.cited)}[/bold]{f' ({page})' if page else ''} "
                          f"{escape(piece.heading)}\n  {words}")
    taken = _taken(cut)
    console.print(f"{counted(taken, 'provision')}, "
                  f"{counted(len(cut.pieces) - taken, 'stretch', 'es')} left out; source "
                  f"[bold]{escape(str(cut.source.id))}[/bold], {escape(cut.source.title)}")


def _start_of(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= WORDS_SHOWN else f"{line[:WORDS_SHOWN].rstrip()}…"


def _what_next(cut: Cut, made: Made | None, *, preview: bool) -> str:
    if made is not None:
        return (f"It is in the draft (edit {made.id}). 'advisor corpus diff' shows it, "
                "'advisor corpus publish' puts it in force.")
    if preview:
        issuer = "" if cut.source.issuer else " --issuer NAME"
        return f"The draft is as it was. 'advisor corpus cut {cut.id} --take{issuer}' takes it in."
    return "It is in the draft already."


def _tell_of_replaced(
    console: Console, cut: Cut, made: Made | None, replaces: int | None
) -> None:
    """Say that another document goes: two that are called alike would else be taken for one."""
    if replaces is None:
        return
    if made is None:
        console.print(f"[yellow]note[/yellow] The draft has another document as the source "
                      f"{cut.source.id!r} (edit {replaces}). To take this one in replaces that; "
                      "if it is no other edition of it, first give it an id of its own on its page "
                      "in the console.")
        return
    console.print(f"[yellow]note[/yellow] It replaces another document, which was the source "
                  f"{cut.source.id!r} in the draft (edit {replaces}). If it is no other edition of "
                  f"that, 'advisor corpus withdraw {made.id}' brings that one back; then give this "
                  "one an id of its own on its page in the console.")


def _tell_of_doubles(
    console: Console, moved: Sequence[Made], doubles: Sequence[Made], *, taken: bool
) -> None:
    """Say where the draft had, or still has, the same words under another id."""
    for made in moved:
        console.print(f"[yellow]note[/yellow] The draft had it as the source {made.edit.subject!r} "
                      f"(edit {made.id}), which was taken back.")
    for made in doubles:
        also = (f"The draft has these words as the source {made.edit.subject!r} as well (edit "
                f"{made.id})")
        if taken:
            console.print(f"[yellow]note[/yellow] {also}, so that answers may cite them twice. "
                          "Something rests on its ids, or it has words that this cut leaves out; "
                          f"'advisor corpus withdraw {made.id}' takes it back all the same.")
        else:
            console.print(f"[yellow]note[/yellow] {also}. To take this one in takes that back, "
                          "unless something rests on it.")


def _show_listed(parts: CorpusParts, *, as_json: bool) -> None:
    listed = parts.parts.fetching.listed.values()
    if as_json:
        print_json([{"id": one.id, "title": one.title, "of": one.of, "page": one.page,
                     "addresses": [{"url": a.url, "known": a.caution} for a in one.addresses]}
                    for one in listed])
        return
    for one in listed:
        print(f"{one.id:<18} {one.title}")
        for address in one.addresses:
            print(f"{'':<18} {address.url} ({address.caution})")


def _show_fetched(
    console: Console, got: Fetched, refused: Mapping[int, str],
    notes: Mapping[str, Sequence[str]],
) -> None:
    name = got.official.id if got.official else ""
    console.print(f"[bold]{escape(str(name))}[/bold] {got.outcome.value}")
    for note in _notes_of(got, notes):
        console.print(f"  [yellow]note[/yellow] {escape(note)}")
    for reason in got.why:
        console.print(f"  {escape(reason)}")
    for change in got.changes[:10]:
        console.print(f"  {change.kind.value}: {escape(_start_of(change.now or change.was))}")
    if got.cut is not None:
        console.print(f"  cut {got.cut.id}: {counted(_taken(got.cut), 'provision')}")
        if got.cut.id in refused:
            console.print(f"  not taken into the draft: {escape(refused[got.cut.id])}")


def _kept_json(kept: Kept) -> dict[str, Any]:
    return {"sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type,
            "size": kept.size, "title": kept.title, "kept_at": kept.kept_at.isoformat(),
            "by": kept.by}


def _cut_json(cut: Cut | ListedCut, provisions: int) -> dict[str, Any]:
    return {"id": cut.id, "source": cut.source.id, "title": cut.source.title,
            "state": cut.state.value, "version": cut.version, "provisions": provisions}


def _taken(cut: Cut) -> int:
    return sum(not piece.left_out for piece in cut.pieces)


def _pieces_json(cut: Cut, extracted: Extracted) -> list[dict[str, Any]]:
    return [_piece_json(piece, extracted) for piece in cut.pieces]


def _piece_json(piece: Piece, extracted: Extracted) -> dict[str, Any]:
    return {"pinpoint": piece.cited, "heading": piece.heading, "kind": piece.kind,
            "number": piece.number or None, "page": {"pdf": piece.page.pdf,
                                                     "printed": piece.page.printed or None},
            "left_out": piece.why if piece.left_out else None,
            "text": words_of(piece, extracted)}


def _added_json(
    got: Fetched, cut: Cut, extracted: Extracted, made: Made | None
) -> dict[str, Any]:
    return {"outcome": got.outcome.value, "document": _kept_json(got.document) if got.document
            else None, "notes": list(extracted.notes), "cut": _cut_json(cut, _taken(cut)),
            "edit": made.id if made else None, "pieces": _pieces_json(cut, extracted)}


def _notes_of(got: Fetched, notes: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """What has to be known of the text of *got*, of those by the SHA-256 of a document."""
    return () if got.document is None else notes.get(got.document.sha256, ())


def _fetched_json(
    got: Fetched, refused: Mapping[int, str], notes: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    return {"id": got.official.id if got.official else None, "outcome": got.outcome.value,
            "document": _kept_json(got.document) if got.document else None,
            "cut": _cut_json(got.cut, _taken(got.cut)) if got.cut else None,
            "notes": list(_notes_of(got, notes)),
            "changes": len(got.changes), "failed": list(got.why),
            "not_taken": refused.get(got.cut.id) if got.cut else None}
