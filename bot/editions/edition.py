"""An edition: one release, and all that answers are drawn from it with."""

from dataclasses import dataclass

from bot.dialogue.reading import PlainReader
from retrieval.guidance import Guidance, ReleaseId, Table
from retrieval.matches import Search


@dataclass(frozen=True, slots=True)
class Edition:
    """What belongs to one release; a turn takes it whole, so that it never mixes two.

    Attributes:
        guidance: The content.
        reader: Reads messages by its vocabulary.
        search: Finds its passages.
    """

    guidance: Guidance
    reader: PlainReader
    search: Search

    @property
    def release(self) -> ReleaseId:
        """The release that it is of."""
        return self.guidance.release

    def topics(self, text: str) -> Table:
        """What *text* names of the domain, to search with."""
        return self.reader.lexicon.find(text).by_fact()
