"""A model that restates what it is given, and lies in two drafts of three.

It tells one kind of lie after the other, so that each meets many points.
It is a script for `tests.chat.scripted_server`.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chat.scripted_server import Answer, Asked, says

_ENTRY = re.compile(r"([A-Z]\d{1,3}) \(([^)]*)\): (.+)")

Lie = Callable[[str], str]

LIES: Mapping[str, Lie] = {
    "verdict": lambda _: "This sale is lawful and may go ahead.",
    "figure": lambda s: f"{s.rstrip('.')} within 30 days.",
    "name": lambda s: f"{s.rstrip('.')} at Zarnex Systems.",
    "denied": lambda s: re.sub(r"\b(is|are|has|have|can|should|may)\b", r"\1 not", s, count=1),
    "affirmed": lambda s: re.sub(r"\bnot |\bno |\bwithout ", "", s),
    "stronger": lambda s: re.sub(r"\b(should|may|can|could)\b", "must", s),
    "weaker": lambda s: re.sub(r"\b(must|should)\b", "may", s),
    "invented": lambda s: f"{s.rstrip('.')}, and bank letters settle the matter.",
    "something else": lambda _: "Bread is baked from flour and water.",
    "link": lambda s: f"{s} See https://evil.example/form.",
    "mention": lambda s: f"<!channel> {s}",
    "markup": lambda s: f"*{s}*",
    "quotation": lambda s: f"“{s.rstrip('.')}” is what the guidance says.",
    "addressed": lambda s: f"You told me that {s[0].lower()}{s[1:]}",
}


@dataclass
class Lying:
    """The model; `told` has each lie that went into a draft, and of what kind it is."""

    told: list[tuple[str, str]] = field(default_factory=list)
    _kinds: Iterator[str] = field(default_factory=lambda: itertools.cycle(LIES))
    _drafts: int = 0

    def __call__(self, asked: Asked) -> Answer:
        """Restate, or lie."""
        if asked.use == "reading":
            return says({"facts": []})
        if asked.use == "search":
            return says({"queries": ["baking bread"]})
        return says({"sentences": self._draft(asked)})

    def _draft(self, asked: Asked) -> list[dict[str, Any]]:
        points = _points(asked)
        sentences = [{"points": [id_], "text": text} for id_, text in points]
        self._drafts += 1
        if self._drafts % 3 == 1 or not points:
            return sentences
        kind = next(self._kinds)
        for sentence in sentences:
            lie = LIES[kind](str(sentence["text"]))
            if lie != sentence["text"]:
                self.told.append((kind, lie))
                sentence["text"] = lie
                break
        return sentences


def _points(asked: Asked) -> list[tuple[str, str]]:
    """The id of each point, and the first sentence of what it says."""
    found: list[tuple[str, str]] = []
    for line in asked.lines:
        entry = _ENTRY.match(line)
        if entry is not None:
            found.append((entry[1], _sentence(entry[3])))
        elif found and not line.startswith("Source: "):
            # What a point says follows its title.
            id_, title = found[-1]
            found[-1] = (id_, _sentence(line) if len(line) > len(title) else title)
    return found


def _sentence(text: str) -> str:
    first = re.split(r"(?<=[.!?;])\s", text.strip(), maxsplit=1)[0]
    return f"{first.rstrip('.;')}."
