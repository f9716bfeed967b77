"""Word documents, by python-docx and lxml: the text as it reads with all changes accepted.

Nothing outside the file is opened: entities aren't resolved, and what links point to, pictures
and embedded files are left alone.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from retrieval.errors import NotIngested
from retrieval.ingesting.composing import Composition, raised_mark
from retrieval.ingesting.docx_grounds import Grounds
from retrieval.ingesting.docx_numbering import Counting, Label, W
from retrieval.ingesting.docx_words import DELETED, MC, Notes, Wording, is_on, stated
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.limits import Limits

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_HOLDERS = frozenset(f"{W}{name}" for name in (
    "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_MARGINS = frozenset({RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER})
_BODY_LEVEL = 9
"""Word's outline level of what is no heading."""
BOLD_LINE_LEVEL = 9
"""Of a short line in bold, which is a heading to everybody but Word."""
MAX_BOLD_LINE_CHARACTERS = 120
_STRICT = b"http://purl.oclc.org/ooxml/"
ROW_HIDDEN = ("Rows of tables that are marked as hidden, and hold words that are not, were taken "
              "in: {n}. Look whether they can be seen.")
_SENTENCE_ENDS = tuple(".,;:!?")
_NOT_A_TITLE = re.compile(r"(?:Microsoft Word - .*|Word Document|Document\d*|Untitled.*)",
                          re.IGNORECASE)


def extract(data: bytes, limits: Limits) -> Extracted:
    """Read the Word document *data*.

    Raises:
        NotIngested: It is none, is damaged, or is too long.
    """
    try:
        package = Document(io.BytesIO(data))
        return _Reader(package, limits).read()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError,
            etree.XMLSyntaxError) as error:
        if _is_strict(data):
            raise NotIngested("This Word document was saved in the strict form of its format, "
                              "which can't be read; open it in Word, choose Save As, and take "
                              "“Word Document (*.docx)”.") from error
        raise NotIngested("The Word document can't be opened, so it is damaged or of another "
                          "kind; open it in Word, save it as .docx and try again.") from error


def _is_strict(data: bytes) -> bool:
    """Whether the file has the names of ISO 29500 Strict, which python-docx doesn't know."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _STRICT in archive.read("_rels/.rels")
    except (zipfile.BadZipFile, KeyError):
        return False


class _Reader:
    def __init__(self, package: Any, limits: Limits) -> None:
        self._package = package
        self._composition = Composition(limits)
        styles = self._part(RELATIONSHIP_TYPE.STYLES)
        self._styles = {} if styles is None else {
            s.get(f"{W}styleId"): s for s in styles.findall(f"{W}style")}
        self._default = next((id_ for id_, s in self._styles.items()
                              if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") == "1"),
                             "")
        self._language = "" if styles is None else stated(
            styles, f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
        self._counting = Counting(self._part(RELATIONSHIP_TYPE.NUMBERING), styles)
        self._footnotes = Notes(self._form("footnotePr", "decimal"))
        self._endnotes = Notes(self._form("endnotePr", "lowerRoman"))
        self._hiding: dict[str, bool] = {}
        grounds = Grounds(self._chain, self._default, [package.element, *(
            _root(one.target_part) for one in package.part.rels.values()
            if one.reltype in _MARGINS and not one.is_external)])
        self._wording = Wording(self._footnotes, self._endnotes, self._composition.note,
                                self._hides, grounds.told_of)
        self._carried = ""
        """Words of a paragraph whose end was deleted, which go on in the next."""

    def _part(self, relationship: str) -> Any:
        """The root of the part that the document is in this *relationship* to; None without."""
        for one in self._package.part.rels.values():
            if one.reltype == relationship and not one.is_external:
                return _root(one.target_part)
        return None

    def _form(self, properties: str, instead: str) -> str:
        for holder in (self._package.element.body.find(f"{W}sectPr"),
                       self._part(RELATIONSHIP_TYPE.SETTINGS)):
            form = "" if holder is None else stated(holder, f"{W}{properties}/{W}numFmt")
            if form:
                return form
        return instead

    def read(self) -> Extracted:
        for node in self._package.element.body:
            self._block(node)
        self._flush()
        self._read_notes(RELATIONSHIP_TYPE.FOOTNOTES, "footnote", self._footnotes)
        self._read_notes(RELATIONSHIP_TYPE.ENDNOTES, "endnote", self._endnotes)
        self._read_margins()
        stated = self._package.core_properties
        title = (stated.title or "").strip()
        return self._composition.finished(
            "" if _NOT_A_TITLE.fullmatch(title) else title, stated.language or self._language)

    def _block(self, node: Any) -> None:
        if node.tag == f"{W}p":
            self._paragraph(node)
        elif node.tag == f"{W}tbl":
            self._table(node)
        elif node.tag in _HOLDERS:
            for child in node:
                self._block(child)
        elif node.tag == f"{MC}AlternateContent":
            chosen = node.find(f"{MC}Choice")
            for child in () if chosen is None else chosen:
                self._block(child)
        elif node.tag == f"{W}altChunk":
            self._composition.note("A document embedded in this one was left out; add it by "
                                   "itself: {n}.")

    def _paragraph(self, paragraph: Any) -> None:
        style = stated(paragraph, f"{W}pPr/{W}pStyle") or self._default
        words = self._carried + self._wording.of(paragraph)
        self._carried = ""
        if _runs_on(paragraph):
            self._carried = words
            return
        # Word counts a paragraph that says nothing, or shows a picture, like any other.
        label = self._label(paragraph, style, words)
        if words.strip():
            self._add(words, label, self._kind(paragraph, style, words, label))
        self._read_boxes()

    def _label(self, paragraph: Any, style: str, words: str) -> Label | None:
        """What Word shows before *paragraph*, if it shows that at all."""
        if not words.strip() and (_runs_on(paragraph) or is_on(
                paragraph.find(f"{W}pPr/{W}rPr/{W}vanish"))):
            return None
        return self._counting.label(paragraph, style)

    def _flush(self) -> None:
        if self._carried.strip():
            self._composition.add(BlockKind.PARAGRAPH, self._carried)

    def _add(self, words: str, label: Label | None, kind: tuple[BlockKind, int]) -> None:
        what, level = kind
        if label is not None and label.words:
            self._composition.add(what, f"{label.words} {words}", level=level)
        else:
            bullet = "" if label is not None and what is BlockKind.ITEM else None
            self._composition.add(what, words, level=level, number=bullet)

    def _kind(
        self, paragraph: Any, style: str, words: str, label: Label | None
    ) -> tuple[BlockKind, int]:
        names = [stated(s, f"{W}name").lower() for s in self._chain(style)]
        if names and names[0].startswith("toc"):
            return BlockKind.MARGIN, 0
        level = self._outline(paragraph, style, names)
        if level:
            return BlockKind.HEADING, level
        if label is not None:
            if label.is_item or any(name.startswith("list") for name in names):
                return BlockKind.ITEM, label.level
            return BlockKind.PARAGRAPH, 0
        if self._is_bold_line(paragraph, words):
            return BlockKind.HEADING, BOLD_LINE_LEVEL
        return BlockKind.PARAGRAPH, 0

    def _outline(self, paragraph: Any, style: str, names: list[str]) -> int:
        """The level of a heading from 1; 0 for what is none."""
        for holder in (paragraph, *self._chain(style)):
            level = stated(holder, f"{W}pPr/{W}outlineLvl")
            if level.isdecimal():
                return int(level) + 1 if int(level) < _BODY_LEVEL else 0
        for name in names:
            if match := _HEADING.fullmatch(name):
                return int(match[1])
        return 1 if "title" in names[:1] else 0

    def _chain(self, style: str) -> Iterator[Any]:
        """The style, and those that it extends."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = stated(self._styles[style], f"{W}basedOn")

    def _hides(self, style: str) -> bool:
        """Whether the *style*, or else one that it extends, hides what is set in it."""
        if style not in self._hiding:
            said = (s.find(f"{W}rPr/{W}vanish") for s in self._chain(style))
            self._hiding[style] = is_on(next((one for one in said if one is not None), None))
        return self._hiding[style]

    @staticmethod
    def _is_bold_line(paragraph: Any, words: str) -> bool:
        if len(words) > MAX_BOLD_LINE_CHARACTERS or words.rstrip().endswith(_SENTENCE_ENDS):
            return False
        runs = [r for r in paragraph.iter(f"{W}r") if "".join(r.itertext(f"{W}t")).strip()]
        return bool(runs) and all(is_on(run.find(f"{W}rPr/{W}b")) for run in runs)

    def _read_boxes(self) -> None:
        while self._wording.boxes:
            boxes, self._wording.boxes = self._wording.boxes, []
            for box in boxes:
                for node in box:
                    self._block(node)

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        if len(rows) < sum(1 for _ in _all_rows(table)):
            self._composition.note(DELETED)
        for row in _all_rows(table):
            hidden = is_on(row.find(f"{W}trPr/{W}hidden")) and not _is_deleted(row)
            if hidden and (words := self._wording.shown_in(row)):
                # Word shows such a row all the same; of one that it hides all words are hidden too.
                self._composition.note(ROW_HIDDEN, words)
        if rows and all(len(cells) == 1 for cells in rows):
            # A frame around paragraphs, which is no table to who reads it.
            for cells in rows:
                for node in cells[0]:
                    self._block(node)
            return
        for cells in rows:
            self._composition.row([self._cell(cell) for cell in cells])
        self._read_boxes()

    def _cell(self, cell: Any) -> str:
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        if merged is not None and merged.get(f"{W}val", "continue") == "continue":
            return ""
        words = []
        for paragraph in cell.iter(f"{W}p"):
            if any(a.tag == f"{W}txbxContent" for a in paragraph.iterancestors()):
                continue
            said = self._wording.of(paragraph)
            style = stated(paragraph, f"{W}pPr/{W}pStyle") or self._default
            label = self._label(paragraph, style, said)
            words.append(f"{label.words} {said}" if label and label.words else said)
        return " ".join(words)

    def _read_notes(self, relationship: str, name: str, notes: Notes) -> None:
        part = self._part(relationship)
        by_id = {} if part is None else {
            one.get(f"{W}id"): one for one in part.findall(f"{W}{name}")}
        for id_, mark in list(notes.marks.items()):
            if id_ not in by_id:
                continue
            words = " ".join(self._wording.of(p) for p in by_id[id_].iter(f"{W}p"))
            self._composition.add(
                BlockKind.FOOTNOTE, f"{raised_mark(mark)} {words}", number=mark)

    def _read_margins(self) -> None:
        seen: set[str] = set()
        for one in self._package.part.rels.values():
            if one.reltype not in _MARGINS or one.is_external:
                continue
            for paragraph in _root(one.target_part).iter(f"{W}p"):
                words = self._wording.of(paragraph)
                if words not in seen:
                    self._composition.add(BlockKind.MARGIN, words)
                seen.add(words)
        self._wording.boxes.clear()


def _runs_on(paragraph: Any) -> bool:
    """Whether the end of *paragraph* was deleted or moved away, so that the next one joins it."""
    return any(paragraph.find(f"{W}pPr/{W}rPr/{W}{gone}") is not None
               for gone in ("del", "moveFrom"))


def _all_rows(table: Any) -> Iterator[Any]:
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl"), None) is table:
            yield row


def _is_deleted(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _rows(table: Any) -> Iterator[list[Any]]:
    for row in _all_rows(table):
        if not _is_deleted(row):
            yield [c for c in row.iter(f"{W}tc")
                   if next(c.iterancestors(f"{W}tr"), None) is row]


def _root(part: Any) -> Any:
    element = getattr(part, "element", None)
    if element is not None:
        return element
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(part.blob, parser)
