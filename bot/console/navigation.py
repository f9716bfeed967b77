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


ENTRIES = (
    Entry("Conversations", "/", Role.ASKER),
    Entry("Overview", "/overview", Role.REVIEWER),
    Entry("Guidance", "/corpus", Role.REVIEWER),
    Entry("Cases", "/cases", Role.REVIEWER),
    Entry("Quality", "/quality", Role.REVIEWER),
    Entry("Language model", "/model", Role.REVIEWER),
    Entry("Export", "/exports", Role.REVIEWER),
    Entry("Sessions", "/sessions", Role.ASKER),
)
"""In the order in which they stand."""


def entries(role: Role) -> tuple[Entry, ...]:
    """The pages that *role* may open."""
    return tuple(entry for entry in ENTRIES if role.includes(entry.role))
