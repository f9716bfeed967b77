"""What was read out of a document: its text, and what each stretch of it is.

Whatever the file was, it becomes one text and a list of blocks over it in reading order.  Nothing
is reworded: white space within a block is one blank, a word that a line's end had hyphenated is
whole again, and else every character is the document's.  So a provision cut out of `text` is the
document's own words, and can be held against the document again.
"""

from dataclasses import dataclass
from enum import StrEnum

from retrieval.guidance import Page

NO_PAGE = Page()


class BlockKind(StrEnum):
    """What a stretch of text is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """An entry of a list, whether it is numbered or has a bullet."""
    TABLE = "table"
    """A table's row, its cells parted by " | "."""
    FOOTNOTE = "footnote"
    MARGIN = "margin"
    """A running header or footer, or a page number: no part of what the document says."""


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of a document."""

    kind: BlockKind
    start: int
    end: int
    """Characters of the document's text."""
    page: Page = NO_PAGE
    """Where it begins."""
    level: int = 0
    """Of a heading, from 1; of an item, how deep it is nested, from 1; else 0."""
    number: str = ""
    """What numbers it, as the document writes it: "12", "(b)", "Article 12", "II.3"; empty for
    none.  It is part of the text as well."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document as text."""

    text: str
    """All blocks in reading order, parted by a blank line."""
    blocks: tuple[Block, ...]
    title: str = ""
    """What the document calls itself; empty where it doesn't say."""
    language: str = ""
    """As the document states it ("en", "ar"); empty where it doesn't."""
    pages: int | None = None
    """How many pages it has; None where it has no pages of its own."""
    notes: tuple[str, ...] = ()
    """What whoever reads the result has to know: pages without text, pictures left out."""

    def of(self, block: Block) -> str:
        """The words of *block*."""
        return self.text[block.start : block.end]
