"""Facts of a deal, and tables of what they may be: a condition as data, not as a language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NewType

Fact = NewType("Fact", str)

Table = Mapping[Fact, frozenset[str]]
"""By fact its values: every row must match, and a row matches if any of its values does."""

UNKNOWN = "unknown"
"""Written in a table's row, matches a fact that was answered "I don't know"."""

EMPTY_TABLE: Table = MappingProxyType({})


def no_rows() -> Table:
    """The table without rows, which fits whatever is known."""
    return EMPTY_TABLE
