"""What one declaration of a style sheet says that bears on whether words are seen.

Values are kept as they are written, since a length in `em` is known only where it is used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinycss2.color4 import parse_color

Values = Mapping[str, Any]
"""What is said of each property (true if it hides, or a length, …); None for nothing."""
SEEN_SIZE = 16.0
_KEYWORDS = frozenset({"initial", "inherit", "unset", "revert", "revert-layer"})
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54,
           "q": 2.4 / 2.54}
_OF_FONT = {"em": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2}
_OF_SCREEN = {"vw": 12.8, "vh": 8.0, "vmin": 8.0, "vmax": 12.8}
"""Pixels in a hundredth of a screen of 1280 by 800."""
WIDTH, HEIGHT = 1280.0, 800.0
_SHOWN = frozenset({
    "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "contents",
    "list-item", "flow-root", "flow", "table", "inline-table", "table-row", "table-cell",
    "table-caption", "table-column", "table-column-group", "table-row-group", "table-header-group",
    "table-footer-group", "ruby", "run-in", "-webkit-box", "-webkit-flex", "-webkit-inline-box"})
_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0,
          "x-large": 24.0, "xx-large": 32.0, "xxx-large": 48.0}
_RELATIVE_SIZES = {"smaller": 0.83, "larger": 1.2}
_SYSTEM_FONTS = frozenset({"caption", "icon", "menu", "message-box", "small-caption",
                           "status-bar"})
_FAINT = 0.05
_FEW_PIXELS = 1.0
_TINY = 2.0
FAR = -500.0
_EDGES = ("top", "right", "bottom", "left")
_OUT_OF_FLOW = frozenset({"absolute", "fixed"})
_OVERFLOWS = frozenset({"visible", "hidden", "clip", "scroll", "auto", "overlay"})


@dataclass(frozen=True, slots=True)
class Length:
    """A length as it is written; its unit is empty for a bare zero."""

    amount: float
    unit: str = "px"

    def pixels(self, font: float, root: float, whole: float) -> float:
        """How long it is.

        Args:
            font: Pixels of the font that `em` refers to.
            root: Pixels of the page's font.
            whole: Pixels of what 100% refers to.
        """
        if self.unit == "%":
            return self.amount * whole / 100
        if self.unit in _OF_FONT:
            return self.amount * _OF_FONT[self.unit] * font
        if self.unit == "rem":
            return self.amount * root
        of_screen = self.unit.removeprefix("d").removeprefix("s").removeprefix("l")
        return self.amount * (_PIXELS.get(self.unit) or _OF_SCREEN.get(of_screen, 1.0))


UNDECIDED = object()
"""A value that only a browser works out: a variable, a calculation."""
_Parse = Callable[[Sequence[Any]], Values]


def values_of(name: str, tokens: Sequence[Any]) -> Values:
    """What is said by the declaration of *name*; nothing where browsers wouldn't take it either.

    Args:
        name: The property, in lower case.
        tokens: Its value, as tinycss2 takes it apart.

    Returns:
        By property; UNDECIDED where it decides whether words are seen, and can't be told.
    """
    parse = _PROPERTIES.get(name)
    told = [t for t in tokens if t.type not in {"whitespace", "comment"}]
    if parse is None or not told:
        return {}
    names = _LONGHANDS.get(name, (name,))
    if len(told) == 1 and told[0].type == "ident" and told[0].lower_value in _KEYWORDS:
        initial = told[0].lower_value == "initial"
        return {one: _INITIAL.get(one) if initial else None for one in names}
    if any(t.type == "function" and t.lower_name == "var" for t in told):
        return dict.fromkeys(names, UNDECIDED if name in _DECISIVE else None)
    return parse(told)


def leans_to_hiding(name: str, value: Any) -> bool:
    """Whether *value* hides, by itself or with others."""
    if value is None or value is UNDECIDED:
        return False
    if name in _PLACES:
        return bool(value.amount < 0)
    if name in _SIZED:
        return bool(value.amount <= _TINY)
    if name == "opacity":
        return bool(value < _FAINT)
    if name == "position":
        return value in _OUT_OF_FLOW
    return name in {"color", "background-color"} or value is True


def _one(name: str, found: Callable[[str], Any]) -> _Parse:
    def parse(told: Sequence[Any]) -> Values:
        if len(told) != 1 or told[0].type != "ident":
            return {}
        value = found(told[0].lower_value)
        return {} if value is None else {name: value}
    return parse


def _among(shown: set[str], hidden: set[str]) -> Callable[[str], bool | None]:
    return lambda word: True if word in hidden else False if word in shown else None


def _display(told: Sequence[Any]) -> Values:
    words = [t.lower_value if t.type == "ident" else "" for t in told]
    if words == ["none"]:
        return {"display": True}
    return {"display": False} if all(word in _SHOWN for word in words) else {}


def _position_word(word: str) -> str | None:
    return word if word in {"static", "relative", "absolute", "fixed", "sticky"} else None


def _opacity(told: Sequence[Any]) -> Values:
    token = told[0]
    if token.type == "function":
        return {"opacity": UNDECIDED}
    if len(told) > 1 or token.type not in {"number", "percentage"}:
        return {}
    return {"opacity": token.value / (100 if token.type == "percentage" else 1)}


def length_in(token: Any) -> Length | None:
    """The length that *token* is, if it is one."""
    if token.type == "number":
        return Length(0.0, "") if token.value == 0 else None
    if token.type == "percentage":
        return Length(token.value, "%")
    if token.type != "dimension":
        return None
    unit = token.lower_unit
    of_screen = unit.removeprefix("d").removeprefix("s").removeprefix("l")
    known = unit in _PIXELS or unit in _OF_FONT or unit == "rem" or of_screen in _OF_SCREEN
    return Length(token.value, unit) if known else None


def _length(name: str) -> _Parse:
    def parse(told: Sequence[Any]) -> Values:
        if len(told) != 1:
            return {}
        length = length_in(told[0])
        # Of a place, one that is calculated or `auto` isn't far.
        return {name: length} if length or told[0].type in {"function", "ident"} else {}
    return parse


def _indent(told: Sequence[Any]) -> Values:
    if any(t.type == "function" for t in told):
        return {"text-indent": UNDECIDED}
    lengths = [length for t in told if (length := length_in(t)) is not None]
    return {"text-indent": lengths[0]} if lengths else {}


def _font_size(told: Sequence[Any]) -> Values:
    if told[0].type == "function":
        return {"font-size": UNDECIDED}
    size = _size_in(told[0])
    return {"font-size": size} if size and len(told) == 1 else {}


def _size_in(token: Any) -> Length | None:
    if token.type == "ident":
        word = token.lower_value
        if word in _RELATIVE_SIZES:
            return Length(_RELATIVE_SIZES[word], "em")
        return Length(_SIZES[word]) if word in _SIZES else None
    size = length_in(token)
    return size if size is not None and size.amount >= 0 else None


def _font(told: Sequence[Any]) -> Values:
    """Of `font`, what says the size: the first length, which stands before any slash."""
    if len(told) == 1:
        word = told[0].lower_value if told[0].type == "ident" else ""
        return {"font-size": Length(13.0)} if word in _SYSTEM_FONTS else {}
    for token in told[:-1]:
        if token.type == "function":
            return {"font-size": UNDECIDED}
        if size := _size_in(token):
            return {"font-size": size}
    return {}


def _edges(*names: str) -> _Parse:
    """Of one to four lengths, those of top, right, bottom and left; a name may be left out."""
    def parse(told: Sequence[Any]) -> Values:
        if len(told) > len(_EDGES):
            return {}
        lengths = _four([length_in(t) for t in told])
        return {name: length for name, length in zip(names, lengths, strict=True) if name}
    return parse


def _four(told: Sequence[Any]) -> list[Any]:
    top = told[0]
    right = told[1] if len(told) > 1 else top
    return [top, right, told[2] if len(told) > 2 else top, told[3] if len(told) > 3 else right]


def _overflow(*names: str) -> _Parse:
    """Whether what is larger than its box is cut off; bars to scroll by need room too."""
    def parse(told: Sequence[Any]) -> Values:
        words = [t.lower_value if t.type == "ident" else "" for t in told]
        if len(words) > len(names) or not _OVERFLOWS.issuperset(words):
            return {}
        return dict(zip(names, (word != "visible" for word in words * 2), strict=False))
    return parse


def _clip(told: Sequence[Any]) -> Values:
    if told[0].type == "ident":
        return {"clip": False} if told[0].lower_value == "auto" else {}
    if told[0].type != "function" or told[0].lower_name != "rect":
        return {}
    sides = [t for t in told[0].arguments
             if t.type not in {"whitespace", "comment"} and t != ","]
    if len(sides) != len(_EDGES):
        return {}
    lengths = [length_in(side) for side in sides]
    top, right, bottom, left = lengths
    return {"clip": _narrow(top, bottom) or _narrow(left, right)}


def _narrow(begin: Length | None, end: Length | None) -> bool:
    if end is None:
        return False
    start = 0.0 if begin is None else begin.pixels(SEEN_SIZE, SEEN_SIZE, 0)
    return end.pixels(SEEN_SIZE, SEEN_SIZE, 0) - start <= _FEW_PIXELS


def _clip_path(told: Sequence[Any]) -> Values:
    shape = next((t for t in told if t.type == "function"), None)
    if shape is None:
        return {"clip-path": False} if told[0].type in {"ident", "url"} else {}
    amounts: list[Length] = []
    for token in shape.arguments:
        if token.type == "ident":
            break
        if token.type in {"number", "percentage", "dimension"}:
            amounts.append(length_in(token) or Length(1.0))
    if not amounts:
        return {"clip-path": False}
    if shape.lower_name == "inset":
        top, right, bottom, left = (
            one.amount if one.unit == "%" else 0.0 for one in _four(amounts))
        return {"clip-path": top + bottom >= 100 or left + right >= 100}
    return {"clip-path": all(one.amount == 0 for one in amounts)}


def _colour(name: str) -> _Parse:
    def parse(told: Sequence[Any]) -> Values:
        found = _colour_in(told[0]) if len(told) == 1 else None
        return {} if found is None else {name: found}
    return parse


def _colour_in(token: Any) -> Any:
    try:
        found = parse_color(token)
        if found is None or isinstance(found, str):
            return found
        parts = found.to("srgb").coordinates
        return (*(round(255 * (part or 0)) for part in parts), round(found.alpha, 2))
    except (ValueError, TypeError, ArithmeticError, NotImplementedError):
        return None


def _background(told: Sequence[Any]) -> Values:
    """The ground's colour, unless a picture lies on it."""
    if any(t.type in {"url", "function"} and _colour_in(t) is None for t in told):
        return {"background-color": None}
    return {"background-color": next(
        (found for t in told if (found := _colour_in(t)) is not None), None)}


def _drawn(told: Sequence[Any]) -> Values:
    """What makes words without a colour seen: their ground, or their shadow."""
    return {"drawn": not (told[0].type == "ident" and told[0].lower_value == "none")}


_LONGHANDS = {
    "font": ("font-size",), "inset": _EDGES, "inset-inline-start": ("left",),
    "inset-inline-end": ("right",), "inset-block-start": ("top",), "inset-block-end": ("bottom",),
    "margin": ("margin-top", "margin-left"), "margin-inline-start": ("margin-left",),
    "margin-block-start": ("margin-top",), "overflow": ("overflow-x", "overflow-y"),
    "-webkit-clip-path": ("clip-path",),
    "padding": ("padding-top", "padding-bottom", "padding-left"),
    "background": ("background-color",), "background-clip": ("drawn",),
    "-webkit-background-clip": ("drawn",), "text-shadow": ("drawn",),
    "inline-size": ("width",), "block-size": ("height",), "max-inline-size": ("max-width",),
    "max-block-size": ("max-height",),
}
"""What a property says something of, if not of what it is called."""
_DECISIVE = frozenset({
    "display", "visibility", "opacity", "font-size", "font", "text-indent", "clip", "clip-path",
    "-webkit-clip-path", "content-visibility"})
_BOXES = ("width", "height", "max-width", "max-height")
_PLACES = frozenset({*_EDGES, "margin-left", "margin-top", "text-indent"})
_SIZED = frozenset({*_BOXES, "font-size"})
_INITIAL: Values = {"visibility": False, "font-size": Length(SEEN_SIZE),
                    "text-indent": Length(0.0), "color": (0, 0, 0, 1)}
"""Of what else comes down from the element around."""
_PROPERTIES: dict[str, _Parse] = {
    "display": _display,
    "visibility": _one("visibility", _among({"visible"}, {"hidden", "collapse"})),
    "content-visibility": _one("content-visibility", _among({"visible", "auto"}, {"hidden"})),
    "opacity": _opacity, "font-size": _font_size, "font": _font, "text-indent": _indent,
    "position": _one("position", _position_word),
    "inset": _edges(*_EDGES),
    "margin": _edges("margin-top", "", "", "margin-left"),
    "padding": _edges("padding-top", "", "padding-bottom", "padding-left"),
    "overflow": _overflow("overflow-x", "overflow-y"),
    "overflow-x": _overflow("overflow-x"), "overflow-y": _overflow("overflow-y"),
    "clip": _clip, "clip-path": _clip_path, "-webkit-clip-path": _clip_path,
    "color": _colour("color"), "background-color": _colour("background-color"),
    "background": _background,
    "background-clip": _drawn, "-webkit-background-clip": _drawn, "text-shadow": _drawn,
    **{name: _length(name) for name in (
        *_EDGES, *_BOXES, "margin-left", "margin-top", "padding-left", "padding-top",
        "padding-bottom")},
    **{name: _length(_LONGHANDS[name][0]) for name in (
        "inset-inline-start", "inset-inline-end", "inset-block-start", "inset-block-end",
        "margin-inline-start", "margin-block-start", "inline-size", "block-size",
        "max-inline-size", "max-block-size")},
}


def hides_all_within(values: Values, font: float, root: float) -> bool:
    """Whether an element of these *values* hides itself and whatever stands in it.

    Args:
        values: What its styles say.
        font: Pixels of its font.
        root: Pixels of the page's font.
    """
    if any(values.get(name) for name in ("display", "content-visibility", "clip-path")):
        return True
    opacity = values.get("opacity")
    if opacity is not None and opacity < _FAINT:
        return True
    if values.get("clip") and values.get("position") in _OUT_OF_FLOW:
        return True
    return _is_off(values, font, root) or _is_shut(values, font, root)


def _is_off(values: Values, font: float, root: float) -> bool:
    """Whether it was moved off the page."""
    def length(name: str, whole: float) -> float:
        one = values.get(name)
        return 0.0 if one is None else float(one.pixels(font, root, whole))

    moved = values.get("position") not in {None, "static"}
    left, right = (length(side, WIDTH) if moved else 0.0 for side in ("left", "right"))
    top, bottom = (length(side, HEIGHT) if moved else 0.0 for side in ("top", "bottom"))
    # What is put in the middle, or reaches over both edges, begins far to the left and is seen.
    left += length("margin-left", WIDTH) + length("padding-left", WIDTH)
    top += length("margin-top", WIDTH) + length("padding-top", WIDTH)
    return (left <= FAR < right) or (right <= FAR < left) or (
        top <= FAR < bottom) or (bottom <= FAR < top)


def _is_shut(values: Values, font: float, root: float) -> bool:
    """Whether it is a box of no size whose words don't flow over."""
    if not (values.get("overflow-x") or values.get("overflow-y")):
        return False
    for side in ("padding-top", "padding-bottom"):
        held = values.get(side)
        if held is not None and held.unit == "%" and held.amount > 0:
            return False  # A share of its width holds it open: so films are shown.
    return any(
        size is not None and size.pixels(font, root, WIDTH) <= _FEW_PIXELS
        for size in (values.get(name) for name in _BOXES))


def is_tiny(font: float) -> bool:
    """Whether nobody can read words of so many pixels."""
    return font < _TINY


def is_in_its_ground(values: Values) -> bool:
    """Whether the words have the colour of the ground that is said with it, or none."""
    colour, ground = values.get("color"), values.get("background-color")
    if values.get("drawn"):
        return False
    if ground == "currentcolor" or colour is None or isinstance(colour, str):
        return ground == "currentcolor"
    return bool(colour[3] < _FAINT or colour == ground)
