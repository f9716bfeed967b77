"""Provisions cut into passages: verbatim slices with character spans that point back.

A passage is the unit that is embedded and may be cited.  Most digest provisions are short
enough to be one passage; a long ingested one is cut at sentence ends, so that every passage
can be read alone and `provision.text[start:end]` gives it back exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.guidance import Provision, ProvisionId, sha256_of

MAX_PASSAGE_CHARACTERS = 900
"""About 200 word pieces, within the 256 that the packaged model reads before it truncates."""

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` (exclusive) of a provision's text, verbatim."""

    provision: ProvisionId
    start: int
    end: int
    text: str

    @property
    def sha256(self) -> str:
        """Hex digest of the passage's text in UTF-8."""
        return sha256_of(self.text)


def passage(provision: Provision, start: int = 0, end: int | None = None) -> Passage:
    """The slice of *provision* from *start* to *end* (characters; None for its end)."""
    stop = len(provision.text) if end is None else end
    return Passage(provision.id, start, stop, provision.text[start:stop])


def passages_of(provision: Provision, limit: int = MAX_PASSAGE_CHARACTERS) -> Iterator[Passage]:
    """Cut *provision* into passages of at most *limit* characters, at sentence ends.

    A single sentence longer than *limit* becomes a passage of its own rather than being cut
    in its middle.  White space between passages belongs to none of them.
    """
    text = provision.text
    start = end = 0
    for piece_start, piece_end in _sentences(text):
        if end > start and piece_end - start > limit:
            yield passage(provision, start, end)
            start = piece_start
        end = piece_end
    if end > start:
        yield passage(provision, start, end)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        yield start, gap.start()
        start = gap.end()
    if start < len(text):
        yield start, len(text)
