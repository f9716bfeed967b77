"""What a document itself numbers and is cited by: its articles, principles or paragraphs.

Pure.  One document has many numbers; most belong to lists, footnotes and references to other
texts.  A unit's numbers follow one another, and most of the document's text stands under them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.ingesting.extracted import Block, BlockKind, Extracted
from retrieval.ingesting.numbering import Numbering, numbering_of
from retrieval.ingesting.numerals import HAN, in_our_digits, roman_value

LEAST_COVERED = 0.4
"""Of the text: what covers less is a detail of the document, not its unit."""
LEAST_OF_A_WORD = 2
LEAST_OF_A_NUMBER = 3
LEAST_OF_A_RUN = 4
"""On average, where numbers begin again under each heading; shorter runs are lists."""
MOST_LEFT_OUT = 3
"""Numbers that a series may skip where paragraphs were repealed or misread."""
MAX_HEADING_CHARACTERS = 60

COMMENTARIES = frozenset({
    "commentary", "comment", "comments", "explanatory note", "explanation", "rationale",
    "commentaire", "comentario", "comentário", "kommentar", "erläuterung", "комментарий"})
"""Headings of what explains the unit above."""

_STEM = re.compile(rf"(?P<before>[^\d]*?)\s*(?P<number>\d+|[{HAN}]+|[IVXLC]+)\s*(?P<after>[^\d]*)")
_MISSPELT = re.compile(r"[^\d.,;]{1,20}(?P<number>\d+)[^\s\d]?(?=\s|$)")
_SAID = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM})


@dataclass(frozen=True, slots=True)
class Unit:
    """Where one unit begins."""

    block: int
    """Its place among the document's blocks."""
    numbering: Numbering
    kind: str
    """What kind of provision it makes."""
    within: str = ""
    """What holds it ("Part II"), where the same numbers come back in another."""


@dataclass(frozen=True, slots=True)
class _Series:
    units: tuple[Unit, ...]
    covered: float
    runs_on: bool
    """Whether the numbers never begin again."""


def units_of(extracted: Extracted, passed: frozenset[int], end: int | None = None) -> tuple[
        Unit, ...]:
    """The document's own units in its order; none where it numbers nothing.

    Args:
        extracted: The document.
        passed: Blocks that are none of its text.
        end: Look at the blocks before this one only.
    """
    places = [place for place in range(len(extracted.blocks) if end is None else end)
              if extracted.blocks[place].kind in _SAID and place not in passed]
    worded = _worded(extracted, places)
    numbered = _numbered(extracted, places)
    finest = max(worded, key=lambda s: len(s.units), default=None)
    for series in numbered:
        outnumbers = finest is None or (
            len(series.units) > len(finest.units) and not _are_recitals(series, finest))
        if series.runs_on and outnumbers and not _are_parts(series, finest):
            return series.units
    if finest is not None:
        return _held(extracted, finest.units)
    return next((_held(extracted, series.units) for series in numbered), ())


def _worded(extracted: Extracted, places: Sequence[int]) -> list[_Series]:
    by_kind: dict[str, list[Unit]] = defaultdict(list)
    for place in places:
        block = extracted.blocks[place]
        numbering = numbering_of(extracted.of(block), block.kind is BlockKind.HEADING)
        if numbering is not None and numbering.kind:
            by_kind[numbering.kind].append(Unit(place, numbering, numbering.kind))
    if not by_kind:
        by_kind.update(_by_stem(extracted, places))
    found = []
    for units in by_kind.values():
        heads = [u for u in units if extracted.blocks[u.block].kind is BlockKind.HEADING
                 or not extracted.of(extracted.blocks[u.block])[u.numbering.end:].strip()]
        chosen = (_filled(extracted, heads) if len(heads) >= LEAST_OF_A_WORD
                  else _in_order(units))
        if len(chosen) < LEAST_OF_A_WORD:
            continue
        series = _series(extracted, _after_recitals(extracted, places, chosen[0].block), chosen)
        if series.covered >= LEAST_COVERED:
            found.append(series)
    return found


def _after_recitals(extracted: Extracted, places: Sequence[int], first: int) -> Sequence[int]:
    """*places* without what is numbered before the *first* unit, if those are recitals.

    Recitals may be longer than all articles.
    """
    before = [place for place in places if place < first]
    recitals = any(unit.numbering.written.startswith("(")
                   for series in _numbered(extracted, before) for unit in series.units)
    return [place for place in places if place >= first] if recitals else places


def _filled(extracted: Extracted, heads: Sequence[Unit]) -> list[Unit]:
    """*heads*, with the one between the 22nd and the 24th that has 23 and its word misspelt."""
    filled = list(heads[:1])
    for before, after in pairwise(heads):
        first, last = value_of(before.numbering), value_of(after.numbering)
        if first is not None and last == first + 2:
            level = extracted.blocks[before.block].level
            for place in range(before.block + 1, after.block):
                block = extracted.blocks[place]
                match = _MISSPELT.match(extracted.of(block))
                if match and block.kind is BlockKind.HEADING and block.level == level and (
                        in_our_digits(match["number"]) == str(first + 1)):
                    numbering = Numbering(str(first + 1), match[0], match.end(), before.kind)
                    filled.append(Unit(place, numbering, before.kind))
                    break
        filled.append(after)
    return filled


def _by_stem(extracted: Extracted, places: Sequence[int]) -> dict[str, list[Unit]]:
    """Headings that are one word over and over with a number that counts, in any language."""
    by_stem: dict[str, list[Unit]] = defaultdict(list)
    for place in places:
        block = extracted.blocks[place]
        words = extracted.of(block)
        match = _STEM.fullmatch(words) if len(words) <= MAX_HEADING_CHARACTERS else None
        if match is None or block.kind is not BlockKind.HEADING:
            continue
        known = numbering_of(words, heading=True)
        if known is not None and known.is_wider:
            continue
        number = in_our_digits(match["number"])
        stem = f"{match['before']}…{match['after'].strip(' .:։።۔-–—')}".casefold()
        by_stem[stem].append(Unit(
            place, Numbering(number, words.rstrip(" .:"), len(words), "", stem), "article"))
    return {stem: units for stem, units in by_stem.items()
            if len(_in_order(units)) >= max(LEAST_OF_A_NUMBER, 0.7 * len(units))}


def _numbered(extracted: Extracted, places: Sequence[int]) -> list[_Series]:
    """Series of paragraphs with a bare number, the shallowest first."""
    by_form: dict[tuple[int, str], list[Unit]] = defaultdict(list)
    for place in places:
        block = extracted.blocks[place]
        if block.kind is BlockKind.HEADING or block.level > 1:
            continue
        words = extracted.of(block)
        numbering = numbering_of(words)
        if numbering is None or numbering.word or not words[numbering.end:].strip():
            continue
        bracketed = numbering.written[:1] in "([" and numbering.number.isdecimal()
        if numbering.depth or bracketed:
            form = "(" if bracketed else ""
            by_form[numbering.depth, form].append(Unit(place, numbering, "paragraph"))
    found = []
    for (depth, form), units in sorted(by_form.items(), key=lambda entry: entry[0]):
        chain = _in_order(units) if depth < 2 else _rising(units)
        whole = _series(extracted, places, chain)
        if form and depth == 0:
            whole = replace(whole, runs_on=False)
        if len(chain) >= LEAST_OF_A_NUMBER and whole.covered >= LEAST_COVERED and (
                not _begins_under_headings(extracted, units, chain)):
            found.append(whole)
            continue
        again = _beginning_again(extracted, units)
        series = replace(_series(extracted, places, again), runs_on=False)
        runs = sum(value_of(unit.numbering) == 1 for unit in again)
        if len(again) >= LEAST_OF_A_RUN * max(runs, 1) and series.covered > LEAST_COVERED:
            found.append(series)
    return found


def _in_order(units: Sequence[Unit]) -> list[Unit]:
    """The longest series of *units* that counts up; entries of lists are the last to be taken."""
    best: list[tuple[float, int]] = []
    by_value: dict[int, int] = {}
    """The place of the unit with that number to which the longest series leads."""
    for place, unit in enumerate(units):
        value = value_of(unit.numbering)
        score, before = (1.0 if value is not None else 0.0), -1
        if value is not None:
            for step in range(1, MOST_LEFT_OUT + 1):
                other = by_value.get(value - step, -1)
                reached = best[other][0] + 1 - 0.4 * (step - 1) if other >= 0 else 0.0
                if reached > score:
                    score, before = reached, other
            if value not in by_value or score > best[by_value[value]][0]:
                by_value[value] = place
        best.append((score, before))
    at = max(range(len(units)), key=lambda place: best[place][0], default=-1)
    chain = []
    while at >= 0:
        chain.append(units[at])
        at = best[at][1]
    return chain[::-1]


def _rising(units: Iterable[Unit]) -> list[Unit]:
    rising: list[Unit] = []
    for unit in units:
        if not rising or unit.numbering.steps > rising[-1].numbering.steps:
            rising.append(unit)
    return rising


def _begins_under_headings(
    extracted: Extracted, units: Sequence[Unit], chain: Sequence[Unit]
) -> bool:
    """Whether one of *units* that isn't in the *chain* counts from 1 right under a heading."""
    chained = {unit.block for unit in chain}
    return any(
        unit.block not in chained and value_of(unit.numbering) == 1 and unit.block > 0
        and extracted.blocks[unit.block - 1].kind is BlockKind.HEADING for unit in units)


def _beginning_again(extracted: Extracted, units: Sequence[Unit]) -> list[Unit]:
    """Those of *units* that count from 1 under each heading, from its first block on."""
    kept: list[Unit] = []
    last = None
    for unit in units:
        value = value_of(unit.numbering)
        before = extracted.blocks[unit.block - 1] if unit.block else None
        if value == 1 and (before is None or before.kind is BlockKind.HEADING):
            last = 1
        elif last is None or value != last + 1:
            continue
        last = value
        kept.append(unit)
    return kept


def value_of(numbering: Numbering) -> int | None:
    """What *numbering* counts to; None where it isn't a whole number or a Roman one."""
    if numbering.number.isdecimal():
        return int(numbering.number)
    return roman_value(numbering.number)


def _series(extracted: Extracted, places: Sequence[int], units: Sequence[Unit]) -> _Series:
    begins = {unit.block for unit in units}
    levels = {extracted.blocks[place].level for place in begins
              if extracted.blocks[place].kind is BlockKind.HEADING}
    covered = total = 0
    inside = False
    for place in places:
        block = extracted.blocks[place]
        length = block.end - block.start
        total += length
        if place in begins:
            inside = True
        elif block.kind is BlockKind.HEADING and (not levels or block.level < max(levels)):
            titles = levels and place - 1 in begins
            inside = inside and (bool(titles) or is_commentary(extracted.of(block)))
        covered += length if inside else 0
    values = [value_of(unit.numbering) or 0 for unit in units]
    runs_on = all(a < b for a, b in pairwise(values)) or (
        [u.numbering.steps for u in units] == sorted(u.numbering.steps for u in units)
        and all(u.numbering.depth > 1 for u in units))
    return _Series(tuple(units), covered / total if total else 0.0, runs_on)


def is_commentary(heading: str) -> bool:
    """Whether *heading* stands over what explains the unit before it."""
    return heading.strip(" :.").casefold() in COMMENTARIES


def _are_parts(series: _Series, of: _Series | None) -> bool:
    """Whether the numbers of *series* begin with those of the units they stand under: 5.1, 5.2."""
    if of is None:
        return False
    holders = sorted(of.units, key=lambda unit: unit.block)
    matching = 0
    for unit in series.units:
        above = [h for h in holders if h.block < unit.block]
        matching += bool(above) and unit.numbering.number.startswith(
            f"{above[-1].numbering.number}.")
    return 2 * matching > len(series.units)


def _are_recitals(series: _Series, of: _Series) -> bool:
    """Whether *series* has numbers in brackets and ends before the other's first unit."""
    bracketed = all(unit.numbering.written.startswith("(") for unit in series.units)
    return bracketed and series.units[-1].block < of.units[0].block


def _held(extracted: Extracted, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """*units*, each with what holds it where numbers come back too often for a slip."""
    again = Counter(unit.numbering.number for unit in units)
    if sum(times > 1 for times in again.values()) * 3 <= len(again):
        return tuple(units)
    held = []
    for unit in units:
        own = extracted.blocks[unit.block]
        held.append(replace(unit, within=_holder(extracted, unit.block, own)))
    return tuple(held)


def _holder(extracted: Extracted, place: int, own: Block) -> str:
    """The numbering of the nearest heading above that holds units; its words if it has none."""
    words = ""
    for at in range(place - 1, -1, -1):
        block = extracted.blocks[at]
        if block.kind is not BlockKind.HEADING:
            continue
        if own.kind is BlockKind.HEADING and block.level >= own.level:
            continue
        numbering = numbering_of(extracted.of(block), heading=True)
        if numbering is not None and (numbering.is_wider or not numbering.word):
            return numbering.written
        words = words or extracted.of(block)
    return words
