"""Lists that are shown page by page, and what an address says of which."""

import pytest
from starlette.exceptions import HTTPException

from bot.console.paging import LONGEST_QUERY, from_one, in_full, number_in, paged, within


@pytest.mark.parametrize(("total", "page", "rows", "shown", "pages"), [
    (0, 1, [], 1, 1), (0, 7, [], 1, 1), (3, 1, [0, 1, 2], 1, 1), (3, 0, [0, 1, 2], 1, 1),
    (4, 2, [3], 2, 2), (6, 2, [3, 4, 5], 2, 2), (7, 99, [6], 3, 3), (7, -1, [0, 1, 2], 1, 3),
])
def test_a_page_that_is_not_there_is_the_nearest_that_is(total, page, rows, shown, pages):
    here = paged(range(total), page, 3)
    assert (list(here.rows), here.page, here.pages) == (rows, shown, pages)
    assert here.first == (rows[0] if rows else 0)
    assert within(total, page, 3) == (shown, pages)


@pytest.mark.parametrize(("given", "page", "number"), [
    ("", 1, 0), ("0", 1, 0), ("7", 7, 7), ("-7", 1, 0), ("seven", 1, 0), ("٧", 1, 0),
    ("1234567", 1, 1_234_567), ("123456789", 1, 0),
])
def test_what_is_no_number_is_the_first_page_and_no_row(given, page, number):
    assert (from_one(given), number_in(given)) == (page, number)


def test_a_filter_is_read_as_a_whole_or_not_at_all():
    """Behind 2,000 characters it was cut without a word: more was shown, and exported."""
    query = "text=" + "x" * (LONGEST_QUERY - len("text="))
    assert in_full(query) == query
    with pytest.raises(HTTPException) as refused:
        in_full(f"{query}x")
    assert refused.value.status_code == 414
