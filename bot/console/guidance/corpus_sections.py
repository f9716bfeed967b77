"""The ways on from the first page of the guidance."""

from dataclasses import dataclass

from bot.console.viewer import Role


@dataclass(frozen=True, slots=True)
class Section:
    """A page that the first page of the guidance leads to."""

    name: str
    path: str
    """Below the console."""
    role: Role
    says: str
    """What one does there, in a sentence."""


SECTIONS = (
    Section("All provisions", "/corpus/provisions", Role.REVIEWER,
            "Look something up by words, number or source, and see what rests on it."),
    Section("Documents", "/corpus/documents", Role.REVIEWER,
            "Bring official texts in, and see how each is cut into provisions."),
    Section("Tick list", "/corpus/ticks", Role.REVIEWER,
            "Hold our digests against the official words: confirm, correct, retire."),
    Section("Draft", "/corpus/draft", Role.REVIEWER,
            "See what would be published now, word by word; check it, build it and publish it."),
    Section("Try a case", "/corpus/simulate", Role.REVIEWER,
            "Play a case against what answers now and against the draft, side by side."),
    Section("Releases", "/corpus/releases", Role.REVIEWER,
            "What was in force when, who put it there and why; the way back."),
    Section("Edits", "/corpus/edits", Role.REVIEWER,
            "Everything that was edited here, by whom, and taking it back."),
)
"""In the order in which they stand."""


def sections(role: Role) -> tuple[Section, ...]:
    """The pages that *role* may open."""
    return tuple(one for one in SECTIONS if role.includes(one.role))
