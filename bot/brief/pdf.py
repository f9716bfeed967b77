"""A deal brief as a PDF: A4, selectable text, bookmarks, links from each mark to its source.

The same brief always gives the same bytes: the file's date is the brief's, and nothing in it
depends on the clock or on chance.  The person's words are only ever set as text; no markup is
read from any string.
"""

from collections.abc import Sequence

from fpdf import FPDF, XPos, YPos
from fpdf.enums import Align, MethodReturnValue
from fpdf.line_break import BREAKING_SPACE_SYMBOLS_STR, NBSP, NEWLINE, SOFT_HYPHEN

from bot.brief.document import Brief, Origin, Part, Section
from bot.brief.faces import BOLD, REGULAR, fallbacks_for, needs_shaping, showable
from bot.brief.paragraphs import (
    BAR_MM,
    CALM_TINT,
    INDENT_MM,
    INK,
    LINK,
    QUIET,
    RED,
    RED_TINT,
    RULE,
    Colour,
    Paragraph,
    Run,
    marks,
    of_excerpt,
    of_origin,
    of_point,
    of_row,
    texts,
)

MARGIN_MM = 22.0
FOOT_MM = 22.0
LABEL_MM = 34.0
BLOCK_GAP_MM = 2.2
"""Above each point of a section."""
ORIGIN_GAP_MM = 2.5
"""Above each source."""
MM_PER_POINT = 25.4 / 72
LEADING = 1.38
"""Height of a line as a multiple of its size."""
_BROKEN_OTHERWISE = frozenset(f"{BREAKING_SPACE_SYMBOLS_STR}{NBSP}{SOFT_HYPHEN}{NEWLINE}") - {" "}
"""Signs but the space at which `write` breaks a line, or does not."""
PAGES = "\ue000\ue000"
"""Stands for the number of pages until it is known: private characters, which `showable` spells
out, so that nobody's words can hold them."""


def to_pdf(brief: Brief) -> bytes:
    """*brief* as a PDF file."""
    page = _Page(brief)
    page.lay_out()
    return bytes(page.output())


class _Page(FPDF):
    """Sets one brief."""

    def __init__(self, brief: Brief) -> None:
        super().__init__(format="A4", unit="mm")
        self._brief = brief
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, FOOT_MM)
        self.set_creation_date(brief.at)
        self.set_title(showable(brief.title))
        self.set_author("Advisor")
        self.set_creator("Advisor")
        self.set_subject("Considerations, red flags and safeguards; not legal advice")
        self.set_lang("en")
        self.alias_nb_pages(PAGES)
        self._add_faces()
        # Marks come before their sources: where a link leads is set when its source is.
        self._widths: dict[tuple[str, float, str], float] = {}
        self._anchors = {origin.number: self.add_link(page=1) for origin in brief.origins}

    def _add_faces(self) -> None:
        self.add_font(REGULAR.name, "", REGULAR.path)
        self.add_font(BOLD.name, "B", BOLD.path)
        needed = fallbacks_for("".join(map(showable, texts(self._brief))))
        for face in needed:
            self.add_font(face.name, "", face.path, variations=face.axes)
        self.set_fallback_fonts([face.name for face in needed], exact_match=False)

    def footer(self) -> None:
        """What holds for every page, and its number."""
        self.set_y(-15)
        self.set_font(REGULAR.name, "", 7.8)
        self.set_text_color(*QUIET)
        self.cell(self.epw - 30, 5, showable(self._brief.footing))
        self.cell(30, 5, f"Page {self.page_no()} of {PAGES}", align=Align.R)

    def lay_out(self) -> None:
        """Set everything."""
        self.add_page()
        self._head()
        self._upshot()
        for section in self._brief.sections:
            self._section(section)
        note = Paragraph((Run(self._brief.sources_note, colour=QUIET),), size=9.2, before=0.5)
        first = [_origin_paragraphs(origin)[0] for origin in self._brief.origins[:1]]
        self._heading(self._brief.sources, [note, *(first or [[]])[0]], ORIGIN_GAP_MM)
        self._put(note)
        for origin in self._brief.origins:
            self._origin(origin)

    # --- parts ------------------------------------------------------------------------------

    def _head(self) -> None:
        brief = self._brief
        self._put(Paragraph((Run(brief.kind.upper(), bold=True, colour=QUIET),), size=8.5))
        self._put(Paragraph((Run(brief.subject or brief.kind, bold=True),), size=17, before=1))
        self.ln(3)
        for row in brief.rows:
            label, value = of_row(row, LABEL_MM)
            top = self.get_y()
            self._put(label)
            # Unless the label began a page, its value stands beside it.
            if self.get_y() > top:
                self.set_y(top)
            self._put(value)

    def _upshot(self) -> None:
        """The line a hurried reader must see, in a box, and what the brief is not."""
        brief = self._brief
        colour, tint = (RED, RED_TINT) if brief.alarming else (LINK, CALM_TINT)
        box = [
            Paragraph((Run(brief.upshot, bold=True, colour=colour if brief.alarming else INK),
                       *marks(brief.upshot_marks)), size=12.5, indent=INDENT_MM),
            Paragraph((Run(brief.tally),), size=9.2, indent=INDENT_MM, before=1.5),
        ]
        # Five above it, and eight within: a long head may leave it too little of the page.
        self._break_before(box, 13)
        self.ln(5)
        top, height = self.get_y(), sum(map(self._height, box)) + 8
        self.set_fill_color(*tint)
        self.rect(MARGIN_MM, top, self.epw, height, style="F")
        self.set_fill_color(*colour)
        self.rect(MARGIN_MM, top, BAR_MM, height, style="F")
        self.set_y(top + 4)
        for paragraph in box:
            self._put(paragraph)
        self.set_y(top + height + 3)
        for statement in brief.statements:
            self._put(Paragraph((Run(statement, colour=QUIET),), size=8.8, before=0.8))

    def _section(self, section: Section) -> None:
        blocks = [of_point(point, section.part) for point in section.points]
        note = Paragraph((Run(section.note, colour=QUIET),), size=9.2, before=0.5)
        self._heading(section.title, [*([note] if section.note else []), *(blocks or [[]])[0]],
                      BLOCK_GAP_MM)
        if section.note:
            self._put(note)
        for block in blocks:
            self._block(block, RED if section.part is Part.RAISED else None)

    def _origin(self, origin: Origin) -> None:
        first, *others = _origin_paragraphs(origin)
        self._break_before(first, ORIGIN_GAP_MM)
        self.ln(ORIGIN_GAP_MM)
        self.set_link(self._anchors[origin.number], y=self.get_y(), page=self.page)
        for paragraph in first:
            self._put(paragraph)
        for paragraphs in others:
            self._break_before(paragraphs)
            for paragraph in paragraphs:
                self._put(paragraph)

    # --- setting ----------------------------------------------------------------------------

    def _heading(
        self, title: str, paragraphs: Sequence[Paragraph] = (), more: float = 0
    ) -> None:
        """A section's heading, on the page of *paragraphs* and *more* millimetres that follow."""
        heading = Paragraph((Run(title, bold=True),), size=14, before=0)
        # Seven above the heading and two under its rule.
        self._break_before([heading, *paragraphs], 9 + more)
        if self.get_y() > MARGIN_MM + 1:
            self.ln(7)
        self.start_section(title)
        self._put(heading)
        self.set_draw_color(*RULE)
        self.line(MARGIN_MM, self.get_y() + 1, MARGIN_MM + self.epw, self.get_y() + 1)
        self.ln(2)

    def _block(self, paragraphs: list[Paragraph], bar: Colour | None) -> None:
        """*paragraphs* on one page if a page holds them, with a *bar* at their side."""
        self._break_before(paragraphs, BLOCK_GAP_MM)
        self.ln(BLOCK_GAP_MM)
        top, page = self.get_y(), self.page
        for paragraph in paragraphs:
            self._put(paragraph)
        if bar is not None and self.page == page:
            self.set_fill_color(*bar)
            self.rect(MARGIN_MM, top, BAR_MM, self.get_y() - top, style="F")

    def _break_before(self, paragraphs: Sequence[Paragraph], more: float = 0) -> None:
        """Begin a page if *paragraphs* and *more* millimetres fit on one, but not on this one."""
        room = self.page_break_trigger - self.get_y()
        height = sum(map(self._height, paragraphs)) + more
        if room < height <= self.page_break_trigger - MARGIN_MM:
            self.add_page()

    def _height(self, paragraph: Paragraph) -> float:
        """Millimetres that *paragraph* takes, or a little more."""
        text, width = self._measured(paragraph), self.epw - paragraph.indent
        lines = self._lines(text, width, width)
        if lines is not None:
            return len(lines) * _leading(paragraph) + paragraph.before
        height = self.multi_cell(
            width, _leading(paragraph), text, dry_run=True,
            output=MethodReturnValue.HEIGHT, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )
        return float(height) + paragraph.before  # type: ignore[arg-type]  # a number, by HEIGHT

    def _measured(self, paragraph: Paragraph) -> str:
        """The text of *paragraph*, in whose widest face it is measured from here on."""
        bold = any(run.bold for run in paragraph.runs)
        self.set_font(REGULAR.name, "B" if bold else "", paragraph.size)
        text = showable("".join(run.text for run in paragraph.runs))
        self._shape(text)
        return text

    def _put(self, paragraph: Paragraph) -> None:
        self.ln(paragraph.before)
        self.set_left_margin(MARGIN_MM + paragraph.indent)
        self.set_x(self.l_margin)
        for run in paragraph.runs:
            self.set_font(REGULAR.name, "B" if run.bold else "", paragraph.size)
            self.set_text_color(*run.colour)
            link = self._anchors[run.link] if isinstance(run.link, int) else run.link or ""
            text = _spaced(run.text)
            self._shape(text)
            self._write(_leading(paragraph), text, link)
        self.ln(_leading(paragraph))
        self.set_left_margin(MARGIN_MM)
        self.set_x(MARGIN_MM)

    def _write(self, height: float, text: str, link: str | int) -> None:
        """As `write`, which measures all of a line anew for each of its characters."""
        lines = self._lines(text, self.w - self.r_margin - self.x, self.epw)
        if lines is None:
            self.write(height, text, link)
            return
        for n, line in enumerate(lines):
            if n:
                self.ln(height)
            if line:
                self.cell(None, height, line, link=link, new_x=XPos.WCONT, new_y=YPos.TOP)

    def _lines(self, text: str, first: float, others: float) -> list[str] | None:
        """*text* in lines no wider than *first* and *others* millimetres, as `write` breaks them.

        None where that is not only for single spaces to say: in scripts that are shaped, beside
        other marks that a line may break at, and for a word that no line has room for.
        """
        if needs_shaping(text) or "  " in text or not _BROKEN_OTHERWISE.isdisjoint(text):
            return None
        beside, space = 2 * self.c_margin, self._width(" ")
        words = [(word, self._width(word)) for word in text.split(" ")]
        if max(width for _, width in words) > others - beside:
            return None
        lines, room = [""], first - beside
        begun = False
        for word, width in words:
            needed = width + (space if begun else 0)
            if needed > room and word:
                lines.append(word)
                room = others - beside - width
            elif needed <= room:
                lines[-1] += f" {word}" if begun else word
                room -= needed
            begun = True
        return lines

    def _width(self, word: str) -> float:
        """Millimetres that *word* takes in the face and size that are set."""
        key = (self.font_style, self.font_size_pt, word)
        if key not in self._widths:
            self._widths[key] = self.get_string_width(word)
        return self._widths[key]

    def _shape(self, text: str) -> None:
        """Shape *text* only where its script asks for it: shaping takes several times as long."""
        self.set_text_shaping(needs_shaping(text))


def _origin_paragraphs(origin: Origin) -> list[list[Paragraph]]:
    """Those of each excerpt of *origin*; its head is with the first, and never alone."""
    first, *others = [of_excerpt(excerpt) for excerpt in origin.excerpts]
    return [[*of_origin(origin), *first], *others]


def _leading(paragraph: Paragraph) -> float:
    return paragraph.size * MM_PER_POINT * LEADING


def _spaced(text: str) -> str:
    """*text* as it can be shown, with the spaces at its ends that part it from its neighbours."""
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - len(text.rstrip(" ")) if text.strip() else 0
    return " " * before + showable(text) + " " * after
