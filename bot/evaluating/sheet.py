"""One table of figures, which the terminal and the Markdown file print alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; the first column names the rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def cell(one: Estimate | None, shape: str = ".3f") -> str:
    """*one* with its interval."""
    if one is None or one.value is None:
        return "-"
    return f"{one.value:{shape}} [{one.low:{shape}}, {one.high:{shape}}]"


def by_name(
    title: str, table: Mapping[str, Mapping[str, Estimate]], shape: str = ".3f", note: str = ""
) -> Sheet:
    """A column for each name in *table*, a row for each figure."""
    names = list(dict.fromkeys(name for one in table.values() for name in one))
    rows = tuple(
        (name, *(cell(one.get(name), shape) for one in table.values())) for name in names
    )
    return Sheet(title, ("", *table), rows, note)
