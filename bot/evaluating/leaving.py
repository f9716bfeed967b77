"""A report as it is left in the data folder for the console."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.evaluating.headline import headlines
from bot.evaluating.tables import sheets
from bot.measures.measured import Aim, Measured, Range, Sheet
from retrieval.estimates import Estimate

_HEADLINE = "Headline"


def measured(report: Mapping[str, Any], files: Sequence[Path], at: datetime) -> Measured:
    """*report* for the console; the files by name alone, since folders are nobody's business."""
    aims = []
    for one in headlines(dict(report)):
        value = _range(one.value)
        if value is not None:
            aims.append(Aim(one.name, value, one.target, one.at_least, bool(one.met),
                            _range(one.baseline)))
    return Measured(
        at=at, release=str(report["release"]),
        split=None if report["split"] is None else str(report["split"]),
        cases=tuple(file.name for file in files), aims=tuple(aims),
        sheets=tuple(Sheet(one.title, one.columns, one.rows, one.note)
                     for one in sheets(report) if one.title != _HEADLINE),
        notes=tuple(report["notes"]))


def _range(one: Estimate | None) -> Range | None:
    if one is None or one.value is None or one.low is None or one.high is None:
        return None
    return Range(round(one.value, 6), round(one.low, 6), round(one.high, 6), one.n)
