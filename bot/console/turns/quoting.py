"""The passages that the replies of a conversation cite, each once, as they read when cited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.console.turns.exchange import Editions, Exchange
from bot.dialogue.citation import Citation
from bot.errors import UnknownRelease
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ProvisionId, ReleaseId

Place = tuple[ReleaseId, ProvisionId, int, int]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage that was cited."""

    citation: Citation
    heading: str
    text: str
    """Empty where its release can't be read."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """All passages of a conversation, in the order in which they were first cited."""

    passages: tuple[Quoted, ...]
    numbers: Mapping[Place, int]

    def number(self, citation: Citation) -> int:
        """Which of them *citation* points at, from 1."""
        return self.numbers[_place(citation)]


def quoted(exchanges: Iterable[Exchange], editions: Editions) -> Quotes:
    """The passages that the replies in *exchanges* cite."""
    cited: dict[Place, Citation] = {}
    for one in exchanges:
        for citation in one.turn.reply.citations():
            cited.setdefault(_place(citation), citation)
    read = {release: _edition(editions, release)
            for release in {citation.release for citation in cited.values()}}
    return Quotes(
        tuple(_quoted(one, read[one.release]) for one in cited.values()),
        {place: number for number, place in enumerate(cited, start=1)})


def _place(citation: Citation) -> Place:
    return citation.release, citation.provision, citation.start, citation.end


def _quoted(citation: Citation, guidance: Guidance | None) -> Quoted:
    provision = None if guidance is None else guidance.provisions.get(citation.provision)
    if provision is None:
        return Quoted(citation, "", "")
    return Quoted(citation, provision.heading, provision.text[citation.start:citation.end])


def _edition(editions: Editions, release: ReleaseId) -> Guidance | None:
    try:
        return editions(release)
    except (UnknownRelease, ReleaseNotReady):
        return None
