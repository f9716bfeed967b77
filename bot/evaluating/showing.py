"""Reports on a screen, in a Markdown file and as JSON."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.evaluating.sheet import Sheet
from bot.evaluating.tables import sheets


def plain(value: Any) -> Any:
    """*value* as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


def heading(report: Mapping[str, Any]) -> str:
    """What was measured, in one sentence."""
    which = f", split {report['split']}" if report["split"] else ""
    return (
        f"Release {report['release']}{which}; 95 % intervals in brackets, seed {report['seed']}."
    )


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print *report* for a person."""
    console.print(f"{heading(report)}\n")
    for sheet in sheets(report):
        table = Table(title=escape(sheet.title), title_justify="left")
        for number, column in enumerate(sheet.columns):
            table.add_column(escape(column), justify="right" if number else "left")
        for row in sheet.rows:
            table.add_row(*map(escape, row))
        console.print(table)
        if sheet.note:
            console.print(sheet.note, markup=False)
    for note in report["notes"]:
        console.print(note, markup=False)


def markdown(report: Mapping[str, Any]) -> str:
    """*report* as a Markdown document."""
    notes = "".join(f"{note}\n" for note in report["notes"])
    parts = [f"# How good the answers are\n\n{heading(report)}\n", notes]
    parts += [section(sheet) for sheet in sheets(report)]
    return "\n".join(part for part in parts if part)


def section(sheet: Sheet) -> str:
    """*sheet* as a section of a Markdown document."""
    lines = [f"## {sheet.title}", ""]
    lines += [_row(sheet.columns), _row(["---", *["---:"] * (len(sheet.columns) - 1)])]
    lines += [_row(row) for row in sheet.rows]
    if sheet.note:
        lines += ["", *(f"- {line}" for line in sheet.note.split("\n"))]
    return "\n".join([*lines, ""])


def _row(cells: "list[str] | tuple[str, ...]") -> str:
    return f"| {' | '.join(one.replace('|', '/') for one in cells)} |"
