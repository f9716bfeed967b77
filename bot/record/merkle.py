"""A Merkle tree over the rows of a log, by RFC 6962: one hash that stands for all of them in order.

The tree's right edge is enough to go on: appending a row takes a few hashes, however long the log.
A row is proved to be in a tree by its audit path, which anybody can check with SHA-256 alone.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_LEAF, _NODE = b"\x00", b"\x01"
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without rows."""


def leaf(data: bytes) -> bytes:
    """The hash of a row (RFC 6962, 2.1)."""
    return hashlib.sha256(_LEAF + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees (RFC 6962, 2.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: the roots of its full subtrees, the largest first."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def with_row(self, data: bytes) -> "Edge":
        """The edge once the row *data* is appended."""
        roots, hashed, size = list(self.roots), leaf(data), self.size
        while size % 2:  # a subtree of this size is full and joins its neighbour
            hashed = node(roots.pop(), hashed)
            size //= 2
        return Edge(self.size + 1, (*roots, hashed))

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self.roots:
            return EMPTY
        *others, hashed = self.roots
        for left in reversed(others):
            hashed = node(left, hashed)
        return hashed

    def dump(self) -> str:
        """As text: the size and the roots in hexadecimal, by blanks."""
        return " ".join([str(self.size), *(root.hex() for root in self.roots)])

    @classmethod
    def load(cls, text: str) -> "Edge":
        """Undo `dump`.

        Raises:
            ValueError: It is no edge of a tree: so many rows have another number of full subtrees.
        """
        size, *roots = text.split()
        edge = cls(int(size), tuple(map(bytes.fromhex, roots)))
        if edge.size < 0 or len(edge.roots) != edge.size.bit_count():
            raise ValueError(f"{len(roots)} roots over {size} rows")
        return edge


def root_of(rows: Iterable[bytes]) -> bytes:
    """The root of the tree over *rows*."""
    edge = Edge()
    for data in rows:
        edge = edge.with_row(data)
    return edge.root


@dataclass(slots=True)
class _Subtree:
    """A full subtree, and the paths so far of the rows in it that are asked for."""

    size: int
    root: bytes
    paths: list[list[bytes]]

    def joined(self, right: "_Subtree") -> "_Subtree":
        for path in self.paths:
            path.append(right.root)
        for path in right.paths:
            path.append(self.root)
        return _Subtree(self.size + right.size, node(self.root, right.root),
                        [*self.paths, *right.paths])


def audit_paths(
    rows: Iterable[bytes], places: Collection[int]
) -> tuple[bytes, dict[int, tuple[bytes, ...]]]:
    """The root over *rows*, and what proves that each row at *places*, from 0, is in the tree.

    A path is the hashes beside the row's own, from the row up (RFC 6962, 2.1.1).  The rows are
    gone through once, and memory grows with the places and not with the rows.

    Raises:
        IndexError: One of *places* has no row.
    """
    asked, paths = frozenset(places), dict[int, list[bytes]]()
    trees: list[_Subtree] = []
    for place, data in enumerate(rows):
        path = [paths.setdefault(place, [])] if place in asked else []
        tree = _Subtree(1, leaf(data), path)
        while trees and trees[-1].size == tree.size:
            tree = trees.pop().joined(tree)
        trees.append(tree)
    if missing := asked - paths.keys():
        raise IndexError(f"no row {min(missing)}")
    while len(trees) > 1:
        right = trees.pop()
        trees.append(trees.pop().joined(right))
    root = trees[0].root if trees else EMPTY
    return root, {place: tuple(path) for place, path in paths.items()}
