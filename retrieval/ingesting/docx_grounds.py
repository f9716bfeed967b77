"""Writing in a Word document that nobody sees on paper: white on white, or too small.

White is common on a dark ground: of a run, a paragraph, a cell, a table's style, a text box.  Where
a shape lies behind the text somewhere in the document, or the page has a colour, it may lie behind
any of it; what text flows around, or what stands in a line of it, lies behind none.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from retrieval.ingesting.docx_numbering import W

UNSEEN = "Text that nobody sees on paper (white or tiny) was left out: {n} times."
MAY_BE_UNSEEN = ("White text was taken in, since something dark may lie behind it: {n} times. Look "
                 "whether it can be seen.")

_WHITE = 250
"""Of each colour; what is whiter can't be told from paper."""
_SMALLEST = 4
"""Half-points; what is smaller can't be read on paper."""
_PLAIN = frozenset({"", "auto", "clear", "nil", "none"})
_DRAWINGML = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML = "{urn:schemas-microsoft-com:vml}"
_SHAPES = (f"{_DRAWINGML}anchor", f"{W}pict")
_BELOW = re.compile(r"z-index\s*:\s*-")
"""In the style of a shape of old, which then lies behind the text."""

Chain = Callable[[str], Iterator[Any]]
"""A style by its id, and those that it extends."""


class Grounds:
    """Tells of runs whether they can be seen.

    Args:
        chain: Gives the styles.
        default: The style of paragraphs that name none.
        roots: Everything in which a shape may lie, the document itself first.
    """

    def __init__(self, chain: Chain, default: str, roots: list[Any]) -> None:
        self._chain = chain
        self._default = default
        self._dark = _is_coloured(roots[0].find(f"{W}background")) or any(
            map(_lies_behind, (shape for root in roots for shape in root.iter(*_SHAPES))))
        self._shading: dict[str, bool] = {}
        self._by_style: dict[tuple[str, str], str | None] = {}

    def told_of(self, run: Any) -> str:
        """What to tell of *run* where it may not be seen: `UNSEEN`, `MAY_BE_UNSEEN`, or nothing."""
        size = self._stated(run, "sz")
        if size.isdecimal() and int(size) < _SMALLEST:
            return UNSEEN
        if not _is_white(self._stated(run, "color")) or self._is_shaded(run):
            return ""
        return MAY_BE_UNSEEN if self._dark else UNSEEN

    def _stated(self, run: Any, name: str) -> str:
        """The value of a property of *run*: its own, else that of its style or its paragraph's."""
        own = _stated_in(run, name)
        if own is not None:
            return own
        for style in self._styles_of(run):
            if (style, name) not in self._by_style:
                said = (_stated_in(one, name) for one in self._chain(style))
                self._by_style[style, name] = next((one for one in said if one is not None), None)
            found = self._by_style[style, name]
            if found is not None:
                return found
        return ""

    def _styles_of(self, run: Any) -> tuple[str, str]:
        """The ids of the style of *run* and of its paragraph's."""
        paragraph = next(run.iterancestors(f"{W}p"), None)
        return _value(run, f"{W}rPr/{W}rStyle"), "" if paragraph is None else (
            _value(paragraph, f"{W}pPr/{W}pStyle") or self._default)

    def _is_shaded(self, run: Any) -> bool:
        """Whether anything but white lies behind *run*, as far as the text itself says."""
        if _value(run, f"{W}rPr/{W}highlight") not in {"", "none", "white"}:
            return True
        if _has_shading(run.find(f"{W}rPr")) or any(
                map(self._style_shades, self._styles_of(run))):
            return True
        for holder in run.iterancestors():
            if holder.tag == f"{W}txbxContent":
                return True
            if holder.tag in {f"{W}p", f"{W}tc", f"{W}tbl"} and _has_shading(
                    holder.find(f"{holder.tag}Pr")):
                return True
            if holder.tag == f"{W}tbl" and self._style_shades(
                    _value(holder, f"{W}tblPr/{W}tblStyle")):
                return True
        return False

    def _style_shades(self, style: str) -> bool:
        if style not in self._shading:
            self._shading[style] = any(map(_has_shading, self._chain(style)))
        return self._shading[style]


def _is_coloured(background: Any) -> bool:
    """Whether the page has a *background* that isn't white."""
    return background is not None and not (
        len(background) == 0 and background.get(f"{W}themeColor") is None
        and _is_white(background.get(f"{W}color", "").replace("auto", "FFFFFF")))


def _lies_behind(shape: Any) -> bool:
    """Whether *shape* may lie behind text."""
    if shape.tag == f"{W}pict":
        return any(_BELOW.search(one.get("style", "")) for one in shape.iter(etree.Element)
                   if str(one.tag).startswith(_VML))
    return str(shape.get("behindDoc", "0")).lower() in {"1", "true", "on"}


def _stated_in(holder: Any, name: str) -> str | None:
    found = holder.find(f"{W}rPr/{W}{name}")
    return None if found is None else str(found.get(f"{W}val", ""))


def _has_shading(holder: Any) -> bool:
    """Whether a ground that isn't white is stated anywhere in *holder*."""
    return holder is not None and any(
        one.get(f"{W}val", "") not in _PLAIN or one.get(f"{W}themeFill") is not None
        or not (one.get(f"{W}fill", "") in _PLAIN or _is_white(one.get(f"{W}fill", "")))
        for one in holder.iter(f"{W}shd"))


def _is_white(colour: str) -> bool:
    try:
        return len(colour) == 6 and min(bytes.fromhex(colour)) >= _WHITE
    except ValueError:
        return False


def _value(holder: Any, path: str) -> str:
    found = holder.find(path)
    return "" if found is None else str(found.get(f"{W}val", ""))
