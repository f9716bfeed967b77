"""Web pages, by lxml: what a page says, without what is around it on its site.

libxml2 reads any soup of tags, and fast; from 2.14 it takes tags apart as browsers do.  Where its
tree differs from theirs (it knows no `main` or `section`, so a `p` left open swallows them) does
no harm here: a block's words end wherever another block begins or ends.  html5lib builds the very
tree, at thirty times the time, and has had no release since 2020.
"""

import codecs
import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from retrieval.errors import NotIngested
from retrieval.ingesting.charsets import BYTE_ORDER_MARKS, WESTERN, declared_in
from retrieval.ingesting.composing import Composition, raised
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.html_parts import (
    FURNITURE_LEFT_OUT,
    HIDDEN_LEFT_OUT,
    PAGE,
    STRUCK_LEFT_OUT,
    UNSAID,
    is_anchor,
    is_furniture,
    is_hidden,
    is_layout,
    is_note,
    is_struck,
    main_part,
    seen_text_of,
    shown,
    text_of,
)
from retrieval.ingesting.html_styles import MAY_BE_HIDDEN, may_be_hidden
from retrieval.ingesting.human_checks import ASKS, asks_for_a_person
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.numbering import numbering_of
from retrieval.ingesting.numerals import letter, roman
from retrieval.ingesting.plain_text import decoded

_WIDE = ("utf-16", "utf-32")
"""A page that says so a byte a letter is in none of them, as browsers know: it was saved anew."""

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"})
_LISTS = frozenset({"ol", "ul", "menu"})
_MARKS: dict[str, Callable[[int], str]] = {
    "a": letter, "A": lambda n: letter(n).upper(), "i": roman,
          "I": lambda n: roman(n).upper()}
_STYLED = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
           "lower-roman": "i", "upper-roman": "I", "none": "none"}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")
_BACK = re.compile(r"[↩↑^⤴\ufe0e\s]+")
PICTURES_LEFT_OUT = "Pictures were left out: {n}."
STYLES_UNREAD = ("The style sheets of the page were not read: what only they hide was taken in. "
                 "Hold the text against the page in a browser.")


def extract(data: bytes, limits: Limits) -> Extracted:
    """Read the web page *data*.

    Raises:
        NotIngested: It is no web page, asks for a person in the place of one, or is too long.
    """
    text, notes = _decoded(data)
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotIngested("The web page is empty or can't be read; save it anew and try "
                          "again.") from error
    for later in list(root.itersiblings(etree.Element)):
        # What stands behind the end of a page, such as a second one, a browser shows as well.
        root.append(later)
    if asks_for_a_person(root):
        raise NotIngested(ASKS)
    composition = Composition(limits)
    for sentence in notes:
        composition.note(sentence)
    part = main_part(root)
    _Reader(composition, may_be_hidden(root)).read(part)
    if _is_styled(root):
        composition.note(STYLES_UNREAD)
    return composition.finished(_title(root, part), _language(root))


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The characters of a page: by its mark, by what it declares, or as of any text."""
    name = declared_in(data)
    if name and not data.startswith(BYTE_ORDER_MARKS):
        try:
            if not codecs.lookup(name).name.startswith(_WIDE):
                return data.decode("cp1252" if name in WESTERN else name), ()
        except (LookupError, UnicodeError):
            pass
    return decoded(data)


def _is_styled(root: Any) -> bool:
    """Whether the page has style sheets, or names some that lie elsewhere."""
    return any(one.tag == "style" or "stylesheet" in (one.get("rel") or "").lower().split()
               for one in root.iter("style", "link"))


def _title(root: Any, part: Any) -> str:
    for holder in (part, root):
        headings = list(islice((e for e in shown(holder) if e.tag == "h1"), 2))
        if len(headings) == 1:
            return _heading_text(headings[0])
    return next((text_of(t) for t in root.iter("title")), "")


def _heading_text(heading: Any) -> str:
    said = seen_text_of(heading)
    for link in heading.iter("a"):
        if is_anchor(link):
            said = said.removesuffix(text_of(link)).rstrip()
    return said


def _language(root: Any) -> str:
    stated: str = root.get("lang") or root.get("xml:lang") or root.get(
        "{http://www.w3.org/XML/1998/namespace}lang") or ""
    if not stated:
        for meta in root.iter("meta"):
            if (meta.get("http-equiv") or "").lower() == "content-language":
                return str(meta.get("content") or "")
    return stated


class _List:
    """A list that is open."""

    def __init__(self, element: Any) -> None:
        styled = _LIST_STYLE.search((element.get("style") or "").lower())
        style = _STYLED.get(styled[1], "") if styled else ""
        self.numbered = element.tag == "ol" and style != "none"
        self._style = style or element.get("type") or "1"
        backwards = element.get("reversed") is not None
        self._step = -1 if backwards else 1
        entries = sum(1 for child in element if child.tag == "li")
        self._next = _whole(element.get("start"), entries if backwards else 1)

    def mark(self, entry: Any) -> str:
        """What stands before *entry*; empty for a bullet."""
        count = _whole(entry.get("value"), self._next)
        self._next = count + self._step
        style = entry.get("type") or self._style
        return f"{_MARKS[style](count) if style in _MARKS and count > 0 else count}."


class _Reader:
    """Walks a page and adds a block wherever one ends."""

    def __init__(self, composition: Composition, doubtful: frozenset[Any]) -> None:
        """Read into *composition*, telling of words in what is *doubtful*."""
        self._composition = composition
        self._doubtful = doubtful
        self._said: list[str] = []
        self._lists: list[_List] = []
        self._headings: list[int] = []
        self._mark = ""
        """What numbers the entry that is open, until its first words are said."""
        self._around = ""
        """The same of the entries around it that have said nothing yet either."""
        self._mark_level = 0
        """Of the outermost of these, how deep it is nested."""
        self._cells: list[list[str]] | None = None
        self._tables: list[bool] = []
        """Of each table that is open: whether it only lays out the page."""
        self._notes = 0
        """Elements around that hold notes."""
        self._is_note = False
        self._breaks = 0

    def read(self, part: Any) -> None:
        walk = etree.iterwalk(part, events=("start", "end"))
        left_out: Any = None
        for event, element in walk:
            if event == "start":
                if self._leaves_out(element, part):
                    left_out = element
                    walk.skip_subtree()
                else:
                    self._start(element)
                    self._say(element.text)
                continue
            if element is left_out:
                left_out = None
                if element.tag in _BLOCKS:
                    self._flush()
            else:
                self._end(element)
            if element is not part:
                self._say(element.tail)
        self._flush()

    def _leaves_out(self, element: Any, part: Any) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in UNSAID:
            return True
        if tag == "img":
            self._composition.note(PICTURES_LEFT_OUT)
            return True
        if tag not in PAGE and is_hidden(element):
            if words := text_of(element):
                self._composition.note(
                    HIDDEN_LEFT_OUT, words, self._said[-1] if self._said else "")
            return True
        if is_struck(element):
            self._composition.note(STRUCK_LEFT_OUT)
            return True
        if element is not part and is_furniture(element) and not is_note(element):
            if text_of(element):
                self._composition.note(FURNITURE_LEFT_OUT)
            return True
        if is_anchor(element) and self._headings:
            return True
        return tag == "a" and (element.get("role") == "doc-backlink"
                               or bool(_BACK.fullmatch(text_of(element) or " x")))

    def _start(self, element: Any) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        if element in self._doubtful and self._doubtful.isdisjoint(element.iterancestors()) and (
                words := seen_text_of(element)):
            self._composition.note(MAY_BE_HIDDEN, words, self._said[-1] if self._said else "")
        if is_note(element):
            self._notes += 1
            self._is_note = True
        if tag in _LISTS:
            self._lists.append(_List(element))
        elif tag == "li":
            # An entry that begins with a list of its own has its mark before that list's first:
            # without it all of it would be told as a part of the entry above.
            self._around = " ".join(one for one in (self._around, self._mark) if one)
            self._mark_level = self._mark_level if self._around else len(self._lists)
            numbered = self._lists and self._lists[-1].numbered
            self._mark = self._lists[-1].mark(element) if numbered else ""
        elif tag == "table":
            self._tables.append(is_layout(element))
        elif tag == "tr" and self._in_table:
            self._cells = []
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append([])
        elif tag == "br":
            self._breaks += 1
            self._say(" ", counts=False)
            if self._breaks > 1:
                self._flush()
        elif tag == "q":
            self._say("“")
        if level := _heading_level(element):
            self._headings.append(level)

    def _end(self, element: Any) -> None:
        tag = element.tag
        if tag == "q":
            self._say("”")
        if tag == "sup" and self._said:
            self._raise(element)
        if tag in _BLOCKS:
            self._flush()
        if tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._mark = self._around = ""
        elif tag == "tr" and self._cells is not None:
            self._composition.row(["".join(cell) for cell in self._cells])
            self._cells = None
        elif tag == "table" and self._tables:
            self._tables.pop()
        if is_note(element):
            self._notes -= 1
            self._is_note = self._is_note and tag == "a"
        if _heading_level(element) and self._headings:
            self._headings.pop()

    @property
    def _in_table(self) -> bool:
        return bool(self._tables) and not self._tables[-1]

    def _say(self, words: str | None, counts: bool = True) -> None:
        if not words:
            return
        if counts and words.strip():
            self._breaks = 0
        if self._cells is not None:
            if self._cells:
                self._cells[-1].append(words)
            return
        self._said.append(words)

    def _raise(self, element: Any) -> None:
        words = text_of(element)
        held = self._cells[-1] if self._cells else self._said
        if words and held and held[-1].strip() == words:
            held[-1] = raised(words)

    def _flush(self) -> None:
        self._breaks = 0
        if self._cells is not None:
            if self._cells:
                self._cells[-1].append(" ")
            return
        words = "".join(self._said)
        self._said = []
        if not words.strip():
            return
        if self._is_note or self._notes:
            number = numbering_of(self._mark or words.strip())
            self._composition.add(
                BlockKind.FOOTNOTE, f"{self._mark} {words}",
                number=number.number if number else "")
            self._is_note = self._notes > 0
        elif self._headings:
            mark, _ = self._mark_of(words, heads=True)
            self._composition.add(
                BlockKind.HEADING, f"{mark} {words}", level=self._headings[-1])
        elif self._lists:
            mark, own = self._mark_of(words)
            self._composition.add(
                BlockKind.ITEM, f"{mark} {words}",
                level=self._mark_level if mark else len(self._lists),
                number=None if own or mark else "")
        else:
            self._composition.add(BlockKind.PARAGRAPH, words)
        self._mark = self._around = ""

    def _mark_of(self, words: str, *, heads: bool = False) -> tuple[str, bool]:
        """What numbers the entry that begins with *words*, and whether they number it themselves.

        Entries that carry numbers of their own are in a list whose marks aren't shown.
        """
        own = numbering_of(words.strip(), heads) is not None
        marks = () if own and self._mark else (self._around, self._mark)
        return " ".join(one for one in marks if one), own


def _heading_level(element: Any) -> int:
    tag = element.tag
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if element.get("role") == "heading":
        return _whole(element.get("aria-level"), 2)
    return 0


def _whole(written: str | None, instead: int) -> int:
    try:
        return int(written) if written else instead
    except ValueError:
        return instead
