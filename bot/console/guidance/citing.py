"""Counts citations for the pages of the guidance, from what is kept of each conversation."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from bot.casebook.cites import usage
from bot.console.guidance.cited import Cited
from bot.console.viewer import Viewer
from bot.store import Store
from retrieval.guidance import ProvisionId


class CitesOnRecord:
    """Counts in one database.

    Args:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def cited(
        self, viewer: Viewer, provisions: Sequence[ProvisionId]
    ) -> Mapping[ProvisionId, Cited]:
        """How often *provisions* were cited in *viewer*'s workspace; those never cited left out."""
        with self._store.reading() as connection:
            found = usage(connection, viewer.workspace, provisions)
        return {
            ProvisionId(id_): Cited(one.conversations, one.turns, one.last,
                                    f"/?{urlencode({'cites': id_})}")
            for id_, one in found.items() if one.conversations
        }
