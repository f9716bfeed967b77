"""Load what is said of changed guidance from `prompts/impact.yaml`, checked as replies are."""

from collections.abc import Mapping
from pathlib import Path

from bot.dialogue.phrasing import Wording
from bot.impact.alterations import How
from bot.impact.differing import Kind
from bot.wording import read

FILE = "impact.yaml"

VARIABLES: Mapping[str, frozenset[str]] = {
    "line.changed": frozenset({"what", "before", "now"}),
    **{f"kind.{kind}{length}": frozenset() for kind in Kind for length in ("", "_short")},
    "what.headline": frozenset(),
    "what.worst": frozenset(),
    **{f"what.{what}": frozenset({"title"}) for what in ("flag", "consideration", "safeguard")},
    **{f"headline.{upshot}": frozenset() for upshot in (
        "stop", "stop_one", "pause", "tentative", "open", "quiet", "narrow", "narrow_raised")},
    **{f"flag.{status}": frozenset() for status in ("none", "raised", "open", "tentative")},
    **{f"consideration.{state}": frozenset() for state in (
        "none", "raised", "open", "not_raised")},
    **{f"safeguard.{place}": frozenset() for place in (
        "not_suggested", "suggested", "on_asking", "among_the_first")},
    **{f"provision.{how}": frozenset() for how in How},
    **{f"relied.{how}": frozenset() for how in ("on", "off", "off_here", "no_longer_here")},
    "out.gone": frozenset(),
    "out.quoted": frozenset(),
}
"""Each sentence on what a release changed, and the variables it may name."""


def load(folder: Path, contact: str) -> Wording:
    """The sentences on changed guidance under *folder*, checked.

    Raises:
        BadContent: A sentence is missing, unknown, or names a variable that it isn't given.
    """
    return Wording(read(folder / FILE, VARIABLES), contact)
