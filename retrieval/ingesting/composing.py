"""One text and its blocks, put together by every parser in the same way.

White space within a block becomes one blank, what can't be seen and means nothing (soft hyphens,
control characters) goes, and everything else stays: marks that steer the direction of writing
and those that join letters are part of how a language is written.
"""

import re
import unicodedata

from retrieval.errors import NotIngested
from retrieval.guidance import Page
from retrieval.ingesting.extracted import NO_PAGE, Block, BlockKind, Extracted
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.numbering import numbering_of

BETWEEN_BLOCKS = "\n\n"
BETWEEN_CELLS = " | "
MOST_OF_A_HEADING = 1_000
"""A longer one is a paragraph that is set like one; each piece under it would repeat it."""
MOST_OF_A_TITLE_LINE = 120
"""Characters of a line that is taken for a title although it is not set as a heading."""
_ENDS = tuple(".,;:!?…。")
_QUOTED = 80
"""Characters of what a note is about that are quoted."""
_NUMBERED = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM})
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0xFEFF))
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED_MARKS = str.maketrans("0123456789ivxlcabdeg", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁱᵛˣˡᶜᵃᵇᵈᵉᵍ")
_RAISES = re.compile(r"[0-9]{1,4}")


class Composition:
    """A document that is being read, block after block."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._words: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._notes: dict[str, int] = {}
        self._first: dict[str, str] = {}
        """Of a note, what it was first told of, and where that stands."""

    def add(
        self, kind: BlockKind, words: str, *, page: Page = NO_PAGE, level: int = 0,
        number: str | None = None,
    ) -> None:
        """Add the next block; one without a visible character is none.

        Args:
            kind: What it is.
            words: Its words, with what numbers it, in whatever white space.
            page: Where it begins.
            level: Of a heading or an item, from 1.
            number: What numbers it; None to see whether its first words do.

        Raises:
            NotIngested: The document has more characters than `Limits.characters`.
        """
        plain = tidy(words)
        if not plain:
            return
        if kind is BlockKind.HEADING and len(plain) > MOST_OF_A_HEADING:
            kind, level = BlockKind.PARAGRAPH, 0
        if number is None:
            found = numbering_of(plain, kind is BlockKind.HEADING) if kind in _NUMBERED else None
            number = found.written if found else ""
        start = self._length + (len(BETWEEN_BLOCKS) if self._blocks else 0)
        end = start + len(plain)
        if end > self._limits.characters:
            raise NotIngested(f"The document has more than {self._limits.characters:,} characters, "
                          "which is the limit; split it, or raise the limit.")
        self._words.append(plain)
        self._blocks.append(Block(kind, start, end, page, level, number))
        self._length = end

    def row(self, cells: list[str], page: Page = NO_PAGE) -> None:
        """Add a table's row.

        One of a number and some words is an entry of a list that was set as a table.
        """
        plain = [tidy(cell) for cell in cells]
        filled = [cell for cell in plain if cell]
        found = numbering_of(filled[0]) if len(filled) == 2 else None
        if found and not found.word and found.end == len(filled[0]):
            self.add(BlockKind.ITEM, " ".join(filled), page=page, level=1, number=found.written)
        elif filled:
            self.add(BlockKind.TABLE, BETWEEN_CELLS.join(plain), page=page)

    def note(self, sentence: str, words: str = "", before: str = "") -> None:
        """Tell whoever reads the result something, once.

        Args:
            sentence: What is told; "{n}" becomes how often it was.
            words: What it is about; the beginning of the first is quoted, and what stands before.
            before: Words of the block that isn't finished yet.
        """
        self._notes[sentence] = self._notes.get(sentence, 0) + 1
        if words and sentence not in self._first:
            stands = tidy(before) or (self._words[-1] if self._words else "")
            where = f"after “{_end_of(stands)}”" if stands else "at the beginning"
            self._first[sentence] = f" The first, {where}: “{_start_of(tidy(words))}”."

    def finished(
        self, title: str = "", language: str = "", pages: int | None = None
    ) -> Extracted:
        """The whole document; where it states no title, it has that of `_title`."""
        whole = BETWEEN_BLOCKS.join(self._words)
        called = tidy(title) or self._title(whole)
        if not whole:
            self.note("No text was found in it.")
        notes = tuple(s.replace("{n}", str(times)) + self._first.get(s, "")
                      for s, times in self._notes.items())
        called = called[:MOST_OF_A_HEADING]
        return Extracted(whole, tuple(self._blocks), called, language.strip(), pages, notes)

    def _title(self, whole: str) -> str:
        """The first heading, or what stands in its place; empty where nothing does.

        A numbered heading with others beside or over it ("Article 1") is that of a part. Any two
        texts have one, and would be taken for editions of one another: the title is then a line at
        the very beginning, as plain text sets it.
        """
        headings = [b for b in self._blocks if b.kind is BlockKind.HEADING]
        if not headings:
            return ""
        first = headings[0]
        of_a_part = first.number and any(b.level <= first.level for b in headings[1:])
        if not of_a_part:
            return whole[first.start:first.end]
        opening = next(b for b in self._blocks if b.kind is not BlockKind.MARGIN)
        line = whole[opening.start:opening.end]
        is_title = (opening.kind is BlockKind.PARAGRAPH and not opening.number
                    and len(line) <= MOST_OF_A_TITLE_LINE and not line.endswith(_ENDS))
        return line if is_title else ""


def _start_of(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()}…"


def _end_of(words: str) -> str:
    return words if len(words) <= _QUOTED else f"…{words[-_QUOTED:].lstrip()}"


def tidy(words: str) -> str:
    """*words* with one blank for any white space, and without what can't be seen."""
    seen = words.translate(_UNSEEN)
    if not seen.isprintable():
        seen = "".join(
            c for c in seen if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join(seen.split())


def raised(words: str) -> str:
    """What stands above the line, so that it still does: 10⁶ is not 106, nor "rights¹" a word.

    Only digits are raised; "st" of "1st" is no number and reads well as it is.
    """
    return words.translate(_RAISED) if _RAISES.fullmatch(words.strip()) else words


def raised_mark(mark: str) -> str:
    """The *mark* of a note ("1", "iv"), above the line as far as there are such characters."""
    return mark.translate(_RAISED_MARKS)
