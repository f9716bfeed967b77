"""`advisor corpus diff|publish|releases|rollback|…`: from a draft to a release, and back.

How a draft comes about stands in `bot.commands.editing`.
"""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from bot.commands.administering import Command, administering
from bot.commands.launching import AsJson, counted, err, fail, print_json, terminal
from bot.corpus_parts import CorpusParts
from bot.impact.differing import Kind
from bot.program import account
from bot.publishing.gate import Gate
from bot.publishing.preparing import Prepared, State
from bot.publishing.publishing import insist_on_reason
from bot.record.history import Publication, further_back
from retrieval.editing.differences import Differences, How, ProvisionChange, RunKind, compare
from retrieval.guidance import Guidance, ReleaseId
from retrieval.linting.remarks import Severity
from retrieval.releases import digest_of

_log = logging.getLogger("advisor.publishing")

MOST_SHOWN = 20
"""Entries of one kind that are printed; --json prints all."""
_MARKS = {RunKind.GONE: ("[-", "-]"), RunKind.NEW: ("{+", "+}")}
"""Around words where neither colours nor lines can be shown."""

_AFFECTED = {
    Kind.ADVICE: "what is advised", Kind.TEXTS: "texts that it relies on",
    Kind.ANSWER: "what an answer cited"}

Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]


def diff(
    against: Annotated[str | None, typer.Option(
        help="A release to compare with instead of the one in force."
    )] = None,
    as_json: AsJson = False,
) -> None:
    """In what the draft differs from the release in force; fails where the draft is unsound."""
    with administering() as parts:
        draft = parts.drafts.draft()
        before = parts.guidance if against is None else parts.releases(ReleaseId(against))
        found = compare(before, draft.guidance)
        problems = parts.problems(draft)
    if as_json:
        print_json({"against": before.release, "problems": problems,
                    "went_along": draft.went_along, **differences_json(found)})
    else:
        console = terminal()
        # What can't be read looks like taken out below.
        for problem in problems:
            console.print(f"[red]problem[/red] {escape(problem)}", soft_wrap=True)
        if not found:
            console.print(_nothing_differs(draft.guidance, before, in_force=against is None),
                          soft_wrap=True)
        show_differences(console, found)
    if problems:
        raise typer.Exit(1)


def publish(
    reason: Reason = "Published from the command line",
    override: Annotated[str | None, typer.Option(
        help="Publish although the gate refuses, and keep this reason."
    )] = None,
    check_only: Annotated[bool, typer.Option(
        "--check-only", help="Build it and put it through the gate; publish nothing."
    )] = False,
    as_json: AsJson = False,
) -> None:
    """Check the draft, build it, put it through the gate, and put it in force."""
    by = account()
    # Told before minutes of building and not after them.
    for said in (reason, override):
        if said is not None:
            insist_on_reason(said)
    with administering() as parts:
        prepared = _prepared(parts, by)
        publication = None
        passes = prepared.state is State.READY or (
            prepared.state is State.REFUSED and override is not None)
        if passes and not check_only:
            publication = parts.publishing.publish(prepared.token, by, reason, override=override)
            _tidy_behind(parts)
        if as_json:
            print_json({"state": "published" if publication else prepared.state.value,
                        "release": prepared.release, "before": prepared.base,
                        **prepared.report})
        else:
            _show_prepared(terminal(), prepared, publication)
    refused = prepared.state in {State.UNSOUND, State.FAILED} or (
        prepared.state is State.REFUSED and publication is None)
    if refused:
        raise typer.Exit(1)


def _tidy_behind(parts: CorpusParts) -> None:
    """Tidy after a publication, which stands whether that comes about or not."""
    try:
        parts.tidy()
    except Exception as error:
        _log.warning("could not tidy indexes away", exc_info=error)
        print("Indexes that nothing needs are still there; 'advisor corpus tidy' removes them, or "
              "says what keeps it from that.", file=sys.stderr)


def _prepared(parts: CorpusParts, by: str) -> Prepared:
    with Progress(TextColumn("{task.description}"), BarColumn(),
                  TextColumn("{task.completed}/{task.total}"),
                  console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("preparing", total=None)
        return parts.preparing.prepare(by, lambda step, done, total: bar.update(
            task, description=step, completed=done, total=total))


def releases(as_json: AsJson = False) -> None:
    """What was in force when, who put it there, and why; the last first."""
    with administering(kept=True) as parts:
        history = parts.publishing.history()
        now = parts.release_in_force()
    if as_json:
        print_json([{**_publication_json(one), "in_force": one.release == now and i == 0}
                    for i, one in enumerate(history)])
        return
    for one in history:
        mark = "*" if one is history[0] else " "
        gate = _gate_words(one)
        print(f"{mark} {one.release}  {one.at[:16]}  {one.kind:<9}  {one.by or '-'}: {one.reason}"
              f"{gate}")
    if not history:
        print("Nothing was published so far.")


def rollback(
    release: Annotated[str | None, typer.Argument(
        help="The release to go back to; without it, one further back than what is in force."
    )] = None,
    reason: Reason = "Rolled back from the command line",
    as_json: AsJson = False,
) -> None:
    """Put an earlier release in force again, at once."""
    with administering(kept=True) as parts:
        history = parts.publishing.history()
        target = ReleaseId(release) if release else further_back(history)
        if target is None:
            fail("Nothing lies further back than the release in force: it is the first. Name the "
                 "one you mean; 'advisor corpus releases' prints those that were in force.")
        done = parts.publishing.roll_back(target, account(), reason,
                                          seen=history[0].release if history else None)
        further = further_back(parts.publishing.history())
    if as_json:
        print_json({**_publication_json(done), "further_back": further})
        return
    print(f"Release {done.release} is in force again, in place of {done.before}.")
    since = next((one for one in history if one.release == done.release), None)
    if since is not None:
        print(f"It was put in force on {since.at[:16]} by {since.by or '-'}: {since.reason}")
    print(f"One further back lies {further}: 'advisor corpus rollback' once more leads there."
          if further else "Nothing lies further back: it is the first.")
    print(f"The way forward again is 'advisor corpus rollback {done.before}'; the draft is as it "
          "was.")


def rebuild(
    release: Annotated[str | None, typer.Argument(
        help="The release; without it, the one in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Build the index of a release again from the database."""
    with administering(kept=True) as parts:
        name = ReleaseId(release) if release else parts.guidance.release
        found = parts.rebuild(name)
    if as_json:
        print_json({"release": name, "index": found.index, "before": found.before,
                    "after": found.after, "same": found.same})
        return
    was = "the same, byte for byte, as before" if found.same else (
        "where none could be read before" if found.before is None else "other than it held before")
    print(f"The index of release {name} was built again from the database: its ids and texts are "
          f"{was} (sha256 {found.after}).")


def tidy(as_json: AsJson = False) -> None:
    """Remove indexes that no recorded answer needs; they can be built again at any time."""
    with administering(kept=True) as parts:
        gone = parts.tidy()
    if as_json:
        print_json({"removed": gone})
    else:
        print(f"{counted(len(gone), 'index', 'es')} removed." if gone else "Nothing to remove.")


COMMANDS: Mapping[str, Command] = {
    "diff": diff, "publish": publish, "releases": releases, "rollback": rollback,
}
OF_INDEXES: Mapping[str, Command] = {"rebuild": rebuild, "tidy": tidy}


# How it is shown --------------------------------------------------------------------------


def differences_json(found: Differences) -> dict[str, Any]:
    """*found* as JSON types."""
    return {
        "provisions": [{
            "id": one.id, "how": one.how.value, "fields": one.fields,
            "before": one.before.text if one.before else None,
            "after": one.after.text if one.after else None,
            "words": [{"kind": run.kind.value, "text": run.text} for run in one.words],
        } for one in found.provisions],
        "others": [{"part": one.part.value, "id": one.id, "how": one.how.value,
                    "title": one.title, "fields": one.fields} for one in found.others],
        "flags_affected": found.flags_affected,
        "safeguards_affected": found.safeguards_affected,
    }


def _nothing_differs(draft: Guidance, before: Guidance, *, in_force: bool) -> str:
    """What to say of a *draft* that differs from *before* in no entry."""
    if digest_of(draft, "") != digest_of(before, ""):
        return (f"No entry differs from those of release {before.release}; their order does, or "
                "what the program brings along, so publishing makes another release.")
    return (f"The draft is what is in force: release {before.release}." if in_force
            else f"The draft is what release {before.release} holds.")


def show_differences(console: Console, found: Differences) -> None:
    """Print *found*, words gone struck through and words new underlined.

    Where *console* can't show that (a file, a pipe), they stand in marks, as 'git diff --word-diff'
    sets them: [-gone-] and {+new+}.
    """
    for one in found.provisions[:MOST_SHOWN]:
        console.print(f"[bold]{one.how.value}[/bold] {one.id}"
                      f"{_fields(one.fields) if one.how is How.CHANGED else ''}")
        console.print(f"  {_words(one, styled=console.color_system is not None)}")
    if len(found.provisions) > MOST_SHOWN:
        console.print(f"… and {len(found.provisions) - MOST_SHOWN} provisions more; --json prints "
                      "all.")
    for other in found.others[:MOST_SHOWN]:
        console.print(f"[bold]{other.how.value}[/bold] {other.part.value} {escape(other.id)}"
                      f"{_fields(other.fields)}: {escape(other.title)}")
    if len(found.others) > MOST_SHOWN:
        console.print(f"… and {len(found.others) - MOST_SHOWN} entries more; --json prints all.")
    if found.flags_affected:
        console.print(f"Red flags that rest on it: {', '.join(found.flags_affected)}")
    if found.safeguards_affected:
        console.print(f"Safeguards that rest on it: {', '.join(found.safeguards_affected)}")


def _fields(fields: tuple[str, ...]) -> str:
    return f" ({', '.join(fields)})" if fields else ""


def _words(change: ProvisionChange, *, styled: bool) -> str:
    if not styled:
        # A text that is added or gone as a whole is said to be that in the line above.
        marks = _MARKS if change.before and change.after else {}
        around = [(marks.get(run.kind, ("", "")), run.text) for run in change.words]
        return escape("".join(f"{begins}{text}{ends}" for (begins, ends), text in around))
    styles = {RunKind.GONE: "strike red", RunKind.NEW: "underline green"}
    return "".join(
        f"[{styles[run.kind]}]{escape(run.text)}[/]" if run.kind in styles else escape(run.text)
        for run in change.words)


def _show_prepared(
    console: Console, prepared: Prepared, publication: Publication | None
) -> None:
    report = prepared.report
    for problem in report.get("problems", ()):
        console.print(f"[red]problem[/red] {escape(problem)}", soft_wrap=True)
    counts = report.get("counts", {})
    if counts:
        console.print("; ".join(f"{part}: {', '.join(f'{n} {how}' for how, n in of.items())}"
                                for part, of in counts.items()))
    gate = report.get("gate")
    if gate:
        for figure in gate["figures"]:
            console.print(f"{figure['measure']:<10} {figure['before']:.4f} → "
                          f"{figure['after']:.4f}")
        for one in gate["worse"][:MOST_SHOWN]:
            console.print(f"  worse: {one['query']!r} should find {', '.join(one['relevant'])}",
                          markup=False)
        for id_, fault in gate["broken"]:
            console.print(f"  no longer holds: {id_}: {fault}", markup=False)
        for reason in Gate.from_json(gate).reasons:
            console.print(f"[red]refused[/red] {escape(reason)}", soft_wrap=True)
    show_warnings(console, report.get("remarks", ()))
    impact = report.get("impact") or {}
    if impact.get("deals"):
        said = ", ".join(f"{n} in {_AFFECTED[kind]}" for kind, n in impact["counts"].items()
                         if n) or "none"
        deals = counted(impact["deals"], "stored deal")
        name = "draft" if publication is None else publication.release
        console.print(f"{deals} computed again; affected: {said}. "
                      f"'advisor corpus impact {name}' lists them.", soft_wrap=True)
    console.print({
        State.UNSOUND: "Nothing was published: mend what is wrong first.",
        State.FAILED: "Nothing was published.",
        State.UNCHANGED: f"Nothing to publish: release {prepared.base} is in force.",
        State.REFUSED: "The gate refuses. Mend the draft, or publish it with --override REASON.",
        State.READY: f"Release {prepared.release} is ready.",
        State.PREPARING: "It is being prepared.",
    }[prepared.state] if publication is None else
        f"Release {publication.release} is in force, in place of {publication.before}.")


def show_warnings(console: Console, remarks: Iterable[str]) -> None:
    """Print what the linter warns of; notes are for 'advisor corpus lint'."""
    for one in remarks:
        level, _, text = one.partition(": ")
        if level == Severity.WARNING.value:
            console.print(f"[yellow]{level}[/yellow] {escape(text)}", soft_wrap=True)


def _gate_words(one: Publication) -> str:
    gate = one.report.get("gate")
    if one.override:
        return f"  (gate overridden: {one.override})"
    return "  (gate passed)" if gate else ""


def _publication_json(one: Publication) -> dict[str, Any]:
    gate = one.report.get("gate") or {}
    return {"number": one.number, "release": one.release, "before": one.before, "kind": one.kind,
            "at": one.at, "by": one.by, "reason": one.reason, "override": one.override,
            "gate": {name: gate[name] for name in ("passes", "figures") if name in gate} or None,
            "counts": one.report.get("counts", {})}
