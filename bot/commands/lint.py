"""`advisor corpus lint`: what somebody who keeps the corpus should look at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.assembly import Assembly
from bot.commands.launching import AsJson, assembled, print_json
from bot.publishing.code_words import words_in_code
from bot.terminal.legible import legible
from retrieval.corpus import QUERIES
from retrieval.guidance import Guidance
from retrieval.labelled.cases import CASES, LabelledQuery, read_queries
from retrieval.linting.linter import in_order, lint
from retrieval.linting.remarks import Remark, Severity
from retrieval.linting.search import Reach, reach
from retrieval.matches import Search


@dataclass(frozen=True, slots=True)
class Linted:
    """What is looked at: content, and the search over it, made when it is needed."""

    guidance: Callable[[Assembly], Guidance]
    search: Callable[[Assembly], Search]
    problems: Callable[[Assembly], Sequence[str]] = lambda _: ()
    """What keeps it from being published at all."""


LIVE = Linted(lambda parts: parts.guidance, lambda parts: parts.search)


def lint_command(draft: Linted, live: Linted = LIVE) -> Callable[..., None]:
    """The command, over what answers now and the *draft* that may follow it."""

    def corpus_lint(
        of_draft: Annotated[bool, typer.Option(
            "--draft", help="Look at the draft instead of what answers now.")] = False,
        searching: Annotated[bool, typer.Option(
            "--search/--no-search",
            help="Also look whether each provision is found by its own words.")] = True,
        as_json: AsJson = False,
    ) -> None:
        """List what may be wrong with the corpus although nothing of it is an error.

        Ends with 1 where something has to be looked at before it is published, with 0 where there
        are notes alone.
        """
        chosen = draft if of_draft else live
        with assembled() as parts:
            problems = chosen.problems(parts)
            if problems:
                _tell(problems, as_json=as_json)
                raise typer.Exit(1)
            guidance = chosen.guidance(parts)
            remarks = lint(guidance, labelled(parts.settings.corpus_dir), words_in_code())
            reached = reach(guidance, chosen.search(parts)) if searching else None
        if reached is not None:
            remarks = in_order([*remarks, *reached.remarks])
        if as_json:
            print_json(as_document(guidance, remarks, reached))
        else:
            for line in lines(remarks, reached):
                print(legible(line))
        if any(one.severity is Severity.WARNING for one in remarks):
            raise typer.Exit(1)

    return corpus_lint


def _tell(problems: Sequence[str], *, as_json: bool) -> None:
    """Say what is wrong; what may be odd beside it can be told once that is mended."""
    if as_json:
        print_json({"ok": False, "problems": problems})
        return
    for problem in problems:
        print(legible(f"error   {problem}"))
    print(f"{_many(len(problems), 'error')}: nothing can be published, and nothing else was looked "
          "at, before they are mended.")


def labelled(corpus: Path) -> Iterator[LabelledQuery]:
    """The labelled questions that come with the corpus in the folder *corpus*."""
    files = [*sorted((corpus / QUERIES).glob("*.jsonl")), corpus / CASES]
    return (one for file in files if file.is_file() for one in read_queries(file))


def lines(remarks: tuple[Remark, ...], reached: Reach | None) -> Iterator[str]:
    """What the command prints."""
    for one in remarks:
        yield f"{one.severity.value:<8}{one.subject[0]} {one.subject[1]}: {one.text}"
    if reached is not None:
        some = "" if reached.complete else ", a sample"
        yield (f"{reached.looked_at:,} of {reached.provisions:,} provisions{some} were looked for "
               f"with {reached.queries:,} queries made of their own words; {reached.found:,} found "
               "what they were made of.")
    warnings = sum(one.severity is Severity.WARNING for one in remarks)
    notes = len(remarks) - warnings
    yield (f"{_many(warnings, 'warning')}, {_many(notes, 'note')}."
           + ("" if warnings else " Nothing has to be done before it is published."))


def as_document(
    guidance: Guidance, remarks: tuple[Remark, ...], reached: Reach | None
) -> dict[str, Any]:
    """What the command prints for machines."""
    return {
        "release": guidance.release,
        "ok": not any(one.severity is Severity.WARNING for one in remarks),
        "remarks": [{"severity": one.severity.value, "rule": one.rule, "kind": one.subject[0],
                     "id": one.subject[1], "text": one.text} for one in remarks],
        "search": None if reached is None else {
            "provisions": reached.provisions, "looked_at": reached.looked_at,
            "complete": reached.complete, "queries": reached.queries, "found": reached.found},
    }


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
