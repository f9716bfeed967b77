"""The rules of the style sheets within a web page, as far as they bear on what is seen.

tinycss2 takes the sheets apart and cssselect2 their selectors.  A rule that may or may not hold
(in a dark room, on a touch screen, where a browser can do something) counts as far as it hides:
else whoever hides words could seem to uncover them by a condition that nowhere holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Any

import tinycss2
from cssselect2 import compile_selector_list

from retrieval.ingesting.style_values import (
    SEEN_SIZE,
    UNDECIDED,
    leans_to_hiding,
    length_in,
    values_of,
)

CHARACTERS = 1_000_000
"""Of style sheets, and again of style attributes: a page that carries its sheets has a fifth."""
SELECTORS = 10_000
"""That bear on what is seen; large sites have some thousands."""
_TOKENS = 200
"""Of one selector."""
_DEEP = 16
"""How far conditions may stand in one another."""
_SCREENS = (1280.0, 1920.0)
"""Pixels across, of the narrowest and widest screen that a rule has to hold on."""
_UNSTYLED = frozenset({"noscript", "template"})
_AT_RULES = frozenset({
    "media", "supports", "layer", "container", "scope", "nest", "import", "-moz-document"})

Rank = tuple[float, ...]
Said = tuple[tuple[str, Any, bool], ...]
"""Property, value, and whether it is marked as important."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said of the elements that a selector finds."""

    rank: Rank
    """By its layer: what stands in none comes after all layers."""
    said: Said


@dataclass(frozen=True, slots=True)
class _Around:
    """What a rule stands in."""

    holds: bool | None = True
    """None where that can't be told."""
    layer: tuple[str, ...] = ()
    depth: int = 0


class Sheets:
    """The style sheets of a page.

    Attributes:
        rules: Each selector that bears on what is seen, compiled, with its rule.
        unread: Whether there was something that browsers read and this doesn't.
    """

    def __init__(self, root: Any) -> None:
        self.rules: list[tuple[Any, Rule]] = []
        self.unread = any(
            "stylesheet" in (link.get("rel") or "").lower().split() for link in root.iter("link"))
        self._layers: dict[tuple[str, ...], int] = {}
        self._unnamed = count()
        self._left = CHARACTERS
        for style in root.iter("style"):
            if (style.get("type") or "text/css").strip().lower() == "text/css" and not any(
                    one.tag in _UNSTYLED for one in style.iterancestors()):
                self._read(style.text or "", style.get("media") or "")

    def _read(self, sheet: str, media: str) -> None:
        self._left -= len(sheet) + len(media)
        if self._left < 0:
            self.unread = True
            return
        try:
            holds = _media_hold(tinycss2.parse_component_value_list(media, skip_comments=True))
            rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
        except (ValueError, ArithmeticError):  # A number of 5,000 digits, half a character.
            self.unread = True
            return
        if holds is not False:
            self._take(rules, _Around(holds))

    def _take(self, rules: Sequence[Any], around: _Around) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                self._take_rule(rule, around)
            elif rule.type == "at-rule":
                self._take_at_rule(rule, around)

    def _take_at_rule(self, rule: Any, around: _Around) -> None:
        name = rule.lower_at_keyword
        if name == "layer":
            layers = _layer_names(rule.prelude) or [(f"\0{next(self._unnamed)}",)]
            for layer in layers:
                self._rank((*around.layer, *layer))
            around = _Around(around.holds, (*around.layer, *layers[0]), around.depth)
        elif name == "media":
            around = _Around(
                _both(around.holds, _media_hold(rule.prelude)), around.layer, around.depth)
        elif name in {"supports", "container"}:
            around = _Around(_both(around.holds, None), around.layer, around.depth)
        else:
            self.unread = self.unread or name in _AT_RULES
            return
        if rule.content is None or around.holds is False:
            return
        if around.depth == _DEEP:
            self.unread = True
            return
        inner = tinycss2.parse_blocks_contents(
            rule.content, skip_comments=True, skip_whitespace=True)
        self._take(inner, _Around(around.holds, around.layer, around.depth + 1))

    def _rank(self, layer: tuple[str, ...]) -> Rank:
        return (*(float(self._layers.setdefault(layer[:end], len(self._layers)))
                  for end in range(1, len(layer) + 1)), inf)

    def _take_rule(self, rule: Any, around: _Around) -> None:
        said, inner = said_in(rule.content)
        self.unread = self.unread or inner
        if not said:
            return
        parts = list(_parts(rule.prelude))
        compiled = [one for part in parts for one in self._compiled(part)]
        # Browsers drop a rule as a whole if they don't know one of its selectors.
        if around.holds is None or len(compiled) < len(parts):
            last = {(name, important): value for name, value, important in said}
            said = tuple((name, value, important) for (name, important), value in last.items()
                         if leans_to_hiding(name, value))
        self.unread = self.unread or any(value is UNDECIDED for _, value, _ in said)
        for selector in compiled if said else ():
            if selector.pseudo_element is None and not selector.never_matches:
                self.rules.append((selector, Rule(self._rank(around.layer), said)))

    def _compiled(self, selector: Sequence[Any]) -> Sequence[Any]:
        if len(self.rules) >= SELECTORS or _is_long(selector):
            self.unread = True
            return ()
        try:
            return compile_selector_list(selector)  # type: ignore[no-any-return]
        except Exception:
            # The library raises whatever comes up in what it doesn't know.
            return ()


def said_in(declarations: str | Sequence[Any]) -> tuple[Said, bool]:
    """What declarations say that bears on what is seen, and whether there are rules among them.

    Args:
        declarations: The text of a style attribute, or a block of a style sheet.

    Raises:
        ValueError: tinycss2 can't take it apart.
    """
    said: list[tuple[str, Any, bool]] = []
    inner = False
    for one in tinycss2.parse_blocks_contents(
            declarations, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration":
            said.extend((name, value, one.important)
                        for name, value in values_of(one.lower_name, one.value).items())
        elif one.type == "qualified-rule" or (
                one.type == "at-rule" and one.lower_at_keyword in _AT_RULES):
            inner = True
    return tuple(said), inner


def _parts(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """What stands between the commas."""
    part: list[Any] = []
    for one in tokens:
        if one == ",":
            yield part
            part = []
        else:
            part.append(one)
    yield part


def _told(tokens: Sequence[Any]) -> list[Any]:
    return [t for t in tokens if t.type not in {"whitespace", "comment"}]


def _is_long(selector: Sequence[Any]) -> bool:
    counted, held = 0, [selector]
    while held and counted <= _TOKENS:
        for token in held.pop():
            counted += token.type != "whitespace"
            within = getattr(token, "arguments", None) or getattr(token, "content", None)
            if counted > _TOKENS:
                break
            if within:
                held.append(within)
    return counted > _TOKENS


def _layer_names(prelude: Sequence[Any]) -> list[tuple[str, ...]]:
    named = (tuple(t.value for t in part if t.type == "ident") for part in _parts(prelude))
    return [name for name in named if name]


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _media_hold(queries: Sequence[Any]) -> bool | None:
    """Whether one of *queries* holds on an ordinary screen; None where it depends."""
    if not _told(queries):
        return True
    held = [_query_holds(_told(query)) for query in _parts(queries)]
    return True if True in held else None if None in held else False


def _query_holds(query: Sequence[Any]) -> bool | None:
    words = [t.lower_value for t in query if t.type == "ident"]
    if "or" in words or not query:
        return None
    negated = words[:1] == ["not"]
    holds: bool | None = all(word in {"all", "screen"} for word in words
                             if word not in {"and", "not", "only"})
    for block in query:
        if block.type == "() block":
            holds = _both(holds, _feature_holds(_told(block.content)))
        elif block.type != "ident":
            holds = _both(holds, None)
    if "not" in words[1:]:
        return None
    return holds if not negated or holds is None else not holds


def _feature_holds(feature: Sequence[Any]) -> bool | None:
    """Whether a screen is as wide as that, on every ordinary one or on none."""
    if len(feature) != 3 or feature[0].type != "ident" or feature[1] != ":":
        return None
    length = length_in(feature[2])
    bound = feature[0].lower_value.replace("device-", "")
    if length is None or length.unit.startswith("v") or bound not in {"min-width", "max-width"}:
        return None
    width = length.pixels(SEEN_SIZE, SEEN_SIZE, 0)
    found = {width <= screen if bound == "min-width" else width >= screen for screen in _SCREENS}
    return found.pop() if len(found) == 1 else None
