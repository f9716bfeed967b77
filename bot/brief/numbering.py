"""Numbers the sources of a brief in the order in which its reader meets them."""

from collections.abc import Callable, Iterable

from bot.brief.document import Excerpt, Origin
from bot.dialogue.citation import Citation
from bot.plain import MARKS, placed
from retrieval.guidance import Checked, Guidance


class Numbering:
    """One number for each place in a source and checked state, however many passages are cited.

    Digests share pinpoints, and keep theirs when they are ticked: what was held against the
    official text and what was not never share a number, nor do words that stand at two addresses.
    """

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        self._cited: dict[tuple[str, str, Checked, str], tuple[int, dict[Citation, None]]] = {}

    def marks(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """The numbers of *citations*, each once, in ascending order."""
        numbers = set()
        for citation in citations:
            place = (citation.source, citation.pinpoint, citation.checked, citation.url)
            number, cited = self._cited.setdefault(place, (len(self._cited) + 1, {}))
            cited[citation] = None
            numbers.add(number)
        return tuple(sorted(numbers))

    def origins(self, say: Callable[..., str]) -> tuple[Origin, ...]:
        """Everything numbered so far, with the cited texts; *say* words a caution."""
        return tuple(self._origin(number, tuple(cited), say)
                     for number, cited in self._cited.values())

    def _origin(
        self, number: int, citations: tuple[Citation, ...], say: Callable[..., str]
    ) -> Origin:
        first = citations[0]
        return Origin(number, first.source, placed(first), first.checked, MARKS[first.checked],
                      first.url, tuple(self._excerpt(citation, say) for citation in citations))

    def _excerpt(self, citation: Citation, say: Callable[..., str]) -> Excerpt:
        p = self._guidance.provisions[citation.provision]
        caution = say("point.caution", text=p.note.strip()) if p.note else ""
        return Excerpt(p.id, p.heading, p.text[citation.start : citation.end], citation.checked,
                       caution)
