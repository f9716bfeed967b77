"""The ways through the console: which pages stand at the top, and for whom."""

from dataclasses import dataclass

from bot.console.viewer import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that stands at the top of every other."""

    name: str
    path: str
    """Below the console; a page that stands for it says so as `here`."""
    role: Role
    """Who sees it, and everybody whose role includes theirs."""
    way_back: str
    """What a link says that leads to it from a page below it that isn't there or isn't shown."""


ENTRIES = (
    Entry("Conversations", "/", Role.ASKER, "the conversations"),
    Entry("Overview", "/overview", Role.REVIEWER, "the overview"),
    Entry("Guidance", "/corpus", Role.REVIEWER, "the guidance"),
    Entry("Cases", "/cases", Role.REVIEWER, "the cases"),
    Entry("Quality", "/quality", Role.REVIEWER, "the figures on quality"),
    Entry("Language model", "/model", Role.REVIEWER, "the language model"),
    Entry("Export", "/exports", Role.REVIEWER, "exporting"),
    Entry("Sessions", "/sessions", Role.ASKER, "the sessions"),
)
"""In the order in which they stand."""


def entries(role: Role) -> tuple[Entry, ...]:
    """The pages that *role* may open."""
    return tuple(entry for entry in ENTRIES if role.includes(entry.role))


def above(path: str, role: Role) -> Entry:
    """What *path*, below the console, stands under, where *role* may open that; else the first."""
    return next((entry for entry in reversed(entries(role)) if f"{path}/".startswith(
        f"{entry.path.rstrip('/')}/")), ENTRIES[0])
