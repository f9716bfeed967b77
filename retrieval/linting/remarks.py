"""A remark: what may be wrong with the content, and what to do about it.

`retrieval.checks` finds what must not be published at all; a remark is for a person to judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from retrieval.checks import Subject
from retrieval.guidance import Provision

EXCERPT = 40
"""Characters on each side of what an excerpt is about."""
MOST_NAMED = 8
"""Ids that one remark names; of more it says how many."""


class Severity(StrEnum):
    """How much a remark asks for."""

    WARNING = "warning"
    """Somebody has to look before this is published."""
    NOTE = "note"
    """Worth knowing; nothing has to be done."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at."""

    severity: Severity
    rule: str
    """What was looked for: "duplicate", "instruction"."""
    subject: Subject
    """Kind and name of what it is about: ("provision", "sg-c2-rf3")."""
    text: str
    """What is odd and what to do, for the person who keeps the corpus."""


def of(provision: Provision) -> Subject:
    """The subject of a remark on *provision*."""
    return ("provision", str(provision.id))


def excerpt(text: str, start: int, end: int) -> str:
    """What stands around characters *start* to *end* of *text*, with hidden ones made visible."""
    left, right = max(0, start - EXCERPT), min(len(text), end + EXCERPT)
    shown = "".join(_visible(c) for c in text[left:right])
    return ("…" if left else "") + " ".join(shown.split()) + ("…" if right < len(text) else "")


def named(ids: Sequence[str]) -> str:
    """The first few of *ids*, and how many more there are."""
    more = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _visible(character: str) -> str:
    if character.isprintable() or character.isspace():
        return character
    return f"[U+{ord(character):04X}]"
