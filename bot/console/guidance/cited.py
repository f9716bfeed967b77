"""How often answers cited a provision, as the pages of the guidance ask for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.console.viewer import Viewer
from retrieval.guidance import ProvisionId


@dataclass(frozen=True, slots=True)
class Cited:
    """How often answers cited one provision, in the workspace of whoever looks."""

    conversations: int
    turns: int
    last: datetime | None
    """When it was cited last."""
    path: str
    """Below the console: the conversations that cite it."""


class Citing(Protocol):
    """Counts citations."""

    def cited(
        self, viewer: Viewer, provisions: Sequence[ProvisionId]
    ) -> Mapping[ProvisionId, Cited]:
        """How often *provisions* were cited in *viewer*'s workspace; those never cited left out."""
