"""The tree of RFC 6962, against the roots that its test suites publish and against itself."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.merkle import EMPTY, Edge, audit_paths, leaf, node, root_of

# The inputs and roots of the tests of Certificate Transparency's reference implementation.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
rows_of_bytes = st.lists(st.binary(max_size=8), max_size=70)


def test_an_empty_tree_has_the_root_of_the_standard():
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size: int):
    assert root_of(INPUTS[:size]).hex() == ROOTS[size - 1]


def by_definition(rows: list[bytes]) -> bytes:
    """The recursion as RFC 6962, 2.1, states it."""
    if not rows:
        return EMPTY
    if len(rows) == 1:
        return leaf(rows[0])
    split = split_of(rows)
    return node(by_definition(rows[:split]), by_definition(rows[split:]))


def path_by_definition(rows: list[bytes], place: int) -> tuple[bytes, ...]:
    """The path of the row at *place* as RFC 6962, 2.1.1, states it."""
    if len(rows) == 1:
        return ()
    split = split_of(rows)
    if place < split:
        return *path_by_definition(rows[:split], place), by_definition(rows[split:])
    return *path_by_definition(rows[split:], place - split), by_definition(rows[:split])


def split_of(rows: list[bytes]) -> int:
    """The largest power of two below the number of *rows*, of which there are two at least."""
    return 1 << (len(rows) - 1).bit_length() - 1


@given(rows_of_bytes)
def test_the_edge_gives_the_root_of_the_definition(rows: list[bytes]):
    assert root_of(rows) == by_definition(rows)


@pytest.mark.parametrize("text", ["3 00", "0 00", "5", f"-1 {'00' * 32}"])
def test_what_is_no_edge_is_not_gone_on_from(text: str):
    """The next row would have looked for a subtree that isn't there."""
    with pytest.raises(ValueError, match="roots over"):
        Edge.load(text)


@given(rows_of_bytes, rows_of_bytes)
def test_an_edge_that_was_written_down_goes_on_as_if_it_had_not_been(
    first: list[bytes], rest: list[bytes]
):
    edge = Edge()
    for data in first:
        edge = edge.with_row(data)
    edge = Edge.load(edge.dump())
    for data in rest:
        edge = edge.with_row(data)

    assert edge.root == root_of([*first, *rest])
    assert edge.size == len(first) + len(rest)


def root_by_path(data: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a row and its audit path lead to; None if the path is of another length."""
    if not 0 <= place < size:
        return None
    hashed, last, left = leaf(data), size - 1, list(path)
    while last:
        if place % 2:
            if not left:
                return None
            hashed = node(left.pop(0), hashed)
        elif place < last:
            if not left:
                return None
            hashed = node(hashed, left.pop(0))
        place, last = place // 2, last // 2
    return None if left else hashed


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_path_proves_its_row_and_no_other(rows: list[bytes], data: st.DataObject):
    place = data.draw(st.integers(0, len(rows) - 1))
    path = audit_paths(rows, {place})[1][place]

    assert root_by_path(rows[place], place, len(rows), path) == root_of(rows)
    assert root_by_path(rows[place] + b"x", place, len(rows), path) != root_of(rows)
    assert root_by_path(rows[place], place, len(rows), (*path, b"x" * 32)) is None
    if path:
        assert root_by_path(rows[place], place, len(rows), path[:-1]) is None


@given(size=st.integers(1, 70), data=st.data())
def test_paths_are_those_of_the_definition(size, data):
    rows = [bytes([n]) for n in range(size)]
    places = data.draw(st.sets(st.integers(0, size - 1)))

    root, paths = audit_paths(iter(rows), places)

    assert root == root_of(rows)
    assert paths == {place: path_by_definition(rows, place) for place in places}


@pytest.mark.parametrize("place", [-1, 1])
def test_a_path_of_a_row_that_is_not_there_is_an_error(place: int):
    with pytest.raises(IndexError, match=f"no row {place}"):
        audit_paths(iter([b"a"]), {place})


def test_without_rows_there_are_no_paths():
    assert audit_paths(iter([]), ()) == (EMPTY, {})
