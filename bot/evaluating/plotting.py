"""The headline figures drawn with their intervals, against targets and the plain chain."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.evaluating.headline import Headline
from retrieval.estimates import Estimate

MET, MISSED, BASELINE, TARGET = "#1b7f5c", "#b3541e", "#8a8f98", "#222222"
ROW_INCHES = 0.34


def plot(headlines: Sequence[Headline], title: str, file: Path) -> None:
    """Draw *headlines* into *file*, one row each."""
    figure = Figure(figsize=(9, 1.4 + ROW_INCHES * len(headlines)), layout="constrained")
    axes = figure.subplots()
    for row, one in enumerate(headlines):
        _mark(axes, row, one.value, MET if one.met else MISSED, "o")
        axes.plot([one.target, one.target], [row - 0.35, row + 0.35], color=TARGET, linewidth=2)
        if one.baseline is not None and one.baseline.value is not None:
            _mark(axes, row + 0.22, one.baseline, BASELINE, "s")
    axes.set_yticks(range(len(headlines)), [_label(one) for one in headlines])
    axes.set_ylim(len(headlines) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", alpha=0.3)
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel("dot: measured, 95 % interval (green: target met) · bar: target · "
                    "square: plain chain", fontsize=8)
    figure.savefig(file, dpi=150)


def _label(one: Headline) -> str:
    return f"{one.name} {'≥' if one.at_least else '≤'} {one.target:g}  (n {one.value.n})"


def _mark(axes: Axes, row: float, one: Estimate, colour: str, shape: str) -> None:
    value, low, high = one.value or 0.0, one.low or 0.0, one.high or 0.0
    axes.plot([low, high], [row, row], color=colour, linewidth=1.5)
    axes.plot([value], [row], shape, color=colour, markersize=5)
