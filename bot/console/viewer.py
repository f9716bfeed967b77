"""Who looks at the console, and what they may see."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each includes the one before."""

    ASKER = "asker"
    """Sees the conversations that they opened themselves."""
    REVIEWER = "reviewer"
    """Sees and reviews every conversation of their workspace."""
    ADMIN = "admin"
    """Besides that keeps the corpus, chooses whether a language model is used, ends sessions.

    Retention, holds and erasures are for whoever keeps the server, by the command line.
    """

    def includes(self, other: "Role") -> bool:
        """Whether who has this role has *other* too."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who has signed in."""

    workspace: str
    """Slack's id of the workspace: nothing of another one is ever read for them."""
    user: str
    """Slack's id of the person."""
    name: str
    role: Role
    session: str
    """Id of the session, for the log."""
    token: str
    """What every change has to carry, against forged requests."""
