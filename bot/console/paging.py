"""Lists that are shown page by page, and the filters and numbers that addresses and forms hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar

from starlette.exceptions import HTTPException

LONGEST_QUERY = 8_000
"""Characters of a filter that is read: no form of ours can make one as long."""
_PAGE_DIGITS = 6
_DIGITS = 8
"""Most digits of a number that is taken for one: the database holds none that is larger."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list."""

    rows: Sequence[T]
    page: int
    """Which it is, from 1."""
    pages: int
    """How many there are: one at least, which may be empty."""
    first: int
    """How many rows stand on the pages before it."""


def paged(rows: Sequence[T], page: int, size: int) -> Paged[T]:
    """That *page* of *rows*, of *size* each; one that isn't there is the nearest that is."""
    here, pages = within(len(rows), page, size)
    first = (here - 1) * size
    return Paged(rows[first : first + size], here, pages, first)


def within(total: int, page: int, size: int) -> tuple[int, int]:
    """*page* of *total* rows, *size* each, or the nearest that is there; and how many there are."""
    pages = max(1, -(-total // size))
    return max(1, min(page, pages)), pages


def in_full(query: str) -> str:
    """*query*, the filter in an address or a form, unless it is too long to be read.

    A part of one would let more pass than was asked for, in an export too.

    Raises:
        HTTPException: It has more than `LONGEST_QUERY` characters.
    """
    if len(query) > LONGEST_QUERY:
        raise HTTPException(HTTPStatus.REQUEST_URI_TOO_LONG)
    return query


def from_one(given: str) -> int:
    """The number in an address of what counts from one, as pages do; 1 where it holds none."""
    return max(_read(given, _PAGE_DIGITS), 1)


def number_in(given: str) -> int:
    """The number in a field; 0, which nothing has, where it holds none."""
    return _read(given, _DIGITS)


def _read(given: str, most: int) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= most else 0
