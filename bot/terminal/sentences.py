"""Load what frames a reply in a terminal from `prompts/terminal.yaml`, checked as replies are."""

from collections.abc import Mapping
from pathlib import Path

from bot.dialogue.phrasing import Wording
from bot.wording import read

FILE = "terminal.yaml"

VARIABLES: Mapping[str, frozenset[str]] = {
    "head.new_flag": frozenset(),
    "head.new_flags": frozenset(),
    "head.flag": frozenset(),
    "head.flags": frozenset(),
    "head.weigh": frozenset(),
    "head.safeguards": frozenset(),
    "head.open": frozenset(),
    "head.look_up": frozenset(),
    "head.coverage": frozenset(),
    "flag.because": frozenset({"said"}),
    "flag.supposed": frozenset(),
    "flag.ours": frozenset(),
    "safeguard.ours": frozenset(),
    "more.safeguards": frozenset({"n"}),
    "ask.hint": frozenset(),
    "ask.as_before": frozenset(),
    "passage.to_read": frozenset({"n"}),
    "passage.to_read_one": frozenset(),
    "passage.none": frozenset({"n"}),
    "passage.state": frozenset({"id", "state", "url"}),
    "passage.caution": frozenset({"note"}),
    "opening.title": frozenset(),
    "opening.lines": frozenset({"conversation", "title", "unchecked"}),
    "opening.unchecked": frozenset({"all", "n"}),
    "opening.other_release": frozenset({"release"}),
    "second_look.looking": frozenset(),
    "second_look.better": frozenset(),
    "second_look.worded": frozenset({"by"}),
    "second_look.refused": frozenset({"reason"}),
}
"""Each sentence that a terminal shows beside a reply's own, and the variables it may name."""


def load(folder: Path, contact: str) -> Wording:
    """The sentences of a terminal under *folder*, checked.

    Raises:
        BadContent: A sentence is missing, unknown, or names a variable that it isn't given.
    """
    return Wording(read(folder / FILE, VARIABLES), contact)
