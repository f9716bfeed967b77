"""How provisions and what rests on them read on the pages of the guidance, always in words."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from bot.console.guidance.provision_search import Standing, UsedBy
from bot.console.wording.wording import CHECKED
from retrieval.editing.differences import How, Part
from retrieval.editing.uses import User
from retrieval.guidance import UNKNOWN, Checked, Choice, Guidance, Page, Retirement, Table

SHAPES: Mapping[Checked, str] = {Checked.OFFICIAL: "✓", Checked.SEEN: "◐", Checked.UNCHECKED: "?"}
STANDINGS: Mapping[Standing, str] = {
    Standing.RELIED_ON: "Relied on",
    Standing.RETIRED: "Retired",
    Standing.QUOTED: "Quoted in full by another",
}
USED_BY: Mapping[UsedBy, str] = {
    UsedBy.FLAG: "A red flag",
    UsedBy.SAFEGUARD: "A safeguard",
    UsedBy.ANYTHING: "Anything",
    UsedBy.NOTHING: "Nothing",
}
USERS: Mapping[User, tuple[str, str]] = {
    User.FLAG: ("red flag", "red flags"),
    User.SAFEGUARD: ("safeguard", "safeguards"),
    User.CONSIDERATION: ("consideration", "considerations"),
    User.QUESTION: ("question of the interview", "questions of the interview"),
    User.SCOPE: ("kind of deal that little applies to", "kinds of deal that little applies to"),
    User.GLOSSARY: ("word of the glossary", "words of the glossary"),
    User.GAP: ("gap that it comes nearest to", "gaps that it comes nearest to"),
    User.OTHER_MATTER: ("matter beside the guidance", "matters beside the guidance"),
}
"""One, and several."""
PARTS: Mapping[Part, str] = {
    Part.SOURCE: "Sources",
    Part.CONSIDERATION: "Considerations",
    Part.FLAG: "Red flags",
    Part.SAFEGUARD: "Safeguards",
    Part.QUESTION: "Questions of the interview",
    Part.SCOPE: "Kinds of deal that little applies to",
    Part.GROUP: "Questions asked in one breath",
    Part.GAP: "What the texts don’t answer",
    Part.OTHER_MATTER: "What is passed on beside the guidance",
    Part.GLOSSARY: "Glossary",
    Part.TERM: "How people name things",
    Part.PHRASES: "How people answer, deny and hedge",
    Part.STAGES: "Which safeguards fit which stage",
}
HOW: Mapping[How, tuple[str, str]] = {
    How.ADDED: ("+", "Added"),
    How.CHANGED: ("≠", "Changed"),
    How.REMOVED: ("−", "Removed"),
    How.CONFIRMED: ("✓", "Confirmed against the official text"),
    How.RETIRED: ("∅", "Retired"),
    How.SET_ASIDE: ("↷", "Quoted in full by another"),
    How.RESTORED: ("↺", "Relied on again"),
}
"""A shape and words for what became of an entry."""
FIELDS: Mapping[str, str] = {
    "answered": "labelled questions that it answers",
    "apt_for": "what makes it fit better",
    "asks": "ways to ask for it",
    "authorities": "provisions that it rests on",
    "binding": "whether binding law may ask for it",
    "cited_as": "how people cite it",
    "checked": "how far it is checked",
    "choices": "answers to pick from",
    "confirmed": "who confirmed it",
    "consult": "where to look something up",
    "explains": "explanation",
    "likely": "how likely each answer is",
    "look_up": "where to find the answer",
    "nearest": "provisions that come nearest",
    "of_customer": "whether the customer is asked",
    "only_if": "when it is asked",
    "ours": "whether it is of our own making",
    "pressing": "when it is asked before others",
    "retired": "why it was retired",
    "retrieved_on": "when it was retrieved",
    "same_as": "which provision quotes it",
    "says": "what it says",
    "settled_by": "what settles it",
    "short_title": "short title",
    "stage": "when it is put in place",
    "suits": "what it suits",
    "topics": "what it speaks to",
    "unless": "what makes it needless",
    "url": "address",
    "weigh": "what to weigh",
    "when": "when it is raised",
    "whom": "whom to ask",
    "why": "why it is asked",
}
"""Fields whose name says too little."""


def field(name: str) -> str:
    """A field of an entry in words."""
    return FIELDS.get(name, name.replace("_", " "))


def rows(guidance: Guidance, table: Table) -> tuple[tuple[str, str], ...]:
    """Each row of *table* in words: what is asked about, and the answers that match."""
    found = []
    for fact, values in table.items():
        question = guidance.questions.get(fact)
        known = sorted(value for value in values if value != UNKNOWN)
        named = known if question is None else sorted(map(question.label_of, known),
                                                      key=str.casefold)
        if UNKNOWN in values:
            named = [*named, "not known"]
        found.append((str(fact) if question is None else question.label, listed(named, "or")))
    return tuple(found)


def listed(words: list[str], last: str = "and") -> str:
    """*words* as a list within a sentence."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def in_words(guidance: Guidance, value: Any) -> str:
    """A field's *value* as people read it; each entry of a list on a line of its own."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Checked):
        return CHECKED[value]
    if isinstance(value, Page):
        return page(value)
    if isinstance(value, Retirement):
        return value.reason + (f"\nInstead: {value.instead}" if value.instead else "")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return _mapping(guidance, value)
    if isinstance(value, frozenset):
        return "\n".join(sorted(map(str, value)))
    if isinstance(value, Choice):
        return f"{value.label} ({value.value})"
    if isinstance(value, (tuple, list)):
        return "\n".join(in_words(guidance, one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return ", ".join(
            f"{field(one.name)}: {told}" for one in fields(value)
            if (told := in_words(guidance, getattr(value, one.name))))
    return str(value)


def _mapping(guidance: Guidance, value: Mapping[Any, Any]) -> str:
    if all(isinstance(one, frozenset) for one in value.values()):
        return "\n".join(f"{name}: {values}" for name, values in rows(guidance, value))
    return "\n".join(f"{key}: {in_words(guidance, one)}" for key, one in value.items())


def page(one: Page) -> str:
    """A page as it is counted and as it is printed, apart wherever they differ."""
    printed = f"page {one.printed}" if one.printed else ""
    if one.pdf is None:
        return printed
    if printed == f"page {one.pdf}":
        return printed
    counted = f"page {one.pdf} of the file"
    return f"{printed} as printed, {counted}" if printed else f"{counted}, with no number printed"


def at(moment: str) -> datetime | None:
    """When something was done, as an entry tells it; None where it tells no time."""
    try:
        return datetime.fromisoformat(moment)
    except ValueError:
        return None


def basis(text: str) -> str:
    """What a digest rests on, in words, without the id of whoever corrected it.

    The page is for askers and for other workspaces too; the list of edits says who it was.
    """
    if text.startswith("corrected by "):
        return "corrected here"
    return _MARKED.sub(lambda found: "; ".join(map(_mark, found[1].split(";"))), text)


_MARKED = re.compile(r"\[([^\[\]]+)\]")
"""What writers of the corpus put a digest down to: `[S mondaq; K for the last sentence]`."""
_MARKS: Mapping[str, tuple[str, str]] = {
    "K": ("our own knowledge", "our own knowledge: "),
    "S": ("seen in a source", "seen in "),
    "S-draft": ("seen in an account of a draft", "a draft as told by "),
    "?": ("not sure", "not sure: "),
}
"""By each mark, how it reads alone, and before what follows it."""


def _mark(part: str) -> str:
    words = part.split()
    at = next((n for n, word in enumerate(words) if word in _MARKS), None)
    if at is None:
        return " ".join(words)
    alone, before = _MARKS[words[at]]
    of, more = " ".join(words[:at]), " ".join(words[at + 1:])
    said = before + more if more and not more.startswith("for ") else f"{alone} {more}".rstrip()
    return f"{of}: {said}" if of else said


def begins(text: str, characters: int = 170) -> str:
    """The first words of *text*."""
    if len(text) <= characters:
        return text
    return f"{text[:characters].rsplit(None, 1)[0].rstrip(',;:')} …"
