"""`advisor cases`: the labelled cases that reviewers approved, and the file that holds them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.launching import AsJson, assembled, print_json, reading
from retrieval.labelled.adding import as_yaml

cases_app = typer.Typer(help="Labelled cases that reviewers approved.", no_args_is_help=True)


@cases_app.command("list")
def cases_list(as_json: AsJson = False) -> None:
    """Print the approved cases that the corpus's file lacks, as they would stand there."""
    with reading() as parts:
        found = parts.approving.unwritten()
    if as_json:
        print_json([dict(case) for case in found])
    elif found:
        print(as_yaml(found), end="")
    else:
        print(f"{parts.approving.file} holds every case that was approved.")


@cases_app.command("write")
def cases_write(
    to: Annotated[Path | None, typer.Option(
        "--to", help="Another file than the corpus's own; one that isn't there is made.")] = None,
) -> None:
    """Write the approved cases that the file lacks; what stands there stays to the letter."""
    with assembled() as parts:
        written = parts.approving.write(to)
    file = to or parts.approving.file
    many = "" if len(written) == 1 else "s"
    print(f"{len(written)} case{many} written to {file}: {', '.join(written)}." if written
          else f"{file} holds every case that was approved.")
