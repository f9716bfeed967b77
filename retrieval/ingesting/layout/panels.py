"""Parts sheets that hold two printed pages side by side.

Two columns on a broad page look much like two pages on a sheet.  What tells them apart is the
number that each printed page has: one on the left, and the next one on the right.
"""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.ingesting.layout.lines import rows_of
from retrieval.ingesting.layout.margins import lone_numbers
from retrieval.ingesting.layout.marks import Panel, Sheet

_BROAD = 1.15
"""How much broader than high a sheet with two pages is, at least."""


def printed_pages(sheets: Sequence[Sheet]) -> list[Panel]:
    """The printed pages of all *sheets*, in order."""
    halves = {n: _halves(sheet) for n, sheet in enumerate(sheets) if _may_hold_two(sheet)}
    full = [n for n, (left, right) in halves.items() if left.words and right.words]
    counted = sum(1 for n in full if _count_on(*halves[n]))
    if counted * 2 < len(full) or not counted:
        return [sheet.panel for sheet in sheets]
    panels: list[Panel] = []
    for n, sheet in enumerate(sheets):
        if n not in halves:
            panels.append(sheet.panel)
            continue
        panels += [half for half in halves[n] if half.words] or [sheet.panel]
    return panels


def _may_hold_two(sheet: Sheet) -> bool:
    panel = sheet.panel
    middle = (panel.left + panel.right) / 2
    broad = panel.width >= _BROAD * panel.height
    return broad and not any(word.left < middle < word.right for word in panel.words)


def _halves(sheet: Sheet) -> tuple[Panel, Panel]:
    panel = sheet.panel
    middle = (panel.left + panel.right) / 2
    left = replace(
        panel, right=middle,
        words=tuple(word for word in panel.words if word.right <= middle),
        rules=tuple(rule for rule in panel.rules if rule.right <= middle),
    )  # fmt: skip
    right = replace(
        panel, left=middle,
        words=tuple(word for word in panel.words if word.right > middle),
        rules=tuple(rule for rule in panel.rules if rule.left >= middle),
    )  # fmt: skip
    return left, right


def _count_on(left: Panel, right: Panel) -> bool:
    first, second = (lone_numbers(half, rows_of(half.words)) for half in (left, right))
    return any(number + 1 in second for number in first)
