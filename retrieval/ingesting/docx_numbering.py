"""The numbers that Word computes and never writes down: of paragraphs, headings and lists.

A document holds schemes (`abstractNum`), lists that use them (`num`), and says of each paragraph,
or of its style, which list and which level it belongs to.  What stands before the paragraph
follows from those that came before.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from retrieval.ingesting.numerals import letter, roman

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
NO_LIST = "0"
_PLACE = re.compile(r"%([1-9])")
_BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a paragraph."""

    words: str
    """Empty for a bullet, and for a level that shows nothing."""
    level: int
    """From 1."""
    is_item: bool
    """Whether it marks an entry within a paragraph or list, and not a paragraph of the text."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str
    restart: int | None
    """The level, from 1, that makes it begin again; 0 for none, None for any above it."""
    legal: bool
    style: str


@dataclass(slots=True)
class _Scheme:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _List:
    scheme: str
    starts: dict[int, int]
    levels: dict[int, _Level]


class Counting:
    """Counts through one document's paragraphs, in their order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        """Read the parts `numbering.xml` and `styles.xml`, either of which may be missing."""
        self._schemes: dict[str, _Scheme] = {}
        self._lists: dict[str, _List] = {}
        self._styles = {s.get(f"{W}styleId"): s for s in _all(styles, "style")}
        self._linked: dict[str, str] = {}
        self._begun: set[tuple[str, int]] = set()
        self._read(numbering)

    def _read(self, numbering: Any) -> None:
        links: dict[str, str] = {}
        for scheme in _all(numbering, "abstractNum"):
            id_ = scheme.get(f"{W}abstractNumId")
            levels = {_whole(lvl.get(f"{W}ilvl"), 0): _level(lvl) for lvl in _all(scheme, "lvl")}
            self._schemes[id_] = _Scheme(levels)
            if style := _value(scheme, "styleLink"):
                self._linked[style] = id_
            if style := _value(scheme, "numStyleLink"):
                links[id_] = style
        for id_, style in links.items():
            if target := self._linked.get(style):
                self._schemes[id_] = self._schemes[target]
        for one in _all(numbering, "num"):
            starts: dict[int, int] = {}
            levels = {}
            for override in one.findall(f"{W}lvlOverride"):
                place = _whole(override.get(f"{W}ilvl"), 0)
                if (start := _value(override, "startOverride")) is not None:
                    starts[place] = _whole(start, 1)
                if (own := override.find(f"{W}lvl")) is not None:
                    levels[place] = _level(own)
            self._lists[one.get(f"{W}numId")] = _List(
                _value(one, "abstractNumId") or "", starts, levels)

    def label(self, paragraph: Any, style: str) -> Label | None:
        """What stands before *paragraph*, which then has been counted; None for nothing."""
        list_id, place = self._belongs(paragraph, style)
        found = self._lists.get(list_id)
        scheme = self._schemes.get(found.scheme) if found else None
        if found is None or scheme is None or list_id == NO_LIST:
            return None
        levels = {**scheme.levels, **found.levels}
        level = levels.get(place)
        if level is None:
            return None
        self._count(list_id, found, scheme, levels, place)
        if level.form == _BULLET:
            return Label("", place + 1, is_item=True)

        def shown(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            at = levels.get(other, level)
            form = "decimal" if level.legal else at.form
            return written_count(scheme.counts.get(other, at.start), form)

        words = "" if level.form == "none" and "%" in level.text else (
            _PLACE.sub(shown, level.text))
        whole = "%1" in level.text and level.form in {"decimal", "decimalZero"}
        return Label(words.strip(), place + 1, is_item=not (whole or (words[:1].isalpha()
                                                            and " " in words.strip())))

    def _count(self, list_id: str, found: _List, scheme: _Scheme,
               levels: dict[int, _Level], place: int) -> None:
        if place in found.starts and (list_id, place) not in self._begun:
            scheme.counts[place] = found.starts[place]
        elif place in scheme.counts:
            scheme.counts[place] += 1
        else:
            scheme.counts[place] = levels[place].start
        self._begun.add((list_id, place))
        for above in range(place):
            if above in levels:
                scheme.counts.setdefault(above, levels[above].start)
        for below in [b for b in scheme.counts if b > place]:
            restart = levels[below].restart if below in levels else None
            if restart is None or (restart > 0 and place < restart):
                del scheme.counts[below]

    def _belongs(self, paragraph: Any, style: str) -> tuple[str, int]:
        """The list and level that *paragraph* states, or else its style or what that extends."""
        list_id, place = _stated(paragraph)
        seen: set[str] = set()
        while (list_id is None or place is None) and style and style not in seen:
            seen.add(style)
            entry = self._styles.get(style)
            if entry is None:
                break
            by_style, by_place = _stated(entry)
            if by_style is not None and list_id is None:
                list_id = by_style
                place = place if place is not None else self._place_of(by_style, style, by_place)
            style = _value(entry, "basedOn") or ""
        return list_id or NO_LIST, min(max(place or 0, 0), LEVELS - 1)

    def _place_of(self, list_id: str, style: str, stated: int | None) -> int | None:
        found = self._lists.get(list_id)
        scheme = self._schemes.get(found.scheme) if found else None
        levels = scheme.levels if scheme else {}
        return next((place for place, level in levels.items() if level.style == style), stated)


def _stated(holder: Any) -> tuple[str | None, int | None]:
    properties = holder.find(f"{W}pPr/{W}numPr")
    if properties is None:
        return None, None
    place = _value(properties, "ilvl")
    return _value(properties, "numId"), _whole(place, 0) if place is not None else None


def _level(lvl: Any) -> _Level:
    restart = _value(lvl, "lvlRestart")
    legal = lvl.find(f"{W}isLgl")
    return _Level(
        start=_whole(_value(lvl, "start"), 1), form=_value(lvl, "numFmt") or "decimal",
        text=_value(lvl, "lvlText") or "",
        restart=_whole(restart, 0) if restart is not None else None,
        legal=legal is not None and legal.get(f"{W}val", "1") not in {"0", "false"},
        style=_value(lvl, "pStyle") or "")


def written_count(count: int, form: str) -> str:
    """*count* in Word's format *form* ("lowerRoman"); in digits where the format is not known."""
    if form == "none" or count < 0:
        return ""
    if form == "decimalZero":
        return f"{count:02}"
    if form == "ordinal":
        ending = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(
            count % 10, "th")
        return f"{count}{ending}"
    if count and form in {"lowerLetter", "upperLetter", "lowerRoman", "upperRoman"}:
        signs = letter(count) if form.endswith("Letter") else roman(count)
        return signs.upper() if form.startswith("upper") else signs
    return str(count)


def _all(holder: Any, name: str) -> list[Any]:
    return [] if holder is None else list(holder.findall(f"{W}{name}"))


def _value(holder: Any, name: str) -> str | None:
    found = holder.find(f"{W}{name}")
    value: str | None = found.get(f"{W}val") if found is not None else None
    return value


def _whole(written: str | None, instead: int) -> int:
    try:
        return int(written) if written is not None else instead
    except ValueError:
        return instead
