"""A brief or memo as a Word file, to go on writing in: headings, lists, links, a table to sign.

The same memo gives the same bytes, as its PDF does: the parts of the file carry a fixed time.
The person's words are only ever set as text; what no XML can hold is spelt out.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from bot.brief.document import Brief, Origin, Part, Point, Section
from bot.brief.paragraphs import (
    LINK,
    QUIET,
    RED,
    Paragraph,
    Run,
    marks,
    of_excerpt,
    of_origin,
    of_point,
    of_row,
)

WIDTH_MM = 166
"""Of the text, on A4 between margins."""
FIXED = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(
    "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def to_docx(brief: Brief) -> bytes:
    """*brief* as a Word file."""
    page = _Page(brief)
    page.lay_out()
    return page.data()


class _Page:
    """Sets one brief."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._doc = Document()
        self._bookmarks = 0

    def lay_out(self) -> None:
        """Set everything."""
        brief, doc = self._brief, self._doc
        self._properties()
        for part in doc.sections:
            part.page_width, part.page_height = Mm(210), Mm(297)
            part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Mm(22)
            part.footer.paragraphs[0].add_run(_safe(brief.footing)).font.size = Pt(8)
        normal = doc.styles["Normal"]
        normal.font.size = Pt(10)
        normal.paragraph_format.space_after = Pt(3)
        self._put(Paragraph((Run(brief.kind.upper(), bold=True, colour=QUIET),), size=8.5))
        doc.add_heading(_safe(brief.subject or brief.kind), 0)
        self._head()
        self._put(Paragraph((Run(brief.upshot, bold=True, colour=RED if brief.alarming else LINK),
                             *marks(brief.upshot_marks)), size=12.5, before=3))
        if brief.tally:
            self._put(Paragraph((Run(brief.tally),), before=1))
        for statement in brief.statements:
            self._put(Paragraph((Run(statement, colour=QUIET),), size=8.8))
        for section in brief.sections:
            self._section(section)
        doc.add_heading(_safe(brief.sources), 1)
        self._put(Paragraph((Run(brief.sources_note, colour=QUIET),), size=9.2))
        for origin in brief.origins:
            self._origin(origin)

    def data(self) -> bytes:
        """The file; its parts in order and of one time, so that the same memo gives it again."""
        made, out = io.BytesIO(), io.BytesIO()
        self._doc.save(made)
        with zipfile.ZipFile(made) as before, zipfile.ZipFile(out, "w") as after:
            for name in before.namelist():  # their order means something to Word
                info = zipfile.ZipInfo(name, FIXED)
                info.create_system, info.external_attr = 3, 0o644 << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                after.writestr(info, before.read(name))
        return out.getvalue()

    def _properties(self) -> None:
        about = self._doc.core_properties
        moment = self._brief.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        about.title = _safe(self._brief.title)[:255]
        about.author = about.last_modified_by = "Advisor"
        about.created = about.modified = moment
        about.comments, about.language = "", "en"
        about.subject = "Considerations, red flags and safeguards; not legal advice"

    def _head(self) -> None:
        table = self._table(38)
        for row in self._brief.rows:
            cells = table.add_row().cells
            for cell, paragraph in zip(cells, of_row(row, 0), strict=True):
                self._set(cell.paragraphs[0], paragraph)

    def _section(self, section: Section) -> None:
        self._doc.add_heading(_safe(section.title), 1)
        if section.note:
            self._put(Paragraph((Run(section.note, colour=QUIET),), size=9.2))
        if section.part is Part.SIGN_OFF:
            self._sign_off(section.points)
            return
        for point in section.points:
            paragraphs = of_point(point, section.part)
            for number, paragraph in enumerate(paragraphs):
                put = self._put(paragraph)
                put.paragraph_format.keep_with_next = number + 1 < len(paragraphs)
                if not number:
                    put.paragraph_format.space_before = Pt(5)

    def _sign_off(self, points: Iterable[Point]) -> None:
        table = self._table(48)
        table.style = "Table Grid"
        for point in points:
            row = table.add_row()
            row.height = Mm(12)
            self._set(row.cells[0].paragraphs[0], Paragraph((Run(point.head, bold=True),)))

    def _origin(self, origin: Origin) -> None:
        first, *others = of_origin(origin)
        put = self._put(first)
        put.paragraph_format.space_before = Pt(8)
        self._bookmark(put, f"source{origin.number}")
        for paragraph in (*others, *(p for e in origin.excerpts for p in of_excerpt(e))):
            self._put(paragraph)

    def _table(self, first: int) -> Table:
        """A table of two columns, the first so many millimetres wide."""
        table: Table = self._doc.add_table(rows=0, cols=2)
        table.autofit = False
        table.columns[0].width, table.columns[1].width = Mm(first), Mm(WIDTH_MM - first)
        return table

    # --- setting ----------------------------------------------------------------------------

    def _put(self, paragraph: Paragraph) -> WordParagraph:
        return self._set(self._doc.add_paragraph(), paragraph)

    def _set(self, into: WordParagraph, paragraph: Paragraph) -> WordParagraph:
        into.paragraph_format.left_indent = Mm(paragraph.indent) if paragraph.indent else None
        for run in paragraph.runs:
            made = into.add_run(_safe(run.text))
            made.bold = run.bold or None
            made.font.size = Pt(paragraph.size)
            made.font.color.rgb = RGBColor(*run.colour)
            if run.link is not None:
                self._link(into, made._r, run.link)
        return into

    def _link(self, into: WordParagraph, run: Any, target: str | int) -> None:
        """Let *run* lead to a web address or to the source of a number."""
        link = OxmlElement("w:hyperlink")
        if isinstance(target, int):
            link.set(qn("w:anchor"), f"source{target}")
        else:
            name = into.part.relate_to(_safe(target), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link.set(qn("r:id"), name)
        run.addprevious(link)
        link.append(run)

    def _bookmark(self, at: WordParagraph, name: str) -> None:
        self._bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), name)
        at._p.append(start)
        at._p.append(end)


def _safe(text: str) -> str:
    """*text* without what XML can't hold or what turns the direction of a line: "[U+0000]"."""
    return _UNSAFE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
