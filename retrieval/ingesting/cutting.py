"""A document cut into what it is cited by, as a proposal that an admin looks through.

Pure.  The cut follows the document's own unit (`units`); what no unit holds is cut at headings,
and a document without either at its paragraphs; one that falls into too many, by length.  Every
character is in exactly one piece, or in what a piece passes over (`Piece.without`), so nothing can
be lost without being seen.

Three choices to know:

- A heading belongs to its piece without being of its words: it has a place of its own wherever a
  provision is shown, and a quotation that begins with "Article 12" reads like a slip.
- Footnotes are left out.  They are cited by their own number, and quoted as the article's words
  they would put into the mouth of its authors what an editor added.
- A commentary is a piece of its own beside the principle that it explains ("Principle 17,
  Commentary"): who quotes it as the principle misquotes.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from retrieval.ingesting.contents import MAX_TITLE_CHARACTERS, contents_of
from retrieval.ingesting.extracted import Block, BlockKind, Extracted
from retrieval.ingesting.numbering import Numbering, numbering_of
from retrieval.ingesting.parting import parted
from retrieval.ingesting.pieces import Naming, Piece, place_named, shortened, words_of
from retrieval.ingesting.units import Unit, is_commentary, units_of

CITED: Mapping[str, str] = MappingProxyType({"paragraph": "{short}, para. {n}"})
"""How a unit is cited where a source doesn't say; else by its kind: "{short}, Article {n}"."""

_ENDS = tuple(".;:!?。")
_SENTENCE = re.compile(r"[^\s.]{3,}[.;!?,](?:\s|$)|[。；؟।۔]")
MOST_OF_A_TITLE = 300
"""Characters before the first sentence that may be a title page's."""
MOST_TITLES = 4
"""Pieces of it."""
MOST_PIECES = 30_000
"""Of more nobody looks through; the longest manual that we know, of 2,486 pages, has far fewer."""


def cut(extracted: Extracted, naming: Naming) -> tuple[Piece, ...]:
    """The pieces that *extracted* falls into, in its order, what is left out among them."""
    contents = contents_of(extracted)
    units = units_of(extracted, contents)
    early = units_of(extracted, contents, units[0].block) if units else ()
    main = units[0].kind if units else ""
    recitals = main == "article"
    starts = {u.block: replace(u, kind="recital") if recitals and u.kind == "paragraph" else u
              for u in early}
    starts.update({unit.block: unit for unit in units})
    pieces = _Cutter(extracted, naming, contents, starts, main).pieces()
    return pieces if len(pieces) <= MOST_PIECES else _by_length(extracted, naming)


def _by_length(extracted: Extracted, naming: Naming) -> tuple[Piece, ...]:
    """*extracted* in parts of one length, whatever it is made of."""
    first, last = extracted.blocks[0], extracted.blocks[-1]
    return tuple(parted(Piece(
        first.start, last.end, first.start, place_named(naming.short, "", first.page), "",
        "paragraph", page=first.page), extracted))


class _Cutter:
    """Goes through the blocks once and opens and closes pieces."""

    def __init__(
        self, extracted: Extracted, naming: Naming, contents: frozenset[int],
        starts: Mapping[int, Unit], main: str,
    ) -> None:
        self._extracted = extracted
        self._naming = naming
        self._contents = contents
        self._starts = starts
        self._main = main
        self._done: list[Piece] = []
        self._open: Piece | None = None
        self._level = 0
        """Of the heading that the open piece stands under; 0 for a numbered paragraph."""
        self._unit: Unit | None = None
        """The unit of the open piece."""
        self._untitled = False
        self._asides: list[Piece] = []
        self._headings: list[Block] = []
        self._path: list[tuple[int, str]] = []
        """The headings that the reading is under, with their levels."""
        self._again = Counter(extracted.of(b) for b in extracted.blocks
                              if b.kind is BlockKind.HEADING)
        self._above = ""
        """The nearest heading so far."""
        self._title_block = _title_of(extracted)
        self._by_paragraph = not main and not any(
            heads(b, extracted.of(b)) and b is not self._title_block for b in extracted.blocks)

    def pieces(self) -> tuple[Piece, ...]:
        for place, block in enumerate(self._extracted.blocks):
            self._take(place, block)
        self._close()
        self._leave_headings(self._headings)
        self._leave_title()
        return tuple(part for piece in self._done for part in parted(piece, self._extracted))

    def _leave_title(self) -> None:
        """Leave out what stands before the first sentence: a cover, a title, a date, "Whereas:".

        A document without any sentence has no such place, and lists are read for what they name.
        """
        kept = [place for place, piece in enumerate(self._done) if not piece.left_out]
        for count, place in enumerate(kept):
            piece = self._done[place]
            words = words_of(piece, self._extracted)
            if piece.number or len(words) > MOST_OF_A_TITLE or _SENTENCE.search(words):
                titles = kept[:count]
                break
        else:
            return
        listed = {BlockKind.ITEM, BlockKind.TABLE}
        for place in titles[:MOST_TITLES]:
            piece = self._done[place]
            if any(block.kind in listed and piece.body <= block.start < piece.end
                   for block in self._extracted.blocks):
                return
            self._done[place] = replace(
                piece, left_out=True, why="A title or a cover: no sentence stands in it.")

    def _take(self, place: int, block: Block) -> None:
        words = self._extracted.of(block)
        if self._pass_over(place, block):
            return
        unit = self._starts.get(place)
        if unit is not None:
            self._begin_unit(unit, block, words)
        elif self._is_title(place, block, words):
            self._title(block, words)
        elif self._unit is not None and is_commentary(words):
            self._begin_commentary(block, words)
        elif heads(block, words):
            if self._open is not None and self._level and block.level > self._level and (
                    self._unit is not None):
                self._continue(block)
            else:
                self._close()
                self._unit = None
                self._headings.append(block)
                self._above = words
                self._path = [(lvl, said) for lvl, said in self._path if lvl < block.level]
                self._path.append((block.level, words))
        elif self._open is not None and not (
                self._by_paragraph and block.kind is BlockKind.PARAGRAPH):
            self._continue(block)
        else:
            self._begin_place(place, block, words)

    def _pass_over(self, place: int, block: Block) -> bool:
        short = self._naming.short
        if block.kind is BlockKind.FOOTNOTE:
            pinpoint = f"{short}, note {block.number}" if block.number else f"{short}, a note"
            why = "A note: it is cited by its own number, and not as part of what it stands under."
        elif block.kind is BlockKind.MARGIN:
            pinpoint = place_named(short, "running header or footer", block.page)
            why = "A running header or footer, a page number, or a line of a table of contents."
        elif place in self._contents:
            pinpoint = place_named(short, "table of contents", block.page)
            why = "A line of the table of contents."
        else:
            return False
        self._asides.append(Piece(
            block.start, block.end, block.start, pinpoint, "", block.kind.value,
            page=block.page, left_out=True, why=why))
        return True

    def _begin_unit(self, unit: Unit, block: Block, words: str) -> None:
        self._close()
        self._leave_headings(self._headings)
        self._unit = unit
        rest = words[unit.numbering.end:].strip(" :.-–—")
        alone = not rest
        heads = alone or block.kind is BlockKind.HEADING
        self._level = block.level if block.kind is BlockKind.HEADING else int(heads)
        self._untitled = alone
        heading = (rest or words.strip(" :.")) if heads else self._above
        self._open = Piece(
            block.start, block.end, block.end if heads else block.start,
            self._cited(unit), heading, unit.kind, unit.numbering.number, unit.within, block.page)

    def _cited(self, unit: Unit) -> str:
        short = ", ".join(part for part in (self._naming.short, unit.within) if part)
        form = CITED.get(unit.kind, "{short}, {kind} {n}")
        if self._naming.cited and unit.kind == self._main:
            form = self._naming.cited
        return (form.replace("{short}", short).replace("{kind}", unit.kind.capitalize())
                .replace("{n}", unit.numbering.number))

    def _is_title(self, place: int, block: Block, words: str) -> bool:
        """Whether *block* is what the unit that was just named is called."""
        if not self._untitled or self._asides or place - 1 not in self._starts:
            return False
        if is_commentary(words) or _numbered(words) is not None:
            return False
        following = self._extracted.blocks[place + 1:place + 2]
        goes_on = bool(following) and place + 1 not in self._starts
        if not goes_on or len(words) > MAX_TITLE_CHARACTERS:
            return False
        if block.kind is BlockKind.HEADING:
            return following[0].kind is not BlockKind.HEADING or (
                following[0].level > block.level)
        return (block.kind is BlockKind.PARAGRAPH and not words.endswith(_ENDS)
                and following[0].kind in {BlockKind.PARAGRAPH, BlockKind.ITEM})

    def _title(self, block: Block, words: str) -> None:
        if self._open is not None:
            self._open = replace(self._open, end=block.end, body=block.end, heading=words)
        self._untitled = False

    def _begin_commentary(self, block: Block, words: str) -> None:
        unit = self._unit
        heading = self._open.heading if self._open is not None else self._above
        self._close()
        self._leave_headings(self._headings)
        if unit is None:
            return
        self._unit = unit
        self._level = block.level or self._level or 1
        called = words.strip(" :.")
        called = called.capitalize() if called.isupper() else called
        self._open = Piece(
            block.start, block.end, block.end, f"{self._cited(unit)}, {called}", heading,
            "commentary", unit.numbering.number, unit.within, block.page)

    def _begin_place(self, place: int, block: Block, words: str) -> None:
        self._close()
        own = self._headings.pop() if self._headings else None
        self._leave_headings(self._headings)
        heading = self._extracted.of(own) if own is not None else self._above
        number, kind = "", "paragraph"
        if own is not None and own is self._title_block:
            self._leave_headings([own])
            own = None
        numbering = numbering_of(heading, heading=True) if own is not None else None
        countable = numbering is not None and (
            numbering.kind or (numbering.depth and not numbering.word))
        if numbering is not None and countable and not self._main:
            number = numbering.number
        if heading and not self._by_paragraph:
            kind = "section"
        pinpoint = place_named(
            self._naming.short, heading, block.page, self._above_again(heading))
        if own is None and not block.page.pdf and not block.page.printed and (
                not heading or heading == self._extracted.title):
            pinpoint = self._opening(place, words)
        self._level = own.level if own is not None else 0
        start = own.start if own is not None else block.start
        passed: list[Piece] = []
        while self._done and self._done[-1].start > start:
            passed.insert(0, self._done.pop())
        self._open = Piece(
            start, block.end, block.start, pinpoint, heading, kind, number, "", block.page,
            without=tuple((piece.start, piece.end) for piece in passed))

    def _above_again(self, heading: str) -> str:
        """The heading above *heading*, where that comes back elsewhere."""
        above = [said for _, said in self._path if said != heading]
        return above[-1] if self._again[heading] > 1 and above else ""

    def _opening(self, place: int, words: str) -> str:
        """A pinpoint for what has neither number, heading nor page."""
        following = [u for p, u in sorted(self._starts.items()) if p > place]
        if following and not any(piece.number for piece in self._done):
            first = self._cited(following[0]).removeprefix(f"{self._naming.short}, ")
            return f"{self._naming.short}, before {first}"
        begins = shortened(" ".join(words.split()[:6]).rstrip(".,;:"))
        return f"{self._naming.short}, paragraph beginning “{begins}”"

    def _continue(self, block: Block) -> None:
        if self._open is None:
            return
        passed = tuple((aside.start, aside.end) for aside in self._asides)
        self._asides = []
        empty = self._open.body == self._open.end
        self._open = replace(
            self._open, end=block.end, without=(*self._open.without, *passed),
            body=block.start if empty else self._open.body)
        self._untitled = False

    def _close(self) -> None:
        if self._open is not None:
            piece = self._open
            if not _says(piece, self._extracted):
                piece = replace(piece, body=piece.start, left_out=True,
                                why="A heading without words under it.")
            self._done.append(piece)
        self._open = None
        self._done += self._asides
        self._asides = []

    def _leave_headings(self, headings: list[Block]) -> None:
        """Leave out headings that stand over other headings or over numbered paragraphs."""
        for block in headings:
            words = self._extracted.of(block)
            self._done.append(Piece(
                block.start, block.end, block.start,
                place_named(self._naming.short, words, block.page), words, "heading",
                page=block.page, left_out=True,
                why="A heading: what stands under it carries it, or is a piece of its own."))
        if headings:
            self._done.sort(key=lambda piece: piece.start)
        if headings is self._headings:
            self._headings = []


def _title_of(extracted: Extracted) -> Block | None:
    """The heading that is the document's title, and over all others, if one is."""
    headings = [b for b in extracted.blocks if b.kind is BlockKind.HEADING]
    if not headings or extracted.of(headings[0]) != extracted.title:
        return None
    over_all = all(other.level > headings[0].level for other in headings[1:])
    return headings[0] if over_all else None


def heads(block: Block, words: str) -> bool:
    """Whether *block* stands over others: what HTML without headings writes in capitals does."""
    if block.kind is not BlockKind.PARAGRAPH or len(words) > MAX_TITLE_CHARACTERS:
        return block.kind is BlockKind.HEADING
    numbering = _numbered(words)
    wider = numbering is not None and numbering.is_wider and not words.endswith(_ENDS)
    return wider or (words.isupper() and sum(c.isalpha() for c in words) > 2)


def _numbered(words: str) -> Numbering | None:
    return numbering_of(words, heading=True)


def _says(piece: Piece, extracted: Extracted) -> bool:
    return bool(words_of(piece, extracted))


