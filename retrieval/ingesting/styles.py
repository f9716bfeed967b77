"""What the styles of a web page hide: style sheets within it, and style attributes.

It is marked as hidden in the page itself, so that whoever reads the page asks one thing only.
cssselect2 finds the elements of a rule, and how specific it is; which of the values stands is
worked out here, since no library does that alone.

What was made to be found by a machine alone ("visually hidden", for screen readers) is hidden like
anything else: nobody who holds the text against the page can see it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from cssselect2 import ElementWrapper, Matcher

from retrieval.ingesting.html_parts import PAGE, is_passed_over, text_of
from retrieval.ingesting.style_sheets import CHARACTERS, Rule, Said, Sheets, said_in
from retrieval.ingesting.style_values import (
    FAR,
    SEEN_SIZE,
    UNDECIDED,
    WIDTH,
    Values,
    hides_all_within,
    is_in_its_ground,
    is_tiny,
)

BY_STYLES = "by-styles"
"""Of the attribute `hidden`, in what is marked here."""
_ELEMENTS = 300_000
"""A statute book has a tenth."""
_STEPS = 5_000_000
"""Of looking whether a rule is about an element; 30,000 elements and 150 rules take as many."""
_STEPS_INWARDS = 5
"""For each element that is looked at from one around it, or beside it."""
_PLAINLY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def hide(root: Any) -> bool:
    """Mark what the styles of a page hide; words between what is seen get a span around them.

    Args:
        root: The page, which is changed.

    Returns:
        Whether some styles were not read: they lie elsewhere, or are too many or too hard.
    """
    if sum(1 for _ in root.iter()) > _ELEMENTS:
        for element in root.iter():
            if element.tag not in PAGE and _PLAINLY.search(element.get("style") or ""):
                element.set("hidden", BY_STYLES)
        return True
    sheets = Sheets(root)
    if not sheets.rules and next(root.iterfind(".//*[@style]"), None) is None:
        return sheets.unread
    styles = _Styles(sheets)
    _mark(_looked_at(root, styles))
    return styles.unread


def hidden_characters(part: Any) -> int:
    """How many characters of *part* were marked as hidden by styles."""
    return sum(len(text_of(one)) for one in part.iter() if one.get("hidden") == BY_STYLES)


class _TooMuchWork(Exception):
    """The steps are used up."""


@dataclass(slots=True)
class _Work:
    left: int = _STEPS

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise _TooMuchWork


class _Element(ElementWrapper):  # type: ignore[misc]
    """As of the library, but whatever goes through others is counted, and holds no copies.

    The library keeps all that is around each element, and asks upwards by recursion.
    """

    def __init__(self, etree_element: Any, parent: Any, *rest: Any, **more: Any) -> None:
        self.work: _Work = _Work() if parent is None else parent.work
        super().__init__(etree_element, parent, *rest, **more)

    def _along(self, way: str) -> Iterator["_Element"]:
        one = getattr(self, way)
        while one is not None:
            self.work.spend(1)
            yield one
            one = getattr(one, way)

    @property
    def ancestors(self) -> Iterator["_Element"]:
        return self._along("parent")

    @property
    def previous_siblings(self) -> Iterator["_Element"]:
        return self._along("previous")

    @property
    def etree_siblings(self) -> list[Any]:
        self.work.spend(len(self._siblings))
        return self._siblings

    @etree_siblings.setter
    def etree_siblings(self, siblings: list[Any]) -> None:
        self._siblings = siblings

    def inner(self) -> Iterator["_Element"]:
        """What stands in it, uncounted: whoever walks the page goes there anyway."""
        yield from super().iter_children()

    def iter_children(self) -> Iterator["_Element"]:
        for child in self.inner():
            self.work.spend(_STEPS_INWARDS)
            yield child


class _Finder(Matcher):  # type: ignore[misc]
    """As of the library, but counted, and a selector that fails finds nothing."""

    failed = False

    def add_relevant_selectors(
        self, element: _Element, selectors: Sequence[Any], relevant: list[Any]
    ) -> None:
        element.work.spend(len(selectors))
        for one in selectors:
            try:
                super().add_relevant_selectors(element, [one], relevant)
            except _TooMuchWork:
                raise
            except Exception:
                self.failed = True


class _Styles:
    """What is said of each element in the end."""

    def __init__(self, sheets: Sheets) -> None:
        self._finder = _Finder()
        for selector, rule in sheets.rules:
            self._finder.add_selector(selector, rule)
        self._finds = bool(sheets.rules)
        self._unread = sheets.unread
        self._written: dict[str, Said] = {}
        self._left = CHARACTERS
        self._stands: dict[tuple[tuple[int, ...], str], Values] = {}

    @property
    def unread(self) -> bool:
        return self._unread or self._finder.failed

    def of(self, element: _Element) -> Values:
        found: list[tuple[Any, int, Any, Rule]] = []
        if self._finds:
            try:
                found = self._finder.match(element)
                element.work.spend(sum(len(rule.said) for _, _, _, rule in found))
            except _TooMuchWork:
                found = []
                self._finds, self._unread = False, True
        style = element.etree_element.get("style") or ""
        known = (tuple(order for _, order, _, _ in found), style)
        if known not in self._stands:
            self._stands[known] = self._cascaded(found, style)
        return self._stands[known]

    def _cascaded(self, found: Sequence[tuple[Any, int, Any, Rule]], style: str) -> Values:
        """The values that stand, by importance, place, layer, specificity and order."""
        told: list[tuple[Any, str, Any]] = []
        for specificity, order, _, rule in found:
            for name, value, important in rule.said:
                rank = tuple(-part for part in rule.rank) if important else rule.rank
                told.append(((important, False, rank, specificity, order), name, value))
        for name, value, important in self._said_by(style):
            told.append(((important, True), name, value))
        told.sort(key=itemgetter(0))
        return {name: None if value is UNDECIDED else value for _, name, value in told}

    def _said_by(self, style: str) -> Said:
        if style in self._written or not style:
            return self._written.get(style, ())
        self._left -= len(style)
        said: Said = ()
        if self._left >= 0:
            try:
                said, _ = said_in(style)
            except (ValueError, ArithmeticError):
                self._unread = True
        else:
            self._unread = True
            if _PLAINLY.search(style):
                said = (("display", True, False),)
        self._unread = self._unread or any(value is UNDECIDED for _, value, _ in said)
        self._written[style] = said
        return said


@dataclass(frozen=True, slots=True)
class _Look:
    """What comes down to whatever stands in an element."""

    invisible: bool = False
    font: float = SEEN_SIZE
    indent: float = 0.0
    in_ground: bool = False
    root_font: float = SEEN_SIZE

    @property
    def mute(self) -> bool:
        """Whether the words of the element itself aren't seen."""
        return self.invisible or self.in_ground or is_tiny(self.font) or self.indent <= FAR

    def within(self, values: Values) -> "_Look":
        """Of an element of those *values*."""
        if not values:
            return self
        size, indent, visibility = (
            values.get(name) for name in ("font-size", "text-indent", "visibility"))
        font = size.pixels(self.font, self.root_font, self.font) if size else self.font
        in_ground = self.in_ground
        if any(values.get(name) is not None for name in ("color", "background-color")):
            in_ground = is_in_its_ground(values)
        return _Look(
            self.invisible if visibility is None else visibility, font,
            indent.pixels(font, self.root_font, WIDTH) if indent else self.indent,
            in_ground, self.root_font)

    def of_page(self, is_root: bool) -> "_Look":
        """As a page is once its script has uncovered it: only its size stays."""
        font = SEEN_SIZE if is_tiny(self.font) else self.font
        return _Look(font=font, root_font=font if is_root else self.root_font)


@dataclass(slots=True)
class _Node:
    """An element that was looked at."""

    element: Any
    around: int
    """The place of the one it stands in; -1 for none."""
    gone: bool
    mute: bool
    seen: bool = field(default=False)
    """Whether words in it are seen."""


def _looked_at(root: Any, styles: _Styles) -> list[_Node]:
    """The elements of the page, each before those in it; nothing within what is gone."""
    nodes: list[_Node] = []
    top = _Element.from_html_root(root)
    stack: list[tuple[Iterator[_Element], _Look, int]] = [(iter([top]), _Look(), -1)]
    while stack:
        siblings, look, around = stack[-1]
        wrapped = next(siblings, None)
        if wrapped is None:
            stack.pop()
            continue
        element = wrapped.etree_element
        is_page = element.tag in PAGE
        if not is_page and is_passed_over(element):
            continue
        values = styles.of(wrapped)
        inner = look.within(values)
        gone = not is_page and hides_all_within(values, inner.font, inner.root_font)
        if is_page:
            inner = inner.of_page(element is root)
        nodes.append(_Node(element, around, gone, inner.mute))
        if not gone:
            stack.append((wrapped.inner(), inner, len(nodes) - 1))
    return nodes


def _mark(nodes: Sequence[_Node]) -> None:
    for node in reversed(nodes):
        node.seen = not node.gone and (node.seen or (
            not node.mute and _has_words(node.element)))
        if node.seen and node.around >= 0:
            nodes[node.around].seen = True
    hidden = set()
    for place, node in enumerate(nodes):
        if node.around in hidden:
            hidden.add(place)
        elif node.gone or (node.mute and not node.seen):
            node.element.set("hidden", BY_STYLES)
            hidden.add(place)
        elif node.mute:
            _hide_words_of(node.element)


def _has_words(element: Any) -> bool:
    return bool((element.text or "").strip()) or any((c.tail or "").strip() for c in element)


def _hide_words_of(element: Any) -> None:
    """Put a hidden span around what *element* says itself, between what is seen in it."""
    for child in list(element):
        if (child.tail or "").strip():
            span = _hidden(element, child.tail)
            child.tail = None
            child.addnext(span)
    if (element.text or "").strip():
        span = _hidden(element, element.text)
        element.text = None
        element.insert(0, span)


def _hidden(element: Any, words: str) -> Any:
    span = element.makeelement("span", {"hidden": BY_STYLES})
    span.text = words
    return span
