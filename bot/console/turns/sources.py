"""What a reply relies on, under the numbers that its sources had in the reply as it was posted."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.dialogue.citation import Citation
from bot.dialogue.reply import Reply
from bot.turns.posted import NUMBER, Posted
from retrieval.guidance import Guidance


@dataclass(frozen=True, slots=True)
class Source:
    """One citation of a reply."""

    number: int
    """As in the reply; what was not shown there goes on behind the last that was."""
    citation: Citation
    shown: bool
    heading: str
    """Of its provision; empty where the release can't be read."""

    @property
    def chosen_as(self) -> tuple[str, str]:
        """Its provision as what can be chosen, and how it reads: by number, heading and place."""
        one = self.citation
        place = f"{one.source_title}, {one.pinpoint}"
        return str(one.provision), f"[{self.number}] " + (
            f"{self.heading} ({place})" if self.heading else place)


def sources_of(
    reply: Reply, posted: Posted | None, guidance: Guidance | None
) -> tuple[Source, ...]:
    """All that *reply* relies on, by number.

    Args:
        reply: The reply.
        posted: The same as it was posted; None where it can't be drawn again, and all is numbered
            in the order of the record.
        guidance: The release that it was drawn from; None where that can't be read.
    """
    numbers: dict[tuple[str, int, int], int] = {}
    for message in () if posted is None else posted.messages:
        for run in (run for block in message for run in block.runs if run.cites):
            mark = NUMBER.search(run.text)
            for one in run.cites if mark else ():
                numbers.setdefault(_place(one), int(mark[1]) if mark else 0)
    behind, found = max(numbers.values(), default=0), []
    for one in reply.citations():
        shown = _place(one) in numbers
        behind += not shown
        provision = None if guidance is None else guidance.provisions.get(one.provision)
        found.append(Source(numbers.get(_place(one), behind), one, shown or posted is None,
                            "" if provision is None else provision.heading))
    return tuple(sorted(found, key=lambda source: source.number))


def numbered(sources: tuple[Source, ...]) -> Callable[[Citation], int]:
    """Gives the number of a citation among *sources*; 0 where it is none of them."""
    numbers = {_place(one.citation): one.number for one in sources}
    return lambda one: numbers.get(_place(one), 0)


def _place(one: Citation) -> tuple[str, int, int]:
    return str(one.provision), one.start, one.end
