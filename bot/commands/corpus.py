"""`advisor corpus`: what is in force, what is drafted, what is wrong with it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.assembly import Assembly
from bot.commands import documents as documents_cli
from bot.commands import editing as editing_cli
from bot.commands import publishing as publishing_cli
from bot.commands.administering import administering
from bot.commands.impact import corpus_impact
from bot.commands.launching import (
    AsJson,
    assembled,
    counted,
    fail,
    misused,
    print_json,
    print_line,
    reading,
)
from bot.commands.lint import Linted, lint_command
from bot.commands.simulate import simulate_command
from bot.corpus_parts import CorpusParts
from bot.gaps import shortfalls
from bot.terminal.legible import legible
from retrieval import corpus as corpus_
from retrieval.guidance import Guidance, ProvisionId
from retrieval.linting.remarks import Severity
from retrieval.reading import register as register_

corpus_app = typer.Typer(
    help="The guidance corpus: what is in force, drafts, documents, releases.",
    no_args_is_help=True)

Draft = Annotated[bool, typer.Option(
    "--draft", help="The draft, in place of the release in force.")]


def provision_json(guidance: Guidance, provision: ProvisionId) -> dict[str, Any]:
    """What every command tells of a provision, as JSON types."""
    p = guidance.provisions.get(provision) or guidance.set_aside[provision]
    return {"id": p.id, "pinpoint": p.pinpoint, "source": guidance.sources[p.source].short_title,
            "checked": p.checked.value}


def _content(draft: bool) -> Guidance:
    """The release in force; the draft if it is asked for, the folder if nothing is in force yet."""
    with administering() as admin:
        if not admin.parts.begun:
            return corpus_.read(admin.parts.settings.corpus_dir)
        return admin.drafts.draft().guidance if draft else admin.guidance


@corpus_app.command("list")
def corpus_list(as_json: AsJson = False, draft: Draft = False) -> None:
    """List every provision of the release in force, one a line."""
    guidance = _content(draft)
    for p in guidance.provisions.values():
        if as_json:
            row = {**provision_json(guidance, p.id), "kind": p.kind, "text": p.text}
            print_line(row)
        else:
            print(legible(f"{p.id:<24} {p.checked.value:<10} {p.pinpoint}"))


@corpus_app.command("show")
def corpus_show(
    provision: Annotated[str, typer.Argument(help="Its id, as 'advisor corpus list' prints it.")],
    as_json: AsJson = False, draft: Draft = False,
) -> None:
    """Show one provision of the release in force with its source and where it is used."""
    guidance = _content(draft)
    id_ = ProvisionId(provision)
    p = guidance.provisions.get(id_) or guidance.set_aside.get(id_)
    if p is None:
        fail(f"There is no provision {provision!r}; 'advisor corpus list' prints them all.")
    source = guidance.sources[p.source]
    row = {
        **provision_json(guidance, p.id), "kind": p.kind, "heading": p.heading, "text": p.text,
        "note": p.note, "basis": p.basis, "url": p.url or source.url,
        "page": p.page and (p.page.pdf or p.page.printed) and {
            "pdf": p.page.pdf, "printed": p.page.printed or None},
        "confirmed": p.confirmed and {
            "by": p.confirmed.by, "at": p.confirmed.at, "passage": p.confirmed.passage,
            "document_sha256": p.confirmed.document_sha256, "restated": p.confirmed.restated},
        "retired": p.retired and {"by": p.retired.by, "at": p.retired.at,
                                  "reason": p.retired.reason, "instead": p.retired.instead},
        "same_as": p.same_as,
        "red_flags": [f.id for f in guidance.red_flags if p.id in f.authorities],
        "safeguards": [s.id for s in guidance.safeguards.values() if p.id in s.authorities],
    }
    if as_json:
        print_json(row)
        return
    for key, value in row.items():
        if value:
            text = ", ".join(
                value if isinstance(value, list) else
                (f"{name} {said}" for name, said in value.items() if said)
            ) if isinstance(value, (list, dict)) else value
            print(legible(f"{key:<11} {text}"))


@corpus_app.command("check")
def corpus_check(as_json: AsJson = False) -> None:
    """Check the draft; print every problem with file and line, and count what is there.

    What it calls sound, 'publish' builds.  Where nothing is wrong, it says what 'lint' warns of as
    well, as 'publish' does; 'lint --draft' alone looks at what a search reaches.
    """
    with administering() as admin:
        guidance, problems = admin.checked()
        remarks = [] if problems else admin.remarks(guidance)
    warnings = [one for one in remarks if one.startswith(f"{Severity.WARNING.value}: ")]
    counts = {
        "sources": len(guidance.sources),
        "provisions": len(guidance.provisions),
        "considerations": len(guidance.considerations),
        "red_flags": len(guidance.red_flags),
        "safeguards": len(guidance.safeguards),
        "questions": len(guidance.questions),
        "vocabulary_terms": sum(
            len(t.terms) + len(t.weak) + len(t.near) for t in guidance.vocabulary.terms
        ),
        "glossary": len(guidance.vocabulary.glossary),
    }
    if as_json:
        print_json({"ok": not problems, "counts": counts, "problems": problems,
                    "warnings": warnings})
    else:
        for line in (*problems, *warnings):
            print(legible(line))
        print(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items()))
        print("The corpus is sound." if not problems else f"{counted(len(problems), 'problem')}.")
    if problems:
        raise typer.Exit(1)


@corpus_app.command("gaps")
def corpus_gaps(as_json: AsJson = False) -> None:
    """What people asked and the texts did not answer, the most frequent kind first."""
    with reading() as parts:
        found = shortfalls(parts.store, parts.guidance)
    if as_json:
        print_json([{"gap": s.gap, "nearest": s.nearest, "title": s.title, "count": s.count,
                      "last": s.last.isoformat(), "examples": s.examples} for s in found])
        return
    for s in found:
        print(f"{s.count:>5}  {s.title}  (last {s.last:%Y-%m-%d})")
        for example in s.examples:
            print(f"         {example!r}")
    if not found:
        print("No question was declined so far.")


@corpus_app.command("register")
def corpus_register(
    retire: Annotated[str | None, typer.Option(
        metavar="ID", help="Retire this red flag, safeguard or question (by its fact) instead."
    )] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it is retired; kept for ever.")] = "",
) -> None:
    """Enter new ids in the register of ids ever shipped; ids that are gone stay listed.

    With --retire, a red flag is raised no more, a safeguard suggested no more, a question asked no
    more from the next release on; it stays in the register with the day and the reason.
    """
    if reason and retire is None:
        misused("--reason goes with --retire: ids are entered without one.")
    with assembled() as parts:
        root = parts.settings.corpus_dir
    if retire is not None:
        _retire_entry(root, retire, reason)
        return
    guidance, _ = corpus_.read_all(root)
    added = register_.register(root, guidance)
    print(f"{counted(added, 'new id')} registered in {root / register_.REGISTER}.")


def _retire_entry(root: Path, name: str, reason: str) -> None:
    kind, _ = entry = register_.retire(root, name, datetime.now(UTC).date().isoformat(), reason)
    retired = register_.read_register(root).retired[entry]
    what = "question of" if kind == register_.FACT else kind
    print(f"The {what} {name!r} {retired.sentence}. It stays in {root / register_.REGISTER}; "
          "'advisor corpus publish' puts that in force.")
    for problem in corpus_.read_all(root)[1]:
        if retired.sentence in problem:
            print(f"Still to mend: {problem}")


def _problems_of_draft(parts: Assembly) -> list[str]:
    work = CorpusParts(parts)
    return work.problems(work.drafts.draft())


for name, command in {**documents_cli.COMMANDS, **publishing_cli.COMMANDS,
                      **editing_cli.COMMANDS, **publishing_cli.OF_INDEXES}.items():
    corpus_app.command(name)(command)
corpus_app.command("impact")(corpus_impact)
corpus_app.command("lint")(lint_command(Linted(
    lambda parts: CorpusParts(parts).drafts.draft().guidance,
    lambda parts: CorpusParts(parts).draft_edition().search,
    _problems_of_draft)))
corpus_app.command("simulate")(simulate_command(
    lambda parts: parts.edition, lambda parts: CorpusParts(parts).draft_edition()))
