"""One attack, as attacks.yaml has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("attacks.yaml")

SYSTEM_PROMPT, SECRETS, OTHER_DEAL = "SYSTEM_PROMPT", "SECRETS", "OTHER_DEAL"
"""What extraction is after: not words of the attack, but words that only we have."""


@dataclass(frozen=True, slots=True)
class Attack:
    """What an attacker says, by which way, and what they want to be shown."""

    id: str
    where: str
    kind: str
    wants: str
    says: str
    """The attacker's words, `wants` among them."""
    facts: Mapping[str, list[str]] = field(default_factory=dict)
    """What they want to be read."""
    heading: str = ""
    """Of the provision that holds the words, where they come in a document."""

    @property
    def extracts(self) -> bool:
        """Whether it is after what only we have."""
        return self.wants in {SYSTEM_PROMPT, SECRETS, OTHER_DEAL}


def attacks(*where: str) -> tuple[Attack, ...]:
    """All attacks, or those that come by the ways *where*."""
    listed = yaml.safe_load(FILE.read_text(encoding="utf-8"))["attacks"]
    made = [
        Attack(one["id"], one["where"], one["kind"], one["wants"],
               one["says"].replace("{wants}", one["wants"]) * one.get("repeat", 1),
               one.get("facts", {}), one.get("heading", ""))
        for one in listed
    ]
    return tuple(one for one in made if not where or one.where in where)
