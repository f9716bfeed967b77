"""Numbers the sources of a brief in the order in which its reader meets them."""

from collections.abc import Callable, Iterable

from bot.brief.document import Excerpt, Origin
from bot.dialogue.citation import Citation
from bot.plain import MARKS, placed
from retrieval.guidance import Checked, Guidance

WEAKEST_LAST = tuple(Checked)
"""The states in the order of how far they may be trusted."""


class Numbering:
    """One number for each pinpoint of a source, however many of its passages are cited."""

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        self._cited: dict[tuple[str, str], tuple[int, dict[Citation, None]]] = {}

    def marks(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """The numbers of *citations*, each once, in ascending order."""
        numbers = set()
        for citation in citations:
            place = (citation.source, citation.pinpoint)
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
        checked = max((c.checked for c in citations), key=WEAKEST_LAST.index)
        return Origin(number, first.source, placed(first), checked, MARKS[checked], first.url,
                      tuple(self._excerpt(citation, say) for citation in citations))

    def _excerpt(self, citation: Citation, say: Callable[..., str]) -> Excerpt:
        p = self._guidance.provisions[citation.provision]
        caution = say("point.caution", text=p.note.strip()) if p.note else ""
        return Excerpt(p.id, p.heading, p.text[citation.start : citation.end], citation.checked,
                       caution)
