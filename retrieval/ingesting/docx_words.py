"""The words of one Word paragraph, as it is read when all changes are accepted.

Nested fields hide their codes in the same runs that hold words, and may span paragraphs; so one
`Wording` goes through the whole document in its order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from retrieval.ingesting.composing import raised, raised_mark
from retrieval.ingesting.docx_grounds import UNSEEN
from retrieval.ingesting.docx_numbering import W, written_count

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DELETED = "Deleted words of tracked changes were left out: {n} times."
INSERTED = "Inserted words of tracked changes were taken in: {n} times."
COMMENTED = "Comments were left out: {n}."
HIDDEN = "Hidden text was left out: {n} times."
STRUCK = "Text that is struck out was left out: {n} times."
PICTURED = "Pictures and drawings were left out: {n}."
SYMBOL = "A symbol of a special font was left out: {n} times."
_WITHIN = frozenset(f"{W}{name}" for name in (
    "hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo",
    "rubyBase"))
_BLANKS = frozenset(f"{W}{name}" for name in ("tab", "ptab", "br", "cr"))
_PRIVATE = range(0xE000, 0xF900)
_SYMBOLS_SHOWN = {0xB7: "•", 0xA7: "▪", 0xD8: "➢", 0xFC: "✓"}


@dataclass(slots=True)
class Notes:
    """The footnotes or the endnotes of a document, in the order in which they are referred to."""

    form: str
    """Word's name of how they are counted: "decimal"."""
    marks: dict[str, str] = field(default_factory=dict)
    """From a note's id to its mark as the document shows it; empty for one with its own sign."""
    _counted: int = 0

    def mark(self, id_: str, own_sign: bool) -> str:
        """The mark of the note *id_*, which is referred to here."""
        if id_ not in self.marks:
            self._counted += 0 if own_sign else 1
            self.marks[id_] = "" if own_sign else written_count(self._counted, self.form)
        return self.marks[id_]


class Wording:
    """Reads paragraphs one after another."""

    def __init__(
        self, footnotes: Notes, endnotes: Notes, tell: Callable[..., None],
        hides: Callable[[str], bool] = lambda _: False,
        unseen: Callable[[Any], str] = lambda _: "",
    ) -> None:
        """Read.

        Args:
            footnotes: Those of the document.
            endnotes: Likewise.
            tell: Told what whoever reads the result has to know, and of which words.
            hides: Whether the style of an id hides what is set in it.
            unseen: What is told of a run that nobody may see on paper.
        """
        self._hides = hides
        self._unseen = unseen
        self._notes = {f"{W}footnoteReference": footnotes, f"{W}endnoteReference": endnotes}
        self._tell = tell
        self._fields: list[bool] = []
        """Of each field that is open: whether its result has begun."""
        self._before = ""
        """What stands before in the paragraph that is read."""
        self.boxes: list[Any] = []
        """Text boxes that were passed and still have to be read."""

    def of(self, paragraph: Any) -> str:
        """The words of *paragraph*."""
        if paragraph.tag == f"{W}p":
            self._before = ""
        return "".join(self._read(child) for child in paragraph)

    def _read(self, node: Any) -> str:
        tag = node.tag
        if tag == f"{W}r":
            return self._run(node)
        if tag in {f"{W}ins", f"{W}moveTo"}:
            self._tell(INSERTED)
            return self.of(node)
        if tag in {f"{W}del", f"{W}moveFrom"}:
            self._pass_over(node)
            self._tell(DELETED)
            return ""
        if tag in _WITHIN:
            return self.of(node)
        if tag in {f"{M}oMath", f"{M}oMathPara"}:
            return "".join(node.itertext(f"{M}t"))
        return ""

    def _pass_over(self, node: Any) -> None:
        """Keep count of the fields within what is left out."""
        for mark in node.iter(f"{W}fldChar"):
            self._field(mark)

    def _field(self, mark: Any) -> None:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _run(self, run: Any) -> str:
        properties = run.find(f"{W}rPr")
        hidden = self._is_hidden(run, properties)
        words = "".join(self._in_run(child) for child in run)
        if hidden and words.strip():
            self._tell(HIDDEN)
            return ""
        if words.strip() and _is_struck(properties):
            self._tell(STRUCK, words, self._before)
            return ""
        if words.strip() and (why := self._unseen(run)):
            self._tell(why, words, self._before)
            if why == UNSEEN:
                return ""
        self._before += words
        if properties is not None:
            place = properties.find(f"{W}vertAlign")
            if place is not None and place.get(f"{W}val") == "superscript":
                return raised(words)
        return words

    def _is_hidden(self, run: Any, properties: Any) -> bool:
        """Whether *run* isn't shown: by itself, or by its style within that of its paragraph.

        Where both styles say so it is shown, as Word has it of such switches.
        """
        own = None if properties is None else properties.find(f"{W}vanish")
        if own is not None:
            return is_on(own)
        paragraph = next(run.iterancestors(f"{W}p"), None)
        of_run = "" if properties is None else stated(properties, f"{W}rStyle")
        of_paragraph = "" if paragraph is None else stated(paragraph, f"{W}pPr/{W}pStyle")
        return self._hides(of_run) != self._hides(of_paragraph)

    def shown_in(self, row: Any) -> str:
        """The words in *row* that aren't hidden, as far as they stand in runs."""
        return "".join(
            text.text or "" for run in row.iter(f"{W}r")
            if not self._is_hidden(run, run.find(f"{W}rPr")) for text in run.iter(f"{W}t"))

    def _in_run(self, node: Any) -> str:
        tag = node.tag
        if tag == f"{W}fldChar":
            self._field(node)
            return ""
        if not all(self._fields):
            return ""
        if tag == f"{W}t":
            return node.text or ""
        if tag in _BLANKS:
            return " "
        if tag == f"{W}noBreakHyphen":
            return "-"
        if tag == f"{W}sym":
            return self._symbol(node)
        if tag in self._notes:
            own = is_on_attribute(node.get(f"{W}customMarkFollows"))
            return raised_mark(self._notes[tag].mark(node.get(f"{W}id", ""), own))
        if tag == f"{W}commentReference":
            self._tell(COMMENTED)
        elif tag == f"{W}ruby":
            return "".join(self.of(base) for base in node.findall(f"{W}rubyBase"))
        elif tag == f"{MC}AlternateContent":
            chosen = node.find(f"{MC}Choice")
            chosen = node.find(f"{MC}Fallback") if chosen is None else chosen
            return "" if chosen is None else "".join(self._in_run(child) for child in chosen)
        elif tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
            boxes = list(node.iter(f"{W}txbxContent"))
            self.boxes += boxes
            if not boxes:
                self._tell(PICTURED)
        return ""

    def _symbol(self, node: Any) -> str:
        try:
            code = int(node.get(f"{W}char", ""), 16)
        except ValueError:
            return ""
        if code in _PRIVATE:
            shown = _SYMBOLS_SHOWN.get(code & 0xFF)
            if shown is None:
                self._tell(SYMBOL)
            return shown or ""
        return chr(code) if 0x20 <= code < 0xD800 else ""


def _is_struck(properties: Any) -> bool:
    return properties is not None and any(
        is_on(properties.find(f"{W}{name}")) for name in ("strike", "dstrike"))


def stated(holder: Any, path: str) -> str:
    """What the element at *path* below *holder* states, such as the id of a style.

    Empty where it isn't there, or states nothing.
    """
    found = holder.find(path)
    return "" if found is None else found.get(f"{W}val", "")


def is_on(switch: Any) -> bool:
    """Whether a property that is there by its element holds: `<w:b/>`, and not `w:val="0"`."""
    return switch is not None and is_on_attribute(switch.get(f"{W}val", "1"))


def is_on_attribute(value: str | None) -> bool:
    """Whether *value* says yes, as Word writes it."""
    return value is not None and value not in {"0", "false", "off"}
